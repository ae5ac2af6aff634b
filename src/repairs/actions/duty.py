"""Answering, by the request alone, what one's party owes for its lateness: for systems that know no escalation by its id."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from repairs.actions.change import lock
from repairs.actions.clock import answer_escalation
from repairs.models import Escalation
from repairs.refusals import NotPermitted
from tenancy.actor import Actor


@transaction.atomic
def answer(*, compound_id: int, ref: str, answer: str, by: Actor, now: datetime) -> Escalation:
    """Give the answer that the actor's party has owed longest on this request, as ``answer_escalation`` does.

    Raises NoSuchRequest for one that the actor may not see, NotPermitted when nothing of it ever climbed to the party, and
    what ``answer_escalation`` raises: also for the second answer to the same duty.
    """
    request = lock(compound_id=compound_id, ref=ref, by=by)
    owed: Escalation | None = (
        Escalation.objects.filter(compound_id=compound_id, request=request, party=by.party)
        .order_by(F("answered_at").asc(nulls_first=True), "at", "pk")
        .first()
    )
    if owed is None:
        raise NotPermitted("not_yours")
    return answer_escalation(compound_id=compound_id, escalation_id=owed.pk, answer=answer, by=by, now=now)
