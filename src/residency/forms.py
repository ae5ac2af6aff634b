"""What people type and choose about joining. Forms only read input; ``residency.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.numbers import PhoneField
from premises.models import Occupancy
from residency.actions.claims import MAX_NOTE

_TOO_LONG = _("写得太长了，最多 200 字。")
_WHICH_RELATION = _("请选择您是业主、家属还是租户。")
# A day as a browser's own calendar gives it, and as people type it.
_DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def _words(label: Any, *, required: bool, missing: Any = "", rows: int = 2, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": rows, **attrs}),
        error_messages={"required": missing, "max_length": _TOO_LONG},
    )


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=_DAYS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": _("日期不对，请写成 2027-06-30 这样。"),
            "required": _("请填租到哪一天。"),
        },
    )


def _relation(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("身份"),
        choices=choices,
        error_messages={"required": _WHICH_RELATION, "invalid_choice": _WHICH_RELATION},
    )


class CodeForm(forms.Form):
    """The nine digits of a poster, an invitation or a parent's code."""

    code = forms.CharField(
        label=_("9 位数字短码"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("请输入短码。"), "max_length": _("短码是 9 位数字，请核对后重输。")},
    )


class ClaimForm(forms.Form):
    """Which home, as what, and for a tenant until when."""

    home = forms.IntegerField(
        min_value=1,
        max_value=2**62,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("请选择您家的门牌。")),
    )
    relation = _relation(Occupancy.Relation.choices)
    last_day = _day(_("租到哪一天"))
    note = _words(_("说明"), required=False)


class WhereForm(forms.Form):
    """The step of choosing: a building, then an entrance."""

    building = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    entrance = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class InviteForm(forms.Form):
    """As what someone is let in."""

    relation = _relation(
        [(value, label) for value, label in Occupancy.Relation.choices if value != Occupancy.Relation.OWNER]
    )
    last_day = _day(_("租到哪一天"))


class NoForm(forms.Form):
    """An action that asks nothing."""


class GroundForm(forms.Form):
    """How a claim was checked."""

    ground = _words(_("怎样核实的"), required=True, missing=_("请写明怎样核实的。"))
    last_day = _day(_("租到哪一天"))


class RefuseForm(forms.Form):
    """Why a claim is refused; the claimant sees it."""

    ground = _words(_("不通过的原因"), required=True, missing=_("请写明原因，对方会看到。"))


class ReasonForm(forms.Form):
    """Why someone's link ends; they see it."""

    reason = _words(_("原因"), required=True, missing=_("请写明原因，对方会看到。"))


class OwnReasonForm(forms.Form):
    """Why one moves out oneself; may stay empty."""

    reason = _words(_("原因"), required=False)


class LastDayForm(forms.Form):
    """A tenant's new last day."""

    last_day = _day(_("租到哪一天"), required=True)


class RegisterForm(forms.Form):
    """Someone whom the office enters."""

    address = forms.CharField(
        label=_("门牌"),
        max_length=60,
        help_text=_("照台账写，例如：3幢1单元1201"),
        error_messages={"required": _("请写门牌。"), "max_length": _("门牌写得太长了。")},
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=40,
        error_messages={"required": _("请写姓名。"), "max_length": _("姓名最多 40 个字。")},
    )
    phone = PhoneField(widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}))
    relation = _relation([("", _("请选择")), *Occupancy.Relation.choices])
    last_day = _day(_("租到哪一天"))
    ground = _words(_("怎样核实的"), required=True, missing=_("请写明怎样核实的。"))


class PostersForm(forms.Form):
    """A sheet each entrance or each building; of one building, or of all."""

    unit = forms.ChoiceField(
        label=_("每张海报贴在"),
        choices=[("entrance", _("每个单元门口")), ("building", _("每幢楼"))],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择按单元还是按楼幢张贴。")),
        widget=forms.RadioSelect,
    )
    building = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class SearchForm(forms.Form):
    """A part of an address or of a name."""

    q = forms.CharField(required=False, max_length=60)
