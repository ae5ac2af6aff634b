"""Input of the message pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import Channel


class ChannelForm(forms.Form):
    """How ordinary messages come. Mail is offered only to someone who has confirmed an address."""

    ordinary = forms.ChoiceField(
        label=_("平常的消息"),
        help_text=_("站内消息总会有。紧急的事还会发短信。"),
        widget=forms.RadioSelect,
        choices=[],
    )

    def __init__(self, *args: Any, has_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(Channel.IN_APP, _("只看站内消息")), (Channel.SMS, _("也发短信"))]
        if has_email:
            choices.append((Channel.EMAIL, _("也发电子邮件")))
        self.fields["ordinary"].choices = choices  # type: ignore[attr-defined]
