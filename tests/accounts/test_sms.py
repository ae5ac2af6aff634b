"""Text messages: one interface, a gateway whose signature is checked by a second hand, errors in our words."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from accounts import sms

KEY_ID, KEY_SECRET = "LTAI-test", "secret-of-the-test"


class Gateway(BaseHTTPRequestHandler):
    """Stands in for dysmsapi.aliyuncs.com: checks the signature as its documentation says, then answers as told."""

    answer: ClassVar[tuple[int, Any]] = (200, {"Code": "OK", "BizId": "biz-1", "Message": "OK", "RequestId": "r"})
    seen: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        query = urlsplit(self.path).query
        status, answer = self.answer if self._signed(query) else (400, {"Code": "SignatureDoesNotMatch"})
        Gateway.seen.append(dict(parse_qsl(query)))
        body = json.dumps(answer).encode() if isinstance(answer, dict) else answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _signed(self, query: str) -> bool:
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        parts = dict(part.split("=", 1) for part in rest.split(","))
        names = parts["SignedHeaders"].split(";")
        assert {"host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"} <= set(names)
        ordered = "&".join(
            f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}"
            for k, v in sorted(parse_qsl(query, keep_blank_values=True))
        )
        head = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        length = int(self.headers.get("Content-Length") or 0)
        payload = hashlib.sha256(self.rfile.read(length)).hexdigest()
        canonical = "\n".join(["POST", "/", ordered, head, ";".join(names), payload])
        text = scheme + "\n" + hashlib.sha256(canonical.encode()).hexdigest()
        wanted = hmac.new(KEY_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        return scheme == "ACS3-HMAC-SHA256" and parts["Credential"] == KEY_ID and parts["Signature"] == wanted

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SMS_BACKEND = "aliyun"
    settings.SMS_ALIYUN_ENDPOINT = f"http://127.0.0.1:{server.server_port}"
    settings.SMS_ALIYUN_KEY_ID, settings.SMS_ALIYUN_KEY_SECRET = KEY_ID, KEY_SECRET
    settings.SMS_ALIYUN_SIGN_NAME = "永康共治"
    settings.SMS_ALIYUN_TEMPLATES = {"code": "SMS_1"}
    settings.SMS_TIMEOUT = 2.0
    Gateway.seen.clear()
    Gateway.answer = (200, {"Code": "OK", "BizId": "biz-1"})
    yield Gateway
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_signed_request_is_accepted(gateway: type[Gateway]) -> None:
    assert sms.send("+8613900000001", "code", {"code": "123456", "place": "一 幢*~"}) == "biz-1"
    sent = gateway.seen[-1]
    assert sent["PhoneNumbers"] == "13900000001"
    assert sent["SignName"] == "永康共治"
    assert sent["TemplateCode"] == "SMS_1"
    assert json.loads(sent["TemplateParam"]) == {"code": "123456", "place": "一 幢*~"}


def test_a_number_abroad_keeps_its_country_code(gateway: type[Gateway]) -> None:
    sms.send("+14155552671", "code", {"code": "123456"})
    assert gateway.seen[-1]["PhoneNumbers"] == "14155552671"


def test_a_wrong_key_is_the_operators_matter(gateway: type[Gateway], settings: Any) -> None:
    settings.SMS_ALIYUN_KEY_SECRET = "another"
    with pytest.raises(sms.SmsError) as refused:
        sms.send("+8613900000001", "code", {"code": "123456"})
    assert (refused.value.code, refused.value.temporary) == ("setup", False)
    assert refused.value.detail == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("status", "word", "code", "temporary"),
    [
        (200, "isv.BUSINESS_LIMIT_CONTROL", "busy", True),
        (200, "isv.MOBILE_NUMBER_ILLEGAL", "number", False),
        (200, "isv.AMOUNT_NOT_ENOUGH", "setup", False),
        (400, "InvalidAccessKeyId.NotFound", "setup", False),
        (429, "Throttling.User", "busy", True),
        (503, "ServiceUnavailable", "setup", True),
    ],
)
def test_refusals_are_told_in_our_words(
    gateway: type[Gateway], status: int, word: str, code: str, temporary: bool
) -> None:
    gateway.answer = (status, {"Code": word, "Message": "13900000001"})
    with pytest.raises(sms.SmsError) as refused:
        sms.send("+8613900000001", "code", {"code": "123456"})
    assert (refused.value.code, refused.value.temporary, refused.value.detail) == (code, temporary, word)


@pytest.mark.parametrize("body", [b"<html>502</html>", b"", b"[]", b'{"Message":"?"}'])
def test_an_answer_that_is_none(gateway: type[Gateway], body: bytes) -> None:
    gateway.answer = (502, body)
    with pytest.raises(sms.SmsError) as refused:
        sms.send("+8613900000001", "code", {"code": "123456"})
    assert refused.value.temporary
    assert "13900000001" not in str(refused.value)


def test_an_unreachable_gateway_names_no_number(settings: Any) -> None:
    settings.SMS_BACKEND, settings.SMS_ALIYUN_ENDPOINT = "aliyun", "http://127.0.0.1:9"
    settings.SMS_ALIYUN_TEMPLATES = {"code": "SMS_1"}
    with pytest.raises(sms.SmsError) as refused:
        sms.send("+8613900000001", "code", {"code": "123456"})
    assert refused.value.code == "unreachable"
    assert "13900000001" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_template_without_a_number_is_a_matter_of_setup(gateway: type[Gateway]) -> None:
    with pytest.raises(sms.SmsError, match="notice"):
        sms.send("+8613900000001", "notice", {})
    assert not gateway.seen


def test_the_console_prints_the_number_masked(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SMS_BACKEND = "console"
    assert sms.send("+8613900000001", "code", {"code": "123456"}).startswith("console-")
    said = capsys.readouterr().err
    assert "139****0001" in said
    assert "123456" in said
    assert "13900000001" not in said
