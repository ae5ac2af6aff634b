"""Two at once, really at once: two uploads, two workers at one import, an undo beside an import. Each commits for itself."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from registers.actions import undoing, uploading, working
from registers.models import Run
from registers.refusals import Refused
from tenancy.scope import scope
from tests.registers.books import home, register
from tests.registers.conftest import NOW, check, imported, kept, upload
from tests.world import Side, World


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, all of them started together; a refusal is its code."""
    start = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        start.wait(timeout=30)
        try:
            found[index] = call()
        except Refused as refused:
            found[index] = refused.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def runs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Run.objects.filter(compound=side.compound).order_by("pk").values_list("state", flat=True))


def test_of_two_uploads_at_once_one_is_taken(committed_db: str, world: World) -> None:
    side = world.here
    content = register(home("901"))
    by = {who: side.actor(who) for who in ("manager", "officer")}

    def one(who: str) -> Callable[[], str]:
        def call() -> str:
            with scope(side.compound.pk):
                run = uploading.upload(
                    compound_id=side.compound.pk, content=content, name="台账.xlsx", by=by[who], now=NOW
                )
            return run.state

        return call

    assert sorted(at_once(one("manager"), one("officer"))) == ["mapping", "other_open"]
    assert runs(side) == ["mapping"]


def test_two_workers_at_one_import_write_it_once(committed_db: str, world: World) -> None:
    side = world.here
    before = kept(side)
    run = check(side, upload(side, register(*[home(f"9{n:02d}") for n in range(1, 40)])))
    with scope(side.compound.pk):
        uploading.confirm(
            compound_id=side.compound.pk, ref=run.ref, plan=run.plan, answers={}, gone=[], skip_bad=False,
            by=side.actor("manager"), now=NOW,
        )  # fmt: skip

    def worker() -> str:
        return working.work(compound_id=side.compound.pk, run_id=run.pk, now=NOW)

    assert sorted(at_once(worker, worker, worker)) == ["", "", "done"]
    assert len(kept(side)) == len(before) + 39


def test_two_undos_at_once_undo_once(committed_db: str, world: World) -> None:
    side = world.here
    before = kept(side)
    run = imported(side, register(home("901"), home("101", "resident", area=90)))
    by = side.actor("manager")

    def back() -> str:
        with scope(side.compound.pk):
            return undoing.undo(compound_id=side.compound.pk, ref=run.ref, by=by, now=NOW).state

    assert sorted(at_once(back, back)) == ["out_of_state", "undone"]
    assert kept(side) == before
