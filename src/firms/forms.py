"""Input of the register. Which choices there are, the view says; whether it fits, the action decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.numbers import PhoneField
from firms.models import Kind
from parties.models import Post
from ui.forms import offer

DAY = {"required": _("请选择日期。"), "invalid": _("日期不对，例如 2026-06-02。")}
CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("请从列表里选一项。"))


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=DAY,
    )


def _copy(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=_("照片或 PDF，最多 20 兆。只有能看这条记录的人才能打开。"),
        error_messages={"empty": _("这个文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class FirmForm(forms.Form):
    """A firm as it stands in the register."""

    name = forms.CharField(
        label=_("企业名称"),
        help_text=_("写营业执照上的全称。"),
        max_length=80,
        error_messages={"required": _("请写企业全称。")},
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("18 位，印在营业执照上。"),
        max_length=40,
        error_messages={"required": _("请填写 18 位统一社会信用代码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    phone = forms.RegexField(
        r"^[0-9０-９+() （）\-]{5,20}$",
        label=_("公开电话"),
        help_text=_("居民能看到。"),
        required=False,
        error_messages={"invalid": _("电话不对，例如 13800001234 或 0579-87180001。")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )


class SearchForm(forms.Form):
    """What is looked for in the register."""

    q = forms.CharField(required=False, max_length=60)
    area = forms.CharField(required=False, max_length=12)


class ContractForm(forms.Form):
    """A contract between a firm and a compound."""

    compound = forms.TypedChoiceField(label=_("服务哪个小区"), coerce=int, error_messages=CHOOSE)
    starts = _day(_("合同从哪天起"))
    ends = _day(_("合同到哪天止"), required=False, help_text=_("最后一天也算。没有约定的，不填。"))
    number = forms.CharField(label=_("合同编号"), max_length=40, required=False)
    basis = forms.CharField(
        label=_("依据"),
        help_text=_("例如：业主大会 2026 年第 2 次会议决定选聘。"),
        max_length=200,
        error_messages={"required": _("请写依据。")},
    )
    copy = _copy(_("合同副本"))

    def __init__(self, *args: Any, grounds: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "compound", [("", _("请选择")), *grounds])


class EndContractForm(forms.Form):
    """The last day of a contract that ends early, and why."""

    ends = _day(_("最后一天"), help_text=_("这一天物业还在服务，第二天起就看不到这个小区。"))
    why = forms.CharField(
        label=_("原因"),
        help_text=_("例如：业主大会决定解聘。"),
        max_length=200,
        error_messages={"required": _("请写原因。")},
    )


class CopyForm(forms.Form):
    """One more copy of a contract."""

    copy = forms.FileField(
        label=_("合同副本"),
        help_text=_("照片或 PDF，最多 20 兆。只有能看这条记录的人才能打开。"),
        error_messages={
            "required": _("请选择照片或 PDF。"),
            "empty": _("这个文件是空的，请重新选择。"),
        },
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class PostForm(forms.Form):
    """Who begins in which post, when and on what basis."""

    phone = PhoneField(
        help_text=_("本人用这个手机号收验证码登录。没有账号的，会自动开好。"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请写姓名。")})
    role = forms.ChoiceField(label=_("职务"), error_messages=CHOOSE)
    only = forms.TypedMultipleChoiceField(
        label=_("管哪些小区"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOOSE,
    )
    starts = _day(_("从哪天起"))
    ends = _day(_("到哪天止"), required=False, help_text=_("最后一天也算。不知道的，不填。"))
    basis = forms.CharField(
        label=_("依据"),
        help_text=_("例如：劳动合同、任命文件、备案回执。"),
        max_length=200,
        error_messages={"required": _("请写依据。")},
    )
    crossed = forms.BooleanField(
        label=_("交叉任职"),
        help_text=_("此人已在另一方任职，这个职务是双向进入的。"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        roles: Sequence[str],
        grounds: Sequence[tuple[int, str]],
        may_cover_all: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Post.Role.choices)
        offered = [(role, labels[Post.Role(role)]) for role in roles]
        offer(self, "role", offered if len(offered) == 1 else [("", _("请选择")), *offered])
        if grounds:
            offer(self, "only", grounds)
            self.fields["only"].required = not may_cover_all
            self.fields["only"].error_messages["required"] = _("请至少选一个小区。")
            if may_cover_all:
                self.fields["only"].help_text = _("一个都不选，就是全部小区，以后新接的也算。")
        else:
            del self.fields["only"]


class EndPostForm(forms.Form):
    """The last day of a post, and why; ``sure`` only where there is something to be sure about."""

    ends = _day(_("最后一天"), help_text=_("填今天，今天还能用；要马上停用，填昨天。"))
    why = forms.CharField(
        label=_("原因"),
        help_text=_("例如：离职、换届、调到别的项目。"),
        max_length=200,
        error_messages={"required": _("请写原因。")},
    )
    sure = forms.BooleanField(label=_("我知道了，仍然结束"), required=False)

    def __init__(self, *args: Any, warned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not warned:
            del self.fields["sure"]


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(label=_("原因"), max_length=200, error_messages={"required": _("请写原因。")})


class CertificateForm(forms.Form):
    """A certificate as it stands on paper."""

    person = forms.TypedChoiceField(
        label=_("谁的证书"), coerce=int, required=False, empty_value=None, error_messages=CHOOSE
    )
    kind = forms.ChoiceField(label=_("证书种类"), error_messages=CHOOSE)
    title = forms.CharField(label=_("证书名称"), help_text=_("选“其他证书”时填写。"), max_length=60, required=False)
    number = forms.CharField(label=_("证书编号"), max_length=60, error_messages={"required": _("请填写证书编号。")})
    grade = forms.CharField(label=_("等级"), help_text=_("例如：四级/中级工、AAA。"), max_length=30, required=False)
    issuer = forms.CharField(label=_("发证机关"), max_length=80, required=False)
    starts = _day(_("发证日期"), required=False)
    expires = _day(_("有效期至"), required=False, help_text=_("长期有效的，不填。到期前 90、30、7 天会提醒。"))
    copy = _copy(_("证书照片或 PDF"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", [("", _("企业本身")), *people])
        offer(self, "kind", [("", _("请选择")), *Kind.choices])
