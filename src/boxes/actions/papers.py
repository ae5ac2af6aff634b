"""Papers counted in: after the close, before the opening, a whole batch or nothing of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from boxes.actions.running import append
from boxes.models import Box, Channel, State, Tip, Used
from boxes.queries.boxes import box_of
from boxes.refusals import BadInput, OutOfState
from elections.actions.change import Change
from elections.box import moments
from elections.box.standing import OWNER, PAPER
from elections.models import Poll, Right
from elections.models import State as PollState

Paper = tuple[str, str, Mapping[str, Any]]
BATCH = 500


def take_paper(*, poll: Poll, right: str, by: str, now: datetime) -> Used:
    """A paper came back into the ballot box before the close: its right is used, though nobody knows for what.

    The row has no entry of the chain yet (``number`` 0): the paper's comes when its batch is counted in. Refused: OutOfState
    (not_open; already_voted with ``channel`` and ``at``), BadInput (not_on_roll).
    """
    found = box_of(poll)
    if found is None:
        raise OutOfState("not_open")
    # Whoever closes the box waits for this lock, or we for them: then the box is read as they left it.
    Tip.objects.select_for_update().get(compound_id=found.compound_id, box=found)
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
    Tip.objects.select_for_update().get(compound_id=found.compound_id, box=found)
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
    for right, by, choices in papers:
        number, hashed, at = append(
            found, kind=PAPER, body=moments.paper_body(right, choices, batch=batch, by=by), now=now
        )
        Used.objects.update_or_create(
            compound_id=found.compound_id, box=found, right=right,
            defaults={"channel": "paper", "by": by, "number": number, "hash": hashed, "at": at},
        )  # fmt: skip
    change.note("batch", None, batch)
    change.note("papers", None, len(papers))
    return found


def _may_count(by: str, taken: Used) -> bool:
    """Whether a paper counts beside what is known of its right: it is the one that was taken back, or stands above a proxy's."""
    waits = taken.channel == Channel.PAPER and not taken.number
    return (waits and taken.by == by) or (by == OWNER and taken.by != OWNER)


def _refuse(code: str, rights: Sequence[str]) -> None:
    if rights:
        raise OutOfState(code, rights=" ".join(rights))
