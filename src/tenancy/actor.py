"""Who acts, and as what: a person together with the one post (or home) that they chose to act from."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date


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


Provider = Callable[[int, int, date], Actor | None]
# ``together(person_ids, key, on)``: those of the people who hold the standing, in one reading.
Together = Callable[[Collection[int], int, date], dict[int, Actor]]
_providers: dict[str, Provider] = {}
_together: dict[str, Together] = {}


def register_standing(kind: str, provider: Provider, *, together: Together | None = None) -> None:
    """Let an upper floor say what a kind of standing covers: ``provider(person_id, key, on) -> Actor | None``.

    ``together`` gives the same answers for many people at one key. It runs with no scope open and opens the narrowest.
    """
    _providers[kind] = provider
    if together is not None:
        _together[kind] = together


def find_actor(*, person_id: int, kind: str, key: int, on: date) -> Actor | None:
    """The actor for a standing held on a day, or None when the person does not hold it. Runs inside ``entering``."""
    provider = _providers.get(kind)
    return provider(person_id, key, on) if provider else None


def find_actors(*, person_ids: Collection[int], kind: str, key: int, on: date) -> dict[int, Actor] | None:
    """As ``find_actor`` for many people at one key, by person; None for a kind that is only read for one at a time.

    For a process that answers for many at once (the hub of the live board). Runs with no scope open.
    """
    together = _together.get(kind)
    return together(person_ids, key, on) if together else None
