"""Rules as rows, for the pages on which they are read and set: what holds, what comes, and every version before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from parties.models import Jurisdiction, Post
from repairs.models import CityDeadline, CityReply, DeadlinePolicy, PlaceCode, PlaceSheet, ReplyTemplate, RoutingRule
from repairs.rules.categories import CATEGORIES, Term, terms
from repairs.rules.replies import DEFAULTS
from repairs.rules.routing import Rule
from tenancy.models import Area, Compound

VERSIONS = 30


# --- routing ----------------------------------------------------------------------------------------------------------
def routing_versions(*, compound_id: int) -> QuerySet[RoutingRule]:
    """Every version of every rule of a compound, the latest first, with building, firm and ``worker_name``."""
    found: QuerySet[RoutingRule] = (
        RoutingRule.objects.filter(compound_id=compound_id)
        .select_related("building", "company")
        .annotate(worker_name=Subquery(Post.objects.filter(pk=OuterRef("post_id")).values("person__name")[:1]))
        .order_by("-since", "-pk")
    )
    return found


def routing_now(*, compound_id: int) -> list[RoutingRule]:
    """The rules that hold, in the order in which they are asked. One statement."""
    return list(routing_versions(compound_id=compound_id).filter(ended_at__isnull=True).order_by("position", "rule"))


def routing_before(*, compound_id: int, rows: Iterable[RoutingRule]) -> dict[tuple[int, int], RoutingRule]:
    """The version before each of these, by (rule, version). One statement."""
    wanted = Q(pk__in=())
    for row in rows:
        wanted |= Q(rule=row.rule, version=row.version - 1)
    return {(row.rule, row.version): row for row in routing_versions(compound_id=compound_id).filter(wanted)}


def as_rule(row: RoutingRule) -> Rule:
    """A row as the rules ask it."""
    return Rule(
        rule=row.rule,
        version=row.version,
        position=row.position,
        target=row.target,
        category=row.category,
        place=row.place,
        building_id=row.building_id,
        urgent=row.urgent,
        hours=row.hours,
        company_id=row.company_id,
        post_id=row.post_id,
        receiver=row.receiver,
    )


# --- deadlines --------------------------------------------------------------------------------------------------------
AnyDeadline = DeadlinePolicy | CityDeadline


def cities_of(organisation_id: int, on: date) -> list[Area]:
    """The cities for which a body of the administration answers on a day, by code. One statement."""
    return list(
        Area.objects.filter(
            level=Area.Level.CITY,
            pk__in=Jurisdiction.objects.filter(organisation_id=organisation_id, starts__lte=on)
            .exclude(ends__lt=on)
            .values("area_id"),
        ).order_by("code")
    )


def _city_above(compound_id: int) -> Any:
    return Compound.objects.filter(pk=compound_id).values("community__parent__parent_id")


def compound_deadlines(*, compound_id: int) -> QuerySet[DeadlinePolicy]:
    """Every version of a compound's own deadlines, the latest first."""
    found: QuerySet[DeadlinePolicy] = DeadlinePolicy.objects.filter(compound_id=compound_id)
    return found.order_by("-changed_at", "-pk")


def city_deadlines(*, area_id: int) -> QuerySet[CityDeadline]:
    """Every version of a city's deadlines, the latest first."""
    return CityDeadline.objects.filter(area_id=area_id).order_by("-changed_at", "-pk")


@dataclass(frozen=True, slots=True)
class Held:
    """The terms that hold for a category, ordinary or urgent, and where they come from: compound, city or default.

    ``tightened`` when they were set for ordinary requests and urgency made them shorter. ``row`` is the version that set
    them, ``coming`` what has been set for later, the next first.
    """

    category: str
    urgent: bool
    respond: Term
    finish: Term
    source: str
    tightened: bool
    row: AnyDeadline | None
    coming: tuple[AnyDeadline, ...]


def deadlines(*, now: datetime, compound_id: int | None = None, area_id: int | None = None) -> list[Held]:
    """The table of deadlines of a compound as filings read it (``queries.given_terms``), or of a city alone.

    Two statements for a compound, one for a city.
    """
    still = Q(ended_at__isnull=True) | Q(ended_at__gt=now)
    own = list(DeadlinePolicy.objects.filter(still, compound_id=compound_id)) if compound_id is not None else []
    city = list(
        CityDeadline.objects.filter(still, area_id__in=_city_above(compound_id or 0) if area_id is None else [area_id])
    )
    sources = (("compound", own), ("city", city))
    return [_held(category, urgent, sources, now) for category in CATEGORIES for urgent in (False, True)]


