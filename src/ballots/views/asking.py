"""Who asks on the pages of voting: somebody who lives there, or somebody recorded to vote for a right who may live anywhere.

The second have no standing in the compound. Their pages lie under ``/votes/`` beside any standing (settings.WITHOUT_STANDING):
their record of one poll is looked up on every request and opens that poll's compound for this page alone, as an actor that
covers no compound, so that nothing else of the portal would let them in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from ballots.permissions import OWNERS
from ballots.queries.entry import entries
from ballots.queries.polls import public_poll
from tenancy.access import ActingRequest, declare, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.scope import scope

VOTER = "voter"


class OwnerRequest(ActingRequest):
    """A request of a view behind ``owners`` or ``voters``. For type annotations only."""

    user: Person


owners = in_compound(parties=OWNERS)


def voters(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As ``owners`` for whoever a live record of this poll names: passes the Compound and the poll's reference; else 404."""

    @wraps(view)
    def wrapped(request: ActingRequest, code: str, poll: str, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return redirect_to_login(request.get_full_path())
        mine = {one.poll_id: one.compound_id for one in entries(person, timezone.now()) if one.code == code}
        if not mine:
            raise Http404
        with scope(next(iter(mine.values()))) as opened:
            found = public_poll(opened.compound_ids[0], poll)
            if found is None or found.pk not in mine:
                raise Http404
            compound: Compound = found.compound
            request.actor = _actor(person, found.pk, compound)
            return view(request, compound, poll, *args, **kwargs)

    return declare(wrapped, "signed_in")


def _actor(person: Person, poll: int, compound: Compound) -> Actor:
    return Actor(
        person_id=person.pk,
        person_name=person.name,
        kind=VOTER,
        key=poll,
        party=VOTER,
        role=VOTER,
        label=_("%(compound)s 代投票") % {"compound": compound.name},
        compound_ids=(),
    )


PAGES = ("mine", "poll", "ballot", "receipt", "proxy", "proxy_back")
_WAYS = {
    prefix: {name: f"{prefix}_{name}" for name in PAGES} for prefix in ("ballots", "voters")
}  # fmt: skip


def is_voter(request: ActingRequest) -> bool:
    """Whether somebody asks who has no more than a record of this poll."""
    return request.actor.kind == VOTER


def ways(request: ActingRequest) -> dict[str, str]:
    """The names of the addresses on which this person goes on: ``PAGES``."""
    return _WAYS["voters" if is_voter(request) else "ballots"]
