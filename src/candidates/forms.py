"""What people type and choose about a preparation. Forms only read input; ``candidates.actions`` decides and writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.numbers import PhoneField
from candidates import words
from candidates.actions import MemberDraft, NomineeDraft, PlanDraft
from candidates.models import MAX_STATEMENT, Candidate, Firm, Outcome, Route
from candidates.models.groups import MAX_NAME, MAX_WORDS, Kind, SeatKind
from candidates.models.plans import MAX_SOURCE
from candidates.models.slates import MAX_HOW, Method
from candidates.models.standing import MAX_ARTICLE
from candidates.models.standing import MAX_WORDS as MAX_ANSWER
from candidates.queries.owners import OwnLine
from candidates.rules.pledges import CODES, MAX_TEXT, USUAL
from candidates.rules.strokes import stroked
from notices.forms import FIRST_YEAR, LAST_YEAR
from ui.forms import offer

_LONG = _("写得太长了，最多 %(limit_value)s 字。")
_DAY = _("请填日期，例如 2026-06-06。")
_NUMBER = _("请填数字。")
_CHOOSE = _("请选择一项。")
MORE_ROWS = 3
LEAST_ROWS = 5


class Day(forms.DateField):
    """A day; a year that nobody means is refused before it is counted with."""

    def __init__(self, label: Any, **given: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": _DAY, "invalid": _DAY},
            **given,
        )

    def clean(self, value: Any) -> Any:
        """The day, None for none."""
        found = super().clean(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(_DAY, code="invalid")
        return found


def _number(label: Any, least: int, most: int, **given: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages={
            "required": _NUMBER,
            "invalid": _NUMBER,
            "min_value": _("请填 %(limit_value)s 以上的数字。"),
            "max_value": _("请填 %(limit_value)s 以下的数字。"),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        **given,
    )


def _text(label: Any, most: int, *, rows: int = 0, needed: Any = "", hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(needed),
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": needed or _("请填写这一项。"), "max_length": _LONG},
    )


def _photo() -> forms.FileField:
    return forms.FileField(
        label=_("照片"),
        required=False,
        help_text=_("会印在候选人名单上，可以不传。"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages={"empty": _("这个文件是空的，请重新选择。")},
    )


class PlanForm(forms.Form):
    """A plan. ``here``: bodies that act in the compound, as choices; others are written down, one a line."""

    seats = _number(_("应选委员人数"), 1, 99)
    term_years = _number(_("任期（年）"), 1, 9)
    starts = Day(_("提名从哪天开始"))
    ends = Day(_("提名到哪天截止"), help_text=_("最后一天也算。截止后材料不齐的，不能再补。"))
    joint_owners = _number(
        _("联名要多少业主"), 2, 200, required=False, help_text=_("按议事规则或选举办法填，不接受联名提名的不填。")
    )
    by_building = forms.BooleanField(label=_("也可以按楼幢提名"), required=False)
    bodies = forms.TypedMultipleChoiceField(
        label=_("哪些单位联审（在本系统答复）"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("选的单位现在不在本小区履职，请重新选择。")},
    )
    others = _text(_("其他联审单位"), 600, rows=3, hint=_("一行一个，例如派出所、法院执行局；他们的书面答复由您登记。"))
    review_days = _number(_("联审几天内答复"), 1, 60)
    reply_days = _number(_("不予通过的，候选人几天内陈述意见"), 1, 60)
    stand = _text(words.PLEDGES["stand"], MAX_TEXT, rows=3, needed=_("请写承诺。"))
    serve = _text(words.PLEDGES["serve"], MAX_TEXT, rows=3, needed=_("请写承诺。"))
    leave = _text(words.PLEDGES["leave"], MAX_TEXT, rows=3, needed=_("请写承诺。"))
    status_source = _text(_("公布政治面貌的依据"), MAX_SOURCE, hint=_("当地规定要求公布的才填条文；不填就不公布。"))

    def __init__(self, *args: Any, here: Sequence[tuple[int, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.here = dict(here)
        offer(self, "bodies", here)

    def draft(self) -> PlanDraft:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        named = [(self.here[pk], pk) for pk in given["bodies"]]
        named += [(line.strip(), None) for line in given["others"].splitlines() if line.strip()]
        return PlanDraft(
            seats=given["seats"],
            term_years=given["term_years"],
            starts=given["starts"],
            ends=given["ends"],
            joint_owners=given["joint_owners"],
            by_building=given["by_building"],
            review_days=given["review_days"],
            reply_days=given["reply_days"],
            bodies=named,
            pledges={code: given[code] for code in CODES},
            status_source=given["status_source"],
        )


def usual_pledges() -> dict[str, str]:
    """The texts that stand there at first."""
    return dict(USUAL)


class MemberForm(forms.Form):
    """One line of a group."""

    name = _text(_("姓名"), MAX_NAME)
    seat = forms.ChoiceField(label=_("席位"), required=False, choices=[("", _("请选择")), *SeatKind.choices])
    body = _text(_("单位，业主填房号"), 80)
    phone = PhoneField(
        label=_("手机号"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    chair = forms.BooleanField(label=_("组长"), required=False)

    def clean(self) -> dict[str, Any]:
        """A line with a name has a seat; an empty one is left out."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("name") and not given.get("seat"):
            self.add_error("seat", _("请选择席位。"))
        if not given.get("name") and (given.get("body") or given.get("seat")):
            self.add_error("name", _("请写姓名。"))
        return given


