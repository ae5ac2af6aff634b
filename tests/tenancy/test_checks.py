"""The check that refuses a role for which policies do not hold."""

from typing import Self

import pytest

from tenancy.checks import unprivileged_role


class _Cursor:
    def __init__(self, row: tuple[str, bool]) -> None:
        self.row = row

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _sql: str) -> None:
        pass

    def fetchone(self) -> tuple[str, bool]:
        return self.row


@pytest.mark.django_db
def test_the_tests_own_role_is_unprivileged() -> None:
    assert unprivileged_role(databases=["default"]) == []


def test_a_role_that_skips_policies_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class _Connection:
        def cursor(self) -> _Cursor:
            return _Cursor(("postgres", True))

    monkeypatch.setattr("tenancy.checks.connections", {"default": _Connection()})
    (found,) = unprivileged_role(databases=["default"])
    assert found.id == "tenancy.E001"
    assert "postgres" in found.msg


def test_without_a_database_nothing_is_asked() -> None:
    assert unprivileged_role(databases=None) == []
