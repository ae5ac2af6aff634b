"""An owner lets somebody vote, and takes it back."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import CodeRefusedError
from ballots import identity
from ballots.actions import proxies
from ballots.forms import ProxyForm
from ballots.queries.rights import Mine, right_of
from ballots.views.asking import OwnerRequest, owners, ways
from ballots.views.ballot import choices_in, question
from ballots.views.owner import draft_name, found_poll, takes_ballots
from ballots.views.posting import Said, post
from ballots.views.secretly import post_unseen
from ballots.words import refusal_text
from elections.models import Poll
from elections.queries.items import box_items, numbers_of
from tenancy.models import Compound


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@owners
def give(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """To whom, and where the place asks for it what to vote on each item."""
    return give_page(request, compound, poll, right)


def give_page(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The page, whoever asks."""
    now = timezone.now()
    found, mine = _found(request, compound, poll, right)
    if not takes_ballots(found, now) or mine.use is not None or mine.proxy is not None:
        return redirect(ways(request)["poll"], compound.code, poll)
    if request.method != "POST":
        return _page(request, found, mine, ProxyForm(), now, given=QueryDict())
    if "send" in request.POST:
        return _sent(request, found, mine, now)
    form = ProxyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, mine, form, now, given=request.POST, status=422)
    return _given(request, found, mine, form, now)


def _sent(request: OwnerRequest, found: Poll, mine: Mine, now: datetime) -> HttpResponse:
    """A code was asked for: the same page, with everything that was typed."""
    form = ProxyForm(initial={name: request.POST.get(name, "") for name in ("agent", "phone")})
    try:
        identity.send(request, request.user, now)
    except CodeRefusedError as refused:
        return _page(request, found, mine, form, now, given=request.POST, code=refusal_text(refused))
    return _page(request, found, mine, form, now, given=request.POST)


def _given(request: OwnerRequest, found: Poll, mine: Mine, form: ProxyForm, now: datetime) -> HttpResponse:
    compound = found.compound
    try:
        verified = identity.check(request, request.user, found.ref, now)
    except CodeRefusedError as refused:
        return _page(request, found, mine, form, now, given=request.POST, code=refusal_text(refused))
    items = mine.items(box_items(found))

    def effect() -> str:
        proxies.give(
            compound_id=compound.pk,
            ref=found.ref,
            right=mine.key,
            agent=form.cleaned_data["agent"],
            phone=form.cleaned_data["phone"],
            choices=choices_in(request.POST, items) if proxies.states_choices(found) else None,
            person=request.user,
            verified_at=verified,
            by=request.actor,
            now=now,
        )
        messages.success(
            request, _("已委托。受托人会收到消息。您自己随时可以来投，以您自己投的为准。"),
            extra_tags=f"draft:{draft_name(found, mine.key)}-proxy",
        )  # fmt: skip
        return reverse(ways(request)["poll"], args=[compound.code, found.ref])

    try:
        return redirect(post_unseen(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        errors = {}
        if said.field in form.fields:
            form.add_error(said.field, said.text)
        else:
            errors = {said.field: said.text}
        return _page(request, found, mine, form, now, given=request.POST, errors=errors, status=said.status)


@require_POST
@owners
def back(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """Take it back."""
    return back_page(request, compound, poll, right)


def back_page(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The step, whoever asks."""
    now = timezone.now()
    found, mine = _found(request, compound, poll, right)
    here = reverse(ways(request)["poll"], args=[compound.code, found.ref])

    def effect() -> str:
        proxies.take_back(
            compound_id=compound.pk,
            ref=found.ref,
            proxy_id=mine.proxy.pk if mine.proxy is not None else 0,
            person=request.user,
            by=request.actor,
            now=now,
        )
        messages.success(request, _("委托已收回。"))
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        messages.error(request, said.text)
        return redirect(here)


def _found(request: OwnerRequest, compound: Compound, ref: str, right: str) -> tuple[Poll, Mine]:
    poll = found_poll(compound, ref)
    mine = right_of(poll, request.user, right)
    if mine is None or mine.standing.via not in proxies.GIVERS:
        raise Http404
    return poll, mine


def _page(
    request: OwnerRequest,
    poll: Poll,
    mine: Mine,
    form: ProxyForm,
    now: datetime,
    *,
    given: QueryDict,
    code: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = errors or {}
    sent, shown = identity.waiting(request, request.user, now)
    states = proxies.states_choices(poll)
    items = box_items(poll) if states else ()
    numbers = numbers_of(items)
    return render(
        request,
        "ballots/proxy.html",
        {
            "compound": poll.compound,
            "poll": poll,
            "right": mine,
            "ways": ways(request),
            "form": form,
            "states": states,
            "cap": proxies.cap(poll),
            "questions": [question(one, numbers[one.key], given, wrong.get(one.key, "")) for one in mine.items(items)]
            if states
            else [],
            "verified": identity.verified_at(request, request.user, poll.ref, now) is not None,
            "sent": sent,
            "shown": shown,
            "masked": request.user.masked_phone,
            "code_error": code or wrong.get("code", ""),
            "error": wrong.get("", "") or wrong.get("choices", ""),
            "draft": f"{draft_name(poll, mine.key)}-proxy",
        },
        status=422 if code else status,
    )
