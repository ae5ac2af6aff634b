"""The last step of every way in: from a verified person to a session, through allauth and its second factor."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts import mfa
from accounts.adapters import OUTSIDE_SESSION_KEY
from accounts.models import Person

CODE_SESSION_KEY = "code_token"
STEP_UP_SESSION_KEY = "stepped_up_at"


class PersonRequest(HttpRequest):
    """A request of a view behind ``@signed_in``: its user is a person. For type annotations only."""

    user: Person


def safe_next(request: HttpRequest, url: str) -> str:
    """A place of ours to go on to, or the front page."""
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and ours else str(settings.LOGIN_REDIRECT_URL)


def with_next(path: str, url: str) -> str:
    """A path of ours that remembers where to go on to."""
    return f"{path}?{urlencode({'next': url})}" if url and url != settings.LOGIN_REDIRECT_URL else path


def enter(request: HttpRequest, person: Person, *, onward: str, method: str = "code") -> HttpResponse:
    """Sign the person in and answer with where to go: the second factor, the question for the name, or onward."""
    if request.user.is_authenticated:
        logout(request)
    request.session.pop(CODE_SESSION_KEY, None)
    if method == "code":
        record_step_up(request, person)
    else:
        request.session.pop(OUTSIDE_SESSION_KEY, None)
        record_authentication(request, person, method=method)
    target = onward if person.name else with_next("/accounts/name/", onward)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=target))
    return response


def record_step_up(request: HttpRequest, person: Person) -> None:
    """The person has just answered a code sent to their number: at sign-in, or once more for something sensitive.

    Who has no second factor yet has shown all there is: allauth need not ask for the one that they are about to add
    before it shows its recovery codes.
    """
    request.session[STEP_UP_SESSION_KEY] = [person.pk, timezone.now().timestamp()]
    record_authentication(request, person, method="code", reauthenticated=mfa.is_absent(person) or None)


def stepped_up(request: HttpRequest) -> bool:
    """Whether this person, and no one else in this browser, has just answered a code sent to the number they have."""
    person, at = request.session.get(STEP_UP_SESSION_KEY, (None, 0))
    return bool(person == request.user.pk and timezone.now().timestamp() - at < settings.STEP_UP_SECONDS)
