"""One defect with its three steps, and every step that may be taken on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from defects import forms as given
from defects import queries
from defects.actions import keeping, sending, steps
from defects.models import Defect, Photo, Severity
from defects.permissions import approves, finds, keeps, reads
from defects.rules.standstill import lacking
from defects.topics import LIST
from defects.views.posting import Said, everyone, firm, post, renewing
from defects.words import EVENTS, FIELDS, LACKS, badges
from documents.models import StoredFile
from live.queries import seqs
from repairs.rules.money import yuan
from tenancy.access import ActingRequest
from tenancy.actor import Actor
from tenancy.models import Compound

WHOLE, PART = "defects/one.html", "defects/_one.html"
# A step: what it is called when done, its form (from the compound) and its action (from the cleaned form).
Step = tuple[Any, Callable[[Any, Compound], forms.Form], Callable[[Any, dict[str, Any]], Any]]
STEPS: dict[str, Step] = {
    "send": (gettext_lazy("已派修。"), lambda _r, _c: forms.Form({}), lambda _f, c: sending.send(**c)),
    "repair": (
        gettext_lazy("已记下，等另一个人复查。"),
        lambda r, _c: given.RepairForm(*r),
        lambda f, c: steps.repair(**f.cleaned_data, **c),
    ),
    "clear": (
        gettext_lazy("已销号。"),
        lambda r, _c: given.ClearForm(*r),
        lambda f, c: steps.clear(**f.cleaned_data, **c),
    ),
    "reject": (
        gettext_lazy("已退回维修。"),
        lambda r, _c: given.ReasonForm(*r),
        lambda f, c: steps.reject(**f.cleaned_data, **c),
    ),
    "drop": (
        gettext_lazy("已记为不是故障。"),
        lambda r, _c: given.ReasonForm(*r),
        lambda f, c: steps.drop(**f.cleaned_data, **c),
    ),
    "stop": (
        gettext_lazy("已记下停用。"),
        lambda r, c: given.StopForm(*r, stops=queries.open_stops(c.pk)),
        lambda f, c: keeping.stand_still(**f.cleaned_data, **c),
    ),
    "approve": (gettext_lazy("已签字。"), lambda _r, _c: forms.Form({}), lambda _f, c: keeping.approve(**c)),
    "fire": (
        gettext_lazy("已记下怎样报告消防部门。"),
        lambda r, _c: given.FireForm(*r),
        lambda f, c: keeping.report_out(told=f.told(), **c),
    ),
    "fund": (
        gettext_lazy("已申请，业委会和社区会收到通知。"),
        lambda r, c: given.FundForm(*r, items=queries.fund_items(c.pk)),
        lambda f, c: keeping.ask_fund(**f.given(), **c),
    ),
    "correct": (
        gettext_lazy("已更正，原来的内容保留。"),
        lambda r, _c: given.CorrectForm(*r),
        lambda f, c: keeping.correct(**f.cleaned_data, **c),
    ),
    "grade": (
        gettext_lazy("已更正，原来的内容保留。"),
        lambda r, _c: given.GradeForm(*r),
        lambda f, c: keeping.correct(name="severity", **f.cleaned_data, **c),
    ),
}


@require_safe
@never_cache
@everyone
def detail(request: ActingRequest, compound: Compound, defect: str) -> HttpResponse:
    """One defect. ``part``: what of it renews itself."""
    part = renewing(request)
    numbers = None if part else seqs(compound_id=compound.pk, topics=[LIST])
    found = _found(request, compound, defect)
    return _page(request, compound, found, numbers=numbers, template=PART if part else WHOLE)


@require_POST
@firm
def step(request: ActingRequest, compound: Compound, defect: str, step: str) -> HttpResponse:
    """Take one step; a refused form comes back with everything typed in it."""
    if step not in STEPS:
        raise Http404
    found = _found(request, compound, defect)
    now = timezone.now()
    done, make, call = STEPS[step]
    form = make((request.POST, request.FILES), compound)
    if not form.is_valid():
        return _page(request, compound, found, tried=step, form=form, status=422)

    def effect() -> str:
        call(form, {"compound_id": compound.pk, "ref": found.ref, "by": request.actor, "now": now})
        messages.success(request, done)
        return reverse("defects_one", args=[compound.code, found.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, tried=step, form=form, status=said.status)


def _found(request: ActingRequest, compound: Compound, ref: str) -> Defect:
    found = queries.defect_for(request.actor, compound_id=compound.pk, ref=ref, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _offered(found: Defect, actor: Actor) -> list[str]:
    """Which steps this actor may take now, what goes on with the work first."""
    with_request = found.repair is not None and found.repair.is_open
    mine = found.repaired_by == actor.person_id
    desk, hand = keeps(actor), finds(actor)
    may = {
        "send": hand and found.state == "found" and not with_request,
        "repair": hand and found.state == "found" and not with_request,
        "clear": desk and found.state == "repaired" and not mine,
        "reject": desk and found.state == "repaired" and not mine,
        "approve": approves(actor) and found.is_open and found.stopped_at is not None and found.approved_at is None,
        "stop": hand and found.is_open,
        "fire": desk and found.is_open,
        "fund": desk and found.state != "dropped",
        "correct": desk,
        "grade": desk and found.is_open,
        "drop": desk and found.state == "found" and not with_request,
    }
    return [name for name, yes in may.items() if yes]


# How a step is asked for on the page: its words, the button's kind, and whether it stands open.
ASKED: dict[str, tuple[Any, str, bool]] = {
    "send": (gettext_lazy("派修"), "primary", True),
    "repair": (gettext_lazy("修好了"), "secondary", False),
    "clear": (gettext_lazy("复查合格，销号"), "primary", True),
    "reject": (gettext_lazy("复查不合格"), "secondary", False),
    "approve": (gettext_lazy("停用签字"), "primary", True),
    "stop": (gettext_lazy("系统停用"), "secondary", False),
    "fire": (gettext_lazy("报告消防部门"), "secondary", False),
    "fund": (gettext_lazy("申请使用维修资金"), "secondary", False),
    "correct": (gettext_lazy("更正"), "secondary", False),
    "grade": (gettext_lazy("更正严重程度"), "secondary", False),
    "drop": (gettext_lazy("不是故障"), "secondary", False),
}


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Defect,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    status: int = 200,
    numbers: Any = None,
    template: str = WHOLE,
) -> HttpResponse:
    now = timezone.now()
    actor = request.actor
    inside = reads(actor)
    parts = queries.parts_of(found)
    offered = _offered(found, actor)
    lacks = lacking(
        found.stopped_at, found.restored_at, now, approved=found.approved_at is not None,
        safeguards=bool(found.safeguards), fire_service=bool(parts.fire),
    )  # fmt: skip
    return render(
        request,
        template,
        {
            "compound": compound,
            "defect": found,
            "badges": badges(found, now),
            "firm": inside,
            "lacks": [LACKS[one] for one in lacks] if inside and found.is_open else [],
            "own": inside and keeps(actor) and found.state == "repaired" and found.repaired_by == actor.person_id,
            "photos": [
                {"label": label, "photos": [_link(compound, one) for one in queries.photo_files(parts.photos, stage)]}
                for stage, label in Photo.Stage.choices
                if inside and any(one.stage == stage for one in parts.photos)
            ],
            "rungs": parts.rungs,
            "fire": parts.fire,
            "fund": _fund(parts.fund),
            "corrections": [
                {
                    "row": one, "name": FIELDS[one.field],
                    "old": Severity(one.old).label if one.field == "severity" else one.old,
                    "new": Severity(one.new).label if one.field == "severity" else one.new,
                }
                for one in parts.corrections
            ]
            if inside
            else [],
            "events": _events(parts.events) if inside else [],
            "steps": [_step(name, compound, found, form if name == tried else None) for name in offered],
            "tried_words": _errors(form) if tried and tried not in offered else [],
            "topic": LIST,
            "numbers": numbers,
        },
        status=status,
    )  # fmt: skip


def _step(name: str, compound: Compound, found: Defect, form: forms.Form | None) -> dict[str, Any]:
    label, kind, opened = ASKED[name]
    shown = form if form is not None else STEPS[name][1]((), compound)
    if form is None:
        # Two forms of one page hold fields of one name.
        shown.auto_id = f"{name}_%s"
        if name == "stop" and found.stopped_at is not None:
            shown.initial = {"stopped_at": timezone.localtime(found.stopped_at), "safeguards": found.safeguards}
        if name == "grade":
            shown.initial = {"value": found.severity}
    shown.auto_id = f"{name}_%s"
    return {
        "name": name, "label": label, "kind": kind, "open": opened or form is not None, "form": shown,
        "plain": not shown.fields,
    }  # fmt: skip


def _errors(form: forms.Form | None) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors] if form is not None else []


def _events(rows: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": EVENTS[one.action],
            "detail": one.note,
            "who": "" if one.person_id == 0 else one.label,
            "moment": one.at,
        }
        for one in rows
    ]


def _fund(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "row": found,
        "amount": yuan(found.amount_fen),
        "fee": yuan(found.fee_fen),
        "poll": found.item.poll if found.item is not None else None,
    }


def _link(compound: Compound, stored: StoredFile) -> dict[str, str]:
    address = reverse("documents:file", args=[compound.code, stored.ref])
    return {"url": address, "thumb_url": f"{address}?size=thumb", "alt": ""}
