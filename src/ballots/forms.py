"""What is typed around voting. Forms only read input; the actions decide and write. A ballot is read by ``views.ballot``."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.numbers import PhoneField
from ballots.models import Ground
from ballots.models.speaking import MAX_GROUND, MAX_NAME
from elections.models.polls import MAX_REASON
from notices.forms import MomentField

LONG = _("写得太长了，最多 %(limit_value)s 字。")
MAX_ADDRESS = 60


def _words(label: Any, ask: Any, *, hint: Any = "", most: int = MAX_NAME, rows: int = 0) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": ask, "max_length": LONG},
    )


def _photo(label: Any, hint: Any, *, required: bool) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        error_messages={"required": _("请拍一张照片。"), "empty": _("照片是空的，请重新拍。")},
    )


class ExtendForm(forms.Form):
    """A later end and why."""

    closes_at = MomentField(label=_("新的截止时间"), required=True)
    reason = _words(_("延期原因"), _("请写明原因。"), hint=_("会和新旧截止时间一起公告。"), most=MAX_REASON, rows=2)


class StepForm(forms.Form):
    """A step of two parties, and why. ``closes_at`` only where voting is opened again."""

    step = forms.ChoiceField(choices=[("end_early", ""), ("reopen", "")], widget=forms.HiddenInput)
    closes_at = MomentField(label=_("重新开放到什么时候"), required=False)
    reason = _words(_("理由"), _("请写明理由。"), hint=_("另一方同意后连同理由公告。"), most=MAX_REASON, rows=2)


class SpeakerForm(forms.Form):
    """Who votes for a home in the place of its owners."""

    address = _words(_("门牌"), _("请填门牌，例如 3幢2单元501。"), most=MAX_ADDRESS)
    ground = forms.ChoiceField(
        label=_("以什么身份投票"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择身份。")},
    )
    name = _words(_("投票人姓名"), _("请写姓名。"))
    phone = PhoneField(label=_("投票人手机号"), help_text=_("用这个手机号登录投票。"))
    note = _words(
        _("看了什么材料"),
        _("请写看了什么材料。"),
        hint=_("例如：共有人推选书、单位授权书、户口簿、继承公证书。"),
        most=MAX_GROUND,
        rows=2,
    )
    paper = _photo(_("材料照片"), _("可不拍。只给组织单位看。"), required=False)


class PaperProxyForm(forms.Form):
    """A signed authority on paper."""

    address = _words(_("门牌"), _("请填门牌，例如 3幢2单元501。"), most=MAX_ADDRESS)
    giver = _words(_("委托人（业主）姓名"), _("请写委托人姓名。"))
    agent = _words(_("受托人姓名"), _("请写受托人姓名。"))
    phone = PhoneField(label=_("受托人手机号"), help_text=_("受托人用这个手机号登录投票。"))
    paper = _photo(_("委托书照片"), _("只拍签名部分，不要拍到每一项的意见。"), required=True)


class ProxyForm(forms.Form):
    """To whom an owner gives a vote."""

    agent = _words(_("受托人姓名"), _("请写受托人姓名。"))
    phone = PhoneField(label=_("受托人手机号"), help_text=_("受托人要用这个手机号登录本小区。物业人员不能代投。"))
