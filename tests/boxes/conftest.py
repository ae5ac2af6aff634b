"""Boxes at any point of their life, made by the same actions as pages; the poll is the one of ``tests/elections``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boxes import actions
from boxes.actions import HolderDraft, MadeBox
from boxes.models import Box, Entry, Opening
from boxes.queries import box_of
from elections import actions as polls
from elections.actions import Draft, Named
from elections.actions.change import begin
from elections.models import Edition, Item, Poll
from elections.queries.items import items_of
from premises import actions as premises
from premises.models import Entrance
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.elections.conftest import NOW, do, fixed, rights
from tests.world import BEGAN, Side

OPENS = NOW + timedelta(days=20)
CLOSES = OPENS + timedelta(days=15)
DURING = OPENS + timedelta(days=2)
AFTER = CLOSES + timedelta(hours=1)
HOLDERS = ("officer", "chair", "street")
NAMES = [
    Named(f"c{number}", name) for number, name in enumerate(("胡一明", "楼晓燕", "应建国", "徐丽", "程亮", "吕芳"), 1)
]


@dataclass
class Running:
    """A poll with its box and what only the ceremony saw."""

    side: Side
    poll: Poll
    made: MadeBox

    @property
    def box(self) -> Box:
        """As the table has it now."""
        with scope(self.side.compound.pk):
            found = box_of(self.poll)
        assert found is not None
        return found

    @property
    def keys(self) -> list[str]:
        """The rights of the roll in order."""
        with scope(self.side.compound.pk):
            edition = Edition.objects.get(pk=Poll.objects.get(pk=self.poll.pk).edition_id)
        return [one.key for one in rights(self.side, edition)]

    @property
    def items(self) -> list[Item]:
        """What is voted on."""
        with scope(self.side.compound.pk):
            return items_of(self.poll)

    def entries(self) -> list[Entry]:
        """The chain."""
        with scope(self.side.compound.pk):
            return list(Entry.objects.filter(compound=self.side.compound, box=self.box).order_by("number"))


def called(
    side: Side, *, kind: str = "decision", texts: Sequence[str | Draft] = ("同意调整游泳池开放时间",), **window: Any
) -> Poll:
    """A poll that is called."""
    poll = fixed(side, kind=kind, title="业主表决")[0]
    if kind == "election":
        do(polls.set_slate, side, poll, text="选举第三届业主委员会委员", seats=5, candidates=NAMES)
    else:
        do(
            polls.word_items,
            side,
            poll,
            items=[one if isinstance(one, Draft) else Draft("other", one) for one in texts],
        )
    do(polls.settle_window, side, poll, **{"opens_at": OPENS, "closes_at": CLOSES, **window})
    made: Poll = do(polls.call_poll, side, poll)
    return made


def holders(side: Side, *names: str) -> list[HolderDraft]:
    """Drafts for posts of the side."""
    return [HolderDraft(post_id=side.posts[name].pk) for name in names or HOLDERS]


def of_two_buildings(side: Side) -> tuple[Draft, Draft]:
    """Another building with one owner; an item that it decides alone, and one for everyone."""
    by = system_actor("test", (side.compound.pk,))
    with scope(side.compound.pk):
        premises.add_building(compound=side.compound, name="2幢", entrances=["1单元"], position=2)
        entrance = Entrance.objects.select_related("building").get(compound=side.compound, building__name="2幢")
        (home,) = premises.add_homes(
            compound=side.compound, entrance=entrance, homes=[("101", 1, Decimal("80.5"))], source="register"
        )
        premises.record_owner(home=home, name="楼明", person=None, starts=BEGAN, by=by, now=NOW)
        building = entrance.building_id
    return Draft("other", "更换2幢门禁", scope=f"b{building}"), Draft("other", "同意授权业委会小修小补")


def keyed(side: Side, *, names: Sequence[str] = HOLDERS, **given: Any) -> Running:
    """A called poll whose key was made and whose holders have their shares."""
    poll = called(side, **given)
    made: MadeBox = do(actions.set_up_box, side, poll, holders=holders(side, *names))
    for number, name in enumerate(names, 1):
        do(actions.confirm_share, side, poll, name, number=number)
    return Running(side, poll, made)


def step(running: Running, action: str, effect: Any, now: datetime, **given: Any) -> Any:
    """A step of the poll's machine by the clock, with what the box does in it."""
    side = running.side
    with scope(side.compound.pk):
        change = begin(
            compound_id=side.compound.pk, ref=running.poll.ref, action=action,
            by=system_actor("test", (side.compound.pk,)), now=now,
        )  # fmt: skip
        change.set(**{f"{change.poll.state}_at": now})
        found = effect(change=change, now=now, **given)
        running.poll = change.save()
    return found


def sealed(side: Side, **given: Any) -> Running:
    """A box that takes ballots."""
    running = keyed(side, **given)
    step(running, "open", actions.start, OPENS)
    return running


def cast(
    running: Running, place: int, choices: Mapping[str, Any] | bytes, *, by: str = "owner", now: datetime = DURING
) -> Entry:
    """One ballot of the right at a place of the roll."""
    with scope(running.side.compound.pk):
        return actions.put_in(poll=running.poll, right=running.keys[place], choices=choices, by=by, now=now)


def closed(running: Running, now: datetime = CLOSES) -> Box:
    """Voting has ended."""
    found: Box = step(running, "close", actions.close, now)
    return found


def give(running: Running, number: int, who: str = "officer") -> Any:
    """A holder gives a share."""
    return do(actions.give_share, running.side, running.poll, who, text=running.made.shares[number], now=AFTER)


def opened(running: Running) -> Opening:
    """The box is open: the count is asked for."""
    for number in sorted(running.made.shares)[: running.made.box.threshold]:
        give(running, number)
    found: Opening = do(actions.open_box, running.side, running.poll, now=AFTER)
    return found
