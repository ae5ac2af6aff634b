"""What joining prints: posters for buildings and entrances, and the sheet on which a parent agrees to 亲情代办."""

from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from documents import kinds, qr
from documents.actions import TargetGone
from parties.queries import serving_company
from residency.actions.parents import PAPER
from residency.actions.posters import KIND, UNITS
from residency.models import ParentCode
from residency.permissions import decides
from residency.queries import poster_places
from residency.rules.codes import grouped
from tenancy.actor import Actor
from ui.words import masked_name

POSTERS_TITLE = "扫码入住海报"
PAPER_TITLE = "亲情代办同意书"


def register() -> None:
    """Make both kinds of sheets known."""
    kinds.register(KIND, POSTERS_TITLE, "residency/poster_sheet.html", posters_context, allowed=may_print_posters)
    kinds.register(PAPER, PAPER_TITLE, "residency/parent_sheet.html", paper_context, allowed=may_print_paper)


def scan_url(code: str) -> str:
    """What the QR code of a poster says."""
    return f"{settings.PUBLIC_URL}/j/{code}"


def typed_url() -> str:
    """Where a code is typed in, as it is printed: without what nobody types."""
    address: str = f"{settings.PUBLIC_URL}/join/"
    return address.removeprefix("https://").removeprefix("http://").removesuffix("/")


def _posters(target: str) -> tuple[int, str, int] | None:
    """Compound, unit and building of a target; None for what is none."""
    name, _colon, rest = target.partition(":")
    parts = rest.split(":")
    if name != KIND or len(parts) != 3 or parts[1] not in UNITS:  # noqa: PLR2004  compound, unit, building
        return None
    if not all(part.isascii() and part.isdigit() for part in (parts[0], parts[2])):
        return None
    return int(parts[0]), parts[1], int(parts[2])


def may_print_posters(actor: Actor, target: str) -> bool:
    """The office of the compound."""
    found = _posters(target)
    return found is not None and found[0] in actor.compound_ids and decides(actor)


def posters_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """One poster for each place that has a current code."""
    found = _posters(target)
    if found is None or found[0] != compound_id:
        raise TargetGone
    places = poster_places(compound_id=compound_id, unit=found[1], building_id=found[2] or None)
    sheets = [
        {
            "building": building.name,
            "entrance": entrance.name if entrance else "",
            "code": grouped(current.code),
            "qr": qr.svg_data_uri(scan_url(current.code), scale=12),
        }
        for building, entrance, current in places
        if current is not None
    ]
    if not sheets:
        raise TargetGone
    company = serving_company(compound_id, localdate())
    return {
        "sheets": sheets,
        "typed_url": typed_url(),
        "company": company.name if company else "",
        "phone": company.phone if company else "",
    }


def _paper(target: str) -> ParentCode | None:
    name, _colon, key = target.partition(":")
    if name != "residency.parentcode" or not key.isascii() or not key.isdigit():
        return None
    found: ParentCode | None = ParentCode.objects.filter(pk=int(key)).select_related("parent").first()
    return found


def may_print_paper(actor: Actor, target: str) -> bool:
    """The office of the compound, for a code that was made to be handed over on paper."""
    found = _paper(target)
    return (
        found is not None
        and found.compound_id in actor.compound_ids
        and decides(actor)
        and found.how == ParentCode.How.PAPER
    )


def paper_context(*, compound_id: int, target: str) -> dict[str, Any]:
    """The code, for whom it is, and until when; the parent signs."""
    found = _paper(target)
    if found is None or found.compound_id != compound_id or found.used_at or found.cancelled_at:
        raise TargetGone
    return {
        "parent": masked_name(found.parent.name),
        "code": grouped(found.code),
        "qr": qr.svg_data_uri(scan_url(found.code), scale=8),
        "typed_url": typed_url(),
        "expires_at": found.expires_at,
        "made_as": found.made_as,
        "signatures": [_("本人（老人）签字"), _("经办人")],
    }
