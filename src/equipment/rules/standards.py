"""The kinds of equipment, what is looked at, how often and until when: ``standards/fire.yaml``, read once and checked.

A row that cannot be right refuses the whole file. ``confirmed`` goes with every number: what nobody has read in the rule is a
default of the portal, and pages say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from equipment.rules.cadence import CADENCES, is_looser, strictest

FILE: Final = Path(__file__).resolve().parent.parent / "standards" / "fire.yaml"
BY_UNIT: Final = "by_unit_class"
# Where a piece stands, as far as a rule asks: the classes of GB 50444-2008 5.2.2 and everything else.
PLACES: Final = ("ordinary", "basement", "boiler_room", "yard", "crowded")
PATROL, CHECK, TEST = "patrol", "check", "test"
ACTS: Final = (PATROL, CHECK, TEST)
SEVERITIES: Final = ("critical", "high", "medium", "low")
TYPES: Final = ("ok", "number", "choice", "photo")
# From which day of a piece a life is counted.
ORIGINS: Final = ("made_on", "installed_on", "battery_on", "battery_tested_on")
WHATS: Final = ("service", "scrap", "battery", "battery_test", "sensor")
MOST_YEARS: Final = 30


class StandardsError(ValueError):
    """The data file cannot be right; says which row."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """One row: how often a duty is asked of a kind, where and of which subtypes; ``months`` is its season, empty all year."""

    duty: str
    name: str
    act: str
    every: str
    clause: str
    confirmed: bool
    places: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    months: tuple[int, ...] = ()

    def fits(self, place: str, subtype: str) -> bool:
        """Whether it is asked of a piece there."""
        return (not self.places or place in self.places) and (not self.subtypes or subtype in self.subtypes)


@dataclass(frozen=True, slots=True)
class Life:
    """Until when something lasts: ``first`` years from the day named by ``origin``, ``then`` every so many (0: never again)."""

    what: str
    name: str
    origin: str
    first: int
    then: int
    clause: str
    confirmed: bool
    subtypes: tuple[str, ...] = ()

    def fits(self, subtype: str) -> bool:
        """Whether it is asked of a piece of this subtype."""
        return not self.subtypes or subtype in self.subtypes


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. ``acts`` empty: on every round. ``severity``: of a failure, as this portal proposes it."""

    key: str
    name: str
    en: str
    type: str
    severity: str
    confirmed: bool
    unit: str = ""
    least: str = ""
    most: str = ""
    options: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    optional: bool = False
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of equipment; ``system`` is its row in table C.1."""

    key: str
    name: str
    en: str
    system: str
    standards: tuple[str, ...]
    subtypes: Mapping[str, tuple[str, str]]
    cadences: tuple[Cadence, ...]
    lives: tuple[Life, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """The class of a compound, by which everyday patrols go."""

    key: str
    name: str
    en: str
    every: str
    clause: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Yearly:
    """What the whole compound owes each year. ``units`` empty: every class."""

    key: str
    name: str
    en: str
    clause: str
    confirmed: bool
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """A class of risk of a home or house, and how often it is visited."""

    key: str
    name: str
    en: str
    every: str
    clause: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a home that lasts so many months."""

    what: str
    name: str
    months: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Visiting:
    """A kind of visit to homes or houses; runs on the same engine."""

    key: str
    name: str
    en: str
    who: str
    risks: Mapping[str, Risk]
    items: tuple[tuple[str, str, str], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """How large a part of a placement unit may be away for service at once."""

    above: int
    below: int
    kinds: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Standards:
    """The whole file."""

    version: str
    kinds: Mapping[str, Kind]
    units: Mapping[str, Unit]
    yearly: tuple[Yearly, ...]
    visits: Mapping[str, Visiting]
    removal: Removal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one piece: the strictest of law, firm and compound for one duty.

    ``standard`` is what the standard asks, ``clause`` where; ``own`` says that the compound's own word is stricter.
    """

    duty: str
    name: str
    act: str
    every: str
    standard: str
    clause: str
    confirmed: bool
    months: tuple[int, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Tighter:
    """A compound's own word: a duty of a kind more often (``every``), or a life shorter (``years`` for the first time,
    ``then`` for the others). ``place`` (of a duty) and ``subtype`` (of a life) empty: all of them.
    """

    kind: str
    subject: str
    place: str = ""
    subtype: str = ""
    every: str = ""
    years: int = 0
    then: int = 0


@dataclass(frozen=True, slots=True)
class Looser:
    """Why a word of the compound is refused: what the standard asks, and where it says so ("" where nobody has read it)."""

    code: str
    name: str
    standard: str
    clause: str
    confirmed: bool


def read(given: Mapping[str, Any]) -> Standards:
    """Check what the file holds; StandardsError for the first row that cannot be right."""
    try:
        seasons = {key: tuple(one["months"]) for key, one in given["seasons"].items()}
        _must(all(set(months) <= set(range(1, 13)) for months in seasons.values()), "seasons")
        units = {
            key: Unit(key, one["name"], one["en"], one["every"], one["clause"], one["confirmed"])
            for key, one in given["units"].items()
        }
        _must(bool(units) and all(one.every in CADENCES for one in units.values()), "units")
        kinds = [_kind(row, given["sources"], seasons) for row in given["kinds"]]
        yearly = tuple(
            Yearly(one["key"], one["name"], one["en"], one["clause"], one["confirmed"], tuple(one.get("units", ())))
            for one in given["yearly"]
        )
        visits = [_visiting(row) for row in given["visits"]]
        above, _slash, below = str(given["removal"]["share"]).partition("/")
        removal = Removal(int(above), int(below), tuple(given["removal"]["kinds"]), given["removal"]["clause"])
        version = str(given["version"])
    except (KeyError, TypeError, AttributeError) as error:
        raise StandardsError(f"{FILE.name}: {error!r}") from error
    _once([one.key for one in kinds], "kinds")
    _once([one.key for one in visits], "visits")
    _must(0 < removal.above < removal.below, "removal")
    by_key = {one.key: one for one in kinds}
    _must(set(removal.kinds) <= set(by_key), "removal")
    _must(all(set(one.units) <= set(units) for one in yearly), "yearly")
    return Standards(version, by_key, units, yearly, {one.key: one for one in visits}, removal)


def _kind(row: Mapping[str, Any], sources: Mapping[str, Any], seasons: Mapping[str, tuple[int, ...]]) -> Kind:
    key = row["key"]
    subtypes = {one["key"]: (one["name"], one["en"]) for one in row.get("subtypes", ())}
    cadences = tuple(_cadence(key, one, sources, seasons, subtypes) for one in row["cadences"])
    lives = tuple(_life(key, one, sources, subtypes) for one in row.get("lives", ()))
    items = tuple(_item(key, one, seasons) for one in row["items"])
    _once([one.key for one in items], f"{key}/items")
    _must(bool(cadences) and bool(items), key)
    for duty in {one.duty for one in cadences}:
        _must(len({one.act for one in cadences if one.duty == duty}) == 1, f"{key}/{duty}: one act a duty")
    return Kind(key, row["name"], row["en"], row["system"], tuple(row["standards"]), subtypes, cadences, lives, items)


def _cadence(
    key: str,
    row: Mapping[str, Any],
    sources: Mapping[str, Any],
    seasons: Mapping[str, Any],
    subtypes: Mapping[str, Any],
) -> Cadence:
    made = Cadence(
        row["duty"], row["name"], row["act"], row["every"], row["clause"], row["confirmed"],
        tuple(row.get("places", ())), tuple(row.get("subtypes", ())), seasons[row["season"]] if "season" in row else (),
    )  # fmt: skip
    where = f"{key}/{made.duty}"
    _must(made.act in ACTS, f"{where}: act")
    _must(made.every == BY_UNIT or made.every in CADENCES, f"{where}: every")
    _must(set(made.places) <= set(PLACES), f"{where}: places")
    _must(set(made.subtypes) <= set(subtypes), f"{where}: subtypes")
    _must(row["source"] in sources, f"{where}: source")
    _must(isinstance(made.confirmed, bool), f"{where}: confirmed")
    _must(not made.confirmed or bool(made.clause), f"{where}: read somewhere, but no clause")
    return made


def _life(key: str, row: Mapping[str, Any], sources: Mapping[str, Any], subtypes: Mapping[str, Any]) -> Life:
    made = Life(
        row["what"], row["name"], row["from"], row["first"], row.get("then", 0), row["clause"], row["confirmed"],
        tuple(row.get("subtypes", ())),
    )  # fmt: skip
    where = f"{key}/{made.what}"
    _must(made.what in WHATS, f"{where}: what")
    _must(made.origin in ORIGINS, f"{where}: from")
    _must(type(made.first) is int and 1 <= made.first <= MOST_YEARS, f"{where}: first")
    _must(type(made.then) is int and 0 <= made.then <= MOST_YEARS, f"{where}: then")
    _must(set(made.subtypes) <= set(subtypes), f"{where}: subtypes")
    _must(row["source"] in sources, f"{where}: source")
    return made


def _item(key: str, row: Mapping[str, Any], seasons: Mapping[str, tuple[int, ...]]) -> Item:
    made = Item(
        key=row["key"], name=row["name"], en=row["en"], type=row["type"], severity=row["severity"],
        confirmed=row["confirmed"], unit=str(row.get("unit", "")), least=str(row.get("min", "")),
        most=str(row.get("max", "")), options=tuple(row.get("options", ())), passes=tuple(row.get("passes", ())),
        acts=tuple(row.get("acts", ())), months=seasons[row["season"]] if "season" in row else (),
        optional=row.get("optional", False), computed=row.get("computed", False),
    )  # fmt: skip
    where = f"{key}/{made.key}"
    _must(made.type in TYPES, f"{where}: type")
    _must(made.severity in SEVERITIES, f"{where}: severity")
    _must(set(made.acts) <= set(ACTS), f"{where}: acts")
    _must((made.type == "choice") == bool(made.options) and set(made.passes) <= set(made.options), f"{where}: options")
    return made


def _visiting(row: Mapping[str, Any]) -> Visiting:
    risks = {
        key: Risk(key, one["name"], one["en"], one["every"], one["clause"], one["confirmed"])
        for key, one in row["risk"].items()
    }
    _must(bool(risks) and all(one.every in CADENCES for one in risks.values()), f"{row['key']}: risk")
    parts = tuple(Part(one["what"], one["name"], one["months"], one["confirmed"]) for one in row.get("lives", ()))
    _must(all(type(one.months) is int and one.months > 0 for one in parts), f"{row['key']}: months")
    items = tuple((one["key"], one["name"], one["en"]) for one in row["items"])
    return Visiting(row["key"], row["name"], row["en"], row["who"], risks, items, parts)


def _must(holds: bool, where: str) -> None:
    if not holds:
        raise StandardsError(where)


def _once(keys: Sequence[str], where: str) -> None:
    _must(len(set(keys)) == len(keys), f"{where}: twice")


@lru_cache(maxsize=1)
def standards() -> Standards:
    """The file as it is kept with this version of the portal."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return read(yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506  a safe loader, in C if there is one


