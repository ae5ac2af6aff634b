"""Changes to the register of buildings, homes, owners and residents."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import Person
from audit.actions import record
from lifecycle.machine import NotAllowed
from live.actions import revoke as close_sockets
from premises.models import Building, Entrance, Home, Occupancy, Owner, Source
from premises.states import MACHINE
from tenancy.actor import Actor
from tenancy.models import Compound

# Whoever may confirm that a person belongs to a home: the firm's desk and the community, never a neighbour.
DECIDERS = {("company", "manager"), ("company", "dispatcher"), ("community", "secretary"), ("community", "officer")}


class PremisesRefused(Exception):
    """A change to the register that is not allowed; ``code`` is the reason code, ``details`` what the words need."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@transaction.atomic
def add_building(*, compound: Compound, name: str, entrances: list[str], position: int = 0) -> Building:
    """Add a building with its entrances."""
    building: Building = Building.objects.create(compound=compound, name=name, position=position)
    Entrance.objects.bulk_create(
        [Entrance(compound=compound, building=building, name=entrance) for entrance in entrances]
    )
    return building


def home_address(building: str, entrance: str, room: str) -> str:
    """The name by which residents call a home: 3幢1单元1201."""
    return f"{building}{entrance}{room}"


@transaction.atomic
def add_homes(
    *, compound: Compound, entrance: Entrance, homes: list[tuple[str, int, Decimal]], source: str
) -> list[Home]:
    """Add homes to an entrance: (room, floor, exclusive area in m2 with at most four decimals)."""
    for _room, _floor, area in homes:
        if area <= 0 or area != area.quantize(Decimal("0.0001")):
            raise PremisesRefused("area_not_exact")
    made: list[Home] = Home.objects.bulk_create(
        [
            Home(
                compound=compound,
                entrance=entrance,
                room=room,
                floor=floor,
                area=area,
                area_source=source,
                address=home_address(entrance.building.name, entrance.name, room),
            )
            for room, floor, area in homes
        ]
    )
    return made


@transaction.atomic
def record_owner(
    *,
    home: Home,
    name: str,
    starts: date,
    by: Actor,
    now: datetime,
    share: Fraction = Fraction(1),
    source: str = Source.OFFICE,
    person: Person | None = None,
) -> Owner:
    """Record an owner with a share. Refused (``shares_exceed_whole``) when present owners would own more than the home."""
    locked: Home = Home.objects.select_for_update(no_key=True).get(compound_id=home.compound_id, pk=home.pk)
    present = Owner.objects.filter(compound_id=home.compound_id, home=locked, ends__isnull=True)
    whole = sum((Fraction(o.share_numerator, o.share_denominator) for o in present), start=share)
    if not 0 < share <= 1 or whole > 1:
        raise PremisesRefused("shares_exceed_whole")
    owner: Owner = Owner.objects.create(
        compound_id=home.compound_id,
        home=locked,
        name=name,
        person=person,
        share_numerator=share.numerator,
        share_denominator=share.denominator,
        source=source,
        starts=starts,
    )
    record(
        by=by,
        compound_id=home.compound_id,
        verb="premises.record_owner",
        target=f"premises.home:{home.pk}",
        changes={"share": [None, f"{share.numerator}/{share.denominator}"], "source": [None, str(source)]},
        now=now,
    )
    return owner


@transaction.atomic
def claim_home(
    *,
    home: Home,
    person: Person,
    relation: str,
    starts: date,
    by: Actor,
    now: datetime,
    ends: date | None = None,
    note: str = "",
) -> Occupancy:
    """Say that a person belongs to a home. It gives no rights until someone confirms it.

    The person's open link to the home, when there is one, is returned as it is.
    """
    occupancy, made = Occupancy.objects.get_or_create(
        compound_id=home.compound_id,
        home=home,
        person=person,
        state__in=[Occupancy.State.CLAIMED, Occupancy.State.CONFIRMED],
        defaults={
            "relation": relation,
            "starts": starts,
            "ends": ends,
            "note": note,
            "claimed_at": now,
            "state": Occupancy.State.CLAIMED,
        },
    )
    if made:
        _record(occupancy, "premises.claim_home", [None, Occupancy.State.CLAIMED.value], by=by, now=now)
    return occupancy  # type: ignore[no-any-return]


@transaction.atomic
def decide_claim(
    *, occupancy: Occupancy, confirm: bool, ground: str, by: Actor, now: datetime, ends: date | None = None
) -> Occupancy:
    """Confirm or refuse a claim; the record keeps who decided it, as which post and on what ground.

    ``ends`` corrects a tenant's last day. Whoever comes second is told who decided (``already_decided``).
    """
    if (by.party, by.role) not in DECIDERS and by.party != "system":
        raise PremisesRefused("not_a_decider")
    locked = _locked(occupancy)
    _move(locked, "confirm" if confirm else "refuse")
    if ends is not None:
        locked.ends = ends
    if confirm:
        locked.route = Occupancy.Route.OFFICE
    _decided(locked, ground=ground, by=by, now=now)
    _record(locked, "premises.decide_claim", [Occupancy.State.CLAIMED.value, locked.state], by=by, now=now)
    return locked


@transaction.atomic
def match_claim(*, occupancy: Occupancy, owner: Owner, by: Actor, now: datetime) -> Occupancy:
    """Confirm a claim because name and telephone are those of a registered owner, who is that person from now on."""
    locked = _locked(occupancy)
    _move(locked, "match")
    locked.route = Occupancy.Route.MATCH
    _decided(locked, ground=str(Occupancy.Route.MATCH.label), by=by, now=now)
    Owner.objects.filter(compound_id=owner.compound_id, pk=owner.pk, person__isnull=True).update(
        person_id=locked.person_id
    )
    _record(locked, "premises.match_claim", [Occupancy.State.CLAIMED.value, locked.state], by=by, now=now)
    return locked


