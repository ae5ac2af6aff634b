"""The five published votes of the law document, with their figures, against what the calculator says of them."""

from typing import Any

from tests.elections.votes import figure, given, record


def met(found: dict[str, Any], group: str) -> tuple[bool | None, bool | None]:
    return found[group]["voters"]["met"], found[group]["area"]["met"]


def test_nanan_2021_totals_are_not_published() -> None:
    """(2022)渝05民终5659号: what is printed is consistent, approval is reached, the roll is not known."""
    case = given(
        "hire_firm", on="2021-03", id="nanan-chongqing-2021",
        participating=figure(3936, "340575.45"),
        cast={"for": {**figure(3179, "281194.21"), "voters_pct": "80.77", "area_pct": "82.56"}},
    )  # fmt: skip
    found = record(case)
    assert found["rule_set"] == "civil-code"
    assert met(found, "participation") == (None, None)
    assert met(found, "approval") == (True, True)
    assert found["approval"]["voters"] == {"have": 3179, "of": 3936, "bar": "1/2", "met": True, "short_by": 0}
    assert found["outcome"] == "undetermined"
    assert found["inconsistencies"] == []
    # With the totals that 68.74 % and 70.53 % imply, it passes; 68.74 % is 110 owners above the bar.
    whole = record({**case, "roll": figure(5726, "482880.00")})
    assert whole["outcome"] == "passed"
    assert whole["participation"]["voters"] == {"have": 3936, "of": 5726, "bar": "2/3", "met": True, "short_by": 0}


def test_shunqing_17_of_24_fails_and_18_would_pass() -> None:
    """Three quarters of 24 is exactly 18. The street office's 19 contradict the owners' 17."""

    def lift(votes: int) -> dict[str, Any]:
        return record(
            given(
                "rebuild", id="shunqing-lift-24", roll=figure(24), participating=figure(24),
                cast={"for": figure(votes), "against": figure(4), "abstain": figure(24 - 4 - votes)},
            )
        )  # fmt: skip

    assert lift(17)["outcome"] == "failed"
    assert lift(17)["approval"]["voters"] == {"have": 17, "of": 24, "bar": "3/4", "met": False, "short_by": 1}
    assert met(lift(18), "approval") == (True, None)
    assert met(lift(19), "approval") == (True, None)
    # The area was never published: nobody can say that it passed.
    assert lift(18)["outcome"] == lift(19)["outcome"] == "undetermined"
    nineteen = given(
        "rebuild", roll=figure(24), participating=figure(24),
        cast={"for": figure(19), "against": figure(4), "abstain": figure(3)},
    )  # fmt: skip
    assert [one["code"] for one in record(nineteen)["inconsistencies"]] == ["parts_above_participating"]


def test_shunqing_the_irregular_ballots_decide_with_an_area() -> None:
    case = given(
        "rebuild", roll=figure(24, "2400"),
        cast={"for": figure(17, "1800"), "against": figure(4, "300"), "invalid": figure(3, "300")},
    )  # fmt: skip
    found = record(case)
    assert found["outcome"] == "failed"
    assert "invalid_ballots_decide" in found["reasons"]
    assert record({**case, "plan": {"invalid_in_participation": False}})["outcome"] == "passed"


def test_yycb_2022_neither_participation_nor_area_was_announced() -> None:
    found = record(given("other", id="yycb-2022", on="2022-09-18", roll=figure(2237), cast={"for": figure(1151)}))
    assert found["outcome"] == "undetermined"
    assert met(found, "participation") == (None, None)
    assert met(found, "approval") == (None, None)
    # 51.5 % was printed of all owners; the Code asks for the share of those who took part.
    announced = given(
        "other", on="2022-09-18", roll=figure(2237), participating=figure(1600),
        cast={"for": {**figure(1151), "voters_pct": "51.5"}},
    )  # fmt: skip
    (wrong,) = record(announced)["inconsistencies"]
    assert wrong == {
        "code": "percentage_on_wrong_base", "where": "cast.for", "measure": "voters", "have": "51.5%", "of": "71.9%"
    }  # fmt: skip


def test_jiangmen_2023_without_any_count() -> None:
    found = record(given("rules", id="jiangmen-aocheng-2023", on="2023-03-30"))
    assert found["outcome"] == "undetermined"
    assert met(found, "participation") == met(found, "approval") == (None, None)


def test_luohu_2013_a_split_quorum_blocks_the_boxes() -> None:
    """No counts were published: weight over half, owners not. Under the law of the day more than half of all must take part."""
    found = record(
        given(
            "elect", id="luohu-xiangxi-2013", on="2013-10-23", roll=figure(1000, "80000.00"),
            participating=figure(480, "45000.00"), seats=5,
            candidates=[{"name": name, **figure(470, "44000.00")} for name in "甲乙丙丁戊"],
        )
    )  # fmt: skip
    assert found["rule_set"] == "pre-2021"
    assert found["outcome"] == "no_quorum"
    assert found["participation"]["voters"] == {"have": 480, "of": 1000, "bar": "1/2", "met": False, "short_by": 21}
    assert found["participation"]["area"]["met"] is True
    assert "split_quorum" in found["reasons"]
    assert found["elected"] == found["alternates"] == []
    assert record(given("elect", on="2013-10-23"))["outcome"] == "undetermined"
