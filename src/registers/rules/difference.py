"""What a file would change in the register: new homes, changed cells, homes that it does not name; and what must be asked.

Nothing is guessed about people: two spellings of one name, a home that seems split, rows that seem to be co-owners are
questions, and their answers are part of the plan.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from registers.rules import cells
from registers.rules.rows import BAD, NOTE, FiledHome, FiledOwner, Finding, Key, masked
from ui import numbers

KEEP, ADD, END = "keep", "add", "end"
LISTED: Final = 12  # addresses that a question names
MOST_NAMES: Final = 12
LONGEST_SUFFIX: Final = 3
OFFICE: Final = "office"
DWELLING: Final = "dwelling"


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """A present owner in the register; ``linked`` when a person signs in as this owner."""

    pk: int
    name: str
    phones: tuple[str, ...]
    share: Fraction
    source: str
    position: int
    linked: bool = False


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A home in the register with its present owners in their order; ``ended`` when it was taken out."""

    pk: int
    building: str
    entrance: str
    room: str
    address: str
    floor: int
    area: Decimal
    area_source: str
    use: str
    note: str
    ended: bool
    owners: tuple[KnownOwner, ...]

    @property
    def key(self) -> Key:
        """The same key as a filed home's."""
        return cells.building_key(self.building), cells.entrance_key(self.entrance), cells.room_key(self.room)


@dataclass(slots=True)
class OwnerStep:
    """What happens to one owner. ``owner`` is the row that is kept or ended, None for a new one."""

    step: str
    owner: int | None
    name: str
    phones: list[str]
    share: Fraction
    source: str
    position: int
    changed: bool = True


