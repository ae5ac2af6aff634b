"""Reads of defects. All run inside the compound's scope but where said."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import make_aware

from defects.models import OPEN, Correction, Defect, Event, FireNotice, FundRequest, Photo, Rung, Severity
from defects.permissions import reads, watches
from documents.models import StoredFile
from elections.models import Item
from equipment.models import Piece, Report, Stop
from tenancy.actor import Actor

SHOWN = ("open", "overdue", "check", "cleared", "dropped")
MOST_CHOICES = 100
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is asked for: which part (one of ``SHOWN``), words in number, place and request, a severity."""

    show: str = "open"
    words: str = ""
    severity: str = ""


def seen_by(actor: Actor, now: datetime) -> QuerySet[Defect]:
    """What the actor may see: the firm all; whoever watches what is open and overdue, and what is open and critical."""
    rows: QuerySet[Defect] = Defect.objects.all()
    if reads(actor):
        return rows
    if not watches(actor):
        return rows.none()
    return rows.filter(Q(due_at__lte=now) | Q(severity=Severity.CRITICAL), state__in=OPEN)


def defects(actor: Actor, compound_id: int, wanted: Wanted, now: datetime) -> QuerySet[Defect]:
    """The list: what is open by when it is due, what is over the latest first."""
    rows = _part(seen_by(actor, now).filter(compound_id=compound_id), wanted.show, now)
    if wanted.severity:
        rows = rows.filter(severity=wanted.severity)
    for word in wanted.words.split()[:4]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(place__icontains=word)
            | Q(item_name__icontains=word)
            | Q(repair__number__icontains=word)
        )
    rows = rows.select_related("repair")
    if wanted.show in {"cleared", "dropped"}:
        return rows.order_by("-found_at", "-pk")
    return rows.order_by("due_at", "pk")


def _part(rows: QuerySet[Defect], show: str, now: datetime) -> QuerySet[Defect]:
    if show == "overdue":
        return rows.filter(state__in=OPEN, due_at__lte=now)
    if show == "check":
        return rows.filter(state="repaired")
    if show in {"cleared", "dropped"}:
        return rows.filter(state=show)
    return rows.filter(state__in=OPEN)


def counts(compound_id: int, now: datetime) -> dict[str, int]:
    """How many there are of each part. One statement."""
    found = Defect.objects.filter(compound_id=compound_id).aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        overdue=Count("pk", filter=Q(state__in=OPEN, due_at__lte=now)),
        check=Count("pk", filter=Q(state="repaired")),
        cleared=Count("pk", filter=Q(state="cleared")),
        dropped=Count("pk", filter=Q(state="dropped")),
    )
    return dict(found)


