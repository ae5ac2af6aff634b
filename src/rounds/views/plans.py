"""Plans and routes: made from the register with one act, changed by hand."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from equipment.words import EVERY
from rounds.actions import plans as actions
from rounds.forms import DAY, ItemForm, PlanForm, PointForm, ReasonForm
from rounds.models import Plan, Route
from rounds.queries import occurrences as queries
from rounds.queries.whose import next_of, of_plans
from rounds.rules.drafts import form_items
from rounds.views.posting import Said, keepers, post, sections, taken
from rounds.words import duty_name, item_name
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def plans(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every plan by its duty; a POST makes what the register and the standards ask for."""
    now = timezone.now()

    def effect() -> str:
        made = actions.make_plans(compound_id=compound.pk, by=request.actor, now=now)
        if made.plans or made.points or made.retired:
            said = _("新计划 %(plans)s 个，路线加了 %(points)s 处，去掉 %(retired)s 处。今后 60 天的巡查已排好。")
            messages.success(
                request, said % {"plans": made.plans, "points": made.points, "retired": made.retired}
            )  # fmt: skip
        else:
            messages.success(request, _("计划和台账一致，没有要改的。"))
        return reverse("rounds_plans", args=[compound.code])

    if request.method == "POST":
        try:
            return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
        except Said as said:
            return _plans(request, compound, refused=said.text, status=said.status)
    return _plans(request, compound)


