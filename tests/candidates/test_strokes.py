"""The order by strokes: counted, corrected with a reason, told where it cannot be counted."""

from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from candidates.models import Candidate, Slate
from candidates.refusals import BadInput, NotPermitted
from candidates.rules.strokes import (
    FIRST_STROKE,
    KINDS,
    by_strokes,
    same_but_unsettled,
    stroked,
    strokes_of,
    surname_of,
)
from candidates.words import strokes_words
from elections.models import Item, Poll
from notices.models import Notice
from tenancy.scope import scope
from tests.candidates.preparing import do, founded, owner, planned
from tests.candidates.test_standing import passed_by_officer, refusal
from tests.elections.conftest import NOW
from tests.world import Side, World

# The order in which these are read out, each with the reason why it stands where it does.
READ_OUT = (
    "丁一",  # two strokes
    "王富",  # four, horizontal; one given name before two
    "王大富",  # 大 three strokes
    "王文富",  # 文 four
    "方志敏",  # four, dot
    "邓小平",  # four, turning
    "叶青",  # five, vertical
    "刘明",  # six, dot
    "李四",  # seven, horizontal
    "吴刚",  # seven, vertical
    "沈从文",  # seven, dot
    "陈平",  # seven, turning
    "欧冶子",  # eight; the shorter surname first
    "欧阳修",
    "周瑜",  # eight, left-falling
    "徐丽",  # ten; the second character
    "徐美玲",
    "黄忠",  # eleven, horizontal
    "章明",  # eleven, dot
    "Smith",  # nothing to count: last
)


def test_names_stand_as_they_are_read_out() -> None:
    found = by_strokes(READ_OUT[::-1])
    assert [READ_OUT[::-1][place] for place in found.places] == list(READ_OUT)
    assert found.unsettled == ()


@given(st.permutations(READ_OUT))
def test_the_order_in_which_they_are_handed_in_is_nothing(names: list[str]) -> None:
    assert [names[place] for place in by_strokes(names).places] == list(READ_OUT)


def test_what_a_later_stroke_parts_is_told() -> None:
    # 林 and 欧 have eight strokes and begin alike; 郝明 and 郝旺 differ in the strokes of the given name, 明 and 旺 do not.
    names = ["欧冶", "林森", "郝旺", "郝明"]
    found = by_strokes(names)
    assert [(names[a], names[b]) for a, b in found.unsettled] in (
        [("郝旺", "郝明"), ("林森", "欧冶")],
        [("林森", "欧冶"), ("郝明", "郝旺")],
        [("林森", "欧冶"), ("郝旺", "郝明")],
    )
    for order in ([1, 0, 2, 3], [0, 1, 3, 2], [0, 1, 2, 3]):
        assert same_but_unsettled(order, found)
    assert not same_but_unsettled([2, 0, 1, 3], found)
    assert not same_but_unsettled([0, 1, 2], found)


def test_surnames_and_their_strokes() -> None:
    assert [surname_of(one) for one in ("欧阳修", "欧阳", "欧冶", "阿不力·买买提", "")] == [
        "欧阳",
        "欧",
        "欧",
        "阿",
        "",
    ]
    # 骨 has nine strokes on the mainland and ten elsewhere.
    assert [strokes_of(one) for one in "骨王A"] == [9, 4, 0]
    assert strokes_words(stroked("王富")) == "王：4 画，起笔横"
    assert strokes_words(stroked("Smith")) == "查不到笔画，请按身份证上的写法核对"
    assert (set(FIRST_STROKE.values()), len(FIRST_STROKE)) == (set(KINDS), 825)
    assert all(strokes_of(one) for one in FIRST_STROKE)


def three(side: Side) -> tuple[Poll, dict[str, Candidate]]:
    """An election where 章明, 王大富 and 王富 passed, named in this order."""
    poll = planned(side)
    found = {}
    for place, name in ((2, "章明"), (3, "王大富"), (4, "王富")):
        owner(side, place, name)
        found[name] = passed_by_officer(side, poll, name, side.homes[place].address)
    return poll, found


def settle(side: Side, poll: Poll, who: str = "officer", **given: Any) -> Slate:
    found: Slate = do("settle_slate", side, poll, who, text="选举", method="strokes", **given)
    return found


def test_a_slate_is_counted_and_says_by_which_rule(world: World) -> None:
    side = world.here
    poll, found = three(side)
    slate = settle(side, poll)
    assert slate.order == [found[name].ref for name in ("王富", "王大富", "章明")]
    with scope(side.compound.pk):
        assert [row["name"] for row in Item.objects.get(poll=poll).candidates] == ["王富", "王大富", "章明"]
    with time_machine.travel(NOW, tick=False):
        out = do("post_slate", side, poll)
    with scope(side.compound.pk):
        text = Notice.objects.select_related("current").get(pk=out.notice.pk).current.body_text
    assert (
        "按姓氏笔画（姓的笔画数由少到多，笔画数相同的看起笔横、竖、撇、点、折，同姓的单名在前，再看名的笔画）" in text
    )


def test_another_order_says_why(world: World) -> None:
    side = world.here
    poll, found = three(side)
    other = [found[name].ref for name in ("章明", "王富", "王大富")]
    given = {"text": "选举", "method": "strokes", "order": other}
    assert refusal(BadInput, "settle_slate", side, poll, "officer", **given) == "say_correction"
    slate = settle(side, poll, order=other, how="章明身份证上是张明")
    assert (slate.order, slate.how) == (other, "章明身份证上是张明")


def test_the_leader_of_the_group_settles_the_slate(world: World) -> None:
    """指导规则 12: the group settles who stands; the poll was opened by the community."""
    from accounts.models import Person
    from parties.models import Post
    from parties.queries import acting_post
    from tenancy.scope import entering

    side = world.here
    poll, found = three(side)
    founded(side, poll)
    person = Person.objects.by_phone("+8619900700001")
    assert person is not None
    with entering(person.pk):
        leader = acting_post(person.pk, Post.objects.get(person=person).pk, NOW.date())
    slate = settle(side, poll, by=leader)
    assert slate.order == [found[name].ref for name in ("王富", "王大富", "章明")]
    for who in ("chair", "member"):
        assert refusal(NotPermitted, "settle_slate", side, poll, who, text="选举", method="strokes") == "not_your_post"


@pytest.mark.parametrize(("homes", "seats", "code"), [(80, 3, ""), (101, 3, "seats_too_few"), (80, 4, "seats_even")])
def test_a_small_compound_may_have_three(world: World, homes: int, seats: int, code: str) -> None:
    """杭州 27: three where there are a hundred households or fewer; elsewhere five."""
    from elections.queries.register import least_seats
    from elections.rules.committees import seat_problems
    from elections.rules.jurisdictions import parameters

    side = world.here
    with scope(side.compound.pk):
        assert least_seats(compound_id=side.compound.pk, local=parameters("national", NOW.date()), on=NOW.date()) == 5
        assert least_seats(compound_id=side.compound.pk, local=parameters("hangzhou", NOW.date()), on=NOW.date()) == 3
    local = parameters("hangzhou", NOW.date())
    least = 3 if homes <= 100 else 5
    assert ",".join(seat_problems(seats, local, least=least)) == code
