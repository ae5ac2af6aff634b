"""REST, the calendar address and one's own copy: who has them, what they say, what they do, and nothing of anybody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from rosters.models import Absence, Entry, Member, Seen, Shift, Swap
from rosters.own import export
from rosters.queries.cases import shifts_of
from tenancy.scope import scope
from tests.rosters.conftest import NOW, actor_of, line, out, put_rosters_in, staffed
from tests.world import CANARY, RESIDENTS, STAFF, World

BASE = "/c/here/rosters/"
API = "/api/v1/compounds/here/rosters/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}


def _post(client: Client, path: str, body: dict[str, Any], n: int) -> Any:
    return client.post(
        API + path, body, content_type="application/json", headers={"Idempotency-Key": f"{n:030d}"}
    )  # fmt: skip


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_resources(world: World, sign_in: Callable[..., Client], who: str) -> None:
    there = put_rosters_in(world.there, CANARY, NOW)
    here = put_rosters_in(world.here, "", NOW)
    client = sign_in(world.here, who)
    allowed = 200 if who in FIRM else 403
    for path in (f"months/{here['month']}/", "mine/", f"rooms/{here['room_id']}/entries/"):
        answer = client.get(API + path)
        assert answer.status_code == allowed, path
        assert CANARY not in answer.content.decode(), path
    assert client.get(f"{API}rooms/{there['room_id']}/entries/").status_code == (404 if who in FIRM else 403)
    posted: tuple[tuple[str, dict[str, Any], int], ...] = (
        (f"rooms/{there['room_id']}/entries/", {}, 404),
        (f"leave/{there['absence_id']}/withdraw/", {}, 404),
        (f"swaps/{there['swap_id']}/approve/", {}, 404),
        (f"editions/{there['roster']}/seen/", {}, 404),
    )
    keeps, serves = who in {"manager", "dispatcher"}, who in {"worker", "worker2"}
    for n, (path, body, code) in enumerate(posted):
        expected = {
            "leave": code if keeps or serves else 403,
            "swaps": code if keeps else 403,
            "editions": code if serves else 403,
            "rooms": code if who in FIRM else 403,
        }[path.partition("/")[0]]
        # What is the next compound's is not there, before anything is said of who one is.
        assert _post(client, path, body, n).status_code in {expected, 404}, path
        if who not in FIRM:
            assert _post(client, path, body, 50 + n).status_code in {403, 404}


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    room, _people = staffed(side)
    out(side)
    for _ in range(n):
        line(side, room, now=NOW)
    worker = sign_in(side, "worker")
    worker.post(f"{BASE}mine/feed/open/", {"idempotency_key": "f" * 30})
    feed = worker.get(f"{BASE}mine/").context["address"].partition("/shifts/")[2]
    counts = {}
    for name, path in (
        ("month", f"{API}months/2026-07/"), ("mine", f"{API}mine/"), ("log", f"{API}rooms/{room.pk}/entries/"),
        ("feed", f"/shifts/{feed}"),
    ):  # fmt: skip
        worker.get(path)
        with statements() as found:
            assert worker.get(path).status_code == 200, path
        counts[name] = len(found)
    assert counts == {"month": 9, "mine": 12, "log": 9, "feed": 12}


def test_a_month_leave_a_swap_and_a_line_by_the_firms_own_app(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    room, people = staffed(side)
    roster = out(side)
    worker, manager = sign_in(side, "worker"), sign_in(side, "manager")
    month = worker.get(f"{API}months/2026-07/").json()
    assert (month["ref"], month["edition"], len(month["shifts"])) == (roster.ref, 1, 186)
    assert worker.get(f"{API}months/2026-08/").status_code == 404
    mine = worker.get(f"{API}mine/").json()
    with scope(side.compound.pk):
        own = [one.pk for one in shifts_of(roster) if one.member_id == people[0].pk]
    assert (mine["member"], [one["id"] for one in mine["shifts"]]) == (people[0].pk, own)
    assert (mine["to_acknowledge"], {one["name"] for one in mine["shifts"]}) == ([roster.ref], {people[0].name})
    assert _post(worker, f"editions/{roster.ref}/seen/", {}, 1).status_code == 204
    assert worker.get(f"{API}mine/").json()["to_acknowledge"] == []
    with scope(side.compound.pk):
        assert Seen.objects.get().member_id == people[0].pk
    late = _post(worker, "leave/", {"kind": "leave", "first": "2026-08-04", "last": "2026-08-03"}, 2)
    assert (late.status_code, late.json()["code"], late.json()["field"]) == (422, "ends_before_start", "last")
    asked = _post(worker, "leave/", {"kind": "leave", "first": "2026-08-03", "last": "2026-08-04"}, 3)
    again = _post(worker, "leave/", {"kind": "leave", "first": "2026-08-03", "last": "2026-08-04"}, 3)
    assert (asked.status_code, asked.json()["state"], again.json()) == (201, "asked", asked.json())
    granted = _post(manager, f"leave/{asked.json()['id']}/grant/", {}, 4)
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert _post(manager, f"leave/{asked.json()['id']}/sing/", {}, 5).status_code == 404
    with scope(side.compound.pk):
        assert Absence.objects.get().state == "granted"
    strange = _post(worker, "swaps/", {"shift": own[0], "taker": people[0].pk}, 6)
    assert (strange.status_code, strange.json()["code"]) == (422, "no_such_person")
    taken = next(
        one
        for n, one in enumerate(own)
        if _post(worker, "swaps/", {"shift": one, "taker": people[1].pk, "reason": "看病"}, 10 + n).status_code == 201
    )
    with scope(side.compound.pk):
        swap = Swap.objects.get()
        assert swap.day == Shift.objects.get(pk=taken).day
    second = sign_in(side, "worker2")
    assert _post(second, f"swaps/{swap.pk}/agree/", {}, 60).json()["state"] == "agreed"
    assert _post(manager, f"swaps/{swap.pk}/approve/", {}, 61).json()["state"] == "approved"
    assert worker.get(f"{API}months/2026-07/").json()["edition"] == 2
    short = _post(worker, f"rooms/{room.pk}/entries/", {"kind": "fault"}, 70)
    assert (short.status_code, short.json()["code"], short.json()["field"]) == (422, "say_what", "words")
    written = _post(worker, f"rooms/{room.pk}/entries/", {"kind": "fault", "words": "3 号楼烟感故障"}, 71)
    assert (written.status_code, written.json()["normal"], written.json()["unplanned"]) == (201, False, True)
    listed = worker.get(f"{API}rooms/{room.pk}/entries/?day=2026-06-02").json()
    assert [one["id"] for one in listed] == [written.json()["id"]]
    assert worker.get(f"{API}rooms/{room.pk}/entries/?day=yesterday").status_code == 404
    with scope(side.compound.pk):
        assert Entry.objects.get().words == "3 号楼烟感故障"


def test_a_calendar_address_shows_ones_own_shifts_until_it_is_taken_back(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    _room, people = staffed(side)
    roster = out(side)
    worker, anyone = sign_in(side, "worker"), Client()
    assert "生成日历地址" in worker.get(f"{BASE}mine/").content.decode()

    def address(step: str, n: int) -> str:
        answer = worker.post(f"{BASE}mine/feed/{step}/", {"idempotency_key": f"{n:030d}"})
        assert answer["location"] == f"{BASE}mine/#feed"
        return str(worker.get(f"{BASE}mine/").context["address"].partition("/shifts/")[2])

    first = address("open", 1)
    answer = anyone.get(f"/shifts/{first}")
    assert (answer.status_code, answer["content-type"]) == (200, "text/calendar; charset=utf-8")
    events: Any = Calendar.from_ical(answer.content).walk("VEVENT")
    with scope(side.compound.pk):
        own = [one for one in shifts_of(roster) if one.member_id == people[0].pk]
    assert sorted(event["dtstart"].dt for event in events) == [one.starts_at for one in own]
    text = answer.content.decode()
    assert [one.name for one in people if one.name in text] == []
    # Another compound's, another member's, a changed sign and nonsense look alike.
    pk, _dash, sign = first.partition("/")[2].removesuffix(".ics").partition("-")
    wrong = (
        f"there/{pk}-{sign}",
        f"here/{people[1].pk}-{sign}",
        f"here/{pk}-{sign[:-1]}x",
        "here/nobody",
        f"here/{pk}-",
    )
    assert [anyone.get(f"/shifts/{one}.ics").status_code for one in wrong] == [404] * 5
    second = address("open", 2)
    assert [anyone.get(f"/shifts/{one}").status_code for one in (first, second)] == [404, 200]
    assert address("close", 3) == ""
    assert anyone.get(f"/shifts/{second}").status_code == 404
    third = address("open", 4)
    with scope(side.compound.pk):
        Member.objects.filter(pk=people[0].pk).update(left_at=NOW)
    assert anyone.get(f"/shifts/{third}").status_code == 404
    assert sign_in(side, "dispatcher").post(
        f"{BASE}mine/feed/open/", {"idempotency_key": "9" * 30}, follow=True
    ).context["address"] == ""  # fmt: skip


def test_calendar_addresses_cannot_be_tried_out(world: World) -> None:
    cache.clear()
    anyone = Client()
    answers = [anyone.get(f"/shifts/{world.here.compound.code}/{n}-0.ics").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    cache.clear()


def test_ones_own_copy_holds_ones_own_and_nobody_elses(world: World) -> None:
    mine, theirs = put_rosters_in(world.here, "", NOW), put_rosters_in(world.there, CANARY, NOW)
    assert mine["roster"] != theirs["roster"]
    person = world.here.people["worker"]
    copy = export(person)
    with scope(world.here.compound.pk):
        member = Member.objects.get(person_id=person.pk)
        shifts = Shift.objects.filter(member=member, roster__state="published").count()
    assert {name: len(rows) for name, rows in copy.items()} == {
        "certificates": 1, "shifts": shifts, "days_off": 1, "swaps": 1, "log": 1
    }  # fmt: skip
    assert CANARY not in str(copy)
    other = export(world.here.people["worker2"])
    assert (other["swaps"][0]["own"], other["swaps"][0]["reason"], copy["swaps"][0]["own"]) == (False, None, True)
    assert repr(member.name) not in str(other)
    assert actor_of(member).person_id == person.pk
