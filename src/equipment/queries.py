"""Reads of the register, of what runs out, of stops and reports. All run inside the compound's scope but where said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.timezone import localdate

from documents.models import StoredFile
from equipment.models import (
    Batch,
    Due,
    FloorPlan,
    Label,
    OwnRule,
    Paper,
    Piece,
    PieceEvent,
    Profile,
    Report,
    ReportPhoto,
    Run,
    Stop,
    Subject,
    Visit,
)
from equipment.permissions import reads, watches
from equipment.rules.due import OVERDUE, STEPS
from equipment.rules.standards import Asked, Part, Tighter, Yearly, asked_of, standards
from equipment.rules.visits import part_ends
from equipment.states import IMPORT, STOP
from premises.models import Building
from registers.rules.cells import building_key
from tenancy.actor import Actor
from tenancy.models import Compound

DEFAULT_UNIT = "high_rise"


def unit_of(compound_id: int) -> str:
    """The class of a compound. One statement."""
    found = Profile.objects.filter(compound_id=compound_id).values_list("unit", flat=True).first()
    return found or DEFAULT_UNIT


def own_rules(compound_id: int) -> QuerySet[OwnRule]:
    """The compound's own rules that hold."""
    found: QuerySet[OwnRule] = OwnRule.objects.filter(compound_id=compound_id, ended_at__isnull=True).order_by(
        "kind", "pk"
    )
    return found


def own_words(compound_id: int) -> list[Tighter]:
    """The same as the rules take them. One statement."""
    return [word_of(one) for one in own_rules(compound_id)]


def word_of(rule: OwnRule) -> Tighter:
    """One of them."""
    return Tighter(rule.kind, rule.subject, rule.place, rule.subtype, rule.every, rule.years, rule.then)


def asked_for(piece: Piece) -> list[Asked]:
    """What is asked of a piece: from this rounds are made. Two statements."""
    return asked_of(
        piece.kind,
        place=piece.place,
        subtype=piece.subtype,
        unit=unit_of(piece.compound_id),
        own=own_words(piece.compound_id),
    )


# --- the register ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register is asked for: words in number and place, a kind, a building, a state ("live": all but gone)."""

    words: str = ""
    kind: str = ""
    building: int = 0
    state: str = "live"


def pieces(compound_id: int, wanted: Wanted | None = None) -> QuerySet[Piece]:
    """Pieces in the order of walking, each with the code of its label (``label_code``)."""
    asked = wanted or Wanted()
    found: QuerySet[Piece] = Piece.objects.filter(compound_id=compound_id)
    found = found.exclude(state=Piece.State.GONE) if asked.state == "live" else found.filter(state=asked.state)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.building:
        found = found.filter(building_id=asked.building)
    for word in asked.words.split()[:4]:
        found = found.filter(Q(number__icontains=word) | Q(address__icontains=word) | Q(unit__icontains=word))
    return found.annotate(label_code=Subquery(_label_now().values("code")[:1])).order_by("position", "number", "pk")


def _label_now() -> QuerySet[Label]:
    found: QuerySet[Label] = Label.objects.filter(
        compound_id=OuterRef("compound_id"), piece_id=OuterRef("pk"), replaced_at__isnull=True
    )
    return found


def piece_of(compound_id: int, piece_id: int) -> Piece | None:
    """One piece with its plan and the code of its label."""
    found: Piece | None = (
        Piece.objects.filter(compound_id=compound_id, pk=piece_id)
        .annotate(label_code=Subquery(_label_now().values("code")[:1]))
        .select_related("plan__file", "building")
        .first()
    )
    return found


def kinds_there(compound_id: int) -> list[tuple[str, int]]:
    """Which kinds there are, and how many pieces of each. One statement."""
    rows = (
        Piece.objects.filter(compound_id=compound_id)
        .exclude(state=Piece.State.GONE)
        .values_list("kind")
        .annotate(n=Count("pk"))
        .order_by("kind")
    )
    order = list(standards().kinds)
    return sorted(((kind, n) for kind, n in rows), key=lambda one: order.index(one[0]))


def labels_of(piece: Piece) -> list[Label]:
    """The labels that a piece had, the newest first."""
    return list(piece.labels.order_by("-pk"))


def events_of(piece: Piece) -> list[PieceEvent]:
    """What became of a piece, the newest first."""
    return list(piece.events.order_by("-pk")[:50])


