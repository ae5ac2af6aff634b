"""A key: one effect however often it is sent, in two statements, living and dying with the effect."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from idempotency import actions, queries, tasks
from idempotency.actions import Claim, KeyMalformed, KeyReused, Once, Replay, Replayed
from idempotency.models import Receipt
from tenancy.scope import ScopeError, scope
from tenancy.statements import Piece, prepared
from tests.world import CANARY, World

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
KEY = "abcdefgh-ABCDEFGH_0123"
PRINT = "a" * 64


def _claim(compound_id: int, **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "compound_id": compound_id,
        "person_id": 7,
        "key": KEY,
        "route": "repairs:file",
        "fingerprint": PRINT,
        "now": NOW,
        **changes,
    }
    return actions.claim(**values)


def test_the_second_is_answered_like_the_first(world: World) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        first = _claim(compound_id)
        assert first.replay is None
        actions.settle(first, status=201, location="/c/here/repairs/K7/", body={"ref": "K7", "标题": "漏水"})
        again = _claim(compound_id)
        assert again.replay == Replay(201, "/c/here/repairs/K7/", {"ref": "K7", "标题": "漏水"})
        assert Receipt.objects.get().repeats == 1


def test_a_page_replays_without_a_body(world: World) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        actions.settle(_claim(compound_id), status=302, location="/x/")
        assert _claim(compound_id).replay == Replay(302, "/x/", None)


def test_the_whole_costs_two_statements_and_a_repeat_one(world: World, statements: Callable[[], Any]) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        with statements() as seen:
            actions.settle(_claim(compound_id), status=302, location="/x/")
        assert len(seen) == 2
        with statements() as seen:
            _claim(compound_id)
        assert len(seen) == 1


def _once(compound_id: int, **changes: Any) -> Once:
    values = {"person_id": 7, "key": KEY, "route": "ballots", "fingerprint": PRINT, "location": "/receipt/", **changes}
    return Once(compound_id, **values)


def _run(piece: Piece, *, effect: bool = True) -> Any:
    """A statement of somebody else with the piece in it, which has its effect or not."""
    with prepared() as cursor:
        cursor.execute(
            f"WITH effect AS (SELECT 1 WHERE {effect}), {piece.sql} SELECT {', '.join(piece.gives)}",
            dict(piece.parameters),
        )
        return cursor.fetchone()


def test_within_other_statements_it_is_the_same(world: World, statements: Callable[[], Any]) -> None:
    compound_id = world.here.compound.pk
    once = _once(compound_id)
    with scope(compound_id):
        with statements() as seen:
            claim = once.claimed(_run(once.claiming(NOW)))
            assert _run(once.settling(claim), effect=False) == (None,)
            assert _run(once.settling(claim)) == (claim.receipt_id,)
        assert len(seen) == 3
        with pytest.raises(Replayed) as found:
            once.claimed(_run(once.claiming(NOW)))
        assert found.value.replay == Replay(302, "/receipt/", None)
        # One and the same table: what one way has settled, the other replays.
        assert _claim(compound_id, route="ballots").replay == found.value.replay
        with pytest.raises(KeyReused):
            other = _once(compound_id, route="another")
            other.claimed(_run(other.claiming(NOW)))
        with pytest.raises(KeyMalformed):
            _once(compound_id, key="short").claiming(NOW)
        assert _run(once.settling(claim)) == (None,)  # once
    with pytest.raises(ScopeError):
        once.claiming(NOW)


@pytest.mark.parametrize("change", [{"fingerprint": "b" * 64}, {"route": "repairs:other"}])
def test_a_settled_key_is_not_for_another_request(world: World, change: dict[str, str]) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        actions.settle(_claim(compound_id), status=302)
        with pytest.raises(KeyReused) as refused:
            _claim(compound_id, **change)
        assert refused.value.code == "key_reused"
        assert _claim(compound_id).replay == Replay(302, "", None)


def test_a_request_that_was_refused_may_be_corrected_under_its_key(world: World) -> None:
    """A refusal that is answered inside the transaction leaves a receipt without a status: nothing happened."""
    compound_id = world.here.compound.pk
    with scope(compound_id):
        assert _claim(compound_id).replay is None
        second = _claim(compound_id, fingerprint="b" * 64)
        assert second.replay is None
        actions.settle(second, status=302)
        assert _claim(compound_id, fingerprint="b" * 64).replay == Replay(302, "", None)
        with pytest.raises(KeyReused):
            _claim(compound_id)


def test_effect_and_receipt_die_together(world: World) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        with transaction.atomic():
            actions.settle(_claim(compound_id), status=302)
            transaction.set_rollback(True)
        assert not Receipt.objects.exists()
        assert _claim(compound_id).replay is None


def test_a_key_is_one_persons_in_one_compound(world: World) -> None:
    for side in (world.here, world.there):
        for person_id in (7, 8):
            with scope(side.compound.pk):
                found = _claim(side.compound.pk, person_id=person_id)
                assert found.replay is None
                actions.settle(found, status=302)


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "short",
        "x" * 15,
        "x" * 65,
        "spaces are not good",
        "键键键键键键键键键键键键键键键键",
        KEY + "\n",
        "a;DROP TABLE--------",
    ],
)
def test_keys_of_a_wrong_form(world: World, key: str | None) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        with pytest.raises(KeyMalformed) as refused:
            _claim(compound_id, key=key)
        assert refused.value.code == "key_malformed"
        if key:
            with pytest.raises(DatabaseError), transaction.atomic():
                Receipt.objects.create(
                    compound_id=compound_id, person_id=1, key=key, route="r", body_digest="", created_at=NOW
                )


def test_settling_twice_is_a_mistake(world: World) -> None:
    compound_id = world.here.compound.pk
    with scope(compound_id):
        claim = _claim(compound_id)
        actions.settle(claim, status=302)
        with pytest.raises(ValueError, match="once"):
            actions.settle(claim, status=200)


def test_outside_the_scope_or_a_transaction(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    with pytest.raises(ScopeError):
        _claim(here)
    with scope(here), pytest.raises(ScopeError):
        _claim(there)


def test_the_other_compounds_receipt_is_there_and_not_seen(world: World) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    with scope(there):
        actions.settle(_claim(there), status=201, body={"name": CANARY})
    with scope(here):
        assert not Receipt.objects.filter(compound_id=there).exists()
        assert _claim(here).replay is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM idempotency_receipt WHERE compound_id = %s", [there])
            assert cursor.fetchone() == (0,)


def _together(first: Callable[[], None], second: Callable[[], None]) -> None:
    threads = [threading.Thread(target=run) for run in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("first_commits", [True, False])
def test_a_double_tap_waits_for_the_first(committed_db: str, world: World, first_commits: bool) -> None:
    """The second waits on the first's row: it replays what was committed, or acts itself when nothing was."""
    compound_id = world.here.compound.pk
    claimed, seen = threading.Event(), []

    def first() -> None:
        with scope(compound_id):
            claim = _claim(compound_id)
            claimed.set()
            time.sleep(0.4)
            actions.settle(claim, status=302, location="/first/")
            if not first_commits:
                transaction.set_rollback(True)
        connections.close_all()

    def second() -> None:
        claimed.wait(10)
        began = time.monotonic()
        with scope(compound_id):
            seen.append((_claim(compound_id).replay, time.monotonic() - began))
        connections.close_all()

    _together(first, second)
    ((replay, waited),) = seen
    assert waited > 0.2
    assert replay == (Replay(302, "/first/", None) if first_commits else None)


def test_old_receipts_are_cleared_compound_by_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = world.here.compound.pk, world.there.compound.pk
    with scope(here):
        _claim(here, now=NOW - timedelta(days=31))
        _claim(here, key=KEY + "-young", now=NOW - timedelta(days=29))
    with scope(there):
        _claim(there, now=NOW - timedelta(days=29))
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOW)
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(tasks.purge_receipts, "delay", lambda **kwargs: asked.append(kwargs))
    tasks.sweep_receipts()
    assert asked == [{"compound_id": here}]
    assert tasks.purge_receipts(compound_id=here) == 1
    with scope(here):
        assert list(Receipt.objects.values_list("key", flat=True)) == [KEY + "-young"]
        assert queries.compounds_with_old_receipts(NOW) == []
