"""Countersigning: handing in, agreeing or refusing with a reason, taking back."""

from datetime import datetime

from django.db import transaction

from notices.actions.change import Change, everyone_in, locked, needed, said, signers, speakers, tell
from notices.actions.texts import ask, call, cut, let_out, open_steps, refuse_version, sides_of
from notices.models import Notice, State, Step, Version
from notices.permissions import countersigns, is_hurried, may_submit, sees_work
from notices.refusals import BadInput, NoSuchNotice, NotPermitted, OutOfState
from notices.rules.kinds import refused_times
from tenancy.actor import Actor


def opened(*, compound_id: int, ref: str, by: Actor) -> Notice:
    """The notice, locked, when the actor may see the work on it; NoSuchNotice."""
    found = locked(compound_id=compound_id, ref=ref)
    if found is None or not sees_work(by, found):
        raise NoSuchNotice
    return found


def moved_on(notice: Notice) -> OutOfState:
    """The refusal of what came too late."""
    return OutOfState("moved_on", state=str(State(notice.state).label))


@transaction.atomic
def submit(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Notice:
    """Hand a draft in: its text becomes a version, and whoever must countersign is asked, in order.

    Where nobody must, it waits for its time or is out at once. An urgent one by the community or the property manager is
    out at once, and countersigned after. Refused: NoSuchNotice, NotPermitted (not_yours, not_your_post), OutOfState
    (moved_on), BadInput (placeholder_left, ends_in_past, ends_before_start).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    _may_hand_in(by, found)
    if found.state != State.DRAFT:
        raise moved_on(found)
    wrong = refused_times(now=now, publish_at=found.publish_at, expires_at=found.expires_at)
    if wrong:
        raise BadInput(wrong, field="expires_at")
    change = Change(notice=found, action="submit", by=by, now=now, before=found.state)
    version = cut(change)
    sides = sides_of(found, now)
    if is_hurried(by, found.kind):
        change.action = "hurry"
        change.move("hurry")
        also = let_out(change, version)
        ask(change, version, sides, review=True)
        return change.save(also=also)
    change.set(proposed=version)
    if sides:
        change.move("submit")
        ask(change, version, sides, review=False)
        return change.save()
    return cleared(change)


def cleared(change: Change) -> Notice:
    """Nobody's word is missing any more: it is out now, or waits for its time."""
    found = change.notice
    change.move("clear")
    if found.publish_at is not None and found.publish_at > change.now:
        return change.save()
    change.move("publish")
    version: Version = found.proposed
    return change.save(also=let_out(change, version))


def _may_hand_in(by: Actor, notice: Notice) -> None:
    if not may_submit(by, notice):
        raise NotPermitted("not_your_post")


@transaction.atomic
def countersign(
    *, compound_id: int, ref: str, agree: bool, reason: str = "", by: Actor, now: datetime, fingerprint: str = ""
) -> Notice:
    """Answer for one's side when it is its turn, as the post that one acts from.

    With the last agreement the notice is out, or waits for its time; a refusal gives a draft back to its author and leaves
    what is out as it was. An urgent notice that is out is reviewed in the same way: a refusal is told to its author and the
    community, who decide. ``fingerprint``, when given, is of the text that was read. Refused: NoSuchNotice; NotPermitted
    (not_your_side, own_text); OutOfState (moved_on, not_your_turn, text_changed); BadInput (say_why, too_long).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    version: Version | None = found.proposed or found.current
    waiting = open_steps(version) if version is not None else []
    if version is None or not waiting or found.state not in {State.AWAITING, State.PUBLISHED, State.EXPIRED}:
        raise moved_on(found)
    if fingerprint and fingerprint != version.fingerprint:
        raise OutOfState("text_changed")
    step = _turn_of(by, waiting, found.state)
    if version.person_id == by.person_id:
        raise NotPermitted("own_text")
    words = said(reason, "reason") if agree else needed(reason)
    step.answer = Step.Answer.AGREED if agree else Step.Answer.REFUSED
    step.reason, step.person_id, step.post_id, step.label, step.at = words, by.person_id, by.post_id, by.signature, now
    step.save()
    action = {State.PUBLISHED: "review", State.EXPIRED: "review_after"}.get(State(found.state), "agree")
    change = Change(notice=found, action=action, by=by, now=now, before=found.state, note=words)
    change.changes[f"step.{step.side}"] = ["open", str(step.answer)]
    if not agree:
        return _refused(change, version, step, words)
    change.move(action)
    rest = waiting[:]
    rest.remove(step)
    if step.review or rest:
        if rest and not step.review:
            call(change, rest[0].side)
        return change.save()
    if found.state == State.AWAITING:
        tell(found, speakers(found, everyone_in(compound_id, now)), "notices.out", by=by, now=now)
        return cleared(change)
    return change.save(also=let_out(change, version))


def _turn_of(by: Actor, waiting: list[Step], state: str) -> Step:
    """The step that the actor may answer now: the first, and of a review any."""
    mine = [step for step in waiting if countersigns(by, step.side)]
    if not mine:
        raise NotPermitted("not_your_side")
    if not mine[0].review and mine[0] is not waiting[0]:
        raise OutOfState("not_your_turn", state=str(State(state).label))
    return mine[0]


def _refused(change: Change, version: Version, step: Step, words: str) -> Notice:
    found = change.notice
    here = everyone_in(found.compound_id, change.now)
    told = set(speakers(found, here))
    if found.state == State.AWAITING:
        change.action = "refuse"
        change.move("refuse")
        refuse_version(version, change.now)
        change.set(proposed=None)
    else:
        change.move(change.action)
        if step.review:
            told |= set(signers(here, "community"))
        else:
            refuse_version(version, change.now)
            change.set(proposed=None)
    tell(
        found, told, "notices.refused", by=change.by, now=change.now,
        who=str(step.get_side_display()), reason=words,
    )  # fmt: skip
    return change.save()


@transaction.atomic
def take_back(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Notice:
    """Take what was handed in back to change it; signatures given so far are void.

    Of a notice that is out: its correction. Refused: NoSuchNotice, NotPermitted (not_your_post), OutOfState (moved_on).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    _may_hand_in(by, found)
    version: Version | None = found.proposed
    if version is None:
        raise moved_on(found)
    change = Change(notice=found, action="take_back", by=by, now=now, before=found.state)
    if found.state == State.PUBLISHED:
        change.action = "review"
        change.move("review")
        change.set(title=found.current.title, source=found.current.source)
    else:
        change.move("take_back")
    refuse_version(version, now)
    change.set(proposed=None)
    return change.save()
