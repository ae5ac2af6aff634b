"""How a browser's call to the API is authenticated. Apart from ``tenancy.api``, which DRF cannot import this early."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class CookieAuthentication(SessionAuthentication):
    """The browser's session; names itself, so that an unauthenticated call is answered 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return "Session"


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the cookie in the OpenAPI document; drf-spectacular finds it by its base class."""

    target_class = "tenancy.authentication.CookieAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The security scheme."""
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class AppTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token of an app that signed in through /_allauth/app/v1/."""

    target_class = "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication"
    name = "app"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The security scheme."""
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}
