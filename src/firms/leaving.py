"""What the floors above must be asked before a post ends: what is still open with it, and that they take it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from tenancy.actor import Actor

# open_with(compound_ids, post_id) -> how many things are open with the post
OpenWith = Callable[[Sequence[int], int], int]
# give_back(compound_id=, post_id=, by=, now=) -> how many were given back
GiveBack = Callable[..., int]
# left_behind(compound_id, on) -> posts that ended before a day and still hold something
LeftBehind = Callable[[int, date], list[int]]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work that a post may hold, and what it is called in a sentence: 件报修, 个班次."""

    words: str | Promise
    open_with: OpenWith
    give_back: GiveBack
    left_behind: LeftBehind


_kinds: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Let an upper floor say what a post may hold. The same name again replaces it."""
    _kinds[name] = work


def open_with(compound_ids: Sequence[int], post_id: int) -> list[tuple[str, int]]:
    """What is open with a post in these compounds, by kind: (what it is called, how many), without noughts."""
    found = [(work.words, work.open_with(compound_ids, post_id)) for work in _kinds.values()]
    return [(str(words), count) for words, count in found if count]


def give_back(*, compound_id: int, post_id: int, by: Actor, now: datetime) -> int:
    """Have everything of a post in a compound taken back; returns how many things. Safe to repeat."""
    return sum(work.give_back(compound_id=compound_id, post_id=post_id, by=by, now=now) for work in _kinds.values())


def left_behind(compound_id: int, on: date) -> list[int]:
    """The posts that ended before a day and still hold something in a compound."""
    return sorted({post for work in _kinds.values() for post in work.left_behind(compound_id, on)})
