"""What the register holds of a person, for the person themselves."""

from typing import Any

from accounts.models import Person
from premises.queries import own_links, own_register
from tenancy.own import own_scope
from tenancy.scope import entering


def export(person: Person) -> list[dict[str, Any]]:
    """The person's links to homes in every compound, read through their own entry rows."""
    with entering(person.pk):
        return own_links(person.pk)


def registered(person: Person) -> list[dict[str, Any]]:
    """What the registers say of the person as an owner, or of their telephone, in every compound of their ties."""
    phone = person.phone if person.phone_verified else ""
    with own_scope(person.pk) as opened:
        return own_register(person_id=person.pk, phone=phone, compound_ids=opened.compound_ids)
