"""What upper floors do about an objection: what stands on its page, and what the answer says was done.

Registered in their ``AppConfig.ready()``; publicity knows nothing of what a notice is about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from notices.extras import Panel
from publicity.models import Objection
from tenancy.actor import Actor

# What was done by now because of an objection, a sentence each: put below the answer when it is given.
Lines = Callable[[Objection], Sequence[str]]
Panels = Callable[[Objection, Actor], Panel | None]


@dataclass
class _Registered:
    lines: list[Lines] = field(default_factory=list)
    panels: list[Panels] = field(default_factory=list)


_registered = _Registered()


def register(*, lines: Lines | None = None, panel: Panels | None = None) -> None:
    """Add to every objection; adding the same again is nothing."""
    if lines is not None and lines not in _registered.lines:
        _registered.lines.append(lines)
    if panel is not None and panel not in _registered.panels:
        _registered.panels.append(panel)


def lines_of(objection: Objection) -> list[str]:
    """What the answer says was done."""
    return [line for ask in _registered.lines for line in ask(objection)]


def panels_of(objection: Objection, actor: Actor) -> list[Panel]:
    """What stands on its page for this reader."""
    return [panel for panel in (ask(objection, actor) for ask in _registered.panels) if panel is not None]
