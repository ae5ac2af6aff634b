"""Polls that take ballots, and owners who hand them in by the same actions as pages."""

from datetime import datetime, timedelta
from typing import Any

from ballots.actions import clock
from ballots.actions.casting import Ballot, cast
from ballots.actions.telling import tell_cast
from ballots.models import Cast
from ballots.queries.rights import Mine, rights_of
from elections.models import Poll
from tenancy.scope import scope
from tests.boxes.conftest import CLOSES, DURING, OPENS, Running, keyed
from tests.world import Side

__all__ = ["CLOSES", "DURING", "OPENS", "Running", "hand_in", "keyed", "mine", "tell", "tend", "voting"]

CANARY_CHOICE = "for"


def tend(side: Side, now: datetime) -> list[str]:
    """One run of the clock."""
    with scope(side.compound.pk):
        return clock.tend(compound_id=side.compound.pk, now=now)


def voting(side: Side, **given: Any) -> Running:
    """A poll that the clock has opened."""
    running = keyed(side, **given)
    tend(side, OPENS)
    return reread(running)


def reread(running: Running) -> Running:
    """The poll as the table has it now."""
    with scope(running.side.compound.pk):
        running.poll = Poll.objects.select_related("compound", "edition").get(pk=running.poll.pk)
    return running


def tell(running: Running, now: datetime = DURING) -> int:
    """One run of the sweep that tells of ballots."""
    with scope(running.side.compound.pk):
        return tell_cast(compound_id=running.side.compound.pk, now=now)


def mine(running: Running, who: str = "resident") -> list[Mine]:
    """The rights of somebody."""
    with scope(running.side.compound.pk):
        return rights_of(running.poll, running.side.people[who], casts=True)


def hand_in(
    running: Running,
    who: str = "resident",
    *,
    right: str = "",
    choices: Any = None,
    confirmed: bool = False,
    now: datetime = DURING,
    verified_at: datetime | None = None,
) -> Cast:
    """One ballot; with no choices given, for everything."""
    side = running.side
    if choices is None:
        choices = {
            one.key: [name["key"] for name in one.candidates[: one.seats]] if one.seats else CANARY_CHOICE
            for one in running.items
        }
    with scope(side.compound.pk):
        return cast(
            compound_id=side.compound.pk,
            ref=running.poll.ref,
            ballot=Ballot(right or mine(running, who)[0].key, choices, confirmed=confirmed),
            person=side.people[who],
            verified_at=verified_at or now - timedelta(minutes=1),
            device="微信 · Android",
            by=side.actor(who, now.date()),
            now=now,
        )
