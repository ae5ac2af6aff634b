"""What every action shares: who is told, what is announced, what is written down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, localtime

from audit.actions import record
from live.actions import Announcement, announce_all
from messaging.actions import queue
from notices.models import Notice
from parties.queries import Holder, holders
from posting.permissions import KEEPERS
from posting.rules.jobs import COMPANY
from posting.topics import WALLS
from tenancy.actor import Actor, system_actor

CLOCK = "posting"
_COMMUNITY = ("community", "residents")


def clock(compound_id: int) -> Actor:
    """The author of what nobody did by hand."""
    return system_actor(CLOCK, (compound_id,))


def everyone_in(compound_id: int, now: datetime) -> list[Holder]:
    """Who holds posts there today. One statement."""
    return holders(compound_id, localdate(now))


def walkers(here: Iterable[Holder], side: str) -> list[int]:
    """The people of a side who go round: the firm's workers and desk; the community's offices."""
    parties = ("company",) if side == COMPANY else _COMMUNITY
    return sorted({one.person_id for one in here if one.party in parties})


def desk(here: Iterable[Holder], side: str) -> list[int]:
    """The people of a side who answer for it."""
    parties = ("company",) if side == COMPANY else _COMMUNITY
    return sorted({one.person_id for one in here if one.party in parties and one.role in KEEPERS[one.party]})


def link(notice: Notice) -> str:
    """The page of a notice's papers."""
    return f"/c/{notice.compound.code}/posting/notices/{notice.ref}/"


def walk_link(notice: Notice) -> str:
    """The list of whoever walks."""
    return f"/c/{notice.compound.code}/posting/walk/"


def tell(
    notice: Notice, people: Iterable[int], template: str, *, to: str, by: Actor, now: datetime, key: str, **context: str
) -> int:
    """Queue a message about a notice's papers; nobody is told of their own act."""
    told = sorted(set(people) - {by.person_id})
    if not told:
        return 0
    title = notice.current.title if notice.current is not None else notice.title
    return queue(
        compound_id=notice.compound_id,
        to=told,
        template=template,
        context={"compound": notice.compound.name, "title": title, **context},
        link=to,
        by=by,
        now=now,
        key=key,
    )


def moment(at: datetime) -> str:
    """A moment as a message says it."""
    return f"{localtime(at):%m-%d %H:%M}"


def keep(
    *, compound_id: int, verb: str, target: str, changes: dict[str, Any], by: Actor, now: datetime, notice: str = ""
) -> None:
    """Announce the change to the desk and append its audit entry: the last thing that an action does."""
    announce_all(
        compound_id=compound_id, announcements=[Announcement(WALLS, "changed", {"ref": notice})], now=now
    )  # fmt: skip
    record(by=by, compound_id=compound_id, verb=f"posting.{verb}", target=target, changes=changes, now=now)
