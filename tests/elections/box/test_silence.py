"""Those who had a ballot and did not vote: in the chain before the opening, counted with and without, checked by the checker."""

import json
import random
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from elections import records
from elections.box.counting import CountedTwice, NotOnTheRoll
from elections.box.encoding import canonical
from elections.box.moments import Silence, silence_of, silent_body
from elections.box.record import Rules
from tests.elections.box.test_record import change, wrong
from tests.elections.box.votes import COMMITTEE, MOTION, Vote, random_vote, roll_of

BEFORE = Path(__file__).with_name("record_before_silence.jsonl")
SAID = {"silent_text": "送达后没有投票的，计入多数", "silent_source": "议事规则第八条"}


def rules_of(rule: str, place: str | None = None) -> Rules:
    return Rules(date(2026, 6, 1), place, plan={} if rule == "off" else {"silent": rule, **SAID}, silent=rule)


def ten(rule: str, votes: str, silent: int, *, place: str | None = None, areas: Any = None) -> Vote:
    """Ten rights of 100 square metres; ``votes``: f, a and - (abstained) of the first; then so many silent ones."""
    vote = Vote(roll_of(areas or {f"r{n}": 1_000_000 for n in range(10)}), rules=rules_of(rule, place))
    for n, one in enumerate(votes):
        vote.cast(f"r{n}", {"fund": {"f": "for", "a": "against", "-": "abstain"}[one]})
    vote.close()
    if rule != "off":
        vote.name_silent([f"r{len(votes) + n}" for n in range(silent)])
    vote.open()
    return vote


def said(vote: Vote) -> dict[str, Any]:
    assert wrong(vote.lines()) == []
    found: dict[str, Any] = records.record(vote.settled().verdicts[0])
    return found


def test_the_checker_agrees_whatever_the_rule_and_the_votes() -> None:
    outcomes, reasons = set(), set()
    for seed in range(150):
        lines = random_vote(seed, silence=True).lines()
        assert wrong(lines) == [], seed
        for one in json.loads(lines[-1])["result"]:
            outcomes.add((one["outcome"], one["without_silent"]["outcome"]))
            reasons |= {code for code in one["reasons"] if code.startswith("silent")}
    # Else nothing was compared.
    assert outcomes >= {
        ("passed", "no_quorum"),
        ("failed", "no_quorum"),
        ("refused", "no_quorum"),
        ("passed", "passed"),
    }
    assert reasons >= {
        "silent_in_participation", "silent_follow_majority", "silent_no_majority", "silent_pretest_failed"
    }  # fmt: skip


def test_without_silence_the_count_is_that_of_the_ballots() -> None:
    """The same ballots, whether silence counts or not: what is published beside it is what they alone come to."""
    for seed in range(60):
        plain, silent = random_vote(seed), random_vote(seed, silence=True)
        for one, other in zip(plain.settled().verdicts, silent.settled().verdicts, strict=True):
            alone = records.record(one)
            if alone["outcome"] == "refused":  # an empty scope
                continue
            told = records.record(other)["without_silent"]
            assert told == {name: alone[name] for name in told}, seed


def test_off_is_as_it_always_was() -> None:
    vote = ten("off", "ffffffa", 0)
    head, result = json.loads(vote.lines()[0]), json.loads(vote.lines()[-1])
    assert set(head["rules"]) == {"on", "jurisdiction", "vote_again", "plan", "order_by", "invalid_in_participation"}
    assert "without_silent" not in result["result"][0]
    assert silence_of(vote.entries) == Silence("off", ())
    assert silent_body("majority", ["b", "a"]) == {"rule": "majority", "rights": ["a", "b"]}


def test_a_record_from_before_still_holds() -> None:
    """Published while the portal took the rule down and counted nobody by it."""
    assert wrong(BEFORE.read_bytes().splitlines()) == []


def test_delivered_is_taking_part() -> None:
    found = said(ten("participation", "fffff", 3))
    assert (found["outcome"], found["without_silent"]["outcome"]) == ("passed", "no_quorum")
    assert (found["participation"]["voters"]["have"], found["approval"]["voters"]["of"]) == (8, 8)
    assert found["approval"]["voters"]["have"] == found["without_silent"]["approval"]["voters"]["have"] == 5


def test_the_silent_follow_the_majority_for_and_against() -> None:
    found = said(ten("majority", "ffffa", 4))
    assert found["approval"]["voters"] == {"have": 8, "of": 9, "bar": "1/2", "met": True, "short_by": 0}
    assert found["without_silent"]["outcome"] == "no_quorum"
    found = said(ten("majority", "faaaa", 4))
    assert (found["outcome"], found["approval"]["voters"]["have"], found["approval"]["voters"]["of"]) == (
        "failed",
        1,
        9,
    )


def test_heads_and_area_that_lead_apart_are_refused() -> None:
    areas = {f"r{n}": 9_000_000 if n == 0 else 1_000_000 for n in range(10)}
    found = said(ten("majority", "faaaa", 4, areas=areas))
    assert (found["outcome"], found["reasons"][0]) == ("refused", "silent_leads_apart")
    assert found["participation"] == found["without_silent"]["participation"]
    assert said(ten("majority", "ffaa", 4))["reasons"][0] == "silent_no_majority"
    # Nobody is silent: there is nothing to allot, and the ballots decide.
    assert said(ten("majority", "faaaaaaaaa", 0, areas=areas))["outcome"] == "failed"


