"""Pausing: the clock stands, the day comes by itself, and no step of the ladder is skipped or taken twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.rules import CALENDAR, WORKING, WorkCalendar
from messaging.models import Message
from repairs.actions import clock, dispatch, feedback, pauses, work
from repairs.actions.change import NoSuchRequest
from repairs.models import DeadlinePolicy, Escalation, Event, Request
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules import pauses as rules
from repairs.words import line_text
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import World

UNTIL = NOW + timedelta(days=2)
moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _common(side, request: Request, who: str, now: datetime) -> dict:
    return {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}


def _paused(
    side, *, at: datetime = NOW + timedelta(minutes=5), until: datetime = UNTIL, state: str = "working", **given
):
    request = bring_to(side, state, **given)
    with scope(side.compound.pk):
        return pauses.pause(**_common(side, request, "manager", at), reason="等配件", until=until)


def test_a_pause_stands_says_until_when_and_tells_the_filer(world: World) -> None:
    side = world.here
    before = bring_to(side, "working")
    with scope(side.compound.pk):
        request = pauses.pause(
            **_common(side, before, "worker", NOW + timedelta(minutes=5)), reason=" 等配件 ", until=UNTIL
        )
        kept = Request.objects.get(pk=request.pk)
        assert (kept.state, kept.due_at, kept.paused_due_at) == ("paused", None, before.due_at)
        assert (kept.pause_reason, kept.paused_from, kept.paused_until) == ("等配件", "working", UNTIL)
        assert kept.next_step_at == rules.warn_at(NOW + timedelta(minutes=5), UNTIL)
        told = set(Message.objects.filter(template="repairs.paused").values_list("person_id", flat=True))
        assert told == {side.people["resident"].pk}
        assert line_text(kept, NOW + timedelta(minutes=6)) == "已暂停：等配件，后天 10:00恢复；到时自动恢复，时限接着算"


@pytest.mark.parametrize(
    ("given_", "code", "field"),
    [
        ({"reason": " "}, "say_why", "reason"),
        ({"reason": "字" * 121}, "too_long", "reason"),
        ({"until": NOW}, "pause_too_short", "until"),
        ({"until": NOW + timedelta(minutes=19)}, "pause_too_short", "until"),
        ({"until": NOW + timedelta(days=31)}, "pause_too_long", "until"),
    ],
)
def test_a_pause_without_reason_or_end_is_refused(world: World, given_: dict, code: str, field: str) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            pauses.pause(
                **_common(side, request, "worker", NOW + timedelta(minutes=5)),
                **{"reason": "等配件", "until": UNTIL, **given_},
            )
        assert (refused.value.code, refused.value.details["field"]) == (code, field)
        assert Request.objects.get(pk=request.pk).state == "working"


@pytest.mark.parametrize("state", ["accepted", "assigned", "working"])
def test_it_goes_back_to_where_it_stood_with_the_time_that_was_left(world: World, state: str) -> None:
    side = world.here
    before = bring_to(side, state)
    at, back = NOW + timedelta(hours=1), NOW + timedelta(hours=31)
    with scope(side.compound.pk):
        pauses.pause(**_common(side, before, "manager", at), reason="等配件", until=UNTIL)
        found = pauses.resume(**_common(side, before, "manager", back))
    assert found.state == state
    assert found.due_at == before.due_at + timedelta(hours=30)
    assert found.paused_seconds == 30 * 3600
    assert (found.paused_at, found.paused_until, found.paused_due_at, found.pause_reason) == (None, None, None, "")


def test_two_pauses_add_up(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    due = request.due_at
    with scope(side.compound.pk):
        for hour in (1, 10):
            at = NOW + timedelta(hours=hour)
            pauses.pause(**_common(side, request, "worker", at), reason="等", until=at + timedelta(days=1))
            found = pauses.resume(**_common(side, request, "worker", at + timedelta(hours=3)))
    assert found.due_at == due + timedelta(hours=6)
    assert found.paused_seconds == 6 * 3600


def test_working_time_stands_still_over_a_weekend(world: World) -> None:
    """Paused on Friday at 15:00 with a day and a half of office time left, it has as much on Monday."""
    side = world.here
    friday = datetime(2026, 6, 5, 7, 0, tzinfo=UTC)
    request = bring_to(side, "working", now=friday - timedelta(hours=6), category="access")
    calendar = WorkCalendar()
    left = calendar.working_minutes_between(friday, request.due_at).length
    monday = datetime(2026, 6, 8, 2, 0, tzinfo=UTC)
    with scope(side.compound.pk):
        pauses.pause(**_common(side, request, "worker", friday), reason="等", until=friday + timedelta(days=10))
        found = pauses.resume(**_common(side, request, "worker", monday))
    assert calendar.working_minutes_between(monday, found.due_at).length == left


def test_what_was_late_stays_as_late(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    late = request.due_at + timedelta(hours=2)
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=late)
        pauses.pause(**_common(side, request, "worker", late), reason="等", until=late + timedelta(days=1))
        found = pauses.resume(**_common(side, request, "worker", late + timedelta(hours=5)))
        assert found.due_at == late + timedelta(hours=3)
        assert found.level == 1
        # The committee hears four hours after the deadline of the clock that stood.
        assert clock.escalate(compound_id=side.compound.pk, now=late + timedelta(hours=6, minutes=59)) == 0
        assert clock.escalate(compound_id=side.compound.pk, now=late + timedelta(hours=7)) == 1


def test_the_sweep_warns_and_then_ends_the_pause_as_of_its_time(world: World) -> None:
    side = world.here
    before = bring_to(side, "working")
    at = NOW + timedelta(minutes=5)
    with scope(side.compound.pk):
        pauses.pause(**_common(side, before, "worker", at), reason="等", until=UNTIL)
        warn = rules.warn_at(at, UNTIL)
        assert clock.escalate(compound_id=side.compound.pk, now=warn - timedelta(seconds=1)) == 0
        assert clock.escalate(compound_id=side.compound.pk, now=warn) == 1
        assert clock.escalate(compound_id=side.compound.pk, now=warn) == 0
        told = set(Message.objects.filter(template="repairs.pause_ending").values_list("person_id", flat=True))
        assert told == {side.people[name].pk for name in ("worker", "manager", "dispatcher")}
        assert clock.escalate(compound_id=side.compound.pk, now=UNTIL + timedelta(minutes=1)) == 1
        found = Request.objects.get(pk=before.pk)
        assert (found.state, found.due_at) == ("working", before.due_at + (UNTIL - at))
        assert list(Event.objects.filter(request=found).order_by("pk").values_list("action", flat=True))[-3:] == [
            "pause",
            "pause_ending",
            "resume",
        ]
        assert Message.objects.filter(template="repairs.resumed", person_id=side.people["resident"].pk).count() == 1


def test_after_a_dead_month_the_pause_is_over_and_every_level_follows(world: World) -> None:
    side = world.here
    request = _paused(side)
    with scope(side.compound.pk):
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(days=30)) == 5
        assert list(
            Event.objects.filter(request=request, action__in=["resume", "warn", "escalate"])
            .order_by("pk")
            .values_list("action", "note")
        ) == [("resume", "等配件"), ("warn", "0"), ("escalate", "1"), ("escalate", "2"), ("escalate", "3")]
        assert Request.objects.get(pk=request.pk).level == 3


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wait=st.integers(1, 60 * 60),
    pause=st.integers(15, 30 * 24 * 60),
    back=st.integers(0, 40 * 24 * 60),
    sweeps=st.lists(st.integers(0, 90 * 24 * 60), max_size=4),
    category=st.sampled_from(["water", "access"]),
    urgent=st.booleans(),
)
def test_however_it_is_paused_and_swept_each_level_comes_once_and_in_order(
    world: World, wait: int, pause: int, back: int, sweeps: list[int], category: str, urgent: bool
) -> None:
    """The property behind it all: any pause, any resuming, any dead time of the sweep."""
    side = world.here
    request = bring_to(side, "accepted", category=category, urgent=urgent)
    at = NOW + timedelta(minutes=2 + wait)
    times = sorted(at + timedelta(minutes=minutes) for minutes in sweeps)
    with scope(side.compound.pk):
        pauses.pause(**_common(side, request, "manager", at), reason="等", until=at + timedelta(minutes=pause))
        resumed = False
        for now in times:
            if not resumed and now >= at + timedelta(minutes=back):
                with_state = Request.objects.get(pk=request.pk).state
                if with_state == "paused":
                    pauses.resume(**_common(side, request, "manager", at + timedelta(minutes=back)))
                resumed = True
            clock.escalate(compound_id=side.compound.pk, now=now)
        clock.escalate(compound_id=side.compound.pk, now=at + timedelta(days=200))
        clock.escalate(compound_id=side.compound.pk, now=at + timedelta(days=200))
        notes = list(
            Event.objects.filter(request=request, action__in=["warn", "escalate"])
            .order_by("pk")
            .values_list("note", flat=True)
        )
        # Everything was swept in the end, so every level was reached: once, in order.
        assert notes == ["0", "1", "2", "3"]
        assert Request.objects.get(pk=request.pk).level == 3


@given(
    moments,
    st.integers(1, 20000),
    st.integers(0, 20000),
    st.integers(0, 60 * 24 * 30),
    st.sampled_from([CALENDAR, WORKING]),
)
def test_time_that_stood_still_does_not_count(
    start: datetime, minutes: int, spent: int, stood: int, basis: str
) -> None:
    """What was left when the clock stopped is left when it runs again, in office time as on the wall."""
    calendar = WorkCalendar()
    due = calendar.due(start, minutes, basis).at
    stop = min(start + timedelta(minutes=spent), due)
    again = stop + timedelta(minutes=stood)
    whole = calendar.due(start, minutes, basis, pauses=[(stop, again)]).at if stood else due
    if basis == WORKING:
        left = calendar.working_minutes_between(stop, due)
        moved = calendar.after(again, left.length, WORKING).at
        assert calendar.working_minutes_between(again, moved).length == left.length
    else:
        moved = rules.still(due, stop, again)
    if stop < due:
        assert moved == whole


def test_leaving_a_paused_request_takes_the_pause_off(world: World) -> None:
    side = world.here
    for act in (
        lambda r: feedback.withdraw(**_common(side, r, "resident", UNTIL), reason=""),
        lambda r: dispatch.return_(**_common(side, r, "manager", UNTIL), reason="不归物业", receiver="水务"),
        lambda r: dispatch.force_close(**_common(side, r, "manager", UNTIL), reason="联系不上"),
    ):
        request = _paused(side)
        with scope(side.compound.pk):
            act(request)
            kept = Request.objects.get(pk=request.pk)
        assert (kept.paused_at, kept.paused_until, kept.pause_reason, kept.next_step_at) == (None, None, "", None)
        assert kept.paused_seconds == int((UNTIL - NOW - timedelta(minutes=5)).total_seconds())


def test_a_paused_request_may_be_urged_and_is_still_open(world: World) -> None:
    side = world.here
    request = _paused(side)
    assert request.is_open
    with scope(side.compound.pk):
        feedback.urge(**_common(side, request, "resident", NOW + timedelta(hours=2)))


def test_only_one_of_two_resumes_is_taken(world: World) -> None:
    side = world.here
    request = _paused(side)
    with scope(side.compound.pk):
        pauses.resume(**_common(side, request, "manager", NOW + timedelta(hours=2)))
        with pytest.raises(OutOfState):
            pauses.resume(**_common(side, request, "worker", NOW + timedelta(hours=2)))
        for who in ("resident", "chair", "officer", "street"):
            with pytest.raises(NotPermitted):
                pauses.pause(**_common(side, request, who, NOW + timedelta(hours=3)), reason="x", until=UNTIL)
        for who in ("neighbour", "worker2"):
            with pytest.raises(NoSuchRequest):
                pauses.pause(**_common(side, request, who, NOW + timedelta(hours=3)), reason="x", until=UNTIL)


def test_a_changed_policy_does_not_move_a_clock_that_stands(world: World) -> None:
    side = world.here
    before = bring_to(side, "working")
    with scope(side.compound.pk):
        pauses.pause(**_common(side, before, "worker", NOW + timedelta(hours=1)), reason="等", until=UNTIL)
        DeadlinePolicy.objects.create(
            compound=side.compound,
            category="water",
            respond_minutes=5,
            respond_basis="working",
            finish_minutes=60,
            finish_basis="working",
            since=NOW,
            changed_at=NOW,
            changed_by=0,
        )
        found = pauses.resume(**_common(side, before, "worker", NOW + timedelta(hours=3)))
    assert found.due_at == before.due_at + timedelta(hours=2)


def test_finished_in_time_is_judged_by_the_clock_that_stood(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    with scope(side.compound.pk):
        pauses.pause(**_common(side, request, "worker", NOW + timedelta(hours=1)), reason="等", until=UNTIL)
        pauses.resume(**_common(side, request, "worker", UNTIL))
        done = work.finish(**_common(side, request, "worker", UNTIL + timedelta(hours=20)), note="", photos=[picture()])
    assert done.finished_in_time is True


def test_an_urgent_one_that_nobody_answers_climbs_after_five_minutes(world: World) -> None:
    side = world.here
    file_one(side, urgent=True)
    with scope(side.compound.pk):
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=2)) == 1  # on duty: reminded
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=4, seconds=59)) == 0
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=5)) == 1  # the manager
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=9)) == 0
        assert (
            clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=10)) == 1
        )  # committee, community
        climbed = Escalation.objects.order_by("level", "party").values_list("level", "party", "at")
        assert list(climbed) == [
            (1, "company", NOW + timedelta(minutes=5)),
            (2, "committee", NOW + timedelta(minutes=10)),
            (2, "community", NOW + timedelta(minutes=10)),
        ]
