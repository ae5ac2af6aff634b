"""The log of a control room: whose line it is, corrections, handovers, alarms in order, and a silence that is told once."""

from datetime import timedelta
from typing import Any

import pytest

from messaging.models import Message
from rosters.actions import logbook
from rosters.actions.logbook import CHECKS, StandIn, Words
from rosters.models import Alarm, Entry, Lapse, Relief, Station
from rosters.queries import log
from rosters.queries.cases import shifts_of
from rosters.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from rosters.tasks import sweep, tend
from tenancy.scope import scope
from tests.rosters.conftest import HOUR, NOW, a_room, actor_of, line, out, staffed
from tests.world import Side, World

# In the published July, 10 o'clock on the 7th.
THEN = NOW.replace(month=7, day=7)


def _common(side: Side, room: Station, who: str = "worker", **more: Any) -> dict[str, Any]:
    return {
        "compound_id": side.compound.pk,
        "station_id": room.pk,
        "by": side.actor(who, NOW.date()),
        "now": NOW,
        **more,
    }


def test_a_line_is_of_the_shift_on_the_roster_or_names_whom_it_stands_in_for(world: World) -> None:
    side = world.here
    room, people = staffed(side)
    roster = out(side)
    with scope(side.compound.pk):
        on = [one for one in shifts_of(roster) if one.starts_at <= THEN < one.ends_at]
        whose = {one.member.name for one in on}
        common: dict[str, Any] = {"compound_id": side.compound.pk, "station_id": room.pk, "words": Words(), "now": THEN}
        mine = logbook.write(by=actor_of(on[0].member), **common)
        assert (mine.on_turn, mine.instead_of, mine.unplanned, mine.certified) == ("08:00-16:00", "", False, True)
        other = next(one for one in people if one.name not in whose)
        with pytest.raises(BadInput, match="say_instead") as refused:
            logbook.write(by=actor_of(other), **common)
        assert set(refused.value.details["people"].split("、")) == whose
        with pytest.raises(BadInput, match="say_instead_why"):
            logbook.write(by=actor_of(other), stand_in=StandIn(on[0].member.name), **common)
        instead = logbook.write(by=actor_of(other), stand_in=StandIn(on[0].member.name, "他去医院"), **common)
        assert (instead.on_turn, instead.instead_of, instead.instead_why) == ("", on[0].member.name, "他去医院")
        # Who holds no certificate is not refused in the middle of the night, but it is seen.
        desk = logbook.write(by=side.actor("dispatcher"), stand_in=StandIn(on[0].member.name, "人不够"), **common)
        assert desk.certified is False
        assert Entry.objects.count() == 3


def test_where_no_roster_is_out_a_line_is_unplanned(world: World) -> None:
    side = world.here
    room = a_room(side)
    found = line(side, room)
    assert (found.unplanned, found.certified, found.at) == (True, False, NOW)
    with scope(side.compound.pk):
        assert Station.objects.get().last_entry_at == NOW


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "song"}, "unknown_kind"),
        ({"normal": False}, "say_what"),
        ({"kind": "fault"}, "say_what"),
        ({"kind": "alarm", "words": "响了"}, "say_alarm"),
        ({"kind": "check", "checks": ("mute",)}, "say_what"),
        ({"system": "喷淋泵", "automatic": False}, "say_what"),
        ({"words": "长" * 301}, "too_long"),
    ],
)
def test_a_line_that_says_too_little_is_refused(world: World, given: dict[str, Any], code: str) -> None:
    side = world.here
    room = a_room(side)
    with pytest.raises(BadInput, match=code):
        line(side, room, **given)
    with scope(side.compound.pk):
        assert (Entry.objects.count(), Station.objects.get().last_entry_at) == (0, None)


def test_a_correction_stands_beside_the_old_line(world: World) -> None:
    side = world.here
    room = a_room(side)
    first = line(side, room, kind="fault", words="3 号楼烟感故障")
    with scope(side.compound.pk):
        common = _common(side, room, words=Words(kind="fault", words="5 号楼烟感故障"))
        with pytest.raises(BadInput, match="say_why"):
            logbook.correct(entry_id=first.pk, why=" ", **common)
        with pytest.raises(NotPermitted, match="not_your_line"):
            logbook.correct(entry_id=first.pk, why="写错", **{**common, "by": side.actor("worker2")})
        new = logbook.correct(entry_id=first.pk, why="楼号写错", **common)
        with pytest.raises(OutOfState, match="line_moved_on"):
            logbook.correct(entry_id=first.pk, why="再改", **common)
        newest = logbook.correct(entry_id=new.pk, why="还是三号", **{**common, "by": side.actor("manager")})
        with pytest.raises(NoSuchThing):
            logbook.correct(entry_id=999_999, why="没有", **common)
        found = log.day_of(room, NOW.date())
        assert [(one.entry.pk, [old.pk for old in one.corrected]) for one in found] == [(newest.pk, [new.pk, first.pk])]
        assert (newest.at, newest.corrects_why, Entry.objects.get(pk=first.pk).words) == (
            NOW,
            "还是三号",
            "3 号楼烟感故障",
        )


