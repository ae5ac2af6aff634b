"""Input of the pages about webhooks. The action decides whether an address may be called."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import offer
from webhooks import events
from webhooks.rules import MAX_URL


class SubscriptionForm(forms.Form):
    """Which system is called, where, and about what."""

    name = forms.CharField(
        label=_("名称"),
        help_text=_("自己看得懂就行，例如：公司工单系统。"),
        max_length=40,
        error_messages={"required": _("请写一个名称。")},
    )
    url = forms.CharField(
        label=_("接收地址"),
        help_text=_("以 https:// 开头的公网地址，由贵方的系统接收。"),
        max_length=MAX_URL,
        error_messages={"required": _("请填写接收地址。")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("哪些事情要通知"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项。"), "invalid_choice": _("请从列表里选。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "events", events.choices())
