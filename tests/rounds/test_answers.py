"""What phones send: kept once, judged, counted in the record of each round, and what a manager says of it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from audit.models import Entry as Audited
from equipment.actions.pieces import remove_piece
from equipment.models import Label, Piece
from messaging.models import Message
from rounds import hooks
from rounds.actions import records
from rounds.actions.ahead import make_ahead
from rounds.actions.answers import take
from rounds.actions.clockwork import judge_time
from rounds.actions.plans import add_item
from rounds.models import Answer, Conflict, Entry, Occurrence, Review
from rounds.queries.records import record_of
from rounds.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from tenancy.scope import scope
from tests.posting.conftest import jpeg
from tests.rounds.conftest import (
    DAY,
    HOUR,
    NOW,
    body_for,
    fresh,
    given,
    photo_sent,
    planned,
    points_of,
    round_of,
    sent,
    walked,
)  # fmt: skip
from tests.world import World

CHECK = "check:extinguisher:check:half_month"


def test_a_round_is_done_when_its_last_place_was_seen(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, (first, second) = round_of(plan), points_of(plan)
    sent(side, body_for(one, first))
    begun = fresh(one)
    assert (begun.state, begun.points, begun.answered, begun.begun_at) == ("in_progress", 2, 1, NOW)
    sent(side, body_for(one, second, order=2, seconds=100))
    done = fresh(one)
    assert (done.state, done.answered, done.faults, done.done_at) == ("done", 2, 0, NOW)
    assert done.done_as == side.actor("worker").signature
    with scope(side.compound.pk):
        assert set(Piece.objects.values_list("checked_on", flat=True)) == {NOW.date()}
        assert Audited.objects.filter(verb="rounds.answer").count() == 2


def test_one_walk_serves_two_rounds_each_with_its_own_record(world: World) -> None:
    side = world.here
    plans = planned(side, 1)
    rounds = [round_of(plans[key]) for key in (CHECK, "facility_patrol:0")]
    points = [points_of(plans[key])[0] for key in (CHECK, "facility_patrol:0")]
    body = body_for(rounds[0], points[0])
    body["rounds"] += body_for(rounds[1], points[1])["rounds"]
    taken = sent(side, body)
    assert taken.answer.flags == ["no_code"] or "no_code" not in taken.answer.flags
    assert [fresh(one).state for one in rounds] == ["done", "done"]
    with scope(side.compound.pk):
        assert Entry.objects.filter(answer=taken.answer).count() == 2


def test_the_same_again_is_success_and_other_bytes_are_kept_beside(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    body, mine = body_for(one, point), uuid.uuid4()
    first = sent(side, body, client_id=mine)
    again = sent(side, dict(reversed(body.items())), client_id=mine)
    assert (first.new, again.new, again.differs, again.answer.pk) == (True, False, False, first.answer.pk)
    other = sent(side, {**body, "note": "改过"}, client_id=mine)
    assert (other.differs, other.new) == (True, True)
    assert (sent(side, {**body, "note": "改过"}, client_id=mine).new, fresh(one).answered) == (False, 1)
    with scope(side.compound.pk):
        assert Conflict.objects.get().body["note"] == "改过"
        assert Answer.objects.get().note == ""
        assert Message.objects.filter(template="rounds.conflict", channel="in_app").count() == 2
        kept = records.saw_conflict(
            compound_id=side.compound.pk, conflict_id=Conflict.objects.get().pk, by=side.actor("manager"), now=NOW
        )
        assert kept.seen_at == NOW


def test_a_fault_counts_with_its_photo_and_is_told_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(hooks, "_failed", [lambda failures, by, now: heard.append((failures, by.person_id))])
    side = world.here
    plan = planned(side, 1)[CHECK]
    one, point, photo = round_of(plan), points_of(plan)[0], jpeg("#aa1122")
    taken = sent(side, body_for(one, point, bad="body", photos=[photo]))
    assert (taken.answer.state, fresh(one).state, heard) == ("waiting", "planned", [])
    whole = photo_sent(side, taken, photo)
    assert (whole.answer.state, photo_sent(side, taken, photo).new) == ("counted", False)
    done = fresh(one)
    assert (done.state, done.faults) == ("done", 1)
    (((failure,), person),) = heard
    assert (failure.item, failure.severity, failure.piece_id) == ("body", "high", point.piece_id)
    assert (len(failure.photo_ids), failure.found_by, person) == (1, side.people["worker"].pk, side.people["worker"].pk)


def test_a_fault_without_a_photo_is_kept_and_flagged(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    taken = sent(side, body_for(round_of(plan), points_of(plan)[0], bad="body"))
    assert "no_photo" in taken.answer.flags
    assert (taken.answer.state, taken.answer.number, taken.answer.normal) == ("counted", 1, 0)


def test_two_people_at_one_place_are_both_kept_and_the_later_counts(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    sent(side, body_for(one, point, bad="body", at=NOW - HOUR))
    later = sent(side, body_for(one, point, at=NOW), who="worker2")
    assert {"again", "differs"} <= set(later.answer.flags)
    assert (fresh(one).answered, fresh(one).faults) == (1, 0)
    # An earlier one that is heard of later does not take its place.
    sent(side, body_for(one, point, bad="seal", at=NOW - 2 * HOUR), who="dispatcher")
    assert fresh(one).faults == 0
    with scope(side.compound.pk):
        seen, _whole = record_of(side.compound.pk, one.pk, one.route_id)
        assert len(seen[0].answers) == 3


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"way": "typed"}, "typed_code"),
        ({"way": "list"}, "no_code"),
        ({"label": "ZZZZZZZ"}, "other_label"),
        ({"device_at": (NOW - 2 * DAY).isoformat()}, "early"),
        ({"results": [{"item": "wings", "value": "ok"}]}, "unknown_item"),
        ({"loaded": {"server": NOW.isoformat(), "device": (NOW - HOUR).isoformat()}}, "clock_moved"),
    ],
)
def test_what_is_unusual_is_flagged_and_never_refused(world: World, change: dict[str, Any], flag: str) -> None:
    side = world.here
    plan = planned(side, 1)["facility_patrol:0"]
    one, point = round_of(plan), points_of(plan)[0]
    taken = sent(side, body_for(one, point) | change)
    assert flag in taken.answer.flags
    assert taken.answer.state == "counted"


def test_the_label_of_the_piece_is_no_other(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    point = points_of(plan)[0]
    with scope(side.compound.pk):
        code = Label.objects.get(piece_id=point.piece_id).code
    assert sent(side, body_for(round_of(plan), point, label=code)).answer.flags == []


def test_a_walk_that_is_too_fast_and_a_photo_twice(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, (first, second) = round_of(plan), points_of(plan)
    photo = jpeg("#0f0f0f")
    a = sent(side, body_for(one, first, order=1, seconds=60, photos=[photo]))
    b = sent(side, body_for(one, second, order=2, seconds=63, photos=[photo]))
    assert "too_fast" not in a.answer.flags
    assert {"too_fast", "photo_seen"} <= set(b.answer.flags)


def test_a_phone_a_day_off_is_put_right(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    body = body_for(round_of(plan), points_of(plan)[0], at=NOW - DAY - HOUR)
    taken = sent(side, body, device_now=NOW - DAY)
    assert (taken.answer.happened_at, taken.answer.offset_seconds) == (NOW - HOUR, 86400)
    assert "clock_off" in taken.answer.flags


def test_unknown_rounds_points_and_editions_are_kept(world: World) -> None:
    side = world.here
    plans = planned(side, 1)
    one, point = round_of(plans[CHECK]), points_of(plans[CHECK])[0]
    body = body_for(one, point)
    taken = sent(side, {**body, "rounds": [{"round": 999999, "point": 1, "edition": 1}]})
    assert (taken.answer.state, fresh(one).answered) == ("review", 0)
    assert {"unknown_round", "unknown_point"} <= set(taken.answer.flags)
    with scope(side.compound.pk):
        add_item(
            compound_id=side.compound.pk,
            form="extinguisher:check",
            name="标签没有褪色",
            by=side.actor("manager"),
            now=NOW,
        )
    old = sent(side, body)
    assert "old_form" in old.answer.flags
    assert (old.answer.state, fresh(one).state) == ("counted", "done")


def test_a_piece_that_went_while_its_point_was_on_a_phone(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, (first, second) = round_of(plan), points_of(plan)
    with scope(side.compound.pk):
        from rounds.actions.plans import make_plans

        remove_piece(
            compound_id=side.compound.pk, piece_id=second.piece.pk, reason="报废", by=side.actor("manager"), now=NOW
        )
        make_plans(compound_id=side.compound.pk, by=side.actor("manager"), now=NOW)
    sent(side, body_for(one, first))
    assert fresh(one).state == "done"
    late = sent(side, body_for(one, first, order=2, seconds=200)["rounds"] and _of(one, second))
    assert "point_gone" in late.answer.flags
    assert late.answer.state == "counted"


def _of(one: Occurrence, point: Any) -> dict[str, Any]:
    body = body_for(one, None)
    return {**body, "kind": "point", "rounds": [{"round": one.pk, "point": point.pk, "edition": 0}], "order": 3}


def test_what_was_done_in_time_and_heard_of_late_was_not_missed(world: World) -> None:
    side = world.here
    plan = planned(side, 1)["facility_patrol:0"]
    one, point = round_of(plan), points_of(plan)[0]
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        judge_time(compound_id=side.compound.pk, now=NOW + 2 * DAY)
    assert fresh(one).state == "missed"
    sent(side, body_for(one, point, at=NOW), now=NOW + 3 * DAY)
    assert (fresh(one).state, fresh(one).done_at, fresh(one).heard_at) == ("done", NOW, NOW + 3 * DAY)


def test_missed_stays_missed_and_a_later_walk_is_a_new_one(world: World) -> None:
    side = world.here
    plan = planned(side, 1)["facility_patrol:0"]
    one, point = round_of(plan), points_of(plan)[0]
    later = NOW + 3 * DAY
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        judge_time(compound_id=side.compound.pk, now=later)
        assert Message.objects.filter(template="rounds.missed", channel="in_app").count() == 2
    sent(side, body_for(one, point, at=later), now=later)
    with scope(side.compound.pk):
        made = Occurrence.objects.get(makes_up_for=one.pk)
        assert (made.state, made.done_at, fresh(one).state) == ("done", later, "missed")
        with pytest.raises(OutOfState, match="made_up"):
            records.make_up(compound_id=side.compound.pk, occurrence_id=one.pk, by=side.actor("manager"), now=later)


def test_a_walk_after_the_end_is_a_new_one_also_before_the_clock_has_come_by(world: World) -> None:
    """A clock that stood still makes nobody's walk timely: what was missed is found missed when it goes again."""
    side = world.here
    plan = planned(side, 2)["facility_patrol:0"]
    one, (first, second) = round_of(plan), points_of(plan)
    later = one.closes_at + 10 * DAY
    sent(side, body_for(one, first, at=one.due_at - HOUR), now=later)
    sent(side, body_for(one, second, at=one.closes_at + HOUR, order=2), now=later)
    with scope(side.compound.pk):
        made = Occurrence.objects.get(makes_up_for=one.pk)
        assert (fresh(one).state, fresh(one).answered, made.answered) == ("in_progress", 1, 1)
        judge_time(compound_id=side.compound.pk, now=later)
        # What is still on its way has a day from when the first of it was heard of.
        assert (fresh(one).state, fresh(made).state, made.closes_at) == ("missed", "in_progress", later + DAY)
        judge_time(compound_id=side.compound.pk, now=later + DAY)
        assert fresh(made).state == "missed"


