"""Why an action of joining is refused. The view turns ``code`` into words (``residency.words``)."""


class Refused(Exception):
    """An action that is not allowed; nothing was written. ``code`` is the reason, ``status`` the HTTP answer for it."""

    status = 409

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotPermitted(Refused):
    """The actor may not take this action (403)."""

    status = 403


class OutOfState(Refused):
    """It has moved on: someone was faster, or the page is old (409)."""


class BadInput(Refused):
    """What was given cannot be used (422); ``details["field"]`` names the field."""

    status = 422


class NoSuchRow(Exception):
    """Nothing of this number that the actor may see; the view answers 404, as for another compound's."""
