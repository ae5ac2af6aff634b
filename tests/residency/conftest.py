"""Newcomers, claims, invitations and bonds, made by the same actions as the pages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.crypto import digest, encrypt
from accounts.models import Person
from premises.models import Occupancy, Owner
from residency.actions import claims, invitations, parents, posters
from residency.models import Bond, Invitation, ParentCode, Poster
from tenancy.scope import scope
from tests.world import Side

# A Tuesday morning: 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 6, 2)
LAST_DAY = TODAY + timedelta(days=365)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def newcomer(name: str = "陈新来", number: int = 1, *, verified: bool = True) -> Person:
    """Someone who signed in and has no home yet (unassigned 199-0009 block)."""
    phone = f"+8619900090{number:03d}"
    return Person.objects.by_phone(phone) or Person.objects.create_person(
        phone=phone, name=name, phone_verified=verified
    )


def claim(
    side: Side, person: Person, *, home: int = 4, relation: str = "owner", now: datetime = NOW, **given
) -> Occupancy:
    """Claim a home of this side."""
    given = {"last_day": LAST_DAY if relation == "tenant" else None, "note": "", **given}
    with scope(side.compound.pk):
        return claims.claim(
            compound=side.compound, home_id=side.homes[home].pk, person=person, relation=relation, now=now, **given
        )


def settle_in(side: Side, person: Person, *, relation: str = "owner", home: int = 4, now: datetime = NOW) -> Occupancy:
    """Claim a home and be confirmed by the desk."""
    made = claim(side, person, relation=relation, home=home, now=now)
    with scope(side.compound.pk):
        return claims.decide(
            compound_id=side.compound.pk,
            occupancy_id=made.pk,
            confirm=True,
            ground="看过房产证",
            by=side.actor("dispatcher", now.date()),
            now=now,
        )


def register_phone(
    side: Side, person: Person, *, home: int = 4, name: str | None = None, phone: str | None = None
) -> Owner:
    """The register names an owner of a home with a telephone, as an import leaves it."""
    with scope(side.compound.pk):
        number = phone if phone is not None else person.phone
        return Owner.objects.create(
            compound=side.compound,
            home=side.homes[home],
            name=person.name if name is None else name,
            phone_cipher=encrypt(number) if number else "",
            phone_digests=[digest(number)] if number else [],
            starts=date(2024, 1, 1),
        )


def own_link(side: Side, who: str) -> Occupancy:
    """The confirmed link of one of the world's residents."""
    with scope(side.compound.pk):
        return Occupancy.objects.select_related("home").get(person=side.people[who], state="confirmed")


def invited(side: Side, *, who: str = "resident", relation: str = "family", now: datetime = NOW) -> Invitation:
    """A code that a resident made."""
    with scope(side.compound.pk):
        return invitations.invite(
            compound_id=side.compound.pk,
            occupancy_id=own_link(side, who).pk,
            relation=relation,
            last_day=LAST_DAY if relation == "tenant" else None,
            by=side.actor(who, now.date()),
            now=now,
        )


def parent_code(side: Side, *, who: str = "resident", by: str | None = None, now: datetime = NOW) -> ParentCode:
    """A resident's code for a child, made by themselves or by one of the staff."""
    with scope(side.compound.pk):
        return parents.make_parent_code(
            compound_id=side.compound.pk, parent=side.people[who], by=side.actor(by or who, now.date()), now=now
        )


def bound(side: Side, child: Person, *, who: str = "resident", now: datetime = NOW) -> Bond:
    """A child who acts for a resident."""
    code = parent_code(side, who=who, now=now)
    with scope(side.compound.pk):
        return parents.bind(compound=side.compound, code_id=code.pk, child=child, now=now)


def poster(side: Side, *, now: datetime = NOW) -> Poster:
    """The poster of the first entrance."""
    with scope(side.compound.pk):
        posters.print_posters(
            compound_id=side.compound.pk,
            unit="entrance",
            building_id=None,
            by=side.actor("manager", now.date()),
            now=now,
        )
        return Poster.objects.select_related("building", "entrance").order_by("pk").first()


def put_something_everywhere(side: Side, mark: str, now: datetime) -> dict[str, int]:
    """A claim with a marked note, an invitation, a bond and a poster: the URL parameters of the pages of joining."""
    number = 100 + side.compound.pk % 400 * 2
    claimed = claim(side, newcomer(f"新来的{mark}", number), home=5, note=f"说明{mark}", now=now)
    return {
        "occupancy_id": claimed.pk,
        "invitation_id": invited(side, now=now).pk,
        "bond_id": bound(side, newcomer(f"孩子{mark}", number + 1), now=now).pk,
        "poster_id": poster(side, now=now).pk,
    }