def _plans(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    groups: dict[str, list[dict[str, Any]]] = {}
    active = queries.active_plans(compound.pk)
    given = of_plans(compound.pk, [one.key for one in active], localdate())
    for one in active:
        places = _("共 %(n)s 处") % {"n": getattr(one, "n", 0)} if one.route_id is not None else _("不走路线")
        groups.setdefault(one.duty, []).append(
            {
                "title": one.name,
                "detail": " · ".join(
                    [
                        places,
                        hours(one),
                        *([_("派给%(who)s") % {"who": given[one.key].label}] if one.key in given else []),
                    ]
                ),
                "badge": EVERY[one.every],
                "href": reverse("rounds_plan", args=[compound.code, one.pk]),
            }
        )
    return render(
        request,
        "rounds/plans.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_plans"),
            "groups": [{"name": duty_name(duty), "rows": rows} for duty, rows in groups.items()],
            "refused": refused,
        },
        status=status,
    )


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def hours(plan: Plan) -> str:
    """The hours of a plan in words."""
    if (plan.starts, plan.ends) == (0, DAY):
        said = _("全天")
    else:
        said = f"{_clock(plan.starts):%H:%M}–{_clock(plan.ends):%H:%M}"
        if plan.ends > DAY:
            said = _("%(hours)s（第二天）") % {"hours": said}
    return _("%(hours)s，%(n)s 轮") % {"hours": said, "n": plan.times} if plan.times > 1 else said


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def plan(request: ActingRequest, compound: Compound, round_plan: int) -> HttpResponse:
    """One plan; a POST has it walked otherwise from tomorrow on."""
    found = _found(compound, round_plan)
    now = timezone.now()
    posted = request.method == "POST"
    start = {
        "name": found.name, "every": found.every, "starts": _clock(found.starts), "ends": _clock(found.ends),
        "times": found.times,
    }  # fmt: skip
    form = PlanForm(request.POST) if posted else PlanForm(initial=start)

    def effect() -> str:
        made = actions.change_plan(
            compound_id=compound.pk, plan_id=found.pk, change=form.change(), by=request.actor, now=now
        )
        messages.success(request, _("已改，从明天起按新的来。"))
        return reverse("rounds_plan", args=[compound.code, made.pk])

    def again(status: int) -> HttpResponse:
        return _plan(request, compound, found, form, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _found(compound: Compound, plan_id: int) -> Plan:
    found = queries.plan_of(compound.pk, plan_id)
    if found is None:
        raise Http404
    return found


def _plan(
    request: ActingRequest, compound: Compound, found: Plan, form: PlanForm, *, refused: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    return render(
        request,
        "rounds/plan.html",
        {
            "compound": compound,
            "plan": found,
            "duty": duty_name(found.duty),
            "every": EVERY[found.every],
            "standard": EVERY.get(found.standard, ""),
            "hours": hours(found),
            "who": given[found.key].label if (given := of_plans(compound.pk, [found.key], localdate())) else "",
            "next": next_of(compound.pk, found.pk, timezone.now()),
            "owed": bool(found.standard and found.confirmed),
            "form": form,
            "versions": [
                {"plan": one, "every": EVERY[one.every], "hours": hours(one)} for one in queries.versions_of(found)
            ],
            "refused": refused,
        },
        status=status,
    )


@require_POST
@keepers
def end(request: ActingRequest, compound: Compound, round_plan: int) -> HttpResponse:
    """Have a plan walked no more."""
    found = _found(compound, round_plan)
    now = timezone.now()
    form = ReasonForm(request.POST)

    def effect() -> str:
        actions.end_plan(
            compound_id=compound.pk, plan_id=found.pk, reason=form.cleaned_data["reason"], by=request.actor, now=now
        )
        messages.success(request, _("已停，做过的记录都留着。"))
        return reverse("rounds_plans", args=[compound.code])

    def again(status: int) -> HttpResponse:
        refused = str(next(iter(form.errors.values()))[0])
        return _plan(request, compound, found, PlanForm(), refused=refused, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def route(request: ActingRequest, compound: Compound, round_route: int) -> HttpResponse:
    """A route with its places and what is looked at; a POST adds a place."""
    found = _route(compound, round_route)
    now = timezone.now()
    posted = request.method == "POST"
    form = PointForm(request.POST) if posted else PointForm()

    def effect() -> str:
        actions.add_point(
            compound_id=compound.pk, route_id=found.pk, name=form.cleaned_data["name"],
            address=form.cleaned_data["address"], by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已加到路线最后。"))
        return reverse("rounds_route", args=[compound.code, found.pk])

    def again(status: int) -> HttpResponse:
        return _page(request, compound, found, form=form, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


def _route(compound: Compound, route_id: int) -> Route:
    found = queries.route_of(compound.pk, route_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Route,
    *,
    form: PointForm | None = None,
    item_form: ItemForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    points = queries.points_of(compound.pk, found.pk)
    forms = list(dict.fromkeys(one.form for one in points))
    own = queries.own_items(compound.pk, forms)
    return render(
        request,
        "rounds/route.html",
        {
            "compound": compound,
            "route": found,
            "points": points,
            "forms": [
                {
                    "key": key,
                    "lines": [item_name(one.kept()) for one in form_items(key)],
                    "own": [one for one in own if one.form == key],
                    "names": [one.name for one in points if one.form == key][:3],
                }
                for key in forms
            ],
            "form": form or PointForm(),
            "item_form": item_form or ItemForm(),
            "refused": refused,
        },
        status=status,
    )


@require_POST
@keepers
def item(request: ActingRequest, compound: Compound, round_route: int) -> HttpResponse:
    """Have something more looked at, wherever this form is used."""
    found = _route(compound, round_route)
    now = timezone.now()
    form = ItemForm(request.POST)

    def effect() -> str:
        actions.add_item(
            compound_id=compound.pk, form=request.POST.get("form", "")[:60], name=form.cleaned_data["name"],
            by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已加上，下一次巡查起看这一项。"))
        return reverse("rounds_route", args=[compound.code, found.pk])

    def again(status: int) -> HttpResponse:
        return _page(request, compound, found, item_form=form, status=status)

    return taken(request, compound, form, now=now, effect=effect, again=again)


@require_POST
@keepers
def item_end(request: ActingRequest, compound: Compound, round_item: int) -> HttpResponse:
    """Look at it no more."""
    now = timezone.now()

    def effect() -> str:
        actions.end_item(compound_id=compound.pk, item_id=round_item, by=request.actor, now=now)
        messages.success(request, _("已去掉。"))
        return reverse("rounds_plans", args=[compound.code])

    return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))


@require_POST
@keepers
def point_step(request: ActingRequest, compound: Compound, round_point: int, step: str) -> HttpResponse:
    """Take a place from its route, or walk there first."""
    now = timezone.now()
    if step not in {"retire", "first"}:
        raise Http404
    back = queries.route_of_point(compound.pk, round_point)
    if back is None:
        raise Http404

    def effect() -> str:
        if step == "retire":
            actions.retire_point(compound_id=compound.pk, point_id=round_point, by=request.actor, now=now)
            messages.success(request, _("已从路线里去掉，做过的记录都留着。"))
        else:
            actions.order_points(
                compound_id=compound.pk, route_id=back.pk, point_ids=[round_point], by=request.actor, now=now
            )
            messages.success(request, _("已排到最前。"))
        return reverse("rounds_route", args=[compound.code, back.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, back, refused=said.text, status=said.status)
