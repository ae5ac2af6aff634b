#!/usr/bin/env python3
"""Check the published record of an owners' vote from beginning to end, and count it again.

usage: python verify_election.py RECORD [--receipt HASH] [--head HASH ...] [--sha256 HASH] [--quiet]

RECORD is the file of lines that was published with the result ("-": standard input). Of a secret election only totals are public:
of them the sums, the tests and who is elected are checked; its lines, which supervisors and a court have, are checked like any
others. Needs Python 3.10 or later and PyNaCl; takes nothing from the portal and shares no line of code with it. Prints what it
found and ends with 0 when everything holds, 1 when something does not, 2 when the file cannot be read as a record.

Whoever writes the whole chain anew can make it agree with itself. So compare it with what was published before anyone knew a
choice: --head takes a fingerprint that was posted or written down at the set-up, on any day, or at the close. The announcement of
the result has the fingerprint of the whole file: --sha256 takes that one.

What is checked: that the chain of the box is whole; that the roll and the rules are those that were fixed when the box was set
up; that every receipt is under the root that was published at the close; that the key that opened the box is its own; that every
ballot was opened rightly and counted once; the four tests of Civil Code Art. 278 with whole numbers; who is elected, who stands
by, and in which order; and that the published figures are these. Where the owners' own rules count those who had a ballot and did
not vote, everything is counted twice: with them, and from the ballots alone.
"""

import argparse
import hashlib
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

try:
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox
except ImportError:
    sys.stderr.write("需要 PyNaCl，请先运行 · needs PyNaCl, first run:\n  python -m pip install pynacl\n")
    sys.exit(2)

AREA_UNIT = 10_000
TWO_THIRDS, HALF, THREE_QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)
# Civil Code Art. 278: matters (6) to (8) need three quarters of those who took part, all others more than half.
THREE_QUARTER_MATTERS = {"raise_fund", "rebuild", "change_common_use"}
NO_KEY = "papers alone"
# Records of the first form, made before December 2026, have no seal.
LINES, TOTALS = ("gongzhi.vote/1", "gongzhi.vote/2"), ("gongzhi.vote.totals/1", "gongzhi.vote.totals/2")
SEALED = (LINES[1], TOTALS[1])
STAND_BY = {"alternates", "alternates_only_with_choice", "alternates_cap"}
RANKING = {"heads": (0,), "area": (1,), "heads_then_area": (0, 1)}


class Unreadable(Exception):
    """No record of this form."""


class Findings:
    """What does not hold, in words."""

    def __init__(self):
        self.wrong = []

    def check(self, holds, words):
        """Keep the words when it does not hold; returns whether it does."""
        if not holds and words not in self.wrong:
            self.wrong.append(words)
        return bool(holds)


