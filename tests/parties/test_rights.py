"""Rights come from posts held today and end with them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from parties import actions
from parties.actions import PartyRefused
from parties.models import Contract, Organisation, Post
from parties.queries import acting_post, holders, office_title, posts_held, serving_company
from parties.rules import PARTY_OF_KIND, ROLES, may_hold, may_link, party_of
from tenancy.models import Area, Compound
from tenancy.scope import entering, scope
from tests.world import BEGAN, CANARY, World

TODAY = date(2026, 6, 1)
NOW = timezone.make_aware(timezone.datetime(2026, 6, 1, 9))


def _acting(world_side, name: str, on: date):
    post = world_side.posts[name]
    with entering(post.person_id):
        return acting_post(post.person_id, post.pk, on)


def test_a_post_covers_what_its_organisation_is_linked_to(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    for name in ("secretary", "officer", "chair", "member", "manager", "dispatcher", "worker", "street"):
        assert _acting(world.here, name, TODAY).compound_ids == (here,)
        assert _acting(world.there, name, TODAY).compound_ids == (there,)
    assert _acting(world.here, "city", TODAY).compound_ids == tuple(sorted((here, there)))


def test_the_party_follows_the_kind_and_the_level(world: World) -> None:
    parties = {name: _acting(world.here, name, TODAY).party for name in world.here.posts}
    assert parties == {
        "secretary": "community",
        "officer": "community",
        "chair": "committee",
        "member": "committee",
        "manager": "company",
        "dispatcher": "company",
        "worker": "company",
        "worker2": "company",
        "street": "street",
        "city": "city",
    }


def test_a_post_of_someone_else_gives_nothing(world: World) -> None:
    with entering(world.here.people["resident"].pk):
        assert acting_post(world.here.people["resident"].pk, world.here.posts["manager"].pk, TODAY) is None


def test_rights_end_with_the_post_on_its_last_day(world: World) -> None:
    post = world.here.posts["worker"]
    with scope(world.here.compound.pk):
        actions.end_post(post=post, ends=TODAY, basis="离职", by=world.here.actor("manager", TODAY), now=NOW)
    assert _acting(world.here, "worker", TODAY) is not None
    assert _acting(world.here, "worker", TODAY + timedelta(days=1)) is None
    assert _acting(world.here, "worker", BEGAN - timedelta(days=1)) is None


def test_a_firm_loses_sight_at_the_end_of_its_contract(world: World) -> None:
    manager = world.here.actor("manager", TODAY)
    with scope(world.here.compound.pk):
        contract = Contract.objects.get(compound=world.here.compound)
        actions.end_contract(contract=contract, ends=TODAY, basis="业主大会决定", by=manager, now=NOW)
        assert serving_company(world.here.compound.pk, TODAY).pk == contract.company_id
        assert serving_company(world.here.compound.pk, TODAY + timedelta(days=1)) is None
        left = {h.party for h in holders(world.here.compound.pk, TODAY + timedelta(days=1))}
    assert left == {"community", "committee", "street", "city"}
    assert _acting(world.here, "manager", TODAY + timedelta(days=1)).compound_ids == ()


def test_a_post_may_be_limited_to_some_compounds(world: World) -> None:
    post = world.here.posts["worker"]
    Post.objects.filter(pk=post.pk).update(only_compounds=[world.there.compound.pk])
    assert _acting(world.here, "worker", TODAY).compound_ids == ()
    with scope(world.here.compound.pk):
        assert post.person_id not in {h.person_id for h in holders(world.here.compound.pk, TODAY)}


def test_two_firms_cannot_serve_on_the_same_day(world: World) -> None:
    other = Organisation.objects.get(name=f"邻家物业{CANARY}")
    manager = world.here.actor("manager", TODAY)
    with scope(world.here.compound.pk), pytest.raises(PartyRefused) as refused:
        actions.sign_contract(
            compound=world.here.compound, company=other, starts=TODAY, ends=None, basis="x", by=manager, now=NOW
        )
    assert refused.value.code == "overlaps"
    with scope(world.here.compound.pk):
        contract = Contract.objects.get(compound=world.here.compound)
        actions.end_contract(contract=contract, ends=TODAY, basis="x", by=manager, now=NOW)
        fresh = actions.sign_contract(
            compound=world.here.compound,
            company=other,
            starts=TODAY + timedelta(days=1),
            ends=None,
            basis="x",
            by=manager,
            now=NOW,
        )
        assert serving_company(world.here.compound.pk, TODAY + timedelta(days=1)).pk == fresh.company_id


def test_every_change_leaves_an_audit_entry_as_the_post(world: World) -> None:
    manager = world.here.actor("manager", TODAY)
    with scope(world.here.compound.pk):
        before = Entry.objects.filter(compound=world.here.compound).count()
        actions.end_post(post=world.here.posts["worker"], ends=TODAY, basis="离职", by=manager, now=NOW)
        entry = Entry.objects.filter(compound=world.here.compound).order_by("-seq").first()
        assert Entry.objects.filter(compound=world.here.compound).count() == before + 1
    assert (entry.verb, entry.post_id, entry.person_id) == ("parties.end_post", manager.post_id, manager.person_id)
    assert entry.changes["basis"] == [None, "离职"]


@pytest.mark.parametrize(
    ("kind", "role", "code"),
    [("property_company", "secretary", "no_such_role"), ("owners_committee", "worker", "no_such_role")],
)
def test_a_role_that_the_party_does_not_have_is_refused(world: World, kind: str, role: str, code: str) -> None:
    organisation = Organisation.objects.filter(kind=kind).first()
    with scope(world.here.compound.pk), pytest.raises(PartyRefused) as refused:
        actions.appoint(
            person=world.here.people["resident"],
            organisation=organisation,
            role=role,
            starts=TODAY,
            basis="x",
            by=world.here.actor("manager", TODAY),
            now=NOW,
        )
    assert refused.value.code == code
    assert not Post.objects.filter(person=world.here.people["resident"]).exists()


def test_a_cross_appointment_is_shown_as_one(world: World) -> None:
    manager = world.here.people["manager"]
    community = world.here.posts["secretary"].organisation
    by = world.here.actor("secretary", TODAY)
    with scope(world.here.compound.pk):
        actions.appoint(
            person=manager,
            organisation=community,
            role="part_time_member",
            starts=TODAY,
            basis="双向进入",
            by=by,
            now=NOW,
            cross_from=world.here.posts["manager"],
        )
        crossed = [h for h in holders(world.here.compound.pk, TODAY) if h.crossed]
    assert [(h.person_id, h.party) for h in crossed] == [(manager.pk, "community")]
    assert [(p.role_label, p.crossed) for p in posts_held(manager.pk, TODAY)] == [
        ("项目经理", False),
        ("兼职委员", True),
    ]


def test_a_cross_appointment_names_the_persons_own_post_elsewhere(world: World) -> None:
    community = world.here.posts["secretary"].organisation
    by = world.here.actor("secretary", TODAY)
    for cross_from, code in (("chair", "cross_from_other_person"), ("secretary", "cross_within_organisation")):
        person = world.here.people["secretary"]
        with scope(world.here.compound.pk), pytest.raises(PartyRefused) as refused:
            actions.appoint(
                person=person,
                organisation=community,
                role="officer",
                starts=TODAY,
                basis="x",
                by=by,
                now=NOW,
                cross_from=world.here.posts[cross_from],
            )
        assert refused.value.code == code


def test_the_three_party_office_speaks_for_the_level_of_its_area(world: World) -> None:
    office = actions.register_organisation(kind="three_party_office", name=office_title("street"))
    assert office.name == "街道三方办"
    area = Area.objects.get(code="330784002")
    actions.assign_area(organisation=office, area=area, starts=BEGAN)
    with scope(world.here.compound.pk):
        post = actions.appoint(
            person=world.here.people["resident"],
            organisation=office,
            role="officer",
            starts=BEGAN,
            basis="任命",
            by=world.here.actor("street", TODAY),
            now=NOW,
        )
    with entering(post.person_id):
        actor = acting_post(post.person_id, post.pk, TODAY)
    assert (actor.party, actor.compound_ids) == ("street", (world.here.compound.pk,))


def test_a_street_covers_only_its_own_communities(world: World) -> None:
    compound = Compound.objects.get(code="there")
    assert compound.pk not in _acting(world.here, "street", TODAY).compound_ids


@given(st.sampled_from(sorted(ROLES)), st.text(max_size=12))
def test_only_listed_roles_exist(party: str, role: str) -> None:
    assert may_hold(party, role).ok == (role in ROLES[party])


@pytest.mark.parametrize("kind", [*PARTY_OF_KIND, "three_party_office"])
def test_every_kind_links_in_exactly_one_way_and_has_a_party(kind: str) -> None:
    assert sum(may_link(kind, to).ok for to in ("area", "contract", "term")) == 1
    assert party_of(kind, "street") in ROLES
