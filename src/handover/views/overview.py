"""The handovers of a compound, and one of them: whose turn it is, the lists in figures, what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from handover import pdf, queries
from handover.actions.listing import begin_lists, freeze
from handover.actions.opening import amend, cancel, open_handover, unfreeze
from handover.actions.signing import waited_for
from handover.forms import NoForm, OpenForm, ReasonForm
from handover.models import Handover, Kind, Role, State
from handover.permissions import (
    PARTIES,
    may,
    may_open,
    may_print_cases,
    may_see_stranded,
    needed,
    reads_late,
    reads_pages,
    signs_as,
)
from handover.rules.law import ARTICLES
from handover.rules.lists import fours
from handover.states import MACHINE
from handover.topics import HANDOVER, LIST
from handover.views.posting import Said, post
from handover.words import ICONS, TONES, days_text, event_title, event_who, turn_text
from live.queries import seqs
from repairs.words import line_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

staff = in_compound(parties=PARTIES)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the page offers it: its form, what it calls, and how its button looks."""

    label: Any
    form: type[forms.Form]
    call: Callable[..., Any]
    kind: str = "secondary"
    done: Any = ""


STEPS: dict[str, Step] = {
    "begin": Step(
        gettext_lazy("开始填清单"), NoForm, begin_lists, "primary", gettext_lazy("清单已开始，系统知道的已经填好。")
    ),
    "freeze": Step(gettext_lazy("核对完毕，定稿"), NoForm, freeze, "primary", gettext_lazy("已定稿，请各方签字。")),
    "unfreeze": Step(gettext_lazy("退回修改"), ReasonForm, unfreeze, "secondary", gettext_lazy("已退回修改。")),
    "amend": Step(
        gettext_lazy("补充更正"), ReasonForm, amend, "secondary", gettext_lazy("可以补充更正了，改完请重新定稿、签字。")
    ),
    "cancel": Step(gettext_lazy("取消交接"), ReasonForm, cancel, "danger", gettext_lazy("已取消。")),
}


def must_read(request: ActingRequest) -> None:
    """Everyone who works for the compound but the firm's workers."""
    if not reads_pages(request.actor):
        raise PermissionDenied


