"""常用回复: ready sentences by step, a compound's before its city's before the portal's, with every version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from repairs import rule_rows as rows
from repairs.actions import replies as actions
from repairs.forms import NoForm
from repairs.models import ReplyTemplate
from repairs.permissions import may_set_rules
from repairs.rule_forms import ReplyForm
from repairs.rule_rows import Offered
from repairs.rule_words import SOURCES
from repairs.views.paging import part
from repairs.views.rules.cities import Cities, cities
from repairs.views.rules.posting import manager, officers, post, readers
from tenancy.access import ActingRequest
from tenancy.models import Area, Compound

Step = ReplyTemplate.Step
_TONES = {"compound": "good", "city": "info", "default": "neutral"}


@dataclass(frozen=True, slots=True)
class Where:
    """Whose templates: a compound's or a city's. ``compound_id`` is where the form's key is kept."""

    compound: Compound | None
    cities: Cities | None
    compound_id: int
    save: Callable[..., Any]
    end: Callable[..., Any]

    @property
    def area(self) -> Area | None:
        """The city."""
        return self.cities.area if self.cities is not None else None

    @property
    def own(self) -> str:
        """The source of its own templates."""
        return "compound" if self.compound is not None else "city"

    def offered(self) -> dict[str, list[Offered]]:
        """The templates by step."""
        if self.compound is not None:
            return rows.replies(compound_id=self.compound.pk)
        return rows.replies(area_id=self.area.pk if self.area is not None else 0)

    def versions(self) -> Any:
        """Every version."""
        if self.compound is not None:
            return rows.compound_replies(compound_id=self.compound.pk)
        return rows.city_replies(area_id=self.area.pk if self.area is not None else 0)

    def url(self, name: str, *more: int, **query: str) -> str:
        """The address of one of its pages."""
        if self.cities is not None:
            return self.cities.url(name, *more, **query)
        code = self.compound.code if self.compound is not None else ""
        address = reverse(f"repairs_{name}", args=[code, *more])
        return f"{address}?{urlencode(query)}" if query else address


def _of(compound: Compound) -> Where:
    def save(**given: Any) -> Any:
        return actions.save_reply(compound_id=compound.pk, **given)

    def end_(**given: Any) -> Any:
        return actions.end_reply(compound_id=compound.pk, **given)

    return Where(compound, None, compound.pk, save, end_)


def _of_the_city(request: ActingRequest) -> Where:
    chosen = cities(request)

    def save(**given: Any) -> Any:
        return actions.save_city_reply(area_id=chosen.area.pk, **given)

    def end_(**given: Any) -> Any:
        return actions.end_city_reply(area_id=chosen.area.pk, **given)

    return Where(None, chosen, min(request.actor.compound_ids), save, end_)


@require_safe
@never_cache
@readers
def replies(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What staff are offered at each step, and where it comes from."""
    return _list(request, _of(compound), may_set=may_set_rules(request.actor))


@require_safe
@never_cache
@officers
def city_replies(request: ActingRequest) -> HttpResponse:
    """A city's templates."""
    return _list(request, _of_the_city(request), may_set=True)


def _list(
    request: ActingRequest,
    where: Where,
    *,
    may_set: bool,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    found = where.offered()
    steps = [
        {
            "step": step,
            "label": Step(step).label,
            "used": [_shown(one, where) for one in found[step] if one.used],
            "rest": [_shown(one, where) for one in found[step] if not one.used],
        }
        for step in Step.values
    ]
    return render(
        request,
        "repairs/rules/replies.html",
        {
            "compound": where.compound,
            "area": where.area,
            "switch": where.cities.switch("replies") if where.cities is not None else [],
            "deadlines": where.cities.url("deadlines") if where.cities is not None else "",
            "replies": where.cities.url("replies") if where.cities is not None else "",
            "steps": steps,
            "may_set": may_set,
            "new": where.url("reply_new"),
            "history": where.url("replies_history"),
            "errors": refused.non_field_errors() if refused is not None else [],
        },
        status=status,
    )


def _shown(one: Offered, where: Where) -> dict[str, Any]:
    own = one.row is not None and one.source == where.own
    key = one.row.reply if own and one.row is not None else None
    return {
        "one": one,
        "source": SOURCES[one.source],
        "tone": _TONES[one.source],
        "edit": where.url("reply", key) if key is not None else "",
        "end": where.url("reply_end", key) if key is not None else "",
        "copy": where.url("reply_new", step=one.step, title=one.title, text=one.text),
    }


@require_safe
@never_cache
@readers
def history(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every version of a compound's templates."""
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
            "back": where.url("replies"),
            "title": _("常用回复的修改记录"),
            "page": page,
            "versions": [_version(row) for row in page.rows],
        },
    )


def _version(row: Any) -> dict[str, Any]:
    return {"row": row, "words": f"{row.get_step_display()} · {row.title}：{row.text}"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@manager
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Add a template; ``?step=``, ``title`` and ``text`` fill the form in."""
    return _edit(request, _of(compound), None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@manager
def change(request: ActingRequest, compound: Compound, reply: int) -> HttpResponse:
    """Put a new version in the place of a template."""
    return _edit(request, _of(compound), reply)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def city_new(request: ActingRequest) -> HttpResponse:
    """Add a city's template."""
    return _edit(request, _of_the_city(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers
def city_change(request: ActingRequest, reply: int) -> HttpResponse:
    """Put a new version in the place of a city's."""
    return _edit(request, _of_the_city(request), reply)


def _edit(request: ActingRequest, where: Where, reply: int | None) -> HttpResponse:
    now = timezone.now()
    versions = list(where.versions().filter(reply=reply)[: rows.VERSIONS]) if reply is not None else []
    last = next((row for row in versions if row.ended_at is None), None)
    if reply is not None and last is None:
        raise Http404
    if request.method != "POST":
        given = request.GET
        first = (
            {"step": last.step, "title": last.title, "text": last.text}
            if last is not None
            else {name: given.get(name, "")[:300] for name in ("step", "title", "text")}
        )
        return _form(request, where, ReplyForm(initial=first), versions)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _form(request, where, form, versions, status=422)

    def effect() -> str:
        where.save(reply=reply, by=request.actor, now=now, **form.cleaned_data)
        return where.url("replies")

    return post(
        request,
        compound_id=where.compound_id,
        now=now,
        effect=effect,
        form=form,
        said=_("已保存，办理报修时就能选。"),
        again=lambda status: _form(request, where, form, versions, status=status),
    )


def _form(
    request: ActingRequest, where: Where, form: ReplyForm, versions: list[Any], *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "repairs/rules/reply_form.html",
        {
            "compound": where.compound,
            "area": where.area,
            "form": form,
            "back": where.url("replies"),
            "versions": [_version(row) for row in versions],
        },
        status=status,
    )


@require_POST
@manager
def end(request: ActingRequest, compound: Compound, reply: int) -> HttpResponse:
    """Take a template away."""
    return _end(request, _of(compound), reply)


@require_POST
@officers
def city_end(request: ActingRequest, reply: int) -> HttpResponse:
    """Take a city's away."""
    return _end(request, _of_the_city(request), reply)


def _end(request: ActingRequest, where: Where, reply: int) -> HttpResponse:
    now = timezone.now()
    form = NoForm(request.POST)

    def effect() -> str:
        where.end(reply=reply, by=request.actor, now=now)
        return where.url("replies")

    return post(
        request,
        compound_id=where.compound_id,
        now=now,
        effect=effect,
        form=form,
        said=_("已停用，修改记录里还看得到。"),
        again=lambda status: _list(request, where, may_set=True, refused=form, status=status),
    )
