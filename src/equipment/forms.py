"""What people type and choose about equipment. Forms only read input; ``equipment.actions`` decides and writes."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from equipment.actions.pieces import PieceDraft
from equipment.actions.stops import StopDraft, systems
from equipment.models import MAX_NAME, MAX_NUMBER, MAX_REASON, MAX_SPOT, MAX_WORDS, Paper, Place, Visit
from equipment.rules.cadence import CADENCES
from equipment.rules.standards import Tighter, standards
from equipment.words import EVERY, kind_choices, name_of
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_DAY = {"invalid": _("日期看不懂，请写成 2024-03-01 这样。")}
_MOMENT = {"invalid": _("时间看不懂，请重新选择。"), "required": _("请选择时间。")}
Choices = list[tuple[str, Any]]


def _text(label: Any, most: int, *, hint: Any = "", area: bool = False, needed: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(needed),
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}) if area else None,
        error_messages={"max_length": _LONG, "required": needed},
    )


def _date(label: Any, *, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages=_MOMENT,
    )


class PieceForm(forms.Form):
    """A piece."""

    kind = forms.ChoiceField(label=_("种类"), error_messages={"required": _("请选择种类。")})
    subtype = forms.ChoiceField(label=_("类型"), required=False)
    number = _text(
        _("编号"), MAX_NUMBER, hint=_("例如：MHQ-001。每件一个，不能重复。"), needed=_("请写编号，例如：MHQ-001。")
    )
    building = forms.TypedChoiceField(label=_("楼幢"), required=False, coerce=int, empty_value=0)  # type: ignore[arg-type]  # stubs: words
    floor = _text(_("楼层"), 12, hint=_("例如：3、B1、屋顶。"))
    spot = _text(_("位置"), MAX_SPOT, hint=_("例如：西侧楼梯间。"))
    place = forms.ChoiceField(
        label=_("场所"),
        choices=Place.choices,
        initial=Place.ORDINARY,
        help_text=_("地下室、锅炉房里的灭火器每半个月检查一次，其他的每月一次。"),
    )
    unit = _text(_("配置单元"), MAX_NAME, hint=_("灭火器按配置单元送修，同时送走的不超过四分之一。"))
    count = forms.IntegerField(label=_("数量"), min_value=1, max_value=9999, initial=1, required=False)
    maker = _text(_("厂家"), MAX_NAME)
    model = _text(_("型号规格"), MAX_NAME, hint=_("例如：MFZ/ABC4。"))
    made_on = _date(_("出厂日期"), hint=_("看铭牌。维修和报废从这一天算起。"))
    installed_on = _date(_("启用日期"))
    serviced_on = _date(_("上次维修"))
    battery_on = _date(_("电池更换日期"))
    service_body = _text(_("维修单位"), MAX_NAME)
    note = _text(_("备注"), MAX_REASON)

    def __init__(self, *args: Any, buildings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("请选择")), *kind_choices()])
        seen: dict[str, str] = {}
        for kind in standards().kinds.values():
            for key, (name, _en) in kind.subtypes.items():
                seen.setdefault(key, f"{kind.name}：{name}")
        offer(self, "subtype", [("", _("没有分类")), *seen.items()])
        offer(self, "building", [("", _("不在楼里")), *buildings])

    def draft(self, battery_tested_on: date | None = None) -> PieceDraft:
        """As the action takes it."""
        given = dict(self.cleaned_data)
        given["building_id"] = given.pop("building") or 0
        given["count"] = given["count"] or 1
        return PieceDraft(**given, battery_tested_on=battery_tested_on)


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("原因"), MAX_REASON)


class PrintForm(forms.Form):
    """Which pieces are meant: the ticked ones, or all."""

    pieces = forms.TypedMultipleChoiceField(required=False, coerce=int)
    every = forms.BooleanField(required=False)

    def __init__(self, *args: Any, known: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "pieces", [(str(pk), pk) for pk in known])


class ServiceForm(forms.Form):
    """Something was done to a piece."""

    what = forms.ChoiceField(label=_("做了什么"))
    on = forms.DateField(
        label=_("日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**_DAY, "required": _("请选择日期。")},
    )
    body = _text(_("维修单位"), MAX_NAME)

    def __init__(self, *args: Any, whats: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "what", whats)


class SpotForm(forms.Form):
    """Where on a plan. ``spot.x`` and ``spot.y`` come from a picture that was tapped without scripts, in its own pixels."""

    plan = forms.TypedChoiceField(label=_("平面图"), required=False, coerce=int, empty_value=0)  # type: ignore[arg-type]  # stubs: words
    plan_x = forms.IntegerField(label=_("从左边起（千分之）"), min_value=0, max_value=1000, required=False)
    plan_y = forms.IntegerField(label=_("从上边起（千分之）"), min_value=0, max_value=1000, required=False)

    def __init__(self, *args: Any, plans: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "plan", [("", _("不标在图上")), *plans])


class PlanForm(forms.Form):
    """A plan picture."""

    name = _text(_("名称"), MAX_NAME, hint=_("例如：3幢地下一层。同名的会换成新图，已标的位置保留。"))
    file = forms.FileField(
        label=_("图片"), error_messages={"required": _("请选择图片。"), "empty": _("这个文件是空的，请重新选择。")}
    )


class UploadForm(forms.Form):
    """A list of equipment as .xlsx."""

    file = forms.FileField(
        label=_("表格"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("请选择表格。")},
    )


class UnitForm(forms.Form):
    """The class of the compound."""

    unit = forms.ChoiceField(label=_("小区类别"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", [(key, name_of(one)) for key, one in standards().units.items()])


class RuleForm(forms.Form):
    """A rule of the compound's own: ``subject`` is kind and duty or life ("extinguisher:check")."""

    subject = forms.ChoiceField(label=_("哪一项"), error_messages={"required": _("请选择哪一项。")})
    place = forms.ChoiceField(label=_("场所"), required=False)
    every = forms.ChoiceField(label=_("多久一次"), required=False)
    years = forms.IntegerField(label=_("最长几年"), required=False, min_value=1, max_value=30)
    reason = _text(_("原因"), MAX_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = []
        for key, kind in standards().kinds.items():
            duties = {one.duty: one.name for one in kind.cadences}
            lives = {one.what: one.name for one in kind.lives}
            choices.append(
                (
                    name_of(kind),
                    [(f"{key}:{one}", f"{kind.name}：{name}") for one, name in {**duties, **lives}.items()],
                )
            )
        offer(self, "subject", [("", _("请选择")), *choices])
        offer(self, "place", [("", _("所有场所")), *Place.choices])
        offer(self, "every", [("", _("不改")), *((one, EVERY[one]) for one in CADENCES)])

    def clean(self) -> dict[str, Any]:
        """One of the two: how often, or how long."""
        given = super().clean() or {}
        kind, _colon, subject = given.get("subject", "").partition(":")
        if kind:
            lives = {one.what for one in standards().kinds[kind].lives}
            if subject in lives and not given.get("years"):
                self.add_error("years", _("请写最长几年。"))
            elif subject not in lives and not given.get("every"):
                self.add_error("every", _("请选择多久一次。"))
        return given

    def word(self) -> Tighter:
        """As the action takes it."""
        kind, _colon, subject = self.cleaned_data["subject"].partition(":")
        if subject in {one.what for one in standards().kinds[kind].lives}:
            return Tighter(kind, subject, years=self.cleaned_data["years"])
        return Tighter(kind, subject, self.cleaned_data["place"], every=self.cleaned_data["every"])


class PaperForm(forms.Form):
    """A dated paper."""

    kind = forms.ChoiceField(label=_("种类"), choices=Paper.Kind.choices)
    title = _text(
        _("名称"), MAX_NAME, hint=_("例如：2026 年消防维保合同。"), needed=_("请写名称，例如：消防维保合同。")
    )
    holder = _text(_("单位或持有人"), MAX_NAME)
    number = _text(_("编号"), MAX_NAME)
    issued_on = _date(_("签订、出具日期"))
    expires_on = forms.DateField(
        label=_("到期日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**_DAY, "required": _("请选择到期日。")},
    )
    replaces = forms.TypedChoiceField(label=_("接替哪一份"), required=False, coerce=int, empty_value=0)  # type: ignore[arg-type]  # stubs: words
    file = forms.FileField(
        label=_("文件（PDF）"), required=False, error_messages={"empty": _("这个文件是空的，请重新选择。")}
    )

    def __init__(self, *args: Any, papers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "replaces", [("", _("新的一份")), *papers])


class AwayForm(forms.Form):
    """What goes away for service."""

    body = _text(_("维修单位"), MAX_NAME, needed=_("请写维修单位。"))
    lent = forms.IntegerField(label=_("放上几具替代的"), min_value=0, max_value=9999, required=False, initial=0)


class BackForm(forms.Form):
    """What came back."""

    serviced_on = forms.DateField(
        label=_("维修日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**_DAY, "required": _("请选择日期。")},
    )


class StopForm(forms.Form):
    """What is to stand still."""

    systems = forms.MultipleChoiceField(
        label=_("停用哪些系统"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择要停用的系统。")},
    )
    place = _text(_("范围"), MAX_SPOT, hint=_("例如：3幢地下室。"), needed=_("请写明停用的范围，例如：3幢地下室。"))
    starts_at = _moment(_("停用开始"))
    ends_at = _moment(_("预计恢复"))
    reason = _text(_("原因"), MAX_WORDS, area=True, needed=_("请写明原因。"))
    emergency_plan = _text(
        _("应急方案"),
        MAX_WORDS,
        area=True,
        hint=_("例如：安排两人 24 小时巡查，配灭火器和对讲机。"),
        needed=_("请写明停用期间的应急方案。"),
    )
    safeguards = _text(
        _("安全保护措施"),
        MAX_WORDS,
        area=True,
        hint=_("例如：停用期间该区域不动火。"),
        needed=_("请写明停用期间的安全保护措施。"),
    )
    fire_service = _text(_("怎样报告消防部门"), MAX_REASON, hint=_("停用超过 24 小时要写。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "systems", [(one, one) for one in systems()])
        if not self.is_bound:
            begin = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
            self.initial = {"starts_at": begin, "ends_at": begin + timedelta(hours=8), **self.initial}

    def draft(self) -> StopDraft:
        """As the action takes it."""
        return StopDraft(**self.cleaned_data)


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class _Photos(forms.FileField):
    """Several pictures; how many, and what is wrong with one, is said by the action and the intake."""

    widget = _Several(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """As they came, in order."""
        return [one for one in data or [] if one is not None]


class ReportForm(forms.Form):
    """What anyone says at a label."""

    item = forms.ChoiceField(required=False)
    words = _text(_("看到了什么"), MAX_WORDS, area=True)
    photos = _Photos(label=_("照片"), required=False, help_text=_("最多 3 张。请不要拍到人。"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = [(one.key, name_of(one)) for one in standards().kinds[kind].items if one.type != "photo"]
        offer(self, "item", [("", ""), *items])


class OutcomeForm(forms.Form):
    """What became of a report."""

    outcome = _text(_("处理结果"), MAX_REASON)


class SubjectForm(forms.Form):
    """A home or house to be visited."""

    address = _text(_("地址"), 100, hint=_("例如：3幢2单元1201。"), needed=_("请写地址。"))
    risk = forms.ChoiceField(label=_("风险等级"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        risks = standards().visits[kind].risks
        offer(self, "risk", [(key, f"{name_of(one)}：{EVERY[one.every]}") for key, one in risks.items()])


class AppointmentForm(forms.Form):
    """When a visit is agreed."""

    at = _moment(_("约定时间"))


class VisitForm(forms.Form):
    """What came of a visit."""

    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=Visit.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结果。")},
    )
    visited_on = forms.DateField(
        label=_("日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**_DAY, "required": _("请选择日期。")},
    )
    findings = forms.MultipleChoiceField(
        label=_("有问题的"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("没有问题就不选。")
    )
    note = _text(_("说明"), MAX_WORDS, area=True)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = standards().visits[kind]
        offer(self, "findings", [(key, name) for key, name, _en in known.items])
        for part in known.parts:
            self.fields[f"part_{part.what}"] = _date(part.name, hint=_("上次更换的日期，看得到才填。"))

    def parts(self) -> dict[str, date]:
        """Since when parts are in use, as far as they were seen."""
        return {
            name.removeprefix("part_"): day
            for name, day in self.cleaned_data.items()
            if name.startswith("part_") and day
        }
