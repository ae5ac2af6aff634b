"""Filters of the report: codes in words."""

from django import template

from oversight.words import COUNTS
from repairs.models import Category

register = template.Library()


@register.filter
def category_word(code: str) -> str:
    """A category's word."""
    return str(Category(code).label)


@register.filter
def outcome_word(name: str) -> str:
    """What became of a request, in a word."""
    return str(COUNTS[name])
