"""What people type and choose about defects. Forms only read input; ``defects.actions`` decides and writes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from defects.actions.finding import items_of
from defects.actions.keeping import CORRECTABLE, Told
from defects.models import MAX_NAME, MAX_REASON, MAX_WORDS, FireNotice, Severity
from defects.words import FIELDS
from elections.models import Item
from equipment.models import Piece, Stop
from repairs.forms import PhotosField
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("请从列表里选一项。"))
_MONEY = dict.fromkeys(
    ("required", "invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"),
    _("请写金额，例如：1200.50。"),
)


def _text(label: Any, most: int, *, hint: Any = "", area: bool = False, needed: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(needed),
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}) if area else None,
        error_messages={"max_length": _LONG, "required": needed},
    )


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("时间看不懂，请重新选择。"), "required": _("请选择时间。")},
    )


def _money(label: Any, *, least: str, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(least), max_digits=11, decimal_places=2, help_text=hint, error_messages=_MONEY
    )


class _Now(forms.Form):
    """A form whose moment begins as now."""

    moment = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {self.moment: timezone.localtime().replace(second=0, microsecond=0), **self.initial}


class NewForm(_Now):
    """What somebody of the firm found at a piece."""

    moment = "found_at"
    item = forms.ChoiceField(label=_("哪里不好"), required=False, error_messages=_CHOOSE)
    words = _text(_("看到了什么"), MAX_WORDS, area=True, hint=_("例如：指针在红区。"))
    found_at = _moment(_("发现时间"))
    stopped = forms.BooleanField(label=_("系统已经停用"), required=False)
    photos = PhotosField(label=_("照片"), required=False)

    def __init__(self, *args: Any, piece: Piece, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", [("", _("整件设施")), *((key, name) for key, (name, _g) in items_of(piece).items())])


class RepairForm(forms.Form):
    """That it is repaired, and how."""

    method = _text(_("怎样修好的"), MAX_WORDS, area=True, needed=_("请写明怎样修好的。"))
    photos = PhotosField(label=_("修好后的照片"), required=False)


class ClearForm(forms.Form):
    """The re-check."""

    note = _text(_("复查情况"), MAX_REASON, hint=_("例如：现场看过，指针在绿区。"))


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("原因"), MAX_REASON, needed=_("请写明原因。"))


class StopForm(_Now):
    """That a system stands still."""

    moment = "stopped_at"
    stopped_at = _moment(_("从什么时候停用"))
    safeguards = _text(_("安全保护措施"), MAX_WORDS, area=True, hint=_("停用超过 24 小时必须写。"))
    stop_ref = forms.ChoiceField(label=_("已批准的停用"), required=False, error_messages=_CHOOSE)

    def __init__(self, *args: Any, stops: list[Stop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.ref, f"{'、'.join(one.systems)} {one.place}") for one in stops]
        offer(self, "stop_ref", [("", _("没有")), *known])


class FireForm(_Now):
    """How the fire service was told."""

    moment = "told_at"
    told_at = _moment(_("什么时候报告的"))
    way = forms.ChoiceField(label=_("怎样报告"), choices=FireNotice.Way.choices, error_messages=_CHOOSE)
    number = _text(_("受理编号或号码"), MAX_NAME, needed=_("请写明受理编号，或拨打的号码。"))
    receiver = _text(_("对方是谁"), MAX_NAME, needed=_("请写明对方的单位和姓名。"))

    def told(self) -> Told:
        """As the action takes it."""
        return Told(**self.cleaned_data)


class FundForm(forms.Form):
    """That the maintenance fund is asked to pay."""

    amount = _money(_("维修要多少钱（元）"), least="0.01")
    fee = _money(_("物业费可以承担多少（元）"), least="0")
    reason = _text(_("原因"), MAX_WORDS, area=True, needed=_("请写明原因。"))
    item_id = forms.TypedChoiceField(
        label=_("业主的表决"), required=False, coerce=int, empty_value=None, error_messages=_CHOOSE
    )

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item_id", [("", _("还没有")), *((str(one.pk), one.text[:60]) for one in items)])

    def given(self) -> dict[str, Any]:
        """As the action takes it: sums in fen."""
        data = self.cleaned_data
        return {
            "amount_fen": int(data["amount"] * 100), "fee_fen": int(data["fee"] * 100), "reason": data["reason"],
            "item_id": data["item_id"],
        }  # fmt: skip


class CorrectForm(forms.Form):
    """An entry that is put right."""

    name = forms.ChoiceField(
        label=_("哪一栏"),
        choices=[(one, FIELDS[one]) for one in CORRECTABLE if one != "severity"],
        error_messages=_CHOOSE,
    )
    value = _text(_("改成"), MAX_WORDS, area=True, needed=_("请写明改成什么。"))
    reason = _text(_("原因"), MAX_REASON, needed=_("请写明原因。"))


class GradeForm(forms.Form):
    """Another severity."""

    value = forms.ChoiceField(label=_("严重程度"), choices=Severity.choices, error_messages=_CHOOSE)
    reason = _text(_("原因"), MAX_REASON, needed=_("请写明原因。"))


class MonthForm(forms.Form):
    """A month, for form B.1."""

    month = forms.DateField(
        input_formats=["%Y-%m"],
        error_messages=dict.fromkeys(("required", "invalid"), _("请选择月份。")),
    )


def month_of(moment: datetime) -> str:
    """The month of a moment, as a form holds it."""
    return f"{timezone.localtime(moment):%Y-%m}"
