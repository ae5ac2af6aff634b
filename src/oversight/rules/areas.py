"""Which areas stand in one table: those below the chosen one, at the first level where there is more than one."""

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = ("city", "street", "community")


@dataclass(frozen=True, slots=True)
class Place:
    """A compound with the areas above it; each area is (code, name)."""

    compound_id: int
    code: str
    name: str
    community: tuple[str, str]
    street: tuple[str, str]
    city: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """One area of the table with the places of ours in it (their positions in what was given)."""

    code: str
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``level`` is that of the rows: city, street, community, or compound (then there are no nodes).

    ``above`` are the areas from the top down to the one whose table this is; ``members`` all places in it.
    """

    level: str
    above: tuple[tuple[str, str], ...]
    members: tuple[int, ...]
    nodes: tuple[Node, ...]


class NoSuchArea(LookupError):
    """None of the places lies in an area of this code."""


def table(places: Sequence[Place], chosen: str | None) -> Table:
    """Arrange places by area, under the chosen one or from the top. Raises NoSuchArea."""
    members = list(range(len(places)))
    start = 0
    above: list[tuple[str, str]] = []
    if chosen:
        for depth, level in enumerate(LEVELS):
            inside = [at for at in members if getattr(places[at], level)[0] == chosen]
            if inside:
                members, start = inside, depth + 1
                above = [getattr(places[inside[0]], name) for name in LEVELS[: depth + 1]]
                break
        else:
            raise NoSuchArea(chosen)
    for depth in range(start, len(LEVELS)):
        level = LEVELS[depth]
        nodes: dict[tuple[str, str], list[int]] = {}
        for at in members:
            nodes.setdefault(getattr(places[at], level), []).append(at)
        if len(nodes) > 1:
            return Table(
                level, tuple(above), tuple(members), tuple(Node(*key, tuple(found)) for key, found in nodes.items())
            )
        above.extend(nodes)
    return Table("compound", tuple(above), tuple(members), ())


def flat(places: Sequence[Place]) -> Table:
    """All places in one table, whatever areas they lie in: a firm thinks in compounds."""
    return Table("compound", (), tuple(range(len(places))), ())
