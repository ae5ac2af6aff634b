"""Many owners at the same moment, on connections of their own: none lost, none twice, the chain whole."""

import threading
from collections import Counter
from typing import Any

from django.db import connections

from boxes import actions
from boxes.actions import HolderDraft
from boxes.models import Entry, Used
from boxes.refusals import OutOfState
from elections.box.chain import broken_at
from elections.box.counting import Right as Weight
from elections.box.record import roll_fingerprint
from elections.models import Edition, Poll, Right
from tenancy.scope import scope
from tests.boxes.conftest import DURING, OPENS, Running, called, step
from tests.elections.conftest import NOW, do
from tests.world import Side, World

OWNERS, THREADS = 200, 16


def crowded(side: Side, owners: int, **window: Any) -> tuple[Running, list[str]]:
    """A box that takes ballots of so many owners."""
    poll = called(side, **window)
    keys = [f"{number:016x}" for number in range(owners)]
    with scope(side.compound.pk):
        edition = Edition.objects.create(
            compound=side.compound, poll=poll, number=2, voters=owners, area=1_000_000 * owners, units=owners,
            fingerprint=roll_fingerprint({key: Weight(1_000_000) for key in keys}), units_fingerprint="0" * 64, at=NOW,
            person_id=1, label="test",
        )  # fmt: skip
        Right.objects.bulk_create(
            [
                Right(
                    compound=side.compound, edition=edition, number=number, key=key, holder="业主", units=[number],
                    area=1_000_000,
                )
                for number, key in enumerate(keys, 1)
            ]
        )  # fmt: skip
        Poll.objects.filter(compound=side.compound, pk=poll.pk).update(edition=edition)
    holders = [HolderDraft(post_id=side.posts[name].pk) for name in ("officer", "chair", "street")]
    made = do(actions.set_up_box, side, poll, holders=holders)
    for number, name in enumerate(("officer", "chair", "street"), 1):
        do(actions.confirm_share, side, poll, name, number=number)
    running = Running(side, poll, made)
    step(running, "open", actions.start, OPENS)
    return running, keys


def test_everyone_at_once_is_counted_once(world: World, committed_db: str) -> None:
    side = world.here
    running, keys = crowded(side, OWNERS)
    item = running.items[0].key
    # Every right is tried twice, from two threads: two telephones of a couple.
    tries = [*keys, *reversed(keys)]
    answers: Counter[str] = Counter()
    receipts: list[str] = []
    gate = threading.Barrier(THREADS)
    lock = threading.Lock()

    def vote(place: int) -> None:
        gate.wait()
        for right in tries[place::THREADS]:
            try:
                with scope(side.compound.pk):
                    found = actions.put_in(poll=running.poll, right=right, choices={item: "for"}, now=DURING)
                code = "taken"
            except OutOfState as error:
                code = error.code
            with lock:
                answers[code] += 1
                if code == "taken":
                    receipts.append(found.hash)
        connections.close_all()

    threads = [threading.Thread(target=vote, args=[place]) for place in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == {"taken": OWNERS, "already_voted": OWNERS}
    with scope(side.compound.pk):
        entries = list(Entry.objects.filter(compound=side.compound).order_by("number"))
        used = dict(Used.objects.filter(compound=side.compound).values_list("right", "hash"))
    assert broken_at([one.link for one in entries]) is None
    assert sorted(one.hash for one in entries if one.kind == "ballot") == sorted(receipts) == sorted(used.values())
    assert sorted(used) == keys
