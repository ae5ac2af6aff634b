"""The second and third step of form B.1: repaired, and cleared by somebody else; or it was no defect."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from defects.actions.change import (
    Change,
    allow,
    allow_keeping,
    desk,
    everyone_in,
    keep_photos,
    locked,
    tell,
)
from defects.actions.sending import close_request, open_request_again, send_on
from defects.models import MAX_REASON, MAX_WORDS, Defect, FireNotice, Photo
from defects.permissions import finds
from defects.refusals import BadInput, NotPermitted, OutOfState
from defects.rules.standstill import lacking
from lifecycle.typed import said
from tenancy.actor import Actor
from tenancy.models import Compound


@transaction.atomic
def repair(*, compound_id: int, ref: str, method: str, photos: Sequence[Any] = (), by: Actor, now: datetime) -> Defect:
    """Say that it is repaired, and how. Where a request is open, the work is reported there.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on, repair_open), BadInput (say_method,
    too_long, too_many_photos), FileRefused.
    """
    allow(by, compound_id, finds(by))
    defect = locked(compound_id, ref)
    change = Change(defect, "repair", by, now)
    change.move()
    if defect.repair is not None and defect.repair.is_open:
        raise OutOfState("repair_open", number=defect.repair.number)
    change.set(
        method=said(method, "method", MAX_WORDS, needed="say_method"),
        repaired_at=now, repaired_by=by.person_id, repaired_as=by.signature,
    )  # fmt: skip
    if defect.stopped_at is not None and defect.restored_at is None:
        change.set(restored_at=now)
    keep_photos(defect, photos, Photo.Stage.REPAIRED, by, now)
    made = change.save(defect.method)
    people = {one.person_id for one in desk(everyone_in(compound_id, now))}
    tell(made, people, "defects.repaired", by=by, now=now, how=made.method, who=by.person_name)
    return made


def missing(defect: Defect, now: datetime) -> tuple[str, ...]:
    """Which columns of form B.1 must be filled before the clearing may be signed. At most one statement."""
    if defect.stopped_at is None:
        return ()
    return lacking(
        defect.stopped_at,
        defect.restored_at,
        now,
        approved=defect.approved_at is not None,
        safeguards=bool(defect.safeguards),
        fire_service=FireNotice.objects.filter(compound_id=defect.compound_id, defect=defect).exists(),
    )


@transaction.atomic
def clear(*, compound_id: int, ref: str, note: str, by: Actor, now: datetime) -> Defect:
    """Sign that it was looked at again and is in order (销号): the desk, never whoever repaired it.

    Refused: NotPermitted (not_yours, own_repair), NoSuchThing, OutOfState (defect_moved_on, lacks_approved,
    lacks_safeguards, lacks_fire_service), BadInput (too_long).
    """
    allow_keeping(by, compound_id)
    defect = locked(compound_id, ref)
    change = Change(defect, "clear", by, now)
    change.move()
    if defect.repaired_by == by.person_id:
        raise NotPermitted("own_repair")
    lacks = missing(defect, now)
    if lacks:
        raise OutOfState(f"lacks_{lacks[0]}")
    change.set(
        cleared_at=now, cleared_by=by.person_id, cleared_as=by.signature,
        cleared_note=said(note, "note", MAX_REASON),
    )  # fmt: skip
    close_request(defect, by=by, now=now)
    made = change.save(defect.cleared_note)
    tell(made, {made.repaired_by or 0, made.found_by}, "defects.cleared", by=by, now=now, who=by.person_name)
    return made


@transaction.atomic
def reject(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Defect:
    """Say that it is not in order: back to be repaired, by the same request where that can be opened again.

    Refused: NotPermitted (not_yours, own_repair), NoSuchThing, OutOfState (defect_moved_on), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    defect = locked(compound_id, ref)
    change = Change(defect, "reject", by, now)
    change.move()
    if defect.repaired_by == by.person_id:
        raise NotPermitted("own_repair")
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    repairer = defect.repaired_by or 0
    if defect.stopped_at is not None:
        change.set(restored_at=None)
    made = change.save(why)
    if not open_request_again(made, why, by=by, now=now):
        send_on(made, compound=compound, by=by, now=now)
    tell(made, {repairer}, "defects.rejected", by=by, now=now, why=why)
    return made


@transaction.atomic
def drop(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Defect:
    """Say that it was no defect, and why. Its request, where one is open, is closed there.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on, repair_open), BadInput (say_why, too_long).
    """
    allow_keeping(by, compound_id)
    defect = locked(compound_id, ref)
    change = Change(defect, "drop", by, now)
    change.move()
    if defect.repair is not None and defect.repair.is_open:
        raise OutOfState("repair_open", number=defect.repair.number)
    if defect.found_by == by.person_id and defect.critical:
        raise BadInput("own_critical", field="reason")
    change.set(
        dropped_at=now, dropped_as=by.signature, dropped_why=said(reason, "reason", MAX_REASON, needed="say_why")
    )
    return change.save(defect.dropped_why)
