"""The labels of points, to be printed, cut out and hung beside each board."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from documents import qr
from documents.actions import TargetGone
from parties.queries import serving_company
from posting import queries
from posting.models import LabelSheet
from posting.permissions import keeps_points
from posting.rules.labels import grouped
from tenancy.actor import Actor
from tenancy.models import Compound

LABELS_TITLE = "张贴点标签"
LABELS_TEMPLATE = "posting/labels.html"
_TARGET = "posting.labels"


def _which(target: str) -> tuple[int, int | None] | None:
    """The compound of a sheet, and its row (None for all points); None for what is none."""
    name, _colon, rest = target.partition(":")
    compound, _colon, which = rest.partition(":")
    if name != _TARGET or not (compound.isascii() and compound.isdigit()):
        return None
    if which == "all":
        return int(compound), None
    return (int(compound), int(which)) if which.isascii() and which.isdigit() else None


def may_print(actor: Actor, target: str) -> bool:
    """Whoever keeps the points."""
    found = _which(target)
    return found is not None and found[0] in actor.compound_ids and keeps_points(actor)


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """One label for each point that is still in use."""
    found = _which(target)
    if found is None or found[0] != compound_id:
        raise TargetGone
    sheet = LabelSheet.objects.filter(compound_id=compound_id, pk=found[1]).first() if found[1] is not None else None
    if found[1] is not None and sheet is None:
        raise TargetGone
    rows = queries.labelled(compound_id, sheet.point_ids if sheet is not None else None)
    if not rows:
        raise TargetGone
    compound = Compound.objects.get(pk=compound_id)
    firm = serving_company(compound_id, localdate())
    return {
        "labels": [
            {
                "place": f"{row.address} {row.name}",
                "more": f"{row.get_kind_display()} · {row.size}",
                "code": grouped(row.label_code),  # type: ignore[attr-defined]
                "qr": qr.svg_data_uri(
                    settings.PUBLIC_URL + reverse("posting_scan", args=[compound.code, row.label_code]),  # type: ignore[attr-defined]
                    scale=8,
                ),
            }
            for row in rows
        ],
        "phone": firm.phone if firm else "",
    }
