"""Sign-in by number and code: one flow for known and unknown numbers, limits in rows, nothing to enumerate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.crypto import digest
from accounts.models import Challenge, CodeEvent, Consent, Person
from accounts.sms import SmsError, memory
from tests.accounts.numbers import E164, PHONE, digits, wrong

pytestmark = pytest.mark.django_db
Outbox = list[memory.Message]


def test_an_unknown_number_becomes_a_person(guest: Client, enter: Callable[..., Any], outbox: Outbox) -> None:
    answered = enter(guest)
    assert answered.status_code == 302
    made = Person.objects.get(phone_digest=digest(E164))
    assert (made.phone, made.phone_verified, made.name) == (E164, True, "")
    assert answered["Location"] == "/accounts/name/"
    assert int(guest.session["_auth_user_id"]) == made.pk
    assert [m.phone for m in outbox] == [E164]
    assert len(outbox[0].params["code"]) == 6
    assert outbox[0].params["code"].isdigit()


def test_a_known_number_signs_the_same_person_in(person: Person, guest: Client, enter: Callable[..., Any]) -> None:
    answered = enter(guest)
    assert answered["Location"] == "/"
    assert int(guest.session["_auth_user_id"]) == person.pk


def test_known_and_unknown_numbers_cannot_be_told_apart(person: Person, ask: Callable[..., Any]) -> None:
    def seen(phone: str) -> tuple[Any, ...]:
        client = Client(headers={"accept-language": "zh-hans"})
        asked = ask(client, phone)
        page = client.get(asked["Location"])
        refused = client.post(asked["Location"], {"code": wrong(memory.outbox[-1].params["code"])})
        strip = page.content.decode().replace(phone[:3] + "****" + phone[-4:], "")
        return asked.status_code, asked["Location"], page.status_code, len(strip), refused.status_code

    assert seen("13900000001") == seen("13900000002")


def test_sending_again_to_an_unknown_number_works(guest: Client, ask: Callable[..., Any], outbox: Outbox) -> None:
    """allauth's own resend answers 500 here."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(guest)
        early = guest.post("/accounts/code/again/", follow=True)
        assert "一分钟" in early.content.decode()
        clock.shift(timedelta(seconds=61))
        again = guest.post("/accounts/code/again/", follow=True)
        assert again.status_code == 200
        assert len(outbox) == 2
        assert outbox[0].params == outbox[1].params  # messages overtake each other: the same code
        assert guest.post("/accounts/code/", {"code": outbox[1].params["code"]}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        "13900000001",
        "139 0000 0001",
        "１３９００００ ０００１",
        "+86 139-0000-0001",
        "0086 13900000001",
        " 8613900000001\t",
    ],
)
def test_numbers_as_people_type_them(guest: Client, ask: Callable[..., Any], outbox: Outbox, typed: str) -> None:
    assert ask(guest, typed).status_code == 302
    assert outbox[-1].phone == E164


@pytest.mark.parametrize(
    "typed",
    ["", "1390000000", "139000000012", "057987654321", "abc", "+1", "12345678901", "１" * 60, "13900000001;x", "\x00"],
)
def test_what_is_no_mobile_number_is_said_beside_the_field(
    guest: Client, ask: Callable[..., Any], outbox: Outbox, typed: str
) -> None:
    asked = ask(guest, typed)
    assert asked.status_code == 422
    assert 'class="error"' in asked.content.decode()
    assert not outbox


def test_consent_is_asked_once_and_kept_with_version_and_time(
    guest: Client, enter: Callable[..., Any], settings: Any, outbox: Outbox
) -> None:
    refused = guest.post("/accounts/login/", {"phone": PHONE})
    assert refused.status_code == 422
    assert "隐私说明" in refused.content.decode()
    assert not outbox
    enter(guest)
    kept = Consent.objects.get()
    assert kept.version == settings.PRIVACY_VERSION
    assert abs(kept.given_at - timezone.now()) < timedelta(minutes=1)
    guest.post("/accounts/logout/")
    assert 'name="agree"' not in guest.get("/accounts/login/").content.decode()
    settings.PRIVACY_VERSION = "2030-01"
    assert 'name="agree"' in guest.get("/accounts/login/").content.decode()


