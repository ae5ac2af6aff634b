"""What every action shares: the right, words on one line, a piece under its lock, its history, who is told, the audit entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from equipment.models import MAX_WORDS, Piece, PieceEvent
from equipment.permissions import KEEPER_ROLES, keeps
from equipment.refusals import NoSuchThing, NotPermitted
from messaging.actions import queue
from parties.queries import Holder, holders
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

CLOCK = "equipment"


def clock(compound_id: int) -> Actor:
    """The author of what nobody did by hand."""
    return system_actor(CLOCK, (compound_id,))


def allow(by: Actor, compound_id: int, may: bool) -> None:
    """Raise NotPermitted for whoever may not, or is of another compound."""
    if not may or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")


def allow_keeping(by: Actor, compound_id: int) -> None:
    """Raise NotPermitted for whoever does not keep the register."""
    allow(by, compound_id, keeps(by))


def locked(compound_id: int, piece_id: int) -> Piece:
    """The piece under its lock; NoSuchThing."""
    found: Piece | None = (
        Piece.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, pk=piece_id).first()
    )
    if found is None:
        raise NoSuchThing
    return found


def lock_register(compound_id: int) -> Compound:
    """From here to the commit nobody else adds to the register: numbers and labels are given once."""
    found: Compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    return found


def event(piece: Piece, action: str, note: str, by: Actor, now: datetime) -> PieceEvent:
    """A line of a piece's history, not saved yet."""
    return PieceEvent(
        compound_id=piece.compound_id,
        piece=piece,
        action=action,
        note=note[:MAX_WORDS],
        person_id=by.person_id,
        post_id=by.post_id,
        label=by.signature,
        at=now,
    )


def keep(*, compound_id: int, verb: str, target: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Append the audit entry: the last thing that an action does."""
    record(by=by, compound_id=compound_id, verb=f"equipment.{verb}", target=target, changes=changes, now=now)


def kept(piece: Piece, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """The same of one piece."""
    keep(
        compound_id=piece.compound_id,
        verb="piece",
        target=f"equipment.piece:{piece.pk}",
        changes=changes,
        by=by,
        now=now,
    )


def everyone_in(compound_id: int, now: datetime) -> list[Holder]:
    """Who holds posts there today. One statement."""
    return holders(compound_id, localdate(now))


def desk(here: Iterable[Holder]) -> list[int]:
    """The firm's people who answer for equipment."""
    return sorted({one.person_id for one in here if one.party == "company" and one.role in KEEPER_ROLES})


def managers(here: Iterable[Holder]) -> list[int]:
    """The firm's managers."""
    return sorted({one.person_id for one in here if (one.party, one.role) == ("company", "manager")})


def community(here: Iterable[Holder]) -> list[int]:
    """The community's offices."""
    return sorted({one.person_id for one in here if one.party in {"community", "residents"}})


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
        link=f"/c/{compound.code}/equipment/{link}",
        by=by,
        now=now,
        key=key,
    )