@dataclass(frozen=True, slots=True)
class CellChange:
    """One field, as the register has it and as the file has it."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class HomeStep:
    """One home as it will be. ``home`` is its row in the register, None for a new one; ``rows`` are the file's."""

    home: int | None
    building: str
    entrance: str
    room: str
    address: str
    floor: int
    area: Decimal
    area_source: str
    use: str
    note: str
    owners: list[OwnerStep]
    rows: list[int]
    cells: list[CellChange] = field(default_factory=list)
    revived: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What someone must decide. ``options`` are the values of the answers, ``words`` what the sentence names."""

    pk: str
    kind: str
    options: tuple[str, ...]
    words: dict[str, str]


@dataclass(slots=True)
class Difference:
    """Everything that an import would do, and what it would leave alone."""

    new: list[HomeStep] = field(default_factory=list)
    changed: list[HomeStep] = field(default_factory=list)
    same: int = 0
    missing: list[KnownHome] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """SHA-256 over all that would be written, so that what was shown and what is done can be compared."""
        written = [[asdict(step) for step in self.new], [asdict(step) for step in self.changed], self.retired]
        text = json.dumps(written, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.new or self.changed or self.retired)

    def unanswered(self, answers: Mapping[str, str]) -> list[Question]:
        """The questions without one of their answers."""
        return [one for one in self.questions if answers.get(one.pk) not in one.options]


@dataclass(frozen=True, slots=True)
class Given:
    """What people decided: answers by question, homes that are gone, sources for the whole file (empty: unchanged)."""

    answers: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    area_source: str = ""
    owner_source: str = ""


def compare(
    filed: Sequence[FiledHome], known: Sequence[KnownHome], given: Given, *, bad_keys: Iterable[Key] = ()
) -> Difference:
    """What the file would change. ``bad_keys`` are homes with a bad row: they are neither changed nor missing."""
    return _Comparison(filed, known, given, set(bad_keys)).run()


class _Comparison:
    """One comparison."""

    def __init__(
        self, filed: Sequence[FiledHome], known: Sequence[KnownHome], given: Given, bad_keys: set[Key]
    ) -> None:
        self.filed, self.known, self.given, self.bad_keys = filed, known, given, bad_keys
        self.found = Difference()
        self.by_name = {(home.building, home.entrance, home.room): home for home in known}
        self.by_key: dict[Key, list[KnownHome]] = {}
        for home in known:
            self.by_key.setdefault(home.key, []).append(home)
        self.by_room: dict[tuple[str, str], list[KnownHome]] = {}
        for home in known:
            self.by_room.setdefault((home.key[0], home.key[2]), []).append(home)
        self.buildings: dict[str, str] = {}
        self.entrances: dict[tuple[str, str], str] = {}
        for home in known:
            self.buildings.setdefault(cells.building_key(home.building), home.building)
            self.entrances.setdefault((home.building, cells.entrance_key(home.entrance)), home.entrance)
        self.addresses = {home.address for home in known}

    def run(self) -> Difference:
        """The whole of it."""
        self._coowners()
        renamed = self._spellings()
        seen: set[int] = set()
        for home in self.filed:
            old = self._find(home)
            if isinstance(old, Finding):
                self.found.findings.append(old)
                continue
            if old is None:
                self._new(home, renamed)
            else:
                seen.add(old.pk)
                self._existing(home, old, renamed)
        absent = [
            home for home in self.known if home.pk not in seen and not home.ended and home.key not in self.bad_keys
        ]
        split = self._splits(absent)
        self.found.missing = [home for home in absent if home.pk not in split]
        missing = {home.pk for home in self.found.missing}
        self.found.retired = sorted(split | (self.given.gone & missing))
        return self.found

    def _find(self, home: FiledHome) -> KnownHome | Finding | None:
        exact = self.by_name.get((home.building, home.entrance, home.room))
        if exact is not None:
            return exact
        alike = self.by_key.get(home.key, [])
        if home.anywhere and not alike:
            alike = self.by_room.get((home.key[0], home.key[2]), [])
        if len(alike) > 1:
            row, column = home.spot("room")
            names = "、".join(one.address for one in alike)
            return Finding(BAD, "home_ambiguous", row, column, home.room, {"homes": names})
        return alike[0] if alike else None

    # --- homes ---
    def _new(self, home: FiledHome, renamed: Mapping[tuple[str, str], str]) -> None:
        building = self.buildings.setdefault(home.key[0], home.building)
        entrance = self.entrances.setdefault((building, home.key[1]), home.entrance)
        address = f"{building}{entrance}{home.room}"
        row, column = home.spot("area")
        if home.area is None:
            self.found.findings.append(Finding(BAD, "area_blank", row, column, ""))
            return
        if address in self.addresses:
            row, column = home.spot("room")
            self.found.findings.append(Finding(BAD, "address_taken", row, column, home.room, {"address": address}))
            return
        self.addresses.add(address)
        owners = home.owners or []
        equal = Fraction(1, max(1, len(owners)))
        steps = [
            OwnerStep(
                ADD,
                None,
                _name(owner, renamed),
                list(owner.phones or []),
                owner.share if home.share_given and owner.share is not None else equal,
                owner.source or self.given.owner_source or OFFICE,
                position,
            )
            for position, owner in enumerate(owners)
        ]
        self.found.new.append(
            HomeStep(
                home=None,
                building=building,
                entrance=entrance,
                room=home.room,
                address=address,
                floor=home.floor if home.floor is not None else cells.floor_of_room(home.room),
                area=home.area,
                area_source=home.area_source or self.given.area_source or OFFICE,
                use=home.use or DWELLING,
                note=home.note or "",
                owners=steps,
                rows=home.rows,
            )
        )

    def _existing(self, home: FiledHome, old: KnownHome, renamed: Mapping[tuple[str, str], str]) -> None:
        step = HomeStep(
            home=old.pk,
            building=old.building,
            entrance=old.entrance,
            room=old.room,
            address=old.address,
            floor=old.floor if home.floor is None else home.floor,
            area=old.area if home.area is None else home.area,
            area_source=home.area_source or self.given.area_source or old.area_source,
            use=home.use or old.use,
            note=old.note if home.note is None else home.note,
            owners=self._owners(home, old, renamed),
            rows=home.rows,
            revived=old.ended,
        )
        step.cells = _changes(old, step)
        if step.cells or any(one.changed for one in step.owners):
            self.found.changed.append(step)
        else:
            self.found.same += 1

    # --- owners ---
    def _owners(self, home: FiledHome, old: KnownHome, renamed: Mapping[tuple[str, str], str]) -> list[OwnerStep]:
        if home.owners is None:
            # The file says nothing about owners, but may say where ownership is known from.
            source = self.given.owner_source
            return [
                OwnerStep(
                    KEEP, one.pk, one.name, list(one.phones), one.share, source or one.source, one.position,
                    bool(source and source != one.source),
                )
                for one in old.owners
            ]  # fmt: skip
        pairs = self._pairs(home, old, renamed)
        kept = {one.pk for _filed, one in pairs if one is not None}
        same_people = len(kept) == len(old.owners) == len(pairs)
        equal = Fraction(1, max(1, len(pairs)))
        steps: list[OwnerStep] = []
        for position, (filed, one) in enumerate(pairs):
            share = filed.share if home.share_given and filed.share is not None else None
            if share is None:
                share = one.share if one is not None and same_people else equal
            steps.append(self._owner_step(filed, one, _name(filed, renamed), share, position))
        for one in old.owners:
            if one.pk in kept:
                continue
            steps.append(OwnerStep(END, one.pk, one.name, list(one.phones), one.share, one.source, one.position))
            if one.linked:
                row, column = home.spot("owner")
                self.found.findings.append(Finding(NOTE, "linked_owner", row, column, one.name, {"name": one.name}))
        return steps

    def _owner_step(
        self, filed: FiledOwner, one: KnownOwner | None, name: str, share: Fraction, position: int
    ) -> OwnerStep:
        source = filed.source or self.given.owner_source or (one.source if one is not None else OFFICE)
        if one is None:
            return OwnerStep(ADD, None, name, list(filed.phones or []), share, source, position)
        phones = list(one.phones) if filed.phones is None else list(filed.phones)
        changed = (name, tuple(phones), share, source, position) != (
            one.name, one.phones, one.share, one.source, one.position,
        )  # fmt: skip
        return OwnerStep(KEEP, one.pk, name, phones, share, source, position, changed)

    def _pairs(
        self, home: FiledHome, old: KnownHome, renamed: Mapping[tuple[str, str], str]
    ) -> list[tuple[FiledOwner, KnownOwner | None]]:
        """Each filed owner with the registered one that they are: the same writing, or the same person by someone's word."""
        free = {cells.name_key(one.name): one for one in old.owners}
        found: dict[int, KnownOwner | None] = {}
        filed = home.owners or []
        for index, owner in enumerate(filed):
            found[index] = free.pop(cells.name_key(_name(owner, renamed)), None)
        for index, owner in enumerate(filed):
            if found[index] is None:
                match = next((one for one in free.values() if self._same_person(home, old, owner, one, renamed)), None)
                if match is not None:
                    found[index] = free.pop(cells.name_key(match.name))
        return [(owner, found[index]) for index, owner in enumerate(filed)]

    def _same_person(
        self,
        home: FiledHome,
        old: KnownHome,
        owner: FiledOwner,
        one: KnownOwner,
        renamed: Mapping[tuple[str, str], str],
    ) -> bool:
        """Whether someone said that a new name is an old one corrected; asks when it looks so."""
        name = _name(owner, renamed)
        shared = bool(set(owner.phones or []) & set(one.phones))
        if not shared and not cells.alike(name, one.name):
            return False
        question = Question(
            _pk("renamed", old.address, one.name, name),
            "renamed",
            ("same", "other"),
            {
                "address": old.address,
                "old": one.name,
                "new": name,
                "row": str(owner.row),
                "phone": masked(cells.shown_phone((owner.phones or [""])[0])) if shared else "",
            },
        )
        self.found.questions.append(question)
        return self.given.answers.get(question.pk) == "same"

    def _spellings(self) -> dict[tuple[str, str], str]:
        """Names in the file that share a telephone and differ in one character: (phone, key) -> the name to write."""
        by_phone: dict[str, dict[str, tuple[str, str, int]]] = {}
        for home in self.filed:
            for owner in home.owners or []:
                for phone in owner.phones or []:
                    by_phone.setdefault(phone, {}).setdefault(
                        cells.name_key(owner.name), (owner.name, home.key[0] + "-" + home.room, owner.row)
                    )
        renamed: dict[tuple[str, str], str] = {}
        for phone, names in by_phone.items():
            if not 1 < len(names) <= MOST_NAMES:  # a number that dozens share is nobody's
                continue
            found = sorted(names.values(), key=lambda one: one[2])
            alike = [one for one in found if any(cells.alike(one[0], other[0]) for other in found)]
            if not alike:
                continue
            question = Question(
                _pk("spelled", phone, *(one[0] for one in alike)),
                "spelled",
                (*(str(index) for index in range(len(alike))), "both"),
                {
                    "phone": masked(cells.shown_phone(phone)),
                    "names": "、".join(f"{name}（{row}）" for name, _room, row in alike),
                    **{f"name{index}": one[0] for index, one in enumerate(alike)},
                },
            )
            self.found.questions.append(question)
            answer = numbers.whole(self.given.answers.get(question.pk, ""))
            if answer is not None and answer < len(alike):
                for one in alike:
                    renamed[phone, cells.name_key(one[0])] = alike[answer][0]
        return renamed

    def _coowners(self) -> None:
        """Homes over several rows that are not merged: co-owners, or a wrong room number. Asked once for all."""
        joined = [home for home in self.filed if home.joined]
        if not joined:
            return
        told = [f"{home.building}{home.entrance}{home.room}（{'、'.join(map(str, home.rows))}）" for home in joined]
        words = {"count": str(len(joined)), "homes": "；".join(told[:LISTED])}
        self.found.questions.append(Question(_pk("coowners", *told), "coowners", ("yes",), words))

    # --- homes that the file does not name ---
    def _splits(self, absent: Sequence[KnownHome]) -> set[int]:
        """Homes that seem to have become two or more: 301 is gone, 301A and 301B are new. Those that someone confirmed."""
        by_whole: dict[tuple[str, str, str], list[HomeStep]] = {}
        for step in self.found.new:
            for whole in _wholes(step.room):
                by_whole.setdefault((step.building, step.entrance, whole), []).append(step)
        confirmed: set[int] = set()
        for home in absent:
            parts = by_whole.get((home.building, home.entrance, home.room), [])
            if len(parts) < 2:  # noqa: PLR2004
                continue
            total = sum((part.area for part in parts), start=Decimal(0))
            question = Question(
                _pk("split", home.address, *(part.room for part in parts)),
                "split",
                ("split", "no"),
                {
                    "address": home.address,
                    "parts": "、".join(part.room for part in parts),
                    "area": f"{home.area:f}",
                    "total": f"{total:f}",
                    "equal": "1" if total == home.area else "",
                },
            )
            self.found.questions.append(question)
            if self.given.answers.get(question.pk) == "split":
                confirmed.add(home.pk)
        return confirmed


