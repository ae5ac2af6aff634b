"""The scope in which a person's own copy is read (个人信息保护法 第45条): every compound that they have or had a tie to."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from tenancy.scope import Scope, entering, instead

Ties = Callable[[int], Iterable[int]]
_ties: dict[str, Ties] = {}


def register_ties(kind: str, ties: Ties) -> None:
    """Let an upper floor say which compounds a person is or was tied to: ``ties(person_id)``, run inside ``entering``."""
    _ties[kind] = ties


@contextmanager
def own_scope(person_id: int) -> Iterator[Scope]:
    """Open the scope of all compounds of a person's own ties, in place of the one they act in, which comes back after.

    Whoever moved away, or acts in another compound just now, may still have a copy of what is held of them. Only ``own.py``
    of an app uses it, and names the person in every query: of others the copy shows nothing.
    """
    with entering(person_id):
        found = {compound for ties in _ties.values() for compound in ties(person_id)}
    with instead(found) as opened:
        yield opened
