"""What the clock does: says what is over its time, closes what was missed, tells the desk. May be repeated."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils.timezone import localdate

from rounds.actions.change import clock, desk, keep, tell
from rounds.models import OPEN, Horizon, Occurrence, Plan, State
from tenancy.models import Compound

# Longer than any grace: what was due before the last judgement and this long ago is closed already.
BACK = timedelta(days=8)
NAMED = 3


@transaction.atomic
def judge_time(*, compound_id: int, now: datetime) -> int:
    """Let what is over its time be overdue, and what is closed missed; tell the desk what was missed. Returns how many changed.

    What the program slept through is judged when it wakes: nothing is skipped.
    """
    # Of plans that were made since the horizon was last looked at there may be none yet.
    horizon: Horizon = Horizon.objects.select_for_update(no_key=True).get_or_create(
        compound_id=compound_id, defaults={"until": localdate(now)}
    )[0]
    there = Occurrence.objects.filter(compound_id=compound_id, state__in=OPEN, due_at__lte=now)
    if horizon.judged_at is not None:
        there = there.filter(due_at__gt=horizon.judged_at - BACK)
    missed = list(there.filter(closes_at__lte=now).order_by("due_at", "pk").values_list("pk", "plan_id", "due_at"))
    changed = there.filter(closes_at__gt=now).exclude(state=State.OVERDUE).update(state=State.OVERDUE)
    there.filter(pk__in=[pk for pk, _plan, _due in missed]).update(
        state=Case(When(closes_at__lte=now, then=Value(State.MISSED.value)), default=Value(State.OVERDUE.value))
    )
    horizon.judged_at = now
    horizon.save(update_fields=["judged_at"])
    if missed:
        names = dict(
            Plan.objects.filter(compound_id=compound_id, pk__in={plan for _pk, plan, _due in missed}).values_list(
                "pk", "name"
            )
        )
        compound = Compound.objects.get(pk=compound_id)
        tell(
            compound,
            desk(compound_id, now),
            "rounds.missed",
            link="?show=missed",
            by=clock(compound_id),
            now=now,
            key=f"rounds.missed:{missed[0][0]}:{len(missed)}",
            count=str(len(missed)),
            names="、".join(list(dict.fromkeys(names[plan] for _pk, plan, _due in missed))[:NAMED]),
        )
        keep(
            compound_id=compound_id, verb="missed", target=f"tenancy.compound:{compound_id}",
            changes={"missed": [None, len(missed)], "rounds": [None, ",".join(str(pk) for pk, _p, _d in missed[:20])]},
            by=clock(compound_id), now=now,
        )  # fmt: skip
    return int(changed) + len(missed)
