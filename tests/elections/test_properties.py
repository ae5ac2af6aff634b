"""What holds for every vote, whatever its figures."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from elections.rules.bars import HALF, THREE_QUARTERS, TWO_THIRDS, Bar, Test
from elections.rules.matters import MATTERS
from elections.rules.measures import area_text, parse_area
from tests.elections.votes import election, figure, names, record
from tests.elections.votes import given as case_of

BARS = st.sampled_from((HALF, TWO_THIRDS, THREE_QUARTERS))
matters = st.sampled_from(sorted(MATTERS))
days = st.sampled_from(("2019-05-01", "2024-05-01"))
areas = st.integers(0, 10**12)
# Better is later: an owner's yes more never moves an outcome to the left.
ORDER = {"no_quorum": 0, "failed": 1, "passed": 2}


@st.composite
def votes(draw: Any, least: int = 1) -> dict[str, Any]:
    """A whole vote whose parts add up; every figure is known."""
    parts = {
        name: (draw(st.integers(0, 400)), draw(st.integers(0, 4_000_000)))
        for name in ("for", "against", "abstain", "invalid")
    }
    parts = {name: (voters, area if voters else 0) for name, (voters, area) in parts.items()}
    rest, rest_area = draw(st.integers(least, 400)), draw(st.integers(1, 4_000_000))
    return case_of(
        draw(matters),
        on=draw(days),
        roll=figure(sum(v for v, _ in parts.values()) + rest, area_text(sum(a for _, a in parts.values()) + rest_area)),
        cast={name: figure(voters, area_text(area)) for name, (voters, area) in parts.items()},
    )


@given(BARS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_bar_is_met_exactly_when_nothing_is_short(bar: Bar, have: int, of: int) -> None:
    test = Test("voters", have, of, bar)
    assert test.met == (test.short_by == 0)
    assert test.met == (have >= bar.need(of))
    assert bar.met(bar.need(of), of)
    if bar.need(of) > 1:
        assert not bar.met(bar.need(of) - 1, of)


@given(st.integers(1, 10**9))
def test_exactly_two_thirds_and_three_quarters_are_enough_and_exactly_half_is_not(k: int) -> None:
    """Art. 1259: 以上 includes the number."""
    assert TWO_THIRDS.met(2 * k, 3 * k)
    assert not TWO_THIRDS.met(2 * k - 1, 3 * k)
    assert THREE_QUARTERS.met(3 * k, 4 * k)
    assert not THREE_QUARTERS.met(3 * k - 1, 4 * k)
    assert not HALF.met(k, 2 * k)
    assert HALF.met(k + 1, 2 * k)


@given(areas)
def test_an_area_is_what_it_was_written(units: int) -> None:
    assert parse_area(area_text(units)) == units


def scaled(case: dict[str, Any], factor: int) -> dict[str, Any]:
    """The same vote in a compound whose every area is so many times as large."""
    found = deepcopy(case)
    for one in (found["roll"], *found["cast"].values()):
        one["area"] = area_text(parse_area(one["area"]) * factor)
    return found


@given(votes(), st.integers(2, 1000))
def test_scaling_every_area_changes_no_result(case: dict[str, Any], factor: int) -> None:
    before, after = record(case), record(scaled(case, factor))
    assert (after["outcome"], after["reasons"]) == (before["outcome"], before["reasons"])
    for group in ("participation", "approval"):
        assert after[group]["area"]["met"] == before[group]["area"]["met"]
        assert after[group]["voters"] == before[group]["voters"]


@given(votes())
def test_the_order_of_the_choices_changes_nothing(case: dict[str, Any]) -> None:
    turned = {**case, "cast": dict(reversed(case["cast"].items()))}
    assert record(turned) == record(case)


@given(votes())
def test_parts_that_add_up_contradict_nothing_and_the_sum_may_be_published_too(case: dict[str, Any]) -> None:
    found = record(case)
    assert found["inconsistencies"] == []
    took_part = {"voters": found["participation"]["voters"]["have"], "area": found["participation"]["area"]["have"]}
    assert record({**case, "participating": took_part}) == found
    parts = [one["voters"] for one in case["cast"].values()]
    assert took_part["voters"] == sum(parts) <= case["roll"]["voters"]


def one_more_yes(case: dict[str, Any]) -> dict[str, Any]:
    """Someone who stayed away votes for it."""
    found = deepcopy(case)
    yes = found["cast"]["for"]
    found["cast"]["for"] = figure(yes["voters"] + 1, area_text(parse_area(yes["area"]) + 1))
    return found


@given(votes(least=2))
@settings(max_examples=200)
def test_one_more_yes_never_turns_passed_into_failed(case: dict[str, Any]) -> None:
    assert ORDER[record(one_more_yes(case))["outcome"]] >= ORDER[record(case)["outcome"]]


@given(votes())
def test_a_no_that_becomes_a_yes_never_harms(case: dict[str, Any]) -> None:
    turned = deepcopy(case)
    no, yes = (turned["cast"][name] for name in ("against", "for"))
    both = figure(no["voters"] + yes["voters"], area_text(parse_area(no["area"]) + parse_area(yes["area"])))
    turned["cast"] |= {"for": both, "against": figure(0)}
    before, after = record(case), record(turned)
    assert ORDER[after["outcome"]] >= ORDER[before["outcome"]]
    assert after["participation"] == before["participation"]


@given(votes())
def test_whoever_stays_away_instead_of_voting_no_never_helps_the_quorum(case: dict[str, Any]) -> None:
    away = deepcopy(case)
    away["cast"]["against"] = figure(0)
    before, after = record(case), record(away)
    for measure in ("voters", "area"):
        assert not (after["participation"][measure]["met"] and not before["participation"][measure]["met"])


@given(
    votes(),
    st.sampled_from(("roll", "for", "against", "abstain", "invalid")),
    st.sampled_from(("voters", "area", "both")),
)
def test_an_unknown_figure_opens_a_result_and_never_turns_it(case: dict[str, Any], where: str, which: str) -> None:
    """Whatever is decided without a figure stays decided with it, except that a failure may prove to be want of a quorum."""
    hidden = deepcopy(case)
    table = hidden if where == "roll" else hidden["cast"]
    table[where] = {name: value for name, value in table[where].items() if which not in {"both", name}}
    found, whole = record(hidden)["outcome"], record(case)["outcome"]
    assert found in {whole, "undetermined"} or (found, whole) == ("failed", "no_quorum")


@given(votes())
def test_the_same_vote_of_one_owner_or_nobody(case: dict[str, Any]) -> None:
    one = {**case, "roll": figure(1, "88.8"), "cast": {"for": figure(1, "88.8"), "against": figure(0)}}
    assert record(one)["outcome"] == "passed"
    alone = {**case, "roll": figure(1, "88.8"), "cast": {"for": figure(0), "against": figure(1, "88.8")}}
    assert record(alone)["outcome"] == "failed"
    nobody = {**case, "cast": {"for": figure(0), "against": figure(0)}}
    assert record(nobody)["outcome"] == "no_quorum"


@given(votes(), st.integers(0, 300), st.integers(0, 3_000_000))
def test_silent_owners_never_change_the_count_of_the_votes_cast(case: dict[str, Any], voters: int, area: int) -> None:
    plain = record(case)
    for rule in ("participation", "majority"):
        found = record({**case, "silent": {"rule": rule, **figure(voters, area_text(area))}})
        assert found["without_silent"] == {name: plain[name] for name in ("outcome", "participation", "approval")}
        for measure in ("voters", "area"):
            assert not (plain["participation"][measure]["met"] and found["participation"][measure]["met"] is False)


@st.composite
def slates(draw: Any) -> dict[str, Any]:
    p = draw(st.integers(67, 100))
    levels = draw(st.lists(st.tuples(st.integers(0, p), st.integers(0, p * 100)), min_size=1, max_size=12))
    return election(
        100,
        p,
        [(f"{number}", voters, f"{area if voters else 0}") for number, (voters, area) in enumerate(levels)],
        draw(st.integers(1, 11)),
    )


@given(slates(), st.randoms(use_true_random=False))
def test_nobody_is_elected_by_where_they_stand_on_the_list(case: dict[str, Any], dice: Any) -> None:
    turned = deepcopy(case)
    dice.shuffle(turned["candidates"])
    first, second = record(case), record(turned)
    first.pop("inconsistencies"), second.pop("inconsistencies")
    assert first == second


@given(slates())
def test_whoever_is_elected_passed_and_has_no_fewer_votes_than_whoever_is_not(case: dict[str, Any]) -> None:
    found = record(case)
    passed = {one["name"] for one in found["approval"]["candidates"] if one["voters"]["met"] and one["area"]["met"]}
    votes_of = {one["name"]: one["voters"] for one in case["candidates"]}
    elected, alternates = names(found["elected"]), names(found["alternates"])
    assert {*elected, *alternates} <= passed
    assert len(elected) <= case["seats"]
    assert all(votes_of[one] > votes_of[other] for one in elected for other in passed - {*elected} if "tied" in found)
    assert all(votes_of[one] >= votes_of[other] for one in elected for other in passed - {*elected})
    if found["outcome"] == "passed":
        assert {*elected, *alternates} == passed
    if "tied" in found:
        assert len({votes_of[name] for name in found["tied"]["names"]}) == 1
        assert len(elected) + found["tied"]["places"] == case["seats"]
        assert len(found["tied"]["names"]) > found["tied"]["places"]


@given(slates())
def test_party_membership_elects_and_bars_nobody(case: dict[str, Any]) -> None:
    members = deepcopy(case)
    for number, one in enumerate(members["candidates"]):
        one["party_member"] = number % 3 == 0
    plain, flagged = record(case), record(members)
    assert {name: plain[name] for name in ("outcome", "elected", "alternates", "approval")} == {
        name: flagged[name] for name in ("outcome", "elected", "alternates", "approval")
    }
    assert flagged["ratio"]["of"] == len(flagged["elected"])
