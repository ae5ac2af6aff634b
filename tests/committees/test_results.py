"""A counted poll becomes a result: drafted, announced with everything, declared, annulled; ties stop it."""

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from committees import actions
from committees.queries import outcomes
from committees.refusals import BadInput, NotPermitted, OutOfState, Refused
from committees.showing import shown
from committees.words import refusal_text
from elections.actions import joint
from elections.models import Poll
from elections.refusals import NoSuchPoll
from messaging.models import Message
from publicity.actions.objecting import Saying, object_to
from publicity.queries import period_of
from tenancy.scope import scope
from tests.committees.conftest import AREA, COUNTED, act, announced, counted, declared, drafted, over, votes
from tests.world import Side, World


def refused(expected: type[Exception], side: Side, action: Any, who: str = "officer", **given: Any) -> str:
    with pytest.raises(expected) as error:
        act(side, action, who, **given)
    if isinstance(error.value, Refused):
        assert refusal_text(error.value)
        return error.value.code
    return ""


def fresh(side: Side, poll: Poll) -> Poll:
    with scope(side.compound.pk):
        poll.refresh_from_db()
    return poll


def facts(side: Side, poll: Poll) -> dict[str, Any]:
    with scope(side.compound.pk):
        found = outcomes.poll_of(side.compound.pk, poll.ref)
        assert found is not None
        outcome = outcomes.outcome_of(found)
        assert outcome is not None
        return outcomes.facts_of(found, outcome)


def test_an_announcement_holds_everything_of_a12(world: World) -> None:
    side = world.here
    poll, outcome = announced(side)
    item = outcome.facts["items"][0]
    assert [one["name"] for one in item["elected"]] == ["胡一明", "楼晓燕", "应建国", "徐丽", "程亮"]
    assert [one["name"] for one in item["alternates"]] == ["吕芳"]
    assert item["participation"]["voters"] == {"have": 100, "of": 120, "bar": "2/3", "met": True, "short_by": 0}
    assert item["participation"]["area"] == {
        "have": "10000.00",
        "of": "12000.00",
        "bar": "2/3",
        "met": True,
        "short_by": "0.00",
    }
    assert (item["ratio"]["have"], item["ratio"]["of"], item["ratio"]["met"]) == (3, 5, True)
    assert (outcome.facts["supervisors"], outcome.facts["roll"]["voters"]) == ("叶青、章明", 3)
    with scope(side.compound.pk):
        notice = outcome.notice
        notice.refresh_from_db()
        period = period_of(notice)
        text = notice.current.body_text
    assert period is not None
    assert (notice.state, period.matter, period.days >= 7) == ("published", "result", True)
    for words in (
        "第二百七十八条第三项", "应发 120 票，收回 100 票", "有效 98 票，无效 2 票",
        "当选 5 人：胡一明、楼晓燕、应建国、徐丽、程亮",
        "候补（按序）：吕芳", "叶青、章明", "0579-87000000", outcome.fingerprint, "民法典》第二百八十条", "83.33%", "党员比例",
        "1 胡一明：得票 95 户（95.00%）、9500.00 平方米（95.00%），当选；",
    ):  # fmt: skip
        assert words in text, words
    assert fresh(side, poll).state == "announced"


def test_every_figure_of_the_page_comes_from_the_facts(world: World) -> None:
    side = world.here
    _poll, outcome = announced(side)
    whole = shown(outcome.facts)
    assert [one.cells[:4] for one in whole.items[0].tests] == [
        ("参与表决·人数", "100 户", "120 户", "83.33%"),
        ("参与表决·面积", "10000.00 平方米", "12000.00 平方米", "83.33%"),
    ]
    # An amount does not break between its number and its unit.
    rows = [tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in one.cells) for one in whole.items[0].candidates]
    assert rows[4:] == [
        ("5", "程亮", "77（77.00%）", "7700.00（77.00%）", "当选", "多 26 户；多 2699.9999 平方米"),
        ("候补 1", "吕芳", "61（61.00%）", "6100.00（61.00%）", "候补", "多 10 户；多 1099.9999 平方米"),
        ("—", "施敏", "20（20.00%）", "2000.00（20.00%）", "未达到票数", "差 31 户；差 3000.0001 平方米"),
    ]


