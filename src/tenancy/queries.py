"""Reads of compounds and areas. Neither belongs to a tenant: a name is no secret, what happened there is."""

from collections.abc import Sequence

from django.db import connection

from tenancy.models import Compound
from tenancy.statements import prepared

_COMPOUND = ("id", "code", "name", "address", "community_id")


def first_code(compound_ids: Sequence[int]) -> str | None:
    """The code of the first of these compounds in their order, or None. One statement."""
    return Compound.objects.filter(pk__in=compound_ids).values_list("code", flat=True).first() if compound_ids else None


def compounds(compound_ids: Sequence[int]) -> list[Compound]:
    """These compounds in their order. One statement."""
    return list(Compound.objects.filter(pk__in=compound_ids))


def compound_by_code(code: str, *, within: tuple[int, ...]) -> Compound | None:
    """The compound of a code if it is one of those. One statement, in plain SQL: every page under /c/ asks it."""
    with prepared() as cursor:
        cursor.execute(
            "SELECT id, code, name, address, community_id FROM tenancy_compound WHERE code = %s AND id = ANY (%s::bigint[])",
            [code, list(within)],
        )
        row = cursor.fetchone()
    return Compound.from_db(connection.alias, _COMPOUND, row) if row is not None else None
