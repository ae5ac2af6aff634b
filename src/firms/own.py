"""What the register holds of a person, for the person themselves: their certificates."""

from typing import Any

from django.db import transaction

from accounts.models import Person
from firms.queries.certificates import own_certificates


def export(person: Person) -> list[dict[str, Any]]:
    """Every certificate of the person, in the books of whichever firm they work or worked for."""
    with transaction.atomic():
        return [
            {
                "organisation": one.organisation.name,
                "name": one.name,
                "number": one.number,
                "grade": one.grade,
                "issuer": one.issuer,
                "starts": one.starts.isoformat() if one.starts else None,
                "expires": one.expires.isoformat() if one.expires else None,
                "entered_at": one.entered_at.isoformat(),
                "entered_as": one.entered_as,
                "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
                "withdrawn_why": one.withdrawn_why,
                "copy": f"/my-certificates/{one.pk}/copy/" if one.copy else None,
            }
            for one in own_certificates(person.pk)
        ]
