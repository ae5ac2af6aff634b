"""What people give about the register. Forms only read input; ``registers.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from premises.models import Source
from registers.rules.columns import FIELDS, SKIP
from registers.rules.workbook import MAX_BYTES
from registers.words import FIELDS as FIELD_WORDS
from registers.words import FILES, REFUSALS

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEY = "answer-"
_NO_FILE: Any = REFUSALS["no_file"]
_NO_SHEET: Any = FILES["no_sheet"]
_PLAN_CHANGED: Any = REFUSALS["plan_changed"]


class UploadForm(forms.Form):
    """One .xlsx file. Its content is looked at where it is taken in."""

    file = forms.FileField(
        label=_("台账表格"),
        allow_empty_file=True,  # 0 bytes are refused in our words
        widget=forms.FileInput(attrs={"accept": f".xlsx,{TYPE}"}),
        error_messages={"required": _NO_FILE, "invalid": _NO_FILE},
        help_text=_("只要 .xlsx，最多 5 兆、20000 行。上传以后先核对，不会马上改台账。"),
    )
    instead_of = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        """Refuse by size before anything is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(str(FILES["too_large"]) % {"most": MAX_BYTES >> 20}, code="too_large")
        return upload


class SheetForm(forms.Form):
    """Which sheet, and which rows are its header (both empty: look for it)."""

    sheet = forms.CharField(max_length=64, error_messages={"required": _NO_SHEET, "max_length": _NO_SHEET})
    top = forms.IntegerField(required=False, min_value=1, max_value=1000)
    bottom = forms.IntegerField(required=False, min_value=1, max_value=1000)

    @property
    def header(self) -> tuple[int, int] | None:
        """First and last row of the header, or None to look for it."""
        top, bottom = self.cleaned_data["top"], self.cleaned_data["bottom"]
        return (top or bottom, bottom or top) if top or bottom else None


class ColumnsForm(forms.Form):
    """What each column means: one choice for each, and where areas and ownership of the whole file are known from."""

    area_source = forms.ChoiceField(label=_("这份表的面积来自"), required=False)
    owner_source = forms.ChoiceField(label=_("这份表的业主来自"), required=False)

    def __init__(self, *args: Any, columns: list[dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [("", _("不改（新房屋记作物业台账）")), *Source.choices]
        choices = [(SKIP, _("不导入")), *((name, FIELD_WORDS[name]) for name in FIELDS)]
        for name in ("area_source", "owner_source"):
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=sources, required=False)
        self.names = [f"column{number}" for number in range(1, len(columns) + 1)]
        for name, column in zip(self.names, columns, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=column["label"] or _("（没有表头）"), choices=choices, required=False, initial=column["field"]
            )

    @property
    def chosen(self) -> list[str]:
        """The field of each column, in order."""
        return [self.cleaned_data[name] for name in self.names]


class ConfirmForm(forms.Form):
    """Agreeing to what was shown. Answers come as ``answer-<question>``, homes that are gone as ``gone``."""

    plan = forms.CharField(max_length=64, error_messages={"required": _PLAN_CHANGED, "max_length": _PLAN_CHANGED})
    skip_bad = forms.BooleanField(required=False)

    def __init__(self, *args: Any, missing: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gone"] = forms.TypedMultipleChoiceField(
            required=False, coerce=int, choices=[(pk, pk) for pk in missing]
        )

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by question."""
        return {name.removeprefix(KEY): value for name, value in self.data.items() if name.startswith(KEY)}


class SearchForm(forms.Form):
    """What to look for in the register; anything senseless looks for nothing. Words come by POST: no address holds a name."""

    q = forms.CharField(required=False, max_length=60)
    building = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    entrance = forms.IntegerField(required=False, min_value=1, max_value=2**62)
