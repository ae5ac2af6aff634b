"""What the clock does: reminders, last days, codes that ran out. May be repeated."""

from datetime import datetime

from django.db import transaction

from residency.actions.claims import remind
from residency.actions.moves import end_what_ran_out
from residency.actions.telling import forget_codes
from residency.models import Invitation, ParentCode
from residency.queries import expired_codes


@transaction.atomic
def tend(*, compound_id: int, now: datetime) -> None:
    """Everything that is due in one compound."""
    remind(compound_id=compound_id, now=now)
    end_what_ran_out(compound_id=compound_id, now=now)
    close_expired_codes(compound_id=compound_id, now=now)


def close_expired_codes(*, compound_id: int, now: datetime) -> int:
    """Take codes that ran out from the public register, so that they answer like ones that never were."""
    invitations, parents = expired_codes(compound_id=compound_id, now=now)
    forget_codes([*(row.code for row in invitations), *(row.code for row in parents)])
    Invitation.objects.filter(compound_id=compound_id, pk__in=[row.pk for row in invitations]).update(cancelled_at=now)
    ParentCode.objects.filter(compound_id=compound_id, pk__in=[row.pk for row in parents]).update(cancelled_at=now)
    return len(invitations) + len(parents)
