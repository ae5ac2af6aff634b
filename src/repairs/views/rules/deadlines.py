"""办理时限: what holds for each category and where it comes from, examples, changes, every version; and the city's above them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from repairs import rule_rows as rows
from repairs.actions import policies
from repairs.actions.change import deadline
from repairs.models import Category
from repairs.permissions import may_set_deadlines
from repairs.rule_forms import DeadlineForm, ExampleForm, typed_term
from repairs.rule_rows import Held
from repairs.rule_words import SOURCES, kind_text, term_text, version_text
from repairs.rules.categories import CATEGORIES, Term
from repairs.views.paging import part
from repairs.views.rules.cities import Cities, cities
from repairs.views.rules.posting import officers, post, readers, setters
from tenancy.access import ActingRequest
from tenancy.models import Area, Compound

# The two paces of a category, as an address names them.
PACES = {"ordinary": False, "urgent": True}
_FRIDAY, _EVENING = 4, 17


@dataclass(frozen=True, slots=True)
class Example:
    """When a request filed at a moment would be due, counted as filings count; ``certain`` when the calendar is known."""

    respond: datetime
    finish: datetime
    certain: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table."""

    held: Held
    label: str
    icon: str
    respond: str
    finish: str
    source: str
    tone: str
    edit: str
    example: Example
    coming: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Where:
    """Whose deadlines are set: a compound's or a city's. ``compound_id`` is where the form's key is kept."""

    compound: Compound | None
    cities: Cities | None
    compound_id: int
    page: str
    save: Callable[..., Any]

    @property
    def area(self) -> Area | None:
        """The city."""
        return self.cities.area if self.cities is not None else None

    @property
    def name(self) -> str:
        """Its name."""
        return self.compound.name if self.compound is not None else self.area.name if self.area is not None else ""

    def held(self, now: datetime) -> list[Held]:
        """The table."""
        if self.compound is not None:
            return rows.deadlines(now=now, compound_id=self.compound.pk)
        return rows.deadlines(now=now, area_id=self.area.pk if self.area is not None else 0)

    def versions(self) -> Any:
        """Every version."""
        if self.compound is not None:
            return rows.compound_deadlines(compound_id=self.compound.pk)
        return rows.city_deadlines(area_id=self.area.pk if self.area is not None else 0)

    def url(self, name: str, *more: str) -> str:
        """The address of one of its pages."""
        if self.cities is not None:
            return self.cities.url(name, *more)
        return reverse(f"repairs_{name}", args=[self.compound.code if self.compound is not None else "", *more])


def _of(compound: Compound) -> Where:
    def save(**given: Any) -> Any:
        return policies.set_deadlines(compound_id=compound.pk, **given)

    return Where(compound, None, compound.pk, "repairs/rules/deadlines.html", save)


def _of_the_city(request: ActingRequest) -> Where:
    chosen = cities(request)

    def save(**given: Any) -> Any:
        return policies.set_city_deadlines(area_id=chosen.area.pk, **given)

    return Where(None, chosen, min(request.actor.compound_ids), "repairs/rules/deadlines.html", save)


