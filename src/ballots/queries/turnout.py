"""How many have voted, who has not, who was told: for officers by home, for owners as numbers. Never a choice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ballots.models import Delivery, Proxy, Speaker
from ballots.rules.marks import Mark, mark, shows_area
from boxes.models import Box
from boxes.queries import turnout
from elections.models import Poll
from elections.queries.items import items_of
from elections.rules.measures import area_text


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took part, of the whole roll or of one scope. ``area`` is None where it would say too much (``rules.marks``)."""

    scope: str
    items: tuple[str, ...]
    heads: Mark
    area: Mark | None
    phone: int
    paper: int

    @property
    def reached(self) -> bool:
        """Whether both are known to be reached."""
        return self.heads.met and self.area is not None and self.area.met

    @property
    def area_short(self) -> str:
        """What is missing in square metres."""
        return area_text(self.area.short) if self.area is not None else ""


def taken(poll: Poll) -> list[Taken]:
    """The turnout of the whole roll first, then of each building or entrance that an item is about. Three statements."""
    over = poll.state not in {"called", "voting"}
    texts: dict[str, list[str]] = {}
    for one in items_of(poll):
        texts.setdefault(one.scope, []).append(one.text)
    found = []
    for scope, part in sorted(turnout(poll).items()):
        shown = shows_area(part.voters, part.of_voters, whole=not scope, over=over)
        found.append(
            Taken(
                scope, tuple(texts.get(scope, ())), mark(part.voters, part.of_voters),
                mark(part.area, part.of_area) if shown else None, part.phone, part.paper,
            )
        )  # fmt: skip
    return found


# The rights that the box has no entry of.
_UNUSED = """
SELECT r.key FROM elections_right r
LEFT JOIN LATERAL (SELECT b.id FROM boxes_box b WHERE b.compound_id = r.compound_id AND b.poll_id = %(poll)s
  ORDER BY b.number DESC LIMIT 1) box ON true
WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s
  AND NOT EXISTS (SELECT FROM boxes_used u WHERE u.compound_id = r.compound_id AND u.box_id = box.id AND u."right" = r.key)
ORDER BY r.number
"""


def _asked(poll: Poll) -> dict[str, int]:
    return {"compound": poll.compound_id, "poll": poll.pk, "edition": poll.edition_id or 0}


def unused(poll: Poll) -> list[str]:
    """The keys of the rights that were not used. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED, _asked(poll))
        return [key for (key,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Missing:
    """A right that was not used, at its first part: for whoever goes there. ``told``: when its people were last told something,
    ``seen``: when one of them opened it; both None where nobody has an account."""

    key: str
    holder: str
    entrance: str
    address: str
    homes: int
    proxy: str
    told: datetime | None
    seen: datetime | None


_MISSING = f"""
WITH unused AS ({_UNUSED})
SELECT r.key, r.holder, b.name || e.name, u.address, cardinality(r.units), coalesce(p.agent, ''), d.at, d.seen
FROM elections_right r
JOIN unused ON unused.key = r.key
JOIN elections_unit u ON u.compound_id = r.compound_id AND u.poll_id = %(poll)s AND u.number = r.units[1]
JOIN premises_entrance e ON e.compound_id = u.compound_id AND e.id = u.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
LEFT JOIN ballots_proxy p ON p.compound_id = r.compound_id AND p.poll_id = %(poll)s AND p."right" = r.key AND p.ended_at IS NULL
LEFT JOIN (SELECT x."right", max(d.at) AS at, max(d.seen_at) AS seen FROM ballots_delivery d
  CROSS JOIN LATERAL unnest(d.rights) AS x("right") WHERE d.compound_id = %(compound)s AND d.poll_id = %(poll)s GROUP BY 1) d
  ON d."right" = r.key
WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s
ORDER BY b.position, b.name, e.name, u.number
"""  # noqa: S608  our own words


def missing(poll: Poll) -> list[Missing]:
    """Every right that was not used, in the order of walking. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, _asked(poll))
        return [Missing(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was sent about one right and when it was opened: the proof for its home."""

    address: str
    holder: str
    what: str
    person: str
    at: datetime
    seen: datetime | None


_DELIVERED = """
SELECT u.address, r.holder, d.what, person.name, d.at, d.seen_at
FROM ballots_delivery d
CROSS JOIN LATERAL unnest(d.rights) AS x("right")
JOIN elections_right r ON r.compound_id = d.compound_id AND r.edition_id = %(edition)s AND r.key = x."right"
JOIN elections_unit u ON u.compound_id = d.compound_id AND u.poll_id = %(poll)s AND u.number = r.units[1]
JOIN accounts_person person ON person.id = d.person_id
WHERE d.compound_id = %(compound)s AND d.poll_id = %(poll)s
ORDER BY d.at DESC, u.number, person.id LIMIT %(most)s OFFSET %(skip)s
"""


def delivered(poll: Poll, *, page: int, size: int) -> list[Delivered]:
    """One page of what was sent, the newest first, and one row more when there is a next page. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERED, {**_asked(poll), "most": size + 1, "skip": (max(page, 1) - 1) * size})
        return [Delivered(*row) for row in cursor.fetchall()]


_OPENED = """
SELECT DISTINCT x."right" FROM ballots_delivery d CROSS JOIN LATERAL unnest(d.rights) AS x("right")
WHERE d.compound_id = %(compound)s AND d.poll_id = %(poll)s AND d.seen_at <= %(until)s
"""


def opened_on_phone(poll: Poll, box: Box) -> set[str]:
    """The rights whose owner was told of the poll and opened it before the close, signed in: their ballot was there
    (珠海: signing in with the issued account is delivery). None in a round on paper alone. One statement."""
    if box.paper_only or poll.closed_at is None:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, {**_asked(poll), "until": poll.closed_at})
        return {right for (right,) in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people were told something, and how many have opened it since."""

    told: int
    seen: int
    last: datetime | None


def reached(poll: Poll) -> Reached:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT person_id), count(DISTINCT person_id) FILTER (WHERE seen_at IS NOT NULL), max(at)"
            " FROM ballots_delivery WHERE compound_id = %(compound)s AND poll_id = %(poll)s",
            _asked(poll),
        )
        return Reached(*cursor.fetchone())


def deliveries(poll: Poll) -> list[Delivery]:
    """Every row, in order."""
    return list(Delivery.objects.filter(compound_id=poll.compound_id, poll=poll).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record about a right with where it is."""

    row: Speaker | Proxy
    address: str
    holder: str


_PLACES = """
SELECT r.key, u.address, r.holder FROM elections_right r
JOIN elections_unit u ON u.compound_id = r.compound_id AND u.poll_id = %(poll)s AND u.number = r.units[1]
WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = ANY (%(keys)s)
"""


def recorded(poll: Poll) -> tuple[list[Recorded], list[Recorded]]:
    """Representatives and proxies, those that stand first, the newest first. Three statements."""
    speakers = list(
        Speaker.objects.filter(compound_id=poll.compound_id, poll=poll).select_related("paper").order_by("-at", "-pk")
    )
    proxies = list(
        Proxy.objects.filter(compound_id=poll.compound_id, poll=poll)
        .select_related("paper")
        .defer("stated")
        .order_by("-at", "-pk")
    )
    rows: list[Speaker | Proxy] = [*speakers, *proxies]
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {**_asked(poll), "keys": [one.right for one in rows]})
        places = {key: (address, holder) for key, address, holder in cursor.fetchall()}

    def shown(found: list[Speaker] | list[Proxy]) -> list[Recorded]:
        made = [Recorded(one, *places.get(one.right, ("", ""))) for one in found]
        return sorted(made, key=lambda one: one.row.ended_at is not None)

    return shown(speakers), shown(proxies)