def found_or_404(request: ActingRequest, compound: Compound, ref: str) -> Handover:
    """The handover, when the actor may see it."""
    must_read(request)
    found = queries.handover_for(request.actor, compound.pk, ref)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def overview(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The handovers of the compound, and the form that opens one."""
    must_read(request)
    now = timezone.now()
    if request.method != "POST":
        return _overview(request, compound, now)
    if not may_open(request.actor):
        raise PermissionDenied
    contracts = queries.contracts_to_hand_over(compound.pk, localdate(now), known_too=True)
    form = OpenForm(request.POST, contracts=contracts)
    if not form.is_valid():
        return _overview(request, compound, now, form=form, status=422)

    def effect() -> str:
        made = open_handover(
            compound_id=compound.pk,
            contract_id=form.cleaned_data["contract"],
            due_on=form.cleaned_data["due_on"],
            note=form.cleaned_data["note"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("交接已发起，各方都收到了通知。"))
        return reverse("handover_one", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _overview(request, compound, now, form=form, status=said.status)


@require_safe
@never_cache
@staff
def overview_part(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of that page that renews itself."""
    must_read(request)
    return _overview(request, compound, timezone.now(), template="handover/_list.html")


def _overview(
    request: ActingRequest,
    compound: Compound,
    now: datetime,
    *,
    form: OpenForm | None = None,
    status: int = 200,
    template: str = "handover/overview.html",
) -> HttpResponse:
    actor = request.actor
    numbers = seqs(compound_id=compound.pk, topics=[LIST])
    opens = may_open(actor)
    contracts = queries.contracts_to_hand_over(compound.pk, localdate(now)) if opens else []
    stranded = list(queries.without_firm(compound.pk)[: queries.PAGE]) if may_see_stranded(actor) else []
    return render(
        request,
        template,
        {
            "compound": compound,
            "rows": [
                (one, TONES.get(one.state, "info"), State(one.state).label)
                for one in queries.handovers(actor, compound.pk)
            ],
            "form": form or (OpenForm(contracts=contracts) if contracts else None),
            "opens": opens,
            "prints": may_print_cases(actor),
            "stranded": [(case, line_text(case, now, to_filer=False)) for case in stranded],
            "late": queries.late_waiting(actor, compound.pk) if reads_late(actor) else 0,
            "keeps": actor.party == "company",
            "topic": LIST,
            "seqs": numbers,
        },
        status=status,
    )


@require_safe
@never_cache
@staff
def one(request: ActingRequest, compound: Compound, handover: str) -> HttpResponse:
    """One handover: its days, lists in figures, signatures, and what is whose to do now."""
    return page(request, compound, handover)


@require_safe
@never_cache
@staff
def part(request: ActingRequest, compound: Compound, handover: str) -> HttpResponse:
    """The part of that page that renews itself: whose turn it is, and the days."""
    return page(request, compound, handover, template="handover/_turn.html")


@require_POST
@staff
def act(request: ActingRequest, compound: Compound, handover: str, turn: str) -> HttpResponse:
    """Take one step; a refused form comes back beside its words."""
    step = STEPS.get(turn)
    if step is None:
        raise Http404
    found_or_404(request, compound, handover)
    now = timezone.now()
    form = step.form(request.POST, auto_id=f"{turn}_%s")
    if not form.is_valid():
        return page(request, compound, handover, tried=turn, form=form, status=422)

    def effect() -> str:
        step.call(compound_id=compound.pk, ref=handover, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, str(step.done))
        return reverse("handover_one", args=[compound.code, handover])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return page(request, compound, handover, tried=turn, form=form, status=said.status)


@require_POST
@staff
def cases_sheet(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Have the list of open requests printed."""
    must_read(request)
    now = timezone.now()

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=pdf.CASES, target=pdf.cases_target(compound.pk), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        if said.status == HTTPStatus.FORBIDDEN:
            raise PermissionDenied from said
        messages.error(request, said.text)
        return redirect("handover_overview", compound.code)


def page(
    request: ActingRequest,
    compound: Compound,
    ref: str,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    status: int = 200,
    template: str = "handover/one.html",
) -> HttpResponse:
    """The page of one handover."""
    must_read(request)
    now, actor = timezone.now(), request.actor
    numbers = seqs(compound_id=compound.pk, topics=[f"{HANDOVER}:{ref}"])
    found = found_or_404(request, compound, ref)
    tallies = queries.tallies(found)
    given = queries.signatures(found)
    waiting = waited_for(found, given)
    side = queries.side_of(actor, found)
    offered = {transition.action for transition in MACHINE.actions_from(found.state)}
    waits = sum(tally.open for tally in tallies.values())
    return render(
        request,
        template,
        {
            "compound": compound,
            "handover": found,
            "state": State(found.state).label,
            "tone": TONES.get(found.state, "info"),
            "turn": turn_text(found, side, waiting),
            "mine": _is_mine(found, side, waiting),
            "last_day_words": days_text(found.last_day, now),
            "due_words": days_text(found.due_on, now),
            "overdue": found.state not in {State.COMPLETED, State.CANCELLED} and localdate(now) > found.due_on,
            "moved_day": found.contract.ends if found.contract.ends != found.last_day else None,
            "lists": [
                {"kind": kind, "icon": ICONS[kind.value], "tally": tallies.get(kind.value)}
                for kind in Kind
                if found.state != State.OPENED
            ],
            "waits": waits,
            "signed": [
                {
                    "role": role,
                    "label": Role(role).label,
                    "found": given.get(role),
                    "may": found.state in {State.CHECKED, State.SIGNING}
                    and role in signs_as(actor, found)
                    and role not in given
                    and (role != Role.COMMUNITY or waiting == [Role.COMMUNITY]),
                }
                for role in (*needed(found), Role.COMMUNITY)
            ],
            "signing": found.state in {State.CHECKED, State.SIGNING, State.COMPLETED},
            "fingerprint": fours(found.fingerprint),
            "steps": [
                {"name": name, "step": step, "form": form if name == tried else step.form(auto_id=f"{name}_%s")}
                for name, step in STEPS.items()
                if name in offered and may(actor, name, found)
            ],
            "packs": queries.documents(found),
            "events": [
                {
                    "title": event_title(event),
                    "detail": event.note,
                    "moment": event.at,
                    "who": event_who(event),
                    "party": event.party if event.party != "system" else "",
                    "state": "done",
                }
                for event in queries.events(found)
            ],
            "articles": ARTICLES,
            "topic": f"{HANDOVER}:{found.ref}",
            "seqs": numbers,
        },
        status=status,
    )


def _is_mine(found: Handover, side: str, waiting: list[str]) -> bool:
    if found.state in {State.CHECKED, State.SIGNING}:
        return side in waiting
    return found.state == State.LISTING and bool(side)
