"""Input of the calculator's page. What a figure may be, the rules of a case decide, in one place for every entrance."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elections import imported, words
from elections.rules.cases import CHOICES, MAX_CANDIDATES, MAX_NAME, Case, Malformed, read_case
from elections.rules.jurisdictions import NATIONAL, jurisdictions
from registers.rules.workbook import WorkbookRefused
from registers.words import refusal_text
from ui.forms import flat, offer

# Chinese words that the fourth column of a pasted sheet may have.
YES = frozenset(("是", "党员", "中共党员", "yes", "y", "1"))
NO = frozenset(("否", "群众", "非党员", "no", "n", "0"))
GROUPS = ("roll", "participating", *CHOICES, "silent")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_COLUMNS = re.compile(r"[\t,，;；]+|\s+")
MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Couple:
    """The two fields of one line of figures, under one legend."""

    legend: Any
    hint: Any
    voters: forms.BoundField
    area: forms.BoundField


def _voters() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("户数"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _area() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("面积（平方米）"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _open(table: dict[str, Any], label: Any, hint: Any = "") -> forms.ChoiceField:
    """A rule of the compound's own; empty is the place's default."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=[("", gettext_lazy("按当地规定")), *table.items()]
    )


@flat
class TallyForm(forms.Form):
    """One vote. Every figure may be left empty: then it is not known."""

    matter = forms.ChoiceField(
        label=gettext_lazy("表决事项"), choices=words.choices(words.MATTERS), initial="hire_firm"
    )
    on = forms.DateField(
        label=gettext_lazy("表决日期"),
        required=False,
        help_text=gettext_lazy("2021年1月1日起按《民法典》。"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("请写成 2026-05-01。")},
    )
    jurisdiction = forms.ChoiceField(label=gettext_lazy("地方"), required=False)
    roll_voters, roll_area = _voters(), _area()
    participating_voters, participating_area = _voters(), _area()
    for_voters, for_area = _voters(), _area()
    against_voters, against_area = _voters(), _area()
    abstain_voters, abstain_area = _voters(), _area()
    invalid_voters, invalid_area = _voters(), _area()
    silent_rule = forms.ChoiceField(
        label=gettext_lazy("未投票的怎样计"), required=False, choices=words.choices(words.SILENT_RULES)
    )
    silent_voters, silent_area = _voters(), _area()
    seats = forms.CharField(
        label=gettext_lazy("应选人数"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    candidates = forms.CharField(
        label=gettext_lazy("候选人和得票"),
        required=False,
        max_length=MAX_CANDIDATES * 120,
        help_text=gettext_lazy("每行一人：姓名、得票户数、得票面积、是否党员（可不填）。可以从表格里整块粘贴。"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )
    by_election = forms.BooleanField(label=gettext_lazy("这是补选或更换个别委员"), required=False)
    households = forms.CharField(
        label=gettext_lazy("小区户数"),
        required=False,
        max_length=9,
        help_text=gettext_lazy("有的地方一百户以下可以只选三人。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    order_by = _open(words.ORDERS, gettext_lazy("当选次序"))
    tie_remedy = _open(words.REMEDIES, gettext_lazy("得票相等时"))
    alternates_cap = _open(words.CAPS, gettext_lazy("候补人数"))
    invalid_in_participation = _open(words.INVALID, gettext_lazy("无效票"))
    ratio_base = _open(words.BASES, gettext_lazy("党员比例按谁算"))
    ratio_operator = _open(words.OPERATORS, gettext_lazy("党员比例要求"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(one.code, one.name) for one in jurisdictions() if one.code != NATIONAL]
        offer(self, "jurisdiction", [("", _("全国规定")), *places])
        self.case: Case | None = None

    def couple(self, name: str) -> Couple:
        """The fields of one group of figures."""
        legends = {**words.PLACES, **words.CHOICES}
        hints = {
            "roll": _("表决名册上的全体业主。"),
            "participating": _("公布了就填；不填时按下面各项相加。"),
            "silent": _("已送达选票、没有投票的业主。"),
        }
        return Couple(legends[name], hints.get(name, ""), self[f"{name}_voters"], self[f"{name}_area"])

    @property
    def main(self) -> list[Couple]:
        """The groups that every vote has."""
        return [self.couple(name) for name in ("roll", "participating", *CHOICES)]

    @property
    def silent(self) -> Couple:
        """Owners who did not vote."""
        return self.couple("silent")

    @property
    def own_rules(self) -> list[forms.BoundField]:
        """What the compound's own rules may say."""
        return [
            self[name]
            for name in (
                "order_by",
                "tie_remedy",
                "alternates_cap",
                "invalid_in_participation",
                "ratio_base",
                "ratio_operator",
            )
        ]

    @property
    def has_own_rules(self) -> bool:
        """Whether any of them was chosen, so that the part is open."""
        return any(field.value() for field in self.own_rules) or bool(self["silent_voters"].value())

    @property
    def has_wrong_figures(self) -> bool:
        """Whether something in a part that may be folded away is wrong."""
        return any(field.errors for field in (*self.own_rules, self["silent_voters"], self["silent_area"]))

    def clean(self) -> dict[str, Any]:
        """Make a case of the figures; what is none is said beside its field."""
        found = super().clean() or {}
        given = self._given(found)
        if not self.errors:
            try:
                self.case = read_case(given)
            except Malformed as error:
                self.add_error(_field_of(error.where), str(words.MALFORMED[error.code]))
        return found

    def _given(self, found: dict[str, Any]) -> dict[str, Any]:
        groups = {name: self._figures(found, name) for name in GROUPS}
        plan: dict[str, Any] = {
            name: found[name]
            for name in ("order_by", "tie_remedy", "alternates_cap", "ratio_base", "ratio_operator")
            if found.get(name)
        }
        if found.get("invalid_in_participation"):
            plan["invalid_in_participation"] = found["invalid_in_participation"] == "yes"
        if found.get("by_election"):
            plan["by_election"] = True
        plan["households"] = self._whole("households", found.get("households", ""))
        election = found.get("matter") == "elect"
        return {
            "matter": found.get("matter"),
            "on": found["on"].isoformat() if found.get("on") else None,
            "jurisdiction": found.get("jurisdiction") or None,
            "roll": groups["roll"],
            "participating": groups["participating"],
            "cast": {name: groups[name] for name in CHOICES if groups[name]},
            "silent": {"rule": found.get("silent_rule") or "off", **groups["silent"]},
            "seats": self._whole("seats", found.get("seats", "")) if election else None,
            "candidates": self._candidates(found.get("candidates", "")) if election else None,
            "plan": plan,
        }

    def _figures(self, found: dict[str, Any], name: str) -> dict[str, Any]:
        voters = self._whole(f"{name}_voters", found.get(f"{name}_voters", ""))
        area = found.get(f"{name}_area", "").replace(" ", "").replace(",", "")
        return {**({"voters": voters} if voters is not None else {}), **({"area": area} if area else {})}

    def _whole(self, name: str, text: str) -> int | None:
        text = text.replace(" ", "").replace(",", "")
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            self.add_error(name, str(words.MALFORMED["not_a_whole_number"]))
            return None
        return int(text)

    def _candidates(self, text: str) -> list[dict[str, Any]]:
        rows = [row.strip() for row in text.splitlines() if row.strip()]
        return [one for number, row in enumerate(rows, 1) if (one := self._candidate(number, row)) is not None]

    def _candidate(self, number: int, row: str) -> dict[str, Any] | None:
        columns = [one for one in _COLUMNS.split(row) if one]
        wrong = _("第 %(number)s 行：应为姓名、户数、面积、是否党员，中间用空格或逗号隔开。") % {"number": number}
        if len(columns) > MOST_COLUMNS or len(columns[0]) > MAX_NAME:
            self.add_error("candidates", wrong)
            return None
        name, voters, area, member = [*columns, "", "", ""][:MOST_COLUMNS]
        if (voters and not _WHOLE.fullmatch(voters)) or (member and member.lower() not in YES | NO):
            self.add_error("candidates", wrong)
            return None
        return {
            "name": name,
            **({"voters": int(voters)} if voters else {}),
            **({"area": area} if area else {}),
            **({"party_member": member.lower() in YES} if member else {}),
        }


@flat
class ResultsForm(forms.Form):
    """Results from elsewhere, pasted or as a file."""

    text = forms.CharField(
        label=gettext_lazy("从表格里整块粘贴"),
        required=False,
        max_length=imported.MAX_TEXT,
        help_text=gettext_lazy("第一行是栏目名称，要有“表决事项”；以后每行一项结果。"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("或者选文件"),
        required=False,
        help_text=gettext_lazy("Excel（.xlsx）、CSV，或者每行一个 JSON 案例的文本。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.json,.jsonl,.tsv,text/plain,text/csv"}),
        error_messages={"empty": gettext_lazy("这个文件是空的。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: imported.Found | None = None

    def clean(self) -> dict[str, Any]:
        """Judge what was given; what is no table is said beside the field that it came by."""
        found = super().clean() or {}
        if self.errors:
            return found
        file = found.get("file")
        where = "file" if file else "text"
        try:
            self.found = imported.judged_file(file.read()) if file else imported.judged(found.get("text", ""))
        except imported.NoTable as error:
            self.add_error(where, str(words.NO_TABLE[error.code]))
        except WorkbookRefused as error:
            self.add_error(where, refusal_text(error))
        return found


def _field_of(where: str) -> str | None:
    """The form's field of a place in a case: cast.for.area is for_area, candidates[2].area the candidates."""
    if where.startswith("candidates"):
        return "candidates"
    name = where.removeprefix("cast.").removeprefix("plan.").replace(".", "_")
    return name if name in TallyForm.base_fields else None
