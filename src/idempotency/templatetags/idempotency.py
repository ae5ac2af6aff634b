"""``{% idempotency_key %}``: the hidden field that makes a double tap file once."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from idempotency.forms import FIELD, fresh_key

register = template.Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden field with a fresh key. A form that is shown again gets a new one: what was refused had no effect."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, fresh_key())
