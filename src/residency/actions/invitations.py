"""Letting in family and tenants with a one-time code."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.crypto import encrypt
from accounts.models import Person
from audit.actions import record
from premises import actions as premises
from premises.actions import PremisesRefused
from premises.models import Occupancy
from residency.actions.telling import forget_codes, fresh_codes, newcomer, register_codes, said, tell
from residency.models import Invitation, JoinCode
from residency.queries import lives, open_invitation
from residency.refusals import BadInput, NoSuchRow, Refused
from residency.rules import household
from residency.rules.codes import INVITATION_VALID
from tenancy.actor import Actor
from tenancy.models import Compound
from ui.words import masked_name


@transaction.atomic
def invite(
    *, compound_id: int, occupancy_id: int, relation: str, last_day: date | None, by: Actor, now: datetime
) -> Invitation:
    """Make a one-time code for a home that the acting resident belongs to (``occupancy_id`` is their own link).

    Refuses with NoSuchRow (not theirs, or ended), BadInput (``may_not_invite``, the last day) or Refused (``too_many_open``).
    """
    today = localdate(now)
    own: Occupancy | None = (
        Occupancy.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=occupancy_id, person_id=by.person_id)
        .first()
    )
    if own is None or by.party != "resident" or not lives(own, today):
        raise NoSuchRow
    if not household.may_invite(own.relation, relation):
        raise BadInput("may_not_invite", field="relation")
    try:
        ends = household.last_day(relation, asked=last_day, own=own.ends, today=today)
    except ValueError as wrong:
        raise BadInput(str(wrong), field="last_day") from wrong
    opened = Invitation.objects.filter(
        compound_id=compound_id, home_id=own.home_id, used_at=None, cancelled_at=None, expires_at__gt=now
    )
    if opened.count() >= household.MAX_OPEN_INVITATIONS:
        raise Refused("too_many_open")
    (code,) = fresh_codes(1)
    made: Invitation = Invitation.objects.create(
        compound_id=compound_id,
        home_id=own.home_id,
        inviter=own,
        relation=relation,
        ends=ends,
        code_cipher=encrypt(code),
        made_at=now,
        expires_at=now + INVITATION_VALID,
    )
    register_codes(kind=JoinCode.Kind.INVITATION, compound_id=compound_id, codes={code: made.pk})
    _record(
        made, "residency.invite", {"relation": [None, relation], "ends": [None, str(ends) if ends else None]}, by, now
    )
    return made


@transaction.atomic
def cancel_invitation(*, compound_id: int, invitation_id: int, by: Actor, now: datetime) -> None:
    """Whoever invited takes the code back. NoSuchRow when there is no such open code of theirs."""
    found: Invitation | None = (
        Invitation.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=invitation_id, inviter__person_id=by.person_id)
        .filter(used_at=None, cancelled_at=None)
        .first()
    )
    if found is None:
        raise NoSuchRow
    found.cancelled_at = now
    found.save(update_fields=["cancelled_at"])
    forget_codes([found.code])
    _record(found, "residency.cancel_invitation", {"cancelled_at": [None, now.isoformat()]}, by, now)


@transaction.atomic
def accept_invitation(*, compound: Compound, invitation_id: int, person: Person, now: datetime) -> Occupancy:
    """Take an invitation up: the person belongs to the home at once, and whoever invited is told.

    Refuses with NoSuchRow (used, cancelled, expired, or whoever invited has left), BadInput (``no_name``) or Refused
    (``own_invitation``, ``already_here``).
    """
    by = newcomer(person, compound)
    found = open_invitation(compound_id=compound.pk, invitation_id=invitation_id, now=now, for_update=True)
    if found is None:
        raise NoSuchRow
    if found.inviter.person_id == person.pk:
        raise Refused("own_invitation")
    if not person.name.strip():
        raise BadInput("no_name")
    try:
        joined = premises.admit(
            home=found.home,
            person=person,
            relation=found.relation,
            starts=localdate(now),
            ends=found.ends,
            route=Occupancy.Route.INVITATION,
            ground=_("凭%(name)s的邀请码") % {"name": masked_name(found.inviter.person.name)},
            through=found.inviter,
            by=by,
            now=now,
        )
    except PremisesRefused as late:
        raise Refused(late.code, **late.details) from late
    found.used_at, found.used_by = now, person
    found.save(update_fields=["used_at", "used_by"])
    forget_codes([found.code])
    tell(
        joined,
        [found.inviter.person_id],
        "residency.joined",
        by=by,
        now=now,
        link=f"/c/{compound.code}/household/",
        who=person.name,
    )
    said(joined, now=now)
    return joined


def _record(row: Invitation, verb: str, changes: dict[str, list[object]], by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=row.compound_id,
        verb=verb,
        target=f"residency.invitation:{row.pk}",
        changes={"home": [None, row.home_id], **changes},
        now=now,
    )
