"""What the addresses of the rules share: who reads them, and fields that stand in several."""

from typing import Any

from rest_framework import serializers

from repairs.api.asking import MAX_ID
from repairs.models import Category
from repairs.permissions import may_read_rules
from repairs.refusals import NotPermitted
from tenancy.actor import Actor

# The answer is kept with its key, so moments are written as text.
MOMENT = serializers.DateTimeField()
SOURCES = ["compound", "city", "default"]
CATEGORY_OR_ANY = [("", "any"), *Category.choices]


def row(**more: Any) -> Any:
    """A field for the number of a row, or null."""
    return serializers.IntegerField(allow_null=True, min_value=1, max_value=MAX_ID, **more)


def reads(actor: Actor) -> None:
    """Raise NotPermitted for whoever may not read the rules of the compound."""
    if not may_read_rules(actor):
        raise NotPermitted("not_yours")
