"""Imports of registers made by the same actions as the pages, at any point of their way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from premises.models import Home, Owner
from registers.actions import uploading, working
from registers.models import Run
from registers.queries import report_of
from tenancy.scope import scope
from tests.registers.books import home, register
from tests.world import Side

NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)


def upload(side: Side, content: bytes, *, who: str = "manager", now: datetime = NOW, **given: Any) -> Run:
    """A file taken in."""
    with scope(side.compound.pk):
        return uploading.upload(
            compound_id=side.compound.pk, content=content, name="台账.xlsx", by=side.actor(who), now=now, **given
        )


def check(side: Side, run: Run, *, who: str = "manager", now: datetime = NOW, **given: Any) -> Run:
    """The file checked, its columns as guessed."""
    choices = {
        "fields": [one["field"] for one in run.columns],
        "area_source": "",
        "owner_source": "",
        **given,
    }
    with scope(side.compound.pk):
        uploading.check(compound_id=side.compound.pk, ref=run.ref, by=side.actor(who), now=now, **choices)
    return work(side, run, now=now)


def work(side: Side, run: Run, *, now: datetime = NOW) -> Run:
    """What a worker does next; the run as it is then."""
    working.work(compound_id=side.compound.pk, run_id=run.pk, now=now)
    with scope(side.compound.pk):
        return Run.objects.get(compound_id=side.compound.pk, pk=run.pk)


def confirm(side: Side, run: Run, *, who: str = "manager", now: datetime = NOW, **given: Any) -> Run:
    """What was shown agreed to, and imported."""
    choices = {"plan": run.plan, "answers": {}, "gone": [], "skip_bad": False, **given}
    with scope(side.compound.pk):
        uploading.confirm(compound_id=side.compound.pk, ref=run.ref, by=side.actor(who), now=now, **choices)
    return work(side, run, now=now)


def imported(side: Side, content: bytes, *, now: datetime = NOW, **given: Any) -> Run:
    """A file all the way into the register."""
    return confirm(side, check(side, upload(side, content, now=now), now=now), now=now, **given)


def bring_to(side: Side, state: str, *, mark: str = "", now: datetime = NOW) -> Run:
    """An import in a state, of one new home with this mark in its owner's name."""
    content = register(home("901", f"王晓明{mark}", "13800001234"))
    steps: dict[str, Callable[[], Run]] = {
        "mapping": lambda: upload(side, content, now=now),
        "checked": lambda: check(side, upload(side, content, now=now), now=now),
        "done": lambda: imported(side, content, now=now),
    }
    return steps[state]()


def report(side: Side, run: Run) -> dict[str, Any]:
    """What the check found."""
    with scope(side.compound.pk):
        found = report_of(run)
    assert found is not None
    return found


def kept(side: Side) -> dict[str, tuple[Any, ...]]:
    """The whole register: address -> (area, source, use, note, ended, present owners)."""
    with scope(side.compound.pk):
        owners: dict[int, list[tuple[Any, ...]]] = {}
        for one in Owner.objects.filter(compound=side.compound, ends__isnull=True).order_by("position", "pk"):
            share = (one.share_numerator, one.share_denominator)
            owners.setdefault(one.home_id, []).append((one.name, share, one.source, len(one.phone_digests)))
        return {
            one.address: (one.area, one.area_source, one.use, one.note, one.ends, owners.get(one.pk, []))
            for one in Home.objects.filter(compound=side.compound)
        }


@pytest.fixture
def later() -> Callable[[float], datetime]:
    """``later(minutes)``: that long after NOW."""
    return lambda minutes: NOW + timedelta(minutes=minutes)


def put_something_in(side: Side, mark: str, now: datetime) -> dict[str, Any]:
    """A register with something imported and something waiting; returns the values of URL parameters."""
    bring_to(side, "done", mark=mark, now=now)
    waiting = check(side, upload(side, register(home("902", f"李芳{mark}", area="?")), now=now), now=now)
    with scope(side.compound.pk):
        owner = Owner.objects.filter(compound=side.compound, phone_digests__len=1).latest("pk")
    return {"import_ref": waiting.ref, "owner_id": owner.pk}
