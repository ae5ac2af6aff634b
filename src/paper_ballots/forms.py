"""What is typed and chosen about paper ballots. Forms only read input; ``paper_ballots.actions`` decides and writes."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boxes.models import Voice
from elections.box.questions import Item
from elections.models.polls import MAX_REASON
from paper_ballots.actions.terms import MAX_LINE
from paper_ballots.models import Outcome, Way
from paper_ballots.rules.readings import VOID

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


class AskForm(forms.Form):
    """An owner asks for a paper."""

    right = forms.CharField(max_length=24, widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("怎么拿到票"), choices=Way.choices, initial=Way.COLLECT, widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎么拿到票。"), "invalid_choice": _("请选择怎么拿到票。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("补充一句"), max_length=MAX_REASON, required=False, help_text=_("例如：晚上七点以后在家。"),
    )  # fmt: skip


class EnterForm(forms.Form):
    """What an owner asked for by word of mouth."""

    address = forms.CharField(
        label=_("门牌"), max_length=60, help_text=_("照名册上的写法，例如 2幢1单元301。"),
        error_messages={"required": _("请写门牌。")},
    )  # fmt: skip
    name = forms.CharField(
        label=_("谁来要的"), max_length=60, help_text=_("业主姓名；家人来的，写姓名和关系。"),
        error_messages={"required": _("请写谁来要的。")},
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("怎么拿到票"), choices=Way.choices, initial=Way.COLLECT, widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎么拿到票。"), "invalid_choice": _("请选择怎么拿到票。")},
    )  # fmt: skip
    note = forms.CharField(label=_("补充一句"), max_length=MAX_REASON, required=False)


class HandForm(forms.Form):
    """Who took the paper, with a photo of the signed slip where there is one."""

    taken_by = forms.CharField(label=_("谁领走的"), max_length=60, error_messages={"required": _("请写谁领走的。")})
    photo = forms.FileField(
        label=_("签好名的送达联（照片）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


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


def _by_hand() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("桌上清点的张数"), min_value=1, max_value=1_000, help_text=_("扫码以前，两个人各点一遍，数一样了再写。"),
        error_messages={
            "required": _("请写桌上清点的张数。"), "invalid": _("张数是数字。"), "min_value": _("至少一张。"),
            "max_value": _("一批最多 1000 张，请分几批。"),
        },
    )  # fmt: skip


def _witnesses() -> forms.CharField:
    return forms.CharField(
        label=_("清点人、监票人"), max_length=120, error_messages={"required": _("请写清点人和监票人的姓名。")}
    )


class BatchForm(forms.Form):
    """A batch as it was counted on the table."""

    name = forms.CharField(
        label=_("批次"),
        max_length=60,
        help_text=_("例如：1幢第一批。"),
        error_messages={"required": _("请给这一批起个名字。")},
    )
    by_hand = _by_hand()
    witnesses = _witnesses()


class RecountForm(forms.Form):
    """The same table counted again."""

    by_hand = _by_hand()
    witnesses = _witnesses()


class ScanForm(forms.Form):
    """One paper more. ``waits``: not all that were counted by hand are in yet, so the cursor stands here."""

    code = _code()

    def __init__(self, *args: Any, waits: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = waits


class AreaForm(forms.Form):
    """One paper more, of a secret poll: its code was cut off, its area stands on it."""

    area = forms.CharField(
        label=_("票上的面积（平方米）"), max_length=MAX_TYPED, help_text=_("照票上印的输入，例如 89.50。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal", "data-no-draft": ""}),
        error_messages={"required": _("请输入票上印的面积。"), "max_length": _("太长了，面积是一个数。")},
    )  # fmt: skip

    def __init__(self, *args: Any, waits: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].widget.attrs["autofocus"] = waits


class TermsForm(forms.Form):
    """Where and when papers are handed in, and who is asked: printed on every ballot."""

    place = forms.CharField(
        label=_("交到哪里"), max_length=MAX_LINE, help_text=_("例如：望江社区居委会一楼票箱。"),
        error_messages={"required": _("请写交到哪里。")},
    )  # fmt: skip
    hours = forms.CharField(
        label=_("什么时间可以交"), max_length=MAX_LINE, help_text=_("例如：每天 9:00 至 17:30，截止当天到截止时。"),
        error_messages={"required": _("请写什么时间可以交。")},
    )  # fmt: skip
    contact = forms.CharField(
        label=_("有疑问找谁"), max_length=MAX_LINE, help_text=_("姓名和电话。"),
        error_messages={"required": _("请写有疑问找谁。")},
    )  # fmt: skip
    letter_box = forms.CharField(
        label=_("可以留置的规则原文"), max_length=MAX_REASON, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("议事规则写明可以留置在信箱的，抄下原文；没有写明的留空，放进信箱就不算送达。"),
    )  # fmt: skip


class DoorForm(forms.Form):
    """What came of one door, from a page without scripts."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices, error_messages={"required": _("请选择结果。"), "invalid_choice": _("请选择结果。")}
    )
    taken_by = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=MAX_REASON, required=False)
    photo = forms.FileField(required=False)


class WhyForm(forms.Form):
    """A reason that everyone may read."""

    reason = forms.CharField(label=_("原因"), max_length=MAX_REASON, error_messages={"required": _("请写明原因。")})


class PhotoForm(forms.Form):
    """The paper as a picture."""

    photo = forms.FileField(
        label=_("拍这张票"), widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages={"required": _("请先拍照或选一张照片。")},
    )  # fmt: skip


BLANK = "blank"
MARKS = (
    ("for", _("同意")),
    ("against", _("反对")),
    ("abstain", _("弃权")),
    (BLANK, _("没有画")),
    (VOID, _("无效：画了两个、涂改、看不清、没有签名")),
)


class ReadingForm(forms.Form):
    """What one person reads on a paper: every item that is on it is answered, so that nothing is blank by oversight.

    ``items``: those that the paper asks, by their numbers on it.
    """

    def __init__(self, *args: Any, items: Sequence[tuple[int, Item]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for number, one in items:
            label = f"{number}. {one.text}"
            if not one.is_election:
                self.fields[f"item-{number}"] = forms.ChoiceField(
                    label=label, choices=MARKS, widget=forms.RadioSelect,
                    error_messages={"required": _("这一项还没有录入。"), "invalid_choice": _("请在列出的里面选。")},
                )  # fmt: skip
                continue
            self.fields[f"item-{number}"] = forms.MultipleChoiceField(
                label=label, widget=forms.CheckboxSelectMultiple,
                choices=[*one.candidates, (BLANK, _("一个都没有选")), (VOID, _("无效：涂改、看不清、没有签名"))],
                help_text=_("票上画了谁就选谁。多选了也照票上录，计票时会判这一项无效。"),
                error_messages={"required": _("这一项还没有录入。"), "invalid_choice": _("请在列出的里面选。")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Names, or that there are none, or that it is void: one of the three."""
        given = super().clean() or {}
        for number, one in self.items:
            name = f"item-{number}"
            if not one.is_election or name not in given:
                continue
            marks = given[name]
            if len(marks) > 1 and {BLANK, VOID} & set(marks):
                self.add_error(name, _("“一个都没有选”和“无效”不能与姓名同时选。"))
        return given

    def choices(self) -> dict[str, Any]:
        """As the action takes it, by the items' keys."""
        return dict(self._read())

    def _read(self) -> Iterator[tuple[str, Any]]:
        for number, one in self.items:
            said = self.cleaned_data[f"item-{number}"]
            if said in (BLANK, [BLANK]):
                continue
            yield one.key, VOID if said in (VOID, [VOID]) else said
