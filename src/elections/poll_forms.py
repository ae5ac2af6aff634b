"""What officers type and choose about polls. Forms only read input; ``elections.actions`` decides and writes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from elections.models import Kind
from elections.models.polls import MAX_REASON, MAX_TITLE
from elections.queries.polls import BOXES, UNDER_WAY, Wanted
from notices.forms import FIRST_YEAR, LAST_YEAR
from ui.forms import offer

MAX_WORDS = 60
LONG = _("写得太长了，最多 %(limit_value)s 字。")
DAY = _("请填日期，例如 2026-06-06。")


class BoxForm(forms.Form):
    """What somebody looks for; anything senseless is as if it had not been asked."""

    box = forms.ChoiceField(required=False, choices=[(name, name) for name in BOXES])
    q = forms.CharField(required=False, max_length=MAX_WORDS, strip=True)

    def wanted(self) -> Wanted:
        """The choice in the words of ``queries.polls``."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(box=given.get("box") or UNDER_WAY, words=given.get("q") or "")


class OpenForm(forms.Form):
    """A poll to begin with. ``places`` as ``queries.places`` names them."""

    kind = forms.ChoiceField(
        label=_("办什么"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择是选举还是业主共同决定事项。")},
    )
    title = forms.CharField(
        label=_("标题"),
        max_length=MAX_TITLE,
        help_text=_("业主会在公告和选票上看到，例如“第三届业主委员会选举”。"),
        error_messages={"required": _("请写标题。"), "max_length": LONG},
    )
    on = forms.DateField(
        label=_("计划哪天开始投票"),
        help_text=_("各步的最晚日子从这一天往前算，以后可以改。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": DAY, "invalid": DAY},
    )
    places = forms.MultipleChoiceField(
        label=_("由哪些楼幢、单元的业主表决"),
        required=False,
        help_text=_("不选就是全小区。电梯、屋面等只由列支范围内的业主表决。"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("选的楼幢或单元不在本小区，请重新选择。")},
    )

    def __init__(
        self, *args: Any, places: Sequence[tuple[str, str]], kinds: Sequence[str] = tuple(Kind.values), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "places", places)
        offer(self, "kind", [one for one in Kind.choices if one[0] in kinds])

    def clean_on(self) -> Any:
        """A day; a year that nobody means is refused before it is counted with."""
        found = self.cleaned_data["on"]
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(DAY, code="invalid")
        return found

    def scope(self) -> dict[str, list[int]]:
        """The chosen places, as the action takes them."""
        chosen = self.cleaned_data["places"]
        return {
            "building_ids": [int(one[1:]) for one in chosen if one[0] == "b"],
            "entrance_ids": [int(one[1:]) for one in chosen if one[0] == "e"],
        }


class ReasonForm(forms.Form):
    """Why a poll is given up."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。"), "max_length": LONG},
    )
