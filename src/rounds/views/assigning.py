"""Who walks what on a day: rounds by whom they are given to, what is nobody's first; one form gives them to somebody else."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rounds.actions.assigning import To, assign
from rounds.models import MAX_REASON
from rounds.queries import whose as queries
from rounds.refusals import BadInput
from rounds.rules.duties import duties
from rounds.views.posting import Said, keepers, post, sections
from rounds.words import STATES, who_line
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import whole

# How far from today a day may be looked at; rounds are made sixty days ahead.
FAR = timedelta(days=60)
NOBODY = "nobody"


def _day(typed: str, today: date) -> date:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return today
    return found if abs(found - today) <= FAR else today


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def assigned(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The rounds of a day by who is to do them; a POST gives those that were ticked to somebody."""
    now = timezone.now()
    day = _day(request.GET.get("day", ""), localdate(now))
    ticked = request.POST.getlist("round") or [request.GET.get("round", "")]
    picked = {number for one in ticked if (number := whole(one))}

    def effect() -> str:
        always = request.POST.get("always") == "yes"
        changed = assign(
            compound_id=compound.pk, occurrence_ids=picked, to=_to(request.POST.get("to", "")),
            always=always, reason=request.POST.get("reason", ""), by=request.actor, now=now,
        )  # fmt: skip
        said = (
            ngettext("%(n)s 次巡查已改派，以后每次都是。", "%(n)s 次巡查已改派，以后每次都是。", changed)
            if always
            else ngettext("%(n)s 次巡查已改派，只是这一次。", "%(n)s 次巡查已改派，只是这一次。", changed)
        )
        messages.success(request, said % {"n": changed})
        return f"{reverse('rounds_assign', args=[compound.code])}?day={day:%Y-%m-%d}"

    if request.method != "POST":
        return _page(request, compound, day, picked)
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, day, picked, refused=said)


def _to(typed: str) -> To:
    kind, _colon, number = typed.partition(":")
    if typed == NOBODY:
        return To()
    if kind == "post":
        return To(post_id=whole(number) or 0)
    if kind == "station":
        return To(station_id=whole(number) or 0)
    raise BadInput("choose_whom", field="to")


def _page(
    request: ActingRequest, compound: Compound, day: date, picked: set[int], *, refused: Said | None = None
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    loads = queries.loads(compound.pk, day, now)
    groups: dict[str, dict[str, Any]] = {}
    for one in sorted(loads, key=_first):
        told = one.whose
        name = who_line(told) or _("没有派人")
        there = groups.setdefault(f"{told.open}|{told.label}|{told.person_id}|{told.station_id}", {
            "name": name, "open": told.open, "rows": [], "names": told.names,
            "empty": told.station_id is not None and not told.turns,
        })  # fmt: skip
        there["rows"].append(_row(one, compound, picked))
    posted = request.POST if request.method == "POST" else {}
    return render(
        request,
        "rounds/assign.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_assign"),
            "day": day,
            "today": localdate(now),
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "groups": list(groups.values()),
            "open": sum(one.whose.open for one in loads),
            "whole": len(loads),
            "people": [
                {"value": f"post:{one.post_id}", "label": f"{one.name} · {one.role_label}"}
                for one in sorted(queries.walkers(compound.pk, localdate(now)), key=lambda one: (one.role != "worker", one.name))
            ],
            "stations": [
                {"value": f"station:{one.pk}", "label": f"{one.name}（{'、'.join(names) or _('这天没有排班')}）"}
                for one, names in queries.on_duty_at(compound.pk, day)
            ],
            "to": posted.get("to", ""),
            "always": posted.get("always", "") == "yes",
            "reason": posted.get("reason", "")[:MAX_REASON],
            "refused": refused,
        },
        status=refused.status if refused else 200,
    )  # fmt: skip


def _first(one: queries.Load) -> tuple[bool, str, Any]:
    return (not one.whose.open, one.whose.label, one.occurrence.due_at)


def _row(one: queries.Load, compound: Compound, picked: set[int]) -> dict[str, Any]:
    words, tone = STATES[one.occurrence.state]
    title = one.plan.name
    if one.plan.times > 1:
        title = _("%(name)s（第 %(n)s 轮，共 %(all)s 轮）") % {
            "name": title, "n": one.occurrence.slot + 1, "all": one.plan.times,
        }  # fmt: skip
    return {
        "pk": one.occurrence.pk,
        "title": title,
        "due": one.occurrence.due_at,
        "badge": words,
        "tone": tone,
        "weighty": one.occurrence.weight == duties().weights["critical"],
        "always": one.whose.always,
        "label": one.whose.label,
        "picked": one.occurrence.pk in picked,
        "href": reverse("rounds_one", args=[compound.code, one.occurrence.pk]),
    }
