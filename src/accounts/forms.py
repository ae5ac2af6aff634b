"""What people type into the pages of accounts."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions, crypto
from accounts.models import NAME_LENGTH, Person
from accounts.numbers import CodeField, PhoneField


class PhoneForm(forms.Form):
    """The number to sign in with, and the agreement to the privacy notice (once a device and version)."""

    phone = PhoneField()
    agree = forms.BooleanField(
        label=_("我已阅读并同意《隐私说明》"),
        required=False,
        error_messages={"required": _("请先阅读并同意隐私说明。")},
    )

    def __init__(self, *args: Any, agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agreed:
            del self.fields["agree"]
        else:
            self.fields["agree"].required = True


class NewPhoneForm(forms.Form):
    """The number to change to."""

    phone = PhoneField(label=_("新手机号"))


class CodeForm(forms.Form):
    """The six digits of the message."""

    code = CodeField()


class NameForm(forms.Form):
    """How the neighbours and the offices know the person."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=NAME_LENGTH,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": _("请输入姓名。"), "max_length": _("姓名最多 40 个字。")},
    )


class PreferencesForm(forms.Form):
    """Type size and language."""

    large_type = forms.BooleanField(label=_("长者模式（大字）"), required=False)
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES)


class LeaveForm(forms.Form):
    """The person means it."""

    sure = forms.BooleanField(label=_("我知道注销后不能恢复"), error_messages={"required": _("请先勾选，再注销。")})


class SessionForm(forms.Form):
    """Which session to end; empty for all the others."""

    session = forms.IntegerField(required=False)


def _password_field() -> forms.CharField:
    """Where a one-time password or a recovery code is typed."""
    return forms.CharField(
        label=_("口令"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": _("请输入口令。")},
    )


def _clean_second_factor(form: Any, clean: Any) -> str:
    """Count wrong answers in rows, beside allauth's own count in the cache, which a restart forgets."""
    person: Person = form.user
    address = get_account_adapter().get_client_ip(context.request)
    now = timezone.now()
    try:
        actions.check_second_factor_open(person=person, address=address, now=now)
    except actions.CodeRefusedError as locked:
        raise ValidationError(_("输错次数太多，请一小时后再试。"), code="locked") from locked
    try:
        code: str = clean()
    except ValidationError:
        actions.count_wrong_second_factor(person=person, address=address, now=now)
        raise
    return code


class AuthenticateForm(AllauthAuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    code = _password_field()

    def clean_code(self) -> str:
        """The code, if it is right."""
        return _clean_second_factor(self, super().clean_code)


class ReauthenticateForm(AllauthReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, before something sensitive."""

    code = _password_field()

    def clean_code(self) -> str:
        """The code, if it is right."""
        return _clean_second_factor(self, super().clean_code)


# What reading a credential that no browser made can raise in fido2; allauth catches only some and answers 500.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


class _Readable:
    """A passkey's answer that cannot be read is a wrong answer, not a broken page."""

    def clean_credential(self) -> Any:
        """The authenticator that answered."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE as error:
            raise ValidationError(_("通行密钥没有通过，请再试一次。"), code="incorrect_code") from error


class LoginPasskeyForm(_Readable, LoginWebAuthnForm):  # type: ignore[misc]
    """Sign in with a passkey alone."""


class AuthenticatePasskeyForm(_Readable, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor."""


class ReauthenticatePasskeyForm(_Readable, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey once more, before something sensitive."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    name = forms.CharField(label=_("名字"), max_length=40, required=False)
    passwordless = forms.BooleanField(
        label=_("以后只用它登录，不收短信"), required=False, help_text=_("需要设备有指纹、人脸或锁屏密码。")
    )

    def clean(self) -> Any:
        """The new passkey, if it can be read."""
        try:
            return super().clean()
        except UNREADABLE as error:
            raise ValidationError(_("通行密钥没有添加成功，请再试一次。"), code="incorrect_code") from error


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """A passkey's name."""

    name = forms.CharField(label=_("名字"), max_length=40)


class ActivateTOTPForm(AllauthActivateTOTPForm):  # type: ignore[misc]
    """As allauth's, but the secret waits encrypted in the session: an abandoned set-up leaves none in clear."""

    code = _password_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        session = context.request.session
        if not self.is_bound or SECRET_SESSION_KEY not in session:
            session[SECRET_SESSION_KEY] = crypto.encrypt(generate_totp_secret())
        self.secret = crypto.decrypt(session[SECRET_SESSION_KEY])
