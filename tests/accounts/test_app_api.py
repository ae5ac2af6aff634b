"""Sign-in of the app: allauth's protocol, our limits, and its token everywhere else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import mfa
from accounts.models import CodeEvent, Consent, Person
from accounts.sms import memory
from tests.accounts.numbers import E164, PHONE, wrong

pytestmark = pytest.mark.django_db
BASE = "/_allauth/app/v1"
VERSION = {"privacy_version": "2026-11"}


class App:
    """An app: JSON, no cookies, the session token in a header."""

    def __init__(self) -> None:
        self.token = ""

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        client = Client(headers={"accept-language": "zh-hans", **headers}, enforce_csrf_checks=True)
        if self.token:
            headers["x-session-token"] = self.token
        answer = client.generic(
            method,
            path,
            data=__import__("json").dumps(data) if data is not None else "",
            content_type="application/json",
            headers=headers,
        )
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            self.token = (answer.json().get("meta") or {}).get("session_token", self.token)
        assert "sessionid" not in client.cookies
        return answer

    def ask(self, phone: str = PHONE, **more: str) -> Any:
        return self.call("POST", f"{BASE}/auth/code/request", {"phone": phone, **VERSION}, **more)

    def answer(self, code: str) -> Any:
        return self.call("POST", f"{BASE}/auth/code/confirm", {"code": code})


@pytest.fixture
def app() -> App:
    return App()


def test_an_unknown_number_signs_in(app: App, outbox: list[memory.Message]) -> None:
    asked = app.ask("139 0000 0001")
    assert asked.status_code == 401
    flows = {flow["id"]: flow for flow in asked.json()["data"]["flows"]}
    assert flows["login_by_code"]["is_pending"]
    assert app.token
    done = app.answer(outbox[-1].params["code"])
    assert done.status_code == 200, done.content
    assert done.json()["data"]["user"]["phone"] == "139****0001"
    assert PHONE not in done.content.decode()
    made = Person.objects.by_phone(E164)
    assert made is not None
    assert Consent.objects.filter(person=made).exists()
    assert app.call("GET", f"{BASE}/auth/session").status_code == 200


def test_limits_are_the_same(app: App, outbox: list[memory.Message]) -> None:
    app.ask()
    again = app.call("POST", f"{BASE}/auth/code/resend")
    assert again.status_code == 429
    assert int(again["Retry-After"]) <= 60
    assert again.json()["errors"][0]["code"] == "soon"
    cache.clear()
    assert App().ask().status_code == 429
    assert len(outbox) == 1


def test_sending_again_to_an_unknown_number_works(app: App, outbox: list[memory.Message]) -> None:
    app.ask()
    CodeEvent.objects.all().delete()
    assert app.call("POST", f"{BASE}/auth/code/resend").status_code == 401
    assert len(outbox) == 2
    assert app.answer(outbox[-1].params["code"]).status_code == 200


def test_wrong_answers_are_counted_and_end(app: App, outbox: list[memory.Message]) -> None:
    app.ask()
    right = outbox[-1].params["code"]
    said = [app.answer(wrong(right)).json()["errors"][0]["code"] for _ in range(5)]
    assert said == ["wrong"] * 4 + ["spent"]
    assert app.answer(right).status_code == 400


@pytest.mark.parametrize(
    "body",
    [{}, {"phone": "1"}, {"phone": PHONE}, {"phone": PHONE, "privacy_version": "old"}, {"phone": {"a": 1}, **VERSION}],
)
def test_wrong_input_is_400(app: App, outbox: list[memory.Message], body: Any) -> None:
    answer = app.call("POST", f"{BASE}/auth/code/request", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"]
    assert not outbox


def test_a_code_without_a_question_is_409(app: App) -> None:
    assert app.answer("123456").status_code == 409
    assert app.call("POST", f"{BASE}/auth/code/resend").status_code == 409


def test_an_unknown_token_is_410_there_and_401_elsewhere(app: App) -> None:
    app.token = "0123456789abcdef0123456789abcdef"
    assert app.call("GET", f"{BASE}/auth/session").status_code == 410
    assert app.call("GET", "/accounts/me/").status_code == 401


def test_the_token_stands_for_the_session_everywhere_without_a_cookie(app: App, outbox: list[memory.Message]) -> None:
    app.ask()
    app.answer(outbox[-1].params["code"])
    assert app.call("GET", "/accounts/me/").status_code == 200
    saved = app.call("POST", "/accounts/me/preferences/")  # no CSRF token: a header cannot be sent by another site
    assert saved.status_code == 302
    assert app.call("DELETE", f"{BASE}/auth/session").status_code == 401
    assert app.call("GET", "/accounts/me/").status_code == 401


def test_a_cookie_alone_still_needs_its_csrf_token(person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post("/accounts/me/preferences/").status_code == 403


def test_sessions_are_listed_and_ended(app: App, person: Person, outbox: list[memory.Message]) -> None:
    app.ask()
    app.answer(outbox[-1].params["code"])
    CodeEvent.objects.all().delete()
    other = App()
    other.ask()
    other.answer(outbox[-1].params["code"])
    listed = app.call("GET", f"{BASE}/auth/sessions").json()["data"]
    assert len(listed) == 2
    theirs = next(row["id"] for row in listed if not row["is_current"])
    assert app.call("DELETE", f"{BASE}/auth/sessions", {"sessions": [theirs]}).status_code == 200
    assert other.call("GET", f"{BASE}/auth/session").status_code == 410


@pytest.mark.parametrize("rows", [1, 30])
def test_sessions_take_the_same_statements_at_any_number(
    app: App, person: Person, outbox: list[memory.Message], statements: Callable[[], Any], rows: int
) -> None:
    app.ask()
    app.answer(outbox[-1].params["code"])
    tomorrow = timezone.now() + timedelta(days=1)
    keys = [f"session-{n}" for n in range(rows)]
    Session.objects.bulk_create(Session(session_key=key, session_data="", expire_date=tomorrow) for key in keys)
    UserSession.objects.bulk_create(
        UserSession(user=person, ip="127.0.0.1", user_agent="App", session_key=key) for key in keys
    )
    app.call("GET", f"{BASE}/auth/sessions")
    with statements() as seen:
        listed = app.call("GET", f"{BASE}/auth/sessions").json()["data"]
    assert len(listed) == rows + 1
    assert len(seen) == 3


def test_an_officer_without_a_second_factor_gets_nothing_from_the_api(
    app: App, person: Person, outbox: list[memory.Message], settings: Any
) -> None:
    app.ask()
    app.answer(outbox[-1].params["code"])
    settings.MFA_REQUIRED = True
    mfa.register_requirement(lambda someone: someone.pk == person.pk)
    try:
        assert app.call("GET", "/api/v1/requests/").status_code == 403
    finally:
        mfa._requirements.pop()


def test_the_second_factor_is_asked_for(app: App, person: Person, outbox: list[memory.Message]) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    from accounts.crypto import encrypt

    secret = generate_totp_secret()
    Authenticator.objects.create(user=person, type="totp", data={"secret": encrypt(secret)})
    app.ask()
    half = app.answer(outbox[-1].params["code"])
    assert half.status_code == 401
    pending = [flow for flow in half.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending[0]["id"] == "mfa_authenticate"
    assert app.call("GET", "/accounts/me/").status_code == 302
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    assert app.call("POST", f"{BASE}/auth/2fa/authenticate", {"code": code}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "auth/login",
        "auth/signup",
        "auth/password/request",
        "auth/password/reset",
        "account/password/change",
        "account/email",
        "auth/email/verify",
        "account/phone",
        "auth/phone/verify",
        "account/authenticators",
        "account/authenticators/totp",
        "auth/reauthenticate",
        "auth/provider/token",
        "auth/webauthn/login",
    ],
)
def test_what_the_app_does_not_need_does_not_exist(app: App, path: str) -> None:
    assert app.call("POST", f"{BASE}/{path}", {}).status_code == 404
    assert app.call("POST", f"/_allauth/browser/v1/{path}", {}).status_code == 404


def test_config_names_no_password(app: App) -> None:
    config = app.call("GET", f"{BASE}/config").json()["data"]["account"]
    assert config["login_methods"] == ["phone"]
    assert not config["is_open_for_signup"]


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b'"x"'])
def test_what_is_no_json_object_is_400(body: bytes, db: None) -> None:
    answer = Client().generic("POST", f"{BASE}/auth/code/request", body, content_type="application/json")
    assert answer.status_code == 400


def test_asking_is_the_same_for_everyone(person: Person, outbox: list[memory.Message]) -> None:
    def shape(phone: str) -> tuple[int, str]:
        asked = App().ask(phone)
        data = asked.json()
        data["meta"].pop("session_token")
        return asked.status_code, str(data)

    assert shape(PHONE) == shape("13900000002")
