"""Rows and cards of the lists that are opened most, filled into their stencils (``ui.stencil``)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from idempotency.forms import fresh_key
from repairs.models import Request
from repairs.queries import Member
from repairs.templatetags.repairs import crew_options
from repairs.words import line_text, spoken_line, without_numbers
from ui.stencil import Stencil
from ui.words import deadline, relative_time, spoken_moment

WORDS_SHOWN = 60

_OWN = Stencil("repairs/_own_row.html", ("page", "place", "line", "iso", "exact", "ago"))
_HOME = Stencil("repairs/_home_row.html", ("page", "place", "line"))
_PUBLIC = Stencil("repairs/_public_row.html", ("place", "iso", "exact", "ago"))
_CARD = Stencil(
    "repairs/_board_card.html",
    (
        *("ref", "page", "number", "place", "words", "worker", "crew", "csrf_token", "assign_key", "accept_key"),
        *("iso", "exact", "when"),
    ),
)


def own_row(request: Request, *, now: datetime, page: str) -> SafeString:
    """A resident's own request, or one that they joined, with the one line that says who holds it.

    ``page`` is the request's address.
    """
    line = spoken_line(request, now, to_filer=not request.joined_as)
    return _OWN.fill(
        {
            "category": request.category,
            "state": request.state,
            "urgent": request.urgent,
            "late": line.late,
            "joined": bool(request.joined_as),
        },
        {
            "page": page,
            "place": request.place_text,
            "line": str(line),
            "ago": relative_time(request.created_at, now),
            **_exact(request.created_at),
        },
    )


def home_row(request: Request, *, now: datetime, page: str) -> SafeString:
    """A resident's own request as the home page shows it, inside its list item."""
    late = request.due_at is not None and request.due_at < now
    return _HOME.fill(
        {"category": request.category, "late": late, "awaiting": request.state == "awaiting"},
        {"page": page, "place": request.place_text, "line": line_text(request, now, to_filer=not request.joined_as)},
    )


def public_row(request: Request, *, now: datetime) -> SafeString:
    """What was reported in the public areas as a row: where and how far, not by whom."""
    return _PUBLIC.fill(
        {"category": request.category, "state": request.state},
        {
            "place": without_numbers(request.place_text),
            "ago": relative_time(request.created_at, now),
            **_exact(request.created_at),
        },
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A request as a card of the board; ``late`` when its limit has passed."""

    request: Any
    late: bool
    markup: SafeString


@dataclass(slots=True)
class Cards:
    """What the cards of one board share: the moment, the crew, who asks. ``token`` is the page's CSRF token."""

    now: datetime
    here: str
    crew: tuple[Member, ...]
    posts: frozenset[int]
    token: str
    # How late a change may be to be marked as fresh, in the board's own words.
    fresh: Any
    _options: dict[tuple[int | None, int | None], SafeString] = field(default_factory=dict)

    def card(self, one: Any) -> Card:
        """A request (with ``worker_name``) as a card of the dispatch board."""
        late = one.due_at is not None and one.due_at < self.now
        orphaned = one.worker_post is not None and one.is_open and one.worker_post not in self.posts
        paused = one.paused_until if one.state == "paused" else None
        moment = paused or one.due_at or one.finished_at
        words = Truncator(one.words).chars(WORDS_SHOWN) if len(one.words) > WORDS_SHOWN else one.words
        markup = _CARD.fill(
            {
                "category": one.category,
                "state": one.state,
                "late": late,
                "fresh": self.now - one.updated_at < self.fresh,
                "urgent": one.urgent,
                "level": min(one.level, 3) if one.level >= 2 else 0,  # noqa: PLR2004  committee, street
                "reopened": bool(one.reopened),
                "has_words": bool(words),
                "due": one.due_at is not None,
                "paused": paused is not None,
                "arrived": one.state == "assigned" and one.arrived_at is not None,
                "finished": one.finished_at is not None,
                "has_worker": bool(one.worker_name),
                "orphaned": orphaned,
                "has_crew": bool(self.crew),
            },
            {
                "ref": one.ref,
                "page": f"{self.here}{one.ref}/",
                "number": one.number,
                "place": one.place_text,
                "words": words,
                "worker": one.worker_name or "",
                "crew": self._crew(one.worker_post if orphaned else None, one.routed_post),
                "csrf_token": self.token,
                "assign_key": fresh_key(),
                "accept_key": fresh_key(),
                "when": _when(one, self.now),
                **(_exact(moment) if moment is not None else _NO_MOMENT),
            },
        )
        return Card(one, late, markup)

    def _crew(self, present: int | None, suggested: int | None) -> SafeString:
        key = (present, suggested if suggested in self.posts else None)
        found = self._options.get(key)
        if found is None:
            found = self._options[key] = crew_options(self.crew, *key)
        return found


_NO_MOMENT = {"iso": "", "exact": ""}


def _when(one: Request, now: datetime) -> str:
    if one.state == "paused" and one.paused_until is not None:
        return spoken_moment(one.paused_until, now)
    if one.due_at is not None:
        return deadline(one.due_at, now)
    return relative_time(one.finished_at, now) if one.finished_at is not None else ""


def _exact(moment: datetime) -> dict[str, str]:
    """A moment for a ``<time>``: ``iso`` for machines, ``exact`` for its title; local time."""
    local = timezone.localtime(moment)
    return {"iso": local.isoformat(timespec="seconds"), "exact": f"{local:%Y-%m-%d %H:%M}"}
