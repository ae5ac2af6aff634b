"""Motions at and beside every bar, by the law of their day, with figures missing."""

from itertools import product

import pytest

from elections.rules.matters import MATTERS, stricter
from tests.elections.votes import figure, given, motion, record

THREE_QUARTERS = {"raise_fund", "rebuild", "change_common_use"}


@pytest.mark.parametrize("matter", MATTERS)
def test_each_matter_at_its_bar_under_the_code(matter: str) -> None:
    bar = "3/4" if matter in THREE_QUARTERS else "1/2"
    enough = 450 if bar == "3/4" else 301
    for votes, outcome in ((enough, "passed"), (enough - 1, "failed")):
        found = record(motion(900, 600, votes, matter))
        assert (found["outcome"], found["approval"]["voters"]["bar"], found["approval"]["area"]["bar"]) == (
            outcome,
            bar,
            bar,
        )
    assert record(motion(900, 599, 599, matter))["outcome"] == "no_quorum"
    assert record(motion(900, 600, 600, matter))["outcome"] == "passed"


@pytest.mark.parametrize("matter", MATTERS)
def test_each_matter_at_its_bar_before_2021(matter: str) -> None:
    """物业管理条例 (2018) Art. 11-12: of all owners, two thirds for the fund and rebuilding, else more than half."""
    bar = "2/3" if matter in {"use_fund", "raise_fund", "rebuild"} else "1/2"
    enough = 600 if bar == "2/3" else 451
    for votes, outcome in ((enough, "passed"), (enough - 1, "failed")):
        found = record(motion(900, 800, votes, matter, on="2020-12-31"))
        assert (found["rule_set"], found["outcome"], found["approval"]["voters"]["bar"]) == ("pre-2021", outcome, bar)
        assert found["approval"]["voters"]["of"] == 900
    assert record(motion(900, 450, 450, matter, on="2020-12-31"))["outcome"] == "no_quorum"
    assert record(motion(900, 800, 700, matter, on="2021-01-01"))["rule_set"] == "civil-code"


@pytest.mark.parametrize(
    ("whole", "two_thirds", "three_quarters", "majority"),
    [(1000, 667, 750, 501), (40, 27, 30, 21), (41, 28, 31, 21), (1, 1, 1, 1), (2, 2, 2, 2), (3, 2, 3, 2), (4, 3, 3, 3)],
)
def test_how_many_owners_are_needed(whole: int, two_thirds: int, three_quarters: int, majority: int) -> None:
    found = record(motion(whole, 0, 0))
    assert found["participation"]["voters"]["short_by"] == two_thirds
    assert record(motion(whole, whole, 0, "rebuild"))["approval"]["voters"]["short_by"] == three_quarters
    assert record(motion(whole, whole, 0))["approval"]["voters"]["short_by"] == majority


def test_margins_as_the_report_prints_them() -> None:
    found = record(
        given(
            "hire_firm", roll=figure(1000, "100000.00"),
            cast={"for": figure(600, "60000.00"), "against": figure(65, "6548.3467")},
        )
    )  # fmt: skip
    assert found["outcome"] == "no_quorum"
    assert found["participation"] == {
        "voters": {"have": 665, "of": 1000, "bar": "2/3", "met": False, "short_by": 2},
        "area": {"have": "66548.3467", "of": "100000.00", "bar": "2/3", "met": False, "short_by": "118.32"},
    }
    assert "还差 2 户 / 118.32 平方米" in found["text_zh"]
    assert found["reasons"] == ["participation_voters_short", "participation_area_short", "decides_nothing"]


def test_exactly_half_fails_by_the_smallest_area_there_is() -> None:
    found = record(
        given("other", roll=figure(3, "300"), cast={"for": figure(2, "150"), "against": figure(1, "150.0000")})
    )
    assert found["outcome"] == "failed"
    assert found["approval"]["area"] == {
        "have": "150.00",
        "of": "300.00",
        "bar": "1/2",
        "met": False,
        "short_by": "0.0001",
    }
    assert found["reasons"] == ["approval_area_short", "split_approval", "decides_nothing"]
    assert record(
        given("other", roll=figure(3, "300"), cast={"for": figure(2, "150.0001"), "against": figure(1, "149.9999")})
    )["outcome"] == "passed"  # fmt: skip


def test_a_renewal_that_fails_is_not_a_dismissal() -> None:
    found = record(motion(900, 700, 200, "hire_firm"))
    assert found["outcome"] == "failed"
    assert "decides_nothing" in found["reasons"]
    assert "本次没有形成决定，也不能据此认定相反的事项已经决定。" in found["text_zh"]


