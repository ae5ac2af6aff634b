"""Claiming a home, and deciding claims: by the register at once, or by the office; never by silence."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import Person
from audit.actions import record
from premises import actions as premises
from premises.actions import PremisesRefused
from premises.models import Home, Occupancy
from residency.actions.telling import newcomer, office, page_of, said, tell
from residency.permissions import decides
from residency.queries import matching_owner, waiting_for_reminder
from residency.refusals import BadInput, NoSuchRow, NotPermitted, OutOfState, Refused
from residency.rules import household
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

MAX_NOTE = 200
# Of one person in one compound: open at once, and refused within a month. Beyond it the office is asked in person.
MAX_OPEN, MAX_REFUSED = 3, 3
REFUSED_WITHIN = timedelta(days=30)


@transaction.atomic
def claim(
    *,
    compound: Compound,
    home_id: int,
    person: Person,
    relation: str,
    last_day: date | None,
    note: str,
    now: datetime,
) -> Occupancy:
    """Claim a home for oneself as owner, family or tenant (with a last day).

    A registered owner whose name and verified number are the register's is confirmed at once, and recorded as matched.
    Everyone else waits for the office, who is told. Claiming again what waits already changes nothing. Refuses with
    BadInput, or Refused (``already_here``, ``too_many``).
    """
    by = newcomer(person, compound)
    home: Home | None = Home.objects.filter(compound_id=compound.pk, pk=home_id, ends__isnull=True).first()
    if home is None:
        raise BadInput("no_such_home", field="home")
    if relation not in Occupancy.Relation.values:
        raise BadInput("which_relation", field="relation")
    if not person.name.strip():
        raise BadInput("no_name")
    if len(note) > MAX_NOTE or "\x00" in note:
        raise BadInput("too_long", field="note")
    today = localdate(now)
    try:
        ends = household.last_day(relation, asked=last_day, own=None, today=today)
    except ValueError as wrong:
        raise BadInput(str(wrong), field="last_day") from wrong
    waiting = _check_others(compound, home, person, now)
    if waiting is not None:
        return waiting
    claimed = premises.claim_home(
        home=home, person=person, relation=relation, starts=today, ends=ends, note=note.strip(), by=by, now=now
    )
    if claimed.state != Occupancy.State.CLAIMED:
        return claimed  # a second tap that met the first
    owner = matching_owner(home=home, person=person, on=today) if relation == household.OWNER else None
    if owner is not None:
        try:
            claimed = premises.match_claim(
                occupancy=claimed, owner=owner, by=system_actor("register", (compound.pk,)), now=now
            )
        except PremisesRefused:  # the first tap has matched it meanwhile
            claimed.refresh_from_db()
            return claimed
        tell(claimed, [person.pk], "residency.claim_matched", by=by, now=now)
    else:
        desk = office(compound.pk, today, desk_only=True)
        tell(claimed, desk, "residency.claim_filed", by=by, now=now, link=page_of(claimed))
        tell(claimed, [person.pk], "residency.claim_received", by=by, now=now)
    said(claimed, now=now)
    return claimed


def _check_others(compound: Compound, home: Home, person: Person, now: datetime) -> Occupancy | None:
    """The person's waiting claim to this home, if there is one; refuses what is confirmed already, and too many."""
    rows = list(
        Occupancy.objects.filter(compound_id=compound.pk, person=person).only("home_id", "state", "decided_at", "ends")
    )
    today = localdate(now)
    for row in rows:
        if row.home_id != home.pk:
            continue
        if row.state == Occupancy.State.CLAIMED:
            found: Occupancy = Occupancy.objects.select_related("home", "compound").get(pk=row.pk)
            return found
        if row.state == Occupancy.State.CONFIRMED:
            if row.ends is None or row.ends >= today:
                raise Refused("already_here")
            # A lease that ended last night, and the clock has not come round yet.
            premises.move_out(
                occupancy=row, reason=_("到期"), by=system_actor("residency.calendar", (compound.pk,)), now=now
            )
    if sum(row.state == Occupancy.State.CLAIMED for row in rows) >= MAX_OPEN:
        raise Refused("too_many_open")
    refused = [
        r for r in rows if r.state == Occupancy.State.REFUSED and r.decided_at and r.decided_at > now - REFUSED_WITHIN
    ]
    if len(refused) >= MAX_REFUSED:
        raise Refused("too_many_refused")
    return None


