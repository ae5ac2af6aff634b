"""Elections: each candidate tested, ranked by votes alone, ties that stop, too few, alternates, the ratio."""

from typing import Any

import pytest

from tests.elections.votes import election, figure, given, names, record

ALL = [("甲", 500, "50000"), ("乙", 480, "48000"), ("丙", 460, "46000"), ("丁", 440, "44000"), ("戊", 420, "42000")]


def more(*votes: tuple[str, int, str]) -> list[tuple[str, int, str]]:
    return [*ALL, *votes]


def test_the_best_are_elected_and_the_rest_stand_by() -> None:
    found = record(election(1000, 700, more(("己", 400, "40000"), ("庚", 390, "39000"), ("辛", 350, "40000")), 5))
    assert found["outcome"] == "passed"
    assert names(found["elected"]) == ["甲", "乙", "丙", "丁", "戊"]
    assert found["elected"][0] == {"name": "甲", "rank": 1, "voters": 500, "area": "50000.00"}
    # 辛 has area enough and exactly half of the owners: not more than half.
    assert names(found["alternates"]) == ["己", "庚"]
    assert [one["rank"] for one in found["alternates"]] == [6, 7]
    tests = {one["name"]: (one["voters"]["met"], one["area"]["met"]) for one in found["approval"]["candidates"]}
    assert tests["辛"] == (False, True)
    assert found["approval"]["voters"] is None
    assert found["reasons"] == []


def test_an_election_needs_only_participation_and_candidates() -> None:
    found = record(election(1000, 700, ALL))
    assert found["outcome"] == "passed"
    assert names(found["elected"]) == ["甲", "乙", "丙", "丁", "戊"]
    assert found["reasons"] == ["seats_not_given"]
    unknown = {**election(1000, 700, ALL, 5), "roll": {}}
    assert (record(unknown)["outcome"], record(unknown)["elected"]) == ("undetermined", [])


def test_a_tie_at_the_last_seat_stops_the_result() -> None:
    found = record(election(1000, 700, [*ALL[:4], ("戊", 420, "42000"), ("己", 420, "42000"), ("庚", 400, "40000")], 5))
    assert found["outcome"] == "undetermined"
    assert names(found["elected"]) == ["甲", "乙", "丙", "丁"]
    assert found["alternates"] == []
    # Listed by name, which decides nothing.
    assert found["tied"] == {"names": ["己", "戊"], "places": 1, "remedy": "revote"}
    assert found["reasons"] == ["tie_at_last_seat", "remedy_revote"]


@pytest.mark.parametrize("remedy", ["area", "revote", "lot"])
def test_the_remedy_is_offered_and_never_taken(remedy: str) -> None:
    """Equal heads are a tie by default even where areas differ (P25, P26)."""
    case = election(1000, 700, [*ALL[:4], ("戊", 420, "43000"), ("己", 420, "42000")], 5, plan={"tie_remedy": remedy})
    found = record(case)
    assert found["outcome"] == "undetermined"
    assert found["tied"]["remedy"] == remedy
    assert f"remedy_{remedy}" in found["reasons"]


def test_in_hangzhou_area_decides_between_equal_heads() -> None:
    votes = [*ALL[:4], ("戊", 420, "42000"), ("己", 420, "43000")]
    found = record(election(1000, 700, votes, 5, jurisdiction="杭州"))
    assert found["outcome"] == "passed"
    assert names(found["elected"]) == ["甲", "乙", "丙", "丁", "己"]
    assert names(found["alternates"]) == ["戊"]
    same = [*ALL[:4], ("戊", 420, "42000"), ("己", 420, "42000")]
    assert record(election(1000, 700, same, 5, jurisdiction="杭州"))["outcome"] == "undetermined"


def test_equals_above_the_last_seat_share_a_rank_and_are_elected() -> None:
    found = record(election(1000, 700, [("甲", 500, "50000"), ("乙", 500, "48000"), *ALL[2:]], 5))
    assert [(one["name"], one["rank"]) for one in found["elected"]][:3] == [("甲", 1), ("乙", 1), ("丙", 3)]
    assert found["outcome"] == "passed"


def test_a_tie_over_two_of_three_places() -> None:
    votes = [*ALL[:3], *((name, 420, "42000") for name in "丁戊己")]
    found = record(election(1000, 700, votes, 5))
    assert names(found["elected"]) == ["甲", "乙", "丙"]
    assert (sorted(found["tied"]["names"]), found["tied"]["places"]) == (["丁", "己", "戊"], 2)


def test_no_quorum_elects_nobody() -> None:
    found = record(election(1000, 660, ALL, 5))
    assert (found["outcome"], found["elected"], found["alternates"]) == ("no_quorum", [], [])
    assert found["participation"]["voters"]["short_by"] == 7


