"""The kinds of documents that can be issued, each with its maker. Upper floors register theirs in AppConfig.ready()."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from tenancy.actor import Actor


class ContextGetter(Protocol):
    """Reads what the sheet shows, inside the compound's scope, in the worker."""

    def __call__(self, *, compound_id: int, target: str) -> dict[str, Any]:
        """The template's context. Raise ``documents.actions.TargetGone`` when there is nothing to print any more."""


Allowed = Callable[[Actor, str], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """Some sheets of a bundle: ``title`` in its contents, a template that extends ``base`` (``documents.pdf.PART``), and what
    reads its context when its turn has come (None: there is nothing to print), so that one part at a time is held.
    """

    title: str
    template: str
    context: Callable[[], dict[str, Any] | None]


class PartsGetter(Protocol):
    """Names the parts of a bundle, in order, inside the compound's scope."""

    def __call__(self, *, compound_id: int, target: str) -> Sequence[Part]:
        """Raise ``documents.actions.TargetGone`` when there is nothing to print any more."""


class BookWriter(Protocol):
    """Writes what a bundle says as a workbook, to be downloaded beside it."""

    def __call__(self, *, compound_id: int, target: str, to: BinaryIO) -> None:
        """Write the .xlsx."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``title`` is what the sheet is called (报修单) and holds no personal data: it is public.

    With ``parts`` it is a bundle: ``template`` is then its cover, which gets ``contents`` and ``pages``. ``book`` writes its
    workbook.
    """

    name: str
    title: str
    template: str
    context_getter: ContextGetter
    allowed: Allowed
    parts: PartsGetter | None = None
    book: BookWriter | None = None


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    title: str,
    template: str,
    context_getter: ContextGetter,
    *,
    allowed: Allowed,
    parts: PartsGetter | None = None,
    book: BookWriter | None = None,
) -> None:
    """Let a kind of document be issued. ``allowed(actor, target)`` says who may ask for it and read it."""
    made = Kind(kind, title, template, context_getter, allowed, parts, book)
    if _kinds.setdefault(kind, made) != made:
        raise ValueError(f"The kind {kind} is registered already.")


def find(kind: str) -> Kind | None:
    """The kind of this name, or None."""
    return _kinds.get(kind)
