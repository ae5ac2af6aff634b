"""The hub alone: whatever happens to messages and sockets, every browser ends with the same board, each event once."""

import asyncio
import contextlib
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from live import connection as connections
from live import hub as hubs
from live.frames import event_text
from live.hub import Hub, Key
from live.queries import CATCH_UP_LIMIT, Reading
from tests.live.driver import Browser, until

TOPICS = ("repairs.board", "notices.board")
AT = datetime(2026, 3, 1, tzinfo=UTC)


class Store:
    """Stands for the database: committed events by topic, of which the oldest may be pruned."""

    def __init__(self) -> None:
        self.heads = dict.fromkeys(TOPICS, 0)
        self.events: dict[str, list[tuple[int, str]]] = {topic: [] for topic in TOPICS}
        self.reads = 0
        self.broken = 0

    def announce(self, topic: str) -> dict[str, Any]:
        self.heads[topic] += 1
        seq = self.heads[topic]
        text = event_text(seq=seq, kind=f"k{seq}", payload={"n": seq}, at=AT)
        self.events[topic].append((seq, text))
        return {"type": "live.events", "compound": 1, "events": [{"topic": topic, "seq": seq, "event": text}]}

    async def read(self, _compound: int, topic: str) -> Reading:
        self.reads += 1
        if self.broken:
            self.broken -= 1
            raise OSError("database gone")
        reading = Reading(self.heads[topic], tuple(self.events[topic][-CATCH_UP_LIMIT:]))
        for _ in range(random.randrange(4)):  # noqa: S311  the answer takes its time, and may be old when it comes
            await asyncio.sleep(0)
        return reading

    async def read_heads(self, pairs: list[Key]) -> dict[Key, int]:
        await asyncio.sleep(0)
        return {(compound, topic): self.heads[topic] for compound, topic in pairs}


def address(topic: str) -> str:
    return f"here/{topic}"


async def join_all(hub: Hub, browser: Browser, connection: connections.Connection) -> None:
    for topic in TOPICS:
        await hub.join(connection, address(topic), (1, topic), browser.known.get(address(topic), 0))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("announce"), st.sampled_from(TOPICS)),
        st.tuples(st.sampled_from(["deliver", "double", "lose"]), st.integers(0, 30)),
        st.tuples(st.sampled_from(["connect", "drop", "full", "drain"]), st.integers(0, 2)),
        st.tuples(st.just("run"), st.integers(1, 6)),
        st.tuples(st.just("prune"), st.sampled_from(TOPICS)),
        st.tuples(st.just("heal"), st.just(0)),
        st.tuples(st.just("fail"), st.just(0)),
    ),
    max_size=60,
)


# Shrinking a timed run takes minutes; the example as found is short enough.
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(played=steps, seed=st.integers(0, 10_000))
def test_every_browser_ends_with_the_same_board(played: list[tuple[str, Any]], seed: int) -> None:
    random.seed(seed)
    asyncio.run(_play(played))


