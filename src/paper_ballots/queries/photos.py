"""Who reads a photo of a door or of a paper."""

from documents.models import StoredFile
from paper_ballots.permissions import CLERKS
from tenancy.actor import Actor


def may_read_photo(actor: Actor, _stored: StoredFile) -> bool:
    """Who brings papers and reads them, in the file's own compound (``documents.access`` asks that). No statement."""
    return actor.party in CLERKS
