"""The keys that a person made, for the person themselves. What was filed with them is the compound's."""

from typing import Any

from accounts.models import Person
from open311.queries import keys_made_by


def export(person: Person) -> list[dict[str, Any]]:
    """Every key that the person made; never a secret, which nobody has but the system that it was made for."""
    return [
        {
            "name": key.name,
            "organisation": key.organisation.name,
            "hint": key.hint,
            "made_at": key.made_at.isoformat(),
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
            "used_on": key.used_on.isoformat() if key.used_on else None,
        }
        for key in keys_made_by(person.pk)
    ]
