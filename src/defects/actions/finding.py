"""Where defects come from: a report at a label that the desk accepts, an answer of a round, somebody's own eyes.

At one piece one is open for one item: what is found once more adds to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from defects.actions.change import (
    Change,
    allow,
    allow_keeping,
    clock,
    everyone_in,
    keep_photos,
    kept,
    line,
    lock_list,
    managers,
    tell,
    tie_photos,
)
from defects.actions.sending import send_on
from defects.models import MAX_ADDRESS, MAX_NAME, MAX_WORDS, OPEN, Defect, Photo, Rung, Source
from defects.permissions import finds
from defects.refusals import BadInput, NoSuchThing, OutOfState
from defects.rules.ladder import MANAGER, due_at, rungs
from defects.rules.severity import graver, severity
from equipment.actions.reports import settle
from equipment.models import Piece, Report, ReportPhoto
from equipment.rules.standards import standards
from lifecycle.typed import said
from rounds.hooks import Failure
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.refs import new_ref

ON_THE_SPOT = "当场处理好"
LATEST_BACK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. ``piece`` or a place of a round (``point_id``); ``item`` "" is the piece as a whole.

    ``graded`` is what the standard proposes for the item; ``found_by`` 0 is somebody unnamed.
    """

    piece: Piece | None
    item: str
    item_name: str
    words: str
    source: str
    found_at: datetime
    found_by: int
    found_as: str
    place: str = ""
    point_id: int | None = None
    graded: str = ""
    stopped_at: datetime | None = None
    file_ids: tuple[int, ...] = ()


@transaction.atomic
def enter(
    *,
    compound_id: int,
    piece_id: int,
    item: str,
    words: str,
    photos: Sequence[Any] = (),
    found_at: datetime | None = None,
    stopped: bool = False,
    by: Actor,
    now: datetime,
) -> Defect:
    """Enter what somebody of the firm found on duty or in passing; it is sent to be repaired at once.

    Refused: NotPermitted (not_yours), BadInput (no_such_piece, unknown_item, say_what, too_long, found_in_future,
    found_too_long_ago, too_many_photos), OutOfState (piece_gone), FileRefused.
    """
    allow(by, compound_id, finds(by))
    compound = lock_list(compound_id)
    piece = _piece(compound_id, piece_id)
    items = items_of(piece)
    if item and item not in items:
        raise BadInput("unknown_item", field="item")
    text = said(words, "words", MAX_WORDS, needed="" if item else "say_what")
    since = found_at or now
    if since > now:
        raise BadInput("found_in_future", field="found_at")
    if (now - since).days > LATEST_BACK_DAYS:
        raise BadInput("found_too_long_ago", field="found_at", most=str(LATEST_BACK_DAYS))
    found = Found(
        piece=piece, item=item, item_name=items[item][0] if item else whole_of(piece), words=text or items[item][0],
        source=Source.HAND, found_at=since, found_by=by.person_id, found_as=by.signature,
        graded=items[item][1] if item else "", stopped_at=since if stopped else None,
    )  # fmt: skip
    return _take_in(compound, found, by=by, now=now, uploads=photos)


@transaction.atomic
def accept_report(*, compound_id: int, report_id: int, by: Actor, now: datetime) -> Defect:
    """Make a defect of what somebody reported at a label; the report is settled with its number.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (report_seen, piece_gone).
    """
    allow_keeping(by, compound_id)
    compound = lock_list(compound_id)
    report: Report | None = Report.objects.filter(compound_id=compound_id, pk=report_id).first()
    if report is None:
        raise NoSuchThing
    if report.seen_at is not None:
        raise OutOfState("report_seen")
    piece = _piece(compound_id, report.piece_id)
    name, graded = items_of(piece).get(report.item, (whole_of(piece), ""))
    files = ReportPhoto.objects.filter(compound_id=compound_id, report=report).order_by("pk")
    found = Found(
        piece=piece, item=report.item, item_name=name, words=report.words or name, source=Source.REPORT,
        found_at=report.at, found_by=0, found_as="扫码报告", graded=graded,
        file_ids=tuple(files.values_list("file_id", flat=True)),
    )  # fmt: skip
    made = _take_in(compound, found, by=by, now=now, report=report)
    settle(compound_id=compound_id, report_id=report_id, outcome=f"已记为故障 {made.number}", by=by, now=now)
    return made


