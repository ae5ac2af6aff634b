"""Whoever closes their account lives nowhere here any more, waits for nothing, and acts for nobody."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from premises import actions as premises
from premises.models import Occupancy
from residency.actions.claims import locked
from residency.actions.moves import end
from residency.actions.parents import end_bonds_of_child
from residency.actions.telling import newcomer, said
from tenancy.models import Compound


@transaction.atomic
def leave(*, person: Person, compound_ids: Iterable[int], now: datetime) -> int:
    """End a person's links, claims and bonds in these compounds; returns how many links ended. What happened stays."""
    reason = _("账号已注销")
    ended = 0
    for compound in Compound.objects.filter(pk__in=list(compound_ids)):
        by = newcomer(person, compound)
        rows = Occupancy.objects.filter(
            compound_id=compound.pk, person=person, state__in=[Occupancy.State.CLAIMED, Occupancy.State.CONFIRMED]
        )
        for pk, state in list(rows.order_by("pk").values_list("pk", "state")):
            found = locked(compound_id=compound.pk, occupancy_id=pk)
            if state == Occupancy.State.CLAIMED:
                said(premises.withdraw_claim(occupancy=found, by=by, now=now), now=now)
            else:
                end(found, reason=reason, by=by, now=now)
            ended += 1
        end_bonds_of_child(compound_id=compound.pk, child_id=person.pk, reason=reason, by=by, now=now)
    return ended
