"""The roll of a poll: drawn, told apart, fixed, corrected; each act with its row, its entry, and what refuses it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from elections import actions
from elections.models import Amendment, Edition, Likeness, Poll, Right, Unit
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused
from premises import actions as premises
from premises.models import Entrance, Home
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.elections.conftest import NOW, ON, do, drawn, fixed, likenesses, opened, owned, rights, units
from tests.world import BEGAN, CANARY, Side, World

EACH = 891_234


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        found = Entry.objects.filter(compound=side.compound, verb__startswith="elections.")
        return [one.verb.removeprefix("elections.") for one in found.order_by("pk")]


def refused(kind: type[Exception], action: Any, side: Side, poll: Poll, **given: Any) -> str:
    """The code with which an action is refused; nothing is left of it."""
    before = verbs(side)
    with pytest.raises(kind) as found, transaction.atomic():
        do(action, side, poll, **given)
    assert verbs(side) == before
    return found.value.code if isinstance(found.value, Refused) else ""


def test_the_roll_is_the_register_in_its_order(world: World) -> None:
    side = world.here
    owned(side, 3, "永康市安居置业有限公司")
    poll = drawn(side)
    found = units(side, poll)
    assert [(one.number, one.home_id, one.area, one.area_source) for one in found] == [
        (number, home.pk, EACH, "survey") for number, home in enumerate(side.homes, 1)
    ]
    names = [[owner["name"] for owner in one.owners] for one in found]
    assert names[3] == ["永康市安居置业有限公司"]
    assert names[5] == []
    assert poll.jurisdiction == "yongkang"
    assert verbs(side) == ["open", "draw"]


def test_a_fixed_roll_has_one_right_an_owner_and_the_developers_block_last(world: World) -> None:
    side = world.here
    poll, made = fixed(side)
    owners = sum(bool(one.owners) for one in units(side, poll))
    found = rights(side, made)
    assert (made.number, made.voters, made.units) == (1, owners + 1, len(side.homes))
    assert made.area == EACH * len(side.homes) == sum(one.area for one in found)
    assert [one.developer for one in found] == [False] * owners + [True]
    assert len(found[-1].units) == len(side.homes) - owners
    assert len({one.key for one in found}) == len(found)
    with scope(side.compound.pk):
        entry = Entry.objects.get(compound=side.compound, verb="elections.freeze")
        assert entry.changes["fingerprint"] == [None, made.fingerprint]
        assert entry.changes["state"] == ["preparing", "roll_fixed"]


def test_one_buyer_of_several_homes_is_one_owner_once_a_person_says_so(world: World) -> None:
    side = world.here
    for place in (3, 4, 5):
        owned(side, place, "永康市安居置业有限公司")
    poll = drawn(side)
    (group,) = likenesses(side, poll)
    assert (group.reasons, len(group.lines)) == (["name"], 3)
    assert refused(OutOfState, actions.freeze_roll, side, poll, office_areas=False) == "undecided"
    do(actions.decide_likeness, side, poll, number=1, same=[group.lines[:2]], note="统一社会信用代码相同")
    made = do(actions.freeze_roll, side, poll, office_areas=False)
    last = rights(side, made)[-3:-1]
    assert [(one.holder, one.units, one.area, one.scopes[f"b{units(side, poll)[0].building_id}"]) for one in last] == [
        ("永康市安居置业有限公司", [4, 5], 2 * EACH, 2 * EACH),
        ("永康市安居置业有限公司", [6], EACH, EACH),
    ]


def test_drawing_again_keeps_what_was_decided_about_the_same_lines(world: World) -> None:
    side = world.here
    for place in (3, 4):
        owned(side, place, "张秀英")
    poll = drawn(side)
    (group,) = likenesses(side, poll)
    do(actions.decide_likeness, side, poll, number=1, same=[], note="身份证号不同")
    do(actions.leave_out, side, poll, number=6, reason="与本事项无关")
    do(actions.draw_roll, side, poll)
    (again,) = likenesses(side, poll)
    assert (again.lines, again.same, again.note) == (group.lines, [], "身份证号不同")
    assert units(side, poll)[5].left_out == "与本事项无关"
    # A third of the same name makes it another question.
    owned(side, 5, "张秀英")
    do(actions.draw_roll, side, poll)
    (other,) = likenesses(side, poll)
    assert (len(other.lines), other.same) == (3, None)


def test_what_is_left_out_does_not_count_and_can_be_taken_back_in(world: World) -> None:
    side = world.here
    poll = drawn(side)
    do(actions.leave_out, side, poll, number=1, reason="架空层，不是专有部分")
    do(actions.leave_out, side, poll, number=2, reason="误登记")
    do(actions.leave_out, side, poll, number=2, reason=" ")
    made = do(actions.freeze_roll, side, poll, office_areas=False)
    assert made.area == EACH * (len(side.homes) - 1)
    assert 1 not in {number for one in rights(side, made) for number in one.units}


def test_areas_of_the_offices_own_list_count_only_when_somebody_says_that_they_stand(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        Home.objects.filter(pk=side.homes[0].pk).update(area_source="office")
    poll = drawn(side)
    with pytest.raises(BadInput) as found:
        do(actions.freeze_roll, side, poll, office_areas=False)
    assert found.value.code == "unmeasured"
    assert found.value.details["addresses"] == side.homes[0].address
    assert do(actions.freeze_roll, side, poll, office_areas=True).area == EACH * len(side.homes)


def test_a_scope_is_a_building_or_an_entrance(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        entrance = Entrance.objects.get(compound=side.compound, name="2单元")
        by = system_actor("test", (side.compound.pk,))
        (home,) = premises.add_homes(
            compound=side.compound, entrance=entrance, homes=[("101", 1, Decimal("60.5"))], source="register"
        )
        premises.record_owner(home=home, name="李强", person=None, starts=BEGAN, by=by, now=NOW)
    poll, made = fixed(side, kind="decision", entrance_ids=[entrance.pk])
    assert [one.home_id for one in units(side, poll)] == [home.pk]
    (right,) = rights(side, made)
    assert (right.area, right.scopes) == (605_000, {f"b{entrance.building_id}": 605_000, f"e{entrance.pk}": 605_000})
    with pytest.raises(BadInput) as found:
        opened(side, building_ids=[2**40])
    assert found.value.code == "no_such_place"


def test_an_amendment_cuts_another_edition_and_says_what_was(world: World) -> None:
    side = world.here
    poll, first = fixed(side)
    keys = {tuple(one.units): one.key for one in rights(side, first)}
    second = do(
        actions.amend,
        side,
        poll,
        number=1,
        area="90.5",
        source="register",
        reason="实测面积有误",
        evidence="不动产权证 浙（2024）永康",
    )
    assert (second.number, second.voters, second.area) == (2, first.voters, first.area + 905_000 - EACH)
    assert second.fingerprint != first.fingerprint
    # Whoever was on the roll keeps the pseudonym.
    assert {tuple(one.units): one.key for one in rights(side, second)} == keys
    third = do(actions.amend, side, poll, number=1, owners=["王小明"], reason="已过户", evidence="过户登记")
    assert rights(side, third)[0].holder == "王小明"
    assert rights(side, third)[0].key != keys[(1,)]
    with scope(side.compound.pk):
        found = list(Amendment.objects.filter(compound=side.compound).order_by("pk"))
        assert [one.changes for one in found] == [
            {"area": ["89.1234", "90.50"], "area_source": ["survey", "register"]},
            {"owners": [[owner["name"] for owner in _original(side)], ["王小明"]]},
        ]
        assert Poll.objects.get(pk=poll.pk).edition_id == third.pk
    assert verbs(side)[-3:] == ["freeze", "amend", "amend"]


def _original(side: Side) -> list[dict[str, Any]]:
    with scope(side.compound.pk):
        return [{"name": one.name} for one in side.homes[0].owners.order_by("position", "pk")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": 99, "area": "1"}, "no_such_unit"),
        ({"number": 1}, "nothing_changed"),
        ({"number": 1, "area": "89.1234"}, "nothing_changed"),
        ({"number": 1, "area": "0"}, "not_an_area"),
        ({"number": 1, "area": "-3"}, "not_an_area"),
        ({"number": 1, "area": "八十"}, "not_an_area"),
        ({"number": 1, "area": "89.12345"}, "not_an_area"),
        ({"number": 1, "source": "rumour"}, "unknown_source"),
        ({"number": 1, "owners": []}, "no_owners"),
        ({"number": 1, "owners": [" "]}, "say_why"),
        ({"number": 1, "area": "90", "reason": " "}, "say_why"),
        ({"number": 1, "area": "90", "evidence": "x" * 301}, "too_long"),
    ],
)
def test_what_is_no_amendment_changes_nothing(world: World, given: dict[str, Any], code: str) -> None:
    side = world.here
    poll, made = fixed(side)
    assert refused(BadInput, actions.amend, side, poll, **{"reason": "更正", "evidence": "权证", **given}) == code
    with scope(side.compound.pk):
        assert Edition.objects.filter(compound=side.compound).get() == made


def test_an_edition_never_changes(world: World) -> None:
    side = world.here
    poll, made = fixed(side)
    do(actions.amend, side, poll, number=1, area="90", reason="更正", evidence="权证")
    with scope(side.compound.pk):
        for model in (Edition, Right, Amendment):
            rows = model.objects.filter(compound=side.compound)
            assert rows.exists()
            table = model._meta.db_table
            for change in (f"UPDATE {table} SET compound_id = compound_id", f"DELETE FROM {table}"):
                with (
                    pytest.raises(DatabaseError, match="never changes"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(change)
        assert Edition.objects.get(pk=made.pk).fingerprint == made.fingerprint


def test_nothing_of_the_roll_moves_once_it_is_fixed_but_by_amendment(world: World) -> None:
    side = world.here
    poll, _ = fixed(side)
    for action, given in (
        (actions.draw_roll, {}),
        (actions.decide_likeness, {"number": 1, "same": [], "note": "核对"}),
        (actions.leave_out, {"number": 1, "reason": "误登记"}),
        (actions.freeze_roll, {"office_areas": True}),
    ):
        assert refused(OutOfState, action, side, poll, **given) == "moved_on"
    do(actions.cancel_poll, side, poll, reason="街道要求重新组织")
    assert (
        refused(OutOfState, actions.amend, side, poll, number=1, area="90", reason="更正", evidence="权证")
        == "moved_on"
    )


def test_a_roll_of_nobody_is_refused(world: World) -> None:
    side = world.here
    poll = opened(side)
    assert refused(BadInput, actions.freeze_roll, side, poll, office_areas=False) == "empty_roll"
    do(actions.draw_roll, side, poll)
    for one in units(side, poll):
        do(actions.leave_out, side, poll, number=one.number, reason="不计入")
    assert refused(BadInput, actions.freeze_roll, side, poll, office_areas=False) == "empty_roll"


@pytest.mark.parametrize("who", ["manager", "worker", "street", "member", "chair", "resident"])
def test_who_does_not_run_elections_cannot_open_one(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        opened(world.here, who)


def test_a_committee_runs_its_owners_decisions_and_not_its_own_election(world: World) -> None:
    side = world.here
    poll = opened(side, "chair", kind="decision", title="续聘物业服务企业")
    do(actions.draw_roll, side, poll, "chair")
    # The community may run it too; the firm does not even see it.
    do(actions.draw_roll, side, poll, "officer")
    for who, kind in (
        ("manager", NoSuchPoll),
        ("resident", NoSuchPoll),
        ("member", NotPermitted),
        ("street", NotPermitted),
    ):
        with pytest.raises(kind):
            do(actions.draw_roll, side, poll, who)


def test_the_next_compound_is_not_there(world: World) -> None:
    here, there = world.here, world.there
    poll, made = fixed(there)
    assert any(CANARY in one.holder for one in rights(there, made))
    with scope([here.compound.pk, there.compound.pk]), pytest.raises(NoSuchPoll):
        actions.draw_roll(compound_id=here.compound.pk, ref=poll.ref, by=here.actor("officer"), now=NOW)
    with scope(here.compound.pk):
        for model in (Poll, Unit, Likeness, Edition, Right, Amendment):
            assert not model.objects.filter(compound=here.compound).exists()
    with connection.cursor() as cursor, scope(here.compound.pk):
        cursor.execute("SELECT count(*) FROM elections_right")
        assert cursor.fetchone() == (0,)


def test_a_roll_of_any_size_takes_the_same_statements(world: World, statements: Any) -> None:
    counts = []
    for side, more in ((world.here, 0), (world.there, 300)):
        with scope(side.compound.pk):
            entrance = Entrance.objects.get(compound=side.compound, name="2单元")
            homes = premises.add_homes(
                compound=side.compound, entrance=entrance,
                homes=[(f"{n:04d}", 1, Decimal("77.5")) for n in range(more)], source="register",
            )  # fmt: skip
            by = system_actor("test", (side.compound.pk,))
            for n, home in enumerate(homes):
                premises.record_owner(home=home, name=f"业主{n}", person=None, starts=BEGAN, by=by, now=NOW)
        poll = opened(side)
        with statements() as seen:
            do(actions.draw_roll, side, poll)
        drawing = len(seen)
        with statements() as seen:
            made = do(actions.freeze_roll, side, poll, office_areas=False)
        counts.append((drawing, len(seen)))
        assert made.units == len(side.homes) + more
    assert counts[0] == counts[1]


def test_the_day_of_the_poll_is_kept(world: World) -> None:
    assert opened(world.here).on == ON
