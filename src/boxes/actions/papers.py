"""Papers counted in: after the close, before the opening, a whole batch or nothing of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from boxes.models import Box, Channel, State, Tip, Used
from boxes.queries.boxes import box_of
from boxes.refusals import BadInput, OutOfState
from elections.actions.change import Change
from elections.box import moments
from elections.box.encoding import canonical
from elections.box.standing import OWNER, PAPER
from elections.models import Poll, Right
from elections.models import State as PollState

Paper = tuple[str, str, Mapping[str, Any]]
# Entries in the order of the papers, each chained by the table's trigger, and the marks of their rights, in one statement.
_COUNT_IN = """
WITH papers AS (
  SELECT * FROM unnest(%(rights)s::text[], %(voices)s::text[], %(bodies)s::text[]) WITH ORDINALITY
    AS p ("right", "by", body, place)
), entered AS (
  INSERT INTO boxes_entry (compound_id, box_id, number, kind, body, previous, hash, at)
  SELECT %(compound)s, %(box)s, 0, %(kind)s, p.body, '', '', %(now)s::timestamptz FROM papers p ORDER BY p.place
  RETURNING number, body, hash, at
)
INSERT INTO boxes_used (compound_id, box_id, "right", channel, "by", number, hash, at)
SELECT %(compound)s, %(box)s, p."right", 'paper', p."by", e.number, e.hash, e.at
FROM papers p JOIN entered e ON e.body = p.body
ON CONFLICT (compound_id, box_id, "right") DO UPDATE
SET channel = excluded.channel, "by" = excluded."by", number = excluded.number, hash = excluded.hash, at = excluded.at
"""


def take_paper(*, poll: Poll, right: str, by: str, now: datetime) -> Used:
    """A paper came back into the ballot box before the close: its right is used, though nobody knows for what.

    The row has no entry of the chain yet (``number`` 0): the paper's comes when its batch is counted in. Refused: OutOfState
    (not_open; already_voted with ``channel`` and ``at``), BadInput (not_on_roll).
    """
    found = box_of(poll)
    if found is None:
        raise OutOfState("not_open")
    # Whoever closes the box waits for this lock, or we for them: then the box is read as they left it.
    Tip.objects.select_for_update(no_key=True).get(compound_id=found.compound_id, box=found)
    found.refresh_from_db(fields=["state", "edition"])
    open_now = Poll.objects.filter(
        compound_id=poll.compound_id, pk=poll.pk, state=PollState.VOTING, closes_at__gt=now
    ).exists()
    if found.state != State.SEALED or not open_now:
        raise OutOfState("not_open")
    if not Right.objects.filter(compound_id=found.compound_id, edition_id=found.edition_id, key=right).exists():
        raise BadInput("not_on_roll", field="right")
    before: Used | None = Used.objects.filter(compound_id=found.compound_id, box=found, right=right).first()
    if before is not None and not (by == OWNER and before.by != OWNER):
        raise OutOfState("already_voted", channel=before.channel, at=before.at.isoformat(), number="", receipt="")
    if before is not None:
        before.channel, before.by, before.number, before.hash, before.at = Channel.PAPER, by, 0, "", now
        before.save()
        return before
    made: Used = Used.objects.create(
        compound_id=found.compound_id, box=found, right=right, channel=Channel.PAPER, by=by, number=0, hash="", at=now
    )
    return made


def count_in(*, change: Change, batch: str, papers: Sequence[Paper], now: datetime) -> Box:
    """Put the papers of a batch in: ``(right, "owner" or "proxy", choices)``. An owner's own paper stands above a proxy's ballot.

    Refused, the whole batch: OutOfState (no_box, share_given; not_on_roll, twice_in_batch, already_voted with ``rights``: the
    keys, separated by blanks).
    """
    found = box_of(change.poll, lock=True)
    if found is None or found.state != State.CLOSED:
        raise OutOfState("no_box")
    if found.shares.exists():
        raise OutOfState("share_given")
    Tip.objects.select_for_update(no_key=True).get(compound_id=found.compound_id, box=found)
    rights = [right for right, _by, _choices in papers]
    known = set(
        Right.objects.filter(compound_id=found.compound_id, edition_id=found.edition_id, key__in=rights).values_list(
            "key", flat=True
        )
    )
    taken = {one.right: one for one in Used.objects.filter(compound_id=found.compound_id, box=found, right__in=rights)}
    _refuse("not_on_roll", [one for one in rights if one not in known])
    _refuse("twice_in_batch", sorted({one for one in rights if rights.count(one) > 1}))
    _refuse(
        "already_voted",
        [right for right, by, _ in papers if right in taken and not _may_count(by, taken[right])],
    )
    _enter(found, batch, papers, now=now)
    change.note("batch", None, batch)
    change.note("papers", None, len(papers))
    return found


def _enter(box: Box, batch: str, papers: Sequence[Paper], *, now: datetime) -> None:
    """Each right stands in one body, so an entry is found again by what it says. One statement, however many papers."""
    if not papers:
        return
    bodies = [
        canonical(moments.paper_body(right, choices, batch=batch, by=by)).decode() for right, by, choices in papers
    ]
    given: dict[str, Any] = {
        "rights": [right for right, _by, _choices in papers], "voices": [by for _right, by, _choices in papers],
        "bodies": bodies, "compound": box.compound_id, "box": box.pk, "kind": PAPER, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_IN, given)


def _may_count(by: str, taken: Used) -> bool:
    """Whether a paper counts beside what is known of its right: it is the one that was taken back, or stands above a proxy's."""
    waits = taken.channel == Channel.PAPER and not taken.number
    return (waits and taken.by == by) or (by == OWNER and taken.by != OWNER)


def _refuse(code: str, rights: Sequence[str]) -> None:
    if rights:
        raise OutOfState(code, rights=" ".join(rights))