def test_a_split_quorum_blocks_whichever_measure_is_short() -> None:
    for voters, area in ((900, "50000"), (500, "90000")):
        found = record(given("other", roll=figure(1000, "100000"), participating=figure(voters, area), cast={}))
        assert found["outcome"] == "no_quorum"
        assert "split_quorum" in found["reasons"]


FULL = {"roll": figure(900, "90000"), "cast": {"for": figure(500, "50000"), "against": figure(200, "20000")}}


def test_unknown_figures_leave_the_test_open_unless_another_decides() -> None:
    base = given("other", **FULL)
    assert record(base)["outcome"] == "passed"
    assert record({**base, "roll": figure(900)})["outcome"] == "undetermined"
    # One participation test that fails decides, whatever the other would say.
    low = {"for": figure(100), "against": figure(100)}
    assert record(given("other", roll=figure(900), cast=low))["outcome"] == "no_quorum"
    # One approval test that fails decides while participation is open.
    found = record(given("other", participating=figure(700), cast={"for": figure(300)}))
    assert found["outcome"] == "failed"
    assert found["participation"]["voters"] == {"have": 700, "of": None, "bar": "2/3", "met": None, "short_by": None}
    assert record(given("other"))["outcome"] == "undetermined"


def test_abstentions_and_invalid_ballots_took_part() -> None:
    cast = {
        "for": figure(300, "30000"), "against": figure(200, "20000"), "abstain": figure(60, "6000"),
        "invalid": figure(40, "4000"),
    }  # fmt: skip
    found = record(given("other", roll=figure(900, "90000"), cast=cast))
    assert found["participation"]["voters"]["have"] == 600
    assert found["participation"]["voters"]["met"] is True
    assert found["outcome"] == "failed"
    assert found["approval"]["voters"]["short_by"] == 1
    without = record(given("other", roll=figure(900, "90000"), cast=cast, plan={"invalid_in_participation": False}))
    assert without["outcome"] == "no_quorum"
    assert without["participation"]["voters"]["have"] == 560


def test_what_was_not_named_is_unknown_or_none() -> None:
    """A vote against that is left out is unknown; an abstention that is left out is none; one of null is unknown."""
    roll = figure(900, "90000")
    assert record(given("other", roll=roll, cast={"for": figure(800, "80000")}))["outcome"] == "undetermined"
    cast = {"for": figure(800, "80000"), "against": figure(0)}
    assert record(given("other", roll=roll, cast=cast))["outcome"] == "passed"
    assert record(given("other", roll=roll, cast={**cast, "abstain": None}))["outcome"] == "undetermined"
    assert (
        record(given("other", roll=roll, cast={**cast, "abstain": figure(3)}))["participation"]["area"]["met"] is None
    )


def test_published_participation_comes_before_the_sum() -> None:
    found = record({**given("other", **FULL), "participating": figure(720, "72000")})
    assert found["approval"]["voters"]["of"] == 720
    assert found["inconsistencies"] == []


def test_an_empty_roll_decides_nothing() -> None:
    for n, p in product((0,), (0,)):
        found = record(motion(n, p, 0, "rebuild"))
        assert (found["outcome"], found["reasons"]) == ("refused", ["empty_roll"])
    assert record(given("other", roll=figure(5, "0"), cast={}))["outcome"] == "refused"


def test_nobody_took_part() -> None:
    for matter in MATTERS:
        found = record(motion(10, 0, 0, matter))
        assert found["outcome"] == "no_quorum"
        assert found["approval"]["voters"] == {
            "have": 0, "of": 0, "bar": found["approval"]["voters"]["bar"], "met": False, "short_by": 1,
        }  # fmt: skip


def test_one_owner_with_most_of_the_area() -> None:
    found = record(
        given("other", roll=figure(100, "10000"), cast={"for": figure(99, "4000"), "against": figure(1, "6000")})
    )
    assert found["outcome"] == "failed"
    assert found["approval"]["voters"]["met"] is True
    assert found["approval"]["area"]["short_by"] == "1000.0001"


def test_the_stricter_of_two_matters() -> None:
    """A lift replaced out of the fund: (5) and (7) at once."""
    assert stricter(("use_fund", "rebuild")).code == "rebuild"
    assert stricter(("other", "change_common_use", "rules")).code == "change_common_use"
    assert stricter(("other", "use_fund"), before_2021=True).code == "use_fund"
    assert stricter(("rules", "covenant")).code == "rules"