def defect_for(actor: Actor, *, compound_id: int, ref: str, now: datetime) -> Defect | None:
    """One defect that the actor may see. One statement."""
    found: Defect | None = (
        seen_by(actor, now)
        .filter(compound_id=compound_id, ref=ref)
        .select_related("repair", "piece", "stop", "compound")
        .first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Parts:
    """All that hangs on a defect."""

    photos: list[Photo]
    events: list[Any]
    corrections: list[Correction]
    rungs: list[Rung]
    fire: list[FireNotice]
    fund: FundRequest | None


def parts_of(defect: Defect) -> Parts:
    """Six statements."""
    return Parts(
        photos=list(defect.photos.select_related("file").order_by("pk")),
        events=list(defect.events.order_by("pk")),
        corrections=list(defect.corrections.order_by("pk")),
        rungs=rungs_of(defect),
        fire=list(defect.fire_notices.order_by("told_at", "pk")),
        fund=defect.fund_requests.select_related("item__poll").first(),
    )


def rungs_of(defect: Defect) -> list[Rung]:
    """The ladder of a defect, by when its steps are due. One statement."""
    return list(defect.rungs.order_by("at", "pk"))


def fund_items(compound_id: int) -> list[Item]:
    """What the owners vote or voted on the use of the fund. One statement."""
    return list(
        Item.objects.filter(compound_id=compound_id, matter="use_fund").select_related("poll").order_by("-pk")[:50]
    )


def open_stops(compound_id: int) -> list[Stop]:
    """Stops that were approved and are not over. One statement."""
    return list(Stop.objects.filter(compound_id=compound_id, state__in=["approved", "stopped"]).order_by("-pk")[:50])


def new_reports(compound_id: int) -> int:
    """How many reports at labels wait. One statement."""
    return Report.objects.filter(compound_id=compound_id, seen_at__isnull=True).count()


def pieces(compound_id: int, words: str) -> list[Piece]:
    """Pieces whose number or place holds these words. One statement."""
    rows = Piece.objects.filter(compound_id=compound_id).exclude(state=Piece.State.GONE)
    for word in words.split()[:4]:
        rows = rows.filter(Q(number__icontains=word) | Q(address__icontains=word))
    return list(rows.order_by("position", "number", "pk")[:MOST_CHOICES])


def live_piece(compound_id: int, piece_id: int) -> Piece | None:
    """One piece that is not gone. One statement."""
    found: Piece | None = (
        Piece.objects.filter(compound_id=compound_id, pk=piece_id).exclude(state=Piece.State.GONE).first()
    )
    return found


def rows_of_form(compound_id: int, first: datetime, after: datetime) -> list[Defect]:
    """What was found in that time, in order, with all that form B.1 shows. Four statements."""
    return list(
        Defect.objects.filter(compound_id=compound_id, found_at__gte=first, found_at__lt=after)
        .exclude(state="dropped")
        .prefetch_related("corrections", "fire_notices", "rungs")
        .select_related("repair")
        .order_by("found_at", "pk")
    )


def photo_files(photos: Iterable[Photo], stage: str) -> list[StoredFile]:
    """Of the photos those of one stage."""
    return [one.file for one in photos if one.stage == stage]


def may_read_photo(actor: Actor, stored: StoredFile) -> bool:
    """Who sees photos of defects: the firm."""
    return reads(actor) and stored.compound_id in actor.compound_ids


def compounds_with_steps(now: datetime) -> list[int]:
    """Where a step of a ladder is due. Runs across compounds."""
    there = Defect.objects.filter(compound_id=OuterRef("compound_id"), pk=OuterRef("defect_id"), state__in=OPEN)
    found = Rung.objects.filter(Exists(there), told_at__isnull=True, at__lte=now)
    return sorted(set(found.values_list("compound_id", flat=True)))


def became(compound_id: int, answer_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """What was made of what rounds found, in words for forms: by answer and item. One statement."""
    rows = (
        Event.objects.filter(compound_id=compound_id, answer_id__in=list(answer_ids))
        .select_related("defect__repair")
        .order_by("pk")
    )
    return {(one.answer_id or 0, one.defect.item): _became(one.defect) for one in rows}


def _became(one: Defect) -> str:
    request = f"报修单 {one.repair.number}" if one.repair is not None else ""
    return " ".join(part for part in (one.number, request, str(one.get_state_display())) if part)


def faulty(compound_id: int, piece_ids: Collection[int], _now: datetime) -> dict[int, str]:
    """Of some pieces those with an open defect, as plans mark them. One statement."""
    found = Defect.objects.filter(compound_id=compound_id, piece__in=list(piece_ids), state__in=OPEN)
    return {piece: "fault" for piece in found.values_list("piece_id", flat=True) if piece is not None}


def report_lines(compound_id: int, first: date, last: date) -> list[str]:
    """What the firm's regular report says of faults found from one day to another, and of what is still open. One statement."""
    begins, ends = make_aware(datetime.combine(first, time())), make_aware(datetime.combine(last, time.max))
    found = Q(found_at__gte=begins, found_at__lte=ends)
    counted = (
        Defect.objects.filter(compound_id=compound_id)
        .exclude(state="dropped")
        .aggregate(
            found=Count("pk", filter=found),
            cleared=Count("pk", filter=Q(cleared_at__gte=begins, cleared_at__lte=ends)),
            open=Count("pk", filter=Q(state__in=OPEN)),
            critical=Count("pk", filter=Q(state__in=OPEN, severity=Severity.CRITICAL)),
        )
    )
    if not counted["found"] and not counted["cleared"] and not counted["open"]:
        return []
    grave = f"，其中严重的 {counted['critical']} 处" if counted["critical"] else ""
    told = (
        f"查出故障 {counted['found']} 处，修好并由另一人复查销号 {counted['cleared']} 处；"
        f"现在还没有销号的 {counted['open']} 处{grave}。"
    )
    return [told]