def exact(value):
    """A value as the bytes that were fingerprinted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha(domain, data):
    """The fingerprint of bytes with what they mean."""
    return hashlib.sha256(domain.encode() + b"\0" + data).hexdigest()


def no_float(text):
    """Whole numbers only."""
    raise Unreadable("a number with a point: " + text)


def read(lines, found):
    """What follows the heading: roll, entries, result. The chain is followed as it is read."""
    roll, entries, result, chain = {}, [], None, Chain(found)
    for number, one in lines:
        if "right" in one and not entries:
            key = one["right"]["key"]
            if key in roll:
                raise Unreadable(f"line {number}: right {key} stands twice")
            roll[key] = one["right"]
        elif "entry" in one and result is None:
            entries.append(chain.follow(one["entry"]))
        elif "result" in one and result is None:
            result = one["result"]
        else:
            raise Unreadable(f"line {number} is out of place")
    if result is None or not entries:
        raise Unreadable("the record is not whole")
    return roll, entries, result


class Whole:
    """The lines of a record, each with its number; once they were read, whether the seal in the last fits all of them."""

    def __init__(self, stream):
        self.stream = stream
        self.file, self.before = hashlib.sha256(), hashlib.sha256(b"gongzhi.record.1\0")
        self.sealed = self.shown = False

    def __iter__(self):
        for number, line in enumerate(self.stream, 1):
            self.file.update(line)
            try:
                one = json.loads(line, parse_float=no_float, parse_constant=no_float)
            except ValueError as error:
                raise Unreadable(f"line {number} is no JSON") from error
            if not isinstance(one, dict):
                raise Unreadable(f"line {number} is no object")
            text = line.rstrip(b"\r\n")
            # A line behind the seal is not under it.
            self.shown = "seal" in one
            self.sealed = self.shown and self.fits(one, text)
            self.before.update(text + b"\n")
            yield number, one

    def fits(self, last, text):
        """Whether the last line is written exactly, and its seal is that of everything."""
        self.before.update(exact({name: value for name, value in last.items() if name != "seal"}))
        return text == exact(last) and self.before.hexdigest() == last["seal"]


class Entry(NamedTuple):
    """What is kept of an entry: of a ballot its right, who cast it and what is in it; of anything else its body."""

    kind: str
    hash: bytes
    right: str
    by: str
    content: Any


class Chain:
    """Every entry holds the hash of the one before, and its own; said once, where it breaks."""

    def __init__(self, found):
        self.found = found
        self.number, self.before, self.at, self.whole = 0, "0" * 64, "", True

    def follow(self, one):
        """Check the next entry against the last, and keep what is needed of it."""
        self.number += 1
        own = {name: one[name] for name in ("seq", "kind", "at", "body", "before")}
        holds = (
            one["seq"] == self.number
            and one["before"] == self.before
            and one["hash"] == sha("gongzhi.box.entry.1", exact(own))
            and one["at"] >= self.at
        )
        if self.whole and not holds:
            self.whole = False
            self.found.wrong.append(f"链条在第 {self.number} 项断开 · the chain breaks at entry {self.number}")
        self.before, self.at = one["hash"], one["at"]
        kind, body, own_hash = sys.intern(one["kind"]), one["body"], bytes.fromhex(one["hash"])
        if kind == "ballot":
            return Entry(kind, own_hash, body["right"], sys.intern(body["by"]), bytes.fromhex(body["sealed"]))
        if kind == "paper":
            return Entry(kind, own_hash, body["right"], sys.intern(body["by"]), body["choices"])
        return Entry(kind, own_hash, "", "", body)


def merkle_root(leaves):
    """RFC 9162, 2.1.1, written as its definition: split at the largest power of two below the number of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    stack = []  # roots of whole subtrees, with their sizes
    for leaf in leaves:
        node, size = hashlib.sha256(b"\x00" + leaf).digest(), 1
        while stack and stack[-1][1] == size:
            left, _ = stack.pop()
            node, size = hashlib.sha256(b"\x01" + left + node).digest(), size * 2
        stack.append((node, size))
    node = stack.pop()[0]
    while stack:
        node = hashlib.sha256(b"\x01" + stack.pop()[0] + node).digest()
    return node


def check_order(entries, found):
    """Ballots while the box takes them, papers and the opening after its close; at each close the root of all receipts."""
    takes, papers, receipts = False, False, []
    for one in entries:
        if one.kind == "set_up":
            takes = True
        elif one.kind == "ballot":
            receipts.append(one.hash)
            found.check(takes, "投票结束后又有票 · a ballot after the close")
        elif one.kind == "paper":
            papers = True
            found.check(not takes, "结束之前录入了纸质票 · a paper was entered before the close")
        elif one.kind == "closed":
            found.check(takes, "关了两次 · closed twice")
            takes = False
            found.check(
                one.content == {"receipts": len(receipts), "root": merkle_root(receipts).hex()},
                "回执根不符 · the root of the receipts is another",
            )
        elif one.kind == "reopened":
            found.check(not takes and not papers, "重新开放得不对 · opened for votes again where that cannot be")
            takes = True
        elif one.kind == "silent":
            found.check(not takes, "未投票的名单早于投票结束 · the silent were named before the close")
        elif one.kind == "opened":
            found.check(not takes, "开箱在投票结束之前 · opened before the close")


