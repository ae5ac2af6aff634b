"""Input of the pages of rosters. Who may be chosen, the view says; whether it fits, the action decides."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rosters.actions.logbook import CHECKS, MAX_SPOT, MAX_SYSTEM, StandIn, Words
from rosters.actions.setting import MAX_CERTIFICATE, MAX_PROOF, MemberDraft, StationDraft
from rosters.models import MAX_NAME as MAX_STATION
from rosters.models import MAX_REASON, MAX_WORDS, Absence, Alarm, Entry, Station
from rosters.rules.standards import standards

Choices = Sequence[tuple[Any, Any]]
DAY = {"required": _("请选择日期。"), "invalid": _("日期不对，例如 2026-06-02。")}
NUMBER = {"required": _("请填写数字。"), "invalid": _("请填写数字。")}


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=DAY, **more
    )


def _text(label: Any, most: int, *, needed: Any = "", hint: Any = "", long: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(needed),
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(),
        error_messages={"required": needed} if needed else {},
    )


def _upload(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label, required=False, error_messages={"empty": _("这个文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )  # fmt: skip


class StationForm(forms.Form):
    """A post to be staffed."""

    kind = forms.ChoiceField(label=_("种类"), choices=Station.Kind.choices)
    name = _text(_("名称"), MAX_STATION, hint=_("有几个同类岗位时，用来区分，例如：消防控制室（二期）。"))
    shifts = forms.CharField(
        label=_("班次"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，例如 00:00-08:00。消防控制室一个班最多 8 小时，全天有人。"),
        error_messages={"required": _("请写班次，例如 08:00-16:00。")},
    )
    persons = forms.IntegerField(
        label=_("每班几人"), min_value=1, max_value=10, error_messages=NUMBER,
        help_text=_("消防控制室不少于 2 人（应急管理部令第5号第二十六条）；微型消防站不少于 3 人。"),
    )  # fmt: skip
    linked = forms.BooleanField(label=_("有联动控制设备（值班人员要四级或以上证书）"), required=False)
    place = forms.ChoiceField(label=_("按哪里的规定可以单人值班"), required=False)
    proof = _text(_("证明文件的名称、文号"), MAX_PROOF, hint=_("只有单人值班要填，例如：消联〔2026〕3号。"))
    upload = _upload(_("证明文件（照片或 PDF）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = standards().single.values()
        places: Any = self.fields["place"]
        places.choices = [("", _("不单人值班")), *((one.place, f"{one.name}（{one.clause}）") for one in known)]

    def draft(self) -> StationDraft:
        """As the action takes it."""
        given = self.cleaned_data
        return StationDraft(
            kind=given["kind"], shifts=[one for one in re.split(r"[\s，、,;；]+", given["shifts"]) if one],
            persons=given["persons"], name=given["name"], linked=given["linked"], place=given["place"],
            proof=given["proof"], upload=given["upload"],
        )  # fmt: skip


class TermsForm(forms.Form):
    """The firm's own numbers."""

    rest_hours = forms.IntegerField(
        label=_("两班之间休息几小时"), min_value=0, max_value=48, error_messages=NUMBER,
        help_text=_("这是企业自己的规定，不是法律，可以改。"),
    )  # fmt: skip
    days_in_row = forms.IntegerField(
        label=_("最多连续上几天"), min_value=1, max_value=31, error_messages=NUMBER,
        help_text=_("最多 6 天（劳动法第三十八条），可以更少。"),
    )  # fmt: skip
    overtime_hours = forms.IntegerField(
        label=_("每人每月最多加班几小时"), min_value=0, max_value=200, error_messages=NUMBER,
        help_text=_("最多 36 小时（劳动法第四十一条），可以更少。"),
    )  # fmt: skip


