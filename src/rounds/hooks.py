"""What floors above want to hear of rounds: they register in ``AppConfig.ready()``, there are no signals."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from documents.kinds import Part
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that was not in order, of an answer that counts. ``piece_id`` None: a place without a piece (``point_id``).

    ``photo_ids`` are ``documents.StoredFile`` keys; ``fixed``: put right on the spot. ``found_as`` is the finder's signature.
    """

    compound_id: int
    answer_id: int
    piece_id: int | None
    point_id: int | None
    place: str
    item: str
    name: str
    value: str
    severity: str
    note: str
    fixed: bool
    photo_ids: tuple[int, ...]
    found_at: datetime
    found_by: int
    found_as: str


Listener = Callable[[Sequence[Failure], Actor, datetime], None]
_failed: list[Listener] = []


def on_failed(listener: Listener) -> None:
    """Have ``listener(failures, by, now)`` called, in the transaction, when answers with failures begin to count."""
    _failed.append(listener)


def tell_failed(failures: Sequence[Failure], *, by: Actor, now: datetime) -> None:
    """Tell everyone who listens; nothing for nothing."""
    if failures:
        for listener in _failed:
            listener(failures, by, now)


Became = Callable[[int, Collection[int]], dict[tuple[int, str], str]]
_became: list[Became] = []


def on_asked(became: Became) -> None:
    """Have ``became(compound_id, answer_ids)`` asked what was made of failures: in words for forms, by answer and item."""
    _became.append(became)


def what_became(compound_id: int, answer_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """What was made of the failures of some answers, by answer and item; nothing is asked for none."""
    found: dict[tuple[int, str], str] = {}
    for became in _became if answer_ids else ():
        found |= became(compound_id, answer_ids)
    return found


Sheets = Callable[[int, date], Sequence[Part]]
_sheets: list[Sheets] = []


def on_archive(sheets: Sheets) -> None:
    """Have ``sheets(compound_id, month)`` asked for more forms of a month's archive: floors above, and form A.1 of rosters."""
    _sheets.append(sheets)


def more_sheets(compound_id: int, month: date) -> list[Part]:
    """What others add to the archive of a month."""
    return [part for sheets in _sheets for part in sheets(compound_id, month)]


Lines = Callable[[int, date, date], Sequence[str]]
_lines: list[Lines] = []


def on_report(lines: Lines) -> None:
    """Have ``lines(compound_id, first, last)`` asked what the firm's regular report says of faults: lines of a notice."""
    _lines.append(lines)


def report_lines(compound_id: int, first: date, last: date) -> list[str]:
    """What floors above say in the regular report."""
    return [line for lines in _lines for line in lines(compound_id, first, last)]
