"""Why an action on a request is refused; the words are in ``repairs.words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NotPermitted", "OutOfState", "Refused"]
