"""What a row of the board needs, in the event itself: written once, sent as the same bytes to every phone that is open.

Only of what everyone of the compound may read. The page fills its own row with it (``notices/board.js``), in its own
language; where it cannot, it asks for its list as for any other event.
"""

import re
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import override

from notices import extras
from notices.models import Notice, State

# No event may hold what could be somebody's telephone number (``live.actions``): such a title is asked for.
_NUMBER = re.compile(r"1[3-9]\d{9}")
LANGUAGE = "zh-hans"


def key_of(notice: Notice) -> str:
    """Where a notice stands on the board: pinned ones first, then the newest; a later key stands higher."""
    pinned = f"1{_stamp(notice.pinned_at)}" if notice.pinned_at else "0"
    return f"{pinned:-<28}{_stamp(notice.published_at)}{notice.pk:020d}"


def event_of(notice: Notice) -> dict[str, Any]:
    """The event of a notice that is or was public: what stands in its row while it is up, else that it is gone."""
    said: dict[str, Any] = {"ref": notice.ref, "state": notice.state}
    everyone = not (notice.roles or notice.building_ids or notice.entrance_ids)
    if notice.state != State.PUBLISHED or not everyone or _NUMBER.search(f"{notice.current.title}\n{notice.speaker}"):
        return said
    with override(LANGUAGE):
        marks = [f"{mark.tone} {mark.label}" for mark in extras.marks_of([notice]).get(notice.pk, [])]
    return {
        **said,
        "kind": notice.kind,
        "title": notice.current.title,
        "speaker": notice.speaker,
        "edition": notice.current.edition,
        "pinned": notice.pinned_at is not None,
        "key": key_of(notice),
        "out": _stamp(notice.published_at),
        "marks": "\n".join(marks),
    }


def _stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""
