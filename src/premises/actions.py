"""Changes to the register of buildings, homes, owners and residents."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from accounts.models import Person
from audit.actions import record
from premises.models import Building, Entrance, Home, Occupancy, Owner, Source
from tenancy.actor import Actor
from tenancy.models import Compound

# Whoever may confirm that a person belongs to a home: the firm's desk and the community, never a neighbour.
DECIDERS = {("company", "manager"), ("company", "dispatcher"), ("community", "secretary"), ("community", "officer")}


class PremisesRefused(Exception):
    """A change to the register that is not allowed; ``code`` is the reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    locked: Home = Home.objects.select_for_update().get(compound_id=home.compound_id, pk=home.pk)
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
def claim_home(*, home: Home, person: Person, relation: str, starts: date, by: Actor, now: datetime) -> Occupancy:
    """Say that a person belongs to a home. It gives no rights until someone confirms it."""
    occupancy, made = Occupancy.objects.get_or_create(
        compound_id=home.compound_id,
        home=home,
        person=person,
        state__in=[Occupancy.State.CLAIMED, Occupancy.State.CONFIRMED],
        defaults={"relation": relation, "starts": starts, "state": Occupancy.State.CLAIMED},
    )
    if made:
        _record(occupancy, "premises.claim_home", [None, Occupancy.State.CLAIMED.value], by=by, now=now)
    return occupancy  # type: ignore[no-any-return]


@transaction.atomic
def decide_claim(*, occupancy: Occupancy, confirm: bool, ground: str, by: Actor, now: datetime) -> Occupancy:
    """Confirm or refuse a claim; the record keeps who decided it, as which post and on what ground."""
    if (by.party, by.role) not in DECIDERS and by.party != "system":
        raise PremisesRefused("not_a_decider")
    locked: Occupancy = Occupancy.objects.select_for_update().get(compound_id=occupancy.compound_id, pk=occupancy.pk)
    if locked.state != Occupancy.State.CLAIMED:
        raise PremisesRefused("already_decided")
    locked.state = Occupancy.State.CONFIRMED if confirm else Occupancy.State.REFUSED
    locked.decided_by_id = by.person_id or None
    locked.decided_as, locked.decided_post, locked.decided_at, locked.ground = by.label, by.post_id, now, ground
    locked.save()
    _record(locked, "premises.decide_claim", [Occupancy.State.CLAIMED.value, locked.state], by=by, now=now)
    return locked


@transaction.atomic
def end_occupancy(*, occupancy: Occupancy, ends: date, by: Actor, now: datetime) -> Occupancy:
    """Record a move-out: the person's rights in the compound through this home end with that day."""
    locked: Occupancy = Occupancy.objects.select_for_update().get(compound_id=occupancy.compound_id, pk=occupancy.pk)
    if locked.state != Occupancy.State.CONFIRMED:
        raise PremisesRefused("not_confirmed")
    if ends < locked.starts:
        raise PremisesRefused("ends_before_start")
    locked.ends = ends
    locked.save(update_fields=["ends"])
    _record(locked, "premises.end_occupancy", [None, str(ends)], by=by, now=now)
    return locked


def _record(occupancy: Occupancy, verb: str, change: list[object], *, by: Actor, now: datetime) -> None:
    record(
        by=by,
        compound_id=occupancy.compound_id,
        verb=verb,
        target=f"premises.occupancy:{occupancy.pk}",
        changes={"state": change},
        now=now,
    )
