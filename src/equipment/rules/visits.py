"""When a home or house is to be visited next, and what follows from a visit."""

from datetime import date, timedelta
from typing import Final

from equipment.rules.cadence import add_months, after, period_of

# 浙江省房屋使用安全管理条例 Art. 15: an appraisal is ordered within five days of visible damage.
APPRAISAL_DAYS: Final = 5
DAMAGE: Final = frozenset({"crack", "lean"})
# After so many visits to a shut door or a refusal the desk is told.
FAILED: Final = 2


def next_visit(every: str, *, visited: date | None, since: date) -> date:
    """By which day: the end of the period after the last visit's, or of the one in which the home was entered.

    A home that nobody visited stays due in the period in which it first was: nothing moves on by itself.
    """
    if visited is None:
        return period_of(every, since).last
    return after(every, period_of(every, visited)).last


def part_ends(put_in: date, months: int) -> date:
    """Until when a hose or a stove lasts."""
    return add_months(put_in, months)


def appraisal_by(kind: str, findings: frozenset[str], day: date) -> date | None:
    """By when an appraisal of a house must be ordered, when what was found asks for one."""
    return day + timedelta(days=APPRAISAL_DAYS) if kind == "house" and findings & DAMAGE else None
