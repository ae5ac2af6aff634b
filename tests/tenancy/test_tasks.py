"""A task sees the compound that it names, and is refused when it names none."""

from typing import Any

import pytest
from celery import shared_task

from config.celery import app
from premises.models import Home
from tenancy.scope import ScopeError, current_scope, has_scope
from tenancy.tasks import ScopedTask
from tests.world import World


@shared_task(base=ScopedTask, name="tests.homes")
def homes(*, compound_id: int) -> set[int]:
    """The compounds of the homes that a task sees."""
    return set(Home.objects.values_list("compound_id", flat=True))


@shared_task(base=ScopedTask, name="tests.everywhere", across="a test of the sweep's scope")
def everywhere() -> tuple[int, ...]:
    """The scope of a sweep."""
    return current_scope().compound_ids


def test_a_task_sees_its_compound_only(world: World) -> None:
    assert homes(compound_id=world.here.compound.pk) == {world.here.compound.pk}
    assert homes(compound_id=world.there.compound.pk) == {world.there.compound.pk}
    assert not has_scope()


def test_a_task_without_a_compound_is_refused(world: World) -> None:
    with pytest.raises(ScopeError):
        homes()


def test_a_sweep_declares_why_and_sees_all(world: World) -> None:
    assert set(everywhere()) >= {world.here.compound.pk, world.there.compound.pk}


def test_every_task_of_ours_is_scoped() -> None:
    app.loader.import_default_modules()
    ours: dict[str, Any] = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert "repairs.escalate" in ours
    assert [name for name, task in ours.items() if not isinstance(task, ScopedTask)] == []


def test_what_beat_asks_for_exists() -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "repairs.sweep" in wanted
    assert wanted - set(app.tasks) == set()
