"""The register: what there is, one piece with its history, its labels, and the list as a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import XLSX
from equipment import queries, sheets
from equipment.actions import pieces as actions
from equipment.forms import PieceForm, PrintForm, ReasonForm, ServiceForm, SpotForm
from equipment.hooks import piece_steps
from equipment.models import Piece, What
from equipment.permissions import keeps
from equipment.rules.standards import lives_of, standards
from equipment.views.posting import Said, keepers, post, readers, sections, taken
from equipment.words import (
    ACTS,
    EVENTS,
    EVERY,
    ICONS,
    SEVERITIES,
    STATE_TONES,
    kind_name,
    left_text,
    name_of,
    subtype_name,
)
from posting.rules.labels import grouped, normalised
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import whole

PER_PAGE = 50
MARK = "fire-extinguisher"


@require_safe
@never_cache
@readers
def register(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The pieces in the order of walking."""
    return _register(request, compound)


def _register(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    given = request.GET
    kind = given.get("kind", "") if given.get("kind", "") in standards().kinds else ""
    state = "gone" if given.get("state") == "gone" else "away" if given.get("state") == "away" else "live"
    wanted = queries.Wanted(
        words=given.get("q", "").replace("\x00", "")[:60],
        kind=kind,
        building=whole(given.get("building")) or 0,
        state=state,
    )
    page = Paginator(queries.pieces(compound.pk, wanted), PER_PAGE).get_page(given.get("page"))
    there = queries.kinds_there(compound.pk)
    return render(
        request,
        "equipment/register.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "equipment_register"),
            "rows": [_row(one) for one in page.object_list],
            "page": page,
            "wanted": wanted,
            "searching": bool(wanted.words or kind or wanted.building or state != "live"),
            "narrowed": bool(kind or wanted.building or state != "live"),
            "kinds": [{"key": key, "name": kind_name(key), "n": n} for key, n in there],
            "total": sum(n for _key, n in there),
            "buildings": queries.buildings(compound.pk),
            "counts": queries.due_counts(compound.pk, localdate()),
            "keeps": keeps(request.actor),
            "refused": refused,
        },
        status=status,
    )


