"""What officers open while a vote runs: turnout, whose vote is missing, who was told, and the window with its steps."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ballots import board
from ballots.actions import extending, reminding
from ballots.forms import ExtendForm, StepForm
from ballots.models import Told
from ballots.permissions import ROUNDS, keeps, may_ask
from ballots.queries.polls import extensions_of
from ballots.queries.turnout import delivered, missing, reached, taken
from ballots.topics import topic_of
from ballots.views.owner import shown_turnout, takes_ballots
from ballots.views.posting import Said, post
from ballots.words import window_text
from elections.actions import joint
from elections.models import Poll, State
from elections.permissions import READERS
from elections.poll_words import TONES
from elections.queries.joint import joint_steps
from elections.queries.polls import poll_for
from live.queries import seqs
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

PAGE = 50
readers = in_compound(parties=READERS)
walkers = in_compound(parties=ROUNDS)


def found_poll(request: ActingRequest, compound: Compound, ref: str) -> Poll:
    """A poll that was called, for whoever sees polls; Http404."""
    found = poll_for(request.actor, compound.pk, ref)
    if found is None or found.called_at is None:
        raise Http404
    return found


def head(found: Poll, now: datetime) -> dict[str, Any]:
    """What every page of the desk shows above."""
    return {
        "compound": found.compound,
        "poll": found,
        "state": State(found.state).label,
        "tone": TONES[found.state],
        "window": window_text(found, now),
        "now": now,
    }


# More digits than there are pages.
MOST_DIGITS = 5


@require_safe
@never_cache
@readers
def turnout(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """How many have voted, with the legal marks; never what."""
    return _turnout(request, found_poll(request, compound, poll), timezone.now())


def _turnout(
    request: ActingRequest, found: Poll, now: datetime, *, refused: str = "", status: int = 200
) -> HttpResponse:
    topic = topic_of(found.ref)
    numbers = seqs(compound_id=found.compound_id, topics=[topic])
    return render(
        request,
        "ballots/turnout.html",
        {
            **head(found, now),
            "turnout": [shown_turnout(one) for one in taken(found)],
            "reached": reached(found),
            "keeps": keeps(request.actor, found),
            "walks": request.actor.party in ROUNDS,
            "open": takes_ballots(found, now),
            "refused": refused,
            "numbers": numbers,
            "topic": topic,
        },
        status=status,
    )


@require_POST
@readers
def remind(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Remind those who have not voted."""
    now = timezone.now()
    found = found_poll(request, compound, poll)

    def effect() -> str:
        told = reminding.remind(compound_id=compound.pk, ref=found.ref, by=request.actor, now=now)
        messages.success(request, _("已提醒 %(n)s 人，都是还没有投票的。") % {"n": told})
        return reverse("ballots_turnout", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _turnout(request, found, now, refused=said.text, status=said.status)


@require_safe
@never_cache
@walkers
def rounds(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Whose vote is missing, entrance by entrance, for whoever goes from door to door. Printable."""
    found = found_poll(request, compound, poll)
    rows = missing(found)
    return render(
        request,
        "ballots/rounds.html",
        {
            **head(found, timezone.now()),
            "entrances": [(name, list(group)) for name, group in groupby(rows, key=lambda one: one.entrance)],
            "count": len(rows),
        },
    )


@require_safe
@never_cache
@walkers
def delivery(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Who was sent what when, and when it was opened: the proof for each home."""
    found = found_poll(request, compound, poll)
    page = whole(request.GET.get("page"), digits=MOST_DIGITS) or 1
    rows = delivered(found, page=page, size=PAGE)
    return render(
        request,
        "ballots/delivery.html",
        {
            **head(found, timezone.now()),
            "rows": [(Told(one.what).label, one) for one in rows[:PAGE]],
            "page_number": page,
            "next": page + 1 if len(rows) > PAGE else 0,
            "previous": page - 1 if page > 1 else 0,
            "reached": reached(found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@walkers
def window(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The window: put the end off; ask for an early end or for voting to be opened again; what was done so far."""
    now = timezone.now()
    found = found_poll(request, compound, poll)
    if request.method != "POST":
        return _window(request, found, now)
    extends = "extend" in request.POST
    form = ExtendForm(request.POST) if extends else StepForm(request.POST, auto_id="step_%s")
    if not form.is_valid():
        return _window(request, found, now, form=form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        if extends:
            extending.extend(
                compound_id=compound.pk, ref=found.ref, closes_at=given["closes_at"], reason=given["reason"],
                by=request.actor, now=now,
            )  # fmt: skip
            messages.success(request, _("已延期，公告已发布。"))
        else:
            later = given["closes_at"]
            joint.ask(
                compound_id=compound.pk, ref=found.ref, step=given["step"], reason=given["reason"],
                given={"closes_at": later.isoformat()} if later else {}, by=request.actor, now=now,
            )  # fmt: skip
            messages.success(request, _("已提出，等另一方同意。"))
        return reverse("ballots_window", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _window(request, found, now, form=form, status=said.status)


def _window(
    request: ActingRequest,
    found: Poll,
    now: datetime,
    *,
    form: ExtendForm | StepForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    steps = joint_steps(found)
    waiting = next((one for one in steps if one.agreed_at is None and one.withdrawn_at is None), None)
    runs = takes_ballots(found, now)
    asks = may_ask(actor, found) and waiting is None
    extend = form if isinstance(form, ExtendForm) else ExtendForm()
    step = form if isinstance(form, StepForm) else None
    offered = "end_early" if runs else "reopen" if found.state == State.CLOSED else ""
    return render(
        request,
        "ballots/window.html",
        {
            **head(found, now),
            "extensions": extensions_of(found),
            "extend": extend if runs and keeps(actor, found) else None,
            "extend_opened": isinstance(form, ExtendForm),
            "ask": (step or StepForm(initial={"step": offered}, auto_id="step_%s")) if asks and offered else None,
            "ask_opened": step is not None,
            "offered": offered,
            "offered_label": board.STEPS.get(offered, ""),
            "waiting": waiting,
            "agrees": waiting is not None
            and may_ask(actor, found)
            and actor.organisation_id != waiting.asked_organisation_id
            and actor.party != waiting.asked_party,
            "withdraws": waiting is not None and actor.organisation_id == waiting.asked_organisation_id,
            "steps": [one for one in steps if one is not waiting],
            "refused": refused,
        },
        status=status,
    )


@require_POST
@walkers
def agree(request: ActingRequest, compound: Compound, poll: str, step_id: int) -> HttpResponse:
    """Agree to what another party asked for: the step is taken."""
    return _settle(request, compound, poll, step_id, agrees=True)


@require_POST
@walkers
def withdraw(request: ActingRequest, compound: Compound, poll: str, step_id: int) -> HttpResponse:
    """Take back what one's own party asked for."""
    return _settle(request, compound, poll, step_id, agrees=False)


def _settle(request: ActingRequest, compound: Compound, ref: str, step_id: int, *, agrees: bool) -> HttpResponse:
    now = timezone.now()
    found = found_poll(request, compound, ref)
    if not may_ask(request.actor, found):
        raise PermissionDenied

    def effect() -> str:
        act = joint.agree if agrees else joint.withdraw
        act(compound_id=compound.pk, ref=found.ref, step_id=step_id, by=request.actor, now=now)
        messages.success(request, _("已同意，马上生效并公告。") if agrees else _("已撤回。"))
        return reverse("ballots_window", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _window(request, found, now, refused=said.text, status=said.status)
