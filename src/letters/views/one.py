"""One letter: its text, who signed for it, what answers it; and the steps that are the reader's."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.actions import request_document
from letters import actions, pdf, queries
from letters.forms import WithdrawForm
from letters.models import GONE_OUT, Letter, State
from letters.permissions import WRITER_PARTIES, WRITER_ROLES, may_send, writes_for
from letters.rules import is_overdue
from letters.topics import topic_of
from letters.views.posting import Said, post
from letters.words import TONES, standing
from live.queries import seqs
from notices import richtext
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

staff = in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)
STEPS: dict[str, tuple[Callable[[dict[str, Any], ActingRequest], object], Any]] = {
    "send": (lambda common, _r: actions.send(**common), gettext_lazy("已发出，对方会收到消息。")),
    "sign": (
        lambda common, r: actions.sign(fingerprint=r.POST.get("fingerprint", ""), **common),
        gettext_lazy("已签收。"),
    ),
    "withdraw": (
        lambda common, r: actions.withdraw(reason=r.POST.get("reason", ""), **common),
        gettext_lazy("已撤回，原文和原因都会保留。"),
    ),
    "drop": (lambda common, _r: actions.drop(**common), gettext_lazy("这封函不发了。")),
}


@require_safe
@never_cache
@staff
def one(request: ActingRequest, compound: Compound, letter: str) -> HttpResponse:
    """A letter, for the body that wrote it and those that it went to."""
    topic = topic_of(request.actor.organisation_id or 0)
    numbers = seqs(compound_id=compound.pk, topics=[topic])
    return _page(request, compound, _found(request, compound, letter), numbers=numbers)


@require_POST
@staff
def act(request: ActingRequest, compound: Compound, letter: str, act: str) -> HttpResponse:
    """One step: send, sign for, take back, give up."""
    if act not in STEPS:
        raise Http404
    found = _found(request, compound, letter)
    now = timezone.now()
    call, done = STEPS[act]
    here = reverse("letters_one", args=[compound.code, letter])

    def effect() -> str:
        call({"compound_id": compound.pk, "ref": letter, "by": request.actor, "now": now}, request)
        messages.success(request, str(done))
        return here if act != "drop" else reverse("letters_box")

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form = WithdrawForm(request.POST) if act == "withdraw" else None
        return _page(request, compound, found, said=said, form=form)


@require_POST
@staff
def sheet(request: ActingRequest, compound: Compound, letter: str) -> HttpResponse:
    """Have a letter printed."""
    found = _found(request, compound, letter)
    now = timezone.now()

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=pdf.KIND, target=pdf.target_of(found), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, said=said)


def _found(request: ActingRequest, compound: Compound, ref: str) -> Letter:
    found = queries.letter_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Letter,
    *,
    numbers: dict[str, int] | None = None,
    said: Said | None = None,
    form: WithdrawForm | None = None,
) -> HttpResponse:
    actor, today = request.actor, localdate()
    mine = queries.own_addressee(actor, found)
    addressees = list(found.addressees.all())
    files = queries.kept_files(found)
    out = found.state in GONE_OUT
    signed = any(row.signed_at for row in addressees)
    body = found.body_html if out else richtext.rendered(found.source)
    sent = found.state == State.SENT
    return render(
        request,
        "letters/one.html",
        {
            "compound": compound,
            "letter": found,
            "topic": topic_of(actor.organisation_id or 0),
            "numbers": numbers,
            "said": said,
            "body": mark_safe(body),  # noqa: S308  rendered() ends with the gate
            "pictures": [row for row in files if row.file.is_picture],
            "papers": [row for row in files if not row.file.is_picture],
            "state": State(found.state).label,
            "tone": TONES[found.state],
            "out": out,
            "addressees": [(row, *standing(found, row, today)) for row in addressees],
            "mine": mine,
            "late": sent and mine is not None and mine.answered_at is None and is_overdue(found.reply_by, today),
            "signs": sent and mine is not None and mine.signed_at is None,
            "answers": sent and mine is not None and mine.signed_at is not None and mine.answered_at is None,
            "edits": found.state == State.DRAFT and writes_for(actor, found),
            "sends": found.state == State.DRAFT and may_send(actor, found),
            "withdraws": sent and not signed and may_send(actor, found),
            "replaces": sent and writes_for(actor, found),
            "prints": out,
            "newer": list(found.replaced_by.all()),
            "form": form or WithdrawForm(),
        },
        status=said.status if said else 200,
    )
