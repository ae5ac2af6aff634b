"""A child who lives elsewhere acts in the parent's compound, as a resident's child, for as long as the bond lasts."""

from django.utils import timezone

from portal.queries import standings
from residency.actions import parents
from residency.queries import child
from tenancy.actor import find_actor
from tenancy.scope import entering, scope
from tests.residency.conftest import TODAY, bound, newcomer
from tests.world import World


def test_a_bond_gives_a_standing_and_its_end_takes_it(world: World, client) -> None:
    here = world.here
    person = newcomer("张小军")
    bond = bound(here, person)
    with entering(person.pk):
        actor = find_actor(person_id=person.pk, kind="child", key=here.compound.pk, on=TODAY)
        assert find_actor(person_id=person.pk, kind="child", key=world.there.compound.pk, on=TODAY) is None
        assert find_actor(person_id=person.pk, kind="home", key=here.compound.pk, on=TODAY) is None
    assert actor is not None
    assert (actor.party, actor.role, actor.compound_ids) == ("resident", "child", (here.compound.pk,))
    assert [(s.kind, s.key) for s in standings(person.pk, TODAY)] == [("child", here.compound.pk)]
    client.force_login(person)
    assert client.post("/standing/", {"standing": f"child:{world.there.compound.pk}"}).status_code == 422
    assert client.post("/standing/", {"standing": f"child:{here.compound.pk}"}).status_code == 302
    assert client.get("/").status_code == 200
    with scope(here.compound.pk):
        by = here.actor("resident")
        parents.end_bond(compound_id=here.compound.pk, bond_id=bond.pk, by=by, now=timezone.now())
    with entering(person.pk):
        assert child(person.pk, here.compound.pk, TODAY) is None
    assert client.get("/").status_code == 302


def test_whoever_lives_there_needs_no_second_standing(world: World) -> None:
    here = world.here
    neighbour = here.people["neighbour"]
    bound(here, neighbour)
    with entering(neighbour.pk):
        assert child(neighbour.pk, here.compound.pk, TODAY) is None
    assert [s.kind for s in standings(neighbour.pk, TODAY)] == ["home"]
