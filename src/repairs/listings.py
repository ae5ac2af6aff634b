"""Lists that staff choose from or read: other open requests, incidents, rules with their history, codes, visits."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When

from repairs.models import HELD, Request

CHOICES = 50


@dataclass(frozen=True, slots=True)
class Other:
    """Another open request as a choice."""

    ref: str
    number: str
    category: str
    place: str
    words: str


def others(found: Request) -> list[Other]:
    """The other open requests of the compound, the like ones first, then the latest. One statement."""
    alike = Case(
        When(category=found.category, place_text=found.place_text, then=Value(0)),
        When(category=found.category, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = (
        Request.objects.filter(compound_id=found.compound_id, state__in=HELD)
        .exclude(pk=found.pk)
        .only("id", "compound_id", "ref", "number", "category", "place_text", "words")
        .order_by(alike, "-created_at", "-pk")[:CHOICES]
    )
    return [Other(row.ref, row.number, row.get_category_display(), row.place_text, row.words) for row in rows]
