"""Two processes over a layer that loses, doubles and overtakes: whatever is killed or cut, every board ends the same.

A machine of hypothesis plays two hubs over one store. Every announcement is on its way to each process by itself; processes
are killed with all their sockets, browsers come and go between them, stall until they are cut off, and come back. After
each step no browser may have seen a number twice, out of order, or skipped; in the end all show every event up to the head.
"""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from live import connection as connections
from live import hub as hubs
from live.hub import Hub
from tests.live.driver import Browser, until
from tests.live.test_hub import TOPICS, Store, address, join_all

PROCESSES, BROWSERS = 2, 4


class Boards(RuleBasedStateMachine):
    """Two processes, four browsers, one store."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store = Store()
        self.hubs = [Hub(self.store.read, self.store.read_heads) for _ in range(PROCESSES)]
        self.under_way: list[list[dict[str, Any]]] = [[] for _ in range(PROCESSES)]
        self.browsers = [Browser() for _ in range(BROWSERS)]
        self.at: list[int | None] = [None] * BROWSERS
        self.joining: list[asyncio.Task[None]] = []

    def play(self, step: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(step)

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        """How long the store takes to answer is drawn from here."""
        random.seed(seed)

    # --- what happens -----------------------------------------------------------------------------------------------

    @rule(topic=st.sampled_from(TOPICS), times=st.integers(1, 3))
    def announce(self, topic: str, times: int) -> None:
        for _ in range(times):
            message = self.store.announce(topic)
            for way in self.under_way:
                way.append(message)

    @precondition(lambda self: any(self.under_way))
    @rule(process=st.integers(0, 1), which=st.integers(0, 20), how=st.sampled_from(["deliver", "double", "lose"]))
    def carry(self, process: int, which: int, how: str) -> None:
        """The next message to a process, or a later one that overtakes it; twice, or never."""
        way = self.under_way[process]
        if not way:
            return
        which %= len(way)
        message = way[which] if how == "double" else way.pop(which)
        if how != "lose":
            self.play(self._hear(process, message))

    async def _hear(self, process: int, message: dict[str, Any]) -> None:
        self.hubs[process].hear(message)

    @rule(who=st.integers(0, BROWSERS - 1), process=st.integers(0, 1))
    def come(self, who: int, process: int) -> None:
        """A browser comes (again), to either process, from its last numbers."""
        self.play(self._come(who, process))

    async def _come(self, who: int, process: int) -> None:
        self._go(who)
        self.at[who] = process
        browser = self.browsers[who]
        self.joining.append(self.loop.create_task(join_all(self.hubs[process], browser, browser.connect())))

    @rule(who=st.integers(0, BROWSERS - 1))
    def go(self, who: int) -> None:
        self.play(self._going(who))

    async def _going(self, who: int) -> None:
        self._go(who)

    def _go(self, who: int) -> None:
        browser, process = self.browsers[who], self.at[who]
        if browser.connection is not None and process is not None:
            self.hubs[process].drop(browser.connection)
        browser.connection = self.at[who] = None

    @rule(process=st.integers(0, 1))
    def kill(self, process: int) -> None:
        """kill -9: nothing is said to anybody, and what was on its way to the process is lost."""
        self.play(self._kill(process))

    async def _kill(self, process: int) -> None:
        for who, at in enumerate(self.at):
            if at == process:
                self.browsers[who].connection = self.at[who] = None
        dead = self.hubs[process]
        for watched in dead.watched.values():
            for task in (watched.loading, watched.filling):
                if task is not None:
                    task.cancel()
            watched.members.clear()
            if watched.flush_handle is not None:
                watched.flush_handle.cancel()
        self.hubs[process] = Hub(self.store.read, self.store.read_heads)
        self.under_way[process].clear()

    @rule(who=st.integers(0, BROWSERS - 1), full=st.booleans())
    def stall(self, who: int, full: bool) -> None:
        """A phone stops reading, or goes on. Too much waiting for it, and it is cut off."""
        if full:
            self.browsers[who].free.clear()
        else:
            self.browsers[who].free.set()

    @rule(turns=st.integers(1, 6))
    def pass_time(self, turns: int) -> None:
        self.play(self._turns(turns))

    async def _turns(self, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    @rule()
    def gather(self) -> None:
        """Long enough for what is held together to go out."""
        self.play(asyncio.sleep(0.004))

    @rule(process=st.integers(0, 1))
    def compare(self, process: int) -> None:
        """What each process does every fifteen seconds."""
        self.play(self.hubs[process].heal())

    @rule(topic=st.sampled_from(TOPICS))
    def prune(self, topic: str) -> None:
        del self.store.events[topic][:-3]

    @rule()
    def fail(self) -> None:
        """The next reading meets a database that is gone."""
        self.store.broken = 1

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_twice_or_out_of_order(self) -> None:
        assert not any(browser.wrong for browser in self.browsers), [browser.wrong for browser in self.browsers]

    @invariant()
    def a_backlog_is_bounded(self) -> None:
        waiting = [one.connection._backlog or () for one in self.browsers if one.connection is not None]
        assert all(len(one) <= connections.BACKLOG for one in waiting)

    def teardown(self) -> None:
        try:
            self.play(self._end())
        finally:
            self.loop.close()

    async def _end(self) -> None:
        """The seconds after a bad minute: whoever lost the socket comes back, and each process compares."""
        self.store.broken = 0
        for browser in self.browsers:
            browser.free.set()
        await asyncio.gather(*self.joining, return_exceptions=True)
        await asyncio.sleep(0)
        for who, browser in enumerate(self.browsers):
            alive = browser.connection is not None and not browser.connection.ended
            if not alive or browser.connection is None or len(browser.connection.topics) < len(TOPICS):
                self._go(who)
                self.at[who] = who % PROCESSES
                await join_all(self.hubs[who % PROCESSES], browser, browser.connect())
        for hub in self.hubs:
            await hub.heal()
        heads = {address(topic): head for topic, head in self.store.heads.items()}
        try:
            await until(lambda: all(browser.known == heads for browser in self.browsers), 3)
        except TimeoutError:
            assert [browser.known for browser in self.browsers] == [heads] * BROWSERS
        self.nothing_twice_or_out_of_order()
        for who in range(BROWSERS):
            self._go(who)
        for hub in self.hubs:
            await hub.heal()
            assert not hub.watched


def test_every_board_ends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "FLUSH_SECONDS", 0.003)
    monkeypatch.setattr(connections, "BACKLOG", 3)
    run_state_machine_as_test(
        Boards,
        settings=settings(
            max_examples=80,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a timed run takes minutes
        ),
    )