def dues_of(piece: Piece) -> list[Due]:
    """What runs out of a piece, the nearest first."""
    return list(piece.dues.order_by(F("on").asc(nulls_first=True), "pk"))


def ends_in(compound_id: int, first: date, last: date) -> list[Due]:
    """What runs out of pieces from one day to another. One statement."""
    rows = Due.objects.filter(compound_id=compound_id, piece__isnull=False, on__gte=first, on__lte=last)
    return list(rows.select_related("piece").order_by("on", "pk"))


def upkeep(compound_id: int, actions: Sequence[str], first: date, last: date) -> list[PieceEvent]:
    """What was done to pieces from one day to another (both included), with the pieces, in order. One statement."""
    rows = PieceEvent.objects.filter(
        compound_id=compound_id, action__in=actions, at__date__gte=first, at__date__lte=last
    ).select_related("piece")
    return list(rows.order_by("at", "pk"))


def label_of(compound_id: int, code: str) -> Label | None:
    """A label, also an old one, with its piece. One statement."""
    found: Label | None = Label.objects.filter(compound_id=compound_id, code=code).select_related("piece").first()
    return found


def labelled(compound_id: int, piece_ids: Sequence[int] | None) -> list[Piece]:
    """The pieces of a sheet of labels (None: all that are not gone). One statement."""
    found = pieces(compound_id)
    return list(found if piece_ids is None else found.filter(pk__in=piece_ids))


def buildings(compound_id: int) -> list[Building]:
    """The compound's buildings in their order."""
    return list(Building.objects.filter(compound_id=compound_id).order_by("position", "name"))


def buildings_by_key(compound_id: int) -> dict[str, Building]:
    """The same by what makes two ways to write one building the same."""
    return {building_key(one.name): one for one in buildings(compound_id)}


def plans(compound_id: int) -> QuerySet[FloorPlan]:
    """The plan pictures in use."""
    found: QuerySet[FloorPlan] = (
        FloorPlan.objects.filter(compound_id=compound_id, retired_at__isnull=True)
        .annotate(n=Count("pieces", filter=~Q(pieces__state="gone")))
        .select_related("file")
        .order_by("name")
    )
    return found


def plan_of(compound_id: int, plan_id: int) -> FloorPlan | None:
    """One plan picture with its file."""
    found: FloorPlan | None = (
        FloorPlan.objects.filter(compound_id=compound_id, pk=plan_id, retired_at__isnull=True)
        .select_related("file")
        .first()
    )
    return found


def on_plan(plan: FloorPlan) -> list[Piece]:
    """The pieces on a plan."""
    return list(
        Piece.objects.filter(compound_id=plan.compound_id, plan=plan)
        .exclude(state=Piece.State.GONE)
        .order_by("position", "number")
    )


def over_on(plan: FloorPlan, today: date) -> set[int]:
    """The pieces on a plan of which something has run out. One statement."""
    found = Due.objects.filter(compound_id=plan.compound_id, piece__plan=plan, on__lt=today)
    return set(found.values_list("piece_id", flat=True))


def may_read_plan(actor: Actor, _stored: StoredFile) -> bool:
    """Who sees plan pictures and papers: the firm, and whoever watches over it."""
    return reads(actor) or watches(actor)


# --- imports -----------------------------------------------------------------------------------------------------------
def run_of(compound_id: int, ref: str) -> Run | None:
    """One import."""
    found: Run | None = Run.objects.filter(compound_id=compound_id, ref=ref).first()
    return found


def open_run(compound_id: int) -> Run | None:
    """The import that is open."""
    found: Run | None = (
        Run.objects.filter(compound_id=compound_id, state__in=IMPORT.open_values()).defer("content", "report").first()
    )
    return found


def runs(compound_id: int) -> list[Run]:
    """The latest imports, without their files."""
    return list(Run.objects.filter(compound_id=compound_id).defer("content", "report").order_by("-pk")[:20])


# --- what runs out -----------------------------------------------------------------------------------------------------
def dues(compound_id: int, show: str, today: date, *, critical: bool = False) -> QuerySet[Due]:
    """What runs out: "over" (overdue), "near" (within 90 days) or "unknown" (nobody knows the day)."""
    found: QuerySet[Due] = Due.objects.filter(compound_id=compound_id).select_related("piece", "paper", "subject")
    if critical:
        found = found.filter(critical=True)
    if show == "over":
        found = found.filter(on__lt=today)
    elif show == "unknown":
        found = found.filter(on__isnull=True)
    else:
        found = found.filter(on__gte=today, on__lte=today + timedelta(days=STEPS[0]))
    return found.order_by("on", "pk")


