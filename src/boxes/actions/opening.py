"""Opening in public: shares given one by one, checked at once; with enough of them the key is put into the chain."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.crypto import seal, unseal
from audit.actions import record
from boxes import delivered, ready
from boxes.actions.keys import _poll, _told
from boxes.actions.running import append, publish
from boxes.models import Box, Entry, Opening, Share, State, Used, Why
from boxes.permissions import may_keep, may_take_share
from boxes.queries.boxes import box_of
from boxes.refusals import BadInput, NotPermitted, OutOfState
from elections.box import keys, moments
from elections.box.standing import BALLOT, PAPER
from elections.models import Poll, Right
from tenancy.actor import Actor


@transaction.atomic
def give_share(*, compound_id: int, ref: str, text: str, by: Actor, now: datetime) -> Share:
    """Take one holder's share, checked at once against what was kept of it; it waits, sealed, for the others.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (no_box, what ``boxes.ready`` says is missing), BadInput
    (not_a_share: mistyped, or of another box; wrong_share; repeated_share).
    """
    poll = _poll(compound_id, ref, by)
    if not may_take_share(by, poll):
        raise NotPermitted("not_your_post")
    box = _closed(poll)
    given = list(box.shares.values_list("number", flat=True))
    commitments = {int(number): one for number, one in box.commitments.items()}
    try:
        number, part = keys.accept_share(box.name, text, commitments=commitments, given=given)
    except keys.ShareRefused as error:
        raise BadInput(error.code, field="share") from error
    made: Share = Share.objects.create(
        compound_id=compound_id, box=box, number=number, sealed=seal(part), at=now, given_as=by.signature
    )
    _told(poll, now)
    record(
        by=by, compound_id=compound_id, verb="boxes.share", target=f"elections.poll:{poll.pk}",
        changes={"holder": [None, number], "given": [len(given), len(given) + 1]}, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def open_box(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Opening:
    """Join the shares: the key goes into the chain, for everyone, the shares are removed, and the count is asked for.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (no_box, too_few_shares, key_mismatch, and what ``boxes.ready``
    says is missing).
    """
    poll = _poll(compound_id, ref, by)
    if not may_keep(by, poll):
        raise NotPermitted("not_your_post")
    box = _closed(poll)
    body = {"private_key": "", "public_key": "", "holders": []}
    if not box.paper_only:
        parts = {one.number: unseal(bytes(one.sealed)) for one in box.shares.order_by("number")}
        try:
            key = keys.open_box(parts, threshold=box.threshold, public_key=box.public_key)
        except keys.BoxStaysShut as error:
            raise OutOfState(error.code, have=str(len(parts)), needed=str(box.threshold)) from error
        body = moments.opened_body(key, list(parts))
    silent = _silent(box, poll, now)
    number, hashed, at = append(box, kind=moments.OPENED, body=body, now=now)
    box.shares.all().delete()
    box.state, box.opened_at = State.OPENED, now
    box.save()
    publish(box, number, hashed, at, Why.OPEN)
    total = Entry.objects.filter(compound_id=compound_id, box=box, kind__in=(BALLOT, PAPER)).count()
    made: Opening = Opening.objects.create(
        compound_id=compound_id, box=box, total=total, asked_at=now, asked_as=by.signature, tried_at=now
    )
    _told(poll, now)
    record(
        by=by, compound_id=compound_id, verb="boxes.open", target=f"elections.poll:{poll.pk}",
        changes={"holders": [None, body["holders"]], "box_head": [None, hashed], "ballots": [None, total], **silent}, now=now,
    )  # fmt: skip
    transaction.on_commit(partial(_queue, compound_id, made.pk))
    return made


def _silent(box: Box, poll: Poll, now: datetime) -> dict[str, list[int | None]]:
    """Where the owners' own rules count them, fix in the chain who had a ballot and did not vote, before any choice is known.

    Not at the close: what was done at doors before it is heard of after it, and papers are counted in. Whoever put a paper into
    the ballot box has voted, whatever became of the paper. Returns what the audit entry says of it.
    """
    rule = poll.plan.get("silent", moments.OFF)
    if rule == moments.OFF:
        return {}
    rights = delivered.rights_of(poll, box)
    known = Right.objects.filter(compound_id=box.compound_id, edition_id=box.edition_id, key__in=rights)
    used = Used.objects.filter(compound_id=box.compound_id, box=box, right__in=rights)
    silent = set(known.values_list("key", flat=True)) - set(used.values_list("right", flat=True))
    append(box, kind=moments.SILENT, body=moments.silent_body(rule, silent), now=now)
    return {"silent": [None, len(silent)]}


def _queue(compound_id: int, opening_id: int) -> None:
    from boxes.tasks import count_box

    count_box.delay(compound_id=compound_id, opening_id=opening_id)


def _closed(poll: Poll) -> Box:
    box = box_of(poll, lock=True)
    if box is None or box.state != State.CLOSED or poll.state != "closed":
        raise OutOfState("no_box")
    lacks = ready.missing(poll)
    if lacks.code:
        raise OutOfState(lacks.code)
    return box
