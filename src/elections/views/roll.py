"""The roll of a poll for its officers: drawn, checked, fixed, corrected, made public, taken along as a sheet."""

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.actions import record
from documents.actions import request_document
from elections import actions, pdf, sheets
from elections.models import Poll, State, Unit
from elections.objecting import objection_choices
from elections.permissions import may_conduct
from elections.queries import announcing, roll
from elections.queries.standing import prepared
from elections.roll_forms import AmendForm, FindForm, FreezeForm, LeaveOutForm
from elections.roll_words import BOXES, amended, unit_row
from elections.rules.measures import area_text
from elections.rules.plans import OFF
from elections.views.polls import found_poll, readers
from elections.views.posting import Said, post
from tenancy.access import ActingRequest
from tenancy.models import Compound

PAGE = 30
HISTORY = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AMENDABLE = (State.ROLL_FIXED, State.CALLED)


@require_safe
@never_cache
@readers
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The parts of a roll, searched, with what is still to be done."""
    return _page(request, compound, found_poll(request, compound, poll))


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    *,
    form: FreezeForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    box, words = FindForm(request.GET).wanted()
    counted, stand = roll.counted(found), prepared(found)
    shown = Paginator(roll.units_of(found, box, words), PAGE).get_page(request.GET.get("page"))
    units = list(shown.object_list)
    rights = roll.rights_with(found, [one.number for one in units])
    out = announcing.announced_roll(found)
    conducts = may_conduct(request.actor, found)
    return render(
        request,
        "elections/roll.html",
        {
            "compound": compound,
            "poll": found,
            "edition": found.edition,
            "area": area_text(found.edition.area if found.edition else counted.area),
            "counted": counted,
            "stand": stand,
            "box": box,
            "words": words,
            "page": shown,
            "rows": [unit_row(one, rights.get(one.number)) for one in units],
            "tabs": [
                {"url": f"?box={name}", "label": label, "count": getattr(counted, name), "active": name == box}
                for name, label in BOXES.items()
            ],
            "draws": conducts and found.state == State.PREPARING,
            "freezes": conducts and found.state == State.PREPARING and found.drawn_at and not stand.undecided,
            "publishes": conducts and found.state in AMENDABLE and (out is None or out.edition_id != found.edition_id),
            "out": out,
            "form": form or FreezeForm(),
            "said": said,
        },
        status=status,
    )


STEPS: dict[str, tuple[Callable[[dict[str, Any], ActingRequest], object], Any]] = {
    "draw": (lambda common, _r: actions.draw_roll(**common), gettext_lazy("已从台账取名册。")),
    "freeze": (
        lambda common, r: actions.freeze_roll(
            office_areas=bool(r.POST.get("office_areas")),
            parking=r.POST.get("parking") or OFF,
            parking_text=r.POST.get("parking_text", ""),
            **common,
        ),
        gettext_lazy("名册已定，接下来公示名册。"),
    ),
    "publish": (
        lambda common, _r: actions.publish_roll(**common),
        gettext_lazy("名册已交公示；要会签的，会签后自动发布。"),
    ),
}


@require_POST
@readers
def act(request: ActingRequest, compound: Compound, poll: str, act: str) -> HttpResponse:
    """Draw, fix, make public."""
    if act not in STEPS:
        raise Http404
    found, now = found_poll(request, compound, poll), timezone.now()
    call, done = STEPS[act]

    def effect() -> str:
        call({"compound_id": compound.pk, "ref": poll, "by": request.actor, "now": now}, request)
        messages.success(request, str(done))
        return reverse("polls_roll", args=[compound.code, poll])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form = FreezeForm(request.POST) if act == "freeze" else None
        return _page(request, compound, found, form=form, said=said.text, status=said.status)


@require_safe
@never_cache
@readers
def unit(request: ActingRequest, compound: Compound, poll: str, number: int) -> HttpResponse:
    """One part: what the register said, and its correction."""
    found = found_poll(request, compound, poll)
    return _unit(request, compound, found, _found_unit(found, number))


@require_POST
@readers
def change(request: ActingRequest, compound: Compound, poll: str, number: int) -> HttpResponse:
    """Leave a part out before the freeze, correct it after."""
    found, now = found_poll(request, compound, poll), timezone.now()
    row = _found_unit(found, number)
    amends = found.state in AMENDABLE
    form = AmendForm(request.POST, objections=_objections(found)) if amends else LeaveOutForm(request.POST)
    if not form.is_valid():
        return _unit(request, compound, found, row, form=form, status=422)
    common: dict[str, Any] = {
        "compound_id": compound.pk, "ref": poll, "number": number, "by": request.actor, "now": now,
    }  # fmt: skip

    def effect() -> str:
        if isinstance(form, AmendForm):
            actions.amend(**form.given(row), **common)
            messages.success(request, str(gettext_lazy("已更正，名册出了新的一版。")))
        else:
            actions.leave_out(reason=form.cleaned_data["reason"], **common)
            messages.success(request, str(gettext_lazy("已保存。")))
        return reverse("polls_unit", args=[compound.code, poll, number])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _unit(request, compound, found, row, form=form, status=said.status)


def _objections(found: Poll) -> list[tuple[str, str]]:
    return objection_choices(found, roll.roll_objections(found))


def _found_unit(found: Poll, number: int) -> Unit:
    row = roll.unit_of(found, number)
    if row is None:
        raise Http404
    return row


def _unit(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    row: Unit,
    *,
    form: AmendForm | LeaveOutForm | None = None,
    status: int = 200,
) -> HttpResponse:
    amends = found.state in AMENDABLE
    if form is None:
        initial = {
            "area": area_text(row.area),
            "source": row.area_source,
            "owners": "\n".join(one["name"] for one in row.owners),
            "left_out": row.left_out,
            "objection": request.GET.get("objection", ""),
        }
        form = (
            AmendForm(initial=initial, objections=_objections(found))
            if amends
            else LeaveOutForm(initial={"reason": row.left_out})
        )
    open_now = amends or found.state == State.PREPARING
    right = roll.rights_with(found, [row.number]).get(row.number)
    return render(
        request,
        "elections/unit.html",
        {
            "compound": compound,
            "poll": found,
            "unit": row,
            "area": area_text(row.area),
            "right": right,
            "right_area": area_text(right.area) if right else "",
            "amends": amends,
            "changes": may_conduct(request.actor, found) and open_now,
            "form": form,
            "history": [amended(one) for one in roll.amendments_of(found, row)],
        },
        status=status,
    )


@require_safe
@never_cache
@readers
def history(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The editions of a roll and what each changed."""
    found = found_poll(request, compound, poll)
    shown = Paginator(roll.amendments_of(found), HISTORY).get_page(request.GET.get("page"))
    first = roll.editions_of(found).last()
    return render(
        request,
        "elections/roll_history.html",
        {
            "compound": compound,
            "poll": found,
            "page": shown,
            "rows": [amended(one) for one in shown.object_list],
            "first": first,
            "first_area": area_text(first.area) if first else "",
        },
    )


@require_safe
@never_cache
@readers
def sheet(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The whole roll as a workbook, with names: who took it is in the record."""
    found = found_poll(request, compound, poll)
    made = io.BytesIO()
    sheets.write_roll(
        found, list(roll.units_of(found)), roll.rights_of(found), list(roll.amendments_of(found)), to=made
    )
    record(
        by=request.actor, compound_id=compound.pk, verb="elections.export", target=f"elections.poll:{found.pk}",
        changes={}, now=timezone.now(),
    )  # fmt: skip
    answer = HttpResponse(made.getvalue(), content_type=XLSX)
    name = f"业主名册{localdate():%Y%m%d}.xlsx"
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return answer


@require_POST
@readers
def printed(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Have the masked roll printed for the walls."""
    found, now = found_poll(request, compound, poll), timezone.now()

    def effect() -> str:
        made = request_document(
            compound_id=compound.pk, by=request.actor, kind=pdf.KIND, target=pdf.target_of(found), now=now
        )
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, said=said.text, status=said.status)
