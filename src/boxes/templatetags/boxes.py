"""How pages of floors above lead to the check of a box."""

from typing import Any

from django import template
from django.utils.http import urlencode

from boxes.views.anyone import address_of
from documents import qr
from elections.models import Poll

register = template.Library()


@register.inclusion_tag("boxes/_verify_code.html")
def verify_code(poll: Poll, receipt: str) -> dict[str, Any]:
    """A QR code and a link to the page where anyone checks this receipt; ``poll`` with its compound. Blanks do not matter."""
    address = f"{address_of(poll)}?{urlencode({'receipt': receipt.replace(' ', '')})}"
    return {"address": address, "qr": qr.svg_data_uri(address, scale=4)}
