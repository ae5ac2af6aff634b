"""Bringing papers to doors: each try is kept, with both clocks, who took it, and a photo where one was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, transaction

from documents.actions import store_image
from documents.digests import digest_of, hash_of, is_digest
from elections.models import State as PollState
from paper_ballots.actions.asking import not_delivered, open_request, tell_handed
from paper_ballots.actions.change import PURPOSE, Ground, ground, paper_of, said, told
from paper_ballots.models import Delivery, DoorPhoto, Outcome, Paper
from paper_ballots.permissions import handles
from paper_ballots.queries.terms import terms_of
from paper_ballots.refusals import BadInput, NoSuchPoll, OutOfState
from posting.actions.answers import MAX_PHOTO
from posting.rules import clocks
from tenancy.actor import Actor

MAX_NAME = 60
MAX_CLIENT = 40
# What was done before the close is taken in after it, when the phone has signal again.
STATES = (PollState.CALLED, PollState.VOTING, PollState.CLOSED)
OPEN = (PollState.CALLED, PollState.VOTING)


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo that comes in a request of its own: the SHA-256 of its bytes in hexadecimal digits, and how many there are."""

    sha256: str
    bytes: int


@transaction.atomic
def deliver(
    *,
    compound_id: int,
    ref: str,
    code: str = "",
    number: int | None = None,
    client_id: str,
    outcome: str,
    taken_by: str = "",
    note: str = "",
    upload: Any = None,
    announced: Announced | None = None,
    device_at: datetime,
    device_now: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Delivery:
    """What came of one door, of the paper with a code or a number. Sent again under the same ``client_id`` it is the same
    answer; with other words it is refused.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, also for what was done after the close; no_box,
    other_answer, letter_box_not_allowed), BadInput (mistyped, no_such_paper, voided_paper, unknown_outcome, who_took_it,
    left_without_photo, say_why for a refusal, too_long, no_client_id, bad_hash, photo_size), FileRefused.
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    offset = clocks.offset_seconds(device_now, now)
    closes_at = at.poll.closes_at or now
    if at.poll.state == PollState.CLOSED and clocks.happened(device_at, offset, now) >= closes_at:
        raise OutOfState("moved_on", state=str(PollState.CLOSED.label))
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", field="outcome")
    if not client_id or len(client_id) > MAX_CLIENT:
        raise BadInput("no_client_id", field="client_id")
    if outcome in {Outcome.HANDED, Outcome.FAMILY} and not taken_by.strip():
        raise BadInput("who_took_it", field="taken_by")
    name = said(taken_by, "taken_by", MAX_NAME) if taken_by.strip() else ""
    words = said(note, "note") if note.strip() or outcome == Outcome.REFUSED else ""
    paper = paper_of(at, code, number=number)
    digest = digest_of(
        {
            "paper": paper.number, "outcome": outcome, "taken_by": name, "note": words, "at": device_at.isoformat(),
            "photo": announced.sha256 if announced is not None else "",
        }
    )  # fmt: skip
    known: Delivery | None = Delivery.objects.filter(compound_id=compound_id, client_id=client_id).first()
    if known is not None:
        if (known.paper_id, known.person_id, known.digest or digest) != (paper.pk, by.person_id, digest):
            raise OutOfState("other_answer")
        return known
    _left(at, outcome, pictured=upload is not None or announced is not None)
    if announced is not None:
        _check(announced)
    photo = None if upload is None else _stored(at, upload, by=by, now=now)
    try:
        with transaction.atomic():
            made: Delivery = Delivery.objects.create(
                compound_id=compound_id, paper=paper, client_id=client_id, digest=digest, outcome=outcome, taken_by=name,
                note=words, photo=photo, device_at=device_at, offset_seconds=offset, at=now, person_id=by.person_id,
                label=by.signature,
            )  # fmt: skip
    except IntegrityError as error:  # the same answer at the same moment over two connections
        raise OutOfState("other_answer") from error
    if announced is not None:
        DoorPhoto.objects.create(
            compound_id=compound_id, delivery=made, sha256=announced.sha256, bytes=announced.bytes
        )  # fmt: skip
    tell_handed(at, paper, outcome, name, by=by, now=now)
    told(at, action="deliver", changes={"paper": [None, paper.number], "outcome": [None, outcome]}, by=by, now=now)
    return made


@transaction.atomic
def hand_asked(
    *,
    compound_id: int,
    ref: str,
    asked_id: int,
    key: str,
    taken_by: str,
    upload: Any = None,
    by: Actor,
    now: datetime,
) -> Delivery:
    """The paper of one request is given into somebody's hands, here and now. ``key`` is that of the form or the call.

    Refused: as ``deliver``, from the close on moved_on, and OutOfState (not_asked, not_made: no paper yet, has_paper with
    ``who``).
    """
    at = ground(compound_id=compound_id, ref=ref, states=OPEN, by=by, may=handles)
    right = open_request(at.poll, asked_id).right
    not_delivered(at.poll, right)
    paper = Paper.objects.filter(compound_id=compound_id, box=at.box, right=right, voided_at=None).first()
    if paper is None:
        raise OutOfState("not_made")
    return deliver(
        compound_id=compound_id, ref=ref, number=paper.number, client_id=str(uuid5(NAMESPACE_URL, f"{by.person_id}:{key}")),
        outcome=Outcome.HANDED, taken_by=taken_by, upload=upload, device_at=now, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def keep_door_photo(*, compound_id: int, ref: str, client_id: str, upload: Any, by: Actor, now: datetime) -> Delivery:
    """Take in the photo that a delivery announced. The same photo again is success; after the close too: the deed was done.

    Refused: NoSuchPoll (also where this person said nothing of the kind), NotPermitted (not_your_post), BadInput (photo_differs:
    not whole, or not the one that was announced), FileRefused.
    """
    at = ground(compound_id=compound_id, ref=ref, states=tuple(PollState.values), by=by, may=handles)
    row: DoorPhoto | None = (
        DoorPhoto.objects.select_for_update(of=("self",), no_key=True)
        .select_related("delivery__paper")
        .filter(
            compound_id=compound_id, delivery__client_id=client_id, delivery__person_id=by.person_id,
            delivery__paper__poll=at.poll,
        )
        .first()
    )  # fmt: skip
    if row is None:
        raise NoSuchPoll
    if hash_of(upload) != row.sha256:
        raise BadInput("photo_differs", field="photo")
    if row.file_id is None:
        row.file, row.received_at = _stored(at, upload, by=by, now=now), now
        row.save(update_fields=["file", "received_at"])
        told(at, action="door_photo", changes={"paper": [None, row.delivery.paper.number]}, by=by, now=now)
    found: Delivery = row.delivery
    return found


def _left(at: Ground, outcome: str, *, pictured: bool) -> None:
    """A paper in a letter box is delivered only where the rules say so, and where a photo shows it there."""
    if outcome != Outcome.LEFT:
        return
    terms = terms_of(at.poll)
    if terms is None or not terms.letter_box:
        raise OutOfState("letter_box_not_allowed")
    if not pictured:
        raise BadInput("left_without_photo", field="photo")


def _check(announced: Announced) -> None:
    if not is_digest(announced.sha256):
        raise BadInput("bad_hash", field="photo")
    if not 0 < announced.bytes <= MAX_PHOTO:
        raise BadInput("photo_size", field="photo")


def _stored(at: Ground, upload: Any, *, by: Actor, now: datetime) -> Any:
    return store_image(
        compound_id=at.compound_id,
        by=by,
        upload=upload,
        purpose=PURPOSE,
        target=f"elections.poll:{at.poll.pk}",
        now=now,
    )
