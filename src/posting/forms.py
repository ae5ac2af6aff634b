"""What people type and choose about papers on walls. Forms only read input; ``posting.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posting.actions.points import PointDraft
from posting.models import MAX_NAME, MAX_PLACE, MAX_REASON, Point, Side
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
Choices = list[tuple[str, Any]]


class PointForm(forms.Form):
    """A point."""

    kind = forms.ChoiceField(
        label=_("种类"), choices=Point.Kind.choices, error_messages={"invalid_choice": _("请选择种类。")}
    )
    name = forms.CharField(
        label=_("名称"),
        max_length=MAX_NAME,
        help_text=_("例如：公告栏、单元门口。"),
        error_messages={"required": _("请写名称，例如：公告栏。"), "max_length": _LONG},
    )
    place = forms.ChoiceField(
        label=_("在哪一幢、哪个单元"),
        required=False,
        error_messages={"invalid_choice": _("没有找到这个位置，请重新选择。")},
    )
    spot = forms.CharField(
        label=_("具体位置"),
        required=False,
        max_length=MAX_PLACE - 40,
        help_text=_("例如：东门、一楼大厅。"),
        error_messages={"max_length": _LONG},
    )
    size = forms.ChoiceField(
        label=_("最大纸张"), choices=Point.Size.choices, error_messages={"invalid_choice": _("请选择纸张大小。")}
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [("", _("不在楼里")), *places])

    def draft(self) -> PointDraft:
        """As the action takes it."""
        return PointDraft(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("原因"), required=False, max_length=MAX_REASON, error_messages={"max_length": _LONG}
    )


class PrintForm(forms.Form):
    """Which labels are printed: the ticked ones, or all."""

    points = forms.TypedMultipleChoiceField(required=False, coerce=int)
    every = forms.BooleanField(required=False)

    def __init__(self, *args: Any, known: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "points", [(str(pk), pk) for pk in known])


class PlanForm(forms.Form):
    """Whether, where and by whom a notice is put up."""

    wanted = forms.BooleanField(required=False)
    side = forms.ChoiceField(required=False, choices=[("", _("按发布单位")), *Side.choices], label=_("由谁张贴"))
    points = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        label=_("贴在哪些点"),
        help_text=_("一个都不选，就是全部在用的张贴点。"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("选的张贴点不在用，请重新选择。")},
    )

    def __init__(self, *args: Any, known: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "points", known)


class AnswerForm(forms.Form):
    """An answer without scripts: one photo, and what was found."""

    result = forms.CharField(max_length=10)
    note = forms.CharField(required=False, max_length=MAX_REASON)
    label = forms.CharField(required=False, max_length=16)
    photo = forms.FileField(required=False, allow_empty_file=True)


class JudgeForm(forms.Form):
    """A manager's word."""

    counts = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    reason = forms.CharField(required=False, max_length=MAX_REASON, error_messages={"max_length": _LONG})
