"""The points of a compound: where they are, their labels, and what became of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.queries import places_to_choose
from posting import queries
from posting.actions import points as actions
from posting.forms import PointForm, PrintForm, ReasonForm
from posting.models import Point
from posting.permissions import KEEPER_ROLES, KEEPERS, STAFF, keeps_points
from posting.rules.labels import grouped
from posting.views.posting import Said, post
from posting.words import EVENTS, KIND_ICONS
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

readers = in_compound(parties=STAFF)
keepers = in_compound(parties=tuple(KEEPERS), roles=KEEPER_ROLES)


@require_safe
@never_cache
@readers
def points(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The points in use in the order of walking, those out of use, and the form for a new one."""
    return _points(request, compound)


@require_POST
@keepers
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Make a point."""
    now = timezone.now()
    form = PointForm(request.POST, places=places_to_choose(compound.pk))
    if not form.is_valid():
        return _points(request, compound, form=form, status=422)

    def effect() -> str:
        actions.make_point(compound_id=compound.pk, draft=form.draft(), by=request.actor, now=now)
        messages.success(request, _("张贴点已添加，打印标签贴在旁边。"))
        return reverse("posting_points", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _points(request, compound, form=form, status=said.status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def point(request: ActingRequest, compound: Compound, point_id: int) -> HttpResponse:
    """One point with its history; a POST changes it."""
    found = _found(compound, point_id)
    if request.method != "POST":
        return _point(request, compound, found)
    now = timezone.now()
    form = PointForm(request.POST, places=places_to_choose(compound.pk))
    if not form.is_valid():
        return _point(request, compound, found, form=form, status=422)

    def effect() -> str:
        actions.change_point(
            compound_id=compound.pk, point_id=found.pk, draft=form.draft(), by=request.actor, now=now
        )  # fmt: skip
        messages.success(request, _("已保存。"))
        return reverse("posting_point", args=[compound.code, found.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _point(request, compound, found, form=form, status=said.status)


# What each step calls, and what is said when it is done.
_STEPS: dict[str, Any] = {
    "retire": (lambda common, why: actions.retire_point(reason=why, **common), "retired"),
    "revive": (lambda common, _why: actions.revive_point(**common), "revived"),
    "label": (lambda common, why: actions.replace_label(reason=why, **common), "labelled"),
}


@require_POST
@keepers
def step(request: ActingRequest, compound: Compound, point_id: int, step: str) -> HttpResponse:
    """Take a point out of use or into use again, or give it a new label."""
    found = _found(compound, point_id)
    if step not in _STEPS:
        raise Http404
    now = timezone.now()
    call, done = _STEPS[step]
    words = {
        "retired": _("张贴点已停用，请把标签撕下来。"),
        "revived": _("张贴点已重新启用。"),
        "labelled": _("已换新标签，旧的不再有效。请打印后贴上。"),
    }[done]
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _point(request, compound, found, refused=str(form.errors["reason"][0]), tried=step, status=422)

    def effect() -> str:
        common = {"compound_id": compound.pk, "point_id": found.pk, "by": request.actor, "now": now}
        call(common, form.cleaned_data["reason"])
        messages.success(request, words)
        return reverse("posting_point", args=[compound.code, found.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _point(request, compound, found, refused=said.text, tried=step, status=said.status)


@require_POST
@keepers
def labels(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A sheet of labels: of the ticked points, or of all."""
    now = timezone.now()
    known = list(queries.points(compound.pk).values_list("pk", flat=True))
    form = PrintForm(request.POST, known=known)
    if not form.is_valid() or not (form.cleaned_data["points"] or form.cleaned_data["every"]):
        return _points(request, compound, refused=_("请勾选要打印的标签，或选“打印全部”。"), status=422)
    chosen = [] if form.cleaned_data["every"] else form.cleaned_data["points"]

    def effect() -> str:
        document = actions.print_labels(compound_id=compound.pk, point_ids=chosen, by=request.actor, now=now)
        return reverse("documents:document", args=[compound.code, document.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _points(request, compound, refused=said.text, status=said.status)


def _found(compound: Compound, point_id: int) -> Point:
    found = queries.point_of(compound.pk, point_id)
    if found is None:
        raise Http404
    return found


def _points(
    request: ActingRequest, compound: Compound, *, form: PointForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    keeps = keeps_points(request.actor)
    if keeps and form is None:
        form = PointForm(places=places_to_choose(compound.pk))
    return render(
        request,
        "posting/points.html",
        {
            "compound": compound,
            "points": [
                {"row": one, "code": grouped(one.label_code), "icon": KIND_ICONS[one.kind]}  # type: ignore[attr-defined]
                for one in queries.points(compound.pk)
            ],
            "retired": list(queries.points(compound.pk, retired=True)),
            "form": form if keeps else None,
            "refused": refused,
            "keeps": keeps,
        },
        status=status,
    )


def _point(
    request: ActingRequest,
    compound: Compound,
    found: Point,
    *,
    form: PointForm | None = None,
    refused: str = "",
    tried: str = "",
    status: int = 200,
) -> HttpResponse:
    keeps = keeps_points(request.actor)
    if keeps and form is None and found.retired_at is None:
        form = PointForm(places=places_to_choose(compound.pk), initial=_initial(found))
    return render(
        request,
        "posting/point.html",
        {
            "compound": compound,
            "point": found,
            "form": form if keeps and found.retired_at is None else None,
            "keeps": keeps,
            "refused": refused,
            "tried": tried,
            "labels": [{"row": one, "code": grouped(one.code)} for one in queries.labels_of(found)],
            "hanging": queries.hanging_at(found),
            "events": [
                {
                    "title": EVENTS.get(one.action, one.action),
                    "detail": one.note,
                    "who": one.label,
                    "moment": one.at,
                    "party": "",
                }
                for one in queries.point_events(found)
            ],
        },
        status=status,
    )


def _initial(found: Point) -> dict[str, str]:
    place = f"e:{found.entrance_id}" if found.entrance_id else f"b:{found.building_id}" if found.building_id else ""
    spot = found.address
    if found.entrance is not None:
        spot = spot.removeprefix(f"{found.entrance.building.name}{found.entrance.name}")
    elif found.building is not None:
        spot = spot.removeprefix(found.building.name)
    elif spot == actions.PUBLIC:
        spot = ""
    return {"kind": found.kind, "name": found.name, "place": place, "spot": spot, "size": found.size}
