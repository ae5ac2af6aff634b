"""Who asks and as what, read together: never shown to a session that is not theirs, never kept for the next."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.backends import PersonBackend
from accounts.models import Person
from tenancy.actor import enter, person_read, reading
from tenancy.scope import ScopeError, current_scope, entrance, scope
from tests.world import Side, World

SignIn = Callable[[Side, str], Client]


def entered(side: Side, who: str, compound_id: int | None = None) -> Any:
    """What a request of somebody begins with, for the standing of a home."""
    key = side.compound.pk if compound_id is None else compound_id
    return enter(person_id=side.people[who].pk, kind="home", key=key, on=timezone.localdate())


def settings_of_the_transaction() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.compounds', true), current_setting('app.person', true)")
        return list(cursor.fetchone())


def test_a_standing_opens_its_compound_and_nothing_else(world: World) -> None:
    side = world.here
    with entrance(side.people["resident"].pk):
        found = entered(side, "resident")
        assert settings_of_the_transaction() == [f"{{{side.compound.pk}}}", ""]
        assert (found.actor.compound_ids, found.person) == ((side.compound.pk,), side.people["resident"])
        with scope(found.actor.compound_ids, join=True, told=True):
            assert current_scope().compound_ids == (side.compound.pk,)


@pytest.mark.parametrize("who", ["resident", "manager"])
def test_who_has_no_home_in_a_compound_opens_nothing(world: World, who: str) -> None:
    side = world.here
    with entrance(side.people[who].pk):
        assert entered(side, who, world.there.compound.pk) is None
        assert settings_of_the_transaction() == ["{}", str(side.people[who].pk)]


def test_a_session_that_says_somebody_else_opens_nothing(world: World) -> None:
    """The entry policy shows a person their own homes: whose session it says it is decides what is looked for."""
    side = world.here
    with entrance(side.people["manager"].pk):
        assert entered(side, "resident") is None


def test_a_session_begun_with_an_older_password_is_nobodys(world: World, sign_in: SignIn) -> None:
    """Django's own comparison, although the person was read with the standing."""
    side = world.here
    client = sign_in(side, "resident")
    assert client.get("/c/here/repairs/").status_code == 200
    person = Person.objects.get(pk=side.people["resident"].pk)
    person.set_password("another one")
    person.save()
    answer = client.get("/c/here/repairs/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_who_was_shut_out_is_nobody(world: World, sign_in: SignIn) -> None:
    side = world.here
    client = sign_in(side, "resident")
    Person.objects.filter(pk=side.people["resident"].pk).update(is_active=False)
    answer = client.get("/c/here/repairs/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_who_was_read_ahead_is_for_that_person_and_that_moment(world: World, statements: Callable[[], Any]) -> None:
    one, other = world.here.people["resident"], world.here.people["manager"]
    with reading(one), statements() as seen:
        assert PersonBackend().get_user(one.pk) is one
        assert PersonBackend().get_user(other.pk) == other
        assert person_read(other.pk) is None
    assert len(seen) == 1
    assert person_read(one.pk) is None


def test_a_scope_joins_only_what_was_begun_for_it(world: World, committed_db: str) -> None:
    with pytest.raises(ScopeError), scope(world.here.compound.pk, join=True, told=True):
        pass
