"""派单规则: the ordered list in sentences, its changes with every version, and the test box."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from duty.queries import on_duty
from parties.queries import holders, serving_company
from premises.queries import buildings
from repairs import rule_rows as rows
from repairs.actions import routing
from repairs.forms import NoForm
from repairs.models import RoutingRule
from repairs.permissions import may_set_rules
from repairs.rule_forms import AskForm, MoveForm, RuleForm
from repairs.rule_words import Names, Sentence, gets_it, sentence, why_not
from repairs.rules.routing import Rule
from repairs.views.paging import part
from repairs.views.rules.posting import manager, post, readers
from tenancy.access import ActingRequest
from tenancy.models import Compound

# How the form names what ``rules.routing`` says.
_URGENT = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sentences and forms of one compound are filled from: names, and who works for the firm today."""

    names: Names
    workers: list[tuple[int, str]]
    buildings: list[tuple[int, str]]
    company_id: int | None
    company: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as the list shows it; ``number`` is its place, ``draft`` whether it is the one that is being written."""

    row: RoutingRule | None
    number: int
    words: Sentence
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule that the test box asked: its place, its sentence, and why it did not hold ("" for the one that did)."""

    number: int
    words: Sentence
    why: str
    draft: bool


@require_safe
@never_cache
@readers
def rules(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The rules that hold, and the test box (``?category=``)."""
    return _list(request, compound)


def _list(
    request: ActingRequest, compound: Compound, *, refused: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    found = rows.routing_now(compound_id=compound.pk)
    known = _standing(compound, found, now)
    asked = AskForm(request.GET if "category" in request.GET else None, buildings=known.buildings)
    verdict = None
    if asked.is_bound:
        verdict = _verdict(compound, [rows.as_rule(row) for row in found], asked, known, now)
        status = status if verdict or status != HTTPStatus.OK else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request,
        "repairs/rules/routing.html",
        {
            "compound": compound,
            "rules": [
                Shown(row, number, sentence(rows.as_rule(row), known.names), number == 1, number == len(found))
                for number, row in enumerate(found, start=1)
            ],
            "may_set": may_set_rules(request.actor),
            "asked": asked,
            "verdict": verdict,
            "errors": refused.non_field_errors() if refused is not None else [],
        },
        status=status,
    )


@require_safe
@never_cache
@readers
def history(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every version of every rule, the latest first: who changed what, and from when to when it held."""
    page = part(rows.routing_versions(compound_id=compound.pk), request.GET.get("page"), rows.VERSIONS)
    before = rows.routing_before(compound_id=compound.pk, rows=page.rows)
    names = _standing(compound, [*page.rows, *before.values()], timezone.now()).names

    def was(row: RoutingRule) -> Sentence | None:
        last = before.get((row.rule, row.version - 1))
        return sentence(rows.as_rule(last), names) if last is not None else None

    return render(
        request,
        "repairs/rules/history.html",
        {
            "compound": compound,
            "on": "routing",
            "back": reverse("repairs_routing", args=[compound.code]),
            "title": _("派单规则的修改记录"),
            "page": page,
            "versions": [_version(row, sentence(rows.as_rule(row), names), was(row)) for row in page.rows],
        },
    )


def _version(row: RoutingRule, words: Sentence, was: Sentence | None) -> dict[str, Any]:
    return {"row": row, "words": str(words), "was": str(was) if was is not None and str(was) != str(words) else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@manager
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Add a rule at the end of the list, or try it first."""
    return _edit(request, compound, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@manager
def change(request: ActingRequest, compound: Compound, rule: int) -> HttpResponse:
    """Put a new version in the place of a rule, or try it first; with every version before."""
    return _edit(request, compound, rule)


def _edit(request: ActingRequest, compound: Compound, rule: int | None) -> HttpResponse:
    now = timezone.now()
    found = rows.routing_now(compound_id=compound.pk)
    versions = []
    if rule is not None:
        if all(row.rule != rule for row in found):
            raise Http404
        versions = list(rows.routing_versions(compound_id=compound.pk).filter(rule=rule)[: rows.VERSIONS])
    known = _standing(compound, [*found, *versions], now)
    own = request.actor.organisation_id
    given = {"buildings": known.buildings, "workers": known.workers}
    if request.method != "POST":
        last = next((row for row in found if row.rule == rule), None)
        form = RuleForm(initial=_typed(last, own) if last is not None else {"target": "duty"}, **given)
        return _form(request, compound, form, known, rule=rule, versions=versions)
    form = RuleForm(request.POST, **given)
    trying = "try" in request.POST
    asked = AskForm(request.POST if trying else None, buildings=known.buildings, prefix="ask")
    if not form.is_valid() or (trying and not asked.is_valid()):
        return _form(request, compound, form, known, rule=rule, versions=versions, asked=asked, status=422)
    draft = form.draft()
    if trying:
        verdict = _verdict(compound, _with(found, rule, draft, own), asked, known, now, draft=rule or 0)
        return _form(request, compound, form, known, rule=rule, versions=versions, asked=asked, verdict=verdict)

    def effect() -> str:
        routing.save_rule(compound_id=compound.pk, rule=rule, draft=draft, by=request.actor, now=now)
        return reverse("repairs_routing", args=[compound.code])

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said=_("规则已保存，从现在起的新报修按它派。"),
        again=lambda status: _form(request, compound, form, known, rule=rule, versions=versions, status=status),
    )


@require_POST
@manager
def move(request: ActingRequest, compound: Compound, rule: int) -> HttpResponse:
    """One place up or down."""
    now = timezone.now()
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _list(request, compound, refused=form, status=422)

    def effect() -> str:
        up = form.cleaned_data["way"] == "up"
        routing.move_rule(compound_id=compound.pk, rule=rule, up=up, by=request.actor, now=now)
        return f"{reverse('repairs_routing', args=[compound.code])}#rule-{rule}"

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said="",
        again=lambda status: _list(request, compound, refused=form, status=status),
    )


@require_POST
@manager
def end(request: ActingRequest, compound: Compound, rule: int) -> HttpResponse:
    """Take a rule away."""
    now = timezone.now()
    form = NoForm(request.POST)

    def effect() -> str:
        routing.end_rule(compound_id=compound.pk, rule=rule, by=request.actor, now=now)
        return reverse("repairs_routing", args=[compound.code])

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said=_("规则已停用，修改记录里还看得到。"),
        again=lambda status: _list(request, compound, refused=form, status=status),
    )


def _standing(compound: Compound, found: list[RoutingRule], now: datetime) -> Standing:
    """Three statements: the buildings, the firm, and who holds a post here today."""
    firm = serving_company(compound.pk, localdate(now))
    people = holders(compound.pk, localdate(now))
    workers = [one for one in people if one.party == "company" and one.role == "worker"]
    built = [(building.pk, building.name) for building in buildings(compound.pk)]
    names = Names(
        buildings={**{row.building.pk: row.building.name for row in found if row.building is not None}, **dict(built)},
        firms={row.company.pk: row.company.name for row in found if row.company is not None},
        workers={
            **{row.post_id: row.worker_name or "" for row in found if row.post_id is not None},  # type: ignore[attr-defined]
            **{one.post_id: one.name for one in workers},
        },
        here={one.post_id for one in workers},
    )
    company_id, company = (firm.pk, firm.name) if firm is not None else (None, "")
    return Standing(names, [(one.post_id, one.name) for one in workers], built, company_id, company)


def _verdict(
    compound: Compound,
    found: list[Rule],
    asked: AskForm,
    known: Standing,
    now: datetime,
    *,
    draft: int | None = None,
) -> dict[str, Any] | None:
    """What the test box answers: who gets it, and every rule that was tried; None for a question that is none."""
    if not asked.is_valid():
        return None
    given = asked.cleaned_data
    at = given["at"] or now
    verdict = routing.ask(
        found,
        category=given["category"],
        place=given["place"],
        building_id=given["building"],
        urgent=given["urgent"],
        company_id=known.company_id,
        now=at,
    )
    duty = verdict.rule is not None and verdict.rule.target == "duty"
    then = on_duty(compound.pk, at) if duty else []
    names = replace(known.names, firms={known.company_id or 0: known.company, **known.names.firms})
    return {
        "at": at,
        "who": gets_it(verdict.rule, names, [one.name for one in then if one.organisation_id == known.company_id]),
        "held": verdict.rule is not None,
        "tried": [
            Tried(
                number,
                sentence(tried.rule, names),
                why_not(tried.rule, tried.failed, names),
                draft is not None and tried.rule.rule == draft,
            )
            for number, tried in enumerate(verdict.tried, start=1)
        ],
    }


def _with(found: list[RoutingRule], rule: int | None, draft: routing.RuleDraft, own: int | None) -> list[Rule]:
    """The rules as they would be with the draft: in the place of its rule, or behind all."""
    every = [rows.as_rule(row) for row in found]
    if rule is None:
        last = replace(draft, position=routing.LAST).rule(number=0, company_id=own)
        # Behind those that stand in the same place.
        return [*(replace(one, position=index) for index, one in enumerate(every)), last]
    return [
        replace(draft, position=one.position).rule(number=rule, company_id=own) if one.rule == rule else one
        for one in every
    ]


def _typed(row: RoutingRule, own: int | None) -> dict[str, Any]:
    """A rule as the form shows it."""
    return {
        "category": row.category,
        "place": row.place,
        "building": row.building_id,
        "urgent": _URGENT[row.urgent],
        "hours": row.hours,
        "own_contract": row.company_id is not None and row.company_id == own,
        "target": row.target,
        "worker": row.post_id,
        "receiver": row.receiver,
    }


def _form(
    request: ActingRequest,
    compound: Compound,
    form: RuleForm,
    known: Standing,
    *,
    rule: int | None,
    versions: list[RoutingRule],
    asked: AskForm | None = None,
    verdict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    blank = AskForm(buildings=known.buildings, prefix="ask")
    return render(
        request,
        "repairs/rules/routing_form.html",
        {
            "compound": compound,
            "form": form,
            "rule": rule,
            "asked": asked if asked is not None and asked.is_bound else blank,
            "verdict": verdict,
            "versions": [_version(row, sentence(rows.as_rule(row), known.names), None) for row in versions],
        },
        status=status,
    )
