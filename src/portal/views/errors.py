"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from tenancy.access import public


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """The page's token has expired: say so, and how to go on."""
    return render(request, "errors/csrf.html", status=403)