@transaction.atomic
def decide(
    *,
    compound_id: int,
    occupancy_id: int,
    confirm: bool,
    ground: str,
    by: Actor,
    now: datetime,
    last_day: date | None = None,
) -> Occupancy:
    """Confirm or refuse a claim; ``ground`` is how it was checked, or why not, and is told to the claimant when refused.

    Refuses with NotPermitted (not of the office, or their own claim), BadInput, NoSuchRow, and OutOfState for whoever
    comes second: its details say who decided, as what.
    """
    if not decides(by):
        raise NotPermitted("not_office")
    ground = ground.strip()
    if not ground:
        raise BadInput("say_ground" if confirm else "say_why", field="ground")
    if len(ground) > MAX_NOTE or "\x00" in ground:
        raise BadInput("too_long", field="ground")
    found = locked(compound_id=compound_id, occupancy_id=occupancy_id)
    if found.person_id == by.person_id:
        raise NotPermitted("own_claim")
    ends = None
    if confirm and found.relation == household.TENANT:
        try:
            ends = household.last_day(found.relation, asked=last_day or found.ends, own=None, today=localdate(now))
        except ValueError as wrong:
            raise BadInput(str(wrong), field="last_day") from wrong
    try:
        decided = premises.decide_claim(occupancy=found, confirm=confirm, ground=ground, ends=ends, by=by, now=now)
    except PremisesRefused as late:
        raise OutOfState(late.code, **late.details) from late
    template = "residency.claim_confirmed" if confirm else "residency.claim_refused"
    tell(decided, [decided.person_id], template, by=by, now=now, urgent=True, reason=ground)
    said(decided, now=now)
    return decided


@transaction.atomic
def withdraw(*, compound: Compound, occupancy_id: int, person: Person, now: datetime) -> Occupancy:
    """The claimant takes a claim back. Refuses with NoSuchRow (not theirs) or OutOfState (decided meanwhile)."""
    found = locked(compound_id=compound.pk, occupancy_id=occupancy_id)
    if found.person_id != person.pk:
        raise NoSuchRow
    try:
        withdrawn = premises.withdraw_claim(occupancy=found, by=newcomer(person, compound), now=now)
    except PremisesRefused as late:
        raise OutOfState(late.code, **late.details) from late
    said(withdrawn, now=now)
    return withdrawn


@transaction.atomic
def remind(*, compound_id: int, now: datetime) -> int:
    """Remind the office of claims that wait for two days and more, and tell the claimants so; returns how many.

    Nothing is ever confirmed by it.
    """
    by = system_actor("residency.remind", (compound_id,))
    due = waiting_for_reminder(compound_id=compound_id, now=now)
    people = office(compound_id, localdate(now)) if due else []
    for found in due:
        days = str((now - (found.claimed_at or now)).days)
        premises.note_reminder(occupancy=found, now=now)
        tell(found, people, "residency.claim_waiting", by=by, now=now, link=page_of(found), days=days)
        tell(found, [found.person_id], "residency.claim_still_waiting", by=by, now=now, days=days)
        said(found, now=now)
        record(
            by=by,
            compound_id=compound_id,
            verb="residency.remind",
            target=f"premises.occupancy:{found.pk}",
            changes={"waited_days": [None, days]},
            now=now,
        )
    return len(due)


def locked(*, compound_id: int, occupancy_id: int) -> Occupancy:
    """The link, locked, with its home and compound; NoSuchRow when it is not there."""
    found: Occupancy | None = (
        Occupancy.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=occupancy_id)
        .select_related("home", "compound")
        .first()
    )
    if found is None:
        raise NoSuchRow
    return found
