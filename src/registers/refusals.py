"""Why something about the register is refused; the view turns ``code`` into words."""

from lifecycle.refusals import BadInput, NotPermitted, Refused

__all__ = ["BadInput", "NoSuchOwner", "NoSuchRun", "NotPermitted", "Refused"]


class NoSuchRun(LookupError):
    """The import is not in this compound, or not there."""


class NoSuchOwner(LookupError):
    """The owner is not in this compound's register."""
