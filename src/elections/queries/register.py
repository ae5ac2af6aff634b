"""The register of homes and owners on a day, in the order of a roll. Two statements, whatever the number of homes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from elections.rules.committees import least_members
from elections.rules.jurisdictions import Parameters

# The present homes of a compound, or of the buildings and entrances of a scope.
_HOMES = """
SELECT h.id, h.address, b.id, e.id, h.use, (h.area * 10000)::bigint, h.area_source
FROM premises_home h
JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
WHERE h.compound_id = %(compound)s AND (h.ends IS NULL OR h.ends > %(on)s)
  AND (%(everywhere)s OR b.id = ANY (%(buildings)s) OR e.id = ANY (%(entrances)s))
ORDER BY b.position, b.name, e.name, h.floor, h.room, h.id
"""
_SIZE = """
SELECT count(*), coalesce(sum((h.area * 10000)::bigint), 0)::bigint FROM premises_home h
WHERE h.compound_id = %(compound)s AND (h.ends IS NULL OR h.ends > %(on)s)
"""
_OWNERS = """
SELECT o.home_id, o.id, o.name, o.share_numerator, o.share_denominator, coalesce(o.person_id, 0), o.phone_digests
FROM premises_owner o
WHERE o.compound_id = %(compound)s AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends > %(on)s)
ORDER BY o.home_id, o.position, o.id
"""


@dataclass(slots=True)
class RegisterHome:
    """One home as the register has it; ``area`` in 0.0001 square metres, ``owners`` as ``models.Unit`` keeps them."""

    pk: int
    address: str
    building_id: int
    entrance_id: int
    use: str
    area: int
    area_source: str
    owners: list[dict[str, Any]] = field(default_factory=list)


def register_homes(
    *, compound_id: int, on: date, building_ids: Sequence[int] = (), entrance_ids: Sequence[int] = ()
) -> list[RegisterHome]:
    """Every home of a scope with its owners."""
    asked: dict[str, Any] = {
        "compound": compound_id,
        "on": on,
        "everywhere": not building_ids and not entrance_ids,
        "buildings": list(building_ids),
        "entrances": list(entrance_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, asked)
        homes = {row[0]: RegisterHome(*row) for row in cursor.fetchall()}
        cursor.execute(_OWNERS, asked)
        for home_id, line, name, numerator, denominator, account, phones in cursor.fetchall():
            home = homes.get(home_id)
            if home is not None:
                home.owners.append(
                    {
                        "line": line,
                        "name": name,
                        "share": [numerator, denominator],
                        "account": account,
                        "phones": list(phones),
                    }
                )
    return list(homes.values())


def least_seats(*, compound_id: int, local: Parameters, on: date) -> int:
    """The smallest lawful committee of the compound by its register: its homes and their area (杭州 27, 北京 39, 上海 20).

    One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, {"compound": compound_id, "on": on})
        homes, area = cursor.fetchone()
    return least_members(local, households=homes or None, building_area=area or None)
