"""Months to be staffed, as JSON has them, and rosters of what the checker knows, in the words of ``recheck``."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from rosters.rules.cases import Case, Duty
from rosters.rules.checking import Finding

NAMES = [f"{family}师傅" for family in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"]


def month(people: int = 9, *, of: str = "2026-12", **more: Any) -> dict[str, Any]:
    """A control room round the clock with two persons a shift."""
    return {
        "month": of,
        "posts": [{"kind": "control_room"}],
        "people": [{"name": name, "grade": 4} for name in NAMES[:people]],
        **more,
    }


def compound(seed: int) -> dict[str, Any]:
    """Some compound's month: one or two posts, 4 to 14 people, leave, wishes, a year behind them, the end of the month before."""
    random = Random(seed)  # noqa: S311  the same months every time
    first = date(2026, random.randint(1, 12), 1)
    single = random.random() < 0.3
    posts: list[dict[str, Any]] = [
        {"kind": "control_room", "persons": 1, "single": {"place": "zhejiang", "proof": "消联〔2026〕3号"}}
        if single
        else {"kind": "control_room"}
    ]
    if random.random() < 0.3:
        posts.append({"kind": "night_patrol", "shifts": ["22:00-02:00"]})
    people = []
    for name in NAMES[: random.randint(4, 7) if single else random.randint(7, 14)]:
        away = [str(first + timedelta(days=n)) for n in range(28) if random.random() < 0.04]
        wishes = [str(first + timedelta(days=n)) for n in range(28) if random.random() < 0.05]
        months = first.month - 1
        year = {"months": months, "shifts": 20 * months, "nights": 7 * months, "weekends": 6 * months}
        year |= {key: year[key] + random.choice([-1, 0, 0, 1]) for key in ("shifts", "nights", "weekends") if months}
        person = {"name": name, "grade": random.choice([3, 4, 4, 4]), "leave": away, "unwanted": wishes, "year": year}
        people.append(person)
    return {"month": f"{first:%Y-%m}", "posts": posts, "people": people, "seed": random.randint(0, 1000)}


@st.composite
def rosters(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Any roster of a compound, good, bad and absurd: what somebody may have made by hand."""
    seed = draw(st.integers(0, 10_000))
    random, given = Random(seed), compound(seed)  # noqa: S311
    given["people"] = given["people"][: draw(st.integers(1, 14))]
    given["people"][0]["grade"] = draw(st.sampled_from([None, 4, 5]))
    given["people"][0]["until"] = draw(st.sampled_from([None, f"{given['month']}-10"]))
    given["rules"] = {"rest_hours": draw(st.sampled_from([0, 8, 11, 16])), "days_in_row": draw(st.integers(1, 6))}
    names = [one["name"] for one in given["people"]]
    first = date.fromisoformat(f"{given['month']}-01")
    shifts = [("control_room", one) for one in ("00:00-08:00", "08:00-16:00", "16:00-24:00")]
    if len(given["posts"]) > 1:
        shifts.append(("night_patrol", "22:00-02:00"))
    duties = [
        {"date": str(first + timedelta(days=day)), "post": post, "shift": shift, "person": name}
        for day in range(-8, 40)
        for name in names
        if random.random() < 0.7
        for post, shift in [random.choice(shifts)]
    ]
    following = str((first + timedelta(days=31)).replace(day=1))
    given["before"] = [one for one in duties if one["date"] < str(first)]
    given["after"] = draw(st.sampled_from([[], [one for one in duties if one["date"] >= following]]))
    roster = [one for one in duties if str(first) <= one["date"] < following]
    for one in draw(st.lists(st.sampled_from(["twice", "nobody", "nowhere", "later"]), max_size=2)):
        extra = dict(random.choice(roster)) if roster else None
        changes: dict[str, dict[str, str]] = {
            "nobody": {"person": "路人"},
            "nowhere": {"shift": "X"},
            "later": {"date": str(first + timedelta(days=70))},
        }
        if extra is not None:
            extra |= changes.get(one, {"shift": random.choice(shifts)[1], "post": "control_room"})
            roster = [*roster, extra] if extra not in roster else roster
    return given, roster


def duty(day: str, shift: str, person: str, post: str = "control_room") -> Duty:
    return Duty(date.fromisoformat(day), post, shift, person)


def told(case: Case, findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """What the checker finds against a roster, as the separate program says it."""
    words = {
        "unknown_person": "nobody", "unknown_shift": "nowhere", "not_this_month": "nowhere", "on_leave": "leave",
        "not_of_this_post": "post", "no_certificate": "certificate", "certificate_ended": "certificate",
        "two_in_a_day": "two", "at_once": "rest", "short_rest": "rest", "too_many_in_row": "row", "too_many_hours": "hours",
        "short": "short",
    }  # fmt: skip
    found = []
    for one in findings:
        if not one.hard:
            continue
        day = one.day.isoformat() if one.day else ""
        if one.code in {"two_in_a_day", "at_once", "short_rest", "too_many_in_row", "too_many_hours"}:
            found.append((words[one.code], day, "", "", one.person))
        elif one.code == "short":
            assert one.have is not None
            assert one.of is not None
            found.append(("short", day, one.post, one.turn, str(int(one.of - one.have))))
        else:
            found.append((words[one.code], day, one.post, one.turn, one.person))
    return sorted(found)