def test_next_is_kept_through_code_and_name(guest: Client, enter: Callable[..., Any]) -> None:
    answered = enter(guest, next="/c/west/requests/new/%3Fplace%3Dhome")
    assert answered["Location"] == "/accounts/name/?next=%2Fc%2Fwest%2Frequests%2Fnew%2F%3Fplace%3Dhome"
    named = guest.post(answered["Location"], {"name": "  欧阳䶮  𫖯 "})
    assert named["Location"] == "/c/west/requests/new/?place=home"
    assert Person.objects.get(phone_digest=digest(E164)).name == "欧阳䶮 𫖯"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_next_never_leaves_us(person: Person, guest: Client, enter: Callable[..., Any], evil: str) -> None:
    assert enter(guest, next=evil)["Location"] == "/"


def test_an_expired_session_in_the_middle_comes_back(person: Person, guest: Client, enter: Callable[..., Any]) -> None:
    enter(guest)
    guest.session.flush()
    sent_away = guest.get("/accounts/me/export/")
    assert sent_away["Location"] == "/accounts/login/?next=/accounts/me/export/"
    asked = guest.post(sent_away["Location"], {"phone": "13900000003"})
    assert asked["Location"] == "/accounts/code/?next=%2Faccounts%2Fme%2Fexport%2F"


@pytest.mark.parametrize("name", ["", "   ", "名" * 41])
def test_a_name_is_needed(person: Person, signed_in: Client, name: str) -> None:
    answered = signed_in.post("/accounts/name/", {"name": name})
    assert answered.status_code == 422
    person.refresh_from_db()
    assert person.name == "王小花"


def test_limits_of_a_number_are_one_a_minute_five_an_hour_ten_a_day(outbox: Outbox) -> None:
    start = timezone.now()

    def send(after: timedelta) -> str:
        try:
            actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=start + after)
        except actions.CodeRefusedError as refused:
            return refused.code
        return "sent"

    minute = timedelta(minutes=1)
    assert [send(timedelta(0)), send(timedelta(seconds=59)), send(minute)] == ["sent", "soon", "sent"]
    assert [send(2 * minute), send(3 * minute), send(4 * minute), send(5 * minute)] == ["sent", "sent", "sent", "often"]
    assert send(60 * minute) == "sent"
    assert [send((60 + n) * minute) for n in range(1, 6)] == ["sent", "sent", "sent", "sent", "often"]
    assert len(outbox) == 10
    assert send(timedelta(hours=5)) == "often"
    assert send(timedelta(hours=24)) == "sent"


def test_limits_of_an_address(outbox: Outbox) -> None:
    now = timezone.now()
    for n in range(20):
        actions.request_code(phone=f"+861390000{n:04d}", purpose="enter", address="10.0.0.2", now=now)
    with pytest.raises(actions.CodeRefusedError) as refused:
        actions.request_code(phone="+8613900009999", purpose="enter", address="10.0.0.2", now=now)
    assert refused.value.code == "crowd"
    actions.request_code(phone="+8613900009999", purpose="enter", address="10.0.0.3", now=now)


def test_limits_outlive_a_flushed_cache(guest: Client, ask: Callable[..., Any], outbox: Outbox) -> None:
    ask(guest)
    cache.clear()
    refused = ask(Client(), PHONE)
    assert refused.status_code == 422
    assert "一分钟" in refused.content.decode()
    assert len(outbox) == 1


