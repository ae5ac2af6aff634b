"""Why something about voting is refused; the words are in ``ballots.words``."""

from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchPoll", "NotPermitted", "OutOfState", "Refused"]
