"""How the forms of voting are taken."""

from ballots.refusals import NoSuchPoll
from ballots.words import refusal_field, refusal_text
from documents.posting import Posting, Said

__all__ = ["Said", "post"]

post = Posting(NoSuchPoll, refusal_text, refusal_field)
