"""The printed letter: number, text, room for the seal, QR to check it by, and who signed for it."""

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from documents.actions import TargetGone
from documents.pdf import without_emoji
from documents.queries import print_data_uri
from letters import queries
from letters.models import GONE_OUT, Letter
from letters.permissions import may_read_letters
from letters.words import day_text
from tenancy.actor import Actor

KIND = "letters.letter"
TITLE = "函"
TEMPLATE = "letters/sheet.html"
PHOTO_SIDE = 1000
_TARGET = "letters.letter"


def target_of(letter: Letter) -> str:
    """How a sheet names the letter that it is of."""
    return f"{_TARGET}:{letter.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """The body that sent it and those that it went to. Two statements."""
    found = _found(target)
    if found is None or found.compound_id not in actor.compound_ids or not may_read_letters(actor):
        return False
    return actor.organisation_id == found.organisation_id or queries.own_addressee(actor, found) is not None


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the sheet shows. Raises TargetGone for what was never sent."""
    found = _found(target)
    if found is None or found.compound_id != compound_id or found.sent_at is None:
        raise TargetGone
    files = queries.kept_files(found)
    return {
        "letter": found,
        "body": mark_safe(without_emoji(found.body_html)),  # noqa: S308  cleaned when it was cut
        "to": list(found.addressees.all()),
        "pictures": [print_data_uri(row.file, side=PHOTO_SIDE) for row in files if row.file.is_picture],
        "papers": [(row.name, row.file.sha256[:16]) for row in files if not row.file.is_picture],
        "day": day_text(localdate(found.sent_at)),
        "reply_by": day_text(found.reply_by) if found.reply_by else "",
        "fingerprint": found.fingerprint,
        "gone": found.get_state_display() if found.state != "sent" else "",
    }


def _found(target: str) -> Letter | None:
    name, _colon, key = target.partition(":")
    if name != _TARGET or not (key.isascii() and key.isdigit()):
        return None
    found = queries.letter_by_key(int(key))
    return found if found is not None and found.state in GONE_OUT else None
