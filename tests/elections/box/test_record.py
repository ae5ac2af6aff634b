"""The published record and its checker, which shares no line with the portal: they agree, and no change goes unseen."""

import hashlib
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from elections.box import moments
from elections.box.encoding import canonical
from elections.box.moments import receipts
from elections.box.questions import Item
from elections.box.record import sealed
from tests.elections.box.votes import COMMITTEE, MOTION, Vote, random_vote, roll_of

CHECKER = Path(__file__).parents[3] / "tools" / "verify_election.py"
_spec = spec_from_file_location("verify_election", CHECKER)
assert _spec is not None
assert _spec.loader is not None
checker = module_from_spec(_spec)
_spec.loader.exec_module(checker)


def wrong(lines: list[bytes], receipt: str | None = None) -> list[str]:
    """What the checker finds in a record that whoever changed it sealed anew: each change has to be found by what it says."""
    found: list[str] = checker.verify(io.BytesIO(b"\n".join(sealed_anew(lines))), receipt)[0]
    return found


def untouched(lines: list[bytes], **given: Any) -> list[str]:
    """What the checker finds in a record whose seal nobody made anew."""
    found: list[str] = checker.verify(io.BytesIO(b"\n".join(lines)), **given)[0]
    return found


def sealed_anew(lines: list[bytes]) -> list[bytes]:
    try:
        last = json.loads(lines[-1])
    except ValueError:
        return lines
    if not isinstance(last, dict) or last.pop("seal", None) is None:
        return lines
    return list(sealed(lines[:-1], last))


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


def forged(vote: Vote, edit: Callable[[list[tuple[str, Any]]], None]) -> list[bytes]:
    """The record of somebody who writes the whole chain anew after a change, with a result that fits it."""
    told = [(one.kind, json.loads(json.dumps(one.body))) for one in vote.entries]
    edit(told)
    again = Vote(vote.roll, vote.box.items, rules=vote.rules)
    again.box, again.key, again.entries = vote.box, vote.key, []
    for kind, body in told:
        again.put(kind, moments.closed_body(again.entries) if kind == moments.CLOSED else body)
    return again.lines()


def ballots_of(told: list[tuple[str, Any]]) -> list[int]:
    return [at for at, (kind, _) in enumerate(told) if kind == "ballot"]


