"""Who reads the files of boxes."""

from boxes.actions.publishing import PUBLIC, WHOLE
from documents import access
from documents.models import StoredFile
from tenancy.actor import Actor


def reads_record(_actor: Actor, _file: StoredFile) -> bool:
    """Everyone of the compound: the record names nobody."""
    return True


def reads_whole(actor: Actor, _file: StoredFile) -> bool:
    """The lines of a secret election: supervisors, for the court."""
    return actor.party in {"street", "city"}


def register() -> None:
    """Say it to the store."""
    access.register(PUBLIC, reads_record)
    access.register(WHOLE, reads_whole)
