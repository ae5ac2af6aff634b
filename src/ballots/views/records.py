"""What officers record of who votes: representatives, and authority on paper."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ballots.actions import proxies, speaking
from ballots.forms import PaperProxyForm, SpeakerForm
from ballots.permissions import ROUNDS, keeps
from ballots.queries.people import right_at
from ballots.queries.turnout import recorded
from ballots.refusals import BadInput
from ballots.views.desk import found_poll, head
from ballots.views.posting import Said, post
from elections.models import Poll
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

walkers = in_compound(parties=ROUNDS)


@require_safe
@never_cache
@walkers
def listed(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Everyone who votes in somebody's place, and the forms for one more."""
    return _page(request, found_poll(request, compound, poll), timezone.now())


def _page(
    request: ActingRequest,
    found: Poll,
    now: datetime,
    *,
    form: forms.Form | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    speakers, given = recorded(found)
    may = keeps(request.actor, found) and found.state in speaking.OPEN_STATES
    return render(
        request,
        "ballots/records.html",
        {
            **head(found, now),
            "speakers": speakers,
            "proxies": given,
            "may": may,
            "reads": keeps(request.actor, found),
            "speaker_form": form if isinstance(form, SpeakerForm) else SpeakerForm(),
            "proxy_form": form if isinstance(form, PaperProxyForm) else PaperProxyForm(),
            "opened": "speaker" if isinstance(form, SpeakerForm) else "proxy" if form is not None else "",
            "cap": proxies.cap(found),
            "refused": refused,
        },
        status=status,
    )


@require_POST
@walkers
def speaker(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Record who votes for a home."""

    def act(found: Poll, given: dict[str, Any], right: str, now: datetime) -> None:
        speaking.record_speaker(
            compound_id=compound.pk, ref=found.ref, right=right, ground=given["ground"], name=given["name"],
            phone=given["phone"], note=given["note"], paper=given["paper"], by=request.actor, now=now,
        )  # fmt: skip

    return _record(request, compound, poll, SpeakerForm(request.POST, request.FILES), act)


@require_POST
@walkers
def paper_proxy(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Record an authority on paper."""

    def act(found: Poll, given: dict[str, Any], right: str, now: datetime) -> None:
        proxies.record_paper(
            compound_id=compound.pk, ref=found.ref, right=right, giver=given["giver"], agent=given["agent"],
            phone=given["phone"], paper=given["paper"], by=request.actor, now=now,
        )  # fmt: skip

    return _record(request, compound, poll, PaperProxyForm(request.POST, request.FILES), act)


Act = Callable[[Poll, dict[str, Any], str, datetime], None]


def _record(request: ActingRequest, compound: Compound, ref: str, form: forms.Form, act: Act) -> HttpResponse:
    now = timezone.now()
    found = found_poll(request, compound, ref)
    if not form.is_valid():
        return _page(request, found, now, form=form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        right = right_at(found, given["address"])
        if right is None:
            raise BadInput("no_such_right", field="address")
        act(found, given, right.key, now)
        messages.success(request, _("已登记。"))
        return reverse("ballots_records", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, found, now, form=form, status=said.status)


@require_POST
@walkers
def end_speaker(request: ActingRequest, compound: Compound, poll: str, speaker_id: int) -> HttpResponse:
    """End the record of a representative."""
    return _end(
        request, compound, poll,
        lambda ref, now: speaking.end_speaker(
            compound_id=compound.pk, ref=ref, speaker_id=speaker_id, by=request.actor, now=now
        ),
    )  # fmt: skip


@require_POST
@walkers
def end_proxy(request: ActingRequest, compound: Compound, poll: str, proxy_id: int) -> HttpResponse:
    """Take an authority back for an owner who says so."""
    return _end(
        request, compound, poll,
        lambda ref, now: proxies.take_back(
            compound_id=compound.pk, ref=ref, proxy_id=proxy_id, person=None, by=request.actor, now=now
        ),
    )  # fmt: skip


def _end(request: ActingRequest, compound: Compound, ref: str, act: Callable[[str, datetime], object]) -> HttpResponse:
    now = timezone.now()
    found = found_poll(request, compound, ref)

    def effect() -> str:
        act(found.ref, now)
        messages.success(request, _("已取消。"))
        return reverse("ballots_records", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, found, now, refused=said.text, status=said.status)