def test_a_failed_motion_says_that_nothing_was_decided(world: World) -> None:
    side = world.here
    text = "解聘物业服务企业以外的事项"
    tally = {text: {"for": (40, 40 * AREA), "against": (60, 60 * AREA)}}
    _poll, outcome = announced(side, kind="decision", texts=(text,), cast=tally)
    item = shown(outcome.facts).items[0]
    assert (item.good, outcome.facts["items"][0]["outcome"]) == (False, "failed")
    assert "本项未形成决定，不表示作出了相反的决定。" in item.lines
    assert [one.cells[0] for one in item.tests] == ["参与表决·人数", "参与表决·面积", "同意·人数", "同意·面积"]
    assert item.choices[:2] == [("同意", "40", "4000.00"), ("反对", "60", "6000.00")]


def test_what_is_missing_is_refused(world: World) -> None:
    side = world.here
    poll = counted(side)
    assert refused(OutOfState, side, actions.announce, ref=poll.ref) == "say_supervisors"
    assert refused(BadInput, side, actions.draft_result, ref=poll.ref, supervisors=" ", contact="x") == "say_why"
    assert refused(OutOfState, side, actions.declare, ref=poll.ref) == "moved_on"
    for who, kind in (
        ("manager", NoSuchPoll),
        ("member", NotPermitted),
        ("street", NotPermitted),
        ("resident", NoSuchPoll),
    ):
        refused(kind, side, actions.announce, who, ref=poll.ref)
    assert fresh(side, poll).state == "counted"


def test_a_tie_stops_the_result_until_it_is_settled(world: World) -> None:
    side = world.here
    poll = drafted(side, named=votes((95, 92, 90, 84, 70, 70, 20)))
    key = facts(side, poll)["items"][0]["key"]
    assert facts(side, poll)["items"][0]["tied"]["names"] == ["程亮", "吕芳"]
    assert refused(OutOfState, side, actions.announce, ref=poll.ref) == "tie_open"
    # The place offers another vote among the equals; nothing else settles it.
    assert (
        refused(BadInput, side, actions.settle_tie, ref=poll.ref, item_key=key, ground="议事规则", chosen=["c6"])
        == "no_such_poll"
    )
    assert refused(OutOfState, side, actions.settle_tie, ref=poll.ref, item_key="none", ground="x") == "no_tie"
    assert (
        refused(NotPermitted, side, actions.settle_tie, "member", ref=poll.ref, item_key=key, ground="x")
        == "not_your_post"
    )


@pytest.mark.parametrize("remedy", ["lot", "area"])
def test_a_tie_is_settled_by_the_configured_remedy(world: World, remedy: str) -> None:
    side = world.here
    named = votes((95, 92, 90, 84, 70, 70, 20))
    named["c6"] = (70, 75 * AREA)
    poll = drafted(side, named=named, plan={"tie_remedy": remedy})
    key = facts(side, poll)["items"][0]["key"]
    given: dict[str, Any] = {"ref": poll.ref, "item_key": key, "ground": "议事规则第十二条，7月13日上午在居委会抽签"}
    if remedy == "lot":
        assert refused(BadInput, side, actions.settle_tie, **given, chosen=["c6"], witnesses="叶青") == "witnesses"
        given["witnesses"] = "叶青、章明"
        assert refused(BadInput, side, actions.settle_tie, **given, chosen=["c1"]) == "not_tied"
        assert refused(BadInput, side, actions.settle_tie, **given, chosen=["c5", "c6"]) == "wrong_number"
        given["chosen"] = ["c6"]
    act(side, actions.settle_tie, **given)
    outcome = act(side, actions.announce, ref=poll.ref)
    item = outcome.facts["items"][0]
    assert [one["name"] for one in item["elected"]] == ["胡一明", "楼晓燕", "应建国", "徐丽", "吕芳"]
    assert [one["name"] for one in item["alternates"]] == ["程亮"]
    assert any("吕芳、程亮得票相等" in line and "由吕芳当选" in line for line in shown(outcome.facts).items[0].lines)


def test_a_second_vote_among_the_equals_settles_it(world: World) -> None:
    side = world.here
    poll = drafted(side, named=votes((95, 92, 90, 84, 70, 70, 20)))
    key = facts(side, poll)["items"][0]["key"]
    again, _at = declared(side, title="得票相等人员再次投票", seats=5)
    given = {"ref": poll.ref, "item_key": key, "ground": "上海做法", "revote": again.ref}
    # That one had other people on its ballot.
    assert refused(BadInput, side, actions.settle_tie, **given) == "not_tied"


