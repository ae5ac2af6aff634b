"""Filters of print templates and of pages about files."""

from collections.abc import Sequence
from typing import Any

from django import template

from documents.codes import grouped
from documents.pdf import without_emoji

register = template.Library()


@register.filter
def printable(text: Any) -> str:
    """The text with emoji as 〔表情〕; other characters that the faces lack stay, and stop the print by name."""
    return without_emoji(str(text))


@register.filter
def signature_rows(parties: Sequence[Any]) -> list[Sequence[Any]]:
    """Those who sign, row by row: the three parties side by side, others two by two."""
    width = 3 if len(parties) == 3 else 2  # noqa: PLR2004  the three parties
    return [parties[start : start + width] for start in range(0, len(parties), width)]


@register.filter
def grouped_code(code: str) -> str:
    """A check code as it is printed: K7QM3-XRDPW."""
    return grouped(code)
