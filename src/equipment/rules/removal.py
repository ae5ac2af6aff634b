"""How many pieces of one placement unit may be away for service at once (GB 50444-2008 5.1.2)."""

from equipment.rules.standards import standards


def most_away(total: int) -> int:
    """At most a quarter of a placement unit of ``total`` pieces; of fewer than four none without another in its place."""
    rule = standards().removal
    return total * rule.above // rule.below


def may_go(*, total: int, away: int, going: int, lent: int) -> bool:
    """Whether ``going`` more may leave a unit of ``total`` from which ``away`` are gone already; ``lent`` equal ones stand in."""
    return away + going - lent <= most_away(total)
