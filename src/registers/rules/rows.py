"""From the rows of a sheet to homes with their owners, and a finding for every cell that cannot be used.

A blank cell says nothing and changes nothing; 无 says that there is nothing. A row with a bad cell gives no home.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from registers.rules import cells
from registers.rules.cells import BadCell
from registers.rules.columns import SKIP, Column, Header, plain_label
from registers.rules.workbook import MAX_ROWS, Sheet, WorkbookRefused, filled, reference, spread

BAD, NOTE = "bad", "note"
STEP: Final = 200  # rows between two reports of progress
SHOWN: Final = 60  # characters of a value that a finding shows
_TOTALS: Final = ("合计", "小计", "总计", "共计", "制表", "填表", "审核", "制表人", "注:", "注：", "说明:", "说明：")
_LONG_NUMBER: Final = re.compile(r"(?<!\d)(\d{4})\d{7,}([\dXx]{4})(?![\dXx])")
_MOBILE: Final = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a cell (``column`` 0: about the row; row 0: about the file).

    ``level`` is BAD (the row is not taken) or NOTE. ``details`` are the words that the sentence of the code names.
    """

    level: str
    code: str
    row: int
    column: int
    value: str
    details: dict[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """C17, or 17 for a whole row, or empty for the file."""
        if not self.row:
            return ""
        return reference(self.row, self.column) if self.column else str(self.row)


@dataclass(slots=True)
class FiledOwner:
    """One owner as the file names them. ``phones`` None: the file says nothing about them; empty: there is none."""

    name: str
    phones: list[str] | None
    share: Fraction | None
    source: str | None
    row: int


@dataclass(slots=True)
class FiledHome:
    """One home as the file describes it; None where it says nothing."""

    key: Key
    building: str
    entrance: str
    room: str
    rows: list[int]
    spots: dict[str, tuple[int, int]]
    floor: int | None = None
    area: Decimal | None = None
    area_source: str | None = None
    use: str | None = None
    note: str | None = None
    owners: list[FiledOwner] | None = None
    share_given: bool = False
    joined: bool = False  # several rows that are not merged: co-owners, if the office says so
    anywhere: bool = False  # the file has no entrances: the building's home of this room, whichever entrance

    def spot(self, name: str) -> tuple[int, int]:
        """Where the file says it: row and column, or the row alone."""
        return self.spots.get(name, (self.rows[0], 0))


@dataclass(slots=True)
class Reading:
    """What a sheet gave: homes in the file's order, findings, and the homes that have a bad row."""

    homes: list[FiledHome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    bad_keys: set[Key] = field(default_factory=set)

    @property
    def bad_rows(self) -> set[int]:
        """The rows that cannot be taken."""
        return {one.row for one in self.findings if one.level == BAD}


def masked(text: str) -> str:
    """A value as a finding may show it: short, identity numbers and good telephone numbers masked."""
    plain = " ".join(text.split())
    plain = _MOBILE.sub(r"\1****\2", _LONG_NUMBER.sub(r"\1****\2", plain))
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 1]}…"


_ONE_CELL: Final[dict[str, Callable[[str], Any]]] = {
    "floor": cells.floor,
    "area": cells.area,
    "area_source": cells.source,
    "use": cells.use,
    "note": cells.note,
}


def read_rows(
    sheet: Sheet, header: Header, columns: Iterable[Column], progress: Callable[[int, int], None] | None = None
) -> Reading:
    """Read every row below the header. ``progress(done, all)`` is told now and then. Raises WorkbookRefused."""
    return _Reader(sheet, header, [column for column in columns if column.field != SKIP], progress).read()


