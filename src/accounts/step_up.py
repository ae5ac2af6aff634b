"""A fresh code to the present number, before the number or the second factor changes.

allauth asks people without a password for nothing here; a phone left on a table would be enough to take an account.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import entry
from tenancy.access import declare


def fresh_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send whoever has not answered a code lately to do so, and then back here."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not entry.stepped_up(request):
            return redirect(entry.with_next(reverse("accounts_step_up"), request.path))
        return view(request, *args, **kwargs)

    return declare(wrapped, getattr(view, "access", ""))
