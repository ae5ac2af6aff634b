"""What officers type and choose about a roll. Forms only read input; ``elections.actions`` decides and writes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from elections.models import Unit
from elections.models.polls import MAX_REASON
from elections.poll_forms import LONG, MAX_WORDS
from elections.queries.roll import ALL, BOXES
from elections.rules.plans import MAX_TEXT, OFF
from premises.models import Source

MAX_OWNERS = 20
ONE, NONE, SOME = "one", "none", "some"
MAX_LETTERS = 26


class FindForm(forms.Form):
    """Which parts somebody looks for."""

    box = forms.ChoiceField(required=False, choices=[(name, name) for name in BOXES])
    q = forms.CharField(required=False, max_length=MAX_WORDS, strip=True)

    def wanted(self) -> tuple[str, str]:
        """The box and the words; anything senseless is as if it had not been asked."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return given.get("box") or ALL, given.get("q") or ""


class FreezeForm(forms.Form):
    """Fixing the roll."""

    office_areas = forms.BooleanField(
        label=_("台账面积已核对"),
        required=False,
        help_text=_("只有物业台账、没有登记、测绘或合同作依据的面积，核对后才能计入（法释〔2020〕17号文本第八条）。"),
    )

    parking = forms.ChoiceField(
        label=_("车位算不算"),
        required=False,
        choices=[
            (OFF, _("不算（议事规则没有写明的）")),
            ("area", _("算面积：加到业主的房屋上，不另算一户")),
            ("owner", _("算面积；只有车位、没有房屋的业主也算一户")),
        ],
        initial=OFF,
        help_text=_("由本小区的业主大会议事规则约定（建房〔2009〕274号第二十五条）。"),
    )
    parking_text = forms.CharField(
        label=_("议事规则的原文"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("车位算的才填，写明是第几条。会随名册公示。"),
        error_messages={"max_length": LONG},
    )


class LeaveOutForm(forms.Form):
    """Why a part does not count; nothing takes it back in."""

    reason = forms.CharField(
        label=_("不计入的原因"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如“架空层，不是专有部分”。清空后保存就是恢复计入。"),
        error_messages={"max_length": LONG},
    )


class AmendForm(forms.Form):
    """A correction of one part of a fixed roll."""

    area = forms.CharField(
        label=_("面积（平方米）"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    source = forms.ChoiceField(label=_("面积来源"), choices=Source.choices)
    owners = forms.CharField(
        label=_("业主"),
        required=False,
        max_length=MAX_OWNERS * 201,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("一行一个姓名，按登记的次序。"),
        error_messages={"max_length": LONG},
    )
    left_out = forms.CharField(
        label=_("不计入的原因"),
        required=False,
        max_length=MAX_REASON,
        help_text=_("空着就是计入。"),
        error_messages={"max_length": LONG},
    )
    reason = forms.CharField(
        label=_("更正原因"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。"), "max_length": LONG},
    )
    evidence = forms.CharField(
        label=_("依据"),
        max_length=MAX_REASON,
        help_text=_("例如不动产权证号、登记簿查询结果。"),
        error_messages={"required": _("请写明依据。"), "max_length": LONG},
    )

    objection = forms.ChoiceField(
        label=_("因为哪条异议"),
        required=False,
        help_text=_("公示期里业主提的异议。选了，异议和更正互相看得到，提异议的人会收到消息。"),
        error_messages={"invalid_choice": _("没有这条异议，请重新选择。")},
    )

    def __init__(self, *args: Any, objections: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["objection"]
        field.choices = [("", _("不是因为异议")), *objections]
        if not objections:
            del self.fields["objection"]

    def given(self, unit: Unit) -> dict[str, Any]:
        """What the action takes: owners only where they were changed, so that who is on the roll stays who they are."""
        typed = self.cleaned_data
        names = [line.strip() for line in typed["owners"].splitlines() if line.strip()]
        before = [one["name"] for one in unit.owners]
        return {
            "area": typed["area"].strip(),
            "source": typed["source"],
            "owners": names if names != before else None,
            "left_out": typed["left_out"],
            "reason": typed["reason"],
            "evidence": typed["evidence"],
            "objection": typed.get("objection", ""),
        }


class LikenessForm(forms.Form):
    """Which lines of a group are one owner: all, none, or those with the same letter."""

    verdict = forms.ChoiceField(
        label=_("判断"),
        choices=[(ONE, _("全部是同一业主")), (NONE, _("都不是同一业主")), (SOME, _("部分是同一业主（在上面逐处选）"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择判断结果。")},
    )
    note = forms.CharField(
        label=_("依据"),
        max_length=MAX_REASON,
        help_text=_("例如“不动产登记簿证件号相同”。不要写证件号码。"),
        error_messages={"required": _("请写明依据。"), "max_length": LONG},
    )

    def __init__(self, *args: Any, lines: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        letters: list[tuple[str, Any]] = [("", _("单独一户"))]
        letters += [(mark, _("业主 %(mark)s") % {"mark": mark}) for mark in _letters(len(lines) // 2)]
        for line in lines:
            self.fields[f"line_{line}"] = forms.ChoiceField(required=False, choices=letters)

    def of_line(self, line: int) -> forms.BoundField:
        """The field of one line."""
        return self[f"line_{line}"]

    def clean(self) -> dict[str, Any]:
        """Some of them: at least two under one letter."""
        found = super().clean() or {}
        if found.get("verdict") == SOME and not any(len(one) > 1 for one in self._marked(found)):
            self.add_error("verdict", str(_("请给同一业主的几行选同一个字母，至少两行。")))
        return found

    def same(self) -> list[list[int]]:
        """The sets of lines that are one owner."""
        verdict = self.cleaned_data["verdict"]
        if verdict == SOME:
            return [one for one in self._marked(self.cleaned_data) if len(one) > 1]
        return [self.lines] if verdict == ONE else []

    def _marked(self, found: dict[str, Any]) -> list[list[int]]:
        sets: dict[str, list[int]] = {}
        for line in self.lines:
            mark = found.get(f"line_{line}")
            if mark:
                sets.setdefault(mark, []).append(line)
        return list(sets.values())


def _letters(count: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: max(1, min(count, MAX_LETTERS))]
