"""The published record and its checker, which shares no line with the portal: they agree, and no change goes unseen."""

import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from elections.box.encoding import canonical
from elections.box.moments import receipts
from tests.elections.box.votes import COMMITTEE, MOTION, Vote, random_vote, roll_of

CHECKER = Path(__file__).parents[3] / "tools" / "verify_election.py"
_spec = spec_from_file_location("verify_election", CHECKER)
assert _spec is not None
assert _spec.loader is not None
checker = module_from_spec(_spec)
_spec.loader.exec_module(checker)


def wrong(lines: list[bytes], receipt: str | None = None) -> list[str]:
    found: list[str] = checker.verify(io.BytesIO(b"\n".join(lines)), receipt)[0]
    return found


def ten(choices: Callable[[int], dict[str, Any]], *, items: Any = (MOTION,), voting: int = 10) -> Vote:
    vote = Vote(roll_of({f"r{n}": 1_000_000 + n for n in range(10)}), items)
    for n in range(voting):
        vote.cast(f"r{n}", choices(n))
    vote.close()
    vote.open()
    return vote


def test_the_checker_agrees_with_the_portal_on_any_vote() -> None:
    outcomes = set()
    for seed in range(150):
        vote = random_vote(seed)
        lines = vote.lines()
        assert wrong(lines) == [], seed
        outcomes |= {(one["id"], one["outcome"]) for one in json.loads(lines[-1])["result"]}
    # Else nothing was compared.
    for item in ("fund", "lift", "committee"):
        assert {outcome for key, outcome in outcomes if key == item} >= {"passed", "failed", "no_quorum"}
    assert ("committee", "undetermined") in outcomes
    assert ("lift", "refused") in outcomes  # nobody lives in that building


def test_the_order_of_ballots_changes_nothing_but_the_chain() -> None:
    one = ten(lambda n: {"fund": "for" if n < 6 else "against"})
    other = Vote(one.roll)
    for n in reversed(range(10)):
        other.cast(f"r{n}", {"fund": "for" if n < 6 else "against"})
    other.close()
    assert other.open().verdicts == one.settled().verdicts


def change(lines: list[bytes], at: int, edit: Callable[[Any], Any]) -> list[bytes]:
    given = json.loads(lines[at])
    edit(given)
    return [*lines[:at], canonical(given), *lines[at + 1 :]]


def test_no_ballot_can_be_taken_out_put_in_or_changed() -> None:
    vote = ten(lambda n: {"fund": "for" if n < 6 else "against"})
    lines = vote.lines()
    assert wrong(lines) == []
    entries = [at for at, line in enumerate(lines) if b'"entry":' in line[:10]]
    for at in entries:
        assert wrong(lines[:at] + lines[at + 1 :]) != []
        assert wrong([*lines[:at], lines[at], *lines[at:]]) != []

        def flip(given: Any) -> None:
            for name, value in given["entry"]["body"].items():
                if isinstance(value, str):
                    given["entry"]["body"][name] = value[:-1] + ("0" if value[-1] != "0" else "1")

        assert wrong(change(lines, at, flip)) != []


def test_no_right_of_the_roll_can_be_changed() -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    rights = [at for at, line in enumerate(lines) if b'"right":' in line[:10]]
    assert len(rights) == 10
    for at in rights:
        assert wrong(lines[:at] + lines[at + 1 :]) != []

        def grow(given: Any) -> None:
            given["right"]["area"] += 1

        assert wrong(change(lines, at, grow)) != []


@pytest.mark.parametrize(
    "path",
    ["outcome", "participation.voters.have", "approval.area.have", "approval.voters.met", "approval.area.short_by"],
)
def test_no_published_figure_can_be_changed(path: str) -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()

    def falsify(given: Any) -> None:
        *way, last = path.split(".")
        inside = given["result"][0]
        for name in way:
            inside = inside[name]
        inside[last] = {"outcome": "failed", "met": False, "have": 7, "short_by": "0.01"}[last]

    assert wrong(change(lines, len(lines) - 1, falsify)) != []


