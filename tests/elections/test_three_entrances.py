"""The published votes, and votes at every bar, through the three entrances of the calculator: each says the same of each.

What was announced stands beside it: a pass that nobody can confirm from what was published is undetermined, never passed.
"""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from elections import words
from tests.elections.test_command import lines, run
from tests.elections.votes import election, figure, given, motion
from tests.world import World

# Of each vote: what was announced, and what its published figures come to.
PUBLISHED: list[tuple[str, str, dict[str, Any]]] = [
    (
        "pass", "undetermined",
        given("hire_firm", id="nanan-chongqing-2021", on="2021-03-01", participating=figure(3936, "340575.45"),
              cast={"for": figure(3179, "281194.21")}),
    ),
    (
        "pass", "passed",
        given("hire_firm", id="nanan-with-implied-totals", on="2021-03-01", roll=figure(5726, "482880"),
              participating=figure(3936, "340575.45"), cast={"for": figure(3179, "281194.21")}),
    ),
    (
        "pass", "failed",
        given("rebuild", id="shunqing-lift-24", roll=figure(24), participating=figure(24),
              cast={"for": figure(17), "against": figure(4), "abstain": figure(3)}),
    ),
    (
        "pass", "undetermined",
        given("other", id="yycb-2022-litigation", on="2022-09-18", roll=figure(2237), cast={"for": figure(1151)}),
    ),
    ("extended", "undetermined", given("rules", id="jiangmen-aocheng-2023", on="2023-03-30")),
    (
        "postponed", "no_quorum",
        given("elect", id="luohu-xiangxi-2013", on="2013-10-23", roll=figure(1000, "80000"), participating=figure(480, "45000"),
              seats=5, candidates=[{"name": name, **figure(470, "44000")} for name in "甲乙丙丁戊"]),
    ),
]  # fmt: skip
# At each bar, one below it, and what only one measure reaches.
BARS: list[tuple[str, dict[str, Any]]] = [
    *(
        (outcome, motion(50, 41, votes, matter))
        for matter in ("raise_fund", "rebuild", "change_common_use")
        for votes, outcome in ((30, "failed"), (31, "passed"))
    ),
    *(
        (outcome, motion(50, 40, votes, matter))
        for matter in ("rules", "covenant", "hire_firm", "dismiss_firm", "use_fund", "other")
        for votes, outcome in ((20, "failed"), (21, "passed"))
    ),
    ("passed", motion(1000, 667, 400)),
    ("no_quorum", motion(1000, 666, 400)),
    ("no_quorum", given(roll=figure(3, "3"), participating=figure(2, "1.9999"), cast={"for": figure(2, "1.9999")})),
    ("passed", given(roll=figure(3, "3"), participating=figure(2, "2"), cast={"for": figure(2, "1.0001")})),
    ("failed", given(roll=figure(3, "3"), participating=figure(2, "2"), cast={"for": figure(2, "1.0000")})),
    ("passed", motion(100, 60, 51, "hire_firm", on="2020-12-31")),
    ("failed", motion(100, 60, 50, "hire_firm", on="2020-12-31")),
    ("failed", motion(99, 80, 65, "raise_fund", on="2020-12-31")),
    ("passed", motion(99, 80, 66, "raise_fund", on="2020-12-31")),
    ("undetermined", election(100, 90, [("甲", 60, "6000"), ("乙", 50, "5000"), ("丙", 50, "5000")], 2)),
    (
        "refused",
        given(roll=figure(10, "1000"), cast={"for": figure(5, "300"), "against": figure(3, "500")},
              silent={"rule": "majority", **figure(2, "200")}),
    ),
]  # fmt: skip
CASES = [*((outcome, case) for _announced, outcome, case in PUBLISHED), *BARS]


def fields(case: dict[str, Any]) -> dict[str, str]:
    """A case as somebody fills the page in."""
    groups = {name: case.get(name, {}) for name in ("roll", "participating", "silent")} | case.get("cast", {})
    told = {"matter": case["matter"], "on": case["on"], "silent_rule": groups["silent"].get("rule", "")}
    for name, figures in groups.items():
        told |= {f"{name}_{measure}": str(figures[measure]) for measure in ("voters", "area") if measure in figures}
    told["seats"] = str(case.get("seats", ""))
    told["candidates"] = "\n".join(" ".join(map(str, one.values())) for one in case.get("candidates", []))
    return told


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def officer(world: World, sign_in: Any) -> Client:
    return sign_in(world.here, "officer")


def test_the_three_entrances_say_the_same(officer: Client) -> None:
    cases = [{**case, "id": f"{number}"} for number, (_, case) in enumerate(CASES)]
    done = run("\n".join(json.dumps(one, ensure_ascii=False) for one in cases).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    by_line = lines(done)
    assert [one["outcome"] for one in by_line] == [outcome for outcome, _ in CASES]
    asked = officer.post("/api/v1/tally/", json.dumps(cases), content_type="application/json")
    assert asked.json() == by_line


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_page_says_the_same(officer: Client, number: int) -> None:
    outcome, case = CASES[number]
    page = officer.post("/tally/", fields(case)).content.decode()
    found = re.search(r'id="outcome".*?</section>', page, re.DOTALL)
    assert found is not None
    table = words.ELECTED if case.get("candidates") else words.OUTCOMES
    assert str(table[outcome]) in words_of(found[0])
    if outcome in {"failed", "no_quorum"}:
        assert "不能据此认定相反的事项已经决定" in words_of(page)
