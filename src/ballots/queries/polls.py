"""Polls as owners see them, and as the clock does."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from ballots.models import Cast, Extension
from ballots.permissions import PUBLIC
from elections.models import Poll

# What comes first in a list.
_RANK = {"voting": 0, "called": 1}


def public_polls(compound_id: int) -> list[Poll]:
    """What an owner is asked or was asked lately: the running first, then what comes, then what is over; twenty at most."""
    found = list(
        Poll.objects.filter(compound_id=compound_id, state__in=PUBLIC, called_at__isnull=False)
        .select_related("compound", "edition")
        .order_by("-opens_at", "-pk")[:20]
    )
    return sorted(found, key=lambda one: _RANK.get(one.state, 2))


def polls_named(keys: Collection[int]) -> list[Poll]:
    """Polls of the open scope that were called, by id; the running first."""
    found = Poll.objects.filter(pk__in=list(keys), state__in=PUBLIC, called_at__isnull=False).select_related("compound")
    return sorted(found.order_by("-opens_at", "-pk"), key=lambda one: _RANK.get(one.state, 2))


def public_poll(compound_id: int, ref: str) -> Poll | None:
    """One poll that was called."""
    found: Poll | None = (
        Poll.objects.filter(compound_id=compound_id, ref=ref, state__in=PUBLIC, called_at__isnull=False)
        .select_related("compound", "edition")
        .first()
    )
    return found


def extensions_of(poll: Poll) -> list[Extension]:
    """Every later end that was announced, in order."""
    return list(Extension.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("number"))


def compounds_due(now: datetime) -> list[int]:
    """The compounds in which a vote runs, or is to be opened. For the sweep, across compounds."""
    wanted = Q(state="voting") | Q(state="called", opens_at__lte=now)
    return list(Poll.objects.filter(wanted).order_by().values_list("compound_id", flat=True).distinct())


def compounds_running(now: datetime) -> list[int]:
    """The compounds in which a poll takes ballots. For the sweep, across compounds."""
    found = Poll.objects.filter(state="voting", closes_at__gt=now)
    return list(found.order_by().values_list("compound_id", flat=True).distinct())


def compounds_untold() -> list[int]:
    """The compounds with ballots of which nobody was told yet. For the sweep, across compounds."""
    return list(Cast.objects.filter(untold=True).order_by().values_list("compound_id", flat=True).distinct())


def due_polls(compound_id: int, now: datetime) -> list[tuple[str, str]]:
    """What the clock has to do in a compound: ``(step, ref)``, opening before closing; a window that passed while nothing ran
    is opened and closed one after the other."""
    found = Poll.objects.filter(compound_id=compound_id)
    opening = found.filter(state="called", opens_at__lte=now).order_by("opens_at", "pk")
    closing = found.filter(state="voting", closes_at__lte=now).order_by("closes_at", "pk")
    return [("open", ref) for ref in opening.values_list("ref", flat=True)] + [
        ("close", ref) for ref in closing.values_list("ref", flat=True)
    ]


def running_polls(compound_id: int, now: datetime) -> list[Poll]:
    """The polls that take ballots now."""
    return list(
        Poll.objects.filter(compound_id=compound_id, state="voting", closes_at__gt=now).select_related(
            "compound", "edition"
        )
    )
