"""What a decision is about, and when and how it is voted, as it is typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from elections import words
from elections.actions import Draft
from elections.actions.calling import ELECTION, MAX_ITEMS
from elections.models import Item, Kind, Poll, Secrecy
from elections.models.items import MAX_ITEM
from elections.poll_forms import LONG
from elections.rules.matters import MATTERS
from elections.rules.plans import MAX_PROXIES, MAX_SOURCE, MAX_TEXT
from notices.forms import FIRST_YEAR, LAST_YEAR
from ui.forms import flat, offer

MOMENT = _("请填日期和时间，例如 2026-06-06 09:00。")
SPARE = 3


def matter_choices() -> list[tuple[str, Any]]:
    """The matters of Art. 278 in their order, with item and bar; an election is a poll of its own."""
    return [
        (code, gettext("%(matter)s（第%(item)s项，%(bar)s同意）") % {
            "matter": words.MATTERS[code], "item": words.ITEMS[one.item - 1], "bar": words.BARS[one.bar.code],
        })
        for code, one in MATTERS.items()
        if code != ELECTION
    ]  # fmt: skip


class ItemForm(forms.Form):
    """One item. An empty text is no item."""

    text = forms.CharField(
        label=_("表决内容"),
        required=False,
        max_length=MAX_ITEM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写成业主能回答同意或反对的一句话。"),
        error_messages={"max_length": LONG},
    )
    matter = forms.ChoiceField(label=_("属于哪一项"), required=False)
    also = forms.MultipleChoiceField(
        label=_("同时属于"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("两项都像时都选上，按要求更高的一项算。例如用维修资金换电梯，既是使用维修资金，也是改建。"),
    )
    scope = forms.ChoiceField(label=_("由谁表决"), required=False)

    def __init__(self, *args: Any, scopes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = matter_choices()
        offer(self, "matter", [("", _("请选择")), *choices])
        offer(self, "also", choices)
        offer(self, "scope", [("", _("名册上的全体业主")), *scopes])

    def draft(self) -> Draft | None:
        """The item, None for a form that was left empty."""
        given = self.cleaned_data
        text = given.get("text", "").strip()
        if not text:
            return None
        also = tuple(code for code in given["also"] if code != given["matter"])
        return Draft(matter=given["matter"], text=text, scope=given["scope"], also=also)


class ItemsForm:
    """All items of a decision, with room for some more."""

    def __init__(
        self, data: Any = None, *, items: Sequence[Item], scopes: Sequence[tuple[str, str]], more: int = SPARE
    ) -> None:
        initial = [{"text": one.text, "matter": one.matter, "also": one.also, "scope": one.scope} for one in items]
        count = min(len(initial) + (SPARE if initial else more), MAX_ITEMS)
        if data is not None:
            count = min(sum(key.endswith("-text") for key in data), MAX_ITEMS)
        initial += [{}] * (count - len(initial))
        self.forms = [
            ItemForm(data, prefix=f"item-{number}", scopes=scopes, initial=initial[number - 1])
            for number in range(1, count + 1)
        ]
        self.errors: list[str] = []

    def is_valid(self) -> bool:
        """Whether every one of them can be read."""
        return not [one for one in self.forms if not one.is_valid()]

    def drafts(self) -> list[Draft]:
        """The items in order, without the empty ones."""
        return [draft for one in self.forms if (draft := one.draft()) is not None]

    def refuse(self, field: str, text: str) -> None:
        """Put a refusal beside the item that it is of: the n-th that is not empty."""
        number = field.removeprefix("item-")
        filled = [one for one in self.forms if one.cleaned_data.get("text", "").strip()]
        if number.isdigit() and 0 < int(number) <= len(filled):
            form = filled[int(number) - 1]
            form.add_error("matter" if not form.cleaned_data.get("matter") else "text", text)
        else:
            self.errors.append(text)


def _moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": MOMENT, "invalid": MOMENT},
    )


def _rule(label: Any, table: dict[str, Any], hint: Any = "") -> forms.ChoiceField:
    """A rule of the compound's own; empty is the place's."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=[("", _("按当地规定")), *table.items()]
    )


