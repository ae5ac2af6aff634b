"""The stages of a poll on its time line: what each floor has to say of its part, for whoever looks.

Registered in ``AppConfig.ready()``: the elections floor draws the line and knows nothing of what stands above it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.functional import Promise

from elections.models import Poll
from tenancy.actor import Actor

Text = str | Promise
# Which mark a stage has on the line: done, to be done now, to come, over its time, not possible before something else.
Mark = Literal["done", "now", "later", "late", "blocked"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name, how it stands, one line that says so, the day by which, the article that asks it, where it is done.

    ``url`` is empty where this actor has nothing to open. ``article`` is the source as the parameters name it.
    """

    key: str
    title: Text
    mark: Mark
    text: Text = ""
    due: date | None = None
    article: str = ""
    url: str = ""


Teller = Callable[[Poll, Actor, datetime], Sequence[Stage]]
_tellers: dict[str, tuple[int, Teller]] = {}


def register(name: str, order: int, teller: Teller) -> None:
    """``teller(poll, actor, now)`` gives the stages of one floor; it asks the database a fixed number of times.

    Orders: 10 roll, 20 group, 30 candidates, 40 items and window, 50 call, 60 key and box, 70 ballots, 80 paper, 90 count,
    100 result, 110 committee.
    """
    _tellers[name] = (order, teller)


def stages(poll: Poll, actor: Actor, now: datetime) -> list[Stage]:
    """Every stage of a poll in order."""
    found: list[Stage] = []
    for _order, teller in sorted(_tellers.values(), key=lambda one: one[0]):
        found += teller(poll, actor, now)
    return found
