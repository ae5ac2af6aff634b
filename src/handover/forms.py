"""What people type and choose about handovers. Forms only read input; ``handover.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handover.models import Kind, Role, Verdict
from handover.rules.lists import FIELDS, MAX_NOTE, MAX_TITLE, MAX_WORDS, MONEY, Row
from handover.rules.reading import fen
from handover.words import FIELDS as LABELS
from parties.models import Contract
from registers.rules.workbook import MAX_BYTES
from repairs.forms import SigningForm
from ui.forms import offer

MAX_PASTE = 200_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONG = _("写得太长了，最多 %(limit_value)s 字。")


class NoForm(forms.Form):
    """For a step that asks nothing."""


class OpenForm(forms.Form):
    """Which contract is handed over, by when."""

    contract = forms.TypedChoiceField(
        label=_("交接哪份合同"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择要交接的合同。")),
    )
    due_on = forms.DateField(
        label=_("最晚哪天办完交接"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("合同有约定的填合同约定；不填就是最后服务日之后 15 天。"),
        error_messages={"invalid": _("日期不对，例如 2026-06-02。")},
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _LONG},
    )

    def __init__(self, *args: Any, contracts: list[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (
                one.pk,
                _("%(firm)s，最后服务日 %(day)s")
                % {"firm": one.company.name, "day": one.ends.isoformat() if one.ends else ""},
            )
            for one in contracts
        ]
        offer(self, "contract", choices)
        if len(choices) == 1:
            self.fields["contract"].initial = choices[0][0]


class ReasonForm(forms.Form):
    """Why: for taking back, amending, cancelling."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。"), "max_length": _LONG},
    )


class RowForm(forms.Form):
    """One row of a list, with the fields that the list has; cleaned to ``row``."""

    title = forms.CharField(
        label=LABELS["title"], max_length=MAX_TITLE, error_messages={"required": _("请写名称。"), "max_length": _LONG}
    )
    quantity = forms.IntegerField(
        label=LABELS["quantity"],
        required=False,
        min_value=0,
        max_value=999_999,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("数量请填整数，例如 3。")),
    )
    amount = forms.CharField(
        label=LABELS["amount"],
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"max_length": _("金额请填数字，例如 1250.50，最多两位小数。")},
    )
    place = forms.CharField(label=LABELS["place"], required=False, max_length=MAX_WORDS)
    detail = forms.CharField(label=LABELS["detail"], required=False, max_length=MAX_WORDS)
    condition = forms.CharField(label=LABELS["condition"], required=False, max_length=MAX_WORDS)
    note = forms.CharField(label=LABELS["note"], required=False, max_length=MAX_NOTE)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in [name for name in self.fields if name not in {"title", "note", *FIELDS[kind]}]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The row; an amount as typed becomes fen."""
        given = super().clean() or {}
        amount = None
        if self.kind == MONEY and given.get("amount"):
            amount = fen(given["amount"])
            if amount is None:
                self.add_error("amount", _("金额请填数字，例如 1250.50，最多两位小数。"))
        if not self.errors:
            words = {name: given.get(name, "") for name in ("title", "detail", "place", "condition", "note")}
            given["row"] = Row(**words, quantity=given.get("quantity"), amount_fen=amount)
        return given


class PasteForm(forms.Form):
    """Many rows as pasted text."""

    rows = forms.CharField(
        label=_("粘贴多行"),
        max_length=MAX_PASTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一项。从表格里复制过来可以直接粘贴；手打的，各格之间用逗号或空两格隔开。"),
        error_messages={"required": _("请粘贴内容。"), "max_length": _("内容太长，请分几次粘贴，或上传表格。")},
    )


class FileForm(forms.Form):
    """One .xlsx file. Its content is looked at where it is taken in."""

    file = forms.FileField(
        label=_("上传表格"),
        allow_empty_file=True,  # 0 bytes are refused in our words
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("请选择 .xlsx 表格文件。")),
        help_text=_("只要 .xlsx，最多 5 兆、2000 行，读第一张表。第一行写列名，例如：名称、数量、位置、备注。"),
    )

    def clean_file(self) -> Any:
        """Refuse by size before anything is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("文件太大，最多 5 兆。"), code="too_large")
        return upload


class JudgeForm(forms.Form):
    """What the receiving side says of one row."""

    verdict = forms.ChoiceField(
        label=_("核对结果"),
        choices=[(one.value, one.label) for one in Verdict if one != Verdict.OPEN],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择已交、缺少或有异议。")),
    )
    note = forms.CharField(
        label=LABELS["note"],
        required=False,
        max_length=MAX_NOTE,
        help_text=_("缺少或有异议的，请写明情况。"),
        error_messages={"max_length": _LONG},
    )
    photo = forms.FileField(
        label=_("照片"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class FilterForm(forms.Form):
    """Which rows of a list are shown; anything senseless shows all."""

    verdict = forms.ChoiceField(required=False, choices=[("", ""), *Verdict.choices])
    q = forms.CharField(required=False, max_length=60)


class SignForm(SigningForm):
    """A signature for one side: who, in which post, and what they object to."""

    role = forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput)
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    post = forms.CharField(
        label=_("职务"),
        max_length=60,
        error_messages={"required": _("请写签名人的职务。"), "max_length": _LONG},
    )
    words = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("有保留意见的写在这里，会印在交接书上。"),
        error_messages={"max_length": _LONG},
    )


class DeclineForm(forms.Form):
    """That a side will not sign, and why."""

    role = forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), required=False, max_length=40)
    post = forms.CharField(label=_("职务"), required=False, max_length=60)
    words = forms.CharField(
        label=_("没有签字的原因"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：拒绝签字；通知后没有到场。会印在交接书上。"),
        error_messages={"required": _("请写明原因。"), "max_length": _LONG},
    )


KIND_HINTS = {
    Kind.CASE: _("由系统自动列出，定稿时再取一次最新的。合同到期后自动转给新物业；还没有新物业的，由社区跟进。"),
    Kind.KEY: _("门、机房、水泵房、消防设施等的钥匙和门禁卡：是什么、几把、放在哪里。"),
    Kind.DEVICE: _("电梯、消防、监控、水泵、配电等：在哪里、几台、编号、能不能用。"),
    Kind.PAPER: _("竣工图纸、设备资料、保修和维修记录、房屋业主台账等。"),
    Kind.MONEY: _("预收、欠交、公共收益余额等，由原物业如实填数，接收方核对。"),
    Kind.PEOPLE: _("谁熟悉什么，交接后找得到人。"),
}
