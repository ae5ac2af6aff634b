"""The days of a vote, backwards and forwards from its opening, each with the article that asks it. Exact, plain, no clock.

Where the law says 十五日以前, full days lie between the posting and the opening, and a holiday moves nothing: whoever counts
backwards must not come later. A publicity must moreover be over before the opening, and its own end moves off a day off
(民法典 203). What is to be done within days is told by its unmoved day, the earliest on which it could be late.
``publicity.rules.counting.span`` counts every one of them.
"""

import calendar as months
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from calendars.rules import WorkCalendar
from elections.rules.jurisdictions import Parameters
from publicity.rules.counting import Span, span
from publicity.rules.matters import CALENDAR, LAW
from publicity.rules.table import Rule, place_of, rule_for

_DAY = timedelta(days=1)
# The last day for something, the first day on which it may be, the day itself.
BY, FROM, ON = "by", "from", "on"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a vote. ``first``: the first assembly of a compound, whose rules are still a draft. ``grouped_on``: when
    its preparatory or re-election group came together; ``term_ends_on``: when the term of the committee in office ends;
    ``counted_on``, ``announced_on``, ``declared_on`` when that was.
    """

    election: bool
    opens_on: date
    closes_on: date | None = None
    extraordinary: bool = False
    first: bool = False
    grouped_on: date | None = None
    term_ends_on: date | None = None
    counted_on: date | None = None
    announced_on: date | None = None
    declared_on: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the line. ``bound``: by, from or on; ``days`` how many it is counted with, 0 for none.

    ``law``: a number of the law, not one that is only advised. ``certain`` False: it was counted through a year whose holidays
    nobody has entered.
    """

    key: str
    on: date
    bound: str
    article: str = ""
    days: int = 0
    law: bool = True
    certain: bool = True


def latest(before: date, *, days: int, unit: str, rolls: bool, calendar: WorkCalendar) -> Span:
    """The last posting of which so many full days are over before a day. ValueError for no such count."""
    posted = before - (days + 1) * _DAY
    while True:
        found = span(posted, days=days, unit=unit, rolls=rolls, calendar=calendar)
        if found.ends_on < before:
            return found
        posted -= _DAY


def months_before(day: date, amount: int) -> date:
    """The same day so many months earlier, or the last of a shorter month."""
    return _months(day, -amount)


def years_after(day: date, amount: int) -> date:
    """The same day so many years later; 29 February becomes the 28th."""
    return _months(day, MONTHS * amount)


def _months(day: date, amount: int) -> date:
    year, month = divmod(day.year * MONTHS + day.month - 1 + amount, MONTHS)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def line(given: Given, local: Parameters, calendar: WorkCalendar) -> list[Day]:
    """Every day of a vote in order. What cannot be said yet (a result not counted) is counted from the day that is planned."""
    found = [
        *_group(given, local),
        *_before(given, local, calendar),
        Day("opens", given.opens_on, ON),
        *_window(given, local),
        *_after(given, local, calendar),
        *_terms(given, local),
    ]
    return sorted(found, key=lambda one: (one.on, ORDER.index(one.key)))


ORDER = (
    *(
        "reelection",
        "group",
        "group_posted",
        "rules",
        "roll",
        "candidates",
        "notice",
        "opens",
        "closes_least",
        "closes",
    ),
    *("closes_most", "result", "result_until", "group_ends", "filing", "term", "next_term"),
)


def _rule(local: Parameters, matter: str, on: date) -> Rule:
    divisions = local.jurisdiction.divisions
    return rule_for(place_of(divisions[0] if divisions else "").key, matter, on)


def _group(given: Given, local: Parameters) -> list[Day]:
    if not given.election:
        return []
    finish = local["group_finish_days"]
    # The latest group that could still be in time, or the end of the time of the one that is there.
    if given.grouped_on is None:
        last = (given.closes_on or given.opens_on) - finish * _DAY
        return [Day("group", last, FROM, local.source("group_finish_days"), finish, _law(local, "group_finish_days"))]
    posted = _rule(local, "preparatory", given.grouped_on)
    within = posted.within_days
    return [
        Day("group", given.grouped_on, ON),
        *(
            [Day("group_posted", given.grouped_on + within * _DAY, BY, posted.article, within, posted.binding == LAW)]
            if within
            else []
        ),
        Day(
            "group_ends", given.grouped_on + finish * _DAY, BY, local.source("group_finish_days"), finish,
            _law(local, "group_finish_days"),
        ),
    ]  # fmt: skip


def _before(given: Given, local: Parameters, calendar: WorkCalendar) -> list[Day]:
    """What must be public before the opening, each by the earlier of its two counts: the lead, and the period being over."""
    notice = "notice_days_extraordinary" if given.extraordinary and not given.election else "notice_days_regular"
    found = [_posted("roll", given, _rule(local, "roll", given.opens_on), calendar)]
    if given.first:
        found.append(_posted("rules", given, _rule(local, "rules_draft", given.opens_on), calendar))
    if given.election:
        found.append(_candidates(given, local, calendar))
    called = latest(given.opens_on, days=local[notice], unit=CALENDAR, rolls=False, calendar=calendar)
    found.append(Day("notice", called.posted_on, BY, local.source(notice), local[notice], _law(local, notice)))
    return found


