"""Which bodies an actor reaches, and the register of firms as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.functional import cached_property

from firms.permissions import OFFICES
from firms.rules import STEPS
from firms.wall import books, open_books
from parties.rules import party_of
from tenancy.actor import Actor

FIRM = "property_company"
# What each party reaches beside its own body: the firms under contract in its scope, the committees with a term there, and
# the bodies of its areas and of those below. Offices also see firms whose contracts are over or have still to be entered.
_REACH = """
WITH areas AS (
  SELECT j.area_id AS id FROM parties_jurisdiction j
  WHERE j.organisation_id = %(own)s AND j.starts <= %(on)s AND (j.ends IS NULL OR j.ends >= %(on)s)),
reach AS (
  SELECT %(own)s::bigint AS id
  UNION SELECT c.company_id FROM parties_contract c
    WHERE %(firms)s AND c.compound_id = ANY (%(within)s) AND (%(office)s OR c.ends IS NULL OR c.ends >= %(on)s)
  UNION SELECT l.firm_id FROM firms_listing l JOIN tenancy_area a ON a.id = l.area_id
    WHERE %(office)s AND (a.id IN (SELECT id FROM areas) OR a.parent_id IN (SELECT id FROM areas))
  UNION SELECT t.committee_id FROM parties_term t
    WHERE %(committees)s AND t.compound_id = ANY (%(within)s) AND (t.ends IS NULL OR t.ends >= %(on)s)
  UNION SELECT j.organisation_id FROM parties_jurisdiction j JOIN tenancy_area a ON a.id = j.area_id
    LEFT JOIN tenancy_area up ON up.id = a.parent_id
    WHERE (a.id IN (SELECT id FROM areas) OR up.id IN (SELECT id FROM areas) OR up.parent_id IN (SELECT id FROM areas))
      AND j.starts <= %(on)s AND (j.ends IS NULL OR j.ends >= %(on)s))
"""
_COLUMNS = """
o.id, o.name, o.kind, o.phone, o.credit_code,
  (SELECT min(a.level) FROM parties_jurisdiction j JOIN tenancy_area a ON a.id = j.area_id WHERE j.organisation_id = o.id),
  (SELECT count(*) FROM parties_post p WHERE p.organisation_id = o.id AND p.starts <= %(on)s
    AND (p.ends IS NULL OR p.ends >= %(on)s)
    AND (p.only_compounds IS NULL OR o.id = %(own)s OR p.only_compounds && %(within)s::bigint[]))
"""


_BODIES = f"""{_REACH} SELECT {_COLUMNS} FROM parties_organisation o
WHERE o.id IN (SELECT id FROM reach) AND o.kind <> '{FIRM}' ORDER BY o.id <> %(own)s, o.kind, o.name"""  # noqa: S608  a constant
_BODY = f"""{_REACH} SELECT {_COLUMNS} FROM parties_organisation o
WHERE o.id = %(body)s AND o.id IN (SELECT id FROM reach)"""  # noqa: S608  a constant
_REACHED_FIRMS = f"""{_REACH} SELECT o.id FROM parties_organisation o
WHERE o.id IN (SELECT id FROM reach) AND o.kind = '{FIRM}'"""  # noqa: S608  a constant


@dataclass(frozen=True)
class Body:
    """A body that the actor reaches, with how many people hold posts in it today."""

    id: int
    name: str
    kind: str
    phone: str
    credit_code: str
    level: str | None
    people: int

    @cached_property
    def party(self) -> str:
        """For whom it speaks."""
        return party_of(self.kind, self.level)

    @property
    def is_firm(self) -> bool:
        """Whether it is a property company."""
        return self.kind == FIRM


def _asked(actor: Actor, on: date) -> dict[str, Any]:
    return {
        "own": actor.organisation_id,
        "on": on,
        "within": list(actor.compound_ids),
        "firms": actor.party != "company",
        "committees": actor.party in {*OFFICES, "community", "residents"},
        "office": actor.party in OFFICES,
    }


def bodies(actor: Actor, on: date) -> list[Body]:
    """The bodies that the actor reaches but for firms: its own first, then by kind and name. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BODIES, _asked(actor, on))
        return [Body(*row) for row in cursor.fetchall()]


