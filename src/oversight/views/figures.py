"""The figures of many compounds by area, and those of one compound."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oversight import parts
from oversight.forms import PeriodForm
from oversight.parts import Row, Where
from oversight.permissions import PARTIES, own_firm, sees_figures, sees_workers
from oversight.queries import figures as queries
from oversight.queries.figures import Compare, Figures
from oversight.rules import areas
from oversight.rules.areas import Place
from oversight.rules.periods import BadPeriod, Period, after, before, containing, month_of
from oversight.words import COUNTS, MEANS, PERIOD_PROBLEMS, RATES, RATES_MEAN, period_text
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound

LEVEL_WORDS = {
    "city": gettext_lazy("市"),
    "street": gettext_lazy("街道"),
    "community": gettext_lazy("社区"),
    "compound": gettext_lazy("小区"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that a page is about; ``problem`` says in words why it is not those that were asked for."""

    period: Period
    problem: str

    @property
    def status(self) -> int:
        """The answer's status."""
        return 422 if self.problem else 200


@require_safe
@never_cache
@acting(parties=PARTIES)
def overview(request: ActingRequest) -> HttpResponse:
    """Every compound that the standing covers, by area; ``?area=330784002`` for one area. One compound: its own page."""
    must_see(request)
    ids = request.actor.compound_ids
    found = queries.places(ids)
    if len(found) == 1:
        return redirect(f"{reverse('oversight_compound', args=[found[0].code])}?{request.GET.urlencode()}".rstrip("?"))
    now, asked = timezone.now(), period_of(request)
    try:
        table = areas.table(found, request.GET.get("area")) if own_firm(request.actor) is None else areas.flat(found)
    except areas.NoSuchArea as error:
        raise Http404 from error
    covered = [found[at].compound_id for at in table.members]
    area = table.above[-1] if table.above and request.GET.get("area") else None
    query = f"period={asked.period.code}&"
    where = Where(reverse("oversight_cases"), query + (f"area={area[0]}&" if area else ""))
    figures = queries.figures(
        compound_ids=covered, period=asked.period, before=before(asked.period), firm=own_firm(request.actor)
    )
    return render(
        request,
        "oversight/overview.html",
        {
            **_common(request, covered=covered, figures=figures, asked=asked, where=where, now=now),
            "sheet_to": f"{reverse('oversight_sheet')}?{where.query}".rstrip("&"),
            "export_to": reverse("oversight_export_many"),
            "count": len(covered),
            "level": LEVEL_WORDS[table.level],
            "crumbs": [(name, f"?{query}area={code}") for code, name in table.above],
            "area": area,
            "rows": _rows(table, found, figures, query),
        },
        status=asked.status,
    )


