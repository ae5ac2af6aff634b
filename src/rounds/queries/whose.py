"""Reads of who is to walk a round: somebody of the firm, or whoever is on duty at a post of the rosters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.timezone import localdate

from parties.queries import Holder, holders
from rosters.models import Station
from rosters.queries.cases import stations
from rosters.queries.months import shifts_on
from rounds.models import OPEN, Assignment, Occurrence, Plan
from rounds.permissions import WALKERS
from rounds.queries.occurrences import MOST_ROUNDS, day_bounds, on_day


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody on duty at the post that a round belongs to, within its hours: by the published roster, or standing in there."""

    person_id: int
    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Whose:
    """Who is to walk a round. ``label`` "": nobody. ``always``: by its plan, not for this time alone. ``turns``: of
    a station only.

    ``away``: on leave that was granted, on the day that was asked for.
    """

    label: str = ""
    person_id: int | None = None
    station_id: int | None = None
    always: bool = False
    turns: tuple[Turn, ...] = ()
    away: bool = False
    reason: str = ""
    made_as: str = ""
    made_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether somebody has to be found: it is nobody's, or that of somebody who is away."""
        return not self.label or self.away

    @property
    def names(self) -> list[str]:
        """Who is on duty there, each once."""
        return list(dict.fromkeys(one.name for one in self.turns))

    def people(self) -> set[int]:
        """Whom it is for that day."""
        if self.away:
            return set()
        return {self.person_id} if self.person_id is not None else {one.person_id for one in self.turns}


NOBODY = Whose()
# A person's post, and the firm's contract with the compound, whichever ends first; a station's end; who is on duty there on the
# day that is asked for. Whoever wrote into the room's log in somebody's place is on that one's shift (half an hour around it).
_WHOSE = """
SELECT a.plan_key, a.occurrence_id, a.person_id, a.station_id, a.label, a.made_at, a.ended_at, a.reason, a.made_as,
  (SELECT least(coalesce(p.ends, DATE '9999-12-31'), coalesce((
      SELECT max(coalesce(c.ends, DATE '9999-12-31')) FROM parties_contract c
      WHERE c.compound_id = a.compound_id AND c.company_id = p.organisation_id), DATE '0001-01-01'))
    FROM parties_post p WHERE p.id = a.post_id) AS until,
  (SELECT s.ended_at FROM rosters_station s WHERE s.compound_id = a.compound_id AND s.id = a.station_id) AS closed_at,
  EXISTS (SELECT FROM rosters_absence b JOIN rosters_member m ON m.compound_id = b.compound_id AND m.id = b.member_id
    WHERE b.compound_id = a.compound_id AND m.person_id = a.person_id AND b.kind = 'leave' AND b.state = 'granted'
      AND b.first <= %(day)s::date AND b.last >= %(day)s::date) AS away,
  d.person_id, d.name, d.starts_at, d.ends_at
FROM rounds_assignment a
LEFT JOIN LATERAL (
  SELECT m.person_id, m.name, s.starts_at, s.ends_at
  FROM rosters_shift s
  JOIN rosters_roster r ON r.compound_id = s.compound_id AND r.id = s.roster_id AND r.state = 'published'
  JOIN rosters_member m ON m.compound_id = s.compound_id AND m.id = s.member_id
  WHERE s.compound_id = a.compound_id AND s.station_id = a.station_id
    AND s.starts_at < %(ends)s::timestamptz AND s.ends_at > %(begins)s::timestamptz
  UNION
  SELECT e.person_id, person.name, s.starts_at, s.ends_at
  FROM rosters_entry e
  JOIN accounts_person person ON person.id = e.person_id
  JOIN rosters_member m ON m.compound_id = e.compound_id AND m.name = e.instead_of
  JOIN rosters_shift s ON s.compound_id = e.compound_id AND s.member_id = m.id AND s.station_id = e.station_id
    AND s.starts_at - INTERVAL '30 minutes' <= e.at AND s.ends_at > e.at
  JOIN rosters_roster r ON r.compound_id = s.compound_id AND r.id = s.roster_id AND r.state = 'published'
  WHERE e.compound_id = a.compound_id AND e.station_id = a.station_id AND e.instead_of <> ''
    AND e.at >= %(begins)s::timestamptz - INTERVAL '1 day' AND e.at < %(ends)s::timestamptz
    AND s.starts_at < %(ends)s::timestamptz AND s.ends_at > %(begins)s::timestamptz
) d ON a.station_id IS NOT NULL
WHERE a.compound_id = %(compound)s AND (a.plan_key = ANY (%(keys)s) OR a.occurrence_id = ANY (%(rounds)s))
  AND (a.ended_at IS NULL OR a.ended_at > %(since)s)
ORDER BY a.id, d.starts_at, d.name
"""


