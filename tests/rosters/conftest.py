"""A compound with a control room and people for it, made by the same actions as the pages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Person
from parties.actions import appoint
from rosters.actions import absences, logbook, setting
from rosters.actions.making import ask_month, work
from rosters.actions.publishing import publish
from rosters.actions.setting import MemberDraft, StationDraft
from rosters.models import Member, Roster, Shift, Station, Swap
from tenancy.actor import Actor
from tenancy.scope import entering, scope
from tests.world import BEGAN, Side

# A Tuesday, 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JULY = date(2026, 7, 1)
ROUND_THE_CLOCK = ("00:00-08:00", "08:00-16:00", "16:00-24:00")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _by_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made in the portal's tests is made by rotation: the same every time. The solver has tests of its own."""
    monkeypatch.setattr("rosters.actions.making.is_installed", lambda: False)


@pytest.fixture(autouse=True)
def _at_ten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of every test of pages and actions stands at NOW (2026-06-02 10:00)."""
    if "world" not in request.fixturenames or "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


def a_room(side: Side, *, now: datetime = NOW, **given: Any) -> Station:
    """A control room round the clock with two persons a shift."""
    draft = {"kind": "control_room", "shifts": ROUND_THE_CLOCK, "persons": 2, **given}
    by = side.actor("manager", now.date())
    with scope(side.compound.pk):
        return setting.set_station(compound_id=side.compound.pk, draft=StationDraft(**draft), by=by, now=now)


def a_member(side: Side, who: str = "worker", *, now: datetime = NOW, **given: Any) -> Member:
    """One of the firm's people on the rosters, with a certificate of grade 4."""
    by = side.actor("manager", now.date())
    with scope(side.compound.pk):
        return setting.add_member(
            compound_id=side.compound.pk,
            post_id=side.posts[who].pk,
            draft=MemberDraft(**{"grade": 4, "certificate": "ZJ-001", **given}),
            by=by,
            now=now,
        )


def hired(side: Side, n: int, mark: str = "", *, now: datetime = NOW) -> list[Member]:
    """So many more workers of the firm, on the rosters."""
    found = []
    firm = side.posts["manager"].organisation
    by = side.actor("manager", now.date())
    for number in range(n):
        with scope(side.compound.pk):
            index = Person.objects.count()
            person = Person.objects.create_person(
                phone=f"+86199002{index:05d}", name=f"值班{number + 1}{mark}", phone_verified=True
            )
            post = appoint(person=person, organisation=firm, role="worker", starts=BEGAN, basis="任命", by=by, now=now)
            found.append(
                setting.add_member(
                    compound_id=side.compound.pk, post_id=post.pk, draft=MemberDraft(grade=4, certificate=f"Z{number}{mark}"),
                    by=by, now=now,
                )
            )  # fmt: skip
    return found


def actor_of(member: Member) -> Actor:
    """Somebody on rosters, as the middleware finds them."""
    from parties.queries import acting_post

    with entering(member.person_id):
        found = acting_post(member.person_id, member.post_id, NOW.date())
    assert found is not None
    return found


def staffed(side: Side, n: int = 10, mark: str = "", *, now: datetime = NOW) -> tuple[Station, list[Member]]:
    """A room, and ``worker``, ``worker2`` and others to make ``n`` people for it."""
    room = a_room(side, now=now)
    first = [a_member(side, who, now=now) for who in ("worker", "worker2")[:n]]
    return room, [*first, *hired(side, n - len(first), mark, now=now)]


def made(side: Side, month: date = JULY, *, now: datetime = NOW) -> Roster:
    """A draft of a month, as the worker leaves it."""
    by = side.actor("manager", now.date())
    with scope(side.compound.pk):
        asked = ask_month(compound_id=side.compound.pk, month=month, by=by, now=now)
    work(compound_id=side.compound.pk, roster_id=asked.pk, now=now)
    with scope(side.compound.pk):
        found: Roster = Roster.objects.select_related("compound", "base").get(pk=asked.pk)
        return found


def out(side: Side, month: date = JULY, *, now: datetime = NOW, gap_note: str = "") -> Roster:
    """A published month."""
    draft = made(side, month, now=now)
    by = side.actor("manager", now.date())
    with scope(side.compound.pk):
        return publish(compound_id=side.compound.pk, ref=draft.ref, gap_note=gap_note, by=by, now=now)


def line(side: Side, room: Station, who: str = "worker", *, now: datetime = NOW, **given: Any) -> Any:
    """A line of the log."""
    stand_in = given.pop("stand_in", None)
    with scope(side.compound.pk):
        return logbook.write(
            compound_id=side.compound.pk, station_id=room.pk, words=logbook.Words(**given), stand_in=stand_in,
            by=side.actor(who, now.date()), now=now,
        )  # fmt: skip


def put_rosters_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """One of everything; the values of URL parameters."""
    compound = side.compound.pk
    month = (now.date().replace(day=1) + 31 * DAY).replace(day=1)
    by = side.actor("manager", now.date())
    room = a_room(side, name=f"室{mark}", now=now)
    worker = a_member(side, now=now, certificate=f"证{mark}")
    second = a_member(side, "worker2", now=now)
    with scope(compound):
        asked = ask_month(compound_id=compound, month=month, by=by, now=now)
    work(compound_id=compound, roster_id=asked.pk, now=now)
    with scope(compound):
        roster = publish(compound_id=compound, ref=asked.ref, gap_note=f"补{mark}", by=by, now=now)
        off = absences.ask_off(
            compound_id=compound, kind="leave", first=month + 40 * DAY, last=month + 40 * DAY, reason=f"因{mark}",
            by=side.actor("worker", now.date()), now=now,
        )  # fmt: skip
        mine = Shift.objects.filter(roster=roster, member=worker).order_by("starts_at")[0]
        swap = Swap.objects.create(
            compound_id=compound, month=month, giver=worker, taker=second, station=room, day=mine.day, turn=mine.turn,
            reason=f"换{mark}", asked_at=now,
        )  # fmt: skip
    entry = line(side, room, now=now, words=f"记{mark}")
    with scope(compound):
        common: dict[str, Any] = {"compound_id": compound, "station_id": room.pk, "by": by, "now": now}
        alarm = logbook.raise_alarm(spot=f"处{mark}", **common)
        logbook.hand_over(words=f"交{mark}", **common)
    # A month is everyone's: another value for the next compound, so that it is not there here.
    return {
        "month": "nothing" if mark else f"{month:%Y-%m}",
        "roster": roster.ref, "on": month.isoformat(), "station_id": room.pk, "shift_no": 0,
        "roster_member": worker.pk, "absence_id": off.pk, "swap_id": swap.pk, "own_shift": mine.pk, "room_id": room.pk,
        "entry_id": entry.pk, "alarm_id": alarm.pk,
    }  # fmt: skip
