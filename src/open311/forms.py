"""Input of the page about keys."""

from django import forms
from django.utils.translation import gettext_lazy as _

from open311.rules import MAX_KEY_NAME


class KeyForm(forms.Form):
    """Which system a key is for."""

    name = forms.CharField(
        label=_("给哪个系统用"),
        help_text=_("会写进每一件报修和留痕里，例如：12345 热线。"),
        max_length=MAX_KEY_NAME,
        error_messages={"required": _("请写明给哪个系统用。"), "max_length": _("最多 24 个字。")},
    )
