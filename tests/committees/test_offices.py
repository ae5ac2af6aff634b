"""A committee in office: out of an election or recorded, its first meeting, leaving, alternates, vacancy, recall, posts."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Entry
from committees import actions
from committees.actions.offices import Sitting, members_of
from committees.models import Committee, CrossPost, Filing, Handing, Member, OfficeEvent, Recall
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState
from elections.models import Poll
from messaging.models import Message
from parties.models import Post, Term
from tenancy.scope import scope
from tests.committees.conftest import AREA, COUNTED, DAY, NAMES, act, counted, declared, recorded, seated, votes
from tests.committees.test_results import refused
from tests.elections.conftest import NOW
from tests.world import Side, World


def rows(side: Side, committee: Committee, on: date) -> list[tuple[str, str]]:
    with scope(side.compound.pk):
        return [(one.name, one.role) for one in members_of(committee, on)]


def member(side: Side, committee: Committee, name: str) -> Member:
    with scope(side.compound.pk):
        found: Member = Member.objects.filter(compound=side.compound, committee=committee, name=name, end="").get()
    return found


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        found = Message.objects.filter(compound=side.compound, template=f"committees.{template}", channel="in_app")
        return {names[pk] for pk in found.values_list("person_id", flat=True) if pk in names}


def test_those_who_were_elected_take_office(world: World) -> None:
    side = world.here
    made, at = seated(side)
    starts = (at - DAY).date() + DAY
    assert rows(side, made, starts) == [
        *((name, "member") for name in ("胡一明", "楼晓燕", "应建国", "徐丽", "程亮")), ("吕芳", "alternate")
    ]  # fmt: skip
    with scope(side.compound.pk):
        terms = list(
            Term.objects.filter(compound=side.compound).order_by("starts").values_list("number", "starts", "ends")
        )
        posts = Post.objects.filter(organisation_id=made.term.committee_id, starts=starts)
        old = Post.objects.filter(organisation_id=made.term.committee_id, starts__lt=starts).values_list(
            "ends", flat=True
        )
        filing = Filing.objects.get(compound=side.compound)
    assert terms == [
        (1, date(2024, 1, 1), starts - DAY),
        (2, starts, date(starts.year + 5, starts.month, starts.day) - DAY),
    ]
    # An alternate has no post: they attend and do not vote.
    assert (posts.count(), set(old), {one.role for one in posts}) == (5, {starts - DAY}, {"member"})
    assert (filing.kind, filing.due >= (at - DAY).date() + timedelta(days=30)) == ("first", True)
    one = member(side, made, "徐丽")
    assert (one.party_member, one.party_source, one.voters, one.area) == (False, "候选人登记", 84, "8400.00")
    assert member(side, made, "程亮").party_member is None
    assert told(side, "took_office") >= {"street", "city"}
    poll_ref = made.poll.ref
    assert (
        refused(OutOfState, side, actions.take_office, ref=poll_ref, starts=starts, years=5, members=[], now=at)
        == "in_office_already"
    )


def test_who_may_not_and_what_is_refused(world: World) -> None:
    side = world.here
    poll, at = declared(side)
    given: dict[str, Any] = {"ref": poll.ref, "starts": at.date(), "years": 5, "members": [], "now": at}
    for who in ("chair", "manager", "street", "resident"):
        assert refused(NotPermitted, side, actions.take_office, who, **given) == "not_your_post"
    assert refused(BadInput, side, actions.take_office, **{**given, "years": 2}) == "term_too_short"
    assert refused(BadInput, side, actions.take_office, **{**given, "years": 6}) == "term_too_long"
    assert (
        refused(BadInput, side, actions.take_office, **{**given, "starts": at.date() - 3 * DAY}) == "starts_too_early"
    )
    assert refused(NoSuchCommittee, side, actions.take_office, **{**given, "ref": "none"}) == ""
    wrong = [Sitting("胡一明", key="c1", phone="+8619900000000")]  # the secretary's number
    assert refused(BadInput, side, actions.take_office, **{**given, "members": wrong}) == "other_name"
    with scope(side.compound.pk):
        assert Committee.objects.filter(compound=side.compound).count() == 0
        assert Term.objects.filter(compound=side.compound).count() == 1


def test_too_few_elected_make_no_committee_where_the_place_says_so(world: World) -> None:
    side = world.here
    poll, at = declared(side, named=votes((95, 92, 90, 84, 40, 40, 20)))
    given: dict[str, Any] = {"ref": poll.ref, "starts": at.date(), "years": 5, "members": [], "now": at}
    # 四人过半: in Yongkang the fifth seat is voted on once more.
    assert refused(OutOfState, side, actions.take_office, **given) == "further_round"


def test_the_first_meeting_chooses_chair_and_deputies(world: World) -> None:
    side = world.here
    made, at = seated(side)
    chair, vice = member(side, made, "楼晓燕"), member(side, made, "胡一明")
    given: dict[str, Any] = {
        "committee_id": made.pk,
        "on": at.date() + DAY,
        "now": at + 2 * DAY,
        "minutes": "五人到会，举手推选",
    }
    alternate = member(side, made, "吕芳")
    assert refused(BadInput, side, actions.hold_first_meeting, **given, chair=alternate.pk) == "no_such_member"
    assert (
        refused(BadInput, side, actions.hold_first_meeting, **given, chair=chair.pk, vice_chairs=[chair.pk])
        == "chair_twice"
    )
    act(side, actions.hold_first_meeting, **given, chair=chair.pk, vice_chairs=[vice.pk])
    assert rows(side, made, at.date() + DAY)[:3] == [
        ("楼晓燕", "chair"),
        ("胡一明", "vice_chair"),
        ("应建国", "member"),
    ]
    with scope(side.compound.pk):
        held = Post.objects.filter(organisation_id=made.term.committee_id, starts=at.date() + DAY)
        assert {one.role for one in held} == {"chair", "vice_chair"}
        event = OfficeEvent.objects.filter(compound=side.compound, action="first_meeting").get()
    assert event.text == "首次会议推选主任 楼晓燕，副主任 胡一明"
    assert refused(OutOfState, side, actions.hold_first_meeting, **given, chair=chair.pk) == "met_already"


def test_a_member_resigns_and_the_next_in_order_steps_in(world: World) -> None:
    side = world.here
    made, at = seated(side)
    one = member(side, made, "应建国")
    assert refused(OutOfState, side, actions.step_in, committee_id=made.pk, starts=at.date(), now=at) == "no_seat"
    act(side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date() + DAY, reason="工作调动", now=at)
    with scope(side.compound.pk):
        post = Post.objects.get(pk=one.post_id or 0)
        handing = Handing.objects.get(compound=side.compound, member=one)
        change = Filing.objects.get(compound=side.compound, kind="change")
        committee = Committee.objects.get(pk=made.pk)
    assert (post.ends, handing.items.model, change.cause) == (at.date() + DAY, handing.items.model, "应建国辞职")
    # Three days by the national rule, a day off moved on.
    assert handing.due >= at.date() + 4 * DAY
    assert committee.vacancy_since is None
    made_in = act(side, actions.step_in, committee_id=made.pk, starts=at.date() + 2 * DAY, now=at)
    assert (made_in.name, made_in.role, made_in.rank) == ("吕芳", "member", 6)
    with scope(side.compound.pk):
        change.refresh_from_db()
        row = Member.objects.get(compound=side.compound, committee=made, name="吕芳", end="stepped_in")
    assert (change.cause, row.role) == ("应建国辞职；吕芳递补为委员", "alternate")
    assert told(side, "stepped_in") >= {"secretary", "street"}
    assert (
        refused(
            OutOfState, side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date(), reason="x", now=at
        )
        == "left"
    )


def test_an_alternate_who_declines_gives_way(world: World) -> None:
    side = world.here
    made, at = seated(side, named=votes((95, 92, 90, 84, 77, 61, 60)))
    one = member(side, made, "应建国")
    act(
        side,
        actions.end_by_law,
        committee_id=made.pk,
        member_id=one.pk,
        on=at.date(),
        ground="not_owner",
        paper="转移登记",
        now=at,
    )
    act(side, actions.step_in, committee_id=made.pk, starts=at.date() + DAY, passed_over="书面放弃", now=at)
    made_in = act(side, actions.step_in, committee_id=made.pk, starts=at.date() + DAY, now=at)
    assert made_in.name == "施敏"


def test_too_few_members_demand_a_new_election_once(world: World) -> None:
    side = world.here
    made, at = seated(side)
    for name in ("胡一明", "楼晓燕", "应建国", "徐丽"):
        one = member(side, made, name)
        act(side, actions.resign, committee_id=made.pk, member_id=one.pk, on=at.date(), reason="辞职", now=at)
    with scope(side.compound.pk):
        committee = Committee.objects.get(pk=made.pk)
        events = OfficeEvent.objects.filter(compound=side.compound, action="vacancy").count()
    # 5 planned: with one alternate, 2 left are below one half, and 4 are below the five that the law asks for.
    assert (committee.vacancy_since, events) == (at.date(), 1)
    assert told(side, "vacancy") >= {"secretary", "street", "city"}


def test_a_recall_is_proposed_heard_and_decided_by_the_owners(world: World) -> None:
    side = world.here
    made, at = seated(side)
    one = member(side, made, "程亮")
    given: dict[str, Any] = {
        "committee_id": made.pk,
        "member_id": one.pk,
        "ground": "not_acting",
        "reason": "连续六次不到会",
        "now": at,
    }
    assert refused(BadInput, side, actions.propose_recall, **given, way="owners", have=23, of=120) == "too_few"
    assert refused(BadInput, side, actions.propose_recall, **given, way="committee", have=5, of=5) == "way_not_here"
    # 24 of 120 are exactly 20 percent, which is enough (民法典 1259).
    recall = act(side, actions.propose_recall, **given, way="owners", have=24, of=120)
    assert refused(OutOfState, side, actions.propose_recall, **given, way="owners", have=24, of=120) == "recall_open"
    assert refused(OutOfState, side, actions.put_to_vote, recall_id=recall.pk, ref="x", item=1, now=at) == "hear_first"
    act(side, actions.hear, recall_id=recall.pk, on=at.date(), words="不同意，因病请假", now=at)
    poll = counted(side, kind="decision", texts=("罢免程亮的业主委员会委员职务", "其他"))
    assert (
        refused(BadInput, side, actions.put_to_vote, recall_id=recall.pk, ref=poll.ref, item=2, now=at) == "not_named"
    )
    act(side, actions.put_to_vote, recall_id=recall.pk, ref=poll.ref, item=1, now=at)
    assert refused(OutOfState, side, actions.conclude, recall_id=recall.pk, now=at) == "not_declared"
    from tests.committees.conftest import over

    act(side, actions.draft_result, ref=poll.ref, supervisors="叶青、章明", contact="居委会")
    outcome = act(side, actions.announce, "secretary", ref=poll.ref)
    later = over(side, outcome)
    act(side, actions.declare, now=later, ref=poll.ref)
    act(side, actions.conclude, recall_id=recall.pk, now=later)
    with scope(side.compound.pk):
        found = Recall.objects.get(pk=recall.pk)
        row = Member.objects.get(pk=one.pk)
    assert (found.state, row.end) == ("removed", "recalled")


def test_a_recall_that_failed_changes_nothing(world: World) -> None:
    side = world.here
    made, at = seated(side)
    one = member(side, made, "程亮")
    recall = act(
        side, actions.propose_recall, committee_id=made.pk, member_id=one.pk, ground="harm", reason="x", way="members",
        have=2, of=5, now=at,
    )  # fmt: skip
    act(side, actions.hear, recall_id=recall.pk, on=at.date(), words="不同意", now=at)
    text = "罢免程亮的业主委员会委员职务"
    poll = counted(
        side, kind="decision", texts=(text,), cast={text: {"for": (50, 50 * AREA), "against": (50, 50 * AREA)}}
    )
    act(side, actions.put_to_vote, recall_id=recall.pk, ref=poll.ref, item=1, now=at)
    act(side, actions.draft_result, ref=poll.ref, supervisors="叶青、章明", contact="居委会")
    from tests.committees.conftest import over

    later = over(side, act(side, actions.announce, "secretary", ref=poll.ref))
    act(side, actions.declare, now=later, ref=poll.ref)
    act(side, actions.conclude, recall_id=recall.pk, now=later)
    with scope(side.compound.pk):
        assert (Recall.objects.get(pk=recall.pk).state, Member.objects.get(pk=one.pk).end) == ("kept", "")


def test_a_committee_from_before_the_portal_is_recorded(world: World) -> None:
    side = world.here
    made = recorded(side)
    assert rows(side, made, NOW.date())[0] == ("胡一明", "chair")
    with scope(side.compound.pk):
        assert Member.objects.filter(compound=side.compound, post_id__isnull=False).count() == 0
    again: dict[str, Any] = {
        "term_id": made.term_id,
        "planned": 5,
        "elected_on": date(2024, 1, 1),
        "basis": "x",
        "members": [],
        "now": NOW,
    }
    assert refused(OutOfState, side, actions.record_committee, **again) == "recorded_already"
    for who in ("chair", "street", "manager"):
        assert refused(NotPermitted, side, actions.record_committee, who, **again) == "not_your_post"


def test_membership_is_set_with_its_source_and_the_entry_does_not_say_it(world: World) -> None:
    side = world.here
    made = recorded(side)
    one = member(side, made, "胡一明")
    act(
        side, actions.set_membership, now=NOW, committee_id=made.pk, member_id=one.pk, party_member=True, source="组织关系证明",
        on=NOW.date(),
    )  # fmt: skip
    with scope(side.compound.pk):
        one.refresh_from_db()
        entry = Entry.objects.filter(compound=side.compound, verb="committees.membership").get()
    assert (one.party_member, one.party_source, entry.changes) == (True, "组织关系证明", {"member": [None, "胡一明"]})
    assert refused(NotPermitted, side, actions.set_membership, "chair", now=NOW, committee_id=made.pk, member_id=one.pk,
                   party_member=True, source="x", on=NOW.date()) == "not_your_post"  # fmt: skip


def test_a_cross_post_begins_and_ends_with_its_two_posts(world: World) -> None:
    side = world.here
    recorded(side)
    given: dict[str, Any] = {"direction": "out", "title": "兼职委员", "basis": "党委会议纪要", "now": NOW}
    chair = side.posts["chair"]
    assert refused(BadInput, side, actions.propose_cross, **given, post_id=side.posts["manager"].pk) == "no_such_post"
    cross = act(side, actions.propose_cross, **given, post_id=chair.pk)
    assert refused(OutOfState, side, actions.propose_cross, **given, post_id=chair.pk) == "proposed_already"
    act(side, actions.record_cross, cross_id=cross.pk, starts=NOW.date(), now=NOW)
    with scope(side.compound.pk):
        cross.refresh_from_db()
        post = Post.objects.get(pk=cross.community_post)
    assert (cross.state, post.role, post.cross_from_id, post.organisation_id) == (
        "held", "part_time_member", chair.pk, side.posts["secretary"].organisation_id,
    )  # fmt: skip
    from parties import actions as parties

    act(
        side,
        lambda compound_id, by, now: parties.end_post(post=chair, ends=now.date(), basis="辞职", by=by, now=now),
        now=NOW,
    )
    with scope(side.compound.pk):
        assert actions.watch_posts(compound_id=side.compound.pk, now=NOW + DAY) == 1
        assert actions.watch_posts(compound_id=side.compound.pk, now=NOW + DAY) == 0
        cross.refresh_from_db()
        post.refresh_from_db()
    assert (cross.state, cross.ends, post.ends) == ("ended", NOW.date(), NOW.date())


def test_an_officer_who_is_elected_enters_the_committee_by_the_election(world: World) -> None:
    side = world.here
    cross = act(
        side, actions.propose_cross, direction="into", post_id=side.posts["officer"].pk, title="委员", basis="党委会议纪要",
        now=NOW, who="secretary",
    )  # fmt: skip
    assert (
        refused(OutOfState, side, actions.record_cross, "secretary", cross_id=cross.pk, starts=NOW.date(), now=NOW)
        == "by_election"
    )
    poll, at = declared(side, title="换届")
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(title="换届")
        assert CrossPost.objects.get(pk=cross.pk).state == "proposed"
    act(side, actions.drop_cross, cross_id=cross.pk, reason="没有当选", now=at)
    with scope(side.compound.pk):
        assert CrossPost.objects.get(pk=cross.pk).state == "dropped"


def test_things_are_handed_over_one_by_one_by_two_people(world: World) -> None:
    side = world.here
    old = recorded(side)
    made, at = seated(side)
    with scope(side.compound.pk):
        handing = Handing.objects.get(compound=side.compound, committee=old, member=None)
        count = handing.items.count()
    assert (count, handing.article, made.pk != old.pk) == (11, "《浙江省物业管理条例》（2009-11-27）第十五条", True)
    given: dict[str, Any] = {"handing_id": handing.pk, "now": at}
    assert refused(OutOfState, side, actions.take, **given, number=1) == "not_given"
    assert refused(BadInput, side, actions.give, **given, number=1, missing=True, text=" ") == "say_why"
    act(side, actions.give, **given, number=1)
    assert refused(NotPermitted, side, actions.take, **given, number=1) == "same_person"
    for who in ("manager", "resident"):
        assert refused(NotPermitted, side, actions.take, who, **given, number=1) == "not_your_post"
    act(side, actions.take, "secretary", **given, number=1)
    for number in range(2, count + 1):
        act(side, actions.give, **given, number=number, missing=number == 2, text="遗失" if number == 2 else "")
        act(side, actions.take, "street", **given, number=number)
    with scope(side.compound.pk):
        handing.refresh_from_db()
    assert handing.done_at == at
    assert refused(OutOfState, side, actions.give, **given, number=1) == "handed_over"


def test_a_filing_is_handed_in_and_answered(world: World) -> None:
    side = world.here
    _made, at = seated(side)
    with scope(side.compound.pk):
        filing = Filing.objects.get(compound=side.compound)
    given: dict[str, Any] = {"filing_id": filing.pk, "now": at}
    assert refused(OutOfState, side, actions.hand_in, **given) == "papers_missing"
    assert (
        refused(OutOfState, side, actions.answer_filing, "street", **given, answer="accepted", number="1")
        == "not_handed_in"
    )
    from tests.notices.conftest import pdf

    for kind in ("minutes", "rules", "covenant"):
        act(side, actions.add_paper, **given, kind=kind, name="", upload=pdf())
    act(side, actions.hand_in, **given)
    assert told(side, "handed_in") == {"street"}
    assert refused(OutOfState, side, actions.add_paper, **given, kind="rules", name="", upload=pdf()) == "handed_in"
    for who in ("officer", "manager"):
        assert (
            refused(NotPermitted, side, actions.answer_filing, who, **given, answer="accepted", number="1")
            == "not_your_post"
        )
    assert refused(BadInput, side, actions.answer_filing, "street", **given, answer="returned") == "say_why"
    act(side, actions.answer_filing, "street", **given, answer="returned", text="缺签名")
    act(side, actions.hand_in, **given)
    act(side, actions.answer_filing, "street", **given, answer="accepted", number="永业备〔2026〕3号")
    with scope(side.compound.pk):
        filing.refresh_from_db()
    assert (filing.answer, filing.answer_number) == ("accepted", "永业备〔2026〕3号")
    assert told(side, "answered") >= {"officer", "secretary"}


def test_nobody_reaches_next_door(world: World) -> None:
    made, at = seated(world.here)
    calls: tuple[tuple[Any, dict[str, Any]], ...] = (
        (actions.hold_first_meeting, {"committee_id": made.pk, "on": at.date(), "chair": 1, "minutes": "x"}),
        (actions.step_in, {"committee_id": made.pk, "starts": at.date()}),
        (actions.begin_reelection, {"committee_id": made.pk, "on": at.date()}),
    )
    for action, given in calls:
        with pytest.raises(NoSuchCommittee):
            act(world.there, action, now=at, **given)
    assert NAMES[0] not in {one for one, _role in rows(world.there, made, COUNTED.date())}
