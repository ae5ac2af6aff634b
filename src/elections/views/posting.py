"""How the forms of polls are taken."""

from documents.posting import Posting, Said
from elections.poll_words import refusal_field, refusal_text
from elections.refusals import NoSuchPoll

__all__ = ["Said", "post"]

post = Posting(NoSuchPoll, refusal_text, refusal_field)
