"""The work slip (报修工单) that a worker takes along: what it shows and who may have it."""

from typing import Any

from django.utils.translation import gettext as _

from documents.actions import TargetGone
from documents.queries import picture_data_uri
from repairs.models import Photo, Place, Request, State
from repairs.permissions import is_assigned, is_desk
from repairs.queries import slip_request
from repairs.rules.categories import CATEGORIES
from tenancy.actor import Actor
from ui.words import masked_name, masked_phone

KIND = "repairs.slip"
TITLE = "报修工单"
TEMPLATE = "repairs/slip.html"
# As many small photos as fit beside the words on one sheet.
PHOTOS = 6


def target_of(request: Request) -> str:
    """How a slip names the request that it is about."""
    return f"repairs.request:{request.pk}"


def may_print(actor: Actor, target: str) -> bool:
    """The firm's desk, and the worker to whom it is assigned. One statement."""
    found = _found(target)
    return (
        found is not None and found.compound_id in actor.compound_ids and (is_desk(actor) or is_assigned(actor, found))
    )


def slip_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """What the slip shows, read in the worker inside the compound's scope. The filer stays masked on paper too."""
    found = _found(target)
    if found is None or found.compound_id != compound_id:
        raise TargetGone
    photos = [photo for photo in found.photos.all() if photo.stage != Photo.Stage.AFTER][:PHOTOS]
    return {
        "slip": found,
        "category": found.get_category_display(),
        "known_category": found.category in CATEGORIES,
        "place_kind": Place(found.place).label,
        "state": State(found.state).label,
        "filer": masked_name(found.filed_by.name),
        "filer_phone": masked_phone(found.filed_by.phone),
        "worker": found.worker.name if found.worker else "",
        "company": found.company.name if found.company else "",
        "pictures": [(picture_data_uri(photo.file, thumb=True), photo.get_stage_display()) for photo in photos],
        "signatures": [_("报修人"), _("维修人员"), _("物业服务企业")],
    }


def _found(target: str) -> Request | None:
    name, _colon, key = target.partition(":")
    if name != "repairs.request" or not key.isascii() or not key.isdigit():
        return None
    return slip_request(pk=int(key))
