"""Party membership: yes or no, from where, of which day. Kept apart, shown to few, and looked at as a list only on the record."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record_reveal
from candidates.actions.change import begin, locked, said
from candidates.models import Candidate, Membership
from candidates.models.standing import MAX_ARTICLE
from candidates.permissions import sees_membership
from candidates.queries.reading import Whole, candidates_of, memberships_of
from candidates.refusals import BadInput, NoSuchCandidate, NotPermitted
from tenancy.actor import Actor


@transaction.atomic
def note_membership(
    *,
    compound_id: int,
    ref: str,
    candidate: str,
    member: bool | None,
    source: str,
    of: date,
    by: Actor,
    now: datetime,
) -> Membership:
    """Say what is known, with its source and day; what was said before is kept. The entry does not say which it is.

    Refused: NoSuchCandidate, NotPermitted (not_for_you), BadInput (say_why, too_long, formed_later).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now, after_call=True)
    if not sees_membership(by, step.poll):
        raise NotPermitted("not_for_you")
    one = locked(step, candidate)
    if of > localdate(now):
        raise BadInput("formed_later", field="of")
    made: Membership = Membership.objects.create(
        compound_id=compound_id, candidate=one, member=member, source=said(source, "source", MAX_ARTICLE), of=of, at=now,
        label=by.signature,
    )  # fmt: skip
    step.settle("membership", one, {"checked": [None, str(of)]})
    return made


@transaction.atomic
def read_memberships(*, whole: Whole, by: Actor, now: datetime) -> list[tuple[Candidate, Membership | None]]:
    """Everyone with what is known, on the record. Refused: NotPermitted (not_for_you), NoSuchCandidate."""
    poll = whole.poll
    if poll.compound_id not in by.compound_ids:
        raise NoSuchCandidate
    if not sees_membership(by, poll):
        raise NotPermitted("not_for_you")
    known = memberships_of(poll)
    found = [(one, known.get(one.pk)) for one in candidates_of(poll)]
    record_reveal(
        by=by, compound_id=poll.compound_id, of=f"elections.poll:{poll.pk}", field="candidates.membership",
        why="candidates", now=now,
    )  # fmt: skip
    return found
