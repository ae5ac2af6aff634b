"""The client's address behind proxies: what a client writes into X-Forwarded-For buys no fresh limits."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.throttling import AnonRateThrottle

from accounts import actions
from accounts.crypto import digest
from accounts.models import CodeEvent

pytestmark = pytest.mark.django_db


def seen(forwarded: str | None) -> str:
    """The address (from a list of candidates) under which a request for a code was counted."""
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    Client(headers=headers).post("/accounts/login/", {"phone": "13900000001", "agree": "on"}, REMOTE_ADDR="10.0.0.9")
    counted = CodeEvent.objects.order_by("-pk").first()
    CodeEvent.objects.all().delete()
    assert counted is not None
    return next(a for a in ("10.0.0.9", "1.1.1.1", "2.2.2.2", "3.3.3.3") if digest(a) == counted.address_digest)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, "2.2.2.2", "2.2.2.2"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
    ],
)
def test_only_trusted_proxies_are_believed(settings: Any, proxies: int, forwarded: str | None, address: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert seen(forwarded) == address


@pytest.mark.parametrize("forwarded", ["", "x", "1.1.1.1", "' OR 1=1", "1.1.1.1," * 500])
def test_a_spoofed_header_gives_no_500(settings: Any, forwarded: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    answer = Client(headers={"x-forwarded-for": forwarded}).post(
        "/accounts/login/", {"phone": "13900000001", "agree": "on"}
    )
    assert answer.status_code < 500


def test_both_libraries_count_the_same_proxies(settings: Any) -> None:
    assert settings.TRUSTED_PROXIES == settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.REST_FRAMEWORK["NUM_PROXIES"]


def test_the_api_believes_only_them_too(settings: Any) -> None:
    request = RequestFactory().get("/api/", headers={"x-forwarded-for": "1.1.1.1"}, REMOTE_ADDR="10.0.0.9")
    assert AnonRateThrottle().get_ident(request) == "10.0.0.9"


def test_changing_the_header_does_not_escape_the_address_limit() -> None:
    codes = []
    for n in range(22):
        answer = Client(headers={"x-forwarded-for": f"1.1.1.{n}", "accept-language": "zh-hans"}).post(
            "/accounts/login/", {"phone": f"139000001{n:02d}", "agree": "on"}
        )
        codes.append(answer.status_code)
    assert codes == [302] * actions.ADDRESS_LIMITS[0][0] + [422] * 2
