"""Logs: no telephone number and no code leaves through any line."""

import io
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.logs import formatter, mask_text


@pytest.fixture
def lines() -> Any:
    """``lines(as_json)`` -> a logger and what it wrote."""

    def make(*, as_json: bool) -> tuple[logging.Logger, io.StringIO]:
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(formatter(as_json=as_json))
        logger = logging.getLogger(f"masking.{as_json}")
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.DEBUG)
        return logger, out

    return make


@pytest.mark.parametrize("as_json", [True, False])
def test_every_way_into_a_line_is_masked(lines: Any, as_json: bool) -> None:
    logger, out = lines(as_json=as_json)
    logger.warning("to %s: 验证码 123456", "+8613912345678")
    logger.warning(
        "plain 13912345678 and +86 139-1234-5678 no", extra={"who": {"deep": ["+8613912345678"]}, "code": "654321"}
    )
    logger.warning("number %d", 13912345678, extra={"n": 13912345678, "b": b"13912345678"})
    try:
        int("13912345678 code=123456")
    except ValueError:
        logger.exception("it failed")
    written = out.getvalue()
    assert "13912345678" not in written
    assert "123456" not in written
    assert "654321" not in written
    assert "139****5678" in written


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13912345678", "139****5678"),
        ("+8613912345678", "139****5678"),
        ("+86 139-1234-5678", "139****5678"),
        ("139 1234 5678", "139****5678"),
        ("call 139 now", "call 139 now"),
        ("request 20261121139123456780 stays", "request 20261121139123456780 stays"),
        ("验证码:123456。", "验证码:******。"),
        ("otp=12345678", "otp=******"),
        ("status_code=422", "status_code=422"),
        ("+14155552671", "+141****2671"),
    ],
)
def test_what_is_masked_and_what_is_not(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(alphabet="号: ,中a/", max_size=5))
def test_any_mobile_number_between_words_is_masked(number: str, around: str) -> None:
    assert number not in mask_text(f"{around}{number}{around}")


def test_the_settings_use_it(settings: Any) -> None:
    assert settings.LOGGING["formatters"]["masked"]["()"] == "accounts.logs.formatter"
    assert all(handler["formatter"] == "masked" for handler in settings.LOGGING["handlers"].values())


@pytest.mark.django_db
def test_what_matters_to_security_is_written_down_without_a_number(
    enter: Any, person: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from django.test import Client
    from django.utils import timezone

    from accounts import actions

    caplog.set_level(logging.INFO, logger="security")
    client = Client()
    enter(client)
    client.post("/accounts/logout/")
    actions.close_account(person=person, now=timezone.now())
    said = [record.getMessage() for record in caplog.records if record.name == "security"]
    assert said == ["signed in", "signed out", "sessions ended", "account closed"]
    written = "".join(str(vars(record)) for record in caplog.records if record.name == "security")
    assert "13900000001" not in written
    assert f"'person': {person.pk}" in written