def test_rounds_that_are_made_up_for_at_one_moment_stand_beside_each_other(world: World) -> None:
    """At the very moment at which the plan's next round opens, and two for one plan: nothing clashes, and no third is made."""
    side = world.here
    plan = planned(side, 1)["facility_patrol:0"]
    later = NOW + 4 * DAY
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        judge_time(compound_id=side.compound.pk, now=later)
        rounds = list(Occurrence.objects.filter(plan_id=plan.pk, closes_at__lte=later).order_by("opens_at"))
        third = Occurrence.objects.filter(plan_id=plan.pk, opens_at__gt=rounds[2].opens_at).order_by("opens_at")[0]
    point = points_of(plan)[0]
    for one in [*rounds[:2], rounds[0]]:
        sent(side, body_for(one, point, at=third.opens_at), now=later)
    with scope(side.compound.pk):
        made = Occurrence.objects.filter(makes_up_for__isnull=False).order_by("opens_at")
        assert [(one.makes_up_for, one.state, one.opens_at - third.opens_at) for one in made] == [
            (rounds[0].pk, "done", timedelta(microseconds=1)),
            (rounds[1].pk, "done", timedelta(microseconds=2)),
        ]


def test_a_round_without_places_is_done_by_its_form(world: World) -> None:
    side = world.here
    plan = planned(side)["training"]
    one = round_of(plan)
    body = {
        **body_for(one, None),
        "results": [{"item": "persons", "value": "46"}, {"item": "content", "value": "逃生"}],
    }
    taken = sent(side, body)
    assert [(each["name"], each["outcome"]) for each in taken.answer.results] == [
        ("参加人数", "normal"),
        ("培训内容", "noted"),
    ]
    assert fresh(one).state == "done"


