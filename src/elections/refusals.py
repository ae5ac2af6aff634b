"""Why something about a poll is refused; the words are in ``elections.poll_words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchPoll", "NotPermitted", "OutOfState", "Refused"]


class NoSuchPoll(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""
