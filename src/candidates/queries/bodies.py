"""Which bodies act for a compound and could review candidates: never the firm (温州 17: it is what they may depend on)."""

from datetime import date

from parties.models import Organisation
from parties.queries import acting_organisations

_KINDS = ("community_party", "residents_committee", "street_office", "three_party_office", "preparatory_group")


def bodies_here(compound_id: int, on: date) -> list[tuple[int, str]]:
    """Their ids and names. Two statements."""
    rows = Organisation.objects.filter(pk__in=acting_organisations(compound_id, on), kind__in=_KINDS).order_by("pk")
    return [(row.pk, row.name) for row in rows]
