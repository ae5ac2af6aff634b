"""Accounts elsewhere open the door to a number, never past it; they appear only when configured."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import environ
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from django.test import Client
from django.urls import include, path

from accounts.actions import prefer
from accounts.models import Person
from accounts.sms import memory
from accounts.urls import outside_urls
from config import urls
from config.elsewhere import accounts_elsewhere
from tests.accounts.numbers import E164

pytestmark = pytest.mark.django_db
VARIABLES = {
    "WEIXIN_APP_ID": "wx1",
    "WEIXIN_SECRET": "s1",
    "DINGTALK_CLIENT_ID": "dd1",
    "DINGTALK_SECRET": "s2",
    "OIDC_CLIENT_ID": "oc1",
    "OIDC_SECRET": "s3",
    "OIDC_NAME": "浙里办",
}


class Issuer(BaseHTTPRequestHandler):
    """An OpenID Connect server that knows one person."""

    token_requests: ClassVar[list[dict[str, str]]] = []

    def _say(self, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known"):
            self._say(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo",
                    "jwks_uri": f"{here}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        else:
            self._say({"sub": "someone-1", "name": "王小花", "phone_number": "13900000001", "email": "w@example.com"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Issuer.token_requests.append(dict(parse_qsl(body)))
        self._say({"access_token": "at", "token_type": "Bearer", "expires_in": 60})

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def configured(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The three providers as their variables configure them, OpenID Connect at a server of our own."""
    server = HTTPServer(("127.0.0.1", 0), Issuer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name, value in {**VARIABLES, "OIDC_SERVER_URL": f"http://127.0.0.1:{server.server_port}"}.items():
        monkeypatch.setenv(name, value)
    found = accounts_elsewhere(environ.Env())
    settings.SOCIALACCOUNT_PROVIDERS = found.providers
    from allauth.socialaccount.providers.dingtalk.provider import DingTalkProvider
    from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
    from allauth.socialaccount.providers.weixin.provider import WeixinProvider

    before = dict(registry.provider_map)
    for kind in (WeixinProvider, DingTalkProvider, OpenIDConnectProvider):
        registry.register(kind)
    module = ModuleType("urls_with_providers")
    module.urlpatterns = [*urls.urlpatterns, path("accounts/", include(outside_urls(found.providers)))]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = module
    Issuer.token_requests.clear()
    yield
    registry.provider_map.clear()
    registry.provider_map.update(before)
    server.shutdown()
    thread.join()
    server.server_close()


def go_there_and_back(client: Client, next_url: str = "") -> Any:
    """Leave for the issuer and come back with its code."""
    left = client.post(f"/accounts/elsewhere/oidc/login/?next={next_url}")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left["Location"]).query).items()}
    return asked, client.get("/accounts/elsewhere/oidc/callback/", {"code": "c", "state": asked["state"]})


def test_nothing_is_offered_unless_configured(guest: Client) -> None:
    page = guest.get("/accounts/login/").content.decode()
    assert "其他登录方式" not in page
    assert guest.get("/accounts/elsewhere/weixin/login/").status_code == 404
    assert accounts_elsewhere(environ.Env()).apps == []


def test_what_is_configured_is_offered(guest: Client, configured: None) -> None:
    page = guest.get("/accounts/login/").content.decode()
    for word in ("微信", "钉钉", "浙里办"):
        assert word in page


def test_leaving_needs_a_post(guest: Client, configured: None) -> None:
    assert guest.get("/accounts/elsewhere/oidc/login/").status_code == 200  # asks, and leaves only when told


def test_openid_connect_uses_pkce_and_ends_with_a_verified_number(
    guest: Client, configured: None, outbox: list[memory.Message]
) -> None:
    asked, back = go_there_and_back(guest, "/accounts/me/")
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid"
    assert back["Location"] == "/accounts/login/?next=%2Faccounts%2Fme%2F"
    assert Issuer.token_requests[0]["code_verifier"]
    assert "_auth_user_id" not in guest.session
    assert not SocialAccount.objects.exists()
    assert "13900000001" not in str(dict(guest.session))
    page = guest.get(back["Location"]).content.decode()
    assert "已确认您的外部账号" in page
    sent = guest.post(back["Location"], {"phone": "13900000001", "agree": "on"})
    guest.post(sent["Location"], {"code": outbox[-1].params["code"]})
    person = Person.objects.by_phone(E164)
    assert person is not None
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.provider, linked.uid, linked.extra_data) == (person.pk, "oidc", "someone-1", {})


def test_a_linked_account_enters_directly_and_keeps_nothing_more(
    guest: Client, configured: None, person: Person
) -> None:
    SocialAccount.objects.create(user=person, provider="oidc", uid="someone-1")
    _, back = go_there_and_back(guest, "/accounts/me/")
    assert back["Location"] == "/accounts/me/"
    assert int(guest.session["_auth_user_id"]) == person.pk
    assert SocialAccount.objects.get().extra_data == {}
    assert "13900000001" not in str(dict(guest.session))


