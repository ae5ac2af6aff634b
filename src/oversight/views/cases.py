"""Where a number comes from: its definition, and the very cases behind it, page by page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oversight.permissions import PARTIES, own_firm, sees_workers
from oversight.queries import cases, figures
from oversight.queries.cases import MISSED, BadQuestion, Question
from oversight.rules import areas
from oversight.rules.indicators import INDICATORS
from oversight.rules.indicators import rate as rate_of
from oversight.views.figures import must_see
from oversight.words import COUNTS, RATES, RATES_MEAN, list_meaning, list_title, period_text
from repairs.models import Category
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound
from ui.numbers import whole

SIZE = 50
# Over many compounds the pages behind are costly and read by nobody: an export has them all.
LAST_PAGE = 40


@require_safe
@never_cache
@acting(parties=PARTIES)
def many(request: ActingRequest) -> HttpResponse:
    """The cases behind a number of an area, or of everything that the standing covers."""
    must_see(request)
    try:
        found = figures.places(request.actor.compound_ids)
        table = areas.table(found, request.GET.get("area"))
    except areas.NoSuchArea as error:
        raise Http404 from error
    covered = [found[at] for at in table.members]
    area = table.above[-1] if request.GET.get("area") else ("", "")
    return _list(
        request,
        {one.compound_id: (one.code, one.name) for one in covered},
        {
            "place": area[1],
            "area": area[0],
            "back": reverse("oversight_overview"),
            "export_to": reverse("oversight_export_many"),
        },
    )


@require_safe
@never_cache
@in_compound(parties=PARTIES)
def one(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The cases behind a number of one compound."""
    must_see(request)
    return _list(
        request,
        {compound.pk: (compound.code, compound.name)},
        {
            "place": compound.name,
            "back": reverse("oversight_compound", args=[compound.code]),
            "export_to": reverse("oversight_export_one", args=[compound.code]),
            "compound": compound,
        },
    )


def question_of(request: ActingRequest) -> Question:
    """The question of an address, narrowed to what the actor may ask; Http404 for any other."""
    try:
        asked = cases.question(request.POST if request.method == "POST" else request.GET)
    except BadQuestion as error:
        raise Http404 from error
    firm = own_firm(request.actor)
    if (asked.worker is not None and not sees_workers(request.actor)) or (firm and asked.firm not in {None, firm}):
        raise Http404
    return Question(asked.of, asked.period, asked.category, firm or asked.firm, asked.worker, asked.urgent)


def _list(request: ActingRequest, compounds: dict[int, tuple[str, str]], told: dict[str, Any]) -> HttpResponse:
    now, asked = timezone.now(), question_of(request)
    code = request.GET.get("rate")
    if code is not None and (code not in INDICATORS or asked.of not in _lists(code)):
        raise Http404
    number = _page(request.GET.get("page"))
    rows = cases.cases(compound_ids=list(compounds), asked=asked, now=now, skip=(number - 1) * SIZE, most=SIZE + 1)
    counts = figures.counted(
        compound_ids=list(compounds),
        period=asked.period,
        category=asked.category,
        firm=asked.firm,
        worker=asked.worker,
        urgent=asked.urgent,
    )
    rate = None if code is None else rate_of(code, counts)
    more = len(rows) > SIZE
    return render(
        request,
        "oversight/cases.html",
        {
            **told,
            "rows": [(row, *compounds[row.compound_id], COUNTS[row.outcome]) for row in rows[:SIZE]],
            "several": len(compounds) > 1,
            "asked": asked,
            "pairs": asked.pairs(),
            "title": RATES[code] if code else list_title(asked.of),
            "meaning": RATES_MEAN[code] if code else list_meaning(asked.of),
            "means": [(list_title(of), list_meaning(of)) for of in _lists(code)[:2]] if code else [],
            "rate": rate,
            "number": _count(counts, asked.of),
            "lists": _tabs(request, code, counts, asked.of) if code else [],
            "narrowed": _narrowed(asked),
            "period_text": period_text(asked.period),
            "waiting": figures.waiting(compound_ids=list(compounds), now=now),
            "page": {
                "number": number,
                "previous": number - 1 if number > 1 else None,
                "next": number + 1 if more and number < LAST_PAGE else None,
            },
            "capped": more and number >= LAST_PAGE,
            "now": now,
        },
    )


def _lists(code: str) -> list[str]:
    """The three lists of a rate: what counts, out of what, and what is missing."""
    found = INDICATORS[code]
    return [found.hit, found.base, MISSED + code]


def _count(counts: Any, of: str) -> int:
    if of.startswith(MISSED):
        found = INDICATORS[of.removeprefix(MISSED)]
        return int(counts[found.base] - counts[found.hit])
    return int(counts[of])


def _tabs(request: ActingRequest, code: str, counts: Any, active: str) -> list[dict[str, Any]]:
    given = request.GET.copy()
    given.pop("page", None)
    tabs = []
    for of in _lists(code):
        given["of"] = of
        tabs.append(
            {
                "url": f"?{given.urlencode()}",
                "label": list_title(of),
                "count": _count(counts, of),
                "active": of == active,
            }
        )
    return tabs


def _narrowed(asked: Question) -> list[str]:
    """By what the list is narrowed, in words that hold no name."""
    return [str(Category(asked.category).label)] if asked.category else []


def _page(asked: str | None) -> int:
    return min(whole(asked) or 1, LAST_PAGE)
