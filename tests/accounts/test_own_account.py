"""我的: name, type size, language, change of number, own data handed out and erased."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from accounts import actions, own_data
from accounts.models import Consent, Person
from accounts.sms import memory
from tests.accounts.numbers import E164, PHONE, wrong

pytestmark = pytest.mark.django_db
NEW = "13700000007"


def test_the_page_shows_the_number_masked(signed_in: Client, person: Person) -> None:
    page = signed_in.get("/accounts/me/").content.decode()
    assert "139****0001" in page
    assert PHONE not in page
    for word in ("王小花", "长者模式", "导出我的数据", "第二重验证", "退出登录", "注销账号"):
        assert word in page


def test_type_size_and_language_are_kept_for_person_and_device(signed_in: Client, person: Person) -> None:
    answered = signed_in.post("/accounts/me/preferences/", {"large_type": "on", "language": "en"})
    assert answered["Location"] == "/accounts/me/"
    person.refresh_from_db()
    assert (person.large_type, person.language) == (True, "en")
    assert signed_in.cookies["type"].value == "large"
    assert signed_in.cookies["django_language"].value == "en"
    signed_in.post("/accounts/me/preferences/", {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


def test_preferences_come_along_to_another_device(person: Person, enter: Callable[..., Any]) -> None:
    actions.prefer(person=person, large_type=True, language="en")
    device = Client(headers={"accept-language": "zh-hans"})
    enter(device)
    assert device.cookies["type"].value == "large"
    assert device.cookies["django_language"].value == "en"
    page = device.get("/accounts/me/").content.decode()
    assert '<html lang="en" data-type="large">' in page


def test_what_was_never_chosen_stays_as_the_device_has_it(person: Person, enter: Callable[..., Any]) -> None:
    device = Client(headers={"accept-language": "en"})
    enter(device)
    assert not {"type", "django_language"} & set(device.cookies)
    assert '<html lang="en" data-type="normal">' in device.get("/accounts/me/").content.decode()


def test_a_chosen_language_leaves_the_type_of_the_device(person: Person, enter: Callable[..., Any]) -> None:
    actions.prefer(person=person, language="zh-hans")
    device = Client(headers={"accept-language": "en"})
    device.cookies["type"] = "large"
    enter(device)
    assert '<html lang="zh-CN" data-type="large">' in device.get("/accounts/me/").content.decode()


def test_changing_the_number(
    signed_in: Client, person: Person, step_up: Callable[[Client], None], outbox: list[memory.Message]
) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    from allauth.usersessions.models import UserSession

    UserSession.objects.create(user=person, ip="10.0.0.1", session_key=elsewhere.session.session_key, user_agent="")
    step_up(signed_in)
    asked = signed_in.post("/accounts/phone/", {"phone": NEW})
    assert asked["Location"] == "/accounts/phone/new/"
    assert outbox[-1].phone == "+8613700000007"
    right = outbox[-1].params["code"]
    assert signed_in.post("/accounts/phone/new/", {"code": wrong(right)}).status_code == 422
    person.refresh_from_db()
    assert person.phone == E164
    assert signed_in.post("/accounts/phone/new/", {"code": right})["Location"] == "/accounts/me/"
    person.refresh_from_db()
    assert (person.phone, person.phone_verified) == ("+8613700000007", True)
    assert Person.objects.by_phone(E164) is None
    assert signed_in.get("/accounts/me/").status_code == 200
    assert elsewhere.get("/accounts/me/").status_code == 302
    assert signed_in.get("/accounts/phone/").status_code == 302  # the step-up is used up


def test_a_number_that_is_taken_is_told_to_its_holder_only(
    signed_in: Client, person: Person, step_up: Callable[[Client], None], outbox: list[memory.Message]
) -> None:
    Person.objects.create_person(phone="+8613700000007", name="别人")
    step_up(signed_in)
    assert signed_in.post("/accounts/phone/", {"phone": NEW}).status_code == 302
    refused = signed_in.post("/accounts/phone/new/", {"code": outbox[-1].params["code"]})
    assert refused.status_code == 422
    assert "已有账号" in refused.content.decode()
    person.refresh_from_db()
    assert person.phone == E164


def test_the_same_number_is_no_change(signed_in: Client, step_up: Callable[[Client], None]) -> None:
    step_up(signed_in)
    refused = signed_in.post("/accounts/phone/", {"phone": PHONE})
    assert refused.status_code == 422
    assert "一样" in refused.content.decode()


def test_new_number_without_a_code_goes_back(signed_in: Client, step_up: Callable[[Client], None]) -> None:
    step_up(signed_in)
    assert signed_in.get("/accounts/phone/new/")["Location"] == "/accounts/phone/"


@pytest.fixture
def shop() -> Iterator[dict[int, str]]:
    """An upper app that holds something of a person, and objects to their leaving while it says 'open'."""
    held: dict[int, str] = {}

    def give(person: Person) -> Any:
        return {"note": held.get(person.pk, "")}

    def erase(person: Person, now: datetime) -> None:
        if held.get(person.pk) == "open":
            raise own_data.KeptError("还有一件事没办完。")
        held.pop(person.pk, None)

    own_data.register("shop", give, erase)
    yield held
    del own_data._exports["shop"], own_data._erasers["shop"]


def test_export_hands_out_everything(
    signed_in: Client, person: Person, step_up: Callable[[Client], None], shop: dict[int, str]
) -> None:
    shop[person.pk] = "买过灯泡"
    actions.consent(person=person, version="2026-11", now=timezone.now())
    step_up(signed_in)
    answered = signed_in.get("/accounts/me/export/")
    assert answered["Content-Disposition"].startswith("attachment")
    data = json.loads(answered.content)["data"]
    assert data["shop"] == {"note": "买过灯泡"}
    assert data["account"]["phone"] == E164
    assert data["account"]["name"] == "王小花"
    assert data["account"]["consents"][0]["version"] == "2026-11"


def test_leaving_removes_name_and_number_and_keeps_the_row(
    signed_in: Client, person: Person, step_up: Callable[[Client], None], shop: dict[int, str]
) -> None:
    shop[person.pk] = "买过灯泡"
    Authenticator.objects.create(user=person, type="totp", data={})
    SocialAccount.objects.create(user=person, provider="weixin", uid="u")
    session = signed_in.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    step_up(signed_in)
    assert signed_in.post("/accounts/me/leave/").status_code == 422
    left = signed_in.post("/accounts/me/leave/", {"sure": "on"})
    assert "账号已注销" in left.content.decode()
    person.refresh_from_db()
    assert (person.name, person.phone, person.is_active) == ("", "", False)
    assert person.closed_at is not None
    assert str(person) == "已注销"
    assert person.masked_phone == ""
    assert not Authenticator.objects.filter(user=person).exists()
    assert not SocialAccount.objects.filter(user=person).exists()
    assert person.pk not in shop
    assert signed_in.get("/accounts/me/").status_code == 302
    assert Person.objects.by_phone(E164) is None


def test_leaving_waits_for_what_is_open_and_nothing_is_half_done(
    signed_in: Client, person: Person, step_up: Callable[[Client], None], shop: dict[int, str]
) -> None:
    shop[person.pk] = "open"
    step_up(signed_in)
    refused = signed_in.post("/accounts/me/leave/", {"sure": "on"})
    assert refused.status_code == 422
    assert "还有一件事没办完" in refused.content.decode()
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("王小花", True)


def test_the_same_number_starts_anew_after_leaving(person: Person, guest: Client, enter: Callable[..., Any]) -> None:
    actions.close_account(person=person, now=timezone.now())
    enter(guest)
    assert Person.objects.by_phone(E164) != person


def test_consent_is_recorded_once_a_version(person: Person) -> None:
    first = timezone.now()
    actions.consent(person=person, version="1", now=first)
    actions.consent(person=person, version="1", now=first + timedelta(days=1))
    actions.consent(person=person, version="2", now=first)
    assert Consent.objects.filter(person=person).count() == 2
    assert Consent.objects.get(person=person, version="1").given_at == first


def test_the_privacy_notice_is_public(guest: Client, settings: Any) -> None:
    page = guest.get("/accounts/privacy/").content.decode()
    assert settings.PRIVACY_VERSION in page