def test_many_at_once_are_each_judged_alone(world: World) -> None:
    side = world.here
    plan = planned(side, 3)[CHECK]
    one = round_of(plan)
    bodies = [body_for(one, point, order=n, seconds=60 * n) for n, point in enumerate(points_of(plan), 1)]
    with scope(side.compound.pk):
        asked = [given(each) for each in bodies]
        common: dict[str, Any] = {
            "compound_id": side.compound.pk, "device_now": NOW, "by": side.actor("worker"), "now": NOW,
        }  # fmt: skip
        taken = take(given=[*asked, asked[0]], **common)
        assert [each.new for each in taken] == [True, True, True, True]
        assert len({each.answer.pk for each in taken}) == 3
        assert [each.new for each in take(given=asked, **common)] == [False, False, False]
        with pytest.raises(BadInput, match="too_many"):
            take(given=asked * 101, **common)
    assert fresh(one).state == "done"


def test_nobody_else_hands_in_and_a_post_that_ended_waits_for_a_word(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    for who in ("officer", "chair", "resident"):
        with pytest.raises(NotPermitted):
            sent(side, body_for(one, point), who=who)
    taken = sent(side, body_for(one, point), in_post=False)
    assert (taken.answer.state, taken.answer.flags, fresh(one).state) == ("review", ["not_in_post"], "planned")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "answer_id": taken.answer.pk, "now": NOW}
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted, match="not_yours"):
            records.judge(counts=True, reason="", by=side.actor("worker"), **common)
        with pytest.raises(BadInput, match="say_why"):
            records.judge(counts=False, reason=" ", by=side.actor("manager"), **common)
        records.judge(counts=True, reason="", by=side.actor("manager"), **common)
        with pytest.raises(OutOfState, match="judged"):
            records.judge(counts=True, reason="", by=side.actor("manager"), **common)
        with pytest.raises(NoSuchThing):
            records.judge(counts=True, reason="", by=side.actor("manager"), **(common | {"answer_id": 0}))
    assert fresh(one).state == "done"


