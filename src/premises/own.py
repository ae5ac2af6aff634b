"""What the register holds of a person, for the person themselves."""

from typing import Any

from accounts.models import Person
from premises.queries import own_links
from tenancy.scope import entering


def export(person: Person) -> list[dict[str, Any]]:
    """The person's links to homes in every compound, read through their own entry rows."""
    with entering(person.pk):
        return own_links(person.pk)