def check_moments(head, roll, entries, found):
    """The box was set up for this vote and this roll, closed once, then opened with its own key. Returns the key or None."""
    first = entries[0].content if isinstance(entries[0].content, dict) else {}
    lines = b"\n".join(exact(roll[key]) for key in sorted(roll))
    items_hash = sha("gongzhi.box.items.1", exact(head["items"]))
    found.check(entries[0].kind == "set_up", "第一项不是建箱 · the first entry does not set the box up")
    found.check(first.get("box") == head["box"], "票箱名称不符 · another box was set up")
    found.check(
        items_hash == head["items_hash"] == first.get("items_hash"), "表决内容被改过 · what is voted on was changed"
    )
    found.check(head["public_key"] == first.get("public_key"), "公钥不符 · another public key")
    found.check(
        first.get("rules", head["rules"]) == head["rules"], "规则与建箱时不符 · the rules are not those of the box"
    )
    found.check(
        sha("gongzhi.box.roll.1", lines) == head["roll"]["fingerprint"] == first.get("roll"),
        "名册与建箱时不符 · the roll is not the one of the box",
    )
    kinds = [one.kind for one in entries]
    for kind in ("set_up", "opened"):
        if not found.check(kinds.count(kind) == 1, f"“{kind}”应当只有一次 · not exactly one entry {kind}"):
            return None
    check_order(entries, found)
    opened = kinds.index("opened")
    if head["public_key"] == "":  # papers alone: there is no key, and no ballot that would need one
        found.check("ballot" not in kinds, "只收纸质票，却有电子票 · a sealed ballot in a vote on paper")
        return NO_KEY
    holders = entries[opened].content.get("holders", [])
    found.check(
        len(set(holders)) == len(holders) >= first.get("threshold", 1 << 30), "开箱人数不足 · too few holders opened it"
    )
    try:
        key = PrivateKey(bytes.fromhex(entries[opened].content["private_key"]))
    except (KeyError, ValueError, TypeError, CryptoError):
        found.wrong.append("开箱的钥匙读不出 · the key cannot be read")
        return None
    own = bytes(key.public_key).hex() == head["public_key"]
    return key if found.check(own, "开箱的钥匙不是这个票箱的 · the key is not this box's") else None


def silent_rights(head, roll, entries, found):
    """Those who had a ballot and did not vote, as they were fixed before the opening. Empty where they are not counted."""
    rule = head["rules"].get("silent", "off")
    kinds = [one.kind for one in entries]
    if not found.check(
        kinds.count("silent") == (rule != "off"),
        "未投票的名单与规则不符 · the list of the silent does not fit the rules",
    ):
        return []
    if rule == "off":
        return []
    at = kinds.index("silent")
    rights = entries[at].content["rights"]
    voted = {one.right for one in entries if one.kind in ("ballot", "paper")}
    found.check(
        "closed" in kinds[:at] and "opened" in kinds[at:],
        "未投票的名单不在结束和开箱之间 · the silent were named at another time",
    )
    found.check(
        entries[at].content["rule"] == rule == head["rules"]["plan"].get("silent")
        and rule in ("participation", "majority"),
        "未投票的按另一条规则计入 · the silent are counted by another rule",
    )
    found.check(
        bool(str(head["rules"]["plan"].get("silent_text", "")).strip()),
        "没有约定的原文 · the owners' own rule is not quoted",
    )
    found.check(len(set(rights)) == len(rights), "未投票的名单有重复 · a silent right stands twice")
    found.check(set(rights) <= set(roll), "未投票的不在名册上 · a silent right is not on the roll")
    found.check(not set(rights) & voted, "名单里的已经投票 · a right on the list of the silent voted")
    return sorted((set(rights) & set(roll)) - voted)


def ballots_that_count(entries, vote_again):
    """One entry a right: the owner's before a proxy's; then the first, or the last sealed one where one may vote again."""
    chosen = {}
    for one in entries:
        if one.kind in ("ballot", "paper"):
            chosen.setdefault(one.right, []).append(one)
    counted = {}
    for right, every in chosen.items():
        given = [one for one in every if one.by == "owner"] or every
        first = given[0]
        if vote_again and first.kind == "ballot":
            first = [one for one in given if one.kind == "ballot"][-1]
        counted[right] = first
    return counted