class GroupForm(forms.Form):
    """The kind of a group; its lines are ``members``, forms of their own."""

    kind = forms.ChoiceField(
        label=_("哪一种"), choices=Kind.choices, widget=forms.RadioSelect, error_messages={"required": _CHOOSE}
    )

    def __init__(self, data: Any = None, *, kept: Sequence[Mapping[str, Any]] = (), **given: Any) -> None:
        super().__init__(data, **given)
        rows = max(LEAST_ROWS, len(kept) + MORE_ROWS)
        if data is not None:
            rows = max(rows, sum(f"m{number}-name" in data for number in range(1, 30)))
        self.members = [
            MemberForm(data, prefix=f"m{number}", initial=dict(kept[number - 1]) if number <= len(kept) else {})
            for number in range(1, min(rows, 24) + 1)
        ]

    def is_valid(self) -> bool:
        """Whether kind and every line can be read."""
        return all([super().is_valid(), *(one.is_valid() for one in self.members)])

    def drafts(self) -> list[MemberDraft]:
        """The lines that have a name."""
        return [
            MemberDraft(
                name=one.cleaned_data["name"], seat=one.cleaned_data["seat"], body=one.cleaned_data["body"],
                chair=one.cleaned_data["chair"], phone=one.cleaned_data["phone"] or "",
            )
            for one in self.members
            if one.cleaned_data.get("name")
        ]  # fmt: skip


class FoundForm(forms.Form):
    """The day of a group's founding."""

    formed_on = Day(_("成立日期"))


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("原因"), MAX_WORDS, rows=2, needed=_("请写明原因。"))


_SEXES = (("", _("不填")), ("yes", _("女")), ("no", _("男")))


