"""How the forms of papers on walls are taken."""

from documents.posting import Posting, Said
from posting.refusals import NoSuchThing
from posting.words import refusal_field, refusal_text

__all__ = ["Said", "post"]

post = Posting(NoSuchThing, refusal_text, refusal_field)
