"""What people type and choose about notices. Forms only read input; ``notices.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import Kind, Side
from notices.queries import Wanted

FIRST_YEAR, LAST_YEAR = 2000, 2999


class FilterForm(forms.Form):
    """What somebody looks for on the board; anything senseless is as if it had not been asked."""

    q = forms.CharField(required=False, max_length=60, strip=True)
    kind = forms.ChoiceField(required=False, choices=[("", _("全部类别")), *Kind.choices])
    side = forms.ChoiceField(required=False, choices=[("", _("全部单位")), *Side.choices])
    year = forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    past = forms.BooleanField(required=False)

    def wanted(self) -> Wanted:
        """The choice in the words of ``notices.queries``."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(
            words=given.get("q") or "",
            kind=given.get("kind") or "",
            side=given.get("side") or "",
            year=given.get("year"),
            past=bool(given.get("past")),
        )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