def _woman(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


class NominateForm(forms.Form):
    """Somebody is named. Which routes, homes and fields there are depends on who names."""

    route = forms.ChoiceField(label=_("提名方式"), widget=forms.RadioSelect, error_messages={"required": _CHOOSE})
    home_id = forms.TypedChoiceField(
        label=_("以哪一套房子的业主身份"), coerce=int, required=False, empty_value=None,
        error_messages={"invalid_choice": _CHOOSE},
    )  # fmt: skip
    name = _text(_("候选人姓名"), MAX_NAME)
    address = _text(_("候选人的房号"), 60, hint=_("例如 3幢2单元502。"))
    represents = _text(_("单位业主的名称"), 80, hint=_("房子登记在单位名下的才填，候选人是单位授权的代表。"))
    authority = _text(_("授权文书"), MAX_ARTICLE, hint=_("写明文书名称、编号和日期，原件交社区核对。"))
    statement = _text(_("参选说明"), MAX_STATEMENT, rows=5, hint=_("简历、能为大家做什么。会公开。"))
    woman = forms.TypedChoiceField(label=_("性别"), choices=_SEXES, coerce=_woman, empty_value=None, required=False)
    firm = forms.ChoiceField(
        label=_("本人或近亲属在为本小区服务的物业企业任职吗"),
        choices=[("", _("以后填")), *Firm.choices],
        required=False,
    )
    photo = _photo()
    paper = _text(_("书面提名表"), MAX_ARTICLE, hint=_("业主交来签字的提名表时，写明编号和日期。"))

    def __init__(
        self, *args: Any, routes: Sequence[tuple[str, Any]], homes: Sequence[OwnLine], officer: bool, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.officer = officer
        offer(self, "route", routes)
        if len(homes) > 1:
            offer(self, "home_id", [(one.home_id, one.address) for one in homes])
        else:
            del self.fields["home_id"]
        if not officer:
            del self.fields["paper"]

    def draft(self) -> NomineeDraft:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        return NomineeDraft(
            route=given["route"],
            name=given["name"],
            address=given["address"],
            home_id=given.get("home_id"),
            represents=given["represents"],
            authority=given["authority"],
            statement=given["statement"],
            woman=given["woman"],
            firm=given["firm"],
            paper=given.get("paper", "") if given["route"] != Route.RECOMMENDED else "",
        )


class FillForm(forms.Form):
    """What a nominee says of themselves."""

    statement = _text(
        _("参选说明"), MAX_STATEMENT, rows=6, needed=_("请写参选说明。"), hint=_("会公开，请不要写电话。")
    )
    firm = forms.ChoiceField(
        label=_("本人或近亲属在为本小区服务的物业企业任职吗"),
        choices=Firm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE},
    )
    woman = forms.TypedChoiceField(label=_("性别"), choices=_SEXES, coerce=_woman, empty_value=None, required=False)
    kin = forms.MultipleChoiceField(
        label=_("与哪些候选人是近亲属"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _CHOOSE},
    )
    photo = _photo()

    def __init__(self, *args: Any, others: Sequence[Candidate] = (), **given: Any) -> None:
        super().__init__(*args, **given)
        if others:
            offer(self, "kin", [(one.ref, one.name) for one in others])
        else:
            del self.fields["kin"]


class PaperForm(forms.Form):
    """Which signed paper is in hand."""

    paper = _text(
        _("书面材料"),
        MAX_ARTICLE,
        needed=_("请写明书面材料的名称和日期。"),
        hint=_("例如：本人签字的同意书，2026-06-02。"),
    )


class AuthorityForm(forms.Form):
    """Which paper gives somebody authority to stand for a corporate owner, and its photo or PDF."""

    authority = _text(
        _("授权文书"),
        MAX_ARTICLE,
        needed=_("请写明文书名称、编号和日期。"),
        hint=_("例如：授权委托书第3号，2026-06-02。"),
    )
    upload = forms.FileField(
        label=_("照片或 PDF"),
        required=False,
        help_text=_("拍清楚公章和签字，单位、候选人和有效期都要看得见。"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        error_messages={"empty": _("这个文件是空的，请重新选择。")},
    )


class WithdrawForm(ReasonForm):
    """Why somebody leaves; whoever enters it for them says which paper."""

    paper = _text(_("书面材料"), MAX_ARTICLE, hint=_("替本人登记的，写明本人签字的材料。"))


class AnswerForm(forms.Form):
    """A body's answer."""

    outcome = forms.ChoiceField(
        label=_("答复"), choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": _CHOOSE}
    )
    ground = forms.ChoiceField(label=_("不予通过的理由"), required=False, help_text=_("不予通过必须选一条。"))
    article = _text(_("条文"), MAX_ARTICLE, hint=_("按议事规则或管理规约的，写明哪一条、原文怎么写。"))
    words = _text(_("书面说明"), MAX_ANSWER, rows=4, hint=_("不予通过、退回补充的必填，候选人会看到。"))
    paper = _text(_("书面答复"), MAX_ARTICLE, hint=_("登记其他单位的答复时，写明文号和日期。"))

    def __init__(
        self, *args: Any, grounds: Sequence[tuple[str, Any]], outside: bool, again: bool = False, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        offer(self, "ground", [("", _("请选择")), *grounds])
        if not outside:
            del self.fields["paper"]
        if again:
            # The last word on a refusal: the ground stands, only the outcome and its reason are left.
            del self.fields["ground"], self.fields["article"]
            offer(self, "outcome", [
                (Outcome.PASS, _("改为通过")), (Outcome.REFUSE, _("最终不通过")),
            ])  # fmt: skip
            self.fields["words"].required = True
            self.fields["words"].help_text = _("写明对候选人意见的回应，候选人会看到。")


class ReplyForm(forms.Form):
    """The candidate's answer to a refusal."""

    words = _text(_("您的意见"), MAX_ANSWER, rows=5, needed=_("请写您的意见。"), hint=_("这个单位看过以后作最终决定。"))


class MembershipForm(forms.Form):
    """What is known of Party membership."""

    member = forms.ChoiceField(
        label=_("是不是中共党员"),
        choices=(("yes", _("是")), ("no", _("不是")), ("unknown", _("还没有核实清楚"))),
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE},
    )
    source = _text(_("来源"), MAX_ARTICLE, needed=_("请写从哪里核实的。"), hint=_("例如：社区党组织党员名册。"))
    of = Day(_("核实日期"))

    def flag(self) -> bool | None:
        """True, False, or None for not known."""
        return {"yes": True, "no": False}.get(self.cleaned_data["member"])


class SlateForm(forms.Form):
    """How the order was found. ``rows`` are those who passed, each with a field for their place."""

    text = _text(_("选票上的标题"), 200, needed=_("请写选票上的标题。"))
    method = forms.ChoiceField(
        label=_("怎么排"), choices=Method.choices, widget=forms.RadioSelect, error_messages={"required": _CHOOSE}
    )
    witness = _text(_("见证人"), 80, hint=_("抽签时当场的见证人，写姓名和身份。"))
    seed = _text(
        _("见证人当场说的口令"),
        80,
        hint=_("几个字或数字，由见证人随口说出。名单按口令算出的顺序排，谁都可以照着再算一遍。"),
    )
    how = _text(_("说明"), MAX_HOW, rows=2, hint=_("按议事规则或选举办法排的，写明条文；改了笔画顺序的，写明为什么。"))

    def __init__(self, *args: Any, passed: Sequence[Candidate], **given: Any) -> None:
        super().__init__(*args, **given)
        self.passed = list(passed)
        for place, one in enumerate(self.passed, 1):
            self.fields[f"place-{one.ref}"] = _number(one.name, 1, 99, required=False, initial=place)
            self.fields[f"place-{one.ref}"].help_text = words.strokes_words(stroked(one.name))

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of places."""
        return [self[f"place-{one.ref}"] for one in self.passed]

    def order(self) -> list[str]:
        """The refs by their places; equal places stay as they were, which the action refuses where somebody is missing."""
        given = self.cleaned_data
        placed = [(given.get(f"place-{one.ref}"), number, one.ref) for number, one in enumerate(self.passed)]
        return [ref for place, _number, ref in sorted((p, n, r) for p, n, r in placed if p is not None)]

    def clean(self) -> dict[str, Any]:
        """Two at one place is nobody's order."""
        given: dict[str, Any] = super().clean() or {}
        places = [given.get(f"place-{one.ref}") for one in self.passed]
        if given.get("method") != Method.LOT and len({p for p in places if p}) < len(places):
            self.add_error(None, _("每个人一个顺序，不能重复，也不能空着。"))
        return given
