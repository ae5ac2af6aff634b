"""What of a poll was made public, with the notice of each."""

from django.db.models import QuerySet

from elections.models import Announced, Poll, What
from notices.models import Notice, State

GONE = (State.WITHDRAWN,)
SHOWN = (State.PUBLISHED, State.EXPIRED)


def announced_of(poll: Poll) -> QuerySet[Announced]:
    """Everything, the latest first."""
    found: QuerySet[Announced] = (
        Announced.objects.filter(compound_id=poll.compound_id, poll=poll)
        .select_related("notice", "edition")
        .order_by("-at", "-pk")
    )
    return found


def announced_roll(poll: Poll, *, edition: int | None = None) -> Announced | None:
    """The latest publicity of the roll that was not withdrawn, of one edition where one is named."""
    found = announced_of(poll).filter(what=What.ROLL).exclude(notice__state__in=GONE)
    return found.filter(edition_id=edition).first() if edition is not None else found.first()


def announced_call(poll: Poll) -> Announced | None:
    """The notice by which the poll was called."""
    return announced_of(poll).filter(what=What.CALL).first()


def roll_is_out(poll: Poll) -> bool:
    """Whether the roll is or was on the board: from then on every member of the compound reads it, masked."""
    return announced_of(poll).filter(what=What.ROLL, notice__state__in=SHOWN).exists()


def poll_called_by(notice: Notice) -> Poll | None:
    """The poll that a notice called. One statement."""
    return poll_announced_by(notice, What.CALL)


def poll_announced_by(notice: Notice, what: What) -> Poll | None:
    """The poll of which a notice makes this public. One statement."""
    found: Announced | None = (
        Announced.objects.select_related("poll__compound")
        .filter(compound_id=notice.compound_id, notice=notice, what=what)
        .first()
    )
    return found.poll if found is not None else None
