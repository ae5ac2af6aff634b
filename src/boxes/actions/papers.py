"""Papers counted in: after the close, before the opening, a whole batch or nothing of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from boxes.actions.running import append
from boxes.models import Box, State, Tip, Used
from boxes.queries.boxes import box_of
from boxes.refusals import OutOfState
from elections.actions.change import Change
from elections.box import moments
from elections.box.standing import OWNER, PAPER
from elections.models import Right

Paper = tuple[str, str, Mapping[str, Any]]
BATCH = 500


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
        [right for right, by, _ in papers if right in taken and not (by == OWNER and taken[right].by != OWNER)],
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


def _refuse(code: str, rights: Sequence[str]) -> None:
    if rights:
        raise OutOfState(code, rights=" ".join(rights))