def test_nobody_else_can_be_declared_elected_nor_in_another_order() -> None:
    vote = ten(lambda n: {"committee": ["c1", "c2", "c3"][: 3 if n < 7 else 2 if n < 9 else 1]}, items=(COMMITTEE,))
    lines = vote.lines()
    result = json.loads(lines[-1])["result"][0]
    assert [one["name"] for one in result["elected"]] == ["c1", "c2", "c3"]
    assert wrong(lines) == []

    def swap(given: Any) -> None:
        given["result"][0]["elected"].reverse()

    def replace(given: Any) -> None:
        given["result"][0]["elected"][2]["name"] = "c5"

    assert wrong(change(lines, len(lines) - 1, swap)) != []
    assert wrong(change(lines, len(lines) - 1, replace)) != []


def test_another_key_another_text_another_holder_is_noticed() -> None:
    vote = ten(lambda n: {"fund": "for"})
    lines = vote.lines()

    def other_words(given: Any) -> None:
        given["items"][0]["text"] = "使用维修资金更换 4 号电梯"

    assert wrong(change(lines, 0, other_words)) != []
    opened = next(at for at, line in enumerate(lines) if b'"kind":"opened"' in line)
    one = vote.entries[-1]
    for body in ({**one.body, "holders": [1]}, {**one.body, "holders": [2, 2]}, {**one.body, "private_key": "00" * 32}):
        again = ten(lambda n: {"fund": "for"})
        again.entries = vote.entries[:-1]
        again.put("opened", body)
        assert wrong([*lines[:opened], canonical({"entry": again.entries[-1].as_data()}), *lines[opened + 1 :]]) != []


def test_a_voter_finds_the_own_ballot_in_the_record_and_under_the_root() -> None:
    vote = Vote(roll_of({"a": 1, "b": 2}))
    own = vote.cast("a", {"fund": "for"})
    vote.cast("b", {"fund": "for"})
    closed = vote.close()
    vote.open()
    assert wrong(vote.lines(), own.hash) == []
    assert wrong(vote.lines(), "0" * 64) == ["没有这张回执 · no ballot has this receipt"]
    tree = receipts(vote.entries)
    assert closed.body == {"receipts": 2, "root": tree.root.hex()}
    # What the voter holds shows no choice: it is a hash over the sealed ballot.
    assert "for" not in own.hash


def test_the_checker_is_one_file_that_needs_only_pynacl(tmp_path: Path) -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_bytes(b"\n".join(lines))
    bad.write_bytes(b"\n".join(lines[:-3] + lines[-2:]))
    alone = [sys.executable, "-I", str(CHECKER)]
    said = subprocess.run([*alone, str(good)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[-1] == "全部相符 · everything holds"
    assert subprocess.run([*alone, str(bad), "--quiet"], capture_output=True, check=False).returncode == 1
    for text in ("", "{}", '{"form":"gongzhi.vote/1"}', '{"form":"gongzhi.vote/1","a":1.5}', "half a line"):
        said = subprocess.run([*alone, "-"], input=text, capture_output=True, text=True, check=False)
        assert said.returncode == 2, text
        assert "Traceback" not in said.stderr


def test_a_record_with_anything_cut_or_garbled_never_crashes_the_checker() -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    chance = random.Random(1)  # noqa: S311  the same changes everywhere
    for _ in range(300):
        at = chance.randrange(len(lines) - 1)  # of the last line the words are for people: its figures are tested above
        line = bytearray(lines[at])
        line[chance.randrange(len(line))] = chance.randrange(256)
        try:
            assert wrong([*lines[:at], bytes(line), *lines[at + 1 :]]) != [] or bytes(line) == lines[at]
        except (checker.Unreadable, KeyError, TypeError, AttributeError, ValueError):
            continue  # ends with 2 and a sentence
