"""The two compounds that exist in every test, made by the same actions as the pages.

``here`` is where a test acts; ``there`` is the next compound, in another community with another firm, full of rows that
carry CANARY: wherever that text turns up in an answer given here, something leaked.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Person
from parties import actions as parties
from parties.models import Organisation, Post
from parties.queries import acting_post
from premises import actions as premises
from premises.models import Entrance, Home
from premises.queries import resident
from tenancy.actions import load_divisions, open_compound
from tenancy.actor import Actor, system_actor
from tenancy.models import Area, Compound
from tenancy.scope import entering, scope

CANARY = "金丝雀不该出现"
BEGAN = date(2024, 1, 1)
MADE_AT = datetime(2024, 1, 1, 1, 0, tzinfo=UTC)
DIVISIONS = """city_code,city,county_code,county,street_code,street,community_code,community
3307,金华市,330784,永康市,330784002,西城街道,330784002008,西山社区居委会
3307,金华市,330784,永康市,330784003,江南街道,330784003005,南苑社区居委会
"""
# name of the actor in tests -> (kind of organisation, role); every one exists in both compounds.
STAFF = {
    "secretary": ("community_party", "secretary"),
    "officer": ("community_party", "officer"),
    "chair": ("owners_committee", "chair"),
    "member": ("owners_committee", "member"),
    "manager": ("property_company", "manager"),
    "dispatcher": ("property_company", "dispatcher"),
    "worker": ("property_company", "worker"),
    "worker2": ("property_company", "worker"),
    "street": ("street_office", "officer"),
}
RESIDENTS = ("resident", "neighbour")


@dataclass
class Side:
    """One of the two compounds with everyone in it."""

    compound: Compound
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    homes: list[Home] = field(default_factory=list)

    def actor(self, name: str, on: date | None = None) -> Actor:
        """The actor for one of STAFF, RESIDENTS or "city", looked up as the middleware does."""
        on = on or timezone.localdate()
        person = self.people[name]
        with entering(person.pk):
            found = (
                acting_post(person.pk, self.posts[name].pk, on)
                if name in self.posts
                else resident(person.pk, self.compound.pk, on)
            )
        assert found is not None, name
        return found

    @property
    def standing(self) -> dict[str, tuple[str, int]]:
        """What the session keeps for each person: (kind, key)."""
        return {
            name: ("post", self.posts[name].pk) if name in self.posts else ("home", self.compound.pk)
            for name in self.people
        }


@dataclass
class World:
    """Both sides. ``city`` acts for both: an officer of the city above them."""

    here: Side
    there: Side


def build() -> dict[str, Any]:
    """Make both compounds; called once for the template database that every test clones."""
    load_divisions(lines=DIVISIONS.splitlines())
    city = parties.register_organisation(kind="city_bureau", name="永康市住房和城乡建设局")
    parties.assign_area(organisation=city, area=Area.objects.get(code="330784"), starts=BEGAN)
    for index, (code, community, firm, mark) in enumerate(
        (("here", "330784002008", "和美物业", ""), ("there", "330784003005", "邻家物业", CANARY))
    ):
        _side(index, code, Area.objects.get(code=community), firm, mark, city)
    return {}


def load() -> World:
    """Find what ``build`` made."""
    return World(*(_load(code, index) for index, code in enumerate(("here", "there"))))


def phone_of(index: int, name: str) -> str:
    """The invented number of a person (unassigned 199-0000 block)."""
    names = [*STAFF, *RESIDENTS, "city", "stranger"]
    return f"+8619900{index}{names.index(name):05d}"


def _side(index: int, code: str, community: Area, firm: str, mark: str, city: Organisation) -> None:
    compound = open_compound(code=code, name=f"{mark}小区{index + 1}", community=community)
    by = system_actor("test", (compound.pk,))
    now = MADE_AT
    with scope(compound.pk):
        organisations = {
            "community_party": parties.register_organisation(
                kind="community_party", name=f"{community.name}党委{mark}"
            ),
            "owners_committee": parties.register_organisation(kind="owners_committee", name=f"{compound.name}业委会"),
            "property_company": parties.register_organisation(
                kind="property_company", name=f"{firm}{mark}", phone=f"0579-8700000{index}"
            ),
            "street_office": parties.register_organisation(kind="street_office", name=f"{community.parent}办事处"),
        }
        parties.assign_area(organisation=organisations["community_party"], area=community, starts=BEGAN)
        assert community.parent is not None
        parties.assign_area(organisation=organisations["street_office"], area=community.parent, starts=BEGAN)
        parties.sign_contract(
            compound=compound,
            company=organisations["property_company"],
            starts=BEGAN,
            ends=None,
            basis="合同",
            by=by,
            now=now,
        )
        parties.begin_term(
            compound=compound,
            committee=organisations["owners_committee"],
            number=1,
            starts=BEGAN,
            ends=None,
            basis="备案",
            by=by,
            now=now,
        )
        staff = {**STAFF, "city": ("city_bureau", "officer")}
        organisations["city_bureau"] = city
        for name, (kind, role) in staff.items():
            person = Person.objects.create_person(
                phone=phone_of(index, name), name=name if name == "city" else f"{name}{mark}", phone_verified=True
            )
            parties.appoint(
                person=person, organisation=organisations[kind], role=role, starts=BEGAN, basis="任命", by=by, now=now
            )
        building = premises.add_building(compound=compound, name="1幢", entrances=["1单元", "2单元"])
        entrance = Entrance.objects.get(compound=compound, building=building, name="1单元")
        homes = premises.add_homes(
            compound=compound,
            entrance=entrance,
            homes=[(f"{floor}0{n}", floor, Decimal("89.1234")) for floor in (1, 2, 3) for n in (1, 2)],
            source="survey",
        )
        for name, home in zip(RESIDENTS, homes, strict=False):
            person = Person.objects.create_person(
                phone=phone_of(index, name), name=f"{name}{mark}", phone_verified=True
            )
            premises.record_owner(home=home, name=person.name, person=person, starts=BEGAN, by=by, now=now)
            claim = premises.claim_home(home=home, person=person, relation="owner", starts=BEGAN, by=by, now=now)
            premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=now)


def _load(code: str, index: int) -> Side:
    compound = Compound.objects.get(code=code)
    names = [*STAFF, "city", *RESIDENTS]
    people = {name: Person.objects.by_phone(phone_of(index, name)) for name in names}
    posts = {post.person_id: post for post in Post.objects.filter(person__in=people.values())}
    with scope(compound.pk):
        homes = list(Home.objects.filter(compound=compound).order_by("pk"))
    return Side(
        compound=compound,
        people={name: person for name, person in people.items() if person},
        posts={name: posts[person.pk] for name, person in people.items() if person and person.pk in posts},
        homes=homes,
    )
