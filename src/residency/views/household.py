"""A resident's household: who lives here, inviting, moving out, and 亲情代办 as the parent sees it."""

from collections.abc import Callable
from datetime import datetime
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

from accounts.entry import PersonRequest
from residency import listings
from residency.actions.invitations import cancel_invitation, invite
from residency.actions.moves import move_out, prolong
from residency.actions.parents import cancel_parent_code, end_bond, make_parent_code
from residency.forms import InviteForm, LastDayForm, NoForm, OwnReasonForm
from residency.refusals import NoSuchRow
from residency.rules import household as rules
from residency.rules.codes import grouped
from residency.views.posting import REFUSALS, once, status_of
from residency.words import refusal_field, refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

# Whoever acts for a parent there (role ``child``) has no household of their own in the compound.
residents_only = in_compound(parties=("resident",), roles=("resident",))


class HouseholdRequest(ActingRequest, PersonRequest):
    """A request of these views. For type annotations only."""


@require_safe
@never_cache
@residents_only
def household(request: HouseholdRequest, compound: Compound) -> HttpResponse:
    """The resident's homes here, with everyone who lives in them."""
    return _page(request, compound)


@require_POST
@residents_only
def invite_someone(request: HouseholdRequest, compound: Compound, occupancy_id: int) -> HttpResponse:
    """Make a code for family or a tenant."""

    def call(given: dict[str, Any], now: datetime) -> None:
        invite(compound_id=compound.pk, occupancy_id=occupancy_id, by=request.actor, now=now, **given)

    return _act(request, compound, InviteForm, call, name=f"invite-{occupancy_id}", said=gettext_lazy("邀请码已生成。"))


