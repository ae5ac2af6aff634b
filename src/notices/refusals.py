"""Why something about a notice is refused; the words are in ``notices.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchNotice", "NotPermitted", "OutOfState", "Refused"]


class NoSuchNotice(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""
