"""``{% message_preview "repairs.accepted" number=case.number %}``: what a step will send, read before it goes."""

from typing import Any

from django import template
from django.utils.translation import get_language

from messaging.queries import preview

register = template.Library()


@register.inclusion_tag("messaging/_preview.html")
def message_preview(code: str, **context: Any) -> dict[str, Any]:
    """The message as its reader gets it, in the language of whoever looks; what is still to be typed is an ellipsis."""
    said = {name: str(value) for name, value in context.items() if value}
    return {"said": preview(code, said, get_language() or "zh-hans")}
