"""What people type about results and committees. Forms only read input; ``committees.actions`` decides and writes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.numbers import PhoneField, to_e164
from committees.models.crossing import Direction
from committees.models.filing import Answer, Paper
from committees.models.leaving import RecallGround, RecallWay
from committees.models.office import MAX_SOURCE, LawGround, Role
from committees.queries.overview import STATES, Wanted
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("请从列表里选一项。"))
_FIRST, _LAST = 1990, 2100
MAX_DIGITS = 9


class DayField(forms.DateField):
    """A day of a year that somebody can mean."""

    def __init__(self, label: Any, *, required: bool = True, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": _("请选择日期。"), "invalid": _("日期不对，例如 2026-06-02。")},
        )

    def clean(self, value: Any) -> date | None:
        """The day, None for none."""
        found: date | None = super().clean(value)
        if found is not None and not _FIRST <= found.year <= _LAST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def _words(label: Any, most: int, *, rows: int = 0, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=widget,
        error_messages={"required": _("请填写这一项。"), "max_length": _LONG},
    )


def _pick(label: Any, choices: Any, *, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, error_messages=_CHOOSE)


def _count(label: Any, *, least: int = 0, most: int = 10**MAX_DIGITS, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("请填写数字。"),
            "invalid": _("请填写数字。"),
            "min_value": _("不能少于 %(limit_value)s。"),
            "max_value": _("不能多于 %(limit_value)s。"),
        },
    )


class NoForm(forms.Form):
    """A step that takes nothing but the wish."""


class DraftForm(forms.Form):
    """What the announcement must say beside the figures."""

    supervisors = _words(_("监票人"), 300, help_text=_("写姓名，用顿号分开。"))
    contact = _words(_("咨询方式"), 300, help_text=_("单位、联系人和电话，业主有疑问时问谁。"))
    note = _words(_("补充说明"), 600, rows=3, required=False)


class TieForm(forms.Form):
    """How a tie was settled, by the configured remedy."""

    item_key = forms.CharField(widget=forms.HiddenInput)
    chosen = forms.MultipleChoiceField(label=_("抽中的人"), required=False, widget=forms.CheckboxSelectMultiple)
    revote = _words(
        _("再次投票的编号"), 16, required=False, help_text=_("在得票相等的人中再投一次，结果生效后填那次的编号。")
    )
    witnesses = _words(_("见证人"), 300, required=False, help_text=_("至少两名，用顿号分开。"))
    ground = _words(_("依据"), 300, rows=2, help_text=_("议事规则哪一条，或者抽签的时间、地点。"))

    def __init__(self, *args: Any, tied: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = tied or {"keys": [], "names": [], "remedy": "lot"}
        offer(self, "chosen", zip(known["keys"], known["names"], strict=True))
        for name, remedy in (("chosen", "lot"), ("witnesses", "lot"), ("revote", "revote")):
            if known["remedy"] != remedy:
                del self.fields[name]


class RevoteForm(forms.Form):
    """When those who are equal are voted on again."""

    item_key = forms.CharField(widget=forms.HiddenInput)
    on = DayField(_("哪天开始再次投票"), help_text=_("要留出名册公示和投票公告的天数，以后还可以改。"))


class RoundForm(forms.Form):
    """When the seats that are open are voted on."""

    on = DayField(_("哪天开始投票"), help_text=_("要留出提名、联审和名单公示的天数，以后还可以改。"))


class AnnulForm(forms.Form):
    """Why a result is annulled: asked for by one party, agreed to by another."""

    ground = _pick(
        _("依据"), [("court", _("法院判决、裁定")), ("objection", _("异议成立")), ("order", _("主管部门责令改正"))]
    )
    paper = _words(_("文号或说明"), 300)
    reason = _words(_("理由"), 300, rows=3, help_text=_("会公开。"))


class OfficeForm(forms.Form):
    """When a committee that was elected takes office, and what the election does not know of its members."""

    starts = DayField(_("任期从哪天起"))
    years = _count(_("任期几年"), least=1, most=5)

    def __init__(self, *args: Any, people: Sequence[dict[str, Any]] = (), fills: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(people)
        if fills:
            # They sit to the end of the committee's term.
            self.fields["starts"].label = _("从哪天起任职")
            del self.fields["years"]
        for number, one in enumerate(self.people):
            self.fields[f"phone_{number}"] = PhoneField(
                label=_("手机号"),
                required=False,
                help_text=_("参选时用的账号已经认得，不用填；换了号码才填。")
                if one.get("known")
                else _("本人用它登录，就有委员的身份。可以以后再填。"),
                widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
            )
            self.fields[f"home_{number}"] = _words(_("房屋"), 60, required=False)
            self.fields[f"contact_{number}"] = _words(
                _("公开联系方式"), 60, required=False, help_text=_("业主能看到。")
            )

    def about(self) -> list[forms.BoundField]:
        """The fields that are of nobody alone."""
        return [self[name] for name in self.fields if not name.rpartition("_")[2].isdigit()]

    def persons(self) -> list[tuple[dict[str, Any], list[forms.BoundField]]]:
        """Everyone, with the fields about them."""
        return [
            (one, [self[f"{what}_{number}"] for what in ("phone", "home", "contact")])
            for number, one in enumerate(self.people)
        ]

    def sitting(self) -> list[dict[str, Any]]:
        """What was typed, by candidate's key."""
        given = self.cleaned_data
        return [
            {
                "key": one["key"], "name": one["name"], "phone": given.get(f"phone_{number}") or "",
                "home": given.get(f"home_{number}") or "", "contact": given.get(f"contact_{number}") or "",
            }
            for number, one in enumerate(self.people)
        ]  # fmt: skip


