"""Opening a poll, and giving one up."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from elections.actions.change import Change, begin, said
from elections.models import Kind, Poll
from elections.models.polls import MAX_TITLE
from elections.permissions import may_open
from elections.refusals import BadInput, NotPermitted
from elections.rules.jurisdictions import NATIONAL, find
from premises.models import Building, Entrance
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.refs import new_ref


@transaction.atomic
def open_poll(
    *,
    compound_id: int,
    kind: str,
    title: str,
    on: date,
    building_ids: Sequence[int] = (),
    entrance_ids: Sequence[int] = (),
    filling: int = 0,
    by: Actor,
    now: datetime,
) -> Poll:
    """Begin to prepare a poll. The place's law is that of the compound's own division.

    ``filling``: so many seats of a committee that another election made; 0 for a whole committee, and for a decision.

    Refused: NotPermitted (not_your_post), BadInput (unknown_kind, say_why, too_long, no_such_place).
    """
    if kind not in Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if compound_id not in by.compound_ids or not may_open(by, kind):
        raise NotPermitted("not_your_post")
    words = said(title, "title", MAX_TITLE)
    scope = sorted(set(building_ids)), sorted(set(entrance_ids))
    for model, wanted in ((Building, scope[0]), (Entrance, scope[1])):
        if model.objects.filter(compound_id=compound_id, pk__in=wanted).count() < len(wanted):
            raise BadInput("no_such_place", field="scope")
    compound = Compound.objects.select_related("community").get(pk=compound_id)
    place = find(compound.community.code)
    found = Poll.objects.create(
        compound=compound,
        ref=new_ref(),
        kind=kind,
        title=words,
        filling=filling if kind == Kind.ELECTION else 0,
        on=on,
        jurisdiction=place.code if place is not None else NATIONAL,
        building_ids=scope[0],
        entrance_ids=scope[1],
        organisation_id=by.organisation_id,
        conductor=by.label.rpartition(" ")[0][:80] or by.label[:80],
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        created_at=now,
        updated_at=now,
    )
    change = Change(poll=found, action="open", by=by, now=now)
    change.note("title", None, words)
    change.note("kind", None, kind)
    return change.save()


@transaction.atomic
def cancel_poll(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Poll:
    """Give a poll up before it is called; what was prepared is kept.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (say_why, too_long).
    """
    change = begin(compound_id=compound_id, ref=ref, action="cancel", by=by, now=now)
    change.set(ended_at=now, ended_reason=said(reason, "reason"), ended_as=by.signature)
    return change.save()