def due_counts(compound_id: int, today: date) -> dict[str, int]:
    """How many of each. One statement."""
    found: dict[str, int] = Due.objects.filter(compound_id=compound_id).aggregate(
        over=Count("pk", filter=Q(on__lt=today)),
        near=Count("pk", filter=Q(on__gte=today, on__lte=today + timedelta(days=STEPS[0]))),
        unknown=Count("pk", filter=Q(on__isnull=True)),
    )
    return found


def due_title(row: Due) -> str:
    """What runs out, in few words."""
    if row.piece is not None:
        return f"{row.piece.number} {row.name}"
    return row.paper.title if row.paper is not None else f"{row.subject.address} {row.name}"


def to_tell(today: date) -> QuerySet[Due]:
    """What is to be said today and was not yet, in whichever compounds the scope holds."""
    steps = Q(on__lt=today, told__gt=OVERDUE)
    for one in STEPS:
        steps |= Q(on__gte=today, on__lte=today + timedelta(days=one), told__gt=one)
    found: QuerySet[Due] = (
        Due.objects.filter(steps, on__lte=today + timedelta(days=STEPS[0]))
        .select_related("piece", "paper", "subject")
        .order_by("on", "pk")
    )
    return found


def compounds_with_work(now: datetime) -> list[int]:
    """Where something is to be said, or a stop is over its time. Runs across compounds."""
    today = localdate(now)
    found = set(to_tell(today).order_by().values_list("compound_id", flat=True).distinct())
    found |= set(late_stops(now).values_list("compound_id", flat=True))
    found |= set(
        Report.objects.filter(at__lt=now - timedelta(days=1)).exclude(origin="").values_list("compound_id", flat=True)
    )
    return sorted(found)


def papers(compound_id: int) -> list[Paper]:
    """The papers in force, what ends first on top."""
    return list(
        Paper.objects.filter(compound_id=compound_id, replaced_at__isnull=True)
        .select_related("file")
        .order_by("expires_on", "pk")
    )


def lacking(compound_id: int, there: Iterable[Paper], today: date) -> list[Yearly]:
    """What the compound owes each year and has no paper of that is in force."""
    unit = unit_of(compound_id)
    have = {paper.kind for paper in there if paper.expires_on >= today}
    return [one for one in standards().yearly if (not one.units or unit in one.units) and one.key not in have]


# --- away and stopped --------------------------------------------------------------------------------------------------
def unit_sizes(compound_id: int, unit: str) -> tuple[int, int, int]:
    """Of a placement unit, with what stands together counted singly: all, away, standing in for them. Two statements."""
    kinds = standards().removal.kinds
    total = Piece.objects.filter(compound_id=compound_id, unit=unit, kind__in=kinds).exclude(state=Piece.State.GONE)
    counted = total.aggregate(
        all=Sum("count", default=0),
        away=Sum("count", filter=Q(state=Piece.State.AWAY), default=0),
    )
    lent = sum(
        Batch.objects.filter(compound_id=compound_id, unit=unit, back_at__isnull=True).values_list("lent", flat=True)
    )
    return counted["all"], counted["away"], lent


def units(compound_id: int) -> list[tuple[str, int]]:
    """The placement units, and how many pieces each has. One statement."""
    return list(
        Piece.objects.filter(compound_id=compound_id)
        .exclude(state=Piece.State.GONE)
        .exclude(unit="")
        .values_list("unit")
        .annotate(n=Count("pk"))
        .order_by("unit")
    )


def of_unit(compound_id: int, unit: str) -> list[Piece]:
    """The pieces of a placement unit that are not away."""
    return list(
        Piece.objects.filter(compound_id=compound_id, unit=unit, state__in=[Piece.State.IN_USE, Piece.State.STOPPED])
        .order_by("position", "number")
    )  # fmt: skip


def batches(compound_id: int) -> list[Batch]:
    """What is away now, and the last that came back."""
    return list(
        Batch.objects.filter(compound_id=compound_id).order_by(F("back_at").desc(nulls_first=True), "-out_at")[:30]
    )


def batch_pieces(compound_id: int, rows: Iterable[Batch]) -> dict[int, Piece]:
    """The pieces of batches. One statement."""
    ids = {pk for row in rows for pk in row.piece_ids}
    return {one.pk: one for one in Piece.objects.filter(compound_id=compound_id, pk__in=ids)}


