"""What staff type and choose on a request: pauses, endings, merging, prices, signatures. Forms only read input."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from repairs.forms import FinishForm, RemarkForm, ReturnForm, SignForm
from repairs.models import QuoteLine, Signature
from repairs.rules import money, pauses
from ui.numbers import whole

Words = Any
MAX_REASON = 500
_HUNDREDS = 3  # digits of a quantity: up to 999
MOMENT = "%Y-%m-%dT%H:%M"
# How many lines of a price stand open, and how many there are in all; a repair with more is no repair on the spot.
LINES_SHOWN, LINES = 3, 8


def moment(label: Words, *, required: bool, ask: Words, hint: Words = "") -> forms.DateTimeField:
    """A day and a time, by the device's own picker."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=hint,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        error_messages={"required": ask, "invalid": ask},
    )


def _why(
    label: Words, *, ask: Words, most: int = MAX_REASON, hint: Words = "", required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": ask, "max_length": _("写得太长了，最多 %(limit_value)s 字。")},
    )


class Ready(forms.Form):
    """A form into whose ``into`` field a ready sentence goes. Without scripts the chosen one counts where nothing is typed."""

    into = "reason"
    step = ""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        ready = str(data.get("ready", "")) if data is not None else ""
        if data is not None and ready and not str(data.get(self.into, "")).strip():
            data = data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
            data[self.into] = ready  # type: ignore[index]
        super().__init__(data, *args, **kwargs)


class PauseForm(Ready):
    """Why the clock stands still, and until when."""

    step = "pause"
    reason = _why(_("暂停原因"), ask=_("请写明原因。"), most=pauses.MAX_REASON)
    until = moment(_("暂停到"), required=True, ask=_("请选择暂停到什么时候。"), hint=_("到时自动恢复，最多 30 天。"))


class ForceCloseForm(Ready):
    """Why a request is closed without the filer's word."""

    step = "force_close"
    reason = _why(
        _("强制结单的原因"),
        ask=_("请写明原因。"),
        hint=_("社区会收到通知，看得到这个原因；报修人7天内可以重开。单独记录，不算办结。"),
    )


class StaffReturnForm(Ready, ReturnForm):
    """A return, with ready sentences."""

    step = "return"


class StaffFinishForm(Ready, FinishForm):
    """What was done, with ready sentences."""

    step = "finish"
    into = "note"


class StaffRemarkForm(Ready, RemarkForm):
    """Something said to the filer, with ready sentences; or among staff only."""

    step = "remark"
    into = "text"


class UpholdForm(forms.Form):
    """The community upholds a return; a word is welcome."""

    note = _why(_("说明"), ask="", required=False)


class DenyForm(forms.Form):
    """Why a return does not stand."""

    reason = _why(_("为什么不成立"), ask=_("请写明原因。"))


def _other(label: Words) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=16,
        widget=forms.Select,
        error_messages=dict.fromkeys(("required", "max_length"), _("请选择另一件报修。")),
    )


class MergeForm(forms.Form):
    """Into which other request, by its reference."""

    into = _other(_("并入哪一件"))


class TieForm(forms.Form):
    """To which larger request, by its reference."""

    to = _other(_("关联到哪一件"))


class PriceForm(forms.Form):
    """A price in lines of parts and labour, in yuan; cleaned to ``lines`` (``money.Line``, in fen)."""

    lines = forms.Field(required=False)
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=200,
        help_text=_("例如：保修三个月，旧件可以带走。"),
        error_messages={"max_length": _("写得太长了，最多 200 字。")},
    )

    def rows(self) -> list[dict[str, Any]]:
        """The lines as they were typed, filled up with blank ones; ``more`` from the fourth on, ``typed`` when not blank."""
        columns = {name: self._column(name) for name in ("kind", "words", "quantity", "price")}
        shown = []
        for index in range(max(LINES, *(len(column) for column in columns.values()))):
            row: dict[str, Any] = {
                name: column[index] if index < len(column) else "" for name, column in columns.items()
            }
            row["typed"] = bool(row["words"].strip() or row["price"].strip())
            row["number"] = index + 1
            row["more"] = index >= LINES_SHOWN
            shown.append(row)
        return shown[: money.MAX_LINES + 1]

    def kinds(self) -> list[tuple[str, Any]]:
        """What a line may be."""
        return list(QuoteLine.Kind.choices)

    def more_typed(self) -> bool:
        """Whether something is typed in the lines that stand behind 更多."""
        return any(row["typed"] and row["more"] for row in self.rows())

    def clean(self) -> dict[str, Any]:
        """The lines that were filled in; the rules of a price are the action's."""
        given = super().clean() or {}
        lines = []
        for row in self.rows():
            if not row["typed"]:
                continue
            fen = _fen(row["price"])
            quantity = whole(row["quantity"].strip() or "1", digits=_HUNDREDS)
            if fen is None:
                self.add_error("lines", _("第%(number)s项：单价请填数字，例如 45.50。") % {"number": row["number"]})
            elif quantity is None:
                self.add_error("lines", _("第%(number)s项：数量请填 1 到 999。") % {"number": row["number"]})
            else:
                lines.append(money.Line(row["kind"] or "parts", row["words"].strip(), quantity, fen))
        given["lines"] = lines
        return given

    def _column(self, name: str) -> list[str]:
        if not self.is_bound:
            return []
        listed = getattr(self.data, "getlist", None)
        return [str(one) for one in (listed(name) if listed is not None else self.data.get(name, []))]


def _fen(typed: str) -> int | None:
    """Yuan as typed (45, 45.5, ￥45.50) in fen; None for what is no amount with at most two decimals."""
    text = typed.strip().lstrip("￥¥").replace(",", "").replace("，", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or abs(amount) > money.MAX_TOTAL_FEN:
        return None
    fen = amount * 100
    return int(fen) if fen == fen.to_integral_value() else None


class StaffSignForm(SignForm):
    """A signature on the worker's phone: of the worker, or of the resident to whom it is held out."""

    role = forms.ChoiceField(
        label=_("谁签名"),
        choices=[
            (Signature.Role.RESIDENT.value, _("报修人在我手机上签")),
            (Signature.Role.WORKER.value, _("我自己签")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("请选择是谁签名。")),
    )
