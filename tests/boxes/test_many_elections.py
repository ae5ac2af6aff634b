"""Random elections, each counted four ways that share nothing: both counts of the portal, the checker, and a naive recount here.

Some in the suite; ``GONGZHI_ELECTIONS=10000 pytest tests/boxes/test_many_elections.py`` is the long run (docs/benchmarks.md).
"""

import os
from fractions import Fraction
from typing import Any

from django.db import connection, transaction

from boxes.actions import counting
from boxes.actions.running import append
from boxes.models import Box, Tip
from boxes.queries.counting import counted_in_sql
from elections import records
from elections.box import moments
from elections.box.ballots import Opened, Opener
from elections.box.chain import NOTHING
from elections.box.questions import items_hash
from elections.box.settling import opened_ballots, settle
from elections.models import Edition, Item, Poll, Right
from tenancy.scope import scope
from tests.elections.box.test_record import wrong
from tests.elections.box.votes import Vote, random_vote
from tests.elections.conftest import NOW, fixed
from tests.world import World

ALL = 1000  # among so many every outcome is found
MANY = int(os.environ.get("GONGZHI_ELECTIONS", "60"))


def kept(vote: Vote, poll: Poll, number: int) -> Box:
    """The vote in the tables of the portal: its items, its roll, its box, and what was in every ballot of the chain."""
    compound_id = poll.compound_id
    Item.objects.bulk_create(
        [
            Item(
                compound_id=compound_id, poll=poll, number=place, key=one.key, matter=one.matter, text=one.text,
                scope=one.scope or "", seats=one.seats,
                candidates=[{"key": key, "name": name, "party_member": None} for key, name in one.candidates],
            )
            for place, one in enumerate(vote.box.items, 1)
        ]
    )  # fmt: skip
    edition = Edition.objects.create(
        compound_id=compound_id, poll=poll, number=number, voters=len(vote.roll), units=len(vote.roll),
        area=sum(one.area for one in vote.roll.values()), fingerprint="0" * 64, units_fingerprint="0" * 64, at=NOW,
        person_id=1, label="test",
    )  # fmt: skip
    Right.objects.bulk_create(
        [
            Right(
                compound_id=compound_id, edition=edition, number=place, key=key, holder="业主", units=[place],
                area=one.area, scopes=dict(one.scopes),
            )
            for place, (key, one) in enumerate(vote.roll.items(), 1)
        ]
    )  # fmt: skip
    box: Box = Box.objects.create(
        compound_id=compound_id, poll=poll, number=number, name=f"random {number}", paper_only=True, made_at=NOW,
        made_as="test", edition=edition,
    )  # fmt: skip
    opener = Opener(vote.box, vote.key)
    ballots = [one for one in vote.entries if one.kind in {"ballot", "paper"}]
    read = zip(ballots, opened_ballots(vote.box, ballots, opener), strict=True)
    counting._keep(box, [(entry, Opened(answers)) for entry, (_right, answers) in read])
    return box


