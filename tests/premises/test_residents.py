"""Residents read together: the same answers as one by one, of one compound only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from premises.models import Occupancy
from premises.queries import resident, residents
from tenancy.actor import Actor, find_actors
from tenancy.scope import entering, scope
from tests.premises.test_register import TODAY
from tests.world import BEGAN, Side, World

EVERYONE = ("resident", "neighbour", "worker", "worker2", "manager", "officer")
STATES = st.sampled_from([*Occupancy.State.values])
BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)
SPANS = st.tuples(st.integers(-2, 2), st.one_of(st.none(), st.integers(0, 3)))
LINKS = st.lists(st.tuples(st.booleans(), st.sampled_from(EVERYONE), STATES, SPANS), max_size=12)


def link(side: Side, who: str, state: str, span: tuple[int, int | None]) -> None:
    starts = TODAY + timedelta(days=span[0])
    ended = state == "ended"
    ends = starts + timedelta(days=span[1] or 0) if ended or span[1] is not None else None
    Occupancy.objects.create(
        compound=side.compound,
        home=side.homes[5],
        person=side.people[who],
        relation="tenant",
        state=state,
        starts=starts,
        ends=ends,
        ended_at=BEGAN_AT if ended else None,
    )


def alone(person_id: int, side: Side) -> Actor | None:
    with entering(person_id):
        return resident(person_id, side.compound.pk, TODAY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(links=LINKS)
def test_together_as_alone(world: World, links: list[tuple[bool, str, str, tuple[int, int | None]]]) -> None:
    sides = (world.here, world.there)
    people = [side.people[who].pk for side in sides for who in EVERYONE]
    with transaction.atomic():
        for side in sides:
            with scope(side.compound.pk):
                taken = set()
                for here, who, state, span in links:
                    if (side is world.here) == here and who not in taken:
                        taken.add(who)
                        link(side, who, state, span)
        for side in sides:
            each = {person: alone(person, side) for person in people}
            assert residents(people, side.compound.pk, TODAY) == {who: it for who, it in each.items() if it}
        transaction.set_rollback(True)


def test_the_next_compound_is_not_read(world: World) -> None:
    here, there = world.here, world.there
    person = there.people["resident"].pk
    with entering(person):
        assert resident(person, there.compound.pk, BEGAN) is not None
    assert residents([person], here.compound.pk, TODAY) == {}
    assert list(residents([person, here.people["resident"].pk], here.compound.pk, TODAY)) == [
        here.people["resident"].pk
    ]
    # An address that a session might name and nobody made.
    assert residents([person], 2**31, TODAY) == {}


def test_one_or_thirty_cost_the_same(world: World, statements: Callable[[], Any]) -> None:
    here = world.here
    people = [person.pk for person in here.people.values()]
    taken = []
    for asked in (people[:1], people * 3):
        with statements() as seen:
            residents(asked, here.compound.pk, TODAY)
        taken.append(len(seen))
    assert taken == [5, 5]  # a savepoint and its release, the scope and its end, one reading


def test_a_kind_that_is_for_its_own_person_only_is_not_read_together(world: World) -> None:
    post = world.here.standing["manager"]
    assert find_actors(person_ids=[world.here.people["manager"].pk], kind=post[0], key=post[1], on=TODAY) is None
