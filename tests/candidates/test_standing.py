"""From being named to the ballot: rows, entries, messages, the review, the slate, its publicity; and what is refused."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from candidates.actions import NomineeDraft
from candidates.models import Candidate, Membership, Review, Signature, Slate
from candidates.queries import nominees_of, people_of, ratio_now
from candidates.queries.figures import local_of
from candidates.queries.reading import candidates_of, memberships_of
from candidates.refusals import BadInput, NoSuchCandidate, NotPermitted, OutOfState, Refused
from candidates.rules.order import drawn
from candidates.words import refusal_text
from elections.models import Item, Poll
from elections.rules import slates
from messaging.models import Message
from notices.models import Notice
from publicity.models import Period
from tenancy.scope import scope
from tests.candidates.preparing import (
    DAY,
    TODAY,
    do,
    fresh,
    named,
    owner,
    passed,
    plan_draft,
    planned,
    pledged,
    review_of,
)
from tests.elections.conftest import NOW, fixed, opened
from tests.world import Side, World

SECRET = "党员名册"


def refusal(error: type[Refused], act: str, side: Side, poll: Poll, who: str, **given: Any) -> str:
    """The code; every refusal has words, and nothing is written by it."""
    with scope(side.compound.pk):
        before = Entry.objects.filter(compound=side.compound).count()
    with pytest.raises(error) as told:
        do(act, side, poll, who, **given)
    assert refusal_text(told.value)
    with scope(side.compound.pk):
        assert Entry.objects.filter(compound=side.compound).count() == before
    return told.value.code


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=f"candidates.{template}", channel="in_app")
        return {names[pk] for pk in rows.values_list("person_id", flat=True)}


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        rows = Entry.objects.filter(compound=side.compound, verb__startswith="candidates.").order_by("pk")
        return [verb.removeprefix("candidates.") for verb in rows.values_list("verb", flat=True)]


def draft(**given: Any) -> NomineeDraft:
    return NomineeDraft(**{"route": "self", "statement": "愿意做事。", "firm": "none", **given})


# --- naming -------------------------------------------------------------------------------------------------------------


def test_an_owner_names_themselves_and_pledges_one_by_one(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = named(side, poll)
    assert (one.state, one.name, one.address, one.person_id) == (
        "proposed", "resident", side.homes[0].address, side.people["resident"].pk,
    )  # fmt: skip
    assert one.consented_at == NOW
    for number, code in enumerate(("stand", "serve", "leave"), 1):
        do("accept_pledge", side, poll, "resident", candidate=one.ref, code=code)
        assert fresh(one).state == ("proposed" if number < 3 else "in_review")
    # Once more is nothing.
    do("accept_pledge", side, poll, "resident", candidate=one.ref, code="stand")
    with scope(side.compound.pk):
        due = set(Review.objects.filter(candidate=one).values_list("due_on", flat=True))
    assert due == {TODAY + 7 * DAY}
    assert told(side, "to_review") == {"secretary", "officer"}
    assert verbs(side) == ["plan", "open", "nominate", "pledge", "pledge", "pledge"]


def test_a_body_recommends_and_the_nominee_agrees_or_leaves(world: World) -> None:
    side = world.here
    poll = planned(side)
    home = side.homes[1]
    one = do("nominate", side, poll, "street", draft=draft(route="recommended", name="neighbour", address=home.address))
    assert (one.consented_at, one.person_id, one.state) == (None, side.people["neighbour"].pk, "proposed")
    assert told(side, "named") == {"neighbour"}
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, "neighbour", candidate=one.ref, code=code)
    assert fresh(one).state == "proposed"
    # Who was recommended and has not agreed is nobody's news, and a stranger does not agree for them.
    with pytest.raises(NoSuchCandidate):
        do("consent", side, poll, "resident", candidate=one.ref)
    do("consent", side, poll, "neighbour", candidate=one.ref)
    assert fresh(one).state == "in_review"
    do("withdraw", side, poll, "neighbour", candidate=one.ref, reason="要照顾孙子")
    assert (fresh(one).state, fresh(one).ended_reason) == ("withdrawn", "要照顾孙子")
    assert told(side, "withdrawn") == {"street"}
    # Whoever left may be named again.
    again = do(
        "nominate", side, poll, "street", draft=draft(route="recommended", name="neighbour", address=home.address)
    )
    assert again.ref != one.ref


def test_owners_name_somebody_together(world: World) -> None:
    side = world.here
    poll = planned(side)
    home = side.homes[1]
    one = do("nominate", side, poll, "resident", draft=draft(route="joint", name="neighbour", address=home.address))
    do("consent", side, poll, "neighbour", candidate=one.ref)
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, "neighbour", candidate=one.ref, code=code)
    assert fresh(one).state == "proposed"
    assert refusal(OutOfState, "sign", side, poll, "resident", candidate=one.ref) == "signed_already"
    owner(side, 2, "吕芳")
    by = home_actor(side, "吕芳")
    do("sign", side, poll, by=by, candidate=one.ref)
    assert fresh(one).state == "in_review"
    assert told(side, "joined") == {"resident", "neighbour"}
    with scope(side.compound.pk):
        assert Signature.objects.filter(candidate=one).count() == 2


def home_actor(side: Side, name: str) -> Any:
    from premises.queries import resident
    from tenancy.scope import entering

    person = side.people[name]
    with entering(person.pk):
        found = resident(person.pk, side.compound.pk, TODAY)
    assert found is not None
    return found


def test_a_signature_is_taken_back_before_the_papers_are_whole(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = do(
        "nominate", side, poll, "resident", draft=draft(route="joint", name="neighbour", address=side.homes[1].address)
    )
    do("unsign", side, poll, "resident", candidate=one.ref)
    with scope(side.compound.pk):
        assert Signature.objects.get(candidate=one).withdrawn_at == NOW
    assert refusal(OutOfState, "unsign", side, poll, "resident", candidate=one.ref) == "not_signed"
    do("sign", side, poll, "resident", candidate=one.ref)
    assert fresh(one).state == "proposed"


def test_a_building_names_its_own(world: World) -> None:
    side = world.here
    poll = planned(side, by_building=True)
    one = do(
        "nominate",
        side,
        poll,
        "resident",
        draft=draft(route="building", name="neighbour", address=side.homes[1].address),
    )
    assert (one.route, one.building) == ("building", "1幢")
    other = planned(side)
    assert refusal(NotPermitted, "nominate", side, other, "resident",
        draft=draft(route="building", name="neighbour", address=side.homes[1].address)) == "not_provided_for"  # fmt: skip
    no_joint = planned(side, joint_owners=None)
    assert refusal(NotPermitted, "nominate", side, no_joint, "resident",
        draft=draft(route="joint", name="neighbour", address=side.homes[1].address)) == "not_provided_for"  # fmt: skip


def test_a_corporate_owner_stands_through_whom_it_authorised(world: World) -> None:
    side = world.here
    home, _person = owner(side, 2, "永康五金有限公司")
    poll = planned(side)
    whole = draft(route="recommended", name="应建国", address=home.address, represents="永康五金有限公司")
    assert refusal(BadInput, "nominate", side, poll, "officer", draft=whole) == "say_why"
    one = do("nominate", side, poll, "officer", draft=replace(whole, authority="授权书第3号"))
    # The account of the owner is not the representative's.
    assert (one.name, one.represents, one.person_id) == ("应建国", "永康五金有限公司", None)
    do("consent", side, poll, "officer", candidate=one.ref, paper="同意书2026-06-02")
    assert fresh(one).consent_paper == "同意书2026-06-02"


def test_what_is_no_naming(world: World) -> None:
    side = world.here
    poll = planned(side)
    home = side.homes[1].address
    for who, given, error, code in (
        ("resident", {"route": "lottery"}, BadInput, "unknown_route"),
        ("resident", {"firm": "maybe"}, BadInput, "unknown_firm"),
        ("resident", {"statement": "长" * 1001}, BadInput, "too_long"),
        ("resident", {"route": "recommended", "name": "x", "address": home}, NotPermitted, "not_your_post"),
        ("chair", {"route": "recommended", "name": "neighbour", "address": home}, NotPermitted, "not_your_post"),
        ("officer", {"route": "recommended", "name": "", "address": home}, BadInput, "say_why"),
        ("officer", {"route": "recommended", "name": "neighbour", "address": "9幢9单元901"}, BadInput, "no_such_home"),
        ("officer", {"route": "recommended", "name": "别人", "address": home}, BadInput, "not_the_owner"),
        ("officer", {"route": "self", "name": "neighbour", "address": home}, BadInput, "say_why"),
    ):
        assert refusal(error, "nominate", side, poll, who, draft=draft(**given)) == code
    for who in ("manager", "worker"):
        with pytest.raises(NoSuchCandidate):
            do("nominate", side, poll, who, draft=draft())
    named(side, poll)
    assert refusal(BadInput, "nominate", side, poll, "resident", draft=draft()) == "named_already"
    closed = NOW + timedelta(days=20)
    assert refusal(OutOfState, "nominate", side, poll, "neighbour", now=closed, draft=draft()) == "not_nominating"
    unplanned = opened(side)
    assert refusal(OutOfState, "nominate", side, unplanned, "officer", draft=draft()) == "no_plan"
    with pytest.raises(NoSuchCandidate):
        do("nominate", side, unplanned, "resident", draft=draft())


def test_an_office_enters_a_signed_form(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = do("nominate", side, poll, "officer",
        draft=draft(route="self", name="neighbour", address=side.homes[1].address, paper="提名表第5号"))  # fmt: skip
    assert (one.consent_paper, one.person_id) == ("提名表第5号", side.people["neighbour"].pk)
    assert refusal(BadInput, "accept_pledge", side, poll, "officer", candidate=one.ref, code="stand") == "say_why"
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, "officer", candidate=one.ref, code=code, paper="承诺书第5号")
    assert fresh(one).state == "in_review"
    assert (
        refusal(BadInput, "accept_pledge", side, poll, "officer", candidate=one.ref, code="sing", paper="x")
        == "no_such_pledge"
    )


# --- plan ---------------------------------------------------------------------------------------------------------------


def test_a_plan_is_lawful_and_fixed_once_people_rely_on_it(world: World) -> None:
    side = world.here
    poll = opened(side)
    for given, code in (
        ({"seats": 4}, "seats_even"),
        ({"seats": 3}, "seats_too_few"),
        ({"seats": 13}, "seats_too_many"),
        ({"term_years": 6}, "term_too_long"),
        ({"ends": TODAY - DAY}, "ends_before_start"),
        ({"starts": TODAY - 9 * DAY, "ends": TODAY - DAY}, "ends_in_the_past"),
        ({"joint_owners": 1}, "too_few_owners"),
        ({"review_days": 0}, "days_out_of_range"),
        ({"bodies": ()}, "no_bodies"),
        ({"bodies": (("派出所", None),) * 2}, "body_twice"),
        ({"bodies": (("别处", 10**9),)}, "no_such_body"),
        ({"bodies": tuple((f"单位{n}", None) for n in range(9))}, "too_many_bodies"),
    ):
        assert refusal(BadInput, "save_plan", side, poll, "officer", draft=plan_draft(side, **given)) == code
    assert refusal(OutOfState, "open_nominations", side, poll, "officer") == "no_plan"
    assert refusal(NotPermitted, "save_plan", side, poll, "street", draft=plan_draft(side)) == "not_your_post"
    do("save_plan", side, poll, draft=plan_draft(side))
    do("save_plan", side, poll, draft=plan_draft(side, seats=7))
    do("open_nominations", side, poll)
    assert refusal(OutOfState, "open_nominations", side, poll, "officer") == "open_already"
    shorter = plan_draft(side, ends=TODAY + 3 * DAY)
    assert refusal(OutOfState, "save_plan", side, poll, "officer", draft=shorter) == "plan_fixed"
    plan = do("save_plan", side, poll, draft=plan_draft(side, seats=5, ends=TODAY + 20 * DAY))
    assert (plan.seats, plan.ends) == (7, TODAY + 20 * DAY)


# --- review -------------------------------------------------------------------------------------------------------------


def test_a_refusal_has_a_ground_and_the_last_word_comes_after_the_answer(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    refuse: dict[str, Any] = {"candidate": one.ref, "body": 1, "outcome": "refuse"}
    assert refusal(BadInput, "answer", side, poll, "officer", **refuse, words="欠费") == "unknown_ground"
    # Default in fees is a ground in Shanghai; in Yongkang no text says so.
    assert (
        refusal(BadInput, "answer", side, poll, "officer", **refuse, words="欠费", ground="unpaid_fee")
        == "unknown_ground"
    )
    assert refusal(BadInput, "answer", side, poll, "officer", **refuse, ground="ability") == "say_why"
    assert refusal(BadInput, "answer", side, poll, "officer", **refuse, words="不合约定", ground="rules") == "say_why"
    do("answer", side, poll, "officer", **refuse, words="一年只住两个月", ground="ability")
    row = review_of(one, 1)
    assert (fresh(one).state, row.final, row.reply_until) == ("refused", False, TODAY + 3 * DAY)
    assert "第三十一条" in row.article
    assert told(side, "refusal") == {"resident"}
    assert refusal(OutOfState, "answer", side, poll, "officer", **refuse, words="维持") == "wait_for_reply"
    with pytest.raises(NotPermitted):
        do("reply", side, poll, "street", candidate=one.ref, body=1, words="我来说")
    do("reply", side, poll, "resident", candidate=one.ref, body=1, words="下月起常住")
    assert (
        refusal(OutOfState, "reply", side, poll, "resident", candidate=one.ref, body=1, words="再说")
        == "replied_already"
    )
    assert told(side, "replied") == {"secretary", "officer"}
    do("answer", side, poll, "officer", candidate=one.ref, body=1, outcome="pass", words="已核实常住")
    assert (fresh(one).state, review_of(one, 1).final) == ("in_review", True)
    do("answer", side, poll, "officer", candidate=one.ref, body=2, outcome="pass", paper="派出所回函")
    assert fresh(one).state == "passed"
    assert told(side, "passed") == {"resident"}
    # Grounds are people's own affair: the chain says which body and article, not the words.
    with scope(side.compound.pk):
        said = str(list(Entry.objects.filter(verb__startswith="candidates.").values_list("changes", flat=True)))
    assert "一年只住两个月" not in said


def test_a_refusal_stands_when_nobody_answers_in_time(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    refuse: dict[str, Any] = {"candidate": one.ref, "body": 1, "outcome": "refuse"}
    do("answer", side, poll, "officer", **refuse, words="一年只住两个月", ground="ability")
    later = NOW + 4 * DAY
    assert (
        refusal(OutOfState, "reply", side, poll, "resident", now=later, candidate=one.ref, body=1, words="晚了")
        == "reply_over"
    )
    do("answer", side, poll, "officer", now=later, **refuse, words="没有陈述意见，维持")
    found = fresh(one)
    assert (found.state, told(side, "struck")) == ("struck", {"resident"})
    assert "没有陈述意见，维持" in found.ended_reason
    assert (
        refusal(
            OutOfState, "answer", side, poll, "officer", now=later, candidate=one.ref, body=2, outcome="pass", paper="x"
        )
        == "moved_on"
    )


def test_who_is_sent_back_completes_and_is_looked_at_again(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    assert (
        refusal(BadInput, "answer", side, poll, "officer", candidate=one.ref, body=1, outcome="supplement") == "say_why"
    )
    assert (
        refusal(OutOfState, "fill", side, poll, "resident", candidate=one.ref, statement="x", woman=None, firm="none")
        == "moved_on"
    )
    do("answer", side, poll, "officer", candidate=one.ref, body=1, outcome="supplement", words="请补简历")
    assert told(side, "sent_back") == {"resident"}
    do(
        "fill",
        side,
        poll,
        "resident",
        now=NOW + DAY,
        candidate=one.ref,
        statement="1998年起在本市工作。",
        woman=True,
        firm="kin",
    )
    row = review_of(one, 1)
    assert (row.outcome, row.due_on, fresh(one).firm) == ("", TODAY + 8 * DAY, "kin")
    do("answer", side, poll, "officer", candidate=one.ref, body=1, outcome="pass")
    assert (
        refusal(OutOfState, "answer", side, poll, "officer", candidate=one.ref, body=1, outcome="refuse")
        == "answered_already"
    )


def test_a_body_answers_for_itself(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    assert (
        refusal(NotPermitted, "answer", side, poll, "street", candidate=one.ref, body=1, outcome="pass")
        == "not_your_body"
    )
    assert (
        refusal(NotPermitted, "answer", side, poll, "chair", candidate=one.ref, body=2, outcome="pass")
        == "not_your_body"
    )
    # For the police, who have nobody here, the written answer is entered with its number.
    assert refusal(BadInput, "answer", side, poll, "officer", candidate=one.ref, body=2, outcome="pass") == "say_why"
    assert (
        refusal(BadInput, "answer", side, poll, "officer", candidate=one.ref, body=1, outcome="hm") == "unknown_outcome"
    )
    with pytest.raises(NoSuchCandidate):
        do("answer", side, poll, "officer", candidate=one.ref, body=7, outcome="pass")


# --- membership and shares ----------------------------------------------------------------------------------------------


def test_membership_is_kept_apart_and_out_of_every_record(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    for who in ("street", "chair"):
        assert (
            refusal(
                NotPermitted,
                "note_membership",
                side,
                poll,
                who,
                candidate=one.ref,
                member=True,
                source=SECRET,
                of=TODAY,
            )
            == "not_for_you"
        )
    assert (
        refusal(BadInput, "note_membership", side, poll, "officer", candidate=one.ref, member=True, source="", of=TODAY)
        == "say_why"
    )
    assert (
        refusal(
            BadInput,
            "note_membership",
            side,
            poll,
            "officer",
            candidate=one.ref,
            member=True,
            source="x",
            of=TODAY + DAY,
        )
        == "formed_later"
    )
    do("note_membership", side, poll, candidate=one.ref, member=None, source="本人没有填", of=TODAY)
    do("note_membership", side, poll, candidate=one.ref, member=True, source=SECRET, of=TODAY, now=NOW + DAY)
    with scope(side.compound.pk):
        assert memberships_of(poll)[one.pk].member is True
        entries = list(Entry.objects.filter(compound=side.compound).values_list("verb", "changes"))
        messages = str(list(Message.objects.filter(compound=side.compound).values_list("title", "body")))
    assert SECRET not in str(entries) + messages
    assert [changes for verb, changes in entries if verb == "candidates.membership"] == [
        {"checked": [None, "2026-06-02"]}
    ] * 2


def test_looking_at_the_list_is_recorded(world: World) -> None:
    from candidates import actions
    from candidates.queries import whole_of

    side = world.here
    poll = planned(side)
    passed(side, poll)
    with scope(side.compound.pk):
        by = side.actor("officer", TODAY)
        whole = whole_of(by, side.compound.pk, poll.ref)
        assert whole is not None
        assert [(one.name, known) for one, known in actions.read_memberships(whole=whole, by=by, now=NOW)] == [
            ("resident", None)
        ]
        last = Entry.objects.filter(compound=side.compound).latest("pk")
        assert (last.verb, last.changes) == ("reveal", {"candidates.membership": [None, "candidates"]})
        with pytest.raises(NotPermitted):
            actions.read_memberships(whole=whole, by=side.actor("street", TODAY), now=NOW)


@pytest.mark.parametrize("table", ["candidates_membership", "candidates_slate", "candidates_pledge"])
def test_what_was_said_is_never_changed(world: World, table: str) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    do("note_membership", side, poll, candidate=one.ref, member=True, source=SECRET, of=TODAY)
    listed(side, poll)
    for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
        with scope(side.compound.pk), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def listed(side: Side, poll: Poll, **given: Any) -> Slate:
    found: Slate = do(
        "settle_slate", side, poll,
        **{"text": "选举第三届业主委员会委员", "method": "lot", "witness": "程立（社区律师）", "seed": "3788", **given},
    )  # fmt: skip
    return found


def test_the_share_warns_and_filters_nobody(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    owner(side, 2, "吕芳")
    other = passed_by_officer(side, poll, "吕芳", side.homes[2].address)
    with scope(side.compound.pk):
        rows, local = candidates_of(poll), local_of(poll)
        now = ratio_now(rows, memberships_of(poll), seats=5, local=local)
    assert (now.have, now.of, now.unknown, now.met, now.reachable, now.needed) == (0, 2, 2, None, None, 3)
    for row in (one, other):
        do("note_membership", side, poll, candidate=row.ref, member=False, source=SECRET, of=TODAY)
    with scope(side.compound.pk):
        now = ratio_now(candidates_of(poll), memberships_of(poll), seats=5, local=local)
    assert (now.unknown, now.reachable) == (0, False)
    slate = listed(side, poll)
    # Both stand, whatever the share.
    assert len(slate.order) == 2
    with scope(side.compound.pk):
        item = Item.objects.get(poll=poll)
        keys = [row["key"] for row in item.candidates]
        nominees = nominees_of(poll)
        people = people_of(poll, on=TODAY)
    assert [nominees[key].member for key in keys] == [False, False]
    assert slates.share("members", [nominees[key].member for key in keys], local).good is False
    assert {people[key].name for key in keys} == {"resident", "吕芳"}
    assert {people[key].person_id for key in keys} == {side.people["resident"].pk, side.people["吕芳"].pk}


def passed_by_officer(side: Side, poll: Poll, name: str, address: str) -> Candidate:
    paper = "提名表"
    one: Candidate = do("nominate", side, poll, draft=draft(route="self", name=name, address=address, paper=paper))
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, candidate=one.ref, code=code, paper=paper)
    for body in (1, 2):
        do("answer", side, poll, candidate=one.ref, body=body, outcome="pass", paper=paper)
    found: Candidate = fresh(one)
    return found


# --- the slate ----------------------------------------------------------------------------------------------------------


def test_everyone_who_passed_is_on_the_ballot_by_a_lot_that_can_be_drawn_again(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    owner(side, 2, "吕芳")
    other = passed_by_officer(side, poll, "吕芳", side.homes[2].address)
    slate = listed(side, poll)
    assert slate.order == drawn([one.ref, other.ref], "3788")
    with scope(side.compound.pk):
        item = Item.objects.get(poll=poll)
    assert [row["key"] for row in item.candidates] == [
        {one.ref: one.key, other.ref: other.key}[ref] for ref in slate.order
    ]
    assert (item.seats, {fresh(row).state for row in (one, other)}) == (5, {"listed"})
    for given, code in (
        ({"method": "dice"}, "unknown_method"),
        ({"seed": "12"}, "seed_too_short"),
        ({"witness": ""}, "say_why"),
        ({"method": "rules", "order": slate.order}, "say_why"),
        ({"method": "strokes", "order": [one.ref]}, "order_incomplete"),
        ({"method": "strokes", "order": [one.ref, one.ref]}, "order_incomplete"),
    ):
        assert (
            refusal(
                BadInput,
                "settle_slate",
                side,
                poll,
                "officer",
                **{"text": "选", "witness": "程", "seed": "3788", "method": "lot", **given},
            )
            == code
        )
    again = listed(side, poll, method="strokes", order=[other.ref, one.ref])
    assert (again.number, [fresh(row).place for row in (other, one)]) == (2, [1, 2])


def test_a_slate_is_public_and_posted_again_when_it_changes(world: World) -> None:
    side = world.here
    poll = planned(side)
    passed(side, poll)
    owner(side, 2, "吕芳")
    other = passed_by_officer(side, poll, "吕芳", side.homes[2].address)
    do("note_membership", side, poll, candidate=other.ref, member=True, source=SECRET, of=TODAY)
    assert refusal(OutOfState, "post_slate", side, poll, "officer") == "no_slate"
    listed(side, poll)
    with time_machine.travel(NOW, tick=False):
        out = do("post_slate", side, poll)
    with scope(side.compound.pk):
        period = Period.objects.get(notice=out.notice)
        text = Notice.objects.select_related("current").get(pk=out.notice.pk).current.body_text
    assert period.matter == "candidates"
    assert "吕芳" in text
    assert "程立（社区律师）" in text
    assert "3788" in text
    assert "党员" not in text
    assert side.homes[2].address not in text
    assert refusal(OutOfState, "post_slate", side, poll, "officer") == "posted_already"
    do("withdraw", side, poll, "officer", candidate=other.ref, reason="身体原因", paper="退出书")
    listed(side, poll)
    with time_machine.travel(NOW, tick=False):
        again = do("post_slate", side, poll)
    with scope(side.compound.pk):
        text = Notice.objects.select_related("current").get(pk=again.notice.pk).current.body_text
    assert "重新公示" in text
    assert "吕芳" not in text


def test_a_place_that_publishes_status_says_by_which_text(world: World) -> None:
    side = world.here
    poll = planned(side, status_source="《清远市物业管理条例》第十九条")
    one = passed(side, poll)
    do("note_membership", side, poll, candidate=one.ref, member=True, source=SECRET, of=TODAY)
    listed(side, poll)
    with time_machine.travel(NOW, tick=False):
        out = do("post_slate", side, poll)
    with scope(side.compound.pk):
        text = Notice.objects.select_related("current").get(pk=out.notice.pk).current.body_text
    assert "中共党员" in text
    assert "《清远市物业管理条例》第十九条" in text
    assert SECRET not in text


def test_a_slate_waits_for_the_bodies_and_names_who_passed_now(world: World) -> None:
    side = world.here
    poll = planned(side)
    assert (
        refusal(OutOfState, "settle_slate", side, poll, "officer", text="选", method="lot", witness="程", seed="3788")
        == "nobody_passed"
    )
    passed(side, poll)
    owner(side, 2, "吕芳")
    by = home_actor(side, "吕芳")
    one = do("nominate", side, poll, by=by, draft=draft())
    for code in ("stand", "serve", "leave"):
        do("accept_pledge", side, poll, by=by, candidate=one.ref, code=code)
    assert (
        refusal(OutOfState, "settle_slate", side, poll, "officer", text="选", method="lot", witness="程", seed="3788")
        == "still_open"
    )
    do("withdraw", side, poll, by=by, candidate=one.ref, reason="不参选了")
    listed(side, poll)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(state="cancelled", ended_at=NOW, ended_reason="x")
    assert refusal(OutOfState, "post_slate", side, poll, "officer") == "poll_moved_on"


# --- who may what, when -------------------------------------------------------------------------------------------------

ROLES = ("secretary", "officer", "street", "chair", "member", "manager", "worker", "resident", "neighbour", "city")
# For each step, who may take it once its time has come: all others are refused, or see nothing.
MAY: dict[str, tuple[Callable[[Any], dict[str, Any]], frozenset[str]]] = {
    "consent": (lambda one: {}, frozenset({"resident"})),
    "withdraw": (lambda one: {"reason": "不参选了"}, frozenset({"resident"})),
    "answer": (lambda one: {"body": 1, "outcome": "pass"}, frozenset({"secretary", "officer"})),
    "note_membership": (lambda one: {"member": True, "source": "x", "of": TODAY}, frozenset({"secretary", "officer"})),
}


@pytest.mark.parametrize("act", sorted(MAY))
def test_who_may_take_which_step(world: World, act: str) -> None:
    side = world.here
    given, may = MAY[act]
    poll = planned(side)
    one = pledged(side, poll)
    done = set()
    for who in ROLES:
        with contextlib.suppress(NotPermitted, NoSuchCandidate, BadInput), transaction.atomic():
            do(act, side, poll, who, candidate=one.ref, **given(one))
            done.add(who)
            transaction.set_rollback(True)
    # Who prepares may do it too with the signed paper, which here is missing: that is BadInput.
    assert done == may


@pytest.mark.parametrize(
    "state", ["called", "voting", "closed", "counted", "announced", "declared", "cancelled", "annulled"]
)
def test_nothing_changes_from_the_call_on(world: World, state: str) -> None:
    side = world.here
    poll = planned(side, poll=fixed(side)[0])
    one = pledged(side, poll)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(
            state=state, opens_at=NOW + DAY, closes_at=NOW + 9 * DAY, items_hash="x", ended_at=NOW, ended_reason="x"
        )
    for act, given in (
        ("save_plan", {"draft": plan_draft(side)}),
        ("nominate", {"draft": draft(route="recommended", name="neighbour", address=side.homes[1].address)}),
        ("withdraw", {"candidate": one.ref, "reason": "x", "paper": "x"}),
        ("answer", {"candidate": one.ref, "body": 1, "outcome": "pass"}),
        ("settle_slate", {"text": "选", "method": "lot", "witness": "程", "seed": "3788"}),
        ("post_slate", {}),
    ):
        assert refusal(OutOfState, act, side, poll, "officer", **given) == "poll_moved_on"
    with scope(side.compound.pk):
        assert not Membership.objects.exists()
