"""Papers at doors: the list of whoever walks, what each try leaves, when a paper counts as delivered, how far buildings are."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from elections.models import Right, Unit
from elections.refusals import BadInput, NoSuchPoll, OutOfState
from paper_ballots import actions
from paper_ballots.actions.delivering import Announced
from paper_ballots.models import Delivery, Paper, Terms
from paper_ballots.queries.doors import Way, delivered, doors, ways
from paper_ballots.queries.progress import progress
from tenancy.scope import scope
from tests.boxes.conftest import CLOSES, DURING, Running, closed, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import picture, printed, returned, settled
from tests.paper_ballots.test_papers import door, refused
from tests.world import Side, World

Enter = Any
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')
RULE = "议事规则第十二条：三次上门无人的，可以留置在信箱，拍照为证。"


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window, by day."""
    with time_machine.travel(DURING, tick=False):
        yield


def address(running: Running, tail: str = "") -> str:
    return f"/c/{running.side.compound.code}/polls/{running.poll.ref}/paper/doors/{tail}"


def entrance_of(running: Running, paper: Paper) -> int:
    with scope(running.side.compound.pk):
        right = Right.objects.get(edition_id=running.poll.edition_id, key=paper.right)
        return int(Unit.objects.get(poll=running.poll, number=right.units[0]).entrance_id)


def send(client: Client, running: Running, paper: Paper, **given: Any) -> Any:
    """The form of one home."""
    place = entrance_of(running, paper)
    found = KEY.search(client.get(address(running, f"{place}/")).content.decode())
    assert found is not None
    return client.post(address(running, f"{place}/{paper.number}/"), {"idempotency_key": found[1], **given})


def way(running: Running) -> Way:
    with scope(running.side.compound.pk):
        (found,) = ways(running.poll, running.box)
    return found


def sent(side: Side) -> list[Delivery]:
    with scope(side.compound.pk):
        return list(Delivery.objects.filter(compound=side.compound).order_by("pk"))


