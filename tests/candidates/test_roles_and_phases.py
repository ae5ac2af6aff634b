"""Every action of a preparation, in every phase of it, by every role: allowed, or the code of its refusal. One literal table.

``resident`` is the candidate, named by themselves; ``leader`` leads the group, which the street founded; the community's officers
conduct the election and review; the police, the second body, have nobody here. Whoever prepares has the signed paper in hand.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from candidates import actions
from candidates.actions import NomineeDraft
from candidates.models import Candidate
from candidates.refusals import NoSuchCandidate
from elections.models import Poll
from parties.models import Post
from parties.queries import acting_post
from tenancy.actor import Actor
from tenancy.scope import entering, scope
from tests.candidates.preparing import (
    DAY,
    TODAY,
    do,
    founded,
    fresh,
    members,
    named,
    passed,
    plan_draft,
    planned,
    pledged,
)
from tests.elections.conftest import NOW, fixed
from tests.tables import letters_of, told
from tests.world import Side, World

ROLES = (
    "secretary", "officer", "leader", "street", "chair", "member", "manager", "worker", "resident", "neighbour", "city",
)  # fmt: skip
CODES = {
    "+": "",
    "-": "no_such_candidate",  # does not see that there is one
    "p": "not_your_post",
    "n": "not_the_nominee",
    "o": "not_an_owner",
    "b": "not_your_body",
    "f": "not_for_you",
    "m": "moved_on",
    "M": "poll_moved_on",
    "P": "no_plan",
    "x": "plan_fixed",
    "O": "open_already",
    "t": "not_nominating",
    "F": "founded_already",
    "E": "extended_already",
    "e": "no_extension_here",
    "a": "answered_already",
    "w": "wait_for_reply",
    "r": "nothing_to_reply",
    "j": "not_joint",
    "s": "not_signed",
    "1": "named_already",
    "R": "nobody_represented",
    "i": "still_open",
    "0": "nobody_passed",
    "S": "no_slate",
    "h": "no_such_home",
    "G": "group_over",
    "c": "published_at_in_the_past",
}
LETTERS = letters_of(CODES)
Given = Callable[[Side, Candidate | None], dict[str, Any]]
ACTS: tuple[tuple[str, str, Given], ...] = (
    ("members", "save_members", lambda side, _one: {"kind": "preparatory", "members": members(side)}),
    ("found", "found_group", lambda _side, _one: {"formed_on": TODAY}),
    ("extend", "extend_group", lambda _side, _one: {"reason": "规则没有通过"}),
    ("end", "end_group", lambda _side, _one: {"reason": "选举完成"}),
    ("post group", "post_group", lambda _side, _one: {}),
    ("plan", "save_plan", lambda side, _one: {"draft": plan_draft(side, ends=TODAY + 20 * DAY)}),
    ("open", "open_nominations", lambda _side, _one: {}),
    (
        "recommend", "nominate",
        lambda side, _one: {"draft": NomineeDraft("recommended", name="neighbour", address=side.homes[1].address)},
    ),
    (
        "self", "nominate",
        lambda side, _one: {"draft": NomineeDraft("self", name="neighbour", address=side.homes[1].address, paper="提名表")},
    ),
    ("consent", "consent", lambda _side, one: {"candidate": ref(one), "paper": "同意书"}),
    ("pledge", "accept_pledge", lambda _side, one: {"candidate": ref(one), "code": "leave", "paper": "承诺书"}),
    (
        "fill", "fill",
        lambda _side, one: {"candidate": ref(one), "statement": "愿意", "woman": None, "firm": "none"},
    ),
    ("sign", "sign", lambda _side, one: {"candidate": ref(one)}),
    ("unsign", "unsign", lambda _side, one: {"candidate": ref(one)}),
    ("withdraw", "withdraw", lambda _side, one: {"candidate": ref(one), "reason": "不参选", "paper": "退出书"}),
    ("pass", "answer", lambda _side, one: {"candidate": ref(one), "body": 1, "outcome": "pass", "words": "改为通过"}),
    ("pass paper", "answer", lambda _side, one: {"candidate": ref(one), "body": 2, "outcome": "pass", "paper": "回函"}),
    ("reply", "reply", lambda _side, one: {"candidate": ref(one), "body": 1, "words": "有时间", "paper": "意见书"}),
    ("authority", "keep_authority", lambda _side, one: {"candidate": ref(one), "authority": "授权书"}),
    ("original", "check_authority", lambda _side, one: {"candidate": ref(one)}),
    (
        "membership", "note_membership",
        lambda _side, one: {"candidate": ref(one), "member": True, "source": "名册", "of": TODAY},
    ),
    ("settle", "settle_slate", lambda _side, _one: {"text": "选举", "method": "strokes"}),
    ("post", "post_slate", lambda _side, _one: {}),
)  # fmt: skip


def ref(one: Candidate | None) -> str:
    """The candidate's ref, or none that there is."""
    return one.ref if one is not None else "nobody"


def refused(side: Side, poll: Poll) -> Candidate:
    """The community means to refuse."""
    one = pledged(side, poll)
    do("answer", side, poll, candidate=one.ref, body=1, outcome="refuse", ground="ability", words="没有时间")
    found: Candidate = fresh(one)
    return found


def listed(side: Side, poll: Poll) -> Candidate:
    """On a slate that is not public yet."""
    one = passed(side, poll)
    do("settle_slate", side, poll, text="选举", method="lot", witness="程立", seed="3788")
    return one


def over(side: Side, poll: Poll) -> Candidate:
    """Called."""
    one = listed(side, poll)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(
            state="called", opens_at=NOW + DAY, closes_at=NOW + timedelta(days=9), items_hash="x", called_at=NOW
        )
    return one


