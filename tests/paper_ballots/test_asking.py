"""Paper on request: asked for by an owner or entered for one, made, printed, handed over; the right stays usable by phone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from audit.models import Entry
from boxes.queries import used
from elections.models import State as PollState
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused
from messaging.models import Message
from paper_ballots import actions, own
from paper_ballots.models import Asked, Delivery, Paper
from paper_ballots.queries.asking import asked_papers, own_rights, waiting_for_paper
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, CLOSES, DURING, HOLDERS, Running, called, cast, closed, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import picture, printed, returned, settled
from tests.world import Side, World

Enter = Any
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def during(settings: Any, tmp_path: Any) -> Iterator[None]:
    """In the middle of the window, by day."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(DURING, tick=False):
        yield


def home_right(running: Running, who: str = "resident") -> Any:
    """The right of somebody's home."""
    with scope(running.side.compound.pk):
        (found,) = own_rights(running.poll, running.box, running.side.people[who].pk)
        return found


def ask(running: Running, who: str = "resident", **given: Any) -> Asked:
    asked = {"right": home_right(running).right, "way": "collect", "now": DURING, **given}
    made: Asked = do(actions.ask, running.side, running.poll, who, **asked)
    return made


def enter(running: Running, who: str = "officer", **given: Any) -> Asked:
    asked = {
        "address": home_right(running).address, "way": "door", "name": "王老太（女儿来说的）", "now": DURING, **given,
    }  # fmt: skip
    made: Asked = do(actions.enter_asked, running.side, running.poll, who, **asked)
    return made


def refused(kind: type[Refused], call: Any) -> str:
    """The code with which something is refused; nothing is left of it."""
    with pytest.raises(kind) as caught, transaction.atomic():
        call()
    return str(caught.value.code)


def rows(side: Side) -> list[Asked]:
    with scope(side.compound.pk):
        return list(Asked.objects.filter(compound=side.compound).order_by("pk"))


def told(side: Side, template: str) -> list[tuple[int, str]]:
    """Who was told in the inbox, and what."""
    with scope(side.compound.pk):
        found = Message.objects.filter(compound=side.compound, template=f"paper_ballots.{template}", channel="in_app")
        return [(one.person_id, one.body) for one in found.order_by("person_id")]


def list_address(running: Running, tail: str = "") -> str:
    return f"/c/{running.side.compound.code}/polls/{running.poll.ref}/paper/{tail}"


def send(client: Client, running: Running, at: str, tail: str, **given: Any) -> Any:
    """One form of a page, filled in and sent."""
    found = KEY.search(client.get(list_address(running, at)).content.decode())
    assert found is not None
    return client.post(list_address(running, tail), {"idempotency_key": found[1], **given})


