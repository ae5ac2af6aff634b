"""What anyone reports at a label, without signing in; and what the desk makes of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.crypto import digest
from documents.actions import store_image
from equipment import queries
from equipment.actions.change import allow_keeping, clock, desk, event, everyone_in, keep, tell
from equipment.models import MAX_REASON, MAX_WORDS, Piece, Report, ReportPhoto
from equipment.refusals import BadInput, NoSuchThing, OutOfState, Refused
from equipment.rules.standards import standards
from lifecycle.typed import said
from tenancy.actor import Actor
from tenancy.models import Compound

PHOTO = "equipment.report"
PER_DAY = 20
MAX_PHOTOS = 3
# Photos that labels of one compound take in on a day, from however many places: whoever cannot be asked may not fill the store.
PHOTOS_PER_DAY = 200
SAME_WITHIN = timedelta(minutes=10)


class TooMany(Refused):
    """More reports from one place than a day can bring (429)."""

    status = 429


@transaction.atomic
def report(
    *,
    compound_id: int,
    code: str,
    item: str,
    words: str,
    origin: str,
    now: datetime,
    photos: Sequence[Any] = (),
) -> Report:
    """Report a fault of the piece with this label. ``origin`` is where it comes from (an address), kept as a digest of a day.

    The same said once more within ten minutes is the same report, and takes the photos in that it has not. Nothing is
    decoded before the limits were asked. Refused: NoSuchThing, OutOfState (piece_gone), BadInput (unknown_item, say_what,
    too_long, too_many_photos), TooMany (too_many_reports, photos_full), FileRefused.
    """
    label = queries.label_of(compound_id, code)
    if label is None:
        raise NoSuchThing
    piece: Piece = label.piece
    if piece.state == Piece.State.GONE:
        raise OutOfState("piece_gone")
    items = {one.key: one for one in standards().kinds[piece.kind].items if one.type != "photo"}
    if item and item not in items:
        raise BadInput("unknown_item", field="item")
    text = said(words, "words", MAX_WORDS, needed="" if item else "say_what")
    if len(photos) > MAX_PHOTOS:
        raise BadInput("too_many_photos", field="photos", most=str(MAX_PHOTOS))
    source = digest(f"equipment:{origin}")
    same: Report | None = Report.objects.filter(
        compound_id=compound_id, origin=source, piece=piece, item=item, words=text, at__gte=now - SAME_WITHIN
    ).first()
    if same is not None:
        if photos and not same.photos.exists():
            _keep_photos(same, photos, now)
        return same
    if queries.reports_from(compound_id, source, now - timedelta(days=1)) >= PER_DAY:
        raise TooMany("too_many_reports")
    made: Report = Report.objects.create(
        compound_id=compound_id, piece=piece, item=item, words=text, at=now, origin=source
    )
    _keep_photos(made, photos, now)
    by = clock(compound_id)
    said_so = "；".join(part for part in (items[item].name if item else "", text) if part)
    event(piece, "report", said_so, by, now).save()
    tell(
        Compound.objects.get(pk=compound_id), desk(everyone_in(compound_id, now)), "equipment.report", link="reports/",
        by=by, now=now, key=f"equipment.report:{made.pk}", piece=str(piece), said=said_so[:60],
    )  # fmt: skip
    keep(
        compound_id=compound_id, verb="report", target=f"equipment.report:{made.pk}",
        changes={"piece": [None, str(piece)], "photos": [None, len(photos)]}, by=by, now=now,
    )  # fmt: skip
    return made


def _keep_photos(made: Report, photos: Sequence[Any], now: datetime) -> None:
    if not photos:
        return
    if queries.photos_since(made.compound_id, now - timedelta(days=1)) + len(photos) > PHOTOS_PER_DAY:
        raise TooMany("photos_full")
    by = clock(made.compound_id)
    for upload in photos:
        stored = store_image(compound_id=made.compound_id, by=by, upload=upload, purpose=PHOTO, now=now)
        ReportPhoto.objects.create(compound_id=made.compound_id, report=made, file=stored, at=now)


@transaction.atomic
def settle(*, compound_id: int, report_id: int, outcome: str, by: Actor, now: datetime) -> Report:
    """Say what became of a report. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (report_seen), BadInput
    (say_outcome, too_long).
    """
    allow_keeping(by, compound_id)
    found: Report | None = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("piece")
        .filter(compound_id=compound_id, pk=report_id)
        .first()
    )
    if found is None:
        raise NoSuchThing
    if found.seen_at is not None:
        raise OutOfState("report_seen")
    found.outcome = said(outcome, "outcome", MAX_REASON, needed="say_outcome")
    found.seen_at, found.seen_as = now, by.signature
    found.save(update_fields=["outcome", "seen_at", "seen_as"])
    event(found.piece, "settle", found.outcome, by, now).save()
    keep(
        compound_id=compound_id, verb="report", target=f"equipment.report:{found.pk}",
        changes={"outcome": [None, found.outcome]}, by=by, now=now,
    )  # fmt: skip
    return found


def forget_origins(*, compound_id: int, now: datetime) -> int:
    """Empty what is kept of where reports came from once its day is over. May be repeated."""
    return (
        Report.objects.filter(compound_id=compound_id, at__lt=now - timedelta(days=1))
        .exclude(origin="")
        .update(origin="")
    )
