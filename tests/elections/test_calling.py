"""Calling a poll: its items, its names, its window, and the call after which nothing of it changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from elections import actions
from elections.actions import Draft, Named
from elections.box.questions import items_hash
from elections.models import Item, Poll
from elections.queries.items import box_items, items_of, scopes_of, weights
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from tenancy.scope import scope
from tests.elections.conftest import NOW, do, fixed
from tests.elections.test_roll import refused, verbs
from tests.world import Side, World

OPENS = NOW + timedelta(days=20)
CLOSES = OPENS + timedelta(days=15)
NAMES = [
    Named(f"c{number}", name) for number, name in enumerate(("胡一明", "楼晓燕", "应建国", "徐丽", "程亮", "吕芳"), 1)
]


def decision(side: Side) -> Poll:
    """A decision with a fixed roll, whose item is not worded yet."""
    return fixed(side, kind="decision", title="公共停车位管理办法")[0]


def worded(side: Side, poll: Poll, *texts: str) -> list[Item]:
    found: list[Item] = do(
        actions.word_items, side, poll, items=[Draft("other", text) for text in texts or ("同意调整游泳池开放时间",)]
    )
    return found


def windowed(side: Side, poll: Poll, **given: Any) -> Poll:
    made: Poll = do(actions.settle_window, side, poll, **{"opens_at": OPENS, "closes_at": CLOSES, **given})
    return made


def called(side: Side) -> Poll:
    poll = decision(side)
    worded(side, poll)
    windowed(side, poll)
    made: Poll = do(actions.call_poll, side, poll)
    return made


def test_items_are_worded_again_until_they_stand(world: World) -> None:
    side = world.here
    poll = decision(side)
    worded(side, poll, "旧的说法")
    worded(side, poll, "第一项", "第二项")
    with scope(side.compound.pk):
        assert [(one.number, one.matter, one.text) for one in items_of(poll)] == [
            (1, "other", "第一项"), (2, "other", "第二项"),
        ]  # fmt: skip
        entry = Entry.objects.filter(compound=side.compound, verb="elections.word").latest("pk")
    assert entry.changes["items"] == [["旧的说法"], ["第一项", "第二项"]]


def test_an_item_may_belong_to_one_building_of_the_roll(world: World) -> None:
    side = world.here
    poll = decision(side)
    with scope(side.compound.pk):
        poll.refresh_from_db()
        here = sorted(scopes_of(poll))
    do(actions.word_items, side, poll, items=[Draft("use_fund", "维修二幢屋面", scope=here[0])])
    with scope(side.compound.pk):
        assert box_items(poll)[0].scope == here[0]
        total = sum(one.scopes.get(here[0], 0) for one in weights(poll.edition).values())
    assert total > 0
    assert refused(
        BadInput, actions.word_items, side, poll, items=[Draft("use_fund", "维修屋面", scope="b999999")]
    ) == "no_such_place"  # fmt: skip


def test_what_is_no_item_is_refused(world: World) -> None:
    side = world.here
    poll = decision(side)
    for items, code in (
        ([], "no_items"),
        ([Draft("other", "  ")], "say_why"),
        ([Draft("other", "长" * 601)], "too_long"),
        ([Draft("elect", "选举委员")], "unknown_matter"),
        ([Draft("weather", "天气")], "unknown_matter"),
        ([Draft("other", "一")] * 31, "too_many_items"),
    ):
        assert refused(BadInput, actions.word_items, side, poll, items=items) == code
    election, _ = fixed(side)
    assert refused(BadInput, actions.word_items, side, election, items=[Draft("other", "一")]) == "not_a_decision"
    assert refused(BadInput, actions.set_slate, side, poll, text="选", seats=5, candidates=NAMES) == "not_an_election"


def test_the_slate_is_the_one_item_of_an_election(world: World) -> None:
    side = world.here
    poll, _ = fixed(side)
    first = do(actions.set_slate, side, poll, text="选举第三届业主委员会委员", seats=5, candidates=NAMES[:5])
    again = do(actions.set_slate, side, poll, text="选举第三届业主委员会委员", seats=5, candidates=NAMES)
    assert (first.key, len(again.candidates)) == (again.key, 6)
    with scope(side.compound.pk):
        (item,) = box_items(poll)
        entry = Entry.objects.filter(compound=side.compound, verb="elections.word").latest("pk")
    assert (item.seats, item.matter, item.candidates[5]) == (5, "elect", ("c6", "吕芳"))
    # Membership is shown to few, and everyone with the chain reads an entry.
    assert entry.changes["candidates"] == [[one.name for one in NAMES[:5]], [one.name for one in NAMES]]
    for given, code in (
        ({"seats": 4}, "seats_even"),
        ({"seats": 3}, "seats_too_few"),
        ({"seats": 13}, "seats_too_many"),
        ({"candidates": []}, "no_candidates"),
        ({"candidates": [NAMES[0]] * 2}, "name_twice"),
    ):
        asked: dict[str, Any] = {"text": "选举", "seats": 5, "candidates": NAMES, **given}
        assert refused(BadInput, actions.set_slate, side, poll, **asked) == code


def test_a_window_is_lawful_or_refused(world: World) -> None:
    side = world.here
    poll = decision(side)
    day = timedelta(days=1)
    for given, code in (
        ({"opens_at": NOW}, "opens_in_the_past"),
        ({"closes_at": OPENS}, "closes_before_it_opens"),
        ({"closes_at": OPENS + 4 * day}, "window_too_short"),
        ({"closes_at": OPENS + 61 * day}, "window_too_long"),
        ({"secrecy": "open"}, "unknown_secrecy"),
        ({"secrecy": "secret"}, "secret_decision"),
    ):
        asked: dict[str, Any] = {"opens_at": OPENS, "closes_at": CLOSES, **given}
        assert refused(BadInput, actions.settle_window, side, poll, **asked) == code
    # Five days are a number of ours in Yongkang, not of its law: whoever has read that may choose fewer.
    made = windowed(side, poll, closes_at=OPENS + 3 * day, accepted=True, vote_again=True)
    assert (made.closes_at, made.first_closes_at, made.vote_again) == (OPENS + 3 * day, OPENS + 3 * day, True)


def test_the_call_fixes_what_is_voted_on(world: World) -> None:
    side = world.here
    poll = decision(side)
    assert refused(OutOfState, actions.call_poll, side, poll) == "no_items"
    worded(side, poll)
    assert refused(OutOfState, actions.call_poll, side, poll) == "no_window"
    windowed(side, poll, opens_at=NOW + timedelta(days=15))
    # 条例 14 asks for fifteen full days; ``accepted`` does not help against a law.
    assert refused(OutOfState, actions.call_poll, side, poll, accepted=True) == "notice_too_short"
    windowed(side, poll, opens_at=NOW + timedelta(days=16))
    made = do(actions.call_poll, side, poll)
    with scope(side.compound.pk):
        assert (made.state, made.items_hash) == ("called", items_hash(box_items(poll)))
    assert verbs(side)[-1] == "call"
    for action, given in (
        (actions.word_items, {"items": [Draft("other", "换一个")]}),
        (actions.settle_window, {"opens_at": OPENS, "closes_at": CLOSES}),
        (actions.call_poll, {}),
    ):
        assert refused(OutOfState, action, side, poll, **given) == "moved_on"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE elections_item SET text = 'x'",
        "DELETE FROM elections_item",
        (
            "INSERT INTO elections_item (compound_id, poll_id, number, key, matter, text, scope, candidates, confirmed_as) "
            "SELECT compound_id, poll_id, 9, 'k', 'other', 'x', '', '[]', '' FROM elections_item"
        ),
    ],
)
def test_no_statement_changes_the_items_of_a_called_poll(world: World, statement: str) -> None:
    side = world.here
    called(side)
    with (
        scope(side.compound.pk),
        pytest.raises(DatabaseError, match="never change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_called_poll_may_still_be_corrected_and_given_up(world: World) -> None:
    side = world.here
    poll = called(side)
    do(
        actions.amend,
        side,
        poll,
        number=1,
        area="90.5",
        source="register",
        reason="登记面积有误",
        evidence="不动产登记簿",
    )
    with scope(side.compound.pk):
        poll.refresh_from_db()
        assert (poll.state, poll.edition.number) == ("called", 2)
    assert do(actions.cancel_poll, side, poll, reason="议题撤回").state == "cancelled"


def test_who_may_not(world: World) -> None:
    side = world.here
    poll = decision(side)
    for who, kind in (("manager", NoSuchPoll), ("member", NotPermitted), ("street", NotPermitted)):
        for action, given in (
            (actions.word_items, {"items": [Draft("other", "一")]}),
            (actions.settle_window, {"opens_at": OPENS, "closes_at": CLOSES}),
            (actions.call_poll, {}),
        ):
            refused(kind, action, side, poll, who=who, **given)
