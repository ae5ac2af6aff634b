"""Telling owners: that it has begun, and once a day at most, by day only, those who have not voted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from audit.actions import record
from ballots.messages import link
from ballots.models import Delivery, Told
from ballots.permissions import keeps
from ballots.queries.people import people_of
from ballots.queries.turnout import unused
from ballots.refusals import NoSuchPoll, NotPermitted, OutOfState
from ballots.rules.hours import APART, LAST_CALL, is_day
from elections.models import Poll
from elections.permissions import sees_polls
from elections.queries.polls import poll_of
from messaging.actions import queue
from tenancy.actor import Actor, system_actor

CLOCK = "ballots.reminders"


@transaction.atomic
def remind(*, compound_id: int, ref: str, by: Actor, now: datetime) -> int:
    """Remind those whose right was not used; returns how many people.

    Nobody twice within a day, whoever asked. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (not_open, over,
    at_night, reminded_today, nobody_left).
    """
    poll = poll_of(compound_id, ref)
    if poll is None or not sees_polls(by):
        raise NoSuchPoll
    if not keeps(by, poll):
        raise NotPermitted("not_your_post")
    if poll.state != "voting" or poll.closes_at is None or now >= poll.closes_at:
        raise OutOfState("not_open" if poll.state == "called" else "over")
    if not is_day(localtime(now)):
        raise OutOfState("at_night")
    # One at a time: two officers who press at once remind once.
    Poll.objects.select_for_update(of=("self",), no_key=True).get(compound_id=compound_id, pk=poll.pk)
    waiting = people_of(poll, unused(poll))
    if not waiting:
        raise OutOfState("nobody_left")
    people = _not_lately(poll, waiting, now)
    if not people:
        raise OutOfState("reminded_today")
    told = _tell(poll, Told.REMINDED, people, by, now)
    record(
        by=by, compound_id=compound_id, verb="ballots.remind", target=f"elections.poll:{poll.pk}",
        changes={"people": [None, told]}, now=now,
    )  # fmt: skip
    return told


@transaction.atomic
def tell_due(*, compound_id: int, poll: Poll, now: datetime) -> int:
    """What the clock tells by itself: that voting has begun, to everyone on the roll with an account; on the last day, to those
    who have not voted. By day only. May be repeated. Returns how many people."""
    if poll.closes_at is None or not is_day(localtime(now)):
        return 0
    by = system_actor(CLOCK, (compound_id,))
    sent = Delivery.objects.filter(compound_id=compound_id, poll=poll)
    if not sent.filter(what=Told.OPENED).exists():
        return _tell(poll, Told.OPENED, people_of(poll), by, now)
    if (
        poll.closes_at - LAST_CALL <= now < poll.closes_at
        and not sent.filter(what=Told.CLOSING, at__gte=poll.closes_at - LAST_CALL).exists()
    ):
        return _tell(poll, Told.CLOSING, _not_lately(poll, people_of(poll, unused(poll)), now), by, now)
    return 0


def _not_lately(poll: Poll, people: Mapping[int, Sequence[str]], now: datetime) -> dict[int, Sequence[str]]:
    lately = set(
        Delivery.objects.filter(
            compound_id=poll.compound_id, poll=poll, at__gt=now - APART, what__in=(Told.REMINDED, Told.CLOSING)
        ).values_list("person_id", flat=True)
    )
    return {person: rights for person, rights in people.items() if person not in lately}


def _tell(poll: Poll, what: str, people: Mapping[int, Sequence[str]], by: Actor, now: datetime) -> int:
    day = localdate(now)
    Delivery.objects.bulk_create(
        [
            Delivery(
                compound_id=poll.compound_id,
                poll=poll,
                what=what,
                person_id=person,
                rights=list(rights),
                day=day,
                at=now,
            )
            for person, rights in people.items()
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    queue(
        compound_id=poll.compound_id,
        to=people,
        template=f"ballots.{what}",
        context={
            "compound": poll.compound.name,
            "title": poll.title,
            "until": f"{localtime(poll.closes_at):%Y-%m-%d %H:%M}" if poll.closes_at else "",
        },
        link=link(poll),
        by=by,
        now=now,
        key=f"ballots.{what}:{poll.pk}:{day.isoformat()}",
    )
    return len(people)


def seen(*, poll: Poll, person_id: int, now: datetime) -> int:
    """The person has opened the poll: what they were told and had not opened is opened now. One statement."""
    found = Delivery.objects.filter(compound_id=poll.compound_id, poll=poll, person_id=person_id, seen_at=None)
    return found.update(seen_at=now)