class RecordForm(forms.Form):
    """A committee from before the portal: a line a member."""

    planned = _count(_("应选几人"), least=1, most=99)
    elected_on = DayField(_("哪天当选"))
    basis = _words(_("依据"), 300, help_text=_("例如备案回执的文号。"))
    members = _words(
        _("委员"), 4000, rows=8,
        help_text=_("一行一人：姓名，职务（主任、副主任、委员、候补委员），手机号可以不写。例如：王志强 主任 13800001234"),
    )  # fmt: skip

    def clean_members(self) -> list[tuple[str, str, str]]:
        """Name, role and phone of each line."""
        labels = {str(label): value for value, label in Role.choices}
        found = []
        for line in self.cleaned_data["members"].splitlines():
            parts = line.replace("，", " ").replace(",", " ").split()
            if not parts:
                continue
            role = labels.get(parts[1] if len(parts) > 1 else str(Role.MEMBER.label))
            if role is None:
                raise forms.ValidationError(_("“%(line)s”没有写对职务。"), params={"line": line[:40]})
            try:
                phone = to_e164(parts[2]) if len(parts) > 2 else ""  # noqa: PLR2004
            except ValueError as error:
                raise forms.ValidationError(_("“%(line)s”的手机号不对。"), params={"line": line[:40]}) from error
            found.append((parts[0], role, phone))
        if not found:
            raise forms.ValidationError(_("请填写这一项。"))
        return found