def test_what_is_refused_by_the_manager_counts_for_nothing(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    one = round_of(plan)
    taken = sent(side, body_for(one, points_of(plan)[0]), in_post=False, who="manager")
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "answer_id": taken.answer.pk, "now": NOW}
        with pytest.raises(NotPermitted, match="own_answer"):
            records.judge(counts=True, reason="", by=side.actor("manager"), **common)
        records.judge(counts=False, reason="不在现场", by=side.actor("dispatcher"), **common)
    assert fresh(one).state == "planned"


# --- skip, sign, spot check ----------------------------------------------------------------------------------------------
def test_a_round_is_skipped_with_a_reason_and_a_person(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[CHECK]
    one = round_of(plan)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "occurrence_id": one.pk, "now": NOW}
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted):
            records.skip(reason="停电", by=side.actor("worker"), **common)
        with pytest.raises(BadInput, match="say_why"):
            records.skip(reason="", by=side.actor("manager"), **common)
        found = records.skip(reason="车库封闭施工", by=side.actor("manager"), **common)
        assert (found.state, found.skipped_why) == ("skipped", "车库封闭施工")
        with pytest.raises(OutOfState, match="round_over"):
            records.skip(reason="再来", by=side.actor("manager"), **common)
        assert Audited.objects.filter(verb="rounds.skip").count() == 1
    late = sent(side, body_for(one, points_of(plan)[0]))
    assert "skipped" in late.answer.flags
    assert fresh(one).state == "skipped"