def test_the_daily_check_names_what_was_tried(world: World) -> None:
    side = world.here
    found = line(side, a_room(side), kind="check", checks=CHECKS, model="JB-QB-5000")
    assert found.check_list == {"model": "JB-QB-5000", **dict.fromkeys(CHECKS, True)}


def test_a_handover_is_signed_by_both(world: World) -> None:
    side = world.here
    room = a_room(side)
    with scope(side.compound.pk):
        with pytest.raises(OutOfState, match="no_relief"):
            logbook.take_over(**_common(side, room))
        with pytest.raises(BadInput, match="say_what"):
            logbook.hand_over(words="", **_common(side, room))
        logbook.hand_over(words="一切正常，2 号泵检修中", **_common(side, room))
        with pytest.raises(OutOfState, match="relief_open"):
            logbook.hand_over(words="再来", **_common(side, room, "worker2"))
        with pytest.raises(NotPermitted, match="own_relief"):
            logbook.take_over(**_common(side, room))
        logbook.take_over(**_common(side, room, "worker2"))
        one = Relief.objects.get()
        assert (one.given_by, one.taken_by) == (side.people["worker"].pk, side.people["worker2"].pk)
        assert list(Entry.objects.order_by("pk").values_list("kind", "words", "person_id")) == [
            ("hand_over", "一切正常，2 号泵检修中", one.given_by),
            ("take_over", "一切正常，2 号泵检修中", one.taken_by),
        ]


def test_whoever_relieves_may_sign_before_the_hour_and_whoever_is_relieved_after_it(world: World) -> None:
    side = world.here
    room, _people = staffed(side)
    roster = out(side)
    change = THEN.replace(hour=8)  # 16:00 in Shanghai
    with scope(side.compound.pk):
        rows = shifts_of(roster)
        goes = next(one for one in rows if one.ends_at == change).member
        comes = next(one for one in rows if one.starts_at == change).member
        common: dict[str, Any] = {"compound_id": side.compound.pk, "station_id": room.pk}
        minutes = timedelta(minutes=1)
        with pytest.raises(BadInput, match="say_instead"):
            logbook.write(words=Words(), by=actor_of(comes), now=change - 31 * minutes, **common)
        early = logbook.write(words=Words(), by=actor_of(comes), now=change - 30 * minutes, **common)
        late = logbook.write(words=Words(), by=actor_of(goes), now=change + 29 * minutes, **common)
        assert (early.on_turn, late.on_turn) == ("16:00-24:00", "08:00-16:00")
        with pytest.raises(BadInput, match="say_instead"):
            logbook.write(words=Words(), by=actor_of(goes), now=change + 30 * minutes, **common)
        logbook.hand_over(words="正常", by=actor_of(goes), now=change + 5 * minutes, **common)
        logbook.take_over(by=actor_of(comes), now=change + 6 * minutes, **common)
        signed = (
            Entry.objects.filter(kind__in=["hand_over", "take_over"])
            .order_by("at")
            .values_list("on_turn", "instead_of")
        )
        assert list(signed) == [("08:00-16:00", ""), ("16:00-24:00", "")]


def test_a_fire_reaches_everyone_on_duty_and_a_silence_whoever_sits_there(world: World) -> None:
    side = world.here
    room, _people = staffed(side)
    roster = out(side)
    desk = {side.people[who].pk for who in ("manager", "dispatcher")}
    with scope(side.compound.pk):
        on = [one.member for one in shifts_of(roster) if one.starts_at <= THEN < one.ends_at]
        there = {one.person_id for one in on}
        common: dict[str, Any] = {
            "compound_id": side.compound.pk, "station_id": room.pk, "by": actor_of(on[0]), "now": THEN
        }  # fmt: skip
        alarm = logbook.raise_alarm(spot="3 号楼 5 层走道", **common)
        logbook.step_alarm(step="confirm", found="fire", alarm_id=alarm.pk, **common)

        def told(template: str) -> set[int]:
            return set(Message.objects.filter(template=template, channel="in_app").values_list("person_id", flat=True))

        assert told("rosters.fire") == (desk | there) - {on[0].person_id}
        logbook.write(words=Words(), **common)
        assert logbook.tell_silent(compound_id=side.compound.pk, now=THEN + 3 * HOUR) == 1
        assert (told("rosters.log_missing"), told("rosters.log_due")) == (desk, there)


