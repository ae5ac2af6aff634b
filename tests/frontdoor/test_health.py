"""/livez asks nothing, /readyz asks every part and tells which one is missing."""

import pytest
from django.db import connection
from django.test import Client

from portal import readiness


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def _own_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_probes", {})


def test_livez_answers_without_a_database(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_readyz_with_everything_there(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"database": "ok"}}


@pytest.mark.django_db
def test_readyz_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"database": "unreachable"}}


@pytest.mark.usefixtures("_own_probes")
def test_a_part_that_is_not_needed_is_told_and_does_not_decide(client: Client) -> None:
    readiness.register_probe("one", lambda: True, needed=True)
    readiness.register_probe("two", lambda: False, needed=False)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"one": "ok", "two": "unreachable"}}


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_only_asking_is_allowed(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405
