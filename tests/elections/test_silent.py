"""Silent owners: off by default, both tallies when on, refused where there is no one majority."""

from typing import Any

import pytest

from tests.elections.votes import election, figure, given, names, record

CAST = {"for": figure(350, "35000"), "against": figure(200, "20000"), "abstain": figure(20, "2000")}


def silent(rule: str, voters: int, area: str | None = None) -> dict[str, Any]:
    return {"rule": rule, **figure(voters, area)}


def vote(rule: str = "", voters: int = 300, area: str | None = "30000", **fields: Any) -> dict[str, Any]:
    told = {"silent": silent(rule, voters, area)} if rule else {}
    return given("other", **{"roll": figure(900, "90000"), "cast": CAST, **told, **fields})


def test_off_by_default() -> None:
    for case in (vote(), vote("off")):
        found = record(case)
        assert found["outcome"] == "no_quorum"
        assert "without_silent" not in found
    assert record(vote("off"))["participation"] == record(vote())["participation"]


def test_delivery_is_taking_part_and_approves_of_nothing() -> None:
    found = record(vote("participation"))
    assert found["participation"]["voters"]["have"] == 870
    assert found["approval"]["voters"] == {"have": 350, "of": 870, "bar": "1/2", "met": False, "short_by": 86}
    assert found["outcome"] == "failed"
    assert found["without_silent"]["outcome"] == "no_quorum"
    assert found["without_silent"]["approval"]["voters"]["of"] == 570


def test_silence_follows_the_majority_of_the_votes_cast() -> None:
    found = record(vote("majority"))
    assert found["outcome"] == "passed"
    assert found["approval"]["voters"] == {"have": 650, "of": 870, "bar": "1/2", "met": True, "short_by": 0}
    assert found["approval"]["area"]["have"] == "65000.00"
    assert found["without_silent"] == {name: record(vote())[name] for name in ("outcome", "participation", "approval")}
    assert found["reasons"] == ["silent_follow_majority"]
    against = record(vote("majority", cast={"for": figure(200, "20000"), "against": figure(350, "35000")}))
    assert (against["outcome"], against["approval"]["voters"]["have"]) == ("failed", 200)


@pytest.mark.parametrize(
    ("cast", "reason"),
    [
        ({"for": figure(350, "20000"), "against": figure(250, "35000")}, "silent_leads_apart"),
        ({"for": figure(300, "35000"), "against": figure(300, "30000")}, "silent_no_majority"),
        ({"for": figure(300, "30000"), "against": figure(200, "20000"), "abstain": figure(310, "29000")}, "silent_leads_apart"),
        ({"for": figure(0, "0"), "against": figure(0, "0")}, "silent_no_majority"),
    ],
)  # fmt: skip
def test_refused_where_heads_and_area_lead_apart(cast: dict[str, Any], reason: str) -> None:
    found = record(vote("majority", voters=100, area="10000", cast=cast))
    assert found["outcome"] == "refused"
    assert found["reasons"][0] == reason
    # Nothing was allotted.
    assert found["participation"] == found["without_silent"]["participation"]
    assert found["approval"] == found["without_silent"]["approval"]


def test_where_the_majority_is_not_known_nothing_is_allotted_yet() -> None:
    found = record(vote("majority", cast={"for": figure(350, "35000"), "against": figure(200)}))
    assert found["outcome"] == "undetermined"
    assert "silent_majority_unknown" in found["reasons"]
    missing = record(vote("majority", area=None))
    assert (missing["outcome"], missing["approval"]["area"]["met"]) == ("undetermined", None)
    assert missing["approval"]["voters"]["met"] is True


def test_the_pretest_of_zhejiang() -> None:
    """2009 text, Art. 10: the majority cast must itself be more than half of all owners and of the whole area."""
    found = record(vote("majority", jurisdiction="浙江"))
    assert "silent_pretest_failed" in found["reasons"]
    assert found["outcome"] == "no_quorum"
    assert {name: found[name] for name in ("outcome", "participation", "approval")} == found["without_silent"]
    cast = {"for": figure(451, "45001"), "against": figure(100, "10000")}
    for place in ("zhejiang", "永康市", "wenzhou", "3301"):
        assert record(vote("majority", jurisdiction=place, cast=cast))["outcome"] == "passed"
    half = {"for": figure(450, "45001"), "against": figure(100, "10000")}
    assert "silent_pretest_failed" in record(vote("majority", jurisdiction="zhejiang", cast=half))["reasons"]
    # It is about the majority; delivery as taking part is left to the rules.
    assert record(vote("participation", jurisdiction="zhejiang"))["participation"]["voters"]["have"] == 870
    before = record(vote("majority", jurisdiction="zhejiang", on="2009-11-26", cast=half))
    assert "silent_pretest_failed" not in before["reasons"]
    unknown = record(vote("majority", jurisdiction="zhejiang", roll=figure(900), cast=cast))
    assert (unknown["outcome"], unknown["approval"]["voters"]["met"]) == ("undetermined", None)


def test_nobody_silent_changes_nothing() -> None:
    apart = {"for": figure(350, "25000"), "against": figure(250, "35000")}
    assert record(vote("majority", voters=0, area=None, cast=apart))["outcome"] == "failed"


def test_candidates_are_followed_one_by_one() -> None:
    votes = [("甲", 400, "40000"), ("乙", 380, "38000"), ("丙", 100, "10000")]
    case = election(1000, 600, votes, 1, silent=silent("majority", 200, "20000"), plan={"by_election": True})
    found = record(case)
    assert found["without_silent"]["outcome"] == "no_quorum"
    assert (found["outcome"], names(found["elected"]), names(found["alternates"])) == ("passed", ["甲"], ["乙"])
    counted = {one["name"]: one["voters"]["have"] for one in found["approval"]["candidates"]}
    assert counted == {"甲": 600, "乙": 580, "丙": 100}
    apart = election(1000, 600, [*votes, ("丁", 350, "20000")], 1, silent=silent("majority", 200, "20000"))
    assert (record(apart)["outcome"], record(apart)["elected"]) == ("refused", [])


def test_more_silent_than_there_are_owners_is_listed() -> None:
    found = record(vote("participation", voters=331, area="30000"))
    assert [(one["code"], one["have"], one["of"]) for one in found["inconsistencies"]] == [
        ("silent_above_roll", 901, 900)
    ]
