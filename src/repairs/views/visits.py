"""Return visits (回访) of a month, and what ended without its filer's word: for the community and whoever oversees."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from repairs import visiting
from repairs.actions import visits as actions
from repairs.actions.reveal import reveal_visited
from repairs.actions.visits import NoSuchVisit
from repairs.models import Request, ReturnVisit
from repairs.permissions import OVERSEERS
from repairs.refusals import Refused
from repairs.rules.categories import CATEGORIES
from repairs.rules.visits import last_month, month_after
from repairs.views.paging import part
from repairs.visit_forms import OUTCOMES, MonthForm, VisitForm
from repairs.words import refusal_field, refusal_text, without_numbers
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.words import masked_name

community_only = in_compound(parties=("community",))
overseers = in_compound(parties=tuple(sorted(OVERSEERS)))
LISTS = {
    "waiting": gettext_lazy("等社区认定的退回"),
    "forced": gettext_lazy("强制结单"),
    "upheld": gettext_lazy("退回成立"),
    "denied": gettext_lazy("退回不成立"),
}
PAGE = 30
DONE = {ReturnVisit.Result.SOLVED, ReturnVisit.Result.UNSOLVED}
TONES = {"solved": "good", "unsolved": "late", "unreached": "warn"}


@dataclass(frozen=True, slots=True)
class Card:
    """One visit: the request, whom to call, and the form, or what came of it."""

    visit: ReturnVisit
    place: str
    icon: str
    whom: str
    phone: str
    form: forms.Form | None
    tone: str
    tried: bool

    @property
    def request(self) -> Request:
        """The request that was drawn."""
        found: Request = self.visit.request
        return found


@require_safe
@never_cache
@community_only
def visits(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The sample of a month, ``?month=2026-06``; the last one that is over without it."""
    return _page(request, compound, _month(request), timezone.now())


@require_POST
@community_only
def draw(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Draw the sample of a month that is over."""
    now = timezone.now()
    month = MonthForm(request.POST).chosen(last_month(localdate(now)))

    def effect() -> str:
        drawn = actions.draw(compound_id=compound.pk, month=month, by=request.actor, now=now)
        if drawn:
            messages.success(request, _("抽了 %(count)s 件，请打电话问问。") % {"count": len(drawn)})
        return f"{reverse('repairs_visits', args=[compound.code])}?month={month:%Y-%m}"

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except (Refused, KeyRefused) as error:
        return _page(request, compound, month, now, said=refusal_text(error), status=_status(error))


@require_POST
@community_only
def record(request: ActingRequest, compound: Compound, visit_id: int) -> HttpResponse:
    """Note what came of a visit; what is refused comes back in its card."""
    now = timezone.now()
    form = VisitForm(request.POST, auto_id=f"visit_{visit_id}_%s")
    month = _month(request)
    if not form.is_valid():
        return _page(request, compound, month, now, tried=visit_id, form=form, status=422)
    result, satisfied = OUTCOMES[form.cleaned_data["outcome"]]

    def effect() -> str:
        visit = actions.record(
            compound_id=compound.pk,
            visit_id=visit_id,
            result=result,
            satisfied=satisfied,
            note=form.cleaned_data["note"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已记下，报修已重开，物业会再修。") if result == "unsolved" else _("已记下。"))
        return f"{reverse('repairs_visits', args=[compound.code])}?month={visit.month:%Y-%m}"

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchVisit as error:
        raise Http404 from error
    except (Refused, KeyRefused) as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _page(request, compound, month, now, tried=visit_id, form=form, status=_status(error))


@require_POST
@never_cache
@community_only
def reveal(request: ActingRequest, compound: Compound, visit_id: int) -> HttpResponse:
    """Show the number to call once, in this answer alone; the look is recorded."""
    now = timezone.now()
    try:
        phone = reveal_visited(compound_id=compound.pk, visit_id=visit_id, by=request.actor, now=now)
    except NoSuchVisit as error:
        raise Http404 from error
    except Refused as error:
        return _page(request, compound, _month(request), now, said=refusal_text(error), status=error.status)
    if "HX-Request" in request.headers:
        return render(request, "repairs/_phone.html", {"compound": compound, "phone": phone})
    return _page(request, compound, _month(request), now, tried=visit_id, phone=phone)


@require_safe
@never_cache
@overseers
def endings(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What was closed by force, and what the community said of returns, ``?list=``; without it what waits for its word."""
    name = request.GET.get("list", "waiting")
    if name not in LISTS:
        raise Http404
    page = part(visiting.endings(compound_id=compound.pk, name=name), request.GET.get("page"), PAGE)
    here = reverse("repairs_endings", args=[compound.code])
    rows = [
        {
            "request": one.request,
            "icon": CATEGORIES[one.request.category].icon,
            "place": without_numbers(one.request.place_text),
            "why": without_numbers(one.why),
            "who": one.who,
            "at": one.at,
        }
        for one in visiting.as_endings(page.rows)
    ]
    shown = {
        "compound": compound,
        "name": name,
        "label": LISTS[name],
        "tabs": [{"url": f"{here}?list={key}", "label": label, "active": key == name} for key, label in LISTS.items()],
        "rows": rows,
        "page": page,
        "community": request.actor.party == "community",
        "now": timezone.now(),
    }
    return render(request, "repairs/endings.html", shown)


def _month(request: ActingRequest) -> date:
    return MonthForm(request.POST or request.GET).chosen(last_month(localdate(timezone.now())))


def _status(error: Exception) -> int:
    return error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422


def _page(
    request: ActingRequest,
    compound: Compound,
    month: date,
    now: datetime,
    *,
    tried: int = 0,
    form: forms.Form | None = None,
    phone: str = "",
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    found = visiting.visits_of(compound_id=compound.pk, month=month)
    if tried and all(visit.pk != tried for visit in found):
        raise Http404
    cards = [_card(visit, form if visit.pk == tried else None, tried=visit.pk == tried) for visit in found]
    done = [card for card in cards if card.visit.result in DONE]
    latest = last_month(localdate(now))
    is_over = month <= latest
    results = [visit.result for visit in found]
    shown: dict[str, Any] = {
        "compound": compound,
        "month": month,
        "before": last_month(month),
        "after": month_after(month) if month < latest else None,
        "is_over": is_over,
        "cards": [card for card in cards if card.visit.result not in DONE],
        "done": done,
        "total": len(found),
        "solved": results.count(ReturnVisit.Result.SOLVED),
        "unsolved": results.count(ReturnVisit.Result.UNSOLVED),
        "unreached": results.count(ReturnVisit.Result.UNREACHED),
        "satisfied": sum(visit.satisfied is True for visit in found),
        # Only where nothing is drawn: is there anything to draw from.
        "population": visiting.population(compound_id=compound.pk, month=month) if is_over and not found else 0,
        "phone": phone,
        "said": said,
        "now": now,
    }
    return render(request, "repairs/visits.html", shown, status=status)


def _card(visit: ReturnVisit, form: forms.Form | None, *, tried: bool) -> Card:
    one: Request = visit.request
    known = one.for_person or (None if one.for_name else one.filed_by)
    return Card(
        visit=visit,
        place=without_numbers(one.place_text),
        icon=CATEGORIES[one.category].icon,
        whom=masked_name(one.for_name or (known.name if known is not None else "")) or _("居民"),
        phone=one.for_phone or (known.phone if known is not None else ""),
        form=None if visit.result in DONE else form or VisitForm(auto_id=f"visit_{visit.pk}_%s"),
        tone=TONES.get(visit.result, "neutral"),
        tried=tried,
    )
