"""What the property desk and the community do: claims, residents, and people who cannot join themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.actions import DocumentRefused
from live.queries import seqs
from premises.models import Occupancy
from residency import listings
from residency.actions.claims import decide
from residency.actions.moves import move_out, prolong, register_resident
from residency.actions.parents import end_bond, print_parent_code
from residency.actions.reveal import reveal_person
from residency.forms import GroundForm, LastDayForm, NoForm, ReasonForm, RefuseForm, RegisterForm, SearchForm
from residency.permissions import OFFICE_PARTIES, OFFICE_ROLES
from residency.refusals import NoSuchRow
from residency.rules.household import REMIND_AFTER, TENANT, is_late
from residency.topics import CLAIMS
from residency.views.posting import REFUSALS, once, status_of
from residency.words import STATE_TONES, refusal_field, refusal_text, steps
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 30
office_only = in_compound(parties=OFFICE_PARTIES, roles=OFFICE_ROLES)


# --- claims -----------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@office_only
def claims(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What waits for an answer, the oldest first; ``?tab=decided`` what was answered lately."""
    return render(request, "residency/claims.html", _claims(request, compound))


@require_safe
@never_cache
@office_only
def claims_rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the list that renews itself."""
    return render(request, "residency/_claims.html", _claims(request, compound))


def _claims(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    # The number first: what happens while the page is being read is then told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[CLAIMS])
    counts = listings.claim_counts(compound_id=compound.pk, late_before=now - REMIND_AFTER, now=now)
    waiting = request.GET.get("tab") != "decided"
    rows = listings.claims(compound_id=compound.pk, waiting=waiting, now=now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    here = reverse("residency_claims", args=[compound.code])
    return {
        "compound": compound,
        "seqs": numbers,
        "waiting": waiting,
        "counts": counts,
        "page": page,
        "rows": [
            {
                "row": row,
                "late": row.state == Occupancy.State.CLAIMED and is_late(row.claimed_at, now),
                "tone": STATE_TONES[row.state],
            }
            for row in page
        ],
        "tabs": [
            {"url": here, "label": _("待核实"), "count": counts["waiting"], "active": waiting},
            {"url": f"{here}?tab=decided", "label": _("已答复"), "count": counts["decided"], "active": not waiting},
        ],
        "now": now,
    }


# --- residents --------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
@office_only
def residents(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Everyone confirmed here, by address."""
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = listings.residents(compound_id=compound.pk, search=search.replace("\x00", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "residency/residents.html", {"compound": compound, "page": page, "search": search, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@office_only
def register(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Enter someone who cannot join themselves."""
    if request.method != "POST":
        return _register_page(request, compound, RegisterForm())
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _register_page(request, compound, form, status=422)
    now = timezone.now()

    def effect() -> str:
        made = register_resident(compound=compound, by=request.actor, now=now, **form.cleaned_data)
        return reverse("residency_resident", args=[compound.code, made.pk])

    try:
        location = once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
    except REFUSALS as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _register_page(request, compound, form, status=status_of(error))
    messages.success(request, _("已登记。"))
    return redirect(location)


def _register_page(request: ActingRequest, compound: Compound, form: RegisterForm, status: int = 200) -> HttpResponse:
    return render(request, "residency/register.html", {"compound": compound, "form": form}, status=status)


@dataclass(frozen=True, slots=True)
class Hand:
    """One action of the office on a link: its form, its words, in which states, and what it calls."""

    form: type[forms.Form]
    label: Any
    states: tuple[str, ...]
    call: Callable[..., str | None]
    kind: str = "secondary"
    tenants_only: bool = False


def _confirm(*, compound: Compound, given: dict[str, Any], **common: Any) -> None:
    decide(compound_id=compound.pk, confirm=True, **given, **common)


def _refuse(*, compound: Compound, given: dict[str, Any], **common: Any) -> None:
    decide(compound_id=compound.pk, confirm=False, **given, **common)


def _end(*, compound: Compound, given: dict[str, Any], **common: Any) -> None:
    move_out(compound_id=compound.pk, **given, **common)


def _prolong(*, compound: Compound, given: dict[str, Any], **common: Any) -> None:
    prolong(compound_id=compound.pk, **given, **common)


def _paper(*, compound: Compound, given: dict[str, Any], occupancy_id: int, by: Any, now: datetime) -> str:  # noqa: ARG001
    found = listings.dossier(compound_id=compound.pk, occupancy_id=occupancy_id, on=localdate(now))
    if found is None:
        raise NoSuchRow
    document = print_parent_code(compound_id=compound.pk, parent=found.link.person, by=by, now=now)
    return reverse("documents:document", args=[compound.code, document.pk])


# In the order in which the page offers them.
HANDS: dict[str, Hand] = {
    "confirm": Hand(GroundForm, gettext_lazy("通过"), ("claimed",), _confirm, "primary"),
    "refuse": Hand(RefuseForm, gettext_lazy("不通过"), ("claimed",), _refuse, "danger"),
    "prolong": Hand(LastDayForm, gettext_lazy("改租期"), ("confirmed",), _prolong, tenants_only=True),
    "paper": Hand(NoForm, gettext_lazy("打印亲情代办同意书"), ("confirmed",), _paper),
    "end": Hand(ReasonForm, gettext_lazy("办理迁出"), ("confirmed",), _end, "danger"),
}


@require_safe
@never_cache
@office_only
def resident(request: ActingRequest, compound: Compound, occupancy_id: int) -> HttpResponse:
    """One link to a home: what the register says beside it, what happened, and what can be done."""
    return _page(request, compound, occupancy_id)


@require_POST
@never_cache
@office_only
def act(request: ActingRequest, compound: Compound, occupancy_id: int, action: str) -> HttpResponse:
    """Take one action; a refused form comes back beside its words, with everything typed in it."""
    hand = HANDS.get(action)
    if hand is None:
        raise Http404
    now = timezone.now()
    form = hand.form(request.POST, auto_id=f"{action}_%s")
    if not form.is_valid():
        return _page(request, compound, occupancy_id, tried=action, form=form, status=422)
    here = reverse("residency_resident", args=[compound.code, occupancy_id])

    def effect() -> str:
        found = hand.call(
            compound=compound, given=form.cleaned_data, occupancy_id=occupancy_id, by=request.actor, now=now
        )
        return found or here

    try:
        return redirect(
            once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
        )
    except (NoSuchRow, DocumentRefused) as error:
        raise Http404 from error
    except REFUSALS as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _page(request, compound, occupancy_id, tried=action, form=form, status=status_of(error))


@require_POST
@never_cache
@office_only
def reveal(request: ActingRequest, compound: Compound, occupancy_id: int) -> HttpResponse:
    """Show name and number in full once, in this answer alone; the look is recorded."""
    try:
        seen = reveal_person(compound_id=compound.pk, occupancy_id=occupancy_id, by=request.actor, now=timezone.now())
    except NoSuchRow as error:
        raise Http404 from error
    return _page(request, compound, occupancy_id, revealed=seen)


@require_POST
@office_only
def unbind(request: ActingRequest, compound: Compound, bond_id: int) -> HttpResponse:
    """End a child's acting for a parent who asks for it."""
    now = timezone.now()
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def effect() -> str:
        end_bond(compound_id=compound.pk, bond_id=bond_id, reason=reason, by=request.actor, now=now)
        return reverse("residency_residents", args=[compound.code])

    try:
        location = once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
    except NoSuchRow as error:
        raise Http404 from error
    except REFUSALS as error:
        messages.error(request, refusal_text(error))
        return redirect("residency_residents", compound.code)
    messages.success(request, _("亲情代办已取消。"))
    return redirect(location)


def _page(
    request: ActingRequest,
    compound: Compound,
    occupancy_id: int,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    revealed: Any = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    found = listings.dossier(compound_id=compound.pk, occupancy_id=occupancy_id, on=localdate(now))
    if found is None:
        raise Http404
    link = found.link
    own = link.person_id == request.actor.person_id
    offered = {
        name: hand
        for name, hand in HANDS.items()
        if link.state in hand.states
        and not (hand.tenants_only and link.relation != TENANT)
        and not (own and name in {"confirm", "refuse"})
    }
    panels = [_panel(name, hand, link, form if name == tried else None) for name, hand in offered.items()]
    errors = [text for found_ in form.errors.values() for text in found_] if form and tried not in offered else []
    return render(
        request,
        "residency/resident.html",
        {
            "compound": compound,
            "link": link,
            "tone": STATE_TONES[link.state],
            "late": link.state == Occupancy.State.CLAIMED and is_late(link.claimed_at, now),
            "route": link.get_route_display() if link.route else "",
            "owners": found.owners,
            "others": found.others,
            "bonds": found.bonds,
            "steps": steps(link),
            "panels": panels,
            "refusals": errors,
            "revealed": revealed,
            "own": own,
            "tenant": link.relation == TENANT,
            "unbind": ReasonForm(auto_id="unbind_%s"),
        },
        status=status,
    )


def _panel(name: str, hand: Hand, link: Occupancy, tried: forms.Form | None) -> dict[str, Any]:
    made = tried or hand.form(auto_id=f"{name}_%s", initial={"last_day": link.ends})
    if name == "confirm":
        if link.relation == TENANT:
            made.fields["last_day"].required = True
        else:
            del made.fields["last_day"]
    return {
        "name": name,
        "label": hand.label,
        "kind": hand.kind,
        "form": made,
        "plain": hand.form is NoForm,
        "first": name == "confirm",
        "open": tried is not None,
    }