def test_a_result_is_declared_after_its_days_and_its_objections(world: World) -> None:
    side = world.here
    poll, outcome = announced(side)
    assert refused(OutOfState, side, actions.declare, ref=poll.ref) == "publicity_runs"
    at = over(side, outcome)
    for who, kind in (("manager", NoSuchPoll), ("member", NotPermitted)):
        refused(kind, side, actions.declare, who, ref=poll.ref, now=at)
    act(side, actions.declare, ref=poll.ref, now=at)
    found = fresh(side, poll)
    assert (found.state, found.declared_at) == ("declared", at)
    with scope(side.compound.pk):
        told = set(
            Message.objects.filter(
                compound=side.compound, template="committees.declared", channel="in_app"
            ).values_list("person_id", flat=True)
        )
        entry = Entry.objects.filter(compound=side.compound, verb="elections.declare").count()
    names = {person.pk: name for name, person in side.people.items()}
    assert {names[pk] for pk in told if pk in names} == {"secretary", "chair", "member", "street", "city"}
    assert entry == 1
    assert refused(OutOfState, side, actions.declare, ref=poll.ref, now=at) == "moved_on"


def test_an_open_objection_holds_the_declaration_up(world: World) -> None:
    side = world.here
    poll, outcome = announced(side)
    act(
        side, object_to, "resident", notice_ref=outcome.notice.ref,
        saying=Saying(passage="当选名单", words="得票数对不上"),
    )  # fmt: skip
    at = over(side, outcome)
    assert refused(OutOfState, side, actions.declare, ref=poll.ref, now=at) == "objections_open"


def test_a_publicity_that_was_voided_is_put_up_again(world: World) -> None:
    side = world.here
    poll, outcome = announced(side)
    assert refused(OutOfState, side, actions.announce_again, ref=poll.ref) == "still_public"
    from notices import actions as notices

    with scope(side.compound.pk):
        notices.withdraw(
            compound_id=side.compound.pk, ref=outcome.notice.ref, reason="贴错了地方", by=side.actor("secretary", COUNTED.date()),
            now=COUNTED,
        )  # fmt: skip
    assert refused(OutOfState, side, actions.declare, ref=poll.ref) == "publicity_void"
    again = act(side, actions.announce_again, "secretary", ref=poll.ref)
    assert (again.fingerprint, again.notice_id != outcome.notice_id) == (outcome.fingerprint, True)


def test_two_parties_annul_a_result(world: World) -> None:
    side = world.here
    poll, _outcome = announced(side)
    given = {"ground": "court", "paper": "（2026）浙0784民初1号"}
    ask = partial(joint.ask, step="annul")
    assert refused(BadInput, side, ask, ref=poll.ref, reason="撤销", given={"ground": "x"}) == "unknown_ground"
    step = act(side, ask, ref=poll.ref, reason="法院判决撤销", given=given)
    for who in ("officer", "secretary"):
        with pytest.raises(NotPermitted):
            act(side, joint.agree, who, ref=poll.ref, step_id=step.pk)
    act(side, joint.agree, "street", ref=poll.ref, step_id=step.pk)
    found = fresh(side, poll)
    assert (found.state, found.ended_reason) == ("annulled", "法院判决撤销")
    with scope(side.compound.pk):
        outcome = outcomes.outcome_of(found)
    assert outcome is not None
    assert outcome.annulled_ground == "（2026）浙0784民初1号：法院判决撤销"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE committees_outcome SET facts = '{}'",
        "UPDATE committees_outcome SET fingerprint = 'x'",
        "DELETE FROM committees_outcome",
        "UPDATE committees_officeevent SET text = 'x'",
    ],
)
def test_no_statement_changes_what_was_announced(world: World, statement: str) -> None:
    side = world.here
    announced(side)
    from tests.committees.conftest import recorded

    recorded(side)
    with (
        scope(side.compound.pk),
        pytest.raises(DatabaseError, match=r"never changes|only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_nothing_is_written_when_a_step_fails(world: World) -> None:
    side = world.here
    poll = drafted(side)
    with scope(side.compound.pk):
        before = Entry.objects.filter(compound=side.compound).count()
    refused(OutOfState, side, actions.declare, ref=poll.ref)
    with scope(side.compound.pk):
        assert Entry.objects.filter(compound=side.compound).count() == before
