"""What a box adds to the notices of its poll: the heads of its chain, as they are published, beside the text and on paper.

They stand beside the edition and are no part of it: no new edition comes out each day, no publicity begins anew, nobody's
signature on the text is asked again (docs/decisions/ballot-box.md).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from boxes.models import Head, State
from boxes.queries.boxes import box_of, heads_of, last_heads
from boxes.views.anyone import address_of
from boxes.words import WHY, head_rows, in_fours
from elections.actions.announcing import ABOUT
from elections.models import Poll
from elections.queries.announcing import poll_called_by
from notices import extras
from notices.models import Notice
from notices.models import State as NoticeState
from tenancy.actor import Actor

MATTERS = frozenset(str(one) for one in ABOUT.values())
# The paper has room for so many: the first, and the latest.
PRINTED = 8


def register() -> None:
    """Add it to every notice by which a poll was called."""
    extras.register(panel=panel, lines=lines, feet=feet)


def _heads(notice: Notice) -> tuple[Poll, list[Head]] | None:
    if notice.matter not in MATTERS or notice.state not in {NoticeState.PUBLISHED, NoticeState.EXPIRED}:
        return None
    poll = poll_called_by(notice)
    box = box_of(poll) if poll is not None else None
    if poll is None or box is None or box.state == State.MADE:
        return None
    return poll, list(heads_of(box))


def panel(notice: Notice, _actor: Actor | None, _now: datetime) -> extras.Panel | None:
    """The heads below the text, for readers of the board and for whoever has the address of a public notice."""
    found = _heads(notice)
    if found is None:
        return None
    poll, heads = found
    return extras.Panel("boxes/_on_notice.html", {"poll": poll, "heads": head_rows(heads)})


def lines(notice: Notice) -> list[str]:
    """The same on the printed sheet, as they stand when it is made: the first and the latest."""
    found = _heads(notice)
    if found is None:
        return []
    poll, heads = found
    kept = heads if len(heads) <= PRINTED else [*heads[: PRINTED - 1], heads[-1]]
    said = [
        _("%(when)s %(why)s：第 %(number)s 条 %(hash)s")
        % {
            "when": f"{localtime(one.at):%Y-%m-%d %H:%M}",
            "why": WHY[one.why],
            "number": one.number,
            "hash": in_fours(one.hash),
        }
        for one in reversed(kept)
    ]
    return [
        _("票箱的链头（抄下它，以后有人动过票箱就能发现）："),
        *said,
        _("核对票箱：%(address)s") % {"address": address_of(poll)},
    ]


def feet(notices: Sequence[Notice]) -> dict[int, extras.Foot]:
    """The latest head below the call in the hall, small, for whoever copies it there. One statement, none without a call."""
    calls = [one for one in notices if one.matter in MATTERS]
    if not calls:
        return {}
    return {
        pk: extras.Foot(
            _("票箱链头 第 %(number)s 条 %(when)s %(why)s")
            % {"number": head.number, "when": f"{localtime(head.at):%m-%d %H:%M}", "why": WHY[head.why]},
            in_fours(head.hash),
        )
        for pk, head in last_heads(calls[0].compound_id, [one.pk for one in calls]).items()
    }