def choices_of(entry, head, unseal):
    """What a ballot says, item by item; None for a sealed one that says nothing that can be read."""
    if entry.kind == "paper":
        return entry.content
    try:
        plain = json.loads(unseal(entry.content))
    except (CryptoError, ValueError, RecursionError):
        return None
    ours = (
        isinstance(plain, dict)
        and isinstance(plain.get("choices"), dict)
        and plain.get("box") == head["box"]
        and plain.get("items") == head["items_hash"]
    )
    return plain["choices"] if ours else None


def answer(item, choices):
    """The answer to an item: a word, or a list of names."""
    if choices is None:
        return "invalid"
    given = choices.get(item["key"])
    if given is None or given in ("", [], "abstain"):
        return "abstain"
    if item["seats"] is None:
        return given if given in ("for", "against") else "invalid"
    names = [one["key"] for one in item["candidates"]]
    if (
        not isinstance(given, list)
        or any(not isinstance(one, str) or one not in names for one in given)
        or len(set(given)) != len(given)
        or len(given) > item["seats"]
    ):
        return "invalid"
    return given


def recount(head, roll, entries, key, found):
    """For each item: the roll's owners and area, those who took part or were silent, and those of every choice and name."""
    unseal = None if key is NO_KEY else SealedBox(key).decrypt
    sums = {}
    for item in head["items"]:
        scope = item["scope"]
        # Whoever has parts in several buildings decides in each with the area that lies there.
        mine = {
            k: one["area"] if scope is None else one["scopes"][scope]
            for k, one in roll.items()
            if scope is None or scope in one["scopes"]
        }
        sums[item["key"]] = {"mine": mine, "roll": [len(mine), sum(mine.values())], "part": [0, 0]}
    for right, entry in ballots_that_count(entries, head["rules"]["vote_again"]).items():
        if not found.check(right in roll, f"有票不在名册上 · a ballot of nobody on the roll: {right}"):
            continue
        choices = choices_of(entry, head, unseal)
        for item in head["items"]:
            own = sums[item["key"]]
            if right not in own["mine"]:
                continue
            given = answer(item, choices)
            for name in ["part", *(given if isinstance(given, list) else [given])]:
                total = own.setdefault(name if name == "part" else ("=", name), [0, 0])
                total[0] += 1
                total[1] += own["mine"][right]
    silent = silent_rights(head, roll, entries, found)
    for own in sums.values():
        mine = [own["mine"][right] for right in silent if right in own["mine"]]
        own["silent"] = [len(mine), sum(mine)]
    return sums


def meets(have, of, bar, strict):
    """Whether a figure reaches a bar; nobody never does."""
    return have > 0 and (Fraction(have) > bar * of if strict else Fraction(have) >= bar * of)


def both(have, of, bar, strict):
    """The two tests of a bar, by owners and by area."""
    return [meets(have[side], of[side], bar, strict) for side in (0, 1)]


def area_text(value):
    """0.0001 square metres as square metres."""
    whole, rest = divmod(value, AREA_UNIT)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals}"


def short_by(have, of, bar, strict):
    """What is missing to the least whole figure that reaches a bar; 0 for one that does."""
    least = bar * of
    need = max(1, least.__floor__() + 1 if strict else least.__ceil__())
    return 0 if meets(have, of, bar, strict) else need - have


def compare_pair(said, tests, where, found):
    """The published figures of two tests beside our own."""
    have, of, bar, strict = tests
    for side, measure in enumerate(("voters", "area")):
        shown = area_text if measure == "area" else int
        ours = {
            "have": shown(have[side]),
            "of": shown(of[side]),
            "bar": f"{bar.numerator}/{bar.denominator}",
            "met": meets(have[side], of[side], bar, strict),
            "short_by": shown(short_by(have[side], of[side], bar, strict)),
        }
        theirs = {name: said[measure].get(name) for name in ours}
        found.check(ours == theirs, f"{where}：公布 {theirs}，重算 {ours} · published and counted again differ")


