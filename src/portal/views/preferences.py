"""How a person likes the pages: the size of the type and the language, kept on the device and with the person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import actions
from tenancy.access import public
from ui.context import LARGE, NORMAL, TYPE_COOKIE

YEAR = 60 * 60 * 24 * 365


@public
@require_POST
def set_type(request: HttpRequest) -> HttpResponse:
    """长者模式 on (``type=large``) or off (``type=normal``), then back to ``next``."""
    chosen = request.POST.get("type", "")
    response = _back(request)
    if chosen in (LARGE, NORMAL):
        if request.user.is_authenticated:
            actions.prefer(person=request.user, large_type=chosen == LARGE)
        _keep(response, TYPE_COOKIE, chosen)
    return response


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of the pages (``language=zh-hans`` or ``en``), then back to ``next``."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            actions.prefer(person=request.user, language=chosen)
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To ``next`` if it is a page of ours, else home."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(address if ours else "/")
