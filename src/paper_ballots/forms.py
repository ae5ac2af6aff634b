"""What is typed and chosen about paper ballots. Forms only read input; ``paper_ballots.actions`` decides and writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boxes.models import Voice
from elections.models.polls import MAX_REASON

# A code typed with a space or hyphens between; more is no code.
MAX_TYPED = 20
MAX_HOMES = 4_000


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("票上的编号"), max_length=MAX_TYPED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-no-draft": ""}
        ),
        error_messages={"required": _("请输入票上的编号。"), "max_length": _("太长了，编号只有 7 位字母和数字。")},
    )  # fmt: skip


class BackForm(forms.Form):
    """A paper that came back, and whose hand filled it in."""

    code = _code()
    voice = forms.ChoiceField(
        label=_("谁填的票"), choices=Voice.choices, initial=Voice.OWNER, widget=forms.RadioSelect,
        error_messages={"required": _("请选择谁填的票。"), "invalid_choice": _("请选择谁填的票。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One paper after the other: whoever scans finds the cursor where it was.
        self.fields["code"].widget.attrs["autofocus"] = True


class HomesForm(forms.Form):
    """Some homes by their addresses, one a line."""

    homes = forms.CharField(
        label=_("门牌，一行一户"), max_length=MAX_HOMES, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("照名册上的写法，例如 2幢1单元301。"),
        error_messages={"required": _("请写门牌。"), "max_length": _("太多了，请分几次。")},
    )  # fmt: skip

    def addresses(self) -> list[str]:
        """Without spaces and empty lines."""
        return [one for one in ("".join(line.split()) for line in self.cleaned_data["homes"].splitlines()) if one]


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=100_000,
        error_messages={
            "required": _("请写票号。"), "invalid": _("票号是数字。"), "min_value": _("票号从 1 开始。"),
            "max_value": _("没有这么大的票号。"),
        },
    )  # fmt: skip


class SheetsForm(forms.Form):
    """Which numbers are printed."""

    first = _number(_("从第几号"))
    last = _number(_("到第几号"))


class ReplaceForm(forms.Form):
    """A paper that was lost or spoiled."""

    code = _code()
    reason = forms.CharField(
        label=_("为什么补发"), max_length=MAX_REASON, help_text=_("例如：业主说弄丢了。"),
        error_messages={"required": _("请写明原因。")},
    )  # fmt: skip
