"""Sign-in of the app: allauth's headless protocol (X-Session-Token), with our own code flow and its limits.

Paths and answers are allauth's (``/_allauth/app/v1``): 401 with the pending flow while something is missing, 200 with the
person when signed in, 429 when a limit is reached. Only what the app needs is there: no password, no e-mail, and no change
of second factor or number, which need the step-up of the pages.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.headless.account.views import SessionView
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView, ConfigView
from allauth.headless.constants import Client, Flow
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa.views import AuthenticateView
from allauth.headless.usersessions.response import SessionsResponse
from allauth.headless.usersessions.views import SessionsView
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions, entry, queries
from accounts.models import Person
from accounts.numbers import CodeField, PhoneField
from accounts.words import refusal
from tenancy.access import declare

LIMITS = frozenset({"soon", "often", "crowd", "locked"})


class RequestInput(Input):  # type: ignore[misc]
    """The number, and the version of the privacy notice that was agreed to."""

    phone = PhoneField()
    privacy_version = CharField(max_length=20)

    def clean_privacy_version(self) -> str:
        """The present version, no other."""
        version: str = self.cleaned_data["privacy_version"]
        if version != settings.PRIVACY_VERSION:
            raise ValidationError(_("请先阅读并同意隐私说明。"), code="privacy_version")
        return version


class AnswerInput(Input):  # type: ignore[misc]
    """The six digits."""

    code = CodeField()


def refused_response(request: HttpRequest, refused: actions.CodeRefusedError) -> ErrorResponse:
    """A refusal in allauth's shape: 429 for a limit, 400 for a wrong answer, 503 when no message could be sent."""
    status = HTTPStatus.BAD_REQUEST
    if refused.code in LIMITS:
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif refused.code == "unsent":
        status = HTTPStatus.SERVICE_UNAVAILABLE
    response = ErrorResponse(
        request, exception=ValidationError([ValidationError(refusal(refused), code=refused.code)]), status=status
    )
    if refused.until is not None:
        response["Retry-After"] = str(max(1, int((refused.until - timezone.now()).total_seconds())))
    return response


class _CodeView(APIView):  # type: ignore[misc]
    """Common to the three steps: who is signed in already has no business here."""

    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return cast("HttpResponse", ConflictResponse(request))
        return cast("HttpResponse", super().dispatch(request, *args, **kwargs))

    def ask(self, request: HttpRequest, phone: str, again: str = "") -> HttpResponse:
        """Send a code, and answer that it is awaited."""
        try:
            token = actions.request_code(
                phone=phone,
                purpose="enter",
                address=get_adapter().get_client_ip(request),
                now=timezone.now(),
                again=again,
            )
        except actions.CodeRefusedError as refused:
            return cast("HttpResponse", refused_response(request, refused))
        request.session[entry.CODE_SESSION_KEY] = token
        # A plain word here is how allauth's answers name the pending flow.
        request.session[LOGIN_SESSION_KEY] = Flow.LOGIN_BY_CODE.value
        return cast("HttpResponse", AuthenticationResponse(request))


class RequestCodeView(_CodeView):
    """POST {phone, privacy_version}: send a code."""

    input_class = RequestInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a code to the number."""
        return self.ask(request, self.input.cleaned_data["phone"])


class ResendCodeView(_CodeView):
    """POST: send the code once more."""

    handle_json_input = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it, if one is awaited."""
        token = request.session.get(entry.CODE_SESSION_KEY, "")
        waiting = queries.waiting_code(token=token, purpose="enter", now=timezone.now())
        return self.ask(request, waiting.phone, token) if waiting else cast("HttpResponse", ConflictResponse(request))


class ConfirmCodeView(_CodeView):
    """POST {code}: sign in."""

    input_class = AnswerInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, or name the second factor that is still missing."""
        token = request.session.get(entry.CODE_SESSION_KEY, "")
        now = timezone.now()
        if queries.waiting_code(token=token, purpose="enter", now=now) is None:
            return cast("HttpResponse", ConflictResponse(request))
        try:
            verified = actions.answer_code(
                token=token,
                code=self.input.cleaned_data["code"],
                purpose="enter",
                address=get_adapter().get_client_ip(request),
                now=now,
            )
        except actions.CodeRefusedError as refused:
            return cast("HttpResponse", refused_response(request, refused))
        person = actions.ensure_person(phone=verified.phone, verified=True, now=now)
        actions.consent(person=person, version=settings.PRIVACY_VERSION, now=now)
        request.session.pop(LOGIN_SESSION_KEY, None)
        response = entry.enter(request, person, onward="/")
        return cast("HttpResponse", AuthenticationResponse.from_response(request, response))


class LiveSessionsView(SessionsView):  # type: ignore[misc]
    """Where the person is signed in; ending one is allauth's own."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List them, in the same statements however many there are."""
        return cast("HttpResponse", SessionsResponse(request, queries.live_sessions(cast("Person", request.user))))


def _page(route: str, view: Any, name: str) -> URLPattern:
    page: Callable[..., HttpResponse] = declare(view.as_api_view(client=Client.APP), "public")
    return path(route, page, name=name)


app_name = "headless"
urlpatterns = [
    _page("config", ConfigView, "config"),
    _page("auth/session", SessionView, "current_session"),
    _page("auth/code/request", RequestCodeView, "request_login_code"),
    _page("auth/code/resend", ResendCodeView, "resend_login_code"),
    _page("auth/code/confirm", ConfirmCodeView, "confirm_login_code"),
    _page("auth/2fa/authenticate", AuthenticateView, "mfa_authenticate"),
    _page("auth/sessions", LiveSessionsView, "sessions"),
]
