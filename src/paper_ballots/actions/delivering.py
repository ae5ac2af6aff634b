"""Bringing papers to doors: each try is kept, with both clocks, who took it, and a photo where one was made."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from documents.actions import store_image
from elections.models import State as PollState
from paper_ballots.actions.change import PURPOSE, ground, paper_of, said, told
from paper_ballots.models import Delivery, Outcome
from paper_ballots.permissions import handles
from paper_ballots.refusals import BadInput, OutOfState
from tenancy.actor import Actor

MAX_NAME = 60
MAX_CLIENT = 40


@transaction.atomic
def deliver(
    *,
    compound_id: int,
    ref: str,
    code: str,
    client_id: str,
    outcome: str,
    taken_by: str = "",
    note: str = "",
    upload: Any = None,
    device_at: datetime,
    by: Actor,
    now: datetime,
) -> Delivery:
    """What came of one door. Sent again under the same ``client_id`` it is the same answer; with other words it is refused.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, other_answer), BadInput (mistyped,
    no_such_paper, voided_paper, unknown_outcome, who_took_it, say_why for a refusal, too_long, no_client_id), FileRefused.
    """
    at = ground(compound_id=compound_id, ref=ref, states=(PollState.CALLED, PollState.VOTING), by=by, may=handles)
    if outcome not in Outcome.values:
        raise BadInput("unknown_outcome", field="outcome")
    if not client_id or len(client_id) > MAX_CLIENT:
        raise BadInput("no_client_id", field="client_id")
    if outcome in {Outcome.HANDED, Outcome.FAMILY} and not taken_by.strip():
        raise BadInput("who_took_it", field="taken_by")
    name = said(taken_by, "taken_by", MAX_NAME) if taken_by.strip() else ""
    words = said(note, "note") if note.strip() or outcome == Outcome.REFUSED else ""
    paper = paper_of(at, code)
    known: Delivery | None = Delivery.objects.filter(compound_id=compound_id, client_id=client_id).first()
    if known is not None:
        same = (known.paper_id, known.outcome, known.taken_by, known.note) == (paper.pk, outcome, name, words)
        if not same:
            raise OutOfState("other_answer")
        return known
    photo = None
    if upload is not None:
        photo = store_image(
            compound_id=compound_id,
            by=by,
            upload=upload,
            purpose=PURPOSE,
            target=f"elections.poll:{at.poll.pk}",
            now=now,
        )
    try:
        with transaction.atomic():
            made: Delivery = Delivery.objects.create(
                compound_id=compound_id, paper=paper, client_id=client_id, outcome=outcome, taken_by=name, note=words,
                photo=photo, device_at=device_at, at=now, person_id=by.person_id, label=by.signature,
            )  # fmt: skip
    except IntegrityError as error:  # the same answer at the same moment over two connections
        raise OutOfState("other_answer") from error
    told(at, action="deliver", changes={"paper": [None, paper.number], "outcome": [None, outcome]}, by=by, now=now)
    return made
