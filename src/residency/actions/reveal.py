"""Seeing a person's name and number in full; the look itself is recorded."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import record_reveal
from premises.models import Occupancy
from residency.permissions import decides
from residency.refusals import NoSuchRow, NotPermitted
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Revealed:
    """Name and number (E.164) in full: for one answer, never kept."""

    name: str
    phone: str


@transaction.atomic
def reveal_person(*, compound_id: int, occupancy_id: int, by: Actor, now: datetime) -> Revealed:
    """Who claims or holds a link to a home, for whoever decides it. Refuses with NotPermitted or NoSuchRow."""
    if not decides(by):
        raise NotPermitted("not_office")
    found: Occupancy | None = (
        Occupancy.objects.filter(compound_id=compound_id, pk=occupancy_id).select_related("person").first()
    )
    if found is None:
        raise NoSuchRow
    record_reveal(
        by=by,
        compound_id=compound_id,
        of=f"premises.occupancy:{found.pk}",
        field="person.name, person.phone",
        why="residency",
        now=now,
    )
    return Revealed(name=found.person.name, phone=found.person.phone)
