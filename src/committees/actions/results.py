"""A counted poll becomes a result: drafted, ties settled, announced with everything, declared, or annulled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from committees.actions.change import said
from committees.announcement import announcement
from committees.models import Outcome
from committees.models.office import MAX_REASON, MAX_TEXT
from committees.permissions import announces
from committees.queries import outcomes
from committees.queries.rounds import round_of
from committees.refusals import BadInput, OutOfState
from committees.rules.results import settle_by_area
from elections.actions.change import Change, begin
from elections.models import Poll, State
from elections.models.joint import JointStep
from elections.refusals import NoSuchPoll, NotPermitted
from elections.rules.measures import parse_area
from messaging.actions import queue
from parties.queries import holders
from publicity.actions.opening import open_period
from publicity.models import State as PeriodState
from publicity.objection_queries import open_objections_of
from publicity.queries import period_of
from tenancy.actor import Actor

MATTER = "result"
ABOUT = {"election": "election", "decision": "meeting"}
LEAST_WITNESSES = 2
OPEN_TO_CHANGE = (State.COUNTED,)


def _step(compound_id: int, ref: str, by: Actor, now: datetime, action: str) -> tuple[Change, Outcome]:
    change = begin(compound_id=compound_id, ref=ref, action=action, by=by, now=now, may=announces)
    return change, _outcome(change.poll)


def _outcome(poll: Poll) -> Outcome:
    found, _new = Outcome.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        compound_id=poll.compound_id, poll=poll
    )
    made: Outcome = found
    return made


def drafting(compound_id: int, ref: str, by: Actor, now: datetime, action: str) -> Change:
    """A poll that is counted and not announced, locked; its state does not change."""
    found = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound__community", "edition")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or compound_id not in by.compound_ids:
        raise NoSuchPoll
    if not announces(by, found):
        raise NotPermitted("not_your_post")
    if found.state not in OPEN_TO_CHANGE:
        raise OutOfState("moved_on", state=str(State(found.state).label))
    return Change(poll=found, action=action, by=by, now=now)


@transaction.atomic
def draft_result(
    *, compound_id: int, ref: str, supervisors: str, contact: str, note: str = "", by: Actor, now: datetime
) -> Outcome:
    """Say who watched the count, who may be asked, and what else the announcement must say.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (say_why, too_long).
    """
    change = drafting(compound_id, ref, by, now, "draft_result")
    found = _outcome(change.poll)
    before = [found.supervisors, found.contact, found.note]
    found.supervisors = said(supervisors, "supervisors")
    found.contact = said(contact, "contact")
    found.note = said(note, "note", MAX_TEXT, needed=False)
    found.save()
    change.note("result", before, [found.supervisors, found.contact, found.note])
    change.save()
    return found


@transaction.atomic
def settle_tie(
    *,
    compound_id: int,
    ref: str,
    item_key: str,
    chosen: Sequence[str] = (),
    ground: str,
    witnesses: str = "",
    revote: str = "",
    by: Actor,
    now: datetime,
) -> Outcome:
    """Settle a tie at the last seat by the remedy that the place or the compound's rules configured, and by no other (A5).

    ``area``: the portal compares, nothing is chosen. ``lot``: ``chosen`` keys as they were drawn, ``witnesses`` at least two
    names. ``revote``: the ref of a declared election among the tied alone. Refused: NoSuchPoll, NotPermitted
    (not_your_post), OutOfState (moved_on, no_tie, area_equal, revote_open), BadInput (say_why, too_long, wrong_number,
    not_tied, witnesses, no_such_poll).
    """
    change = drafting(compound_id, ref, by, now, "settle_tie")
    poll = change.poll
    result = next((one for one in outcomes.results_of(poll) if one.item_key == item_key), None)
    tied = result.verdict.get("tied") if result is not None else None
    if result is None or not tied:
        raise OutOfState("no_tie")
    why = said(ground, "ground")
    remedy = str(tied["remedy"])
    seen = said(witnesses, "witnesses", needed=False)
    if remedy == "area":
        areas = {one["name"]: parse_area(str(one["area"]["have"])) for one in result.verdict["approval"]["candidates"]}
        picked = settle_by_area(tied, areas)
        if picked is None:
            raise OutOfState("area_equal")
    elif remedy == "lot":
        if (
            len([one for one in seen.replace("，", "、").replace(",", "、").split("、") if one.strip()])
            < LEAST_WITNESSES
        ):
            raise BadInput("witnesses", field="witnesses", least=str(LEAST_WITNESSES))
        picked = list(dict.fromkeys(chosen))
    else:
        picked = _by_revote(compound_id, revote, tied, outcomes.facts_of(poll, _outcome(poll)), item_key)
    if set(picked) - set(tied["names"]):
        raise BadInput("not_tied", field="chosen")
    if len(picked) != int(tied["places"]):
        raise BadInput("wrong_number", field="chosen", places=str(tied["places"]))
    found = _outcome(poll)
    found.ties = {
        **found.ties,
        item_key: {
            "remedy": remedy, "chosen": picked, "ground": why, "witnesses": seen, "revote": revote,
            "at": now.isoformat(), "as": by.signature,
        },
    }  # fmt: skip
    found.save()
    change.note("tie", None, [remedy, picked, why, seen])
    change.save()
    return found


def _by_revote(
    compound_id: int, ref: str, tied: Mapping[str, Any], facts: Mapping[str, Any], item_key: str
) -> list[str]:
    """The keys of the tied whom another election among them chose; people are found by their names in it."""
    other = outcomes.poll_of(compound_id, ref) if ref else None
    if other is None or other.kind != "election":
        raise BadInput("no_such_poll", field="revote")
    outcome = outcomes.outcome_of(other)
    if other.state != State.DECLARED or outcome is None:
        raise OutOfState("revote_open")
    second = outcome.facts["items"][0]
    item = next(one for one in facts["items"] if one["key"] == item_key)
    names = {one["name"]: one["key"] for one in item["candidates"] if one["key"] in tied["names"]}
    found = round_of(other)
    if found is not None and found.first_id is not None:
        # Opened here: the ballot has the same people under the same keys.
        if found.first.ref != facts["ref"] or found.item_key != item_key:
            raise BadInput("not_tied", field="revote")
        if len(second["elected"]) != int(tied["places"]):
            raise OutOfState("revote_short", elected=str(len(second["elected"])), places=str(tied["places"]))
        return [one["key"] for one in second["elected"]]
    if {one["name"] for one in second["candidates"]} - set(names):
        raise BadInput("not_tied", field="revote")
    return [names[one["name"]] for one in second["elected"]]


@transaction.atomic
def announce(
    *, compound_id: int, ref: str, days: int | None = None, accepted: bool = False, by: Actor, now: datetime
) -> Outcome:
    """Announce a result with all that A12 asks for: fixed as data under a fingerprint, put up as a publicity of the place's days.

    ``days``, ``accepted`` as ``publicity.actions.planning.plan`` takes them. Refused: NoSuchPoll, NotPermitted
    (not_your_post), OutOfState (moved_on, nothing_counted, tie_open, say_supervisors), and as ``open_period`` refuses.
    """
    change, found = _step(compound_id, ref, by, now, "announce")
    poll = change.poll
    facts = outcomes.facts_of(poll, found)
    _complete(facts, found)
    found.facts, found.fingerprint = facts, outcomes.fingerprint_of(facts)
    found.announced_at, found.announced_as = now, by.signature
    _publish(poll, found, days=days, accepted=accepted, by=by, now=now)
    found.save()
    change.set(announced_at=now)
    change.note("fingerprint", None, found.fingerprint)
    change.save()
    return found


def _complete(facts: Mapping[str, Any], found: Outcome) -> None:
    if not facts["items"]:
        raise OutOfState("nothing_counted")
    for one in facts["items"]:
        if one.get("tied") and "settled" not in one["tied"]:
            raise OutOfState("tie_open", names="、".join(one["tied"]["names"]))
        # Nobody announces what the engine would not decide. Where it is silence that cannot be allotted (A6: heads and area of
        # the majority lead apart), the owners are told just that, with what the ballots alone came to.
        if one["outcome"] == "refused" and "without_silent" not in one:
            raise OutOfState("undecided", text=one["text"][:40])
    if not found.supervisors or not found.contact:
        raise OutOfState("say_supervisors")


def _publish(poll: Poll, found: Outcome, *, days: int | None, accepted: bool, by: Actor, now: datetime) -> None:
    title, source = announcement(
        found.facts,
        found.fingerprint,
        link=f"{settings.PUBLIC_URL}{reverse('committees_result', args=[poll.compound.code, poll.ref])}",
    )
    opened = open_period(
        compound_ids=[poll.compound_id], matter=MATTER, about=ABOUT[poll.kind], title=title, source=source, days=days,
        accepted=accepted, by=by, now=now,
    )  # fmt: skip
    found.notice = opened[0].notice


@transaction.atomic
def announce_again(
    *, compound_id: int, ref: str, days: int | None = None, accepted: bool = False, by: Actor, now: datetime
) -> Outcome:
    """Put an announced result up once more after its publicity became void; what it says is the same to the letter.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, still_public), and as ``open_period`` refuses.
    """
    poll = outcomes.poll_of(compound_id, ref)
    if poll is None or compound_id not in by.compound_ids:
        raise NoSuchPoll
    if not announces(by, poll):
        raise NotPermitted("not_your_post")
    if poll.state != State.ANNOUNCED:
        raise OutOfState("moved_on", state=str(State(poll.state).label))
    found = _outcome(poll)
    period = period_of(found.notice) if found.notice else None
    withdrawn = found.notice is None or found.notice.state in {"withdrawn", "dropped"}
    if not withdrawn and (period is None or period.state != PeriodState.VOIDED):
        raise OutOfState("still_public")
    _publish(poll, found, days=days, accepted=accepted, by=by, now=now)
    found.save()
    change = Change(poll=poll, action="announce_again", by=by, now=now)
    change.note("fingerprint", None, found.fingerprint)
    change.save()
    return found


@transaction.atomic
def declare(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Outcome:
    """Declare an announced result: its publicity is complete and every objection to it is answered.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, not_public_yet, publicity_runs,
    publicity_void, objections_open).
    """
    change, found = _step(compound_id, ref, by, now, "declare")
    poll = change.poll
    period = period_of(found.notice) if found.notice else None
    if period is None:
        raise OutOfState("not_public_yet")
    if period.state == PeriodState.VOIDED:
        raise OutOfState("publicity_void")
    if period.state != PeriodState.COMPLETED:
        raise OutOfState("publicity_runs", ends=f"{period.ends_on:%Y-%m-%d}")
    waiting = open_objections_of([compound_id]).filter(notice=found.notice).count()
    if waiting:
        raise OutOfState("objections_open", count=str(waiting))
    found.declared_at, found.declared_as = now, by.signature
    found.save()
    change.set(declared_at=now)
    change.save()
    wanted = {"community", "residents", "committee", "street", *(("city",) if poll.kind == "election" else ())}
    people = {one.person_id for one in holders(compound_id, localdate(now)) if one.party in wanted} - {by.person_id}
    queue(
        compound_id=compound_id, to=sorted(people), template="committees.declared",
        context={"compound": poll.compound.name, "title": poll.title},
        link=f"/c/{poll.compound.code}/polls/{poll.ref}/result/", by=by, now=now, key=f"declared:{poll.pk}",
    )  # fmt: skip
    return found


def check_annul(_poll: Poll, given: Mapping[str, Any], _now: datetime) -> Mapping[str, Any]:
    """What an annulment rests on: a court's ruling, an objection that was upheld, or a breach of procedure found (280)."""
    ground = str(given.get("ground", ""))
    if ground not in GROUNDS:
        raise BadInput("unknown_ground", field="ground")
    return {"ground": ground, "paper": said(str(given.get("paper", "")), "paper", MAX_REASON)}


GROUNDS = ("court", "objection", "order")


def annul(change: Change, step: JointStep) -> None:
    """The effect of an annulment, asked for by one party and agreed to by another."""
    poll = change.poll
    change.set(ended_at=change.now, ended_reason=step.reason, ended_as=step.agreed_as)
    found = (
        Outcome.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=poll.compound_id, poll=poll)
        .first()
    )
    if found is not None:
        found.annulled_at = change.now
        found.annulled_ground = f"{step.given.get('paper', '')}：{step.reason}"[:MAX_REASON]
        found.save()
    change.note("ground", None, dict(step.given))