def test_both_counts_agree_on_silence(world: World) -> None:
    """Whoever had a ballot and did not vote, by scope too: the chain's list in SQL and in the law engine."""
    side = world.here
    poll = fixed(side, kind="decision")[0]
    silent = 0
    with scope(side.compound.pk):
        for seed in range(MANY // 3):
            vote = random_vote(seed, silence=True)
            with transaction.atomic():
                box = kept(vote, poll, seed % 30_000 + 10)
                Tip.objects.create(compound_id=box.compound_id, box=box, number=0, hash=NOTHING, at=NOW)
                for one in vote.entries:
                    if one.kind == moments.SILENT:
                        append(box, kind=one.kind, body=one.body, now=NOW)
                settled = settle(vote.box, roll=vote.roll, entries=vote.entries, key=vote.key, rules=vote.rules)
                ours = counting.counts_of(settled, silent=True)
                again = vote.rules.vote_again
                theirs, strangers = counted_in_sql(box, first=vote.box.items[0].key, vote_again=again, silent=True)
                transaction.set_rollback(True)
            assert strangers == 0, seed
            assert counting._agree(ours, theirs), seed
            silent += sum(one["silent"][0] for one in ours.values())
    assert silent > MANY


def naive(vote: Vote) -> dict[str, dict[str, Any]]:
    """Every figure again, as one would with a list of the papers, a pencil and fractions."""
    mine: dict[str, Any] = {}
    for entry in vote.entries:
        if entry.kind in {"ballot", "paper"}:
            mine.setdefault(entry.body["right"], []).append(entry)
    found: dict[str, dict[str, Any]] = {}
    papers = [entry for pile in mine.values() for entry in pile]
    inside_them = opened_ballots(vote.box, papers, Opener(vote.box, vote.key))
    opened = {entry.seq: answers for entry, (_right, answers) in zip(papers, inside_them, strict=True)}
    for item in vote.box.items:
        inside = {
            key: right.area if item.scope is None else right.scopes[item.scope]
            for key, right in vote.roll.items()
            if item.scope is None or item.scope in right.scopes
        }
        sums: dict[str, list[int]] = {}
        took = [0, 0]
        for key, area in inside.items():
            given = mine.get(key, [])
            if not given:
                continue
            own = [one for one in given if one.body["by"] == "owner"]
            pile = own or given
            stands = pile[0]
            if vote.rules.vote_again and stands.kind == "ballot":
                stands = [one for one in pile if one.kind == "ballot"][-1]
            answer = opened[stands.seq][item.key]
            took[0] += 1
            took[1] += area
            for name in answer.names or (answer.choice,):
                pair = sums.setdefault(name, [0, 0])
                pair[0] += 1
                pair[1] += area
        whole = [len(inside), sum(inside.values())]
        if not vote.rules.settled["invalid_in_participation"]:
            spoiled = sums.get("invalid", [0, 0])
            part = [took[0] - spoiled[0], took[1] - spoiled[1]]
        else:
            part = took
        found[item.key] = {"roll": whole, "took": took, "sums": sums, "outcome": _outcome(item, whole, part, sums)}
    return found


def _outcome(item: Any, whole: list[int], part: list[int], sums: dict[str, list[int]]) -> set[str]:
    """What the four tests come to (民法典 278); too few elected is the place's rule, so there either word may stand."""
    if not all(whole):
        return {"refused"}
    if any(Fraction(part[side], whole[side]) < Fraction(2, 3) for side in (0, 1)):
        return {"no_quorum"}
    special = item.matter in {"raise_fund", "rebuild", "change_common_use"}

    def agreed(name: str) -> bool:
        have = sums.get(name, [0, 0])
        shares = [Fraction(have[side], part[side]) for side in (0, 1)]
        return all(one >= Fraction(3, 4) if special else one > Fraction(1, 2) for one in shares)

    if item.seats is None:
        return {"passed"} if agreed("for") else {"failed"}
    through = [key for key, _name in item.candidates if agreed(key)]
    if not through:
        return {"failed"}
    return {"passed", "failed", "undetermined"} if len(through) != item.seats else {"passed"}


def test_four_counts_agree_on_every_election(world: World) -> None:
    side = world.here
    poll = fixed(side, kind="decision")[0]
    outcomes: set[tuple[str, str]] = set()
    spoiled = again = 0
    with scope(side.compound.pk):
        for seed in range(MANY):
            vote = random_vote(1_000_000 + seed)
            with transaction.atomic():
                box = kept(vote, poll, seed % 30_000 + 10)
                settled = settle(vote.box, roll=vote.roll, entries=vote.entries, key=vote.key, rules=vote.rules)
                ours = counting.counts_of(settled)
                theirs, strangers = counted_in_sql(box, first=vote.box.items[0].key, vote_again=vote.rules.vote_again)
                transaction.set_rollback(True)
            assert strangers == 0, seed
            assert counting._agree(ours, theirs), seed
            assert wrong(vote.lines()) == [], seed
            pencil = naive(vote)
            for item, verdict in zip(vote.box.items, settled.verdicts, strict=True):
                mine, key = pencil[item.key], item.key
                said = {
                    name: pair
                    for name, pair in {**ours[key]["choices"], **ours[key]["names"]}.items()
                    if pair != [0, 0] and name != "names"
                }
                assert said == mine["sums"], (seed, key)
                assert (ours[key]["roll"], ours[key]["part"]) == (mine["roll"], mine["took"]), (seed, key)
                outcome = records.record(verdict)["outcome"]
                assert outcome in mine["outcome"], (seed, key)
                outcomes.add((key, outcome))
                spoiled += "invalid" in mine["sums"]
            again += len(vote.entries) > len({one.body.get("right") for one in vote.entries}) + 2
    # Else nothing was compared.
    rare = {"undetermined"} if MANY >= ALL else set()
    assert {outcome for _key, outcome in outcomes} >= {"passed", "failed", "no_quorum", "refused", *rare}
    assert min(spoiled, again) > MANY // 10
    assert items_hash(vote.box.items) == vote.box.items_hash
    assert connection.in_atomic_block
