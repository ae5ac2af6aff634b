"""The hourly sweep, who may watch the claims, and what the register of messages holds."""

from datetime import timedelta

import pytest
import time_machine

from live.topics import may_watch
from messaging.templates import find, render
from premises.models import Occupancy
from residency import tasks
from residency.messages import TEMPLATES
from residency.topics import CLAIMS
from tenancy.scope import scope
from tests.residency.conftest import NOW, TODAY, claim, newcomer
from tests.world import RESIDENTS, STAFF, World


def test_the_sweep_finds_both_compounds_and_the_task_reminds_each(world: World, monkeypatch) -> None:
    for number, side in enumerate((world.here, world.there), start=1):
        claim(side, newcomer(f"新{number}", number))
    asked: list[int] = []
    monkeypatch.setattr(tasks.tend_compound, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(NOW + timedelta(days=2, hours=1), tick=False):
        assert tasks.sweep() == 2
        for compound_id in asked:
            tasks.tend_compound(compound_id=compound_id)
        assert tasks.sweep() == 0
    assert sorted(asked) == sorted([world.here.compound.pk, world.there.compound.pk])
    for side in (world.here, world.there):
        with scope(side.compound.pk):
            kept = Occupancy.objects.get(state="claimed")
            assert kept.reminded_at == NOW + timedelta(days=2, hours=1)


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS])
def test_only_who_decides_watches_the_claims(world: World, role: str) -> None:
    actor = world.here.actor(role, TODAY)
    with scope(world.here.compound.pk):
        watching = may_watch(actor, world.here.compound.pk, CLAIMS)
    assert watching == (role in {"manager", "dispatcher", "secretary", "officer"})
    assert not may_watch(actor, world.there.compound.pk, CLAIMS)


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_every_message_can_be_said_in_both_languages(code: str) -> None:
    names = ("home", "compound", "relation", "reason", "days", "who", "day", "child", "parent")
    said = render(find(code), {name: f"<{name}>" for name in names})
    assert set(said) == {"zh-hans", "en"}
    assert all(title and body and "%(" not in title + body for title, body in said.values())
