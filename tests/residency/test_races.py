"""Two at once: claims to one home, two officers on one claim, one code in two hands, two codes printed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from premises.models import Occupancy
from residency.actions import claims, invitations, parents, posters
from residency.models import Bond, Poster
from residency.refusals import NoSuchRow, OutOfState, Refused
from tenancy.scope import scope
from tests.residency.conftest import NOW, TODAY, claim, invited, newcomer, parent_code, register_phone
from tests.world import World


def together(world: World, *attempts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a transaction of its own; results, or the refusals, in their order."""

    def run(attempt: Callable[[], Any]) -> Any:
        try:
            with scope(world.here.compound.pk):
                return attempt()
        except (Refused, NoSuchRow) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def test_two_people_claim_the_same_home_at_once(committed_db: str, world: World) -> None:
    here = world.here
    people = [newcomer("甲", 1), newcomer("乙", 2)]
    found = together(world, *(lambda p=p: claim(here, p) for p in people))
    assert sorted(row.person_id for row in found) == sorted(p.pk for p in people)
    with scope(here.compound.pk):
        assert Occupancy.objects.filter(home=here.homes[4], state="claimed").count() == 2


def test_one_person_claims_twice_at_once_and_has_one_claim(committed_db: str, world: World) -> None:
    person = newcomer()
    found = together(world, *(lambda: claim(world.here, person) for _ in range(3)))
    assert len({row.pk for row in found}) == 1


def test_one_owner_matches_twice_at_once_and_is_confirmed_once(committed_db: str, world: World) -> None:
    person = newcomer()
    register_phone(world.here, person)
    found = together(world, *(lambda: claim(world.here, person) for _ in range(3)))
    assert len({row.pk for row in found if isinstance(row, Occupancy)}) == 1
    with scope(world.here.compound.pk):
        assert [row.state for row in Occupancy.objects.filter(person=person)] == ["confirmed"]


def test_two_officers_decide_one_claim_and_the_second_is_told_who(committed_db: str, world: World) -> None:
    here = world.here
    made = claim(here, newcomer())
    actors = {who: here.actor(who, TODAY) for who in ("dispatcher", "officer")}

    def decide(who: str) -> Any:
        return claims.decide(
            compound_id=here.compound.pk,
            occupancy_id=made.pk,
            confirm=who == "officer",
            ground="核实",
            by=actors[who],
            now=NOW,
        )

    found = together(world, *(lambda w=w: decide(w) for w in actors))
    (first,) = [row for row in found if isinstance(row, Occupancy)]
    (second,) = [row for row in found if isinstance(row, OutOfState)]
    winner = "officer" if first.state == "confirmed" else "dispatcher"
    assert (second.code, second.details["by"]) == ("already_decided", winner)


def test_one_invitation_lets_in_one(committed_db: str, world: World) -> None:
    here = world.here
    made = invited(here)
    people = [newcomer("甲", 1), newcomer("乙", 2)]
    found = together(
        world,
        *(
            lambda p=p: invitations.accept_invitation(compound=here.compound, invitation_id=made.pk, person=p, now=NOW)
            for p in people
        ),
    )
    assert sorted(type(row).__name__ for row in found) == ["NoSuchRow", "Occupancy"]


def test_one_parents_code_binds_one(committed_db: str, world: World) -> None:
    here = world.here
    code = parent_code(here)
    people = [newcomer("甲", 1), newcomer("乙", 2)]
    together(
        world,
        *(lambda p=p: parents.bind(compound=here.compound, code_id=code.pk, child=p, now=NOW) for p in people),
    )
    with scope(here.compound.pk):
        assert Bond.objects.count() == 1


def test_two_prints_at_once_give_one_code_a_place(committed_db: str, world: World) -> None:
    here = world.here
    by = here.actor("manager", TODAY)
    together(
        world,
        *(
            lambda: posters.print_posters(
                compound_id=here.compound.pk, unit="entrance", building_id=None, by=by, now=NOW
            )
            for _ in range(3)
        ),
    )
    with scope(here.compound.pk):
        assert Poster.objects.count() == 2
