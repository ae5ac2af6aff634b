"""Every act of and on a sitting committee, in every phase of it, by every role: allowed, or the code of its refusal. One literal
table.

``chair`` leads the committee and ``member`` sits in it; ``secretary`` and ``officer`` are the community's; ``street`` answers
filings. In every phase a recall, a filing, a list of what is handed over and a cross-post are there to act on.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from committees import actions
from committees.models import Filing, Handing, Member
from committees.refusals import NoSuchCommittee
from elections import actions as elections
from elections.actions import Draft
from elections.refusals import NoSuchPoll
from tenancy.scope import scope
from tests.committees.conftest import CLOSES, DAY, OPENS, act, recorded
from tests.elections.conftest import NOW, do, fixed
from tests.notices.conftest import pdf
from tests.tables import letters_of, told
from tests.world import Side, World

ROLES = ("secretary", "officer", "street", "chair", "member", "manager", "worker", "resident", "neighbour", "city")
CODES = {
    "+": "",
    "-": "",  # does not see that there is one
    "p": "not_your_post",
    "o": "over",
    "n": "no_seat",
    "h": "hear_first",
    "r": "reelection_runs",
    "R": "no_reelection",
    "N": "not_handed_in",
    "H": "handed_in",
    "a": "alternates_first",
    "s": "same_person",
    "M": "met_already",
    "c": "proposed_already",
    "e": "no_alternate",
    "x": "no_such_post",
    "t": "notice_too_short",
}
LETTERS = letters_of(CODES)
Made = dict[str, Any]
Given = Callable[[Made], dict[str, Any]]


def of(made: Made) -> dict[str, Any]:
    """Of the committee."""
    return {"committee_id": made["committee"]}


def one(made: Made) -> dict[str, Any]:
    """Of a member who sits."""
    return {**of(made), "member_id": made["member"]}


def recall(made: Made) -> dict[str, Any]:
    """Of the recall."""
    return {"recall_id": made["recall"]}


def filing(made: Made) -> dict[str, Any]:
    """Of the filing."""
    return {"filing_id": made["filing"]}


def handing(made: Made) -> dict[str, Any]:
    """Of the list."""
    return {"handing_id": made["handing"]}


ACTS: tuple[tuple[str, Given], ...] = (
    (
        "hold_first_meeting",
        lambda made: {**of(made), "on": made["today"], "chair": made["member"], "minutes": "到会五人"},
    ),
    ("set_duties", lambda made: {**one(made), "duties": "财务", "contact": "办公室"}),
    ("set_membership", lambda made: {**one(made), "party_member": True, "source": "党员名册", "on": made["today"]}),
    ("link_member", lambda made: {**one(made), "phone": "+8619900770001"}),
    ("resign", lambda made: {**one(made), "on": made["today"], "reason": "搬家"}),
    ("end_by_law", lambda made: {**one(made), "on": made["today"], "ground": "not_owner", "paper": "不动产登记簿"}),
    ("step_in", lambda made: {**of(made), "starts": made["today"] + DAY}),
    ("open_by_election", lambda made: {**of(made), "on": made["today"] + 60 * DAY}),
    ("begin_reelection", lambda made: {**of(made), "on": made["today"]}),
    ("end_reelection", of),
    (
        "propose_recall",
        lambda made: {
            **of(made),
            "member_id": made["other"],
            "way": "owners",
            "have": 30,
            "of": 120,
            "ground": "harm",
            "reason": "事实",
        },
    ),
    ("hear", lambda made: {**recall(made), "on": made["today"], "words": "不同意"}),
    ("put_to_vote", lambda made: {**recall(made), "ref": made["poll"].ref, "item": 1}),
    ("withdraw_recall", recall),
    (
        "propose_cross",
        lambda made: {"direction": "out", "post_id": made["chair_post"], "title": "兼职委员", "basis": "纪要"},
    ),
    ("record_cross", lambda made: {"cross_id": made["cross"], "starts": made["today"]}),
    ("drop_cross", lambda made: {"cross_id": made["cross"], "reason": "不再担任"}),
    ("add_paper", lambda made: {**filing(made), "kind": "other", "name": "说明", "upload": pdf()}),
    ("hand_in", lambda made: {**filing(made), "accepted": True}),
    ("answer_filing", lambda made: {**filing(made), "answer": "accepted", "number": "〔2026〕1号"}),
    ("add_thing", lambda made: {**handing(made), "what": "钥匙"}),
    ("give", lambda made: {**handing(made), "number": 1}),
    ("take", lambda made: {**handing(made), "number": 2}),
)
PHASES = ("sitting", "seat empty", "nobody stands by", "filed", "re-election", "over")


def made_in(side: Side, phase: str) -> Made:
    """A committee in a phase, with something of everything to act on."""
    committee = recorded(side, ends=date(2027, 12, 31))
    with scope(side.compound.pk):
        rows = {row.name: row.pk for row in Member.objects.filter(compound=side.compound, committee=committee)}
    gone = act(
        side, actions.resign, now=NOW, committee_id=committee.pk, member_id=rows["程亮"], on=NOW.date(), reason="搬家"
    )
    now = NOW + 2 * DAY
    if phase not in {"seat empty", "nobody stands by"}:
        act(side, actions.step_in, now=NOW, committee_id=committee.pk, starts=NOW.date() + DAY)
    if phase == "nobody stands by":
        act(
            side,
            actions.resign,
            now=NOW,
            committee_id=committee.pk,
            member_id=rows["吕芳"],
            on=NOW.date(),
            reason="不愿意",
        )
    asked = act(
        side, actions.propose_recall, now=now, committee_id=committee.pk, member_id=rows["徐丽"], way="owners", have=30, of=120,
        ground="harm", reason="事实",
    )  # fmt: skip
    chair = side.posts["chair"].pk
    cross = act(side, actions.propose_cross, now=now, direction="out", post_id=chair, title="委员", basis="纪要")
    with scope(side.compound.pk):
        found = Filing.objects.filter(compound=side.compound).order_by("pk")[0]
        things = Handing.objects.get(compound=side.compound, member=gone)
    act(side, actions.give, "chair", now=now, handing_id=things.pk, number=2)
    if phase == "filed":
        act(side, actions.hand_in, "chair", now=now, filing_id=found.pk, accepted=True)
    poll = fixed(side, kind="decision")[0]
    do(elections.word_items, side, poll, items=[Draft("hire_firm", "续聘物业服务企业")])
    do(elections.settle_window, side, poll, opens_at=OPENS, closes_at=CLOSES)
    if phase == "re-election":
        act(side, actions.begin_reelection, now=now, committee_id=committee.pk, on=now.date())
    if phase == "over":
        now += timedelta(days=600)
    return {
        "committee": committee.pk, "member": rows["楼晓燕"], "other": rows["应建国"], "recall": asked.pk, "filing": found.pk,
        "handing": things.pk, "poll": poll, "cross": cross.pk, "chair_post": chair, "now": now, "today": now.date(),
    }  # fmt: skip


# A row for each of ROLES with a letter for each of ACTS, and the call of a vote on the firm as the last.
TABLE: dict[str, str] = {
    "sitting": """
