"""What is printed: the work slip (报修工单) that a worker takes along, and the labels of place codes; who may have them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from documents import qr
from documents.actions import TargetGone
from documents.queries import picture_data_uri
from parties.queries import serving_company
from repairs.models import Photo, Place, Request, State
from repairs.permissions import is_assigned, is_desk, may_print_places
from repairs.queries import slip_request
from repairs.rule_rows import labelled
from repairs.rules.categories import CATEGORIES
from tenancy.actor import Actor
from ui.words import masked_name, masked_phone

KIND = "repairs.slip"
TITLE = "报修工单"
TEMPLATE = "repairs/slip.html"
# As many small photos as fit beside the words on one sheet.
PHOTOS = 6
LABELS_TITLE = "报修位置码"
LABELS_TEMPLATE = "repairs/labels.html"


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


def _labels(target: str) -> tuple[int, int | None] | None:
    """The compound of a label sheet, and its chosen codes' row (None for all); None for what is none."""
    name, _colon, rest = target.partition(":")
    compound, _colon, which = rest.partition(":")
    if name != "repairs.places" or not (compound.isascii() and compound.isdigit()):
        return None
    if which == "all":
        return int(compound), None
    return (int(compound), int(which)) if which.isascii() and which.isdigit() else None


def may_print_labels(actor: Actor, target: str) -> bool:
    """The firm's desk."""
    found = _labels(target)
    return found is not None and found[0] in actor.compound_ids and may_print_places(actor)


def labels_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """One label for each code that is still in use: where it hangs, what it opens, and whom to call instead."""
    found = _labels(target)
    if found is None or found[0] != compound_id:
        raise TargetGone
    rows = labelled(compound_id=compound_id, sheet=found[1])
    if not rows:
        raise TargetGone
    company = serving_company(compound_id, localdate())
    return {
        "labels": [
            {
                "place": row.place_text,
                "building": row.building.name if row.building is not None else "",
                "category": row.get_category_display() if row.category else "",
                "code": f"{row.code[:3]} {row.code[3:]}",
                "qr": qr.svg_data_uri(
                    settings.PUBLIC_URL + reverse("repairs_spot", args=[row.compound.code, row.code]), scale=8
                ),
            }
            for row in rows
        ],
        "phone": company.phone if company else "",
    }
