"""Why something about a committee or a result is refused; the words are in ``committees.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchCommittee", "NotPermitted", "OutOfState", "Refused"]


class NoSuchCommittee(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""