def test_the_second_person_is_another(world: World) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one = walked(side, plan, who="dispatcher")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "occurrence_id": one.pk, "now": NOW}
    with scope(side.compound.pk):
        with pytest.raises(NotPermitted, match="own_round"):
            records.sign(agrees=True, note="", by=side.actor("dispatcher"), **common)
        with pytest.raises(NotPermitted, match="not_yours"):
            records.sign(agrees=True, note="", by=side.actor("worker"), **common)
        with pytest.raises(BadInput, match="say_why"):
            records.sign(agrees=False, note="", by=side.actor("manager"), **common)
        records.sign(agrees=True, note="", by=side.actor("manager"), **common)
        with pytest.raises(OutOfState, match="signed"):
            records.sign(agrees=True, note="", by=side.actor("manager"), **common)
        point = points_of(plan)[0]
        spot = records.spot_check(
            point_id=point.pk, agrees=False, note="压力在红区", by=side.actor("manager"), **common
        )
        assert (spot.kind, spot.point_id, Review.objects.count()) == ("spot", point.pk, 2)
        with pytest.raises(NoSuchThing):
            records.spot_check(point_id=0, agrees=True, note="", by=side.actor("manager"), **common)
        open_one = round_of(planned_again(side))
        with pytest.raises(OutOfState, match="not_done"):
            records.sign(
                compound_id=side.compound.pk, occurrence_id=open_one.pk, agrees=True, note="", by=side.actor("manager"),
                now=NOW,
            )  # fmt: skip


def planned_again(side: Any) -> Any:
    from rounds.models import Plan

    return Plan.objects.select_related("route").get(key="fire_patrol")


def test_nothing_of_the_next_compound(world: World) -> None:
    plan = planned(world.there, 1)[CHECK]
    planned(world.here, 1)
    one, point = round_of(plan), points_of(plan)[0]
    body = body_for(one, point)
    taken = sent(world.here, body)
    assert "unknown_round" in taken.answer.flags
    assert fresh(one).answered == 0
    with scope(world.here.compound.pk), pytest.raises(NotPermitted):
        take(
            compound_id=world.there.compound.pk, given=[given(body)], device_now=None, by=world.here.actor("worker"),
            now=NOW + timedelta(),
        )  # fmt: skip
