"""What is written last: in one order, after every other lock, and not at all when its cause is undone."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actions import Also, record
from audit.models import Entry
from live import actions as live
from live import topics
from live.models import Event
from tenancy import ending
from tenancy.scope import scope
from tests.world import Side, World

BOARD, DESK = "ending.board", "ending.desk"


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    before = dict(topics._definitions)
    for name in (BOARD, DESK):
        topics.register(name, may_watch=lambda *_: True)
    yield
    topics._definitions.clear()
    topics._definitions.update(before)


def enter(side: Side, verb: str, **also: Any) -> None:
    record(
        by=side.actor("manager"),
        compound_id=side.compound.pk,
        verb=verb,
        target="test.thing:1",
        changes={},
        now=timezone.now(),
        **also,
    )


def say(side: Side, topic: str = BOARD) -> None:
    live.announce(compound_id=side.compound.pk, topic=topic, kind="changed", payload={}, now=timezone.now())


def hold(row: int) -> None:
    """Stands for any row that an action locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [row])


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(target="test.thing:1").order_by("seq").values_list("verb", flat=True))


def events(side: Side) -> list[tuple[str, int]]:
    with scope(side.compound.pk):
        return sorted(Event.objects.filter(topic__in=[BOARD, DESK]).values_list("topic", "seq"))


def _both(*work: Callable[[], None]) -> list[BaseException]:
    failed: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:  # noqa: BLE001  whatever it was, the test names it
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.parametrize("first", [enter, say], ids=["entry", "event"])
def test_an_action_that_holds_a_row_and_one_that_has_written_do_not_wait_in_a_ring(
    committed_db: str, world: World, first: Callable[..., None]
) -> None:
    here = world.here
    written, held = threading.Event(), threading.Event()

    def composite() -> None:
        with scope(here.compound.pk):
            first(here, *(["outer"] if first is enter else []))
            written.set()
            assert held.wait(30)
            # The other holds this row and comes for the head next.
            hold(7)
            say(here, DESK)
            enter(here, "inner")

    def other() -> None:
        assert written.wait(30)
        with scope(here.compound.pk):
            hold(7)
            held.set()
            enter(here, "other")
            say(here, BOARD)

    assert _both(composite, other) == []
    assert verbs(here) == ["other", *(["outer"] if first is enter else []), "inner"]
    assert events(here) == [(BOARD, 1), *([(BOARD, 2)] if first is say else []), (DESK, 1)]


def test_events_come_before_entries_and_compounds_in_their_order(committed_db: str, world: World) -> None:
    sides = sorted((world.here, world.there), key=lambda side: side.compound.pk)
    with CaptureQueriesContext(connection) as seen, scope([side.compound.pk for side in sides]):
        for side in reversed(sides):
            enter(side, "one")
            say(side, DESK)
            enter(side, "two")
            say(side, BOARD)
        assert [one["sql"] for one in seen if "INSERT" in one["sql"] or "audit_append" in one["sql"]] == []
    written = [one["sql"] for one in seen]
    kinds = ["event" if "live_event" in sql else "entry" for sql in written if "live_event" in sql or "audit_" in sql]
    assert kinds == ["event", "entry", "entry"] * 2
    for side in sides:
        assert (verbs(side), events(side)) == (["one", "two"], [(BOARD, 1), (DESK, 1)])


def test_what_a_savepoint_undoes_is_not_written(committed_db: str, world: World) -> None:
    here = world.here
    with scope(here.compound.pk):
        enter(here, "kept")
        with pytest.raises(LookupError), transaction.atomic():
            enter(here, "undone")
            say(here)
            raise LookupError
        say(here, DESK)
    assert (verbs(here), events(here)) == (["kept"], [(DESK, 1)])


@pytest.mark.parametrize("how", ["raised", "marked"])
def test_what_the_transaction_undoes_is_not_written(committed_db: str, world: World, how: str) -> None:
    here = world.here
    with pytest.raises(LookupError), transaction.atomic():
        with scope(here.compound.pk):
            enter(here, "undone")
            say(here)
            if how == "raised":
                raise LookupError
            transaction.set_rollback(True)
        raise LookupError
    assert (verbs(here), events(here)) == ([], [])


def test_a_scope_inside_leaves_it_to_the_outer_and_an_inner_of_its_own_writes_its_own(
    committed_db: str, world: World
) -> None:
    here, there = world.here, world.there
    with scope([here.compound.pk, there.compound.pk]):
        with scope(here.compound.pk):
            enter(here, "narrowed")
        enter(there, "outer")
    with transaction.atomic():
        for side in (here, there):
            with scope(side.compound.pk):
                enter(side, "by itself")
                say(side)
    assert verbs(here) == ["narrowed", "by itself"]
    assert verbs(there) == ["outer", "by itself"]
    assert (events(here), events(there)) == ([(BOARD, 1)], [(BOARD, 1)])


def test_the_value_of_what_an_entry_also_does_is_told_before_the_commit(committed_db: str, world: World) -> None:
    here = world.here
    told: list[tuple[Any, bool]] = []
    with scope(here.compound.pk):
        enter(here, "also", also=Also("%s::int + 1", [4], then=lambda n: told.append((n, connection.in_atomic_block))))
        assert told == []
    assert told == [(5, True)]


def test_outside_a_transaction_nothing_is_taken(committed_db: str) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ending.hand_over(compound_id=1, rank=ending.Rank.ENTRY, content=None, deliver=lambda *_: None)


def test_a_parcel_that_no_scope_took_is_never_silently_lost(committed_db: str) -> None:
    with pytest.raises(RuntimeError, match="left behind"), transaction.atomic():
        ending.hand_over(compound_id=1, rank=ending.Rank.ENTRY, content=None, deliver=lambda *_: None)