def test_an_alarm_takes_its_steps_in_order_and_a_fire_tells_the_desk(world: World) -> None:
    side = world.here
    room = a_room(side)
    with scope(side.compound.pk):
        common = _common(side, room)
        with pytest.raises(BadInput, match="say_where"):
            logbook.raise_alarm(spot="", **common)
        alarm = logbook.raise_alarm(spot="3 号楼 5 层走道", **common)
        assert logbook.raise_alarm(spot="同一次", **common).pk == alarm.pk
        step: dict[str, Any] = {**common, "alarm_id": alarm.pk}
        for early in ("linkage", "call", "plan"):
            with pytest.raises(OutOfState, match="not_in_order"):
                logbook.step_alarm(step=early, **step)
        with pytest.raises(BadInput, match="say_found"):
            logbook.step_alarm(step="confirm", **step)
        with pytest.raises(OutOfState, match="steps_missing"):
            logbook.close_alarm(words="误报", **step)
        logbook.step_alarm(step="confirm", found="fire", burning="电瓶车", **step)
        assert list(Message.objects.filter(template="rosters.fire", channel="in_app").values_list("urgent", flat=True)) == [
            True, True
        ]  # fmt: skip
        with pytest.raises(OutOfState, match="not_in_order"):
            logbook.step_alarm(step="confirm", found="false", **step)
        with pytest.raises(OutOfState, match="steps_missing"):
            logbook.close_alarm(words="灭了", **step)
        for one in ("linkage", "call", "plan"):
            logbook.step_alarm(step=one, **step)
        done = logbook.close_alarm(words="消防队到场扑灭", **step)
        assert (done.found, done.closed_at, log.open_alarm(room)) == ("fire", NOW, None)
        with pytest.raises(OutOfState, match="alarm_closed"):
            logbook.close_alarm(words="再来", **step)
        entry = Entry.objects.get()
        assert (entry.kind, entry.alarm, entry.spot, entry.words) == (
            "alarm",
            "fire",
            "3 号楼 5 层走道",
            "消防队到场扑灭",
        )


def test_a_false_alarm_ends_after_the_first_step(world: World) -> None:
    side = world.here
    room = a_room(side)
    with scope(side.compound.pk):
        common = _common(side, room)
        alarm = logbook.raise_alarm(spot="地下室", **common)
        logbook.step_alarm(step="confirm", found="false", alarm_id=alarm.pk, **common)
        with pytest.raises(OutOfState, match="not_in_order"):
            logbook.step_alarm(step="linkage", alarm_id=alarm.pk, **common)
        logbook.close_alarm(words="灰尘误报，已复位", alarm_id=alarm.pk, **common)
        assert (Alarm.objects.get().plan_at, Entry.objects.get().alarm) == (None, "false")


def test_a_silence_of_two_hours_is_told_once_and_ends_with_the_next_line(world: World) -> None:
    side = world.here
    room = a_room(side)
    with scope(side.compound.pk):
        # Nobody has begun to keep this log: nothing is missing.
        assert logbook.tell_silent(compound_id=side.compound.pk, now=NOW) == 0
    line(side, room, now=NOW - 2 * HOUR + timedelta(seconds=1))
    with scope(side.compound.pk):
        assert logbook.tell_silent(compound_id=side.compound.pk, now=NOW) == 0
        late = NOW + timedelta(seconds=1)
        assert [logbook.tell_silent(compound_id=side.compound.pk, now=late) for _ in range(3)] == [1, 0, 0]
        told = Message.objects.filter(template="rosters.log_missing", channel="in_app")
        assert sorted(told.values_list("person_id", flat=True)) == sorted(
            side.people[who].pk for who in ("manager", "dispatcher")
        )
        assert [one.station_id for one in log.open_lapses(side.compound.pk)] == [room.pk]
    line(side, room, now=NOW + HOUR)
    with scope(side.compound.pk):
        assert (list(log.open_lapses(side.compound.pk)), Lapse.objects.get().ended_at) == ([], NOW + HOUR)
        assert logbook.tell_silent(compound_id=side.compound.pk, now=NOW + 4 * HOUR) == 1
        assert Lapse.objects.count() == 2


def test_the_sweep_finds_the_silent_room_and_may_run_twice(world: World) -> None:
    side = world.here
    line(side, a_room(side), now=NOW - 3 * HOUR)
    assert sweep() == 1
    tend(compound_id=side.compound.pk)
    with scope(side.compound.pk):
        assert Lapse.objects.count() == 1
    assert sweep() == 0


def test_only_the_firm_of_this_compound_writes(world: World) -> None:
    side = world.here
    room = a_room(side)
    asked: list[tuple[Any, dict[str, Any]]] = [
        (logbook.write, {"words": Words()}),
        (logbook.hand_over, {"words": "好"}),
        (logbook.take_over, {}),
        (logbook.raise_alarm, {"spot": "这里"}),
    ]
    for by in (side.actor("chair"), side.actor("officer"), side.actor("resident"), world.there.actor("worker")):
        for act, given in asked:
            with scope(side.compound.pk), pytest.raises(NotPermitted, match="not_yours"):
                act(**{**_common(side, room), "by": by, **given})
