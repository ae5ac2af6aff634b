"""Why something about a box is refused; the words are in ``boxes.words``."""

from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchPoll", "NotPermitted", "OutOfState", "Refused"]
