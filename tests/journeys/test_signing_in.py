"""Ways in: a new number and its code, a wrong code, a second factor; and the pages that come in between."""

import base64
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey


def ask_for_code(visitor: Visitor, number: str) -> str:
    """Type a number, agree, and return the code that the demonstration shows."""
    visitor.open("/accounts/login/")
    visitor.page.get_by_label("手机号").fill(number)
    visitor.page.get_by_label("我已阅读并同意").check()
    visitor.button("获取验证码").click()
    return visitor.page.locator(".shown-code").inner_text()


def is_clean(visitor: Visitor) -> None:
    """The page of the moment passes what every page passes."""
    assert looks.violations(visitor.page) == [], visitor.page.url


def test_a_new_number_signs_up(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    code = ask_for_code(visitor, "19905799001")
    is_clean(visitor)
    visitor.page.get_by_label("验证码").fill(code)
    visitor.button("登录").click()
    visitor.page.wait_for_url("**/accounts/name/**")
    is_clean(visitor)
    visitor.page.get_by_label("姓名").fill("䶮𫖯")
    visitor.button("保存").click()
    visitor.page.wait_for_url(lambda address: "/accounts/name/" not in address)
    expect(visitor.page.locator("main")).to_contain_text("还没有可用的身份")
    is_clean(visitor)
    visitor.open("/accounts/me/")
    expect(visitor.page.locator("main")).to_contain_text("䶮𫖯")


def test_a_wrong_code_is_said_beside_the_field(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.expect_complaint("status of 422")
    code = ask_for_code(visitor, "19905799002")
    visitor.page.get_by_label("验证码").fill(f"{(int(code) + 1) % 1_000_000:06d}")
    visitor.button("登录").click()
    expect(visitor.page.locator(".field.wrong .error")).to_be_visible()
    is_clean(visitor)
    visitor.page.get_by_label("验证码").fill(code)
    visitor.button("登录").click()
    visitor.page.wait_for_url("**/accounts/name/**")


def password_of_the_moment(secret: str) -> str:
    """What an authenticator app shows for this secret now (RFC 6238: SHA-1, 30 s, six digits)."""
    digest = hmac.digest(
        base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(time.time()) // 30), "sha1"
    )
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_an_address_in_numbers_says_that_it_has_no_passkeys(portal: Portal, visit: Callable[..., Visitor]) -> None:
    visitor = visit(base_url=portal.address.replace("localhost", "127.0.0.1"))
    visitor.sign_in("孙伟民")
    visitor.page.goto("/accounts/2fa/passkeys/add/")
    visitor.button("发送验证码").click()
    visitor.page.get_by_label("验证码").fill(visitor.page.locator(".shown-code").inner_text())
    visitor.button("确认").click()
    visitor.page.wait_for_url("**/passkeys/add/")
    expect(visitor.page.locator("[data-passkey-nowhere]")).to_contain_text("http://localhost")
    expect(visitor.button("添加")).to_be_disabled()
    looks.all_at_once(visitor.page, 360)
    is_clean(visitor)


def test_a_second_factor_is_set_up_and_asked_for(portal: Portal, visit: Callable[..., Visitor]) -> None:
    number = "19905799003"
    visitor = visit()
    code = ask_for_code(visitor, number)
    visitor.page.get_by_label("验证码").fill(code)
    visitor.button("登录").click()
    visitor.page.get_by_label("姓名").fill("章小满")
    visitor.button("保存").click()
    visitor.page.wait_for_url(lambda address: "/accounts/name/" not in address)

    visitor.open("/accounts/2fa/totp/activate/")
    secret = visitor.page.locator("code").inner_text()
    visitor.page.locator("#id_code").fill(password_of_the_moment(secret))
    visitor.button("启用").click()
    visitor.page.wait_for_url(lambda address: "/totp/activate/" not in address)
    is_clean(visitor)
    visitor.open("/accounts/2fa/recovery-codes/")
    spare = visitor.page.locator("main li").first.inner_text().strip()
    for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/totp/deactivate/"):
        visitor.open(path)
        is_clean(visitor)
    # A passkey beside it, on a made-up authenticator that always says yes.
    chrome = visitor.context.new_cdp_session(visitor.page)
    chrome.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    visitor.open("/accounts/2fa/passkeys/add/")
    visitor.page.get_by_label("名字").fill("这台手机")
    visitor.button("添加").click()
    visitor.page.wait_for_url(lambda address: "/passkeys/add/" not in address)
    visitor.open("/accounts/2fa/passkeys/")
    key = visitor.page.locator("a.row-link").get_attribute("href") or ""
    for path in (
        "/accounts/2fa/passkeys/",
        key,
        key.replace("edit", "remove"),
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/passkeys/reauthenticate/",
        "/accounts/phone/",
    ):
        visitor.open(path)
        is_clean(visitor)
    visitor.page.get_by_label("新手机号").fill("19905799004")
    visitor.button("发送验证码到新号码").click()
    expect(visitor.page.locator(".shown-code")).to_be_visible()
    is_clean(visitor)

    # The next time the second factor is asked for.
    portal.rows("UPDATE accounts_codeevent SET at = at - interval '2 minutes'")  # one message a minute
    again = visit()
    code = ask_for_code(again, number)
    again.page.get_by_label("验证码").fill(code)
    again.button("登录").click()
    again.page.wait_for_url("**/2fa/authenticate/**")
    is_clean(again)
    again.page.locator("#id_code").fill(spare)
    again.button("确认").click()
    again.page.wait_for_url(lambda address: "/accounts/" not in address)
    again.open("/accounts/me/")
