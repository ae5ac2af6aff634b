"""Paper on request over REST: the same refusals in the same words, one effect a key, and who may what."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from elections.models import Unit
from paper_ballots.models import Asked, Delivery, Paper
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, called, closed, sealed
from tests.elections.conftest import drawn
from tests.paper_ballots.conftest import picture, settled
from tests.paper_ballots.test_asking import ask, enter, home_right, rows, told
from tests.paper_ballots.test_papers_api import papers_at, post
from tests.world import Side, World

Enter = Any
WAITING = {"paper": None, "how_far": "waiting", "taken_by": None}


@pytest.fixture(autouse=True)
def during(settings: Any, tmp_path: Any) -> Iterator[None]:
    """In the middle of the window, by day."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(DURING, tick=False):
        yield


def test_an_owner_asks_and_takes_it_back(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    owner: Client = sign_in(side, "resident")
    mine = home_right(running)
    plain = {"right": mine.right, "address": mine.address, "more": mine.more, **WAITING}
    none = {**plain, "asked": False, "way": "", "asked_at": None, "own": False}
    assert owner.get(papers_at(running, "own/")).json() == {
        "takes": True,
        "terms": {"place": "望江社区居委会一楼票箱", "hours": "每天 9:00 至 17:30", "contact": "徐美玲 87110001"},
        "rights": [none],
    }
    wanted = {**plain, "asked": True, "way": "door", "asked_at": "2026-06-24T10:00:00+08:00", "own": True}
    key, given = uuid4().hex, {"way": "door", "note": "晚上七点以后在家"}
    answers = [post(owner, papers_at(running, f"own/{mine.right}/"), given, key) for _again in range(2)]
    assert [(one.status_code, one.json()) for one in answers] == [(201, wanted)] * 2
    (row,) = rows(side)
    assert (row.person_id, row.note, row.way) == (side.people["resident"].pk, "晚上七点以后在家", "door")
    assert side.people["officer"].pk in [person for person, _text in told(side, "asked")]
    again = post(owner, papers_at(running, f"own/{mine.right}/"), given)
    assert (again.status_code, again.json()["code"]) == (409, "asked_already")
    assert again.json()["detail"] == "这一户已经要过纸质票，不用再要一次。办到哪一步，在“纸质票怎么投”里看。"
    gone = post(owner, papers_at(running, f"own/{mine.right}/withdraw/"), {})
    assert (gone.status_code, gone.json()) == (200, none)
    late = post(owner, papers_at(running, f"own/{mine.right}/withdraw/"), {})
    assert (late.status_code, late.json()["code"]) == (409, "not_asked")
    with scope(side.compound.pk):
        verbs = Entry.objects.filter(compound=side.compound, verb__startswith="paper_ballots.").order_by("seq")
        assert list(verbs.values_list("verb", flat=True))[-2:] == ["paper_ballots.ask", "paper_ballots.withdraw_asked"]


def test_from_the_request_to_the_proof(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    mine = home_right(running)
    officer: Client = sign_in(side, "officer")
    entered = post(
        sign_in(side, "chair"), papers_at(running, "requests/"),
        {"address": mine.address, "way": "collect", "name": "王老太（女儿来说的）"},
    )  # fmt: skip
    (row,) = rows(side)
    body = {
        "id": row.pk, "address": mine.address, "more": mine.more, "holder": entered.json()["holder"], "way": "collect",
        "name": "王老太（女儿来说的）", "note": "", "own": False, "at": "2026-06-24T10:00:00+08:00", "by": row.label,
        "ended_at": None, "ended_reason": "", **WAITING,
    }  # fmt: skip
    assert (entered.status_code, entered.json()) == (201, body)
    # Whoever owns the home and has an account is told: a stranger who asks in their name is noticed.
    assert [person for person, _text in told(side, "asked_for_you")] == [side.people["resident"].pk]
    assert officer.get(papers_at(running, "requests/")).json() == {"next": None, "results": [body]}
    one = papers_at(running, f"requests/{row.pk}/")
    early = post(officer, f"{one}hand/", {"taken_by": "王老太"})
    assert (early.status_code, early.json()["code"]) == (409, "not_made")
    assert early.json()["detail"] == "这一户的纸质票还没有编票，请先编票、打印，再交给业主。"
    sheets = [post(officer, f"{one}print/", {}) for _again in range(2)]
    assert [(each.status_code, each.json()["how_far"], each.json()["paper"]) for each in sheets] == [
        (200, "made", 1)
    ] * 2
    assert officer.get(sheets[0].json()["sheet"]).status_code == 200
    with scope(side.compound.pk):
        assert list(Paper.objects.filter(compound=side.compound).values_list("number", "right")) == [(1, mine.right)]
    handed = officer.generic(
        "POST", f"{one}hand/", *handing("王小明（儿子）"), headers={"Idempotency-Key": uuid4().hex}
    )
    assert (handed.status_code, handed.json()) == (
        200, {**body, "paper": 1, "how_far": "handed", "taken_by": "王小明（儿子）"},
    )  # fmt: skip
    with scope(side.compound.pk):
        delivery = Delivery.objects.get(compound=side.compound)
    assert (delivery.outcome, delivery.taken_by, delivery.photo_id is not None) == ("handed", "王小明（儿子）", True)
    twice = post(officer, f"{one}hand/", {"taken_by": "别人"})
    assert (twice.status_code, twice.json()["code"]) == (409, "has_paper")
    assert twice.json()["detail"] == (
        "这一户的纸质票已经送到，接收人：王小明（儿子）。弄丢了的，请到组织单位作废旧票、补发一张。"
    )
    assert officer.get(papers_at(running, "requests/")).json()["results"] == []
    assert [each["id"] for each in officer.get(papers_at(running, "requests/?show=all")).json()["results"]] == [row.pk]
    assert officer.get(one).json()["how_far"] == "handed"


def handing(taken_by: str) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    photo = picture()
    photo.seek(0)
    return encode_multipart(BOUNDARY, {"taken_by": taken_by, "photo": photo}), MULTIPART_CONTENT


def test_not_given_says_why(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    made = enter(running)
    officer: Client = sign_in(world.here, "officer")
    one = papers_at(running, f"requests/{made.pk}/")
    blank = post(officer, f"{one}refuse/", {"reason": ""})
    assert (blank.status_code, blank.json()["field"]) == (400, "reason")
    done = post(officer, f"{one}refuse/", {"reason": "来要的人不是业主"})
    assert (done.status_code, done.json()["ended_reason"]) == (200, "来要的人不是业主")
    for tail, given in (("refuse/", {"reason": "再说一次"}), ("print/", {}), ("hand/", {"taken_by": "王老太"})):
        late = post(officer, f"{one}{tail}", given)
        assert (tail, late.status_code, late.json()["code"]) == (tail, 409, "not_asked")
    assert len(told(world.here, "not_given")) == 1


def test_what_cannot_be_asked_for(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    owner: Client = sign_in(side, "resident")
    officer: Client = sign_in(side, "officer")
    own = papers_at(running, f"own/{home_right(running).right}/")
    other = next(key for key in running.keys if key != home_right(running).right)
    refusals = [
        (owner, own, {"way": "post"}, 400, "invalid_choice"),
        (owner, own, {"way": "door", "note": "很" * 301}, 400, "max_length"),
        (owner, papers_at(running, f"own/{other}/"), {"way": "door"}, 403, "not_your_home"),
        (
            officer,
            papers_at(running, "requests/"),
            {"address": "没有", "way": "door", "name": "王"},
            422,
            "not_on_roll",
        ),
        (officer, papers_at(running, "requests/"), {"address": "没有", "way": "door", "name": ""}, 400, "blank"),
        (officer, papers_at(running, "requests/999999/print/"), {}, 409, "not_asked"),
    ]
    for client, where, given, status, code in refusals:
        answer = post(client, where, given)
        assert (where, answer.status_code, answer.json()["code"]) == (where, status, code)
    assert officer.get(papers_at(running, "requests/999999/")).status_code == 404
    assert officer.get(papers_at(running, "requests/?show=some")).status_code == 400
    assert officer.get(papers_at(running, "requests/?page=0")).status_code == 400
    bare = owner.post(own, {"way": "door"}, content_type="application/json")
    assert (bare.status_code, rows(side)) == (400, [])
    closed(running)
    with time_machine.travel(AFTER, tick=False):
        late = post(owner, own, {"way": "door"})
        assert (late.status_code, late.json()["code"]) == (409, "moved_on")
        assert owner.get(papers_at(running, "own/")).json()["takes"] is False


# Reading the own papers, asking, taking back; reading the desk's list, entering, refusing, printing, handing over.
ACCESS = {
    "officer": (403, 403, 403, 200, 201, 200, 200, 200),
    "secretary": (403, 403, 403, 200, 201, 200, 200, 200),
    "chair": (403, 403, 403, 200, 201, 403, 403, 200),
    "street": (403, 403, 403, 200, 403, 403, 403, 403),
    "manager": (403, 403, 403, 403, 403, 403, 403, 403),
    "worker": (403, 403, 403, 403, 403, 403, 403, 403),
    "resident": (200, 201, 200, 403, 403, 403, 403, 403),
    "neighbour": (200, 403, 403, 403, 403, 403, 403, 403),
    "stranger": (404, 404, 404, 404, 404, 404, 404, 404),
}


@pytest.mark.parametrize("role", ACCESS)
def test_who_may_what(world: World, sign_in: Enter, role: str) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    mine = home_right(running)
    client: Client = sign_in(world.there, "officer") if role == "stranger" else sign_in(side, role)
    own, desk = papers_at(running, f"own/{mine.right}/"), papers_at(running, "requests/")
    seen = [client.get(papers_at(running, "own/")), post(client, own, {"way": "collect"})]
    if not rows(side):
        ask(running)
    seen.append(post(client, f"{own}withdraw/", {}))
    end_all(side)
    seen += [client.get(desk), post(client, desk, {"address": mine.address, "way": "door", "name": "王"})]
    end_all(side)
    seen.append(post(client, f"{desk}{enter(running).pk}/refuse/", {"reason": "不是业主"}))
    end_all(side)
    one = f"{desk}{enter(running).pk}/"
    seen.append(post(client, f"{one}print/", {}))
    post(sign_in(side, "officer"), f"{one}print/", {})
    if role != "officer":
        client = sign_in(world.there, "officer") if role == "stranger" else sign_in(side, role)
    seen.append(post(client, f"{one}hand/", {"taken_by": "王小明"}))
    assert tuple(each.status_code for each in seen) == ACCESS[role]


def end_all(side: Side) -> None:
    """No request stands, whatever came of the last one."""
    with scope(side.compound.pk):
        Asked.objects.filter(compound=side.compound, ended_at=None).update(ended_at=DURING, ended_as="完")


def test_before_the_call_nobody_asks(world: World, sign_in: Enter) -> None:
    poll = drawn(world.here, kind="decision")
    owner: Client = sign_in(world.here, "resident")
    base = f"/api/v1/compounds/{world.here.compound.code}/polls/{poll.ref}/papers/"
    assert owner.get(f"{base}own/").status_code == 404
    assert post(owner, f"{base}own/abc/", {"way": "door"}).status_code == 404
    assert called(world.here).ref != poll.ref


@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_one_and_for_thirty(world: World, sign_in: Enter, statements: Any, count: int) -> None:
    side = world.here
    running = sealed(side)
    settled(running)
    with scope(side.compound.pk):
        Asked.objects.bulk_create(
            Asked(
                compound=side.compound, poll=running.poll, right=f"key{number}", way="door", name=f"业主{number}",
                at=DURING, label="社区",
            )
            for number in range(count)
        )  # fmt: skip
        # Thirty homes of one person are thirty rights of theirs.
        line = next(one for one in Unit.objects.filter(poll=running.poll) if one.address == home_right(running).address)
        Unit.objects.filter(pk__in=list(Unit.objects.filter(poll=running.poll).values_list("pk", flat=True)[:count])).update(
            owners=line.owners
        )  # fmt: skip
    counts = []
    for who, tail in (("officer", "requests/"), ("officer", "requests/?show=all"), ("resident", "own/")):
        client: Client = sign_in(side, who)
        client.get(papers_at(running, tail))
        with statements() as seen:
            answer = client.get(papers_at(running, tail))
        assert answer.status_code == 200
        counts.append(len(seen))
    assert counts == [10, 10, 9]
