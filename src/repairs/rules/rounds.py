"""A worker's way through the compound: what there is to do, by building and floor."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stop(Generic[T]):
    """What there is to do on one floor; ``floor`` is None where none is known."""

    floor: int | None
    items: list[T]


@dataclass(frozen=True, slots=True)
class Round(Generic[T]):
    """One building with its floors from the top down; ``building`` is "" for the public areas."""

    building: str
    stops: list[Stop[T]]

    @property
    def count(self) -> int:
        """How many there are in the building."""
        return sum(len(stop.items) for stop in self.stops)


def rounds(items: Sequence[T], place: Callable[[T], tuple[str, int | None]]) -> list[Round[T]]:
    """Group items by ``place`` (building, floor).

    Buildings stand in the order of their first item, so what is due first decides where to go first; within one the
    floors go from the top down, those without a floor last; within a floor the given order stays.
    """
    buildings: dict[str, dict[int | None, list[T]]] = {}
    for item in items:
        building, floor = place(item)
        buildings.setdefault(building, {}).setdefault(floor, []).append(item)
    return [
        Round(building, [Stop(floor, floors[floor]) for floor in sorted(floors, key=_from_the_top)])
        for building, floors in buildings.items()
    ]


def _from_the_top(floor: Hashable) -> tuple[bool, int]:
    return (floor is None, -floor if isinstance(floor, int) else 0)
