"""Bringing papers to doors: how far each entrance is, and the list of whoever walks, which works without signal."""

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from boxes.queries import box_of
from elections.models import Poll, State
from elections.views.polls import found_poll
from idempotency.forms import key_of
from paper_ballots import actions
from paper_ballots.forms import DoorForm
from paper_ballots.models import Outcome
from paper_ballots.permissions import CLERKS, DESK, handles
from paper_ballots.queries import doors as queries
from paper_ballots.queries.terms import terms_of
from paper_ballots.views.posting import Said, post
from tenancy.access import ActingRequest, in_compound, public
from tenancy.models import Compound

WALKS = (State.CALLED, State.VOTING)
clerks = in_compound(parties=DESK)
walkers = in_compound(parties=tuple(sorted(CLERKS)))
# What the list needs to open and work without signal.
_ASSETS = (
    "ui/tokens.css",
    "ui/ui.css",
    "ui/ui.js",
    "ui/icons.svg",
    "ui/mark.svg",
    "ui/vendor/htmx-2.0.11.min.js",
    "live/live.js",
    "documents/photos.js",
    "ui/offline/store.js",
    "ui/offline/answers.js",
    "ui/offline/box.js",
    "ui/offline/walk.js",
    "posting/posting.css",
    "paper_ballots/paper.css",
    "paper_ballots/queue.js",
    "paper_ballots/doors.js",
)


@require_safe
@never_cache
@clerks
def overview(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """Building by building: papers to bring, delivered, still left."""
    found = found_poll(request, compound, poll)
    ways = queries.ways(found, box_of(found))
    buildings: list[dict[str, Any]] = []
    for one in ways:
        if not buildings or buildings[-1]["name"] != one.building:
            buildings.append({"name": one.building, "ways": [], "papers": 0, "there": 0})
        buildings[-1]["ways"].append(one)
        buildings[-1]["papers"] += one.papers
        buildings[-1]["there"] += one.there
    return render(
        request,
        "paper_ballots/doors.html",
        {
            "compound": compound,
            "poll": found,
            "buildings": buildings,
            "papers": sum(one.papers for one in ways),
            "there": sum(one.there for one in ways),
            "left": sum(one.left for one in ways),
            "tried": sum(one.tried for one in ways),
            "terms": terms_of(found),
            "over": found.state not in WALKS,
            "walks": found.state in WALKS and handles(request.actor, found),
        },
    )


@require_safe
@never_cache
@clerks
def entrance(request: ActingRequest, compound: Compound, poll: str, entrance: int) -> HttpResponse:
    """The homes of an entrance: those still to be done first to last, then those that have their paper."""
    return _page(request, compound, found_poll(request, compound, poll), entrance)


@require_POST
@walkers
def deliver(request: ActingRequest, compound: Compound, poll: str, entrance: int, number: int) -> HttpResponse:
    """An answer from a page without scripts, its photo with it."""
    found, now = found_poll(request, compound, poll), timezone.now()
    form = DoorForm(request.POST, request.FILES)
    if not form.is_valid():
        words = str(next(iter(form.errors.values()))[0])
        return _page(request, compound, found, entrance, wrong=(number, words), status=422)
    given = form.cleaned_data

    def effect() -> str:
        actions.deliver(
            compound_id=compound.pk,
            ref=found.ref,
            number=number,
            # The page's key is the answer's id: a form that arrives twice is one answer.
            client_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request.actor.person_id}:{key_of(request)}")),
            outcome=given["outcome"],
            taken_by=given["taken_by"],
            note=given["note"],
            upload=given["photo"] or None,
            device_at=now,
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已记下。"))
        return reverse("paper_entrance", args=[compound.code, found.ref, entrance])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, found, entrance, wrong=(number, said.text), status=said.status)


@require_safe
@public
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes it
    """The script that opens an entrance's homes without signal. It may serve only the pages under a poll's /paper/doors/."""
    addresses = "".join(static(asset) for asset in _ASSETS)
    text = render_to_string(
        "paper_ballots/sw.js", {"assets": _ASSETS, "version": hashlib.sha256(addresses.encode()).hexdigest()[:12]}
    )
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/c/"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Poll,
    entrance_id: int,
    *,
    wrong: tuple[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    box = box_of(found)
    way = next((one for one in queries.ways(found, box) if one.entrance_id == entrance_id), None)
    if way is None or box is None:
        raise Http404
    homes = queries.doors(found, box, entrance_id)
    terms = terms_of(found)
    left_allowed = terms is not None and bool(terms.letter_box)
    now = timezone.now()
    return render(
        request,
        "paper_ballots/entrance.html",
        {
            "compound": compound,
            "poll": found,
            "way": way,
            "open_homes": [one for one in homes if not (one.delivered or one.returned)],
            "done_homes": [one for one in homes if one.delivered or one.returned],
            "outcomes": [(one.value, one.label) for one in Outcome if one != Outcome.LEFT or left_allowed],
            "terms": terms,
            "over": found.state not in WALKS,
            "walks": found.state in WALKS and handles(request.actor, found),
            "pictures": request.actor.party in CLERKS,
            "wrong": wrong,
            "now": now,
            "person": request.actor.person_id,
            "standing": f"{request.actor.kind}:{request.actor.key}",
        },
        status=status,
    )