def test_nobody_reached_the_bar() -> None:
    found = record(election(1000, 700, [(name, 350, "35000") for name in "甲乙丙丁戊"], 5))
    assert (found["outcome"], found["elected"]) == ("failed", [])
    assert "nobody_reached_the_bar" in found["reasons"]


def low(count: int) -> list[tuple[str, int, str]]:
    return [(f"落{number}", 100 - number, f"{10000 - number}") for number in range(count)]


@pytest.mark.parametrize(
    ("place", "passing", "seats", "outcome", "reasons"),
    [
        ("national", 7, 7, "passed", []),
        ("national", 6, 7, "passed", ["too_few_elected", "committee_stands", "elected_even", "further_round"]),
        ("national", 5, 7, "passed", ["too_few_elected", "committee_stands", "further_round"]),
        ("national", 4, 7, "failed", ["too_few_elected", "no_committee", "further_round"]),
        ("national", 5, 11, "failed", ["too_few_elected", "no_committee", "further_round"]),
        ("hangzhou", 6, 7, "passed", ["too_few_elected", "committee_stands", "elected_even"]),
        ("hangzhou", 4, 7, "failed", ["too_few_elected", "no_committee"]),
        ("hangzhou", 5, 9, "passed", ["too_few_elected", "committee_stands"]),
        ("hangzhou", 5, 10, "failed", ["too_few_elected", "no_committee", "seats_even"]),
        ("national", 5, 10, "passed", ["too_few_elected", "committee_stands", "further_round", "seats_even"]),
    ],
)
def test_too_few_reach_the_bar(place: str, passing: int, seats: int, outcome: str, reasons: list[str]) -> None:
    """杭州 Art. 27: the minimum and more than half; 指导规则 Art. 46: not below half."""
    votes = [(f"中{number}", 500 - number, f"{50000 - number}") for number in range(passing)] + low(seats - passing + 1)
    found = record(election(1000, 700, votes, seats, jurisdiction=place))
    assert (found["outcome"], found["reasons"]) == (outcome, reasons)
    assert len(found["elected"]) == passing


def test_a_small_compound_of_hangzhou_may_have_three() -> None:
    """以下 includes the number: a hundred households are few."""
    votes = [("甲", 50, "5000"), ("乙", 49, "4900"), ("丙", 48, "4800"), *low(3)]
    case = election(100, 90, [*votes[:3], ("丁", 3, "30"), ("戊", 2, "20")], 5)
    assert record({**case, "jurisdiction": "hangzhou"})["outcome"] == "passed"
    assert record(case)["outcome"] == "failed"
    larger = {**case, "jurisdiction": "hangzhou", "plan": {"households": 101}}
    assert record(larger)["outcome"] == "failed"


def test_filling_vacancies_is_not_held_to_the_size_of_a_committee() -> None:
    one = record(election(1000, 700, [("甲", 400, "40000"), ("乙", 290, "29000")], 1, plan={"by_election": True}))
    assert (one["outcome"], names(one["elected"]), one["reasons"]) == ("passed", ["甲"], [])
    two = record(election(1000, 700, [("甲", 400, "40000"), ("乙", 90, "9000")], 2, plan={"by_election": True}))
    assert (two["outcome"], two["reasons"]) == (
        "passed", ["too_few_elected", "committee_stands", "further_round", "no_choice"]
    )  # fmt: skip


def test_seats_that_the_law_does_not_know() -> None:
    votes = [(f"中{number}", 500 - number, f"{50000 - number}") for number in range(14)]
    for seats, flags in ((13, ["seats_too_many"]), (3, ["seats_too_few"]), (4, ["seats_even", "seats_too_few"])):
        assert [
            code for code in record(election(1000, 700, votes, seats))["reasons"] if code.startswith("seats")
        ] == flags
    assert record(election(1000, 700, votes, 13, jurisdiction="宁波市"))["reasons"] == []


def test_more_votes_than_ballots_could_hold_are_worth_a_look() -> None:
    assert record(election(1000, 700, [("甲", 400, "40000"), ("乙", 300, "30000"), ("丙", 1, "1")], 1))["reasons"] == [
        "seats_too_few", "more_votes_than_seats"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "count"), [("national", 6), ("shaoxing", 2), ("zhoushan", 2), ("beijing", 5), ("hangzhou", 6)]
)
def test_alternates_up_to_the_local_cap(place: str, count: int) -> None:
    votes = [(f"中{number}", 500 - number, f"{50000 - number}") for number in range(11)]
    found = record(election(1000, 700, votes, 5, jurisdiction=place))
    assert names(found["alternates"]) == [f"中{number}" for number in range(5, 5 + count)]