class MeetingForm(forms.Form):
    """The first meeting: whom the members chose out of themselves."""

    on = DayField(_("会议日期"))
    chair = forms.TypedChoiceField(label=_("主任"), coerce=int, error_messages=_CHOOSE)
    vice_chairs = forms.TypedMultipleChoiceField(
        label=_("副主任"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = _words(_("会议记录"), 600, rows=4, help_text=_("到会几人、怎样推选、结果。"))

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "chair", members)
        offer(self, "vice_chairs", members)


class StepInForm(forms.Form):
    """The next alternate steps in, or declined."""

    starts = DayField(_("从哪天起"))
    passed_over = _words(_("放弃递补的说明"), 300, required=False, help_text=_("本人书面放弃的才填，下一位再递补。"))


class DayForm(forms.Form):
    """A day."""

    on = DayField(_("哪天"))


class DutiesForm(forms.Form):
    """What a member looks after and how owners reach them."""

    duties = _words(_("分工"), 120, required=False)
    contact = _words(_("公开联系方式"), 60, required=False, help_text=_("业主能看到。"))
    pledge = _words(_("履职承诺"), 600, rows=3, required=False)


class PartyForm(forms.Form):
    """Whether a member belongs to the Party."""

    party_member = _pick(_("是否党员"), [("yes", _("是")), ("no", _("否"))])
    party_source = _words(
        _("从哪里得知"), MAX_SOURCE, help_text=_("例如：本人填报、党组织关系证明。只有少数负责人能看到。")
    )
    party_on = DayField(_("截至哪天"))


class LinkForm(forms.Form):
    """The number that a member signs in with."""

    phone = PhoneField(
        help_text=_("本人用它登录，就有委员的身份。"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class ResignForm(forms.Form):
    """A resignation in writing."""

    on = DayField(_("最后一天"))
    reason = _words(_("辞职说明"), 300, rows=2)


class LawForm(forms.Form):
    """An office that ended by itself."""

    on = DayField(_("终止日期"))
    ground = _pick(_("情形"), LawGround.choices)
    paper = _words(_("凭什么认定"), 200, help_text=_("例如：不动产转移登记。"))


class RecallForm(forms.Form):
    """A proposal to recall a member."""

    way = _pick(_("由谁提议"), RecallWay.choices)
    have = _count(_("提议的人数"), least=1)
    of = _count(_("总人数"), least=1, help_text=_("委员总数，或者名册上的业主总数。"))
    ground = _pick(_("情形"), RecallGround.choices)
    reason = _words(_("事实和理由"), 600, rows=4)


class HearForm(forms.Form):
    """What the member said."""

    on = DayField(_("哪天听取的"))
    words = _words(_("本人意见"), 600, rows=4, help_text=_("本人不愿表示意见的，写明怎样通知、结果如何。"))


class VoteForm(forms.Form):
    """Which item of which poll decides."""

    ref = _words(_("表决的编号"), 16)
    item = _count(_("第几项"), least=1, most=30)


class ThingForm(forms.Form):
    """Something more to be handed over."""

    what = _words(_("移交内容"), 120)


class GiveForm(forms.Form):
    """A thing that is handed over, or missing."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=999)
    missing = forms.BooleanField(label=_("没有或找不到"), required=False)
    text = _words(_("说明"), 300, required=False)

    def clean(self) -> dict[str, Any]:
        """What is missing is explained."""
        found = super().clean() or {}
        if found.get("missing") and not found.get("text") and "text" not in self.errors:
            self.add_error("text", _("没有或找不到的，请写明是怎么回事。"))
        return found


class TakeForm(forms.Form):
    """A thing that is signed for."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=999)


class PaperForm(forms.Form):
    """A paper of a filing."""

    kind = _pick(_("材料"), Paper.choices)
    name = _words(_("名称"), 80, required=False)
    upload = forms.FileField(
        label=_("文件"),
        help_text=_("照片或 PDF，最多 20 兆。"),
        error_messages={"required": _("请选择文件。"), "empty": _("这个文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class HandInForm(forms.Form):
    """Handing a filing in."""

    accepted = forms.BooleanField(label=_("已知晓缺少的材料，仍然送交"), required=False)


class AnswerForm(forms.Form):
    """The street's answer."""

    answer = _pick(_("答复"), Answer.choices)
    number = _words(_("备案号"), 60, required=False, help_text=_("予以备案的必填。"))
    text = _words(_("说明"), 300, rows=2, required=False, help_text=_("退回补正的必填：缺什么、哪里不对。"))


class CrossForm(forms.Form):
    """A cross-post to be."""

    direction = _pick(_("方向"), Direction.choices)
    post_id = forms.TypedChoiceField(label=_("谁"), coerce=int, error_messages=_CHOOSE)
    title = _words(_("拟任职务"), 20, help_text=_("例如：委员、兼职委员。"))
    basis = _words(_("依据"), 300, help_text=_("例如：社区党委会议纪要的日期和文号。"))

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "post_id", people)


class CrossRecordForm(forms.Form):
    """A cross-post that begins."""

    cross_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    starts = DayField(_("从哪天起任职"))


class CrossDropForm(forms.Form):
    """A cross-post that is given up or ends."""

    cross_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = _words(_("原因"), 300)


class FindForm(forms.Form):
    """What somebody looks for in the roll-up; anything senseless is as if it had not been asked."""

    street = forms.RegexField(r"^\d{1,12}$", required=False)
    community = forms.RegexField(r"^\d{1,12}$", required=False)
    state = forms.ChoiceField(required=False, choices=[(one, one) for one in STATES])
    q = forms.CharField(required=False, max_length=40)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)

    def wanted(self) -> Wanted:
        """The choice in the words of ``committees.queries.overview``."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(
            given.get("street") or "", given.get("community") or "", given.get("state") or "", given.get("q") or ""
        )

    def which_year(self, this: int) -> int:
        """The year whose numbers are shown."""
        self.is_valid()
        return self.cleaned_data.get("year") or this
