"""A corporate owner's authority, reviews that wait beyond their day, a call before the names were public long enough."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from audit.models import Entry
from candidates.actions.clock import tell_late
from candidates.models import Candidate, Review
from candidates.posted import check_call
from candidates.queries import may_read_authority
from candidates.queries.clock import compounds_with_work
from candidates.refusals import NotPermitted, OutOfState
from candidates.tasks import sweep
from elections import actions as elections
from elections.models import Poll
from elections.poll_words import refusal_text as call_text
from messaging.models import Message
from publicity.models import Period
from tenancy.scope import across_tenants, scope
from tests.candidates.preparing import DAY, TODAY, do, fresh, named, owner, passed, planned, pledged, review_of
from tests.candidates.test_standing import draft, listed, passed_by_officer, refusal, verbs
from tests.elections.conftest import NOW, fixed
from tests.elections.conftest import do as step
from tests.repairs.conftest import picture
from tests.world import Side, World

FIRM = "永康五金有限公司"


def represented(side: Side) -> tuple[Poll, Candidate]:
    """Somebody who stands for a corporate owner, on paper, in review."""
    home, _person = owner(side, 2, FIRM)
    poll = planned(side)
    one = do(
        "nominate", side, poll,
        draft=draft(route="recommended", name="应建国", address=home.address, represents=FIRM, authority="授权书第3号"),
    )  # fmt: skip
    do("consent", side, poll, candidate=one.ref, paper="同意书")
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, candidate=one.ref, code=code, paper="承诺书")
    return poll, fresh(one)


# --- a corporate owner's authority --------------------------------------------------------------------------------------


def test_an_authority_is_kept_and_held_against_the_original_before_the_list(world: World) -> None:
    side = world.here
    poll, one = represented(side)
    for body in (1, 2):
        do("answer", side, poll, candidate=one.ref, body=body, outcome="pass", paper="回函")
    given: dict[str, Any] = {"text": "选", "method": "lot", "witness": "程", "seed": "3788"}
    assert refusal(OutOfState, "settle_slate", side, poll, "officer", **given) == "authority_unseen"
    do("keep_authority", side, poll, candidate=one.ref, authority="授权委托书第4号", upload=picture())
    one = fresh(one)
    assert (one.authority, one.authority_paper_id is not None, one.authority_seen_at) == ("授权委托书第4号", True, None)
    with scope(side.compound.pk):
        paper = one.authority_paper
        readers = {who for who in ("secretary", "officer", "street", "chair", "manager", "resident", "neighbour", "city")
                   if may_read_authority(side.actor(who, TODAY), paper)}  # fmt: skip
    assert readers == {"secretary", "officer"}
    do("check_authority", side, poll, candidate=one.ref)
    one = fresh(one)
    assert one.authority_seen_at == NOW
    assert one.authority_seen_as == side.actor("officer", TODAY).signature
    assert listed(side, poll).order == [one.ref]
    # Another paper is another thing to see.
    do("keep_authority", side, poll, candidate=one.ref, authority="授权委托书第5号")
    assert fresh(one).authority_seen_at is None
    assert verbs(side)[-4:] == ["authority", "check_authority", "slate", "authority"]


def test_what_no_authority_is_kept_for(world: World) -> None:
    side = world.here
    poll, one = represented(side)
    other = named(side, poll)
    given = {"candidate": one.ref, "authority": "授权书"}
    assert refusal(NotPermitted, "keep_authority", side, poll, "street", **given) == "not_the_nominee"
    assert refusal(NotPermitted, "check_authority", side, poll, "street", candidate=one.ref) == "not_your_post"
    for act, more in (("keep_authority", {"authority": "授权书"}), ("check_authority", {})):
        assert refusal(OutOfState, act, side, poll, "officer", candidate=other.ref, **more) == "nobody_represented"
    do("withdraw", side, poll, "officer", candidate=one.ref, reason="单位另派", paper="函")
    assert refusal(OutOfState, "check_authority", side, poll, "officer", candidate=one.ref) == "moved_on"
    with scope(side.compound.pk), pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=one.pk).update(authority_seen_at=NOW)


# --- reviews that wait --------------------------------------------------------------------------------------------------


def late_messages(side: Side, template: str) -> list[tuple[str, str]]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=f"candidates.{template}", channel="in_app")
        return sorted((names.get(person, "?"), body) for person, body in rows.values_list("person_id", "body"))


def test_a_review_beyond_its_day_is_told_once(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    due = review_of(one, 1).due_on
    on_time, late = NOW + (due - TODAY) * 1, NOW + (due - TODAY) + DAY
    with scope(side.compound.pk):
        assert tell_late(compound_id=side.compound.pk, now=on_time) == 0
    do("answer", side, poll, candidate=one.ref, body=1, outcome="pass")
    with across_tenants(reason="test"):
        assert (compounds_with_work(on_time), compounds_with_work(late)) == ([], [side.compound.pk])
    with scope(side.compound.pk):
        assert tell_late(compound_id=side.compound.pk, now=late) == 1
        assert tell_late(compound_id=side.compound.pk, now=late + DAY) == 0
    # The police have nobody here: whoever prepares the election is told.
    told = late_messages(side, "review_late")
    assert {who for who, _body in told} == {"secretary", "officer"}
    assert all("派出所" in body and one.name in body and f"{due:%Y-%m-%d}" in body for _who, body in told)
    assert verbs(side)[-1] == "late"
    with across_tenants(reason="test"):
        assert compounds_with_work(late) == []


def test_a_body_is_told_to_decide_when_the_time_to_answer_is_over(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    do("answer", side, poll, candidate=one.ref, body=1, outcome="refuse", ground="ability", words="没有时间")
    do("answer", side, poll, candidate=one.ref, body=2, outcome="pass", paper="回函")
    until = review_of(one, 1).reply_until
    assert until is not None
    with scope(side.compound.pk):
        assert tell_late(compound_id=side.compound.pk, now=NOW + (until - TODAY)) == 0
        assert tell_late(compound_id=side.compound.pk, now=NOW + (until - TODAY) + DAY) == 1
    assert {who for who, _body in late_messages(side, "decide_late")} == {"secretary", "officer"}


def test_papers_that_were_asked_for_again_are_late_again(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    with scope(side.compound.pk):
        Review.objects.filter(candidate=one).update(late_told_at=NOW)
    do("answer", side, poll, candidate=one.ref, body=1, outcome="supplement", words="补地址")
    do("fill", side, poll, "resident", candidate=one.ref, statement="补好了", woman=None, firm="none")
    with scope(side.compound.pk):
        assert [row.late_told_at for row in Review.objects.filter(candidate=one).order_by("body__number")] == [
            None,
            NOW,
        ]


def test_nobody_is_told_once_the_poll_is_called_or_the_candidate_left(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    late = NOW + timedelta(days=90)
    do("withdraw", side, poll, "resident", candidate=one.ref, reason="不参选了")
    with scope(side.compound.pk):
        before = Entry.objects.filter(compound=side.compound).count()
        assert tell_late(compound_id=side.compound.pk, now=late) == 0
        assert Entry.objects.filter(compound=side.compound).count() == before
    with across_tenants(reason="test"):
        assert compounds_with_work(late) == []
    assert sweep() == 0


# --- the call -----------------------------------------------------------------------------------------------------------


def ready(side: Side) -> Poll:
    """An election with a fixed roll, somebody who passed and a slate that is not public yet."""
    poll = planned(side, poll=fixed(side)[0])
    passed(side, poll)
    listed(side, poll)
    return poll


def windowed(side: Side, poll: Poll, days: int) -> Poll:
    opens = NOW + timedelta(days=days)
    step(elections.settle_window, side, poll, opens_at=opens, closes_at=opens + timedelta(days=15))
    with scope(side.compound.pk):
        found: Poll = Poll.objects.select_related("compound").get(pk=poll.pk)
    return found


def why(side: Side, poll: Poll) -> str:
    with scope(side.compound.pk):
        refused = check_call(poll, side.actor("officer", TODAY), NOW)
    if refused is None:
        return ""
    assert call_text(refused)
    return refused.code


def test_an_election_is_not_called_before_its_names_were_public_long_enough(world: World) -> None:
    side = world.here
    poll = ready(side)
    assert why(side, windowed(side, poll, 30)) == "slate_not_posted"
    with time_machine.travel(NOW, tick=False):
        do("post_slate", side, poll)
    # Posted on the 2nd of June: fifteen full days end on the 17th, voting begins on the 18th at the earliest.
    given = [why(side, windowed(side, poll, days)) for days in (5, 15, 16, 30)]
    assert given == ["slate_public_when_voting", "slate_public_when_voting", "", ""]
    # Where a place has fewer days of publicity, the nation's lead still stands.
    with scope(side.compound.pk):
        Period.objects.update(ends_on=TODAY + 7 * DAY)
    given = [why(side, windowed(side, poll, days)) for days in (5, 8, 15, 16)]
    assert given == ["slate_public_when_voting", "slate_posted_too_late", "slate_posted_too_late", ""]
    with pytest.raises(OutOfState) as told:
        step(elections.call_poll, side, windowed(side, poll, 15))
    assert told.value.details["first"] == "2026-06-18"
    windowed(side, poll, 16)
    # Who comes after it is not on the list that was read.
    owner(side, 2, "吕芳")
    passed_by_officer(side, poll, "吕芳", side.homes[2].address)
    assert why(side, windowed(side, poll, 30)) == "slate_stale"


def test_a_poll_without_a_preparation_is_not_held_to_it(world: World) -> None:
    side = world.here
    decision = fixed(side, kind="decision")[0]
    assert why(side, decision) == ""
    again = fixed(side)[0]
    assert why(side, windowed(side, again, 30)) == ""
