"""亲情代办: a child acts for a parent, with the parent's own code; either ends it at any time."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.crypto import encrypt
from accounts.models import Person
from audit.actions import record
from documents.actions import request_document
from documents.models import IssuedDocument
from live.actions import revoke as close_sockets
from messaging.actions import queue
from residency.actions.telling import MINE, forget_codes, fresh_codes, newcomer, register_codes
from residency.models import Bond, JoinCode, ParentCode
from residency.permissions import decides
from residency.queries import is_resident, open_parent_code
from residency.refusals import BadInput, NoSuchRow, NotPermitted, Refused
from residency.rules.codes import PAPER_VALID, PARENT_VALID
from residency.rules.household import MAX_BONDS
from tenancy.actor import Actor
from tenancy.models import Compound

PAPER = "residency.parent_code"


@transaction.atomic
def make_parent_code(*, compound_id: int, parent: Person, by: Actor, now: datetime) -> ParentCode:
    """Make the parent's one-time code: by the parent on their own telephone, or by the office, who hands it over on paper.

    Making it is the consent, kept with time and who gave it how; an earlier open code is void. Refuses with NotPermitted,
    or NoSuchRow when the parent is no confirmed resident there today.
    """
    own = by.party == "resident" and by.person_id == parent.pk
    if not own and not decides(by):
        raise NotPermitted("not_office")
    if not is_resident(person_id=parent.pk, compound_id=compound_id, on=localdate(now)):
        raise NoSuchRow
    how = ParentCode.How.PHONE if own else ParentCode.How.PAPER
    _void(compound_id=compound_id, parent_id=parent.pk, now=now)
    (code,) = fresh_codes(1)
    made: ParentCode = ParentCode.objects.create(
        compound_id=compound_id,
        parent=parent,
        how=how,
        code_cipher=encrypt(code),
        made_at=now,
        made_by=by.person_id,
        made_as=by.label[:120],
        made_post=by.post_id,
        expires_at=now + (PARENT_VALID if own else PAPER_VALID),
    )
    register_codes(kind=JoinCode.Kind.PARENT, compound_id=compound_id, codes={code: made.pk})
    record(
        by=by,
        compound_id=compound_id,
        verb="residency.make_parent_code",
        target=f"residency.parentcode:{made.pk}",
        changes={"parent": [None, parent.pk], "how": [None, str(how)]},
        now=now,
    )
    return made


@transaction.atomic
def print_parent_code(*, compound_id: int, parent: Person, by: Actor, now: datetime) -> IssuedDocument:
    """Make a code and ask for the sheet on which the office hands it to the parent, who signs it there."""
    made = make_parent_code(compound_id=compound_id, parent=parent, by=by, now=now)
    return request_document(
        compound_id=compound_id, by=by, kind=PAPER, target=f"residency.parentcode:{made.pk}", now=now
    )


@transaction.atomic
def cancel_parent_code(*, compound_id: int, by: Actor, now: datetime) -> None:
    """The parent takes their open code back; nothing happens when there is none."""
    if _void(compound_id=compound_id, parent_id=by.person_id, now=now):
        record(
            by=by,
            compound_id=compound_id,
            verb="residency.cancel_parent_code",
            target=f"accounts.person:{by.person_id}",
            changes={"cancelled_at": [None, now.isoformat()]},
            now=now,
        )


@transaction.atomic
def bind(*, compound: Compound, code_id: int, child: Person, now: datetime) -> Bond:
    """The child has the parent's code: from now on they act for them there. The parent is told at once, by text too.

    Refuses with NoSuchRow (used, cancelled, expired, or the parent has moved out), BadInput (``no_name``) or Refused
    (``yourself``, ``already_bound``, ``too_many_bonds``).
    """
    by = newcomer(child, compound)
    found = open_parent_code(compound_id=compound.pk, code_id=code_id, now=now, for_update=True)
    if found is None or not is_resident(person_id=found.parent_id, compound_id=compound.pk, on=localdate(now)):
        raise NoSuchRow
    if found.parent_id == child.pk:
        raise Refused("yourself")
    if not child.name.strip():
        raise BadInput("no_name")
    others = Bond.objects.filter(compound_id=compound.pk, parent_id=found.parent_id, ended_at=None)
    if others.filter(child=child).exists():
        raise Refused("already_bound")
    if others.count() >= MAX_BONDS:
        raise Refused("too_many_bonds")
    bond: Bond = Bond.objects.create(
        compound_id=compound.pk,
        parent_id=found.parent_id,
        child=child,
        how=found.how,
        consented_at=found.made_at,
        consented_as=found.made_as,
        bound_at=now,
    )
    found.used_at, found.used_by = now, child
    found.save(update_fields=["used_at", "used_by"])
    forget_codes([found.code])
    record(
        by=by,
        compound_id=compound.pk,
        verb="residency.bind",
        target=f"residency.bond:{bond.pk}",
        changes={"parent": [None, bond.parent_id], "child": [None, child.pk], "how": [None, bond.how]},
        now=now,
    )
    queue(
        compound_id=compound.pk,
        to=[bond.parent_id],
        template="residency.bound",
        context={"child": child.name},
        link=f"/c/{compound.code}/household/",
        by=by,
        now=now,
        urgent=True,
        key=f"residency.bound:{bond.pk}",
    )
    return bond


@transaction.atomic
def end_bond(*, compound_id: int, bond_id: int, by: Actor, now: datetime, reason: str = "") -> Bond:
    """Either side ends it at any time; the office does for a parent who asks, with a reason. The other side is told.

    NoSuchRow for whoever is neither, and for one that has ended; BadInput when the office gives no reason.
    """
    found: Bond | None = (
        Bond.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=bond_id, ended_at=None)
        .select_related("compound", "parent", "child")
        .first()
    )
    sides = {found.parent_id, found.child_id} if found is not None else set()
    if found is None or (by.person_id not in sides and not decides(by)):
        raise NoSuchRow
    if by.person_id not in sides and not reason.strip():
        raise BadInput("say_why", field="reason")
    _close(found, reason=reason.strip()[:200], by=by, now=now)
    return found


def end_bonds_of_parent(*, compound_id: int, parent_id: int, by: Actor, now: datetime) -> None:
    """The parent has no home there any more: nobody acts for them, and their open code is void."""
    if is_resident(person_id=parent_id, compound_id=compound_id, on=localdate(now)):
        return
    _void(compound_id=compound_id, parent_id=parent_id, now=now)
    rows = Bond.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, parent_id=parent_id, ended_at=None
    )
    for bond in rows.select_related("compound", "parent", "child"):
        _close(bond, reason=_("老人已迁出"), by=by, now=now)


def end_bonds_of_child(*, compound_id: int, child_id: int, reason: str, by: Actor, now: datetime) -> None:
    """The child acts for nobody there any more."""
    rows = Bond.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, child_id=child_id, ended_at=None
    )
    for bond in rows.select_related("compound", "parent", "child"):
        _close(bond, reason=reason, by=by, now=now)


def _close(bond: Bond, *, reason: str, by: Actor, now: datetime) -> None:
    bond.ended_at, bond.ended_by_id, bond.ended_as, bond.end_reason = now, by.person_id or None, by.label[:120], reason
    bond.save(update_fields=["ended_at", "ended_by", "ended_as", "end_reason"])
    close_sockets(person_id=bond.child_id)  # who has other rights left is let in again
    tell = partial(
        queue,
        compound_id=bond.compound_id,
        template="residency.bond_ended",
        context={"parent": bond.parent.name, "child": bond.child.name},
        by=by,
        now=now,
        key=f"residency.bond_ended:{bond.pk}",
    )
    record(
        by=by,
        compound_id=bond.compound_id,
        verb="residency.end_bond",
        target=f"residency.bond:{bond.pk}",
        changes={"ended_at": [None, now.isoformat()], "reason": [None, reason]},
        now=now,
    )
    if by.person_id != bond.parent_id:
        tell(to=[bond.parent_id], link=f"/c/{bond.compound.code}/household/")
    if by.person_id != bond.child_id:
        tell(to=[bond.child_id], link=f"{MINE}parents/")


def _void(*, compound_id: int, parent_id: int, now: datetime) -> int:
    """Void the parent's open codes there; returns how many."""
    opened = ParentCode.objects.filter(compound_id=compound_id, parent_id=parent_id, used_at=None, cancelled_at=None)
    forget_codes([row.code for row in opened])
    return opened.update(cancelled_at=now)
