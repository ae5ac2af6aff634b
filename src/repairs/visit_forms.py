"""What the community notes of a return visit. Forms only read input; ``repairs.actions.visits`` decides."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# One tap each: the result, and whether they are satisfied.
OUTCOMES: dict[str, tuple[str, bool | None]] = {
    "good": ("solved", True),
    "poor": ("solved", False),
    "unreached": ("unreached", None),
    "unsolved": ("unsolved", False),
}


class VisitForm(forms.Form):
    """What came of one visit."""

    outcome = forms.ChoiceField(
        choices=[(name, name) for name in OUTCOMES],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择回访结果。")),
    )
    note = forms.CharField(
        label=_("记录"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("写得太长了，最多 %(limit_value)s 字。")},
    )

    def clean(self) -> dict[str, Any]:
        """未解决 says what is wrong: the firm starts again from it."""
        given = super().clean() or {}
        if given.get("outcome") == "unsolved" and not given.get("note") and "note" not in self.errors:
            self.add_error("note", _("没解决的，请写明哪里没修好，物业要照着再修。"))
        return given


class MonthForm(forms.Form):
    """Which month is shown."""

    month = forms.DateField(required=False, input_formats=["%Y-%m"])

    def chosen(self, otherwise: date) -> date:
        """The first day of the month that was asked for; ``otherwise`` for what is no month."""
        found = self.cleaned_data.get("month") if self.is_valid() else None
        return found if found is not None and found.year >= 2000 else otherwise  # noqa: PLR2004  nothing here is older