def body(actor: Actor, body_id: int, on: date) -> Body | None:
    """One body, when the actor reaches it today; absent and out of reach are alike None. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BODY, {**_asked(actor, on), "body": body_id})
        row = cursor.fetchone()
    return Body(*row) if row is not None else None


def firm(actor: Actor, firm_id: int, on: date) -> Body | None:
    """As ``body``, for firms alone."""
    found = body(actor, firm_id, on)
    return found if found is not None and found.is_firm else None


def reached_firms(actor: Actor, on: date) -> list[int]:
    """The ids of the firms that the actor reaches today. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED_FIRMS, _asked(actor, on))
        return [pk for (pk,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the register: words of a name or credit code, and the code of an area ("" for all)."""

    words: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A firm in the register: compounds under contract in the actor's scope, people, certificates that run out or have."""

    id: int
    name: str
    credit_code: str
    phone: str
    compounds: int
    people: int
    soon: int
    over: int


_FIRMS = """
SELECT o.id, o.name, o.credit_code, o.phone,
  (SELECT count(*) FROM parties_contract c WHERE c.company_id = o.id AND c.compound_id = ANY (%(within)s)
    AND c.starts <= %(on)s AND (c.ends IS NULL OR c.ends >= %(on)s)),
  (SELECT count(*) FROM parties_post p WHERE p.organisation_id = o.id AND p.starts <= %(on)s
    AND (p.ends IS NULL OR p.ends >= %(on)s)
    AND (p.only_compounds IS NULL OR o.id = %(own)s OR p.only_compounds && %(within)s::bigint[])),
  count(f.id) FILTER (WHERE f.expires >= %(on)s), count(f.id) FILTER (WHERE f.expires < %(on)s)
FROM parties_organisation o
LEFT JOIN firms_certificate f ON f.organisation_id = o.id AND f.organisation_id = ANY (%(books)s) AND f.withdrawn_at IS NULL
  AND f.expires <= %(on)s::date + %(soon)s::int
WHERE o.id = ANY (%(ids)s) AND (o.name ILIKE %(words)s OR o.credit_code ILIKE %(words)s)
  AND (%(area)s = '' OR EXISTS (
    SELECT 1 FROM parties_contract c JOIN tenancy_compound k ON k.id = c.compound_id
    JOIN tenancy_area community ON community.id = k.community_id JOIN tenancy_area street ON street.id = community.parent_id
    WHERE c.company_id = o.id AND c.compound_id = ANY (%(within)s) AND (c.ends IS NULL OR c.ends >= %(on)s)
      AND %(area)s IN (community.code, street.code)))
GROUP BY o.id ORDER BY o.name, o.id OFFSET %(skip)s LIMIT %(most)s
"""


def firms(actor: Actor, wanted: Wanted, on: date, *, see_papers: bool, skip: int, most: int) -> list[Line]:
    """The register as the actor reaches it, by name. Four statements: the reach, and the list with open books."""
    ids = reached_firms(actor, on)
    words = wanted.words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    with books(ids if see_papers else ()), connection.cursor() as cursor:
        cursor.execute(
            _FIRMS,
            {
                "ids": ids,
                "books": list(open_books()),
                "own": actor.organisation_id,
                "within": list(actor.compound_ids),
                "on": on,
                "soon": max(STEPS),
                "words": f"%{words}%",
                "area": wanted.area,
                "skip": skip,
                "most": most,
            },
        )
        return [Line(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Ground:
    """A compound of the scope with its areas, for filters and choices."""

    id: int
    code: str
    name: str
    community: tuple[str, str]
    street: tuple[str, str]


def grounds(compound_ids: Sequence[int]) -> list[Ground]:
    """These compounds with their areas, in the order of areas and names. One statement; neither belongs to a tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.id, k.code, k.name, community.code, community.name, street.code, street.name
            FROM tenancy_compound k JOIN tenancy_area community ON community.id = k.community_id
            JOIN tenancy_area street ON street.id = community.parent_id
            WHERE k.id = ANY (%s) ORDER BY street.code, community.code, k.name, k.id
            """,
            [list(compound_ids)],
        )
        return [Ground(pk, code, name, (a, b), (c, d)) for pk, code, name, a, b, c, d in cursor.fetchall()]
