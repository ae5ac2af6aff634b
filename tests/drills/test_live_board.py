"""kill -9 under the live board: the socket server goes with its sockets, Redis goes and comes back; nobody misses an event."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from config.environment import ROOT
from config.serve import Options, command
from live import actions, relay
from tenancy.scope import scope
from tests.drills.watchers import Watcher
from tests.frontdoor.waiting import FREE_PORT, eventually, fetch
from tests.world import World

pytestmark = pytest.mark.drill
WATCHERS = 24
TOPIC = "repairs.board"


@contextmanager
def sockets(database: str, redis_url: str, port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The socket server of the served form, up; whatever is left of it at the end is killed."""
    params = connections["default"].settings_dict
    line = command("sockets", Options("sockets", "127.0.0.1", port, port, web_workers=1, web_threads=1, task_workers=1))
    told = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "GONGZHI_FORM": "test",
        "DATABASE_URL": f"postgres://{params['USER']}:{params['PASSWORD']}@{params['HOST']}:{params['PORT']}/{database}",
        "REDIS_URL": redis_url,
    }
    with (
        log.open("ab") as out,
        subprocess.Popen(line, cwd=ROOT, env=os.environ | told, stdout=out, stderr=out) as process,
    ):
        try:
            eventually(lambda: fetch(port, "/livez", Host="localhost")[0] == 200, within=60, what=f"port {port}")
            yield process
        finally:
            process.kill()


@contextmanager
def redis_at(port: int, directory: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A Redis on this port."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    line = [
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
        str(directory),
    ]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: _answers(port), within=20, what="Redis")
            yield process
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def over_redis(settings: Any) -> Iterator[int]:
    """This process publishes over a Redis on this port, as a web process does."""
    port = FREE_PORT()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL], "prefix": settings.LIVE_PREFIX},
        }
    }
    relay._redis.cache_clear()
    yield port
    relay._redis.cache_clear()


def announce(world: World, times: int = 1) -> None:
    try:
        for _ in range(times):
            with scope(world.here.compound.pk):
                actions.announce(
                    compound_id=world.here.compound.pk, topic=TOPIC, kind="changed", payload={}, now=timezone.now()
                )
    finally:
        connection.close()


@asynccontextmanager
async def watching(manager: Client, ports: list[int]) -> AsyncIterator[list[Watcher]]:
    """Browsers, each of which has its socket; they end with the block."""
    cookie = str(manager.session.session_key)
    watchers = [
        Watcher(cookie, ports[n % len(ports) :] + ports[: n % len(ports)], f"here/{TOPIC}") for n in range(WATCHERS)
    ]
    tasks = [asyncio.ensure_future(one.live()) for one in watchers]
    try:
        await until(lambda: all(one.up for one in watchers), 30)
        yield watchers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  any condition
            await asyncio.sleep(0.05)


def all_have(watchers: list[Watcher], head: int) -> bool:
    return all(one.seen and one.seen[-1] == head for one in watchers)


def check(watchers: list[Watcher], head: int) -> None:
    """Every event once, in order, without one reset."""
    assert [one.seen for one in watchers] == [list(range(1, head + 1))] * WATCHERS
    assert [one.told for one in watchers if one.told] == []


def test_a_socket_server_is_killed_under_its_sockets(
    committed_db: str, world: World, sign_in: Callable[..., Client], over_redis: int, tmp_path: Path
) -> None:
    manager, url = sign_in(world.here, "manager"), f"redis://127.0.0.1:{over_redis}/0"
    ports = [FREE_PORT(), FREE_PORT()]

    async def play(stack: ExitStack) -> None:
        first = await asyncio.to_thread(
            stack.enter_context, sockets(committed_db, url, ports[0], tmp_path / "first.log")
        )
        await asyncio.to_thread(stack.enter_context, sockets(committed_db, url, ports[1], tmp_path / "second.log"))
        async with watching(manager, ports) as watchers:
            await asyncio.to_thread(announce, world, 5)
            await until(lambda: all_have(watchers, 5), 10)
            first.kill()
            await asyncio.to_thread(first.wait, 10)
            await asyncio.to_thread(announce, world, 7)  # half of them have no socket now
            await until(lambda: all_have(watchers, 12), 20)  # those found the other process
            await asyncio.to_thread(stack.enter_context, sockets(committed_db, url, ports[0], tmp_path / "first.log"))
            await asyncio.to_thread(announce, world, 5)
            await until(lambda: all_have(watchers, 17), 20)
            assert sum(one.comings > 1 for one in watchers) == WATCHERS // 2
            check(watchers, 17)

    with redis_at(over_redis, tmp_path), ExitStack() as stack:
        asyncio.run(play(stack))


def test_all_come_back_to_the_one_server_that_was_killed(
    committed_db: str, world: World, sign_in: Callable[..., Client], over_redis: int, tmp_path: Path
) -> None:
    manager, url, port = sign_in(world.here, "manager"), f"redis://127.0.0.1:{over_redis}/0", FREE_PORT()

    async def play(stack: ExitStack) -> None:
        first = await asyncio.to_thread(stack.enter_context, sockets(committed_db, url, port, tmp_path / "log"))
        async with watching(manager, [port]) as watchers:
            await asyncio.to_thread(announce, world, 3)
            await until(lambda: all_have(watchers, 3), 10)
            first.kill()
            await asyncio.to_thread(first.wait, 10)
            await asyncio.to_thread(announce, world, 4)  # nobody hears it
            await asyncio.to_thread(stack.enter_context, sockets(committed_db, url, port, tmp_path / "log"))
            await until(lambda: all_have(watchers, 7), 20)
            await asyncio.to_thread(announce, world, 2)
            await until(lambda: all_have(watchers, 9), 10)
            assert {one.comings > 1 for one in watchers} == {True}
            check(watchers, 9)

    with redis_at(over_redis, tmp_path), ExitStack() as stack:
        asyncio.run(play(stack))


def test_redis_goes_and_comes_back(
    committed_db: str, world: World, sign_in: Callable[..., Client], over_redis: int, tmp_path: Path
) -> None:
    manager, url, port = sign_in(world.here, "manager"), f"redis://127.0.0.1:{over_redis}/0", FREE_PORT()

    async def play(stack: ExitStack) -> None:
        redis = await asyncio.to_thread(stack.enter_context, redis_at(over_redis, tmp_path))
        await asyncio.to_thread(stack.enter_context, sockets(committed_db, url, port, tmp_path / "log"))
        async with watching(manager, [port]) as watchers:
            await asyncio.to_thread(announce, world, 2)
            await until(lambda: all_have(watchers, 2), 10)
            redis.kill()
            await asyncio.to_thread(redis.wait, 10)
            await asyncio.to_thread(announce, world, 3)  # committed, and told to nobody
            await until(lambda: all_have(watchers, 5), 40)  # found by comparing heads
            await asyncio.to_thread(stack.enter_context, redis_at(over_redis, tmp_path))
            await asyncio.to_thread(announce, world, 2)
            await until(lambda: all_have(watchers, 7), 40)
            assert {one.comings for one in watchers} == {1}  # their sockets never noticed
            check(watchers, 7)

    with ExitStack() as stack:
        asyncio.run(play(stack))
