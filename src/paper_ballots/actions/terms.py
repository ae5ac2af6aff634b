"""Where and when papers are handed in, who is asked, and whether the rules let one be left in a letter box."""

from datetime import datetime

from django.db import transaction

from elections.models import State as PollState
from paper_ballots.actions.change import found_poll, said, told
from paper_ballots.models import Terms
from paper_ballots.permissions import prints
from paper_ballots.queries.terms import terms_of
from tenancy.actor import Actor

STATES = (PollState.PREPARING, PollState.ROLL_FIXED, PollState.CALLED, PollState.VOTING)
MAX_LINE = 120


@transaction.atomic
def settle_terms(
    *, compound_id: int, ref: str, place: str, hours: str, contact: str, letter_box: str = "", by: Actor, now: datetime
) -> Terms:
    """Say it for a poll, or say it anew: ballots that were printed before keep what they say.

    ``letter_box`` is the sentence of the compound's rules, empty where they have none. Refused: NoSuchPoll, NotPermitted
    (not_your_post), OutOfState (moved_on), BadInput (say_why for an empty line, too_long).
    """
    poll = found_poll(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    given = {
        "place": said(place, "place", MAX_LINE),
        "hours": said(hours, "hours", MAX_LINE),
        "contact": said(contact, "contact", MAX_LINE),
        "letter_box": said(letter_box, "letter_box") if letter_box.strip() else "",
    }
    before = terms_of(poll)
    made = before or Terms(compound_id=compound_id, poll=poll)
    changes = {name: [getattr(before, name, ""), value] for name, value in given.items()}
    for name, value in given.items():
        setattr(made, name, value)
    made.set_at, made.set_as = now, by.signature
    made.save()
    told(
        poll, action="terms", by=by, now=now,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )  # fmt: skip
    return made
