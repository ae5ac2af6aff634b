"""Reads about joining that actions and upper floors ask; what the pages list is in ``residency.listings``."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.crypto import digest
from accounts.models import Person
from premises.models import Building, Entrance, Home, Occupancy, Owner
from residency.models import Invitation, JoinCode, ParentCode, Poster
from residency.rules import codes
from residency.rules.household import ENDS_SOON, OWNER, REMIND_AFTER, TENANT
from residency.rules.matching import matches
from tenancy.actor import Actor
from tenancy.models import Compound

ADDRESS_LENGTH = 60


# --- codes ------------------------------------------------------------------------------------------------------------
def find_code(typed: str) -> JoinCode | None:
    """What a code stands for, as someone typed it. Needs no scope: the register belongs to no tenant. One statement."""
    code = codes.normalised(typed)
    if code is None:
        return None
    return JoinCode.objects.select_related("place").filter(code_digest=digest(code)).first()


def poster(*, compound_id: int, poster_id: int) -> Poster | None:
    """A poster's row, current or replaced, with its place. One statement."""
    found: Poster | None = (
        Poster.objects.filter(compound_id=compound_id, pk=poster_id).select_related("building", "entrance").first()
    )
    return found


def poster_places(
    *, compound_id: int, unit: str, building_id: int | None = None
) -> list[tuple[Building, Entrance | None, Poster | None]]:
    """Every place that gets a poster, in the order of buildings, with its current code. Two statements."""
    current = {
        (row.building_id, row.entrance_id): row
        for row in Poster.objects.filter(compound_id=compound_id, replaced_at=None)
    }
    if unit == "building":
        buildings = Building.objects.filter(compound_id=compound_id).order_by("position", "name", "pk")
        if building_id is not None:
            buildings = buildings.filter(pk=building_id)
        return [(building, None, current.get((building.pk, None))) for building in buildings]
    entrances = (
        Entrance.objects.filter(compound_id=compound_id)
        .select_related("building")
        .order_by("building__position", "building__name", "building_id", "name", "pk")
    )
    if building_id is not None:
        entrances = entrances.filter(building_id=building_id)
    return [(one.building, one, current.get((one.building_id, one.pk))) for one in entrances]


def open_invitation(
    *, compound_id: int, invitation_id: int, now: datetime, for_update: bool = False
) -> Invitation | None:
    """An invitation that can still be taken up: not used, not cancelled, not expired, and its inviter still lives there."""
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True) if for_update else Invitation.objects.all()
    found: Invitation | None = (
        rows.filter(compound_id=compound_id, pk=invitation_id, used_at=None, cancelled_at=None, expires_at__gt=now)
        .select_related("home", "inviter__person")
        .first()
    )
    return found if found is not None and lives(found.inviter, localdate(now)) else None


def open_parent_code(*, compound_id: int, code_id: int, now: datetime, for_update: bool = False) -> ParentCode | None:
    """A parent's code that can still be used, with the parent. One statement."""
    rows = ParentCode.objects.select_for_update(of=("self",), no_key=True) if for_update else ParentCode.objects.all()
    found: ParentCode | None = (
        rows.filter(compound_id=compound_id, pk=code_id, used_at=None, cancelled_at=None, expires_at__gt=now)
        .select_related("parent")
        .first()
    )
    return found


def compound(compound_id: int) -> Compound:
    """A compound by its id. One statement."""
    return Compound.objects.get(pk=compound_id)


# --- who lives where --------------------------------------------------------------------------------------------------
def lives(occupancy: Occupancy, on: date) -> bool:
    """Whether a link gives rights on a day."""
    return (
        occupancy.state == Occupancy.State.CONFIRMED
        and occupancy.starts <= on
        and (occupancy.ends is None or occupancy.ends >= on)
    )


def _living(on: date) -> Q:
    return Q(state=Occupancy.State.CONFIRMED, starts__lte=on) & (Q(ends__isnull=True) | Q(ends__gte=on))


def is_resident(*, person_id: int, compound_id: int, on: date) -> bool:
    """Whether the person belongs to a home of the compound on a day. One statement."""
    rows = Occupancy.objects.filter(_living(on), compound_id=compound_id, person_id=person_id)
    return bool(rows.exists())


