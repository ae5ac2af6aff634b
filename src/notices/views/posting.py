"""How the forms of notices are taken."""

from documents.posting import Posting, Said
from notices.refusals import NoSuchNotice
from notices.words import refusal_field, refusal_text

__all__ = ["Said", "post"]

post = Posting(NoSuchNotice, refusal_text, refusal_field)