def _wholes(room: str) -> list[str]:
    """The rooms of which this could be a part: 301 for 301A, 301-1 and 301甲, but not for 3011."""
    cuts = range(max(1, len(room) - LONGEST_SUFFIX), len(room))
    return [room[:cut] for cut in cuts if not room[cut].isdigit()]


def _name(owner: FiledOwner, renamed: Mapping[tuple[str, str], str]) -> str:
    for phone in owner.phones or []:
        found = renamed.get((phone, cells.name_key(owner.name)))
        if found is not None:
            return found
    return owner.name


def _pk(kind: str, *parts: str) -> str:
    return f"{kind}-{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _changes(old: KnownHome, step: HomeStep) -> list[CellChange]:
    """The fields that differ, as texts, in the order of the columns."""
    after = sorted((one for one in step.owners if one.step != END), key=lambda one: one.position)
    before = sorted(old.owners, key=lambda one: one.position)
    pairs: list[tuple[str, Any, Any]] = [
        ("floor", old.floor, step.floor),
        ("area", f"{old.area.quantize(cells.EXACT):f}", f"{step.area.quantize(cells.EXACT):f}"),
        ("area_source", old.area_source, step.area_source),
        ("use", old.use, step.use),
        ("owner", names_text(before), names_text(after)),
        ("phone", phones_text(before), phones_text(after)),
        ("share", shares_text(before), shares_text(after)),
        ("owner_source", sources_text(before), sources_text(after)),
        ("note", old.note, step.note),
    ]
    found = [CellChange(name, str(was), str(now)) for name, was, now in pairs if str(was) != str(now)]
    if step.revived:
        found.append(CellChange("ended", "1", ""))
    return found


def names_text(owners: Iterable[KnownOwner | OwnerStep]) -> str:
    """The owners of a home in one cell."""
    return "、".join(owner.name for owner in owners)


def phones_text(owners: Sequence[KnownOwner | OwnerStep]) -> str:
    """Their telephones in one cell, in the same order; 无 for one who has none, blank when nobody has one."""
    if not any(owner.phones for owner in owners):
        return ""
    return "、".join(" ".join(cells.shown_phone(one) for one in owner.phones) or "无" for owner in owners)


def shares_text(owners: Sequence[KnownOwner | OwnerStep]) -> str:
    """Their shares in one cell: 1/2、1/2; blank when one owns all."""
    if len(owners) == 1 and owners[0].share == 1:
        return ""
    return "、".join(str(owner.share) for owner in owners)


def sources_text(owners: Iterable[KnownOwner | OwnerStep]) -> str:
    """Where their ownership is known from; once when it is the same for all."""
    found = [owner.source for owner in owners]
    return found[0] if found and len(set(found)) == 1 else "、".join(found)