def every_of(row: Cadence, unit: str) -> str:
    """How often a row asks, in a compound of this class. KeyError for an unknown class."""
    return standards().units[unit].every if row.every == BY_UNIT else row.every


def asked_of(
    kind: str, *, place: str, subtype: str, unit: str, own: Iterable[Tighter] = ()
) -> list[Asked]:  # fmt: skip
    """What is asked of a piece: for each duty the strictest of every row that fits and of the compound's own words.

    KeyError for an unknown kind or class.
    """
    found: dict[str, Asked] = {}
    for row in standards().kinds[kind].cadences:
        if not row.fits(place, subtype):
            continue
        every = every_of(row, unit)
        there = found.get(row.duty)
        if there is None or is_looser(there.standard, every):
            clause = standards().units[unit].clause if row.every == BY_UNIT else row.clause
            found[row.duty] = Asked(
                row.duty, row.name, row.act, every, every, clause, row.confirmed, row.months
            )  # fmt: skip
    words = [one for one in own if one.kind == kind and one.every and one.place in {"", place}]
    return [_tightened(one, [word.every for word in words if word.subject == one.duty]) for one in found.values()]


def _tightened(asked: Asked, words: Sequence[str]) -> Asked:
    every = strictest([asked.standard, *words])
    return Asked(
        asked.duty, asked.name, asked.act, every, asked.standard, asked.clause, asked.confirmed, asked.months,
        own=every != asked.standard,
    )  # fmt: skip


