"""The labels of equipment, to be printed, cut out and stuck on."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from documents import qr
from documents.actions import TargetGone
from equipment import queries
from equipment.models import LabelSheet
from equipment.permissions import keeps
from equipment.rules.standards import standards
from parties.queries import serving_company
from posting.rules.labels import grouped
from tenancy.actor import Actor
from tenancy.models import Compound

LABELS_TITLE = "消防设施标签"
LABELS_TEMPLATE = "equipment/labels.html"
_TARGET = "equipment.labels"


def _which(target: str) -> tuple[int, int | None] | None:
    """The compound of a sheet, and its row (None for all pieces); None for what is none."""
    name, _colon, rest = target.partition(":")
    compound, _colon, which = rest.partition(":")
    if name != _TARGET or not (compound.isascii() and compound.isdigit()):
        return None
    if which == "all":
        return int(compound), None
    return (int(compound), int(which)) if which.isascii() and which.isdigit() else None


def may_print(actor: Actor, target: str) -> bool:
    """Whoever keeps the register."""
    found = _which(target)
    return found is not None and found[0] in actor.compound_ids and keeps(actor)


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """One label for each piece that is not gone."""
    found = _which(target)
    if found is None or found[0] != compound_id:
        raise TargetGone
    sheet = LabelSheet.objects.filter(compound_id=compound_id, pk=found[1]).first() if found[1] is not None else None
    if found[1] is not None and sheet is None:
        raise TargetGone
    rows = queries.labelled(compound_id, sheet.piece_ids if sheet is not None else None)
    if not rows:
        raise TargetGone
    compound = Compound.objects.get(pk=compound_id)
    firm = serving_company(compound_id, localdate())
    kinds = standards().kinds
    return {
        "labels": [
            {
                "kind": kinds[row.kind].name,
                "number": row.number,
                "place": row.address,
                "code": grouped(row.label_code),  # type: ignore[attr-defined]  # read along
                "qr": qr.svg_data_uri(
                    settings.PUBLIC_URL + reverse("equipment_label", args=[compound.code, row.label_code]),  # type: ignore[attr-defined]  # read along
                    scale=8,
                ),
            }
            for row in rows
        ],
        "phone": firm.phone if firm else "",
    }
