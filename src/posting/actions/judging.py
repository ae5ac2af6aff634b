"""A manager's word on what was unusual: whether an answer counts; that a conflict was looked at."""

from datetime import datetime

from django.db import transaction

from lifecycle.typed import said
from posting.actions.answers import count
from posting.actions.change import keep
from posting.models import MAX_REASON, Answer, Conflict
from posting.permissions import judges
from posting.refusals import NoSuchThing, NotPermitted, OutOfState
from tenancy.actor import Actor


@transaction.atomic
def judge(*, compound_id: int, answer_id: int, counts: bool, reason: str, by: Actor, now: datetime) -> Answer:
    """Say whether an answer that waits for a word counts; a refusal says why.

    Refused: NoSuchThing, NotPermitted (not_yours, own_answer), OutOfState (judged), BadInput (say_why, too_long).
    """
    if compound_id not in by.compound_ids or not judges(by):
        raise NotPermitted("not_yours")
    found: Answer | None = (
        Answer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task", "point", "notice__compound", "notice__current")
        .filter(compound_id=compound_id, pk=answer_id)
        .first()
    )
    if found is None:
        raise NoSuchThing
    if found.state != Answer.State.REVIEW:
        raise OutOfState("judged")
    if found.person_id == by.person_id:
        raise NotPermitted("own_answer")
    why = said(reason, "reason", MAX_REASON, needed="" if counts else "say_why")
    found.judged_at, found.judged_as, found.judged_why = now, by.signature, why
    found.state = Answer.State.REFUSED
    found.save(update_fields=["judged_at", "judged_as", "judged_why", "state"])
    if counts:
        count(found, now=now)
    keep(
        compound_id=compound_id,
        verb="judge",
        target=f"posting.answer:{found.pk}",
        changes={"state": [Answer.State.REVIEW.value, found.state], "reason": [None, why]},
        by=by,
        now=now,
        notice=found.notice.ref,
    )
    return found


@transaction.atomic
def saw_conflict(*, compound_id: int, conflict_id: int, by: Actor, now: datetime) -> Conflict:
    """Note that somebody looked at both; doing it again is nothing. Refused: NoSuchThing, NotPermitted (not_yours)."""
    if compound_id not in by.compound_ids or not judges(by):
        raise NotPermitted("not_yours")
    found: Conflict | None = (
        Conflict.objects.select_for_update(of=("self",), no_key=True)
        .select_related("answer__notice")
        .filter(compound_id=compound_id, pk=conflict_id)
        .first()
    )
    if found is None:
        raise NoSuchThing
    if found.seen_at is None:
        found.seen_at, found.seen_as = now, by.signature
        found.save(update_fields=["seen_at", "seen_as"])
        keep(
            compound_id=compound_id,
            verb="conflict_seen",
            target=f"posting.conflict:{found.pk}",
            changes={"seen_as": [None, found.seen_as]},
            by=by,
            now=now,
            notice=found.answer.notice.ref,
        )
    return found
