"""Pages for what went wrong. Each says what happened and what to do; none asks the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from tenancy.access import public


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """400: the request itself is broken. No shell: it may have failed before there was a session."""
    return HttpResponse(loader.render_to_string("errors/400.html"), status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this standing may not. A reason given with ``PermissionDenied("...")`` is shown."""
    return render(request, "errors/403.html", {"reason": str(exception) if exception else ""}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """404: alike for what does not exist and for what belongs to another compound."""
    return render(request, "errors/404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  nothing of a broken request is used
    """500: our fault. No shell and no context: whatever broke may break again."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """The page's token has expired: say so, and how to go on."""
    return render(request, "errors/csrf.html", status=403)
