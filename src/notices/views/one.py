"""One notice: the text with its pictures and attachments, what changed, the receipt; and for its writers the work behind it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.actions import request_document
from live.queries import seqs
from notices import actions, extras, pdf, queries, richtext
from notices.actions.reading import mark_read, sign
from notices.actions.texts import sides_of
from notices.audience import Audience, reach
from notices.models import Attachment, Notice, Signature, State, Step, Version
from notices.permissions import (
    WRITER_PARTIES,
    WRITER_ROLES,
    countersigns,
    may_pin,
    may_submit,
    may_withdraw,
    sees_names,
    sees_work,
    speaks_for,
)
from notices.rules.difference import changed_lines
from notices.topics import BOARD
from notices.views.posting import Said, post
from notices.words import KIND_LOOKS, TONES, audience_text, event_title, sides_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

Effect = Callable[[dict[str, Any], ActingRequest], object]
READERS_SHOWN = 50

# What each step calls, and what is said when it is done.
STEPS: dict[str, tuple[Effect, Any]] = {
    "submit": (lambda common, _r: actions.submit(**common), gettext_lazy("已送出。")),
    "take_back": (lambda common, _r: actions.take_back(**common), gettext_lazy("已取回，可以修改。")),
    "publish": (lambda common, _r: actions.publish(**common), gettext_lazy("已发布。")),
    "agree": (lambda common, r: _answer(common, r, agree=True), gettext_lazy("已同意。")),
    "refuse": (lambda common, r: _answer(common, r, agree=False), gettext_lazy("已退回，对方会收到您的意见。")),
    "pin": (lambda common, _r: actions.pin(on=True, **common), gettext_lazy("已置顶。")),
    "unpin": (lambda common, _r: actions.pin(on=False, **common), gettext_lazy("已取消置顶。")),
    "withdraw": (
        lambda common, r: actions.withdraw(reason=r.POST.get("reason", ""), **common),
        gettext_lazy("已撤回，原文和原因都会保留。"),
    ),
    "sign": (lambda common, r: sign(fingerprint=r.POST.get("fingerprint", ""), **common), gettext_lazy("已签收。")),
}


def _answer(common: dict[str, Any], request: ActingRequest, *, agree: bool) -> object:
    given = request.POST
    return actions.countersign(
        agree=agree, reason=given.get("reason", ""), fingerprint=given.get("fingerprint", ""), **common
    )


def found_or_404(request: ActingRequest, compound: Compound, ref: str) -> Notice:
    """The notice, when the actor may see it."""
    found = queries.notice_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


@require_safe
@never_cache
@in_compound()
def one(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """A notice; whoever opens one that is up has read it."""
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    found = found_or_404(request, compound, notice)
    now = timezone.now()
    if request.method == "GET" and found.state == State.PUBLISHED:
        mark_read(notice=found, by=request.actor, now=now)
    return _page(request, compound, found, now, numbers=numbers)


@require_POST
@in_compound(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def sheet(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Have the text that is out printed for the boards in the compound."""
    now = timezone.now()
    found = found_or_404(request, compound, notice)
    kind = pdf.SHEETS.get(request.POST.get("size", ""), pdf.SHEETS[""])[0]

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=kind, target=pdf.target_of(found), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, now, said=said)


@require_POST
@in_compound()
def act(request: ActingRequest, compound: Compound, notice: str, act: str) -> HttpResponse:
    """One step: hand in, countersign, let out, pin, withdraw, sign for."""
    if act not in STEPS:
        raise Http404
    found = found_or_404(request, compound, notice)
    now = timezone.now()
    call, done = STEPS[act]
    here = reverse("notices_one", args=[compound.code, notice])

    def effect() -> str:
        call({"compound_id": compound.pk, "ref": notice, "by": request.actor, "now": now}, request)
        messages.success(request, str(done))
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, now, said=said, tried=act)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Notice,
    now: datetime,
    *,
    numbers: dict[str, int] | None = None,
    said: Said | None = None,
    tried: str = "",
) -> HttpResponse:
    behind = sees_work(request.actor, found)
    versions = queries.versions_of(found, behind=behind)
    files = {row.pk: row for row in queries.attachments_of(found)}
    sheets = queries.sheets_of(list(files.values()))
    for row in files.values():
        row.sheets = sheets.get(row.pk, [])  # type: ignore[attr-defined]
    signatures = queries.signatures_of(found)
    shown = found.current or found.proposed
    mine = next((row for row in signatures if row.post_id == request.actor.post_id), None) if found.current_id else None
    context: dict[str, Any] = {
        "compound": compound,
        "notice": found,
        "topic": BOARD,
        "numbers": numbers,
        "tone": KIND_LOOKS[found.kind][1],
        "text": _text(shown, files) if shown is not None else _draft(found, files),
        "versions": _history([one for one in versions if one.edition], files),
        "audience": audience_text(found, queries.place_names([found])),
        "mine": mine if mine is not None and mine.person_id == request.actor.person_id else None,
        "said": said,
        "tried": tried,
        "typed": request.POST.get("reason", "") if said else "",
        "behind": behind,
        "panels": extras.panels_of(found, request.actor, now),
    }
    if behind:
        context |= _behind(request, found, versions=versions, signatures=signatures, files=files, now=now)
    return render(request, "notices/one.html", context, status=said.status if said else 200)


