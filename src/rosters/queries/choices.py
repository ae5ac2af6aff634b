"""What a page shows of an edition: its table, what stands against it, who could take a place, each judged by the one checker."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rosters import words
from rosters.actions.publishing import changed_cell
from rosters.making import Made
from rosters.models import Member, Roster, Shift, Station
from rosters.queries.cases import Ground
from rosters.rules.cases import Case, Duty
from rosters.rules.checking import Finding, check
from rosters.rules.fairness import measure


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift of one day: who is there, how many are missing."""

    station: Station
    turn: str
    number: int
    shifts: tuple[Shift, ...]
    open: int


@dataclass(frozen=True, slots=True)
class Row:
    """A day with its shifts, in the order of the columns."""

    day: date
    cells: tuple[Cell, ...]
    free: bool


@dataclass(frozen=True, slots=True)
class Table:
    """An edition as a table: days down, shifts across."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    @property
    def several(self) -> bool:
        """Whether it is of more than one post."""
        return len({name for name, _turn in self.columns}) > 1


def table(case: Case, stations: Sequence[Station], rows: Sequence[Shift]) -> Table:
    """The table of a month; columns of the posts that there are now, and of those that it was made with."""
    posts = {one.pk: one for one in [*stations, *(one.station for one in rows)]}
    columns = list(dict.fromkeys([(one.pk, turn) for one in stations for turn in one.shifts]))
    columns += [key for key in dict.fromkeys((one.station_id, one.turn) for one in rows) if key not in set(columns)]
    there: dict[tuple[date, int, str], list[Shift]] = {}
    for one in rows:
        there.setdefault((one.day, one.station_id, one.turn), []).append(one)

    def cell(day: date, key: tuple[int, str]) -> Cell:
        station, found = posts[key[0]], there.get((day, *key), [])
        missing = max(0, station.persons - len(found)) if key[1] in station.shifts and not station.ended_at else 0
        number = station.shifts.index(key[1]) if key[1] in station.shifts else -1
        return Cell(station, key[1], number, tuple(found), missing)

    return Table(
        tuple((posts[key].name, turn) for key, turn in columns),
        tuple(Row(day, tuple(cell(day, key) for key in columns), case.is_free_day(day)) for day in case.days),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of an edition: how it came out, what stands against it, what is worth seeing."""

    result: list[str]
    against: list[str]
    gaps: list[str]
    notes: list[str]


def judged(case: Case, duties: Sequence[Duty], roster: Roster) -> Judged:
    """An edition by the checker, in words."""
    findings = tuple(check(case, duties))
    said: dict[str, Any] = roster.made
    made = Made(
        tuple(duties), findings, measure(case, duties), said.get("by", "hand"), bool(said.get("proved")),
        bool(said.get("missing_proved")), said.get("gap"),
    )  # fmt: skip
    return Judged(
        words.result(made),
        words.findings(case, [one for one in findings if one.hard and one.code != "short"]),
        words.findings(case, [one for one in findings if one.code == "short"]),
        words.findings(case, [one for one in findings if not one.hard]),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a place: what stands against it, what is worth seeing, how many shifts they have."""

    member: Member
    turns: int
    against: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def candidates(
    there: Ground, duties: Sequence[Duty], *, day: date, station_id: int, turn: str, out: int | None
) -> list[Candidate]:
    """Everyone who is not on this shift, those who may have it first, whoever has fewest shifts before others."""
    before = {_key(one) for one in check(there.case, duties)}
    post = next(one.name for one in there.stations.values() if one.pk == station_id)
    on = {one.person for one in duties if (one.day, one.post, one.turn) == (day, post, turn)}
    found = []
    for member in there.members.values():
        if member.name in on:
            continue
        after, _names = changed_cell(there, duties, day=day, station_id=station_id, turn=turn, out=out, into=member.pk)
        new = [one for one in check(there.case, after) if _key(one) not in before and one.code not in _OF_THE_SHIFT]
        theirs = [one for one in new if one.person == member.name]
        found.append(
            Candidate(
                member,
                sum(one.person == member.name for one in duties),
                words.findings(there.case, [one for one in theirs if one.hard]),
                words.findings(there.case, [one for one in theirs if not one.hard]),
            )
        )
    return sorted(found, key=lambda one: (bool(one.against), one.turns, one.member.name))


# What is said of the shift and not of the person.
_OF_THE_SHIFT = ("short", "more_than_needed")


def _key(one: Finding) -> tuple[object, ...]:
    return (one.code, one.day, one.post, one.turn, one.person, one.have)