def _row(piece: Piece) -> dict[str, Any]:
    kind = standards().kinds[piece.kind]
    return {
        "piece": piece,
        "kind": " · ".join(part for part in (name_of(kind), subtype_name(kind, piece.subtype)) if part),
        "icon": ICONS.get(piece.kind, MARK),
        "state": piece.get_state_display() if piece.state != Piece.State.IN_USE else "",
        "tone": STATE_TONES[piece.state],
        "code": grouped(piece.label_code) if piece.label_code else "",  # type: ignore[attr-defined]  # read along
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Enter a piece."""
    now = timezone.now()
    posted = request.method == "POST"
    form = PieceForm(request.POST if posted else None, buildings=_buildings(compound))

    def again(status: int) -> HttpResponse:
        return render(request, "equipment/new.html", {"compound": compound, "form": form}, status=status)

    def effect() -> str:
        made = actions.make_piece(compound_id=compound.pk, draft=form.draft(), by=request.actor, now=now)
        messages.success(request, _("已登记，打印标签贴在旁边。"))
        return reverse("equipment_piece", args=[compound.code, made.pk])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def piece(request: ActingRequest, compound: Compound, piece_id: int) -> HttpResponse:
    """One piece: what it is, what is asked of it, what runs out; a POST changes it."""
    found = _found(compound, piece_id)
    if request.method != "POST":
        return _piece(request, compound, found)
    now = timezone.now()
    form = PieceForm(request.POST, buildings=_buildings(compound))

    def effect() -> str:
        actions.change_piece(
            compound_id=compound.pk,
            piece_id=found.pk,
            draft=form.draft(found.battery_tested_on),
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已保存。"))
        return reverse("equipment_piece", args=[compound.code, found.pk])

    return taken(
        request, compound, form, now=now, effect=effect,
        again=lambda status: _piece(request, compound, found, form=form, status=status),
    )  # fmt: skip


@require_POST
@keepers
def step(request: ActingRequest, compound: Compound, piece_id: int, step: str) -> HttpResponse:
    """Replace a label, write down a service, put it on a plan, take it out of the register or back."""
    found = _found(compound, piece_id)
    steps: dict[str, Any] = {
        "label": (ReasonForm(request.POST), _label, _("已换新标签，旧的会说明已更换。请打印后贴上。")),
        "remove": (ReasonForm(request.POST), _remove, _("已从台账注销，历史都保留。")),
        "restore": (ReasonForm(request.POST), _restore, _("已恢复登记。")),
        "service": (ServiceForm(request.POST, whats=_whats(found)), _service, _("已记下，下次到期重新计算。")),
        "spot": (SpotForm(_spot(request, compound), plans=_plans(compound)), _put, _("位置已保存。")),
    }
    if step not in steps:
        raise Http404
    now = timezone.now()
    form, call, done = steps[step]

    def effect() -> str:
        call(form.cleaned_data, {"compound_id": compound.pk, "piece_id": found.pk, "by": request.actor, "now": now})
        messages.success(request, done)
        return reverse("equipment_piece", args=[compound.code, found.pk])

    def again(status: int) -> HttpResponse:
        said = next((str(error) for errors in form.errors.values() for error in errors), "")
        return _piece(request, compound, found, refused=said, tried=step, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again)


def _label(data: dict[str, Any], common: dict[str, Any]) -> None:
    actions.replace_label(reason=data["reason"], **common)


def _remove(data: dict[str, Any], common: dict[str, Any]) -> None:
    actions.remove_piece(reason=data["reason"], **common)


def _restore(_data: dict[str, Any], common: dict[str, Any]) -> None:
    actions.restore_piece(**common)


def _service(data: dict[str, Any], common: dict[str, Any]) -> None:
    actions.note_service(what=data["what"], on=data["on"], body=data["body"], **common)


def _put(data: dict[str, Any], common: dict[str, Any]) -> None:
    given = data["plan_x"] is not None and data["plan_y"] is not None
    actions.put_on_plan(
        plan_id=data["plan"],
        x=data["plan_x"] if given else -1,
        y=data["plan_y"] if given else -1,
        **common,
    )


def _spot(request: ActingRequest, compound: Compound) -> Any:
    """The form of a spot. A picture that was tapped without scripts says where in its own pixels, of which we know the size."""
    given = request.POST.copy()
    if "spot.x" in given and "spot.y" in given:
        plan = queries.plan_of(compound.pk, whole(given.get("plan")) or 0)
        try:
            across, down = int(str(given["spot.x"])), int(str(given["spot.y"]))
            width, height = int(str(given.get("shown_width", "0"))), int(str(given.get("shown_height", "0")))
        except ValueError:
            return given
        if plan is not None and (width, height) != (0, 0):
            given["plan_x"], given["plan_y"] = str(across * 1000 // max(width, 1)), str(down * 1000 // max(height, 1))
    return given


@require_POST
@keepers
def labels(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A sheet of labels: of the ticked pieces, or of all."""
    now = timezone.now()
    known = list(queries.pieces(compound.pk).values_list("pk", flat=True))
    form = PrintForm(request.POST, known=known)
    if not form.is_valid() or not (form.cleaned_data["pieces"] or form.cleaned_data["every"]):
        return _register(request, compound, refused=_("请勾选要打印标签的设施，或选“打印全部标签”。"), status=422)
    chosen = [] if form.cleaned_data["every"] else form.cleaned_data["pieces"]

    def effect() -> str:
        document = actions.print_labels(compound_id=compound.pk, piece_ids=chosen, by=request.actor, now=now)
        return reverse("documents:document", args=[compound.code, document.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _register(request, compound, refused=said.text, status=said.status)


@require_safe
@never_cache
@readers
def scan(request: ActingRequest, compound: Compound, sign: str) -> HttpResponse:
    """Where the firm's people are led from a label: the piece, also by an old one."""
    found = queries.label_of(compound.pk, normalised(sign))
    if found is None:
        raise Http404
    if found.replaced_at is not None:
        messages.warning(request, _("这是换下来的旧标签。"))
    return redirect("equipment_piece", compound.code, found.piece_id)


@require_safe
@never_cache
@keepers
def export(_request: ActingRequest, compound: Compound) -> HttpResponse:
    """The whole register as .xlsx, which can be changed and imported again."""
    names = {one.pk: one.name for one in queries.buildings(compound.pk)}
    return xlsx(sheets.register(queries.pieces(compound.pk), names), "fire-equipment.xlsx")


def xlsx(content: bytes, name: str) -> HttpResponse:
    """A workbook as an answer."""
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _buildings(compound: Compound) -> list[tuple[str, Any]]:
    return [(str(one.pk), one.name) for one in queries.buildings(compound.pk)]


def _plans(compound: Compound) -> list[tuple[str, Any]]:
    return [(str(one.pk), one.name) for one in queries.plans(compound.pk)]


def _whats(piece: Piece) -> list[tuple[str, Any]]:
    done = {"service", "battery", "battery_test"}
    whats = {one.what: one.name for one in lives_of(piece.kind, subtype=piece.subtype) if one.what in done}
    return [(what, What(what).label) for what in whats]


def _found(compound: Compound, piece_id: int) -> Piece:
    found = queries.piece_of(compound.pk, piece_id)
    if found is None:
        raise Http404
    return found


def _piece(
    request: ActingRequest,
    compound: Compound,
    found: Piece,
    *,
    form: PieceForm | None = None,
    refused: str = "",
    tried: str = "",
    status: int = 200,
) -> HttpResponse:
    kind = standards().kinds[found.kind]
    keeping, live = keeps(request.actor), found.state != Piece.State.GONE
    if keeping and live and form is None:
        form = PieceForm(buildings=_buildings(compound), initial=_initial(found))
    whats = _whats(found)
    today = localdate()
    plans = list(queries.plans(compound.pk))
    return render(
        request,
        "equipment/piece.html",
        {
            "compound": compound,
            "piece": found,
            "steps": piece_steps(compound.code, found.pk) if found.state != Piece.State.GONE else [],
            "kind": name_of(kind),
            "subtype": subtype_name(kind, found.subtype),
            "state_tone": STATE_TONES[found.state],
            "form": form if keeping and live else None,
            "keeps": keeping,
            "live": live,
            "refused": refused,
            "tried": tried,
            "asked": [
                {"name": one.name, "act": ACTS[one.act], "every": EVERY[one.every], "asked": one}
                for one in queries.asked_for(found)
            ],
            "items": [
                {"name": name_of(one), "severity": SEVERITIES[one.severity][0], "tone": SEVERITIES[one.severity][1]}
                for one in kind.items
                if one.type != "photo"
            ],
            "dues": [
                {"due": one, "badge": left_text(one.on, today)[0], "tone": left_text(one.on, today)[1]}
                for one in queries.dues_of(found)
            ],
            "labels": [{"row": one, "code": grouped(one.code)} for one in queries.labels_of(found)],
            "service_form": ServiceForm(whats=whats, initial={"on": today}) if whats and keeping and live else None,
            "plans": [one for one in plans if one.pk == found.plan_id] or plans,
            "reported": queries.piece_reported(found),
            "events": [
                {"title": EVENTS.get(one.action, one.action), "detail": one.note, "who": one.label, "moment": one.at}
                for one in queries.events_of(found)
            ],
        },
        status=status,
    )


def _initial(found: Piece) -> dict[str, Any]:
    names = (
        "kind", "subtype", "number", "floor", "spot", "place", "unit", "count", "maker", "model", "made_on", "installed_on",
        "serviced_on", "battery_on", "service_body", "note",
    )  # fmt: skip
    return {"building": found.building_id or "", **{name: getattr(found, name) for name in names}}
