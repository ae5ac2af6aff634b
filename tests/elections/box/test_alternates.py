"""Who stands by is in the record since the rules of a place say how many: none can be left out, and none put in, unseen."""

import json
import random
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from elections.box import moments
from elections.box.questions import Item
from elections.box.record import STAND_BY, Rules
from tests.elections.box.test_record import change, checker, wrong
from tests.elections.box.votes import COMMITTEE, Vote, roll_of

BEFORE = Path(__file__).with_name("record_before_alternates.jsonl")
SIX = Item(
    "committee", "elect", COMMITTEE.text, seats=4, candidates=tuple((f"c{n}", f"候选人{n}") for n in range(1, 7))
)
OTHERS = "候补人数与规则不符 · not all who stand by under the rules, or too many"
ORDER = "候补名单或顺序不符 · the alternates or their order are others"
HANGZHOU, SHAOXING, BEIJING = "330100", "330600", "110000"


def elected(
    votes: dict[str, int], *, place: str | None = None, stated: bool = True, item: Item = SIX, **plan: Any
) -> Vote:
    """Twenty owners; each candidate with so many votes."""
    rules = Rules(date(2026, 6, 1), place, plan=plan, alternates=stated)
    vote, left = Vote(roll_of({f"r{n}": 1_000_000 for n in range(20)}), (item,), rules=rules), dict(votes)
    for n in range(20):
        chosen = [name for name in sorted(left, key=lambda name: -left[name]) if left[name]][: item.seats]
        left |= {name: left[name] - 1 for name in chosen}
        vote.cast(f"r{n}", {item.key: chosen})
    assert not any(left.values())
    vote.close()
    vote.open()
    return vote


def names(lines: list[bytes]) -> list[str]:
    return [one["name"] for one in json.loads(lines[-1])["result"][0]["alternates"]]


PASSED = {"c1": 16, "c2": 14, "c3": 14, "c4": 13, "c5": 12, "c6": 11}
# The place, what the compound's rules say, the votes, and who stands by.
CASES: dict[str, tuple[str | None, dict[str, Any], dict[str, int], list[str]]] = {
    "all who passed": (None, {}, PASSED, ["c5", "c6"]),
    "half of the members": (SHAOXING, {}, PASSED, ["c5", "c6"]),
    "as many as members": (BEIJING, {}, PASSED, ["c5", "c6"]),
    "nobody, by the compound's rules": (None, {"alternates": False}, PASSED, []),
    "half, by the compound's rules": (None, {"alternates_cap": "half"}, PASSED, ["c5", "c6"]),
    "only where there is a choice": (HANGZHOU, {}, PASSED, ["c5", "c6"]),
    "nobody else passed": (None, {}, {**PASSED, "c5": 10, "c6": 9}, []),
    "a tie at the last seat": (None, {}, {"c1": 16, "c2": 14, "c3": 14, "c4": 12, "c5": 12, "c6": 11}, []),
}


@pytest.mark.parametrize("name", CASES)
def test_the_record_says_who_may_stand_by_and_the_checker_finds_the_same(name: str) -> None:
    place, plan, votes, standing_by = CASES[name]
    lines = elected(votes, place=place, **plan).lines()
    assert (names(lines), wrong(lines)) == (standing_by, [])
    rules = json.loads(lines[0])["rules"]
    assert set(STAND_BY) <= set(rules)
    first = json.loads(next(line for line in lines if b'"kind":"set_up"' in line))["entry"]["body"]
    assert first["rules"] == rules


@pytest.mark.parametrize(
    ("place", "standing_by"),
    [(SHAOXING, ["c6"]), (BEIJING, ["c6", "c7", "c8"]), (None, ["c6", "c7", "c8"])],
)
def test_equals_at_the_end_of_a_cap_all_stay_out(place: str | None, standing_by: list[str]) -> None:
    """Two may stand by in Shaoxing (half of five); the second and the third have the same votes, so one is certain."""
    names_of_eight = tuple((f"c{n}", f"候选人{n}") for n in range(1, 9))
    eight = Item("committee", "elect", COMMITTEE.text, seats=5, candidates=names_of_eight)
    votes = {**{f"c{n}": 13 for n in range(1, 6)}, "c6": 12, "c7": 11, "c8": 11}
    lines = elected(votes, place=place, item=eight).lines()
    assert (names(lines), wrong(lines)) == (standing_by, [])


