"""Why something about a defect is refused; the words are in ``defects.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchThing", "NotPermitted", "OutOfState", "Refused"]


class NoSuchThing(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""
