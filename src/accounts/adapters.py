"""What allauth asks of us. Each method closes a gap of allauth 65.21 that a test in tests/accounts names."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.adapter import DefaultHeadlessAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import actions, crypto, device, mfa, sessions, sms
from accounts.logs import security
from accounts.models import Person
from accounts.numbers import PhoneField

OUTSIDE_SESSION_KEY = "outside_account"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Phone numbers as the one identifier; our own code flow in place of allauth's (see docs/decisions/sign-in.md)."""

    error_messages = {  # noqa: RUF012  allauth reads a plain dict
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用。"),
        "incorrect_code": _("验证码不对。"),
        "too_many_login_attempts": _("输错次数太多，请过几分钟再试。"),
        "rate_limited": _("操作太频繁，请稍后再试。"),
        "phone_taken": _("这个手机号已有账号。"),
    }

    def get_login_stages(self) -> list[str]:
        """The second factor only: the code was answered in our own flow before allauth is entered."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No sign-up of its own: an unknown number that shows its code becomes a person."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address, as the trusted proxies wrote it; who comes past them is taken by the socket's.

        allauth answers 500 to an X-Forwarded-For that is shorter than the number of proxies, or is no address.
        """
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        named = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
        address = named[-proxies].strip() if proxies and len(named) >= proxies else request.META.get("REMOTE_ADDR", "")
        try:
            return str(ip_address(address))
        except ValueError:
            return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")  # a Unix socket has no address

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> Any:
        """Once every step of the sign-in is done: link the account elsewhere that opened the door, dress the device.

        Every way in ends here: a code, a second factor, a passkey, an account elsewhere.
        """
        security.info("signed in", extra={"person": user.pk, "address": self.get_client_ip(request)})
        outside = request.session.pop(OUTSIDE_SESSION_KEY, None)
        if outside and user.phone_verified:
            actions.link_outside_account(person=user, provider=outside[0], uid=outside[1])
        response = super().post_login(request, user, **kwargs)
        device.bring_along(response, user)
        return response

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """Eleven digits as people type them."""
        return PhoneField(**kwargs)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        """The number and whether it is verified."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        """Keep a number."""
        user.phone = phone
        user.phone_verified = verified
        user.save(update_fields=["phone_cipher", "phone_digest", "phone_verified"])

    def set_phone_verified(self, user: Person, phone: str) -> None:
        """Mark the number verified, if it is still theirs."""
        if user.phone == phone:
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])

    def get_user_by_phone(self, phone: str) -> Person | None:
        """The person of an E.164 number."""
        return Person.objects.by_phone(phone)

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **kwargs: Any) -> None:
        """Send a code by our own backends."""
        sms.send(phone, "code", {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Say nothing to an unknown number: the flow never asks whether it is known."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's notices stay unsaid: our pages say what happened, and theirs carry the number into the session."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets encrypted at rest; names without a telephone number."""

    error_messages = {  # noqa: RUF012
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。"),
        "cannot_delete_authenticator": _("您的岗位必须有第二重验证，不能停用最后一种。"),
        "cannot_generate_recovery_codes": _("先启用第二重验证，再生成备用码。"),
    }

    def encrypt(self, text: str) -> str:
        """As personal fields are, with keys apart from SECRET_KEY."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Counterpart of encrypt."""
        return crypto.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Who must have a second factor keeps the last one."""
        from allauth.mfa.models import Authenticator

        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=mfa.KINDS)
        return (
            not settings.MFA_REQUIRED
            or others.exclude(pk=authenticator.pk).exists()
            or not mfa.is_required(authenticator.user)
        )

    def get_totp_label(self, user: Person) -> str:
        """What the authenticator app shows under our name."""
        return user.masked_phone

    def get_totp_issuer(self) -> str:
        """Our name."""
        return gettext("共治")

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """A passkey carries the name and the masked number, never the number."""
        return {"id": str(user.pk).encode(), "display_name": user.name or user.masked_phone, "name": user.masked_phone}

    def generate_authenticator_name(self, user: Person, type: Any) -> str:  # noqa: A002  allauth's signature
        """A name to start from."""
        from allauth.mfa.models import Authenticator

        return gettext("通行密钥 %(number)d") % {
            "number": Authenticator.objects.filter(user=user, type=type).count() + 1
        }


class OutsideAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """WeChat, DingTalk and OpenID Connect open the door to a telephone number, never past it."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Keep nothing of what the provider tells but who it is; in WeChat the unionid, which all its apps share."""
        account = sociallogin.account
        unionid = account.extra_data.get("unionid") if account.provider == "weixin" else None
        if unionid:
            account.uid = unionid
        account.extra_data = {}
        sociallogin.email_addresses = []
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An account that is not linked to a verified number goes on to the page that asks for one."""
        if sociallogin.is_existing and sociallogin.user.phone_verified:
            return
        request.session[OUTSIDE_SESSION_KEY] = [sociallogin.account.provider, sociallogin.account.uid]
        url = reverse("account_login")
        target = sociallogin.get_redirect_url(request)
        if target:
            from urllib.parse import urlencode

            url = f"{url}?{urlencode({'next': target})}"
        raise ImmediateHttpResponse(HttpResponseRedirect(url))


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Sessions that the app API ends close their sockets too."""

    def end_sessions(self, sessions_to_end: Iterable[Any]) -> None:
        """End them, then tell whoever registered."""
        keys = []
        for session in sessions_to_end:
            keys.append(session.session_key)
            session.end()
        sessions.announce(keys)


class AppAdapter(DefaultHeadlessAdapter):  # type: ignore[misc]
    """What the app is told of the person who signed in: no number, no e-mail look-up."""

    def serialize_user(self, user: Person) -> dict[str, Any]:
        """Id, name and masked number."""
        return {"id": user.pk, "display": user.name, "phone": user.masked_phone}
