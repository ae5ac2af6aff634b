"""The printed sheets of a notice, for the boards in the compound, with number and QR to check them by; also in large type."""

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.timezone import localtime

from documents.actions import TargetGone
from documents.pdf import without_emoji
from documents.queries import picture_data_uri
from notices import extras, queries
from notices.models import Notice, State
from notices.permissions import sees_work
from tenancy.actor import Actor

SHEET = "notices.sheet"
SHEET_TITLE = "公告"
SHEET_TEMPLATE = "notices/sheet.html"
# The sizes that may be asked for: the kind of document, its title and its template.
SHEETS = {
    "": (SHEET, SHEET_TITLE, SHEET_TEMPLATE),
    "a4": ("notices.sheet_large", "公告（大字版）", "notices/sheet_large.html"),
    "a3": ("notices.sheet_a3", "公告（大字版 A3）", "notices/sheet_a3.html"),
}
_TARGET = "notices.notice"


def target_of(notice: Notice) -> str:
    """How a sheet names the notice that it is of."""
    return f"{_TARGET}:{notice.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """Whoever shares the work on a notice that is up. One statement."""
    found = _found(target)
    return found is not None and found.state == State.PUBLISHED and sees_work(actor, found)


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the sheet shows: the text that is out as it stands when the sheet is made, with its pictures."""
    found = _found(target)
    if found is None or found.compound_id != compound_id or found.current is None:
        raise TargetGone
    version = found.current
    files = {row.pk: row for row in queries.attachments_of(found)}
    named = [files[pk] for pk in version.files if pk in files]
    return {
        "notice": found,
        "version": version,
        "kind": str(found.get_kind_display()),
        "body": mark_safe(without_emoji(version.body_html)),  # noqa: S308  cleaned when it was cut
        "pictures": [picture_data_uri(row.file) for row in named if row.file.is_picture],
        "papers": [row.name for row in named if not row.file.is_picture],
        "at": localtime(found.published_at),
        "ends": localtime(found.expires_at) if found.expires_at else None,
        "fingerprint": version.fingerprint[:16],
        "lines": extras.lines_of(found),
    }


def _found(target: str) -> Notice | None:
    name, _colon, key = target.partition(":")
    if name != _TARGET or not (key.isascii() and key.isdigit()):
        return None
    return queries.notice_by_key(int(key))
