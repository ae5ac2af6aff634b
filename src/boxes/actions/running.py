"""A box from its first entry to its close: started, ballots put in, heads published, closed, opened for votes again."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from boxes.models import Box, Entry, Head, Holder, State, Tip, Used, Why
from boxes.queries.boxes import box_of, remembered_box, sealing_box
from boxes.refusals import BadInput, OutOfState
from elections.actions.change import Change
from elections.box import moments
from elections.box.ballots import Box as Spec
from elections.box.ballots import NotABallot, seal
from elections.box.encoding import canonical
from elections.box.standing import BALLOT, OWNER
from elections.box.tree import Tree
from elections.models import Poll
from elections.queries.items import box_items, box_rules
from tenancy.statements import ALONE, Piece, prepared, terse

VOICES = ("owner", "proxy")
# A sealed box adds 48 bytes to what is in it.
SEAL_BYTES = 48
_APPEND = "SELECT number, hash, at FROM boxes_append(%s::bigint, %s::bigint, %s::text, %s::text, %s::timestamptz)"


@lru_cache(maxsize=8)
def _put_in(beside: str, gives: tuple[str, ...]) -> str:
    """The statement that puts in, with what stands beside it and reads ``put``."""
    return terse(
        f"""WITH put AS MATERIALIZED (SELECT code, entry_id, number, hash, at, channel FROM boxes_put_in(
          %(put_compound)s::bigint, %(put_poll)s::bigint, %(put_box)s::text, %(put_right)s::text, %(put_by)s::text,
          %(put_body)s::text, %(put_now)s::timestamptz)){f", {beside}" if beside else ""}
        SELECT {", ".join(("code", "entry_id", "number", "hash", "at", "channel", *gives))} FROM put"""  # noqa: S608  our own words
    )


def append(box: Box, *, kind: str, body: Mapping[str, Any], now: datetime) -> tuple[int, str, datetime]:
    """One more entry of the chain: its number, hash and time. Whoever writes waits here for whoever wrote before."""
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [box.compound_id, box.pk, kind, canonical(body).decode(), now])
        number, found, at = cursor.fetchone()
    return number, found, at


def publish(box: Box, number: int, found: str, at: datetime, why: str) -> Head:
    """Publish a head."""
    made: Head = Head.objects.get_or_create(
        compound_id=box.compound_id, box=box, number=number, why=why, defaults={"hash": found, "at": at}
    )[0]
    return made


def start(*, change: Change, now: datetime) -> Box:
    """Begin: the first entry says what is voted on, by which roll, to which key, held by how many. In the opening's transaction.

    Refused: OutOfState (no_box, key_not_held: fewer holders have confirmed their share than it takes to open).
    """
    poll = change.poll
    found = _latest(poll)
    if found is None or found.state != State.MADE:
        raise OutOfState("no_box")
    if not found.paper_only:
        held = Holder.objects.filter(compound_id=found.compound_id, box=found, confirmed_at__isnull=False).count()
        if held < found.threshold:
            raise OutOfState("key_not_held", held=str(held), needed=str(found.threshold))
    spec = Spec(found.name, box_items(poll), found.public_key)
    commitments = {int(number): one for number, one in found.commitments.items()}
    body = moments.set_up_body(
        spec, roll=poll.edition.fingerprint, commitments=commitments, threshold=found.threshold,
        rules=box_rules(poll).as_data(),
    )  # fmt: skip
    number, hashed, at = append(found, kind=moments.SET_UP, body=body, now=now)
    found.state, found.edition_id, found.started_at = State.SEALED, poll.edition_id, now
    found.save()
    Tip.objects.filter(compound_id=found.compound_id, box=found).update(accepts=not found.paper_only)
    publish(found, number, hashed, at, Why.SET_UP)
    change.note("box_head", None, hashed)
    return found


def put_in(*, poll: Poll, right: str, choices: Mapping[str, Any] | bytes, by: str = OWNER, now: datetime) -> Entry:
    """Put a ballot in for a right: sealed here, or given sealed. The chain is its record: no other row says anything of it.

    ``poll`` needs its id and its compound. Refused: OutOfState (not_open; already_voted with ``channel`` and ``at``), BadInput
    (not_a_ballot, not_on_roll).
    """
    return put_in_with(poll=poll, right=right, choices=choices, by=by, now=now)[0]


def put_in_with(
    *,
    poll: Poll,
    right: str,
    choices: Mapping[str, Any] | bytes,
    by: str = OWNER,
    now: datetime,
    beside: Piece = ALONE,
) -> tuple[Entry, tuple[Any, ...]]:
    """As ``put_in``, with what ``beside`` writes in the same statement and gives back: whoever comes next waits for it anyway.

    It reads ``put`` (code, number, hash, at) and writes nothing where ``put.code`` is not empty: then the ballot is refused.
    """
    if by not in VOICES:
        raise BadInput("not_a_ballot", field="by")
    code = "other_box"
    if spec := remembered_box(poll):
        # The key tells whether the box that is remembered is still the one that takes ballots.
        with suppress(BadInput):
            code, *taken = _put(poll, spec, right, choices, beside, by=by, now=now)
    if code == "other_box":
        spec = sealing_box(poll)
        if spec is None or not spec.public_key:
            raise OutOfState("not_open")
        code, *taken = _put(poll, spec, right, choices, beside, by=by, now=now)
    if code in {"not_open", "other_box"}:
        raise OutOfState("not_open")
    if code == "not_on_roll":
        raise BadInput("not_on_roll", field="right")
    body, entry_id, number, found, at, channel, *given = taken
    if code:
        raise OutOfState("already_voted", channel=channel, at=at.isoformat(), number=str(number), receipt=found)
    entry = Entry(pk=entry_id, compound_id=poll.compound_id, number=number, kind=BALLOT, body=body, hash=found, at=at)
    return entry, tuple(given)


def _put(
    poll: Poll, spec: Spec, right: str, choices: Mapping[str, Any] | bytes, beside: Piece, *, by: str, now: datetime
) -> tuple[Any, ...]:
    """The box's answer, the body of the entry, and what else the statement gives."""
    body = canonical(moments.ballot_body(right, _sealed(spec, choices), by=by)).decode()
    told: dict[str, Any] = {
        "put_compound": poll.compound_id, "put_poll": poll.pk, "put_box": spec.public_key, "put_right": right, "put_by": by,
        "put_body": body, "put_now": now,
    }  # fmt: skip
    statement = _put_in(beside.sql, beside.gives)
    with prepared(statement) as cursor:
        cursor.execute(statement, {**told, **beside.parameters})
        code, *taken = cursor.fetchone()
    return (code, body, *taken)