PHASES: dict[str, Callable[[Side, Poll], Candidate | None]] = {
    "nobody named": lambda _side, _poll: None,
    "proposed": named,
    "in review": pledged,
    "refused": refused,
    "passed": passed,
    "listed": listed,
    "called": over,
}
# A row for each of ROLES with a letter for each of ACTS.
TABLE: dict[str, str] = {
    "nobody named": """
secretary  +Fe+++O++------------0S
officer    +Fe+++O++------------0S
leader     ppppp+Op+------------0S
street     +Fe++pp+p-----------fpp
chair      ppppppppp-----------fpp
member     ppppppppp-----------fpp
manager    -----------------------
worker     -----------------------
resident   pppppppp+-----------fpp
neighbour  pppppppp+-----------fpp
city       ppppppppp-----------fpp
""",
    "proposed": """
secretary  +Fe+++O+++++js+---RR+0S
officer    +Fe+++O+++++js+---RR+0S
leader     ppppp+Op++++js+---RR+0S
street     +Fe++pp+pnnnjsn--nRRfpp
chair      pppppppppnnnjsn--nRRfpp
member     pppppppppnnnjsn--nRRfpp
manager    -----------------------
worker     -----------------------
resident   pppppppp1+++js+---RRfpp
neighbour  pppppppp+-----------fpp
city       pppppppppnnnjsn--nRRfpp
""",
    "in review": """
secretary  +Fe+++O++++mjs+++mRR+iS
officer    +Fe+++O++++mjs+++mRR+iS
leader     ppppp+Op+++mjs+b+mRR+iS
street     +Fe++pp+pnnnjsnbbnRRfpp
chair      pppppppppnnnjsnbbnRRfpp
member     pppppppppnnnjsnbbnRRfpp
manager    -----------------------
worker     -----------------------
resident   pppppppp1++mjs+bbmRRfpp
neighbour  pppppppp+-----------fpp
city       pppppppppnnnjsnbbnRRfpp
""",
    "refused": """
secretary  +Fe+++O++++mjs++++RR+iS
officer    +Fe+++O++++mjs++++RR+iS
leader     ppppp+Op+++mjs+b++RR+iS
street     +Fe++pp+pnnnjsnbbnRRfpp
chair      pppppppppnnnjsnbbnRRfpp
member     pppppppppnnnjsnbbnRRfpp
manager    -----------------------
worker     -----------------------
resident   pppppppp1++mjs+bb+RRfpp
neighbour  pppppppp+-----------fpp
city       pppppppppnnnjsnbbnRRfpp
""",
    "passed": """
secretary  +Fe+++O++++mjs+mmmRR++S
officer    +Fe+++O++++mjs+mmmRR++S
leader     ppppp+Op+++mjs+bmmRR++S
street     +Fe++pp+pnnnjsnbbnRRfpp
chair      pppppppppnnnjsnbbnRRfpp
member     pppppppppnnnjsnbbnRRfpp
manager    -----------------------
worker     -----------------------
resident   pppppppp1++mjs+bbmRRfpp
neighbour  pppppppp+nnnjsnbbnRRfpp
city       pppppppppnnnjsnbbnRRfpp
""",
    "listed": """
secretary  +Fe+++O++++mjs+mmmRR+++
officer    +Fe+++O++++mjs+mmmRR+++
leader     ppppp+Op+++mjs+bmmRR+++
street     +Fe++pp+pnnnjsnbbnRRfpp
chair      pppppppppnnnjsnbbnRRfpp
member     pppppppppnnnjsnbbnRRfpp
manager    -----------------------
worker     -----------------------
resident   pppppppp1++mjs+bbmRRfpp
neighbour  pppppppp+nnnjsnbbnRRfpp
city       pppppppppnnnjsnbbnRRfpp
""",
    "called": """
secretary  MMe+MMMMMMMMMMMMMMMM+MM
officer    MMe+MMMMMMMMMMMMMMMM+MM
leader     MMppMMMMMMMMMMMMMMMM+MM
street     MMe+MMMMMMMMMMMMMMMMfMM
chair      MMppMMMMMMMMMMMMMMMMfMM
member     MMppMMMMMMMMMMMMMMMMfMM
manager    -----------------------
worker     -----------------------
resident   MMppMMMMMMMMMMMMMMMMfMM
neighbour  MMppMMMMMMMMMMMMMMMMfMM
city       MMppMMMMMMMMMMMMMMMMfMM
""",
}


def leader_of(poll: Poll) -> Actor:
    """The leader of the group, who signs in with the number that was written down."""
    person = Person.objects.by_phone("+8619900700001")
    assert person is not None
    with entering(person.pk):
        found = acting_post(person.pk, Post.objects.get(person=person).pk, TODAY)
    assert found is not None
    return found


def said(side: Side, poll: Poll, one: Candidate | None, by: Actor, act: str, given: Given) -> str:
    """The letter of what happens."""

    def tried() -> None:
        getattr(actions, act)(
            compound_id=side.compound.pk, ref=poll.ref, by=by, now=NOW + timedelta(minutes=5), **given(side, one)
        )

    return told(side.compound.pk, tried, LETTERS, (NoSuchCandidate,))


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_every_action_by_every_role_in_every_phase(world: World, phase: str) -> None:
    side = world.here
    poll = fixed(side)[0]
    founded(side, poll)
    planned(side, poll=poll)
    one = PHASES[phase](side, poll)
    rows = []
    for who in ROLES:
        by = leader_of(poll) if who == "leader" else side.actor(who, TODAY)
        rows.append(f"{who:<10} " + "".join(said(side, poll, one, by, act, given) for _name, act, given in ACTS))
    assert "\n".join(rows) == TABLE[phase].strip("\n")
