"""Several processes over Redis, as in the served form: what one commits, the sockets of another hear."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from live import sockets
from tests.live.test_sockets import opened, run
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
# Starting a process takes as long as the machine is busy: each says when it is up, and begins when it is told to. It ends
# once everything that it published is out.
ANNOUNCE = """
import asyncio, sys, django
django.setup()
from django.utils import timezone
from live import relay
from live.actions import announce
from tenancy.models import Compound
from tenancy.scope import scope

async def published():
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

compound = Compound.objects.get(code="here")
print("up", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[1])):
    with scope(compound.pk):
        announce(compound_id=compound.pk, topic="repairs.board", kind="changed", payload={"n": n}, now=timezone.now())
asyncio.run_coroutine_threadsafe(published(), relay._publishing_loop()).result()
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [
            *(program, "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(tmp_path)),
        ],
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        try:
            assert any(b"Ready to accept connections" in line for line in server.stdout)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


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
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis]}}
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
