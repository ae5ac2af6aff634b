"""How a browser's call to the API is authenticated. Apart from ``tenancy.api``, which DRF cannot import this early."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class CookieAuthentication(SessionAuthentication):
    """The browser's session; names itself, so that an unauthenticated call is answered 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return "Session"
