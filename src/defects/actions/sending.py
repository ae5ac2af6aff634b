"""Defects and repair requests: one request for what is wrong at one piece, linked both ways."""

from datetime import datetime

from django.db import transaction

from defects.actions.change import Change, allow, lock_list, locked
from defects.models import Defect, Photo, State
from defects.permissions import finds, reads
from defects.refusals import OutOfState
from defects.rules.secluded import is_secluded
from documents.models import StoredFile
from repairs.actions.feedback import check_off, reopen
from repairs.actions.filing import Draft, file_finding
from repairs.actions.remarks import remark
from repairs.models import Request
from repairs.permissions import may_remark_internally, speaks_for
from repairs.rules.periods import MAX_PLACE, MAX_REMARK, MAX_WORDS
from repairs.states import MACHINE
from tenancy.actor import Actor
from tenancy.models import Compound

DONE = frozenset({"finish", "settle"})
NO_NOTE = "报修单已完工"


@transaction.atomic
def send(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Defect:
    """Send a defect to be repaired: a request of the firm's own, with its number and photos.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on, repair_open).
    """
    allow(by, compound_id, finds(by))
    compound = lock_list(compound_id)
    defect = locked(compound_id, ref)
    if defect.repair is not None and defect.repair.is_open:
        raise OutOfState("repair_open", number=defect.repair.number)
    if defect.state != State.FOUND:
        raise OutOfState("defect_moved_on", state=str(defect.get_state_display()))
    return send_on(defect, compound=compound, by=by, now=now)


def send_on(defect: Defect, *, compound: Compound, by: Actor, now: datetime) -> Defect:
    """File the request, or join the one that is open for the same piece; nothing where one is open for it already."""
    if defect.state != State.FOUND or (defect.repair is not None and defect.repair.is_open):
        return defect
    change = Change(defect, "send", by, now)
    change.move()
    there = _for_piece(defect)
    if there is not None and may_remark_internally(by, there):
        remark(
            compound_id=compound.pk, ref=there.ref, text=f"还有：{words_of(defect)}"[:MAX_REMARK], internal=True, by=by,
            now=now,
        )  # fmt: skip
    request = there or _file(defect, compound, by, now)
    change.set(repair=request)
    return change.save(request.number)


def words_of(defect: Defect) -> str:
    """What a request says of a defect."""
    return f"{defect.number} {defect.item_name}：{defect.words}"


def _for_piece(defect: Defect) -> Request | None:
    if defect.piece_id is None:
        return None
    others = (
        Defect.objects.filter(
            compound_id=defect.compound_id, piece_id=defect.piece_id, state=State.FOUND, repair__isnull=False
        )
        .exclude(pk=defect.pk)
        .select_related("repair")
        .order_by("-pk")
    )
    return next((one.repair for one in others if one.repair.is_open), None)


def _is_secluded(defect: Defect) -> bool:
    """Whether it is where residents do not go, by its piece, or by the words of its place."""
    piece = defect.piece
    return is_secluded(
        kind=defect.kind, place=piece.place if piece is not None else "",
        words=f"{defect.place} {piece.address} {piece.floor}" if piece is not None else defect.place,
    )  # fmt: skip


def _file(defect: Defect, compound: Compound, by: Actor, now: datetime) -> Request:
    files = list(
        StoredFile.objects.filter(
            compound_id=defect.compound_id,
            pk__in=Photo.objects.filter(compound_id=defect.compound_id, defect=defect, stage=Photo.Stage.FOUND).values(
                "file_id"
            ),
        ).order_by("pk")
    )
    return file_finding(
        compound=compound,
        draft=Draft(
            category="fire", place="public", place_text=defect.place[:MAX_PLACE], words=words_of(defect)[:MAX_WORDS],
            urgent=defect.critical, unlisted=_is_secluded(defect),
        ),
        carried=[one for one in files if one.is_picture],
        by=by,
        now=now,
    )  # fmt: skip


# --- what the request hears of the defect, and the defect of the request ------------------------------------------------
def close_request(defect: Defect, *, by: Actor, now: datetime) -> None:
    """The re-check stands for the filer's word, once nothing else of the request waits for it."""
    request = _request(defect)
    if request is None or request.state != "awaiting" or not speaks_for(by, request):
        return
    others = Defect.objects.filter(compound_id=defect.compound_id, repair=request).exclude(pk=defect.pk)
    if not any(one.is_open for one in others):
        check_off(compound_id=defect.compound_id, ref=request.ref, comment=f"{defect.number} 复查合格", by=by, now=now)


def open_request_again(defect: Defect, reason: str, *, by: Actor, now: datetime) -> bool:
    """What failed the re-check goes back to the same request, where it can; says whether it did."""
    request = _request(defect)
    if request is None or not speaks_for(by, request):
        return False
    if (request.state, "reopen") not in {(source, t.action) for t in MACHINE.transitions for source in t.sources}:
        return False
    if request.closed_at is not None:
        return False
    reopen(compound_id=defect.compound_id, ref=request.ref, reason=reason, by=by, now=now)
    return True


def _request(defect: Defect) -> Request | None:
    if defect.repair_id is None:
        return None
    found: Request | None = Request.objects.filter(compound_id=defect.compound_id, pk=defect.repair_id).first()
    return found


def hear(request: Request, action: str, note: str, by: Actor, now: datetime) -> None:
    """A request of the firm's own changed: what it repaired waits for its re-check."""
    if action not in DONE:
        return
    rows = Defect.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=request.compound_id, repair=request, state=State.FOUND
    )
    for defect in rows.order_by("pk"):
        change = Change(defect, "repair", by, now)
        change.move()
        worker = request.worker_id if request.worker_id is not None else by.person_id
        change.set(
            repaired_at=now, repaired_by=worker, repaired_as=by.signature, method=(note or NO_NOTE)[:300],
        )  # fmt: skip
        if defect.stopped_at is not None and defect.restored_at is None:
            change.set(restored_at=now)
        change.save(note or NO_NOTE)


def origin(actor: Actor, request: Request) -> tuple[str, str] | None:
    """The defects of a request, for its page. One statement, none for whoever does not read them."""
    if not reads(actor):
        return None
    found = list(
        Defect.objects.filter(compound_id=request.compound_id, repair=request)
        .order_by("pk")
        .values_list("number", "ref")
    )
    if not found:
        return None
    code = request.compound.code
    address = f"/c/{code}/defects/{found[0][1]}/" if len(found) == 1 else f"/c/{code}/defects/?q={request.number}"
    return "、".join(number for number, _ref in found), address
