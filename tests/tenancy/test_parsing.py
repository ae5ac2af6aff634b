"""JSON that no database could keep, and moments beyond the calendar."""

import json
from io import BytesIO
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from tenancy.parsing import MomentField, TextJSONParser


def parsed(raw: bytes) -> Any:
    return TextJSONParser().parse(BytesIO(raw))


def test_half_a_character_is_replaced_and_a_whole_one_stays() -> None:
    raw = rb'{"note": "\ud83d\ude92 \ud83d", "a\udc00": [{"b": "\uD800"}, 1, null]}'
    assert parsed(raw) == {"note": "🚒 \ufffd", "a\ufffd": [{"b": "\ufffd"}, 1, None]}
    assert json.dumps(parsed(raw), ensure_ascii=False).encode()
    assert parsed('{"note": "消防"}'.encode()) == {"note": "消防"}


@pytest.mark.parametrize(
    "raw", [b"[" * 30_000, b'{"a":' * 30_000, b"{", b"NaN", b'{"a": 1e999, "b": Infinity}', b"\xff"]
)
def test_what_cannot_be_read_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(raw)


@pytest.mark.parametrize(
    "typed", ["0001-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"]
)
def test_a_moment_beyond_the_calendar_is_refused(typed: str) -> None:
    class Asked(serializers.Serializer[Any]):
        at = MomentField()

    asked = Asked(data={"at": typed})
    assert not asked.is_valid()
    assert [one.code for one in asked.errors["at"]] in (["overflow"], ["invalid"])
