"""What the clock does of a preparation: whoever lets a review wait is told, and whoever prepares, once for each step."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from candidates.actions.change import OPEN, Step, page_of
from candidates.models import Outcome, Review, State
from candidates.queries.reading import prepared
from tenancy.actor import system_actor

CLOCK = "candidates"
WAITING = (State.IN_REVIEW, State.REFUSED)


@transaction.atomic
def tell_late(*, compound_id: int, now: datetime) -> int:
    """Tell of answers whose day is over, and of refusals on which the candidate's time to answer is over. Returns how many.

    The body hears of it and whoever prepares the election; of a body that has nobody here only the latter. May be repeated.
    """
    today = localdate(now)
    late = list(
        Review.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("body", "candidate__poll__compound__community")
        .filter(
            Q(outcome="", due_on__lt=today) | Q(outcome=Outcome.REFUSE, final=False, reply_until__lt=today),
            compound_id=compound_id, late_told_at=None, candidate__state__in=WAITING, candidate__poll__state__in=OPEN,
        )
        .order_by("pk")
    )  # fmt: skip
    for row in late:
        row.late_told_at = now
        row.save(update_fields=["late_told_at"])
        one = row.candidate
        whole = prepared(one.poll)
        step = Step(whole, system_actor(CLOCK, (compound_id,)), now)
        decides = row.outcome == Outcome.REFUSE
        due = row.reply_until if decides else row.due_on
        to = step.staff(
            [row.body.organisation_id, one.poll.organisation_id, whole.group.organisation_id if whole.group else None]
        )
        step.tell(
            to, "decide_late" if decides else "review_late", link=page_of(one.poll, one.ref), name=one.name, body=row.body.name,
            due=f"{due:%Y-%m-%d}", ref=f"{row.pk}",
        )  # fmt: skip
        step.settle("late", one, {"body": [None, row.body.name], "due": [None, str(due)]})
    return len(late)
