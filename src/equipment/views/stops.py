"""Stopping a system: what is asked for, approved, announced and ended."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equipment import queries
from equipment.actions import stops as actions
from equipment.forms import ReasonForm, StopForm
from equipment.models import Stop
from equipment.permissions import approves_stop, keeps
from equipment.views.posting import Said, post, readers, sections, taken
from equipment.words import STOP_STATES, STOP_TONES
from notices.models import State
from tenancy.access import ActingRequest
from tenancy.models import Compound

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@readers
def stops(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What stands still or did; a POST asks for a new one."""
    now = timezone.now()
    posted = request.method == "POST"
    form = StopForm(request.POST) if posted else StopForm()

    def again(status: int) -> HttpResponse:
        page = Paginator(queries.stops(compound.pk), PER_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "equipment/stops.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "equipment_stops"),
                "rows": [
                    {
                        "stop": one,
                        "title": "、".join(one.systems),
                        "state": STOP_STATES[one.state],
                        "tone": STOP_TONES[one.state],
                    }
                    for one in page.object_list
                ],
                "page": page,
                "form": form,
            },
            status=status,
        )

    def effect() -> str:
        made = actions.ask(compound_id=compound.pk, draft=form.draft(), by=request.actor, now=now)
        messages.success(request, _("已申请，等经理批准。"))
        return reverse("equipment_stop", args=[compound.code, made.ref])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_safe
@never_cache
@readers
def stop(request: ActingRequest, compound: Compound, stop_ref: str) -> HttpResponse:
    """One stop with its steps."""
    return _stop(request, compound, _found(compound, stop_ref))


_STEPS: dict[str, Any] = {
    "approve": actions.approve,
    "begin": actions.begin,
    "restore": actions.restore,
    "withdraw": actions.give_up,
}


@require_POST
@readers
def step(request: ActingRequest, compound: Compound, stop_ref: str, step: str) -> HttpResponse:
    """Approve, refuse, begin, end or take it back."""
    found = _found(compound, stop_ref)
    if step not in _STEPS and step != "refuse":
        raise Http404
    now = timezone.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _stop(request, compound, found, refused=str(form.errors["reason"][0]), status=422)
    done = {
        "approve": _("已批准，公告已提交发布。"),
        "refuse": _("已告诉申请人。"),
        "begin": _("已记下停用开始。"),
        "restore": _("已恢复，公告已撤下。"),
        "withdraw": _("已撤回。"),
    }[step]

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "ref": stop_ref, "by": request.actor, "now": now}
        if step == "refuse":
            actions.refuse(reason=form.cleaned_data["reason"], **common)
        else:
            _STEPS[step](**common)
        messages.success(request, done)
        return reverse("equipment_stop", args=[compound.code, stop_ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _stop(request, compound, found, refused=said.text, status=said.status)


def _found(compound: Compound, ref: str) -> Stop:
    found = queries.stop_of(compound.pk, ref)
    if found is None:
        raise Http404
    return found


def _stop(
    request: ActingRequest, compound: Compound, found: Stop, *, refused: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    mine = found.asked_by == actor.person_id
    out = found.notice is not None and found.notice.state == State.PUBLISHED
    line = [
        (_("申请"), found.asked_at, found.asked_as),
        (_("不批准") if found.state == "refused" else _("批准"), found.decided_at, found.decided_as),
        (_("停用"), found.began_at, found.began_as),
        (_("恢复"), found.restored_at, found.restored_as),
    ]
    return render(
        request,
        "equipment/stop.html",
        {
            "compound": compound,
            "stop": found,
            "title": "、".join(found.systems),
            "state": STOP_STATES[found.state],
            "tone": STOP_TONES[found.state],
            "late": found.state == "stopped" and found.ends_at < timezone.now(),
            "may_decide": found.state == "asked" and approves_stop(actor) and not mine,
            "own": found.state == "asked" and approves_stop(actor) and mine,
            "may_begin": found.state == "approved" and keeps(actor) and out,
            "waits": found.state == "approved" and not out,
            "may_restore": found.state == "stopped" and keeps(actor),
            "may_withdraw": found.state in {"asked", "approved"} and (keeps(actor) or (mine and found.notice is None)),
            "events": [{"title": title, "moment": at, "who": who} for title, at, who in line if at is not None],
            "refused": refused,
        },
        status=status,
    )