@flat
class WindowForm(forms.Form):
    """When and how it is voted, and what the compound's own rules say."""

    opens_at = _moment(_("投票开始"))
    closes_at = _moment(_("投票截止"))
    secrecy = forms.ChoiceField(
        label=_("投票方式"),
        choices=Secrecy.choices,
        widget=forms.RadioSelect,
        help_text=_("无记名只用于选举，以后法院也无法逐户核对谁投了什么，而且面积特别的户仍可能被看出来。"),
    )
    vote_again = forms.BooleanField(
        label=_("截止前可以改票"), required=False, help_text=_("议事规则有约定才可以；以最后一次为准。")
    )
    extraordinary = forms.BooleanField(
        label=_("临时会议"), required=False, help_text=_("有的地方临时会议的公告天数较短。")
    )
    invalid_in_participation = _rule(_("无效票"), words.INVALID)
    silent = forms.ChoiceField(
        label=_("没有投票的"),
        required=False,
        choices=words.choices(words.SILENT_RULES),
        help_text=_("议事规则或管理规约有约定、逐户送达有凭证才可以计入，并同时公布只计实际投票的结果。"),
    )
    silent_text = forms.CharField(
        label=_("约定的原文"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": LONG},
    )
    silent_source = forms.CharField(
        label=_("原文出自哪里"),
        required=False,
        max_length=MAX_SOURCE,
        help_text=_("写明是议事规则还是管理规约、第几条，例如：业主大会议事规则第二十条。"),
        error_messages={"max_length": LONG},
    )
    proxy_cap = forms.IntegerField(
        label=_("一人最多代几户投票"),
        required=False,
        min_value=0,
        max_value=MAX_PROXIES,
        help_text=_("0 是不接受委托；空着按当地规定。"),
        error_messages={"invalid": _("请填整数。")},
    )
    order_by = _rule(_("当选次序"), words.ORDERS)
    tie_remedy = _rule(_("得票相等时"), words.REMEDIES)
    alternates_cap = _rule(_("候补人数"), words.CAPS)
    ratio_base = _rule(_("党员比例按谁算"), words.BASES)
    ratio_operator = _rule(_("党员比例要求"), words.OPERATORS)
    accepted = forms.BooleanField(label=_("已知道天数不合建议，仍这样定"), required=False)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        election = poll.kind == Kind.ELECTION
        for name in (
            ("extraordinary",)
            if election
            else ("secrecy", "order_by", "tie_remedy", "alternates_cap", "ratio_base", "ratio_operator")
        ):
            del self.fields[name]

    @property
    def own_rules(self) -> list[forms.BoundField]:
        """What the compound's own rules may say."""
        names = (
            *("invalid_in_participation", "silent", "silent_text", "silent_source", "proxy_cap", "order_by"),
            *("tie_remedy", "alternates_cap", "ratio_base", "ratio_operator"),
        )
        return [self[name] for name in names if name in self.fields]

    @property
    def has_own_rules(self) -> bool:
        """Whether any was chosen or is wrong, so that the part is open."""
        return any(field.errors or field.value() not in {None, "", "off"} for field in self.own_rules)

    def clean_opens_at(self) -> datetime:
        """A moment of a year that somebody means."""
        return self._meant("opens_at")

    def clean_closes_at(self) -> datetime:
        """A moment of a year that somebody means."""
        return self._meant("closes_at")

    def _meant(self, name: str) -> datetime:
        found: datetime = self.cleaned_data[name]
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(MOMENT, code="invalid")
        return found

    def given(self) -> dict[str, Any]:
        """What the action takes. A rule that was emptied is the place's again."""
        typed = self.cleaned_data
        chosen = (
            *("order_by", "tie_remedy", "alternates_cap", "ratio_base", "ratio_operator"),
            *("silent_text", "silent_source"),
        )
        invalid = typed["invalid_in_participation"]
        plan: dict[str, Any] = {
            **{name: typed[name] or None for name in chosen if name in typed},
            "silent": None if typed["silent"] in {"", "off"} else typed["silent"],
            "invalid_in_participation": invalid == "yes" if invalid else None,
            "proxy_cap": typed["proxy_cap"],
            "extraordinary": typed.get("extraordinary") or None,
        }
        return {
            "opens_at": typed["opens_at"],
            "closes_at": typed["closes_at"],
            "secrecy": typed.get("secrecy") or Secrecy.NAMED,
            "vote_again": typed["vote_again"],
            "accepted": typed["accepted"],
            "plan": plan,
        }


def window_initial(poll: Poll) -> dict[str, Any]:
    """What the form shows of a poll."""
    plan = dict(poll.plan)
    if "invalid_in_participation" in plan:
        plan["invalid_in_participation"] = "yes" if plan["invalid_in_participation"] else "no"
    return {
        **plan,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "secrecy": poll.secrecy,
        "vote_again": poll.vote_again,
    }
