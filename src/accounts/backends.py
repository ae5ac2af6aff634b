"""Who is signed in: the hook that Django asks on every request."""

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import Person
from tenancy.actor import person_read
from tenancy.statements import built, columns, prepared


@cache
def _person() -> str:
    return f"SELECT {columns(Person, 'p')} FROM accounts_person p WHERE p.id = %s"  # noqa: S608  our own names


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """allauth's backend, with the read that every request begins with prepared."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """The person of a session, unless they have left or been shut out. One statement, or that of the standing."""
        found = person_read(user_id) or _read(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


def _read(person_id: int) -> Person | None:
    statement = _person()
    with prepared(statement) as cursor:
        cursor.execute(statement, [person_id])
        row = cursor.fetchone()
    return built(Person, row) if row is not None else None
