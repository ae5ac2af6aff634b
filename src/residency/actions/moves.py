"""Moving out, leases that go on or end, and people whom the office registers because they cannot join themselves."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.actions import ensure_person
from audit.actions import record
from premises import actions as premises
from premises.actions import PremisesRefused
from premises.models import Home, Occupancy
from residency.actions.claims import MAX_NOTE, locked
from residency.actions.parents import end_bonds_of_parent
from residency.actions.telling import forget_codes, office, page_of, said, tell
from residency.models import Invitation
from residency.permissions import decides, is_own, may_end, may_prolong
from residency.queries import ending_soon, home_by_address, owners_living, relation_at, run_out
from residency.refusals import BadInput, NoSuchRow, NotPermitted, OutOfState, Refused
from residency.rules import household
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound


@transaction.atomic
def move_out(*, compound_id: int, occupancy_id: int, reason: str, by: Actor, now: datetime) -> list[Occupancy]:
    """End a link to a home: by the resident, by the owner for a tenant, or by the office with a reason.

    The rights end with the transaction, sockets are closed, invitations that stood open are void, and who acted for the
    person acts no longer. Whoever was let in by a tenant goes too. Returns all links that ended. Refuses with NoSuchRow,
    NotPermitted, BadInput (no reason) or OutOfState (ended already).
    """
    found = locked(compound_id=compound_id, occupancy_id=occupancy_id)
    own = relation_at(person_id=by.person_id, compound_id=compound_id, home_id=found.home_id, on=localdate(now))
    if not may_end(by, found, own_relation=own):
        # A stranger to the home learns nothing of it.
        raise NotPermitted("not_yours") if own is not None else NoSuchRow
    mine = is_own(by, found)
    reason = reason.strip()
    if not reason and not mine:
        raise BadInput("say_why", field="reason")
    if len(reason) > MAX_NOTE or "\x00" in reason:
        raise BadInput("too_long", field="reason")
    return end(found, reason=reason or _("本人迁出"), by=by, now=now)


def end(found: Occupancy, *, reason: str, by: Actor, now: datetime) -> list[Occupancy]:
    """What every end of a link shares, whoever may end it: rights, invitations, bonds, messages, lists."""
    try:
        ended = premises.move_out(occupancy=found, reason=reason, by=by, now=now)
    except PremisesRefused as late:
        raise OutOfState("moved_on", state=str(Occupancy.State(found.state).label)) from late
    opened = Invitation.objects.filter(
        compound_id=found.compound_id, inviter__in=ended, used_at=None, cancelled_at=None
    )
    forget_codes([row.code for row in opened])
    opened.update(cancelled_at=now)
    for row in ended:
        end_bonds_of_parent(compound_id=found.compound_id, parent_id=row.person_id, by=by, now=now)
        tell(row, [row.person_id], "residency.moved_out", by=by, now=now, urgent=True, reason=reason)
    people = office(found.compound_id, localdate(now), desk_only=True)
    tell(found, people, "residency.moved_out_seen", by=by, now=now, link=page_of(found))
    said(ended[0], now=now)
    return ended


@transaction.atomic
def prolong(*, compound_id: int, occupancy_id: int, last_day: date | None, by: Actor, now: datetime) -> Occupancy:
    """Change a tenant's last day: by the owner of the home or the office. Refuses as ``move_out`` does."""
    found = locked(compound_id=compound_id, occupancy_id=occupancy_id)
    own = relation_at(person_id=by.person_id, compound_id=compound_id, home_id=found.home_id, on=localdate(now))
    if not may_prolong(by, found, own_relation=own):
        raise NotPermitted("not_yours") if own is not None else NoSuchRow
    if found.relation != household.TENANT:
        raise Refused("not_a_tenant")
    try:
        ends = household.last_day(household.TENANT, asked=last_day, own=None, today=localdate(now))
        assert ends is not None  # noqa: S101  a tenant's always is
        changed = premises.end_occupancy(occupancy=found, ends=ends, by=by, now=now)
    except ValueError as wrong:
        raise BadInput(str(wrong), field="last_day") from wrong
    except PremisesRefused as late:
        raise OutOfState("moved_on", state=str(Occupancy.State(found.state).label)) from late
    # Whoever a tenant let in stays as long as the tenant does.
    guests = Occupancy.objects.filter(
        compound_id=compound_id, through=changed, state=Occupancy.State.CONFIRMED, ends=found.ends
    )
    for guest in guests.order_by("pk"):
        premises.end_occupancy(occupancy=guest, ends=ends, by=by, now=now)
    tell(changed, [changed.person_id], "residency.prolonged", by=by, now=now, day=str(ends))
    said(changed, now=now)
    return changed


@transaction.atomic
def register_resident(
    *,
    compound: Compound,
    address: str,
    phone: str,
    name: str,
    relation: str,
    last_day: date | None,
    ground: str,
    by: Actor,
    now: datetime,
) -> Occupancy:
    """The office enters someone who cannot join themselves, such as an old man without a smartphone.

    ``phone`` is E.164 and not verified: whoever shows a code sent to it is that person. Refuses with NotPermitted,
    BadInput (field) or Refused (``already_here``).
    """
    if not decides(by):
        raise NotPermitted("not_office")
    home: Home | None = home_by_address(compound_id=compound.pk, typed=address)
    if home is None:
        raise BadInput("no_such_home", field="address")
    if relation not in Occupancy.Relation.values:
        raise BadInput("which_relation", field="relation")
    if not name.strip() or "\x00" in name:
        raise BadInput("no_name", field="name")
    if not ground.strip():
        raise BadInput("say_ground", field="ground")
    if len(ground) > MAX_NOTE or "\x00" in ground:
        raise BadInput("too_long", field="ground")
    today = localdate(now)
    try:
        ends = household.last_day(relation, asked=last_day, own=None, today=today)
    except ValueError as wrong:
        raise BadInput(str(wrong), field="last_day") from wrong
    person = ensure_person(phone=phone, name=" ".join(name.split()), now=now)
    if person.pk == by.person_id:
        raise NotPermitted("own_claim")
    try:
        made = premises.admit(
            home=home,
            person=person,
            relation=relation,
            starts=today,
            ends=ends,
            route=Occupancy.Route.OFFICE,
            ground=ground.strip(),
            by=by,
            now=now,
        )
    except PremisesRefused as late:
        raise Refused(late.code, **late.details) from late
    tell(made, [person.pk], "residency.registered", by=by, now=now, who=by.label)
    said(made, now=now)
    return made


@transaction.atomic
def end_what_ran_out(*, compound_id: int, now: datetime) -> int:
    """End the links whose last day is over, and warn of leases that end within two weeks; returns how many ended."""
    by = system_actor("residency.calendar", (compound_id,))
    today = localdate(now)
    ended = 0
    for found in run_out(compound_id=compound_id, on=today):
        found.refresh_from_db(fields=["state"])  # it may have gone with the tenant who let it in
        if found.state == Occupancy.State.CONFIRMED:
            ended += len(end(found, reason=_("到期"), by=by, now=now))
    for found in ending_soon(compound_id=compound_id, on=today):
        people = [found.person_id, *owners_living(compound_id=compound_id, home_id=found.home_id, on=today)]
        # The key names the day: told once, and once more when the day was changed.
        tell(found, people, "residency.ends_soon", by=by, now=now, day=str(found.ends), part=str(found.ends))
    if ended:
        record(
            by=by,
            compound_id=compound_id,
            verb="residency.end_what_ran_out",
            target=f"tenancy.compound:{compound_id}",
            changes={"ended": [None, ended]},
            now=now,
        )
    return ended
