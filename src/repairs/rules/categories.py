"""The categories in the words that residents use, with the default deadlines of each.

No law sets minutes for a repair. The defaults follow published practice: Yuyao answers most matters within 72 hours
(居业物铁三角), Hangzhou's regulation gives the firm 10 days for a complaint (杭州市物业管理条例 2021, art. 50), and what
endangers people, water or power is answered at once, day and night. Each compound may tighten or loosen them
(``repairs.models.DeadlinePolicy``).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline: minutes, counted in ``calendar`` or ``working`` time."""

    minutes: int
    basis: str


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of repair. ``icon`` names a symbol of the sprite; ``respond`` and ``finish`` are the default deadlines."""

    code: str
    icon: str
    respond: Term
    finish: Term


_HOUR = 60
_DAY = 24 * _HOUR
# A working day of the property office: 8 hours.
_WORKDAY = 8 * _HOUR

CATEGORIES: dict[str, Category] = {
    c.code: c
    for c in (
        Category("water", "droplet", Term(30, "calendar"), Term(_DAY, "calendar")),
        Category("power", "bolt", Term(30, "calendar"), Term(_DAY, "calendar")),
        Category("lift", "elevator", Term(30, "calendar"), Term(_DAY, "calendar")),
        Category("access", "lock-access", Term(2 * _HOUR, "working"), Term(2 * _WORKDAY, "working")),
        Category("fire", "flame", Term(30, "calendar"), Term(_DAY, "calendar")),
        Category("facility", "lamp", Term(4 * _HOUR, "working"), Term(5 * _WORKDAY, "working")),
        Category("leak", "droplet-down", Term(2 * _HOUR, "calendar"), Term(3 * _DAY, "calendar")),
        Category("noise", "volume", Term(4 * _HOUR, "working"), Term(3 * _WORKDAY, "working")),
        Category("environment", "leaf", Term(4 * _HOUR, "working"), Term(3 * _WORKDAY, "working")),
        Category("other", "dots", Term(4 * _HOUR, "working"), Term(5 * _WORKDAY, "working")),
    )
}

# Urgent (a burst pipe, a person stuck in a lift): whatever the category, answered at once and finished within a day.
URGENT_RESPOND = Term(10, "calendar")
URGENT_FINISH = Term(_DAY, "calendar")


def terms(
    category: str,
    *,
    urgent: bool,
    respond: Term | None = None,
    finish: Term | None = None,
    for_urgent: bool = False,
) -> tuple[Term, Term]:
    """The (response, completion) terms of a request: the compound's or city's own where given, tightened when urgent.

    ``for_urgent`` says that the given terms were set for urgent requests: they hold as they are. Raises KeyError for an
    unknown category.
    """
    base = CATEGORIES[category]
    first, last = respond or base.respond, finish or base.finish
    if not urgent or for_urgent:
        return first, last
    return _tighter(first, URGENT_RESPOND), _tighter(last, URGENT_FINISH)


# A year: more is no promise.
MAX_MINUTES = 365 * _DAY


def refused(respond: Term | None, finish: Term | None) -> tuple[str, str]:
    """(code, field) why a pair of terms cannot be set, or ("", ""). Both are given, or neither.

    Of one basis the response comes before the completion; a working and a calendar term cannot be compared.
    """
    if (respond is None) != (finish is None):
        return "term_whole", "finish_minutes" if finish is None else "respond_minutes"
    if respond is None or finish is None:
        return "", ""
    for name, term in (("respond", respond), ("finish", finish)):
        if term.basis not in {"calendar", "working"}:
            return "term_basis", f"{name}_basis"
        if not 0 < term.minutes <= MAX_MINUTES:
            return "term_minutes", f"{name}_minutes"
    if respond.basis == finish.basis and respond.minutes >= finish.minutes:
        return "term_order", "finish_minutes"
    return "", ""


def _tighter(own: Term, urgent: Term) -> Term:
    """Urgency never loosens: a calendar term that is already shorter stays."""
    return own if own.basis == "calendar" and own.minutes <= urgent.minutes else urgent