def _posted(key: str, given: Given, rule: Rule, calendar: WorkCalendar) -> Day:
    over = latest(given.opens_on, days=rule.min_days, unit=rule.unit, rolls=rule.rolls, calendar=calendar)
    day, days = over.posted_on, rule.min_days
    if rule.ahead_days:
        lead = latest(given.opens_on, days=rule.ahead_days, unit=CALENDAR, rolls=False, calendar=calendar)
        day, days = min((day, days), (lead.posted_on, rule.ahead_days))
    return Day(key, day, BY, rule.article, days, rule.binding == LAW, over.certain)


def _candidates(given: Given, local: Parameters, calendar: WorkCalendar) -> Day:
    """杭州 26: fifteen days before the vote; 宁波 31: ten days of publicity, and the nation's fifteen of lead (指导规则 12)."""
    rule = _rule(local, "candidates", given.opens_on)
    shown = max(rule.min_days if rule.binding == LAW else 0, local["candidate_publicity_days"])
    lead: int = max(rule.ahead_days or 0, local["candidate_lead_days"])
    over = latest(given.opens_on, days=shown, unit=CALENDAR, rolls=rule.rolls, calendar=calendar)
    ahead = latest(given.opens_on, days=lead, unit=CALENDAR, rolls=False, calendar=calendar)
    if over.posted_on < ahead.posted_on:
        return Day(
            "candidates", over.posted_on, BY, local.source("candidate_publicity_days"), shown,
            _law(local, "candidate_publicity_days"), over.certain,
        )  # fmt: skip
    source = local.source("candidate_lead_days")
    return Day(
        "candidates", ahead.posted_on, BY, source, lead, _law(local, "candidate_lead_days"), over.certain
    )  # fmt: skip


def _window(given: Given, local: Parameters) -> list[Day]:
    if given.closes_on is not None:
        return [Day("closes", given.closes_on, ON)]
    bounds: tuple[tuple[str, str, str], ...] = (
        ("closes_least", "window_days_least", FROM),
        ("closes_most", "window_days_most", BY),
    )
    return [
        Day(key, given.opens_on + local[name] * _DAY, bound, local.source(name), local[name], _law(local, name))
        for key, name, bound in bounds
        if local[name] is not None
    ]


def _after(given: Given, local: Parameters, calendar: WorkCalendar) -> list[Day]:
    counted = given.counted_on or given.closes_on or given.opens_on + (local["window_days_least"] or 0) * _DAY
    found = []
    within = local["result_posted_within_days"]
    if within is not None:
        source = local.source("result_posted_within_days")
        found.append(
            Day("result", counted + within * _DAY, BY, source, within, _law(local, "result_posted_within_days"))
        )
    rule = _rule(local, "result", counted)
    shown = rule.min_days if rule.binding == LAW else max(rule.min_days, local["result_publicity_days"])
    until = span(given.announced_on or counted, days=shown, unit=rule.unit, rolls=rule.rolls, calendar=calendar)
    # Where no text says how long, the table of publicity has no article to name.
    article = rule.article if "《" in rule.article else local.source("result_publicity_days")
    found.append(Day("result_until", until.ends_on, FROM, article, shown, rule.binding == LAW, until.certain))
    if given.election:
        # 条例 16 counts from the election: until it is declared, from the count, the earliest day that may be called that.
        days = local["filing_days"]
        since = given.declared_on or counted
        found.append(
            Day("filing", since + days * _DAY, BY, local.source("filing_days"), days, _law(local, "filing_days"))
        )
    return found


def _terms(given: Given, local: Parameters) -> list[Day]:
    if not given.election:
        return []
    found = []
    if given.term_ends_on is not None:
        found += [
            Day(
                "reelection", lead_day(given.term_ends_on, local), BY, local.source("reelection_lead"), 0,
                _law(local, "reelection_lead"),
            ),
            Day("term", given.term_ends_on, ON),
        ]  # fmt: skip
    if given.declared_on is not None and local["term_years_most"]:
        found.append(
            Day(
                "next_term", years_after(given.declared_on, local["term_years_most"]), BY,
                local.source("term_years_most"), 0, _law(local, "term_years_most"),
            )
        )  # fmt: skip
    return found


def lead_day(term_ends_on: date, local: Parameters) -> date:
    """The last day on which a re-election begins in time (P34): so many days or months before the term ends."""
    lead: dict[str, Any] = local["reelection_lead"]
    back: Callable[[], date] = (
        (lambda: months_before(term_ends_on, lead["amount"]))
        if lead["unit"] == "months"
        else (lambda: term_ends_on - lead["amount"] * _DAY)
    )
    return back()


def _law(local: Parameters, name: str) -> bool:
    return local.rows[name].standing == "law"
