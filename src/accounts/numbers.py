"""Telephone numbers as people type them, and as we keep them (E.164)."""

import unicodedata

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HOME = "CN"
LONGEST = 32


def to_e164(text: str) -> str:
    """The E.164 form of a mobile number as typed; ValueError when it is none.

    Tolerates full-width digits, spaces, dashes, brackets, +86, 0086 and 86 before the eleven digits. Numbers of other
    countries need their + and country code.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(
        c for c in plain if unicodedata.category(c) not in {"Cf", "Zs", "Pd", "Ps", "Pe", "Cc"} and c != "."
    )
    if len(plain) > LONGEST:
        raise ValueError(text)
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException:
        raise ValueError from None
    kind = phonenumbers.number_type(number)
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if not phonenumbers.is_valid_number(number) or kind not in mobile or number.extension:
        raise ValueError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class PhoneField(forms.CharField):
    """A mobile number, eleven digits in China; cleaned to E.164."""

    default_error_messages = {  # noqa: RUF012  Django merges it as a class attribute
        "required": _("请输入手机号。"),
        "invalid": _("手机号不对，应为 11 位数字，例如 13800001234。"),
    }

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "autofocus": True}),
        )
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        """The E.164 number."""
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return to_e164(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class CodeField(forms.CharField):
    """Six digits from a text message; full-width digits and spaces are tolerated."""

    default_error_messages = {  # noqa: RUF012
        "required": _("请输入短信里的 6 位验证码。"),
        "invalid": _("验证码是 6 位数字。"),
    }

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("验证码"))
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        )
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        """The six digits."""
        text = "".join(unicodedata.normalize("NFKC", super().clean(value)).split()).replace("-", "")
        if text and (len(text) != 6 or not (text.isascii() and text.isdigit())):  # noqa: PLR2004  six digits
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text