@transaction.atomic
def admit(
    *,
    home: Home,
    person: Person,
    relation: str,
    starts: date,
    ends: date | None,
    route: str,
    ground: str,
    by: Actor,
    now: datetime,
    through: Occupancy | None = None,
) -> Occupancy:
    """Confirm a person of a home at once: ``route`` says how (invited from the home, or entered by the office).

    Their own waiting claim to the home is confirmed by it. Refused (``already_here``) for whoever belongs to it already.
    """
    occupancy = claim_home(home=home, person=person, relation=relation, starts=starts, ends=ends, by=by, now=now)
    locked = _locked(occupancy)
    if locked.state == Occupancy.State.CONFIRMED:
        raise PremisesRefused("already_here")
    _move(locked, "admit")
    locked.relation, locked.ends, locked.route, locked.through = relation, ends, route, through
    _decided(locked, ground=ground, by=by, now=now)
    _record(locked, "premises.admit", [Occupancy.State.CLAIMED.value, locked.state], by=by, now=now)
    return locked


@transaction.atomic
def withdraw_claim(*, occupancy: Occupancy, by: Actor, now: datetime) -> Occupancy:
    """The claimant takes a claim back."""
    locked = _locked(occupancy)
    if locked.person_id != by.person_id:
        raise PremisesRefused("not_yours")
    _move(locked, "withdraw")
    locked.save(update_fields=["state"])
    _record(locked, "premises.withdraw_claim", [Occupancy.State.CLAIMED.value, locked.state], by=by, now=now)
    return locked


@transaction.atomic
def note_reminder(*, occupancy: Occupancy, now: datetime) -> None:
    """Keep when those who decide were last reminded of a waiting claim."""
    Occupancy.objects.filter(compound_id=occupancy.compound_id, pk=occupancy.pk).update(reminded_at=now)


@transaction.atomic
def move_out(*, occupancy: Occupancy, reason: str, by: Actor, now: datetime) -> list[Occupancy]:
    """End a person's link to a home now (迁出): the rights end with this transaction, the history stays.

    Whoever was let in by a tenant goes with them. Returns all that ended, the person's own first; their sockets are
    closed and let in again with what rights are left. Refused (``not_confirmed``) for what is not confirmed.
    """
    locked = _locked(occupancy)
    if locked.state != Occupancy.State.CONFIRMED:
        raise PremisesRefused("not_confirmed")
    ended = [locked]
    if locked.relation == Occupancy.Relation.TENANT:
        ended += Occupancy.objects.select_for_update(no_key=True).filter(
            compound_id=locked.compound_id, through=locked, state=Occupancy.State.CONFIRMED
        )
    today = localdate(now)
    for row in ended:
        _move(row, "end")
        row.ends = max(row.starts, min(row.ends or today, today))
        row.ended_by_id, row.ended_as, row.ended_post = by.person_id or None, by.label[:120], by.post_id
        row.ended_at, row.end_reason = now, reason
        row.save()
        close_sockets(person_id=row.person_id)  # who has other rights left is let in again
    for row in ended:
        _record(row, "premises.move_out", [Occupancy.State.CONFIRMED.value, row.state], by=by, now=now)
    return ended


@transaction.atomic
def end_occupancy(*, occupancy: Occupancy, ends: date, by: Actor, now: datetime) -> Occupancy:
    """Set the last day of a confirmed link: the person's rights in the compound through this home end with it.

    A tenancy that goes on is given a later one; a move-out that is now is ``move_out``.
    """
    locked = _locked(occupancy)
    if locked.state != Occupancy.State.CONFIRMED:
        raise PremisesRefused("not_confirmed")
    if ends < locked.starts:
        raise PremisesRefused("ends_before_start")
    before, locked.ends = locked.ends, ends
    locked.save(update_fields=["ends"])
    _record(locked, "premises.end_occupancy", [str(before) if before else None, str(ends)], by=by, now=now)
    return locked


def _locked(occupancy: Occupancy) -> Occupancy:
    locked: Occupancy = Occupancy.objects.select_for_update(no_key=True).get(
        compound_id=occupancy.compound_id, pk=occupancy.pk
    )
    return locked


def _move(locked: Occupancy, action: str) -> None:
    """Along the machine; whoever comes second is told what became of it, and by whom."""
    try:
        locked.state = MACHINE.target(locked.state, action)
    except NotAllowed as late:
        code = "already_decided" if locked.state != Occupancy.State.WITHDRAWN else "withdrawn"
        raise PremisesRefused(
            code, who=locked.decided_as, state=str(Occupancy.State(locked.state).label), by=_name(locked)
        ) from late


def _name(locked: Occupancy) -> str:
    return locked.decided_by.name if locked.decided_by_id is not None and locked.decided_by is not None else ""


def _decided(locked: Occupancy, *, ground: str, by: Actor, now: datetime) -> None:
    locked.decided_by_id = by.person_id or None
    locked.decided_as, locked.decided_post, locked.decided_at = by.label[:120], by.post_id, now
    locked.ground = ground
    locked.save()


def _record(occupancy: Occupancy, verb: str, change: list[object], *, by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=occupancy.compound_id,
        verb=verb,
        target=f"premises.occupancy:{occupancy.pk}",
        changes={"state": change},
        now=now,
    )
