"""The front page: a resident's own, and for everyone else the way to the screen that they work on."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from messaging.queries import know_unread
from portal import queries
from repairs.models import Request
from repairs.words import line_text
from tenancy.access import ActingRequest, acting


@require_safe
@acting()
def home(request: ActingRequest) -> HttpResponse:
    """The resident's home; a post goes on to its board, list, watch page or overview."""
    if request.actor.party != "resident":
        name, arguments = queries.staff_page(request.actor)
        return redirect(name, *arguments) if name else render(request, "portal/nowhere.html")
    now = timezone.now()
    found = queries.resident_home(request.actor, on=localdate(now), now=now)
    # The shell shows the same telephone, address and number of messages: it need not ask again.
    request.office = found.office  # type: ignore[attr-defined]
    request.tab_code = found.office.code  # type: ignore[attr-defined]
    know_unread(request, found.office.unread)
    return render(
        request,
        "portal/home.html",
        {
            "compound": found.office,
            "office": found.office,
            "own": [
                (one, line_text(one, now), late(one, now)) for one in sorted(found.own, key=lambda o: rank(o, now))
            ],
            "public": found.public,
            "unread": found.office.unread,
            "now": now,
        },
    )


def late(one: Request, now: datetime) -> bool:
    """Whether the deadline that runs has passed."""
    return one.due_at is not None and one.due_at < now


def rank(one: Request, now: datetime) -> int:
    """What waits for the resident first, then what is late, then the rest, the latest first as they come."""
    return 0 if one.state == "awaiting" else 1 if late(one, now) else 2