class Play:
    """One run: what the steps do, one method a verb."""

    def __init__(self) -> None:
        self.store = Store()
        self.hub = Hub(self.store.read, self.store.read_heads)
        self.browsers = [Browser() for _ in range(3)]
        self.under_way: list[dict[str, Any]] = []
        self.joining: list[asyncio.Task[None]] = []

    def announce(self, topic: str) -> None:
        self.under_way.append(self.store.announce(topic))

    def deliver(self, which: int) -> None:
        if self.under_way:
            self.hub.hear(self.under_way.pop(which % len(self.under_way)))

    def double(self, which: int) -> None:
        if self.under_way:
            self.hub.hear(self.under_way[which % len(self.under_way)])

    def lose(self, which: int) -> None:
        if self.under_way:
            self.under_way.pop(which % len(self.under_way))

    def connect(self, who: int) -> None:
        self.drop(who)
        browser = self.browsers[who]
        self.joining.append(asyncio.ensure_future(join_all(self.hub, browser, browser.connect())))

    def drop(self, who: int) -> None:
        browser = self.browsers[who]
        if browser.connection is not None:
            self.hub.drop(browser.connection)
        browser.connection = None

    def full(self, who: int) -> None:
        self.browsers[who].free.clear()

    def drain(self, who: int) -> None:
        self.browsers[who].free.set()

    def prune(self, topic: str) -> None:
        del self.store.events[topic][:-2]

    def fail(self, _: int) -> None:
        self.store.broken = 1

    async def run(self, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    async def heal(self, _: int) -> None:
        await self.hub.heal()

    async def end(self) -> None:
        """Everybody comes back, and the database answers: what the seconds after a bad minute look like."""
        self.store.broken = 0
        await asyncio.gather(*self.joining, return_exceptions=True)
        for message in self.under_way:
            self.hub.hear(message)
        for who, browser in enumerate(self.browsers):
            browser.free.set()
            if browser.connection is None or browser.connection.ended or len(browser.connection.topics) < len(TOPICS):
                self.drop(who)
                await join_all(self.hub, browser, browser.connect())
        await self.hub.heal()


async def _play(steps: list[tuple[str, Any]]) -> None:
    play = Play()
    for verb, what in steps:
        done = getattr(play, verb)(what)
        if done is not None:
            await done
    await play.end()
    heads = {address(topic): head for topic, head in play.store.heads.items()}
    with contextlib.suppress(TimeoutError):
        await until(lambda: all(browser.known == heads for browser in play.browsers), 3)
    assert not any(browser.wrong for browser in play.browsers), [browser.wrong for browser in play.browsers]
    assert [browser.known for browser in play.browsers] == [heads] * 3, steps
    for who in range(3):
        play.drop(who)
    await play.hub.heal()
    assert not play.hub.watched


@pytest.fixture(autouse=True, scope="module")
def _brisk() -> Any:
    patch = pytest.MonkeyPatch()
    patch.setattr(hubs, "FLUSH_SECONDS", 0.003)
    yield
    patch.undo()


def test_one_reading_serves_all_who_come_back_at_once() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        for _ in range(10):
            store.announce(TOPICS[0])
        browsers = [Browser() for _ in range(500)]
        await asyncio.gather(
            *(hub.join(b.connect(), address(TOPICS[0]), (1, TOPICS[0]), n % 11) for n, b in enumerate(browsers))
        )
        assert store.reads == 1
        assert all(b.known == {address(TOPICS[0]): 10} for b in browsers)
        assert browsers[3].kinds == [(address(TOPICS[0]), n, f"k{n}") for n in range(4, 11)]

    asyncio.run(play())


def test_missing_more_than_is_kept_is_told_to_load_again() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        for _ in range(CATCH_UP_LIMIT + 5):
            store.announce(TOPICS[0])
        late, newest = Browser(), Browser()
        await hub.join(late.connect(), address(TOPICS[0]), (1, TOPICS[0]), 4)
        await hub.join(newest.connect(), address(TOPICS[0]), (1, TOPICS[0]), None)
        assert (late.resets, late.known[address(TOPICS[0])]) == (1, CATCH_UP_LIMIT + 5)
        assert (newest.resets, newest.kinds, newest.known[address(TOPICS[0])]) == (0, [], CATCH_UP_LIMIT + 5)

    asyncio.run(play())


def test_a_page_newer_than_the_message_waits_for_no_reset() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        early, page = Browser(), Browser()
        await hub.join(early.connect(), address(TOPICS[0]), (1, TOPICS[0]), 0)
        message = store.announce(TOPICS[0])  # committed, its message still on its way
        await hub.join(page.connect(), address(TOPICS[0]), (1, TOPICS[0]), 1)
        hub.hear(message)
        assert (page.resets, page.kinds) == (0, [])
        assert early.known == page.known == {address(TOPICS[0]): 1}

    asyncio.run(play())


def test_a_number_from_nowhere_gets_a_reset() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        browser = Browser()
        browser.known = {address(TOPICS[0]): 99}
        await hub.join(browser.connect(), address(TOPICS[0]), (1, TOPICS[0]), 99)
        assert (browser.resets, browser.known[address(TOPICS[0])]) == (1, 0)

    asyncio.run(play())


def test_a_database_put_back_in_time_resets_the_watchers() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        browser = Browser()
        for _ in range(5):
            store.announce(TOPICS[0])
        await hub.join(browser.connect(), address(TOPICS[0]), (1, TOPICS[0]), 5)
        store.heads[TOPICS[0]] = 3
        del store.events[TOPICS[0]][3:]
        await hub.heal()
        assert (browser.resets, browser.known[address(TOPICS[0])]) == (1, 3)
        hub.hear(store.announce(TOPICS[0]))
        await until(lambda: browser.known[address(TOPICS[0])] == 4)

    asyncio.run(play())


def test_a_topic_without_events_tells_that_it_has_moved() -> None:
    """Its number is read off other rows: told of or found by comparing, a move ends in one reset for every watcher."""
    number = 7

    async def read(_compound: int, _topic: str) -> Reading:
        seen = number
        await asyncio.sleep(0)
        return Reading(seen, ())

    async def read_heads(pairs: list[Key]) -> dict[Key, int]:
        return dict.fromkeys(pairs, number)

    async def play() -> None:
        nonlocal number
        hub = Hub(read, read_heads)
        told = {"type": "live.moved", "compound": 1, "topics": ["x:5", "nobody:1"]}
        page, older = Browser(), Browser()
        await hub.join(page.connect(), "here/x:5", (1, "x:5"), 7)
        await hub.join(older.connect(), "here/x:5", (1, "x:5"), 3)
        assert (page.resets, older.resets) == (0, 1)
        number = 8
        hub.hear(told)
        await until(lambda: page.known["here/x:5"] == 8)
        assert (page.resets, older.resets) == (1, 2)
        hub.hear({**told, "compound": 2})  # the same name next door
        hub.hear(told)  # told of again, and nothing has moved
        await until(lambda: hub.watched[1, "x:5"].filling is None)
        assert (page.resets, page.known["here/x:5"]) == (1, 8)
        hub.hear(told)
        await asyncio.sleep(0)  # it is being read
        number = 9
        hub.hear(told)
        await until(lambda: page.known["here/x:5"] == 9)
        number = 10  # nobody says so
        await hub.heal()
        await until(lambda: page.known["here/x:5"] == 10)
        number = 2  # rows went
        await hub.heal()
        assert (page.resets, page.known["here/x:5"]) == (4, 2)

    asyncio.run(play())


def test_close_events_go_out_together() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        frames: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            frames.append(message)

        await hub.join(connections.Connection(send, "s"), address(TOPICS[0]), (1, TOPICS[0]), 0)
        for _ in range(30):
            hub.hear(store.announce(TOPICS[0]))
        await until(lambda: '"seq":30,' in frames[-1]["text"])
        assert len(frames) == 3  # the greeting, the first event at once, the others together

    asyncio.run(play())


def test_the_frame_is_built_once_for_all() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        seen: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            seen.append(message)

        for _ in range(50):
            await hub.join(connections.Connection(send, "s"), address(TOPICS[0]), (1, TOPICS[0]), 0)
        seen.clear()
        hub.hear(store.announce(TOPICS[0]))
        assert len(seen) == 50
        assert len({id(message) for message in seen}) == 1

    asyncio.run(play())


def test_who_comes_back_from_the_same_number_gets_the_same_greeting() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        topic = TOPICS[0]
        said: list[str] = []

        async def send(message: dict[str, Any]) -> None:
            said.append(message["text"])

        async def greeted(after: int | None) -> tuple[str, list[int]]:
            await hub.join(connections.Connection(send, ""), address(topic), (1, topic), after)
            frame = json.loads(said.pop())
            return frame["type"], [event["seq"] for event in frame.get("events", ())]

        for _ in range(3):
            store.announce(topic)
        for _ in range(2):
            assert await greeted(1) == ("events", [2, 3])
            assert await greeted(None) == ("events", [])
            assert await greeted(0) == ("events", [1, 2, 3])
        hub.hear(store.announce(topic))
        said.clear()
        assert await greeted(0) == ("events", [1, 2, 3, 4])
        # The database was put back, and went on with other events to the same number.
        store.heads[topic], store.events[topic] = 2, store.events[topic][:2]
        await hub.heal()
        said.clear()
        assert await greeted(0) == ("events", [1, 2])
        assert await greeted(4) == ("reset", [])

    asyncio.run(play())


def test_a_reader_that_stalls_is_let_go_and_catches_up() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        good, slow = Browser(), Browser()
        ended = asyncio.Event()

        async def endpoint() -> None:
            connection = slow.connect()
            connection._task = asyncio.current_task()
            await hub.join(connection, address(TOPICS[0]), (1, TOPICS[0]), 0)
            try:
                await asyncio.Event().wait()
            finally:
                hub.drop(connection)
                ended.set()

        await hub.join(good.connect(), address(TOPICS[0]), (1, TOPICS[0]), 0)
        task = asyncio.ensure_future(endpoint())
        await until(lambda: slow.known == {address(TOPICS[0]): 0})
        slow.free.clear()
        for _ in range(connections.BACKLOG + 2):
            hub.hear(store.announce(TOPICS[0]))
            await asyncio.sleep(0.005)
            assert len(slow.connection._backlog or ()) <= connections.BACKLOG
        await ended.wait()
        assert task.done() or await asyncio.wait([task])
        assert good.known == {address(TOPICS[0]): connections.BACKLOG + 2}
        slow.free.set()
        await hub.join(slow.connect(), address(TOPICS[0]), (1, TOPICS[0]), slow.known[address(TOPICS[0])])
        assert slow.known == good.known

    asyncio.run(play())


def test_a_revoked_person_is_closed_and_others_are_not() -> None:
    async def play() -> None:
        store = Store()
        hub = Hub(store.read, store.read_heads)
        revoked, other = Browser(), Browser()
        for person, browser in ((7, revoked), (8, other)):
            connection = browser.connect()
            connection.person_id = person
            hub.connections.add(connection)
            await hub.join(connection, address(TOPICS[0]), (1, TOPICS[0]), 0)
        hub.hear({"type": "live.revoke", "person": 7})
        hub.hear(store.announce(TOPICS[0]))
        assert (revoked.codes, revoked.known) == ([4401], {address(TOPICS[0]): 0})
        assert (other.codes, other.known) == ([], {address(TOPICS[0]): 1})

    asyncio.run(play())
