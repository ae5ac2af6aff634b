"""Makes the demonstration by the same actions as the pages, each at its own time in the past."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import Person
from oversight.actions.counting import count_anew
from parties import actions as parties
from parties.models import Organisation, Post
from parties.queries import acting_post
from portal.demonstration import cast
from portal.demonstration.pictures import photo
from premises import actions as premises
from premises.models import Building, Entrance, Home
from premises.queries import homes_of, resident
from repairs.actions import clock, dispatch, feedback, filing, work
from repairs.models import Request
from tenancy.actions import load_divisions, open_compound
from tenancy.actor import Actor, system_actor
from tenancy.management.commands.load_divisions import YONGKANG
from tenancy.models import Area, Compound
from tenancy.scope import entering, scope

TERM_YEARS = 5


@dataclass
class Cast:
    """What was made, by the names of the cast."""

    now: datetime
    began: date
    compounds: dict[str, Compound] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    polls: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """The person of this name; made on first use, with the next invented number."""
        if name not in self.people:
            number = cast.phone(len(self.people) + 1)
            self.people[name] = Person.objects.by_phone(number) or Person.objects.create_person(
                phone=number, name=name, phone_verified=True
            )
        return self.people[name]


def is_built() -> bool:
    """Whether the demonstration is there: its last compound is open and has every story filed."""
    compound = Compound.objects.filter(code=cast.PLACES[-1].code).first()
    if compound is None:
        return False
    with scope(compound.pk):
        return bool(Request.objects.filter(compound=compound).exists())


@transaction.atomic
def build(*, now: datetime) -> Cast:
    """Make everything, or nothing: places, parties, homes, residents, then the stories in order of time."""
    from portal.demonstration.corresponding import correspond
    from portal.demonstration.defecting import find_defects
    from portal.demonstration.elections import hold
    from portal.demonstration.equipping import equip
    from portal.demonstration.halls import hang
    from portal.demonstration.handing import hand
    from portal.demonstration.joining import join
    from portal.demonstration.objecting import climb, object_to
    from portal.demonstration.offices import seat
    from portal.demonstration.papers import enter
    from portal.demonstration.posting import put_up
    from portal.demonstration.publicising import complete, publicise
    from portal.demonstration.rounding import go_round
    from portal.demonstration.staffing import staff
    from portal.demonstration.standing import nominate
    from portal.demonstration.voting import go_on
    from portal.demonstration.walls import mark_points, put_papers_up

    call_command("load_holidays", verbosity=0)
    with YONGKANG.open(encoding="utf-8-sig", newline="") as lines:
        load_divisions(lines=lines)
    made = Cast(now=now, began=date(now.year - 1, 1, 1))
    _organisations(made)
    for place in cast.PLACES:
        compound = made.compounds[place.code]
        with scope(compound.pk):
            _links(made, place)
            _homes(made, place)
    _posts(made)
    for place in cast.PLACES:
        with scope(made.compounds[place.code].pk):
            _residents(made, place)
    for story in sorted(cast.STORIES, key=lambda story: -story.hours):
        with scope(made.compounds[story.place].pk):
            _tell(made, story)
    join(made)
    enter(made)
    hand(made)
    mark_points(made)
    put_up(made)
    for act in (publicise, put_papers_up, equip, go_round, find_defects, complete):
        act(made)
    object_to(made, title="上半年公共收益收支公示")
    climb(made)
    correspond(made)
    hang(made)
    hold(made)
    for act in (nominate, seat, go_on, staff):
        act(made)
    for compound in made.compounds.values():
        with scope(compound.pk):
            clock.escalate(compound_id=compound.pk, now=now)
            count_anew(compound_id=compound.pk, now=now)
    return made


def _organisations(made: Cast) -> None:
    for key, (name, telephone) in cast.FIRMS.items():
        made.organisations[key] = parties.register_organisation(kind="property_company", name=name, phone=telephone)
    name, code = cast.CITY
    made.organisations["city"] = city = parties.register_organisation(kind="city_bureau", name=name)
    parties.assign_area(organisation=city, area=Area.objects.get(code=code), starts=made.began)
    for place in cast.PLACES:
        community = Area.objects.select_related("parent").get(code=place.community)
        street = community.parent
        made.compounds[place.code] = open_compound(
            code=place.code, name=place.name, community=community, address=place.address
        )
        if street is not None and street.code not in made.organisations:
            office = parties.register_organisation(kind="street_office", name=f"{street.name}办事处")
            parties.assign_area(organisation=office, area=street, starts=made.began)
            made.organisations[street.code] = office
        short = community.name.removesuffix("居委会")
        organisation = parties.register_organisation(kind="community_party", name=f"{short}党委", phone="0579-87180100")
        parties.assign_area(organisation=organisation, area=community, starts=made.began)
        made.organisations[f"community_party:{place.code}"] = organisation
        made.organisations[f"owners_committee:{place.code}"] = parties.register_organisation(
            kind="owners_committee", name=f"{place.name}业主委员会"
        )


def _by(made: Cast, code: str) -> Actor:
    return system_actor("演示数据", (made.compounds[code].pk,))


def _links(made: Cast, place: cast.Place) -> None:
    compound, by = made.compounds[place.code], _by(made, place.code)
    ends = date(made.began.year + TERM_YEARS, 1, 1) - timedelta(days=1)
    parties.sign_contract(
        compound=compound,
        company=made.organisations[place.firm],
        starts=made.began,
        ends=ends,
        basis="业主大会决定选聘",
        number=f"WY{made.began.year}-{place.code}",
        by=by,
        now=made.now,
    )
    parties.begin_term(
        compound=compound,
        committee=made.organisations[f"owners_committee:{place.code}"],
        number=2,
        starts=made.began,
        # One committee is to be re-elected soon.
        ends=localdate(made.now) + timedelta(days=40) if place.code == "ziwei" else ends,
        basis="业主大会选举，街道备案",
        by=by,
        now=made.now,
    )


def _homes(made: Cast, place: cast.Place) -> None:
    """Buildings of two entrances; areas differ by position as real ones do, exact to four decimals."""
    compound = made.compounds[place.code]
    for number in range(1, place.buildings + 1):
        premises.add_building(compound=compound, name=f"{number}幢", entrances=["1单元", "2单元"], position=number)
    for entrance in Entrance.objects.filter(compound=compound).select_related("building").order_by("pk"):
        base = Decimal("88.4500") + Decimal(entrance.building.position) * Decimal("2.1325")
        premises.add_homes(
            compound=compound,
            entrance=entrance,
            homes=[
                (f"{floor}{door:02d}", floor, base + Decimal(door) * Decimal("11.0375"))
                for floor in range(1, place.floors + 1)
                for door in range(1, place.per_floor + 1)
            ],
            source="survey",
        )


def _posts(made: Cast) -> None:
    for member in cast.STAFF:
        where, _, only = member.where.partition(":")
        organisation = made.organisations.get(where) or made.organisations[f"{member.kind}:{where}"]
        codes = [place.code for place in cast.PLACES if where in {place.code, place.firm}] or list(made.compounds)
        ids = [made.compounds[code].pk for code in codes]
        with scope(ids):
            made.posts[member.name] = parties.appoint(
                person=made.person(member.name),
                organisation=organisation,
                role=member.role,
                starts=made.began,
                basis="任命文件",
                by=system_actor("演示数据", tuple(ids)),
                now=made.now,
                only_compounds=[made.compounds[only].pk] if only else None,
            )
    for name, code, role in cast.CROSS:
        with scope(made.compounds[code].pk):
            parties.appoint(
                person=made.person(name),
                organisation=made.organisations[f"community_party:{code}"],
                role=role,
                starts=made.began,
                basis="双向进入、交叉任职",
                by=_by(made, code),
                now=made.now,
                cross_from=made.posts[name],
            )


def _residents(made: Cast, place: cast.Place) -> None:
    """Every home has an owner; the cast's residents also have a confirmed link to theirs."""
    compound, by = made.compounds[place.code], _by(made, place.code)
    desk = _actor(made, next(m.name for m in cast.STAFF if m.where == place.firm and m.role == "manager"))
    homes = list(Home.objects.filter(compound=compound).order_by("pk"))
    residents = dict(zip(homes[2::7], cast.RESIDENTS[place.code], strict=False))
    for index, home in enumerate(homes):
        name = residents.get(home) or _invented(index)
        person = made.person(name) if home in residents else None
        premises.record_owner(
            home=home, name=name, person=person, starts=made.began, source="register", by=by, now=made.now
        )
        if person is not None:
            claim = premises.claim_home(
                home=home, person=person, relation="owner", starts=made.began, by=by, now=made.now
            )
            premises.decide_claim(occupancy=claim, confirm=True, ground="与产权登记一致", by=desk, now=made.now)


