"""The pages: who has them, what they show, what they cost, what a form does and refuses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from icalendar import Calendar

from documents.models import IssuedDocument
from rosters.actions import absences, logbook, making, setting
from rosters.actions.setting import StationDraft
from rosters.models import Absence, Entry, Member, Roster, Seen, Shift, Station, Swap
from rosters.pdf import day as log_sheet
from rosters.pdf import month as month_sheet
from rosters.queries import months
from rosters.queries.cases import duties_of, ground, shifts_of
from rosters.rules.cases import Case, Duty
from rosters.rules.checking import check, is_lawful
from tenancy.scope import scope
from tests.rosters.conftest import (
    DAY,
    HOUR,
    JULY,
    NOW,
    a_member,
    a_room,
    actor_of,
    line,
    made,
    out,
    put_rosters_in,
    staffed,
)
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/rosters/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}
KEEPERS = {"manager", "dispatcher"}
COMMUNITY = {"secretary", "officer"}


def key(n: int = 0) -> str:
    return f"{n:030d}"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    there = put_rosters_in(world.there, CANARY, NOW)
    here = put_rosters_in(world.here, "", NOW)
    client = sign_in(world.here, who)
    firm, keeps = who in FIRM, who in KEEPERS
    room = f"log/{here['room_id']}/"
    lines = (room, f"{room}entries/{here['entry_id']}/", f"{room}alarms/{here['alarm_id']}/")
    for path in ("m/2026-07/", "m/2026-07/part/", "mine/", "log/", *lines):
        answer = client.get(BASE + path)
        assert answer.status_code == (200 if firm else 403), path
        assert CANARY not in answer.content.decode(), path
    for path in ("", "posts/", "people/", "leave/", "swaps/", f"posts/{here['station_id']}/", f"people/{here['roster_member']}/",
                 f"e/{here['roster']}/sick/"):  # fmt: skip
        assert client.get(BASE + path).status_code == (200 if keeps else 403), path
    for path in (f"posts/{there['station_id']}/", f"people/{there['roster_member']}/", f"e/{there['roster']}/sick/"):
        assert client.get(BASE + path).status_code == (404 if keeps else 403), path
    assert client.get(f"{BASE}log/{there['room_id']}/").status_code == (404 if firm else 403)
    answer = client.get(f"{BASE}overdue/")
    assert answer.status_code == (200 if who in COMMUNITY else 403)


def _many(side: Side, n: int) -> dict[str, Any]:
    """So many of everything that a page lists."""
    room, people = staffed(side, 10)
    by, worker = side.actor("manager", NOW.date()), actor_of(people[0])
    roster = out(side)
    compound: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    draft = made(side)
    with scope(side.compound.pk):
        mine = Shift.objects.filter(roster=roster, member=people[0]).order_by("starts_at")[0]
        for one in range(n):
            absences.ask_off(
                kind="leave", first=JULY + one * DAY, last=JULY + one * DAY, reason="事", by=worker, **compound
            )
            absences.enter_off(member_id=people[1].pk, kind="wish", first=JULY, last=JULY, by=by, **compound)
        giver = Member.objects.get(pk=mine.member_id)
        Swap.objects.bulk_create(
            [
                Swap(
                    compound=side.compound, month=JULY, giver=giver, taker=people[1], station=room, day=JULY, turn=f"{one}",
                    asked_at=NOW, state="declined",
                )
                for one in range(n)
            ]
        )  # fmt: skip
        rooms = [room]
        for one in range(min(n, 5) - 1):
            draft_of = StationDraft("gate", ["08:00-16:00"], 1, name=f"门岗{one}")
            setting.set_station(draft=draft_of, by=by, **compound)
        alarm = logbook.raise_alarm(station_id=room.pk, spot="这里", by=side.actor("worker"), **compound)
    entries = [line(side, room, now=NOW) for _ in range(n)]
    with scope(side.compound.pk):
        Station.objects.filter(pk=room.pk).update(last_entry_at=NOW - 3 * HOUR)
        logbook.tell_silent(compound_id=side.compound.pk, now=NOW)
    return {
        "room": rooms[0], "people": people, "roster": roster, "draft": draft, "mine": mine, "alarm": alarm,
        "entry": entries[0],
    }  # fmt: skip


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    own = _many(side, n)
    cell = f"e/{own['draft'].ref}/cell/2026-07-03/{own['room'].pk}/1/"
    manager, worker, officer = (sign_in(side, who) for who in ("manager", "worker", "officer"))
    manager.get(BASE)
    worker.get(f"{BASE}mine/")
    officer.get(f"{BASE}overdue/")
    counts = {}
    room, entry, alarm = own["room"].pk, own["entry"].pk, own["alarm"].pk
    for name, client, path in (
        ("months", manager, ""), ("draft", manager, "m/2026-07/"), ("part", manager, "m/2026-07/part/"),
        ("published", manager, "m/2026-07/?show=published"), ("empty", manager, "m/2026-09/"),
        ("posts", manager, "posts/"), ("post", manager, f"posts/{room}/"), ("people", manager, "people/"),
        ("person", manager, f"people/{own['people'][0].pk}/"), ("leave", manager, "leave/"), ("swaps", manager, "swaps/"),
        ("logs", manager, "log/"), ("room", manager, f"log/{room}/"), ("its part", manager, f"log/{room}/?part=lines"),
        ("correct", manager, f"log/{room}/entries/{entry}/"), ("alarm", manager, f"log/{room}/alarms/{alarm}/"),
        ("sick", manager, f"e/{own['roster'].ref}/sick/"), ("cell", manager, cell), ("mine", worker, "mine/"),
        ("worker's month", worker, "m/2026-07/"), ("swap", worker, f"mine/{own['mine'].pk}/swap/"),
        ("calendar", worker, "mine/calendar.ics"), ("overdue", officer, "overdue/"),
    ):  # fmt: skip
        with statements() as found:
            assert client.get(BASE + path).status_code == 200, path
        counts[name] = len(found)
    assert counts == {
        "months": 13,
        "draft": 19,
        "part": 17,
        "published": 19,
        "empty": 16,
        "posts": 10,
        "post": 9,
        "people": 11,
        "person": 10,
        "leave": 11,
        "swaps": 10,
        "logs": 9,
        "room": 16,
        "its part": 14,
        "correct": 10,
        "alarm": 12,
        "sick": 10,
        "cell": 17,
        "mine": 13,
        "worker's month": 11,
        "swap": 11,
        "calendar": 9,
        "overdue": 10,
    }


def test_a_month_from_nothing_to_acknowledged(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    manager = sign_in(side, "manager")
    assert "还没有岗位" in manager.get(f"{BASE}m/2026-07/").content.decode()
    given = {"kind": "control_room", "shifts": "00:00-08:00\n08:00-16:00\n16:00-24:00", "persons": "2", "linked": "on"}
    bad = manager.post(f"{BASE}posts/", {**given, "persons": "1", "idempotency_key": key(1)})
    assert (bad.status_code, "应当不少于 2 人" in bad.content.decode()) == (422, True)
    assert manager.post(f"{BASE}posts/", {**given, "idempotency_key": key(2)}).status_code == 302
    with scope(side.compound.pk):
        room = Station.objects.get()
        room.delete()
    _room, people = staffed(side, 7)
    shown = manager.get(f"{BASE}m/2026-07/").content.decode()
    assert "本月需要 186 人次（1488 小时），不加班至少 9 人，加满加班也要 8 人；现有 7 人，缺 2 人" in shown
    assert manager.post(f"{BASE}m/2026-07/make/", {"idempotency_key": key(3)}).status_code == 302
    with scope(side.compound.pk):
        asked = Roster.objects.get()
    if asked.state == "waiting":
        assert "正在排班" in manager.get(f"{BASE}m/2026-07/").content.decode()
        making.work(compound_id=side.compound.pk, roster_id=asked.pk, now=NOW)
    shown = manager.get(f"{BASE}m/2026-07/").content.decode()
    assert ("排不满" in shown, "空着的班" in shown, "用固定轮转排出" in shown) == (True, True, True)
    publish = f"{BASE}e/{asked.ref}/publish/"
    refused = manager.post(publish, {"idempotency_key": key(4)})
    assert (refused.status_code, "请先写明空着的班怎么办" in refused.content.decode()) == (422, True)
    assert manager.post(publish, {"reason": "经理顶班", "idempotency_key": key(5)}).status_code == 302
    worker = sign_in(side, "worker")
    mine = worker.get(f"{BASE}mine/").content.decode()
    assert ("2026年7月的排班出来了" in mine, "已看到" in mine) == (True, True)
    assert worker.post(f"{BASE}e/{asked.ref}/seen/", {"idempotency_key": key(6)}).status_code == 302
    with scope(side.compound.pk):
        assert list(Seen.objects.values_list("member_id", flat=True)) == [people[0].pk]
    assert "2026年7月的排班出来了" not in worker.get(f"{BASE}mine/").content.decode()
    # Whoever works sees the table and neither the arithmetic nor a button.
    table = worker.get(f"{BASE}m/2026-07/").content.decode()
    assert (people[0].name in table, "先算一算" in table, "自动排班" in table) == (True, False, False)
    assert "已看到" in manager.get(f"{BASE}m/2026-07/").content.decode()


def test_the_first_page_says_what_comes_first(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    manager, worker = sign_in(side, "manager"), sign_in(side, "worker")

    def leads(client: Client, path: str) -> tuple[bool, bool]:
        shown = client.get(BASE + path).content.decode()
        return ("去添加岗位" in shown, "去添加人员" in shown)

    assert [leads(manager, path) for path in ("", "log/", "mine/")] == [(True, False), (True, False), (False, True)]
    assert [leads(worker, path) for path in ("log/", "mine/")] == [(False, False), (False, False)]
    a_room(side)
    assert [leads(manager, path) for path in ("", "log/")] == [(False, True), (False, False)]
    a_member(side)
    assert leads(manager, "") == (False, False)


def test_a_month_of_several_posts_is_shown_post_by_post(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    room, _people = staffed(side)
    out(side)
    manager = sign_in(side, "manager")
    address = f"{BASE}m/2026-07/"
    assert "全部岗位" not in manager.get(address).content.decode()
    gate = a_room(side, kind="gate", shifts=["06:00-14:00"], name="东门岗")
    # Somebody for the gate needs no certificate of a control room, somebody for any post does.
    a_member(side, "manager", grade=None, stations=(gate.pk,))
    lacks = a_member(side, "dispatcher", grade=None)

    def columns(path: str) -> tuple[int, int]:
        shown = manager.get(path).content.decode()
        return (shown.count(f">{room.name}<br>"), shown.count(">东门岗<br>"))

    assert [columns(f"{address}{end}") for end in ("", f"?post={room.pk}", f"part/?post={gate.pk}", "?post=x")] == [
        (3, 1), (3, 0), (0, 1), (3, 1)
    ]  # fmt: skip
    assert f"没有有效证书、不能进消防控制室值班：{lacks.name}。" in manager.get(address).content.decode()


def test_what_waits_for_the_desk_stands_first(world: World) -> None:
    side = world.here
    room, people = staffed(side, 3)
    with scope(side.compound.pk):
        for n, state in enumerate(("agreed", "declined", "asked", "approved")):
            Swap.objects.create(
                compound=side.compound, month=JULY, giver=people[0], taker=people[1], station=room, day=JULY + n * DAY,
                turn="00:00-08:00", state=state, asked_at=NOW + n * HOUR,
            )  # fmt: skip
        assert [one.state for one in months.swaps(side.compound.pk)] == ["agreed", "asked", "approved", "declined"]
        assert [one.state for one in months.own_swaps(people[0])] == ["agreed", "asked", "approved", "declined"]


def test_a_cell_is_changed_by_a_tap_and_says_why_not(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    room, people = staffed(side)
    draft = made(side)
    manager = sign_in(side, "manager")
    with scope(side.compound.pk):
        rows = shifts_of(draft)
    first = rows[0]
    busy = next(one for one in rows if one.day == first.day and one.turn != first.turn)
    path = f"{BASE}e/{draft.ref}/cell/{first.day}/{room.pk}/0/"
    shown = manager.get(f"{path}?out={first.member_id}").content.decode()
    assert (f"{first.member.name}换成谁" in shown, "一天排了两个班" in shown, "先空着" in shown) == (True, True, True)
    bad = manager.post(path, {"out": first.member_id, "into": busy.member_id, "idempotency_key": key(1)})
    assert (bad.status_code, "没有保存" in bad.content.decode(), "一天排了两个班" in bad.content.decode()) == (
        422,
        True,
        True,
    )
    assert manager.post(path, {"out": first.member_id, "into": "", "idempotency_key": key(2)}).status_code == 302
    shown = manager.get(f"{BASE}m/2026-07/").content.decode()
    assert ("缺 1 人" in shown, "手工改过" in shown) == (True, True)
    for wrong in (f"cell/2026-08-01/{room.pk}/0/", f"cell/{first.day}/{room.pk}/9/", f"cell/x/{room.pk}/0/"):
        assert manager.get(f"{BASE}e/{draft.ref}/{wrong}").status_code == 404
    assert manager.get(f"{BASE}m/2026-13/").status_code == 404
    assert len(people) == 10


def test_a_sick_call_shows_what_changes(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    _room, people = staffed(side)
    roster = out(side)
    manager = sign_in(side, "manager")
    sick = {"member": people[0].pk, "first": "2026-07-10", "last": "2026-07-14", "reason": "发烧"}
    asked = manager.post(f"{BASE}e/{roster.ref}/sick/", {**sick, "idempotency_key": key(1)})
    assert asked["location"] == f"{BASE}m/2026-07/"
    with scope(side.compound.pk):
        draft = Roster.objects.get(task="mend")
    making.work(compound_id=side.compound.pk, roster_id=draft.pk, now=NOW)
    shown = manager.get(f"{BASE}m/2026-07/").content.decode()
    assert ("和已公布的相比，改了这些" in shown, f"{people[0].name}换成" in shown) == (True, True)
    assert "已公布的" in shown
    assert manager.post(f"{BASE}e/{draft.ref}/drop/", {"idempotency_key": key(2)}).status_code == 302
    bad = manager.post(f"{BASE}e/{roster.ref}/sick/", {**sick, "last": "2026-07-01", "idempotency_key": key(3)})
    assert (bad.status_code, "最后一天不能早于第一天" in bad.content.decode()) == (422, True)


def test_days_off_swaps_and_the_calendar_by_their_pages(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    _room, people = staffed(side)
    roster = out(side)
    worker, second, manager = (sign_in(side, who) for who in ("worker", "worker2", "manager"))
    off = {"kind": "leave", "first": "2026-08-03", "last": "2026-08-04", "reason": "回老家"}
    assert worker.post(f"{BASE}mine/", {**off, "idempotency_key": key(1)}).status_code == 302
    assert "回老家" in manager.get(f"{BASE}leave/").content.decode()
    with scope(side.compound.pk):
        absence = Absence.objects.get()
    granted = manager.post(f"{BASE}leave/{absence.pk}/grant/", {"desk": "1", "idempotency_key": key(2)})
    assert granted["location"] == f"{BASE}leave/"
    assert worker.post(f"{BASE}leave/{absence.pk}/withdraw/", {"idempotency_key": key(3)}).status_code == 302
    with scope(side.compound.pk):
        rows = [one for one in shifts_of(roster) if one.member_id == people[0].pk]
        case, duties = ground(side.compound.pk, JULY).case, duties_of(shifts_of(roster))
        one = next(one for one in rows if _may_give(case, duties, one, people[1].name))
    ask = f"{BASE}mine/{one.pk}/swap/"
    assert people[1].name in worker.get(ask).content.decode()
    asked = worker.post(ask, {"taker": people[1].pk, "back": "", "reason": "看病", "idempotency_key": key(4)})
    assert asked.status_code == 302, asked.content.decode()
    with scope(side.compound.pk):
        swap = Swap.objects.get()
    assert f"{people[0].name}想和您换班" in second.get(f"{BASE}mine/").content.decode()
    assert second.post(f"{BASE}swaps/{swap.pk}/agree/", {"idempotency_key": key(5)}).status_code == 302
    assert manager.post(f"{BASE}swaps/{swap.pk}/approve/", {"idempotency_key": key(6)})["location"] == f"{BASE}swaps/"
    with scope(side.compound.pk):
        assert Swap.objects.get().state == "approved"
        now_mine = Shift.objects.filter(roster__state="published", member=people[0]).count()
    file = worker.get(f"{BASE}mine/calendar.ics")
    assert file["content-type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(file.content).walk("VEVENT")
    assert len(events) == now_mine == len(rows) - 1
    assert len({str(event["uid"]) for event in events}) == now_mine
    assert sign_in(side, "dispatcher").get(f"{BASE}mine/calendar.ics").status_code == 404


def _may_give(case: Case, duties: list[Duty], one: Shift, to: str) -> bool:
    """Whether the rules let somebody else have a shift."""
    given = Duty(one.day, one.station.name, one.turn, one.member.name)
    after = [*(duty for duty in duties if duty != given), replace(given, person=to)]
    return len(set(after)) == len(duties) and is_lawful(check(case, after))


def test_the_log_by_its_pages(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    room = a_room(side)
    worker, second = sign_in(side, "worker"), sign_in(side, "worker2")
    own = f"{BASE}log/{room.pk}/"
    entry = {"kind": "routine", "normal": "yes"}
    assert worker.post(own, {**entry, "idempotency_key": key(1)}).status_code == 302
    bad = worker.post(own, {**entry, "normal": "no", "idempotency_key": key(2)})
    assert (bad.status_code, "请写明情况和处理" in bad.content.decode()) == (422, True)
    with scope(side.compound.pk):
        written = Entry.objects.get()
    fix = f"{own}entries/{written.pk}/"
    fixed = worker.post(fix, {**entry, "words": "二号泵检修", "why": "漏写", "idempotency_key": key(3)})
    assert fixed.status_code == 302
    shown = worker.get(own).content.decode()
    assert ("二号泵检修" in shown, "更正原因：漏写" in shown) == (True, True)
    assert worker.post(f"{own}hand-over/", {"hand-words": "正常", "idempotency_key": key(4)}).status_code == 302
    refused = worker.post(f"{own}take-over/", {"hand-words": "", "idempotency_key": key(5)})
    assert (refused.status_code, "交班的人不能自己接班" in refused.content.decode()) == (403, True)
    assert second.post(f"{own}take-over/", {"hand-words": "", "idempotency_key": key(6)}).status_code == 302
    rung = worker.post(f"{own}alarm/", {"alarm-spot": "3 号楼 5 层", "idempotency_key": key(7)})
    alarm = rung["location"]
    assert "小区1，3 号楼 5 层" in worker.get(alarm).content.decode()
    assert "3 号楼 5 层报警" in worker.get(own).content.decode()
    early = worker.post(alarm, {"step": "call", "idempotency_key": key(8)})
    assert (early.status_code, "请按顺序做" in early.content.decode()) == (409, True)
    for n, data in enumerate(
        (
            {"step": "confirm", "found": "fire", "burning": "电瓶车"},
            {"step": "linkage"},
            {"step": "call"},
            {"step": "plan"},
        )
    ):
        assert worker.post(alarm, {**data, "idempotency_key": key(20 + n)}).status_code == 302, data
    closed = worker.post(alarm, {"step": "close", "close-words": "已扑灭", "idempotency_key": key(30)})
    assert closed["location"] == own
    printed = worker.post(f"{own}print/", {"day": "2026-06-02", "idempotency_key": key(31)})
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get()
        assert printed["location"].endswith(f"/{document.pk}/")
        sheet = log_sheet(compound_id=side.compound.pk, target=document.target)
        # The form prints the moment of every step, 119 among them.
        there = [
            (one.spot, one.found, one.confirmed_at, one.linkage_at, one.called_at, one.plan_at)
            for one in sheet["alarms"]
        ]
        assert there == [("3 号楼 5 层", "fire", *[NOW] * 4)]
        text = render_to_string("rosters/log_sheet.html", {**sheet, "title": ""})
        assert (text.count("10:00:00"), "电瓶车" in text, "已扑灭" in text) == (5, True, True)
    lines = [(one.entry.kind, len(one.corrected)) for one in sheet["lines"]]
    assert lines == [
        ("routine", 1),
        ("hand_over", 0),
        ("take_over", 0),
        ("alarm", 0),
    ]


def test_the_printed_month_holds_every_shift(world: World) -> None:
    side = world.here
    staffed(side)
    roster = out(side)
    with scope(side.compound.pk):
        sheet = month_sheet(compound_id=side.compound.pk, target=f"rosters.roster:{roster.pk}")
    post = sheet["posts"][0]
    assert (len(sheet["days"]), len(post["rows"]), post["gaps"]) == (31, 10, [])
    assert sum(n for _name, _cells, n, _nights in post["rows"]) == 186
    assert post["legend"] == [("①", "00:00-08:00"), ("②", "08:00-16:00"), ("③", "16:00-24:00")]


def test_the_community_sees_that_a_log_is_overdue_and_nothing_else(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    room = a_room(side)
    officer = sign_in(side, "officer")
    line(side, room, now=NOW - HOUR, kind="fault", words="不该看见的故障")
    assert "没有超时" in officer.get(f"{BASE}overdue/").content.decode()
    with scope(side.compound.pk):
        logbook.tell_silent(compound_id=side.compound.pk, now=NOW + 2 * HOUR)
    shown = officer.get(f"{BASE}overdue/").content.decode()
    assert ("消防控制室" in shown, "09:00" in shown, "不该看见的故障" in shown) == (True, True, False)
    for path in ("", "mine/", "log/", f"log/{room.pk}/", "m/2026-07/"):
        assert officer.get(BASE + path).status_code == 403


def test_every_refusal_has_words() -> None:
    import re
    from pathlib import Path

    from rosters.refusal_words import _REFUSALS

    source = "".join(one.read_text() for one in Path(logbook.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'(?:BadInput|NotPermitted|OutOfState)\(\s*"([a-z_]+)"', source))
    codes |= set(re.findall(r'needed="([a-z_]+)"', source))
    assert codes - set(_REFUSALS) == set()
