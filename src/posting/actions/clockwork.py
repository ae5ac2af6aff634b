"""What the clock does: says what is late, has what hangs looked at, has what expired taken down. May be repeated."""

from datetime import datetime

from django.db import transaction

from notices.models import Notice, State
from posting import queries
from posting.actions.change import clock, desk, everyone_in, keep, link, moment, tell
from posting.actions.rounds import check, take_down, void
from posting.models import Round, Side, Task
from posting.rules.jobs import CHECK, CLIMB_AFTER, COMMUNITY, POST

BATCH = 200


def tell_late(*, compound_id: int, now: datetime) -> int:
    """Tell the desk of each round past its time, and the community a day later; returns how many were told of."""
    done = 0
    for pk in (
        queries.late_rounds(now)
        .filter(compound_id=compound_id)
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        with transaction.atomic():
            found: Round | None = (
                Round.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
                .select_related("notice__compound", "notice__current")
                .filter(compound_id=compound_id, pk=pk, state=Round.State.OPEN, climbed_at__isnull=True)
                .first()
            )
            if found is not None and _tell(found, now):
                done += 1
    return done


def _tell(found: Round, now: datetime) -> bool:
    climbs = now >= found.due_at + CLIMB_AFTER
    if found.told_at is not None and not climbs:
        return False
    here = everyone_in(found.compound_id, now)
    left = Task.objects.filter(compound_id=found.compound_id, round=found, state=Task.State.OPEN).count()
    common = {"count": str(left), "job": str(found.get_job_display()), "due": moment(found.due_at)}
    by = clock(found.compound_id)
    if found.told_at is None:
        people = desk(here, found.side)
        key = f"posting.late:{found.pk}"
        tell(found.notice, people, "posting.late", to=link(found.notice), by=by, now=now, key=key, **common)
        found.told_at = now
    if climbs:
        # The community hears of the firm's; of its own, everyone of the community and the street above it.
        people = desk(here, COMMUNITY)
        if found.side == COMMUNITY:
            people = sorted({*people, *(one.person_id for one in here if one.party == "street")})
        tell(
            found.notice,
            people,
            "posting.climbed",
            to=link(found.notice),
            by=by,
            now=now,
            key=f"posting.climbed:{found.pk}",
            side=str(Side(found.side).label),
            **common,
        )
        found.climbed_at = now
    found.save(update_fields=["told_at", "climbed_at"])
    keep(
        compound_id=found.compound_id,
        verb="late",
        target=f"posting.round:{found.pk}",
        changes={"told": [None, "community" if climbs else "desk"], "left": [None, left]},
        by=by,
        now=now,
        notice=found.notice.ref,
    )
    return True


def look_after(*, compound_id: int, now: datetime) -> int:
    """Have what hangs looked at when it is time, and what expired taken down; returns how many notices were tended."""
    done = 0
    due = queries.plans_due(now).filter(compound_id=compound_id)
    for pk in list(due.order_by("check_at", "pk").values_list("notice_id", flat=True)[:BATCH]):
        with transaction.atomic():
            notice: Notice | None = (
                Notice.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
                .select_related("compound", "current")
                .filter(compound_id=compound_id, pk=pk)
                .first()
            )
            if notice is None or not due.filter(notice_id=pk).exists():
                continue
            by = clock(compound_id)
            if notice.state == State.EXPIRED:
                void(notice, why="expired", jobs=(POST, CHECK), now=now)
                made = take_down(notice, Round.Reason.EXPIRED, by=by, now=now)
            else:
                made = check(notice, by=by, now=now)
            keep(
                compound_id=compound_id,
                verb="tend",
                target=f"notices.notice:{pk}",
                changes={"round": [None, made.pk if made is not None else None]},
                by=by,
                now=now,
                notice=notice.ref,
            )
            done += 1
    return done
