"""What all changes to the register share: the refusal, and who must be reached."""

from datetime import date
from typing import Any

from firms.queries import bodies
from firms.queries.bodies import Body
from tenancy.actor import Actor


class FirmRefused(Exception):
    """A change that is not allowed. ``code`` is the reason, ``field`` the input that it is about, ``details`` for its words."""

    def __init__(self, code: str, *, field: str = "", **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = details


class NotThere(Exception):
    """Nothing of this number that the actor reaches; the view answers 404, as for what does not exist."""


def reach(by: Actor, body_id: int, on: date) -> Body:
    """The body, if the actor reaches it today; NotThere otherwise."""
    found = bodies.body(by, body_id, on)
    if found is None:
        raise NotThere
    return found


def must_have_ground(by: Actor) -> None:
    """Whoever writes must cover a compound: entries and keys are kept in its chain."""
    if not by.compound_ids:
        raise FirmRefused("no_compound")


def said(by: Actor) -> str:
    """As what somebody acted, as records keep it."""
    return " ".join(part for part in (by.person_name, by.label) if part)[:160]
