"""What becomes of the duty of a post that ends, or of a firm that goes: its shifts come off the plan, and that is said."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from duty import queries
from duty.actions.change import log, spoken, tell, void_offers
from duty.models import Pattern, Shift
from duty.permissions import PLANNING
from parties.queries import holders
from tenancy.actor import Actor, system_actor

CLOCK = "duty"


@transaction.atomic
def take_off_post(*, compound_id: int, post_id: int, by: Actor, now: datetime) -> int:
    """Take every shift to come of a post off, and end its patterns; returns how many shifts. Safe to repeat.

    Who may end a post decides this, not the desk: the right is asked where the post ends.
    """
    _end_patterns(compound_id, post_id, localdate(now), by, now)
    rows = Shift.objects.filter(compound_id=compound_id, post_id=post_id, cancelled_at__isnull=True, starts_at__gt=now)
    return _take_off(compound_id, list(rows.values_list("pk", flat=True)), by, now)


@transaction.atomic
def take_off_left(*, compound_id: int, now: datetime) -> int:
    """Take shifts off that begin when their post is over, or when its firm serves here no more; returns how many.

    Whoever had them and the desk of today are told once for each post, ahead of it where the last day is known; its
    patterns end with that day. Safe to repeat.
    """
    left = queries.shifts_without_ground(compound_id, now)
    return _take_off(compound_id, left, system_actor(CLOCK, (compound_id,)), now)


def _end_patterns(compound_id: int, post_id: int, until: date, by: Actor, now: datetime) -> None:
    rows = Pattern.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, post_id=post_id, until__isnull=True
    )
    for pattern in rows.order_by("pk"):
        pattern.until = until
        pattern.save(update_fields=["until"])
        changes: dict[str, list[object]] = {"until": [None, str(until)]}
        log("end_pattern", f"duty.pattern:{pattern.pk}", changes, compound_id, by=by, now=now)


def _take_off(compound_id: int, shift_ids: Sequence[int], by: Actor, now: datetime) -> int:
    rows = list(
        Shift.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk__in=shift_ids, cancelled_at__isnull=True)
        .select_related("post__person")
        .order_by("starts_at", "pk")
    )
    if not rows:
        return 0
    Shift.objects.filter(compound_id=compound_id, pk__in=[row.pk for row in rows]).update(cancelled_at=now)
    void_offers(compound_id, now)
    of_post: dict[int, list[Shift]] = defaultdict(list)
    for row in rows:
        of_post[row.post_id].append(row)
    here = holders(compound_id, localdate(now))
    desk = [one.person_id for one in here if one.party == "company" and one.role in PLANNING]
    for post_id, taken in of_post.items():
        person, first = taken[0].post.person, localdate(taken[0].starts_at)
        _end_patterns(compound_id, post_id, max(localdate(now), first - timedelta(days=1)), by, now)
        log(
            "take_off",
            f"duty.post:{post_id}",
            {"shifts": [len(taken), 0], "from": [taken[0].starts_at.isoformat(), None]},
            compound_id,
            by=by,
            now=now,
        )
        when, count = spoken(taken[0]), str(len(taken))
        key = f"left:{post_id}:{taken[0].pk}"
        tell(compound_id, [person.pk], "duty.off_with_post", by, now, key=f"{key}:own", when=when, count=count)
        others = [one for one in desk if one != person.pk]
        tell(
            compound_id,
            others,
            "duty.left_empty",
            by,
            now,
            key=f"{key}:desk",
            who=person.name,
            when=when,
            count=count,
        )
    return len(rows)
