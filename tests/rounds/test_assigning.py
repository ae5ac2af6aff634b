"""Who walks what: given to somebody or to a post of the rosters, once or for good; told to both; freed when somebody leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.models import Entry as AuditEntry
from idempotency.forms import fresh_key
from messaging.models import Message
from parties.models import Contract, Post
from rosters.actions import absences, logbook, setting
from rosters.actions.logbook import StandIn
from rosters.models import Member, Shift
from rounds.actions.assigning import To, assign, compounds_to_free, free_ended
from rounds.actions.plans import Change, change_plan
from rounds.models import Assignment, Occurrence, Plan
from rounds.queries import whose as queries
from rounds.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from rounds.words import refusal_text, who_line
from tenancy.scope import across_tenants, scope
from tests.rosters.conftest import a_member, a_room, actor_of, hired, out, staffed
from tests.rounds.conftest import DAY, HOUR, NOW, body_for, planned, points_of, round_of, sent, walked
from tests.world import Side, World

API = "/api/v1/compounds/here/rounds/"
PAGE = "/c/here/rounds/assign/"
PATROL = "facility_patrol:0"


def given(side: Side, rounds: list[Occurrence], who: str | None = None, *, by: str = "manager", **more: Any) -> int:
    """Rounds given to one of the firm."""
    to = more.pop("to", None) or To(side.posts[who].pk if who else None)
    with scope(side.compound.pk):
        return assign(
            compound_id=side.compound.pk, occurrence_ids=[one.pk for one in rounds], to=to,
            by=side.actor(by), **{"now": NOW, **more},
        )  # fmt: skip


def on_leave(side: Side, member: Member) -> None:
    """Somebody is on leave today."""
    with scope(side.compound.pk):
        absences.enter_off(
            compound_id=side.compound.pk, member_id=member.pk, kind="leave", first=NOW.date(), last=NOW.date(),
            by=side.actor("manager"), now=NOW,
        )  # fmt: skip


def of(side: Side, one: Occurrence, *, now: Any = NOW, day: Any = None) -> queries.Whose:
    """Who is to walk a round."""
    with scope(side.compound.pk):
        key = Plan.objects.get(pk=one.plan_id).key
        return queries.whose(side.compound.pk, [one], {one.plan_id: key}, now=now, day=day).get(one.pk, queries.NOBODY)


def times(side: Side, plan: Plan) -> list[Occurrence]:
    """Every time of a plan, in order."""
    with scope(side.compound.pk):
        return list(Occurrence.objects.filter(plan_id=plan.pk).order_by("opens_at"))


def told(side: Side, template: str) -> list[int]:
    with scope(side.compound.pk):
        found = Message.objects.filter(
            template__in=[f"rounds.{template}", f"rounds.{template}_always"], channel="in_app"
        )
        return sorted(found.values_list("person_id", flat=True))


def test_one_time_and_every_time(world: World) -> None:
    side = world.here
    today, tomorrow, *_rest = times(side, planned(side)[PATROL])
    worker, other = side.people["worker"].pk, side.people["worker2"].pk
    assert given(side, [today], "worker", always=True, reason="他熟") == 1
    assert [of(side, one).person_id for one in (today, tomorrow)] == [worker, worker]
    assert given(side, [tomorrow], "worker2") == 1
    assert [(of(side, one).person_id, of(side, one).always) for one in (today, tomorrow)] == [
        (worker, True),
        (other, False),
    ]
    # For good goes over what was for once, of those that were ticked.
    assert given(side, [tomorrow], "worker", always=True) == 1
    assert of(side, tomorrow).person_id == worker
    # Nobody for once; the plan stays his.
    assert given(side, [tomorrow]) == 1
    assert [of(side, one).label for one in (today, tomorrow)] == [side.people["worker"].name, ""]
    assert given(side, [today], always=True) == 1
    assert of(side, today).label == ""
    assert (told(side, "given"), told(side, "taken")) == ([worker, worker, other], [worker, worker, worker, other])
    with scope(side.compound.pk):
        assert AuditEntry.objects.filter(verb="rounds.assign").count() == 5
        assert Assignment.objects.filter(ended_at__isnull=True).count() == 1


def test_a_plan_that_changes_stays_with_whoever_walks_it(world: World) -> None:
    side = world.here
    plan = planned(side)["night_patrol"]
    given(side, times(side, plan)[:1], "worker", always=True)
    with scope(side.compound.pk):
        new = change_plan(
            compound_id=side.compound.pk, plan_id=plan.pk, change=Change("夜巡", "day", 1260, 1740, 3), by=side.actor("manager"),
            now=NOW,
        )  # fmt: skip
    assert of(side, times(side, new)[0]).person_id == side.people["worker"].pk


def test_what_is_over_is_told_as_it_was(world: World) -> None:
    side = world.here
    plan = planned(side)[PATROL]
    today = times(side, plan)[0]
    given(side, [today], "worker", always=True)
    done = walked(side, plan)
    given(side, [times(side, plan)[1]], "worker2", always=True, now=NOW + HOUR)
    assert of(side, done, now=NOW + 2 * HOUR).person_id == side.people["worker"].pk
    with pytest.raises(OutOfState) as refused:
        given(side, [done], "worker2", now=NOW + 2 * HOUR)
    assert refusal_text(refused.value) == f"“{plan.name}”已经做完或结束了，不能再派。请去掉它再保存。"


def test_what_is_refused(world: World) -> None:
    side = world.here
    plans = planned(side)
    today, night = times(side, plans[PATROL])[0], times(side, plans["night_patrol"])[0]
    there = round_of(planned(world.there)[PATROL])
    room = a_room(side)
    member = a_member(side, "worker")
    on_leave(side, member)
    for wanted, code in (
        ({"rounds": []}, "choose_rounds"),
        ({"to": To(world.there.posts["worker"].pk)}, "no_such_walker"),
        ({"to": To(side.posts["officer"].pk)}, "no_such_walker"),
        ({"to": To(station_id=2**40)}, "no_such_station"),
        ({"rounds": [night], "to": To(station_id=room.pk)}, "room_stays"),
        ({"who": "worker"}, "on_leave"),
        ({}, "nothing_given"),
        ({"who": "worker2", "reason": "长" * 201}, "too_long"),
    ):
        asked: dict[str, Any] = dict(wanted)
        with pytest.raises(BadInput) as refused:
            given(side, asked.pop("rounds", [today]), **asked)
        assert refused.value.code == code
        assert refusal_text(refused.value)
    given(side, [today], "worker2")
    with pytest.raises(BadInput, match="assigned_so"):
        given(side, [today], "worker2")
    with pytest.raises(NoSuchThing):
        given(side, [there], "worker")
    for who in ("worker", "officer", "chair"):
        with pytest.raises(NotPermitted):
            given(side, [today], "worker2", by=who)


def test_whoever_is_on_duty_and_who_stands_in(world: World) -> None:
    side = world.here
    june = NOW.date().replace(day=1)
    room, members = staffed(side)
    out(side, june, now=NOW)
    plan = planned(side)[PATROL]
    today = times(side, plan)[0]
    given(side, [today], to=To(station_id=room.pk), always=True)
    with scope(side.compound.pk):
        on = list(
            Shift.objects.filter(station=room, roster__state="published", day=NOW.date())
            .select_related("member")
            .order_by("starts_at", "member__name")
        )
    names = list(dict.fromkeys(one.member.name for one in on))
    here = of(side, today, day=NOW.date())
    assert (sorted(here.names), here.people()) == (sorted(names), {one.member.person_id for one in on})
    assert who_line(here).startswith(f"{room.name}（")
    assert set(told(side, "given")) == here.people()
    stand_in = next(one for one in members if one.pk not in {each.member_id for each in on})
    shift = next(one for one in on if one.starts_at <= NOW < one.ends_at)
    with scope(side.compound.pk):
        logbook.write(
            compound_id=side.compound.pk, station_id=room.pk, words=logbook.Words(kind="routine"),
            stand_in=StandIn(shift.member.name, "他去医院"), by=actor_of(stand_in), now=NOW,
        )  # fmt: skip
    assert of(side, today, day=NOW.date()).people() == here.people() | {stand_in.person_id}
    # A post that is no longer staffed frees its rounds, and the desk is told.
    with scope(side.compound.pk):
        setting.end_station(compound_id=side.compound.pk, station_id=room.pk, by=side.actor("manager"), now=NOW)
    assert of(side, today).label == ""
    with scope(side.compound.pk):
        assert (
            free_ended(compound_id=side.compound.pk, now=NOW),
            free_ended(compound_id=side.compound.pk, now=NOW),
        ) == (1, 0)
        assert Assignment.objects.get().ended_why == "station_ended"


def test_a_night_is_for_those_of_its_hours(world: World) -> None:
    side = world.here
    gate = a_room(side, kind="gate", name="门岗", shifts=("06:00-14:00", "14:00-22:00", "22:00-06:00"), persons=1)
    for who in ("worker", "worker2"):
        a_member(side, who)
    hired(side, 6)
    out(side, NOW.date().replace(day=1), gap_note="临时安排")
    night = round_of(planned(side)["night_patrol"], NOW + 14 * HOUR)
    given(side, [night], to=To(station_id=gate.pk))
    day = NOW.date()
    here = of(side, night, day=day)
    assert here.turns
    assert all(one.begins < night.due_at and one.ends > night.opens_at for one in here.turns)
    assert {one.begins.astimezone().hour for one in here.turns} == {
        one.begins.astimezone().hour for one in here.turns[:1]
    }


def test_who_leaves_frees_what_was_theirs(world: World) -> None:
    side = world.here
    plan = planned(side)[PATROL]
    today, tomorrow, after, *_rest = times(side, plan)
    given(side, [today], "worker", always=True)
    given(side, [after], "worker2")
    with across_tenants(reason="sweep"):
        assert compounds_to_free(NOW) == []
    Post.objects.filter(pk=side.posts["worker"].pk).update(ends=NOW.date())
    # Today he is still there; tomorrow he is not, whether the clock has run or not.
    assert [of(side, one).label for one in (today, tomorrow)] == [side.people["worker"].name, ""]
    late = NOW + DAY
    with across_tenants(reason="sweep"):
        assert compounds_to_free(late) == [side.compound.pk]
    with scope(side.compound.pk):
        assert (
            free_ended(compound_id=side.compound.pk, now=late),
            free_ended(compound_id=side.compound.pk, now=late),
        ) == (1, 0)
        row = Assignment.objects.get(ended_at__isnull=False)
        assert (row.ended_why, row.plan_key) == ("post_ended", plan.key)
        assert AuditEntry.objects.filter(verb="rounds.free").count() == 1
    assert told(side, "freed") == sorted(side.people[who].pk for who in ("manager", "dispatcher"))
    assert of(side, after, now=late).person_id == side.people["worker2"].pk


def test_a_firm_that_leaves_frees_what_was_its_peoples(world: World) -> None:
    """Its people keep their posts; the contract alone is over."""
    side, other = world.here, world.there
    given(side, times(side, planned(side)[PATROL])[:1], "worker", always=True)
    given(other, times(other, planned(other)[PATROL])[:1], "worker", always=True)
    with scope(side.compound.pk):
        Contract.objects.filter(compound=side.compound).update(ends=NOW.date())
    late = NOW + DAY
    with across_tenants(reason="sweep"):
        assert (compounds_to_free(NOW), compounds_to_free(late)) == ([], [side.compound.pk])
    with scope(side.compound.pk):
        assert free_ended(compound_id=side.compound.pk, now=late) == 1
    with across_tenants(reason="sweep"):
        assert compounds_to_free(late) == []


def test_leave_leaves_the_day_open(world: World) -> None:
    side = world.here
    today = times(side, planned(side)[PATROL])[0]
    member = a_member(side, "worker")
    given(side, [today], "worker", always=True)
    on_leave(side, member)
    here = of(side, today, day=NOW.date())
    assert (here.open, here.people(), who_line(here)) == (True, set(), f"{side.people['worker'].name}（请假）")
    assert of(side, today, day=NOW.date() + DAY).people() == {side.people["worker"].pk}


def test_the_package_has_ones_own_first(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    plans = planned(side)
    mine, others = times(side, plans["fire_patrol"])[0], times(side, plans[PATROL])[0]
    given(side, [mine], "worker")
    given(side, [others], "worker2")
    client = sign_in(side, "worker")
    found = client.get(f"{API}package/").json()
    order = [one["whose"] for one in found["rounds"]]
    assert order == sorted(order, key=["mine", "open", "other"].index)
    by_id = {one["id"]: (one["whose"], one["who"]) for one in found["rounds"]}
    assert by_id[mine.pk] == ("mine", side.people["worker"].name)
    assert by_id[others.pk] == ("other", side.people["worker2"].name)
    assert {one["whose"] for one in found["rounds"]} == {"mine", "open", "other"}
    first = found["stops"][0]["rounds"][0]["round"]
    assert first == mine.pk
    # Others' stay within reach: an answer to one counts like any other.
    assert sent(side, body_for(others, points_of(plans[PATROL])[0]), who="worker").answer.state == "counted"
    theirs = sign_in(side, "worker2").get(f"{API}package/").json()
    assert theirs["version"] != found["version"]
    page = client.get("/c/here/rounds/today/").content.decode()
    assert page.index("派给我的") < page.index("没有派人的") < page.index("派给别人的 1 次")


def test_the_desk_gives_and_takes_on_the_page(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    plans = planned(side)
    today, other = times(side, plans[PATROL])[0], times(side, plans["fire_patrol"])[0]
    assert "没有派人" in client.get(PAGE).content.decode()
    assert "没有人负责" not in client.get("/c/here/rounds/").content.decode()
    post = f"post:{side.posts['worker'].pk}"
    ask = {"round": [today.pk, other.pk], "to": post, "reason": "李师傅请假"}
    done = client.post(PAGE, {**ask, "idempotency_key": fresh_key()}, follow=True).content.decode()
    assert "2 次巡查已改派，只是这一次。" in done
    assert "次没有人负责" in done
    assert "没有人负责" in client.get("/c/here/rounds/").content.decode()
    again = client.post(PAGE, {**ask, "idempotency_key": fresh_key()})
    said = again.content.decode()
    assert (again.status_code, "本来就是这样派的" in said, "李师傅请假" in said) == (422, True, True)
    assert said.count(" checked") == 2
    none = client.post(PAGE, {"round": [today.pk], "to": "", "idempotency_key": fresh_key()})
    assert (none.status_code, "请选择派给谁" in none.content.decode()) == (422, True)
    for ids in (["x"], [2**62], [str(10**30)]):
        assert client.post(PAGE, {**ask, "round": ids, "idempotency_key": fresh_key()}).status_code in {404, 422}
    assert (
        client.post(f"{PAGE}?day=nonsense", {**ask, "to": "nobody", "idempotency_key": fresh_key()}).status_code == 302
    )
    assert of(side, today).label == ""
    one = client.get(f"/c/here/rounds/o/{today.pk}/").content.decode()
    assert f"{PAGE}?day=2026-06-02&amp;round={today.pk}" in one
    assert f'value="{today.pk}" checked' in client.get(f"{PAGE}?day=2026-06-02&round={today.pk}").content.decode()


def test_over_rest(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    today = times(side, planned(side)[PATROL])[0]
    there = client.get(f"{API}assignments/").json()
    assert {one["name"] for one in there["people"]} == {
        side.people[who].name for who in ("manager", "dispatcher", "worker", "worker2")
    }
    ask = {"rounds": [today.pk], "post": side.posts["worker"].pk}

    def post(body: Any, key: str = "") -> Any:
        headers = {"Idempotency-Key": key or fresh_key()}
        return client.post(f"{API}assignments/", body, content_type="application/json", headers=headers)

    key = fresh_key()
    for _again in range(2):
        answered = post(ask, key)
        assert (answered.status_code, answered.json()) == (200, {"changed": 1})
    refused = post(ask)
    assert (refused.status_code, refused.json()["code"]) == (422, "assigned_so")
    assert post({**ask, "station": 1}).status_code == 400
    assert post({**ask, "rounds": []}).status_code == 400
    assert post({**ask, "rounds": [2**60]}).status_code == 404
    rows = client.get(f"{API}occurrences/?state=planned&until=2026-06-02").json()["results"]
    assert [one["assigned"] for one in rows if one["id"] == today.pk] == [
        {"person": side.people["worker"].pk, "station": None, "name": side.people["worker"].name, "always": False}
    ]
    assert {one["assigned"]["name"] for one in rows if one["id"] != today.pk} == {""}
    for who in ("worker", "officer", "resident"):
        assert sign_in(side, who).get(f"{API}assignments/").status_code == 403


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    plans = planned(side, n)
    rooms = [a_room(side, kind="gate", name=f"门岗{m}", shifts=("06:00-14:00",), persons=1) for m in range(min(n, 5))]
    given(side, times(side, plans[PATROL])[:n], "worker")
    for key in list(plans)[: 1 if n == 1 else 9]:
        given(side, times(side, plans[key])[-1:], to=To(station_id=rooms[0].pk), always=True)
    manager = sign_in(side, "manager")
    manager.get(PAGE)
    counts = {}
    for name, path in (
        ("assign", PAGE), ("today", "/c/here/rounds/today/"), ("calendar", "/c/here/rounds/"), ("plans", "/c/here/rounds/plans/"),
        ("package", f"{API}package/"), ("occurrences", f"{API}occurrences/"), ("assignees", f"{API}assignments/"),
    ):  # fmt: skip
        with statements() as found:
            assert manager.get(path).status_code == 200
        counts[name] = len(found)
    assert counts == COUNTS


COUNTS = {
    "assign": 14, "today": 12, "calendar": 18, "plans": 11, "package": 13, "occurrences": 10, "assignees": 10,
}  # fmt: skip
