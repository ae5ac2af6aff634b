"""The live topic of inboxes: everyone their own, told after the commit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from live import queries, relay, topics
from messaging.actions import queue
from tenancy.scope import scope
from tests.world import Side, World


def tell(side: Side, name: str) -> None:
    queue(
        compound_id=side.compound.pk,
        to=[side.people[name].pk],
        template="repairs.accepted",
        context={"number": "BX1", "due": ""},
        link="/",
        by=side.actor("manager"),
        now=timezone.now(),
    )


@pytest.mark.parametrize("name", ["resident", "manager", "chair", "city"])
def test_everyone_watches_their_own_inbox_only(world: World, name: str) -> None:
    side = world.here
    actor = side.actor(name)
    for whose, person in side.people.items():
        assert topics.may_watch(actor, side.compound.pk, f"messaging.inbox:{person.pk}") is (whose == name)
    mine = f"messaging.inbox:{actor.person_id}"
    assert topics.may_watch(actor, world.there.compound.pk, mine) is (world.there.compound.pk in actor.compound_ids)
    assert not topics.may_watch(actor, side.compound.pk, f"messaging.inbox:0{actor.person_id}")
    assert not topics.may_watch(actor, side.compound.pk, "messaging.inbox")


def test_a_message_moves_the_topic_once_it_is_committed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
    statements: Callable[[], Any],
) -> None:
    side = world.here
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(relay, "publish", said.append)
    topic = f"messaging.inbox:{side.people['resident'].pk}"
    with scope(side.compound.pk), django_capture_on_commit_callbacks(execute=True):
        before = queries.read_topic(compound_id=side.compound.pk, topic=topic)
        tell(side, "resident")
        assert said == []
    assert said == [{"type": "live.moved", "compound": side.compound.pk, "topics": [topic]}]
    with scope(side.compound.pk):
        after = queries.read_topic(compound_id=side.compound.pk, topic=topic)
    assert (before.head, after.head, after.events) == (0, 1, ())
    # Beside topics with events the heads are still right, each for its own compound.
    pairs = [(side.compound.pk, topic), (world.there.compound.pk, topic), (side.compound.pk, "repairs.board")]
    with statements() as seen:
        assert queries.read_heads(pairs) == {pairs[0]: 1, pairs[1]: 0, pairs[2]: 0}
    assert len([one for one in seen if "SELECT" in one["sql"]]) == 2
    said.clear()
    with (
        scope(side.compound.pk),
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        tell(side, "resident")
        raise RuntimeError
    assert said == []
