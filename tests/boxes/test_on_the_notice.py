"""The heads stand on the notice of the poll: beside its text and on paper; the edition stays what it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from boxes import actions
from boxes.actions.running import publish
from boxes.words import in_fours
from elections import actions as polls
from elections.actions import Draft
from elections.models import Announced, Poll
from notices import extras
from notices.models import Notice
from publicity.models import Period
from tenancy.scope import scope
from tests.boxes.conftest import CLOSES, HOLDERS, OPENS, Running, cast, closed, holders, step
from tests.elections.conftest import do, fixed
from tests.hall.conftest import put_up
from tests.world import Side, World

Enter = Any


def called_publicly(side: Side) -> tuple[Running, Notice]:
    """A poll that was called on the board, and its box takes ballots."""
    poll = fixed(side, kind="decision", title="业主表决")[0]
    do(polls.word_items, side, poll, items=[Draft("other", "同意调整游泳池开放时间")])
    do(polls.settle_window, side, poll, opens_at=OPENS, closes_at=CLOSES)
    opened = do(polls.call_publicly, side, poll, accepted=True)
    with scope(side.compound.pk):
        poll = Poll.objects.select_related("compound", "edition").get(pk=poll.pk)
        notice = Notice.objects.get(pk=opened.notice.pk)
    made = do(actions.set_up_box, side, poll, holders=holders(side))
    for number, name in enumerate(HOLDERS, 1):
        do(actions.confirm_share, side, poll, name, number=number)
    return Running(side, poll, made), notice


def out(side: Side, notice: Notice) -> None:
    """The board has put it up, for anyone to read."""
    with scope(side.compound.pk):
        found = Notice.objects.get(pk=notice.pk)
        if found.state != "published":
            Notice.objects.filter(pk=notice.pk).update(
                state="published", current=found.proposed, published_at=OPENS - timedelta(days=19)
            )
        Notice.objects.filter(pk=notice.pk).update(public=True)


def lines(side: Side, notice: Notice) -> list[str]:
    """What the sheet says."""
    with scope(side.compound.pk):
        return extras.lines_of(Notice.objects.get(pk=notice.pk))


def test_every_head_is_on_the_notice_and_the_notice_stays_the_same(world: World, sign_in: Enter) -> None:
    side = world.here
    running, notice = called_publicly(side)
    out(side, notice)
    where = reverse("notices_one", args=[side.compound.code, notice.ref])
    owner: Client = sign_in(side, "resident")
    with scope(side.compound.pk):
        before = Notice.objects.get(pk=notice.pk)
        periods = list(Period.objects.filter(compound=side.compound).values())
    # Before voting begins there is no head.
    assert "票箱的链头" not in owner.get(where).content.decode()
    assert not [one for one in lines(side, notice) if "链头" in one]
    step(running, "open", actions.start, OPENS)
    with scope(side.compound.pk):
        for place in range(2):
            cast(running, place, {running.items[0].key: "for"})
            actions.publish_heads(compound_id=side.compound.pk)
    closed(running)
    heads = [in_fours(one.hash) for one in running.entries()]
    assert len(heads) == 4
    for page in (owner.get(where), Client().get(f"/board/{side.compound.code}/{notice.ref}/")):
        assert page.status_code == 200
        text = page.content.decode()
        assert [head for head in heads if head not in text] == []
        assert f"/ballot-box/{side.compound.code}/{running.poll.ref}/" in text
        assert "同意调整游泳池开放时间" in text
    printed = "\n".join(lines(side, notice))
    assert [head for head in heads if head not in printed] == []
    with scope(side.compound.pk):
        after = Notice.objects.get(pk=notice.pk)
        assert list(Period.objects.filter(compound=side.compound).values()) == periods
    assert (after.current_id, after.proposed_id, after.published_at, after.updated_at) == (
        before.current_id, before.proposed_id, before.published_at, before.updated_at,
    )  # fmt: skip


def test_the_paper_has_the_first_head_and_the_latest_seven(world: World) -> None:
    side = world.here
    running, notice = called_publicly(side)
    out(side, notice)
    step(running, "open", actions.start, OPENS)
    with scope(side.compound.pk):
        for number in range(2, 20):
            publish(running.box, number, f"{number:064x}", OPENS + timedelta(days=number), "day")
    printed = [one for one in lines(side, notice) if "第 " in one]
    assert len(printed) == 8
    assert in_fours(running.entries()[0].hash) in printed[0]
    assert [one.split("第 ")[1].split(" 条")[0] for one in printed] == ["1", *map(str, range(13, 20))]


def test_the_rolls_notice_and_others_have_none(world: World) -> None:
    side = world.here
    running, _notice = called_publicly(side)
    step(running, "open", actions.start, OPENS)
    with scope(side.compound.pk):
        others = Notice.objects.exclude(pk__in=Announced.objects.filter(what="call").values("notice"))
        assert [line for one in others for line in extras.lines_of(one) if "链头" in line] == []


@pytest.mark.parametrize("more", [1, 30])
def test_the_heads_cost_three_statements_whatever_their_number(world: World, statements: Any, more: int) -> None:
    side = world.here
    running, notice = called_publicly(side)
    out(side, notice)
    step(running, "open", actions.start, OPENS)
    with scope(side.compound.pk):
        for number in range(more):
            publish(running.box, 1000 + number, f"{number:064d}", OPENS, "day")
        found = Notice.objects.get(pk=notice.pk)
        from boxes.board import panel

        with statements() as seen:
            assert panel(found, None, OPENS) is not None
        Notice.objects.filter(pk=notice.pk).update(matter="parking")
        found.refresh_from_db()
        with statements() as none:
            assert panel(found, None, OPENS) is None
    assert (len(seen), len(none)) == (3, 0)


def test_the_screen_in_the_hall_shows_the_latest_head_and_no_others(world: World, statements: Any) -> None:
    side = world.here
    running, notice = called_publicly(side)
    out(side, notice)
    with scope(side.compound.pk):
        _screen, token = put_up(side)
        other = Notice.objects.exclude(pk=notice.pk).filter(state="published").first()
    hall = f"/screen/{token}/slides/"
    # Before voting begins there is no head.
    assert "票箱链头" not in Client().get(hall).content.decode()
    step(running, "open", actions.start, OPENS)
    with scope(side.compound.pk):
        cast(running, 0, {running.items[0].key: "for"})
        actions.publish_heads(compound_id=side.compound.pk)
    closed(running)
    text = Client().get(hall).content.decode()
    shown = [head for head in (in_fours(one.hash) for one in running.entries()) if head in text]
    assert (shown, text.count("票箱链头")) == ([in_fours(running.entries()[-1].hash)], 1)
    with scope(side.compound.pk), statements() as seen:
        found = extras.feet_of([one for one in (Notice.objects.get(pk=notice.pk), other) if one is not None])
    # The notice itself, and one for all its feet.
    assert ([*found], len(seen)) == ([notice.pk], 2)
