"""What goes over the wire, built once: the text of an event, and frames around one or several of them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any


def event_text(*, seq: int, kind: str, payload: dict[str, Any], at: datetime) -> str:
    """One event as JSON text (ASCII, so that encoding it for ten thousand sockets is a copy)."""
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"seq": seq, "kind": kind, "at": stamp, "payload": payload}, separators=(",", ":"))


def events_frame(address: str, seq: int, events: Iterable[str]) -> str:
    """The frame that takes a watcher of ``address`` to number ``seq`` by these events."""
    return f'{{"type":"events","topic":"{address}","seq":{seq},"events":[{",".join(events)}]}}'


def reset_frame(address: str, seq: int) -> str:
    """The frame that says: too much was missed, load the page again; numbers go on after ``seq``."""
    return f'{{"type":"reset","topic":"{address}","seq":{seq}}}'