def _held(category: str, urgent: bool, sources: Iterable[tuple[str, list[Any]]], now: datetime) -> Held:
    begun: dict[tuple[bool, str], AnyDeadline] = {}
    coming: list[AnyDeadline] = []
    for source, rows in sources:
        for row in rows:
            if row.category != category:
                continue
            if row.since > now:
                # What was put off before it began has no time of its own.
                if row.urgent == urgent and (row.ended_at is None or row.ended_at > row.since):
                    coming.append(row)
            elif (row.urgent, source) not in begun or begun[row.urgent, source].version < row.version:
                begun[row.urgent, source] = row
    for for_urgent in (True, False) if urgent else (False,):
        for source in ("compound", "city"):
            row = begun.get((for_urgent, source))
            given = terms_of(row) if row is not None else None
            if given is not None:
                respond, finish = terms(
                    category, urgent=urgent, respond=given[0], finish=given[1], for_urgent=for_urgent
                )
                tightened = (respond, finish) != given
                return Held(category, urgent, respond, finish, source, tightened, row, _next_first(coming))
    respond, finish = terms(category, urgent=urgent)
    return Held(category, urgent, respond, finish, "default", False, None, _next_first(coming))  # noqa: FBT003


def _next_first(rows: list[AnyDeadline]) -> tuple[AnyDeadline, ...]:
    return tuple(sorted(rows, key=lambda row: (row.since, row.version)))


def terms_of(row: AnyDeadline) -> tuple[Term, Term] | None:
    """What a version says; None when it says that what stands above holds again."""
    if row.respond_minutes is None or row.finish_minutes is None:
        return None
    return Term(row.respond_minutes, row.respond_basis), Term(row.finish_minutes, row.finish_basis)


# --- reply templates --------------------------------------------------------------------------------------------------
AnyReply = ReplyTemplate | CityReply


@dataclass(frozen=True, slots=True)
class Offered:
    """One ready sentence: from where (compound, city, default), and its row where it has one.

    ``used`` says whether staff are offered it: only the nearest of a step are.
    """

    step: str
    title: str
    text: str
    source: str
    row: AnyReply | None
    used: bool


def replies(*, compound_id: int | None = None, area_id: int | None = None) -> dict[str, list[Offered]]:
    """Every ready sentence by step, the compound's before the city's before the portal's: two statements, one for a city."""
    own = list(_standing(compound_replies(compound_id=compound_id))) if compound_id is not None else []
    above = (
        city_replies(area_id=area_id)
        if area_id is not None
        else CityReply.objects.filter(area_id__in=_city_above(compound_id or 0))
    )
    every: list[tuple[str, str, str, str, AnyReply | None]] = [
        *(("compound", row.step, row.title, row.text, row) for row in own),
        *(("city", row.step, row.title, row.text, row) for row in _standing(above)),
        *(("default", one.step, one.title, one.text, None) for one in DEFAULTS),
    ]
    nearest: dict[str, str] = {}
    found: dict[str, list[Offered]] = {step: [] for step in ReplyTemplate.Step.values}
    for source, step, title, text, row in every:
        used = nearest.setdefault(step, source) == source
        found[step].append(Offered(step, title, text, source, row, used))
    return found


def _standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(ended_at__isnull=True).order_by("reply")


def compound_replies(*, compound_id: int) -> QuerySet[ReplyTemplate]:
    """Every version of a compound's own templates, the latest first."""
    found: QuerySet[ReplyTemplate] = ReplyTemplate.objects.filter(compound_id=compound_id)
    return found.order_by("-since", "-pk")


def city_replies(*, area_id: int) -> QuerySet[CityReply]:
    """Every version of a city's templates, the latest first."""
    return CityReply.objects.filter(area_id=area_id).order_by("-since", "-pk")


# --- place codes ------------------------------------------------------------------------------------------------------
def places_used(*, compound_id: int) -> QuerySet[PlaceCode]:
    """The codes in use, building by building."""
    found: QuerySet[PlaceCode] = PlaceCode.objects.filter(compound_id=compound_id, retired_at__isnull=True)
    return found.select_related("building").order_by("building__position", "building__name", "place_text", "pk")


def places_retired(*, compound_id: int) -> list[PlaceCode]:
    """The codes that were taken out of use last. One statement."""
    rows = PlaceCode.objects.filter(compound_id=compound_id, retired_at__isnull=False)
    return list(rows.select_related("building").order_by("-retired_at", "-pk")[:VERSIONS])


def labelled(*, compound_id: int, sheet: int | None) -> list[PlaceCode]:
    """What a label sheet prints: the chosen codes that are still in use, or all. Two statements at most."""
    rows = places_used(compound_id=compound_id).select_related("building", "compound")
    if sheet is None:
        return list(rows)
    chosen = PlaceSheet.objects.filter(compound_id=compound_id, pk=sheet).first()
    return list(rows.filter(code__in=chosen.codes)) if chosen is not None else []
