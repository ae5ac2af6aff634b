"""Whatever a bad line does to a phone's requests: each answer counts once, with its photos, in each of its rounds.

The phone keeps the house's rule (docs/decisions/rounds.md): it sends an answer and then its photos, forgets nothing before a
receipt names every photo, and begins again from what it kept. ``ROUNDS_RUNS=500`` draws five hundred lines.
"""

import hashlib
import itertools
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as st

from audit.models import Entry as Audited
from rounds.models import Answer, Conflict, Entry, Photo, Plan
from tenancy.scope import scope
from tests.posting.conftest import jpeg
from tests.rounds.conftest import body_for, fresh, planned, points_of, round_of
from tests.rounds.test_api import Phone
from tests.world import Side, World

CHECK = "check:extinguisher:check:half_month"
RUNS = int(os.environ.get("ROUNDS_RUNS", "12"))
WAYS = ("well", "cut before", "cut after", "half", "twice", "again later", "later")
ANSWERS, PHOTOS = 3, 2
PICTURES = [[jpeg(f"#{n}{n}{slot}0a0") for slot in range(PHOTOS)] for n in range(1, ANSWERS + 1)]
# What becomes of one request after the other; and after which of them the phone dies, to begin again from what it kept.
LINES = st.lists(st.tuples(st.sampled_from(WAYS), st.integers(0, 3)), max_size=24)
DEATHS = st.sets(st.integers(0, 23), max_size=4)
# One by one as the page sends, or all bodies in one request as a firm's own app does.
AT_ONCE = st.booleans()
_RUN = itertools.count()


@dataclass
class Line:
    """What is drawn for each request; what it holds back arrives after so many others, or when all is over."""

    phone: Phone
    ways: list[tuple[str, int]]
    held: list[tuple[int, Callable[[], Any]]] = field(default_factory=list)
    sent: int = 0

    def carry(self, work: Callable[[bytes | None], Any], photo: bytes | None = None) -> Any:
        """Do a request, or half of it, or twice, or later; None where no answer comes back."""
        way, wait = self.ways[self.sent] if self.sent < len(self.ways) else ("well", 0)
        self.sent += 1
        self.let_in()
        if way == "half" and photo is not None:
            return work(photo[: len(photo) // 2])
        if way in {"later", "again later"}:
            self.held.append((self.sent + wait, lambda: work(photo)))
        if way in {"cut before", "later"}:
            return None
        answered = work(photo)
        if way == "twice":
            answered = work(photo)
        return None if way == "cut after" else answered

    def let_in(self, *, all_of_it: bool = False) -> None:
        """What was held back long enough arrives."""
        due = [one for one in self.held if all_of_it or one[0] <= self.sent]
        self.held = [one for one in self.held if one not in due]
        for _at, work in due:
            work()


@dataclass
class Kept:
    """An answer on the phone, whole, until a receipt names its photos."""

    one: uuid.UUID
    body: dict[str, Any]
    photos: Sequence[bytes]


def _stored(answered: Any, kept: Kept) -> set[int]:
    """The slots that a receipt names as stored; nothing where there is no receipt."""
    if answered is None or answered.status_code not in {200, 201, 409}:
        return set()
    said = {(one["slot"], one["sha256"]) for one in answered.json()["photos"] if one["stored"]}
    return {slot for slot, photo in enumerate(kept.photos) if (slot, hashlib.sha256(photo).hexdigest()) in said}


def send(line: Line, waiting: list[Kept], *, dies: Callable[[], bool]) -> list[Kept]:
    """One try at everything, in order, as ``ui/offline/answers.js`` does; returns what the phone still keeps."""
    left: list[Kept] = list(waiting)
    for kept in waiting:
        answered = line.carry(lambda _photo, kept=kept: line.phone.answer(kept.one, kept.body))
        if dies():
            return left
        if answered is None:
            return left  # no signal: the next try begins again
        there = _stored(answered, kept)
        for slot, photo in enumerate(kept.photos):
            if slot in there:
                continue
            answered = line.carry(
                lambda sent, kept=kept, slot=slot: line.phone.photo(kept.one, sent or b"", slot), photo
            )
            if dies() or answered is None:
                return left
            there |= _stored(answered, kept)
        if there == set(range(len(kept.photos))):
            left.remove(kept)
    return left


def _at_once(line: Line, waiting: Sequence[Kept]) -> None:
    line.carry(lambda _photo: line.phone.many([{"id": str(one.one), "body": one.body} for one in waiting]))


@settings(
    max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@every(ways=LINES, deaths=DEATHS, at_once=AT_ONCE)
def test_whatever_the_line_does_each_answer_counts_once_with_its_photos(
    world: World, sign_in: Callable[..., Client], ways: list[tuple[str, int]], deaths: set[int], at_once: bool
) -> None:
    side, run = world.here, next(_RUN)
    cache.clear()  # of how often this phone has asked: the clock stands still, and all lines are drawn in one second of it
    plan = _plan(side) or planned(side, ANSWERS)[CHECK]
    occurrence, points = round_of(plan), points_of(plan)[:ANSWERS]
    phone = Phone(side, sign_in(side, "worker"))
    kept = [
        Kept(
            uuid.uuid4(),
            body_for(
                occurrence, point, bad="body", photos=PICTURES[n], walk=str(uuid.UUID(int=run + 1)), order=n + 1,
                seconds=60 * n,
            ),
            PICTURES[n],
        )
        for n, point in enumerate(points)
    ]  # fmt: skip
    ids = [one.one for one in kept]
    line = Line(phone, ways)
    if at_once:
        _at_once(line, kept)
    waiting = kept
    for _try in range(40):
        waiting = send(line, waiting, dies=lambda: line.sent - 1 in deaths)
        if not waiting:
            break
    assert waiting == []
    line.let_in(all_of_it=True)  # what wandered about comes home after everything was confirmed
    with scope(side.compound.pk):
        mine = Answer.objects.filter(client_id__in=ids)
        assert sorted(mine.values_list("state", flat=True)) == ["counted"] * ANSWERS
        stored = Photo.objects.filter(answer__in=mine, file__isnull=False, conflict__isnull=True)
        assert sorted(stored.values_list("answer__client_id", "slot", "sha256")) == sorted(
            (one.one, slot, hashlib.sha256(photo).hexdigest()) for one in kept for slot, photo in enumerate(one.photos)
        )
        assert Entry.objects.filter(answer__in=mine, occurrence_id=occurrence.pk).count() == ANSWERS
        assert not Conflict.objects.filter(answer__in=mine).exists()
        said = Audited.objects.filter(target__in=[f"rounds.answer:{pk}" for pk in mine.values_list("pk", flat=True)])
        assert sorted(said.values_list("verb", flat=True)) == ["rounds.answer"] * 3 + ["rounds.complete"] * 3
    assert (fresh(occurrence).answered, fresh(occurrence).faults, fresh(occurrence).state) == (3, 3, "done")


def _plan(side: Side) -> Plan | None:
    """The plan, once an example has made it: all examples walk in one world."""
    with scope(side.compound.pk):
        found: Plan | None = Plan.objects.select_related("route").filter(key=CHECK, ended_at__isnull=True).first()
        return found