def _invented(index: int) -> str:
    return cast.FAMILY[index * 7 % len(cast.FAMILY)] + cast.GIVEN[index * 11 % len(cast.GIVEN)]


def _actor(made: Cast, name: str) -> Actor:
    """The actor for a member of staff, found as the middleware finds it."""
    post = made.posts[name]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(made.now))
    if found is None:
        raise LookupError(name)
    return found


def _tell(made: Cast, story: cast.Story) -> None:
    """File a story's request and take its steps, spread over the time since."""
    compound = made.compounds[story.place]
    person = made.person(story.who)
    filed_at = made.now - timedelta(hours=story.hours)
    filer = resident(person.pk, compound.pk, localdate(made.now))
    if filer is None:
        raise LookupError(story.who)
    place, _, text = story.where.partition(":")
    home = homes_of(compound_id=compound.pk, person_id=person.pk, on=localdate(made.now))[0]
    building: Building = home.entrance.building
    request = filing.file_request(
        compound=compound,
        draft=filing.Draft(
            category=story.category,
            place=place,
            words=story.words,
            home_id=home.pk if place == "home" else None,
            building_id=building.pk if place == "building" else None,
            place_text=text,
            urgent=story.urgent,
        ),
        photos=[photo(story.photo)] if story.photo else [],
        by=filer,
        now=filed_at,
    )
    gap = min(timedelta(hours=story.hours) / (len(story.steps) + 1), timedelta(hours=6))
    for index, step in enumerate(story.steps, start=1):
        _step(made, request, step=step, place=story.place, filer=filer, at=filed_at + gap * index)


