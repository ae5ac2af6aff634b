"""What the register holds of a person, as their own copy says it (个人信息保护法 第45条)."""

from typing import Any

import pytest

from accounts.crypto import digest, encrypt
from premises import own
from premises.models import Owner
from tenancy.scope import scope
from tests.world import BEGAN, CANARY, Side, World

OTHER = "+8657987123456"


def line(side: Side, home: int, name: str, *phones: str, person: Any = None) -> None:
    """One owner's line in the register."""
    with scope(side.compound.pk):
        Owner.objects.create(
            compound=side.compound,
            home=side.homes[home],
            name=name,
            person=person,
            phone_cipher=encrypt(" ".join(phones)) if phones else "",
            phone_digests=[digest(one) for one in phones],
            starts=BEGAN,
        )


def test_a_matched_line_is_given_whole_and_one_with_the_number_alone_without_its_owner(world: World) -> None:
    person, neighbour = world.here.people["resident"], world.here.people["neighbour"]
    with scope(world.here.compound.pk):
        Owner.objects.all().delete()
    line(world.here, 0, "王建国", person.phone, OTHER, person=person)
    line(world.here, 1, f"老母亲{CANARY}", person.phone, OTHER)
    line(world.here, 2, f"邻居{CANARY}", neighbour.phone, person=neighbour)
    line(world.here, 3, f"无电话{CANARY}")
    compound, began = world.here.compound.name, BEGAN.isoformat()
    assert own.registered(person) == [
        {
            "compound": compound,
            "home": world.here.homes[0].address,
            "starts": began,
            "ends": None,
            "phones": [person.phone, OTHER],
            "name": "王建国",
            "share": "1/1",
            "source": "office",
        },
        {
            "compound": compound,
            "home": world.here.homes[1].address,
            "starts": began,
            "ends": None,
            "phones": [person.phone],
        },
    ]


def test_a_number_that_was_never_proven_finds_nothing(world: World) -> None:
    person = world.here.people["resident"]
    with scope(world.here.compound.pk):
        Owner.objects.all().delete()
    line(world.here, 1, f"业主{CANARY}", person.phone)
    person.phone_verified = False
    assert own.registered(person) == []


@pytest.mark.parametrize("matched", [True, False])
def test_a_compound_to_which_the_person_has_no_tie_is_not_read(world: World, *, matched: bool) -> None:
    person = world.here.people["resident"]
    with scope(world.here.compound.pk):
        Owner.objects.all().delete()
    line(world.there, 0, f"业主{CANARY}", person.phone, person=person if matched else None)
    assert own.registered(person) == []
