"""The register: exact areas, shares that never exceed the whole, links that someone confirmed."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from audit.models import Entry
from premises import actions
from premises.actions import PremisesRefused
from premises.models import Entrance, Home, Occupancy, Owner
from premises.queries import buildings, compounds_of, homes_of, resident
from tenancy.scope import entering, scope
from tests.world import BEGAN, World

TODAY = date(2026, 6, 1)
NOW = timezone.make_aware(timezone.datetime(2026, 6, 1, 9))


@pytest.fixture
def inside(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def test_an_area_is_exact_to_four_decimals(inside) -> None:
    entrance = Entrance.objects.get(name="2单元")
    (home,) = actions.add_homes(
        compound=inside.compound, entrance=entrance, homes=[("101", 1, Decimal("118.3201"))], source="register"
    )
    assert Home.objects.get(pk=home.pk).area == Decimal("118.3201")
    assert home.address == "1幢2单元101"
    with pytest.raises(PremisesRefused) as refused:
        actions.add_homes(
            compound=inside.compound, entrance=entrance, homes=[("102", 1, Decimal("118.32011"))], source="register"
        )
    assert refused.value.code == "area_not_exact"


@pytest.mark.parametrize("area", ["0", "-1"])
def test_an_area_is_positive(inside, area: str) -> None:
    with pytest.raises(PremisesRefused):
        actions.add_homes(
            compound=inside.compound,
            entrance=Entrance.objects.get(name="2单元"),
            homes=[("9", 1, Decimal(area))],
            source="x",
        )


def test_owners_shares_never_exceed_the_home(inside) -> None:
    home = inside.homes[3]
    by = inside.actor("manager", TODAY)
    for name, share in (("甲", Fraction(1, 3)), ("乙", Fraction(2, 3))):
        actions.record_owner(home=home, name=name, share=share, starts=TODAY, by=by, now=NOW)
    with pytest.raises(PremisesRefused) as refused:
        actions.record_owner(home=home, name="丙", share=Fraction(1, 1000), starts=TODAY, by=by, now=NOW)
    assert refused.value.code == "shares_exceed_whole"
    assert Owner.objects.filter(home=home).count() == 2


def test_a_claim_gives_no_rights_until_someone_confirms_it(inside) -> None:
    stranger = inside.people["worker2"]
    claim = actions.claim_home(
        home=inside.homes[4], person=stranger, relation="tenant", starts=BEGAN, by=inside.actor("worker2"), now=NOW
    )
    assert resident(stranger.pk, inside.compound.pk, TODAY) is None
    actions.decide_claim(
        occupancy=claim, confirm=True, ground="租赁合同", by=inside.actor("dispatcher", TODAY), now=NOW
    )
    actor = resident(stranger.pk, inside.compound.pk, TODAY)
    assert (actor.party, actor.compound_ids) == ("resident", (inside.compound.pk,))
    kept = Occupancy.objects.get(pk=claim.pk)
    assert (kept.decided_by_id, kept.decided_post, kept.ground) == (
        inside.people["dispatcher"].pk,
        inside.posts["dispatcher"].pk,
        "租赁合同",
    )


@pytest.mark.parametrize("name", ["resident", "worker", "chair", "street"])
def test_only_the_desk_and_the_community_decide_claims(inside, name: str) -> None:
    claim = actions.claim_home(
        home=inside.homes[4],
        person=inside.people["worker2"],
        relation="tenant",
        starts=BEGAN,
        by=inside.actor("worker2"),
        now=NOW,
    )
    with pytest.raises(PremisesRefused) as refused:
        actions.decide_claim(occupancy=claim, confirm=True, ground="x", by=inside.actor(name, TODAY), now=NOW)
    assert refused.value.code == "not_a_decider"
    assert Occupancy.objects.get(pk=claim.pk).state == "claimed"


def test_a_claim_is_decided_once_and_made_once(inside) -> None:
    officer = inside.actor("officer", TODAY)
    person = inside.people["worker2"]
    first, second = (
        actions.claim_home(home=inside.homes[4], person=person, relation="tenant", starts=BEGAN, by=officer, now=NOW)
        for _ in range(2)
    )
    assert first.pk == second.pk
    actions.decide_claim(occupancy=first, confirm=False, ground="无合同", by=officer, now=NOW)
    with pytest.raises(PremisesRefused) as refused:
        actions.decide_claim(occupancy=first, confirm=True, ground="x", by=officer, now=NOW)
    assert refused.value.code == "already_decided"


def test_a_move_out_ends_the_right_on_its_day(inside) -> None:
    person = inside.people["resident"]
    occupancy = Occupancy.objects.get(person=person)
    actions.end_occupancy(occupancy=occupancy, ends=TODAY, by=inside.actor("manager", TODAY), now=NOW)
    assert resident(person.pk, inside.compound.pk, TODAY) is not None
    assert resident(person.pk, inside.compound.pk, TODAY + timedelta(days=1)) is None
    assert homes_of(compound_id=inside.compound.pk, person_id=person.pk, on=TODAY + timedelta(days=1)) == []
    entry = Entry.objects.order_by("-seq").first()
    assert entry.verb == "premises.end_occupancy"


def test_reads_take_one_statement_each(inside, statements) -> None:
    person = inside.people["resident"]
    with statements() as seen:
        homes = homes_of(compound_id=inside.compound.pk, person_id=person.pk, on=TODAY)
        _ = [home.entrance.building.name for home in homes]
    assert (len(seen), len(homes)) == (1, 1)
    with statements() as seen:
        assert [b.name for b in buildings(inside.compound.pk)] == ["1幢"]
    assert len(seen) == 1


def test_a_person_finds_their_compounds_before_any_scope(world: World) -> None:
    person = world.here.people["resident"]
    with entering(person.pk):
        assert [c.code for c in compounds_of(person.pk, TODAY)] == ["here"]
