"""The week of duty: everyone of the firm reads it, the desk writes it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from duty import permissions, queries
from duty.actions import planning
from duty.actions.change import weekdays_text
from duty.forms import PatternForm, ShiftForm, WeekForm
from duty.queries import OnDuty
from duty.rules import Span
from duty.views.posting import Said, post
from parties.queries import Holder, holders
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

firm = in_compound(parties=permissions.PARTIES)
desk = in_compound(parties=permissions.PARTIES, roles=permissions.PLANNING)


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift in the grid: its hours in short; ``past`` when it is over, ``now`` when it runs."""

    shift: OnDuty
    hours: str
    past: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with its gaps in words; ``over`` when it is behind us."""

    day: date
    today: bool
    over: bool
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One person with the shifts of each of the seven days."""

    name: str
    role: str
    cells: list[list[Cell]]


@require_safe
@never_cache
@firm
def week(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The grid of one week, ``?week=`` any day of it."""
    return _week(request, compound)


def _week(request: ActingRequest, compound: Compound, *, said: Said | None = None) -> HttpResponse:
    now = timezone.now()
    chosen = WeekForm(request.GET).chosen(localdate(now))
    span = queries.week_of(chosen)
    # Weeks of a firm that served before are not this firm's to read.
    own = request.actor.organisation_id
    found = [one for one in queries.shifts_between(compound.pk, span) if one.organisation_id == own]
    first = localdate(span.starts)
    days = [first + timedelta(days=number) for number in range(7)]
    on = [one for one in found if one.starts_at <= now < one.ends_at]
    return render(
        request,
        "duty/week.html",
        {
            "compound": compound,
            "days": [
                Day(day, day == localdate(now), day < localdate(now), _gaps_of(day, found, span, now)) for day in days
            ],
            "rows": _rows(found, days, now),
            "on": on,
            "first": first,
            "last": days[-1],
            "before": first - timedelta(days=7),
            "after": first + timedelta(days=7),
            "this_week": first <= localdate(now) <= days[-1],
            "may_plan": permissions.may_plan(request.actor),
            "now": now,
            "said": said.text if said else "",
        },
        status=said.status if said else 200,
    )


def _rows(found: list[OnDuty], days: list[date], now: Any) -> list[Row]:
    people: dict[int, Row] = {}
    for one in sorted(found, key=lambda shift: (shift.name, shift.post_id)):
        row = people.setdefault(one.post_id, Row(one.name, one.role_label, [[] for _ in days]))
        day = max(localdate(one.starts_at), days[0])
        if day in days:
            cell = Cell(one, _hours(one), one.ends_at <= now, one.starts_at <= now < one.ends_at)
            row.cells[days.index(day)].append(cell)
    return list(people.values())


def _hours(one: OnDuty) -> str:
    return f"{localtime(one.starts_at):%H:%M}–{localtime(one.ends_at):%H:%M}"


def _gaps_of(day: date, found: list[OnDuty], week_span: Span, now: Any) -> list[str]:
    """The uncovered hours of a day that is not over; none in a week without any shift."""
    start = week_span.starts + (day - localdate(week_span.starts))
    within = Span(max(start, now), start + timedelta(days=1))
    if not found or within.ends <= now:
        return []
    return [f"{localtime(gap.starts):%H:%M}–{_end(gap, within)}" for gap in queries.gaps(found, within)]


def _end(gap: Span, within: Span) -> str:
    return "24:00" if gap.ends == within.ends else f"{localtime(gap.ends):%H:%M}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@desk
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Write one shift by hand."""
    now = timezone.now()
    people = _people(request, compound)
    if request.method != "POST":
        first = {
            "day": WeekForm({"week": request.GET.get("day", "")}).chosen(localdate(now)),
            "starts": "18:00",
            "ends": "08:00",
        }
        return _form(request, compound, ShiftForm(people=people, initial=first), "duty/shift.html")
    form = ShiftForm(request.POST, people=people)
    if not form.is_valid():
        return _form(request, compound, form, "duty/shift.html", status=422)
    span = form.span()

    def effect() -> str:
        planning.add_shift(
            compound_id=compound.pk,
            post_id=form.cleaned_data["post"],
            span=span,
            phone=form.cleaned_data["phone"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已排班，并通知了本人。"))
        return f"{reverse('duty_week', args=[compound.code])}?week={form.cleaned_data['day']}"

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _form(request, compound, form, "duty/shift.html", status=said.status)


@require_POST
@desk
def cancel(request: ActingRequest, compound: Compound, shift_id: int) -> HttpResponse:
    """Take a shift off the plan."""
    now = timezone.now()

    def effect() -> str:
        found = planning.cancel_shift(compound_id=compound.pk, shift_id=shift_id, by=request.actor, now=now)
        messages.success(request, _("已取消，并通知了本人。"))
        return f"{reverse('duty_week', args=[compound.code])}?week={localdate(found.starts_at)}"

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _week(request, compound, said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@desk
def patterns(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The weekly patterns, and a form for a new one."""
    now = timezone.now()
    people = _people(request, compound)
    if request.method != "POST":
        first = {"since": localdate(now), "starts": "18:00", "ends": "08:00", "weekdays": list(range(7))}
        return _patterns(request, compound, PatternForm(people=people, initial=first))
    form = PatternForm(request.POST, people=people)
    if not form.is_valid():
        return _patterns(request, compound, form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        planning.add_pattern(
            compound_id=compound.pk,
            post_id=given["post"],
            weekdays=given["weekdays"],
            starts=given["starts"],
            ends=given["ends"],
            phone=given["phone"],
            since=given["since"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已按每周排好，往后四周的班都在表里。"))
        return reverse("duty_patterns", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _patterns(request, compound, form, status=said.status)


@require_POST
@desk
def end_pattern(request: ActingRequest, compound: Compound, pattern_id: int) -> HttpResponse:
    """End a weekly pattern."""
    now = timezone.now()

    def effect() -> str:
        planning.end_pattern(compound_id=compound.pk, pattern_id=pattern_id, by=request.actor, now=now)
        messages.success(request, _("已停止，往后的班取消了。"))
        return reverse("duty_patterns", args=[compound.code])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _patterns(request, compound, PatternForm(people=_people(request, compound)), status=said.status)


def _people(request: ActingRequest, compound: Compound) -> list[Holder]:
    if not permissions.may_plan(request.actor):
        raise PermissionDenied
    return [one for one in holders(compound.pk, localdate()) if one.party == request.actor.party]


def _form(
    request: ActingRequest, compound: Compound, form: forms.Form, template: str, *, status: int = 200
) -> HttpResponse:
    return render(request, template, {"compound": compound, "form": form}, status=status)


def _patterns(request: ActingRequest, compound: Compound, form: PatternForm, *, status: int = 200) -> HttpResponse:
    rows = [one for one in queries.patterns(compound.pk, localdate()) if one.until is None]
    shown = [(one, weekdays_text(one.weekdays)) for one in rows]
    return render(request, "duty/patterns.html", {"compound": compound, "form": form, "rows": shown}, status=status)
