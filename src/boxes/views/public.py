"""How a member checks: one's own receipts, and what anyone may ask of a box (``views.anyone``)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boxes import queries
from boxes.queries.pages import own_receipts
from boxes.views.anyone import looked_up, program
from elections.models import Poll
from elections.permissions import MEMBERS, sees_polls
from elections.queries.polls import OUT, poll_of
from tenancy.access import ActingRequest, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound

members = in_compound(parties=MEMBERS)


def seen_poll(actor: Actor, compound: Compound, ref: str) -> Poll:
    """A poll that was called, for every member; before, for whoever prepares it. Raises Http404."""
    found = poll_of(compound.pk, ref)
    if found is None or not (sees_polls(actor) or (actor.party in MEMBERS and found.state in OUT)):
        raise Http404
    return found


@require_safe
@never_cache
@members
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """怎样核对我的票."""
    found = seen_poll(request.actor, compound, poll)
    box = queries.box_with_files(found)
    about: dict[str, Any] = {"compound": compound, "poll": found}
    status = 200
    if box is not None:
        about, status = looked_up(request, found, box)
        about["own"] = own_receipts(found, request.actor.person_id) if request.actor.party == "resident" else []
    about["conducts"] = sees_polls(request.actor)
    about["out"] = found.state in OUT
    return render(request, "boxes/public.html", about, status=status)


@require_safe
@members
def checker(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The programme that counts a record again: one file."""
    seen_poll(request.actor, compound, poll)
    return program()