class MemberForm(forms.Form):
    """Somebody on rosters."""

    post = forms.TypedChoiceField(
        label=_("同事"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择一位在岗的同事。")),
    )
    grade = forms.TypedChoiceField(
        label=_("消防设施操作员证书"), coerce=int, required=False, empty_value=None,
        choices=[("", _("没有")), (1, _("一级（高级技师）")), (2, _("二级（技师）")), (3, _("三级（高级工）")),
                 (4, _("四级（中级工）")), (5, _("五级（初级工）"))],
    )  # fmt: skip
    certificate = _text(_("证书编号"), MAX_CERTIFICATE)
    valid_until = _day(_("有效期至"), required=False, help_text=_("证书没有写有效期就不填。"))
    upload = _upload(_("证书照片"))
    stations = forms.TypedMultipleChoiceField(
        label=_("上哪些岗"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就是都可以上。"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Choices | None, stations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts: Any = self.fields["stations"]
        posts.choices = list(stations)
        if not posts.choices:
            posts.widget = posts.hidden_widget()
        if people is None:
            del self.fields["post"]
        else:
            who: Any = self.fields["post"]
            who.choices = [("", _("请选择")), *people]

    def draft(self) -> MemberDraft:
        """As the action takes it."""
        given = self.cleaned_data
        return MemberDraft(
            grade=given["grade"], certificate=given["certificate"], valid_until=given["valid_until"],
            stations=given["stations"], upload=given["upload"],
        )  # fmt: skip


class OffForm(forms.Form):
    """Days off: leave or a wish. With ``people`` the desk says whose."""

    member = forms.TypedChoiceField(
        label=_("谁"), coerce=int, error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择一个人。"))
    )
    kind = forms.ChoiceField(label=_("种类"), choices=Absence.Kind.choices)
    first = _day(_("第一天"))
    last = _day(_("最后一天"), required=False, help_text=_("只有一天就不用填。"))
    reason = _text(_("原因"), MAX_REASON)

    def clean_last(self) -> Any:
        """One day, where only the first is given."""
        return self.cleaned_data.get("last") or self.cleaned_data.get("first")

    def __init__(self, *args: Any, people: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["member"]
        else:
            who: Any = self.fields["member"]
            who.choices = [("", _("请选择")), *people]


class SickForm(forms.Form):
    """Who cannot come."""

    member = forms.TypedChoiceField(
        label=_("谁来不了"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择一个人。")),
    )
    first = _day(_("第一天"))
    last = _day(_("最后一天"))
    reason = _text(_("原因"), MAX_REASON)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["member"]
        who.choices = [("", _("请选择")), *people]


class SwapForm(forms.Form):
    """To whom one's shift goes, and which of theirs comes back."""

    taker = forms.TypedChoiceField(
        label=_("和谁换"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择一位在岗的同事。")),
    )
    back = forms.TypedChoiceField(
        label=_("换对方哪一班"), coerce=int, required=False, empty_value=None, help_text=_("只请人顶班，不用选。")
    )  # fmt: skip
    reason = _text(_("原因"), MAX_REASON)

    def __init__(self, *args: Any, people: Choices, shifts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["taker"]
        who.choices = [("", _("请选择")), *people]
        which: Any = self.fields["back"]
        which.choices = [("", _("不换，只顶班")), *shifts]


class ReasonForm(forms.Form):
    """A word on a step."""

    reason = _text(_("原因"), MAX_REASON)


class _StandIn(forms.Form):
    """For whom, where it is not one's own shift."""

    instead_of = forms.ChoiceField(label=_("您替谁"), required=False)
    instead_why = _text(_("为什么由您替班"), MAX_REASON)

    def __init__(self, *args: Any, people: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not people:
            del self.fields["instead_of"], self.fields["instead_why"]
        else:
            who: Any = self.fields["instead_of"]
            who.choices = [("", _("请选择")), *((one, one) for one in people)]

    def stand_in(self) -> StandIn:
        """As the action takes it."""
        given = self.cleaned_data
        return StandIn(given.get("instead_of", ""), given.get("instead_why", ""))


YES = (("yes", _("正常")), ("no", _("故障")))
KINDS = (
    (Entry.Kind.ROUTINE, _("运行记录（每两小时）")),
    (Entry.Kind.FAULT, _("故障")),
    (Entry.Kind.ALARM, _("报警（补记）")),
    (Entry.Kind.CHECK, _("每日检查")),
)


class NormalForm(_StandIn):
    """The line of every two hours, when there is nothing to tell: one tap."""

    quick = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)

    def line(self) -> Words:
        """As the action takes it."""
        return Words()


class EntryForm(_StandIn):
    """A line of the log. ``BY_KIND`` says which fields stand on the page only with one kind of line."""

    BY_KIND: ClassVar = {"alarm": "alarm", "spot": "trouble", "checks": "check", "model": "check", "normal": "running"}
    ASIDE: ClassVar = ("system", "automatic", "running")

    field_order = (
        "kind", "normal", "alarm", "spot", "words", "checks", "model", "system", "automatic", "running", "instead_of",
        "instead_why",
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("记什么"), choices=KINDS)
    normal = forms.ChoiceField(label=_("控制器运行"), choices=YES, widget=forms.RadioSelect, initial="yes")
    alarm = forms.ChoiceField(label=_("报警性质"), choices=[("", _("没有报警")), *Entry.Alarm.choices], required=False)
    spot = _text(_("部位"), MAX_SPOT)
    words = _text(_("原因及处理"), MAX_WORDS, long=True)
    checks = forms.MultipleChoiceField(
        label=_("每日检查做了哪些"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(zip(CHECKS, (_("自检"), _("消音"), _("复位"), _("主电源"), _("备用电源")), strict=True)),
    )  # fmt: skip
    model = _text(_("控制器型号"), MAX_SYSTEM)
    system = _text(_("其他系统或设备"), MAX_SYSTEM, hint=_("例如：喷淋泵、排烟风机。没有就不填。"))
    automatic = forms.ChoiceField(
        label=_("控制状态"), required=False, choices=[("", "—"), ("yes", _("自动")), ("no", _("手动"))]
    )
    running = forms.ChoiceField(label=_("运行状态"), required=False, choices=[("", "—"), *YES])

    def plain(self) -> list[tuple[forms.BoundField, str]]:
        """The fields that stand open, each with the kind of line that it belongs to, or none."""
        return [(one, self.BY_KIND.get(one.name, "")) for one in self if one.name not in self.ASIDE]

    def aside(self) -> list[forms.BoundField]:
        """The fields of another system, folded away."""
        return [self[one] for one in self.ASIDE]

    def line(self) -> Words:
        """As the action takes it."""
        given = self.cleaned_data
        said = {"yes": True, "no": False, "": None}
        return Words(
            kind=given["kind"], normal=given["normal"] == "yes", alarm=given["alarm"], spot=given["spot"],
            words=given["words"], system=given["system"], automatic=said[given["automatic"]],
            running=said[given["running"]], checks=tuple(given["checks"]), model=given["model"],
        )  # fmt: skip


class CorrectForm(EntryForm):
    """A corrected line, and why."""

    why = _text(_("为什么更正"), MAX_REASON, needed=_("请写明原因。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, people=(), **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [*KINDS, *((one.value, one.label) for one in (Entry.Kind.TAKE_OVER, Entry.Kind.HAND_OVER))]


class HandForm(_StandIn):
    """What is handed over."""

    words = _text(
        _("交接内容"), MAX_WORDS, hint=_("例如：一切正常；2 号消防泵检修中，预计周三恢复。"), long=True,
        needed=_("请写明交接内容，例如：一切正常。"),
    )  # fmt: skip
    field_order = ("words", "instead_of", "instead_why")


class TakeForm(_StandIn):
    """What whoever takes over adds to it."""

    words = _text(_("接班时看到的"), MAX_WORDS, hint=_("和交接内容一样就不用写。"), long=True)
    field_order = ("words", "instead_of", "instead_why")


class CloseForm(_StandIn):
    """How an alarm was dealt with."""

    words = _text(
        _("原因及处理"), MAX_WORDS, hint=_("例如：装修灰尘误报，已复位。"), long=True,
        needed=_("请写明原因和怎样处理的。"),
    )  # fmt: skip
    field_order = ("words", "instead_of", "instead_why")


class AlarmForm(forms.Form):
    """Where it alarms."""

    spot = _text(
        _("哪里报警"),
        MAX_SPOT,
        hint=_("例如：3 号楼 5 层走道烟感。"),
        needed=_("请写明哪里报警，例如：3 号楼 5 层走道。"),
    )


class ConfirmForm(forms.Form):
    """What was found on the spot."""

    found = forms.ChoiceField(
        label=_("现场看到"), choices=Alarm.Found.choices, widget=forms.RadioSelect,
        error_messages={"required": _("请选择现场看到的情况。")},
    )  # fmt: skip
    burning = _text(_("什么着火"), MAX_SPOT)
    size = _text(_("火势"), MAX_SPOT)
