"""Reads of polls: the list of a post, one poll, the days of its time line. All run inside the compounds' scope."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.timezone import localdate

from calendars.queries import work_calendar
from elections.models import Kind, Poll, State
from elections.permissions import CONDUCTORS, sees_polls
from elections.rules.jurisdictions import parameters
from elections.rules.timeline import Day, Given, line
from elections.states import MACHINE
from parties.models import Organisation
from parties.queries import holders, terms_of
from tenancy.actor import Actor

UNDER_WAY, ENDED = "open", "past"
BOXES = (UNDER_WAY, ENDED)
OVER = tuple(sorted(one.key for one in MACHINE.states if one.final))
# From here on owners and their neighbours know of it.
OUT = tuple(one for one in State.values if one not in {State.PREPARING, State.ROLL_FIXED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: polls under way or over, words of the title."""

    box: str = UNDER_WAY
    words: str = ""


def polls_of(actor: Actor, wanted: Wanted, *, compound_id: int | None = None) -> QuerySet[Poll]:
    """The polls of the open scope that an actor sees, the newest first."""
    if not sees_polls(actor):
        return Poll.objects.none()
    found: QuerySet[Poll] = Poll.objects.select_related("compound")
    if compound_id is not None:
        found = found.filter(compound_id=compound_id)
    found = found.filter(state__in=OVER) if wanted.box == ENDED else found.exclude(state__in=OVER)
    if wanted.words:
        found = found.filter(title__icontains=wanted.words)
    return found.order_by("-created_at", "-pk")


def conductors(poll: Poll, on: date) -> list[int]:
    """The people who run this poll on a day: of the body that opened it, and of the community's offices."""
    return sorted(
        {
            one.person_id
            for one in holders(poll.compound_id, on)
            if (one.party, one.role) in CONDUCTORS
            and (one.post_id == poll.post_id or one.party in {"community", "residents"})
        }
    )


def poll_for(actor: Actor, compound_id: int, ref: str) -> Poll | None:
    """One poll with its compound and its roll's edition, for whoever sees polls before they are called."""
    if compound_id not in actor.compound_ids or not sees_polls(actor):
        return None
    return poll_of(compound_id, ref)


def poll_of(compound_id: int, ref: str) -> Poll | None:
    """One poll whoever asks: the caller says who may see it."""
    found: Poll | None = (
        Poll.objects.select_related("compound", "edition").filter(compound_id=compound_id, ref=ref).first()
    )
    return found


def poll_by_key(pk: int) -> Poll | None:
    """A poll of the open scope by its id, with its roll's edition."""
    found: Poll | None = Poll.objects.select_related("compound", "edition").filter(pk=pk).first()
    return found


def days_of(poll: Poll, now_on: date) -> list[Day]:
    """The days of a poll's time line. Three statements at most: the terms that run, the calendar."""
    opens = localdate(poll.opens_at) if poll.opens_at else poll.on
    grouped, ends, first = None, None, poll.kind == Kind.ELECTION
    if poll.kind == Kind.ELECTION:
        for term in terms_of(poll.compound_id, now_on):
            if term.committee.kind == Organisation.Kind.PREPARATORY_GROUP:
                grouped = term.starts
            else:
                ends, first = term.ends, False
    return line(
        Given(
            election=poll.kind == Kind.ELECTION,
            opens_on=opens,
            closes_on=localdate(poll.closes_at) if poll.closes_at else None,
            extraordinary=bool(poll.plan.get("extraordinary")),
            first=first,
            grouped_on=grouped,
            term_ends_on=ends,
            counted_on=localdate(poll.counted_at) if poll.counted_at else None,
            announced_on=localdate(poll.announced_at) if poll.announced_at else None,
            declared_on=localdate(poll.declared_at) if poll.declared_at else None,
        ),
        parameters(poll.jurisdiction, opens),
        work_calendar(),
    )
