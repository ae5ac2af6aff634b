"""Objecting, the list of objections, one with its answer; and asking for the certificate of a publicity."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.actions import request_document
from documents.posting import Posting, Said
from lifecycle.refusals import Refused
from live.queries import seqs
from notices.models import Notice
from notices.permissions import is_staff
from notices.topics import BOARD
from notices.views.one import found_or_404
from publicity import certificate as sheet
from publicity import objection_queries as queries
from publicity.actions import objecting
from publicity.models import Objection, ObjectionState, Outcome, Period, State
from publicity.objection_extras import panels_of
from publicity.objection_forms import AnswerForm, ObjectionForm, StateForm
from publicity.objection_permissions import answers, is_own, may_object, sees_objectors
from publicity.objection_words import (
    OUTCOME_TONES,
    TONES,
    full_objector,
    published,
    refusal_field,
    refusal_text,
    relation_text,
    shown_objector,
    who_answers,
)
from publicity.queries import period_of
from publicity.rules.objecting import FURTHER_DAYS, answer_rule, further_until, may_object_on, places_around
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20
MAY_OBJECT = ("resident", "committee", "preparatory")
CERTIFIERS = ("community", "residents", "committee", "preparatory", "company", "street", "city")


post = Posting(objecting.NoSuchObjection, refusal_text, refusal_field)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound(parties=MAY_OBJECT)
def new(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Object to a notice while its publicity runs."""
    found, period = _publicity(request, compound, notice)
    now = timezone.now()
    closed = _closed(period, localdate(now), until=period.objections_until)
    homes = _homes(request, compound, now)
    form = ObjectionForm(request.POST or None, request.FILES or None, homes=homes)
    if request.method != "POST" or not form.is_valid():
        return _form(request, compound, found, period, form, closed=closed)

    def effect() -> str:
        made = objecting.object_to(
            compound_id=compound.pk,
            notice_ref=notice,
            saying=form.saying(),
            uploads=form.cleaned_data["uploads"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("异议已提交。"), extra_tags=f"draft:objection:{notice}")
        return reverse("publicity_objection", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _form(request, compound, found, period, form, closed="", status=said.status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound(parties=MAY_OBJECT)
def again(request: ActingRequest, compound: Compound, objection: str) -> HttpResponse:
    """Object once more, to the answer."""
    first = _found(request, compound, objection)
    if not is_own(request.actor, first):
        raise Http404
    now = timezone.now()
    if not _may_go_on(first, localdate(now)):
        return redirect("publicity_objection", compound.code, objection)
    form = ObjectionForm(request.POST or None, request.FILES or None, homes=_homes(request, compound, now))
    if request.method != "POST" or not form.is_valid():
        return _form(request, compound, first.notice, first.period, form, earlier=first)

    def effect() -> str:
        made = objecting.object_again(
            compound_id=compound.pk,
            ref=objection,
            saying=form.saying(),
            uploads=form.cleaned_data["uploads"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("再次异议已提交。"), extra_tags=f"draft:objection:{objection}")
        return reverse("publicity_objection", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _form(request, compound, first.notice, first.period, form, earlier=first, status=said.status)


@require_safe
@never_cache
@in_compound()
def listing(request: ActingRequest, compound: Compound) -> HttpResponse:
    """For the pages behind the board all objections of the compound; for a resident their own."""
    state = StateForm(request.GET).wanted()
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    counted = queries.counts_for(request.actor, compound.pk)
    page = Paginator(queries.objections_for(request.actor, compound.pk, state=state), PAGE).get_page(
        request.GET.get("page")
    )
    today = localdate()
    names = sees_objectors(request.actor, compound.pk)
    return render(
        request,
        "publicity/objections.html",
        {
            "compound": compound,
            "page": page,
            "names": names,
            "topic": BOARD,
            "numbers": numbers,
            "rows": [_row(one, today=today, names=names) for one in page.object_list],
            "tabs": [
                {
                    "url": f"?state={value}" if value else "?",
                    "label": label,
                    "count": counted.get(value, 0) if value else sum(counted.values()),
                    "active": value == state,
                }
                for value, label in [("", _("全部")), *ObjectionState.choices]
            ],
        },
    )


@require_safe
@never_cache
@in_compound()
def one(request: ActingRequest, compound: Compound, objection: str) -> HttpResponse:
    """One objection, for whoever filed it and for the pages behind the board."""
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    return _page(request, compound, _found(request, compound, objection), numbers=numbers)


STEPS: dict[str, tuple[Callable[[dict[str, Any], ActingRequest], object], Any]] = {
    "answer": (
        lambda common, r: objecting.answer(
            outcome=r.POST.get("outcome", ""),
            text=r.POST.get("answer", ""),
            shown_passage=r.POST.get("shown_passage", ""),
            shown_words=r.POST.get("shown_words", ""),
            **common,
        ),
        gettext_lazy("已答复，公开在公告旁边，对方会收到消息。"),
    ),
    "withdraw": (
        lambda common, r: objecting.withdraw(reason=r.POST.get("reason", ""), **common),
        gettext_lazy("异议已撤回。"),
    ),
}  # fmt: skip


@require_POST
@in_compound()
def act(request: ActingRequest, compound: Compound, objection: str, act: str) -> HttpResponse:
    """Answer it, or take it back."""
    if act not in STEPS:
        raise Http404
    found = _found(request, compound, objection)
    now = timezone.now()
    call, done = STEPS[act]
    here = reverse("publicity_objection", args=[compound.code, objection])
    form = AnswerForm(request.POST) if act == "answer" else None
    if form is not None and answers(request.actor, found, found.notice) and not form.is_valid():
        return _page(request, compound, found, form=form, status=422)

    def effect() -> str:
        call({"compound_id": compound.pk, "ref": objection, "by": request.actor, "now": now}, request)
        messages.success(request, str(done), extra_tags=f"draft:answer:{objection}")
        return here

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if form is not None and said.field in form.fields:
            form.add_error(said.field, said.text)
            return _page(request, compound, found, form=form, status=said.status)
        return _page(request, compound, found, form=form, said=said, status=said.status)


@require_POST
@in_compound(parties=CERTIFIERS)
def certificate(request: ActingRequest, compound: Compound, notice: str) -> HttpResponse:
    """Have the certificate of a publicity made, once it is over."""
    found, period = _publicity(request, compound, notice)
    now = timezone.now()

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=sheet.KIND, target=sheet.target_of(period), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        words = refusal_text(Refused("not_ended")) if period.state == State.RUNNING else said.text
        messages.error(request, words)
        return redirect("notices_one", compound.code, found.ref)


def _publicity(request: ActingRequest, compound: Compound, ref: str) -> tuple[Notice, Period]:
    found = found_or_404(request, compound, ref)
    period = period_of(found) if found.current_id is not None else None
    if period is None:
        raise Http404
    return found, period


def _found(request: ActingRequest, compound: Compound, ref: str) -> Objection:
    found = queries.objection_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


def _homes(request: ActingRequest, compound: Compound, now: datetime) -> list[queries.OwnHome]:
    if request.actor.party != "resident":
        return []
    return queries.homes_to_object_for(compound_id=compound.pk, person_id=request.actor.person_id, on=localdate(now))


def _closed(period: Period, today: Any, *, until: Any) -> str:
    """Why nobody can object any more, in words; "" while one can."""
    if period.state == State.VOIDED:
        return refusal_text(Refused("voided", why=period.void_reason))
    if period.state != State.RUNNING or not may_object_on(today, until=until):
        return refusal_text(Refused("ended", day=f"{until:%Y-%m-%d}"))
    return ""


def _form(
    request: ActingRequest,
    compound: Compound,
    notice: Notice,
    period: Period,
    form: ObjectionForm,
    *,
    earlier: Objection | None = None,
    closed: str = "",
    status: int = 0,
) -> HttpResponse:
    rule = answer_rule(places_around(compound.community.code), side=notice.side, matter=period.matter)
    return render(
        request,
        "publicity/object.html",
        {
            "compound": compound,
            "notice": notice,
            "version": notice.current,
            "period": period,
            "form": form,
            "earlier": earlier,
            "closed": closed,
            "allowed": may_object(request.actor),
            "rule": rule,
            "draft_key": f"objection:{earlier.ref if earlier else notice.ref}",
        },
        status=status or (422 if form.is_bound else 200),
    )


def _row(one: Objection, *, today: Any, names: bool) -> dict[str, Any]:
    return {
        "objection": one,
        "title": one.notice.title,
        "detail": " · ".join(
            part for part in (full_objector(one) if names else "", one.passage, who_answers(one, today)) if part
        ),
        "state": ObjectionState(one.state).label,
        "tone": "late" if one.state == ObjectionState.OPEN and one.due_on < today else TONES[one.state],
    }


def _may_go_on(found: Objection, today: Any) -> bool:
    """Whether the objector may object once more to the answer."""
    if found.state != ObjectionState.ANSWERED or found.earlier_id is not None or found.answered_at is None:
        return False
    if found.period.state == State.VOIDED or list(found.later.all()):
        return False
    return may_object_on(today, until=further_until(found.answered_at, until=found.period.objections_until))


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Objection,
    *,
    numbers: dict[str, int] | None = None,
    form: AnswerForm | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, today = request.actor, localdate()
    own = is_own(actor, found)
    opened = found.state == ObjectionState.OPEN
    shown = published(found)
    if opened and not own and answers(actor, found, found.notice):
        shown = objecting.to_be_shown(found, timezone.now())
        form = form or AnswerForm(initial={"shown_passage": shown[0], "shown_words": shown[1]})
    else:
        form = None
    return render(
        request,
        "publicity/objection.html",
        {
            "compound": compound,
            "objection": found,
            "notice": found.notice,
            "topic": BOARD,
            "numbers": numbers,
            "who": full_objector(found) if own or is_staff(actor) else shown_objector(found),
            "relation": relation_text(found),
            "line": who_answers(found, today),
            "late": opened and found.due_on < today,
            "state": ObjectionState(found.state).label,
            "tone": TONES[found.state],
            "outcome": Outcome(found.outcome).label if found.outcome else "",
            "outcome_tone": OUTCOME_TONES.get(found.outcome, "neutral"),
            "evidence": list(found.evidence.all()),
            "steps": list(found.steps.all()),
            "later": list(found.later.all()),
            "own": own,
            "withdraws": own and opened,
            "goes_on": own and _may_go_on(found, today),
            "further_days": FURTHER_DAYS,
            "form": form,
            "covers": [(form["shown_passage"], shown[0]), (form["shown_words"], shown[1])] if form else [],
            "shown": shown,
            "covered": found.state == ObjectionState.ANSWERED and shown != (found.passage, found.words),
            "said": said,
            "panels": panels_of(found, actor),
        },
        status=status,
    )
