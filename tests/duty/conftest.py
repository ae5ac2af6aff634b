"""Shifts and patterns made by the actions of the pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from duty.actions import hands, planning
from duty.models import Offer, Pattern, Shift
from duty.rules import Span
from tenancy.scope import scope
from tests.world import Side

# A Tuesday morning: 10:00 in Shanghai.
NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add(
    side: Side, who: str = "worker", *, at: datetime = NOW, hours: float = 8, by: str = "manager", **more: Any
) -> Shift:
    with scope(side.compound.pk):
        return planning.add_shift(
            compound_id=side.compound.pk,
            post_id=side.posts[who].pk,
            span=Span(at, at + HOUR * hours),
            phone=more.get("phone", ""),
            by=side.actor(by),
            now=more.get("now", NOW),
        )


def pattern(side: Side, who: str = "worker", **more: Any) -> Pattern:
    given: dict[str, Any] = {
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "starts": time(18, 0),
        "ends": time(8, 0),
        "phone": "",
        "since": date(2026, 6, 2),
        "now": NOW,
        **more,
    }
    with scope(side.compound.pk):
        return planning.add_pattern(
            compound_id=side.compound.pk, post_id=side.posts[who].pk, by=side.actor(given.pop("by", "manager")), **given
        )


def offer(
    side: Side, shift: Shift, *, by: str = "worker", to: str | None = "worker2", now: datetime = NOW, **more: Any
) -> Offer:
    with scope(side.compound.pk):
        return hands.offer(
            compound_id=side.compound.pk,
            shift_id=shift.pk,
            to_post=side.posts[to].pk if to else None,
            by=side.actor(by),
            now=now,
            **more,
        )


def shifts(side: Side) -> list[Shift]:
    with scope(side.compound.pk):
        return list(Shift.objects.order_by("starts_at", "pk"))


@pytest.fixture
def tomorrow() -> datetime:
    return NOW + timedelta(days=1)


__all__ = ["HOUR", "NOW", "Callable", "add", "offer", "pattern", "shifts"]
