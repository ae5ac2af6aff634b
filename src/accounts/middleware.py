"""Sessions of the app, and the second factor that officers must have."""

from collections.abc import Callable
from typing import Any

from allauth.headless.internal.sessionkit import lookup_session
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from accounts import mfa

HEADLESS = "/_allauth/"
# Where someone without the second factor that they need may still go: to set it up, and out.
OPEN = ("/accounts/", HEADLESS, "/static/", "/livez", "/readyz", "/i18n/")
CHECKED_SESSION_KEY = "second_factor_checked_at"
CHECKED_FOR = 600


class AppSessionMiddleware:
    """Let the app's ``X-Session-Token`` stand for the session cookie everywhere, so that its standing works too.

    A header cannot be sent by another site's form, so such a request needs no CSRF token. allauth's own API looks after
    its sessions itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Swap the session for the request, and put the browser's back for the response."""
        token = request.headers.get("X-Session-Token")
        if not token or request.path.startswith(HEADLESS):
            return self.get_response(request)
        session = lookup_session(token)
        if session is None:
            return JsonResponse({"detail": gettext("登录已失效，请重新登录。")}, status=401)
        browser_session, browser_user = request.session, request.user
        request.session = session
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001  Django's own switch
        try:
            response = self.get_response(request)
            if session.modified and not session.is_empty():
                session.save()
        finally:
            request.session, request.user = browser_session, browser_user
        return response


class SecondFactorMiddleware:
    """Send an officer without a second factor to set one up; the API answers 403. Only where MFA_REQUIRED is on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check, at most every ten minutes a session."""
        if not settings.MFA_REQUIRED or request.path.startswith(OPEN):
            return self.get_response(request)
        session: Any = request.session
        now = int(timezone.now().timestamp())
        # The session first: who it is is read together with the standing (``tenancy.middleware``), not before.
        if now - session.get(CHECKED_SESSION_KEY, 0) > CHECKED_FOR and request.user.is_authenticated:
            if mfa.is_missing(request.user):
                if request.path.startswith("/api/"):
                    return JsonResponse({"detail": gettext("您的岗位必须启用第二重验证。")}, status=403)
                return HttpResponseRedirect(reverse("mfa_index"))
            session[CHECKED_SESSION_KEY] = now
        return self.get_response(request)
