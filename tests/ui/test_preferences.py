"""Type size and language: kept on the device and with the person; the way back stays on our own pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_type_size_is_kept_on_the_device() -> None:
    client = Client()
    answer = client.post(reverse("set_type"), {"type": "large", "next": "/accounts/login/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/"
    assert client.cookies["type"].value == "large"
    assert 'data-type="large"' in client.get("/accounts/login/").content.decode()


def test_and_with_the_person(world: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "manager")
    person = world.here.people["manager"]
    client.post(reverse("set_type"), {"type": "large"})
    client.post(reverse("set_language"), {"language": "en"})
    person.refresh_from_db()
    assert person.large_type is True
    assert person.language == "en"
    client.post(reverse("set_type"), {"type": "normal"})
    person.refresh_from_db()
    assert person.large_type is False


def test_language_changes_the_page() -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    assert '<html lang="zh-CN"' in client.get("/accounts/login/").content.decode()
    client.post(reverse("set_language"), {"language": "en"})
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "", "http:///x", "\\\\evil"]
)
def test_the_way_back_is_ours(away: str) -> None:
    assert Client().post(reverse("set_type"), {"type": "large", "next": away})["Location"] == "/"


@pytest.mark.parametrize(("name", "field"), [("set_type", "type"), ("set_language", "language")])
@pytest.mark.parametrize("value", ["", "huge", "zh-hans; Path=/", "x" * 5000])
def test_nonsense_changes_nothing(name: str, field: str, value: str) -> None:
    client = Client()
    assert client.post(reverse(name), {field: value}).status_code == 302
    assert "type" not in client.cookies
    assert "django_language" not in client.cookies


def test_only_by_post_and_with_a_token() -> None:
    assert Client().get(reverse("set_type")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("set_type"), {"type": "large"}).status_code == 403
