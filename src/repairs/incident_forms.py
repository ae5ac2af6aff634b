"""What the desk types about a mass incident. Forms only read input; ``repairs.actions.incidents`` decides."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from premises.models import Building
from repairs.models import Category
from repairs.rules.periods import MAX_INCIDENT_TITLE, MAX_INCIDENT_WORDS
from repairs.staff_forms import moment
from ui.forms import offer

MAX_REFS = 500
LONG = _("写得太长了，最多 %(limit_value)s 字。")
ENDS = _("请选择日期和时间，还不知道就留空。")


class RefsField(forms.Field):
    """The references of chosen requests; cleaned to a list, each once. Whether they are there the action finds out."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"required": _("请至少选一件报修。"), "invalid": _("请重新选择报修。")}  # noqa: RUF012  as Django's fields

    def to_python(self, value: Any) -> list[str]:
        """What was ticked, in its order."""
        found = list(dict.fromkeys(str(one) for one in value or () if one))
        if len(found) > MAX_REFS or any(len(one) > 16 or "\x00" in one for one in found):  # noqa: PLR2004  the column
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def _words(label: Any, *, ask: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MAX_INCIDENT_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": ask, "max_length": LONG},
    )


class NewIncidentForm(forms.Form):
    """A new incident."""

    title = forms.CharField(
        label=_("出了什么事"),
        max_length=MAX_INCIDENT_TITLE,
        help_text=_("一句话，会写在居民的首页上，例如：3幢停水。"),
        error_messages={"required": _("请写一个标题。"), "max_length": LONG},
    )
    category = forms.ChoiceField(
        label=_("哪一类"),
        choices=[("", _("请选择")), *Category.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择报修类别。")),
    )
    building = forms.TypedChoiceField(
        label=_("影响到哪里"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("没有找到这幢楼，请重新选择。")},
    )
    words = _words(
        _("告诉居民的话"),
        ask=_("请写下要说的话。"),
        hint=_("什么原因、正在做什么。例如：主管爆裂，正在抢修，先用桶装水。"),
    )
    expected_end = moment(_("预计恢复"), required=False, ask=ENDS, hint=_("还不知道就留空，知道了再告诉大家。"))
    refs = RefsField(label=_("哪些报修是这件事"), required=False)

    def __init__(self, *args: Any, buildings: Iterable[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "building", [("", _("全小区")), *((one.pk, one.name) for one in buildings)])


class AddForm(forms.Form):
    """Requests that belong to it as well."""

    refs = RefsField(label=_("哪些报修也是这件事"))


class TellForm(forms.Form):
    """Something new, and until when it is expected to last."""

    words = _words(_("新情况"), ask=_("请写下要说的话。"), hint=_("写现在到哪一步了。发出后代替原来的说明。"))
    expected_end = moment(_("预计恢复"), required=False, ask=ENDS, hint=_("还不知道就留空。"))


class CloseForm(forms.Form):
    """How it ended."""

    finished = forms.ChoiceField(
        label=_("修好了没有"),
        choices=[("yes", ""), ("no", "")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择修好了没有。")),
    )
    words = _words(
        _("告诉居民的话"), ask=_("请写下要说的话。"), hint=_("例如：17:40 已恢复供水，刚来的水有点浑，放一会儿就好。")
    )
