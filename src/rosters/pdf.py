"""The printed month and the printed log (GB 25201 table A.1)."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from documents.actions import TargetGone
from rosters.models import Roster, Shift, Station
from rosters.permissions import serves
from rosters.queries import log
from rosters.queries.cases import month_after, shifts_of
from rosters.rules.cases import SATURDAY
from tenancy.actor import Actor

MONTH, LOG = "rosters.month", "rosters.log"
MONTH_TITLE, LOG_TITLE = "值班排班表", "消防控制室值班记录表"
MONTH_TEMPLATE, LOG_TEMPLATE = "rosters/month_sheet.html", "rosters/log_sheet.html"
SHORT = ("①", "②", "③", "④", "⑤", "⑥")
WEEKDAYS = "一二三四五六日"


def may_print(actor: Actor, target: str) -> bool:
    """Everyone of the firm."""
    return target.startswith("rosters.") and serves(actor)


def month(*, compound_id: int, target: str) -> dict[str, Any]:
    """People down, days across, one table for each post; what is open, and how it is to be filled."""
    name, _colon, key = target.partition(":")
    if name != "rosters.roster" or not key.isdecimal():
        raise TargetGone
    roster = Roster.objects.filter(compound_id=compound_id, pk=int(key)).first()
    if roster is None:
        raise TargetGone
    rows = shifts_of(roster)
    days = _days(roster.month)
    posts = list({one.station_id: one.station for one in rows}.values())
    return {
        "roster": roster,
        "month": f"{roster.month.year} 年 {roster.month.month} 月",
        "days": [(day, WEEKDAYS[day.weekday()], day.weekday() >= SATURDAY) for day in days],
        "posts": [_post(post, [one for one in rows if one.station_id == post.pk], days) for post in posts],
        "signatures": ["制表人", "项目经理"],
    }


def _days(first: date) -> list[date]:
    return [first.replace(day=n + 1) for n in range((month_after(first) - first).days)]


def _post(post: Station, rows: list[Shift], days: list[date]) -> dict[str, Any]:
    turns = [*post.shifts, *sorted({one.turn for one in rows} - set(post.shifts))]
    sign = dict(zip(turns, (*SHORT, *("×" for _one in turns)), strict=False))
    names = sorted({one.member.name for one in rows})
    there: dict[tuple[str, date], str] = {}
    for one in rows:
        there[one.member.name, one.day] = there.get((one.member.name, one.day), "") + sign[one.turn]
    count = {name: sum(one.member.name == name for one in rows) for name in names}
    nights = {name: sum(one.member.name == name and one.night for one in rows) for name in names}
    full = {(one, turn): 0 for one in days for turn in post.shifts}
    for one in rows:
        if (one.day, one.turn) in full:
            full[one.day, one.turn] += 1
    return {
        "name": post.name,
        "persons": post.persons,
        "legend": [(sign[turn], turn) for turn in turns],
        "rows": [(name, [there.get((name, day), "") for day in days], count[name], nights[name]) for name in names],
        "gaps": [
            f"{day.month}月{day.day}日 {turn} 缺 {post.persons - n} 人"
            for (day, turn), n in full.items()
            if n < post.persons
        ],
    }


def day(*, compound_id: int, target: str) -> dict[str, Any]:
    """A day of a room: every line with what it corrects, the daily checks, handovers, who was on duty."""
    parts = target.split(":")
    if len(parts) != len(("rosters.station", "1", "2026-06-02")) or parts[0] != "rosters.station":
        raise TargetGone
    try:
        room, on = log.room(compound_id, int(parts[1])), date.fromisoformat(parts[2])
    except ValueError as error:
        raise TargetGone from error
    if room is None or on > localdate():
        raise TargetGone
    lines = log.day_of(room, on)
    people: dict[str, list[str]] = {}
    for one in log.roster_of_day(room, on):
        people.setdefault(one.turn, []).append(one.member.name)
    return {
        "room": room,
        "day": on,
        "lines": [one for one in lines if one.entry.kind != "check"],
        "checks": [one for one in lines if one.entry.kind == "check"],
        "reliefs": log.reliefs(room, on),
        "alarms": log.alarms_of(room, on),
        "people": [(turn, "、".join(names)) for turn, names in people.items()],
        "signatures": ["消防安全责任人或管理人"],
    }
