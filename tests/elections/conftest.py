"""Polls at any point of their preparation, made by the same actions as pages."""

from datetime import UTC, date, datetime
from typing import Any

from elections import actions
from elections.models import Edition, Likeness, Poll, Right, Unit
from premises import actions as premises
from premises.models import Home
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.world import BEGAN, Side

# A Tuesday, 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
ON = date(2026, 7, 20)


def owned(side: Side, place: int, *names: str, phones: tuple[str, ...] = ()) -> Home:
    """A home of the side with further owners in the register."""
    home = side.homes[place]
    with scope(side.compound.pk):
        for name in names:
            premises.record_owner(
                home=home, name=name, person=None, starts=BEGAN, by=system_actor("test", (side.compound.pk,)), now=NOW
            )
    return home


def opened(side: Side, who: str = "officer", *, kind: str = "election", **given: Any) -> Poll:
    """A poll whose roll is not drawn yet."""
    with scope(side.compound.pk):
        return actions.open_poll(
            **{
                "compound_id": side.compound.pk, "kind": kind, "title": "第三届业主委员会选举", "on": ON,
                "by": side.actor(who, NOW.date()), "now": NOW, **given,
            }
        )  # fmt: skip


def do(action: Any, side: Side, poll: Poll, who: str = "officer", **given: Any) -> Any:
    """One action on a poll."""
    with scope(side.compound.pk):
        return action(
            **{"compound_id": side.compound.pk, "ref": poll.ref, "by": side.actor(who, NOW.date()), "now": NOW, **given}
        )


def drawn(side: Side, **given: Any) -> Poll:
    """A poll with the register's roll."""
    poll = opened(side, **given)
    do(actions.draw_roll, side, poll)
    return poll


def fixed(side: Side, **given: Any) -> tuple[Poll, Edition]:
    """A poll whose roll is fixed, everyone alike said to be different people."""
    poll = drawn(side, **given)
    for one in likenesses(side, poll):
        do(actions.decide_likeness, side, poll, number=one.number, same=[], note="核对了不动产登记")
    return poll, do(actions.freeze_roll, side, poll, office_areas=False)


def units(side: Side, poll: Poll) -> list[Unit]:
    """The parts of the roll in order."""
    with scope(side.compound.pk):
        return list(Unit.objects.filter(compound=side.compound, poll=poll).order_by("number"))


def likenesses(side: Side, poll: Poll) -> list[Likeness]:
    """What is proposed."""
    with scope(side.compound.pk):
        return list(Likeness.objects.filter(compound=side.compound, poll=poll).order_by("number"))


def rights(side: Side, edition: Edition) -> list[Right]:
    """The voters of an edition in order."""
    with scope(side.compound.pk):
        return list(Right.objects.filter(compound=side.compound, edition=edition).order_by("number"))