def test_each_try_is_kept_with_who_took_it_and_the_next_has_its_number(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    papers = printed(running)
    chair: Client = sign_in(world.here, "chair")
    assert address(running) in chair.get(address(running)[: -len("doors/")]).content.decode()
    place = entrance_of(running, papers[0])
    assert "第 1 次上门" in chair.get(address(running, f"{place}/")).content.decode()
    absent = send(chair, running, papers[0], outcome="absent")
    assert (absent.status_code, absent["Location"]) == (302, address(running, f"{place}/"))
    page = chair.get(address(running, f"{place}/")).content.decode()
    assert ("第 1 次：家中无人" in page, "第 2 次上门" in page, "去过 1 次" in page) == (True, True, True)
    assert send(chair, running, papers[0], outcome="family", taken_by="胡小明（儿子）").status_code == 302
    page = chair.get(address(running, f"{place}/")).content.decode()
    assert ("第 2 次：交给同住的成年家人" in page, "接收人 胡小明（儿子）" in page, "已送到 1 户" in page) == (
        True,
    ) * 3
    count = len(papers)
    found = way(running)
    assert (found.papers, found.there, found.proved, found.tried, found.left) == (count, 1, 1, 0, count - 1)
    with scope(world.here.compound.pk):
        assert delivered(running.poll, running.box) == {papers[0].right}
    assert f"{count} 户，已送到 1 户" in chair.get(address(running)).content.decode()


def test_a_form_sent_twice_is_one_try(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    officer: Client = sign_in(world.here, "officer")
    place = entrance_of(running, paper)
    found = KEY.search(officer.get(address(running, f"{place}/")).content.decode())
    assert found is not None
    form = {"idempotency_key": found[1], "outcome": "absent"}
    answers = [officer.post(address(running, f"{place}/{paper.number}/"), form).status_code for _again in range(2)]
    assert (answers, len(sent(world.here))) == ([302, 302], 1)


def test_what_is_missing_is_said_beside_the_home(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    officer: Client = sign_in(world.here, "officer")
    for given, words in (
        ({}, "请选择结果。"),
        ({"outcome": "handed"}, "请写明是谁接收的。"),
        ({"outcome": "refused"}, "请写明原因。"),
        ({"outcome": "left"}, "放进信箱不算送达"),
    ):
        answer = send(officer, running, paper, **given)
        assert (answer.status_code in {409, 422}, words in answer.content.decode()) == (True, True)
    assert sent(world.here) == []


def test_a_letter_box_counts_only_by_the_rules_and_with_a_photo(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    papers = printed(running)
    officer: Client = sign_in(world.here, "officer")
    place = entrance_of(running, papers[0])
    assert 'value="left"' not in officer.get(address(running, f"{place}/")).content.decode()
    left = {"outcome": "left", "taken_by": ""}
    asked = {key: value for key, value in door(papers[0], **left).items() if key != "now"}
    assert refused(OutOfState, actions.deliver, running, **asked) == "letter_box_not_allowed"
    settled(running, letter_box=RULE)
    page = officer.get(address(running, f"{place}/")).content.decode()
    assert ('value="left"' in page, RULE in page) == (True, True)
    assert refused(BadInput, actions.deliver, running, **asked) == "left_without_photo"
    photo = picture()
    announced = Announced(sha(photo), photo.size or 0)
    do(actions.deliver, running.side, running.poll, **door(papers[0], **left, announced=announced))
    with scope(world.here.compound.pk):
        assert (progress(running.box).delivered, delivered(running.poll, running.box)) == (0, set())
    assert "照片还在手机里，没有传上来。" in officer.get(address(running, f"{place}/")).content.decode()
    do(actions.keep_door_photo, running.side, running.poll, client_id="d1", upload=photo, now=DURING)
    with scope(world.here.compound.pk):
        assert (progress(running.box).delivered, delivered(running.poll, running.box)) == (1, {papers[0].right})
    assert "看照片" in officer.get(address(running, f"{place}/")).content.decode()


def sha(photo: Any) -> str:
    import hashlib

    photo.seek(0)
    found = hashlib.sha256(photo.read()).hexdigest()
    photo.seek(0)
    return found


def test_a_photo_comes_once_whole_and_from_whoever_was_there(world: World) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    photo = picture()
    given = door(paper, announced=Announced(sha(photo), photo.size or 0))
    for wrong, code in ((Announced("x" * 64, 9), "bad_hash"), (Announced(sha(photo), 0), "photo_size")):
        asked = {key: value for key, value in {**given, "announced": wrong}.items() if key != "now"}
        assert refused(BadInput, actions.deliver, running, **asked) == code
    do(actions.deliver, running.side, running.poll, **given)
    half = SimpleUploadedFile("half.jpg", picture().read()[:100], content_type="image/jpeg")
    assert refused(BadInput, actions.keep_door_photo, running, client_id="d1", upload=half) == "photo_differs"
    assert refused(NoSuchPoll, actions.keep_door_photo, running, "chair", client_id="d1", upload=photo) == ""
    for _again in range(2):
        do(actions.keep_door_photo, running.side, running.poll, client_id="d1", upload=photo, now=DURING)
    with scope(world.here.compound.pk):
        (found,) = doors(running.poll, running.box, entrance_of(running, paper))[0].tries
        assert (found.photo != "", found.photo_missing) == (True, False)


def test_both_times_are_shown_where_the_phone_had_no_signal(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    heard = DURING + timedelta(hours=3)
    do(actions.deliver, running.side, running.poll, **door(paper, now=heard, device_now=heard - timedelta(minutes=2)))
    (one,) = sent(world.here)
    assert (one.device_at, one.at, one.offset_seconds) == (DURING, heard, 120)
    page = sign_in(world.here, "officer").get(address(running, f"{entrance_of(running, paper)}/")).content.decode()
    assert "收到" in page


def test_tries_of_a_replaced_paper_stay_with_the_home_and_the_new_one_is_still_to_be_brought(world: World) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    do(actions.deliver, running.side, running.poll, **door(paper))
    do(actions.replace, running.side, running.poll, code=paper.code, reason="业主说弄丢了", now=DURING)
    with scope(world.here.compound.pk):
        found = next(
            one for one in doors(running.poll, running.box, entrance_of(running, paper)) if one.right == paper.right
        )
        assert (found.delivered, [one.outcome for one in found.tries]) == (False, ["handed"])
        assert delivered(running.poll, running.box) == {paper.right}


def test_a_paper_that_is_back_needs_no_bringing(world: World) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    returned(running, paper)
    found = way(running)
    assert (found.there, found.proved, found.left) == (1, 0, found.papers - 1)


def test_after_the_close_the_list_is_read_and_not_written(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    client: Client = sign_in(world.here, "officer")
    left = way(running).left
    during = client.get(address(running)).content.decode()
    assert ("还要送" in during, f"剩 {left} 户" in during) == (True, True)
    closed(running)
    with time_machine.travel(CLOSES + timedelta(hours=1), tick=False):
        client = sign_in(world.here, "officer")
        page = client.get(address(running, f"{entrance_of(running, paper)}/")).content.decode()
        after = client.get(address(running)).content.decode()
    assert ('name="outcome"' in page, "doors.js" in page) == (False, False)
    # Nobody is to be visited any more: what was not delivered is told as such.
    assert ("还要送" in page, f"户里有 {left} 户没有送到" in page) == (False, True)
    assert ("还要送" in after, f"剩 {left} 户" in after, f"{left} 户没有送到" in after) == (False, False, True)
    assert "投票已经结束，不用再上门。" in after


@pytest.mark.parametrize(
    ("who", "status", "writes"),
    [
        ("officer", 200, True),
        ("member", 200, True),
        ("street", 200, False),
        ("manager", 403, False),
        ("resident", 403, False),
    ],
)
def test_who_sees_doors_and_who_writes(world: World, sign_in: Enter, who: str, status: int, writes: bool) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    client: Client = sign_in(world.here, who)
    answer = client.get(address(running, f"{entrance_of(running, paper)}/"))
    assert (answer.status_code, client.get(address(running)).status_code) == (status, status)
    assert ('name="outcome"' in answer.content.decode()) is writes
    assert client.get(address(running, "999999/")).status_code == (404 if status == 200 else 403)


def test_where_and_when_stand_on_the_desk_the_ballot_and_the_owners_page(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    printed(running)
    officer: Client = sign_in(world.here, "officer")
    base = address(running)[: -len("doors/")]
    key = KEY.search(officer.get(f"{base}terms/").content.decode())
    assert key is not None
    said = {"place": "居委会一楼票箱", "hours": "每天 9:00 至 17:30", "contact": "徐美玲 87110001", "letter_box": ""}
    empty = officer.post(f"{base}terms/", {"idempotency_key": key[1], **said, "place": ""})
    assert (empty.status_code, "请写交到哪里。" in empty.content.decode()) == (422, True)
    saved = officer.post(f"{base}terms/", {"idempotency_key": key[1], **said})
    assert (saved.status_code, saved["Location"]) == (302, base)
    assert "居委会一楼票箱" in officer.get(base).content.decode()
    page = sign_in(world.here, "resident").get(f"{base}how/").content.decode()
    assert [said[name] in page for name in ("place", "hours", "contact")] == [True, True, True]
    assert sign_in(world.here, "manager").get(f"{base}how/").status_code == 403
    with scope(world.here.compound.pk):
        assert Terms.objects.get(poll=running.poll).set_as != ""


@pytest.mark.parametrize("count", [1, 30])
def test_doors_cost_the_same_for_one_and_for_thirty(world: World, sign_in: Enter, statements: Any, count: int) -> None:
    running = sealed(world.here)
    papers = printed(running)
    settled(running)
    for place in range(count):
        paper = papers[place % len(papers)]
        do(
            actions.deliver,
            running.side,
            running.poll,
            **door(paper, client_id=f"d{place}", outcome="absent", taken_by=""),
        )
    officer: Client = sign_in(world.here, "officer")
    place = entrance_of(running, papers[0])
    for tail, cost in (("", 12), (f"{place}/", 14)):
        officer.get(address(running, tail))
        with statements() as seen:
            page = officer.get(address(running, tail))
        assert (tail, page.status_code, len(seen)) == (tail, 200, cost)
