"""Paper on request: an owner's form and what became of it, and the officers' list from the request to the proof."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from boxes.queries import box_of
from elections.models import Poll, State
from elections.queries.polls import OUT
from elections.views.polls import found_poll
from idempotency.forms import key_of
from paper_ballots import actions
from paper_ballots.actions.asking import STATES
from paper_ballots.forms import AskForm, EnterForm, HandForm, WhyForm
from paper_ballots.permissions import DESK, handles, prints
from paper_ballots.queries.asking import Wish, asked_papers, waiting_for_paper
from paper_ballots.queries.terms import terms_of
from paper_ballots.views.posting import Said, post
from paper_ballots.views.terms import how_page
from paper_ballots.words import STEPS, TONES
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.numbers import whole

PAGE = 30
MOST_DIGITS = 4
clerks = in_compound(parties=DESK)
owners = in_compound(parties=("resident",))


@require_POST
@owners
def ask(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """An owner asks for the paper of an own home."""
    found, now = _public(compound, poll), timezone.now()
    form = AskForm(request.POST)
    if not form.is_valid():
        return how_page(request, compound, found, form=form, status=422)

    def effect() -> str:
        actions.ask(compound_id=compound.pk, ref=found.ref, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("已经登记，备好了会通知您。票交回以前，手机上还能投。"))
        return reverse("paper_how", args=[compound.code, found.ref])

    return _or_how(request, compound, found, effect, form)


@require_POST
@owners
def withdraw(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """An owner no longer wants it."""
    found, now = _public(compound, poll), timezone.now()
    right = request.POST.get("right", "")[:24]

    def effect() -> str:
        actions.withdraw_asked(compound_id=compound.pk, ref=found.ref, right=right, by=request.actor, now=now)
        messages.success(request, _("已经取消，不再准备纸质票。"))
        return reverse("paper_how", args=[compound.code, found.ref])

    return _or_how(request, compound, found, effect, None)


@require_safe
@never_cache
@clerks
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Who wants paper, the longest waiting first; and everyone who did."""
    return _page(request, compound, found_poll(request, compound, poll))


@require_POST
@clerks
def enter(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """An officer enters what was asked for by word of mouth."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = EnterForm(request.POST, auto_id="enter_%s")
    if not form.is_valid():
        return _page(request, compound, found, entered=form, status=422)

    def effect() -> str:
        actions.enter_asked(compound_id=compound.pk, ref=found.ref, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("已经登记。"))
        return reverse("paper_asked", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, entered=form, status=said.status)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a request is asked: the whole poll, its right, the form, where its number is known the paper's."""

    request: ActingRequest
    poll: Poll
    wish: Wish
    given: dict[str, Any]

    @property
    def common(self) -> dict[str, Any]:
        return {
            "compound_id": self.poll.compound_id, "ref": self.poll.ref, "by": self.request.actor, "now": timezone.now(),
        }  # fmt: skip


@require_POST
@clerks
def act(request: ActingRequest, compound: Compound, poll: str, asked_id: int, act: str) -> HttpResponse:
    """Make and print it, hand it over with proof, or say why it is not given."""
    found = found_poll(request, compound, poll)
    if act not in ACTS:
        raise Http404
    wish = _wish(found, asked_id)
    if wish is None:
        raise Http404
    kind, step = ACTS[act]
    form = kind(request.POST, request.FILES, auto_id=f"{act}_{asked_id}_%s")
    if not form.is_valid():
        return _page(request, compound, found, wrong=(asked_id, act, form), status=422)
    done = _Step(request, found, wish, form.cleaned_data)
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=lambda: step(done)))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, wrong=(asked_id, act, form), status=said.status)


def _print(step: _Step) -> str:
    sheet = actions.print_asked(asked_id=step.wish.pk, **step.common)
    return reverse("documents:document", args=[step.poll.compound.code, sheet.pk])


