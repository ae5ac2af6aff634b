"""我的班次: one's own shifts, handing one over, taking one."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from duty import permissions, queries
from duty.actions import hands
from duty.actions.change import spoken
from duty.forms import OfferForm
from duty.models import Offer, Shift
from duty.views.posting import Said, post
from parties.queries import Holder, holders
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

firm = in_compound(parties=permissions.PARTIES)


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the person's own shifts: in words, whether it runs now, and the offer that is open for it."""

    shift: Shift
    words: str
    running: bool
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer that the person may take: in words, with what is given in return."""

    offer: Offer
    words: str
    in_return: str
    to_me: bool


@require_safe
@never_cache
@firm
def mine(request: ActingRequest, compound: Compound) -> HttpResponse:
    """One's own shifts to come and what colleagues offer."""
    return _mine(request, compound)


def _mine(request: ActingRequest, compound: Compound, *, said: Said | None = None) -> HttpResponse:
    now = timezone.now()
    actor = request.actor
    offers = queries.open_offers(actor, compound.pk, now)
    given = {one.shift_id: one for one in offers if one.from_post_id == actor.post_id}
    return render(
        request,
        "duty/mine.html",
        {
            "compound": compound,
            "turns": [
                Turn(one, spoken(one), one.starts_at <= now, given.get(one.pk))
                for one in queries.own_shifts(actor, compound.pk, now)
            ],
            "asked": [
                Asked(
                    one, spoken(one.shift), spoken(one.in_return) if one.in_return else "", one.to_post_id is not None
                )
                for one in offers
                if one.from_post_id != actor.post_id
            ],
            "on": queries.on_duty(compound.pk, now),
            "now": now,
            "said": said.text if said else "",
        },
        status=said.status if said else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def hand_over(request: ActingRequest, compound: Compound, shift_id: int) -> HttpResponse:
    """Ask for someone to take one's shift."""
    now = timezone.now()
    shift = queries.own_shift(request.actor, compound.pk, shift_id, now)
    if shift is None:
        raise Http404
    people = _mates(request, compound)
    names = {one.post_id: one.name for one in people}
    theirs = [
        (one.pk, f"{names[one.post_id]} {spoken(one)}") for one in queries.shifts_of(compound.pk, list(names), now)
    ]
    form = OfferForm(request.POST if request.method == "POST" else None, people=people, shifts=theirs)

    def effect() -> str:
        hands.offer(
            compound_id=compound.pk,
            shift_id=shift_id,
            to_post=form.cleaned_data["to_post"],
            in_return=form.cleaned_data["in_return"],
            note=form.cleaned_data["note"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已发出，等同事答复。答复之前还是您值。"))
        return reverse("duty_mine", args=[compound.code])

    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
            except Said as said:
                form.add_error(said.field if said.field in form.fields else None, said.text)
                status = said.status
    return render(
        request, "duty/hand_over.html", {"compound": compound, "form": form, "words": spoken(shift)}, status=status
    )


@require_POST
@firm
def take(request: ActingRequest, compound: Compound, offer_id: int) -> HttpResponse:
    """Agree to take a colleague's shift."""
    now = timezone.now()

    def effect() -> str:
        hands.take(
            compound_id=compound.pk, offer_id=offer_id, phone=request.POST.get("phone", ""), by=request.actor, now=now
        )
        messages.success(request, _("换班成功，已通知对方和经理。"))
        return reverse("duty_mine", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _mine(request, compound, said=said)


@require_POST
@firm
def no(request: ActingRequest, compound: Compound, offer_id: int) -> HttpResponse:
    """Refuse a colleague's wish, or withdraw one's own."""
    now = timezone.now()

    def effect() -> str:
        hands.answer_no(compound_id=compound.pk, offer_id=offer_id, by=request.actor, now=now)
        messages.success(request, _("已答复。"))
        return reverse("duty_mine", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _mine(request, compound, said=said)


def _mates(request: ActingRequest, compound: Compound) -> list[Holder]:
    actor = request.actor
    if not permissions.may_see(actor):
        raise PermissionDenied
    people = holders(compound.pk, localdate())
    return [one for one in people if one.party == actor.party and one.post_id != actor.post_id]
