"""The one checker: what is wrong with a roster, whoever made it. For the solver, the rotation and every change made by hand.

Each finding is data: why, when, which shift, who, and the clause. ``binding`` says what stands behind it: ``law`` (somebody has
read the clause), ``firm`` (a default of the portal or the firm's own setting), ``fact`` (it cannot be so), ``note`` (allowed).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rosters.rules.cases import ALL_DAY, CONTROL_ROOM, DAY, MICRO_STATION, Case, Duty, Person, Post, runs
from rosters.rules.standards import Limit, standards

LAW, FIRM, FACT, NOTE = "law", "firm", "fact", "note"
HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth seeing. ``have`` and ``of``: what is there and what is asked, in the code's measure."""

    code: str
    binding: str
    day: date | None = None
    post: str = ""
    turn: str = ""
    person: str = ""
    clause: str = ""
    have: float | None = None
    of: float | None = None

    @property
    def hard(self) -> bool:
        """Whether a roster with it may not be published."""
        return self.binding != NOTE


def check(case: Case, duties: Iterable[Duty]) -> list[Finding]:
    """Everything that is wrong with a month: its posts, each person's month, and shifts with too few or too many."""
    given = sorted(duties)
    by_person: dict[str, list[Duty]] = {}
    for duty in given:
        by_person.setdefault(duty.person, []).append(duty)
    found = list(check_posts(case))
    for name, theirs in sorted(by_person.items()):
        person = case.person.get(name)
        if person is None:
            found += [Finding("unknown_person", FACT, one.day, one.post, one.turn, name) for one in theirs]
        else:
            found += check_person(case, person, theirs)
    return [*found, *check_cover(case, given)]