def test_a_code_dies_after_five_wrong_answers(guest: Client, ask: Callable[..., Any], outbox: Outbox) -> None:
    asked = ask(guest)
    right = outbox[-1].params["code"]
    said = [guest.post(asked["Location"], {"code": wrong(right)}).content.decode() for _ in range(5)]
    assert "还可以再试 4 次" in said[0]
    assert "还可以再试 1 次" in said[3]
    assert "已作废" in said[4]
    cache.clear()
    assert guest.post(asked["Location"], {"code": right}).status_code == 422
    assert Person.objects.by_phone(E164) is None


def test_wrong_answers_lock_the_number_whatever_happens_to_the_cache(outbox: Outbox) -> None:
    start = timezone.now()

    def fail(at: Any) -> str:
        token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=at)
        code = "wrong"
        for _ in range(5):
            with pytest.raises(actions.CodeRefusedError) as refused:
                actions.answer_code(
                    token=token, code=wrong(outbox[-1].params["code"]), purpose="enter", address="10.0.0.1", now=at
                )
            code = refused.value.code
        return code

    assert fail(start) == "spent"
    assert fail(start + timedelta(minutes=2)) == "spent"
    cache.clear()
    with pytest.raises(actions.CodeRefusedError) as locked:
        actions.request_code(phone=E164, purpose="enter", address="10.9.9.9", now=start + timedelta(minutes=4))
    assert locked.value.code == "locked"
    assert locked.value.until == start + timedelta(hours=1)
    actions.request_code(phone=E164, purpose="enter", address="10.9.9.9", now=start + timedelta(hours=1, minutes=3))


def test_the_lock_is_said_with_its_end(guest: Client, ask: Callable[..., Any]) -> None:
    now = timezone.now()
    CodeEvent.objects.bulk_create(
        CodeEvent(kind="wrong", phone_digest=digest(E164), address_digest="x", at=now) for _ in range(10)
    )
    page = ask(guest).content.decode()
    assert "已暂停验证" in page
    assert timezone.localtime(now + timedelta(hours=1)).strftime("%H:%M") in page


def test_a_right_answer_clears_the_count(outbox: Outbox) -> None:
    start = timezone.now()
    for step in range(3):
        at = start + timedelta(minutes=2 * step)
        token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=at)
        right = outbox[-1].params["code"]
        for _ in range(4):
            with pytest.raises(actions.CodeRefusedError):
                actions.answer_code(token=token, code=wrong(right), purpose="enter", address="10.0.0.1", now=at)
        after = at + timedelta(seconds=1)
        assert (
            actions.answer_code(token=token, code=right, purpose="enter", address="10.0.0.1", now=after).phone == E164
        )


def test_a_code_serves_once_and_for_five_minutes(guest: Client, ask: Callable[..., Any], outbox: Outbox) -> None:
    now = timezone.now()
    token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=now)
    right = outbox[-1].params["code"]
    with pytest.raises(actions.CodeRefusedError, match="expired"):
        actions.answer_code(
            token=token, code=right, purpose="enter", address="10.0.0.1", now=now + timedelta(minutes=5)
        )
    actions.answer_code(token=token, code=right, purpose="enter", address="10.0.0.1", now=now)
    with pytest.raises(actions.CodeRefusedError, match="expired"):
        actions.answer_code(token=token, code=right, purpose="enter", address="10.0.0.1", now=now)


def test_a_code_serves_its_own_purpose_and_person_only(person: Person, outbox: Outbox) -> None:
    now = timezone.now()
    token = actions.request_code(phone=E164, purpose="enter", address="10.0.0.1", now=now)
    right = outbox[-1].params["code"]
    for purpose, whose in (("step_up", person), ("new_phone", person), ("step_up", None)):
        with pytest.raises(actions.CodeRefusedError, match="expired"):
            actions.answer_code(token=token, code=right, purpose=purpose, address="10.0.0.1", now=now, person=whose)


