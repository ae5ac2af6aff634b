"""What people type about the publicity of a notice. Forms only read input; ``publicity.actions`` decides and writes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from notices.forms import MomentField
from notices.models import Kind
from publicity.actions.planning import USUAL, Judged, details, judge, refused_choice, strictest
from publicity.models import Matter, Plan
from publicity.queries import place_for
from publicity.rules.matters import MAX_DAYS
from publicity.rules.table import rule_for
from publicity.words import REFUSALS, least_text
from tenancy.models import Compound
from ui.forms import offer

_DAYS = _("请填 1 到 %(limit_value)s 之间的天数。")
_DATE = _("请填日期，例如 2026-06-20。")
FIRST_YEAR, LAST_YEAR = 2000, 2999


class DayField(forms.DateField):
    """A day; a year that nobody means is refused before it is counted with."""

    def clean(self, value: Any) -> date | None:
        """The day, None for none."""
        found: date | None = super().clean(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(_DATE, code="invalid")
        return found


class PlanForm(forms.Form):
    """What is made public and how long; looked at only where the kind of the notice is 公示."""

    # What is hidden for other kinds must not hold the browser back.
    use_required_attribute = False

    publicity_matter = forms.ChoiceField(
        label=_("公示什么"),
        help_text=_("决定至少公示多久、贴在哪里、要告诉谁。"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择公示什么。")),
    )
    publicity_days = forms.IntegerField(
        label=_("公示多少天"),
        required=False,
        min_value=1,
        max_value=MAX_DAYS,
        help_text=_("不填就是规定的最少天数。发布当天不算，从第二天起算整天。"),
        error_messages=dict.fromkeys(("invalid", "min_value"), _("请填 1 到 366 之间的天数。")) | {"max_value": _DAYS},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    publicity_last_day = DayField(
        label=_("公示到哪一天"),
        required=False,
        help_text=_("可以不填。会签、定时发布耽误的日子不会缩短公示，最后一天会顺延。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _DATE},
    )
    publicity_accepted = forms.BooleanField(
        label=_("我知道比建议的短，或有的放假安排还不知道，仍按这样公示"), required=False
    )

    def __init__(self, *args: Any, compounds: Sequence[Compound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compounds = list(compounds)
        today = localdate()
        place = place_for(self.compounds[0]).key
        least = ((value, f"{label}（{least_text(rule_for(place, value, today))}）") for value, label in Matter.choices)
        offer(self, "publicity_matter", [("", _("请选择")), *least])
        self.fields["publicity_matter"].required = not self.is_bound or self.is_wanted
        self.judged: Judged | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether the notice is a publicity at all."""
        given = self.data if self.is_bound else self.initial
        return given.get("kind") == Kind.PUBLICITY

    @property
    def asks_to_accept(self) -> bool:
        """Whether there is something to accept: only then the box is shown."""
        if not (self.is_bound and self.is_wanted):
            return False
        return bool(self["publicity_accepted"].errors or self.data.get("publicity_accepted"))

    def clean(self) -> dict[str, Any]:
        """Judge the choice by the rule of every compound; each refusal beside the field that it is of."""
        given = super().clean() or {}
        if not self.is_wanted or self.errors:
            return given
        self.judged = strictest(
            judge(
                self.compounds,
                matter=given["publicity_matter"],
                days=given["publicity_days"],
                last_day=given["publicity_last_day"],
                publish_at=_moment(self.data.get("publish_at")),
                now=timezone.now(),
            )
        )
        refused = refused_choice(self.judged, accepted=given["publicity_accepted"], days=given["publicity_days"])
        expires = _moment(self.data.get("expires_at"))
        if refused is not None:
            self.add_error(refused.details["field"], str(REFUSALS[refused.code]) % refused.details)
        elif expires is not None and localdate(expires) <= self.judged.verdict.span.ends_on:
            self.add_error("publicity_last_day", str(REFUSALS["expires_early"]) % details(self.judged))
        return given


class CorrectionForm(forms.Form):
    """Whether a correction changes words only."""

    publicity_correction = forms.ChoiceField(
        label=_("公示期怎么算"),
        choices=[
            ("restart", _("改了公示内容：公示期从更正发布之日重新起算")),
            ("small", _("只改错别字等文字，内容没有变：公示期照算")),
        ],
        initial="restart",
        widget=forms.RadioSelect,
        help_text=_("两种都会记录在案，证明上写明。"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择公示期怎么算。")),
    )


def _moment(raw: Any) -> datetime | None:
    """A moment of the main form; senseless ones are refused there."""
    try:
        return MomentField(required=False).clean(raw or "")
    except forms.ValidationError:
        return None


def initial_of(kept: Plan | None, main: Mapping[str, Any]) -> dict[str, Any]:
    """What the form starts from: the plan of a draft, or the usual matter of what the main form starts from."""
    kind = {"kind": main.get("kind", "")}
    if kept is None:
        return {**kind, "publicity_matter": USUAL.get(main.get("matter", ""), "")}
    return {
        **kind,
        "publicity_matter": kept.matter,
        "publicity_days": kept.days,
        "publicity_last_day": kept.last_day,
        "publicity_accepted": kept.accepted,
    }
