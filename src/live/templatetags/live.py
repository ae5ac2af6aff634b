"""Marks an element of a page as live."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from live.queries import settled_seqs
from tenancy.models import Compound

register = template.Library()


@register.simple_tag
def live_attrs(compound: Compound, topic: str, seqs: Mapping[str, int] | None = None) -> SafeString:
    """``<section {% live_attrs compound "repairs.board" seqs %} data-live-refresh="...">``.

    ``seqs`` is what the view took from ``live.queries.seqs`` before its own reads: one statement for all topics of the
    page. Without it the tag asks itself (one statement each time) and leaves out the events of the last seconds.
    """
    known = seqs if seqs is not None else settled_seqs(compound_id=compound.pk, topics=[topic])
    return format_html('data-live="{}/{}" data-live-seq="{}"', compound.code, topic, known.get(topic, 0))
