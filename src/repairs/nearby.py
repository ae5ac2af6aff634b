"""What the filing page reads: the person's homes and parents, the place of a code, and what neighbours reported already."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from premises.models import Home
from repairs.models import HELD, Request
from repairs.ongoing import LIKELY_OPEN, Ongoing, read
from repairs.rules.likeness import Like, likeliest
from residency.queries import home_by_address
from tenancy.statements import built, columns, prepared

# What was reported so lately may be the same thing; so many of the likeliest are looked at.
LATELY = timedelta(days=7)
READ = 30


@dataclass(frozen=True, slots=True)
class OwnHome:
    """A home that a person may file for, and its building."""

    pk: int
    address: str
    building_id: int
    building: str


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent for whom a person acts (亲情代办), and one of the parent's homes. ``key`` names both."""

    person_id: int
    name: str
    home: OwnHome

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"parent:{self.person_id}:{self.home.pk}"


@dataclass(frozen=True, slots=True)
class Filing:
    """What the filing page offers: own homes, parents, and the firm's name and telephone ("" without one)."""

    homes: tuple[OwnHome, ...]
    parents: tuple[Parent, ...]
    firm: str
    phone: str


_LIVES = """o.compound_id = %(compound)s AND o.state = 'confirmed' AND o.starts <= %(on)s
    AND (o.ends IS NULL OR o.ends >= %(on)s)"""
_PLACED = """JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
    JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
    JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id"""
_FILING = f"""
SELECT
  (SELECT json_agg(json_build_array(h.id, h.address, b.id, b.name) ORDER BY o.starts, o.id)
    FROM premises_occupancy o {_PLACED} WHERE {_LIVES} AND o.person_id = %(person)s),
  (SELECT json_agg(json_build_array(p.id, p.name, h.id, h.address, b.id, b.name)
      ORDER BY bond.bound_at, bond.id, h.id)
    FROM residency_bond bond JOIN accounts_person p ON p.id = bond.parent_id AND p.is_active
    JOIN premises_occupancy o ON o.person_id = bond.parent_id AND {_LIVES} {_PLACED}
    WHERE bond.compound_id = %(compound)s AND bond.child_id = %(person)s AND bond.ended_at IS NULL),
  firm.name, firm.phone
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (SELECT f.name, f.phone FROM parties_contract c JOIN parties_organisation f ON f.id = c.company_id
  WHERE c.compound_id = %(compound)s AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s) LIMIT 1) firm ON true
"""  # noqa: S608  our own words


def filing(*, compound_id: int, person_id: int, on: date) -> Filing:
    """Everything that the filing page offers a person. One statement."""
    with prepared() as cursor:
        cursor.execute(_FILING, {"compound": compound_id, "person": person_id, "on": on})
        homes, parents, firm, phone = cursor.fetchone()
    return Filing(
        homes=tuple(OwnHome(*row) for row in _rows(homes)),
        parents=tuple(Parent(parent, name, OwnHome(*home)) for parent, name, *home in _rows(parents)),
        firm=firm or "",
        phone=phone or "",
    )


def _rows(found: Any) -> list[Any]:
    return list(json.loads(found) if isinstance(found, str) else found or ())


def building_of(*, compound_id: int, home_id: int) -> int | None:
    """The building in which a home is. One statement."""
    found: int | None = (
        Home.objects.filter(compound_id=compound_id, pk=home_id).values_list("entrance__building_id", flat=True).first()
    )
    return found


def home_typed(*, compound_id: int, address: str) -> tuple[int, int] | None:
    """The (home, building) of an address as someone typed it; None when there is none. Two statements at most."""
    found = home_by_address(compound_id=compound_id, typed=address)
    return None if found is None else (found.pk, found.entrance.building_id)


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a QR code, with the category of what stands there ("" for any)."""

    code: str
    place: str
    category: str


def spot(*, compound_id: int, code: str) -> Spot | None:
    """The place of a code that is in use in the compound, or None. One statement."""
    with prepared() as cursor:
        cursor.execute(
            "SELECT code, place_text, category FROM repairs_placecode "
            "WHERE compound_id = %s AND code = %s AND retired_at IS NULL",
            [compound_id, code],
        )
        row = cursor.fetchone()
    return None if row is None else Spot(*row)


_ROW = ("id", "compound_id", "ref", "category", "place", "place_text", "state", "created_at", "joined")
# What a filing asks as well (``queries.filing_facts``). Only what may be joined, so nothing of another's home; what the
# person has already is not there.
SIMILAR = f"""r.compound_id = %(compound)s AND r.category = %(category)s AND r.created_at >= %(since)s
  AND r.state IN ({", ".join(repr(str(state.value)) for state in HELD)})
  AND NOT r.unlisted
  AND ((r.place = 'public' AND %(public)s) OR (r.place = 'building' AND r.building_id = coalesce(%(building)s::bigint,
    (SELECT e.building_id FROM premises_home h JOIN premises_entrance e ON e.compound_id = h.compound_id
      AND e.id = h.entrance_id WHERE h.compound_id = %(compound)s AND h.id = %(home)s::bigint))))
  AND NOT (r.filed_by_id = %(person)s AND r.filed_post IS NULL) AND r.for_person_id IS DISTINCT FROM %(person)s
  AND NOT EXISTS (SELECT 1 FROM repairs_follower f
    WHERE f.compound_id = %(compound)s AND f.request_id = r.id AND f.person_id = %(person)s)"""  # noqa: S608  our own words
# In the order of ``rules.likeness``, which says what is offered of it.
_SIMILAR = f"""
SELECT {columns(Request, "r", *_ROW)}, r.here, one.incidents FROM (SELECT {LIKELY_OPEN} AS incidents) one
LEFT JOIN LATERAL (SELECT r.*, coalesce(r.spot_id = (SELECT c.id FROM repairs_placecode c
    WHERE c.compound_id = %(compound)s AND c.code = %(spot)s), false) AS here
  FROM repairs_request r WHERE {SIMILAR}
  ORDER BY here DESC, r.place = 'building' DESC, r.joined DESC, r.created_at, r.id LIMIT %(most)s) r ON true
"""  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Where:
    """The category and place that somebody is filing for; ``home_id`` or ``building_id`` goes with the place."""

    category: str
    place: str
    home_id: int | None = None
    building_id: int | None = None
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """What may be the same thing: mass incidents that go on, and open requests of neighbours, the likeliest first."""

    incidents: tuple[Ongoing, ...] = ()
    requests: tuple[Request, ...] = ()


def similar(where: Where, *, compound_id: int, person_id: int, now: datetime) -> Near:
    """What neighbours or the firm's desk know already of the same category; what the person has already is not there.

    Requests of the last days in the same building, and in the public areas unless it is inside a home; incidents of the
    building or of the whole compound. At most three, as ``rules.likeness`` orders them. One statement.
    """
    with prepared() as cursor:
        cursor.execute(
            _SIMILAR,
            {
                "compound": compound_id,
                "person": person_id,
                "category": where.category,
                "public": where.place != "home",
                "building": where.building_id if where.place == "building" else None,
                "home": where.home_id,
                "spot": where.spot,
                "since": now - LATELY,
                "most": READ,
            },
        )
        rows = cursor.fetchall()
    found = [(built(Request, row, *_ROW), row[-2]) for row in rows if row[0] is not None]
    likes = ((Like(here, one.place == "building", one.joined, one.created_at, one.pk), one) for one, here in found)
    return Near(incidents=read(rows[0][-1]), requests=tuple(likeliest(likes)))
