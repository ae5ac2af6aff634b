"""Whatever a bad line cuts, repeats and shuffles: each answer counts once, with its photo, and nothing is left on the phone."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as st

from posting.actions.answers import Given, Taken, as_upload, take, take_photo
from posting.models import Answer, Conflict, Photo, Task
from posting.queries import receipt_photos
from posting.refusals import BadInput, NoSuchThing
from tenancy.scope import scope
from tests.posting.conftest import NOW, given_for, jpeg, open_tasks, publicity, three_points
from tests.world import Side, World

PHOTOS = [jpeg(colour) for colour in ("#a10000", "#00a100", "#0000a1")]
# What may happen on the way: which of three answers, and what of it arrives.
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["answer", "photo", "half", "lost receipt"])), max_size=14
)


@dataclass
class Phone:
    """What a phone keeps: each answer until a receipt lists its photo as stored."""

    side: Side
    kept: dict[int, tuple[Given, bytes]]
    at: int = 0
    heard: list[Taken] = field(default_factory=list)

    def step(self, n: int, what: str) -> None:
        """One request, answered or not."""
        if n not in self.kept:
            return
        given, photo = self.kept[n]
        self.at += 1
        common: dict[str, Any] = {
            "compound_id": self.side.compound.pk,
            "by": self.side.actor("worker"),
            "now": NOW + timedelta(minutes=self.at),
        }
        try:
            if what == "answer":
                taken = take(given=given, **common)
            else:
                sent = photo[: len(photo) // 2] if what == "half" else photo
                taken = take_photo(client_id=given.client_id, slot=0, upload=as_upload(sent), **common)
        except (NoSuchThing, BadInput):
            return  # the photo came before its answer, or only half of it
        if what == "lost receipt":
            return
        self.heard.append(taken)
        if all(one.file_id is not None for one in receipt_photos(taken.answer, taken.digest)):
            del self.kept[n]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@every(steps=STEPS)
def test_each_answer_counts_once(world: World, steps: list[tuple[int, str]]) -> None:
    side = world.here
    with scope(side.compound.pk):
        made = Task.objects.exists()
    if not made:
        three_points(side)
        publicity(side)
    with scope(side.compound.pk):
        tasks = list(Task.objects.select_related("round").order_by("pk")[:3])
        before = Answer.objects.count()
        phone = Phone(side, {n: (given_for(tasks[n], photos=[PHOTOS[n]]), PHOTOS[n]) for n in range(3)})
        ids = [given.client_id for given, _photo in phone.kept.values()]
        for n, what in steps:
            phone.step(n, what)
        # At home there is signal: in order, until nothing is kept.
        for n in range(3):
            phone.step(n, "answer")
            phone.step(n, "photo")
        assert phone.kept == {}
        mine = Answer.objects.filter(client_id__in=ids)
        assert sorted(mine.values_list("state", flat=True)) == ["counted"] * 3
        assert Answer.objects.count() == before + 3
        assert Photo.objects.filter(answer__in=mine, file__isnull=False).count() == 3
        assert not any(one.differs for one in phone.heard)
        assert not Conflict.objects.exists()


def test_two_people_at_one_point_are_both_kept(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    task = open_tasks(notice)[0]
    with scope(side.compound.pk):
        for n, who in enumerate(("worker", "officer")):
            given = given_for(task, photos=[PHOTOS[n]], client_id=uuid.uuid4())
            common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor(who), "now": NOW}
            take(given=given, **common)
            take_photo(client_id=given.client_id, slot=0, upload=as_upload(PHOTOS[n]), **common)
        assert [(one.state, one.flags) for one in Answer.objects.order_by("pk")] == [
            ("counted", []),
            ("counted", ["again"]),
        ]
    assert len(open_tasks(notice)) == 2
