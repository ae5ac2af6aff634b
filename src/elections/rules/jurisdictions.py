"""What differs from place to place and from day to day: parameters P1-P40 as dated data with sources.

``data/parameters.json`` is read once, without Django. A place without a value of its own takes that of the place around it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "parameters.json"
NATIONAL = "national"
# Digits of a division code: province, city, county, street, community.
LENGTHS = (2, 4, 6, 9, 12)
# Between the names of places: 浙江省/温州市, zhejiang-wenzhou, 浙江 温州.
_APART = re.compile(r"[\s/.:,_>·、，\-]+")
_NATION = re.compile(r"中华人民共和国|中国|china|cn")
# A province without rules of its own, and what lies in a place that has them.
_PROVINCE = re.compile(r"[^省市县]{2,7}(?:省|自治区)")
_BELOW = re.compile(r".{1,20}[市区县镇乡村]|.{1,20}(?:街道|社区)")
STANDINGS = ("law", "seen", "policy", "practice", "default")


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A place with rules of its own, or one that the calculator can be told of by name."""

    code: str
    name: str
    within: str | None
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One value of one parameter in one place since one day. ``number`` is that of the law document (P1-P40)."""

    number: int
    name: str
    jurisdiction: str
    since: date
    value: Any
    source: str
    standing: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every parameter of one place on one day. ``jurisdiction`` is where the search began."""

    jurisdiction: Jurisdiction
    on: date
    rows: Mapping[str, Row]

    def __getitem__(self, name: str) -> Any:
        """The value. Raises KeyError for a parameter that is none."""
        return self.rows[name].value

    def source(self, name: str) -> str:
        """Where the value comes from. Raises KeyError."""
        return self.rows[name].source


@dataclass(frozen=True, slots=True)
class _Data:
    version: str
    jurisdictions: dict[str, Jurisdiction]
    rows: tuple[Row, ...]


@lru_cache(maxsize=1)
def _data() -> _Data:
    given = json.loads(FILE.read_text(encoding="utf-8"), parse_float=_no_float)
    return _Data(
        given["version"],
        {
            one["code"]: Jurisdiction(one["code"], one["name"], one["within"], tuple(one["divisions"]))
            for one in given["jurisdictions"]
        },
        tuple(
            Row(
                one["p"], one["name"], one["in"], date.fromisoformat(one["since"]), one["value"], one["source"],
                one["standing"],
            )
            for one in given["parameters"]
        ),
    )  # fmt: skip


def _no_float(text: str) -> Any:
    raise ValueError(f"{FILE.name}: {text}")


def version() -> str:
    """The version of the data file."""
    return _data().version


def jurisdictions() -> tuple[Jurisdiction, ...]:
    """Every place that is known, the nation first."""
    return tuple(_data().jurisdictions.values())


def rows() -> tuple[Row, ...]:
    """Every row of the data file."""
    return _data().rows


@lru_cache(maxsize=256)
def find(text: str) -> Jurisdiction | None:
    """A place by its code, its name with or without 省, 市, 区, 县, or a division code of the national list or below it.

    Names may be written one after the other, the larger place first (浙江省温州市瓯海区): the last that has rules of its own is
    meant.
    """
    wanted = text.strip().lower()
    last = _APART.split(wanted)[-1]
    for name in (wanted, last):
        for one in jurisdictions():
            if name and name in _names(one):
                return one
    if last.isdecimal() and last.isascii():
        return _by_division(last)
    return _by_names(_APART.sub("", wanted))


def _names(one: Jurisdiction) -> tuple[str, ...]:
    """How a place is called: by code, and by name with and without its last character and the place around it."""
    around = _data().jurisdictions[one.within].name if one.within is not None else ""
    names = [one.name, *([one.name.removeprefix(around)] if around else [])]
    # A name of two characters is nothing without its last.
    return (one.code, *(name for full in names for name in (full, full[:-1] if len(full) > 2 else full)))  # noqa: PLR2004


def _by_names(rest: str) -> Jurisdiction | None:
    """Names without anything between them, read from the left; behind the last known one a district, street or village."""
    place: Jurisdiction | None = None
    begun = False
    if nation := _NATION.match(rest):
        place, rest = (
            (_data().jurisdictions[NATIONAL], "") if nation.end() == len(rest) else (None, rest[nation.end() :])
        )
    while rest:
        found = [
            (len(name), one)
            for one in jurisdictions()
            if place is None or place in chain(one)[1:]
            for name in _names(one)[1:]
            if rest.startswith(name)
        ]
        if found:
            length, place = max(found, key=lambda one: one[0])
        elif place is None and not begun and (province := _PROVINCE.match(rest)):
            begun, length = True, province.end()
        else:
            break
        rest = rest[length:]
    return place if not rest or _BELOW.fullmatch(rest) else None


def _by_division(wanted: str) -> Jurisdiction | None:
    """A place by the digits of the national list, its own or of what lies in it."""
    if len(wanted) not in LENGTHS:
        return None
    wanted = wanted.rstrip("0") if len(wanted) == len("330100") else wanted
    below = [
        (len(prefix), one)
        for one in jurisdictions()
        for prefix in one.divisions
        if wanted.ljust(len(prefix), "0").startswith(prefix)
    ]
    return max(below, key=lambda found: found[0])[1] if below else None


def chain(one: Jurisdiction) -> tuple[Jurisdiction, ...]:
    """A place and those around it, the nation last."""
    found = [one]
    while found[-1].within is not None:
        found.append(_data().jurisdictions[found[-1].within])
    return tuple(found)


@lru_cache(maxsize=512)
def parameters(code: str, on: date) -> Parameters:
    """All parameters of a place on a day. Raises KeyError for a place that is none."""
    place = _data().jurisdictions[code]
    found: dict[str, Row] = {}
    for one in reversed(chain(place)):  # the nation first, so that the nearer place has the last word
        latest: dict[str, Row] = {}
        for row in _data().rows:
            if row.jurisdiction == one.code and row.since <= on:
                kept = latest.get(row.name)
                if kept is None or kept.since <= row.since:
                    latest[row.name] = row
        found |= latest
    return Parameters(place, on, found)