def _sealed(spec: Spec, choices: Mapping[str, Any] | bytes) -> bytes:
    if isinstance(choices, bytes):
        if len(choices) != spec.room + SEAL_BYTES:
            raise BadInput("not_a_ballot", field="choices")
        return choices
    try:
        return seal(spec, choices)
    except (NotABallot, TypeError) as error:
        raise BadInput("not_a_ballot", field="choices") from error


def close(*, change: Change, now: datetime) -> Box:
    """End of voting: from here no ballot comes in; the root of all receipts is published. In the closing's transaction.

    Refused: OutOfState (no_box).
    """
    found = _latest(change.poll)
    if found is None or found.state != State.SEALED:
        raise OutOfState("no_box")
    # From this statement on nobody puts anything in: whoever had the tip before us is in the tree.
    Tip.objects.select_for_update(no_key=True).get(compound_id=found.compound_id, box=found)
    Tip.objects.filter(compound_id=found.compound_id, box=found).update(accepts=False)
    hashes = Entry.objects.filter(compound_id=found.compound_id, box=found, kind=BALLOT).order_by("number")
    tree = Tree([bytes.fromhex(one) for one in hashes.values_list("hash", flat=True)])
    body = {"receipts": len(tree), "root": tree.root.hex()}
    number, hashed, at = append(found, kind=moments.CLOSED, body=body, now=now)
    found.state, found.closed_at, found.receipts, found.root = State.CLOSED, now, len(tree), tree.root.hex()
    found.save()
    publish(found, number, hashed, at, Why.CLOSE)
    change.note("receipts", None, len(tree))
    change.note("root", None, found.root)
    change.note("box_head", None, hashed)
    return found


def reopen(*, change: Change, now: datetime) -> Box:
    """Let ballots in again after a close, before any share was given or paper counted in; an entry says so.

    Refused: OutOfState (no_box, share_given, papers_in).
    """
    found = _latest(change.poll)
    if found is None or found.state != State.CLOSED:
        raise OutOfState("no_box")
    if found.shares.exists():
        raise OutOfState("share_given")
    if Used.objects.filter(compound_id=found.compound_id, box=found, channel="paper", number__gt=0).exists():
        raise OutOfState("papers_in")
    number, hashed, at = append(found, kind=moments.REOPENED, body={"after": found.root}, now=now)
    change.note("root", found.root, None)
    found.state, found.closed_at, found.receipts, found.root = State.SEALED, None, None, ""
    found.save()
    Tip.objects.filter(compound_id=found.compound_id, box=found).update(accepts=not found.paper_only)
    publish(found, number, hashed, at, Why.REOPEN)
    change.note("box_head", None, hashed)
    return found


def publish_heads(*, compound_id: int) -> int:
    """The head of the day of every box that takes ballots; a box that got nothing since keeps the head that it has."""
    boxes = Box.objects.filter(compound_id=compound_id, state=State.SEALED)
    made = 0
    for one in boxes:
        tip = Tip.objects.get(compound_id=compound_id, box=one)
        newest = Head.objects.filter(compound_id=compound_id, box=one).order_by("-number").first()
        if newest is None or tip.number > newest.number:
            publish(one, tip.number, tip.hash, tip.at, Why.DAY)
            made += 1
    return made


def _latest(poll: Poll) -> Box | None:
    return box_of(poll, lock=True)
