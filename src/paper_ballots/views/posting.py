"""How the forms of paper ballots are taken."""

from documents.posting import Posting, Said
from paper_ballots.refusals import NoSuchPoll
from paper_ballots.words import refusal_field, said

__all__ = ["Said", "post"]

post = Posting(NoSuchPoll, said, refusal_field)
