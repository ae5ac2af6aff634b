"""Sessions are listed, and end at once: in the row, in the cache, and for whoever listens."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import actions, sessions
from accounts.models import Person
from accounts.sms import memory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Keys of ended sessions that listeners were told of."""
    keys: list[str] = []

    def listen(ended: Sequence[str]) -> None:
        keys.extend(ended)

    sessions.register_on_revoke(listen)
    yield keys
    sessions._listeners.remove(listen)


@pytest.fixture
def two(person: Person, enter: Callable[..., Any], outbox: list[memory.Message]) -> tuple[Client, Client]:
    """The same person on two devices."""
    from accounts.models import CodeEvent

    first = Client(
        headers={"user-agent": "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0", "accept-language": "zh-hans"}
    )
    second = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120", "accept-language": "zh-hans"})
    for client in (first, second):
        enter(client)
        CodeEvent.objects.all().delete()
    return first, second


def test_both_are_listed_in_words(two: tuple[Client, Client]) -> None:
    page = two[0].get("/accounts/sessions/").content.decode()
    assert "微信 · Android" in page
    assert "Chrome · Windows" in page
    assert "本设备" in page


def test_one_is_ended_at_once(
    two: tuple[Client, Client],
    person: Person,
    heard: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = two
    assert second.get("/accounts/me/").status_code == 200  # its session now lies in the cache too
    key = second.session.session_key
    row = UserSession.objects.get(session_key=key)
    with django_capture_on_commit_callbacks(execute=True):
        first.post("/accounts/sessions/", {"session": row.pk})
    assert second.get("/accounts/me/")["Location"].startswith("/accounts/login/")
    assert first.get("/accounts/me/").status_code == 200
    assert heard == [key]


def test_all_the_others_are_ended(two: tuple[Client, Client], heard: list[str]) -> None:
    first, second = two
    first.post("/accounts/sessions/")
    assert second.get("/accounts/me/").status_code == 302
    assert first.get("/accounts/me/").status_code == 200


def test_someone_elses_session_stays(two: tuple[Client, Client]) -> None:
    other = Person.objects.create_person(phone="+8613900000009", name="别人")
    thief = Client()
    thief.force_login(other)
    row = UserSession.objects.get(session_key=two[0].session.session_key)
    thief.post("/accounts/sessions/", {"session": row.pk})
    assert two[0].get("/accounts/me/").status_code == 200


@pytest.mark.parametrize("junk", ["x", "-1", "99999999999999999999", "1 OR 1=1"])
def test_junk_ends_nothing(two: tuple[Client, Client], junk: str) -> None:
    assert two[0].post("/accounts/sessions/", {"session": junk}).status_code == 302
    assert two[1].get("/accounts/me/").status_code == 200


def test_signing_out_is_heard_too(
    two: tuple[Client, Client],
    heard: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    key = two[0].session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        two[0].post("/accounts/logout/")
    assert heard == [key]


def test_an_action_ends_them_all(two: tuple[Client, Client], person: Person) -> None:
    assert actions.end_sessions(person=person) == 2
    assert all(client.get("/accounts/me/").status_code == 302 for client in two)
