"""Reads of compounds and areas. Neither belongs to a tenant: a name is no secret, what happened there is."""

from collections.abc import Sequence

from tenancy.models import Compound


def first_code(compound_ids: Sequence[int]) -> str | None:
    """The code of the first of these compounds in their order, or None. One statement."""
    return Compound.objects.filter(pk__in=compound_ids).values_list("code", flat=True).first() if compound_ids else None


def compounds(compound_ids: Sequence[int]) -> list[Compound]:
    """These compounds in their order. One statement."""
    return list(Compound.objects.filter(pk__in=compound_ids))
