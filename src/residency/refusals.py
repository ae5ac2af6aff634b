"""Why an action of joining is refused; the words are in ``residency.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchRow", "NotPermitted", "OutOfState", "Refused"]


class NoSuchRow(Exception):
    """Nothing of this number that the actor may see; the view answers 404, as for another compound's."""
