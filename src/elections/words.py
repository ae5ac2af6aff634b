"""Verdicts in words: every code of the rules has its sentence here, in Chinese, and in English through the catalogue."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from elections.rules.bars import Bar, Pair, Test
from elections.rules.measures import area_text, percent
from elections.rules.verdicts import Inconsistency, Tally, Verdict

MATTERS: dict[str, str | Promise] = {
    "rules": gettext_lazy("制定、修改业主大会议事规则"),
    "covenant": gettext_lazy("制定、修改管理规约"),
    "elect": gettext_lazy("选举业主委员会或者更换委员"),
    "hire_firm": gettext_lazy("选聘物业服务企业"),
    "dismiss_firm": gettext_lazy("解聘物业服务企业"),
    "use_fund": gettext_lazy("使用维修资金"),
    "raise_fund": gettext_lazy("筹集维修资金"),
    "rebuild": gettext_lazy("改建、重建建筑物及其附属设施"),
    "change_common_use": gettext_lazy("改变共有部分用途或者利用共有部分经营"),
    "other": gettext_lazy("其他重大事项"),
}
OUTCOMES: dict[str, str | Promise] = {
    "passed": gettext_lazy("通过"),
    "failed": gettext_lazy("未通过"),
    "no_quorum": gettext_lazy("参与表决不足法定比例"),
    "undetermined": gettext_lazy("还不能确定"),
    "refused": gettext_lazy("不能计算"),
}
ELECTED: dict[str, str | Promise] = {
    **OUTCOMES,
    "passed": gettext_lazy("选举有效"),
    "failed": gettext_lazy("未能产生业主委员会"),
}
RULE_SETS: dict[str, str | Promise] = {
    "civil-code": gettext_lazy("《民法典》第二百七十八条（以参与表决的业主为基数）"),
    "pre-2021": gettext_lazy(
        "《民法典》施行前的规定：《物业管理条例》（2018年文本）第十一、十二条（以全体业主为基数）"
    ),
}
BARS: dict[str, str | Promise] = {
    "1/2": gettext_lazy("过半数"),
    "2/3": gettext_lazy("三分之二以上"),
    "3/4": gettext_lazy("四分之三以上"),
}
ORDERS: dict[str, str | Promise] = {
    "heads": gettext_lazy("按人数"),
    "area": gettext_lazy("按面积"),
    "heads_then_area": gettext_lazy("先按人数，相同再按面积"),
}
REMEDIES: dict[str, str | Promise] = {
    "area": gettext_lazy("比较得票面积"),
    "revote": gettext_lazy("在得票相等的人中再次投票"),
    "lot": gettext_lazy("在见证下抽签"),
}
CHOICES: dict[str, str | Promise] = {
    "for": gettext_lazy("同意"),
    "against": gettext_lazy("反对"),
    "abstain": gettext_lazy("弃权"),
    "invalid": gettext_lazy("无效票"),
}
PLACES: dict[str, str | Promise] = {
    "roll": gettext_lazy("名册"),
    "participating": gettext_lazy("参与表决"),
    "cast": gettext_lazy("各项票数"),
    "silent": gettext_lazy("未投票的"),
}
SILENT_RULES: dict[str, str | Promise] = {
    "off": gettext_lazy("不计（默认）"),
    "participation": gettext_lazy("送达即为参与表决"),
    "majority": gettext_lazy("送达即为参与，并计入已投票的多数意见"),
}
BASES: dict[str, str | Promise] = {
    "candidates": gettext_lazy("候选人"),
    "members": gettext_lazy("当选委员"),
    "members+alternates": gettext_lazy("当选委员和候补委员"),
}
CAPS: dict[str, str | Promise] = {
    "none": gettext_lazy("不限"),
    "half": gettext_lazy("不超过委员人数的一半"),
    "members": gettext_lazy("不超过委员人数"),
}
INVALID: dict[str, str | Promise] = {
    "yes": gettext_lazy("计入参与表决，不计同意"),
    "no": gettext_lazy("不计入参与表决"),
}
OPERATORS: dict[str, str | Promise] = {
    ">": gettext_lazy("超过半数"),
    ">=": gettext_lazy("不低于半数"),
}
CANDIDATES: dict[str, str | Promise] = {
    "elected": gettext_lazy("当选"),
    "certain": gettext_lazy("确定当选"),
    "alternate": gettext_lazy("候补"),
    "tied": gettext_lazy("得票相等，待定"),
    "reached": gettext_lazy("达到法定票数"),
    "short": gettext_lazy("没有达到法定票数"),
    "open": gettext_lazy("票数不全"),
}
# What a reason says beyond the tests, which speak for themselves; a code without a sentence of its own is in a test's words.
REASONS: dict[str, str | Promise] = {
    "split_quorum": gettext_lazy("人数和面积一项达到、一项不足：两项都达到才能开箱计票。"),
    "split_approval": gettext_lazy("人数和面积一项达到、一项不足：两项都达到才算通过。"),
    "decides_nothing": gettext_lazy("本次没有形成决定，也不能据此认定相反的事项已经决定。"),
    "empty_roll": gettext_lazy("名册里没有业主或者没有面积，不能表决。"),
    "silent_leads_apart": gettext_lazy(
        "已投的票里，人数多数和面积多数指向不同的选项，“多数意见”无从确定，未投票的不能计入。"
    ),
    "silent_no_majority": gettext_lazy("已投的票里没有多数意见，未投票的不能计入。"),
    "silent_majority_unknown": gettext_lazy("已投的票数字不全，不能确定哪一项是多数，未投票的暂不能计入。"),
    "silent_pretest_failed": gettext_lazy(
        "已投的多数票没有超过全体业主人数和总面积的一半，未投票的不能计入（《浙江省物业管理条例》2009年文本第十条），按实际投票计算。"
    ),
    "silent_in_participation": gettext_lazy(
        "未投票的已按议事规则计入参与表决：须有规则原文、逐户送达凭证和提示，并同时公布只计实际投票的结果。"
    ),
    "silent_follow_majority": gettext_lazy(
        "未投票的已按议事规则计入参与表决和多数意见：须有规则原文、逐户送达凭证和提示，并同时公布只计实际投票的结果。"
    ),
    "silent_not_counted": gettext_lazy("未投票的没有计入。"),
    "tie_at_last_seat": gettext_lazy("最后的席位得票相等，结果停在这里；不按姓名、提名先后或者编号决定。"),
    "candidates_unknown": gettext_lazy("有候选人的票数不全，名次还不能确定。"),
    "nobody_reached_the_bar": gettext_lazy("没有候选人达到法定票数。"),
    "too_few_elected": gettext_lazy("当选人数少于应选人数。"),
    "committee_stands": gettext_lazy("当选人数达到法定人数，且没有少到须重新选举，业主委员会成立。"),
    "no_committee": gettext_lazy("当选人数没有达到法定要求，业主委员会没有产生；已达到法定票数的人见名单。"),
    "further_round": gettext_lazy("空缺的席位另行选举。"),
    "elected_even": gettext_lazy("当选人数是双数，请注意应为单数。"),
    "seats_not_given": gettext_lazy("没有填写应选人数：达到法定票数的都列为当选。"),
    "seats_even": gettext_lazy("应选人数应为单数。"),
    "seats_too_few": gettext_lazy("应选人数少于法定下限。"),
    "seats_too_many": gettext_lazy("应选人数多于法定上限。"),
    "alternates_equal": gettext_lazy("候补里有得票相等的，递补到他们时须先按约定办法定先后。"),
    "more_votes_than_seats": gettext_lazy(
        "全部得票多于每人投满应选人数的票数：如果规则不准多选，请核对有没有把多选的废票计入。"
    ),
    "no_choice": gettext_lazy("候选人没有多于应选人数，不是差额选举。"),
    "ratio_not_met": gettext_lazy("党员比例没有达到要求：只作提醒和报告，不影响依法当选的结果。"),
    "slate_cannot_reach_ratio": gettext_lazy("按这份候选名单，党员比例无论如何达不到要求。"),
    "slate_ratio_unknown": gettext_lazy("有候选人是否党员还不清楚，比例能否达到不能确定。"),
    "invalid_ballots_decide": gettext_lazy("无效票是否计入参与表决会改变结果：请先按议事规则确认，再公布。"),
    "figures_contradict": gettext_lazy("数字互相矛盾（见下）：结论只按所填数字计算，核对清楚之前不能公布。"),
    "day_not_given": gettext_lazy("没有填写日期，按现行《民法典》计算。"),
    "jurisdiction_unknown": gettext_lazy("没有这个地方的规则，按全国规定计算。"),
    "fields_ignored": gettext_lazy("有不认识的栏目，没有采用。"),
}
# Told in a test's own words.
IN_TESTS = frozenset(
    f"{group}_{measure}_{state}"
    for group in ("participation", "approval")
    for measure in ("voters", "area")
    for state in ("short", "unknown")
) | {f"remedy_{code}" for code in REMEDIES}
INCONSISTENCIES: dict[str, str | Promise] = {
    "participating_above_roll": gettext_lazy("参与表决多于名册总数"),
    "parts_above_participating": gettext_lazy("各项票数相加多于参与表决"),
    "parts_above_roll": gettext_lazy("各项票数相加多于名册总数"),
    "parts_do_not_add_up": gettext_lazy("各项票数相加少于参与表决"),
    "silent_above_roll": gettext_lazy("参与表决加上未投票的多于名册总数"),
    "candidate_above_participating": gettext_lazy("候选人得票多于参与表决"),
    "candidate_above_roll": gettext_lazy("候选人得票多于名册总数"),
    "area_without_owners": gettext_lazy("有面积而没有业主"),
    "same_name_twice": gettext_lazy("候选人姓名重复"),
    "percentage_on_wrong_base": gettext_lazy("百分比用错了基数"),
    "percentage_does_not_match": gettext_lazy("百分比与数字对不上"),
}
MALFORMED: dict[str, str | Promise] = {
    "not_json": gettext_lazy("不是一行完整的 JSON"),
    "too_long": gettext_lazy("内容太长"),
    "too_many_cases": gettext_lazy("一次最多 1000 个案例"),
    "duplicate_key": gettext_lazy("同一个栏目写了两次"),
    "not_an_object": gettext_lazy("应为一组栏目"),
    "not_a_list": gettext_lazy("应为一个列表"),
    "bad_id": gettext_lazy("编号应为较短的文字或数字"),
    "matter_missing": gettext_lazy("没有写表决事项"),
    "unknown_matter": gettext_lazy("没有这类表决事项"),
    "not_a_text": gettext_lazy("应为文字"),
    "not_a_whole_number": gettext_lazy("应为整数"),
    "out_of_range": gettext_lazy("数字超出范围"),
    "not_an_area": gettext_lazy("面积应写成数字，最多四位小数"),
    "not_a_percentage": gettext_lazy("百分比写法不对"),
    "not_a_date": gettext_lazy("日期应写成 2026-05-01"),
    "not_yes_or_no": gettext_lazy("应为是或否"),
    "not_a_share": gettext_lazy("比例应写成 1/2"),
    "unknown_choice": gettext_lazy("没有这个选项"),
    "unknown_silent_rule": gettext_lazy("没有这种计入方式"),
    "name_missing": gettext_lazy("候选人没有姓名，或者姓名太长"),
    "too_many_candidates": gettext_lazy("候选人太多"),
}
NO_TABLE: dict[str, str | Promise] = {
    "empty": gettext_lazy("请粘贴表格，或者选一个文件。"),
    "too_long": gettext_lazy("内容太长，请分几次核对。"),
    "too_many": gettext_lazy("一次最多核对 200 项，请分几次。"),
    "no_columns": gettext_lazy("没有读到结果：第一行要有“表决事项”这一栏，下面至少一行结果。"),
    "unfilled": gettext_lazy("表格里有公式还没有算出结果，或者出错了。请用 Excel 打开、改好、保存后再选。"),
    "which_matter": gettext_lazy("认不出是法律上的哪一项，或者同时像几项。请把事项改成计算器里的名称再核对。"),
    "no_encoding": gettext_lazy("读不出这个文件的文字。请另存为 CSV（UTF-8）再选。"),
}
ITEMS: tuple[str | Promise, ...] = (
    pgettext_lazy("item of the law", "一"),
    pgettext_lazy("item of the law", "二"),
    pgettext_lazy("item of the law", "三"),
    pgettext_lazy("item of the law", "四"),
    pgettext_lazy("item of the law", "五"),
    pgettext_lazy("item of the law", "六"),
    pgettext_lazy("item of the law", "七"),
    pgettext_lazy("item of the law", "八"),
    pgettext_lazy("item of the law", "九"),
)


def outcome(verdict: Verdict) -> str:
    """The outcome in words."""
    return str((ELECTED if verdict.tally.slate is not None else OUTCOMES)[verdict.outcome])


def heading(verdict: Verdict) -> str:
    """The matter with its item of Art. 278, and what came out."""
    item = ITEMS[verdict.matter.item - 1]
    return _("%(matter)s（第%(item)s项）：%(outcome)s。") % {
        "matter": MATTERS[verdict.matter.code],
        "item": item,
        "outcome": outcome(verdict),
    }


def amount(measure: str, value: int) -> str:
    """So many owners, or so many square metres."""
    return (
        _("%(count)s 户") % {"count": value}
        if measure == "voters"
        else _("%(area)s 平方米") % {"area": area_text(value)}
    )


def measure(name: str) -> str:
    """人数 or 面积."""
    return _("人数") if name == "voters" else _("面积")


def unit(name: str) -> str:
    """What a measure is counted in, behind a number."""
    return _(" 户") if name == "voters" else _(" 平方米")


def group(name: str) -> str:
    """参与表决 or 同意: the two questions of every motion."""
    return _("参与表决") if name == "participation" else _("同意")


def test_words(test: Test) -> str:
    """One test: numerator, denominator, bar and margin."""
    name = measure(test.measure)
    if test.have is None or test.of is None or test.need is None:
        return _("%(measure)s：数字不全，无法核对") % {"measure": name}
    told = {
        "measure": name,
        "have": amount(test.measure, test.have),
        "of": amount(test.measure, test.of),
        "percent": percent(test.have, test.of),
        "need": amount(test.measure, test.need),
        "bar": BARS[test.bar.code],
        "margin": margin(test),
    }
    return _("%(measure)s %(have)s，基数 %(of)s（%(percent)s%%），%(bar)s须满 %(need)s，%(margin)s") % told


test_words.__test__ = False  # type: ignore[attr-defined]


def margin(test: Test) -> str:
    """还差 2 户, or 已达到,多 5 户; a dash where it is not known."""
    if test.met is None or test.short_by is None or test.spare is None:
        return "—"
    if not test.met:
        return _("还差 %(amount)s") % {"amount": amount(test.measure, test.short_by)}
    if test.spare == 0:
        return _("刚好达到")
    return _("已达到，多 %(amount)s") % {"amount": amount(test.measure, test.spare)}


def margins(pair: Pair) -> str:
    """What both tests together lack: 还差 2 户 / 118.32 平方米; empty where nothing is missing or known."""
    missing = [amount(one.measure, one.short_by) for one in pair.both if one.met is False and one.short_by is not None]
    return _("还差 %(amount)s") % {"amount": " / ".join(missing)} if missing else ""


def pair_words(label: str, pair: Pair) -> str:
    """Both tests of participation or approval in one sentence, what is missing at its end."""
    missing = margins(pair)
    told = "；".join(test_words(one) for one in pair.both)
    return f"{label}：{told}。" + (f"{missing}。" if missing else "")


def bar_words(bar: Bar) -> str:
    """三分之二以上."""
    return str(BARS[bar.code])


def reason_words(code: str) -> str:
    """The sentence of a reason; empty where a test says it."""
    return str(REASONS.get(code, ""))


def names(values: Any) -> str:
    """Names in order, as people write them."""
    return _("、").join(values)


def tally_lines(tally: Tally) -> list[str]:
    """The tests, and who is elected."""
    found = [pair_words(group("participation"), tally.participation)]
    if tally.approval is not None:
        found.append(pair_words(group("approval"), tally.approval))
    if tally.slate is not None:
        found += [pair_words(one.name, one.tests) for one in tally.slate.candidates]
        if tally.slate.elected:
            label = _("当选（按得票）") if tally.outcome == "passed" else _("确定达到当选票数")
            found.append(
                _("%(label)s：%(names)s。") % {"label": label, "names": names(one.name for one in tally.slate.elected)}
            )
        if tally.slate.alternates:
            found.append(_("候补（按序）：%(names)s。") % {"names": names(one.name for one in tally.slate.alternates)})
        found += [text] if (text := tied_words(tally)) else []
    return found


def tied_words(tally: Tally) -> str:
    """Who is equal at the last seat, and what the rules offer; empty where nobody is."""
    tied = tally.slate.tied if tally.slate is not None else None
    if tied is None:
        return ""
    told = {"names": names(tied.names), "count": tied.places, "remedy": REMEDIES[tied.remedy]}
    return _("得票相等：%(names)s，还有 %(count)s 席；约定的办法：%(remedy)s。") % told


def lines(verdict: Verdict) -> list[str]:
    """The whole verdict, a sentence or two a line, in the active language."""
    found = [heading(verdict), *tally_lines(verdict.tally)]
    found += [text for code in verdict.reasons if (text := reason_words(code))]
    if verdict.without_silent is not None:
        told = {"outcome": OUTCOMES[verdict.without_silent.outcome]}
        found.append(_("只计实际投票的结果：%(outcome)s。") % told)
        found += tally_lines(verdict.without_silent)
    if "invalid_ballots_decide" in verdict.reasons:
        found.append(_("无效票不计入参与时：%(outcome)s。") % {"outcome": OUTCOMES[verdict.facts["without_invalid"]]})
    if verdict.ratio is not None:
        found.append(ratio_words(verdict))
    found += [inconsistency_words(one) + "。" for one in verdict.inconsistencies]
    found.append(_("依据：%(law)s。") % {"law": RULE_SETS[verdict.rule_set.code]})
    return found


def ratio_words(verdict: Verdict) -> str:
    """The share of Party members against its target."""
    one = verdict.ratio
    if one is None:
        return ""
    share = percent(one.share[0], one.share[1], 0)
    target = _("超过 %(share)s%%") if one.operator == ">" else _("不低于 %(share)s%%")
    met = {True: _("达到"), False: _("没有达到"), None: _("还不能确定")}[one.met]
    return _("党员比例（%(base)s）：%(have)s/%(of)s，要求%(target)s，%(met)s。") % {
        "base": BASES[one.base],
        "have": one.have,
        "of": one.of,
        "target": target % {"share": share},
        "met": met,
    }


def inconsistency_words(one: Inconsistency) -> str:
    """What contradicts what, and where."""
    text = f"{where_words(one.where)}：{INCONSISTENCIES[one.code]}"
    if one.of is None:
        return text if one.have is None else f"{text}（{one.have}）"
    return f"{text}（{measure(one.measure)} {one.have} / {one.of}）"


def where_words(where: str) -> str:
    """A place in a case: cast.for is 同意, candidates[2] the third candidate."""
    if where.startswith("candidates["):
        return _("第 %(number)s 名候选人") % {"number": int(where[len("candidates[") : where.index("]")]) + 1}
    return str(PLACES.get(where) or CHOICES[where.removeprefix("cast.")])


def malformed_words(code: str, where: str) -> str:
    """What is wrong with a line, and where."""
    return f"{MALFORMED[code]}（{where}）" if where else str(MALFORMED[code])


def in_chinese(say: Any, *args: Any) -> str:
    """Words of this module in the source language, whatever the reader's: the records' ``text_zh``."""
    with override(None):
        found = say(*args)
    return "\n".join(found) if isinstance(found, list) else str(found)


def choices(table: Mapping[str, str | Promise]) -> list[tuple[str, str | Promise]]:
    """A table of words as the choices of a form."""
    return list(table.items())