def _text(version: Version, files: dict[int, Attachment]) -> dict[str, Any]:
    """A version as it is shown. Its text was cleaned when it was cut (``notices.richtext.clean``)."""
    named = [files[pk] for pk in version.files if pk in files]
    return {
        "version": version,
        "title": version.title,
        "body": mark_safe(version.body_html),  # noqa: S308  the gate is richtext.clean
        "pictures": [row for row in named if row.file.is_picture],
        "papers": [row for row in named if not row.file.is_picture],
    }


def _draft(found: Notice, files: dict[int, Attachment]) -> dict[str, Any]:
    kept = [row for row in files.values() if row.dropped_at is None]
    return {
        "version": None,
        "title": found.title,
        "body": mark_safe(richtext.rendered(found.source)),  # noqa: S308  rendered() ends with the gate
        "pictures": [row for row in kept if row.file.is_picture],
        "papers": [row for row in kept if not row.file.is_picture],
    }


def _history(editions: list[Version], files: dict[int, Attachment]) -> list[dict[str, Any]]:
    """Every text that was public, newest first, each with what changed from the one before."""
    found = []
    for index, version in enumerate(editions):
        before = editions[index + 1] if index + 1 < len(editions) else None
        lines = changed_lines(before.body_text, version.body_text) if before else []
        if before is not None and before.title != version.title:
            lines = [("-", before.title), ("+", version.title), *lines]
        found.append({**_text(version, files), "lines": lines, "first": before is None})
    return found


def _behind(
    request: ActingRequest,
    found: Notice,
    *,
    versions: list[Version],
    signatures: list[Signature],
    files: dict[int, Attachment],
    now: datetime,
) -> dict[str, Any]:
    """What whoever shares the work sees besides: the way of it, who signs, who has read, and the steps that are theirs."""
    actor = request.actor
    waiting = next((one for one in versions if one.pk == (found.proposed_id or found.current_id)), None)
    steps: list[Step] = list(waiting.steps.all()) if waiting is not None else []
    open_ones = [step for step in steps if step.answer == Step.Answer.OPEN]
    mine = next((step for step in open_ones if countersigns(actor, step.side)), None)
    my_turn = mine is not None and (mine.review or mine is open_ones[0])
    handing = may_submit(actor, found)
    who = Audience(tuple(found.roles), tuple(found.building_ids), tuple(found.entrance_ids))
    homes, people = reach(found.compound_id, who, localdate(now))
    receipts = queries.receipts(found, homes=homes, people=people) if found.current_id is not None else None
    return {
        "state_tone": TONES[found.state],
        "steps": steps,
        "turn": open_ones[0] if open_ones else None,
        "proposed": _text(found.proposed, files) if found.proposed is not None and found.current is not None else None,
        "waiting": waiting,
        "answers": mine if my_turn else None,
        "own_text": mine is not None and waiting is not None and waiting.person_id == actor.person_id,
        "events": [
            {"title": event_title(event), "who": event.label, "moment": event.at, "detail": event.note, "party": ""}
            for event in queries.events_of(found)
        ],
        "signatures": signatures,
        "receipts": receipts,
        "readers": list(receipts.rows[:READERS_SHOWN]) if receipts is not None and sees_names(actor) else [],
        "reached": (homes, people),
        "edits": found.state == State.DRAFT and speaks_for(actor, found),
        "submits": found.state == State.DRAFT and handing,
        "asks": sides_text(sides_of(found, now)) if found.state == State.DRAFT else "",
        "takes_back": found.proposed_id is not None and handing,
        "publishes": found.state == State.SCHEDULED and handing,
        "amends": found.state == State.PUBLISHED and found.proposed_id is None and handing,
        "pins": found.state == State.PUBLISHED and may_pin(actor, found),
        "withdraws": found.state != State.WITHDRAWN and may_withdraw(actor, found),
        "prints": found.state == State.PUBLISHED,
        "says": _("撤回") if found.current_id is not None else _("不发了"),
    }
