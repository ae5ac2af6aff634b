"""The roll as every member of the compound reads it once it is public: masked, searched by address, one's own home first."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from elections.models import Poll
from elections.permissions import MEMBERS, sees_polls
from elections.poll_forms import MAX_WORDS
from elections.queries import announcing, polls, roll
from elections.roll_words import amended, unit_row
from elections.rules.measures import area_text
from tenancy.access import ActingRequest, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound

PAGE = 30
RECENT = 20


def public_poll(actor: Actor, compound: Compound, ref: str) -> Poll:
    """A poll whose fixed roll this member may read: for owners once it is or was on the board. Raises Http404."""
    found = polls.poll_of(compound.pk, ref)
    if found is None or found.edition is None or not (sees_polls(actor) or announcing.roll_is_out(found)):
        raise Http404
    return found


@require_safe
@never_cache
@in_compound(parties=MEMBERS)
def page(request: ActingRequest, compound: Compound, poll: str) -> HttpResponse:
    """The masked roll. A firm has no part in it: it is what owners often vote about."""
    found = public_poll(request.actor, compound, poll)
    words = " ".join(request.GET.get("q", "").split())[:MAX_WORDS]
    shown = Paginator(roll.masked_units(found, words), PAGE).get_page(request.GET.get("page"))
    units = list(shown.object_list)
    own = roll.own_units(found, request.actor.person_id, localdate()) if request.actor.party == "resident" else []
    rights = roll.rights_with(found, [one.number for one in [*units, *own]])
    out = announcing.announced_roll(found)
    return render(
        request,
        "elections/roll_public.html",
        {
            "compound": compound,
            "poll": found,
            "edition": found.edition,
            "area": area_text(found.edition.area),
            "words": words,
            "page": shown,
            "rows": [unit_row(one, rights.get(one.number), masked=True) for one in units],
            "own": [unit_row(one, rights.get(one.number), masked=True) for one in own],
            "out": out,
            "amended": [amended(one, masked=True) for one in roll.amendments_of(found)[:RECENT]],
            "conducts": sees_polls(request.actor),
        },
    )