def lives_of(kind: str, *, subtype: str, own: Iterable[Tighter] = ()) -> list[Life]:
    """What runs out of a piece, with the compound's own shorter years. KeyError for an unknown kind."""
    words = [one for one in own if one.kind == kind and one.years and one.subtype in {"", subtype}]
    return [_shortened(one, words) for one in standards().kinds[kind].lives if one.fits(subtype)]


def _shortened(life: Life, words: Iterable[Tighter]) -> Life:
    first, then = life.first, life.then
    for word in words:
        if word.subject == life.what:
            first = min(first, word.years)
            then = min(then, word.then) if word.then and then else then
    return Life(life.what, life.name, life.origin, first, then, life.clause, life.confirmed, life.subtypes)


def looser(word: Tighter, *, unit: str) -> Looser | None:
    """Why a compound may not say this: it asks less than the standard does there. None when it may.

    Raises KeyError for what no standard knows: the kind, the duty or life, the place, the cadence.
    """
    kind = standards().kinds[word.kind]
    if word.place and word.place not in PLACES:
        raise KeyError(word.place)
    if word.every:
        return _looser_cadence(word, kind, unit)
    lives = [one for one in kind.lives if one.what == word.subject and (not word.subtype or one.fits(word.subtype))]
    if not lives or not 1 <= word.years <= MOST_YEARS or not 0 <= word.then <= MOST_YEARS:
        raise KeyError(word.subject)
    for life in sorted(lives, key=lambda one: one.first):
        if word.years > life.first:
            return Looser("longer", life.name, str(life.first), life.clause, life.confirmed)
        if life.then and word.then > life.then:
            return Looser("longer_then", life.name, str(life.then), life.clause, life.confirmed)
    return None


def _looser_cadence(word: Tighter, kind: Kind, unit: str) -> Looser | None:
    rows = [
        row
        for row in kind.cadences
        if row.duty == word.subject and (not word.place or not row.places or word.place in row.places)
    ]
    if not rows or word.every not in CADENCES:
        raise KeyError(word.subject)
    # Wherever it stands: measured by what is asked everywhere. In one class of place: by the strictest there.
    rows = rows if word.place else [row for row in rows if not row.places] or rows
    strict = min(rows, key=lambda row: CADENCES.index(every_of(row, unit)))
    every = every_of(strict, unit)
    if not is_looser(word.every, every):
        return None
    clause = standards().units[unit].clause if strict.every == BY_UNIT else strict.clause
    return Looser("looser", strict.name, every, clause, strict.confirmed)


def in_season(months: Sequence[int], day: date) -> bool:
    """Whether a day lies in a season; none named is the whole year."""
    return not months or day.month in months