def test_another_browser_cannot_answer(guest: Client, ask: Callable[..., Any], outbox: Outbox) -> None:
    asked = ask(guest)
    other = Client()
    assert other.post(asked["Location"], {"code": outbox[-1].params["code"]})["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("typed", ["１２３４５６", "12 34 56", "123-456"])
def test_codes_as_people_type_them(typed: str) -> None:
    from accounts.numbers import CodeField

    assert CodeField().clean(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "<script>"])
def test_what_is_no_code(guest: Client, ask: Callable[..., Any], typed: str) -> None:
    asked = ask(guest)
    assert guest.post(asked["Location"], {"code": typed}).status_code == 422
    assert not CodeEvent.objects.filter(kind="wrong").exists()


def test_a_failing_gateway_is_said_and_does_not_use_up_the_minute(
    guest: Client, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> str:
        raise SmsError("unreachable", temporary=True)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "send", refuse)
        failed = ask(guest)
        assert failed.status_code == 422
        assert "短信没有发出去" in failed.content.decode()
    assert ask(guest).status_code == 302


def test_no_number_and_no_code_in_session_address_or_rows(
    guest: Client, ask: Callable[..., Any], outbox: Outbox
) -> None:
    asked = ask(guest)
    code = outbox[-1].params["code"]
    row = Challenge.objects.values().get()
    event = CodeEvent.objects.values().get()
    for text in (str(dict(guest.session)), asked["Location"], str(row), str(event)):
        assert code not in text
        assert not [d for d in digits(text) if d == PHONE]
    guest.post(asked["Location"], {"code": code})
    assert PHONE not in str(dict(guest.session))
    assert code not in str(dict(guest.session))


def test_the_code_is_shown_in_a_demonstration_only(guest: Client, ask: Callable[..., Any], settings: Any) -> None:
    asked = ask(guest)
    code = memory.outbox[-1].params["code"]
    assert code not in guest.get(asked["Location"]).content.decode()
    settings.DEMONSTRATION = True
    assert code in guest.get(asked["Location"]).content.decode()
    settings.SERVED = True
    assert code not in guest.get(asked["Location"]).content.decode()


def test_a_closed_account_cannot_enter(person: Person, guest: Client, enter: Callable[..., Any]) -> None:
    person.is_active = False
    person.save()
    assert enter(guest)["Location"] == "/accounts/inactive/"
    assert guest.get("/accounts/inactive/").status_code == 403
    assert "_auth_user_id" not in guest.session


def test_old_codes_and_counts_are_forgotten(ask: Callable[..., Any], guest: Client) -> None:
    ask(guest)
    assert actions.forget_codes(now=timezone.now()) == 0
    assert actions.forget_codes(now=timezone.now() + timedelta(days=2)) == 1
    assert actions.forget_codes(now=timezone.now() + timedelta(days=31)) == 1


def test_signed_in_people_skip_the_page(signed_in: Client) -> None:
    assert signed_in.get("/accounts/login/?next=/accounts/me/")["Location"] == "/accounts/me/"


def test_sign_out_asks_and_ends(signed_in: Client) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 200
    assert signed_in.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in signed_in.session
    assert signed_in.get("/accounts/logout/").status_code == 302


def test_posting_without_a_csrf_token_is_refused(outbox: Outbox) -> None:
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", {"phone": PHONE, "agree": "on"}).status_code == 403
    assert not outbox


def test_ensure_person_keeps_a_name_and_makes_one_only_once() -> None:
    now = timezone.now()
    first = actions.ensure_person(phone=E164, name="甲", now=now)
    second = actions.ensure_person(phone=E164, name="乙", verified=True, now=now)
    assert first.pk == second.pk
    assert (second.name, second.phone_verified) == ("甲", True)
    assert not second.has_usable_password()


def test_the_clock_forgets_old_codes(ask: Callable[..., Any], guest: Client) -> None:
    from accounts.tasks import forget_codes

    ask(guest)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert forget_codes() == 2
