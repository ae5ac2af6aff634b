"""The pages for what went wrong: they say what to do, and a broken database does not break them too."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from portal.views import errors
from tenancy.access import public


@public
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


@public
def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("任期已满，不能再签字。<b>")


@public
def puzzles(request: HttpRequest) -> HttpResponse:
    raise BadRequest


urlpatterns = [
    path("breaks", breaks),
    path("refuses", refuses),
    path("puzzles", puzzles),
    path("", include("config.urls")),
]
handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"


# No database mark: a query in any of these would fail the test.
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/breaks", 500, "刚才的操作没有保存"),
        ("/refuses", 403, "任期已满，不能再签字。&lt;b&gt;"),
        ("/puzzles", 400, "没有看懂这个请求"),
        ("/no-such-page", 404, "没有这一页"),
    ],
)
def test_each_says_what_to_do_and_asks_no_database(address: str, status: int, words: str) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        answer = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"}).get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "回首页" in answer.content.decode()


def test_the_500_page_uses_nothing_of_the_request() -> None:
    broken: Any = object()
    assert errors.server_error(broken).status_code == 500


def test_csrf_says_that_nothing_typed_is_lost() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
    answer = client.post("/preferences/type", {"type": "large"})
    assert answer.status_code == 403
    assert "没写完的内容会留着" in answer.content.decode()


def test_handlers_are_the_portals() -> None:
    from config import urls

    for status, name in ((400, "bad_request"), (403, "forbidden"), (404, "not_found"), (500, "server_error")):
        assert getattr(urls, f"handler{status}") == f"portal.views.errors.{name}"
    assert errors.bad_request(RequestFactory().get("/")).status_code == 400