class _Reader:
    """One pass over a sheet."""

    def __init__(
        self, sheet: Sheet, header: Header, columns: list[Column], progress: Callable[[int, int], None] | None
    ) -> None:
        self.sheet, self.header, self.progress = sheet, header, progress
        self.columns = {column.field: column.number for column in columns}
        self.labels = {column.number: plain_label(column.label.rpartition("·")[2]) for column in columns}
        self.origins = spread(sheet)
        self.found = Reading()
        self.flagged: set[tuple[int, int]] = set()
        self.homes: dict[Key, FiledHome] = {}
        self.above: dict[str, tuple[int, str]] = {}
        self.known: dict[tuple[str, str], Any] = {}
        self.filled_down: dict[str, list[int]] = {}

    def read(self) -> Reading:
        """Every row, then what can only be said of a whole home."""
        rows = filled(self.sheet, self.header.bottom + 1)
        if len(rows) > MAX_ROWS:
            raise WorkbookRefused("too_many_rows", most=str(MAX_ROWS))
        numbers = sorted(rows)
        for index, number in enumerate(numbers):
            if self.progress is not None and index % STEP == 0:
                self.progress(index, len(numbers))
            self._row(number, rows[number])
        for home in self.homes.values():
            self._finish(home)
        bad = self.found.bad_rows
        for home in self.homes.values():
            if bad.isdisjoint(home.rows):
                self.found.homes.append(home)
            else:
                self.found.bad_keys.add(home.key)
        for name, filled_rows in self.filled_down.items():
            self._note("filled_down", filled_rows[0], name, "", count=str(len(filled_rows)))
        return self.found

    # --- one row ---
    def _row(self, number: int, row: dict[int, str]) -> None:
        given = {name: row[column] for name, column in self.columns.items() if row.get(column, "").strip()}
        spots = {name: (number, self.columns[name]) for name in self.columns}
        computed = {name for name, spot in spots.items() if spot in self.sheet.unfilled}
        if not given and not computed:
            return
        if self._is_beside(number, row, given):
            return
        self.found.rows += 1
        if number in self.sheet.hidden_rows:
            self._note("hidden_row", number, "", "")
        before = len(self.found.findings)
        self._damaged(given, spots, computed)
        self._fill_down(number, given, computed)
        place = self._place(number, given)
        facts = {name: self._one(name, given[name], number) for name in _ONE_CELL if name in given}
        owners = self._owners(number, given)
        if place is not None:
            self._merge(number, place, facts, owners, spots)
            if any(one.level == BAD for one in self.found.findings[before:]):
                self.found.bad_keys.add(place[0])

    def _is_beside(self, number: int, row: dict[int, str], given: dict[str, str]) -> bool:
        """Sums, signatures and headers that are printed again on every page are no homes; they are said, not read."""
        first = next((row[column].strip() for column in sorted(row) if row[column].strip()), "")
        if first.startswith(_TOTALS) or "".join(first.split()).startswith(_TOTALS):
            self._note("total_row", number, "", first)
            return True
        same = sum(plain_label(text) == self.labels[self.columns[name]] for name, text in given.items())
        if len(given) > 1 and same == len(given):
            self._note("header_again", number, "", first)
            return True
        return False

    def _damaged(self, given: dict[str, str], spots: dict[str, tuple[int, int]], computed: set[str]) -> None:
        """Cells that hold no value of the office: uncomputed formulas, errors, numbers that Excel made dates of."""
        for name, spot in spots.items():
            origin = self.origins.get(spot, spot)
            if name in computed:
                self._bad("formula", spot, "")
            elif origin in self.sheet.errors:
                self._bad("error_value", spot, given.pop(name, ""))
            elif origin in self.sheet.dates and name in given and name != "note":
                self._bad("became_date", spot, given.pop(name))

    def _fill_down(self, number: int, given: dict[str, str], computed: set[str]) -> None:
        """A building that is written once above its homes, without merging; an entrance only together with it."""
        if "building" in self.columns and "room" in given and "building" not in given and "building" not in computed:
            for name in ("building", "entrance"):
                if name in self.columns and name not in given and name in self.above:
                    given[name] = self.above[name][1]
                    if name == "building":
                        self.filled_down.setdefault(name, []).append(number)
        for name in ("building", "entrance"):
            if name in given:
                self.above[name] = (number, given[name])
        if "building" in given and "entrance" not in given:
            self.above.pop("entrance", None)

    def _place(self, number: int, given: dict[str, str]) -> tuple[Key, str, str, str] | None:
        if "room" not in given and "place" in given:
            parts = self._one("place", given["place"], number, cells.whole_place)
            if parts is None:
                return None
            building, entrance, room = parts
        else:
            built = self._named("building", given, number, cells.building)
            entrance = self._one("entrance", given["entrance"], number, cells.entrance) if "entrance" in given else ""
            room = self._named("room", given, number, cells.room)
            if built is None or entrance is None or room is None:
                return None
            building = built
        key = (cells.building_key(building), cells.entrance_key(entrance), room)
        return key, building, entrance, room

    def _named(self, name: str, given: dict[str, str], number: int, read: Callable[[str], str]) -> str | None:
        if name in given:
            found: str | None = self._one(name, given[name], number, read)
            return found
        column = self.columns.get(name) or self.columns.get("place", 0)
        if (number, column) not in self.flagged:
            self._bad(f"{name}_blank", (number, column), "")
        return None

    def _one(self, name: str, text: str, number: int, read: Callable[[str], Any] | None = None) -> Any:
        """The value of a cell, None when it is bad (which is noted). What was read once is not read again."""
        known = self.known.get((name, text))
        if known is not None:
            return known
        try:
            value = (read or _ONE_CELL[name])(text)
        except BadCell as bad:
            self._bad(bad.code, (number, self.columns[name]), text, **bad.details)
            return None
        self.known[name, text] = value
        return value

    # --- owners of one row ---
    def _owners(self, number: int, given: dict[str, str]) -> list[FiledOwner] | None:
        """The owners that a row names; None when it names none (and an empty list when it says that there is none)."""
        if "owner" not in given:
            if "phone" in given and not cells.says_none(given["phone"]) and "owner" in self.columns:
                self._bad("phone_without_name", (number, self.columns["phone"]), given["phone"])
            return None
        try:
            named = cells.owners(given["owner"])
        except BadCell as bad:
            self._bad(bad.code, (number, self.columns["owner"]), given["owner"], **bad.details)
            return None
        for one in named:
            if one.name not in given["owner"]:
                self._note("name_written", number, "owner", given["owner"], name=one.name)
        owners = [FiledOwner(one.name, one.phones or None, None, None, number) for one in named]
        for name, take in (
            ("phone", self._assign_phones),
            ("share", _assign_shares),
            ("owner_source", _assign_sources),
        ):
            if name in given:
                try:
                    take(owners, given, number)
                except BadCell as bad:
                    self._bad(bad.code, (number, self.columns[name]), given[name], **bad.details)
        return owners

    def _assign_phones(self, owners: list[FiledOwner], given: dict[str, str], number: int) -> None:
        groups = cells.phones(given["phone"])
        if not owners:
            if any(numbers for numbers, _name in groups):
                raise BadCell("phone_without_name")
        elif any(name for _numbers, name in groups):
            _phones_by_name(owners, groups)
        else:
            numbers = _phones_by_order([group for group, _name in groups], len(owners))
            if len(numbers) < len(owners) and numbers[0]:
                self._note("phone_first", number, "phone", given["phone"], name=owners[0].name)
            for owner, ones in zip(owners, numbers, strict=False):
                owner.phones = list(dict.fromkeys([*(owner.phones or []), *ones]))

    # --- rows into homes ---
    def _merge(
        self,
        number: int,
        place: tuple[Key, str, str, str],
        facts: dict[str, Any],
        owners: list[FiledOwner] | None,
        spots: dict[str, tuple[int, int]],
    ) -> None:
        key, building, entrance, room = place
        home = self.homes.get(key)
        known = {name: value for name, value in facts.items() if value is not None}
        if home is None:
            home = FiledHome(key, building, entrance, room, rows=[number], spots=dict(spots), owners=owners)
            home.anywhere = not entrance and "entrance" not in self.columns
            for name, value in known.items():
                setattr(home, name, value)
            self.homes[key] = home
            return
        first = home.rows[0]
        home.rows.append(number)
        for name, value in known.items():
            before = getattr(home, name)
            if before is None:
                setattr(home, name, value)
                home.spots[name] = spots[name]
            elif before != value:
                text = self._text(spots[name])
                self._bad("conflict", spots[name], text, other=reference(*home.spot(name)))
        self._join(home, owners, number, first, spots)

    def _join(
        self,
        home: FiledHome,
        owners: list[FiledOwner] | None,
        number: int,
        first: int,
        spots: dict[str, tuple[int, int]],
    ) -> None:
        """One more row of a home: another owner beside the first, or the same row by mistake."""
        name = "room" if "room" in self.columns else "place"
        merged = self._same_cell(spots[name], number, home.rows)
        if "owner" in spots and self._same_cell(spots["owner"], number, home.rows):
            return  # one merged cell of owners over both rows
        if not owners:
            if not merged:
                self._bad("row_twice", (number, self.columns[name]), self._text(spots[name]), other=str(first))
            return
        if len(home.owners or []) + len(owners) > cells.MOST_OWNERS:
            spot = (number, self.columns["owner"])
            self._bad("too_many_owners", spot, owners[0].name, most=str(cells.MOST_OWNERS))
            return
        present = {cells.name_key(one.name): one for one in home.owners or []}
        for owner in owners:
            twin = present.get(cells.name_key(owner.name))
            if twin is not None:
                self._bad("owner_again", (number, self.columns["owner"]), owner.name, other=str(twin.row))
        home.owners = [*(home.owners or []), *owners]
        home.joined = home.joined or not merged

    def _same_cell(self, spot: tuple[int, int], number: int, rows: list[int]) -> bool:
        origin = self.origins.get(spot)
        # A range is without gaps: it reaches the home's first row or the one before this, or none.
        near = (row for row in (rows[0], *rows[-2:-1]) if row != number)
        return origin is not None and any(self.origins.get((row, spot[1])) == origin for row in near)

    def _finish(self, home: FiledHome) -> None:
        """Shares: all or none, and together the whole."""
        owners = home.owners or []
        given = [owner for owner in owners if owner.share is not None]
        if not given:
            return
        home.share_given = True
        spot = (given[0].row, self.columns["share"])
        if len(given) < len(owners):
            self._bad("share_some", spot, self._text(spot), name=next(o.name for o in owners if o.share is None))
            return
        total = sum((owner.share for owner in given if owner.share is not None), start=Fraction(0))
        if total != 1:
            last = (given[-1].row, self.columns["share"])
            self._bad("share_sum", last, self._text(last), total=_percent(total), thirds=_thirds(given))

    # --- findings ---
    def _text(self, spot: tuple[int, int]) -> str:
        return self.sheet.text(*self.origins.get(spot, spot))

    def _bad(self, code: str, spot: tuple[int, int], value: str, **details: str) -> None:
        self.flagged.add(spot)
        self.found.findings.append(Finding(BAD, code, spot[0], spot[1], masked(value), details))

    def _note(self, code: str, row: int, field_name: str, value: str, **details: str) -> None:
        column = self.columns.get(field_name, 0)
        self.found.findings.append(Finding(NOTE, code, row, column, masked(value), details))