def relation_at(*, person_id: int, compound_id: int, home_id: int, on: date) -> str | None:
    """As what a person belongs to a home on a day; None when they do not. One statement."""
    found: str | None = (
        Occupancy.objects.filter(_living(on), compound_id=compound_id, home_id=home_id, person_id=person_id)
        .values_list("relation", flat=True)
        .first()
    )
    return found


def owners_living(*, compound_id: int, home_id: int, on: date) -> list[int]:
    """The people who are confirmed as owners of a home. One statement."""
    rows = Occupancy.objects.filter(_living(on), compound_id=compound_id, home_id=home_id, relation=OWNER)
    return list(rows.values_list("person_id", flat=True))


def home_by_address(*, compound_id: int, typed: str) -> Home | None:
    """The home of an address as someone typed it (3幢1单元1201), spaces and full-width digits tolerated."""
    plain = "".join(unicodedata.normalize("NFKC", typed[: ADDRESS_LENGTH * 2]).split())
    found: Home | None = Home.objects.filter(compound_id=compound_id, address=plain, ends__isnull=True).first()
    return found


def matching_owner(*, home: Home, person: Person, on: date) -> Owner | None:
    """The registered owner of the home on that day who is this person: same name, and their verified number. One statement."""
    if not person.phone_verified:
        return None
    rows = Owner.objects.filter(compound_id=home.compound_id, home=home, starts__lte=on).exclude(ends__lt=on)
    for owner in rows.order_by("position", "pk"):
        if owner.person_id is not None and owner.person_id != person.pk:
            continue
        if matches(
            name=person.name,
            phone_digest=person.phone_digest,
            owner_name=owner.name,
            owner_digests=[*owner.phone_digests, *([person.phone_digest] if owner.person_id == person.pk else [])],
        ):
            return owner  # type: ignore[no-any-return]
    return None


# --- the clock --------------------------------------------------------------------------------------------------------
def waiting_for_reminder(*, compound_id: int, now: datetime) -> list[Occupancy]:
    """Claims that have waited two days since they were made or last spoken of, locked, the oldest first. One statement."""
    before = now - REMIND_AFTER
    rows = (
        Occupancy.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(compound_id=compound_id, state=Occupancy.State.CLAIMED, claimed_at__lte=before)
        .filter(Q(reminded_at__isnull=True) | Q(reminded_at__lte=before))
        .select_related("home", "compound")
    )
    return list(rows.order_by("claimed_at", "pk"))


def run_out(*, compound_id: int, on: date) -> list[Occupancy]:
    """Confirmed links whose last day is over, locked. One statement."""
    rows = Occupancy.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, state=Occupancy.State.CONFIRMED, ends__lt=on
    )
    return list(rows.select_related("home", "compound").order_by("pk"))


def ending_soon(*, compound_id: int, on: date) -> list[Occupancy]:
    """Tenants whose last day comes within two weeks. One statement."""
    rows = Occupancy.objects.filter(
        compound_id=compound_id,
        state=Occupancy.State.CONFIRMED,
        relation=TENANT,
        ends__gte=on,
        ends__lte=on + ENDS_SOON,
    )
    return list(rows.select_related("home", "compound").order_by("pk"))


