"""A request as GeoReport shows it, and how any answer is written: XML, or JSON by the Spark convention."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime

from open311.rules import status_of
from repairs.models import Request
from repairs.words import line_text, spoken_line, without_numbers
from tenancy.models import Compound

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# What the members of a list are called in XML.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
# Everything that XML 1.0 cannot say, whatever its escape.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def w3(moment: datetime | None) -> str | None:
    """A moment as the W3C writes it, with its zone."""
    return None if moment is None else localtime(moment).isoformat(timespec="seconds")


def shown(request: Request, compound: Compound, now: datetime) -> dict[str, Any]:
    """A request with all fields of the specification; what we do not keep is null. No name and no number of a person."""
    spoken = spoken_line(request, now, to_filer=False)
    photo: str | None = getattr(request, "photo", None)
    is_open = status_of(request.state) == "open"
    return {
        "service_request_id": request.number,
        "status": status_of(request.state),
        "status_notes": without_numbers(spoken.who),
        "service_name": request.get_category_display(),
        "service_code": request.category,
        "description": without_numbers(request.words),
        "agency_responsible": request.company.name if request.company is not None else None,
        "service_notice": without_numbers(line_text(request, now, to_filer=False)) if is_open else None,
        "requested_datetime": w3(request.created_at),
        "updated_datetime": w3(request.updated_at if is_open else request.closed_at or request.updated_at),
        "expected_datetime": w3(request.due_at),
        "address": f"{without_numbers(request.place_text)}，{compound.name}",
        "address_id": getattr(request, "spot_code", None),
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None if photo is None else _media(photo, compound),
    }


def _media(ref: str, compound: Compound) -> str:
    """Where a photo is fetched with the same key; without one there is nothing."""
    return f"{settings.PUBLIC_URL}{reverse('open311_media', args=[ref])}?jurisdiction_id={compound.code}"


def answer(form: str, root: str, content: Any, *, status: int = 200) -> HttpResponse:
    """An answer in the form that the address asked for."""
    if form == "xml":
        body = '<?xml version="1.0" encoding="utf-8"?>\n' + _element(root, content)
    else:
        body = json.dumps(content, ensure_ascii=False)
    said = HttpResponse(body.encode(), status=status, content_type=TYPES[form])
    said.headers["Cache-Control"] = "no-store"
    return said


def _element(name: str, value: Any) -> str:
    inner = _inner(name, value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _inner(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(_element(key, one) for key, one in value.items())
    if isinstance(value, list):
        return "".join(_element(MEMBERS[name], one) for one in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _UNSAYABLE.sub("", str(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
