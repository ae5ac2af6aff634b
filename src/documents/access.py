"""Who may read a stored file: the app that owns its purpose says so."""

from collections.abc import Callable

from documents.models import StoredFile
from tenancy.actor import Actor

Getter = Callable[[Actor, StoredFile], bool]
_getters: dict[str, Getter] = {}


def register(purpose: str, getter: Getter) -> None:
    """Say who reads files of a purpose: ``getter(actor, stored_file) -> bool``, run inside the compound's scope."""
    if _getters.setdefault(purpose, getter) is not getter:
        raise ValueError(f"The purpose {purpose} has a getter already.")


def is_known(purpose: str) -> bool:
    """Whether some app answers for the purpose."""
    return purpose in _getters


def may_read(actor: Actor, stored_file: StoredFile) -> bool:
    """Whether the actor may read the file. An unknown purpose is refused to everyone."""
    getter = _getters.get(stored_file.purpose)
    return getter is not None and stored_file.compound_id in actor.compound_ids and getter(actor, stored_file)