TAMPERED: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "all left out": (lambda one: one["alternates"].clear(), [OTHERS]),
    "the last left out": (lambda one: one["alternates"].pop(), [OTHERS]),
    "the first left out": (lambda one: one["alternates"].pop(0), [ORDER, OTHERS]),
    "in another order": (lambda one: one["alternates"].reverse(), [ORDER]),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_nobody_who_stands_by_is_left_out_unseen(name: str) -> None:
    edit, words = TAMPERED[name]
    lines = elected(PASSED).lines()
    assert wrong(change(lines, len(lines) - 1, lambda one: edit(one["result"][0]))) == words


def test_nobody_is_put_in_where_nobody_stands_by() -> None:
    lines = elected(PASSED, alternates=False).lines()
    free = json.loads(elected(PASSED).lines()[-1])["result"][0]["alternates"]
    assert wrong(change(lines, len(lines) - 1, lambda one: one["result"][0].update(alternates=free))) == [OTHERS]


def test_the_rule_cannot_be_taken_out_of_the_heading_nor_changed() -> None:
    lines = elected(PASSED).lines()
    said = "规则与建箱时不符 · the rules are not those of the box"
    for name, other in zip(STAND_BY, (False, True, "half"), strict=True):
        for edit in (partial(_say, name=name, other=other), partial(_drop, name=name)):
            assert said in wrong(change(lines, 0, edit))


def _say(head: Any, *, name: str, other: Any) -> None:
    head["rules"][name] = other


def _drop(head: Any, *, name: str) -> None:
    del head["rules"][name]


def test_a_record_from_before_holds_as_it_did() -> None:
    """It was published when nothing of alternates stood in the rules: it holds, and of what it does not say nothing is asked."""
    lines = BEFORE.read_bytes().splitlines()
    assert (names(lines), wrong(lines)) == (["c5", "c6"], [])
    assert not set(STAND_BY) & set(json.loads(lines[0])["rules"])
    assert wrong(change(lines, len(lines) - 1, lambda one: one["result"][0]["alternates"].clear())) == []
    assert wrong(change(lines, len(lines) - 1, lambda one: one["result"][0]["alternates"].pop(0))) == [ORDER]
    # The rules of such a box are what they were, to the letter.
    old = elected(PASSED, place=SHAOXING, stated=False)
    assert old.rules.as_data() == json.loads(lines[0])["rules"]
    assert set(moments.rules_of(old.entries)) == set(json.loads(lines[0])["rules"])


def test_totals_of_a_secret_election_are_held_against_the_same_rule() -> None:
    """Without a line of a ballot: who stands by follows from the published votes."""
    head, result = json.loads((lines := elected(PASSED).lines())[0]), json.loads(lines[-1])["result"]
    totals = {**head, "form": "gongzhi.vote.totals/1", "heads": [], "receipts": 20, "root": "", "result": result}
    assert checker.verify_totals(totals, None, (), checker.Findings())[0] == []
    result[0]["alternates"].clear()
    assert checker.verify_totals(totals, None, (), checker.Findings())[0] == [OTHERS]


def test_the_checker_agrees_with_the_portal_on_who_stands_by_in_any_vote() -> None:
    standing = 0
    for seed in range(60):
        lines = some_vote(seed).lines()
        assert wrong(lines) == [], seed
        if names(lines):
            standing += 1
            assert wrong(change(lines, len(lines) - 1, lambda one: one["result"][0]["alternates"].pop())) == [OTHERS]
    assert standing > 10


def some_vote(seed: int) -> Vote:
    """Each owner two of three names for two seats, so that often all three pass, under the rules of one of four places."""
    chance = random.Random(seed)  # noqa: S311  the same votes everywhere
    rules = Rules(date(2026, 6, 1), chance.choice([None, HANGZHOU, SHAOXING, BEIJING]), alternates=True)
    item = Item("committee", "elect", COMMITTEE.text, seats=2, candidates=COMMITTEE.candidates)
    made = Vote(
        roll_of({f"r{n}": chance.choice([893_200, 1_183_200]) for n in range(chance.randint(9, 15))}),
        (item,),
        rules=rules,
    )
    for right in made.roll:
        made.cast(right, {"committee": chance.sample(["c1", "c2", "c3"], 2)})
    made.close()
    made.open()
    return made
