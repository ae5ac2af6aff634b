"""How floors above prove a receipt that no entry of the chain bears: the number on a paper ballot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from elections.models import Poll


@dataclass(frozen=True, slots=True)
class Paper:
    """What anyone may know of a paper ballot by its number: that it came back, and that its batch was counted in. Never a choice.

    ``round`` is the number of its box. ``number`` and ``hash`` are of its own entry in the chain where the record of the vote has
    one for it alone; 0 and "" where it cannot be told from others. ``aside``: it came back and does not count. ``together``: of a
    secret poll, how many papers came back and stand, and how many were counted in; ``counted_at`` only where all of them were.
    """

    round: int
    voided: bool = False
    taken_at: datetime | None = None
    batch: int | None = None
    counted_at: datetime | None = None
    aside: bool = False
    number: int = 0
    hash: str = ""
    together: tuple[int, int] | None = None


# A poll, and what was typed, without blanks and hyphens.
Asked = Callable[[Poll, str], Paper | None]
_asked: dict[str, Asked] = {}


def register(name: str, asked: Asked) -> None:
    """Let a floor above answer for the numbers on its papers."""
    _asked[name] = asked


def paper_of(poll: Poll, typed: str) -> Paper | None:
    """The paper of this number, as the first floor that knows it has it."""
    return next((found for _name, ask in sorted(_asked.items()) if (found := ask(poll, typed)) is not None), None)
