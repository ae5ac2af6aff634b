"""Objections to what is made public: until when the answer is owed, how it climbs, what others may read. Plain Python.

What the law says of answers, place by place; where it names no number of days the portal sets one and says so. Source of the
articles: the texts of 2020-2021 named beside each; the deadline table of the shared facts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from calendars.rules import CHINA
from publicity.rules.table import place, place_of

ANY = ""


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Within how many days after the day of filing ``side`` answers an objection; ``law`` when a text names the number.

    ``place`` is one of the rule table, ``matters`` the matters of publicity; empty stands for any.
    """

    place: str
    side: str
    matters: frozenset[str]
    days: int
    ground: str
    law: bool = False


# The roll, drafts, groups and candidates: a meeting waits for them.
ELECTION = frozenset({"preparatory", "rules_draft", "roll", "candidates"})
RULES = (
    AnswerRule("hangzhou", "company", frozenset(), 10, "《杭州市物业管理条例》第五十条：物业服务企业十日内答复", law=True),
    AnswerRule(
        "ningbo", ANY, frozenset({"candidates"}), 3,
        "《宁波市住宅小区物业管理条例》第三十一条要求核实并公开答复异议，没有写明天数，本平台设为三日",
    ),
    AnswerRule(
        ANY, ANY, ELECTION, 3,
        "《业主大会和业主委员会指导规则》第十二条要求记录并答复异议，没有写明天数，本平台设为三日",
    ),
    AnswerRule(ANY, ANY, frozenset(), 7, "法律法规没有写明答复期限，本平台设为七日"),
)  # fmt: skip
# One may object once more to an answer, for so many days after it, even when the publicity has ended meanwhile.
FURTHER_DAYS = 3

OUTCOMES = ("accepted", "partly", "refused")
STATES = ("open", "answered", "withdrawn", "lapsed")
MAX_PASSAGE = 300
MAX_WORDS = 2000
MAX_ANSWER = 2000
MAX_REASON = 300
MAX_FILES = 6
# More than these that are open at once, by one person about one notice, is no objection any more.
MOST_OPEN = 5


def places_around(code: str) -> tuple[str, ...]:
    """The places of the rule table to which an area of this statistical code belongs, the nearest first."""
    found = [place_of(code)]
    while found[-1].within is not None:
        found.append(place(found[-1].within))
    return tuple(one.key for one in found)


def answer_rule(places: Sequence[str], *, side: str, matter: str) -> AnswerRule:
    """The rule that says most: one of law first, then of the nearest place, of a matter before any, of a side before any."""
    known = [*places, ANY]
    fitting = [
        rule
        for rule in RULES
        if rule.place in known and rule.side in {ANY, side} and (not rule.matters or matter in rule.matters)
    ]
    return min(fitting, key=lambda rule: (not rule.law, known.index(rule.place), not rule.matters, rule.side == ANY))


def answer_by(filed: datetime, days: int) -> date:
    """The last day for the answer: the day of filing does not count (民法典第二百零一条)."""
    return filed.astimezone(CHINA).date() + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Step:
    """At ``at`` the objection reaches ``level``."""

    at: datetime
    level: int


# The morning of the last day, the morning after, then the community, then the street.
REMINDED, LATE, COMMUNITY, STREET = 0, 1, 2, 3
TOLD = {REMINDED: "speaker", LATE: "speaker", COMMUNITY: "community", STREET: "street"}
_DAYS_AFTER = {REMINDED: 0, LATE: 1, COMMUNITY: 2, STREET: 5}
_MORNING = time(9, 0)


def steps(due: date) -> tuple[Step, ...]:
    """Every step of an unanswered objection, in order of time."""
    return tuple(
        Step(datetime.combine(due + timedelta(days=days), _MORNING, CHINA), level)
        for level, days in _DAYS_AFTER.items()
    )


def next_step(due: date, reached: int) -> Step | None:
    """The first step above the level reached (-1: none yet), or None at the top: no level is ever skipped."""
    return next((step for step in steps(due) if step.level > reached), None)


def may_object_on(today: date, *, until: date) -> bool:
    """Whether one may still object: the last day counts in full."""
    return today <= until


def further_until(answered: datetime, *, until: date) -> date:
    """The last day to object to an answer: while one may object at all, and some days after the answer."""
    return max(until, answered.astimezone(CHINA).date() + timedelta(days=FURTHER_DAYS))


COVER = "×"
_COVERS = re.compile(f"{COVER}+")
# Twelve digits and more are typed with spaces or hyphens, and by some phones as full-width signs.
_PLAIN = str.maketrans("０１２３４５６７８９－　", "0123456789- ")
_NUMBERS = (
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # of identity cards
    re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),
    re.compile(r"(?<=单元|号楼)[- ]?\d{3,4}(?!\d)|(?<=[幢栋])[- ]?\d{3,4}(?!\d)"),  # of rooms
)
SHORTEST_NAME = 2


def public_words(text: str, names: Iterable[str] = ()) -> str:
    """What somebody wrote, as others may read it: numbers of phones, identity cards and rooms, and these names, under ×.

    Sign by sign, so it is as long as it was. What is covered once stays as it is.
    """
    for name in sorted({one.strip() for one in names}, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME and COVER not in name:
            text = text.replace(name, COVER * len(name))
    while (found := _first_number(text)) is not None:
        begin, end = found
        text = text[:begin] + COVER * (end - begin) + text[end:]
    return text


def _first_number(text: str) -> tuple[int, int] | None:
    plain = text.translate(_PLAIN)
    return next((found.span() for one in _NUMBERS if (found := one.search(plain)) is not None), None)


def only_covered(base: str, shown: str) -> str | None:
    """``shown`` when all it does to ``base`` is to put × over more of it, made as long as ``base``; None when it does else.

    Whoever covers by hand need not count: one × or several stand for any stretch. What ``base`` covers stays covered.
    """
    literal = _COVERS.split(shown)
    if len(literal) == 1:
        return base if shown == base else None
    first, last = literal[0], literal[-1]
    if not base.startswith(first):
        return None
    made, at = [first], len(first)
    for part in literal[1:-1]:
        found = base.find(part, at + 1)
        if found < 0:
            return None
        made += [COVER * (found - at), part]
        at = found + len(part)
    end = len(base) - len(last)
    if end <= at or not base.endswith(last):
        return None
    return "".join([*made, COVER * (end - at), last])


def says_something(shown: str) -> bool:
    """Whether anything is left to read."""
    return any(sign.isalnum() for sign in shown)
