"""Why something about paper ballots is refused; the words are in ``paper_ballots.words``."""

from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchPoll", "NotPermitted", "OutOfState", "Refused"]
