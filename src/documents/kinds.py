"""The kinds of documents that can be issued, each with its maker. Upper floors register theirs in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tenancy.actor import Actor


class ContextGetter(Protocol):
    """Reads what the sheet shows, inside the compound's scope, in the worker."""

    def __call__(self, *, compound_id: int, target: str) -> dict[str, Any]:
        """The template's context. Raise ``documents.actions.TargetGone`` when there is nothing to print any more."""


Allowed = Callable[[Actor, str], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``title`` is what the sheet is called (报修单) and holds no personal data: it is public."""

    name: str
    title: str
    template: str
    context_getter: ContextGetter
    allowed: Allowed


_kinds: dict[str, Kind] = {}


def register(kind: str, title: str, template: str, context_getter: ContextGetter, *, allowed: Allowed) -> None:
    """Let a kind of document be issued. ``allowed(actor, target)`` says who may ask for it and read it."""
    made = Kind(kind, title, template, context_getter, allowed)
    if _kinds.setdefault(kind, made) != made:
        raise ValueError(f"The kind {kind} is registered already.")


def find(kind: str) -> Kind | None:
    """The kind of this name, or None."""
    return _kinds.get(kind)
