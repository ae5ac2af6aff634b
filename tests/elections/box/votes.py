"""Whole votes for the tests of the box: a roll, a box with its key, ballots that go in one after the other, the record."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from elections import records
from elections.box import keys, moments, record
from elections.box.ballots import Box, seal
from elections.box.chain import Entry, link
from elections.box.counting import Right
from elections.box.questions import Item
from elections.box.record import Rules
from elections.box.settling import Settled, settle

OPENS = datetime(2026, 6, 1, 1, tzinfo=UTC)
MOTION = Item("fund", "use_fund", "使用维修资金更换 3 号电梯")
LIFT = Item("lift", "rebuild", "1 幢加装电梯", scope="b1")
COMMITTEE = Item(
    "committee", "elect", "选举第三届业主委员会委员", seats=3,
    candidates=(("c1", "张秀英"), ("c2", "王建国"), ("c3", "李强"), ("c4", "李强"), ("c5", "䶮浩然")),
)  # fmt: skip


class Vote:
    """One vote from the box's first entry to its record."""

    def __init__(
        self,
        roll: Mapping[str, Right],
        items: tuple[Item, ...] = (MOTION,),
        *,
        rules: Rules | None = None,
        holders: int = 3,
    ) -> None:
        self.roll, self.rules = dict(roll), rules or Rules(date(2026, 6, 1))
        self.made = keys.make_key("永康市望江花园 2026-1", holders=holders)
        self.box = Box("永康市望江花园 2026-1", items, self.made.public_key)
        self.threshold = keys.SCHEMES[holders]
        self.entries: list[Entry] = []
        self.put(
            moments.SET_UP,
            moments.set_up_body(
                self.box,
                roll=record.roll_fingerprint(self.roll),
                commitments=self.made.commitments,
                threshold=self.threshold,
                rules=self.rules.as_data(),
            ),
        )

    def put(self, kind: str, body: Mapping[str, Any]) -> Entry:
        """One more entry, a second after the last."""
        at = OPENS + timedelta(seconds=len(self.entries))
        self.entries.append(link(self.entries[-1] if self.entries else None, kind=kind, at=at.isoformat(), body=body))
        return self.entries[-1]

    def cast(self, right: str, choices: Mapping[str, Any], *, by: str = "owner") -> Entry:
        """A sealed ballot."""
        return self.put("ballot", moments.ballot_body(right, seal(self.box, choices), by=by))

    def close(self) -> Entry:
        """The end of voting."""
        return self.put(moments.CLOSED, moments.closed_body(self.entries))

    def name_silent(self, rights: list[str], rule: str | None = None) -> Entry:
        """Who had a ballot and did not vote, as it is fixed before the opening."""
        return self.put(moments.SILENT, moments.silent_body(rule or self.rules.silent, rights))

    def open(self) -> Settled:
        """Open with as many shares as it takes; papers may be put in before this is counted."""
        given: dict[int, bytes] = {}
        for number in list(self.made.shares)[-self.threshold :]:
            held, part = keys.accept_share(
                self.box.name, self.made.shares[number], commitments=self.made.commitments, given=list(given)
            )
            given[held] = part
        self.key = keys.open_box(given, threshold=self.threshold, public_key=self.box.public_key)
        self.put(moments.OPENED, moments.opened_body(self.key, list(given)))
        return self.settled()

    def settled(self) -> Settled:
        """What came out so far."""
        return settle(self.box, roll=self.roll, entries=self.entries, key=self.key, rules=self.rules)

    def lines(self) -> list[bytes]:
        """The published record."""
        result = [records.record(one) for one in self.settled().verdicts]
        return list(record.lines(box=self.box, rules=self.rules, roll=self.roll, entries=self.entries, result=result))


def roll_of(areas: Mapping[str, int], **scopes: list[str]) -> dict[str, Right]:
    """A roll; ``b1=["a", "b"]`` says who lies in a scope: with all of their area, or half of it where they come last."""
    return {
        key: Right(
            area,
            {name: area if key != inside[-1] else area // 2 for name, inside in scopes.items() if key in inside},
        )
        for key, area in areas.items()
    }


def random_vote(seed: int, *, voters: int = 30, silence: bool = False) -> Vote:
    """Some vote with everything in it: two motions, an election, scopes, proxies, votes cast again, spoiled and paper ballots.

    ``silence``: the owners' rules count those who did not vote, in one of the two ways.
    """
    chance = random.Random(seed)  # noqa: S311  the same votes everywhere
    number = chance.randint(1, chance.choice([4, voters]))
    areas = {f"r{n:03d}": chance.choice([893_200, 1_183_200, 1_183_201, 1_500_000]) for n in range(number)}
    rules = Rules(
        date(2026, 6, 1),
        jurisdiction=chance.choice([None, "330100", "330784"]),
        vote_again=chance.random() < 0.5,
        plan={} if chance.random() < 0.7 else {"invalid_in_participation": False},
    )
    apart = random.Random(-seed - 1)  # noqa: S311  the votes themselves stay those of the seed
    if silence:
        rule = apart.choice(["participation", "majority", "majority"])
        said = {"silent": rule, "silent_text": "送达未投票的计入多数", "silent_source": "议事规则第八条"}
        rules = replace(rules, plan={**rules.plan, **said}, silent=rule)
    inside = [key for key in areas if chance.random() < 0.5]
    vote = Vote(roll_of(areas, b1=inside), (MOTION, LIFT, COMMITTEE), rules=rules)
    turnout = chance.choice([0.5, 0.7, 0.9, 1.0])
    close = chance.random() < 0.3  # four of about the same strength for three seats
    lean = [chance.choice([0.1, 0.7, chance.random()]) for _ in COMMITTEE.candidates]
    voting = [key for key in areas if chance.random() < turnout]
    papers = [key for key in voting if chance.random() < 0.2]
    for key in voting:
        if key not in papers:
            for _ in range(chance.choice([1, 1, 1, 2])):
                vote.cast(
                    key, _choices(chance, lean, close=close), by=chance.choice(["owner", "owner", "owner", "proxy"])
                )
    vote.close()
    if silence:
        vote.name_silent([key for key in areas if key not in voting and apart.random() < 0.8])
    vote.open()
    for key in papers:
        vote.put("paper", moments.paper_body(key, _choices(chance, lean, close=close), batch="1"))
    return vote


def _choices(chance: random.Random, lean: list[float], *, close: bool) -> dict[str, Any]:
    names: Any = [key for (key, _), weight in zip(COMMITTEE.candidates, lean, strict=True) if chance.random() < weight]
    if close:
        names = chance.sample([key for key, _ in COMMITTEE.candidates[:4]], 3)
    if len(names) > 3 and chance.random() < 0.8:
        names = names[:3]
    return {
        "fund": chance.choice(["for", "for", "for", "against", "abstain", "nonsense"]),
        "lift": chance.choice(["for", "for", "for", "for", "against", None]),
        "committee": chance.choice([names, names, names, names, "abstain", ["c1", "c1"], ["nobody"]]),
    }