_WITH_WORK = """
SELECT o.compound_id FROM premises_occupancy o
WHERE (o.state = 'claimed' AND o.claimed_at <= %(before)s AND (o.reminded_at IS NULL OR o.reminded_at <= %(before)s))
   OR (o.state = 'confirmed' AND o.ends <= %(soon)s)
UNION SELECT i.compound_id FROM residency_invitation i
WHERE i.used_at IS NULL AND i.cancelled_at IS NULL AND i.expires_at <= %(now)s
UNION SELECT c.compound_id FROM residency_parentcode c
WHERE c.used_at IS NULL AND c.cancelled_at IS NULL AND c.expires_at <= %(now)s
"""


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where a claim waits, a last day came or comes, or a code ran out. Needs all scopes."""
    with connection.cursor() as cursor:
        soon = localdate(now) + ENDS_SOON
        cursor.execute(_WITH_WORK, {"before": now - REMIND_AFTER, "soon": soon, "now": now})
        return sorted(row[0] for row in cursor.fetchall())


def expired_codes(*, compound_id: int, now: datetime) -> tuple[list[Invitation], list[ParentCode]]:
    """Codes that ran out without having been used or cancelled. Two statements."""
    given = {"compound_id": compound_id, "used_at": None, "cancelled_at": None, "expires_at__lte": now}
    return list(Invitation.objects.filter(**given)), list(ParentCode.objects.filter(**given))


# --- for the floors above ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ActsFor:
    """A parent for whom a child may file and follow in a compound, and the homes that are the parent's there.

    ``homes`` are (id, address).
    """

    bond_id: int
    person_id: int
    name: str
    since: datetime
    homes: tuple[tuple[int, str], ...]


_ACTS_FOR = """
SELECT b.id, b.parent_id, p.name, b.bound_at, array_agg(h.id ORDER BY h.id), array_agg(h.address ORDER BY h.id)
FROM residency_bond b
JOIN accounts_person p ON p.id = b.parent_id AND p.is_active
JOIN premises_occupancy o ON o.compound_id = b.compound_id AND o.person_id = b.parent_id AND o.state = 'confirmed'
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
WHERE b.compound_id = %(compound)s AND b.child_id = %(child)s AND b.ended_at IS NULL
GROUP BY b.id, b.parent_id, p.name, b.bound_at ORDER BY b.bound_at, b.id
"""


# The ids of the parents for whom a person acts: a subquery that wants ``%(compound)s`` and ``%(person)s``.
PARENTS = """SELECT b.parent_id FROM residency_bond b
WHERE b.compound_id = %(compound)s AND b.child_id = %(person)s AND b.ended_at IS NULL"""


def acts_for(person_id: int, compound_id: int, on: date) -> list[ActsFor]:
    """The parents for whom a person may act in a compound on a day (亲情代办). One statement; needs the compound's scope.

    A parent who has no confirmed home there on that day is not among them, whatever the bond says.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACTS_FOR, {"child": person_id, "compound": compound_id, "on": on})
        return [
            ActsFor(bond, parent, name, since, tuple(zip(ids, addresses, strict=True)))
            for bond, parent, name, since, ids, addresses in cursor.fetchall()
        ]


# Read before any scope exists, through the entry policies: the child's own bonds, and whether they live there themselves.
_CHILD = """
SELECT c.id, c.name, person.name FROM residency_bond b
JOIN tenancy_compound c ON c.id = b.compound_id
JOIN accounts_person person ON person.id = b.child_id
WHERE b.child_id = %(child)s AND b.ended_at IS NULL AND (%(compound)s::bigint IS NULL OR b.compound_id = %(compound)s::bigint)
  AND NOT EXISTS (SELECT 1 FROM premises_occupancy o WHERE o.person_id = b.child_id AND o.compound_id = b.compound_id
    AND o.state = 'confirmed' AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s))
GROUP BY c.id, c.name, person.name ORDER BY c.id
"""


def child(person_id: int, compound_id: int, on: date) -> Actor | None:
    """The actor for a child who acts for a parent in a compound where they do not live themselves; None otherwise.

    As a resident, since that is for whom they act; the role ``child`` says that nothing of the compound is their own.
    One statement; runs inside ``entering``.
    """
    found = _child_rows(person_id, compound_id, on)
    if not found:
        return None
    _id, compound, name = found[0]
    return Actor(
        person_id=person_id,
        person_name=name,
        kind="child",
        key=compound_id,
        party="resident",
        role="child",
        label=_("%(compound)s 居民的子女（亲情代办）") % {"compound": compound},
        compound_ids=(compound_id,),
    )


def compounds_of_parents(person_id: int, on: date) -> list[tuple[int, str]]:
    """(id, name) of the compounds where a person acts for a parent without living there. One statement, in ``entering``."""
    return [(compound_id, name) for compound_id, name, _person in _child_rows(person_id, None, on)]


def _child_rows(person_id: int, compound_id: int | None, on: date) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHILD, {"child": person_id, "compound": compound_id, "on": on})
        return list(cursor.fetchall())


def compounds_acted_in(person_id: int) -> list[int]:
    """The compounds where a person acts or acted for a parent, read before any scope is open. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT compound_id FROM residency_bond WHERE child_id = %s", [person_id])
        return [row[0] for row in cursor.fetchall()]
