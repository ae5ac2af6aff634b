"""A later end with its notice, and the steps of two parties: ending early, opening again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from ballots.board import STEPS, extended_text, put_up, step_text
from ballots.models import Extension
from ballots.refusals import BadInput, OutOfState
from boxes import actions as boxes
from boxes.models import Box
from boxes.queries import box_of
from elections.actions import joint
from elections.actions.change import Change, begin, said
from elections.models import JointStep, Poll
from elections.rules.jurisdictions import parameters
from tenancy.actor import Actor


@transaction.atomic
def extend(*, compound_id: int, ref: str, closes_at: datetime, reason: str, by: Actor, now: datetime) -> Extension:
    """Put the end off while the vote runs; a notice with the old and the new end goes on the board in the same step.

    P17 and P18 bound it: how often, by how many days, how long in all; the poll's ``plan`` (the compound's own rules) goes before
    the place's. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, over, extended_out), BadInput
    (not_later, too_many_days, window_too_long, say_why, too_long), and as the board refuses a notice.
    """
    change = begin(compound_id=compound_id, ref=ref, action="extend", by=by, now=now)
    poll = change.poll
    was = poll.closes_at
    if was is None or poll.opens_at is None or now >= was:
        raise OutOfState("over")
    if closes_at <= was:
        raise BadInput("not_later", field="closes_at")
    before = Extension.objects.filter(compound_id=compound_id, poll=poll).count()
    _bounded(poll, closes_at, was=was, before=before)
    why = said(reason, "reason")
    text = extended_text(poll, was=was, closes_at=closes_at, reason=why)
    notice = put_up(poll, title=f"投票延期：{poll.title}", source=text, by=by, now=now)
    made: Extension = Extension.objects.create(
        compound_id=compound_id, poll=poll, number=before + 1, was=was, closes_at=closes_at, reason=why, notice=notice.ref,
        at=now, person_id=by.person_id, post_id=by.post_id, label=by.signature,
    )  # fmt: skip
    change.set(closes_at=closes_at)
    change.note("reason", None, why)
    change.save()
    return made


def _bounded(poll: Poll, closes_at: datetime, *, was: datetime, before: int) -> None:
    local = parameters(poll.jurisdiction, poll.on)

    def rule(name: str) -> Any:
        return poll.plan[name] if poll.plan.get(name) is not None else local[name]

    count, days, most = rule("extension_count"), rule("extension_days"), rule("window_days_most")
    if count is not None and before >= count:
        raise OutOfState("extended_out", most=str(count))
    if days is not None and closes_at - was > timedelta(days=days):
        raise BadInput("too_many_days", field="closes_at", days=str(days))
    if most is not None and poll.opens_at is not None and closes_at - poll.opens_at > timedelta(days=most):
        raise BadInput("window_too_long", field="closes_at", days=str(most), source=local.source("window_days_most"))


def may_end_early(poll: Poll, _given: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Only before its time."""
    if poll.closes_at is not None and now >= poll.closes_at:
        raise OutOfState("over")
    return {}


def end_early(change: Change, step: JointStep) -> None:
    """The box is closed now."""
    now = change.now
    change.set(closed_at=now, closes_at=now)
    boxes.close(change=change, now=now)
    _announce(change, step)


def may_reopen(poll: Poll, given: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Only while no share was given, and until a later moment that is still to come.

    Refused: OutOfState (share_given), BadInput (not_later, too_soon: less than a day, window_too_long).
    """
    closes_at = parse_datetime(str(given.get("closes_at", "")))
    if closes_at is None or is_naive(closes_at):
        raise BadInput("not_later", field="closes_at")
    if closes_at < now + timedelta(hours=1):
        raise BadInput("too_soon", field="closes_at")
    local = parameters(poll.jurisdiction, poll.on)
    most = local["window_days_most"]
    if most is not None and poll.opens_at is not None and closes_at - poll.opens_at > timedelta(days=most):
        raise BadInput("window_too_long", field="closes_at", days=str(most), source=local.source("window_days_most"))
    box: Box | None = box_of(poll)
    if box is not None and box.shares.exists():
        raise OutOfState("share_given")
    return {"closes_at": closes_at.isoformat()}


def reopen(change: Change, step: JointStep) -> None:
    """The box takes ballots again."""
    closes_at = parse_datetime(step.given["closes_at"])
    change.set(closed_at=None, closes_at=closes_at)
    boxes.reopen(change=change, now=change.now)
    _announce(change, step)


def _announce(change: Change, step: JointStep) -> None:
    poll = change.poll
    notice = put_up(
        poll, title=f"{STEPS[step.action]}：{poll.title}", source=step_text(poll, step), by=change.by,
        now=change.now,
    )  # fmt: skip
    change.note("notice", None, notice.ref)


def register() -> None:
    """Say what the two steps do."""
    joint.register("end_early", effect=end_early, check=may_end_early, page="ballots_window")
    joint.register("reopen", effect=reopen, check=may_reopen, page="ballots_window")
