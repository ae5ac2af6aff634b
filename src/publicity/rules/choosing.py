"""Whether what somebody wants of a publicity is long enough by its rule: refused, warned of, or good. No clock."""

from dataclasses import dataclass
from datetime import date, timedelta

from calendars.rules import WorkCalendar
from publicity.rules.counting import Span, counted, span
from publicity.rules.matters import MAX_DAYS
from publicity.rules.table import Rule

# What is refused, and what is warned of and may be meant.
REFUSALS = ("ends_before_start", "too_long", "too_short")
WARNINGS = ("short_of_advice", "unknown_year")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a choice comes to. ``refused``: a code of REFUSALS, "" for none; ``warned``: codes of WARNINGS.

    ``least`` is the shortest that the rule allows, ``span`` what was chosen; for a refusal they are the same.
    """

    refused: str
    warned: tuple[str, ...]
    span: Span
    least: Span


def choose(rule: Rule, posted_on: date, *, days: int | None, last_day: date | None, calendar: WorkCalendar) -> Verdict:
    """Judge a choice: so many days, or until a day, whichever ends later; neither means as few as the rule allows."""
    least = span(posted_on, days=rule.min_days, unit=rule.unit, rolls=rule.rolls, calendar=calendar)
    if last_day is not None and last_day <= posted_on:
        return Verdict("ends_before_start", (), least, least)
    if (days is not None and not 1 <= days <= MAX_DAYS) or (
        last_day is not None and last_day > posted_on + timedelta(days=MAX_DAYS)
    ):
        return Verdict("too_long", (), least, least)
    chosen = _chosen(rule, posted_on, days=days, last_day=last_day, calendar=calendar, least=least)
    short = chosen.ends_on < least.ends_on or chosen.days < rule.min_days
    if short and rule.refuses:
        return Verdict("too_short", (), least, least)
    # A count goes on by itself when the year becomes known; a day that was named may turn out to be none to end on.
    named = last_day is not None and chosen.ends_on == last_day and not chosen.counted
    unsure = named and not calendar.is_working_day(chosen.ends_on).certain
    warned = (*(("short_of_advice",) if short else ()), *(("unknown_year",) if unsure else ()))
    return Verdict("", warned, chosen, least)


def _chosen(
    rule: Rule, posted_on: date, *, days: int | None, last_day: date | None, calendar: WorkCalendar, least: Span
) -> Span:
    if days is None and last_day is None:
        return least
    by_count = None
    if days is not None:
        by_count = span(posted_on, days=days, unit=rule.unit, rolls=rule.rolls, calendar=calendar)
    if last_day is None or (by_count is not None and by_count.ends_on >= last_day):
        return by_count or least
    full = counted(posted_on, last_day, unit=rule.unit, calendar=calendar)
    # A longer one than the least rests on the days that make up the least, so it is as sure as they are.
    unknown = least.unknown_year if last_day >= least.ends_on else None
    return Span(posted_on, posted_on + timedelta(days=1), last_day, max(full, 1), unknown, rolled=False, counted=False)


def settle(
    rule: Rule,
    posted_on: date,
    *,
    days: int | None,
    last_day: date | None,
    accepted: bool,
    calendar: WorkCalendar,
) -> Span:
    """What a plan comes to on the day on which it really comes out: never refused, never below the law.

    A day that has come too near meanwhile gives way to the count; a length that was not accepted as short, to the rule's.
    """
    for count, until in ((days, last_day), (days, None)):
        said = choose(rule, posted_on, days=count, last_day=until, calendar=calendar)
        if not said.refused and (accepted or "short_of_advice" not in said.warned):
            return said.span
    return span(posted_on, days=rule.min_days, unit=rule.unit, rolls=rule.rolls, calendar=calendar)
