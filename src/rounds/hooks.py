"""What floors above want to hear of rounds: they register in ``AppConfig.ready()``, there are no signals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