def test_the_province_asks_for_more_than_half_of_all() -> None:
    found = said(ten("majority", "fffff", 4, place="330784"))
    assert (found["outcome"], "silent_pretest_failed" in found["reasons"]) == ("no_quorum", True)
    assert said(ten("majority", "ffffff", 4, place="330784"))["outcome"] == "passed"
    assert said(ten("majority", "fffff", 4))["outcome"] == "passed"


def test_in_an_election_each_candidate_is_judged_alone() -> None:
    vote = Vote(roll_of({f"r{n}": 1_000_000 for n in range(10)}), (COMMITTEE, MOTION), rules=rules_of("majority"))
    for n in range(5):
        vote.cast(f"r{n}", {"committee": ["c1", "c2", "c3"][: 3 if n < 3 else 2], "fund": "for"})
    vote.close()
    vote.name_silent(["r7", "r8", "r9"])
    vote.open()
    found = said(vote)
    assert [one["name"] for one in found["elected"]] == ["c1", "c2", "c3"]
    assert [one["voters"] for one in found["elected"]] == [8, 8, 6]
    assert found["without_silent"]["outcome"] == "no_quorum"


def test_whoever_voted_or_is_nobody_is_not_silent() -> None:
    for rights, error in ((["r0"], CountedTwice), (["r9", "r9"], CountedTwice), (["r77"], NotOnTheRoll)):
        vote = Vote(roll_of({f"r{n}": 1_000_000 for n in range(10)}), rules=rules_of("majority"))
        vote.cast("r0", {"fund": "for"})
        vote.close()
        vote.name_silent(rights)
        with pytest.raises(error):
            vote.open()


def forged(vote: Vote, edit: Any) -> list[str]:
    """What the checker says once the portal itself had written another chain: every hash is right, and the figures are kept."""
    lines = vote.lines()
    other = Vote(vote.roll, vote.box.items, rules=vote.rules)
    other.box, other.entries = vote.box, []
    for one in vote.entries:
        for kind, body in edit(one.kind, json.loads(json.dumps(one.body))):
            other.put(kind, body)
    kept = [line for line in lines if b'"entry":' not in line[:10]]
    written = [canonical({"entry": one.as_data()}) for one in other.entries]
    return wrong([*kept[:-1], *written, kept[-1]])


def test_the_list_of_the_silent_cannot_be_changed_unseen() -> None:
    vote = ten("majority", "ffffa", 4)

    def with_rights(change: Any) -> Any:
        def edit(kind: str, body: Any) -> Any:
            if kind == "silent":
                body["rights"] = change(body["rights"])
            return [(kind, body)]

        return edit

    assert forged(vote, lambda kind, body: [(kind, body)]) == []
    assert forged(vote, with_rights(lambda rights: rights[1:])) != []
    assert forged(vote, with_rights(lambda rights: [*rights, "r9"])) != []
    assert any("已经投票" in one for one in forged(vote, with_rights(lambda rights: ["r0", *rights])))
    assert any("重复" in one for one in forged(vote, with_rights(lambda rights: [*rights, rights[0]])))
    assert any("不在名册" in one for one in forged(vote, with_rights(lambda rights: [*rights, "r77"])))
    assert any("不符" in one for one in forged(vote, lambda kind, body: [] if kind == "silent" else [(kind, body)]))
    twice = forged(vote, lambda kind, body: [(kind, body)] * (2 if kind == "silent" else 1))
    assert any("名单与规则不符" in one for one in twice)
    early = forged(
        vote,
        lambda kind, body: (
            []
            if kind == "silent"
            else [(kind, body)]
            if kind != "closed"
            else [("silent", silent_body("majority", ["r5"])), (kind, body)]
        ),
    )
    assert any("早于投票结束" in one for one in early)


@pytest.mark.parametrize("rule", ["participation", "majority"])
def test_no_figure_of_either_count_can_be_changed(rule: str) -> None:
    lines = ten(rule, "ffffffa", 2).lines()
    chance = random.Random(7)  # noqa: S311  the same edits everywhere
    for place in ("", "without_silent"):
        for name in ("participation", "approval"):
            for measure in ("voters", "area"):

                def edit(given: Any, where: str = place, pair: str = name, side: str = measure) -> None:
                    one = given["result"][0]
                    one = one[where] if where else one
                    one[pair][side]["have"] = chance.choice([1, 2]) if side == "voters" else "1.00"

                assert wrong(change(lines, len(lines) - 1, edit)) != []
        assert wrong(change(lines, len(lines) - 1, partial(_failed, where=place))) != []
    assert wrong(change(lines, len(lines) - 1, lambda given: given["result"][0].pop("without_silent"))) != []


def _failed(given: Any, *, where: str) -> None:
    one = given["result"][0]
    (one[where] if where else one)["outcome"] = "failed"


def test_the_rule_cannot_be_taken_from_the_heading_nor_its_text() -> None:
    lines = ten("majority", "ffffa", 4).lines()
    assert wrong(change(lines, 0, lambda given: given["rules"].pop("silent"))) != []
    assert wrong(change(lines, 0, lambda given: given["rules"].update(silent="participation"))) != []
    assert wrong(change(lines, 0, lambda given: given["rules"]["plan"].pop("silent_text"))) != []
