"""The facts of a result in words and rows, in the reader's language: one shape for the page, the notice, the sheet and REST."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.queries.outcomes import test_of
from elections import words
from elections.models.joint import Joint
from elections.rules.bars import Test
from elections.rules.matters import MATTERS
from elections.rules.measures import percent

# In narrow columns a line ends between two amounts, not within one.
NO_BREAK = "\N{NO-BREAK SPACE}"
INVALID: dict[str, Any] = {
    "over_vote": gettext_lazy("选的人数超过应选人数"),
    "overvote": gettext_lazy("选的人数超过应选人数"),
    "two_marks": gettext_lazy("同一项有两种意见"),
    "unsigned": gettext_lazy("没有签名"),
    "unknown_unit": gettext_lazy("不能确认是哪一户"),
    "not_readable": gettext_lazy("无法辨认"),
    "unread": gettext_lazy("不能读成有效意见"),
}
# What the calculator tells whoever prepares a result, and the announcement says with its own figures elsewhere.
SAID_ELSEWHERE = frozenset({"decides_nothing", "silent_in_participation", "silent_follow_majority", "ratio_not_met"})


@dataclass(frozen=True, slots=True)
class Row:
    """A test or a candidate as a row of a table; ``good`` None where it is not known."""

    cells: tuple[str, ...]
    good: bool | None = None
    have: int | None = None
    of: int | None = None
    need: int | None = None
    measure: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it is read."""

    number: int
    title: str
    outcome: str
    verdict: str
    good: bool
    tests: list[Row]
    choices: list[tuple[str, str, str]]
    candidates: list[Row] = field(default_factory=list)
    without_title: str = ""
    without: list[Row] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole result as it is read."""

    opening: str
    facts: list[tuple[str, str]]
    items: list[Item]
    closing: list[str]

    @property
    def summary(self) -> list[Item]:
        """Every item on one page, for a result of several; empty where there is one."""
        return self.items if len(self.items) > 1 else []


def shown(facts: Mapping[str, Any]) -> Shown:
    """Read the facts of a result."""
    opening = _("%(compound)s“%(title)s”由%(conductor)s组织，现将结果公示如下。") % {
        "compound": facts["compound"],
        "title": facts["title"],
        "conductor": facts["conductor"],
    }
    return Shown(opening, _heading(facts), [_item(one) for one in facts["items"]], _closing(facts))


def moment(text: str | None) -> str:
    """A time as announcements write it."""
    return localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M") if text else "—"


def _heading(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    window, roll, used = facts["window"], facts["roll"], facts["channels"]
    rows: list[tuple[str, str]] = []
    if facts["items"]:
        rows.append((_("适用规定"), str(words.RULE_SETS[facts["items"][0]["rule_set"]])))
    if roll:
        told = {"on": roll["on"], "voters": roll["voters"], "area": roll["area"]}
        rows.append((_("业主名册"), _("%(on)s 定，%(voters)s 户，专有部分面积 %(area)s 平方米") % told))
        rows.append((_("名册指纹"), roll["fingerprint"]))
    rows.append(
        (
            _("投票时间"),
            _("%(opens)s 至 %(closes)s") % {"opens": moment(window["opens"]), "closes": moment(window["closes"])},
        )
    )
    if window["first_closes"] != window["closes"]:
        rows.append((_("延长"), _("原定 %(first)s 截止，延长到 %(closes)s") % {
            "first": moment(window["first_closes"]), "closes": moment(window["closes"])
        }))  # fmt: skip
    for one in facts["steps"]:
        told = {"reason": one["reason"], "asked": one["asked"], "agreed": one["agreed"]}
        rows.append((str(Joint(one["action"]).label), _("%(reason)s（%(asked)s提出，%(agreed)s同意）") % told))
    silent = facts.get("silent", {"rule": "off", "text": ""})
    if silent["rule"] == "off":
        rows.append((_("未投票的"), _("不计入参与，也不计入任何意见")))
    else:
        told = {"rule": words.SILENT_RULES[silent["rule"]], "text": silent["text"], "source": silent.get("source", "")}
        said = (
            _("%(rule)s；%(source)s的原文：%(text)s")
            if told["source"]
            else _("%(rule)s；议事规则或管理规约的原文：%(text)s")
        )
        rows.append((_("未投票的"), said % told))
    told = {"phone": used["phone"], "paper": used["paper"], "proxy": used["proxy"]}
    rows.append((_("投票渠道"), _("手机 %(phone)s 户，纸质 %(paper)s 户；其中委托投票 %(proxy)s 户") % told))
    rows.append((_("开箱计票"), moment(window["counted"])))
    rows.append((_("监票人"), facts["supervisors"] or "—"))
    return rows


def _item(one: Mapping[str, Any]) -> Item:
    matter = MATTERS[one["matter"]]
    title = _("第 %(number)s 项 %(text)s") % {"number": one["number"], "text": one["text"]}
    outcomes = words.ELECTED if one.get("candidates") else words.OUTCOMES
    about = _("%(matter)s（《民法典》第二百七十八条第%(item)s项）") % {
        "matter": words.MATTERS[one["matter"]],
        "item": words.ITEMS[matter.item - 1],
    }
    outcome = _("%(about)s：%(outcome)s") % {"about": about, "outcome": outcomes[one["outcome"]]}
    lines = _elected(one) if one.get("candidates") else []
    lines.append(_("表决范围：%(scope)s") % {"scope": one["scope"] or _("小区全体业主")})
    lines += _counted(one)
    if one.get("candidates"):
        lines += _seated(one)
    lines += [words.reason_words(code) for code in one["reasons"] if _is_told(code, one)]
    if one["outcome"] == "failed" and not one.get("candidates"):
        # A motion that failed decides nothing: it is no decision for the opposite (A1).
        lines.append(_("本项未形成决定，不表示作出了相反的决定。"))
    if one["outcome"] == "refused" and one.get("without_silent"):
        lines.append(_("本项没有结论，未形成决定。只计实际投票的结果在下面公布，供核对。"))
    without = one.get("without_silent")
    return Item(
        number=one["number"],
        title=title,
        outcome=outcome,
        verdict=str(outcomes[one["outcome"]]),
        good=one["outcome"] == "passed",
        tests=_tests(one["participation"], _("参与表决")) + _tests(one["approval"], _("同意")),
        choices=[]
        if one.get("candidates")
        else [
            (str(label), str(one["choices"][name]["voters"]), one["choices"][name]["area"])
            for name, label in words.CHOICES.items()
            if name in one["choices"]
        ],
        candidates=_candidates(one),
        without_title=_without(without, outcomes) if without else "",
        without=_tests(without["participation"], _("参与表决")) + _tests(without["approval"], _("同意"))
        if without
        else [],
        lines=lines,
    )


def _is_told(code: str, one: Mapping[str, Any]) -> bool:
    """Whether a reason says what nothing else of the announcement does: that nothing was decided, a failed motion says itself."""
    if code == "decides_nothing" and one.get("candidates"):
        return True
    return code not in SAID_ELSEWHERE and bool(words.reason_words(code))


def _without(without: Mapping[str, Any], outcomes: Mapping[str, Any]) -> str:
    """What the ballots alone come to, and of an election whom they elect."""
    said = _("只计实际投票（不计未投票的）：%(outcome)s") % {"outcome": outcomes[without["outcome"]]}
    if not without.get("elected"):
        return said
    told = {"said": said, "count": len(without["elected"]), "names": words.names(without["elected"])}
    return _("%(said)s，当选 %(count)s 人：%(names)s") % told


def _tests(pair: Mapping[str, Any] | None, label: str) -> list[Row]:
    if not pair:
        return []
    return [_test(test_of(pair[name], name), f"{label}·{words.measure(name)}") for name in ("voters", "area")]


def _test(one: Test, label: str) -> Row:
    if one.have is None or one.of is None or one.need is None:
        return Row((label, "—", "—", "—", words.bar_words(one.bar), _("不能确定")))
    told = _("%(bar)s（须满 %(need)s）") % {
        "bar": words.bar_words(one.bar),
        "need": words.amount(one.measure, one.need),
    }
    verdict = _("达到") if one.met else _("没有达到")
    return Row(
        (
            label, words.amount(one.measure, one.have), words.amount(one.measure, one.of),
            f"{percent(one.have, one.of)}%", told, f"{verdict}，{words.margin(one)}" if not one.met else words.margin(one),
        ),
        good=one.met, have=one.have, of=one.of, need=one.need, measure=one.measure, label=label,
    )  # fmt: skip


def _candidates(one: Mapping[str, Any]) -> list[Row]:
    if not one.get("candidates"):
        return []
    elected = {row["key"]: place for place, row in enumerate(one["elected"], 1)}
    alternates = {row["key"]: place for place, row in enumerate(one["alternates"], 1)}
    last = len(one["candidates"]) + 1

    def order(row: Mapping[str, Any]) -> tuple[int, int, int]:
        return (elected.get(row["key"], last), alternates.get(row["key"], last), -(row["voters"]["have"] or 0))

    found = []
    for row in sorted(one["candidates"], key=order):
        voters, area = test_of(row["voters"], "voters"), test_of(row["area"], "area")
        key = row["key"]
        if key in elected:
            place, state = str(elected[key]), _("当选")
        elif key in alternates:
            place, state = _("候补 %(place)s") % {"place": alternates[key]}, _("候补")
        elif voters.met and area.met:
            place, state = "—", _("达到票数，未当选")
        else:
            place, state = "—", _("未达到票数")
        cells = (place, row["name"], _figure(voters), _figure(area), state, _distance(voters, area))
        found.append(Row(cells, good=key in elected, label=row["name"]))
    return found


def _distance(*tests: Test) -> str:
    """How far from the bar of the elected, by owners and by area: 多 3 户；差 12.50 平方米."""
    said = []
    for one in tests:
        if one.met is None or one.spare is None or one.short_by is None:
            return "—"
        far = words.amount(one.measure, one.spare if one.met else one.short_by)
        part = (_("多 %(amount)s") if one.met else _("差 %(amount)s")) % {"amount": far}
        said.append(part.replace(" ", NO_BREAK))
    return _("；").join(said)


def _figure(one: Test) -> str:
    if one.have is None or one.of is None:
        return "—"
    have = str(one.have) if one.measure == "voters" else words.amount("area", one.have).split(" ")[0]
    return f"{have}（{percent(one.have, one.of)}%）"


def _counted(one: Mapping[str, Any]) -> list[str]:
    roll, part, invalid = one["roll"], one["part"], one["choices"].get("invalid", {"voters": 0, "area": "0"})
    told = {
        "issued": roll["voters"], "back": part["voters"], "area": part["area"],
        "valid": part["voters"] - invalid["voters"], "invalid": invalid["voters"],
    }  # fmt: skip
    found = [
        _("应发 %(issued)s 票，收回 %(back)s 票（面积 %(area)s 平方米），有效 %(valid)s 票，无效 %(invalid)s 票。")
        % told
    ]
    if "silent" in one:
        found.append(_("选票已送达、有凭证，没有投票的 %(voters)s 户，面积 %(area)s 平方米。") % one["silent"])
    if one["invalid"]:
        listed = "、".join(f"{INVALID.get(code, code)} {many}" for code, many in one["invalid"].items())
        found.append(_("无效的原因：%(listed)s。") % {"listed": listed})
    if one.get("candidates") and one["choices"].get("abstain", {}).get("voters"):
        found.append(_("弃权 %(count)s 票。") % {"count": one["choices"]["abstain"]["voters"]})
    return found


def _elected(one: Mapping[str, Any]) -> list[str]:
    """Who is elected and who stands by: what everybody looks for first."""
    told = _("应选 %(seats)s 人，当选 %(count)s 人") % {"seats": one["seats"], "count": len(one["elected"])}
    found = [f"{told}{'：' if one['elected'] else ''}{words.names(row['name'] for row in one['elected'])}。"]
    if one["alternates"]:
        found.append(_("候补（按序）：%(names)s。") % {"names": words.names(row["name"] for row in one["alternates"])})
    return found


def _seated(one: Mapping[str, Any]) -> list[str]:
    found = []
    first = one["candidates"][0]
    voters, area = test_of(first["voters"], "voters"), test_of(first["area"], "area")
    if voters.need is not None and area.need is not None:
        needed = {"voters": words.amount("voters", voters.need), "area": words.amount("area", area.need)}
        found.append(_("当选标准：得到参与表决业主过半数同意，须满 %(voters)s，并且须满 %(area)s。") % needed)
    tied = one.get("tied")
    if tied and "settled" in tied:
        settled = tied["settled"]
        found.append(
            _("%(names)s得票相等，按约定的办法（%(remedy)s）由%(chosen)s当选。依据：%(ground)s%(witnesses)s") % {
                "names": words.names(tied["names"]), "remedy": words.REMEDIES[tied["remedy"]],
                "chosen": words.names(settled["chosen_names"]), "ground": settled["ground"],
                "witnesses": _("；见证人：%(who)s") % {"who": settled["witnesses"]} if settled["witnesses"] else "",
            }
        )  # fmt: skip
    elif tied:
        found.append(
            _("%(names)s得票相等，还有 %(places)s 席；约定的办法：%(remedy)s。") % {
                "names": words.names(tied["names"]), "places": tied["places"], "remedy": words.REMEDIES[tied["remedy"]],
            }
        )  # fmt: skip
    ratio = one["ratio"]
    share = percent(ratio["share"][0], ratio["share"][1], 0)
    wanted = _("超过 %(share)s%%") if ratio["operator"] == ">" else _("不低于 %(share)s%%")
    met = {True: _("达到"), False: _("没有达到"), None: _("还不能确定")}[ratio["met"]]
    found.append(
        _("党员比例（%(base)s）：%(have)s/%(of)s，引导目标%(target)s，%(met)s；不影响依法选举的结果。") % {
            "base": words.BASES[ratio["base"]], "have": ratio["have"], "of": ratio["of"],
            "target": wanted % {"share": share}, "met": met,
        }
    )  # fmt: skip
    return found


def _closing(facts: Mapping[str, Any]) -> list[str]:
    found: list[str] = [facts["note"]] if facts["note"] else []
    found.append(
        _("业主对结果有异议的，可以在公示期内在公告下提出，也可以直接反映；联系人：%(contact)s。")
        % {"contact": facts["contact"] or "—"}
    )
    if facts["channels"]["phone"]:
        found.append(_("手机投票的业主可以用投票回执核对自己的一票已经计入；回执不显示投的是什么。"))
    found.append(_("业主认为决定侵害其合法权益的，可以自知道之日起一年内请求人民法院撤销（《民法典》第二百八十条）。"))
    if facts["record"]:
        found.append(_("公开的投票记录的指纹（SHA-256）：%(hash)s") % {"hash": facts["record"]})
    return found


def rows_of(pairs: Sequence[Row]) -> list[tuple[str, ...]]:
    """The cells of some rows."""
    return [one.cells for one in pairs]
