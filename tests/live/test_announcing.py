"""Announcing, catching up by polling, and what pages are marked with."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from live import actions, queries, relay, tasks, topics
from live.actions import Announcement, UnfitEventError
from live.models import Event, TopicHead
from tenancy.scope import ScopeError, scope
from tests.world import CANARY, Side, World

BOARD, CASE = "test.board", "test.case"
URL = "/live/catch-up/"


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    before = dict(topics._definitions)
    topics.register(BOARD, may_watch=lambda actor, _compound, _key: actor.party == "company")
    topics.register(CASE, may_watch=lambda _actor, _compound, _key: True, keyed=True)
    yield
    topics._definitions.clear()
    topics._definitions.update(before)


def announce(side: Side, topic: str = BOARD, now: datetime | None = None, **payload: Any) -> int:
    with scope(side.compound.pk):
        actions.announce(
            compound_id=side.compound.pk, topic=topic, kind="changed", payload=payload, now=now or timezone.now()
        )
        return TopicHead.objects.get(topic=topic).seq


def test_one_statement_and_numbers_of_their_own(world: World, statements: Callable[[], Any]) -> None:
    now = timezone.now()
    with scope(world.here.compound.pk), statements() as seen:
        actions.announce_all(
            compound_id=world.here.compound.pk,
            announcements=[Announcement(f"{CASE}:7", "moved", {"n": 1}), Announcement(BOARD, "moved", {"n": 1})],
            now=now,
        )
    assert len(seen) == 1
    with scope(world.here.compound.pk):
        assert dict(Event.objects.values_list("topic", "seq")) == {BOARD: 1, f"{CASE}:7": 1}
    assert announce(world.here) == 2
    assert announce(world.there) == 1
    with scope(world.here.compound.pk):
        assert Event.objects.filter(topic=BOARD).count() == 2
        assert TopicHead.objects.get(topic=BOARD).seq == 2


@pytest.mark.parametrize(
    ("topic", "kind", "payload", "error"),
    [
        ("test.unknown", "changed", {}, topics.UnknownTopicError),
        (CASE, "changed", {}, topics.UnknownTopicError),
        (BOARD, "Not A Kind", {}, UnfitEventError),
        (BOARD, "changed", {"nested": {"a": 1}}, UnfitEventError),
        (BOARD, "changed", {"text": "x" * 2000}, UnfitEventError),
        (BOARD, "changed", {"text": "电话 13812345678"}, UnfitEventError),
    ],
)
def test_unfit_events_are_refused(world: World, topic: str, kind: str, payload: Any, error: type[Exception]) -> None:
    with scope(world.here.compound.pk), pytest.raises(error):
        actions.announce(
            compound_id=world.here.compound.pk, topic=topic, kind=kind, payload=payload, now=timezone.now()
        )


def test_another_compound_cannot_be_announced_in(world: World) -> None:
    there = world.there.compound.pk
    with scope(world.here.compound.pk), pytest.raises(ScopeError):
        actions.announce(compound_id=there, topic=BOARD, kind="changed", payload={}, now=timezone.now())
    said = actions._Said(Announcement(BOARD, "changed", {}), "{}", timezone.now())
    with scope(world.here.compound.pk), pytest.raises(DatabaseError), transaction.atomic():
        actions._number_all(there, [[said]])


def test_events_of_one_transaction_are_numbered_in_one_order_of_topics(
    world: World, statements: Callable[[], Any]
) -> None:
    here, now = world.here.compound.pk, timezone.now()
    said = [actions._Said(Announcement(topic, "changed", {}), "{}", now) for topic in (f"{CASE}:7", BOARD, BOARD)]
    with scope(here), statements() as seen:
        actions._number_all(here, [said[:2], said[2:]])
    assert len(seen) == 2
    with scope(here):
        assert dict(TopicHead.objects.values_list("topic", "seq")) == {BOARD: 2, f"{CASE}:7": 1}


def test_published_after_the_commit_only(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    published: list[dict[str, Any]] = []
    monkeypatch.setattr(relay, "publish", published.append)
    with django_capture_on_commit_callbacks(execute=True):
        announce(world.here, n=5)
        assert published == []
    (message,) = published
    assert message["compound"] == world.here.compound.pk
    assert json.loads(message["events"][0]["event"])["payload"] == {"n": 5}


def test_polling_gives_the_frames_of_a_socket(world: World, sign_in: Callable[..., Client]) -> None:
    for n in range(3):
        announce(world.here, n=n)
    announce(world.there, text=CANARY)
    client = sign_in(world.here, "manager")
    (frame,) = client.get(URL, {"topic": f"here/{BOARD}", "after": 1}).json()["frames"]
    assert (frame["type"], frame["topic"], frame["seq"]) == ("events", f"here/{BOARD}", 3)
    assert [(e["seq"], e["payload"]) for e in frame["events"]] == [(2, {"n": 1}), (3, {"n": 2})]
    both = client.get(f"{URL}?topic=here/{BOARD}&after=3&topic=here/{CASE}:9&after=0")
    assert [frame["events"] for frame in both.json()["frames"]] == [[], []]
    (lost,) = client.get(URL, {"topic": f"here/{BOARD}", "after": 9}).json()["frames"]
    assert lost == {"type": "reset", "topic": f"here/{BOARD}", "seq": 3}
    assert client.get(URL, {"topic": f"here/{BOARD}", "after": 1}).headers["cache-control"].startswith("max-age=0")


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("manager", "", 400),
        ("manager", f"topic=here/{BOARD}", 400),
        ("manager", f"topic=here/{BOARD}&after=-1", 400),
        ("manager", f"topic=here/{BOARD}&after=" + "9" * 30, 400),
        ("manager", f"topic=here/{BOARD}&after=²", 400),
        ("manager", "&".join([f"topic=here/{BOARD}&after=1"] * 31), 400),
        ("manager", f"topic=there/{BOARD}&after=0", 404),
        ("manager", f"topic=nowhere/{BOARD}&after=0", 404),
        ("manager", "topic=here/nothing&after=0", 404),
        ("manager", "topic=%00&after=0", 404),
        ("resident", f"topic=here/{BOARD}&after=0", 404),
        (None, f"topic=here/{BOARD}&after=0", 401),
    ],
)
def test_polling_is_refused(
    world: World, sign_in: Callable[..., Client], who: str | None, query: str, status: int
) -> None:
    client = sign_in(world.here, who) if who else Client()
    assert client.get(f"{URL}?{query}").status_code == status


def test_polling_reads_a_topic_once_for_all(
    world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(world.here)
    read = queries.read_topic
    asked: list[str] = []
    monkeypatch.setattr(queries, "read_topic", lambda **kw: asked.append(kw["topic"]) or read(**kw))
    for who in ("manager", "dispatcher", "worker"):
        client = sign_in(world.here, who)
        assert client.get(URL, {"topic": f"here/{BOARD}", "after": 0}).json()["frames"][0]["seq"] == 1
    assert asked == [BOARD]
    assert cache.get(f"live:{world.here.compound.pk}:{BOARD}") is not None


def test_pruning_keeps_the_newest_without_gaps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(actions, "KEEP_EVENTS", 5)
    for n in range(4):
        announce(world.here, topic=f"{CASE}:1", now=now - timedelta(days=20 - n * 5))
    for _ in range(8):
        announce(world.here, now=now)
        announce(world.there, now=now)
    tasks.prune(compound_id=world.here.compound.pk)
    with scope(world.here.compound.pk):
        assert sorted(Event.objects.filter(topic=BOARD).values_list("seq", flat=True)) == [4, 5, 6, 7, 8]
        assert sorted(Event.objects.filter(topic=f"{CASE}:1").values_list("seq", flat=True)) == [3, 4]
        reading = queries.read_topic(compound_id=world.here.compound.pk, topic=BOARD)
        assert (reading.head, reading.floor, reading.after(2)) == (8, 3, None)
        assert len(reading.after(6) or []) == 2
    with scope(world.there.compound.pk):
        assert Event.objects.count() == 8


def test_a_task_without_its_compound_is_refused(world: World) -> None:
    with pytest.raises(ScopeError):
        tasks.prune()


def test_an_element_is_marked_with_the_number_before_the_page(world: World, statements: Callable[[], Any]) -> None:
    announce(world.here, now=timezone.now() - timedelta(minutes=1))
    announce(world.here)
    page = Template('{% load live %}<p {% live_attrs compound "test.board" seqs %}></p>')
    with scope(world.here.compound.pk), statements() as seen:
        seqs = queries.seqs(compound_id=world.here.compound.pk, topics=[BOARD, f"{CASE}:1"])
        marked = page.render(Context({"compound": world.here.compound, "seqs": seqs}))
    assert (seqs, len(seen)) == ({BOARD: 2, f"{CASE}:1": 0}, 1)
    assert marked == '<p data-live="here/test.board" data-live-seq="2"></p>'
    with scope(world.here.compound.pk):
        # Asked only while rendering: what may have come during the page is left to be replayed.
        late = Template('{% load live %}{% live_attrs compound "test.board" %}').render(
            Context({"compound": world.here.compound})
        )
    assert late == 'data-live="here/test.board" data-live-seq="1"'


def test_row_security_alone_hides_the_other_compound(world: World) -> None:
    announce(world.there, text=CANARY)
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        for table in ("live_event", "live_topichead"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
