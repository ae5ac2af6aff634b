"""The front page: a resident's own, and for everyone else the way to the screen that they work on."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ballots.views.asking import OwnerRequest
from ballots.words import until_text
from messaging.queries import know_unread
from notices.topics import BOARD
from portal import queries
from repairs.models import Request
from repairs.queries import own_request
from repairs.rows import home_row, public_row
from repairs.topics import INCIDENTS, REQUEST
from tenancy.access import ActingRequest, acting
from tenancy.queries import first_code


@require_safe
@acting()
def home(request: OwnerRequest) -> HttpResponse:
    """The resident's home; a post goes on to its board, list, watch page or overview."""
    if request.actor.party != "resident":
        name, arguments = queries.staff_page(request.actor)
        return redirect(name, *arguments) if name else render(request, "portal/nowhere.html")
    now = timezone.now()
    found = queries.resident_home(request.actor, request.user, on=localdate(now), now=now)
    votes = [(one, {"poll": one, "until": until_text(one.closes_at, now)}) for one in found.votes]
    # The shell shows the same telephone, address and number of messages: it need not ask again.
    request.office = found.office  # type: ignore[attr-defined]
    request.tab_code = found.office.code  # type: ignore[attr-defined]
    know_unread(request, found.office.unread)
    here = reverse("repairs_own", args=[found.office.code])
    return render(
        request,
        "portal/home.html",
        {
            "compound": found.office,
            "office": found.office,
            "own": sorted((row_of(one, now, here) for one in found.own), key=lambda row: row.rank),
            "numbers": found.office.numbers,
            "public": [public_row(one, now=now) for one in found.public],
            "unread": found.office.unread,
            "incidents": [(one, one.line(now)) for one in found.office.incidents],
            "incidents_topic": INCIDENTS,
            "newest": found.office.newest,
            "code": found.office.code,
            "asked": [shown for one, shown in votes if one.left],
            "done": [shown for one, shown in votes if not one.left],
            "nominations": found.office.nominations if request.actor.kind == "home" else (),
            "board_topic": BOARD,
        },
    )


@require_safe
@never_cache
@acting(parties=("resident",))
def row(request: ActingRequest, ref: str) -> HttpResponse:
    """One of the resident's requests as the home shows it: what renews itself when something happens to it."""
    now = timezone.now()
    actor = request.actor
    found = own_request(compound_id=actor.compound_ids[0], person_id=actor.person_id, ref=ref)
    if found is None:
        raise Http404
    here = reverse("repairs_own", args=[first_code(actor.compound_ids) or ""])
    return HttpResponse(row_of(found, now, here).markup)


@dataclass(frozen=True, slots=True)
class Row:
    """One own request with its line; ``rank`` puts what waits for the resident first, then what is late."""

    request: Request
    markup: SafeString
    rank: int

    @property
    def topic(self) -> str:
        """What the row watches."""
        return f"{REQUEST}:{self.request.ref}"


def row_of(one: Request, now: datetime, here: str) -> Row:
    """The row of a request at a moment; ``here`` is the address below which the requests of the compound lie."""
    late = one.due_at is not None and one.due_at < now
    rank = 0 if one.state == "awaiting" else 1 if late else 2
    return Row(request=one, markup=home_row(one, now=now, page=f"{here}{one.ref}/"), rank=rank)
