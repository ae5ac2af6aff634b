"""A step that needs two parties: asked for with a reason, agreed to by a post of another party, or taken back.

What a step does besides the state is its floor's (``register`` in ``AppConfig.ready()``): closing the box, opening it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from elections.actions.change import Change, begin, said
from elections.models import Poll, State
from elections.models.joint import Joint, JointStep
from elections.permissions import agrees_as, may_agree, may_conduct, sees_polls
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from elections.states import MACHINE
from lifecycle.machine import NotAllowed
from messaging.actions import queue
from parties.queries import holders
from tenancy.actor import Actor

Check = Callable[[Poll, Mapping[str, Any], datetime], Mapping[str, Any]]
Effect = Callable[[Change, JointStep], None]


def _nothing(_poll: Poll, _given: Mapping[str, Any], _now: datetime) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Way:
    """What a floor says of its step. ``check`` is asked when it is asked for and again when it is agreed to; it refuses, or
    returns what is kept of ``given``. ``effect`` runs in the step's transaction, before the poll is written. ``page`` is the
    name of the page of a poll on which the other party agrees."""

    effect: Effect
    check: Check = _nothing
    page: str = "polls_one"


_ways: dict[str, Way] = {}


def register(action: str, *, effect: Effect, check: Check = _nothing, page: str = "polls_one") -> None:
    """Say what one of ``models.joint.Joint`` does, and where it is agreed to."""
    _ways[Joint(action).value] = Way(effect, check, page)


def address(poll: Poll, action: str) -> str:
    """The page on which a step of a poll is agreed to."""
    way = _ways.get(action)
    return reverse(way.page if way is not None else "polls_one", args=[poll.compound.code, poll.ref])


@transaction.atomic
def ask(
    *,
    compound_id: int,
    ref: str,
    step: str,
    reason: str,
    given: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> JointStep:
    """Ask for a step; nothing happens to the poll until a post of another party agrees. Whoever may is told.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, asked_already, and what the step's floor refuses),
    BadInput (unknown_step, say_why, too_long).
    """
    poll = _locked(compound_id, ref, by)
    if not (may_conduct(by, poll) or may_agree(by, poll)):
        raise NotPermitted("not_your_post")
    way = _way(step)
    _may_start(poll, step)
    if _open(poll) is not None:
        raise OutOfState("asked_already")
    kept = way.check(poll, given or {}, now)
    made: JointStep = JointStep.objects.create(
        compound_id=compound_id, poll=poll, action=step, reason=said(reason, "reason"), given=dict(kept), asked_at=now,
        asked_party=by.party, asked_organisation_id=by.organisation_id or 0, asked_person_id=by.person_id,
        asked_as=by.signature,
    )  # fmt: skip
    _tell(made, poll, "asked", _others(made, poll, now), by=by, now=now)
    change = Change(poll=poll, action="ask", by=by, now=now)
    change.note("step", None, step)
    change.note("reason", None, made.reason)
    change.save()
    return made


@transaction.atomic
def agree(*, compound_id: int, ref: str, step_id: int, by: Actor, now: datetime) -> JointStep:
    """Agree to what another party asked for: the step is taken at once.

    Refused: NoSuchPoll, NotPermitted (not_your_post, same_party, same_person), OutOfState (moved_on, settled, and what the
    step's floor refuses).
    """
    _locked(compound_id, ref, by)
    step = _step(compound_id, ref, step_id)
    change = begin(compound_id=compound_id, ref=ref, action=step.action, by=by, now=now, may=may_agree)
    if by.person_id == step.asked_person_id:
        raise NotPermitted("same_person")
    if by.organisation_id == step.asked_organisation_id or by.party == step.asked_party:
        raise NotPermitted("same_party")
    way = _way(step.action)
    way.check(change.poll, step.given, now)
    step.agreed_at, step.agreed_party, step.agreed_as = now, by.party, by.signature
    step.agreed_organisation_id, step.agreed_person_id = by.organisation_id or 0, by.person_id
    step.save()
    change.note("asked_as", None, step.asked_as)
    change.note("reason", None, step.reason)
    way.effect(change, step)
    _tell(step, change.poll, "agreed", [step.asked_person_id], by=by, now=now)
    change.save()
    return step


@transaction.atomic
def withdraw(*, compound_id: int, ref: str, step_id: int, by: Actor, now: datetime) -> JointStep:
    """Take back what one's own party asked for. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (settled)."""
    poll = _locked(compound_id, ref, by)
    step = _step(compound_id, ref, step_id)
    if by.organisation_id != step.asked_organisation_id:
        raise NotPermitted("not_your_post")
    step.withdrawn_at, step.withdrawn_as = now, by.signature
    step.save()
    _tell(step, poll, "withdrawn", _others(step, poll, now), by=by, now=now)
    change = Change(poll=poll, action="withdraw", by=by, now=now)
    change.note("step", step.action, None)
    change.save()
    return step


def _others(step: JointStep, poll: Poll, now: datetime) -> list[int]:
    """The people who may agree: they hold a post that does, of another party than the one that asked."""
    return sorted(
        {
            one.person_id
            for one in holders(poll.compound_id, localdate(now))
            if agrees_as(one.party, one.role)
            and one.party != step.asked_party
            and one.person_id != step.asked_person_id
        }
    )


def _tell(step: JointStep, poll: Poll, what: str, to: list[int], *, by: Actor, now: datetime) -> None:
    queue(
        compound_id=poll.compound_id,
        to=to,
        template=f"elections.step_{what}",
        context={
            "compound": poll.compound.name,
            "title": poll.title,
            "step": str(step.get_action_display()),
            "reason": step.reason,
            "who": by.signature,
        },
        link=address(poll, step.action),
        by=by,
        now=now,
        key=f"elections.step_{what}:{step.pk}",
    )


def _locked(compound_id: int, ref: str, by: Actor) -> Poll:
    found: Poll | None = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "edition")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or not sees_polls(by):
        raise NoSuchPoll
    return found


def _way(action: str) -> Way:
    found = _ways.get(action)
    if found is None:
        raise BadInput("unknown_step", field="step")
    return found


def _may_start(poll: Poll, action: str) -> None:
    try:
        MACHINE.target(poll.state, action)
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(poll.state).label)) from error


def _open(poll: Poll) -> JointStep | None:
    found: JointStep | None = JointStep.objects.filter(
        compound_id=poll.compound_id, poll=poll, agreed_at=None, withdrawn_at=None
    ).first()
    return found


def _step(compound_id: int, ref: str, step_id: int) -> JointStep:
    found: JointStep | None = JointStep.objects.filter(
        compound_id=compound_id, poll__ref=ref, pk=step_id, agreed_at=None, withdrawn_at=None
    ).first()
    if found is None:
        raise OutOfState("settled")
    return found
