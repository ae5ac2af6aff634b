"""What people type about objections. Forms only read input; ``publicity.actions.objecting`` decides and writes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.forms import FilesField, FilesInput
from publicity.actions.objecting import Saying
from publicity.models import ObjectionState, Outcome
from publicity.objection_queries import OwnHome
from publicity.rules.objecting import MAX_ANSWER, MAX_PASSAGE, MAX_WORDS
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")


class ObjectionForm(forms.Form):
    """On what, what, for which home, with what evidence."""

    home = forms.TypedChoiceField(
        label=_("哪一套房子"),
        coerce=int,
        error_messages={"required": _("请选择您的房子。"), "invalid_choice": _("请选择您的房子。")},
    )
    passage = forms.CharField(
        label=_("针对哪一段、哪一条"),
        max_length=MAX_PASSAGE,
        help_text=_("例如：第二条，涨价幅度。"),
        error_messages={"required": _("请写明针对哪一段、哪一条。"), "max_length": _LONG},
    )
    words = forms.CharField(
        label=_("您的异议和理由"),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("答复时会公开这段话，您的姓名和房号会隐去，请不要在里面写姓名、电话。"),
        error_messages={"required": _("请写明您的异议和理由。"), "max_length": _LONG},
    )
    uploads = FilesField(
        label=_("照片或材料"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        help_text=_("照片或 PDF，最多 6 份。只有您和经办单位看得到。"),
    )

    def __init__(self, *args: Any, homes: Sequence[OwnHome] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(homes) > 1:
            offer(self, "home", [("", _("请选择")), *((one.home_id, one.address) for one in homes)])
        else:
            del self.fields["home"]

    def saying(self) -> Saying:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        return Saying(passage=given["passage"], words=given["words"], home_id=given.get("home"))


class AnswerForm(forms.Form):
    """The answer to an objection."""

    outcome = forms.ChoiceField(
        label=_("结论"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择采纳、部分采纳还是不采纳。"),
            "invalid_choice": _("请选择采纳、部分采纳还是不采纳。"),
        },
    )
    answer = forms.CharField(
        label=_("答复"),
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("和异议一起公开在公告旁边，答复后不能再改。请不要写对方的姓名、房号。"),
        error_messages={"required": _("请写明答复。"), "max_length": _LONG},
    )
    shown_passage = forms.CharField(
        label=_("针对哪一段、哪一条"),
        required=False,
        max_length=MAX_PASSAGE,
        widget=forms.Textarea(attrs={"rows": 2, "data-cover": "", "autocomplete": "off"}),
        error_messages={"max_length": _LONG},
    )
    shown_words = forms.CharField(
        label=_("异议和理由"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 6, "data-cover": "", "autocomplete": "off"}),
        error_messages={"max_length": _LONG},
    )


class StateForm(forms.Form):
    """Which objections somebody looks for; anything senseless is as if it had not been asked."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *ObjectionState.choices])

    def wanted(self) -> str:
        """The state, or "" for all."""
        self.is_valid()
        return str(self.cleaned_data.get("state") or "")
