"""Why something about a letter is refused; the words are in ``letters.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchLetter", "NotPermitted", "OutOfState", "Refused"]


class NoSuchLetter(LookupError):
    """Nothing of this name that the actor's body wrote or was sent: the view answers 404, as for another compound's."""