def _hand(step: _Step) -> str:
    actions.hand_asked(
        asked_id=step.wish.pk,
        key=key_of(step.request),
        taken_by=step.given["taken_by"],
        upload=step.given["photo"] or None,
        **step.common,
    )
    messages.success(step.request, _("已记下，业主会收到通知。"))
    return reverse("paper_asked", args=[step.poll.compound.code, step.poll.ref])


def _refuse(step: _Step) -> str:
    actions.refuse_asked(asked_id=step.wish.pk, reason=step.given["reason"], **step.common)
    messages.success(step.request, _("已记下原因，业主会收到通知。"))
    return reverse("paper_asked", args=[step.poll.compound.code, step.poll.ref])


ACTS: dict[str, tuple[type[forms.Form], Callable[[_Step], str]]] = {
    "print": (forms.Form, _print), "hand": (HandForm, _hand), "refuse": (WhyForm, _refuse),
}  # fmt: skip


def _wish(found: Poll, asked: int) -> Wish | None:
    return next(iter(asked_papers(found, box_of(found), still_open=False, page=1, size=1, only=asked)), None)


def _public(compound: Compound, ref: str) -> Poll:
    found: Poll | None = Poll.objects.select_related("compound", "edition").filter(compound=compound, ref=ref).first()
    if found is None or found.state not in OUT:
        raise Http404
    return found


def _or_how(
    request: ActingRequest, compound: Compound, found: Poll, effect: Callable[[], str], form: AskForm | None
) -> HttpResponse:
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        if form is not None:
            form.add_error(said.field if said.field in form.fields else None, said.text)
            return how_page(request, compound, found, form=form, status=said.status)
        return how_page(request, compound, found, refused=said.text, status=said.status)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    entered: EnterForm | None = None,
    wrong: tuple[int, str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    box = box_of(found)
    every = request.GET.get("show") == "all"
    number = whole(request.GET.get("page"), digits=MOST_DIGITS) or 1
    rows = asked_papers(found, box, still_open=not every, page=number, size=PAGE)
    takes = found.state in STATES
    makes = takes and box is not None and prints(request.actor, found)
    hands = takes and box is not None and handles(request.actor, found)
    here = reverse("paper_asked", args=[compound.code, found.ref])
    return render(
        request,
        "paper_ballots/asked.html",
        {
            "compound": compound,
            "poll": found,
            "tabs": [
                {
                    "url": here,
                    "label": _("要办的"),
                    "count": waiting_for_paper(found, box),
                    "active": not every,
                },
                {"url": f"{here}?show=all", "label": _("全部"), "active": every},
            ],
            "rows": [_row(one, makes=makes, hands=hands, wrong=wrong) for one in rows[:PAGE]],
            "number": number,
            "next": number + 1 if len(rows) > PAGE else 0,
            "every": every,
            "terms": terms_of(found),
            "box": box,
            "over": not takes,
            "entered": (entered or EnterForm(auto_id="enter_%s")) if takes and handles(request.actor, found) else None,
            "open": entered is not None,
            "state": State(found.state).label,
        },
        status=status,
    )


def _row(one: Wish, *, makes: bool, hands: bool, wrong: tuple[int, str, forms.Form] | None) -> dict[str, Any]:
    step = one.far.step
    tone, words = ("neutral", _("已取消")) if one.ended_at else (TONES[step], str(STEPS[step]))
    if one.ended_reason:
        words = _("没有给")
    live = one.ended_at is None
    given = wrong[2] if wrong is not None and wrong[0] == one.pk else None
    act = wrong[1] if wrong is not None and wrong[0] == one.pk else ""
    return {
        "wish": one,
        "tone": tone,
        "words": words,
        "print": live and makes and step in {"waiting", "made"},
        "hand": (given if act == "hand" else HandForm(initial={"taken_by": one.name}, auto_id=f"hand_{one.pk}_%s"))
        if live and hands and step == "made"
        else None,
        "refuse": (given if act == "refuse" else WhyForm(auto_id=f"refuse_{one.pk}_%s"))
        if live and makes and step in {"waiting", "made"}
        else None,
        "act": act,
        "wrong": list(given.non_field_errors()) if given is not None else [],
    }
