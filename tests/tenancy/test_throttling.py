"""How often the REST API may be asked: counted by one step of the cache, so nothing slips through between two threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tenancy.throttling import PersonThrottle
from tests.world import World

URL = "/api/v1/compounds/here/repairs/"
# A quarter past a minute of 1970, by the clock of the throttle.
THEN = 1_000_000_000.0 - 1_000_000_000 % 60 + 15


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Three a minute; the function sets the clock, in seconds after THEN."""
    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"user": "3/min"})

    def at(seconds: float) -> None:
        monkeypatch.setattr(PersonThrottle, "timer", lambda _self: THEN + seconds)

    at(0)
    return at


@pytest.mark.django_db
def test_the_fourth_is_told_when_to_come_back(
    world: World, sign_in: Callable[..., Client], three: Callable[[float], None]
) -> None:
    client = sign_in(world.here, "resident")
    assert [client.get(URL).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get(URL)["Retry-After"] == "45"
    assert client.get(URL).json()["code"] == "throttled"
    assert sign_in(world.here, "neighbour").get(URL).status_code == 200
    three(45)
    assert client.get(URL).status_code == 200


def _counts_exactly(cache: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: cache.count("gate", 60), range(200)))
    assert sorted(counted) == list(range(1, 201))


def test_threads_count_one_another_in_memory() -> None:
    _counts_exactly(caches["default"])


def test_threads_count_one_another_in_redis(redis: str) -> None:
    from config.caching import RedisCache

    cache = RedisCache(redis, {})
    _counts_exactly(cache)
    client = cache._cache.get_client("gate", write=True)
    assert client is cache._cache.get_client("gate")
    assert 0 < client.ttl(cache.make_key("gate")) <= 60
    cache.set("name", ["value"], 5)
    assert cache.get("name") == ["value"]