def _step(made: Cast, request: Request, *, step: str, place: str, filer: Actor, at: datetime) -> None:
    firm = next(p.firm for p in cast.PLACES if p.code == place)
    staff = [m for m in cast.STAFF if m.where in {firm, f"{firm}:{place}"}]
    desk = _actor(made, next(m.name for m in staff if m.role == "manager"))
    worker = _actor(made, next(m.name for m in staff if m.role == "worker"))
    common: dict[str, Any] = {"compound_id": request.compound_id, "ref": request.ref}
    clock.escalate(compound_id=request.compound_id, now=at)
    if step == "accept":
        dispatch.accept(**common, by=desk, now=at)
    elif step == "assign":
        dispatch.assign(**common, worker_post=worker.key, by=desk, now=at)
    elif step == "claim":
        work.claim(**common, by=worker, now=at)
    elif step == "start":
        work.start(**common, photos=[], by=worker, now=at)
    elif step == "finish":
        work.finish(**common, note="已修好，请查看。", photos=[photo("fixed")], by=worker, now=at)
    elif step.startswith("confirm"):
        feedback.confirm(**common, stars=int(step[-1]), comment="来得快，修得好。", by=filer, now=at)
    elif step == "reopen":
        feedback.reopen(**common, reason="螺丝又松了，没有修好。", by=filer, now=at)
    elif step == "return":
        dispatch.return_(
            **common, reason="水表前的管道归水务公司维护。", receiver="永康市水务有限公司", by=desk, now=at
        )
    elif step == "withdraw":
        feedback.withdraw(**common, reason="已经协商好了。", by=filer, now=at)
