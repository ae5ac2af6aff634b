"""Publicity periods in every state, made by the same actions as pages."""

from datetime import datetime, timedelta

from notices import actions as board
from publicity.actions.opening import open_period
from publicity.actions.running import complete_due
from publicity.models import Period
from tenancy.scope import scope
from tests.world import Side


def put_a_publicity_up(side: Side, mark: str, now: datetime) -> None:
    """One that is complete, one that was taken down early, one that runs."""
    for title, began, gone in (("期满", 90, False), ("作废", 5, True), ("公示中", 2, False)):
        at = now - timedelta(days=began)
        by = side.actor("officer", at.date())
        with scope(side.compound.pk):
            opened = open_period(
                compound_ids=[side.compound.pk],
                matter="candidates",
                title=f"{title}{mark}",
                source=f"名单{mark}",
                accepted=True,
                by=by,
                now=at,
            )[0]
            if gone:
                board.withdraw(
                    compound_id=side.compound.pk, ref=opened.notice.ref, reason=f"名单有误{mark}", by=by, now=now
                )
    with scope(side.compound.pk):
        complete_due(compound_id=side.compound.pk, now=now)
        assert sorted(Period.objects.values_list("state", flat=True)) == ["completed", "running", "voided"]
