"""What is typed and chosen to set rules. Forms only read input; ``repairs.actions`` decides and writes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from repairs.actions.routing import MAX_RECEIVER, RuleDraft
from repairs.models import Category, ReplyTemplate, RoutingRule
from repairs.models.policies import Basis
from repairs.rule_words import HOURS, PLACES, URGENT
from repairs.rules.categories import Term
from repairs.staff_forms import moment
from ui.forms import offer

Words = Any
Choices = Iterable[tuple[Any, Any]]
_TOO_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_YES = {"yes": True, "no": False}


def _choice(label: Words, choices: Choices, ask: Words, *, required: bool = True, **more: Any) -> forms.ChoiceField:
    wrong: dict[str, Any] = {"required": ask, "invalid_choice": ask}
    return forms.ChoiceField(label=label, choices=choices, required=required, error_messages=wrong, **more)


def _row(label: Words, ask: Words, **more: Any) -> forms.TypedChoiceField:
    """The id of a row that the view offers, or None."""
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=False, error_messages={"invalid_choice": ask}, **more
    )


class AskForm(forms.Form):
    """The test box: a request that somebody might file."""

    category = _choice(_("类别"), Category.choices, _("请选择报修类别。"))
    place = _choice(_("地点"), PLACES.items(), _("请选择地点。"))
    building = _row(_("哪一幢"), _("没有找到这幢楼，请重新选择。"))
    urgent = forms.BooleanField(label=_("紧急"), required=False)
    at = moment(_("什么时候报修"), required=False, ask=_("时间不对，例如 2026-06-05 17:00。"), hint=_("不填就是现在。"))

    def __init__(self, *args: Any, buildings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "building", [("", _("不分楼幢")), *buildings])


class RuleForm(forms.Form):
    """One routing rule: when it holds, and who gets it."""

    category = _choice(_("类别"), [("", _("任何类别")), *Category.choices], _("请选择报修类别。"), required=False)
    place = _choice(_("地点"), [("", _("任何地点")), *PLACES.items()], _("请选择地点。"), required=False)
    building = _row(_("楼幢"), _("没有找到这幢楼，请重新选择。"), help_text=_("选了楼幢，这幢楼里住户家里的报修也算。"))
    urgent = _choice(
        _("紧急"),
        [("", _("紧急不紧急都算")), ("yes", URGENT[True]), ("no", URGENT[False])],
        _("请选择。"),
        required=False,
    )
    hours = _choice(
        _("时段"),
        [("", _("任何时间")), *HOURS.items()],
        _("请选择时段。"),
        required=False,
        help_text=_("工作时间按小区的工作日历算，节假日和调休都算在内。"),
    )
    own_contract = forms.BooleanField(
        label=_("只在本公司服务期间有效"), required=False, help_text=_("换了物业企业，这条就不再起作用。")
    )
    target = _choice(_("交给谁"), RoutingRule.Target.choices, _("请选择交给谁。"), widget=forms.RadioSelect)
    worker = _row(_("哪位师傅"), _("请选择一位在岗的师傅。"), help_text=_("交给“指定师傅”时选。"))
    receiver = forms.CharField(
        label=_("哪个单位"),
        required=False,
        max_length=MAX_RECEIVER,
        help_text=_("交给“其他单位”时填，例如：供水公司。"),
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(self, *args: Any, buildings: Choices, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "building", [("", _("任何楼幢")), *buildings])
        offer(self, "worker", [("", _("请选择")), *workers])

    def clean(self) -> dict[str, Any]:
        """Whom the target needs."""
        given = super().clean() or {}
        if given.get("target") == "post" and given.get("worker") is None and "worker" not in self.errors:
            self.add_error("worker", _("请选择一位在岗的师傅。"))
        if given.get("target") == "receiver" and not given.get("receiver") and "receiver" not in self.errors:
            self.add_error("receiver", _("请写明应该由谁处理。"))
        return given

    def draft(self) -> RuleDraft:
        """The rule as it was typed; its place in the list stays, or is the last."""
        given = self.cleaned_data
        return RuleDraft(
            position=0,
            target=given["target"],
            category=given["category"],
            place=given["place"],
            building_id=given["building"],
            urgent=_YES.get(given["urgent"]),
            hours=given["hours"],
            own_contract=given["own_contract"],
            post_id=given["worker"] if given["target"] == "post" else None,
            receiver=given["receiver"] if given["target"] == "receiver" else "",
        )


class MoveForm(forms.Form):
    """Up or down."""

    way = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


UNITS = {"minutes": 1, "hours": 60, "days": 1440}
_UNITS = [("minutes", _("分钟")), ("hours", _("小时")), ("days", _("天"))]
_MINUTES = _("时限请填 1 分钟到 365 天。")
_ASK_BASIS = _("请选择按自然时间还是工作时间算。")


def _amount(label: Words) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=525_600,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _MINUTES),
    )


class DeadlineForm(forms.Form):
    """The two deadlines of a category, ordinary or urgent, or that what stands above holds again; and from when on."""

    mode = _choice(
        _("怎么定"),
        [("own", _("自己定")), ("above", _("不另定，按上级规定"))],
        _("请选择怎么定。"),
        widget=forms.RadioSelect,
    )
    respond_minutes = _amount(_("多久内受理"))
    respond_unit = _choice(_("受理时限的单位"), _UNITS, _MINUTES)
    respond_basis = _choice(_("受理时限怎么算"), Basis.choices, _ASK_BASIS)
    finish_minutes = _amount(_("多久内办结"))
    finish_unit = _choice(_("办结时限的单位"), _UNITS, _MINUTES)
    finish_basis = _choice(_("办结时限怎么算"), Basis.choices, _ASK_BASIS)
    since = moment(
        _("从什么时候起"),
        required=False,
        ask=_("时间不对，例如 2026-06-05 17:00。"),
        hint=_("不填就是马上。已经报修的，仍按报修时的时限。"),
    )
    example = moment(_("试算：假如这时报修"), required=False, ask=_("时间不对，例如 2026-06-05 17:00。"))

    def clean(self) -> dict[str, Any]:
        """Both amounts where they are set here; days only of calendar time, for a working day is shorter."""
        given = super().clean() or {}
        if given.get("mode") == "own":
            for name in ("respond", "finish"):
                amount = f"{name}_minutes"
                if given.get(amount) is None and amount not in self.errors:
                    self.add_error(amount, _MINUTES)
                if given.get(f"{name}_unit") == "days" and given.get(f"{name}_basis") == "working":
                    self.add_error(f"{name}_unit", _("按工作时间算的，请用小时或分钟填。一个工作日是 7 个半小时。"))
        return given

    def terms(self) -> tuple[Term | None, Term | None]:
        """The two terms; None twice for what stands above."""
        if self.cleaned_data["mode"] == "above":
            return None, None
        return self._term("respond"), self._term("finish")

    def begins(self, now: datetime) -> datetime:
        """From when on it holds."""
        found: datetime | None = self.cleaned_data["since"]
        return found or now

    def _term(self, name: str) -> Term:
        given = self.cleaned_data
        return Term(given[f"{name}_minutes"] * UNITS[given[f"{name}_unit"]], given[f"{name}_basis"])


class ExampleForm(forms.Form):
    """The moment of an example for the table of deadlines."""

    at = moment(_("假如这时报修"), required=False, ask=_("时间不对，例如 2026-06-05 17:00。"))


def typed_term(name: str, term: Term) -> dict[str, Any]:
    """A term as the form shows it."""
    units = ["hours", "minutes"] if term.basis == "working" else ["days", "hours", "minutes"]
    unit = next(unit for unit in units if term.minutes % UNITS[unit] == 0)
    return {f"{name}_minutes": term.minutes // UNITS[unit], f"{name}_unit": unit, f"{name}_basis": term.basis}


class ReplyForm(forms.Form):
    """A ready sentence."""

    step = _choice(_("用在哪一步"), ReplyTemplate.Step.choices, _("请选择用在哪一步。"))
    title = forms.CharField(
        label=_("名称"),
        max_length=30,
        help_text=_("选的时候看，例如：等配件。"),
        error_messages={"required": _("请写一个标题。"), "max_length": _TOO_LONG},
    )
    text = forms.CharField(
        label=_("内容"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("居民看到的就是这段话。发出前还可以改。"),
        error_messages={"required": _("请写下要说的话。"), "max_length": _TOO_LONG},
    )


class PlaceForm(forms.Form):
    """A place or a device that gets a code."""

    place_text = forms.CharField(
        label=_("具体位置"),
        max_length=60,
        help_text=_("贴在哪里就写哪里，例如：3幢2单元电梯。"),
        error_messages={"required": _("请写明在哪里，例如：东门岗亭旁。"), "max_length": _TOO_LONG},
    )
    building = _row(_("在哪一幢"), _("没有找到这幢楼，请重新选择。"))
    category = _choice(
        _("报修类别"),
        [("", _("由报修人选")), *Category.choices],
        _("请选择报修类别。"),
        required=False,
        help_text=_("选好了，扫码的人就不用再选。"),
    )

    def __init__(self, *args: Any, buildings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "building", [("", _("不在楼里")), *buildings])


class PrintForm(forms.Form):
    """Which labels are printed: the ticked ones, or all."""

    codes = forms.MultipleChoiceField(required=False)
    every = forms.BooleanField(required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "codes", [(code, code) for code in codes])
