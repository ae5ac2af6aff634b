"""Rounds: what an edition asks for, who is told, what the clock does, and what the printed sheet says then."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Entry
from documents.actions import make_document, request_document
from documents.models import DocumentCheck, IssuedDocument
from messaging.models import Message
from notices import actions as notices
from notices.pdf import SHEET, target_of
from parties.models import Contract
from posting import queries
from posting.actions.clockwork import look_after, tell_late
from posting.actions.points import print_labels, replace_label, retire_point
from posting.actions.rounds import close, plan
from posting.models import Plan, Round, Task
from posting.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState, Refused
from posting.tasks import sweep
from posting.words import standing
from tenancy.scope import scope
from tests.notices.conftest import submitted, written
from tests.posting.conftest import (
    DAY,
    HOUR,
    NOW,
    a_point,
    answered,
    fresh,
    open_tasks,
    publicity,
    three_points,
    withdrawn,
)
from tests.world import Side, World


def told(side: Side, template: str) -> set[str]:
    with scope(side.compound.pk):
        ids = set(Message.objects.filter(template=template).values_list("person_id", flat=True))
    return {name for name, person in side.people.items() if person.pk in ids}


def test_a_publicity_goes_up_by_itself(world: World) -> None:
    side = world.here
    points = three_points(side)
    notice = publicity(side)
    tasks = open_tasks(notice)
    assert [one.point_id for one in tasks] == [one.pk for one in points]
    assert {(one.round.side, one.round.due_at) for one in tasks} == {("community", NOW + 24 * HOUR)}
    assert told(side, "posting.todo") == {"secretary", "officer"}
    with scope(side.compound.pk):
        assert Plan.objects.get().wanted is True


def test_others_only_when_asked(world: World) -> None:
    side = world.here
    points = three_points(side)
    plain = submitted(side, "manager")
    assert open_tasks(plain) == []
    by: Any = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
    with scope(side.compound.pk):
        plan(ref=plain.ref, wanted=True, point_ids=[points[1].pk], due_at=NOW + 3 * DAY, **by)
        plan(ref=plain.ref, wanted=True, point_ids=[points[1].pk], due_at=NOW + 3 * DAY, **by)
    assert [(one.point_id, one.round.side, one.round.due_at) for one in open_tasks(plain)] == [
        (points[1].pk, "company", NOW + 3 * DAY)
    ]
    assert told(side, "posting.todo") == {"dispatcher", "worker", "worker2"}
    # What is said of a draft holds when it comes out.
    draft = written(side, "manager", title="先说好")
    with scope(side.compound.pk):
        plan(ref=draft.ref, wanted=True, side="community", **by)
        notices.submit(compound_id=side.compound.pk, ref=draft.ref, by=side.actor("manager"), now=NOW)
    assert {one.round.side for one in open_tasks(draft)} == {"community"}
    assert len(open_tasks(draft)) == 3


def test_what_is_refused(world: World) -> None:
    side = world.here
    points = three_points(side)
    notice = publicity(side)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    officer, worker = side.actor("officer"), side.actor("worker")
    cases: list[tuple[type[Refused], str, dict[str, Any]]] = [
        (BadInput, "always_paper", {"wanted": False, "by": officer}),
        (BadInput, "no_such_point", {"wanted": True, "point_ids": [points[0].pk + 999], "by": officer}),
        (BadInput, "unknown_side", {"wanted": True, "side": "x", "by": officer}),
        (BadInput, "due_in_past", {"wanted": True, "due_at": NOW - HOUR, "by": officer}),
        (NotPermitted, "not_yours", {"wanted": True, "by": worker}),
    ]
    with scope(side.compound.pk):
        for error, code, given in cases:
            with pytest.raises(error) as refused:
                plan(ref=notice.ref, **given, **common)
            assert refused.value.code == code
        with pytest.raises(NoSuchThing):
            plan(ref="nothing", wanted=True, by=officer, **common)
        for call in (
            lambda: retire_point(point_id=points[0].pk, reason="拆", by=worker, **common),
            lambda: replace_label(point_id=points[0].pk, reason="旧", by=worker, **common),
            lambda: print_labels(point_ids=[], by=worker, **common),
        ):
            with pytest.raises(NotPermitted):
                call()
        with pytest.raises(NoSuchThing):
            retire_point(point_id=points[0].pk + 999, reason="拆", by=officer, **common)
    gone = withdrawn(side, notice)
    with scope(side.compound.pk), pytest.raises(OutOfState):
        plan(ref=gone.ref, wanted=True, by=officer, **common)


def test_without_a_firm_the_community_goes_round(world: World) -> None:
    side = world.here
    three_points(side)
    with scope(side.compound.pk):
        Contract.objects.update(ends=(NOW - DAY).date())
    notice = publicity(side, "chair")
    assert {one.round.side for one in open_tasks(notice)} == {"community"}


def test_a_draft_that_is_given_up_asks_for_nothing(world: World) -> None:
    side = world.here
    three_points(side)
    draft = written(side, "officer", kind="publicity")
    withdrawn(side, draft)
    with scope(side.compound.pk):
        assert not Round.objects.exists()


def test_a_retired_point_is_left_out_and_a_new_one_is_added(world: World) -> None:
    side = world.here
    points = three_points(side)
    notice = publicity(side)
    by: Any = {"compound_id": side.compound.pk, "by": side.actor("officer"), "now": NOW}
    with scope(side.compound.pk):
        retire_point(point_id=points[0].pk, reason="拆了", **by)
    assert [one.point_id for one in open_tasks(notice)] == [points[1].pk, points[2].pk]
    more = a_point(side, "新公告栏")
    with scope(side.compound.pk):
        plan(ref=notice.ref, wanted=True, **by)
        how_far = queries.progress(side.compound.pk, [notice.pk], now=NOW + 2 * DAY)[notice.pk]
    assert more.pk in {one.point_id for one in open_tasks(notice)}
    assert (how_far.points, how_far.posted, how_far.late) == (3, 0, 3)


def test_who_is_late_is_said_once_and_again_a_day_later(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side, "chair")
    assert {one.round.side for one in open_tasks(notice)} == {"company"}
    answered(side, open_tasks(notice)[0])
    due = NOW + 24 * HOUR
    with scope(side.compound.pk):
        said = [
            tell_late(compound_id=side.compound.pk, now=at)
            for at in (due - HOUR, due, due + HOUR, due + DAY, due + DAY, due + 9 * DAY)
        ]
    assert said == [0, 1, 0, 1, 0, 0]
    assert told(side, "posting.late") == {"manager", "dispatcher"}
    assert told(side, "posting.climbed") == {"secretary", "officer"}
    with scope(side.compound.pk):
        body = Message.objects.filter(template="posting.late").values_list("body", flat=True)[0]
    assert "还有 2 处没有办（张贴）" in body


def test_the_sweep_finds_what_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from posting import tasks

    asked: list[int] = []
    monkeypatch.setattr(tasks.tend, "delay", lambda *, compound_id: asked.append(compound_id))
    for side in (world.here, world.there):
        three_points(side)
        publicity(side, now=NOW - 2 * DAY)
    assert sweep() == 2
    assert sorted(asked) == sorted([world.here.compound.pk, world.there.compound.pk])
    tasks.tend(compound_id=world.here.compound.pk)
    assert told(world.here, "posting.late") == {"secretary", "officer"}
    assert told(world.there, "posting.late") == set()


def test_a_printed_sheet_is_not_current_once_it_is_corrected(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)

    def printed() -> IssuedDocument:
        with scope(side.compound.pk):
            asked = request_document(
                compound_id=side.compound.pk, by=side.actor("officer"), kind=SHEET, target=target_of(notice), now=NOW
            )
            made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=NOW)
        assert made is not None
        return made

    first = printed()
    page = f"/v/{first.check_code}/"
    assert "真实，且为最新" in Client().get(page).content.decode()
    with scope(side.compound.pk):
        notices.amend(
            compound_id=side.compound.pk, ref=notice.ref, title="更正", source="新", changed="数字",
            by=side.actor("officer"), now=NOW + HOUR,
        )  # fmt: skip
    assert "真实，但已被替代或停用" in Client().get(page).content.decode()
    assert told(side, "posting.changed") == {"secretary", "officer"}
    second = printed()
    assert "真实，且为最新" in Client().get(f"/v/{second.check_code}/").content.decode()
    withdrawn(side, fresh(notice), now=NOW + 2 * HOUR)
    assert DocumentCheck.objects.filter(superseded_at__isnull=True).count() == 0


def test_nothing_is_left_of_a_round_that_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    three_points(side)

    def fails(*_given: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("posting.actions.rounds.tell", fails)
    with pytest.raises(RuntimeError):
        publicity(side)
    with scope(side.compound.pk):
        assert (Round.objects.count(), Task.objects.count(), Plan.objects.count()) == (0, 0, 0)


def test_the_shape_of_what_the_certificate_reads(world: World) -> None:
    side = world.here
    three_points(side)
    three_points(world.there)
    publicity(world.there)
    notice = publicity(side)
    tasks = open_tasks(notice)
    answered(side, tasks[0], at=NOW + HOUR, now=NOW + 2 * HOUR, device_now=NOW + 2 * HOUR - timedelta(minutes=30))
    with scope(side.compound.pk):
        hung = queries.postings_of(fresh(notice), now=NOW + 3 * HOUR)
    first = hung[0].first
    assert [(one.place, one.name, one.posted_at is not None) for one in hung] == [
        ("东门", "大门", True),
        ("1幢1单元", "单元门口", False),
        ("1幢2单元", "单元门口", False),
    ]
    assert first is not None
    assert (first.at, first.device_at, first.received_at, first.offset_seconds) == (
        NOW + timedelta(minutes=90),
        NOW + HOUR,
        NOW + 2 * HOUR,
        1800,
    )
    assert first.photo is not None
    assert first.photo.is_picture
    assert (first.post_id, first.flags) == (side.posts["worker"].pk, ("clock_off",))


def over(notice: Any, at: datetime, *, now: datetime | None = None) -> int:
    """Its publicity is complete: nothing more is asked for."""
    with scope(notice.compound_id):
        return close(fresh(notice), why="completed", at=at, now=now or at)


def test_nothing_more_is_asked_of_a_publicity_that_is_complete(world: World) -> None:
    side = world.here
    points = three_points(side)
    notice = publicity(side)
    first, second, third = open_tasks(notice)
    answered(side, first)
    end = NOW + 10 * DAY
    with scope(side.compound.pk):
        plan(
            compound_id=side.compound.pk, ref=notice.ref, wanted=True, due_at=end + DAY, by=side.actor("officer"), now=NOW
        )  # fmt: skip
        later = Round.objects.create(
            compound_id=side.compound.pk, notice=notice, version=fresh(notice).current, edition=1, job="check",
            reason="check", side="community", made_at=NOW, due_at=end + DAY,
        )  # fmt: skip
        Task.objects.create(compound_id=side.compound.pk, round=later, notice=notice, point=points[0], job="check")
    assert over(notice, end, now=end + HOUR) == 3
    assert over(notice, end + DAY) == 0  # once
    with scope(side.compound.pk):
        tasks = Task.objects.filter(notice=notice).order_by("pk")
        assert [(one.state, one.void_why) for one in tasks] == [
            ("done", ""),
            ("missed", "completed"),
            ("missed", "completed"),
            ("void", "completed"),
        ]
        assert {one.ended_at for one in tasks[1:]} == {end}
        assert [one.state for one in Round.objects.filter(notice=notice).order_by("pk")] == ["missed", "void"]
        how_far = queries.progress(side.compound.pk, [notice.pk], now=end + DAY)[notice.pk]
        assert (how_far.points, how_far.posted, how_far.late, how_far.open) == (3, 1, 0, 0)
        assert standing(how_far) == ("已结束，2 处没有张贴", "neutral")
        assert list(queries.late_rounds(end + 9 * DAY)) == []
        assert list(queries.plans_due(end + 9 * DAY)) == []
        assert list(queries.notices_on_walls(side.compound.pk, past=False)) == []
        assert [one.pk for one in queries.notices_on_walls(side.compound.pk, past=True)] == [notice.pk]
        hung = queries.postings_of(fresh(notice), now=end + 9 * DAY)
        assert [[(gap.kind, gap.until) for gap in one.gaps] for one in hung] == [[], [("never", end)], [("never", end)]]
        entry = Entry.objects.get(verb="posting.close")
        assert entry.changes["ended"] == [None, 3]
    # What was done at the wall before the end counts although it is heard of after it; what was done after it does not.
    answered(side, second, at=end - DAY, now=end + DAY, device_now=end + DAY)
    answered(side, third, at=end + HOUR, now=end + DAY, device_now=end + DAY)
    assert [one.state for one in _tasks(notice)[:3]] == ["done", "done", "missed"]
    # Gone now: nobody is sent there again; when the notice leaves the board, what hangs comes down.
    with scope(side.compound.pk):
        gone = Task.objects.get(round=later)
    answered(side, gone, "missing", at=end + DAY, now=end + DAY, device_now=end + DAY)
    assert open_tasks(notice) == []
    with scope(side.compound.pk):
        notices.expire_due(compound_id=side.compound.pk, now=NOW + 21 * DAY)
        look_after(compound_id=side.compound.pk, now=NOW + 21 * DAY)
    assert [one.point_id for one in open_tasks(notice, "take_down")] == [points[1].pk, points[2].pk]


def _tasks(notice: Any) -> list[Task]:
    with scope(notice.compound_id):
        return list(Task.objects.filter(notice=notice).order_by("pk"))


def test_the_last_one_heard_of_ends_a_missed_round(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    tasks = open_tasks(notice)
    for task in tasks[:2]:
        answered(side, task)
    end = NOW + 10 * DAY
    over(notice, end)
    with scope(side.compound.pk):
        assert Round.objects.get().state == "missed"
    answered(side, tasks[2], at=NOW, now=end + DAY, device_now=end + DAY)
    with scope(side.compound.pk):
        assert (Round.objects.get().state, Round.objects.get().ended_at) == ("done", end)


def test_what_was_late_when_it_was_withdrawn_was_missed(world: World) -> None:
    side = world.here
    three_points(side)
    late, soon = publicity(side), publicity(side, now=NOW + 40 * HOUR)
    for notice in (late, soon):
        withdrawn(side, notice, now=NOW + 41 * HOUR)
    assert {one.state for one in _tasks(late)} == {"missed"}
    assert {one.state for one in _tasks(soon)} == {"void"}


def test_a_closed_one_is_opened_by_hand_and_not_by_a_correction(world: World) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    end = NOW + 10 * DAY
    over(notice, end)
    by: Any = {"compound_id": side.compound.pk, "ref": notice.ref, "by": side.actor("officer"), "now": end + HOUR}
    with scope(side.compound.pk):
        notices.amend(title="更正", source="新", changed="数字", **by)
    assert open_tasks(notice) == []
    with scope(side.compound.pk):
        plan(wanted=True, **by)
    assert len(open_tasks(notice)) == 3
    with scope(side.compound.pk):
        assert [one.pk for one in queries.notices_on_walls(side.compound.pk, past=False)] == [notice.pk]
