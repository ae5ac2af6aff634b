"""Why something about the register is refused. The view turns ``code`` into words."""


class Refused(Exception):
    """An action that is not allowed; nothing was written. ``code`` is the reason, ``status`` the HTTP answer for it."""

    status = 409

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotPermitted(Refused):
    """The actor may not do this (403)."""

    status = 403


class BadInput(Refused):
    """What was given cannot be used (422)."""

    status = 422


class NoSuchRun(LookupError):
    """The import is not in this compound, or not there."""


class NoSuchOwner(LookupError):
    """The owner is not in this compound's register."""
