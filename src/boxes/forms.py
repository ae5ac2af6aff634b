"""What is typed and chosen about boxes. Forms only read input; ``boxes.actions`` decides and writes."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boxes.actions import HolderDraft

LEAST, MOST = 3, 5
MOST_BYTES = 2000
OWNER = "owner"
_RECEIPT, _PAPER = re.compile(r"[0-9a-f]{8,64}"), re.compile(r"[0-9A-Za-z]{7}")


class HoldersForm(forms.Form):
    """Three or five holders: a post each, or an owner by name and home."""

    def __init__(self, *args: Any, posts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不选")), *posts, (OWNER, _("业主代表（下面写姓名和住处）"))]
        for number in range(1, MOST + 1):
            self.fields[f"holder-{number}"] = forms.ChoiceField(
                label=_("第 %(number)s 位保管人") % {"number": number}, choices=choices, required=number <= LEAST,
                error_messages={"required": _("至少要 3 位保管人。"), "invalid_choice": _("这个岗位现在不在任，请重新选择。")},
            )  # fmt: skip
            self.fields[f"name-{number}"] = forms.CharField(label=_("姓名"), max_length=60, required=False)
            self.fields[f"home-{number}"] = forms.CharField(
                label=_("哪一户业主"), max_length=60, required=False, help_text=_("例如 2幢1单元301")
            )

    def rows(self) -> list[dict[str, Any]]:
        """The fields by holder, as the page lays them out."""
        return [
            {"number": n, "post": self[f"holder-{n}"], "name": self[f"name-{n}"], "home": self[f"home-{n}"]}
            for n in range(1, MOST + 1)
        ]

    def drafts(self) -> list[HolderDraft]:
        """As the action takes them."""
        found = []
        for number in range(1, MOST + 1):
            chosen = self.cleaned_data.get(f"holder-{number}") or ""
            if chosen == OWNER:
                name, home = self.cleaned_data[f"name-{number}"], self.cleaned_data[f"home-{number}"]
                found.append(HolderDraft(name=name, stands_for=home and str(_("%(home)s 业主") % {"home": home})))
            elif chosen:
                found.append(HolderDraft(post_id=int(chosen)))
        return found


class ShareForm(forms.Form):
    """One share: typed, pasted, or read from its code."""

    share = forms.CharField(
        label=_("钥匙（32 个字母和数字）"), max_length=120, strip=True,
        help_text=_("照单子输入，分隔的横线、空格和大小写都不要紧。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-no-draft": ""}
        ),
        error_messages={"required": _("请输入钥匙。"), "max_length": _("太长了，钥匙只有 32 个字母和数字。")},
    )  # fmt: skip


class ShareFileForm(forms.Form):
    """The file of a share, as it was downloaded: its last word is the share."""

    file = forms.FileField(
        label=_("钥匙文件"), help_text=_("分发时下载的 .txt 文件。"), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
        error_messages={"required": _("请选钥匙文件。")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """``share`` beside the file."""
        given = super().clean() or {}
        upload = given.get("file")
        if upload is None:
            return given
        words = upload.read().decode("utf-8", "replace").split() if upload.size <= MOST_BYTES else []
        if not words:
            self.add_error("file", forms.ValidationError(_("这不是钥匙文件，请选分发时下载的那个 .txt。"), code="file"))
            return given
        return {**given, "share": words[-1][:120]}


class ResetForm(forms.Form):
    """Why a box is sealed away unopened, before whom, and when the vote on paper is."""

    reason = forms.CharField(
        label=_("为什么打不开"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：第 1、3 份钥匙遗失，只剩 1 份。"), error_messages={"required": _("请写明原因。")},
    )  # fmt: skip
    witnesses = forms.CharField(
        label=_("在场见证的人"), max_length=300, help_text=_("姓名和单位，用顿号隔开。"),
        error_messages={"required": _("请写明在场见证的人。")},
    )  # fmt: skip
    opens_at = forms.DateTimeField(
        label=_("纸质投票开始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("请定开始时间。"), "invalid": _("请填日期和时间。")},
    )  # fmt: skip
    closes_at = forms.DateTimeField(
        label=_("纸质投票截止"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("请定截止时间。"), "invalid": _("请填日期和时间。")},
    )  # fmt: skip


class ReceiptForm(forms.Form):
    """A receipt, the number of a paper, or a head that somebody wrote down: typed, pasted, or read from a code."""

    receipt = forms.CharField(
        label=_("回执编号或票上编号"), max_length=200, error_messages={"required": _("请输入编号。")},
        help_text=_("回执抄前 8 位就行；纸质票输入票上的 7 位编号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_receipt(self) -> str:
        """Without blanks and hyphens: 8 to 64 hexadecimal digits in small letters, or 7 letters and digits in capitals."""
        given = re.sub(r"[\s-]", "", self.cleaned_data["receipt"])
        if not given or _PAPER.fullmatch(given):
            return given.upper()
        if _RECEIPT.fullmatch(given.lower()):
            return given.lower()
        raise forms.ValidationError(
            _("没有这样的编号。回执是数字和字母 a 到 f，至少抄 8 位；纸质票的编号是 7 位。"), code="invalid"
        )
