"""What people type and choose about rounds. Forms only read input; the actions decide and write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from equipment.words import EVERY
from rounds.actions.plans import Change
from rounds.models import MAX_ADDRESS, MAX_NAME, MAX_REASON

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_TIME = {"invalid": _("时间看不懂，请写成 22:00 这样。"), "required": _("请写时间。")}
DAY = 1440


def _text(label: Any, most: int, *, hint: Any = "", needed: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(needed),
        max_length=most,
        help_text=hint,
        error_messages={"max_length": _LONG, "required": needed},
    )


def _time(label: Any, hint: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=hint,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=_TIME,
    )


class PlanForm(forms.Form):
    """How a plan is walked from tomorrow on."""

    name = _text(_("名称"), MAX_NAME, needed=_("请写名称。"))
    every = forms.ChoiceField(
        label=_("多久一次"), choices=[(key, name) for key, name in EVERY.items() if key != "two_hours"]
    )
    starts = _time(_("几点开始"))
    ends = _time(_("几点结束"), _("早于开始的，算第二天。00:00 到 00:00 是全天。"))
    times = forms.IntegerField(label=_("分几轮"), min_value=1, max_value=12, initial=1)
    reason = _text(_("为什么改"), MAX_REASON)

    def change(self) -> Change:
        """What was asked for. What ends before it starts ends on the day after."""
        given = self.cleaned_data
        starts, ends = (given[name].hour * 60 + given[name].minute for name in ("starts", "ends"))
        return Change(
            given["name"],
            given["every"],
            starts,
            ends if ends > starts else ends + DAY,
            given["times"],
            given["reason"],
        )


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("原因"), MAX_REASON)


class PointForm(forms.Form):
    """A place that a route goes to besides the register's."""

    name = _text(_("名称"), MAX_NAME, hint=_("例如：东门岗亭。"), needed=_("请写名称。"))
    address = _text(_("位置"), MAX_ADDRESS)


class ItemForm(forms.Form):
    """Something more to look at."""

    name = _text(_("看什么"), 40, hint=_("例如：标签没有褪色。"), needed=_("请写看什么。"))


class ReviewForm(forms.Form):
    """A second person's word."""

    agrees = forms.TypedChoiceField(
        label=_("和记录一样吗"),
        choices=[("yes", _("一样")), ("no", _("不一样"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    note = _text(_("说明"), MAX_REASON, hint=_("不一样时请写明。"))