secretary  M+++++nn+R++h+c++++p++++
officer    M+++++nn+R++h+c++++p++++
street     pppppppp+RpppppppppNpp+p
chair      M+pp+pnppp+pppppp++p++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
    "seat empty": """
secretary  M++++++a+R++h+c++++p++++
officer    M++++++a+R++h+c++++p++++
street     pppppppp+RpppppppppNpp+p
chair      M+pp+p+ppp+pppppp++p++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
    "nobody stands by": """
secretary  M+++++e++R++h+c++++p++++
officer    M+++++e++R++h+c++++p++++
street     pppppppp+RpppppppppNpp+p
chair      M+pp+peppp+pppppp++p++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
    "filed": """
secretary  M+++++nn+R++h+c++HHp++++
officer    M+++++nn+R++h+c++HHp++++
street     pppppppp+Rppppppppp+pp+p
chair      M+pp+pnppp+ppppppHHp++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
    "re-election": """
secretary  M+++++nnr+++h+c++++p++++
officer    M+++++nnr+++h+c++++p++++
street     ppppppppr+pppppppppNpp+p
chair      M+pp+pnppp+pppppp++p++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
    "over": """
secretary  oo+ooooo+Ro+h+x++++p+++t
officer    oo+ooooo+Ro+h+x++++p+++t
street     pppppppp+RpppppppppNpp+p
chair      ooppopopppopppppp++p++sp
member     pppppppppppppppppppppppp
manager    ppppppppppppppppppppppp-
worker     ppppppppppppppppppppppp-
resident   ppppppppppppppppppppppp-
neighbour  ppppppppppppppppppppppp-
city       pppppppppppppppppppppppp
""",
}


def row(side: Side, made: Made, who: str) -> str:
    """What one role may."""
    by = side.actor(who, NOW.date())

    def trying(action: Any, given: dict[str, Any]) -> str:
        def tried() -> None:
            action(compound_id=side.compound.pk, by=by, now=made["now"], **given)

        return told(side.compound.pk, tried, LETTERS, (NoSuchCommittee, NoSuchPoll))

    acts = "".join(trying(getattr(actions, name), given(made)) for name, given in ACTS)
    return acts + trying(elections.call_poll, {"ref": made["poll"].ref})


@pytest.mark.parametrize("phase", PHASES)
def test_every_act_by_every_role_in_every_phase(world: World, phase: str) -> None:
    made = made_in(world.here, phase)
    rows = [f"{who:<10} {row(world.here, made, who)}" for who in ROLES]
    assert "\n".join(rows) == TABLE[phase].strip("\n")


def test_the_table_is_whole() -> None:
    assert tuple(TABLE) == PHASES
    lines = [line.split() for rows in TABLE.values() for line in rows.strip().splitlines()]
    assert [name for name, _said in lines] == [*ROLES] * len(PHASES)
    assert set("".join(said for _name, said in lines)) == set(CODES)
    # Everything is allowed to somebody at some time, but a first meeting where there is a chair, a recall's vote before the
    # member was heard, and a second proposal for one person.
    never = [name for place, (name, _given) in enumerate(ACTS) if all(said[place] != "+" for _name, said in lines)]
    assert never == ["hold_first_meeting", "put_to_vote", "propose_cross"]