@require_POST
@residents_only
def cancel(request: HouseholdRequest, compound: Compound, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""

    def call(given: dict[str, Any], now: datetime) -> None:
        cancel_invitation(compound_id=compound.pk, invitation_id=invitation_id, by=request.actor, now=now, **given)

    return _act(request, compound, NoForm, call, said=gettext_lazy("邀请已取消。"))


@require_POST
@residents_only
def leave(request: HouseholdRequest, compound: Compound, occupancy_id: int) -> HttpResponse:
    """Move out oneself, or end a tenant's stay."""

    def call(given: dict[str, Any], now: datetime) -> None:
        move_out(compound_id=compound.pk, occupancy_id=occupancy_id, by=request.actor, now=now, **given)

    # Whoever has moved out may have no right left to this page: the front page finds out what they are now.
    onward = reverse("home") if request.POST.get("own") else None
    return _act(
        request,
        compound,
        OwnReasonForm,
        call,
        name=f"leave-{occupancy_id}",
        said=gettext_lazy("已办理迁出。"),
        onward=onward,
    )


@require_POST
@residents_only
def stay_on(request: HouseholdRequest, compound: Compound, occupancy_id: int) -> HttpResponse:
    """The owner changes a tenant's last day."""

    def call(given: dict[str, Any], now: datetime) -> None:
        prolong(compound_id=compound.pk, occupancy_id=occupancy_id, by=request.actor, now=now, **given)

    return _act(request, compound, LastDayForm, call, name=f"stay-{occupancy_id}", said=gettext_lazy("租期已改。"))


@require_POST
@residents_only
def parent_code(request: HouseholdRequest, compound: Compound) -> HttpResponse:
    """The parent makes their code, and agrees by it."""

    def call(given: dict[str, Any], now: datetime) -> None:  # noqa: ARG001  the form asks nothing
        make_parent_code(compound_id=compound.pk, parent=request.user, by=request.actor, now=now)

    return _act(request, compound, NoForm, call, anchor="#parents")


@require_POST
@residents_only
def drop_parent_code(request: HouseholdRequest, compound: Compound) -> HttpResponse:
    """The parent takes their code back."""

    def call(given: dict[str, Any], now: datetime) -> None:  # noqa: ARG001  the form asks nothing
        cancel_parent_code(compound_id=compound.pk, by=request.actor, now=now)

    return _act(request, compound, NoForm, call, said=gettext_lazy("代办码已作废。"), anchor="#parents")


@require_POST
@residents_only
def unbind(request: HouseholdRequest, compound: Compound, bond_id: int) -> HttpResponse:
    """The parent ends a child's acting for them."""

    def call(given: dict[str, Any], now: datetime) -> None:  # noqa: ARG001  the form asks nothing
        end_bond(compound_id=compound.pk, bond_id=bond_id, by=request.actor, now=now)

    return _act(request, compound, NoForm, call, said=gettext_lazy("亲情代办已取消。"), anchor="#parents")


def _act(
    request: HouseholdRequest,
    compound: Compound,
    form_class: type[forms.Form],
    call: Callable[[dict[str, Any], datetime], None],
    *,
    name: str = "",
    said: Any = "",
    onward: str | None = None,
    anchor: str = "",
) -> HttpResponse:
    """Take one action; a refused form comes back beside its words, with everything typed in it."""
    now = timezone.now()
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _page(request, compound, tried=name, form=form, status=422)

    def effect() -> str:
        call(form.cleaned_data, now)
        return onward or f"{reverse('residency_household', args=[compound.code])}{anchor}"

    try:
        location = once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
    except NoSuchRow as error:
        raise Http404 from error
    except REFUSALS as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _page(request, compound, tried=name, form=form, status=status_of(error))
    if said:
        messages.success(request, str(said))
    return redirect(location)


def _page(
    request: HouseholdRequest,
    compound: Compound,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    today = localdate(now)
    person_id = request.actor.person_id
    homes = listings.households(compound_id=compound.pk, person_id=person_id, on=today, now=now)

    def drawn(name: str, made: type[forms.Form], **initial: Any) -> forms.Form:
        return form if form is not None and name == tried else made(auto_id=f"{name}_%s", initial=initial)

    own_code = listings.own_parent_code(compound_id=compound.pk, person_id=person_id, now=now)
    bonds = listings.bonds_of_parent(compound_id=compound.pk, parent_id=person_id)
    shown = {f"invite-{h.own.pk}" for h in homes} | {f"leave-{h.own.pk}" for h in homes}
    shown |= {f"{kind}-{o.pk}" for h in homes for o in h.others for kind in ("stay", "leave")}
    loose = [error for errors in form.errors.values() for error in errors] if form and tried not in shown else []
    return render(
        request,
        "residency/household.html",
        {
            "compound": compound,
            "homes": [
                {
                    "own": h.own,
                    "invite": drawn(f"invite-{h.own.pk}", InviteForm),
                    "inviting": tried == f"invite-{h.own.pk}",
                    "choices": _choices(h.own.relation),
                    "leave": drawn(f"leave-{h.own.pk}", OwnReasonForm),
                    "leaving": tried == f"leave-{h.own.pk}",
                    "people": [
                        {
                            "row": other,
                            "may_end": rules.may_end(own_relation=h.own.relation, relation=other.relation),
                            "stay": drawn(f"stay-{other.pk}", LastDayForm, last_day=other.ends),
                            "leave": drawn(f"leave-{other.pk}", OwnReasonForm),
                            "open": tried in {f"stay-{other.pk}", f"leave-{other.pk}"},
                        }
                        for other in h.others
                    ],
                    "invitations": [
                        {"row": row, "code": grouped(row.code), "relation": row.get_relation_display()}
                        for row in h.invitations
                    ],
                }
                for h in homes
            ],
            "refusals": loose,
            "parent_code": grouped(own_code.code) if own_code else "",
            "parent_code_until": own_code.expires_at if own_code else None,
            "bonds": [bond for bond in bonds if bond.ended_at is None],
            "old_bonds": [bond for bond in bonds if bond.ended_at is not None],
        },
        status=status,
    )


def _choices(relation: str) -> list[dict[str, Any]]:
    words = {"family": (_("家属"), "users"), "tenant": (_("租户"), "key")}
    return [
        {"value": value, "label": words[value][0], "icon": words[value][1]} for value in rules.INVITES.get(relation, ())
    ]
