"""A month to be staffed, put together from the tables: what the arithmetic, the solver and the checker are asked about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.timezone import get_default_timezone

from calendars.queries import work_calendar
from rosters.models import Absence, Member, Roster, Shift, Station, Terms
from rosters.rules.cases import Case, Duty, firm
from rosters.rules.reading import read_case

# As far as rest between shifts and days in a row can reach, back and ahead.
DAYS_AROUND = 7


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month that follows."""
    return (month + timedelta(days=31)).replace(day=1)


def stations(compound_id: int) -> list[Station]:
    """The posts that are staffed today, in the order in which they were made. One statement."""
    return list(
        Station.objects.filter(compound_id=compound_id, ended_at__isnull=True)
        .select_related("proof_file")
        .order_by("pk")
    )


def members(compound_id: int) -> list[Member]:
    """Who may be put on rosters, by name. One statement."""
    return list(
        Member.objects.filter(compound_id=compound_id, left_at__isnull=True).select_related("picture").order_by("name")
    )


def terms(compound_id: int) -> dict[str, int]:
    """What the firm has set, or the portal's defaults. One statement."""
    found: Terms | None = Terms.objects.filter(compound_id=compound_id).first()
    usual = firm()
    if found is None:
        return {
            "rest_hours": usual.rest_minutes // 60,
            "days_in_row": usual.days_in_row,
            "overtime_hours": usual.overtime_minutes // 60,
        }
    return {
        "rest_hours": found.rest_hours,
        "days_in_row": found.days_in_row,
        "overtime_hours": found.overtime_hours,
    }


@dataclass(frozen=True, slots=True)
class Ground:
    """A month's case with the rows behind its names."""

    case: Case
    stations: Mapping[str, Station]
    members: Mapping[str, Member]


def given(compound_id: int, month: date) -> tuple[dict[str, Any], list[Station], list[Member]]:
    """The case as JSON has it, with its stations and members. Six statements, however many people."""
    posts, people, rules = stations(compound_id), members(compound_id), terms(compound_id)
    names = {one.pk: one.name for one in posts}
    days = _absences(compound_id, month)
    years = _years(compound_id, month)
    return (
        {
            "month": f"{month:%Y-%m}",
            "posts": [_post(one) for one in posts],
            "people": [
                {
                    "name": one.name,
                    "grade": one.grade,
                    "until": one.valid_until.isoformat() if one.valid_until else None,
                    "posts": [names[key] for key in one.stations if key in names],
                    "leave": days.get((one.pk, Absence.Kind.LEAVE), []),
                    "unwanted": days.get((one.pk, Absence.Kind.WISH), []),
                    "year": years.get(one.pk, {}),
                }
                for one in people
            ],
            "rules": rules,
            "holidays": _holidays(month),
            **_around(compound_id, month, posts, people),
            "seed": int(f"{month:%Y%m}"),
        },
        posts,
        people,
    )


def ground(compound_id: int, month: date) -> Ground:
    """The case of a month as things stand now. Raises Malformed (posts_missing, …) where it cannot be meant."""
    asked, posts, people = given(compound_id, month)
    return Ground(read_case(asked), {one.name: one for one in posts}, {one.name: one for one in people})


def _post(one: Station) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.name,
        "shifts": list(one.shifts),
        "persons": one.persons,
        "linked": one.linked,
        "single": {"place": one.place, "proof": one.proof},
    }


def _absences(compound_id: int, month: date) -> dict[tuple[int, str], list[dict[str, str]]]:
    """Leave that was granted and wishes, within the month. One statement."""
    last = month_after(month) - timedelta(days=1)
    rows = Absence.objects.filter(compound_id=compound_id, state="granted", last__gte=month, first__lte=last).order_by(
        "first", "pk"
    )
    found: dict[tuple[int, str], list[dict[str, str]]] = {}
    for one in rows:
        span = {"from": max(one.first, month).isoformat(), "to": min(one.last, last).isoformat()}
        found.setdefault((one.member_id, one.kind), []).append(span)
    return found


def _years(compound_id: int, month: date) -> dict[int, dict[str, int]]:
    """By member, what the months of the year before this one brought, as published. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.member_id, count(DISTINCT r.month), count(*), count(*) FILTER (WHERE s.night),
              count(*) FILTER (WHERE s.free_day)
            FROM rosters_shift s JOIN rosters_roster r ON r.compound_id = s.compound_id AND r.id = s.roster_id
            WHERE s.compound_id = %s AND r.state = 'published' AND r.month >= %s AND r.month < %s GROUP BY s.member_id
            """,
            [compound_id, month.replace(month=1), month],
        )
        return {
            member: {"months": months, "shifts": shifts, "nights": nights, "weekends": weekends}
            for member, months, shifts, nights, weekends in cursor.fetchall()
        }


def _holidays(month: date) -> list[str]:
    """Days from Monday to Friday that are not worked."""
    calendar, day, found = work_calendar(), month, []
    while day < month_after(month):
        if day.weekday() < 5 and not calendar.is_working_day(day).working:  # noqa: PLR2004  Saturday
            found.append(day.isoformat())
        day += timedelta(days=1)
    return found


def _around(
    compound_id: int, month: date, posts: Sequence[Station], people: Sequence[Member]
) -> dict[str, list[dict[str, str]]]:  # fmt: skip
    """The last days of the month before and the first of the month after, as published; of shifts and people that there still
    are. One statement.
    """
    turns = {(one.pk, turn) for one in posts for turn in one.shifts}
    names, posted = {one.pk: one.name for one in people}, {one.pk: one.name for one in posts}
    following = month_after(month)
    rows = Shift.objects.filter(
        Q(roster__month__lt=month, day__lt=month) | Q(roster__month=following, day__gte=following),
        compound_id=compound_id,
        roster__state="published",
        day__gte=month - timedelta(days=DAYS_AROUND),
        day__lt=following + timedelta(days=DAYS_AROUND),
    ).order_by("day", "pk")
    found: dict[str, list[dict[str, str]]] = {"before": [], "after": []}
    for one in rows:
        if (one.station_id, one.turn) in turns and one.member_id in names:
            found["before" if one.day < month else "after"].append(
                {
                    "date": one.day.isoformat(),
                    "post": posted[one.station_id],
                    "shift": one.turn,
                    "person": names[one.member_id],
                }
            )
    return found


def duties_of(shifts: Iterable[Shift]) -> list[Duty]:
    """Shifts (with station and member) as the rules know them."""
    return sorted(Duty(one.day, one.station.name, one.turn, one.member.name) for one in shifts)


def shifts_of(roster: Roster) -> list[Shift]:
    """Every shift of an edition with its station and member. One statement."""
    return list(
        Shift.objects.filter(compound_id=roster.compound_id, roster=roster)
        .select_related("station", "member")
        .order_by("starts_at", "station_id", "member__name", "pk")
    )


def begins(day: date, minutes: int) -> datetime:
    """A moment so many minutes after the midnight on which a day begins."""
    return datetime.combine(day, datetime.min.time(), get_default_timezone()) + timedelta(minutes=minutes)
