"""A month as JSON has it, read and written. What cannot be meant is refused with the name of its field, nothing is guessed.

``{"month": "2026-12", "posts": [{"kind": "control_room", "shifts": ["00:00-08:00", ...], "persons": 2, "linked": true,
"single": {"place": "zhejiang", "proof": "..."}}], "people": [{"name": "...", "grade": 4, "until": null, "posts": [],
"leave": [{"from": "...", "to": "..."}], "unwanted": ["2026-12-05"], "year": {"months": 11, "shifts": 220, "nights": 73,
"weekends": 60}}], "rules": {"rest_hours": 11, "days_in_row": 6, "overtime_hours": 36}, "holidays": [],
"before": [], "after": [], "seed": 1}``

Only ``month``, ``posts`` with their ``kind``, and ``people`` with their ``name`` must be there.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from rosters.rules.cases import (
    CONTROL_ROOM,
    DAY,
    GATE,
    KINDS,
    MICRO_STATION,
    NIGHT_PATROL,
    Case,
    Duty,
    Firm,
    Person,
    Post,
    Turn,
    Year,
    firm,
)
from rosters.rules.standards import Limit, standards

ROUND_THE_CLOCK: Final = ("00:00-08:00", "08:00-16:00", "16:00-24:00")
SHIFTS: Final = {
    CONTROL_ROOM: ROUND_THE_CLOCK,
    MICRO_STATION: ROUND_THE_CLOCK,
    GATE: ROUND_THE_CLOCK,
    NIGHT_PATROL: ("22:00-06:00",),
}
MOST_POSTS, MOST_SHIFTS, MOST_PEOPLE, MOST_PERSONS, MOST_DUTIES = 6, 6, 60, 10, 5_000
MOST_LEAVE: Final = 400
MOST_COUNT: Final = 10_000
COUNTED: Final = ("months", "shifts", "nights", "weekends")
FIRST, LAST = 2000, 2100
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


class Malformed(ValueError):
    """A case that cannot be meant. ``code`` says why, ``where`` names the field (``people.3.leave``), ``clause`` a law."""

    def __init__(self, code: str, where: str, clause: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.clause = clause


def read_case(given: Any) -> Case:
    """The month that a JSON object asks for. Raises Malformed."""
    row = _object(given, "")
    month = _month(row.get("month"))
    posts = tuple(_post(one, f"posts.{n}") for n, one in enumerate(_list(row.get("posts"), "posts", MOST_POSTS)))
    if not posts:
        raise Malformed("posts_missing", "posts")
    _once([one.key for one in posts], "posts")
    keys = [one.key for one in posts]
    people = tuple(
        _person(one, f"people.{n}", keys) for n, one in enumerate(_list(row.get("people"), "people", MOST_PEOPLE))
    )
    _once([one.name for one in people], "people")
    turns = {(post.key, turn.key) for post in posts for turn in post.turns}
    around = {name: read_duties(row.get(name), name) for name in ("before", "after")}
    for name, duties in around.items():
        for number, duty in enumerate(duties):
            if (duty.post, duty.turn) not in turns:
                raise Malformed("unknown_shift", f"{name}.{number}")
    return Case(
        month=month,
        posts=posts,
        people=people,
        firm=_firm(row.get("rules")),
        **around,
        holidays=frozenset(_dates(row.get("holidays"), "holidays")),
        seed=_number(row.get("seed", 1), "seed", 0, 2**31 - 1),
    )


def read_duties(given: Any, where: str) -> tuple[Duty, ...]:
    """Duties as a roster has them: ``[{"date", "post", "shift", "person"}]``. Raises Malformed."""
    return tuple(
        Duty(
            _date(row.get("date"), f"{where}.{n}.date"),
            _text(row.get("post"), f"{where}.{n}.post"),
            _text(row.get("shift"), f"{where}.{n}.shift"),
            _text(row.get("person"), f"{where}.{n}.person"),
        )
        for n, one in enumerate(_list(given, where, MOST_DUTIES))
        for row in [_object(one, f"{where}.{n}")]
    )


def read_day(given: Any, where: str) -> date:
    """A day (``2026-12-05``). Raises Malformed."""
    return _date(given, where)


def read_absences(given: Any, where: str, case: Case) -> dict[str, frozenset[date]]:
    """Who is away when: ``[{"person", "from", "to"}]``. Raises Malformed."""
    found: dict[str, frozenset[date]] = {}
    for n, one in enumerate(_list(given, where, MOST_PEOPLE)):
        row = _object(one, f"{where}.{n}")
        name = _text(row.get("person"), f"{where}.{n}.person")
        if name not in case.person:
            raise Malformed("unknown_person", f"{where}.{n}.person")
        found[name] = found.get(name, frozenset()) | frozenset(_span(row, f"{where}.{n}"))
    return found


def written(case: Case) -> dict[str, Any]:
    """The same month with nothing left to defaults: what is kept beside a roster, so that it can be made again."""
    return {
        "month": f"{case.month:%Y-%m}",
        "posts": [_written_post(one) for one in case.posts],
        "people": [_written_person(one) for one in case.people],
        "rules": {
            "rest_hours": _hours(case.firm.rest_minutes),
            "days_in_row": case.firm.days_in_row,
            "overtime_hours": _hours(case.firm.overtime_minutes),
        },
        "holidays": _written_dates(case.holidays),
        "before": written_duties(case.before),
        "after": written_duties(case.after),
        "seed": case.seed,
    }


def written_duties(duties: Sequence[Duty]) -> list[dict[str, str]]:
    """Duties as JSON has them."""
    return [{"date": one.day.isoformat(), "post": one.post, "shift": one.turn, "person": one.person} for one in duties]


def _written_post(post: Post) -> dict[str, Any]:
    return {
        "kind": post.kind,
        "key": post.key,
        "shifts": [
            {"key": one.key, "hours": f"{_clock(one.starts)}-{_clock(one.ends % DAY or DAY)}"} for one in post.turns
        ],
        "persons": post.persons,
        "linked": post.linked,
        "single": {"place": post.place, "proof": post.proof},
    }


def _written_person(person: Person) -> dict[str, Any]:
    year = person.year
    return {
        "name": person.name,
        "grade": person.grade,
        "until": person.until.isoformat() if person.until else None,
        "posts": list(person.posts),
        "leave": _written_dates(person.leave),
        "unwanted": _written_dates(person.unwanted),
        "year": {"months": year.months, "shifts": year.shifts, "nights": year.nights, "weekends": year.weekends},
    }


def _written_dates(days: frozenset[date]) -> list[str]:
    return [one.isoformat() for one in sorted(days)]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _hours(minutes: int) -> int | float:
    return minutes // 60 if minutes % 60 == 0 else minutes / 60


# Its parts.


def _post(given: Any, where: str) -> Post:
    row = _object(given, where)
    kind = row.get("kind")
    if kind not in KINDS:
        raise Malformed("unknown_kind", f"{where}.kind")
    known = standards()
    least = {CONTROL_ROOM: known.persons.whole, MICRO_STATION: known.micro_persons.whole}.get(kind, 1)
    single = _object(row.get("single") or {}, f"{where}.single")
    place = _text(single.get("place", ""), f"{where}.single.place", empty=True)
    if place and place not in known.single:
        raise Malformed("unknown_place", f"{where}.single.place")
    shifts = _list(row.get("shifts", SHIFTS[kind]), f"{where}.shifts", MOST_SHIFTS)
    if not shifts:
        raise Malformed("shifts_missing", f"{where}.shifts")
    turns = tuple(_turn(one, f"{where}.shifts.{n}") for n, one in enumerate(shifts))
    _once([one.key for one in turns], f"{where}.shifts")
    linked = row.get("linked", True)
    if not isinstance(linked, bool):
        raise Malformed("not_yes_or_no", f"{where}.linked")
    return Post(
        key=_text(row.get("key", kind), f"{where}.key"),
        kind=kind,
        turns=turns,
        persons=_number(row.get("persons", least), f"{where}.persons", 1, MOST_PERSONS),
        linked=linked,
        place=place,
        proof=_text(single.get("proof", ""), f"{where}.single.proof", empty=True),
    )


def _turn(given: Any, where: str) -> Turn:
    row = given if isinstance(given, Mapping) else {"hours": given}
    hours = _text(row.get("hours"), f"{where}.hours")
    found = _CLOCK.fullmatch(hours)
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise Malformed("not_hours", f"{where}.hours")
    starts, ends = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    # From eight to eight is a whole day and night; the checker says what is wrong with that.
    return Turn(_text(row.get("key", hours), f"{where}.key"), starts, (ends - starts) % DAY or DAY)


def _person(given: Any, where: str, posts: Sequence[str]) -> Person:
    row = _object(given, where)
    grade = row.get("grade")
    until = row.get("until")
    chosen = tuple(_text(one, f"{where}.posts") for one in _list(row.get("posts"), f"{where}.posts", MOST_POSTS))
    if not set(chosen) <= set(posts):
        raise Malformed("unknown_post", f"{where}.posts")
    year = _object(row.get("year") or {}, f"{where}.year")
    return Person(
        name=_text(row.get("name"), f"{where}.name"),
        grade=None if grade is None else _number(grade, f"{where}.grade", 1, 5),
        until=None if until is None else _date(until, f"{where}.until"),
        posts=chosen,
        leave=frozenset(_dates(row.get("leave"), f"{where}.leave")),
        unwanted=frozenset(_dates(row.get("unwanted"), f"{where}.unwanted")),
        year=Year(*(_number(year.get(key, 0), f"{where}.year.{key}", 0, MOST_COUNT) for key in COUNTED)),
    )


def _firm(given: Any) -> Firm:
    row, known, usual = _object(given or {}, "rules"), standards(), firm()

    def stricter(key: str, limit: Limit, usual: int, *, hours: bool) -> int:
        """A firm's own number, which may not be beyond the law's."""
        if key not in row:
            return usual
        value = row[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= DAY:
            raise Malformed("not_a_number", f"rules.{key}")
        if value > limit.value:
            raise Malformed("looser_than_law", f"rules.{key}", limit.clause)
        return round(value * 60) if hours else int(value)

    rest = row.get("rest_hours", usual.rest_minutes / 60)
    if isinstance(rest, bool) or not isinstance(rest, int | float) or not 0 <= rest <= 48:  # noqa: PLR2004  two days
        raise Malformed("not_a_number", "rules.rest_hours")
    in_row = stricter("days_in_row", known.days_in_row, usual.days_in_row, hours=False)
    if in_row < 1:
        raise Malformed("not_a_number", "rules.days_in_row")
    return Firm(
        round(rest * 60), in_row, stricter("overtime_hours", known.month_overtime, usual.overtime_minutes, hours=True)
    )


# What JSON holds.


def _object(given: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise Malformed("not_an_object", where)
    return given


def _list(given: Any, where: str, most: int) -> Sequence[Any]:
    if given is None:
        return ()
    if isinstance(given, str | bytes) or not isinstance(given, Sequence):
        raise Malformed("not_a_list", where)
    if len(given) > most:
        raise Malformed("too_many", where)
    return given


def _text(given: Any, where: str, *, empty: bool = False) -> str:
    if not isinstance(given, str) or not (given.strip() or empty):
        raise Malformed("missing", where)
    if len(given) > 80:  # noqa: PLR2004  a long name
        raise Malformed("too_long", where)
    return given.strip()


def _number(given: Any, where: str, least: int, most: int) -> int:
    if type(given) is not int or not least <= given <= most:
        raise Malformed("not_a_number", where)
    return given


def _month(given: Any) -> date:
    found = re.fullmatch(r"(\d{4})-(\d{2})", given) if isinstance(given, str) else None
    if found is None or not FIRST <= int(found[1]) <= LAST or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004  months
        raise Malformed("not_a_month", "month")
    return date(int(found[1]), int(found[2]), 1)


def _date(given: Any, where: str) -> date:
    try:
        found = (
            date.fromisoformat(given) if isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given) else None
        )
    except ValueError:
        found = None
    if found is None or not FIRST <= found.year <= LAST:
        raise Malformed("not_a_date", where)
    return found


def _dates(given: Any, where: str) -> list[date]:
    """Days, and spans of days."""
    found: list[date] = []
    for n, one in enumerate(_list(given, where, MOST_LEAVE)):
        found += _span(one, f"{where}.{n}") if isinstance(one, Mapping) else [_date(one, f"{where}.{n}")]
    return found


def _span(row: Mapping[str, Any], where: str) -> list[date]:
    first, last = _date(row.get("from"), f"{where}.from"), _date(row.get("to"), f"{where}.to")
    if not 0 <= (last - first).days <= MOST_LEAVE:
        raise Malformed("ends_before_it_begins" if last < first else "too_many", where)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _once(keys: Sequence[str], where: str) -> None:
    if len(set(keys)) < len(keys):
        raise Malformed("twice", where)
