"""What the pages of joining show, by page. All run inside the compound's scope but those of the person alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from parties.queries import serving_company
from premises.models import Building, Entrance, Home, Occupancy, Owner
from residency.models import Bond, Invitation, ParentCode, Poster
from residency.queries import lives
from residency.rules.matching import same_name
from tenancy.scope import entering, scope

DECIDED_WITHIN = timedelta(days=60)


# --- choosing a home --------------------------------------------------------------------------------------------------
def layout(compound_id: int) -> list[Building]:
    """The compound's buildings in their order, each with its entrances (``entrances.all()``). Two statements."""
    entrances = Entrance.objects.filter(compound_id=compound_id).order_by("name", "pk")
    found = Building.objects.filter(compound_id=compound_id).order_by("position", "name", "pk")
    return list(found.prefetch_related(Prefetch("entrances", entrances)))


def rooms(*, compound_id: int, entrance_id: int) -> list[Home]:
    """The homes of an entrance, from the ground up. One statement."""
    rows = Home.objects.filter(compound_id=compound_id, entrance_id=entrance_id, ends__isnull=True)
    return list(rows.order_by("floor", "room", "pk"))


# --- the person's own -------------------------------------------------------------------------------------------------
_OWN_COMPOUNDS = """
SELECT DISTINCT o.compound_id FROM premises_occupancy o WHERE o.person_id = %(person)s ORDER BY o.compound_id
"""


@dataclass(frozen=True, slots=True)
class OwnLink:
    """One of a person's links to homes, with the property office's telephone; ``live`` while it gives rights."""

    link: Occupancy
    phone: str
    live: bool


def own_links(person_id: int, on: date) -> list[OwnLink]:
    """Every link of a person to a home in every compound, the latest first.

    One statement, then two in each of their compounds. Not inside a scope: each compound's is opened in turn.
    """
    with entering(person_id), connection.cursor() as cursor:
        cursor.execute(_OWN_COMPOUNDS, {"person": person_id})
        compounds = [row[0] for row in cursor.fetchall()]
    found: list[OwnLink] = []
    for compound_id in compounds:
        with scope(compound_id):
            rows = Occupancy.objects.filter(compound_id=compound_id, person_id=person_id)
            company = serving_company(compound_id, on)
            phone = company.phone if company else ""
            found += [OwnLink(row, phone, lives(row, on)) for row in rows.select_related("home", "compound")]
    return sorted(found, key=lambda one: (one.live, one.link.claimed_at is not None, one.link.pk), reverse=True)


def compound_of_own_link(*, person_id: int, occupancy_id: int) -> int | None:
    """In which compound a person's own link lies, before any scope is open; None when it is not theirs."""
    return _own("SELECT compound_id FROM premises_occupancy WHERE person_id = %s AND id = %s", person_id, occupancy_id)


def compound_of_own_bond(*, child_id: int, bond_id: int) -> int | None:
    """In which compound a child's own bond lies, before any scope is open; None when it is not theirs."""
    return _own("SELECT compound_id FROM residency_bond WHERE child_id = %s AND id = %s", child_id, bond_id)


def _own(sql: str, person_id: int, row_id: int) -> int | None:
    with entering(person_id), connection.cursor() as cursor:
        cursor.execute(sql, [person_id, row_id])
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class OwnBond:
    """A bond as the child sees it: for whom, where, since when, and whether the parent still lives there."""

    id: int
    parent: str
    compound: str
    code: str
    since: datetime
    ended_at: datetime | None


_BONDS = """
SELECT b.id, p.name, c.name, c.code, b.bound_at, b.ended_at FROM residency_bond b
JOIN accounts_person p ON p.id = b.parent_id JOIN tenancy_compound c ON c.id = b.compound_id
WHERE b.child_id = %(child)s ORDER BY b.ended_at IS NOT NULL, b.bound_at DESC, b.id
"""


def bonds_of_child(child_id: int) -> list[OwnBond]:
    """For whom a person acts, in every compound, ended ones last. One statement; needs no scope."""
    with entering(child_id), connection.cursor() as cursor:
        cursor.execute(_BONDS, {"child": child_id})
        return [OwnBond(*row) for row in cursor.fetchall()]


# --- a resident's home ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Household:
    """A home of the acting resident: their own link, whoever else belongs to it, and the codes that stand open."""

    own: Occupancy
    others: list[Occupancy] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)


def households(*, compound_id: int, person_id: int, on: date, now: datetime) -> list[Household]:
    """The homes of a resident in a compound with who lives there. Two statements."""
    mine = [
        row
        for row in Occupancy.objects.filter(
            compound_id=compound_id, person_id=person_id, state=Occupancy.State.CONFIRMED
        ).select_related("home")
        if lives(row, on)
    ]
    found = {row.home_id: Household(own=row) for row in mine}
    rows = Occupancy.objects.filter(
        compound_id=compound_id, home_id__in=list(found), state=Occupancy.State.CONFIRMED
    ).exclude(person_id=person_id)
    for row in rows.select_related("person").order_by("starts", "pk"):
        if lives(row, on):
            found[row.home_id].others.append(row)
    opened = Invitation.objects.filter(
        compound_id=compound_id, inviter__in=mine, used_at=None, cancelled_at=None, expires_at__gt=now
    )
    for invitation in opened.order_by("pk"):
        found[invitation.home_id].invitations.append(invitation)
    return list(found.values())


