"""Why something is not done with a screen."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["BadInput", "NoSuchScreen", "NotPermitted", "OutOfState", "Refused"]


class NoSuchScreen(LookupError):
    """No screen of the compound of this number, or no token of one that is on: unknown, foreign and revoked are alike."""

    code = "no_such_screen"
