"""The preparatory and re-election group: members, founding with posts, publicity, days, refusals."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Person
from audit.models import Entry
from candidates.actions import MemberDraft
from candidates.models import Group, Member
from candidates.refusals import BadInput, NoSuchCandidate, NotPermitted, OutOfState, Refused
from candidates.words import refusal_text
from elections.models import Poll
from parties.models import Post, Term
from parties.queries import acting_post
from publicity.models import Period
from tenancy.scope import entering, scope
from tests.candidates.preparing import DAY, TODAY, do, founded, members
from tests.elections.conftest import NOW, opened
from tests.world import Side, World


def refusal(error: type[Refused], act: str, side: Side, poll: Poll, who: str = "street", **given: Any) -> str:
    """The code; every refusal has words, and nothing is written by it."""
    with scope(side.compound.pk):
        before = Entry.objects.filter(compound=side.compound).count()
    with pytest.raises(error) as told:
        do(act, side, poll, who, **given)
    assert refusal_text(told.value)
    with scope(side.compound.pk):
        assert Entry.objects.filter(compound=side.compound).count() == before
    return told.value.code


def group_of(poll: Poll) -> Group:
    with scope(poll.compound_id):
        found: Group = Group.objects.get(poll=poll)
    return found


def names(poll: Poll) -> list[str]:
    with scope(poll.compound_id):
        return list(Member.objects.filter(group__poll=poll).order_by("number").values_list("name", flat=True))


def test_a_group_is_written_down_founded_and_made_public(world: World) -> None:
    side = world.here
    poll = opened(side)
    group = founded(side, poll)
    assert (group.formed_on, group.ends_on) == (TODAY, date(2026, 8, 31))
    with scope(side.compound.pk):
        assert Term.objects.get(committee_id=group.organisation_id).ends == date(2026, 8, 31)
    # Who has a number acts here, in this compound alone, as the leader: the chair.
    chair = Person.objects.by_phone("+8619900700001")
    assert chair is not None
    post = Post.objects.get(person=chair)
    with entering(chair.pk):
        actor = acting_post(chair.pk, post.pk, TODAY)
    assert actor is not None
    assert (actor.party, actor.role, actor.compound_ids) == ("preparatory", "leader", (side.compound.pk,))
    with time_machine.travel(NOW, tick=False):
        out = do("post_group", side, poll, "street")
    with scope(side.compound.pk):
        period = Period.objects.get(notice=out.notice)
        verbs = list(
            Entry.objects.filter(compound=side.compound, verb__startswith="candidates.")
            .order_by("pk")
            .values_list("verb", flat=True)
        )
    assert (period.matter, group_of(poll).notice_ref) == ("preparatory", out.notice.ref)
    assert "胡明（街道、乡镇，组长）" in out.notice.current.body_text
    assert verbs == ["candidates.group_members", "candidates.found_group", "candidates.post_group"]
    assert refusal(OutOfState, "post_group", side, poll) == "posted_already"


def test_owners_are_looked_up_in_the_register(world: World) -> None:
    side = world.here
    poll = opened(side)
    home = side.homes[0]
    do(
        "save_members", side, poll, "street", kind="re_election",
        members=[MemberDraft("resident", "owner", home.address), MemberDraft("没有的人", "owner", home.address)],
    )  # fmt: skip
    with scope(side.compound.pk):
        rows = list(Member.objects.filter(group__poll=poll).order_by("number"))
    assert [one.registered for one in rows] == [True, False]
    assert [one.person_id for one in rows] == [side.people["resident"].pk, None]


def test_what_the_law_asks_for_is_there_at_the_founding(world: World) -> None:
    side = world.here
    poll = opened(side)
    assert refusal(OutOfState, "found_group", side, poll, formed_on=TODAY) == "no_group"
    do("save_members", side, poll, "street", kind="preparatory", members=members(side, owners=3))
    assert refusal(OutOfState, "found_group", side, poll, formed_on=TODAY) == "make_up"
    do("save_members", side, poll, "street", kind="preparatory", members=members(side))
    assert refusal(BadInput, "found_group", side, poll, formed_on=TODAY + DAY) == "formed_later"
    assert refusal(BadInput, "found_group", side, poll, formed_on=TODAY - timedelta(days=91)) == "formed_too_early"
    assert refusal(OutOfState, "post_group", side, poll) == "found_first"
    do("found_group", side, poll, "street", formed_on=TODAY)
    assert refusal(OutOfState, "found_group", side, poll, formed_on=TODAY) == "founded_already"
    # Founded, it cannot fall below the law any more.
    assert (
        refusal(OutOfState, "save_members", side, poll, kind="preparatory", members=members(side, owners=3))
        == "make_up"
    )


def test_a_change_ends_posts_and_is_posted_again(world: World) -> None:
    side = world.here
    poll = opened(side)
    founded(side, poll)
    with time_machine.travel(NOW, tick=False):
        do("post_group", side, poll, "street")
    new = (MemberDraft("程立", "street", "江南街道", chair=True, phone="+8619900700002"), *members(side)[1:3])
    do("save_members", side, poll, "street", kind="preparatory", members=members(side, others=new), now=NOW + DAY)
    first, second = (Person.objects.by_phone(f"+861990070000{n}") for n in (1, 2))
    assert first is not None
    assert second is not None
    assert Post.objects.get(person=first).ends == TODAY + DAY
    assert (Post.objects.get(person=second).role, Post.objects.get(person=second).ends) == ("leader", None)
    assert group_of(poll).notice_ref == ""
    assert names(poll)[0] == "程立"


def test_it_is_extended_where_a_text_allows_it_and_ends(world: World) -> None:
    side = world.here
    poll = opened(side)
    founded(side, poll)
    assert refusal(OutOfState, "extend_group", side, poll, reason="疫情") == "no_extension_here"
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(jurisdiction="yongjia")
    assert refusal(BadInput, "extend_group", side, poll, reason=" ") == "say_why"
    group = do("extend_group", side, poll, "street", reason="议事规则要重新征求意见")
    assert group.ends_on == date(2026, 10, 30)
    assert refusal(OutOfState, "extend_group", side, poll, reason="再延") == "extended_already"
    do("end_group", side, poll, "street", reason="首次业主大会会议已经召开")
    chair = Person.objects.by_phone("+8619900700001")
    assert Post.objects.get(person=chair).ends == TODAY
    assert refusal(OutOfState, "end_group", side, poll, reason="再来") == "group_over"
    assert refusal(OutOfState, "save_members", side, poll, kind="preparatory", members=members(side)) == "group_over"


def test_two_groups_never_share_a_body(world: World) -> None:
    here, there = world.here, world.there
    bodies = {founded(side, opened(side)).organisation_id for side in (here, there)}
    bodies.add(founded(here, opened(here)).organisation_id)
    assert len(bodies) == 3


def test_who_forms_it_and_what_is_no_list(world: World) -> None:
    side = world.here
    poll = opened(side)
    rows = members(side)
    for who in ("chair", "member"):
        assert (
            refusal(NotPermitted, "save_members", side, poll, who, kind="preparatory", members=rows) == "not_your_post"
        )
    for who in ("manager", "worker", "resident"):
        with pytest.raises(NoSuchCandidate):
            do("save_members", side, poll, who, kind="preparatory", members=rows)
    for kind, drafts, code in (
        ("club", rows, "unknown_kind"),
        ("preparatory", [], "no_members"),
        ("preparatory", rows * 4, "too_many_members"),
        ("preparatory", [MemberDraft("", "owner")], "say_why"),
        ("preparatory", [MemberDraft("长" * 41, "owner")], "too_long"),
        ("preparatory", [MemberDraft("甲", "nobody")], "unknown_seat"),
        ("preparatory", [rows[0], rows[0]], "name_twice"),
    ):
        assert refusal(BadInput, "save_members", side, poll, kind=kind, members=drafts) == code
    with scope(side.compound.pk):
        assert not Group.objects.filter(poll=poll).exists()