@dataclass(frozen=True, slots=True)
class _Row:
    whose: Whose
    made_at: datetime
    ended_at: datetime | None
    until: date | None
    closed_at: datetime | None

    def held(self, at: datetime) -> bool:
        return self.made_at <= at and (self.ended_at is None or self.ended_at > at)

    def stands(self, on: date) -> bool:
        """Whether who it names is there on a day."""
        if self.whose.person_id is not None:
            return self.until is not None and self.until >= on
        return self.closed_at is None or localdate(self.closed_at) > on


def whose(
    compound_id: int, rounds: Sequence[Occurrence], keys: Mapping[int, str], *, now: datetime, day: date | None = None
) -> dict[int, Whose]:
    """Who is, or was, to walk each of these, by round; those that are nobody's are left out. One statement; none for none.

    ``keys`` are the plans' by their id. ``day``: who is on duty on it at a station; None where its name is enough. What
    is over is told as it was when it ended, what is to come by who will still be there.
    """
    if not rounds:
        return {}
    begins, ends = day_bounds(day) if day is not None else (None, None)
    moments = {one.pk: _moment(one, now) for one in rounds}
    with connection.cursor() as cursor:
        cursor.execute(
            _WHOSE,
            {
                "compound": compound_id, "keys": sorted({keys[one.plan_id] for one in rounds if one.plan_id in keys}),
                "rounds": [one.pk for one in rounds], "day": day, "begins": begins, "ends": ends,
                "since": min(moments.values()),
            },
        )  # fmt: skip
        by_plan, by_time = _grouped(cursor.fetchall())
    found: dict[int, Whose] = {}
    for one in rounds:
        at, on = moments[one.pk], _day_of(one, now)
        alone = next((row for row in by_time.get(one.pk, ()) if row.held(at)), None)
        row = alone or next((row for row in by_plan.get(keys.get(one.plan_id, ""), ()) if row.held(at)), None)
        if row is not None and row.whose.label and row.stands(on):
            found[one.pk] = _within(row.whose, one)
    return found


def _moment(one: Occurrence, now: datetime) -> datetime:
    return one.done_at or min(one.closes_at, now)


def _day_of(one: Occurrence, now: datetime) -> date:
    if one.state in OPEN:
        return max(localdate(now), localdate(one.opens_at))
    return localdate(_moment(one, now))


def _grouped(rows: Collection[tuple[Any, ...]]) -> tuple[dict[str, list[_Row]], dict[int, list[_Row]]]:
    turns: dict[Any, list[Turn]] = {}
    for *head, person, name, starts, ends in rows:
        there = turns.setdefault(tuple(head), [])
        if person is not None:
            there.append(Turn(person, name, starts, ends))
    by_plan: dict[str, list[_Row]] = {}
    by_time: dict[int, list[_Row]] = {}
    for head, there in turns.items():
        key, occurrence, person, station, label, made_at, ended_at, reason, made_as, until, closed_at, away = head
        told = Whose(label, person, station, bool(key), tuple(there), away, reason, made_as, made_at)
        row = _Row(told, made_at, ended_at, until, closed_at)
        if key:
            by_plan.setdefault(key, []).append(row)
        else:
            by_time.setdefault(occurrence, []).append(row)
    return by_plan, by_time


