"""Several processes over Redis, as in the served form: what one commits, the sockets of another hear."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from live import sockets
from tests.live.test_sockets import opened, run
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
ANNOUNCE = """
import sys, time, django
django.setup()
from django.utils import timezone
from live.actions import announce
from tenancy.models import Compound
from tenancy.scope import scope
compound = Compound.objects.get(code="here")
for n in range(int(sys.argv[1])):
    with scope(compound.pk):
        announce(compound_id=compound.pk, topic="repairs.board", kind="changed", payload={"n": n}, now=timezone.now())
time.sleep(0.5)
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
    server = subprocess.Popen(
        [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(tmp_path),
        ],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def elsewhere(database: str, redis_url: str, count: int) -> subprocess.Popen[bytes]:
    params = connections["default"].settings_dict
    url = f"postgres://{params['USER']}:{params['PASSWORD']}@{params['HOST']}:{params['PORT']}/{database}"
    return subprocess.Popen(
        [sys.executable, "-c", ANNOUNCE, str(count)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "GONGZHI_FORM": "test",
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
        },
    )


def test_two_other_processes_are_heard_in_order(
    committed_db: str, redis: str, world: World, sign_in: Callable[..., Client], settings: Any
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis]}}
    }
    manager = sign_in(world.here, "manager")

    async def play() -> None:
        async with opened(manager) as browser:
            browser.put({"type": "subscribe", "topics": {"here/repairs.board": 0}})
            await browser.frame()
            others = [elsewhere(committed_db, redis, 10) for _ in range(2)]
            seen: list[int] = []
            while len(seen) < 20:
                seen += [event["seq"] for event in (await asyncio.wait_for(browser.frame(), 15))["events"]]
            assert seen == list(range(1, 21))
            for other in others:
                assert await asyncio.to_thread(other.wait) == 0
        for task in sockets.hub._tasks:
            task.cancel()
        await asyncio.gather(*sockets.hub._tasks, return_exceptions=True)
        from channels.layers import get_channel_layer

        await get_channel_layer().flush()

    run(play())
