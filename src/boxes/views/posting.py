"""How the forms of boxes are taken."""

from boxes.refusals import NoSuchPoll
from boxes.words import refusal_field, said
from documents.posting import Posting, Said

__all__ = ["Said", "post"]

post = Posting(NoSuchPoll, said, refusal_field)
