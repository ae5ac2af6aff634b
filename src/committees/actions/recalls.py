"""Recalling a member: proposed by enough, heard first, decided by the owners (指导规则 44; 杭州 31; 民法典 278 (3))."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from committees.actions.change import in_office, locked, note, people_of, places, said, settle, tell
from committees.actions.leaving import leave
from committees.actions.offices import member_of
from committees.models import Committee, Recall
from committees.models.leaving import RecallGround, RecallState, RecallWay
from committees.models.office import End, Role
from committees.permissions import keeps, runs
from committees.queries import outcomes
from committees.refusals import BadInput, NoSuchCommittee, OutOfState
from committees.rules.leaving import may_propose, needs_hearing, proposal_rule
from elections.models import Kind, State
from tenancy.actor import Actor


@transaction.atomic
def propose_recall(
    *,
    compound_id: int,
    committee_id: int,
    member_id: int,
    way: str,
    have: int,
    of: int,
    ground: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Recall:
    """Record a proposal: ``have`` of ``of`` owners or members signed it. Who is concerned is told at once, to be heard.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, left, recall_open), BadInput (unknown_way,
    way_not_here, too_few, unknown_ground, say_why, too_long, alternate).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=runs)
    in_office(committee, localdate(now))
    one = member_of(committee, member_id)
    if one.role == Role.ALTERNATE:
        raise BadInput("alternate", field="member")
    if way not in RecallWay.values:
        raise BadInput("unknown_way", field="way")
    rule = proposal_rule(places(committee.jurisdiction))
    problem = may_propose(way, have, of, rule)
    if problem:
        raise BadInput(problem, field="have" if problem == "too_few" else "way", source=rule.source)
    if ground not in RecallGround.values:
        raise BadInput("unknown_ground", field="ground")
    if Recall.objects.filter(
        compound_id=compound_id, member=one, state__in=(RecallState.PROPOSED, RecallState.HEARD, RecallState.VOTING)
    ).exists():
        raise OutOfState("recall_open")
    made: Recall = Recall.objects.create(
        compound_id=compound_id, committee=committee, member=one, way=way, have=have, of=of, ground=ground,
        reason=said(reason, "reason", 600), source=rule.source[:200], proposed_at=now, proposed_as=by.signature,
    )  # fmt: skip
    tell(
        committee, {one.person_id} - {0} | set(people_of(compound_id, ("community", "residents", "street"), now)),
        "recall_proposed", by=by, now=now, who=one.name,
    )  # fmt: skip
    settle(
        committee, "recall_propose",
        {"member": [None, one.name], "by": [None, way], "share": [None, f"{have}/{of}"], "ground": [None, ground]},
        by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def hear(*, compound_id: int, recall_id: int, on: date, words: str, by: Actor, now: datetime) -> Recall:
    """What the member said; or that they were asked and said nothing, in words.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (recall_moved), BadInput (say_why, too_long, wrong_day).
    """
    found, committee = _locked(compound_id, recall_id, by)
    if found.state != RecallState.PROPOSED:
        raise OutOfState("recall_moved")
    if not localdate(found.proposed_at) <= on <= localdate(now):
        raise BadInput("wrong_day", field="on")
    found.heard_on, found.heard_note, found.state = on, said(words, "words", 600), RecallState.HEARD
    found.save()
    settle(committee, "recall_hear", {"member": [None, found.member.name], "on": [None, str(on)]}, by=by, now=now)
    return found


@transaction.atomic
def put_to_vote(*, compound_id: int, recall_id: int, ref: str, item: int, by: Actor, now: datetime) -> Recall:
    """Say which item of which poll of the owners decides on it; the item's text must name the member.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (recall_moved, hear_first, poll_over), BadInput
    (no_such_poll, no_such_item, not_named).
    """
    found, committee = _locked(compound_id, recall_id, by)
    if needs_hearing(found.heard_on is not None):
        raise OutOfState("hear_first")
    if found.state != RecallState.HEARD:
        raise OutOfState("recall_moved")
    poll = outcomes.poll_of(compound_id, ref)
    if poll is None or poll.kind != Kind.DECISION:
        raise BadInput("no_such_poll", field="ref")
    if poll.state in {State.CANCELLED, State.ANNULLED, State.DECLARED}:
        raise OutOfState("poll_over")
    asked = next((one for one in poll.items.order_by("number") if one.number == item), None)
    if asked is None:
        raise BadInput("no_such_item", field="item")
    if found.member.name not in asked.text:
        raise BadInput("not_named", field="item", name=found.member.name)
    found.poll, found.item_key, found.state = poll, asked.key, RecallState.VOTING
    found.save()
    settle(committee, "recall_vote", {"member": [None, found.member.name], "poll": [None, ref]}, by=by, now=now)
    return found


@transaction.atomic
def conclude(*, compound_id: int, recall_id: int, by: Actor, now: datetime) -> Recall:
    """What the owners decided, once the poll's result is declared: the office ends that day, or goes on.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (recall_moved, not_declared).
    """
    found, committee = _locked(compound_id, recall_id, by)
    if found.state != RecallState.VOTING:
        raise OutOfState("recall_moved")
    poll = found.poll
    outcome = outcomes.outcome_of(poll)
    if poll.state not in {State.DECLARED, State.ANNULLED, State.CANCELLED} or (
        poll.state == State.DECLARED and outcome is None
    ):
        raise OutOfState("not_declared")
    passed = (
        poll.state == State.DECLARED
        and outcome is not None
        and any(one["key"] == found.item_key and one["outcome"] == "passed" for one in outcome.facts["items"])
    )
    found.state = RecallState.REMOVED if passed else RecallState.KEPT
    found.ended_at, found.ended_as = now, by.signature
    found.save()
    one = member_of(committee, found.member_id) if not found.member.end else None
    if passed and one is not None:
        leave(
            committee,
            one,
            on=localdate(poll.declared_at),
            end=End.RECALLED,
            ground=poll.title,
            by=by,
            now=now,
        )
    elif not passed:
        note(
            committee,
            "recall_kept",
            f"罢免 {found.member.name} 的议题未通过，继续任职",
            on=localdate(now),
            by=by,
            now=now,
        )
    settle(
        committee,
        "recall_conclude",
        {"member": [None, found.member.name], "state": [None, found.state]},
        by=by,
        now=now,
    )
    return found


@transaction.atomic
def withdraw_recall(*, compound_id: int, recall_id: int, by: Actor, now: datetime) -> Recall:
    """Take a proposal back before it is put to the vote. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState
    (recall_moved)."""
    found, committee = _locked(compound_id, recall_id, by)
    if found.state not in {RecallState.PROPOSED, RecallState.HEARD}:
        raise OutOfState("recall_moved")
    found.state, found.ended_at, found.ended_as = RecallState.WITHDRAWN, now, by.signature
    found.save()
    settle(committee, "recall_withdraw", {"member": [found.member.name, None]}, by=by, now=now)
    return found


def _locked(compound_id: int, recall_id: int, by: Actor) -> tuple[Recall, Committee]:
    found: Recall | None = (
        Recall.objects.select_for_update(of=("self",), no_key=True)
        .select_related("member", "poll__compound")
        .filter(compound_id=compound_id, pk=recall_id)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    committee = locked(
        compound_id=compound_id, committee_id=found.committee_id, by=by, may=lambda a, c, _o: keeps(a, c)
    )
    return found, committee
