"""The protocol of what phones send: once, whole, never dropped; and what follows from it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from audit.models import Entry
from documents.actions import FileRefused
from messaging.models import Message
from posting import queries
from posting.actions.answers import Announced, Given, as_upload, take, take_photo
from posting.actions.judging import judge, saw_conflict
from posting.actions.points import retire_point
from posting.models import Answer, Conflict, Photo, Round, Task
from posting.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from tenancy.scope import scope
from tests.posting.conftest import (
    DAY,
    HOUR,
    NOW,
    answered,
    fresh,
    given_for,
    jpeg,
    open_tasks,
    publicity,
    three_points,
    withdrawn,
)
from tests.world import Side, World


def sent(side: Side, given: Given, who: str = "worker", **more: Any) -> Any:
    with scope(side.compound.pk):
        return take(compound_id=side.compound.pk, given=given, by=side.actor(who), now=NOW, **more)


def sent_photo(side: Side, given: Given, photo: bytes, who: str = "worker", slot: int = 0) -> Any:
    with scope(side.compound.pk):
        return take_photo(
            compound_id=side.compound.pk,
            client_id=given.client_id,
            slot=slot,
            upload=as_upload(photo),
            by=side.actor(who),
            now=NOW,
        )


def rows(side: Side, model: Any) -> list[Any]:
    with scope(side.compound.pk):
        return list(model.objects.order_by("pk"))


def test_it_counts_once_its_photo_is_there(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    task = open_tasks(notice)[0]
    photo = jpeg()
    given = given_for(task, photos=[photo])
    first = sent(side, given)
    assert (first.new, first.differs, first.answer.state, first.answer.flags) == (True, False, "waiting", [])
    assert len(open_tasks(notice)) == 3
    whole = sent_photo(side, given, photo)
    assert (whole.answer.state, whole.answer.complete_at) == ("counted", NOW)
    assert [one.pk for one in open_tasks(notice)] != [task.pk]
    assert len(open_tasks(notice)) == 2
    with scope(side.compound.pk):
        verbs = list(Entry.objects.filter(verb__startswith="posting.").order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["posting.answer", "posting.complete"]


def test_the_same_id_and_bytes_is_one(world: World) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    photo = jpeg()
    given = given_for(task, photos=[photo])
    for _ in range(3):
        sent(side, given)
    for _ in range(3):
        sent_photo(side, given, photo)
    for _ in range(2):
        sent(side, given)
    assert (len(rows(side, Answer)), len(rows(side, Photo)), len(rows(side, Conflict))) == (1, 1, 0)


def test_other_bytes_under_an_id_are_kept_for_the_manager(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    task = open_tasks(notice)[0]
    photo, other = jpeg("#111111"), jpeg("#222222")
    given = given_for(task, photos=[photo])
    sent(side, given)
    sent_photo(side, given, photo)
    second = given_for(task, photos=[other], client_id=given.client_id, note="换了一张")
    said = [sent(side, second), sent(side, second)]
    assert [(one.differs, one.new) for one in said] == [(True, True), (True, False)]
    assert [sent_photo(side, second, other).differs for _ in range(2)] == [True, True]
    kept = rows(side, Conflict)
    assert (len(kept), kept[0].body["note"]) == (1, "换了一张")
    assert [one.file_id is not None for one in rows(side, Photo)] == [True, True]
    assert [one.note for one in rows(side, Answer)] == [""]
    with scope(side.compound.pk):
        told = Message.objects.filter(template="posting.conflict").values_list("person_id", flat=True)
        assert side.people["officer"].pk in set(told)
        seen = saw_conflict(compound_id=side.compound.pk, conflict_id=kept[0].pk, by=side.actor("manager"), now=NOW)
        assert (seen.seen_at, queries.waiting_counts(side.compound.pk)) == (NOW, (0, 0))


def test_a_photo_of_its_own_that_differs(world: World) -> None:
    """Half a photo is sent again; another one over a photo that is there is kept beside it."""
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    photo, other = jpeg("#111111"), jpeg("#222222")
    given = given_for(task, photos=[photo])
    sent(side, given)
    with pytest.raises(BadInput) as refused:
        sent_photo(side, given, photo[: len(photo) // 2])
    assert refused.value.code == "photo_differs"
    with pytest.raises(NoSuchThing):
        sent_photo(side, given, other, slot=1)
    sent_photo(side, given, photo)
    assert sent_photo(side, given, other).differs is True
    assert sent_photo(side, given, other).differs is True
    assert [(one.slot, one.conflict_id is None) for one in rows(side, Photo)] == [(0, True), (0, False)]
    assert [one.body for one in rows(side, Conflict)] == [None]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"<script>alert(1)</script>", "type"), (b"GIF89a" + bytes(50), "type"), (jpeg()[:300], "broken")],
)
def test_a_hostile_photo_is_refused_and_the_answer_waits(world: World, content: bytes, code: str) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    given = given_for(task, photos=[content])
    sent(side, given)
    with pytest.raises(FileRefused) as refused:
        sent_photo(side, given, content)
    assert refused.value.code == code
    assert [one.state for one in rows(side, Answer)] == ["waiting"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"result": "hanging"}, "unknown_result"),
        ({"photos": ()}, "no_photo"),
        ({"photos": tuple(Announced(n, "0" * 64, 5) for n in range(4))}, "too_many_photos"),
        ({"photos": (Announced(0, "0" * 64, 5),) * 2}, "photo_twice"),
        ({"photos": (Announced(0, "x" * 64, 5),)}, "bad_hash"),
        ({"photos": (Announced(0, "0" * 64, 60_000_000),)}, "photo_size"),
        ({"photos": (Announced(0, "0" * 64, 0),)}, "photo_size"),
        ({"note": "长" * 201}, "too_long"),
    ],
)
def test_what_cannot_be_used_is_refused(world: World, changed: dict[str, Any], code: str) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    given = given_for(task)
    bad = Given(**{**{name: getattr(given, name) for name in Given.__slots__}, **changed})
    with pytest.raises(BadInput) as refused:
        sent(side, bad)
    assert (refused.value.code, rows(side, Answer)) == (code, [])


def test_who_may_and_whose_task(world: World) -> None:
    side = world.here
    three_points(side)
    three_points(world.there)
    task = open_tasks(publicity(side))[0]
    foreign = open_tasks(publicity(world.there))[0]
    for who in ("resident", "chair", "street"):
        with pytest.raises(NotPermitted):
            sent(side, given_for(task), who)
    with pytest.raises(NoSuchThing):
        sent(side, given_for(foreign))
    given = given_for(task)
    sent(side, given)
    with pytest.raises(NoSuchThing):  # somebody else's answer is not there
        sent_photo(side, given, jpeg(), "worker2")
    assert sent(side, given, "worker2").differs is True


@pytest.mark.parametrize("hours", [-9, -2, 2, 30])
def test_a_clock_that_is_hours_off_is_put_right(world: World, hours: int) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side, now=NOW - 6 * HOUR)
    task = open_tasks(notice)[0]
    wrong = NOW + hours * HOUR
    taken = answered(side, task, at=wrong - HOUR, device_now=wrong)
    kept = taken.answer
    assert (kept.device_at, kept.offset_seconds) == (wrong - HOUR, -hours * 3600)
    assert (kept.happened_at, kept.received_at, kept.flags) == (NOW - HOUR, NOW, ["clock_off"])


def test_a_phone_that_says_the_future_is_not_believed(world: World) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    taken = answered(side, task, at=NOW + 5 * DAY)
    assert (taken.answer.happened_at, taken.answer.device_at) == (NOW, NOW + 5 * DAY)


def test_withdrawn_while_the_worker_was_below(world: World) -> None:
    """It is kept, says so, and what hangs is to come down."""
    side = world.here
    three_points(side)
    notice = publicity(side)
    tasks = open_tasks(notice)
    answered(side, tasks[0])
    gone = withdrawn(side, notice)
    assert [one.point_id for one in open_tasks(gone, "take_down")] == [tasks[0].point_id]
    late = answered(side, tasks[1], now=NOW + HOUR)
    assert (late.answer.state, late.answer.flags) == ("counted", ["after_withdrawal"])
    down = open_tasks(gone, "take_down")
    assert [one.point_id for one in down] == [tasks[0].point_id, tasks[1].point_id]
    for one in down:
        answered(side, one, "taken_down", now=NOW + 2 * HOUR)
    assert open_tasks(gone, "take_down") == []
    with scope(side.compound.pk):
        hung = queries.postings_of(gone, now=NOW + 3 * HOUR)
        assert [bool(one.taken_down) for one in hung] == [True, True, False]
        assert set(Round.objects.values_list("state", flat=True)) == {"done"}


def test_a_new_edition_makes_the_old_paper_old(world: World) -> None:
    from notices import actions as notices

    side = world.here
    three_points(side)
    notice = publicity(side)
    old = open_tasks(notice)
    answered(side, old[0])
    with scope(side.compound.pk):
        notices.amend(
            compound_id=side.compound.pk, ref=notice.ref, title="更正", source="新", changed="数字",
            by=side.actor("officer"), now=NOW + HOUR,
        )  # fmt: skip
    again = open_tasks(notice)
    assert (len(again), {one.round.reason for one in again}, {one.round.edition for one in again}) == (
        3,
        {"corrected"},
        {2},
    )
    stale = answered(side, old[1], now=NOW + 2 * HOUR)
    assert stale.answer.flags == ["old_edition"]
    assert len(open_tasks(notice)) == 3
    with scope(side.compound.pk):
        assert queries.progress(side.compound.pk, [notice.pk], now=NOW)[notice.pk].posted == 0


def test_a_retired_point_and_a_post_that_ended(world: World) -> None:
    side = world.here
    made = three_points(side)
    notice = publicity(side)
    tasks = {one.point_id: one for one in open_tasks(notice)}
    with scope(side.compound.pk):
        retire_point(
            compound_id=side.compound.pk, point_id=made[0].pk, reason="拆了", by=side.actor("manager"), now=NOW
        )
    kept = answered(side, tasks[made[0].pk])
    assert (kept.answer.state, kept.answer.flags) == ("counted", ["point_retired"])
    photo = jpeg()
    given = given_for(tasks[made[1].pk], photos=[photo])
    sent(side, given, in_post=False)
    left = sent_photo(side, given, photo)
    assert (left.answer.state, left.answer.flags) == ("review", ["not_in_post"])
    assert len(open_tasks(notice)) == 2
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "answer_id": left.answer.pk, "now": NOW}
        with pytest.raises(BadInput):
            judge(counts=False, reason="", by=side.actor("manager"), **common)
        with pytest.raises(NotPermitted):
            judge(counts=True, reason="", by=side.actor("worker2"), **common)
        done = judge(counts=True, reason="", by=side.actor("manager"), **common)
        assert done.state == "counted"
        with pytest.raises(OutOfState):
            judge(counts=False, reason="晚了", by=side.actor("manager"), **common)
    assert len(open_tasks(notice)) == 1


def test_missing_paper_is_put_up_again_and_the_gap_stays(world: World) -> None:
    from posting.actions.clockwork import look_after

    side = world.here
    three_points(side)
    notice = publicity(side)
    for task in open_tasks(notice):
        answered(side, task)
    with scope(side.compound.pk):
        assert look_after(compound_id=side.compound.pk, now=NOW + 2 * DAY) == 0
        assert look_after(compound_id=side.compound.pk, now=NOW + 3 * DAY) == 1
        assert look_after(compound_id=side.compound.pk, now=NOW + 3 * DAY) == 0
    checks = open_tasks(notice, "check")
    assert len(checks) == 3
    answered(side, checks[0], "hanging", now=NOW + 3 * DAY)
    answered(side, checks[1], "missing", now=NOW + 3 * DAY)
    answered(side, checks[2], "damaged", now=NOW + 3 * DAY)
    again = open_tasks(notice)
    assert [one.point_id for one in again] == [checks[1].point_id, checks[2].point_id]
    assert {one.round.reason for one in again} == {"gone"}
    answered(side, again[0], now=NOW + 5 * DAY)
    with scope(side.compound.pk):
        hung = queries.postings_of(fresh(notice), now=NOW + 6 * DAY)
    assert [[(gap.kind, gap.days(NOW + 6 * DAY), gap.until) for gap in one.gaps] for one in hung] == [
        [],
        [("missing", 2, NOW + 5 * DAY)],
        [("missing", 3, None)],
    ]
    assert [len(one.checks) for one in hung] == [1, 1, 1]


def test_an_expired_notice_comes_down(world: World) -> None:
    from notices.actions.publishing import expire_due
    from posting.actions.clockwork import look_after

    side = world.here
    three_points(side)
    notice = publicity(side)
    answered(side, open_tasks(notice)[0])
    later = NOW + 21 * DAY
    with scope(side.compound.pk):
        expire_due(compound_id=side.compound.pk, now=later)
        assert look_after(compound_id=side.compound.pk, now=later) == 1
        assert look_after(compound_id=side.compound.pk, now=later) == 0
        assert Task.objects.filter(state="open").values_list("job", flat=True).get() == "take_down"
        hung = queries.postings_of(fresh(notice), now=later)
    assert [[gap.kind for gap in one.gaps] for one in hung] == [[], ["never"], ["never"]]
    assert hung[1].gaps[0].until == fresh(notice).ended_at
    assert hung[1].gaps[0].since == NOW + timedelta(hours=24)


def test_an_id_is_one_for_each_compound(world: World) -> None:
    one = uuid.uuid4()
    for side in (world.here, world.there):
        three_points(side)
        task = open_tasks(publicity(side))[0]
        assert sent(side, given_for(task, client_id=one)).new is True
