"""The desk: the month by states, a round with what was found, what waits for a word."""

from calendar import Calendar
from datetime import date, timedelta
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
from django.views.decorators.http import require_POST, require_safe

from equipment.rules.cadence import add_months
from rounds.actions import records as actions
from rounds.forms import ReasonForm, ReviewForm
from rounds.models import OPEN, Answer, Occurrence, Review, State
from rounds.permissions import keeps
from rounds.queries import occurrences as queries
from rounds.queries import records
from rounds.queries.whose import NOBODY, Whose, in_use, unassigned, whose
from rounds.views.posting import Said, keepers, post, sections, walkers
from rounds.words import FLAGS, OUTCOMES, STATES, duty_name, who_line
from tenancy.access import ActingRequest
from tenancy.models import Compound
from ui.numbers import day

PER_PAGE = 50
# The order in which a day's marks are shown: what is worst first.
_ORDER = (State.MISSED, State.OVERDUE, State.IN_PROGRESS, State.PLANNED, State.SKIPPED, State.DONE)


def _month(typed: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return found if 2000 <= found.year <= 2100 else today.replace(day=1)  # noqa: PLR2004  no calendar elsewhere


def _day(typed: str) -> date | None:
    return day(typed)


@require_safe
@never_cache
@keepers
def calendar(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A month, day by day, with how many rounds ended in which state; below it a day, or all of one state."""
    today = localdate()
    chosen = _day(request.GET.get("day", ""))
    month = _month(request.GET.get("month", ""), chosen or today)
    last = add_months(month, 1) - timedelta(days=1)
    show = request.GET.get("show", "")
    show = show if show in State.values else ""
    counts = queries.counts_by_day(compound.pk, month, last)
    if show:
        rows = queries.due_between(compound.pk, month, last, show)
    else:
        chosen = chosen or (today if month <= today <= last else month)
        rows = queries.due_between(compound.pk, chosen, chosen)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    there = list(page.object_list)
    plans = queries.plans_of(compound.pk, {one.plan_id for one in there})
    told = whose(compound.pk, there, {pk: one.key for pk, one in plans.items()}, now=timezone.now())
    used = in_use(compound.pk)
    sums = {state: sum(one.get(state, 0) for one in counts.values()) for state in State.values}
    return render(
        request,
        "rounds/calendar.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_calendar", waiting=records.waiting(compound.pk)),
            "month": month,
            "before": add_months(month, -1),
            "after": add_months(month, 1),
            "weeks": [
                [_cell(day, month, today, chosen if not show else None, counts.get(day, {})) for day in week]
                for week in Calendar(0).monthdatescalendar(month.year, month.month)
            ],
            "states": [
                {
                    "key": state,
                    "label": STATES[state][0],
                    "tone": STATES[state][1],
                    "n": sums[state],
                    "active": state == show,
                }
                for state in _ORDER
            ],
            "day": chosen,
            "show": show,
            "show_label": STATES[show][0] if show else "",
            "rows": [
                _row(
                    one,
                    plans[one.plan_id].name if one.plan_id in plans else duty_name(one.duty),
                    compound,
                    who=told.get(one.pk, NOBODY) if used else None,
                )
                for one in there
            ],
            "page": page,
            "open": unassigned(compound.pk, today, timezone.now()) if used else 0,
            "empty": not any(counts.values()),
        },
    )


def _cell(day: date, month: date, today: date, chosen: date | None, counts: dict[str, int]) -> dict[str, Any]:
    marks = [
        {"n": counts[state], "label": STATES[state][0], "tone": STATES[state][1], "key": state}
        for state in _ORDER
        if counts.get(state)
    ]
    return {
        "day": day, "inside": day.month == month.month, "today": day == today, "chosen": day == chosen, "marks": marks,
    }  # fmt: skip


def _row(one: Occurrence, name: str, compound: Compound, *, who: Whose | None) -> dict[str, Any]:
    """A round; ``who`` None where nobody is ever named."""
    words, tone = STATES[one.state]
    parts = [_part(one), one.done_as]
    if who is not None and one.state != State.DONE:
        parts.append(_("派给%(who)s") % {"who": who_line(who)} if who.label else _("没有派人"))
    detail = " · ".join(part for part in parts if part)
    if one.skipped_why:
        detail = one.skipped_why
    return {
        "title": name,
        "detail": detail,
        "badge": words,
        "tone": tone,
        "due": one.due_at if one.state in OPEN else None,
        "moment": one.done_at,
        "href": reverse("rounds_one", args=[compound.code, one.pk]),
    }


def _part(one: Occurrence) -> str:
    """ "14 个中 12 个正常", as far as somebody was there."""
    if not one.answered:
        return ""
    return _("%(points)s 处中看了 %(answered)s 处，%(normal)s 处正常") % {
        "points": one.points, "answered": one.answered, "normal": one.answered - one.faults,
    }  # fmt: skip


@require_safe
@never_cache
@walkers
def one(request: ActingRequest, compound: Compound, occurrence: int) -> HttpResponse:
    """A round: its times, what was found at each place, photos, flags, the second person's words."""
    return _one(request, compound, _found(compound, occurrence))


def _found(compound: Compound, occurrence: int) -> Occurrence:
    found = queries.occurrence_of(compound.pk, occurrence)
    if found is None:
        raise Http404
    return found


def _one(
    request: ActingRequest, compound: Compound, found: Occurrence, *, refused: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    plan = queries.plans_of(compound.pk, [found.plan_id])[found.plan_id]
    now = timezone.now()
    day = localdate(now) if found.state in OPEN else None
    told = whose(compound.pk, [found], {plan.pk: plan.key}, now=now, day=day).get(found.pk, NOBODY)
    seen, whole = records.record_of(compound.pk, found.pk, found.route_id)
    reviews = records.reviews_of(compound.pk, found.pk)
    mine = any(each.person_id == request.actor.person_id for place in seen for each in place.answers)
    mine = mine or any(each.person_id == request.actor.person_id for each in whole)
    words, tone = STATES[found.state]
    keeper = keeps(request.actor)
    done = found.state == State.DONE
    counts = [one.answers[0] for one in seen if one.answers]
    return render(
        request,
        "rounds/one.html",
        {
            "compound": compound,
            "round": found,
            "plan": plan,
            "duty": duty_name(found.duty),
            "state": words,
            "tone": tone,
            "late": done and found.done_at is not None and found.done_at > found.due_at,
            "part": _part(found),
            "who": who_line(told),
            "whose": told,
            "may_assign": keeper and found.state in OPEN,
            "assign_day": max(
                localdate(found.opens_at), min(localdate(), localdate(found.due_at - timedelta(seconds=1)))
            ),
            "number": sum(one.number for one in counts),
            "normal": sum(one.normal for one in counts),
            "places": [
                {"point": place.point, "answers": [shown(one, compound) for one in place.answers]} for place in seen
            ],
            "whole": [shown(one, compound) for one in whole],
            "reviews": reviews,
            "signed": any(one.kind == Review.Kind.SIGN for one in reviews),
            "makes_up_for": found.makes_up_for,
            "made_up": queries.made_up(compound.pk, found.pk) if found.state == State.MISSED else None,
            "may_skip": keeper and found.state in OPEN and found.closes_at > now,
            "may_make_up": keeper and found.state == State.MISSED,
            "may_review": keeper and done and not mine,
            "own": keeper and done and mine,
            "form": ReviewForm(),
            "spots": [place.point for place in seen],
            "keeps": keeper,
            "refused": refused,
        },
        status=status,
    )


def shown(answer: Answer, compound: Compound) -> dict[str, Any]:
    """An answer as pages show it."""
    words, tone = OUTCOMES[answer.outcome]
    return {
        "answer": answer,
        "badge": words,
        "tone": tone,
        "flags": [FLAGS[one] for one in answer.flags if one in FLAGS],
        "results": [
            {**one, "badge": OUTCOMES[one["outcome"]][0], "tone": OUTCOMES[one["outcome"]][1]}
            for one in answer.results
            if one["outcome"] != "normal"
        ],
        "photos": [
            reverse("documents:file", args=[compound.code, one.file.ref])
            for one in answer.shown
            if one.file is not None
        ],
        "missing": sum(one.file_id is None for one in answer.shown),
        "apart": abs((answer.received_at - answer.happened_at).total_seconds()) > 60,  # noqa: PLR2004  a minute
    }


@require_POST
@keepers
def step(request: ActingRequest, compound: Compound, occurrence: int, step: str) -> HttpResponse:
    """Skip it, have it made up for, sign it, write down a spot check."""
    found = _found(compound, occurrence)
    now = timezone.now()
    common: dict[str, Any] = {
        "compound_id": compound.pk, "occurrence_id": found.pk, "by": request.actor, "now": now,
    }  # fmt: skip
    form: Any = ReviewForm(request.POST) if step in {"sign", "spot"} else ReasonForm(request.POST)
    if step not in {"skip", "make-up", "sign", "spot"}:
        raise Http404
    if not form.is_valid():
        return _one(request, compound, found, refused=str(next(iter(form.errors.values()))[0]), status=422)
    given = form.cleaned_data

    def effect() -> str:
        to = found.pk
        if step == "skip":
            actions.skip(reason=given["reason"], **common)
            messages.success(request, _("已定为免做，原因已记下。"))
        elif step == "make-up":
            to = actions.make_up(**common).pk
            messages.success(request, _("已安排补做，没有做的那一次会保留。"))
        elif step == "sign":
            actions.sign(agrees=given["agrees"], note=given["note"], **common)
            messages.success(request, _("已复核。"))
        else:
            point = request.POST.get("point", "")
            point_id = int(point) if point.isascii() and point.isdigit() and len(point) < 19 else 0  # noqa: PLR2004
            actions.spot_check(point_id=point_id, agrees=given["agrees"], note=given["note"], **common)
            messages.success(request, _("抽查已记下。"))
        return reverse("rounds_one", args=[compound.code, to])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _one(request, compound, found, refused=said.text, status=said.status)


@require_safe
@never_cache
@keepers
def review(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What waits for a word: answers, conflicts; or everything that was flagged."""
    return _review(request, compound)


def _review(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    show = "flagged" if request.GET.get("show") == "flagged" else "waiting"
    rows = records.flagged(compound.pk) if show == "flagged" else records.to_review(compound.pk)
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    conflicts = records.conflicts(compound.pk) if show == "waiting" else []
    waiting = records.waiting(compound.pk)
    return render(
        request,
        "rounds/review.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_review", waiting=waiting),
            "tabs": [
                {"url": "?show=waiting", "label": _("待核"), "active": show == "waiting", "count": waiting},
                {"url": "?show=flagged", "label": _("有异样的"), "active": show == "flagged", "count": None},
            ],
            "rows": [shown(one, compound) for one in page.object_list],
            "page": page,
            "show": show,
            "conflicts": [
                {
                    "row": one,
                    "photos": [
                        reverse("documents:file", args=[compound.code, each.file.ref])
                        for each in one.photos.all()
                        if each.file is not None
                    ],
                }
                for one in conflicts
            ],
            "me": request.actor.person_id,
            "refused": refused,
        },
        status=status,
    )


@require_POST
@keepers
def judge(request: ActingRequest, compound: Compound, round_answer: int) -> HttpResponse:
    """Say whether an answer counts."""
    now = timezone.now()
    form = ReasonForm(request.POST)
    counts = request.POST.get("counts") == "yes"

    def effect() -> str:
        actions.judge(
            compound_id=compound.pk, answer_id=round_answer, counts=counts, reason=form.cleaned_data["reason"],
            by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, _("已算数。") if counts else _("已定为不作数。"))
        return reverse("rounds_review", args=[compound.code])

    if not form.is_valid():
        return _review(request, compound, refused=str(form.errors["reason"][0]), status=422)
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _review(request, compound, refused=said.text, status=said.status)


@require_POST
@keepers
def conflict_seen(request: ActingRequest, compound: Compound, round_conflict: int) -> HttpResponse:
    """Note that both were looked at."""
    now = timezone.now()

    def effect() -> str:
        actions.saw_conflict(compound_id=compound.pk, conflict_id=round_conflict, by=request.actor, now=now)
        messages.success(request, _("已记下。"))
        return reverse("rounds_review", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _review(request, compound, refused=said.text, status=said.status)
