"""Who acts, and as what: a person together with the one post (or home) that they chose to act from."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person and post. Every action takes one as ``by=``; every record keeps it.

    ``kind`` and ``key`` name the standing: ("post", post id), ("home", compound id), or ("child", compound id of a parent).
    ``party`` is one of community, residents, committee, preparatory, company, street, city, resident; ``role`` is the role
    within it.
    ``compound_ids`` are the compounds that the standing covers today; rights end with it.
    """

    person_id: int
    person_name: str
    kind: str
    key: int
    party: str
    role: str
    label: str
    compound_ids: tuple[int, ...]
    organisation_id: int | None = None

    @property
    def post_id(self) -> int | None:
        """The post that acts, or None for a resident and for the system."""
        return self.key if self.kind == "post" else None

    @property
    def signature(self) -> str:
        """Name and post, as records keep who did something: at most 160 signs."""
        return f"{self.person_name} {self.label}".strip()[:160]


def system_actor(name: str, compound_ids: tuple[int, ...]) -> Actor:
    """The system itself, as the author of what the clock did. ``name`` says which job."""
    return Actor(
        person_id=0,
        person_name="",
        kind="system",
        key=0,
        party="system",
        role=name,
        label=name,
        compound_ids=compound_ids,
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """A standing that is held. ``person``: who holds it, where the same statement read them and opened the scope
    (``tenancy.scope.OPENS``); None where it did neither.
    """

    actor: Actor
    person: Any = None


Provider = Callable[[int, int, date], Actor | None]
# ``together(person_ids, key, on)``: those of the people who hold the standing, in one reading.
Together = Callable[[Collection[int], int, date], dict[int, Actor]]
# ``opening(person_id, key, on)``: as the provider, and with it everything that a request begins with, in one statement.
Opening = Callable[[int, int, date], Entered | None]
_providers: dict[str, Provider] = {}
_together: dict[str, Together] = {}
_opening: dict[str, Opening] = {}


def register_standing(
    kind: str, provider: Provider, *, together: Together | None = None, opening: Opening | None = None
) -> None:
    """Let an upper floor say what a kind of standing covers: ``provider(person_id, key, on) -> Actor | None``.

    ``together`` gives the same answers for many people at one key. It runs with no scope open and opens the narrowest.
    ``opening`` gives the same answer to the request of one person, for the kind that nearly everyone has.
    """
    _providers[kind] = provider
    if together is not None:
        _together[kind] = together
    if opening is not None:
        _opening[kind] = opening


def find_actor(*, person_id: int, kind: str, key: int, on: date) -> Actor | None:
    """The actor for a standing held on a day, or None when the person does not hold it. Runs inside ``entering``."""
    provider = _providers.get(kind)
    return provider(person_id, key, on) if provider else None


def enter(*, person_id: int, kind: str, key: int, on: date) -> Entered | None:
    """As ``find_actor``, for a request: inside ``entrance``, and the scope of the actor is opened next."""
    if opening := _opening.get(kind):
        return opening(person_id, key, on)
    actor = find_actor(person_id=person_id, kind=kind, key=key, on=on)
    return None if actor is None else Entered(actor)


_read: ContextVar[Any] = ContextVar("person_read_with_standing", default=None)


@contextmanager
def reading(person: Any) -> Iterator[None]:
    """Whoever asks for this person inside need not read them again (``person_read``)."""
    token = _read.set(person)
    try:
        yield
    finally:
        _read.reset(token)


def person_read(person_id: int) -> Any:
    """The person who was read with the standing of this request; None for anyone else."""
    found = _read.get()
    return found if found is not None and found.pk == person_id else None


def find_actors(*, person_ids: Collection[int], kind: str, key: int, on: date) -> dict[int, Actor] | None:
    """As ``find_actor`` for many people at one key, by person; None for a kind that is only read for one at a time.

    For a process that answers for many at once (the hub of the live board). Runs with no scope open.
    """
    together = _together.get(kind)
    return together(person_ids, key, on) if together else None
