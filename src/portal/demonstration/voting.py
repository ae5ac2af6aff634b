"""How the vote of the demonstration goes on: owners were told, one has voted on the phone, a representative is recorded."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, localtime

from accounts.models import Person
from ballots.actions.casting import Ballot, cast
from ballots.actions.reminding import remind, tell_due
from ballots.actions.speaking import record_speaker
from ballots.actions.telling import tell_cast
from ballots.queries.people import people_of
from ballots.queries.rights import rights_of
from ballots.queries.turnout import unused
from elections.models import Poll
from parties.queries import acting_post
from premises.queries import resident
from tenancy.actor import Actor
from tenancy.scope import entering, scope

if TYPE_CHECKING:
    from portal.demonstration.build import Cast

VOTED = "刘雪梅"
OFFICER = "徐美玲"


def go_on(made: "Cast") -> None:
    """Owners of 望江花园 are told, one votes, those who have not are reminded, and an heir is recorded."""
    compound = made.compounds["wangjiang"]
    with scope(compound.pk):
        poll = Poll.objects.select_related("compound", "edition").get(compound=compound, ref=made.polls["decision"])
        morning = localtime(made.now - timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
        tell_due(compound_id=compound.pk, poll=poll, now=morning)
        voter = made.people[VOTED]
        at = morning + timedelta(hours=1)
        for one in rights_of(poll, voter):
            if one.use is None and one.standing.via == "owner":
                cast(
                    compound_id=compound.pk, ref=poll.ref, ballot=Ballot(one.key, {}), person=voter, verified_at=at,
                    device="微信 · Android", by=_owner(voter, compound.pk, at), now=at,
                )  # fmt: skip
        tell_cast(compound_id=compound.pk, now=at)
        by = _officer(made, at)
        remind(compound_id=compound.pk, ref=poll.ref, by=by, now=at + timedelta(hours=1))
        known = {key for keys in people_of(poll).values() for key in keys}
        quiet = next((key for key in unused(poll) if key not in known), None)
        if quiet is not None:
            record_speaker(
                compound_id=compound.pk, ref=poll.ref, right=quiet, ground="estate", name="林佩云",
                phone=made.people["林佩云"].phone, note="业主去世，看了继承公证书和继承人推选书", by=by,
                now=at + timedelta(hours=2),
            )  # fmt: skip


def _owner(person: Person, compound_id: int, at: datetime) -> Actor:
    with entering(person.pk):
        found = resident(person.pk, compound_id, localdate(at))
    if found is None:
        raise LookupError(person.name)
    return found


def _officer(made: "Cast", at: datetime) -> Actor:
    post = made.posts[OFFICER]
    with entering(post.person_id):
        found = acting_post(post.person_id, post.pk, localdate(at))
    if found is None:
        raise LookupError(OFFICER)
    return found