def _within(told: Whose, one: Occurrence) -> Whose:
    """Of those on duty that day the ones whose shift meets the hours of the round."""
    if not told.turns:
        return told
    there = tuple(turn for turn in told.turns if turn.begins < one.due_at and turn.ends > one.opens_at)
    return replace(told, turns=there)


def of_plans(compound_id: int, keys: Collection[str], on: date) -> dict[str, Assignment]:
    """Who walks these plans from now on, by key; without those who are there no more. Two statements; none for none."""
    if not keys:
        return {}
    rows = list(
        Assignment.objects.filter(
            compound_id=compound_id, plan_key__in=set(keys), ended_at__isnull=True
        ).select_related("station")
    )
    there = {one.post_id for one in walkers(compound_id, on)}
    return {
        one.plan_key: one
        for one in rows
        if (one.station is not None and one.station.ended_at is None) or one.post_id in there
    }


def walkers(compound_id: int, on: date) -> list[Holder]:
    """Who of the firm may be given a round on a day. One statement."""
    return [one for one in holders(compound_id, on) if one.party in WALKERS]


def on_duty_at(compound_id: int, day: date) -> list[tuple[Station, list[str]]]:
    """The posts of the rosters, each with who is on duty there on a day. Two statements."""
    found = stations(compound_id)
    begins, ends = day_bounds(day)
    half = (ends - begins) / 2
    names: dict[int, list[str]] = {}
    for one in shifts_on([each.pk for each in found], compound_id, begins + half, around=half):
        if one.starts_at < ends:
            names.setdefault(one.station_id, []).append(one.member.name)
    return [(one, list(dict.fromkeys(names.get(one.pk, ())))) for one in found]


def in_use(compound_id: int) -> bool:
    """Whether anything was ever given to somebody here. One statement."""
    return Assignment.objects.filter(compound_id=compound_id).exists()


@dataclass(frozen=True, slots=True)
class Load:
    """A round that may be walked on a day, with its plan and who is to do it."""

    occurrence: Occurrence
    plan: Plan
    whose: Whose


def loads(compound_id: int, day: date, now: datetime) -> list[Load]:
    """What may be walked on a day and who is to do it, in the order of its end. Three statements."""
    rows = list(on_day(compound_id, day)[:MOST_ROUNDS])
    plans = {
        one.pk: one for one in Plan.objects.filter(compound_id=compound_id, pk__in={each.plan_id for each in rows})
    }
    told = whose(compound_id, rows, {pk: one.key for pk, one in plans.items()}, now=now, day=day)
    return [Load(one, plans[one.plan_id], told.get(one.pk, NOBODY)) for one in rows if one.plan_id in plans]


def unassigned(compound_id: int, day: date, now: datetime) -> int:
    """How many rounds of a day are nobody's. Three statements."""
    return sum(one.whose.open for one in loads(compound_id, day, now))


def live(compound_id: int, occurrence_ids: Collection[int], keys: Collection[str]) -> list[Assignment]:
    """What holds now for these rounds alone, or for these plans. One statement."""
    return list(
        Assignment.objects.filter(compound_id=compound_id, ended_at__isnull=True).filter(
            Q(occurrence_id__in=list(occurrence_ids)) | Q(plan_key__in=list(keys))
        )
    )


def next_of(compound_id: int, plan_id: int, now: datetime) -> Occurrence | None:
    """The next time of a plan that is still to be walked. One statement."""
    found: Occurrence | None = (
        Occurrence.objects.filter(compound_id=compound_id, plan_id=plan_id, state__in=OPEN, closes_at__gt=now)
        .order_by("due_at", "pk")
        .first()
    )
    return found