def test_equal_alternates_at_the_cap_stay_out_and_below_it_are_told() -> None:
    votes = [*ALL, ("己", 400, "40000"), ("庚", 390, "39000"), ("辛", 390, "39000")]
    capped = record(election(1000, 700, votes, 5, jurisdiction="绍兴"))
    assert names(capped["alternates"]) == ["己"]
    free = record(election(1000, 700, votes, 5))
    assert sorted(names(free["alternates"])) == sorted(["己", "庚", "辛"])
    assert "alternates_equal" in free["reasons"]
    assert record(election(1000, 700, votes, 5, plan={"alternates": False}))["alternates"] == []


def test_candidates_with_missing_figures_may_outrank_anyone() -> None:
    case = election(1000, 700, ALL, 5)
    case["candidates"].append({"name": "己"})
    found = record(case)
    assert (found["outcome"], found["reasons"]) == ("undetermined", ["candidates_unknown"])
    # Whoever is unknown can take at most one place: the first four are certain.
    assert names(found["elected"]) == ["甲", "乙", "丙", "丁"]
    case["candidates"][-1] = {"name": "己", "voters": 430}
    assert names(record(case)["elected"]) == ["甲", "乙", "丙", "丁"]
    case["candidates"][-1] = {"name": "己", "voters": 410}
    assert record(case)["outcome"] == "passed"
    assert names(record(case)["elected"]) == ["甲", "乙", "丙", "丁", "戊"]
    case["candidates"][-1] = {"name": "己", "voters": 350}
    assert record(case)["outcome"] == "passed"


def test_before_2021_candidates_need_more_than_half_of_all() -> None:
    votes = [("甲", 501, "50001"), ("乙", 500, "50001")]
    found = record(election(1000, 700, votes, 1, on="2019-05-01", plan={"by_election": True}))
    assert names(found["elected"]) == ["甲"]
    assert found["alternates"] == []


def test_the_order_in_which_candidates_are_told_decides_nothing() -> None:
    votes = [*ALL[:3], ("丁", 420, "42000"), ("戊", 420, "42000"), ("己", 419, "60000")]
    first = record(election(1000, 700, votes, 4))
    assert first == record(election(1000, 700, votes[::-1], 4))


def members(found: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any]:
    for one in found["candidates"]:
        if one["name"] in flags:
            one["party_member"] = flags[one["name"]]
    return found


def test_the_ratio_warns_and_changes_nothing() -> None:
    case = members(
        election(1000, 700, more(("己", 400, "40000")), 5),
        dict.fromkeys("甲己", True) | dict.fromkeys("乙丙丁戊", False),
    )
    found = record(case)
    assert found["ratio"] == {"base": "members", "have": 1, "of": 5, "met": False}
    assert found["outcome"] == "passed"
    assert found["reasons"] == ["slate_cannot_reach_ratio", "ratio_not_met"]
    plain = record(election(1000, 700, more(("己", 400, "40000")), 5))
    assert (plain["elected"], plain["alternates"]) == (found["elected"], found["alternates"])
    assert "ratio" not in plain
    assert "party_member" not in str(found["elected"])


@pytest.mark.parametrize(
    ("place", "base", "of", "met"),
    [
        ("national", "members", 5, True), ("yongjia", "members", 5, True), ("jinjiang", "members", 5, True),
        ("linan", "candidates", 6, True),
    ],
)  # fmt: skip
def test_the_ratio_of_a_place(place: str, base: str, of: int, met: bool) -> None:
    flags = dict.fromkeys("甲乙丙", True) | dict.fromkeys("丁戊己", False)
    found = record(members(election(1000, 700, more(("己", 400, "40000")), 5, jurisdiction=place), flags))
    assert found["ratio"] == {"base": base, "have": 3, "of": of, "met": met}
    # Three of six candidates meet "at least half", not "more than half".
    strict = members(election(1000, 700, more(("己", 400, "40000")), 5, plan={"ratio_base": "candidates"}), flags)
    assert record(strict)["ratio"]["met"] is False


def test_the_ratio_with_alternates_and_with_unknown_memberships() -> None:
    case = election(1000, 700, more(("己", 400, "40000")), 5, plan={"ratio_base": "members+alternates"})
    flags = dict.fromkeys("甲乙丙", True) | dict.fromkeys("丁戊己", False)
    assert record(members(case, flags))["ratio"] == {"base": "members+alternates", "have": 3, "of": 6, "met": False}
    open_one = election(1000, 700, ALL, 5)
    found = record(members(open_one, {"甲": True, "乙": True, "丙": None, "丁": False, "戊": False}))
    assert found["ratio"] == {"base": "members", "have": 2, "of": 5, "met": None}
    assert "slate_ratio_unknown" in found["reasons"]


def test_a_recall_without_candidates_is_a_motion() -> None:
    """A10: recall is item (3)."""
    found = record(
        given("elect", roll=figure(900, "90000"), cast={"for": figure(301, "30100"), "against": figure(299, "29900")})
    )
    assert found["outcome"] == "passed"
    assert "elected" not in found
