"""A hotline's system: a key of an office, and calls as the specification has them."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from open311 import actions
from open311.models import Key
from tenancy.scope import scope
from tests.world import Side

V2 = "/open311/v2"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
CALL = {
    "service_code": "lift",
    "address_string": "东门旁的电梯",
    "description": "电梯停了",
    "last_name": "周",
    "first_name": "大年",
    "phone": "13800001111",
}


class Hotline:
    """Calls with one key, as a system makes them: no cookie, no CSRF token."""

    def __init__(self, side: Side, key: Key, secret: str) -> None:
        self.side = side
        self.key = key
        self.secret = secret
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **given: Any) -> Any:
        headers = given.pop("headers", {"X-Api-Key": self.secret})
        return self.client.get(f"{V2}/{path}", {"jurisdiction_id": self.side.compound.code} | given, headers=headers)

    def post(self, given: dict[str, Any] | None = None, *, form: str = "json", **headers: str) -> Any:
        fields = {
            "api_key": self.secret,
            "jurisdiction_id": self.side.compound.code,
            **(CALL if given is None else given),
        }
        return self.client.post(
            f"{V2}/requests.{form}",
            encoded(fields),
            content_type=FORM,
            headers={k.replace("_", "-"): v for k, v in headers.items()},
        )

    def file(self, **given: Any) -> str:
        answer = self.post(CALL | given)
        assert answer.status_code == 200, answer.content.decode()
        number: str = answer.json()[0]["service_request_id"]
        return number


def encoded(fields: dict[str, Any]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(fields, doseq=True).encode()


def xml(answer: Any) -> ET.Element:
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    return ET.fromstring(answer.content)


def flat(element: ET.Element) -> dict[str, str | None]:
    return {child.tag: child.text for child in element}


def errors(answer: Any) -> list[str]:
    """The descriptions of a refusal, whose every code is the status."""
    said = answer.json()
    assert [one["code"] for one in said] == [answer.status_code] * len(said)
    return [one["description"] for one in said]


def _made(side: Side, who: str, name: str) -> Hotline:
    with scope(side.compound.pk):
        key, secret = actions.make_key(compound_id=side.compound.pk, name=name, by=side.actor(who), now=timezone.now())
    return Hotline(side, key, secret)


@pytest.fixture
def hotline(db: None) -> Callable[..., Hotline]:
    """``hotline(side, "city")`` -> the system of that office."""
    return lambda side, who="city", name="12345 热线": _made(side, who, name)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def hotline_committed(committed_db: str) -> Callable[..., Hotline]:
    """The same in a database that really commits."""
    return lambda side, who="city": _made(side, who, "12345 热线")
