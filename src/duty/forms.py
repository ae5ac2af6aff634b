"""Input of the duty pages. Who may be chosen, the view says; whether it fits, the action decides."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from duty.rules import Span, span_of
from parties.queries import Holder
from ui.forms import offer

TIME = {"required": _("请填写时间，例如 18:00。"), "invalid": _("时间不对，例如 18:00。")}
DAY = {"required": _("请选择日期。"), "invalid": _("日期不对，例如 2026-06-02。")}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class _Hours(forms.Form):
    """Who, from when to when, and at which number."""

    post = forms.TypedChoiceField(
        label=_("谁值班"), coerce=int, error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择一位。"))
    )
    starts = forms.TimeField(label=_("开始"), widget=_time_input(), error_messages=TIME)
    ends = forms.TimeField(
        label=_("结束"), widget=_time_input(), help_text=_("比开始早或相同，就是到第二天。"), error_messages=TIME
    )
    phone = forms.CharField(
        label=_("值班电话"),
        help_text=_("居民会看到。不填就显示物业的公开电话。"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, people: list[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "post", [("", _("请选择")), *((one.post_id, f"{one.name}（{one.role_label}）") for one in people)])


class ShiftForm(_Hours):
    """One shift by hand."""

    field_order = ("post", "day", "starts", "ends", "phone")
    day = forms.DateField(label=_("哪一天"), widget=_day_input(), error_messages=DAY)

    def span(self) -> Span:
        """The hours as typed, in the portal's time."""
        given = self.cleaned_data
        return span_of(given["day"], given["starts"], given["ends"], get_default_timezone())


class PatternForm(_Hours):
    """A weekly pattern."""

    field_order = ("post", "weekdays", "starts", "ends", "phone", "since")
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"),
        coerce=int,
        choices=WEEKDAYS.items,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请至少选一天。")),
    )
    since = forms.DateField(label=_("从哪天起"), widget=_day_input(), error_messages=DAY)


class OfferForm(forms.Form):
    """To whom a shift is offered, and for which of theirs."""

    to_post = forms.TypedChoiceField(label=_("请谁顶班"), coerce=int, required=False, empty_value=None)
    in_return = forms.TypedChoiceField(
        label=_("换对方哪一班"),
        help_text=_("只请人顶班，不用选。"),
        coerce=int,
        required=False,
        empty_value=None,
    )
    note = forms.CharField(label=_("说明"), max_length=100, required=False)

    def __init__(self, *args: Any, people: list[Holder], shifts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to_post", [("", _("谁有空都行")), *((one.post_id, one.name) for one in people)])
        offer(self, "in_return", [("", _("不换，只顶班")), *shifts])


class WeekForm(forms.Form):
    """Which week is shown."""

    week = forms.DateField(required=False)

    def chosen(self, today: date) -> date:
        """A day of the chosen week; today for what is no date."""
        return (self.cleaned_data.get("week") if self.is_valid() else None) or today
