"""Seeing telephones of the register, and taking it out of the portal: both are on record."""

from datetime import datetime

from django.db import transaction

from audit.actions import record, record_reveal
from premises.models import Owner
from registers import queries, sheets
from registers.permissions import may_keep, may_read
from registers.refusals import NoSuchOwner, NotPermitted
from tenancy.actor import Actor


@transaction.atomic
def reveal_phones(*, compound_id: int, owner_id: int, by: Actor, now: datetime) -> list[str]:
    """The telephones that the register has of an owner, as people write them; the look is recorded.

    Raises NotPermitted for whoever does not keep the register, NoSuchOwner.
    """
    if not may_keep(by):
        raise NotPermitted("not_a_keeper")
    owner: Owner | None = (
        Owner.objects.select_related("home").filter(compound_id=compound_id, pk=owner_id, ends__isnull=True).first()
    )
    if owner is None:
        raise NoSuchOwner
    record_reveal(
        by=by,
        compound_id=compound_id,
        of=f"premises.owner:{owner.pk}",
        field="phone",
        why=f"registers {owner.home.address}",
        now=now,
    )
    return queries.phones_of(owner)


@transaction.atomic
def export(*, compound_id: int, by: Actor, now: datetime) -> bytes:
    """The register as .xlsx in the form of the actor's office, telephones only for those who keep it; recorded.

    Raises NotPermitted.
    """
    if not may_read(by):
        raise NotPermitted("not_a_keeper")
    with_phones = may_keep(by)
    homes = [home for home in queries.known_homes(compound_id) if not home.ended]
    content = sheets.register(queries.layout_of(compound_id, by.organisation_id), homes, with_phones=with_phones)
    record(
        by=by,
        compound_id=compound_id,
        verb="registers.export",
        target=f"tenancy.compound:{compound_id}",
        changes={"homes": [None, len(homes)], "phones": [None, with_phones]},
        now=now,
    )
    return content
