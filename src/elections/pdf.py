"""The roll as it hangs on a wall: every part with its area, names masked, totals and fingerprint, QR to check it by."""

from typing import Any

from documents.actions import TargetGone
from elections.models import Poll
from elections.permissions import sees_polls
from elections.queries import roll
from elections.queries.polls import poll_by_key
from elections.roll_words import unit_row
from elections.rules.measures import area_text
from tenancy.actor import Actor

KIND = "elections.roll"
TITLE = "业主名册"
TEMPLATE = "elections/roll_sheet.html"
_TARGET = "elections.poll"


def target_of(poll: Poll) -> str:
    """How a sheet names the poll whose roll it is."""
    return f"{_TARGET}:{poll.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """Whoever sees polls. One statement."""
    found = _found(target)
    return found is not None and found.compound_id in actor.compound_ids and sees_polls(actor)


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the sheet shows. Raises TargetGone for a roll that is not fixed."""
    found = _found(target)
    if found is None or found.compound_id != compound_id or found.edition is None:
        raise TargetGone
    units = list(roll.units_of(found))
    rights = roll.rights_of(found)
    of_unit = {number: one for one in rights for number in one.units}
    return {
        "poll": found,
        "edition": found.edition,
        "area": area_text(found.edition.area),
        "rows": [unit_row(one, of_unit.get(one.number), masked=True) for one in units],
        "fingerprint": found.edition.fingerprint,
    }


def _found(target: str) -> Poll | None:
    name, _colon, key = target.partition(":")
    if name != _TARGET or not (key.isascii() and key.isdigit()):
        return None
    return poll_by_key(int(key))
