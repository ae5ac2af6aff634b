"""How the forms of letters are taken."""

from documents.posting import Posting, Said
from letters.refusals import NoSuchLetter
from letters.words import refusal_field, refusal_text

__all__ = ["Said", "post"]

post = Posting(NoSuchLetter, refusal_text, refusal_field)
