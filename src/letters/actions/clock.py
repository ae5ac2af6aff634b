"""What the clock does: a reply that is late is asked for once, and its sender hears that it did not come."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from letters.actions.change import everyone_in, settle, staff_of, tell
from letters.models import Addressee, Letter, State
from tenancy.actor import system_actor

CLOCK = "letters"
BATCH = 200


@transaction.atomic
def remind_due(*, compound_id: int, now: datetime) -> int:
    """Remind the bodies whose reply is late, each once, and tell the senders; returns how many. May be repeated."""
    due = list(
        Addressee.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("letter__compound")
        .filter(
            compound_id=compound_id,
            answered_at__isnull=True,
            reminded_at__isnull=True,
            letter__state=State.SENT,
            letter__reply_by__lt=localdate(now),
        )
        .order_by("pk")[:BATCH]
    )
    if not due:
        return 0
    by = system_actor(CLOCK, (compound_id,))
    here = everyone_in(compound_id, now)
    for one in due:
        letter: Letter = one.letter
        one.reminded_at = now
        one.save(update_fields=["reminded_at"])
        day = f"{letter.reply_by:%Y-%m-%d}"
        people = (("letters.overdue", one.name), ("letters.no_reply", letter.sender))
        for template, body in people:
            tell(
                letter,
                staff_of(here, [body]),
                template,
                by=by,
                now=now,
                key=f"{template}:{one.pk}",
                due=day,
                **({"who": one.name} if template == "letters.no_reply" else {}),
            )
        settle(letter, "remind", {"reminded": [None, one.name]}, by=by, now=now)
    return len(due)
