"""Input of the message pages."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging import templates
from messaging.actions import Wish
from messaging.models import Channel, Preference
from ui.forms import offer

SAME = ""
TIME = {"invalid": _("时间不对，例如 22:00。")}
NIGHT = (time(22, 0), time(7, 0))
EVENING = time(18, 0)


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ChannelForm(forms.Form):
    """How ordinary messages come. Mail is offered only to someone who has confirmed an address, the digest only to posts."""

    ordinary = forms.ChoiceField(
        label=_("平常的消息"),
        help_text=_("站内消息总会有。紧急的事还会发短信。"),
        widget=forms.RadioSelect,
        choices=[],
    )
    quiet = forms.BooleanField(
        label=_("夜里不打扰"),
        help_text=_("这段时间里，平常的短信和邮件等到时间过了再发。紧急的事照样马上发。"),
        required=False,
    )
    quiet_from = forms.TimeField(label=_("从"), required=False, widget=_time(), error_messages=TIME)
    quiet_to = forms.TimeField(label=_("到"), required=False, widget=_time(), error_messages=TIME)

    def __init__(self, *args: Any, has_email: bool, staff: bool, chosen: Preference, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "ordinary": chosen.ordinary,
            "quiet": chosen.quiet_from is not None,
            "quiet_from": chosen.quiet_from or NIGHT[0],
            "quiet_to": chosen.quiet_to or NIGHT[1],
            "digest": chosen.digest_at is not None,
            "digest_at": chosen.digest_at or EVENING,
            **{f"kind_{kind}": channel for kind, channel in chosen.kinds.items()},
        }
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(Channel.IN_APP, _("只看站内消息")), (Channel.SMS, _("也发短信"))]
        if has_email:
            choices.append((Channel.EMAIL, _("也发电子邮件")))
        offer(self, "ordinary", choices)
        for kind, label in templates.kinds():
            self.fields[f"kind_{kind}"] = forms.ChoiceField(
                label=str(label), required=False, choices=[(SAME, _("和平常的一样")), *choices]
            )
        if staff:
            self.fields["digest"] = forms.BooleanField(
                label=_("一天只发一条汇总"),
                help_text=_("平常的消息不再一条条发短信或邮件，每天合成一条。紧急的事照样马上发。"),
                required=False,
            )
            self.fields["digest_at"] = forms.TimeField(
                label=_("几点发汇总"), required=False, widget=_time(), error_messages=TIME
            )

    @property
    def by_kind(self) -> list[forms.BoundField]:
        """The fields of the exceptions."""
        return [self[name] for name in self.fields if name.startswith("kind_")]

    def clean(self) -> dict[str, Any]:
        """Whoever wants quiet hours or a digest must say when."""
        given = super().clean() or self.cleaned_data
        if given.get("quiet"):
            for name in ("quiet_from", "quiet_to"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, _("请填写时间。"))
            if given.get("quiet_from") is not None and given.get("quiet_from") == given.get("quiet_to"):
                self.add_error("quiet_to", _("开始和结束不能一样。"))
        if given.get("digest") and given.get("digest_at") is None and "digest_at" not in self.errors:
            self.add_error("digest_at", _("请填写时间。"))
        return given

    def wish(self) -> Wish:
        """What was chosen, for the action."""
        given = self.cleaned_data
        return Wish(
            ordinary=given["ordinary"],
            kinds={
                name.removeprefix("kind_"): value for name, value in given.items() if name.startswith("kind_") and value
            },
            quiet=(given["quiet_from"], given["quiet_to"]) if given["quiet"] else None,
            digest_at=given["digest_at"] if given.get("digest") else None,
        )
