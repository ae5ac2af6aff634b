"""Why something about a candidate or a group is refused; the words are in ``candidates.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchCandidate", "NotPermitted", "OutOfState", "Refused"]


class NoSuchCandidate(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""
