"""浙政钉: a signed exchange with a platform that checks it, and the same end as every account elsewhere."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import environ
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import Person
from accounts.sms import memory
from accounts.zhezhengding import Platform, sign
from config.elsewhere import accounts_elsewhere
from tests.accounts.numbers import E164

pytestmark = pytest.mark.django_db
KEY, SECRET = "key-1", "secret-1"


class OpenPlatform(BaseHTTPRequestHandler):
    """Checks the signature as the platform's own example makes it, then knows one person."""

    who: ClassVar[dict[str, Any]] = {"tenantUserId": "12371$100135", "lastName": "俊锋", "account": "admin2"}
    broken: ClassVar[bytes | None] = None

    def _answer(self, parameters: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        ordered = "&".join(f"{key}={parameters[key]}" for key in sorted(parameters))
        head = self.headers
        text = "\n".join([self.command, head["X-Hmac-Auth-Timestamp"], head["X-Hmac-Auth-Nonce"], path, ordered])
        wanted = base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()).decode()
        if head["apiKey"] != KEY or head["X-Hmac-Auth-Signature"] != wanted:
            said: dict[str, Any] = {"success": False, "Code": "SignatureDoesNotMatch"}
        elif path == "/gettoken.json":
            said = self._content({"accessToken": "t1", "expiresIn": "7200"})
        elif parameters == {"access_token": "t1", "code": "right"}:
            said = self._content(self.who)
        else:
            said = {"success": True, "content": {"success": False, "responseCode": "240111"}}
        body = self.broken if self.broken is not None else json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _content(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"success": True, "content": {"data": data, "success": True, "responseCode": "0"}}

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        self._answer(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def platform(settings: Any) -> Iterator[type[OpenPlatform]]:
    server = HTTPServer(("127.0.0.1", 0), OpenPlatform)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    settings.ZHEZHENGDING = Platform(client_id="app_dingoa", app_key=KEY, app_secret=SECRET, api=here, login=here)
    OpenPlatform.broken = None
    yield OpenPlatform
    server.shutdown()
    thread.join()
    server.server_close()


def scan(client: Client, code: str = "right", state: str | None = None, next_url: str = "") -> Any:
    """Leave, scan, come back."""
    left = client.post("/accounts/elsewhere/zhezhengding/login/", {"next": next_url})
    asked = parse_qs(urlsplit(left["Location"]).query)
    assert asked["client_id"] == ["app_dingoa"]
    assert asked["redirect_uri"] == ["http://testserver/accounts/elsewhere/zhezhengding/callback/"]
    known = asked["state"][0] if state is None else state
    return client.get("/accounts/elsewhere/zhezhengding/callback/", {"code": code, "state": known})


def test_it_exists_only_where_it_is_configured(guest: Client) -> None:
    assert guest.post("/accounts/elsewhere/zhezhengding/login/").status_code == 404
    assert guest.get("/accounts/elsewhere/zhezhengding/callback/").status_code == 404
    assert "浙政钉" not in guest.get("/accounts/login/").content.decode()


def test_a_new_account_shows_its_number_and_enters_directly_from_then_on(
    guest: Client, platform: type[OpenPlatform], person: Person, outbox: list[memory.Message]
) -> None:
    assert "浙政钉" in guest.get("/accounts/login/").content.decode()
    first = scan(guest, next_url="/accounts/me/")
    assert first["Location"] == "/accounts/login/?next=%2Faccounts%2Fme%2F"
    sent = guest.post(first["Location"], {"phone": "13900000001", "agree": "on"})
    guest.post(sent["Location"], {"code": outbox[-1].params["code"]})
    assert SocialAccount.objects.get().user == Person.objects.by_phone(E164)
    another = Client()
    assert scan(another, next_url="/accounts/me/")["Location"] == "/accounts/me/"
    assert int(another.session["_auth_user_id"]) == person.pk


@pytest.mark.parametrize("state", ["", "x"])
def test_a_forged_way_back_enters_nobody(
    guest: Client, platform: type[OpenPlatform], person: Person, state: str
) -> None:
    SocialAccount.objects.create(user=person, provider="zhezhengding", uid="12371$100135")
    assert scan(guest, state=state)["Location"] == "/accounts/elsewhere/error/"
    assert "_auth_user_id" not in guest.session
    assert (
        guest.get("/accounts/elsewhere/zhezhengding/callback/?code=right")["Location"] == "/accounts/elsewhere/error/"
    )


def test_a_wrong_code_and_a_wrong_key_enter_nobody(guest: Client, platform: type[OpenPlatform], settings: Any) -> None:
    assert scan(guest, code="wrong")["Location"] == "/accounts/elsewhere/error/"
    now = settings.ZHEZHENGDING
    settings.ZHEZHENGDING = Platform(now.client_id, KEY, "another", now.api, now.login)
    assert scan(guest)["Location"] == "/accounts/elsewhere/error/"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"success":true}', b'{"success":true,"content":[]}']
)
def test_an_answer_that_is_none_is_a_page_of_ours(guest: Client, platform: type[OpenPlatform], body: bytes) -> None:
    platform.broken = body
    assert scan(guest)["Location"] == "/accounts/elsewhere/error/"


def test_the_platform_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CLIENT_ID": "a", "APP_KEY": "b", "APP_SECRET": "c"}.items():
        monkeypatch.setenv(f"ZHEZHENGDING_{name}", value)
    found = accounts_elsewhere(environ.Env())
    assert found.zhezhengding is not None
    assert found.zhezhengding.api == "https://openplatform-pro.ding.zj.gov.cn"
    assert found.pages == ["https://login-pro.ding.zj.gov.cn"]


def test_the_time_is_beijings() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    headers = sign(
        Platform("a", "b", "c", "", ""), method="GET", path="/gettoken.json", parameters={}, now=at, nonce="1"
    )
    assert headers["X-Hmac-Auth-Timestamp"] == "2026-11-21T07:00:00.000+08:00"
