"""The other columns of form B.1, and what goes beyond the firm: a standstill, the fire service, the fund, corrections."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from defects.actions.change import Change, allow, allow_keeping, everyone_in, kept, line, locked, managers, tell
from defects.actions.finding import regrade
from defects.models import (
    MAX_FEN,
    MAX_NAME,
    MAX_REASON,
    MAX_WORDS,
    Correction,
    Defect,
    FireNotice,
    FundRequest,
    Severity,
)
from defects.permissions import approves, finds, keeps
from defects.refusals import BadInput, NoSuchThing, OutOfState
from elections.models import Item
from equipment.models import Stop
from lifecycle.typed import said
from tenancy.actor import Actor

FUND_MATTER = "use_fund"
# What may be put right, and how long it may be.
CORRECTABLE = {"words": MAX_WORDS, "method": MAX_WORDS, "safeguards": MAX_WORDS, "severity": 8}
LATEST = timedelta(days=30)


@transaction.atomic
def stand_still(
    *,
    compound_id: int,
    ref: str,
    stopped_at: datetime,
    safeguards: str,
    stop_ref: str = "",
    by: Actor,
    now: datetime,
) -> Defect:
    """Write down that its system stands still, and what is done for safety meanwhile; the manager is asked to sign.

    ``stop_ref``: the stop that was approved in the register of equipment, whose signature then stands here too.
    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on), BadInput (found_in_future,
    found_too_long_ago, too_long, no_such_stop, say_safeguards over 24 hours).
    """
    allow(by, compound_id, finds(by))
    defect = locked(compound_id, ref)
    if not defect.is_open:
        raise OutOfState("defect_moved_on", state=str(defect.get_state_display()))
    if stopped_at > now:
        raise BadInput("found_in_future", field="stopped_at")
    if now - stopped_at > LATEST:
        raise BadInput("found_too_long_ago", field="stopped_at", most=str(LATEST.days))
    long = now - stopped_at > timedelta(hours=24)
    stop: Stop | None = None
    if stop_ref:
        stop = Stop.objects.filter(compound_id=compound_id, ref=stop_ref, decided_at__isnull=False).first()
        if stop is None or stop.state in {"refused", "withdrawn"}:
            raise BadInput("no_such_stop", field="stop")
    change = Change(defect, "stop", by, now)
    change.set(
        stopped_at=stopped_at,
        restored_at=defect.repaired_at if defect.state == "repaired" else None,
        safeguards=said(safeguards, "safeguards", MAX_WORDS, needed="say_safeguards" if long else ""),
    )
    if stop is not None:
        change.set(stop=stop, approved_at=stop.decided_at, approved_by=stop.decided_by, approved_as=stop.decided_as)
    regrade(change, Severity.CRITICAL)
    made = change.save(defect.safeguards)
    if made.approved_at is None:
        people = {one.person_id for one in managers(everyone_in(compound_id, now))}
        tell(made, people, "defects.stopped", by=by, now=now)
    return made


@transaction.atomic
def approve(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Defect:
    """Sign that the system may stand still: the firm's manager.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on, not_stopped, approved_already).
    """
    allow(by, compound_id, approves(by))
    defect = locked(compound_id, ref)
    if not defect.is_open:
        raise OutOfState("defect_moved_on", state=str(defect.get_state_display()))
    if defect.stopped_at is None:
        raise OutOfState("not_stopped")
    if defect.approved_at is not None:
        raise OutOfState("approved_already")
    change = Change(defect, "approve", by, now)
    change.set(approved_at=now, approved_by=by.person_id, approved_as=by.signature)
    return change.save()


@dataclass(frozen=True, slots=True)
class Told:
    """How the fire service was told."""

    told_at: datetime
    way: str
    number: str
    receiver: str


@transaction.atomic
def report_out(*, compound_id: int, ref: str, told: Told, by: Actor, now: datetime) -> FireNotice:
    """Keep how the fire service was told.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput (found_in_future, told_before_found, unknown_way, say_number,
    say_receiver, too_long), OutOfState (defect_moved_on).
    """
    allow_keeping(by, compound_id)
    defect = locked(compound_id, ref)
    if not defect.is_open:
        raise OutOfState("defect_moved_on", state=str(defect.get_state_display()))
    if told.told_at > now:
        raise BadInput("found_in_future", field="told_at")
    if told.told_at < defect.found_at.replace(second=0, microsecond=0):
        raise BadInput("told_before_found", field="told_at")
    if told.way not in FireNotice.Way.values:
        raise BadInput("unknown_way", field="way")
    made: FireNotice = FireNotice.objects.create(
        compound_id=compound_id,
        defect=defect,
        told_at=told.told_at,
        way=told.way,
        number=said(told.number, "number", MAX_NAME, needed="say_number"),
        receiver=said(told.receiver, "receiver", MAX_NAME, needed="say_receiver"),
        person_id=by.person_id,
        label=by.signature,
        at=now,
    )
    line(defect, "fire", f"{made.get_way_display()} {made.number}", by, now).save()
    kept(defect, "fire", {"number": [None, made.number]}, by, now)
    return made


@transaction.atomic
def ask_fund(
    *,
    compound_id: int,
    ref: str,
    amount_fen: int,
    fee_fen: int,
    reason: str,
    item_id: int | None = None,
    by: Actor,
    now: datetime,
) -> FundRequest:
    """Ask that the maintenance fund pays, where a repair costs more than the fee bears (Order 5 Art. 33).

    ``item_id``: an item of a poll of the owners on the use of the fund. A second one replaces amount, reason and item of
    the first; the history keeps both. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (defect_moved_on),
    BadInput (amount_wrong, within_fee, say_why, too_long, no_such_item).
    """
    allow(by, compound_id, keeps(by))
    defect = locked(compound_id, ref)
    if defect.state == "dropped":
        raise OutOfState("defect_moved_on", state=str(defect.get_state_display()))
    if not 0 < amount_fen <= MAX_FEN or fee_fen < 0:
        raise BadInput("amount_wrong", field="amount")
    if amount_fen <= fee_fen:
        raise BadInput("within_fee", field="amount")
    item: Item | None = None
    if item_id is not None:
        item = Item.objects.filter(compound_id=compound_id, pk=item_id, matter=FUND_MATTER).first()
        if item is None:
            raise BadInput("no_such_item", field="item")
    why = said(reason, "reason", MAX_WORDS, needed="say_why")
    made: FundRequest
    made, _new = FundRequest.objects.update_or_create(
        compound_id=compound_id,
        defect=defect,
        defaults={
            "amount_fen": amount_fen, "fee_fen": fee_fen, "reason": why, "item": item, "person_id": by.person_id,
            "label": by.signature, "at": now,
        },
    )  # fmt: skip
    line(defect, "fund", f"{amount_fen / 100:.2f} 元：{why}", by, now).save()
    here = everyone_in(compound_id, now)
    people = {one.person_id for one in here if one.party in {"committee", "community"}}
    tell(defect, people, "defects.fund", by=by, now=now, amount=f"{amount_fen / 100:.2f}", why=why)
    kept(defect, "fund", {"amount_fen": [None, amount_fen]}, by, now)
    return made


@transaction.atomic
def correct(*, compound_id: int, ref: str, name: str, value: str, reason: str, by: Actor, now: datetime) -> Correction:
    """Put an entry right; what stood there stays readable on page and paper.

    Refused: NotPermitted (not_yours), NoSuchThing (no such field), BadInput (say_what, say_why, too_long, unknown_severity,
    unchanged), OutOfState (nothing_there: of a step that was not taken yet).
    """
    allow_keeping(by, compound_id)
    most = CORRECTABLE.get(name)
    if most is None:
        raise NoSuchThing
    defect = locked(compound_id, ref)
    new = said(value, "value", most, needed="say_what")
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    old = str(getattr(defect, name))
    if not old:
        raise OutOfState("nothing_there")
    if new == old:
        raise BadInput("unchanged", field="value")
    change = Change(defect, "correct", by, now)
    if name == "severity":
        if new not in Severity.values:
            raise BadInput("unknown_severity", field="value")
        regrade(change, new)
    else:
        change.set(**{name: new})
    made: Correction = Correction.objects.create(
        compound_id=compound_id, defect=defect, field=name, old=old, new=new, reason=why, person_id=by.person_id,
        label=by.signature, at=now,
    )  # fmt: skip
    change.save(why)
    return made