def test_an_owner_asks_and_the_paper_comes_with_proof(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    owner: Client = sign_in(side, "resident")
    officer: Client = sign_in(side, "officer")
    right = home_right(running)
    page = owner.get(list_address(running, "how/")).content.decode()
    assert (right.address in page, "要一张纸质票" in page) == (True, True)
    asked = send(owner, running, "how/", "how/ask/", right=right.right, way="collect", note="晚上七点以后在家")
    assert (asked.status_code, asked["Location"]) == (302, list_address(running, "how/"))
    (row,) = rows(side)
    assert (row.right, row.way, row.person_id, row.note) == (
        right.right, "collect", side.people["resident"].pk, "晚上七点以后在家",
    )  # fmt: skip
    assert side.people["officer"].pk in [person for person, _text in told(side, "asked")]
    with scope(side.compound.pk):
        assert Entry.objects.filter(compound=side.compound, verb="paper_ballots.ask").count() == 1
    # The desk says how many wait; the list leads through.
    assert "等着 1 户" in officer.get(list_address(running)).content.decode()
    printing = send(officer, running, "asked/", f"asked/{row.pk}/print/")
    assert (printing.status_code, "/documents/" in printing["Location"]) == (302, True)
    with scope(side.compound.pk):
        paper = Paper.objects.get(compound=side.compound)
    assert paper.right == right.right
    ((person, text),) = [one for one in told(side, "to_collect") if one[0] == side.people["resident"].pk]
    assert "望江社区居委会一楼票箱（每天 9:00 至 17:30）" in text
    listed = officer.get(list_address(running, "asked/")).content.decode()
    assert (f"{paper.code[:3]} {paper.code[3:]}" in listed, "已编票，等着交给业主" in listed) == (True, True)
    handed = send(officer, running, "asked/", f"asked/{row.pk}/hand/", taken_by="王小明（儿子）", photo=picture())
    assert handed.status_code == 302
    with scope(side.compound.pk):
        proof = Delivery.objects.get(compound=side.compound)
        assert (proof.outcome, proof.taken_by, proof.photo_id is not None) == ("handed", "王小明（儿子）", True)
        # Handing it over uses no right.
        assert used(running.poll) == {}
    assert "已经交给王小明（儿子）" in dict(told(side, "handed"))[person]
    mine = owner.get(list_address(running, "how/")).content.decode()
    assert ("接收人：王小明（儿子）。" in mine, "不要纸质票了" in mine) == (True, False)
    assert "没有要办的" in officer.get(list_address(running, "asked/")).content.decode()
    assert "已交给业主" in officer.get(list_address(running, "asked/?show=all")).content.decode()


def test_the_right_stays_usable_by_phone_until_the_paper_is_back(world: World) -> None:
    running = sealed(world.here)
    ask(running)
    right = home_right(running).right
    (paper,) = printed(running, rights=[right])
    place = running.keys.index(right)
    cast(running, place, {running.items[0].key: "for"})
    with scope(world.here.compound.pk):
        assert used(running.poll)[right].channel == "phone"
        assert waiting_for_paper(running.poll, running.box) == 0
        (row,) = asked_papers(running.poll, running.box, still_open=False, page=1, size=5)
    assert row.far.step == "phone"
    with pytest.raises(Refused, match="already_voted"):
        returned(running, paper)


def test_a_paper_that_came_back_closes_the_request(world: World) -> None:
    running = sealed(world.here)
    ask(running)
    (paper,) = printed(running, rights=[home_right(running).right])
    returned(running, paper)
    with scope(world.here.compound.pk):
        assert home_right(running).far.step == "back"
        assert waiting_for_paper(running.poll, running.box) == 0


def test_an_officer_enters_it_for_an_owner_without_a_phone(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    chair: Client = sign_in(side, "chair")
    address = home_right(running).address
    wrong = send(chair, running, "asked/", "asked/enter/", address="9幢9单元909", name="王老太", way="door")
    assert (wrong.status_code, rows(side)) == (422, [])
    blank = send(chair, running, "asked/", "asked/enter/", address=address, name="", way="door")
    assert (blank.status_code, "请写谁来要的。" in blank.content.decode()) == (422, True)
    done = send(chair, running, "asked/", "asked/enter/", address=f" {address} ", name="王老太", way="door")
    assert done.status_code == 302
    (row,) = rows(side)
    assert (row.name, row.way, row.person_id) == ("王老太", "door", None)
    # Whoever owns the home and has an account is told: a stranger who asks in their name is noticed.
    assert [person for person, _text in told(side, "asked_for_you")] == [side.people["resident"].pk]
    again = send(chair, running, "asked/", "asked/enter/", address=address, name="王老太", way="door")
    assert (again.status_code, "这一户已经要过纸质票" in again.content.decode(), len(rows(side))) == (409, True, 1)


def test_the_same_form_twice_asks_once(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    owner: Client = sign_in(world.here, "resident")
    right = home_right(running).right
    found = KEY.search(owner.get(list_address(running, "how/")).content.decode())
    assert found is not None
    form = {"idempotency_key": found[1], "right": right, "way": "door"}
    answers = [owner.post(list_address(running, "how/ask/"), form).status_code for _again in range(2)]
    assert (answers, len(rows(world.here))) == ([302, 302], 1)


def test_an_owner_takes_it_back_and_asks_anew(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    owner: Client = sign_in(world.here, "resident")
    ask(running)
    right = home_right(running).right
    gone = send(owner, running, "how/", "how/withdraw/", right=right)
    assert (gone.status_code, rows(world.here)[0].ended_at) == (302, DURING)
    late = send(owner, running, "how/", "how/withdraw/", right=right)
    assert (late.status_code, "没有这个申请" in late.content.decode()) == (409, True)
    ask(running, way="door")
    assert [one.ended_at is None for one in rows(world.here)] == [False, True]


def test_not_given_says_why_and_the_owner_is_told(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    made = enter(running)
    officer: Client = sign_in(world.here, "officer")
    blank = send(officer, running, "asked/", f"asked/{made.pk}/refuse/", reason="")
    assert (blank.status_code, "请写明原因。" in blank.content.decode()) == (422, True)
    done = send(officer, running, "asked/", f"asked/{made.pk}/refuse/", reason="来要的人不是业主")
    assert (done.status_code, rows(world.here)[0].ended_reason) == (302, "来要的人不是业主")
    ((person, text),) = told(world.here, "not_given")
    assert (person, "来要的人不是业主" in text) == (world.here.people["resident"].pk, True)
    assert "没有给" in officer.get(list_address(running, "asked/?show=all")).content.decode()


def test_what_is_refused(world: World) -> None:
    side = world.here
    running = sealed(side)
    other = next(key for key in running.keys if key != home_right(running).right)
    assert refused(NotPermitted, lambda: ask(running, right=other)) == "not_your_home"
    assert refused(NotPermitted, lambda: ask(running, "worker")) == "not_your_home"
    assert refused(BadInput, lambda: ask(running, way="post")) == "unknown_way"
    assert refused(BadInput, lambda: ask(running, note="很" * 301)) == "too_long"
    assert refused(BadInput, lambda: enter(running, name="  ")) == "say_why"
    assert refused(BadInput, lambda: enter(running, address="没有这一户")) == "not_on_roll"
    assert refused(NotPermitted, lambda: enter(running, "street")) == "not_your_post"
    with pytest.raises(NoSuchPoll), transaction.atomic():
        enter(running, "manager")
    assert refused(OutOfState, lambda: ask(running, now=CLOSES)) == "over"
    assert refused(OutOfState, lambda: enter(running, now=CLOSES)) == "over"
    ask(running)
    assert refused(OutOfState, lambda: ask(running)) == "asked_already"
    (paper,) = printed(running, rights=[home_right(running).right])
    do(
        actions.deliver, side, running.poll, number=paper.number, client_id="a1", outcome="handed", taken_by="王小明",
        device_at=DURING, now=DURING,
    )  # fmt: skip
    (row,) = rows(side)
    refuse: dict[str, Any] = {"asked_id": row.pk, "reason": "不该给", "now": DURING}
    assert refused(OutOfState, lambda: do(actions.refuse_asked, side, running.poll, **refuse)) == "has_paper"
    do(actions.withdraw_asked, side, running.poll, "resident", right=row.right, now=DURING)
    assert refused(OutOfState, lambda: ask(running)) == "has_paper"
    closed(running)
    assert refused(OutOfState, lambda: ask(running, now=AFTER)) == "moved_on"
    assert len(rows(side)) == 1


def test_who_voted_by_phone_needs_no_paper(world: World) -> None:
    running = sealed(world.here)
    cast(running, running.keys.index(home_right(running).right), {running.items[0].key: "for"})
    assert refused(OutOfState, lambda: ask(running)) == "already_voted"


def test_before_the_call_nobody_asks_and_before_the_box_one_may(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    base = f"/c/{side.compound.code}/polls/{poll.ref}/paper/"
    owner: Client = sign_in(side, "resident")
    assert "要一张纸质票" in owner.get(f"{base}how/").content.decode()
    with scope(side.compound.pk):
        (mine,) = own_rights(poll, None, side.people["resident"].pk)
    do(actions.ask, side, poll, "resident", right=mine.right, way="collect", now=DURING)
    officer: Client = sign_in(side, "officer")
    page = officer.get(f"{base}asked/").content.decode()
    assert ("票箱还没有准备好，可以先登记" in page, "编票，打印这一张" in page) == (True, False)
    with scope(side.compound.pk):
        type(poll).objects.filter(pk=poll.pk).update(state=PollState.ROLL_FIXED)
    with pytest.raises(NoSuchPoll), transaction.atomic():
        do(actions.ask, side, poll, "resident", right=mine.right, way="collect", now=DURING)
    assert owner.get(f"{base}how/").status_code == 404


def test_who_sees_the_list_and_who_acts(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    made = enter(running)
    where = list_address(running, "asked/")
    seen = {
        who: sign_in(world.here, who).get(where).status_code
        for who in ("officer", "chair", "street", "manager", "resident")
    }
    assert seen == {"officer": 200, "chair": 200, "street": 200, "manager": 403, "resident": 403}
    street: Client = sign_in(world.here, "street")
    assert "<form" not in street.get(where).content.decode().split('id="asked-')[1].split("</article>")[0]
    found = KEY.search(sign_in(world.here, "officer").get(where).content.decode())
    assert found is not None
    for who, act, given in (
        ("street", "print", {}), ("chair", "print", {}), ("chair", "refuse", {"reason": "不"}),
    ):  # fmt: skip
        answer = sign_in(world.here, who).post(f"{where}{made.pk}/{act}/", {"idempotency_key": found[1], **given})
        assert (who, act, answer.status_code) == (who, act, 403)
    assert sign_in(world.here, "officer").post(f"{where}{made.pk}/burn/", {}).status_code == 404
    assert sign_in(world.here, "officer").post(f"{where}999999/print/", {}).status_code == 404


def test_a_person_takes_along_what_they_asked_for(world: World) -> None:
    running = sealed(world.here)
    ask(running, note="晚上在家")
    (row,) = own.export(world.here.people["resident"])
    assert (row["vote"], row["way"], row["note"]) == (running.poll.title, "collect", "晚上在家")
    assert own.export(world.here.people["neighbour"]) == []


@pytest.mark.parametrize("more", [1, 30])
def test_the_list_and_the_owners_page_cost_the_same(world: World, sign_in: Enter, statements: Any, more: int) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    with scope(side.compound.pk):
        Asked.objects.bulk_create(
            Asked(
                compound=side.compound, poll=running.poll, right=f"key{number}", way="door", name=f"业主{number}",
                at=DURING, label="社区",
            )
            for number in range(more)
        )  # fmt: skip
    counts = []
    for who, tail in (("officer", "asked/"), ("officer", "asked/?show=all"), ("resident", "how/")):
        client: Client = sign_in(side, who)
        client.get(list_address(running, tail))
        with statements() as seen:
            answer = client.get(list_address(running, tail))
        assert answer.status_code == 200
        counts.append(len(seen))
    assert counts == [13, 13, 10]


def test_the_table_keeps_one_open_request_a_right(world: World) -> None:
    """Whoever writes past the action is refused by the table too."""
    running = sealed(world.here)
    ask(running)
    with scope(world.here.compound.pk), pytest.raises(Exception, match="paper_asked_once"), transaction.atomic():
        (row,) = rows(world.here)
        row.pk = None
        row.save(force_insert=True)
    assert (connection.needs_rollback, len(HOLDERS)) == (False, 3)