@require_safe
@never_cache
@readers
def deadlines(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The table of a compound, with an example (``?at=``)."""
    return _table(request, _of(compound), may_set=may_set_deadlines(request.actor))


@require_safe
@never_cache
@officers
def city_deadlines(request: ActingRequest) -> HttpResponse:
    """The table of a city."""
    return _table(request, _of_the_city(request), may_set=True)


def _table(request: ActingRequest, where: Where, *, may_set: bool) -> HttpResponse:
    now = timezone.now()
    form = ExampleForm(request.GET if "at" in request.GET else None, initial={"at": next_friday(now)})
    good = form.is_valid()
    at = (form.cleaned_data["at"] if good else None) or next_friday(now)
    return render(
        request,
        where.page,
        {
            "compound": where.compound,
            "area": where.area,
            "switch": where.cities.switch("deadlines") if where.cities is not None else [],
            "deadlines": where.cities.url("deadlines") if where.cities is not None else "",
            "replies": where.cities.url("replies") if where.cities is not None else "",
            "rows": [_shown(held, at, where) for held in where.held(now)],
            "may_set": may_set,
            "form": form,
            "at": at,
            "history": where.url("deadlines_history"),
        },
        status=422 if form.is_bound and not good else 200,
    )


@require_safe
@never_cache
@readers
def history(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every version of a compound's own deadlines."""
    return _history(request, _of(compound))


@require_safe
@never_cache
@officers
def city_history(request: ActingRequest) -> HttpResponse:
    """Every version of a city's."""
    return _history(request, _of_the_city(request))


def _history(request: ActingRequest, where: Where) -> HttpResponse:
    page = part(where.versions(), request.GET.get("page"), rows.VERSIONS)
    return render(
        request,
        "repairs/rules/history.html",
        {
            "compound": where.compound,
            "area": where.area,
            "back": where.url("deadlines"),
            "title": _("办理时限的修改记录"),
            "page": page,
            "versions": [{"row": row, "words": f"{kind_text(row)}：{version_text(row)}"} for row in page.rows],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@setters
def change(request: ActingRequest, compound: Compound, category: str, pace: str) -> HttpResponse:
    """Set a compound's deadlines of a category, or try them first."""
    return _edit(request, _of(compound), category, pace)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def city_change(request: ActingRequest, category: str, pace: str) -> HttpResponse:
    """Set a city's."""
    return _edit(request, _of_the_city(request), category, pace)


def _edit(request: ActingRequest, where: Where, category: str, pace: str) -> HttpResponse:
    if category not in CATEGORIES or pace not in PACES:
        raise Http404
    now = timezone.now()
    urgent = PACES[pace]
    held = next(one for one in where.held(now) if (one.category, one.urgent) == (category, urgent))
    if request.method != "POST":
        first = {**typed_term("respond", held.respond), **typed_term("finish", held.finish), "mode": "own"}
        form = DeadlineForm(initial={**first, "example": next_friday(now)})
        return _form(request, where, held, form)
    form = DeadlineForm(request.POST)
    if not form.is_valid():
        return _form(request, where, held, form, status=422)
    respond, finish = form.terms()
    if "try" in request.POST:
        at = form.cleaned_data["example"] or next_friday(now)
        return _form(request, where, held, form, tried=(at, respond, finish))

    def effect() -> str:
        where.save(
            category=category,
            urgent=urgent,
            respond=respond,
            finish=finish,
            since=form.begins(now),
            by=request.actor,
            now=now,
        )
        return where.url("deadlines")

    return post(
        request,
        compound_id=where.compound_id,
        now=now,
        effect=effect,
        form=form,
        said=_("时限已保存。已经报修的，仍按报修时的时限。"),
        again=lambda status: _form(request, where, held, form, status=status),
    )


def _form(
    request: ActingRequest,
    where: Where,
    held: Held,
    form: DeadlineForm,
    *,
    tried: tuple[datetime, Term | None, Term | None] | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = where.versions().filter(category=held.category, urgent=held.urgent)[: rows.VERSIONS]
    example = None
    if tried is not None and tried[1] is not None and tried[2] is not None:
        example = example_of(tried[1], tried[2], tried[0])
    return render(
        request,
        "repairs/rules/deadline_form.html",
        {
            "compound": where.compound,
            "area": where.area,
            "form": form,
            "held": held,
            "label": kind_text(held),
            "respond_now": term_text(held.respond),
            "finish_now": term_text(held.finish),
            "source": SOURCES[held.source],
            "back": where.url("deadlines"),
            "tried": tried is not None,
            "example_at": tried[0] if tried is not None else None,
            "example": example,
            "versions": [{"row": row, "words": version_text(row)} for row in versions],
        },
        status=status,
    )


def next_friday(now: datetime) -> datetime:
    """The next Friday, 17:00: half an hour before the office closes for the weekend."""
    today: date = localdate(now)
    ahead = (_FRIDAY - today.weekday()) % 7 or 7
    return localtime(now).replace(hour=_EVENING, minute=0, second=0, microsecond=0) + timedelta(days=ahead)


def example_of(respond: Term, finish: Term, at: datetime) -> Example:
    """When a request that is filed at a moment is due: both are counted from the filing."""
    first, known = deadline(respond, at)
    last, certain = deadline(finish, at)
    return Example(first, last, known and certain)


_TONES = {"compound": "good", "city": "info", "default": "neutral"}


def _shown(held: Held, at: datetime, where: Where) -> Shown:
    pace = "urgent" if held.urgent else "ordinary"
    return Shown(
        held=held,
        label=str(Category(held.category).label),
        icon=CATEGORIES[held.category].icon,
        respond=term_text(held.respond),
        finish=term_text(held.finish),
        source=str(SOURCES[held.source]),
        tone=_TONES[held.source],
        edit=where.url("deadline", held.category, pace),
        example=example_of(held.respond, held.finish, at),
        coming=[{"since": row.since, "words": version_text(row), "who": row.changed_as} for row in held.coming],
    )
