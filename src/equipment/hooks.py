"""What floors above offer on the pages of equipment: they register in ``AppConfig.ready()``."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Offer:
    """Words, and the name of the URL behind them."""

    label: Any
    url_name: str


_report_steps: list[Offer] = []
_piece_steps: list[Offer] = []


def register_report_step(label: Any, url_name: str) -> None:
    """Offer a POST on each report that waits, to a URL of ``code`` and ``report_id``."""
    _report_steps.append(Offer(label, url_name))


def register_piece_step(label: Any, url_name: str) -> None:
    """Offer a link on each piece, to a URL of ``code`` with ``?piece=<id>``."""
    _piece_steps.append(Offer(label, url_name))


def report_steps(code: str, report_id: int) -> list[tuple[Any, str]]:
    """What is offered on a report: words and address."""
    return [(one.label, reverse(one.url_name, args=[code, report_id])) for one in _report_steps]


def piece_steps(code: str, piece_id: int) -> list[tuple[Any, str]]:
    """What is offered on a piece: words and address."""
    return [(one.label, f"{reverse(one.url_name, args=[code])}?piece={piece_id}") for one in _piece_steps]


Moved = Callable[[int, datetime], None]
_moved: list[Moved] = []


def on_moved(moved: Moved) -> None:
    """Have ``moved(compound_id, now)`` called, in the same transaction, where the register or what is asked of it has changed."""
    _moved.append(moved)


def tell_moved(compound_id: int, now: datetime) -> None:
    """Say that the register or what is asked of it has changed; before the audit entry, which is the last lock of an action."""
    for hear in _moved:
        hear(compound_id, now)


Standings = Callable[[int, Collection[int], datetime], Mapping[int, str]]
_standings: list[Standings] = []


def on_standing(standings: Standings) -> None:
    """Have ``standings(compound_id, piece_ids, now)`` asked how pieces stand: by piece a key of ``equipment.words.MARKS``."""
    _standings.append(standings)


def standings(compound_id: int, piece_ids: Collection[int], now: datetime) -> dict[int, set[str]]:
    """What floors above say of each piece."""
    found: dict[int, set[str]] = {}
    for ask in _standings:
        for piece, key in ask(compound_id, piece_ids, now).items():
            found.setdefault(piece, set()).add(key)
    return found
