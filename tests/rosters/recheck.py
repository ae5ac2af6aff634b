"""Re-checks rosters on its own: shares no line with ``src/rosters``, and no way of counting either.

It walks a month minute by minute where the portal compares beginnings and ends. One JSON object a line, with ``input`` and
``roster``, as ``manage.py roster`` prints them; prints what is wrong, one line each, and ends with 1 if anything is.

    manage.py roster < cases | python tests/rosters/recheck.py
"""

import calendar
import json
import sys
from datetime import datetime, timedelta
from typing import Any

MONTH_MINUTES = 9_998  # 166.64 h
STEP = timedelta(days=1)


def span(hours: str) -> tuple[int, int]:
    first, last = hours.split("-")
    starts, ends = (int(one[:2]) * 60 + int(one[3:]) for one in (first, last))
    return starts, ends if ends > starts else ends + 1440


def recheck(case: dict[str, Any], roster: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """What stands against a roster: (what, date, post, shift, person), sorted; of a finding without one of these, ``""``."""
    year, month = map(int, case["month"].split("-"))
    begins = datetime(year, month, 1)  # noqa: DTZ001  wall clock of one place
    days = [(begins + STEP * n).strftime("%Y-%m-%d") for n in range(calendar.monthrange(year, month)[1])]
    posts = {one["key"]: one for one in case["posts"]}
    hours = {(key, turn["key"]): span(turn["hours"]) for key, one in posts.items() for turn in one["shifts"]}
    people = {one["name"]: one for one in case["people"]}
    wrong: list[tuple[str, ...]] = []
    for day in days:
        for key, post in posts.items():
            for turn in post["shifts"]:
                there = {
                    one["person"]
                    for one in roster
                    if (one["date"], one["post"], one["shift"]) == (day, key, turn["key"]) and one["person"] in people
                }
                if len(there) < post["persons"]:
                    wrong.append(("short", day, key, turn["key"], str(post["persons"] - len(there))))
    for one in roster:
        wrong += misplaced(one, days, posts, hours, people)
    sound = [one for one in roster if one["date"] in days and (one["post"], one["shift"]) in hours]
    for name in people:
        theirs = [one for one in sound if one["person"] == name]
        around = [one for one in case["before"] if one["person"] == name and one["date"] < days[0]]
        around += [one for one in case.get("after", []) if one["person"] == name and one["date"] > days[-1]]
        wrong += of_clock(name, theirs, around, begins, hours, case["rules"]["rest_hours"])
        wrong += of_days(name, theirs, around, days, case["rules"]["days_in_row"])
        worked = sum(hours[one["post"], one["shift"]][1] - hours[one["post"], one["shift"]][0] for one in theirs)
        if worked > MONTH_MINUTES + case["rules"]["overtime_hours"] * 60:
            wrong.append(("hours", "", "", "", name))
    return sorted(wrong)


def misplaced(one: Any, days: Any, posts: Any, hours: Any, people: Any) -> list[tuple[str, ...]]:
    at = (one["date"], one["post"], one["shift"], one["person"])
    person = people.get(one["person"])
    if person is None:
        return [("nobody", *at)]
    if (one["post"], one["shift"]) not in hours or one["date"] not in days:
        return [("nowhere", *at)]
    post = posts[one["post"]]
    if one["date"] in person["leave"]:
        return [("leave", *at)]
    if person["posts"] and one["post"] not in person["posts"]:
        return [("post", *at)]
    if post["kind"] == "control_room":
        asked = 4 if post["linked"] else 5
        if person["grade"] is None or person["grade"] > asked or (person["until"] or "9999") < one["date"]:
            return [("certificate", *at)]
    return []


def of_clock(name: str, theirs: Any, around: Any, begins: datetime, hours: Any, rest: int) -> list[tuple[str, ...]]:
    """Paint every duty on a line of minutes; two on one minute, or too few empty ones between, are wrong."""
    line: list[int | None] = [None] * ((50 + 31) * 1440)
    wrong: list[tuple[str, ...]] = []
    all_of_them = sorted(
        [one for one in (*around, *theirs) if (one["post"], one["shift"]) in hours],
        key=lambda one: (one["date"], hours[one["post"], one["shift"]]),
    )
    for number, one in enumerate(all_of_them):
        day = (datetime.strptime(one["date"], "%Y-%m-%d") - begins).days + 31  # noqa: DTZ007
        if day < 0:
            continue
        starts, ends = (day * 1440 + minute for minute in hours[one["post"], one["shift"]])
        back = next((n for n in range(max(1, rest * 60)) if line[starts - 1 - n] is not None), None)
        # Whose fault it is: of the later of the two, where one of them is this month's.
        before = [other for other in all_of_them[:number] if painted(other, begins)][-1:]
        if one in theirs or (before and before[0] in theirs):
            if any(other["date"] == one["date"] for other in all_of_them[:number]):
                wrong.append(("two", one["date"], "", "", name))
            elif line[starts] is not None or (back is not None and back < rest * 60):
                wrong.append(("rest", one["date"], "", "", name))
        line[starts:ends] = [number] * (ends - starts)
    return wrong


def painted(one: Any, begins: datetime) -> bool:
    return (datetime.strptime(one["date"], "%Y-%m-%d") - begins).days + 31 >= 0  # noqa: DTZ007


def of_days(name: str, theirs: Any, around: Any, days: list[str], most: int) -> list[tuple[str, ...]]:
    """Every day that ends more than ``most`` worked ones without a break, some of them the month's."""
    worked = {one["date"] for one in (*theirs, *around)}
    wrong: list[tuple[str, ...]] = []
    for day in sorted(worked):
        row, at = [day], datetime.strptime(day, "%Y-%m-%d") - STEP  # noqa: DTZ007
        while at.strftime("%Y-%m-%d") in worked:
            row.append(at.strftime("%Y-%m-%d"))
            at -= STEP
        if day >= days[0] and len(row) > most and row[-1] <= days[-1]:
            wrong.append(("row", day, "", "", name))
    return wrong


def main() -> int:
    bad = 0
    for text in sys.stdin:
        given = json.loads(text)
        for one in recheck(given["input"], given["roster"]):
            print(given.get("id"), *one)  # noqa: T201
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