def _assign_shares(owners: list[FiledOwner], given: dict[str, str], _number: int) -> None:
    if owners and not cells.says_none(given["share"]):
        for owner, share in zip(owners, cells.shares(given["share"], len(owners)), strict=True):
            owner.share = share


def _assign_sources(owners: list[FiledOwner], given: dict[str, str], _number: int) -> None:
    if owners:
        for owner, source in zip(owners, cells.sources(given["owner_source"], len(owners)), strict=True):
            owner.source = source


def _phones_by_name(owners: list[FiledOwner], groups: list[tuple[list[str], str]]) -> None:
    """Telephones that each stand beside a name."""
    by_name = {cells.name_key(owner.name): owner for owner in owners}
    for numbers, name in groups:
        owner = by_name.get(cells.name_key(name))
        if owner is None:
            raise BadCell("phone_whose", name=name)
        owner.phones = [*(owner.phones or []), *numbers]


def _phones_by_order(groups: list[list[str]], owners: int) -> list[list[str]]:
    """One group for each owner; a single telephone of several owners is the first one's."""
    if owners == 1:
        return [[one for numbers in groups for one in numbers]]
    if len(groups) == 1 and len(groups[0]) == owners:
        return [[one] for one in groups[0]]
    if len(groups) == owners or (len(groups) == 1 and len(groups[0]) <= 1):
        return groups
    raise BadCell("phone_count", phones=str(len(groups)), owners=str(owners))


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.4f}".rstrip("0").rstrip(".") + "%"


def _thirds(owners: list[FiledOwner]) -> str:
    """What to write instead when shares were rounded: 33.33% three times is 1/3."""
    near = Fraction(1, len(owners))
    rounded = all(owner.share is not None and abs(owner.share - near) < Fraction(1, 100) for owner in owners)
    return f"1/{len(owners)}" if rounded and len(owners) > 1 else ""


def coowned(homes: Iterable[FiledHome]) -> Iterator[FiledHome]:
    """Homes whose owners stand in several rows that are not merged."""
    return (home for home in homes if home.joined)
