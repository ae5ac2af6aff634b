"""Pages for what went wrong. Each says what happened and what to do; none asks the database."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from tenancy.access import public

log = logging.getLogger(__name__)


def _in_the_shell(
    request: HttpRequest, template: str, status: int, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page within the shell of whoever asks; if the shell itself is broken, that is written down and said without one.

    Django would turn it into a 500 of which no log says why, and whoever looks at the status outside would see no refusal.
    """
    try:
        return render(request, template, context, status=status)
    except Exception:
        log.exception("The shell around an error page is broken.", extra={"path": request.path, "status": status})
        return HttpResponse(loader.render_to_string("errors/500.html"), status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """400: the request itself is broken. No shell: it may have failed before there was a session."""
    return HttpResponse(loader.render_to_string("errors/400.html"), status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this standing may not. A reason given with ``PermissionDenied("...")`` is shown."""
    return _in_the_shell(request, "errors/403.html", 403, {"reason": str(exception) if exception else ""})


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """404: alike for what does not exist and for what belongs to another compound."""
    return _in_the_shell(request, "errors/404.html", 404)


@public
def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  nothing of a broken request is used
    """500: our fault. No shell and no context: whatever broke may break again."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """The page's token has expired: say so, and how to go on."""
    return _in_the_shell(request, "errors/csrf.html", 403)
