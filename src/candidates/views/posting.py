"""How the forms of a preparation are taken, and how its pages find what they are about."""

from django.http import Http404

from candidates.queries import Whole, whole_of
from candidates.refusals import NoSuchCandidate
from candidates.words import refusal_field, refusal_text
from documents.posting import Posting, Said
from elections.permissions import READERS
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

__all__ = ["Said", "everyone", "found_whole", "officers", "post"]

post = Posting(NoSuchCandidate, refusal_text, refusal_field)
officers = in_compound(parties=READERS)
# A firm sees nothing of it.
everyone = in_compound(parties=(*READERS, "resident"))


def found_whole(request: ActingRequest, compound: Compound, election: str) -> Whole:
    """The election of an address, for whoever sees its preparation. Raises Http404."""
    found = whole_of(request.actor, compound.pk, election)
    if found is None:
        raise Http404
    return found
