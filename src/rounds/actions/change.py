"""What every action shares: the right, words on one line, who is told, the audit entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from messaging.actions import queue
from parties.queries import Holder, holders
from rounds.models import Occurrence
from rounds.permissions import DESK_ROLES, keeps
from rounds.refusals import NoSuchThing, NotPermitted
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

CLOCK = "rounds"


def clock(compound_id: int) -> Actor:
    """The author of what nobody did by hand."""
    return system_actor(CLOCK, (compound_id,))


def allow(by: Actor, compound_id: int, may: bool) -> None:
    """Raise NotPermitted for whoever may not, or is of another compound."""
    if not may or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")


def allow_keeping(by: Actor, compound_id: int) -> None:
    """Raise NotPermitted for whoever does not keep the plans."""
    allow(by, compound_id, keeps(by))


def lock_plans(compound_id: int) -> Compound:
    """From here to the commit nobody else makes or changes plans there."""
    found: Compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    return found


def locked(compound_id: int, occurrence_id: int) -> Occurrence:
    """The occurrence under its lock; NoSuchThing."""
    found: Occurrence | None = (
        Occurrence.objects.select_for_update(no_key=True).filter(compound_id=compound_id, pk=occurrence_id).first()
    )
    if found is None:
        raise NoSuchThing
    return found


def desk(compound_id: int, now: datetime) -> list[int]:
    """The firm's people who answer for rounds. One statement."""
    here: Iterable[Holder] = holders(compound_id, localdate(now))
    return sorted({one.person_id for one in here if one.party == "company" and one.role in DESK_ROLES})


def tell(
    compound: Compound,
    people: Iterable[int],
    template: str,
    *,
    link: str,
    by: Actor,
    now: datetime,
    key: str,
    **context: str,
) -> int:
    """Queue a message; nobody is told of their own act. ``link`` is below the compound's address."""
    told = sorted(set(people) - {by.person_id})
    if not told:
        return 0
    return queue(
        compound_id=compound.pk,
        to=told,
        template=template,
        context={"compound": compound.name, **context},
        link=f"/c/{compound.code}/rounds/{link}",
        by=by,
        now=now,
        key=key,
    )


def keep(*, compound_id: int, verb: str, target: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Append the audit entry: the last thing that an action does."""
    record(by=by, compound_id=compound_id, verb=f"rounds.{verb}", target=target, changes=changes, now=now)
