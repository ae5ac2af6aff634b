"""A month made, changed by hand, published, acknowledged, swapped and mended: by the actions of the pages."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from messaging.models import Message
from rosters.actions import absences, making, publishing, swapping
from rosters.actions.making import Sick
from rosters.actions.swapping import Wish
from rosters.models import Absence, Roster, Seen, Shift, Swap
from rosters.queries.cases import duties_of, given, ground, shifts_of
from rosters.queries.log import compounds_with_work
from rosters.queries.months import published, who_has_seen
from rosters.refusals import Against, BadInput, NoSuchThing, NotPermitted, OutOfState
from rosters.rules.checking import check, is_lawful
from rosters.tasks import tend
from tenancy.scope import across_tenants, scope
from tests.rosters.conftest import HOUR, JULY, NOW, a_member, a_room, actor_of, made, out, staffed
from tests.world import Side, World


def _rows(side: Side, roster: Roster) -> list[Shift]:
    with scope(side.compound.pk):
        return shifts_of(roster)


def _common(side: Side, who: str = "manager", **more: Any) -> dict[str, Any]:
    return {"compound_id": side.compound.pk, "by": side.actor(who, NOW.date()), "now": NOW, **more}


def test_a_month_is_made_with_its_input_kept(world: World) -> None:
    side = world.here
    room, people = staffed(side)
    draft = made(side)
    rows = _rows(side, draft)
    assert (draft.state, draft.edition, draft.made["by"], draft.case["seed"]) == ("draft", 1, "rotation", 202607)
    assert (len(rows), {one.member_id for one in rows}) == (186, {one.pk for one in people})
    assert Counter((one.day, one.turn) for one in rows).most_common()[-1][1] == 2
    with scope(side.compound.pk):
        there = ground(side.compound.pk, JULY)
        assert is_lawful(check(there.case, duties_of(rows)))
        assert draft.case == {
            **given(side.compound.pk, JULY)[0],
            "posts": draft.case["posts"],
            "people": draft.case["people"],
        }
    night = next(one for one in rows if one.turn == "00:00-08:00")
    assert (night.night, night.ends_at - night.starts_at, night.station_id) == (True, 8 * HOUR, room.pk)
    assert any(one.free_day for one in rows)
    # The same again is another edition, and the first draft is gone.
    again = made(side)
    with scope(side.compound.pk):
        assert list(Roster.objects.order_by("edition").values_list("edition", "state")) == [
            (1, "dropped"),
            (2, "draft"),
        ]
    assert again.edition == 2


def test_who_may_ask_for_a_month_and_when(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput, match="no_posts"):
            making.ask_month(month=JULY, **_common(side))
        a_room(side)
        with pytest.raises(BadInput, match="no_people"):
            making.ask_month(month=JULY, **_common(side))
        a_member(side)
        for who in ("worker", "chair", "officer"):
            with pytest.raises(NotPermitted, match="not_yours"):
                making.ask_month(month=JULY, **_common(side, who))
        with pytest.raises(BadInput, match="month_over"):
            making.ask_month(month=date(2026, 5, 1), **_common(side))
        with pytest.raises(BadInput, match="too_far"):
            making.ask_month(month=date(2028, 1, 1), **_common(side))
        assert Roster.objects.count() == 0


def test_a_worker_that_died_is_followed_by_another_and_a_dropped_draft_by_none(world: World) -> None:
    side = world.here
    staffed(side)
    with scope(side.compound.pk):
        asked = making.ask_month(month=JULY, **_common(side))
        Roster.objects.filter(pk=asked.pk).update(state="making", tries=1, tried_at=NOW - timedelta(seconds=30))
    common = {"compound_id": side.compound.pk, "roster_id": asked.pk}
    assert making.work(**common, now=NOW) is None
    with across_tenants(reason="test"):
        assert compounds_with_work(NOW) == [side.compound.pk]
    tend(compound_id=side.compound.pk)
    assert making.work(**common, now=NOW + timedelta(minutes=2)) == "draft"
    assert making.work(**common, now=NOW + timedelta(minutes=4)) is None
    with scope(side.compound.pk):
        second = making.ask_month(month=JULY, **_common(side))
        making.drop(ref=second.ref, **_common(side))
    assert making.work(compound_id=side.compound.pk, roster_id=second.pk, now=NOW) is None
    with scope(side.compound.pk):
        third = making.ask_month(month=JULY, **_common(side))
        Roster.objects.filter(pk=third.pk).update(state="making", tries=3, tried_at=NOW - timedelta(minutes=5))
    assert making.work(compound_id=side.compound.pk, roster_id=third.pk, now=NOW) is None
    with scope(side.compound.pk):
        assert (Roster.objects.get(pk=third.pk).state, Roster.objects.get(pk=third.pk).made) == (
            "dropped",
            {"failed": True},
        )


def test_every_change_by_hand_is_judged_before_it_is_saved(world: World) -> None:
    side = world.here
    room, people = staffed(side)
    draft = made(side)
    rows = _rows(side, draft)
    first = rows[0]
    there = {one.member_id for one in rows if one.day == first.day}
    free = next(one for one in people if one.pk not in there)
    common = _common(side, ref=draft.ref, day=first.day, station_id=room.pk, turn=first.turn)
    busy = next(one for one in rows if one.day == first.day and one.turn != first.turn)
    with scope(side.compound.pk):
        with pytest.raises(Against) as refused:
            publishing.put(out=first.member_id, into=busy.member_id, **common)
        assert ("一天排了两个班" in refused.value.sentences[0], "劳动法第三十六条" in refused.value.sentences[0]) == (
            True,
            True,
        )
        with pytest.raises(BadInput, match="nobody_chosen"):
            publishing.put(out=None, into=None, **common)
        with pytest.raises(BadInput, match="already_on_shift"):
            publishing.put(out=None, into=first.member_id, **common)
        with pytest.raises(NoSuchThing):
            publishing.put(out=free.pk, into=None, **common)
        assert _pairs(draft) == {(one.day, one.turn, one.member_id) for one in rows}
        # Out is allowed, and leaves the shift open.
        publishing.put(out=first.member_id, into=None, **common)
        found = Roster.objects.get(pk=draft.pk)
        assert (found.made, len(_pairs(draft))) == ({"by": "hand"}, 185)
        with pytest.raises(BadInput, match="say_gaps"):
            publishing.publish(ref=draft.ref, **_common(side))
        publishing.put(out=None, into=first.member_id, **common)
        assert len(_pairs(draft)) == 186


def _pairs(draft: Roster) -> set[tuple[date, str, int]]:
    rows = Shift.objects.filter(compound_id=draft.compound_id, roster=draft)
    return set(rows.values_list("day", "turn", "member_id"))


def test_publishing_tells_everyone_in_it_once_and_they_acknowledge(world: World) -> None:
    side = world.here
    _room, people = staffed(side)
    roster = out(side)
    with scope(side.compound.pk):
        told = Message.objects.filter(template="rosters.published", channel="in_app")
        assert sorted(told.values_list("person_id", flat=True)) == sorted(one.person_id for one in people)
        worker = actor_of(people[0])
        for _ in range(2):
            publishing.acknowledge(compound_id=side.compound.pk, ref=roster.ref, by=worker, now=NOW)
        assert Seen.objects.count() == 1
        assert [seen is not None for name, seen, _n in who_has_seen(roster) if name == people[0].name] == [True]
        with pytest.raises(NotPermitted, match="not_on_rosters"):
            publishing.acknowledge(compound_id=side.compound.pk, ref=roster.ref, by=side.actor("dispatcher"), now=NOW)
        with pytest.raises(OutOfState, match="roster_moved_on"):
            publishing.publish(ref=roster.ref, **_common(side))
        # Changed later: only those whose shifts changed are told, and asked to look again.
        draft = publishing.revise(ref=roster.ref, **_common(side))
        gone = next(one for one in shifts_of(draft) if one.member_id != people[0].pk)
        publishing.put(
            ref=draft.ref, day=gone.day, station_id=gone.station_id, turn=gone.turn, out=gone.member_id, into=None,
            **_common(side),
        )  # fmt: skip
        assert publishing.what_changes(draft) == [
            f"7月{gone.day.day}日 消防控制室 {gone.turn}：{gone.member.name}不上，没有人顶班。"
        ]
        publishing.publish(ref=draft.ref, gap_note="经理顶班", **_common(side))
        assert [one.state for one in Roster.objects.order_by("edition")] == ["replaced", "published"]
        told = Message.objects.filter(template="rosters.changed", channel="in_app")
        assert list(told.values_list("person_id", flat=True)) == [gone.member.person_id]
        assert list(Seen.objects.filter(roster=draft).values_list("member_id", flat=True)) == [people[0].pk]


def test_a_short_month_names_its_gaps_and_is_published_only_with_a_word_on_them(world: World) -> None:
    side = world.here
    staffed(side, 7)
    draft = made(side)
    with scope(side.compound.pk):
        case = ground(side.compound.pk, JULY).case
        short = [one for one in check(case, duties_of(shifts_of(draft))) if one.code == "short"]
        assert (len(short) > 0, {one.code for one in check(case, duties_of(shifts_of(draft))) if one.hard}) == (
            True,
            {"short"},
        )
        with pytest.raises(BadInput, match="say_gaps"):
            publishing.publish(ref=draft.ref, **_common(side))
        done = publishing.publish(ref=draft.ref, gap_note="周末由项目经理顶班", **_common(side))
        assert (done.state, done.gap_note) == ("published", "周末由项目经理顶班")


def test_leave_that_came_after_the_draft_stands_against_publishing_it(world: World) -> None:
    side = world.here
    staffed(side)
    draft = made(side)
    one = _rows(side, draft)[0]
    with scope(side.compound.pk):
        absences.enter_off(member_id=one.member_id, kind="leave", first=one.day, last=one.day, **_common(side))
        with pytest.raises(Against) as refused:
            publishing.publish(ref=draft.ref, **_common(side))
        assert "请假" in refused.value.sentences[0]
        assert Roster.objects.get(pk=draft.pk).state == "draft"


def test_the_next_month_goes_on_from_the_last_and_carries_the_year(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    rows = _rows(side, roster)
    with scope(side.compound.pk):
        case = ground(side.compound.pk, date(2026, 8, 1)).case
        last = {(one.day, one.member.name) for one in rows if one.day >= date(2026, 7, 25)}
        assert {(one.day, one.person) for one in case.before} == last
        name = rows[0].member.name
        year = case.person[name].year
        theirs = [one for one in rows if one.member.name == name]
        assert (year.months, year.shifts, year.nights, year.weekends) == (
            1, len(theirs), sum(one.night for one in theirs), sum(one.free_day for one in theirs)
        )  # fmt: skip
        assert ground(side.compound.pk, date(2027, 1, 1)).case.person[name].year.months == 0


def test_the_end_of_a_month_is_judged_by_the_next_one_that_is_out(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    august = out(side, date(2026, 8, 1))
    with scope(side.compound.pk):
        case = ground(side.compound.pk, JULY).case
        first = [one for one in shifts_of(august) if one.day == date(2026, 8, 1) and one.turn == "00:00-08:00"]
        assert {one.member.name for one in first} <= {one.person for one in case.after}
        assert {one.day.month for one in case.after} == {8}
        draft = publishing.revise(ref=roster.ref, **_common(side))
        late = next(one for one in shifts_of(draft) if (one.day, one.turn) == (date(2026, 7, 31), "16:00-24:00"))
        with pytest.raises(Against) as refused:
            publishing.put(
                ref=draft.ref, day=late.day, station_id=late.station_id, turn=late.turn, out=late.member_id,
                into=first[0].member_id, **_common(side),
            )  # fmt: skip
        assert any("8月1日" in one for one in refused.value.sentences)


def _swappable(side: Side, roster: Roster) -> tuple[Shift, Shift]:
    """Two shifts of two people that can change hands."""
    with scope(side.compound.pk):
        case = ground(side.compound.pk, JULY).case
        rows = shifts_of(roster)
        duties = set(duties_of(rows))
        for one in rows:
            for other in rows:
                if one.member_id == other.member_id or (one.day, one.turn) == (other.day, other.turn):
                    continue
                a = next(d for d in duties if (d.day, d.turn, d.person) == (one.day, one.turn, one.member.name))
                b = next(d for d in duties if (d.day, d.turn, d.person) == (other.day, other.turn, other.member.name))
                swapped = (duties - {a, b}) | {replace(a, person=b.person), replace(b, person=a.person)}
                if len(swapped) == len(duties) and is_lawful(check(case, swapped)):
                    return one, other
    raise AssertionError("nothing can be swapped")


def test_a_swap_is_agreed_and_approved_and_nothing_changes_before(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    mine, theirs = _swappable(side, roster)
    giver, taker = actor_of(mine.member), actor_of(theirs.member)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    with scope(side.compound.pk):
        swap = swapping.ask_swap(wish=Wish(mine.pk, theirs.member_id, theirs.pk, "家里有事"), by=giver, **common)
        with pytest.raises(OutOfState, match="swap_open"):
            swapping.ask_swap(wish=Wish(mine.pk, theirs.member_id), by=giver, **common)
        with pytest.raises(NoSuchThing):
            swapping.answer_swap(swap_id=swap.pk, agree=True, by=giver, **common)
        with pytest.raises(OutOfState, match="swap_moved_on"):
            swapping.decide_swap(swap_id=swap.pk, approve=True, by=side.actor("manager"), **common)
        swapping.answer_swap(swap_id=swap.pk, agree=True, by=taker, **common)
        assert published(side.compound.pk, JULY) == roster
        with pytest.raises(NotPermitted):
            swapping.decide_swap(swap_id=swap.pk, approve=True, by=giver, **common)
        with pytest.raises(BadInput, match="say_why"):
            swapping.decide_swap(swap_id=swap.pk, approve=False, by=side.actor("manager"), **common)
        swapping.decide_swap(swap_id=swap.pk, approve=True, by=side.actor("manager"), **common)
        now_out = published(side.compound.pk, JULY)
        assert now_out is not None
        assert (now_out.edition, now_out.task, Roster.objects.get(pk=roster.pk).state) == (2, "swap", "replaced")
        before, after = _pairs(roster), _pairs(now_out)
        assert after - before == {
            (mine.day, mine.turn, theirs.member_id), (theirs.day, theirs.turn, mine.member_id)
        }  # fmt: skip
        assert set(Seen.objects.filter(roster=now_out).values_list("member_id", flat=True)) == {
            mine.member_id, theirs.member_id
        }  # fmt: skip
        assert Swap.objects.get().state == "approved"
        with pytest.raises(OutOfState, match="swap_moved_on"):
            swapping.withdraw_swap(swap_id=swap.pk, by=giver, **common)


def test_a_swap_that_the_rules_forbid_is_refused_before_anyone_is_asked(world: World) -> None:
    side = world.here
    _room, people = staffed(side)
    roster = out(side)
    rows = _rows(side, roster)
    mine = rows[0]
    busy = next(one for one in rows if one.day == mine.day and one.turn != mine.turn)
    giver = actor_of(mine.member)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "by": giver}
    with scope(side.compound.pk):
        with pytest.raises(Against):
            swapping.ask_swap(wish=Wish(mine.pk, busy.member_id), now=NOW, **common)
        with pytest.raises(BadInput, match="no_such_person"):
            swapping.ask_swap(wish=Wish(mine.pk, mine.member_id), now=NOW, **common)
        with pytest.raises(NoSuchThing):
            swapping.ask_swap(wish=Wish(busy.pk, people[0].pk), now=NOW, **common)
        with pytest.raises(BadInput, match="not_their_shift"):
            swapping.ask_swap(wish=Wish(mine.pk, busy.member_id, mine.pk), now=NOW, **common)
        with pytest.raises(OutOfState, match="shift_begun"):
            swapping.ask_swap(wish=Wish(mine.pk, busy.member_id), now=mine.starts_at, **common)
        assert (Swap.objects.count(), Message.objects.filter(template="rosters.swap_asked").count()) == (0, 0)


def test_a_sick_call_changes_little_and_no_past_day(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    rows = _rows(side, roster)
    at = NOW.replace(month=7, day=14)
    ill = next(one for one in rows if one.day == date(2026, 7, 15)).member
    by = side.actor("manager", at.date())
    sick = Sick(ill.pk, date(2026, 7, 10), date(2026, 7, 18), "发烧")
    with scope(side.compound.pk):
        with pytest.raises(BadInput, match="not_this_month"):
            making.ask_mend(
                compound_id=side.compound.pk, ref=roster.ref, sick=Sick(ill.pk, date(2026, 8, 2), date(2026, 8, 3)), by=by,
                now=at,
            )  # fmt: skip
        asked = making.ask_mend(compound_id=side.compound.pk, ref=roster.ref, sick=sick, by=by, now=at)
        assert Absence.objects.get().state == "granted"
    assert making.work(compound_id=side.compound.pk, roster_id=asked.pk, now=at) == "draft"
    with scope(side.compound.pk):
        draft = Roster.objects.select_related("base").get(pk=asked.pk)
        before, after = _pairs(roster), _pairs(draft)
        begun = {one for one in before if one[0] < at.date()}
        assert begun <= after
        away = {one for one in after if one[2] == ill.pk and date(2026, 7, 15) <= one[0] <= date(2026, 7, 18)}
        assert (away, len(after)) == (set(), 186)
        told = publishing.what_changes(draft)
        assert (len(told) > 0, all("7月" in one for one in told)) == (True, True)
        assert published(side.compound.pk, JULY) == roster
        publishing.publish(compound_id=side.compound.pk, ref=draft.ref, by=by, now=at)
        assert published(side.compound.pk, JULY) == draft


def test_a_draft_from_an_edition_that_holds_no_longer_is_not_published(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    mine, theirs = _swappable(side, roster)
    common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    with scope(side.compound.pk):
        draft = publishing.revise(ref=roster.ref, **_common(side))
        swap = swapping.ask_swap(wish=Wish(mine.pk, theirs.member_id, theirs.pk), by=actor_of(mine.member), **common)
        swapping.answer_swap(swap_id=swap.pk, agree=True, by=actor_of(theirs.member), **common)
        swapping.decide_swap(swap_id=swap.pk, approve=True, by=side.actor("manager"), **common)
        assert Roster.objects.get(pk=draft.pk).state == "draft"
        with pytest.raises(OutOfState, match="base_moved_on"):
            publishing.publish(ref=draft.ref, **_common(side))
        past = _common(side, ref=draft.ref, station_id=mine.station_id, turn=mine.turn, out=mine.member_id, into=None)
        with pytest.raises(OutOfState, match="day_over"):
            publishing.put(day=mine.day, **{**past, "now": NOW.replace(month=8)})
