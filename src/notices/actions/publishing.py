"""Out on the board: at its time, corrected, pinned, withdrawn with a reason, expired. And what the clock does of it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from notices import hooks
from notices.actions.approving import moved_on, opened
from notices.actions.change import Change, needed, tell
from notices.actions.texts import ask, cut, let_out, refuse_version, sides_of
from notices.actions.writing import checked_words
from notices.models import Notice, Reading, State, Version
from notices.permissions import is_hurried, may_pin, may_submit, may_withdraw
from notices.refusals import BadInput, NotPermitted, OutOfState
from notices.rules.kinds import MAX_CHANGED
from parties.queries import acting_organisations
from tenancy.actor import Actor, system_actor

CLOCK = "notices"
BATCH = 200

Act = Callable[[Notice, Actor, datetime, set[int]], None]


@transaction.atomic
def publish(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Notice:
    """Let a notice out that waits for its time, before it. Refused: NoSuchNotice, NotPermitted, OutOfState (moved_on)."""
    found = opened(compound_id=compound_id, ref=ref, by=by)
    if not may_submit(by, found):
        raise NotPermitted("not_your_post")
    if found.state != State.SCHEDULED:
        raise moved_on(found)
    return _publish(found, by=by, now=now)


def _publish(found: Notice, *, by: Actor, now: datetime) -> Notice:
    change = Change(notice=found, action="publish", by=by, now=now, before=found.state)
    change.move("publish")
    version: Version = found.proposed
    return change.save(also=let_out(change, version))


@transaction.atomic
def amend(*, compound_id: int, ref: str, title: str, source: str, changed: str, by: Actor, now: datetime) -> Notice:
    """Correct what is out, saying what changed: a new version, out when its countersignatures are there (at once if none).

    Until then the old text stays. The words may be the same when attachments changed. Refused: NoSuchNotice;
    NotPermitted (not_your_post); OutOfState (moved_on, correction_waits); BadInput (empty, too_long, say_what, nothing_changed,
    placeholder_left).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    if not may_submit(by, found):
        raise NotPermitted("not_your_post")
    if found.state != State.PUBLISHED:
        raise moved_on(found)
    if found.proposed_id is not None:
        raise OutOfState("correction_waits")
    head, text = checked_words(title, source)
    what = needed(changed, "changed", MAX_CHANGED, "say_what")
    before: Version = found.current
    change = Change(notice=found, action="amend", by=by, now=now, before=found.state, note=what)
    change.move("amend")
    change.set(title=head, source=text)
    version = cut(change, changed=what)
    if version.fingerprint == before.fingerprint:
        raise BadInput("nothing_changed", field="source")
    sides = sides_of(found, now)
    if sides and not is_hurried(by, found.kind):
        change.set(proposed=version)
        ask(change, version, sides, review=False)
        change.action = "propose"
        return change.save()
    also = let_out(change, version)
    if sides:
        ask(change, version, sides, review=True)
    return change.save(also=also)


@transaction.atomic
def pin(*, compound_id: int, ref: str, on: bool, by: Actor, now: datetime) -> Notice:
    """Put a notice at the top of the board, or let it go from there; doing it again is nothing.

    Refused: NoSuchNotice, NotPermitted (not_your_post), OutOfState (moved_on).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    if not may_pin(by, found):
        raise NotPermitted("not_your_post")
    if found.state != State.PUBLISHED:
        raise moved_on(found)
    if (found.pinned_at is not None) == on:
        return found
    change = Change(notice=found, action="pin" if on else "unpin", by=by, now=now, before=found.state)
    change.move("pin")
    change.set(pinned_at=now if on else None)
    return change.save()


@transaction.atomic
def withdraw(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Notice:
    """Take a notice from the board, or give up one that is not out, saying why. Its text stays, to be proved.

    Refused: NoSuchNotice, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (say_why, too_long).
    """
    found = opened(compound_id=compound_id, ref=ref, by=by)
    if not may_withdraw(by, found):
        raise NotPermitted("not_your_post")
    if found.state == State.WITHDRAWN:
        raise moved_on(found)
    return _withdraw(found, needed(reason), by=by, now=now)


def _withdraw(found: Notice, why: str, *, by: Actor, now: datetime) -> Notice:
    public: Version | None = found.current
    proposed: Version | None = found.proposed
    change = Change(notice=found, action="withdraw", by=by, now=now, before=found.state, note=why)
    change.move("withdraw")
    change.set(ended_at=now, ended_reason=why, ended_as=by.signature, pinned_at=None, proposed=None)
    if proposed is not None:
        refuse_version(proposed, now)
    told = hooks.withdrawn(found, public, now)
    if public is not None and not told:
        readers = Reading.objects.filter(compound_id=found.compound_id, notice=found)
        tell(found, readers.values_list("person_id", flat=True), "notices.withdrawn", by=by, now=now, reason=why)
    return change.save()


def publish_due(*, compound_id: int, now: datetime) -> int:
    """Let out what waits and whose time has come; returns how many. May be repeated; it catches up after any pause.

    What a body wrote that acts for the compound no longer is withdrawn instead, and says so.
    """
    return _each(
        compound_id,
        Notice.objects.filter(compound_id=compound_id, state=State.SCHEDULED, publish_at__lte=now),
        now,
        _publish_or_drop,
    )


def _publish_or_drop(found: Notice, by: Actor, now: datetime, acting: set[int]) -> None:
    if found.organisation_id in acting:
        _publish(found, by=by, now=now)
    else:
        with override("zh-hans"):
            why = _("发布单位已不在本小区履职，没有发布。")
        _withdraw(found, why, by=by, now=now)


def expire_due(*, compound_id: int, now: datetime) -> int:
    """Take down what has reached its end; returns how many. May be repeated."""
    return _each(
        compound_id,
        Notice.objects.filter(compound_id=compound_id, state=State.PUBLISHED, expires_at__lte=now),
        now,
        _expire,
    )


def _expire(found: Notice, by: Actor, now: datetime, _acting: set[int]) -> None:
    change = Change(notice=found, action="expire", by=by, now=now, before=found.state)
    proposed: Version | None = found.proposed
    if proposed is not None:
        refuse_version(proposed, now)
    change.move("expire")
    change.set(ended_at=now, pinned_at=None, proposed=None)
    change.save()


def _each(compound_id: int, due: QuerySet[Notice], now: datetime, act: Act) -> int:
    """Act on each due row, each in a part of the transaction of its own, leaving alone what somebody works on now."""
    refs = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not refs:
        return 0
    by = system_actor(CLOCK, (compound_id,))
    acting = acting_organisations(compound_id, localdate(now))
    done = 0
    for pk in refs:
        with transaction.atomic():
            found = (
                due.filter(pk=pk)
                .select_for_update(of=("self",), skip_locked=True, no_key=True)
                .select_related("compound", "current", "proposed")
                .first()
            )
            if found is not None:
                act(found, by, now, acting)
                done += 1
    return done
