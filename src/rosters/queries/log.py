"""Reads of a control room's log: a day of it, whose shift it is, what is open, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from rosters.models import Alarm, Entry, Lapse, Member, Relief, Shift, Station
from rosters.queries.cases import begins
from rosters.queries.months import shifts_on
from rosters.rules.standards import standards

# Whoever relieves signs a little before the hour, and whoever is relieved a little after it: both are still of their own shift.
RELIEF = timedelta(minutes=30)


def every() -> timedelta:
    """How long a log may be without an entry (GB 25201 ch. 5)."""
    return timedelta(minutes=standards().entry_hours.minutes)


def rooms(compound_id: int) -> list[Station]:
    """The control rooms. One statement."""
    return list(
        Station.objects.filter(compound_id=compound_id, kind="control_room", ended_at__isnull=True).order_by("pk")
    )


def room(compound_id: int, station_id: int) -> Station | None:
    """One control room, also one that is no longer staffed: its log is kept."""
    found: Station | None = Station.objects.filter(compound_id=compound_id, kind="control_room", pk=station_id).first()
    return found


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose shift it is at a moment: who is on it, and whether the person asking is of it, or of the one before or after it
    while they relieve each other; ``turn`` is then their own.
    """

    turn: str
    people: tuple[str, ...]
    is_theirs: bool
    member: Member | None

    @property
    def planned(self) -> bool:
        """Whether a roster says who is to be there."""
        return bool(self.people) or self.is_theirs


def whose(station: Station, person_id: int, at: datetime) -> Whose:
    """Whose shift it is by the published roster. Two statements."""
    near = shifts_on([station.pk], station.compound_id, at, around=RELIEF)
    there = [one for one in near if one.starts_at <= at < one.ends_at]
    member: Member | None = Member.objects.filter(
        compound_id=station.compound_id, person_id=person_id, left_at__isnull=True
    ).first()
    own = [one for one in near if member is not None and one.member_id == member.pk]
    mine = [one for one in own if one in there] or own
    turn = mine[0].turn if mine else there[0].turn if there else ""
    return Whose(turn, tuple(one.member.name for one in there), bool(mine), member)


def certified(station: Station, member: Member | None, day: date) -> bool:
    """Whether somebody holds what the room asks for."""
    known = standards()
    grade = (known.grade_linked if station.linked else known.grade_alone).whole
    return (
        member is not None
        and member.grade is not None
        and member.grade <= grade
        and (member.valid_until is None or day <= member.valid_until)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands now: the entry, with the ones that it corrects, the first one last."""

    entry: Entry
    corrected: tuple[Entry, ...]


def day_of(station: Station, day: date) -> list[Line]:
    """A day of the log, in order; a corrected line stands where the first one stood. One statement."""
    rows = list(
        Entry.objects.filter(
            compound_id=station.compound_id, station=station, at__gte=begins(day, 0), at__lt=begins(day, 24 * 60)
        ).order_by("at", "written_at", "pk")
    )
    return lines(rows)


def lines(rows: Sequence[Entry]) -> list[Line]:
    """Entries with their corrections behind them."""
    by_id = {one.pk: one for one in rows}
    replaced = {one.corrects for one in rows if one.corrects is not None}
    found = []
    for one in rows:
        if one.pk in replaced:
            continue
        chain, before = [], one.corrects
        while before is not None and before in by_id:
            chain.append(by_id[before])
            before = by_id[before].corrects
        found.append(Line(one, tuple(chain)))
    return found


def entry_of(station: Station, entry_id: int, since: datetime) -> Entry | None:
    """One entry of the last days; its month's partition is found by its time."""
    found: Entry | None = Entry.objects.filter(
        compound_id=station.compound_id, station=station, pk=entry_id, at__gte=since
    ).first()
    return found


def is_corrected(station: Station, entry: Entry) -> bool:
    """Whether a newer line stands for it."""
    return bool(
        Entry.objects.filter(compound_id=station.compound_id, station=station, at=entry.at, corrects=entry.pk).exists()
    )


def reliefs(station: Station, day: date) -> list[Relief]:
    """The handovers of a day. One statement."""
    return list(
        Relief.objects.filter(
            compound_id=station.compound_id,
            station=station,
            given_at__gte=begins(day, 0),
            given_at__lt=begins(day, 24 * 60),
        ).order_by("given_at")
    )


def open_relief(station: Station) -> Relief | None:
    """The handover that waits for its second signature."""
    found: Relief | None = Relief.objects.filter(
        compound_id=station.compound_id, station=station, taken_at__isnull=True
    ).first()
    return found


def open_alarm(station: Station) -> Alarm | None:
    """The alarm that is being dealt with."""
    found: Alarm | None = Alarm.objects.filter(
        compound_id=station.compound_id, station=station, closed_at__isnull=True
    ).first()
    return found


def alarm_of(station: Station, alarm_id: int) -> Alarm | None:
    """One alarm."""
    found: Alarm | None = Alarm.objects.filter(compound_id=station.compound_id, station=station, pk=alarm_id).first()
    return found


def alarms_of(station: Station, day: date) -> list[Alarm]:
    """The alarms of a day with the moments of their steps, in order. One statement."""
    return list(
        Alarm.objects.filter(
            compound_id=station.compound_id,
            station=station,
            began_at__gte=begins(day, 0),
            began_at__lt=begins(day, 24 * 60),
        ).order_by("began_at", "pk")
    )


def roster_of_day(station: Station, day: date) -> list[Shift]:
    """Who was on duty there on a day, by the roster, from midnight to midnight. One statement."""
    return list(
        Shift.objects.filter(
            compound_id=station.compound_id,
            station=station,
            roster__state="published",
            starts_at__lt=begins(day, 24 * 60),
            ends_at__gt=begins(day, 0),
        )
        .select_related("member")
        .order_by("starts_at", "member__name")
    )


def open_lapses(compound_id: int) -> QuerySet[Lapse]:
    """Rooms whose log is overdue now, the longest first."""
    return (
        Lapse.objects.filter(compound_id=compound_id, ended_at__isnull=True, station__ended_at__isnull=True)
        .select_related("station")
        .order_by("since")
    )


def silent(compound_id: int, now: datetime) -> list[Station]:
    """Control rooms with a log in which nobody wrote for too long, and of whom nobody was told yet. One statement."""
    from django.db.models import F

    return list(
        Station.objects.filter(
            compound_id=compound_id, kind="control_room", ended_at__isnull=True, last_entry_at__lte=now - every()
        ).filter(Q(told_for__isnull=True) | ~Q(told_for=F("last_entry_at")))
    )


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where a roster waits for a worker, or a log for its entry. One statement, over all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT compound_id FROM rosters_roster WHERE state IN ('waiting', 'making')
            UNION SELECT compound_id FROM rosters_station WHERE kind = 'control_room' AND ended_at IS NULL
              AND last_entry_at <= %s AND told_for IS DISTINCT FROM last_entry_at ORDER BY 1
            """,
            [now - every()],
        )
        return [compound for (compound,) in cursor.fetchall()]
