"""What people type and choose on the pages about documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.images import MAX_BYTES


class CodeForm(forms.Form):
    """A check code as it stands on paper."""

    code = forms.CharField(
        label=_("查验码"),
        help_text=_("印在文书末尾，共 10 位字母和数字，大小写都可以。"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CompareForm(forms.Form):
    """A PDF file that someone was sent."""

    file = forms.FileField(
        label=_("选择收到的 PDF 文件"),
        help_text=_("只用来比对，不会保存。"),
        error_messages={"required": _("请选择要核对的 PDF 文件。"), "empty": _("这个文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse what no issued sheet can be."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("文件太大，最多 20 兆。"))
        return upload