@require_safe
@never_cache
@in_compound(parties=PARTIES)
def compound(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The figures of one compound; a firm reads its own cases there, and of all together no more than the two headlines."""
    must_see(request)
    now, asked = timezone.now(), period_of(request)
    firm = own_firm(request.actor)
    where = Where(reverse("oversight_compound_cases", args=[compound.code]), f"period={asked.period.code}&")

    def read(firm: int | None) -> Figures:
        return queries.figures(compound_ids=[compound.pk], period=asked.period, before=before(asked.period), firm=firm)

    figures = read(firm)
    whole = read(None).whole if firm is not None else None
    return render(
        request,
        "oversight/compound.html",
        {
            **_common(request, covered=[compound.pk], figures=figures, asked=asked, where=where, now=now),
            "compound": compound,
            "sheet_to": f"{reverse('oversight_compound_sheet', args=[compound.code])}?{where.query}".rstrip("&"),
            "export_to": reverse("oversight_export_one", args=[compound.code]),
            "several": len(request.actor.compound_ids) > 1,
            "together": parts.headlines(whole, Where("")) if whole is not None and whole != figures.whole else [],
            "month": asked.period.kind == "month" and asked.period.first <= localdate(now),
        },
        status=asked.status,
    )


def must_see(request: ActingRequest) -> None:
    """Refuse whoever sees no figures."""
    if not sees_figures(request.actor):
        raise PermissionDenied


def period_of(request: ActingRequest) -> Asked:
    """The period of an address; this month, with the reason in words, where there is no such period."""
    today = localdate()
    try:
        return Asked(PeriodForm(request.GET).chosen(today), "")
    except BadPeriod as error:
        return Asked(month_of(today), str(PERIOD_PROBLEMS[error.code]))


def _common(
    request: ActingRequest, *, covered: list[int], figures: Figures, asked: Asked, where: Where, now: datetime
) -> dict[str, Any]:
    """What both pages show. Three statements."""
    firm, period = own_firm(request.actor), asked.period
    counts = figures.whole.now
    workers = (
        parts.worker_rows(queries.workers(compound_ids=covered, period=period, firm=firm), where)
        if firm is not None and sees_workers(request.actor)
        else []
    )
    names = queries.firm_names(list(figures.firms)) if firm is None else {}
    return {
        "now": now,
        "period": period,
        "period_text": period_text(period),
        "before_text": period_text(before(period)),
        "problem": asked.problem,
        # What was typed stays, so that it can be mended.
        "typed": {
            "first": (asked.problem and request.GET.get("first", "")[:10]) or period.first.isoformat(),
            "last": (asked.problem and request.GET.get("last", "")[:10]) or period.last.isoformat(),
        },
        "periods": _periods(request, period, now),
        "earlier": before(period),
        "later": after(period) if after(period).first <= localdate(now) else None,
        "waiting": queries.waiting(compound_ids=covered, now=now),
        "headlines": parts.headlines(figures.whole, where),
        "rates": parts.other_rates(figures.whole, where),
        "filed": parts.count_cards(["filed", "due"], counts, where),
        "scored": parts.scored(counts, where),
        "apart": parts.apart(counts, where),
        "heads": parts.heads(),
        "total": parts.row(_("合计"), "", counts, where),
        "firms": [
            parts.row(names.get(pk, _("没有物业企业")), "", both.now, where.also(firm=pk))
            for pk, both in sorted(figures.firms.items(), key=lambda pair: (-pair[1].now["due"], pair[0]))
            if both.now
        ]
        if firm is None
        else [],
        "workers": workers,
        "categories": parts.category_chart(figures.categories, period_text(period), where),
        "trend": parts.trend_chart(
            queries.trend(compound_ids=covered, last=min(period.last, localdate(now)), firm=firm), where
        ),
        "own": firm is not None,
        "meanings": [(COUNTS[name], MEANS[name]) for name in MEANS],
        "rates_mean": [(RATES[code], RATES_MEAN[code]) for code in RATES],
        "query": where.query,
    }


def _rows(table: areas.Table, found: list[Place], figures: Figures, query: str) -> list[Row]:
    """One line an area of the table's level, or one a compound."""
    nothing = Compare()
    of = figures.compounds
    if not table.nodes:
        return [
            parts.row(
                one.name,
                f"{reverse('oversight_compound', args=[one.code])}?{query}".rstrip("&"),
                of.get(one.compound_id, nothing).now,
                Where(reverse("oversight_compound_cases", args=[one.code]), query),
            )
            for at in table.members
            for one in [found[at]]
        ]
    address = reverse("oversight_cases")
    return [
        parts.row(
            node.name,
            f"?{query}area={node.code}",
            queries.sums([of.get(found[at].compound_id, nothing) for at in node.members]).now,
            Where(address, f"{query}area={node.code}&"),
        )
        for node in table.nodes
    ]


def _periods(request: ActingRequest, period: Period, now: datetime) -> list[dict[str, Any]]:
    """The periods that are chosen most, as tabs."""
    today = localdate(now)
    offered = [
        (_("本月"), month_of(today)),
        (_("上月"), before(month_of(today))),
        (_("本季度"), containing("quarter", today)),
        (_("今年"), containing("year", today)),
    ]
    given = request.GET.copy()
    for name in ("first", "last", "page"):
        given.pop(name, None)
    tabs = []
    for label, one in offered:
        given["period"] = one.code
        tabs.append({"url": f"?{given.urlencode()}", "label": label, "count": None, "active": one == period})
    return tabs
