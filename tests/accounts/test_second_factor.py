"""TOTP and passkeys: secrets encrypted, a code to the present number first, officers must have one in the served form."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import mfa
from accounts.actions import prefer
from accounts.models import CodeEvent, Person
from accounts.sms import memory
from tests.accounts.numbers import wrong

pytestmark = pytest.mark.django_db
CHANGES = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/recovery-codes/download/",
    "/accounts/2fa/passkeys/add/",
    "/accounts/2fa/passkeys/1/remove/",
    "/accounts/2fa/passkeys/1/edit/",
    "/accounts/phone/",
    "/accounts/phone/new/",
    "/accounts/me/leave/",
    "/accounts/me/export/",
]


def password_now(secret: str, *, shift: int = 0) -> str:
    counter = list(yield_hotp_counters_from_time())[1] + shift
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def with_totp(signed_in: Client, step_up: Callable[[Client], None], person: Person) -> str:
    """Enable TOTP through the pages; return the secret."""
    step_up(signed_in)
    page = signed_in.get("/accounts/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    done = signed_in.post("/accounts/2fa/totp/activate/", {"code": password_now(secret)})
    assert done.status_code == 302, done.content.decode()
    cache.clear()
    return secret


@pytest.fixture
def officers() -> Iterator[list[int]]:
    """People of whom a second factor is required, by id."""
    ids: list[int] = []
    mfa.register_requirement(lambda person: person.pk in ids)
    yield ids
    mfa._requirements.pop()


@pytest.mark.parametrize("url", CHANGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_changes_need_a_fresh_code_to_the_present_number(signed_in: Client, url: str, method: str) -> None:
    """allauth re-authenticates nobody who has no password."""
    sent_away = getattr(signed_in, method)(url)
    assert sent_away.status_code == 302
    assert sent_away["Location"].startswith("/accounts/step-up/?next=")


@pytest.mark.parametrize("url", CHANGES)
def test_changes_need_someone_signed_in(guest: Client, url: str, db: None) -> None:
    assert guest.get(url)["Location"].startswith("/accounts/login/?next=")


def test_the_step_up_goes_to_the_present_number_and_lasts_ten_minutes(
    signed_in: Client, person: Person, outbox: list[memory.Message]
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        url = "/accounts/step-up/?next=/accounts/phone/"
        assert "139****0001" in signed_in.get(url).content.decode()
        signed_in.post(url, {"send": "1"})
        assert outbox[-1].phone == person.phone
        right = outbox[-1].params["code"]
        assert signed_in.post(url, {"code": wrong(right)}).status_code == 422
        assert signed_in.get("/accounts/phone/").status_code == 302
        assert signed_in.post(url, {"code": right})["Location"] == "/accounts/phone/"
        assert signed_in.get("/accounts/phone/").status_code == 200
        clock.shift(timedelta(seconds=601))
        assert signed_in.get("/accounts/phone/").status_code == 302


def test_the_code_of_the_sign_in_is_fresh_for_ten_minutes(
    person: Person, guest: Client, enter: Callable[..., Any]
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(guest)
        assert guest.get("/accounts/2fa/totp/activate/").status_code == 200
        clock.shift(timedelta(seconds=601))
        assert guest.get("/accounts/2fa/totp/activate/").status_code == 302


def test_a_step_up_does_not_pass_to_the_next_person_in_the_browser(person: Person, signed_in: Client) -> None:
    session = signed_in.session
    session["stepped_up_at"] = [person.pk + 1, timezone.now().timestamp()]
    session.save()
    assert signed_in.get("/accounts/phone/").status_code == 302


def test_the_step_up_of_one_person_does_not_serve_another(
    signed_in: Client, person: Person, outbox: list[memory.Message]
) -> None:
    other = Person.objects.create_person(phone="+8613900000009", name="别人")
    thief = Client()
    thief.force_login(other)
    signed_in.post("/accounts/step-up/", {"send": "1"})
    session = thief.session
    session["step_up_token"] = signed_in.session["step_up_token"]
    session.save()
    assert thief.post("/accounts/step-up/", {"code": outbox[-1].params["code"]}).status_code == 422


def test_secrets_are_encrypted_at_rest(with_totp: str, person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator WHERE user_id = %s", [person.pk])
        stored = cursor.fetchone()[0]
    assert with_totp not in stored
    assert "gAAAA" in stored
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    assert len(codes.get_unused_codes()) == 10
    assert json.loads(json.dumps(codes.instance.data))["seed"].startswith("gAAAA")


def test_recovery_codes_are_shown_directly_after_the_set_up(with_totp: str, signed_in: Client) -> None:
    page = signed_in.get("/accounts/2fa/recovery-codes/")
    assert page.status_code == 200
    assert len(page.context["unused_codes"]) == 10


def test_an_abandoned_set_up_leaves_no_secret_in_clear(signed_in: Client, step_up: Callable[[Client], None]) -> None:
    step_up(signed_in)
    secret = signed_in.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert secret not in str(dict(signed_in.session))
    assert base64.b32decode(secret)


def test_sign_in_asks_for_the_second_factor_and_keeps_next(
    with_totp: str, guest: Client, enter: Callable[..., Any], person: Person
) -> None:
    CodeEvent.objects.all().delete()
    asked = enter(guest, next="/accounts/me/")
    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in guest.session
    page = guest.get(asked["Location"])
    assert "备用码" in page.content.decode()
    refused = guest.post(asked["Location"], {"code": wrong(password_now(with_totp))})
    assert refused.status_code == 200
    assert "验证码不对" in refused.content.decode()
    assert CodeEvent.objects.filter(kind="wrong", phone_digest=person.phone_digest).count() == 1
    done = guest.post(asked["Location"], {"code": password_now(with_totp)})
    assert done["Location"] == "/accounts/me/"
    assert int(guest.session["_auth_user_id"]) == person.pk
    assert person.phone not in str(dict(guest.session))


def test_language_and_large_type_come_along_after_the_second_factor(
    with_totp: str, guest: Client, enter: Callable[..., Any], person: Person
) -> None:
    CodeEvent.objects.all().delete()
    prefer(person=person, large_type=True, language="en")
    asked = enter(guest)
    assert not {"type", "django_language"} & set(guest.cookies)  # whoever only has the number learns nothing
    guest.post(asked["Location"], {"code": password_now(with_totp)})
    assert '<html lang="en" data-type="large">' in guest.get("/accounts/me/").content.decode()


def test_a_recovery_code_serves_once(with_totp: str, enter: Callable[..., Any], person: Person) -> None:
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    for expected in (302, 200):
        CodeEvent.objects.all().delete()
        client = Client(headers={"accept-language": "zh-hans"})
        asked = enter(client)
        assert client.post(asked["Location"], {"code": codes[0]}).status_code == expected


def test_wrong_second_factors_lock_whatever_happens_to_the_cache(
    with_totp: str, guest: Client, enter: Callable[..., Any]
) -> None:
    CodeEvent.objects.all().delete()
    asked = enter(guest)
    for _ in range(10):
        guest.post(asked["Location"], {"code": "000000"})
        cache.clear()
    refused = guest.post(asked["Location"], {"code": password_now(with_totp)})
    assert "输错次数太多" in refused.content.decode()
    assert "_auth_user_id" not in guest.session


def test_changing_asks_for_the_second_factor_too(
    with_totp: str, signed_in: Client, step_up: Callable[[Client], None]
) -> None:
    """The step-up code alone would let a stolen card take the second factor away."""
    session = signed_in.session
    del session["account_authentication_methods"]  # the set-up was long ago
    session.save()
    sent_away = signed_in.get("/accounts/2fa/totp/deactivate/")
    assert sent_away["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert signed_in.get(sent_away["Location"]).status_code == 200
    signed_in.post(sent_away["Location"], {"code": password_now(with_totp)})
    assert signed_in.get("/accounts/2fa/totp/deactivate/").status_code == 200
    assert signed_in.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.filter(user=int(signed_in.session["_auth_user_id"])).exists()


def test_officers_must_have_a_second_factor_where_it_is_required(
    signed_in: Client, person: Person, officers: list[int], settings: Any
) -> None:
    officers.append(person.pk)
    assert signed_in.get("/").status_code != 403
    settings.MFA_REQUIRED = True
    assert signed_in.get("/anything/")["Location"] == "/accounts/2fa/"
    assert signed_in.get("/accounts/2fa/").status_code == 200
    assert signed_in.get("/accounts/logout/").status_code == 200
    refused = signed_in.get("/api/v1/requests/")
    assert refused.status_code == 403
    assert "第二重验证" in json.loads(refused.content)["detail"]


def test_others_need_none(signed_in: Client, settings: Any, officers: list[int]) -> None:
    settings.MFA_REQUIRED = True
    assert signed_in.get("/anything/").status_code == 404


def test_with_one_the_way_is_free(
    with_totp: str, signed_in: Client, person: Person, settings: Any, officers: list[int]
) -> None:
    officers.append(person.pk)
    settings.MFA_REQUIRED = True
    assert signed_in.get("/anything/").status_code == 404


def test_an_officer_cannot_drop_the_last_one(
    with_totp: str,
    signed_in: Client,
    person: Person,
    settings: Any,
    officers: list[int],
) -> None:
    officers.append(person.pk)
    settings.MFA_REQUIRED = True
    signed_in.post("/accounts/2fa/reauthenticate/", {"code": password_now(with_totp)})
    refused = signed_in.post("/accounts/2fa/totp/deactivate/")
    assert refused.status_code == 200
    assert "不能停用" in refused.content.decode()
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_passkey_pages_offer_their_options(
    signed_in: Client, guest: Client, step_up: Callable[[Client], None], settings: Any
) -> None:
    step_up(signed_in)
    page = signed_in.get("/accounts/2fa/passkeys/add/")
    assert page.status_code == 200
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert "13900000001" not in str(options)
    assert options["user"]["name"] == "139****0001"
    assert signed_in.get("/accounts/2fa/passkeys/").status_code == 200
    asked = guest.get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"})
    assert "challenge" in asked.json()["request_options"]["publicKey"]


JUNK = [
    "{}",
    "[]",
    "1",
    "null",
    '"x"',
    "{",
    '{"id": "x"}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
]
JUNK += [
    json.dumps(
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {
                "clientDataJSON": part,
                "attestationObject": part,
                "authenticatorData": part,
                "signature": "eA",
                "userHandle": user,
            },
        }
    )
    for part, user in (
        ("e30", "MQ"),
        ("", ""),
        ("!!", None),
        ("eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"),
    )
]


@pytest.mark.parametrize("junk", JUNK)
def test_a_credential_that_no_browser_made_is_refused_not_broken(
    signed_in: Client, guest: Client, step_up: Callable[[Client], None], junk: str
) -> None:
    """allauth answers 500 to several of these."""
    guest.get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"})
    assert guest.post("/accounts/2fa/passkeys/login/", {"credential": junk})["Location"] == "/accounts/login/"
    step_up(signed_in)
    signed_in.get("/accounts/2fa/passkeys/add/")
    assert signed_in.post("/accounts/2fa/passkeys/add/", {"name": "x", "credential": junk}).status_code == 200
    assert not Authenticator.objects.exists()