def hear(failures: Sequence[Failure], by: Actor, now: datetime) -> None:
    """Take in what answers of rounds say is not in order. Nothing is refused, and what was told before changes nothing.

    What was put right on the spot is a defect that waits for its re-check, without a request.
    """
    if not failures:
        return
    compound = lock_list(failures[0].compound_id)
    pieces = {
        one.pk: one
        for one in Piece.objects.filter(
            compound_id=compound.pk, pk__in={one.piece_id for one in failures if one.piece_id is not None}
        )
    }
    for one in failures:
        words = "：".join(part for part in (one.value if one.value != "bad" else "", one.note) if part)
        found = Found(
            piece=pieces.get(one.piece_id or 0), item=one.item[:20], item_name=one.name[:MAX_NAME],
            words=(words or one.name)[:MAX_WORDS], source=Source.ROUND, found_at=one.found_at, found_by=one.found_by,
            found_as=one.found_as, place=one.place, point_id=one.point_id, graded=one.severity,
            file_ids=tuple(dict.fromkeys(one.photo_ids)),
        )  # fmt: skip
        _take_in(compound, found, by=by, now=now, answer_id=one.answer_id, fixed=one.fixed)


def items_of(piece: Piece) -> dict[str, tuple[str, str]]:
    """What may be wrong with a piece: by key the name and the grade."""
    kind = standards().kinds.get(piece.kind)
    return {one.key: (one.name, one.severity) for one in (kind.items if kind else ()) if one.type != "photo"}


def whole_of(piece: Piece) -> str:
    """What a defect is called that names no item: the piece itself."""
    kind = standards().kinds.get(piece.kind)
    return f"{piece.number} {kind.name if kind else piece.kind}"[:MAX_NAME]


def _piece(compound_id: int, piece_id: int) -> Piece:
    found: Piece | None = Piece.objects.filter(compound_id=compound_id, pk=piece_id).first()
    if found is None:
        raise BadInput("no_such_piece", field="piece")
    if found.state == Piece.State.GONE:
        raise OutOfState("piece_gone")
    return found


def _take_in(
    compound: Compound,
    found: Found,
    *,
    by: Actor,
    now: datetime,
    uploads: Sequence[Any] = (),
    answer_id: int | None = None,
    report: Report | None = None,
    fixed: bool = False,
) -> Defect:
    """The open defect with this added, or a new one; the compound is locked."""
    there = _open(compound.pk, found)
    if there is None:
        made = _make(compound, found, by=by, now=now, answer_id=answer_id, report=report)
    elif answer_id is not None and there.events.filter(answer_id=answer_id).exists():
        return there
    else:
        made = _add(there, found, by=by, now=now, answer_id=answer_id, report=report)
    tie_photos(made, found.file_ids, Photo.Stage.FOUND, now)
    keep_photos(made, uploads, Photo.Stage.FOUND, by, now)
    if fixed:
        change = Change(made, "repair", by, now)
        change.move()
        change.set(
            repaired_at=found.found_at, repaired_by=found.found_by, repaired_as=found.found_as, method=ON_THE_SPOT
        )
        change.save(ON_THE_SPOT)
    elif finds(by):
        send_on(made, compound=compound, by=by, now=now)
    return made


def _open(compound_id: int, found: Found) -> Defect | None:
    rows = Defect.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, item=found.item, state__in=OPEN
    )
    if found.piece is None and found.point_id is None:
        return None
    there: Defect | None = (
        rows.filter(piece=found.piece)
        if found.piece is not None
        else rows.filter(piece__isnull=True, point_id=found.point_id)
    ).first()
    return there