def test_a_linked_account_brings_language_and_large_type_along(guest: Client, configured: None, person: Person) -> None:
    prefer(person=person, large_type=True, language="en")
    SocialAccount.objects.create(user=person, provider="oidc", uid="someone-1")
    go_there_and_back(guest, "/accounts/me/")
    assert '<html lang="en" data-type="large">' in guest.get("/accounts/me/").content.decode()


def test_a_linked_account_with_an_unverified_number_shows_it_first(
    guest: Client, configured: None, person: Person
) -> None:
    Person.objects.filter(pk=person.pk).update(phone_verified=False)
    SocialAccount.objects.create(user=person, provider="oidc", uid="someone-1")
    _, back = go_there_and_back(guest)
    assert back["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in guest.session


def test_a_linked_account_does_not_skip_the_second_factor(guest: Client, configured: None, person: Person) -> None:
    from allauth.mfa.models import Authenticator

    from accounts.crypto import encrypt

    Authenticator.objects.create(user=person, type="totp", data={"secret": encrypt("JBSWY3DPEHPK3PXP")})
    SocialAccount.objects.create(user=person, provider="oidc", uid="someone-1")
    _, back = go_there_and_back(guest)
    assert back["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in guest.session


def test_linking_waits_for_the_second_factor(
    guest: Client, configured: None, person: Person, outbox: list[memory.Message]
) -> None:
    from allauth.mfa.models import Authenticator

    from accounts.crypto import encrypt

    Authenticator.objects.create(user=person, type="totp", data={"secret": encrypt("JBSWY3DPEHPK3PXP")})
    _, back = go_there_and_back(guest)
    sent = guest.post(back["Location"], {"phone": "13900000001", "agree": "on"})
    half = guest.post(sent["Location"], {"code": outbox[-1].params["code"]})
    assert half["Location"] == "/accounts/2fa/authenticate/"
    assert not SocialAccount.objects.exists()


def test_a_forged_way_back_enters_nobody(guest: Client, configured: None, person: Person) -> None:
    SocialAccount.objects.create(user=person, provider="oidc", uid="someone-1")
    for state in ("", "x"):
        back = guest.get("/accounts/elsewhere/oidc/callback/", {"code": "c", "state": state})
        assert back.status_code in (302, 401)
    assert "_auth_user_id" not in guest.session


def test_an_account_linked_to_another_stays_theirs(
    guest: Client, configured: None, enter: Callable[..., Any], person: Person
) -> None:
    """Linking happens only to a person who has just shown a code; an account that is another's is not taken over."""
    other = Person.objects.create_person(phone="+8613900000009", name="别人")
    SocialAccount.objects.create(user=other, provider="oidc", uid="someone-1")
    session = guest.session
    session["outside_account"] = ["oidc", "someone-1"]
    session.save()
    enter(guest)
    assert SocialAccount.objects.get().user_id == other.pk


def test_wechat_is_known_by_its_unionid(configured: None, rf: Any) -> None:
    from allauth.core import context
    from allauth.socialaccount.adapter import get_adapter

    request = rf.get("/")
    with context.request_context(request):
        provider = get_adapter().get_provider(request, "weixin")
        login = provider.sociallogin_from_response(request, {"openid": "o1", "unionid": "u1", "nickname": "花"})
        assert (login.account.uid, login.account.extra_data) == ("u1", {})
        alone = provider.sociallogin_from_response(request, {"openid": "o1", "nickname": "花"})
        assert alone.account.uid == "o1"


def test_links_are_listed_and_undone(signed_in: Client, person: Person) -> None:
    mine = SocialAccount.objects.create(user=person, provider="weixin", uid="u1")
    other = Person.objects.create_person(phone="+8613900000009", name="别人")
    theirs = SocialAccount.objects.create(user=other, provider="weixin", uid="u2")
    assert "微信" in signed_in.get("/accounts/elsewhere/").content.decode()
    for key in (theirs.pk, "x", "", "9" * 40):
        signed_in.post("/accounts/elsewhere/", {"account": key})
    assert SocialAccount.objects.count() == 2
    signed_in.post("/accounts/elsewhere/", {"account": mine.pk})
    assert list(SocialAccount.objects.all()) == [theirs]


def test_the_browser_may_be_sent_to_configured_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**VARIABLES, "OIDC_SERVER_URL": "https://id.example/realms/a"}.items():
        monkeypatch.setenv(name, value)
    found = accounts_elsewhere(environ.Env())
    assert found.pages == ["https://open.weixin.qq.com", "https://login.dingtalk.com", "https://id.example"]
    assert found.apps == [f"allauth.socialaccount.providers.{p}" for p in ("weixin", "dingtalk", "openid_connect")]


@pytest.mark.parametrize("page", ["cancelled", "error"])
def test_pages_of_failure_are_ours(guest: Client, page: str) -> None:
    answer = guest.get(f"/accounts/elsewhere/{page}/")
    assert answer.status_code in (200, 401)
    assert "返回登录页" in answer.content.decode()
