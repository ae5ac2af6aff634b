"""The hidden field, the header, and the fingerprint of what was posted."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from idempotency.actions import KeyMalformed
from idempotency.forms import fingerprint, fresh_key, key_of

KEY = "k" * 32
post = RequestFactory().post


def test_the_tag_renders_a_fresh_key_each_time() -> None:
    template = engines["django"].from_string("{% load idempotency %}{% idempotency_key %}")
    found = [
        re.fullmatch(r'<input type="hidden" name="idempotency_key" value="([A-Za-z0-9_-]{32})">', template.render())
        for _ in range(2)
    ]
    assert found[0]
    assert found[1]
    assert found[0][1] != found[1][1]


def test_the_key_is_in_the_header_or_in_the_form() -> None:
    assert key_of(post("/", {"idempotency_key": KEY})) == KEY
    assert key_of(post("/", {"idempotency_key": "x" * 20}, headers={"Idempotency-Key": KEY})) == KEY
    assert len(fresh_key()) == 32
    for wrong in ({}, {"idempotency_key": "short"}):
        with pytest.raises(KeyMalformed):
            key_of(post("/", wrong))


def _file(content: bytes = b"photo", name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_the_same_request_has_the_same_fingerprint_whatever_its_tokens() -> None:
    one = post(
        "/r/",
        {"what": "漏水 🚰", "n": ["1", "2"], "photo": _file(), "csrfmiddlewaretoken": "a", "idempotency_key": KEY},
    )
    two = post("/r/", {"photo": _file(), "n": ["1", "2"], "what": "漏水 🚰", "csrfmiddlewaretoken": "b"})
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(one))
    assert fingerprint(one) == fingerprint(two)


BASE: dict[str, Any] = {"path": "/r/", "data": {"what": "漏水", "n": ["1", "2"]}}


@pytest.mark.parametrize(
    "other",
    [
        {**BASE, "path": "/s/"},
        {**BASE, "data": {"what": "停电", "n": ["1", "2"]}},
        {**BASE, "data": {"what": "漏水", "n": ["2", "1"]}},
        {**BASE, "data": {"what": "漏水", "n": ["12"]}},
        {**BASE, "data": {"what": "漏水", "n": ["1", "2"], "more": ""}},
        {**BASE, "data": {"what": "漏水", "n": ["1", "2"], "photo": "a.jpg"}},
    ],
)
def test_another_request_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert fingerprint(post(**BASE)) != fingerprint(post(**other))


def test_files_count_by_content_and_are_left_at_their_start() -> None:
    def make(*files: SimpleUploadedFile) -> HttpRequest:
        return post("/r/", {"photo": list(files)})

    same = make(_file())
    assert fingerprint(same) == fingerprint(make(_file()))
    assert same.FILES["photo"].read() == b"photo"  # type: ignore[union-attr]
    prints = {
        fingerprint(make(*files))
        for files in ((_file(),), (_file(b"other"),), (_file(name="b.jpg"),), (_file(), _file()))
    }
    assert len(prints) == 4


def test_json_counts_by_content() -> None:
    def make(body: str) -> HttpRequest:
        return post("/r/", body, content_type="application/json")

    assert fingerprint(make('{"a": 1}')) == fingerprint(make('{"a": 1}'))
    assert fingerprint(make('{"a": 1}')) != fingerprint(make('{"a": 2}'))


def test_the_api_reads_its_parsed_body() -> None:
    def make(body: str) -> Request:
        return Request(post("/r/", body, content_type="application/json"), parsers=[JSONParser()])

    one, two, three = make('{"a": 1, "b": [2]}'), make('{"b": [2], "a": 1}'), make('{"a": 1, "b": [3]}')
    assert one.data == {"a": 1, "b": [2]}
    assert fingerprint(one) == fingerprint(two) != fingerprint(three)
    upload = [
        Request(post("/r/", {"x": "1", "photo": _file(content)}), parsers=[MultiPartParser()])
        for content in (b"photo", b"photo", b"other")
    ]
    prints = [fingerprint(request) for request in upload]
    assert prints[0] == prints[1] != prints[2]
    assert key_of(Request(post("/", headers={"Idempotency-Key": KEY}))) == KEY
