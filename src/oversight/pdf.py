"""The monthly report of a compound (物业报修月报), for a committee: what was asked, done, late, returned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import TargetGone
from oversight import parts
from oversight.parts import Where
from oversight.permissions import own_firm, sees_figures
from oversight.queries import figures as queries
from oversight.queries.cases import Case, Question, cases
from oversight.rules.indicators import APART, INDICATORS, SCORED, change, points, rate
from oversight.rules.periods import BadPeriod, Period, before, period
from oversight.words import COUNTS, MEANS, RATES, RATES_MEAN, period_text
from tenancy.actor import Actor

KIND = "oversight.monthly"
TITLE = "物业报修月报"
TEMPLATE = "oversight/monthly.html"
# As many cases as a committee reads; the rest stand in the workbook.
CASES = 200
# More are not looked through for them: a compound of three thousand homes has two hundred in a month.
_LOOKED_AT = 2000
_TARGET = re.compile(r"oversight\.month:(\d{4}-\d{2})(?::firm=(\d{1,18}))?", re.ASCII)


def target_of(month: Period, firm: int | None) -> str:
    """How a report names what it is about: a month of the compound, or of one firm's cases in it."""
    return f"oversight.month:{month.code}" + (f":firm={firm}" if firm is not None else "")


def may_print(actor: Actor, target: str) -> bool:
    """Whoever sees the figures; a firm only the report of its own cases."""
    found = _read(target)
    return found is not None and sees_figures(actor) and own_firm(actor) in {None, found[1]}


def _read(target: str) -> tuple[Period, int | None] | None:
    found = _TARGET.fullmatch(target)
    if found is None:
        return None
    try:
        return period(found[1]), int(found[2]) if found[2] else None
    except BadPeriod:
        return None


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one kind with what they are; ``left_out`` are those for which there was no room."""

    title: str
    cases: list[Case]
    left_out: int


def report_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the report shows, read in the worker inside the compound's scope. Five statements."""
    asked = _read(target)
    if asked is None:
        raise TargetGone
    month, firm = asked
    now = timezone.now()
    found = queries.figures(compound_ids=[compound_id], period=month, before=before(month), firm=firm)
    names = queries.firm_names(list(found.firms))
    here = found.whole
    every = cases(
        compound_ids=[compound_id], asked=Question("filed", month, firm=firm), now=now, skip=0, most=_LOOKED_AT
    )
    nowhere = Where("")
    return {
        "month": period_text(month),
        "until": timezone.localtime(now),
        "firms": _("、").join(
            names.get(pk, _("没有物业企业"))
            for pk, both in sorted(found.firms.items(), key=lambda pair: -pair[1].now["due"])
            if both.now
        ),
        "counts": here.now,
        "rates": [
            {
                "label": RATES[code],
                "meaning": RATES_MEAN[code],
                "now": rate(code, here.now),
                "then": rate(code, here.then),
                "change": None if moved is None else points(moved),
            }
            for code in INDICATORS
            for moved in [change(rate(code, here.now), rate(code, here.then))]
        ],
        "outcomes": [(COUNTS[name], here.now[name], here.then[name], MEANS[name]) for name in (*SCORED, *APART)],
        "filed": (here.now["filed"], here.then["filed"]),
        "due": (here.now["due"], here.then["due"]),
        "categories": parts.category_chart(found.categories, period_text(month), nowhere),
        "trend": parts.trend_chart(queries.trend(compound_ids=[compound_id], last=month.last, firm=firm), nowhere),
        "groups": _groups(every, here.now["filed"]),
        "signatures": [_("物业服务企业"), _("业主委员会"), _("社区党组织")],
    }


def _groups(every: Sequence[Case], filed: int) -> list[Group]:
    """What a committee asks about first: not done, done late, returned; then the others, as many as there is room for."""
    kinds: dict[str, list[Case]] = {"left": [], "late": [], "apart": [], "rest": []}
    for case in sorted(every, key=lambda one: (one.created_at, one.pk)):
        kinds[_kind(case)].append(case)
    titles = {
        "left": _("还没有办结的"),
        "late": _("办结了但超过期限的"),
        "apart": _("退回、不属物业、并入和撤回的"),
        "rest": _("按时办结的"),
    }
    room, groups = CASES, []
    for name, found in kinds.items():
        shown = found[:room]
        room -= len(shown)
        left_out = len(found) - len(shown) + (max(0, filed - len(every)) if name == "rest" else 0)
        if found or left_out:
            groups.append(Group(titles[name], shown, left_out))
    return groups


def _kind(case: Case) -> str:
    if case.outcome in {*APART, "returned"}:
        return "apart"
    if case.outcome != "done":
        return "left"
    return "late" if case.responded_in_time is False or case.finished_in_time is False else "rest"