def subjects(item):
    """Whose votes are tested: each candidate's, or those for a motion."""
    return ["for"] if item["seats"] is None else [one["key"] for one in item["candidates"]]


def added(one, other):
    """Owners and area of both."""
    return [one[0] + other[0], one[1] + other[1]]


def leads(options):
    """By owners and by area the option that has more than each other one; None where several have most."""
    found = []
    for side in (0, 1):
        most = max(one[side] for one in options)
        ahead = [place for place, one in enumerate(options) if one[side] == most]
        found.append(ahead[0] if len(ahead) == 1 else None)
    return found


def with_silent(item, own, part, rules):
    """Who took part and the votes of each subject once silence is counted, or "refused" (指导规则 26, 浙江 10).

    Under "participation" they take part and approve of nothing. Under "majority" they go where owners and area both lead: of a
    motion among for, against and abstained; of a candidate between supporters and all others who took part. Where the two lead
    apart, or nothing leads, nothing is allotted. In Zhejiang the leader must have more than half of the whole roll on both
    sides, or they are not counted at all.
    """
    silent, nothing = own["silent"], [0, 0]
    votes = {name: own.get(("=", name), nothing) for name in subjects(item)}
    if rules["silent"] == "participation" or silent == nothing:
        return added(part, silent), votes
    joined = dict(votes)
    for name, mine in votes.items():
        if item["seats"] is None:
            options = [own.get(("=", one), nothing) for one in ("for", "against", "abstain")]
        else:
            options = [mine, [part[0] - mine[0], part[1] - mine[1]]]
        heads, area = leads(options)
        if heads is None or heads != area:
            return "refused"
        if rules["silent_majority_of_all"] and not all(
            Fraction(options[heads][side]) > HALF * own["roll"][side] for side in (0, 1)
        ):
            return part, votes
        if heads == 0:
            joined[name] = added(mine, silent)
    return added(part, silent), joined


def check_item(item, own, said, rules, found):
    """One item's figures and outcome against what was published, with silence and without where it is counted."""
    part, roll = list(own["part"]), own["roll"]
    if not rules["invalid_in_participation"]:
        out = own.get(("=", "invalid"), [0, 0])
        part = [part[0] - out[0], part[1] - out[1]]
    if not all(roll):
        found.check(said["outcome"] == "refused", "{}：名册为空 · nobody may vote".format(item["text"]))
        return
    votes = {name: own.get(("=", name), [0, 0]) for name in subjects(item)}
    if rules.get("silent", "off") == "off":
        found.check("without_silent" not in said, "未投票的不该计入 · silence is not to be counted")
        check_tally(item, (part, votes, roll), said, rules, found)
        return
    if not found.check(
        "without_silent" in said, "没有公布只计实际投票的结果 · the count without the silent is missing"
    ):
        return
    check_tally(item, (part, votes, roll), said["without_silent"], rules, found)
    counted = with_silent(item, own, part, rules)
    if counted != "refused":
        check_tally(item, (*counted, roll), said, rules, found)
        return
    found.check(
        said["outcome"] == "refused" and not said.get("elected") and not said.get("alternates"),
        "{}：未投票的无从计入，不应有结论 · there is no majority for the silent to follow".format(item["text"]),
    )
    same = all(said.get(name) == said["without_silent"].get(name) for name in ("participation", "approval"))
    found.check(
        same, "{}：拒绝计入时应公布实际投票的数 · the figures are not those of the ballots".format(item["text"])
    )