def own_parent_code(*, compound_id: int, person_id: int, now: datetime) -> ParentCode | None:
    """The parent's own open code that they made on their telephone. One statement."""
    found: ParentCode | None = ParentCode.objects.filter(
        compound_id=compound_id,
        parent_id=person_id,
        how=ParentCode.How.PHONE,
        used_at=None,
        cancelled_at=None,
        expires_at__gt=now,
    ).first()
    return found


def bonds_of_parent(*, compound_id: int, parent_id: int) -> list[Bond]:
    """Who acts for a resident there, ended ones last. One statement."""
    rows = Bond.objects.filter(compound_id=compound_id, parent_id=parent_id).select_related("child", "ended_by")
    return list(rows.order_by("-ended_at", "bound_at", "pk"))


# --- the office -------------------------------------------------------------------------------------------------------
def claims(*, compound_id: int, waiting: bool, now: datetime) -> QuerySet[Occupancy]:
    """Claims that wait, the oldest first; or those decided within two months, the latest first."""
    rows: QuerySet[Occupancy] = Occupancy.objects.filter(compound_id=compound_id).select_related(
        "home", "person", "decided_by"
    )
    if waiting:
        return rows.filter(state=Occupancy.State.CLAIMED).order_by("claimed_at", "pk")
    decided = rows.exclude(state=Occupancy.State.CLAIMED).filter(decided_at__gt=now - DECIDED_WITHIN)
    return decided.order_by("-decided_at", "-pk")


def claim_counts(*, compound_id: int, late_before: datetime, now: datetime) -> dict[str, int]:
    """How many claims wait, how many of them too long, how many were decided within two months. One statement."""
    counted: dict[str, int] = Occupancy.objects.filter(compound_id=compound_id).aggregate(
        waiting=Count("pk", filter=Q(state=Occupancy.State.CLAIMED)),
        late=Count("pk", filter=Q(state=Occupancy.State.CLAIMED, claimed_at__lte=late_before)),
        decided=Count("pk", filter=~Q(state=Occupancy.State.CLAIMED) & Q(decided_at__gt=now - DECIDED_WITHIN)),
    )
    return counted


def residents(*, compound_id: int, search: str) -> QuerySet[Occupancy]:
    """Everyone confirmed in a compound by address; ``search`` is a part of an address or of a name."""
    rows: QuerySet[Occupancy] = Occupancy.objects.filter(
        compound_id=compound_id, state=Occupancy.State.CONFIRMED
    ).select_related("home", "person")
    if search:
        rows = rows.filter(Q(home__address__contains=search) | Q(person__name__contains=search))
    return rows.order_by("home__address", "relation", "pk")


@dataclass(frozen=True, slots=True)
class Named:
    """A registered owner of the home beside the claimant: whether name and number are the same."""

    name: str
    same_name: bool
    has_phone: bool
    same_phone: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the office sees of one link: the register's owners, and who else belongs to the home."""

    link: Occupancy
    owners: list[Named]
    others: list[Occupancy]
    bonds: list[Bond]


def dossier(*, compound_id: int, occupancy_id: int, on: date) -> Dossier | None:
    """One link to a home with what is needed to decide it; None when it is not there. Four statements."""
    link: Occupancy | None = (
        Occupancy.objects.filter(compound_id=compound_id, pk=occupancy_id)
        .select_related("home", "person", "compound", "decided_by", "ended_by")
        .first()
    )
    if link is None:
        return None
    registered = Owner.objects.filter(compound_id=compound_id, home_id=link.home_id, starts__lte=on).exclude(
        ends__lt=on
    )
    owners = [
        Named(
            name=owner.name,
            same_name=same_name(owner.name, link.person.name),
            has_phone=bool(owner.phone_digests) or owner.person_id is not None,
            same_phone=link.person.phone_digest in owner.phone_digests or owner.person_id == link.person_id,
        )
        for owner in registered.order_by("position", "pk")
    ]
    others = Occupancy.objects.filter(
        compound_id=compound_id, home_id=link.home_id, state=Occupancy.State.CONFIRMED
    ).exclude(pk=link.pk)
    return Dossier(
        link=link,
        owners=owners,
        others=list(others.select_related("person").order_by("starts", "pk")),
        bonds=bonds_of_parent(compound_id=compound_id, parent_id=link.person_id),
    )


def old_posters(compound_id: int) -> list[Poster]:
    """Replaced codes, the latest first. One statement."""
    rows = Poster.objects.filter(compound_id=compound_id, replaced_at__isnull=False)
    return list(rows.select_related("building", "entrance").order_by("-replaced_at", "-pk")[:100])
