"""Why an action is refused. The view turns ``code`` into words of its app; the API sends it with the status."""


class Refused(Exception):
    """An action that is not allowed; nothing was written. ``code`` is the reason, ``status`` the HTTP answer for it."""

    status = 409

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotPermitted(Refused):
    """The actor sees it but may not take this action (403)."""

    status = 403


class OutOfState(Refused):
    """It is not in a state for this action: someone was faster, or the page is old (409)."""


class BadInput(Refused):
    """What was given cannot be used (422); ``details["field"]`` names the field."""

    status = 422