def check_tally(item, count, said, rules, found):
    """One count of an item, who took part, the votes and the roll: its tests, and what they come to."""
    part, votes, roll = count
    law = said.get("rule_set", "civil-code")  # the count without the silent does not repeat it
    found.check(law == "civil-code", "{}：适用的法律不符 · counted by another law".format(item["text"]))
    taken = both(part, roll, TWO_THIRDS, strict=False)
    compare_pair(said["participation"], (part, roll, TWO_THIRDS, False), "{} 参与".format(item["text"]), found)
    bar = THREE_QUARTERS if item["matter"] in THREE_QUARTER_MATTERS else HALF
    strict = bar == HALF
    if item["seats"] is None:
        agreed = both(votes["for"], part, bar, strict)
        compare_pair(said["approval"], (votes["for"], part, bar, strict), "{} 同意".format(item["text"]), found)
        outcome = "passed" if all(taken) and all(agreed) else "failed" if all(taken) else "no_quorum"
        found.check(
            said["outcome"] == outcome, "{}：结论应为 {} · the outcome is {}".format(item["text"], outcome, outcome)
        )
        return
    passing = {}
    published = {one["name"]: one for one in said["approval"]["candidates"]}
    for one in item["candidates"]:
        mine = votes[one["key"]]
        agreed = both(mine, part, bar, strict)
        if found.check(one["key"] in published, "{} 没有公布 · not published".format(one["name"])):
            compare_pair(published[one["key"]], (mine, part, bar, strict), one["name"], found)
        if all(agreed):
            passing[one["key"]] = tuple(mine)
    check_elected(item, passing if all(taken) else None, said, rules, found)


def check_elected(item, passing, said, rules, found):
    """Who is elected for certain: fewer others than there are seats are before or equal to them. None: no quorum."""
    quorum, passing = passing is not None, passing or {}
    sides = RANKING[rules["order_by"]]
    strength = {name: tuple(votes[side] for side in sides) for name, votes in passing.items()}
    certain = {
        name
        for name in passing
        if sum(other != name and strength[other] >= strength[name] for other in passing) < item["seats"]
    }
    published = [one["name"] for one in said.get("elected", [])]
    found.check(set(published) == certain and len(published) == len(certain), "当选人不符 · others are elected")
    ranks = [strength[name] for name in published if name in strength]
    found.check(ranks == sorted(ranks, reverse=True), "当选顺序不符 · the order of those elected is another")
    for one in (*said.get("elected", []), *said.get("alternates", [])):
        if one["name"] in strength:
            rank = 1 + sum(other > strength[one["name"]] for other in strength.values())
            found.check(one["rank"] == rank, "{} 的名次不符 · another rank".format(one["name"]))
    standing_by = [one["name"] for one in said.get("alternates", [])]
    left = sorted((strength[name] for name in set(passing) - certain), reverse=True)
    # Nobody stands by while somebody stronger, or as strong, was left out.
    found.check(
        len(set(standing_by)) == len(standing_by)
        and set(standing_by) <= set(passing) - certain
        and [strength[name] for name in standing_by] == left[: len(standing_by)]
        and (not standing_by or len(standing_by) == len(left) or left[len(standing_by)] < left[len(standing_by) - 1]),
        "候补名单或顺序不符 · the alternates or their order are others",
    )
    full = min(item["seats"], len(passing))
    if rules.keys() >= STAND_BY:  # records of boxes that were set up before do not say how many stand by
        named = stand_by(item, strength, certain, rules) if len(certain) == full else set()
        found.check(set(standing_by) == named, "候补人数与规则不符 · not all who stand by under the rules, or too many")
    for one in (*said.get("elected", []), *said.get("alternates", [])):
        mine = passing.get(one["name"], (0, 0))
        found.check(
            [one["voters"], one["area"]] == [mine[0], area_text(mine[1])],
            "{} 的票数不符 · other votes of that name".format(one["name"]),
        )
    if not quorum:
        allowed = {"no_quorum"}
    elif len(certain) < full:
        allowed = {"undetermined"}
    elif len(certain) == item["seats"]:
        allowed = {"passed"}
    elif not certain:
        allowed = {"failed"}
    else:
        allowed = {"passed", "failed"}  # too few: whether they make a committee is the place's rule
    found.check(said["outcome"] in allowed, "{}：结论不符 · the outcome is another".format(item["text"]))


