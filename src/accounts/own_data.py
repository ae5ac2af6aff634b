"""A person's own data: what each app holds of them, handed out and erased on request (个人信息保护法 第45条、第47条).

Upper floors register; accounts only asks.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import Person

Export = Callable[[Person], Any]
Erase = Callable[[Person, datetime], None]
_exports: dict[str, Export] = {}
_erasers: dict[str, Erase] = {}


class KeptError(Exception):
    """The account cannot be closed yet. ``reason`` is said to the person, in their language."""

    code = "kept"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def register(name: str, export: Export, erase: Erase | None = None) -> None:
    """Let an app hand out what it holds of a person, as data that JSON can say, under ``name``.

    ``erase(person, now)`` removes or makes anonymous what may go when the person leaves; it raises KeptError to object.
    """
    _exports[name] = export
    if erase is not None:
        _erasers[name] = erase


def export(person: Person) -> dict[str, Any]:
    """Everything that anyone holds of the person, by the name of who holds it."""
    return {name: give(person) for name, give in sorted(_exports.items())}


def erase(person: Person, now: datetime) -> None:
    """Have every app remove what may go. Raises KeptError; call it inside a transaction."""
    for remove in _erasers.values():
        remove(person, now)
