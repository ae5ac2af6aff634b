"""Where a request goes by the compound's rules, and changing the rules: every version stays, with who changed what."""

from collections.abc import Iterable
from datetime import datetime

from calendars.queries import work_calendar
from repairs.rules.routing import Question, Rule, Verdict, route


def ask(
    rules: Iterable[Rule],
    *,
    category: str,
    place: str,
    building_id: int | None,
    urgent: bool,
    company_id: int | None,
    now: datetime,
) -> Verdict:
    """Where a request filed at ``now`` would go, with every rule that was looked at and why it did not fit."""
    working = work_calendar().works_at(now)
    return route(
        rules,
        Question(
            category=category,
            place=place,
            building_id=building_id,
            urgent=urgent,
            working=working,
            company_id=company_id,
        ),
    )


def routed_by(
    rules: Iterable[Rule],
    *,
    category: str,
    place: str,
    building_id: int | None,
    urgent: bool,
    company_id: int | None,
    now: datetime,
) -> Rule | None:
    """The rule that decides, or None when none fits: then the desk has it."""
    return ask(
        rules,
        category=category,
        place=place,
        building_id=building_id,
        urgent=urgent,
        company_id=company_id,
        now=now,
    ).rule
