"""The moment of change: open requests go on, and everybody is reminded of the days that come."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handover.actions.change import desk_of, log, tell
from handover.models import Handover, Passed, Role, State
from handover.permissions import needed
from handover.queries import signatures
from handover.rules import law
from messaging.actions import queue
from parties.queries import holders
from repairs.actions.handing import BATCH, Handed, hand_on
from repairs.actions.incident_handing import hand_on_incidents
from tenancy.actor import system_actor
from tenancy.queries import compounds

# As many incidents as a message names.
TITLES = 3


def pass_on(*, compound_id: int, now: datetime) -> int:
    """Let every open request and mass incident of a firm that has gone go on, whatever became of the handover.

    The next firm's desk has them, or the community while there is none; each side is told once how many. Repeatable; catches
    up after any downtime, batch by batch, each in a transaction of its own. Returns how many requests.
    """
    count = 0
    while True:
        went = _batch(compound_id, now)
        count += went
        if went < BATCH:
            break
    _incidents(compound_id, now)
    return count


@transaction.atomic
def _batch(compound_id: int, now: datetime) -> int:
    went = hand_on(compound_id=compound_id, now=now)
    if not went:
        return 0
    Passed.objects.bulk_create(
        Passed(
            compound_id=compound_id,
            request=one.request,
            from_company=one.from_company.pk if one.from_company else None,
            from_name=one.from_company.name if one.from_company else "",
            to_company=one.to_company.pk if one.to_company else None,
            to_name=one.to_company.name if one.to_company else "",
            from_person=one.worker_id,
            from_post=one.worker_post,
            from_state=one.from_state,
            due_at=one.due_at,
            at=now,
        )
        for one in went
    )
    _tell(compound_id, went, now)
    return len(went)


@transaction.atomic
def _incidents(compound_id: int, now: datetime) -> None:
    """The mass incidents that go on, after their requests: whoever runs them now is told which."""
    went = hand_on_incidents(compound_id=compound_id, now=now)
    if not went:
        return
    compound, today = compounds([compound_id])[0], localdate(now)
    old, taker = went[0].from_company, went[0].to_company
    if taker is not None:
        told = [post.person_id for post in desk_of(taker.pk, compound_id, today)]
    else:
        told = [one.person_id for one in holders(compound_id, today) if one.party in {"community", "residents"}]
    template = "handover.incidents_came" if taker is not None else "handover.incidents_without_firm"
    queue(
        compound_id=compound_id,
        to=told,
        template=template,
        context={
            "compound": compound.name,
            "old": old.name if old is not None else _("原物业"),
            "titles": "、".join(one.incident.title for one in went[:TITLES]),
            "count": str(len(went)),
        },
        link=f"/c/{compound.code}/incidents/",
        by=system_actor("handing", (compound_id,)),
        now=now,
        key=f"{template}:{compound_id}:{now.isoformat()}",
    )


def _tell(compound_id: int, went: Sequence[Handed], now: datetime) -> None:
    compound = compounds([compound_id])[0]
    by = system_actor("handing", (compound_id,))
    today = localdate(now)
    old = went[0].from_company.name if went[0].from_company else ""
    taker = went[0].to_company
    here = holders(compound_id, today)
    watching = [one.person_id for one in here if one.party in {"community", "residents"}]
    desk = [post.person_id for post in desk_of(taker.pk, compound_id, today)] if taker is not None else []
    context = {"compound": compound.name, "count": str(len(went)), "old": old, "new": taker.name if taker else ""}
    board, page = f"/c/{compound.code}/board/", f"/c/{compound.code}/handover/"
    for people, template, link in (
        (desk, "handover.cases_came", board),
        (watching, "handover.cases_went" if taker else "handover.cases_without_firm", page),
    ):
        queue(
            compound_id=compound_id,
            to=people,
            template=template,
            context=context,
            link=link,
            by=by,
            now=now,
            key=f"{template}:{compound_id}:{now.isoformat()}",
        )


@transaction.atomic
def remind(*, compound_id: int, now: datetime) -> int:
    """Remind the sides that still have something to do of the last day and of the day of handing over. Once a day."""
    today = localdate(now)
    sent = 0
    rows = (
        Handover.objects.select_for_update(of=("self",), no_key=True)
        .select_related("outgoing", "incoming")
        .filter(compound_id=compound_id)
        .exclude(state__in=[State.COMPLETED, State.CANCELLED])
        .exclude(reminded_on=today)
    )
    for found in rows:
        said = _due(found, now)
        if said is None:
            continue
        template, day = said
        by = system_actor("handing", (compound_id,))
        found.reminded_on = today
        found.save(update_fields=["reminded_on"])
        log(found, "remind", {"reminded_on": [None, today.isoformat()]}, by=by, now=now)
        tell(found, _owing(found), template, by=by, now=now, outgoing=found.outgoing.name, day=day)
        sent += 1
    return sent


def _due(found: Handover, now: datetime) -> tuple[str, str] | None:
    today = localdate(now)
    if law.reminder(found.due_on, today) == "over":
        return "handover.overdue", found.due_on.isoformat()
    if law.reminder(found.due_on, today) == "coming":
        return "handover.due_soon", found.due_on.isoformat()
    if law.reminder(found.last_day, today) == "coming":
        return "handover.last_day_soon", found.last_day.isoformat()
    return None


def _owing(found: Handover) -> set[str]:
    """Whose turn it is: the outgoing firm fills, the receiving side looks, then whoever has not signed; always the community."""
    if found.state in {State.OPENED, State.LISTING}:
        return {Role.OUTGOING, Role.INCOMING, Role.COMMITTEE, Role.COMMUNITY}
    given = signatures(found)
    return {role for role in needed(found) if role not in given} | {Role.COMMUNITY}
