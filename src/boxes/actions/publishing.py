"""The record of a counted box as a file: masked, so that anyone may have it; of a secret election without its lines."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from boxes.models import Box, Head
from documents.actions import store_made
from elections.box import record
from elections.box.ballots import Box as Spec
from elections.box.chain import Entry as Link
from elections.box.counting import Right
from elections.box.record import Rules
from elections.models import Poll, Secrecy
from tenancy.actor import system_actor

PUBLIC, WHOLE = "boxes.record", "boxes.record_whole"
LINES = "application/x-ndjson"
TOTALS = "gongzhi.vote.totals/2"


def publish_record(
    box: Box,
    poll: Poll,
    *,
    spec: Spec,
    rules: Rules,
    roll: Mapping[str, Right],
    entries: Sequence[Link],
    result: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Keep the record. The lines of a secret election are kept apart, for supervisors and the court; its totals are public."""
    whole = b"\n".join(record.lines(box=spec, rules=rules, roll=roll, entries=entries, result=result)) + b"\n"
    if poll.secrecy == Secrecy.SECRET:
        box.whole = _stored(poll, WHOLE, whole, f"{poll.ref}-{box.number}-whole.jsonl", now)
        totals = {
            "form": TOTALS,
            "box": spec.name,
            "public_key": spec.public_key,
            "items": [one.as_data() for one in spec.items],
            "items_hash": spec.items_hash,
            "rules": rules.as_data(),
            "roll": {"voters": len(roll), "fingerprint": box.edition.fingerprint},
            "heads": [{"seq": one.number, "hash": one.hash, "why": one.why} for one in _heads(box)],
            "receipts": box.receipts,
            "root": box.root,
            "result": list(result),
        }
        whole = b"\n".join(record.sealed((), totals)) + b"\n"
    box.record = _stored(poll, PUBLIC, whole, f"{poll.ref}-{box.number}.jsonl", now)


def _stored(poll: Poll, purpose: str, content: bytes, name: str, now: datetime) -> Any:
    return store_made(
        compound_id=poll.compound_id, by=system_actor("boxes", (poll.compound_id,)), content=io.BytesIO(content),
        content_type=LINES, name=name, purpose=purpose, now=now, target=f"elections.poll:{poll.pk}",
    )  # fmt: skip


def _heads(box: Box) -> list[Head]:
    return list(Head.objects.filter(compound_id=box.compound_id, box=box).order_by("number", "pk"))
