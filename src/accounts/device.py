"""How a person likes the pages, on the device that they hold: cookies, where every page looks first."""

from django.conf import settings
from django.http import HttpResponse

from accounts.models import Person
from ui.context import LARGE, NORMAL, TYPE_COOKIE

YEAR = 60 * 60 * 24 * 365


def bring_along(response: HttpResponse, person: Person) -> None:
    """After a sign-in: the language that the person chose and 长者模式, wherever they chose them.

    What they never chose stays as this device has it.
    """
    if person.language:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, person.language)
    if person.large_type:
        _keep(response, TYPE_COOKIE, LARGE)


def remember(response: HttpResponse, person: Person) -> None:
    """After the person has just chosen both."""
    _keep(response, settings.LANGUAGE_COOKIE_NAME, person.language or settings.LANGUAGE_CODE)
    _keep(response, TYPE_COOKIE, LARGE if person.large_type else NORMAL)


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SERVED)
