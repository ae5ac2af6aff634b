"""Telling whoever has a right that it was used, by whom and when; never what for.

A few seconds after the ballot and not with it: whoever votes next waits for the transaction of a ballot, and in the last hour
of a vote that is everyone. The row of the ballot says that nobody was told yet, so nothing gets lost on the way.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.timezone import localtime

from ballots.messages import link
from ballots.models import Cast
from ballots.queries.people import people_of, places_of
from elections.models import Poll
from messaging.actions import queue
from tenancy.actor import system_actor

TELLER = "ballots.telling"
MOST = 200


@transaction.atomic
def tell_cast(*, compound_id: int, now: datetime) -> int:
    """Tell of the ballots that nobody was told of, the oldest first, ``MOST`` at a time; returns how many there were.

    May run twice at once: what another tells is passed over. Two statements a poll besides one a ballot.
    """
    waiting = Cast.objects.select_for_update(no_key=True, skip_locked=True).filter(compound_id=compound_id, untold=True)
    found = sorted(waiting.order_by("pk")[:MOST], key=lambda one: (one.poll_id, one.pk))
    for poll_id, made in groupby(found, key=lambda one: one.poll_id):
        poll = Poll.objects.select_related("compound").get(compound_id=compound_id, pk=poll_id)
        _tell(poll, list(made), now)
    Cast.objects.filter(compound_id=compound_id, pk__in=[one.pk for one in found]).update(untold=False)
    return len(found)


def _tell(poll: Poll, made: Sequence[Cast], now: datetime) -> None:
    rights = {one.right for one in made}
    places, people = places_of(poll, rights), people_of(poll, rights)
    for one in made:
        queue(
            compound_id=poll.compound_id,
            to={one.person_id, *(person for person, theirs in people.items() if one.right in theirs)},
            template="ballots.counted",
            context={
                "compound": poll.compound.name,
                "title": poll.title,
                "place": places.get(one.right, ""),
                "when": f"{localtime(one.at):%Y-%m-%d %H:%M}",
                "who": one.name,
            },
            link=link(poll),
            by=system_actor(TELLER, (poll.compound_id,)),
            now=now,
        )
