"""How everyone checks: heads, the root, one's own receipt, the record and the programme that counts it again."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boxes import queries
from boxes.forms import ReceiptForm
from boxes.queries.pages import own_receipts
from boxes.words import TONES, WHY
from elections.models import Poll
from elections.permissions import MEMBERS, sees_polls
from elections.queries.polls import OUT, poll_of
from tenancy.access import ActingRequest, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound

CHECKER = "verify_election.py"
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
    form = ReceiptForm(request.GET)
    asked = form.cleaned_data["receipt"] if form.is_valid() else ""
    box = queries.box_with_files(found)
    return render(
        request,
        "boxes/public.html",
        {
            "compound": compound,
            "poll": found,
            "box": box,
            "state": box.get_state_display() if box else "",
            "tone": TONES[box.state] if box else "",
            "heads": [{"head": one, "why": WHY[one.why]} for one in queries.heads_of(box)] if box else [],
            "own": own_receipts(found, request.actor.person_id) if request.actor.party == "resident" else [],
            "form": form,
            "asked": asked,
            "proof": queries.proof(found, asked) if asked else None,
            "conducts": sees_polls(request.actor),
            "checker": CHECKER,
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
@members
def checker(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The programme that counts a record again: one file."""
    seen_poll(request.actor, compound, poll)
    answer = HttpResponse((Path(settings.BASE_DIR) / "tools" / CHECKER).read_bytes(), content_type="text/x-python")
    answer["Content-Disposition"] = f'attachment; filename="{CHECKER}"'
    return answer
