"""Parking on a roll: out unless the assembly's rules say otherwise, and never an area that nobody votes for."""

from decimal import Decimal
from typing import Any

import pytest

from audit.models import Entry
from elections import actions
from elections.models import Edition, Poll, Right
from elections.refusals import BadInput
from elections.rules.plans import NotARule, checked
from premises import actions as premises
from premises.models import Entrance, Home
from tenancy.scope import scope
from tests.elections.conftest import NOW, do, likenesses, opened, units
from tests.elections.test_polls_pages import body
from tests.elections.test_roll import refused
from tests.elections.test_roll_pages import at, send
from tests.world import BEGAN, Side, World

TEXT = "议事规则第九条：地下车位的面积计入投票权。"
SPACE = 130_000


def parking(side: Side, number: int, owner: str) -> Home:
    """A space of somebody's."""
    with scope(side.compound.pk):
        entrance = Entrance.objects.filter(compound=side.compound).order_by("pk")[0]
        (made,) = premises.add_homes(
            compound=side.compound, entrance=entrance, source="register",
            homes=[(f"车位{number}", -1, Decimal("13.0000"))],
        )  # fmt: skip
        Home.objects.filter(pk=made.pk).update(use=Home.Use.PARKING)
        premises.record_owner(
            home=made, name=owner, starts=BEGAN, source="register", by=side.actor("manager", BEGAN), now=NOW
        )
    return made


def drawn_apart(side: Side) -> Poll:
    """Drawn, and whoever has the same name said to be one owner."""
    poll = opened(side, kind="decision")
    do(actions.draw_roll, side, poll)
    for one in likenesses(side, poll):
        do(actions.decide_likeness, side, poll, number=one.number, same=[one.lines], note="登记簿证件号相同")
    return poll


def rights(side: Side, edition: Edition) -> dict[str, int]:
    with scope(side.compound.pk):
        return dict(Right.objects.filter(edition=edition).values_list("holder", "area"))


def named_home(side: Side, poll: Poll) -> str:
    """The owner of the first home of the roll who is known by name."""
    return next(str(one.owners[0]["name"]) for one in units(side, poll) if one.owners)


def frozen(side: Side, poll: Poll, **given: Any) -> Edition:
    made: Edition = do(actions.freeze_roll, side, poll, office_areas=True, **given)
    return made


def test_parking_is_out_while_the_rules_are_silent(world: World) -> None:
    side = world.here
    without = rights(side, frozen(side, drawn_apart(side)))
    parking(side, 1, "郑车主")
    assert rights(side, frozen(side, drawn_apart(side))) == without


def test_its_area_goes_to_the_home_of_its_owner_and_no_head_with_it(world: World, sign_in: Any) -> None:
    side = world.here
    before = frozen(side, drawn_apart(side))
    owner = named_home(side, drawn_apart(side))
    parking(side, 1, owner)
    poll = drawn_apart(side)
    officer = sign_in(side, "officer")
    roll = at("polls_roll", poll)
    assert "车位算不算" in body(officer.get(roll))
    given = {"office_areas": "on", "parking": "area"}
    wrong = send(officer, roll, at("polls_roll_act", poll, "freeze"), **given)
    assert (wrong.status_code, "须填写议事规则的原文" in body(wrong)) == (422, True)
    assert send(officer, roll, at("polls_roll_act", poll, "freeze"), **given, parking_text=TEXT).status_code == 302
    with scope(side.compound.pk):
        made = Edition.objects.get(poll=poll)
        assert Entry.objects.filter(verb="elections.freeze").latest("pk").changes["parking"] == ["off", "area"]
    assert (made.voters, made.area) == (before.voters, before.area + SPACE)
    # What counts is said where the roll is made public.
    with scope(side.compound.pk):
        found = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
        assert TEXT in actions.announcing.roll_text(found)


def test_a_space_whose_owner_has_no_vote_is_said_and_never_dropped(world: World) -> None:
    side = world.here
    before = frozen(side, drawn_apart(side))
    home = parking(side, 1, "郑车主")
    poll = drawn_apart(side)
    with pytest.raises(BadInput) as caught:
        frozen(side, poll, parking="area", parking_text=TEXT)
    assert (caught.value.code, caught.value.details["count"], caught.value.details["addresses"]) == (
        "parking_alone", "1", home.address,
    )  # fmt: skip
    # Either it is left out with a reason, or its owner is one head more.
    other = drawn_apart(side)
    number = next(one.number for one in units(side, other) if one.use == "parking")
    do(actions.leave_out, side, other, number=number, reason="议事规则：没有房屋的车位业主不计入")
    assert frozen(side, other, parking="area", parking_text=TEXT).area == before.area
    made = frozen(side, poll, parking="owner", parking_text=TEXT)
    assert (made.voters, made.area) == (before.voters + 1, before.area + SPACE)
    assert rights(side, made)["郑车主"] == SPACE


def test_where_the_place_forbids_it_no_rules_of_a_compound_help(world: World) -> None:
    """宁波 18."""
    side = world.here
    poll = drawn_apart(side)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(jurisdiction="ningbo")
    assert (
        refused(BadInput, actions.freeze_roll, side, poll, office_areas=True, parking="area", parking_text=TEXT)
        == "parking_by_law"
    )
    assert refused(BadInput, actions.freeze_roll, side, poll, office_areas=True, parking="half") == "unknown_rule"


def test_a_rule_of_parking_needs_its_text() -> None:
    with pytest.raises(NotARule, match="parking_without_text"):
        checked({"parking": "owner"})
    assert checked({"parking": "owner", "parking_text": TEXT}) == {"parking": "owner", "parking_text": TEXT}
