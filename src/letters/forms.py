"""What people type and choose about letters. Forms only read input; ``letters.actions`` decides and writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.actions import Draft
from letters.queries import BOXES, TODO, Wanted
from letters.rules import MAX_REASON, MAX_SOURCE, MAX_SUBJECT, MAX_WORDS
from notices.forms import FIRST_YEAR, LAST_YEAR, FilesField, FilesInput
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_DAY = _("请填日期，例如 2026-06-06。")


class BoxForm(forms.Form):
    """What somebody looks for; anything senseless is as if it had not been asked."""

    box = forms.ChoiceField(required=False, choices=[(name, name) for name in BOXES])
    q = forms.CharField(required=False, max_length=MAX_WORDS, strip=True)

    def wanted(self) -> Wanted:
        """The choice in the words of ``letters.queries``."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(box=given.get("box") or TODO, words=given.get("q") or "")


class DayField(forms.DateField):
    """A day; a year that nobody means is refused before it is counted with."""

    def clean(self, value: Any) -> date | None:
        """The day, None for none."""
        found: date | None = super().clean(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(_DAY, code="invalid")
        return found


class LetterForm(forms.Form):
    """A letter as it is written."""

    to = forms.TypedMultipleChoiceField(
        label=_("发给"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("请选择发给哪个单位。"),
            "invalid_choice": _("选的单位现在不在本小区履职，请重新选择。"),
        },
    )
    subject = forms.CharField(
        label=_("标题"), max_length=MAX_SUBJECT, error_messages={"required": _("请写标题。"), "max_length": _LONG}
    )
    source = forms.CharField(
        label=_("正文"),
        max_length=MAX_SOURCE,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("空一行分段；“# ”开头是小标题，“- ”或“1. ”开头是列表，**两边加星号**是加粗。"),
        error_messages={"required": _("请写正文。"), "max_length": _LONG},
    )
    reply_by = DayField(
        label=_("请在哪天前回复"),
        required=False,
        help_text=_("过期没有复函，对方和您都会收到提醒。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _DAY},
    )
    uploads = FilesField(
        label=_("附件"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        help_text=_("照片或 PDF，每个最多 20 兆。"),
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to", bodies)

    def draft(self, *, reply_to: str = "", replaces: str = "") -> Draft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        return Draft(
            subject=given["subject"],
            source=given["source"],
            to=tuple(given["to"]),
            reply_by=given["reply_by"],
            reply_to=reply_to,
            replaces=replaces,
        )


class WithdrawForm(forms.Form):
    """Why a letter is taken back."""

    reason = forms.CharField(
        label=_("撤回原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("对方会看到原因，原文保留。"),
        error_messages={"required": _("请写明原因。"), "max_length": _LONG},
    )
