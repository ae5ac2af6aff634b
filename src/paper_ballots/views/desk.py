"""The desk of paper ballots: how far they are, making and replacing them, and taking each back by its code."""

from collections.abc import Callable
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

from boxes.queries import box_of
from elections.models import Poll, Secrecy, State
from elections.poll_words import TONES
from elections.views.polls import found_poll
from paper_ballots import actions
from paper_ballots.actions.printing import MAX_SHEETS, STATES
from paper_ballots.forms import BackForm, HomesForm, ReplaceForm, SheetsForm
from paper_ballots.models import State as BatchState
from paper_ballots.permissions import DESK, handles, prints
from paper_ballots.queries.asking import waiting_for_paper
from paper_ballots.queries.desk import batches_of, last_back, rights_at
from paper_ballots.queries.progress import progress
from paper_ballots.queries.secret import alone
from paper_ballots.queries.terms import terms_of
from paper_ballots.views.posting import Said, post
from posting.rules.labels import grouped
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

LAST = 10
BATCH_TONES = {BatchState.OPEN: "info", BatchState.REFUSED: "warn", BatchState.COUNTED: "good"}
clerks = in_compound(parties=DESK)


@require_safe
@never_cache
@clerks
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """How many were made, delivered, taken back, counted in."""
    return _page(request, compound, found_poll(request, compound, poll))


@require_POST
@clerks
def print_now(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Make what is missing: for the whole roll, or for the homes that asked."""
    found, now = found_poll(request, compound, poll), timezone.now()
    rights = None
    form = None
    if "some" in request.POST:
        form = HomesForm(request.POST, auto_id="homes_%s")
        if not form.is_valid():
            return _page(request, compound, found, homes=form, status=422)
        rights, unknown = rights_at(found, form.addresses())
        if unknown:
            form.add_error(
                "homes", _("名册上没有这些门牌：%(homes)s。请照名册上的写法改。") % {"homes": "、".join(unknown)}
            )
            return _page(request, compound, found, homes=form, status=422)

    def effect() -> None:
        made = actions.print_papers(compound_id=compound.pk, ref=found.ref, rights=rights, by=request.actor, now=now)
        if made:
            messages.success(request, _("新编了 %(count)s 张票。") % {"count": len(made)})
        else:
            messages.info(request, _("都已经有票，没有新编。"))

    return _taken(request, compound, found, effect, homes=form)


@require_POST
@clerks
def sheets(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Have the ballots with these numbers printed."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = SheetsForm(request.POST, auto_id="sheets_%s")
    if not form.is_valid():
        return _page(request, compound, found, ranged=form, status=422)

    def effect() -> str:
        made = actions.print_sheets(
            compound_id=compound.pk, ref=found.ref, by=request.actor, now=now, **form.cleaned_data
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, ranged=form, status=said.status)


@require_POST
@clerks
def replace(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Void a lost or spoiled paper and make another."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = ReplaceForm(request.POST, auto_id="replace_%s")
    if not form.is_valid():
        return _page(request, compound, found, replaced=form, status=422)
    given = form.cleaned_data

    def effect() -> None:
        made = actions.replace(
            compound_id=compound.pk,
            ref=found.ref,
            code=given["code"],
            reason=given["reason"],
            by=request.actor,
            now=now,
        )
        messages.success(
            request,
            _("旧票已作废。新票是第 %(number)s 号，编号 %(code)s。")
            % {"number": made.number, "code": grouped(made.code)},
        )

    return _taken(request, compound, found, effect, replaced=form)


@require_POST
@clerks
def back(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """A paper is in the ballot box now."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = BackForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, found, back=form, status=422)
    given = form.cleaned_data

    def effect() -> None:
        paper = actions.take_back(
            compound_id=compound.pk, ref=found.ref, code=given["code"], voice=given["voice"], by=request.actor, now=now
        )
        messages.success(
            request,
            _("第 %(number)s 号票（%(code)s）已收回登记，请投进票箱。")
            % {"number": paper.number, "code": grouped(paper.code)},
        )

    try:
        return _led(request, compound, found, effect)
    except Said as said:
        # The field is empty again for the next paper; what was wrong with this one stands above it with its code.
        words = f"{given['code']}：{said.text}"
        return _page(request, compound, found, refused=words, status=said.status)


def _led(request: ActingRequest, compound: Compound, found: Poll, effect: Callable[[], None]) -> HttpResponse:
    leads = reverse("paper_desk", args=[compound.code, found.ref])

    def whole() -> str:
        effect()
        return leads

    return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=whole))


def _taken(
    request: ActingRequest, compound: Compound, found: Poll, effect: Callable[[], None], **shown: Any
) -> HttpResponse:
    try:
        return _led(request, compound, found, effect)
    except Said as said:
        form: forms.Form | None = next(iter(shown.values()), None)
        if form is None:
            return _page(request, compound, found, refused=said.text, status=said.status)
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, status=said.status, **shown)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    back: BackForm | None = None,
    homes: HomesForm | None = None,
    replaced: ReplaceForm | None = None,
    ranged: SheetsForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    box = box_of(found)
    far, batches = progress(box), batches_of(box)
    made = far.printed + far.voided
    makes = box is not None and found.state in STATES and prints(request.actor, found)
    takes = box is not None and found.state == State.VOTING and handles(request.actor, found)
    return render(
        request,
        "paper_ballots/desk.html",
        {
            "compound": compound,
            "poll": found,
            "state": State(found.state).label,
            "tone": TONES[found.state],
            "box": box,
            "secret": found.secrecy == Secrecy.SECRET,
            "alone": alone(found, box) if found.secrecy == Secrecy.SECRET else 0,
            "terms": terms_of(found),
            "wanted": waiting_for_paper(found, box),
            "progress": far,
            "makes": makes,
            "counts": box is not None and found.state == State.CLOSED and prints(request.actor, found),
            "homes": homes or HomesForm(auto_id="homes_%s"),
            "ranged": ranged
            or SheetsForm(initial={"first": max(made - MAX_SHEETS, 0) + 1, "last": made}, auto_id="sheets_%s"),
            "replaced": replaced or ReplaceForm(auto_id="replace_%s"),
            "back": (back or BackForm()) if takes else None,
            "last": last_back(found, box, most=LAST),
            "batches": [(one, BATCH_TONES[BatchState(one.state)]) for one in batches],
            "reading": any(one.state == BatchState.OPEN for one in batches),
            "refused": refused,
        },
        status=status,
    )
