"""Nobody forgets a day: the last one of the firm, and the one by which everything is handed over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from audit.models import Entry
from handover import tasks
from handover.actions import opening, passing
from handover.actions.passing import remind
from handover.models import Handover
from handover.queries import compounds_under_way
from messaging.models import Message
from tenancy.scope import across_tenants, scope
from tests.handover.conftest import LAST_DAY, NOW, completed, file_one, frozen, opened, put_something, sign_as
from tests.world import Side, World

# Fifteen days after the last one.
DUE = date(2026, 6, 25)


def morning(day: date) -> datetime:
    """Five past nine in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, 5, tzinfo=UTC)


def go(side: Side, day: date) -> int:
    with time_machine.travel(morning(day), tick=False), scope(side.compound.pk):
        return remind(compound_id=side.compound.pk, now=morning(day))


def told(side: Side, template: str, day: date) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(
            compound=side.compound, template=template, channel="in_app", created_at=morning(day)
        )
        return {names[person] for person in rows.values_list("person_id", flat=True)}


@pytest.mark.parametrize("left", [7, 3, 1, 0])
def test_the_last_day_is_told_ahead(leaving: Callable[..., Side], left: int) -> None:
    side = leaving(next=True)
    made = opened(side)
    day = LAST_DAY - timedelta(days=left)
    assert go(side, day) == 1
    assert told(side, "handover.last_day_soon", day) >= {"manager", "chair", "officer"}
    with scope(side.compound.pk):
        body = Message.objects.filter(template="handover.last_day_soon", channel="in_app").values_list(
            "body", flat=True
        )
        assert set(body) == {
            f"{side.compound.name}：和美物业的最后服务日是 2026-06-10，过了这一天就看不到本小区，请抓紧填清单、签字。"
        }
        assert Handover.objects.get(pk=made.pk).reminded_on == day
        assert Entry.objects.get(verb="handover.remind").changes == {"reminded_on": [None, day.isoformat()]}
    # Once a day, however often beat asks.
    assert go(side, day) == 0


@pytest.mark.parametrize("left", [30, 8, 6, 5, 4, 2])
def test_other_days_are_quiet(leaving: Callable[..., Side], left: int) -> None:
    side = leaving(next=True)
    opened(side, now=NOW - timedelta(days=40))
    assert go(side, LAST_DAY - timedelta(days=left)) == 0


@pytest.mark.parametrize(
    ("day", "template"),
    [
        (DUE - timedelta(days=3), "handover.due_soon"),
        (DUE, "handover.due_soon"),
        (DUE + timedelta(days=1), "handover.overdue"),
        (DUE + timedelta(days=8), "handover.overdue"),
    ],
)
def test_the_day_of_handing_over_and_every_week_after(leaving: Callable[..., Side], day: date, template: str) -> None:
    side = leaving(next=True)
    opened(side)
    assert go(side, day) == 1
    reached = told(side, template, day)
    # The firm that left still owes its keys and papers: its desk is told, contract or not; nobody else of it.
    assert reached >= {"chair", "officer", "secretary", "manager", "manager2"}
    assert not reached & {"worker", "worker2", "worker3", "resident", "neighbour", "city"}


def test_only_who_still_has_to_sign_is_reminded(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = frozen(side)
    sign_as(side, made, "outgoing")
    assert go(side, LAST_DAY - timedelta(days=1)) == 1
    reached = told(side, "handover.last_day_soon", LAST_DAY - timedelta(days=1))
    assert "chair" in reached
    assert {"secretary", "officer"} <= reached
    assert not reached & {"manager", "dispatcher"}


def test_what_is_over_is_not_reminded_of(leaving: Callable[..., Side]) -> None:
    side = leaving()
    completed(side)
    assert go(side, LAST_DAY) == go(side, DUE + timedelta(days=1)) == 0
    with across_tenants(reason="test") as scopes:
        assert compounds_under_way(scopes.compound_ids) == []


def test_a_cancelled_one_is_quiet(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = opened(side)
    with scope(side.compound.pk):
        opening.cancel(
            compound_id=side.compound.pk, ref=made.ref, reason="续签了", by=side.actor("secretary", NOW.date()), now=NOW
        )
    assert go(side, LAST_DAY) == 0


def test_the_morning_asks_in_every_compound_that_hands_over(
    world: World, leaving: Callable[..., Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    side = leaving()
    opened(side)
    file_one(world.there)
    put_something(world.there, "x", NOW)
    asked: list[int] = []
    monkeypatch.setattr(tasks.remind_in, "delay", lambda *, compound_id: asked.append(compound_id))
    assert tasks.remind_all() == 2
    assert asked == sorted([side.compound.pk, world.there.compound.pk])
    with time_machine.travel(morning(LAST_DAY), tick=False):
        assert tasks.remind_in(compound_id=side.compound.pk) == 1
        assert tasks.remind_in(compound_id=side.compound.pk) == 0


def test_finding_them_is_one_statement(leaving: Callable[..., Side], statements: Callable[[], Any]) -> None:
    side = leaving()
    opened(side)
    with across_tenants(reason="test") as scopes, statements() as seen:
        assert compounds_under_way(scopes.compound_ids) == [side.compound.pk]
    assert len(seen) == 1


def test_a_reminder_that_fails_is_tried_again(leaving: Callable[..., Side], monkeypatch: pytest.MonkeyPatch) -> None:
    side = leaving()
    opened(side)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no queue")

    monkeypatch.setattr(passing, "tell", broken)
    with pytest.raises(RuntimeError):
        go(side, LAST_DAY)
    monkeypatch.undo()
    assert go(side, LAST_DAY) == 1