def _make(
    compound: Compound, found: Found, *, by: Actor, now: datetime, answer_id: int | None, report: Report | None
) -> Defect:
    piece = found.piece
    kind = piece.kind if piece is not None else ""
    grade = severity(found.graded, kind=kind, stopped=found.stopped_at is not None)
    critical = grade == "critical"
    # Hours are counted from when the firm could know: a report that waited is not the ladder's fault.
    since = min(found.found_at, now) if found.source != Source.REPORT else now
    made: Defect = Defect.objects.create(
        compound=compound,
        ref=new_ref(),
        number=_number(compound.pk, now),
        piece=piece,
        point_id=None if piece is not None else found.point_id,
        kind=kind,
        item=found.item,
        item_name=found.item_name[:MAX_NAME],
        place=(place_of(piece) if piece is not None else found.place)[:MAX_ADDRESS],
        severity=grade,
        source=found.source,
        words=found.words,
        found_at=found.found_at,
        found_by=found.found_by,
        found_as=found.found_as,
        due_at=due_at(since, critical=critical),
        stopped_at=found.stopped_at,
    )
    line(made, "found", found.words, by, now, answer_id=answer_id, report=report).save()
    here = managers(everyone_in(compound.pk, now))
    Rung.objects.bulk_create(
        [
            Rung(
                compound_id=compound.pk, defect=made, rung=one.rung, at=one.at,
                told_at=now if one.rung == MANAGER else None,
                told=_names(here) if one.rung == MANAGER else [],
            )
            for one in rungs(since, critical=critical)
        ]
    )  # fmt: skip
    kept(made, "found", {"state": [None, made.state], "severity": [None, grade]}, by, now)
    told = {one.person_id for one in here}
    # The manager who enters it knows; nobody else need say so.
    tell(made, told, "defects.found", by=clock(compound.pk) if by.person_id not in told else by, now=now)
    return made


def _names(here: Sequence[Any]) -> list[str]:
    return [f"{one.name} {one.organisation}"[:160] for one in here]


def _add(
    there: Defect, found: Found, *, by: Actor, now: datetime, answer_id: int | None, report: Report | None
) -> Defect:
    change = Change(there, "again", by, now)
    # A late answer of before the repair is one more witness, not a repair that did not hold.
    if there.repaired_at is None or found.found_at > there.repaired_at:
        change.move()
    change.set(times=there.times + 1)
    grade = graver(there.severity, severity(found.graded, kind=there.kind, stopped=found.stopped_at is not None))
    if found.stopped_at is not None and there.stopped_at is None:
        change.set(stopped_at=found.stopped_at, restored_at=None)
    regrade(change, grade)
    return change.save(f"{found.found_as}：{found.words}", answer_id=answer_id, report=report)


def regrade(change: Change, grade: str) -> None:
    """Another severity; what is graver is due earlier, and the ladder with it. What was told stays told."""
    defect = change.defect
    if grade == defect.severity:
        return
    critical = grade == "critical"
    was = defect.critical
    change.set(severity=grade)
    if critical == was:
        return
    first = Rung.objects.get(compound_id=defect.compound_id, defect=defect, rung=MANAGER).at
    change.set(due_at=due_at(first, critical=critical))
    for one in rungs(first, critical=critical):
        Rung.objects.filter(compound_id=defect.compound_id, defect=defect, rung=one.rung, told_at__isnull=True).update(
            at=one.at
        )


def place_of(piece: Piece) -> str:
    """Which piece and where, with its number."""
    kind = standards().kinds.get(piece.kind)
    return " ".join(part for part in (piece.number, kind.name if kind else "", piece.address) if part)


def _number(compound_id: int, now: datetime) -> str:
    """The next number of the year; the compound is locked."""
    prefix = f"GZ{localtime(now).year}"
    last = (
        Defect.objects.filter(compound_id=compound_id, number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:06}"
