"""The box for those who keep it: the key and its holders, heads, the opening in public, the count as it goes on."""

import base64
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boxes import actions, queries
from boxes.actions import MadeBox
from boxes.actions.keys import BEFORE
from boxes.forms import HoldersForm, ShareFileForm, ShareForm
from boxes.models import Holder, State
from boxes.permissions import may_keep, may_take_share
from boxes.queries.checking import condition
from boxes.queries.pages import given_by, posts_to_choose
from boxes.ready import Missing, missing
from boxes.refusals import OutOfState
from boxes.sheets import share_file, share_sheet
from boxes.views.posting import Said, post
from boxes.words import PROBLEMS, TONES, broken_words, head_rows
from boxes.words import said as refused_words
from documents.pdf import MissingGlyph
from elections.models import Poll
from elections.topics import STAFF
from elections.views.polls import found_poll, readers
from live.queries import seqs
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_safe
@never_cache
@readers
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The box: what is done, what waits, who holds what."""
    numbers = seqs(compound_id=compound.pk, topics=[STAFF])
    return _page(request, compound, found_poll(request, compound, poll), numbers=numbers)


@require_safe
@never_cache
@readers
def part(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The part that changes while shares are given and ballots are counted."""
    found = found_poll(request, compound, poll)
    return render(request, "boxes/_box.html", {**_context(request, compound, found), "part": True})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def key(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The ceremony: name the holders, then hand each their share. What the answer shows is nowhere else."""
    found, now = found_poll(request, compound, poll), timezone.now()
    posts = posts_to_choose(compound.pk, localdate(now))
    if request.method != "POST":
        return _ceremony(request, compound, found, HoldersForm(posts=posts))
    form = HoldersForm(request.POST, posts=posts)
    if not form.is_valid():
        return _ceremony(request, compound, found, form, status=422)
    made: list[MadeBox] = []

    def effect() -> str:
        made.append(
            actions.set_up_box(compound_id=compound.pk, ref=poll, holders=form.drafts(), by=request.actor, now=now)
        )
        return reverse("boxes_one", args=[compound.code, poll])

    try:
        leads = post(request, compound_id=compound.pk, now=now, effect=effect)
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _ceremony(request, compound, found, form, status=said.status)
    # Sent again, the form leads to the box: shares are shown to whoever was there, once.
    return _shares(request, compound, found, made[0]) if made else redirect(leads)


def _ceremony(
    request: ActingRequest, compound: Compound, found: Poll, form: HoldersForm, *, status: int = 200
) -> HttpResponse:
    box = queries.box_of(found)
    allowed = may_keep(request.actor, found) and found.state in BEFORE and (box is None or box.state == State.MADE)
    context = {"compound": compound, "poll": found, "form": form if allowed else None, "again": box is not None}
    return render(request, "boxes/key.html", context, status=status)


@sensitive_variables()
def _shares(request: ActingRequest, compound: Compound, found: Poll, made: MadeBox) -> HttpResponse:
    now = timezone.now()
    rows = [
        {
            "holder": one,
            "share": made.shares[one.number],
            "sheet": _sheet(found, made, one, now),
            "file": _inline("text/plain", share_file(made.box, one, made.shares[one.number])),
            "name": f"{made.box.name}-{one.number}",
        }
        for one in made.holders
    ]
    return render(request, "boxes/shares.html", {"compound": compound, "poll": found, "box": made.box, "rows": rows})


@sensitive_variables()
def _sheet(found: Poll, made: MadeBox, holder: Holder, now: datetime) -> str:
    try:
        return _inline("application/pdf", share_sheet(found, made.box, holder, made.shares[holder.number], now=now))
    except MissingGlyph:
        # A name that no face of ours can print: the file and the text are there all the same.
        return ""


def _inline(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@require_POST
@readers
def confirm(request: ActingRequest, compound: Compound, poll: str, number: int) -> HttpResponse:
    """A holder says that the share is in hand."""
    now = timezone.now()

    def effect() -> str:
        actions.confirm_share(compound_id=compound.pk, ref=poll, number=number, by=request.actor, now=now)
        messages.success(request, _("已确认收到。请把单子收好，开箱那天带来。"))
        return reverse("boxes_one", args=[compound.code, poll])

    return _done(request, compound, poll, effect)


@require_POST
@sensitive_post_parameters("share")
@readers
def share(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """A holder gives a share: here before everyone, or on their own phone."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = ShareFileForm(request.POST, request.FILES) if "share" not in request.POST else ShareForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, found, form=form, status=422)

    def effect() -> str:
        given = actions.give_share(
            compound_id=compound.pk, ref=poll, text=form.cleaned_data["share"], by=request.actor, now=now
        )
        messages.success(request, _("第 %(number)s 份钥匙核对无误，已收下。") % {"number": given.number})
        return reverse("boxes_one", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        # One letter of 32 is mended where it is; what is a holder's share is not written back into the page.
        kept = form if str(said) == "not_a_share" else ShareForm()
        return _page(request, compound, found, form=kept, said=said.text, status=said.status)


@require_POST
@readers
def open_now(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Open the box and ask for the count."""
    now = timezone.now()

    def effect() -> str:
        actions.open_box(compound_id=compound.pk, ref=poll, by=request.actor, now=now)
        messages.success(request, _("票箱已打开，开始计票。"))
        return reverse("boxes_one", args=[compound.code, poll])

    return _done(request, compound, poll, effect)


def _done(request: ActingRequest, compound: Compound, poll: str, effect: Any) -> HttpResponse:
    found = found_poll(request, compound, poll)
    try:
        return redirect(post(request, compound_id=compound.pk, now=timezone.now(), effect=effect))
    except Said as said:
        return _page(request, compound, found, said=said.text, status=said.status)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    numbers: dict[str, int] | None = None,
    form: ShareForm | ShareFileForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {**_context(request, compound, found, form), "numbers": numbers, "topic": STAFF, "said": said}
    return render(request, "boxes/one.html", context, status=status)


def _context(
    request: ActingRequest, compound: Compound, found: Poll, form: ShareForm | ShareFileForm | None = None
) -> dict[str, Any]:
    actor = request.actor
    box = queries.box_with_files(found)
    keeps = may_keep(actor, found)
    context: dict[str, Any] = {"compound": compound, "poll": found, "box": box, "keeps": keeps}
    if box is None:
        return {**context, "renews": keeps and found.state in BEFORE}
    given = given_by(box)
    opening = queries.opening_of(box)
    holders = [
        {
            "holder": one,
            "given": one.number in given,
            "confirms": box.state == State.MADE
            and one.confirmed_at is None
            and (one.person_id == actor.person_id or (one.person_id is None and keeps)),
        }
        for one in queries.holders_of(box)
    ]
    closed = box.state == State.CLOSED and found.state == "closed"
    # What holds the opening back is said before anybody types a share.
    lacks = missing(found) if closed else Missing()
    waits = closed and not lacks.code
    held = condition(box)
    return {
        **context,
        "renews": keeps and found.state in BEFORE and box.state == State.MADE and not box.paper_only,
        "held": held,
        "broken": broken_words(held),
        "state": box.get_state_display(),
        "tone": TONES[box.state],
        "holders": holders,
        "given": len(given),
        "lacks": refused_words(OutOfState(lacks.code)) if lacks.code else "",
        "lacks_at": reverse(lacks.page, args=[compound.code, found.ref]) if lacks.page else "",
        "lacks_action": lacks.action,
        "gives": waits and not box.paper_only and may_take_share(actor, found),
        "opens": waits and keeps and (box.paper_only or len(given) >= box.threshold),
        "form": form if isinstance(form, ShareForm) else ShareForm(),
        "file_form": form if isinstance(form, ShareFileForm) else ShareFileForm(),
        "heads": head_rows(queries.heads_of(box)),
        "opening": opening,
        "runs": opening is not None and opening.state in {"waiting", "running"},
        "problem": PROBLEMS.get(opening.problem, "") if opening is not None else "",
    }
