"""Two sweeps at one moment, in real transactions: each step is taken once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import connection

from repairs.actions import clock
from repairs.models import Escalation, Event, Request
from repairs.tasks import sweep
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import World


def test_two_sweeps_at_once_take_each_step_once(committed_db: str, world: World) -> None:
    side = world.here
    requests = [file_one(side) for _ in range(6)]
    together = Barrier(2)

    def go(_: int) -> int:
        try:
            together.wait(timeout=10)
            taken = 0
            for _again in range(3):
                with scope(side.compound.pk):
                    taken += clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(days=3))
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(go, range(2)))
    assert sum(taken) == 4 * len(requests)
    with scope(side.compound.pk):
        assert set(Request.objects.values_list("level", "next_step_at")) == {(3, None)}
        steps = Counter(Event.objects.filter(action__in=["warn", "escalate"]).values_list("request_id", "note"))
        assert set(steps.values()) == {1}
        assert len(steps) == 4 * len(requests)
        assert Escalation.objects.count() == 4 * len(requests)  # company, committee, community, street


def test_the_sweep_finds_every_compound_with_a_step(committed_db: str, world: World, monkeypatch) -> None:
    import time_machine

    from repairs import tasks

    file_one(world.here)
    file_one(world.there)
    asked: list[int] = []
    monkeypatch.setattr(tasks.escalate_compound, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(NOW, tick=False):
        assert sweep() == 0
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert sweep() == 2
        assert sorted(asked) == sorted([world.here.compound.pk, world.there.compound.pk])
        for compound_id in asked:
            assert tasks.escalate_compound(compound_id=compound_id) == 2
        assert sweep() == 0
