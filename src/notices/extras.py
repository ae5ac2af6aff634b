"""What upper floors add to a notice: parts of the editor, marks in rows, panels, lines on paper, a field of the API.

Registered in their ``AppConfig.ready()``; the board itself knows nothing of what they are about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django import forms
from django.utils.functional import Promise

from notices.models import Notice
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.scope import scope

T = TypeVar("T")


class Part(Protocol):
    """A further form in the editor, drawn by ``template`` with ``part`` (the form), filled from the same POST."""

    template: str

    def form(
        self,
        *,
        data: Mapping[str, Any] | None,
        initial: Mapping[str, Any],
        compounds: Sequence[Compound],
        notice: Notice | None,
        amends: bool,
    ) -> forms.Form | None:
        """The form for a notice in these compounds, or for a correction of one; None where there is none.

        ``initial`` is what the editor's own form starts from: kind, matter.
        """
        ...

    def save(self, form: Any, *, notice: Notice, by: Actor, now: datetime) -> None:
        """Keep what was valid, after the draft is written and before it is handed in or corrected."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A word in the row of a notice, as a badge."""

    label: str | Promise
    tone: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Something beside the text of a notice: a template that is drawn with ``panel`` (``context``), above or below it."""

    template: str
    context: dict[str, Any]
    above: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """Small print below a notice in the hall: what it is, and signs in groups that people copy."""

    label: str | Promise
    digits: str


Marks = Callable[[Sequence[Notice]], Mapping[int, Mark]]
Feet = Callable[[Sequence[Notice]], Mapping[int, Foot]]
# A notice, the actor (None: anyone, without signing in) and the moment.
Panels = Callable[[Notice, Actor | None, datetime], Panel | None]
Lines = Callable[[Notice], Sequence[str]]


@dataclass(frozen=True, slots=True)
class ApiField:
    """A field of a notice in the API: its serializer, and what it says of some notices by their id."""

    name: str
    make: Callable[[], Any]
    values: Callable[[Sequence[Notice]], Mapping[int, Any]]


@dataclass
class _Registered:
    parts: list[Part] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    panels: list[Panels] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)
    feet: list[Feet] = field(default_factory=list)
    fields: list[ApiField] = field(default_factory=list)
    words: dict[str, str | Promise] = field(default_factory=dict)


_registered = _Registered()


def register(
    *,
    part: Part | None = None,
    marks: Marks | None = None,
    panel: Panels | None = None,
    lines: Lines | None = None,
    feet: Feet | None = None,
    api_field: ApiField | None = None,
    words: Mapping[str, str | Promise] | None = None,
) -> None:
    """Add to every notice; adding the same again is nothing. ``words``: what refusals of the part's ``save`` say, by code."""
    _add(_registered.parts, part)
    _add(_registered.marks, marks)
    _add(_registered.panels, panel)
    _add(_registered.lines, lines)
    _add(_registered.feet, feet)
    _add(_registered.fields, api_field)
    _registered.words.update(words or {})


def _add(row: list[T], new: T | None) -> None:
    if new is not None and new not in row:
        row.append(new)


@dataclass(frozen=True, slots=True)
class Bound:
    """A part with its form."""

    part: Part
    form: forms.Form

    @property
    def template(self) -> str:
        """What draws it."""
        return self.part.template


def parts_for(
    *,
    data: Mapping[str, Any] | None,
    initial: Mapping[str, Any],
    compounds: Sequence[Compound],
    notice: Notice | None,
    amends: bool,
) -> list[Bound]:
    """The parts of an editor."""
    made = (
        (one, one.form(data=data, initial=initial, compounds=compounds, notice=notice, amends=amends))
        for one in _registered.parts
    )
    return [Bound(part, form) for part, form in made if form is not None]


def marks_of(notices: Sequence[Notice]) -> dict[int, list[Mark]]:
    """The marks of some notices by their id."""
    found: dict[int, list[Mark]] = {}
    for ask in _registered.marks:
        for pk, mark in ask(notices).items():
            found.setdefault(pk, []).append(mark)
    return found


def feet_of(notices: Sequence[Notice]) -> dict[int, list[Foot]]:
    """What stands below some notices in the hall, by their id."""
    found: dict[int, list[Foot]] = {}
    for ask in _registered.feet:
        for pk, foot in ask(notices).items():
            found.setdefault(pk, []).append(foot)
    return found


def panels_of(notice: Notice, actor: Actor | None, now: datetime) -> list[Panel]:
    """What stands beside the text of a notice."""
    return [panel for panel in (ask(notice, actor, now) for ask in _registered.panels) if panel is not None]


def open_panels_of(notice: Notice, now: datetime) -> list[Panel]:
    """The same for whoever has the address, who has no scope: it opens that of the notice by itself."""
    with scope(notice.compound_id):
        return panels_of(notice, None, now)


def lines_of(notice: Notice) -> list[str]:
    """What the printed sheet says besides."""
    return [line for ask in _registered.lines for line in ask(notice)]


def api_fields() -> list[ApiField]:
    """The fields that are added to a notice in the API."""
    return _registered.fields


def with_fields(notices: Iterable[Notice]) -> list[Notice]:
    """Set on each notice what the added fields say of it, under their names."""
    rows = list(notices)
    for one in _registered.fields:
        values = one.values(rows)
        for row in rows:
            setattr(row, one.name, values.get(row.pk))
    return rows


def words_of(code: str) -> str | Promise | None:
    """What a refusal of a part says."""
    return _registered.words.get(code)
