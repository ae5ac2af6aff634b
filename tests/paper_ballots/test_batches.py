"""Papers read by two people, settled by a third, and counted into the box as a whole or not at all."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.models import Entry
from boxes.queries import used
from boxes.refusals import OutOfState as BoxOutOfState
from elections.box.questions import Item
from elections.refusals import BadInput, NotPermitted, OutOfState
from paper_ballots import actions
from paper_ballots.models import Batch, Sheet
from paper_ballots.queries.progress import Progress, progress, waiting
from paper_ballots.rules.readings import VOID, NotAReading, differences, read
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, Running, cast, closed, give, opened, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import (
    FIRST,
    SECOND,
    THIRD,
    act,
    batch,
    came_back,
    printed,
    readings,
    returned,
    scanned,
)
from tests.paper_ballots.conftest import read as one_reads
from tests.paper_ballots.test_papers import refused as refused_then
from tests.paper_ballots.test_papers import verbs
from tests.world import World

CANARY = "against"


def refused(kind: type[Exception], action: Any, running: Running, who: str = FIRST, **given: Any) -> str:
    return refused_then(kind, action, running, who, **{"now": AFTER, **given})


def test_two_who_read_the_same_make_a_sheet_count(world: World) -> None:
    running, papers = came_back(world.here)
    key = running.items[0].key
    made = scanned(running, papers)
    first = one_reads(running, made.number, 1, FIRST, {key: "for"})
    assert (first.choices, first.differs) == (None, False)
    second = one_reads(running, made.number, 1, SECOND, {key: "for"})
    assert (second.choices, second.differs) == ({key: "for"}, False)
    assert refused(
        OutOfState, actions.read_sheet, running, THIRD, batch=made.number, place=1, given={key: "for"}
    ) == "read_enough"  # fmt: skip


def test_a_third_person_settles_a_difference(world: World) -> None:
    running, papers = came_back(world.here)
    key = running.items[0].key
    made = scanned(running, papers)
    one_reads(running, made.number, 1, FIRST, {key: "for"})
    assert refused(
        NotPermitted, actions.read_sheet, running, FIRST, batch=made.number, place=1, given={key: "for"}
    ) == "read_it_already"  # fmt: skip
    assert one_reads(running, made.number, 1, SECOND, {key: VOID}).differs is True
    for place in (FIRST, SECOND):
        assert refused(
            NotPermitted, actions.read_sheet, running, place, batch=made.number, place=1, given={key: VOID}
        ) == "read_it_already"  # fmt: skip
    settled = one_reads(running, made.number, 1, THIRD, {key: VOID})
    assert (settled.choices, settled.differs) == ({key: VOID}, True)
    assert [(one.place, one.choices) for one in readings(world.here)] == [
        (1, {key: "for"}), (2, {key: VOID}), (3, {key: VOID}),
    ]  # fmt: skip


def test_a_batch_goes_in_as_a_whole_and_is_counted(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    papers = printed(running)
    cast(running, 2, {key: "against"})
    back = [returned(running, one) for one in papers[:2]]
    closed(running)
    made = scanned(running, back)
    for place in (1, 2):
        for who in (FIRST, SECOND):
            one_reads(running, made.number, place, who, {key: "for"})
    with scope(running.side.compound.pk):
        assert waiting(running.poll) == "papers_waiting"
    # While papers wait, no holder's share is taken.
    with pytest.raises(BoxOutOfState) as found, transaction.atomic():
        give(running, 1)
    assert found.value.code == "papers_waiting"
    act(running, actions.count_in, batch=made.number)
    with scope(running.side.compound.pk):
        assert waiting(running.poll) == ""
        assert progress(running.box) == Progress(len(papers), 0, 0, 2, 2, 0)
        marks = used(running.poll)
        assert [(marks[one.right].channel, marks[one.right].number > 0) for one in papers[:3]] == [
            ("paper", True), ("paper", True), ("phone", True),
        ]  # fmt: skip
    assert opened(running).total == 3


@pytest.mark.parametrize("count", [1, 3])
def test_counting_in_costs_the_same_for_one_paper_and_for_three(world: World, statements: Any, count: int) -> None:
    running, papers = came_back(world.here, count)
    made = scanned(running, papers)
    for place in range(1, count + 1):
        for who in (FIRST, SECOND):
            one_reads(running, made.number, place, who, {running.items[0].key: "for"})
    with statements() as seen:
        act(running, actions.count_in, batch=made.number)
    assert len(seen) == 26
    entered = [one.link.body for one in running.entries() if one.kind == "paper"]
    assert [one["right"] for one in entered] == [one.right for one in papers]
    with scope(running.side.compound.pk):
        marks = used(running.poll)
        chained = {one.link.body["right"]: (one.number, one.hash) for one in running.entries() if one.kind == "paper"}
        assert {right: (marks[right].number, marks[right].hash) for right in chained} == chained


def test_a_whole_batch_is_refused(world: World) -> None:
    running, papers = came_back(world.here)
    key = running.items[0].key
    made = scanned(running, papers, by_hand=3)
    number = made.number
    assert refused(OutOfState, actions.count_in, running, batch=number) == "by_hand_differs"
    act(running, actions.refuse, batch=number, reason="桌上点出三张，名册只有两张")
    assert refused(OutOfState, actions.scan, running, batch=number, code=papers[0].code) == "batch_moved_on"
    act(running, actions.recount, batch=number, by_hand=2, witnesses="应建国、徐丽")
    assert refused(OutOfState, actions.count_in, running, batch=number) == "not_read_twice"
    for who, said in ((FIRST, "for"), (SECOND, "against")):
        one_reads(running, number, 1, who, {key: said})
    assert refused(OutOfState, actions.count_in, running, batch=number) == "differences_left"
    one_reads(running, number, 1, THIRD, {key: "for"})
    for who in (FIRST, SECOND):
        one_reads(running, number, 2, who, {})
    found = act(running, actions.count_in, batch=number)
    assert (found.state, found.by_hand, found.witnesses) == ("counted", 2, "应建国、徐丽")
    assert refused(OutOfState, actions.count_in, running, batch=number) == "batch_moved_on"


def test_a_photo_of_every_paper_is_kept(world: World) -> None:
    running, papers = came_back(world.here, 1)
    made = batch(running, 1)
    act(running, actions.scan, batch=made.number, code=papers[0].code)
    for who in (FIRST, SECOND):
        one_reads(running, made.number, 1, who, {})
    assert refused(OutOfState, actions.count_in, running, batch=made.number) == "no_photo"


def test_a_paper_is_in_one_batch_once(world: World) -> None:
    running, papers = came_back(world.here, 1)
    never = next(one for one in printed_of(running) if one.returned_at is None)
    made = scanned(running, papers)
    other = batch(running, 1)
    for number in (made.number, other.number):
        assert refused(BadInput, actions.scan, running, batch=number, code=papers[0].code) == "in_a_batch"
    assert refused(OutOfState, actions.scan, running, batch=other.number, code=never.code) == "not_returned"
    assert refused(BadInput, actions.scan, running, batch=9, code=never.code) == "no_such_batch"
    act(running, actions.take_out, batch=made.number, place=1, reason="放错了批次")
    moved = act(running, actions.scan, batch=other.number, code=papers[0].code)
    one_reads(running, other.number, moved.place, FIRST, {})
    assert refused(
        OutOfState, actions.take_out, running, batch=other.number, place=moved.place, reason="再换"
    ) == "was_read"  # fmt: skip


def printed_of(running: Running) -> list[Any]:
    from paper_ballots.models import Paper

    with scope(running.side.compound.pk):
        return list(Paper.objects.filter(compound=running.side.compound).order_by("number"))


def test_what_gave_way_is_set_aside_before_the_batch_goes_in(world: World) -> None:
    running = sealed(world.here)
    papers = printed(running)
    back = [returned(running, papers[0], voice="proxy"), returned(running, papers[1])]
    cast(running, 0, {})  # the owner herself, by phone, after her proxy's paper
    closed(running)
    made = scanned(running, back)
    for place in (1, 2):
        for who in (FIRST, SECOND):
            one_reads(running, made.number, place, who, {})
    assert refused(OutOfState, actions.count_in, running, batch=made.number) == "already_voted"
    act(running, actions.set_aside, batch=made.number, place=1, reason="业主本人已用手机投票")
    act(running, actions.count_in, batch=made.number)
    with scope(running.side.compound.pk):
        assert progress(running.box) == Progress(len(papers), 0, 0, 2, 1, 1)
        assert used(running.poll)[papers[0].right].channel == "phone"


def test_who_reads_and_who_counts_in(world: World) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    asked = {"batch": made.number}
    assert refused(NotPermitted, actions.count_in, running, "member", **asked) == "not_your_post"
    assert refused(NotPermitted, actions.set_aside, running, "member", **asked, place=1, reason="x") == "not_your_post"
    assert refused(NotPermitted, actions.read_sheet, running, "street", **asked, place=1, given={}) == "not_your_post"
    one_reads(running, made.number, 1, "member", {})


def test_no_entry_tells_what_a_paper_says(world: World) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    for who in (FIRST, SECOND):
        one_reads(running, made.number, 1, who, {running.items[0].key: CANARY})
    with scope(running.side.compound.pk):
        entries = Entry.objects.filter(compound=running.side.compound)
        assert [one.pk for one in entries if CANARY in str(one.changes)] == []
    assert verbs(world.here).count("read") == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE paper_ballots_reading SET choices = '{}'", "DELETE FROM paper_ballots_reading"]
)
def test_no_statement_changes_a_reading(world: World, statement: str) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    one_reads(running, made.number, 1, FIRST, {})
    with (
        scope(running.side.compound.pk),
        pytest.raises(DatabaseError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_bad_counts_and_readings_are_refused(world: World) -> None:
    running, papers = came_back(world.here, 1)
    named = {"name": "一", "witnesses": "二"}
    for by_hand in (0, 1_001):
        assert refused(BadInput, actions.open_batch, running, by_hand=by_hand, **named) == "how_many"
    made = scanned(running, papers)
    for given_, field in (({"nothing": "for"}, "item-0"), ({running.items[0].key: "maybe"}, "item-1")):
        with pytest.raises(BadInput) as found, transaction.atomic():
            do(actions.read_sheet, running.side, running.poll, batch=made.number, place=1, given=given_, now=AFTER)
        assert (found.value.code, found.value.details["field"]) == ("not_on_paper", field)
    assert refused(BadInput, actions.read_sheet, running, batch=made.number, place=7, given={}) == "no_such_sheet"


def test_another_side_has_its_own_batches(world: World) -> None:
    running, papers = came_back(world.here, 1)
    scanned(running, papers)
    with scope(world.there.compound.pk):
        assert (Batch.objects.count(), Sheet.objects.count()) == (0, 0)


ITEMS = (
    Item("m1", "other", "一"),
    Item("e1", "elect", "二", seats=2, candidates=(("a", "甲"), ("b", "乙"), ("c", "丙"))),
)
MARKS = st.fixed_dictionaries(
    {},
    optional={
        "m1": st.sampled_from(["for", "against", "abstain", VOID, "", None]),
        "e1": st.one_of(st.lists(st.sampled_from("abc"), unique=True), st.just(VOID)),
    },
)


@given(first=MARKS, second=MARKS)
@settings(max_examples=200)
def test_two_readings_differ_in_what_they_say_and_never_in_how(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, two = read(ITEMS, first), read(ITEMS, second)
    assert differences(ITEMS, one, two) == tuple(key for key in ("m1", "e1") if one.get(key) != two.get(key))
    assert differences(ITEMS, one, two) == differences(ITEMS, two, one)
    assert read(ITEMS, one) == one
    names = first.get("e1")
    if isinstance(names, list):
        assert read(ITEMS, {**first, "e1": names[::-1]}) == one


@pytest.mark.parametrize(
    "given_", [{"x": "for"}, {"m1": "yes"}, {"m1": ["for"]}, {"e1": "a"}, {"e1": ["a", "a"]}, {"e1": ["z"]}]
)
def test_what_cannot_stand_on_a_paper(given_: dict[str, Any]) -> None:
    with pytest.raises(NotAReading):
        read(ITEMS, given_)