def is_lawful(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands against publishing."""
    return not any(one.hard for one in findings)


# The posts themselves.


def check_posts(case: Case) -> Iterator[Finding]:
    """What is wrong with how posts are set up, whoever stands there."""
    known = standards()
    for post in case.posts:
        if post.kind in ALL_DAY:
            limit = known.hours_covered if post.kind == CONTROL_ROOM else known.micro_hours
            if (covered := _covered(post)) < limit.minutes:
                yield _of_post("not_all_day", post, limit, have=covered / HOUR, of=limit.value)
        for turn in post.turns:
            most = known.shift_hours if post.kind == CONTROL_ROOM else known.day_hours
            longest = most.minutes + (0 if post.kind == CONTROL_ROOM else known.day_overtime.minutes)
            if turn.minutes > longest:
                limit = most if post.kind == CONTROL_ROOM else known.day_overtime
                yield _of_post(
                    "shift_too_long", post, limit, have=turn.minutes / HOUR, of=longest / HOUR, turn=turn.key
                )
            elif turn.minutes > most.minutes:
                yield Finding(
                    "long_shift", NOTE, None, post.key, turn.key, "", most.clause, turn.minutes / HOUR, most.value
                )
        yield from _persons(post)


def _covered(post: Post) -> int:
    """Minutes of a day on which somebody is there."""
    return len({minute % DAY for turn in post.turns for minute in range(turn.starts, turn.ends)})


def _persons(post: Post) -> Iterator[Finding]:
    known = standards()
    if post.kind == MICRO_STATION and post.persons < known.micro_persons.whole:
        yield _of_post("too_few_persons", post, known.micro_persons, have=post.persons, of=known.micro_persons.whole)
    if post.kind != CONTROL_ROOM or post.persons >= known.persons.whole:
        return
    act = known.single.get(post.place)
    if act is None or post.persons < 1:
        yield _of_post("too_few_persons", post, known.persons, have=post.persons, of=known.persons.whole)
    elif not post.proof:
        yield Finding(
            "proof_missing", LAW, None, post.key, clause=act.clause, have=post.persons, of=known.persons.whole
        )
    else:
        # The act was not always read, and Order 5 goes on asking for two in a high-rise: whoever relies on it should see that.
        code = "single_by_act" if act.confirmed else "single_by_act_unread"
        yield Finding(code, NOTE, None, post.key, clause=act.clause, have=post.persons, of=known.persons.whole)


def _of_post(code: str, post: Post, limit: Limit, *, have: float, of: float, turn: str = "") -> Finding:
    return Finding(code, _binding(limit), None, post.key, turn, "", limit.clause, have, of)


def _binding(limit: Limit) -> str:
    return LAW if limit.confirmed else FIRM


# One person's month.


def check_person(case: Case, person: Person, duties: Sequence[Duty]) -> list[Finding]:
    """What is wrong with one person's month, ``duties`` sorted; days before and after count for rest and days in a row."""
    found: list[Finding] = []
    fine: list[Duty] = []
    for duty in duties:
        problem = _placed(case, person, duty)
        if problem is not None:
            found.append(problem)
        if (duty.post, duty.turn) in case.turn and duty.day.replace(day=1) == case.month:
            fine.append(duty)
    found += _apart(case, person, fine)
    found += _in_a_row(case, person, fine)
    return [*found, *_hours(case, person, fine)]


def _placed(case: Case, person: Person, duty: Duty) -> Finding | None:
    """Why they cannot be there on that day, whatever else they do."""
    post = case.post.get(duty.post)
    if post is None or (duty.post, duty.turn) not in case.turn:
        return _of_duty("unknown_shift", FACT, duty)
    if duty.day.replace(day=1) != case.month:
        return _of_duty("not_this_month", FACT, duty)
    if duty.day in person.leave:
        return _of_duty("on_leave", FACT, duty)
    if person.posts and post.key not in person.posts:
        return _of_duty("not_of_this_post", FIRM, duty)
    if not person.holds(post, duty.day):
        known = standards()
        limit = known.grade_linked if post.linked else known.grade_alone
        ended = person.grade is not None and person.grade <= (post.grade or 0)
        code = "certificate_ended" if ended else "no_certificate"
        return _of_duty(code, _binding(limit), duty, limit.clause, have=person.grade, of=post.grade)
    return _of_duty("unwanted", NOTE, duty) if duty.day in person.unwanted else None


def _apart(case: Case, person: Person, duties: Sequence[Duty]) -> Iterator[Finding]:
    """One duty a day, none into another, and the rest between two. The last of the days before is the first of these, and the
    first of the days after the last.
    """
    known = standards()
    around = [*case.earlier.get(person.name, ())[-2:], *case.later.get(person.name, ())[:2]]
    line = [one for one in around if (one.post, one.turn) in case.turn]
    turns = [(_begins(case, one), case.turn[one.post, one.turn].minutes, one) for one in [*line, *duties]]
    spans = sorted((starts, starts + minutes, one) for starts, minutes, one in turns)
    ended: int | None = None
    last: Duty | None = None
    for starts, ends, duty in spans:
        if (
            last is not None
            and ended is not None
            and not {duty.day.replace(day=1), last.day.replace(day=1)}.isdisjoint({case.month})
        ):
            if duty.day == last.day:
                yield _of_duty("two_in_a_day", _binding(known.day_hours), duty, known.day_hours.clause)
            elif starts < ended:
                yield _of_duty("at_once", FACT, duty)
            elif starts - ended < case.firm.rest_minutes:
                rest = known.rest_hours
                yield _of_duty(
                    "short_rest",
                    FIRM,
                    duty,
                    rest.clause,
                    have=(starts - ended) / HOUR,
                    of=case.firm.rest_minutes / HOUR,
                )
        ended, last = max(ends, ended or ends), duty


def _begins(case: Case, duty: Duty) -> int:
    return (duty.day - case.month).days * DAY + case.turn[duty.post, duty.turn].starts


def _in_a_row(case: Case, person: Person, duties: Sequence[Duty]) -> Iterator[Finding]:
    """Every day beyond so many in a row without one of rest."""
    limit, most = standards().days_in_row, case.firm.days_in_row
    around = (*case.earlier.get(person.name, ()), *case.later.get(person.name, ()))
    worked = tuple(sorted({one.day for one in (*around, *duties)}))
    for day, length in runs(worked):
        # A row that begins after the month is the next one's.
        if day >= case.month and length > most and day - timedelta(days=length - 1) <= case.days[-1]:
            binding = _binding(limit) if length > limit.whole else FIRM
            yield Finding(
                "too_many_in_row", binding, day, person=person.name, clause=limit.clause, have=length, of=most
            )


def _hours(case: Case, person: Person, duties: Sequence[Duty]) -> Iterator[Finding]:
    """The month's hours: beyond the standard it is overtime, beyond the overtime it may not be."""
    known = standards()
    worked = sum(case.turn[one.post, one.turn].minutes for one in duties)
    if worked > case.cap:
        lawful = known.month_hours.minutes + known.month_overtime.minutes
        binding = _binding(known.month_overtime) if worked > lawful else FIRM
        clause = known.month_overtime.clause
        yield Finding(
            "too_many_hours", binding, None, "", "", person.name, clause, worked / HOUR, round(case.cap / HOUR, 2)
        )
    elif worked > known.month_hours.minutes:
        clause = known.month_overtime.clause
        yield Finding("overtime", NOTE, None, "", "", person.name, clause, worked / HOUR, known.month_hours.value)


def _of_duty(
    code: str, binding: str, duty: Duty, clause: str = "", *, have: float | None = None, of: float | None = None
) -> Finding:
    return Finding(code, binding, duty.day, duty.post, duty.turn, duty.person, clause, have, of)


# The shifts.


def check_cover(case: Case, duties: Iterable[Duty]) -> Iterator[Finding]:
    """Shifts with fewer people than they need, and with more. Somebody entered twice is there once."""
    there = Counter((one.day, one.post, one.turn) for one in set(duties) if one.person in case.person)
    known = standards()
    for slot in case.slots:
        have, need = there[slot.day, slot.post.key, slot.turn.key], slot.post.persons
        if have < need:
            room = slot.post.kind == CONTROL_ROOM
            clause = (
                known.hours_covered.clause
                if room
                else known.micro_hours.clause
                if slot.post.kind == MICRO_STATION
                else ""
            )
            binding = LAW if clause else FIRM
            yield Finding("short", binding, slot.day, slot.post.key, slot.turn.key, "", clause, have, need)
        elif have > need:
            yield Finding("more_than_needed", NOTE, slot.day, slot.post.key, slot.turn.key, "", "", have, need)
