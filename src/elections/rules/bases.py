"""Who counts and how much: from exclusive parts to owners and area, the base of every test (A2).

Interpretation on ownership (法释〔2020〕17号) Art. 8: area by the register, else surveyed, else by the sale contract. Art. 9:
owners are counted by exclusive part, one each; one buyer of several parts is one owner, the areas added; the developer's unsold
parts and those sold but not handed over are one owner in all. 指导规则 Art. 25: co-owners of one part are one owner and choose
who votes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elections.rules.measures import Figures

# Art. 2: parts that stand alone. Whether the last two kinds weigh in a vote the rules say (P7): by default they do not.
KINDS = ("home", "shop", "parking", "storage")
PARKING = frozenset(("parking", "storage"))
DEVELOPER = "developer"


@dataclass(frozen=True, slots=True)
class Unit:
    """One exclusive part. ``areas`` in 0.0001 square metres by source; ``owners`` are persons already told apart by someone.

    ``handed_over`` False, or no owners at all: the part is the developer's. ``certificate`` names the title certificate where
    votes go by it; parts without one count each.
    """

    ref: str
    areas: Mapping[str, int]
    owners: frozenset[str] = frozenset()
    kind: str = "home"
    handed_over: bool = True
    building: str = ""
    entrance: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose matter it is (P3): the whole compound, some buildings, or some entrances as (building, entrance).

    Lifts, roofs and a single building: the owners of the scope that pays (列支范围), not the compound (A1).
    """

    buildings: frozenset[str] = frozenset()
    entrances: frozenset[tuple[str, str]] = frozenset()

    def __contains__(self, unit: object) -> bool:
        if not isinstance(unit, Unit):
            return False
        if not self.buildings and not self.entrances:
            return True
        return unit.building in self.buildings or (unit.building, unit.entrance) in self.entrances


COMPOUND = Scope()


@dataclass(frozen=True, slots=True)
class Right:
    """One vote: who holds it, through which parts, and its area. ``head`` False: parts that weigh by area alone."""

    holder: str
    units: tuple[str, ...]
    area: int
    head: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """All votes of a matter. ``unmeasured`` parts have no area from any allowed source: the total is then not known."""

    rights: tuple[Right, ...]
    unmeasured: tuple[str, ...] = field(default=())

    @property
    def figures(self) -> Figures:
        """Owners and area in all."""
        heads = sum(one.head for one in self.rights)
        return Figures(heads, None if self.unmeasured else sum(one.area for one in self.rights))


def area_of(unit: Unit, parameters: Mapping[str, Any] | Any) -> tuple[str, int] | None:
    """The area that counts and where it comes from (P6); only the register's where it is binding (温州 Art. 9)."""
    sources = ("register",) if parameters["area_register_binding"] else parameters["area_sources"]
    return next(((source, unit.areas[source]) for source in sources if source in unit.areas), None)


def base(
    units: Iterable[Unit],
    parameters: Mapping[str, Any] | Any,
    *,
    scope: Scope = COMPOUND,
    excluded: frozenset[str] = frozenset(),
) -> Base:
    """Every vote of a matter. ``excluded`` are parts that the matter does not concern (P8), by reference."""
    grouped: dict[str, list[Unit]] = {}
    for unit in units:
        if unit not in scope or unit.ref in excluded:
            continue
        if unit.kind in PARKING and not (parameters["parking_in_heads"] or parameters["parking_in_area"]):
            continue
        grouped.setdefault(_holder(unit, parameters), []).append(unit)
    rights, unmeasured = [], []
    for holder, parts in grouped.items():
        # Parking may weigh by area alone, or count as a head alone: the rules say which (P7).
        weighing = [one for one in parts if one.kind not in PARKING or parameters["parking_in_area"]]
        measured = {one.ref: area_of(one, parameters) for one in weighing}
        unmeasured += [ref for ref, found in measured.items() if found is None]
        area = sum(found[1] for found in measured.values() if found is not None)
        head = any(one.kind not in PARKING or parameters["parking_in_heads"] for one in parts)
        rights.append(Right(holder, tuple(one.ref for one in parts), area, head))
    return Base(tuple(rights), tuple(unmeasured))


def _holder(unit: Unit, parameters: Mapping[str, Any] | Any) -> str:
    """Whose vote a part belongs to. Co-owners of one part are one holder; the same co-owners of two parts are the same one."""
    if not unit.owners or not unit.handed_over:
        return DEVELOPER if parameters["developer_as_one"] else f"{DEVELOPER}:{unit.ref}"
    if parameters["headcount_by"] == "title_certificate":  # 宁波 Art. 18: one vote a certificate
        return f"certificate:{unit.certificate or unit.ref}"
    return "owners:" + "、".join(sorted(unit.owners))


def overlapping(units: Sequence[Unit]) -> tuple[tuple[str, str], ...]:
    """Pairs of parts whose owners overlap without being the same (a couple with two homes): a person decides, nothing merges."""
    held = [unit for unit in units if unit.owners and unit.handed_over]
    by_person: dict[str, list[int]] = {}
    for place, unit in enumerate(held):
        for person in unit.owners:
            by_person.setdefault(person, []).append(place)
    pairs = {
        (first, second)
        for places in by_person.values()
        for at, first in enumerate(places)
        for second in places[at + 1 :]
        if held[first].owners != held[second].owners
    }
    return tuple((held[first].ref, held[second].ref) for first, second in sorted(pairs))