def stops(compound_id: int) -> QuerySet[Stop]:
    """Stops, what is open first."""
    found: QuerySet[Stop] = Stop.objects.filter(compound_id=compound_id).select_related("notice").order_by("-pk")
    return found


def stop_of(compound_id: int, ref: str) -> Stop | None:
    """One stop with its notice."""
    found: Stop | None = Stop.objects.filter(compound_id=compound_id, ref=ref).select_related("notice").first()
    return found


def late_stops(now: datetime) -> QuerySet[Stop]:
    """What still stands though its time is over, and nobody was told."""
    found: QuerySet[Stop] = Stop.objects.filter(state="stopped", ends_at__lt=now, late_told_at__isnull=True)
    return found


def open_stops(compound_id: int) -> list[Stop]:
    """What stands still or is to."""
    return list(Stop.objects.filter(compound_id=compound_id, state__in=STOP.open_values()).order_by("starts_at"))


# --- reports -----------------------------------------------------------------------------------------------------------
def reports(compound_id: int, *, new: bool) -> QuerySet[Report]:
    """What was reported at labels: new, or dealt with."""
    found: QuerySet[Report] = (
        Report.objects.filter(compound_id=compound_id, seen_at__isnull=new).select_related("piece").order_by("-pk")
    )
    return found


def photos_of(compound_id: int, rows: Iterable[Report]) -> dict[int, list[StoredFile]]:
    """The photos of reports, in the order of taking them in. One statement."""
    found: dict[int, list[StoredFile]] = {}
    ids = [one.pk for one in rows]
    for photo in ReportPhoto.objects.filter(compound_id=compound_id, report_id__in=ids).select_related("file"):
        found.setdefault(photo.report_id, []).append(photo.file)
    return found


def photos_since(compound_id: int, since: datetime) -> int:
    """How many photos labels of the compound took in since then."""
    return ReportPhoto.objects.filter(compound_id=compound_id, at__gte=since).count()


def may_read_report(actor: Actor, _stored: StoredFile) -> bool:
    """Who sees photos of what was reported: the firm."""
    return reads(actor)


def reports_from(compound_id: int, origin: str, since: datetime) -> int:
    """How often one place reported since then."""
    return Report.objects.filter(compound_id=compound_id, origin=origin, at__gte=since).count()


def new_reports(compound_id: int) -> int:
    """How many wait."""
    return Report.objects.filter(compound_id=compound_id, seen_at__isnull=True).count()


def piece_reported(piece: Piece) -> datetime | None:
    """When a fault of it was last reported that nobody has dealt with."""
    found: datetime | None = (
        piece.reports.filter(seen_at__isnull=True).order_by("-at").values_list("at", flat=True).first()
    )
    return found


# --- visits ------------------------------------------------------------------------------------------------------------
def subjects(compound_id: int, kind: str) -> QuerySet[Subject]:
    """The homes or houses of a kind of visit, what is due first on top, with the day (``due_on``)."""
    due = Due.objects.filter(compound_id=OuterRef("compound_id"), subject_id=OuterRef("pk"), what="visit")
    found: QuerySet[Subject] = (
        Subject.objects.filter(compound_id=compound_id, kind=kind, ended_at__isnull=True)
        .annotate(due_on=Subquery(due.values("on")[:1]))
        .order_by("due_on", "address", "pk")
    )
    return found


def subject_of(compound_id: int, subject_id: int) -> Subject | None:
    """One of them, with the day."""
    due = Due.objects.filter(compound_id=OuterRef("compound_id"), subject_id=OuterRef("pk"), what="visit")
    found: Subject | None = (
        Subject.objects.filter(compound_id=compound_id, pk=subject_id)
        .annotate(due_on=Subquery(due.values("on")[:1]))
        .first()
    )
    return found


def visits_of(subject: Subject) -> list[Visit]:
    """What came of the visits, the newest first."""
    return list(subject.visits.order_by("-visited_on", "-pk")[:50])


def parts_of(subject: Subject) -> list[tuple[Part, date]]:
    """What of a home wears out, and when: only what somebody has seen the date of."""
    kind = standards().visits[subject.kind]
    return [
        (part, part_ends(date.fromisoformat(subject.part_dates[part.what]), part.months))
        for part in kind.parts
        if part.what in subject.part_dates
    ]


def compound_public(code: str) -> Compound | None:
    """The compound of a label's address, for whoever has it in hand."""
    found: Compound | None = Compound.objects.filter(code=code).first()
    return found
