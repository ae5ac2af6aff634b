"""Several processes over Redis, as in the served form: what one commits, the sockets of another hear."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from django.db import connections
from django.test import Client

from live import relay, sockets
from tests.live.test_sockets import opened, run
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
# Starting a process takes as long as the machine is busy: each says when it is up, and begins when it is told to.
ANNOUNCE = """
import sys, django
django.setup()
from django.utils import timezone
from live.actions import announce
from tenancy.models import Compound
from tenancy.scope import scope

compound = Compound.objects.get(code="here")
print("up", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[1])):
    with scope(compound.pk):
        announce(compound_id=compound.pk, topic="repairs.board", kind="changed", payload={"n": n}, now=timezone.now())
"""


@contextmanager
def elsewhere(database: str, redis_url: str, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, up and waiting to be told to announce so many events."""
    params = connections["default"].settings_dict
    url = f"postgres://{params['USER']}:{params['PASSWORD']}@{params['HOST']}:{params['PORT']}/{database}"
    with subprocess.Popen(
        [sys.executable, "-c", ANNOUNCE, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "GONGZHI_FORM": "test",
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
        },
    ) as other:
        assert other.stdout is not None
        try:
            assert other.stdout.readline() == b"up\n"
            yield other
        finally:
            other.kill()


def tell_to_begin(other: subprocess.Popen[bytes]) -> None:
    assert other.stdin is not None
    other.stdin.write(b"go\n")
    other.stdin.flush()


def test_two_other_processes_are_heard_in_order(
    committed_db: str, redis: str, world: World, sign_in: Callable[..., Client], settings: Any
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis], "prefix": settings.LIVE_PREFIX},
        }
    }
    manager = sign_in(world.here, "manager")

    async def play(others: list[subprocess.Popen[bytes]]) -> None:
        async with opened(manager) as browser:
            browser.put({"type": "subscribe", "topics": {"here/repairs.board": 0}})
            await browser.frame()
            for other in others:
                tell_to_begin(other)
            seen: list[int] = []
            while len(seen) < 20:
                seen += [event["seq"] for event in (await browser.frame())["events"]]
            assert seen == list(range(1, 21))
            for other in others:
                assert await asyncio.to_thread(other.wait) == 0
        for task in sockets.hub._tasks:
            task.cancel()
        await asyncio.gather(*sockets.hub._tasks, return_exceptions=True)
        from channels.layers import get_channel_layer

        await get_channel_layer().flush()

    with elsewhere(committed_db, redis, 10) as one, elsewhere(committed_db, redis, 10) as two:
        run(play([one, two]))


def test_it_is_published_where_the_layer_listens() -> None:
    async def name() -> str:
        layer = RedisPubSubChannelLayer(hosts=["redis://127.0.0.1:1/0"], prefix=settings.LIVE_PREFIX)
        return str(layer._get_layer()._get_group_channel_name(relay.GROUP))

    assert asyncio.run(name()) == relay.channel_of_group()


def test_without_redis_it_is_said_and_nothing_fails(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens on port 1
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL], "prefix": settings.LIVE_PREFIX},
        }
    }
    monkeypatch.setattr(relay, "_server_loop", None)
    relay._redis.cache_clear()
    try:
        relay.publish({"type": "live.moved", "compound": 1, "topics": ["x:5"]})
    finally:
        relay._redis.cache_clear()
    assert [record.getMessage() for record in caplog.records] == [
        "A live message was not passed on; watchers catch up by number."
    ]
