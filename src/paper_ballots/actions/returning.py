"""A paper that came back into the ballot box before the close: from now on its right is used."""

from datetime import datetime

from django.db import transaction

from boxes.actions import take_paper
from boxes.models import Voice
from elections.models import State as PollState
from paper_ballots.actions.change import ground, paper_of, told
from paper_ballots.models import Paper
from paper_ballots.permissions import handles
from paper_ballots.refusals import BadInput, OutOfState
from tenancy.actor import Actor


@transaction.atomic
def take_back(*, compound_id: int, ref: str, code: str, voice: str = Voice.OWNER, by: Actor, now: datetime) -> Paper:
    """Mark the roll: this paper is in the box now, folded. Whoever voted by phone is told so and the paper goes back.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, not_open, came_back, already_voted with
    ``channel`` and ``at``), BadInput (mistyped, no_such_paper, voided_paper, not_on_roll, unknown_voice, secret_proxy: a secret
    paper cannot be found again when the owner votes after all).
    """
    at = ground(compound_id=compound_id, ref=ref, states=(PollState.VOTING,), by=by, may=handles)
    if voice not in Voice.values:
        raise BadInput("unknown_voice", field="voice")
    if at.secret and voice != Voice.OWNER:
        raise BadInput("secret_proxy", field="voice")
    found = paper_of(at, code)
    if found.returned_at is not None:
        raise OutOfState("came_back", at=found.returned_at.isoformat(), who=found.returned_as)
    take_paper(poll=at.poll, right=found.right, by=voice, now=now)
    found.returned_at, found.returned_as, found.voice = now, by.signature, voice
    found.save()
    told(at, action="return", changes={"paper": [None, found.number], "voice": [None, voice]}, by=by, now=now)
    return found