def stand_by(item, strength, certain, rules):
    """Who stands by for those elected, by the rules: all who passed, or for certain the first of them up to a cap."""
    seats = item["seats"]
    if not rules["alternates"] or (rules["alternates_only_with_choice"] and len(item["candidates"]) <= seats):
        return set()
    left = set(strength) - certain
    cap = {"none": len(left), "half": seats // 2, "members": seats}[rules["alternates_cap"]]
    return {name for name in left if sum(o != name and strength[o] >= strength[name] for o in left) < cap}


def verify(stream, receipt=None, heads=(), sha256=None):
    """Everything. Returns what does not hold, and a few words on what was found."""
    found, whole = Findings(), Whole(stream)
    lines = iter(whole)
    _, head = next(lines, (0, {}))
    if head.get("form") in TOTALS and next(lines, None) is None:
        wrong, about = verify_totals(head, receipt, heads, found)
    elif head.get("form") in LINES:
        wrong, about = verify_lines(head, lines, receipt, heads, found)
    else:
        raise Unreadable("line 1 is not the heading of {}".format(" or ".join(LINES)))
    found.check(
        whole.sealed or not (whole.shown or head["form"] in SEALED),
        "有字被改动过 · something was changed after the record was sealed",
    )
    file = whole.file.hexdigest()
    found.check(
        sha256 is None or "".join(sha256.split()).lower() == file,
        "不是公告上的那份记录 · not the record of the announcement",
    )
    return wrong, (*about, file)


def verify_lines(head, lines, receipt, heads, found):
    """A record with every ballot. Returns what does not hold, and a few words on what was found."""
    roll, entries, result = read(lines, found)
    key = check_moments(head, roll, entries, found)
    ballots = [one for one in entries if one.kind in ("ballot", "paper")]
    if receipt is not None:
        given = any(one.hash.hex() == receipt for one in ballots)
        found.check(given, "没有这张回执 · no ballot has this receipt")
    known = {one.hash.hex() for one in entries}
    for one in heads:
        shown = "".join(one.split()).lower()
        found.check(
            shown in known, f"记录里没有当时公布的指纹 {shown} · a fingerprint that was published is not in the record"
        )
    total = [len(roll), area_text(sum(one["area"] for one in roll.values()))]
    found.check([head["roll"]["voters"], head["roll"]["area"]] == total, "名册合计不符 · the roll's totals are others")
    found.check(
        sorted(one["id"] for one in result) == sorted(one["key"] for one in head["items"]),
        "公布的结果不是这些事项的 · results of other items were published",
    )
    if key is not None:
        sums = recount(head, roll, entries, key, found)
        said = {one["id"]: one for one in result}
        for item in head["items"]:
            if found.check(item["key"] in said, "{} 没有公布结果 · no result".format(item["text"])):
                check_item(item, sums[item["key"]], said[item["key"]], head["rules"], found)
    closes = [one.hash.hex() for one in entries if one.kind == "closed"]
    return found.wrong, (head, len(roll), len(ballots), result, closes)


def whole_number(measure, text):
    """A published figure as a whole number: owners, or 0.0001 square metres."""
    if measure == "voters":
        return int(text)
    whole, _, decimals = text.partition(".")
    return int(whole) * AREA_UNIT + int(decimals.ljust(4, "0"))


def said_pair(pair, name):
    """``have`` or ``of`` of two published tests, by owners and by area."""
    return [whole_number(measure, pair[measure][name]) for measure in ("voters", "area")]


def verify_totals(head, receipt, heads, found):
    """The totals of a secret election: that they agree with themselves. Returns the same as ``verify``.

    Nobody can find their ballot in them: receipts are checked against the root where the box is.
    """
    items_hash = sha("gongzhi.box.items.1", exact(head["items"]))
    found.check(items_hash == head["items_hash"], "表决内容被改过 · what is voted on was changed")
    posted = head["heads"]
    known = {one["hash"] for one in posted}
    found.check(
        [one["seq"] for one in posted] == sorted(one["seq"] for one in posted),
        "公布过的指纹次序不对 · the published fingerprints are out of order",
    )
    found.check(
        receipt is None, "无记名选举只公布合计，请在票箱核对页查回执 · totals hold no receipts: check it at the box"
    )
    for one in heads:
        shown = "".join(one.split()).lower()
        found.check(
            shown in known, f"记录里没有当时公布的指纹 {shown} · a fingerprint that was published is not in the record"
        )
    said = {one["id"]: one for one in head["result"]}
    for item in head["items"]:
        if found.check(item["key"] in said, "{} 没有公布结果 · no result".format(item["text"])):
            for one in (said[item["key"]], said[item["key"]].get("without_silent")):
                check_totals(item, one, head, found)
    closes = [one["hash"] for one in posted if one["why"] == "close"]
    return found.wrong, (head, head["roll"]["voters"], head["receipts"], head["result"], closes)


def check_totals(item, said, head, found):
    """One item's published figures: not more than there can be, each test as the figures make it, and what they come to."""
    if said is None or said["outcome"] == "refused":
        return
    part, roll = said_pair(said["participation"], "have"), said_pair(said["participation"], "of")
    voters = head["roll"]["voters"]
    found.check(
        part[0] <= roll[0] <= voters and part[1] <= roll[1] and (item["scope"] is not None or roll[0] == voters),
        "{}：参与数或名册数不对 · more took part than there are, or of another roll".format(item["text"]),
    )
    motion = item["seats"] is None
    tested = {"for": said["approval"]} if motion else {one["name"]: one for one in said["approval"]["candidates"]}
    if not found.check(
        set(tested) == set(subjects(item)),
        "{}：公布的候选人不符 · other candidates were published".format(item["text"]),
    ):
        return
    for one in tested.values():
        have, of = said_pair(one, "have"), said_pair(one, "of")
        found.check(of == part, "{}：同意的基数不是参与数 · approval is counted of others".format(item["text"]))
        found.check(
            have[0] <= of[0] and have[1] <= of[1], "{}：票数超过参与数 · more votes than took part".format(item["text"])
        )
    votes = {name: said_pair(one, "have") for name, one in tested.items()}
    check_tally(item, (part, votes, roll), said, head["rules"], found)


def main():
    """Read, check, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record")
    parser.add_argument("--receipt", help="also say whether the ballot with this receipt is in the box")
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        help="a fingerprint of the chain that was published: must be in the record",
    )
    parser.add_argument("--sha256", help="the fingerprint of the record that the announcement shows")
    parser.add_argument("--quiet", action="store_true", help="say nothing when everything holds")
    given = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal that has no Chinese still reads the English
    try:
        if given.record == "-":
            wrong, about = verify(sys.stdin.buffer, given.receipt, given.head, given.sha256)
        else:
            with Path(given.record).open("rb") as stream:
                wrong, about = verify(stream, given.receipt, given.head, given.sha256)
    except OSError as error:
        sys.stderr.write(f"读不到文件 · cannot be read: {error}\n")
        return 2
    except (Unreadable, KeyError, TypeError, AttributeError, ValueError) as error:
        sys.stderr.write(f"不是完整的表决记录 · not a whole record: {error}\n")
        return 2
    head, rights, ballots, result, closes, file = about
    for words in wrong:
        sys.stdout.write(f"不符 · WRONG  {words}\n")
    if not given.quiet:
        sys.stdout.write(
            f"{head['box']}\n名册 {rights} 户，票 {ballots} 张 · {rights} on the roll, {ballots} ballots\n"
        )
        sys.stdout.write(f"记录的指纹，请与公告上的对照 · compare with the announcement, SHA-256: {file}\n")
        for one in closes:
            sys.stdout.write(f"截止时的指纹，请与当时公布的对照 · compare with what was posted at the close: {one}\n")
        for item, one in zip(head["items"], result, strict=False):
            sys.stdout.write("{}：{}\n".format(item["text"], one["outcome"]))
            if "without_silent" in one:
                alone = one["without_silent"]["outcome"]
                sys.stdout.write(f"  只计实际投票 · from the ballots alone: {alone}\n")
        sys.stdout.write(f"有 {len(wrong)} 处不符 · {len(wrong)} wrong\n" if wrong else "全部相符 · everything holds\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