FORGERIES: dict[str, Callable[[list[tuple[str, Any]]], None]] = {
    "a ballot taken out": lambda told: told.pop(ballots_of(told)[0]) and None,
    "two ballots exchanged": lambda told: told.insert(ballots_of(told)[0], told.pop(ballots_of(told)[1])),
    "a ballot given to another right": lambda told: told[ballots_of(told)[-1]][1].update(right="r9"),
    "a proxy's made the owner's": lambda told: told[ballots_of(told)[0]][1].update(by="proxy"),
    "other rules from the beginning": lambda told: told[0][1]["rules"].update(order_by="area"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_whoever_writes_the_whole_chain_anew_is_found_by_a_published_head(name: str) -> None:
    """Such a record can agree with itself; no head that was posted while nobody knew a choice is in it."""
    vote = ten(lambda n: {"fund": "for" if n < 6 else "against"}, voting=9)
    posted = [one.hash for one in vote.entries if one.kind in {moments.CLOSED, "ballot"}]
    assert checker.verify(io.BytesIO(b"\n".join(vote.lines())), None, posted)[0] == []
    found = checker.verify(io.BytesIO(b"\n".join(forged(vote, FORGERIES[name]))), None, posted[-1:])[0]
    assert f"记录里没有当时公布的指纹 {posted[-1]} · a fingerprint that was published is not in the record" in found


SIX = Item(
    "committee", "elect", COMMITTEE.text, seats=4, candidates=tuple((f"c{n}", f"候选人{n}") for n in range(1, 7))
)
# Each change of a record with the words that say what is wrong: the line (from the end where it is negative), how it is changed.
TAMPERED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "表决内容被改过 · what is voted on was changed": ("head", lambda one: one["items"][0].update(text="别的")),
    "规则与建箱时不符 · the rules are not those of the box": ("head", lambda one: one["rules"].update(order_by="area")),
    "公钥不符 · another public key": ("head", lambda one: one.update(public_key="00" * 32)),
    "名册与建箱时不符 · the roll is not the one of the box": ("right", lambda one: one["right"].update(area=9_999_999)),
    "名册合计不符 · the roll's totals are others": ("head", lambda one: one["roll"].update(voters=9)),
    "链条在第 2 项断开 · the chain breaks at entry 2": ("ballot", lambda one: one["entry"]["body"].update(right="r3")),
    "回执根不符 · the root of the receipts is another": ("closed", lambda one: one["entry"]["body"].update(receipts=9)),
    "开箱的钥匙不是这个票箱的 · the key is not this box's": (
        "opened", lambda one: one["entry"]["body"].update(private_key="11" * 32),
    ),
    "开箱人数不足 · too few holders opened it": ("opened", lambda one: one["entry"]["body"].update(holders=[1])),
    "当选人不符 · others are elected": ("result", lambda one: one["result"][0]["elected"][2].update(name="c5")),
    "当选顺序不符 · the order of those elected is another": ("result", lambda one: one["result"][0]["elected"].reverse()),
    "候补名单或顺序不符 · the alternates or their order are others": (
        "result", lambda one: one["result"][0]["alternates"].pop(0),
    ),
    "c1 的票数不符 · other votes of that name": ("result", lambda one: one["result"][0]["elected"][0].update(voters=1)),
    "选举第三届业主委员会委员：结论不符 · the outcome is another": (
        "result", lambda one: one["result"][0].update(outcome="failed"),
    ),
    "公布的结果不是这些事项的 · results of other items were published": (
        "result", lambda one: one["result"].append({**one["result"][0], "id": "lift"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", TAMPERED)
def test_every_change_is_said_in_words(words: str) -> None:
    # Six pass for four seats, so two stand by.
    left = {"c1": 16, "c2": 14, "c3": 14, "c4": 13, "c5": 12, "c6": 11}
    vote = Vote(roll_of({f"r{n}": 1_000_000 for n in range(20)}), (SIX,))
    for n in range(20):
        chosen = sorted(left, key=lambda name: -left[name])[:4]
        left |= {name: left[name] - 1 for name in chosen}
        vote.cast(f"r{n}", {"committee": chosen})
    vote.close()
    vote.open()
    lines = vote.lines()
    assert wrong(lines) == []
    said = json.loads(lines[-1])["result"][0]
    assert ([one["name"] for one in said["alternates"]], len(said["elected"])) == (["c5", "c6"], 4)
    where, edit = TAMPERED[words]
    marks = {"head": b'"form":', "right": b'"right":', "result": b'"result":'}
    mark = marks.get(where, f'"kind":"{where}"'.encode())
    at = next(at for at, line in enumerate(lines) if mark in (line if where not in marks else line[:200]))
    assert words in wrong(change(lines, at, edit))


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a line that holds nothing else."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from leaves(one, (*way, name))
    if not isinstance(value, dict | list) or not value:
        yield way


def other(value: Any) -> Any:
    """A value of the same kind that is another."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "0" if isinstance(value, str) else ["0"]


def test_no_field_of_a_record_can_be_changed_or_taken_out() -> None:
    """Not the words for people either, nor a field that no test reads: the seal is over every letter."""
    vote = ten(
        lambda n: {"fund": "for", "committee": ["c1", "c2", "c3"][: 3 if n < 7 else 2]}, items=(MOTION, COMMITTEE)
    )
    lines = vote.lines()
    assert untouched(lines) == []
    tried = 0
    for at, line in enumerate(lines):
        for *way, last in leaves(json.loads(line)):
            for edit in (_set, _del):
                given = json.loads(line)
                inside = given
                for name in way:
                    inside = inside[name]
                edit(inside, last)
                tried += 1
                try:
                    assert untouched([*lines[:at], canonical(given), *lines[at + 1 :]]) != [], (way, last)
                except (checker.Unreadable, KeyError, TypeError, AttributeError, ValueError):
                    continue  # ends with 2 and a sentence
    assert tried > 400


def _set(inside: Any, name: Any) -> None:
    inside[name] = other(inside[name])


def _del(inside: Any, name: Any) -> None:
    del inside[name]


def test_lines_cannot_change_places_nor_stand_behind_the_seal() -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    seal = ["有字被改动过 · something was changed after the record was sealed"]
    assert untouched([lines[0], lines[2], lines[1], *lines[3:]]) == seal
    assert untouched([*lines[:-1], lines[-1].replace(b'{"result"', b'{ "result"')]) == seal
    assert untouched([*lines[:-1], canonical({"result": json.loads(lines[-1])["result"]})]) == seal
    # Said to be of the form that had no seal, it still has one.
    assert untouched(change(lines, 0, lambda one: one.update(form="gongzhi.vote/1"))) == seal
    with pytest.raises(checker.Unreadable):
        untouched([*lines, lines[-1]])
    # Line ends that a mail program changed are no change of a record.
    assert untouched([one + b"\r" for one in lines]) == []


def test_words_that_were_changed_and_sealed_anew_are_found_by_the_announcement() -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    posted = hashlib.sha256(b"\n".join(lines)).hexdigest()
    forged_words = sealed_anew(change(lines, len(lines) - 1, lambda one: one["result"][0].update(text_zh="未通过")))
    assert untouched(forged_words) == []
    assert untouched(forged_words, sha256=posted) == ["不是公告上的那份记录 · not the record of the announcement"]
    assert untouched(lines, sha256=" ".join((posted[:32].upper(), posted[32:]))) == []


def test_another_rank_or_another_law_is_noticed_though_sealed_anew() -> None:
    vote = ten(lambda n: {"committee": ["c1", "c2", "c3"][: 3 if n < 7 else 2 if n < 9 else 1]}, items=(COMMITTEE,))
    lines = vote.lines()

    def after(edit: Callable[[Any], Any]) -> list[str]:
        return wrong(change(lines, len(lines) - 1, lambda one: edit(one["result"][0])))

    assert after(lambda one: one["elected"][1].update(rank=1)) == ["c2 的名次不符 · another rank"]
    assert after(lambda one: one.update(rule_set="pre-2021")) == [
        f"{COMMITTEE.text}：适用的法律不符 · counted by another law"
    ]


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
    # A terminal without Chinese reads the English; without PyNaCl it says what to do.
    plain = {"PYTHONIOENCODING": "ascii"}
    said = subprocess.run(
        [sys.executable, str(CHECKER), str(good)], capture_output=True, text=True, check=False, env=plain
    )
    assert (said.returncode, said.stdout.splitlines()[-1][-16:]) == (0, "everything holds")
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), str(good)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr.splitlines()[-1]) == (2, "  python -m pip install pynacl")
    for text in ("", "{}", '{"form":"gongzhi.vote/1"}', '{"form":"gongzhi.vote/1","a":1.5}', "half a line"):
        said = subprocess.run([*alone, "-"], input=text, capture_output=True, text=True, check=False)
        assert said.returncode == 2, text
        assert "Traceback" not in said.stderr


def test_a_record_with_anything_cut_or_garbled_never_crashes_the_checker() -> None:
    lines = ten(lambda n: {"fund": "for" if n < 6 else "against"}).lines()
    chance = random.Random(1)  # noqa: S311  the same changes everywhere
    for _ in range(300):
        at = chance.randrange(len(lines))
        line = bytearray(lines[at])
        line[chance.randrange(len(line))] = chance.randrange(256)
        try:
            assert untouched([*lines[:at], bytes(line), *lines[at + 1 :]]) != [] or bytes(line) == lines[at]
        except (checker.Unreadable, KeyError, TypeError, AttributeError, ValueError):
            continue  # ends with 2 and a sentence
