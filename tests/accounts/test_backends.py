"""Who is signed in, as every request asks for them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.backends import PersonBackend
from accounts.models import Person

pytestmark = pytest.mark.django_db


def test_the_whole_person_in_one_statement(person: Person, statements: Callable[[], Any]) -> None:
    with statements() as seen:
        found = PersonBackend().get_user(person.pk)
    assert len(seen) == 1
    assert isinstance(found, Person)
    kept = Person.objects.get(pk=person.pk)
    names = [field.attname for field in Person._meta.concrete_fields]
    assert found.get_deferred_fields() == set()
    assert {name: getattr(found, name) for name in names} == {name: getattr(kept, name) for name in names}
    found.save()  # an update of this row: it knows that it is stored, and where


def test_nobody_for_one_who_left_or_never_was(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert PersonBackend().get_user(person.pk) is None
    assert PersonBackend().get_user(10**12) is None
