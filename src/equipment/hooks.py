"""What floors above offer on the pages of equipment: they register in ``AppConfig.ready()``."""

from dataclasses import dataclass
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
