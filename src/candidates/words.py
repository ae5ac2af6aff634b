"""Preparations in plain words: refusals, states, findings, reports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from candidates.models.groups import SeatKind
from candidates.queries.figures import RatioNow
from candidates.rules.makeup import Finding
from candidates.rules.strokes import Stroked
from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from elections.rules.slates import Report
from idempotency.actions import KeyRefused
from lifecycle.refusals import Refused
from notices.words import refusal_text as notice_text

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_your_post": gettext_lazy("您现在的身份不能做这一步。"),
    "not_the_nominee": gettext_lazy("这一步由候选人本人做，或者由组织单位凭本人签字的书面材料登记。"),
    "not_an_owner": gettext_lazy("这一步由业主本人做。台账里没有您的房产登记，请带房产证到社区核对。"),
    "not_your_building": gettext_lazy("楼幢提名由本楼幢的业主联名，您的房子不在这一幢。"),
    "not_your_body": gettext_lazy("请由这个联审单位的人答复。"),
    "not_for_you": gettext_lazy("政治面貌只给社区、居委会和组长看。"),
    "not_provided_for": gettext_lazy("本次选举没有安排这种提名方式，请改用别的方式。"),
    "poll_moved_on": gettext_lazy("本次选举现在是“%(state)s”，提名和名单不能再改。"),
    "moved_on": gettext_lazy("这位候选人现在是“%(state)s”，不能再做这一步。"),
    "group_over": gettext_lazy("筹备组或换届小组已经结束。"),
    "no_group": gettext_lazy("还没有登记筹备组或换届小组的成员。"),
    "founded_already": gettext_lazy("已经成立，不用再登记。"),
    "found_first": gettext_lazy("请先登记成立日期。"),
    "posted_already": gettext_lazy("名单已经公示，有变动才需要重新公示。"),
    "extended_already": gettext_lazy("已经延期一次，不能再延。"),
    "no_extension_here": gettext_lazy("当地规定没有延期，请按期召开会议，或者解散后重新组建。"),
    "make_up": gettext_lazy("成员组成不合规定：%(what)s（%(source)s）。请调整后再登记。"),
    "plan_fixed": gettext_lazy("提名已经开始，只能推迟截止日期，不能改别的。"),
    "no_plan": gettext_lazy("还没有开始提名。"),
    "open_already": gettext_lazy("提名已经开始。"),
    "not_nominating": gettext_lazy("提名时间是 %(since)s 到 %(until)s，现在不能提名或补材料。"),
    "not_joint": gettext_lazy("这位候选人不是业主联名提名的，不用联名。"),
    "signed_already": gettext_lazy("您家已经联名，一位业主只算一次。"),
    "not_signed": gettext_lazy("您没有联名，不用撤回。"),
    "answered_already": gettext_lazy("这个单位已经答复。"),
    "wait_for_reply": gettext_lazy("候选人可以在 %(until)s 前陈述意见，收到意见或者到期后再作最终决定。"),
    "nothing_to_reply": gettext_lazy("这个单位没有不予通过的答复，或者已经作了最终决定。"),
    "replied_already": gettext_lazy("您已经陈述过意见，请等这个单位的最终决定。"),
    "reply_over": gettext_lazy("陈述意见的时间到 %(until)s 为止，已经过去。"),
    "still_open": gettext_lazy("还有人在联审：%(names)s。请等答复齐了再定名单。"),
    "nobody_passed": gettext_lazy("还没有人通过审查，不能定名单。"),
    "no_slate": gettext_lazy("请先排定候选名单。"),
    "slate_stale": gettext_lazy("有人退出或新通过审查，请先重新排定名单。"),
    "unknown_kind": gettext_lazy("请选择筹备组还是换届小组。"),
    "no_members": gettext_lazy("请填写成员。"),
    "too_many_members": gettext_lazy("成员最多 %(most)s 人。"),
    "unknown_seat": gettext_lazy("请选择这位成员的席位。"),
    "name_twice": gettext_lazy("同一个人填了两次，请去掉一个。"),
    "formed_later": gettext_lazy("日期不能在今天以后。"),
    "formed_too_early": gettext_lazy("从这一天算起期限已经过了，请核对日期。"),
    "say_why": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "ends_before_start": gettext_lazy("截止日期不能早于开始日期。"),
    "ends_in_the_past": gettext_lazy("截止日期已经过去，请改到以后。"),
    "too_few_owners": gettext_lazy("联名人数请填 2 到 200。"),
    "days_out_of_range": gettext_lazy("天数请填 1 到 %(most)s。"),
    "no_bodies": gettext_lazy("请至少写一个联审单位。"),
    "too_many_bodies": gettext_lazy("联审单位最多 %(most)s 个。"),
    "body_twice": gettext_lazy("同一个联审单位写了两次。"),
    "no_such_body": gettext_lazy("选的单位现在不在本小区履职，请重新选择。"),
    "unknown_route": gettext_lazy("请选择提名方式。"),
    "unknown_firm": gettext_lazy("请选择本人和近亲属是否在为本小区服务的物业企业任职。"),
    "no_such_home": gettext_lazy("没有这个房号。请按“3幢2单元502”的样子填写。"),
    "not_the_owner": gettext_lazy(
        "台账里这套房子的业主不是这个名字，请核对姓名和房号；单位的房子请填单位名称和授权文书。"
    ),
    "which_home": gettext_lazy("请选择您以哪一套房子的业主身份参选。"),
    "other_building": gettext_lazy("楼幢提名只能提本楼幢的业主。"),
    "named_already": gettext_lazy("这位业主已经被提名，不用重复提名；您可以在名单里为他联名。"),
    "too_many_candidates": gettext_lazy("一次选举最多 %(most)s 位候选人。"),
    "no_such_pledge": gettext_lazy("没有这一项承诺，请刷新页面。"),
    "no_such_candidate": gettext_lazy("选的近亲属不在候选人里，请重新选择。"),
    "unknown_outcome": gettext_lazy("请选择答复。"),
    "unknown_ground": gettext_lazy("不予通过必须选一条当地有依据的理由。"),
    "unknown_method": gettext_lazy("请选择排序办法。"),
    "order_incomplete": gettext_lazy("排序要包括全部通过审查的人，每人一次，不能漏人。"),
    "say_correction": gettext_lazy("填的顺序和按笔画算出的不同，请在说明里写为什么改，例如异体字、少数民族姓名。"),
    "nobody_represented": gettext_lazy("这位候选人不代表单位业主，不用授权文书。"),
    "authority_unseen": gettext_lazy("单位代表%(names)s的授权文书还没有核对原件，核对后才能列入名单。"),
    "seed_too_short": gettext_lazy("见证人说的口令至少 %(least)s 个字或数字。"),
    "seats_even": gettext_lazy("应选人数要是单数。"),
    "seats_to_fill": gettext_lazy("这次补选的缺额是 %(seats)s 人，应选人数要填 %(seats)s。"),
    "seats_too_few": gettext_lazy("应选人数少于当地规定的下限。"),
    "seats_too_many": gettext_lazy("应选人数多于当地规定的上限。"),
    "term_too_short": gettext_lazy("任期短于当地规定。"),
    "term_too_long": gettext_lazy("任期长于当地规定，最多五年。"),
    "not_an_election": gettext_lazy("这不是选举。"),
    "no_candidates": gettext_lazy("名单里没有人。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
    "unknown_kind_of_sheet": gettext_lazy("没有这种表。"),
}
TONES = {
    "proposed": "warn",
    "in_review": "info",
    "refused": "late",
    "passed": "good",
    "listed": "good",
    "struck": "neutral",
    "withdrawn": "neutral",
}
GROUNDS: dict[str, Words] = {
    "not_owner": gettext_lazy("不是本小区业主"),
    "capacity": gettext_lazy("没有完全民事行为能力"),
    "law_abiding": gettext_lazy("不遵守法律法规"),
    "duties": gettext_lazy("不遵守管理规约、议事规则，不履行业主义务"),
    "ability": gettext_lazy("没有必要的工作时间或组织能力"),
    "employed_by_firm": gettext_lazy("本人或近亲属在为本小区服务的物业企业任职"),
    "damage": gettext_lazy("损坏房屋承重结构，没有改正"),
    "illegal_building": gettext_lazy("违法搭建，没有改正"),
    "unpaid_fee": gettext_lazy("没有按约定交物业费"),
    "unpaid_fund": gettext_lazy("没有按规定交维修资金"),
    "illegal_letting": gettext_lazy("违法出租房屋，没有改正"),
    "own_rules": gettext_lazy("不符合业主大会议事规则约定的条件"),
    "group_member": gettext_lazy("筹备组成员不得参选首届业委会"),
    "rules": gettext_lazy("不符合管理规约或议事规则约定的条件"),
}
_FINDINGS: dict[str, Words] = {
    "too_few": gettext_lazy("成员 %(have)s 人，至少要 %(need)s 人"),
    "too_many": gettext_lazy("成员 %(have)s 人，最多 %(need)s 人"),
    "even": gettext_lazy("成员 %(have)s 人，应为单数"),
    "owners_below_half": gettext_lazy("业主代表 %(have)s 人，至少要 %(need)s 人，占一半以上"),
    "no_chair": gettext_lazy("没有组长"),
    "two_chairs": gettext_lazy("组长有 %(have)s 人，只能有一人"),
    "chair_not_street": gettext_lazy("组长%(have)s不是街道、乡镇的代表"),
    "seat_missing": gettext_lazy("缺%(need)s的代表"),
    "not_in_register": gettext_lazy("台账里没有查到业主%(have)s，请核对房号和姓名"),
}
MISSING: dict[str, Words] = {
    "consent": gettext_lazy("本人同意参选"),
    "pledge-stand": gettext_lazy("竞职承诺"),
    "pledge-serve": gettext_lazy("履职承诺"),
    "pledge-leave": gettext_lazy("辞职承诺"),
    "signatures": gettext_lazy("联名人数"),
    "statement": gettext_lazy("参选说明"),
    "firm": gettext_lazy("物业企业任职情况"),
}
PLEDGES: dict[str, Words] = {
    "stand": gettext_lazy("竞职承诺"),
    "serve": gettext_lazy("履职承诺"),
    "leave": gettext_lazy("辞职承诺"),
}
_FIELDS = {"file": "photo"}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    known = _REFUSALS.get(error.code)
    if known is None:
        # What publicity and its notice refuse is said in their own words.
        return notice_text(error)
    return str(known) % error.details if error.details else str(known)


def refusal_field(error: Exception) -> str:
    """The form field beside which the words belong; "" for the form as a whole."""
    if isinstance(error, FileRefused):
        return "photo"
    named = error.details.get("field", "") if isinstance(error, Refused) else ""
    return _FIELDS.get(named, named)


def finding_words(one: Finding) -> str:
    """What is wrong with a group's make-up."""
    need = str(SeatKind(one.need).label) if one.code == "seat_missing" else one.need
    return str(_FINDINGS[one.code]) % {"have": one.have, "need": need}


def missing_words(codes: list[str]) -> str:
    """What a nominee still lacks, in one line."""
    return "、".join(str(MISSING[code]) for code in codes)


def day_text(day: date | None) -> str:
    """A day as lists write it."""
    return f"{day:%Y-%m-%d}" if day else ""


def ratio_words(one: RatioNow) -> list[str]:
    """The share of Party members, and whether the target can be reached: warns, and never filters."""
    if not one.of:
        return []
    base = {
        "candidates": _("候选人"),
        "members": _("当选委员"),
        "members+alternates": _("当选委员和候补"),
    }[one.base]
    target = _("超过 %(share)s") if one.operator == ">" else _("不低于 %(share)s")
    told = {
        "have": one.have,
        "of": one.of,
        "base": base,
        "target": target % {"share": f"{one.share[0] * 100 // one.share[1]}%"},
        "needed": one.needed,
        "unknown": one.unknown,
    }
    lines = [_("候选人 %(of)s 人，党员 %(have)s 人。要求：%(base)s中党员%(target)s，也就是至少 %(needed)s 人。") % told]
    if one.unknown:
        lines.append(_("有 %(unknown)s 人还没有核实。") % told)
    lines.append(
        {
            True: _("按这份名单，可以达到。"),
            False: _("按这份名单，无论谁当选都达不到，可以再动员合适的党员业主参选。"),
            None: _("能不能达到，要等核实后才知道。"),
        }[one.reachable]
    )
    lines.append(_("比例只作提醒和报告，不影响任何人参选和依法当选。"))
    return lines


@dataclass(frozen=True, slots=True)
class Said:
    """A report in words, under a label, with where it is asked."""

    label: str
    text: str
    warns: bool
    source: str


def report_words(one: Report) -> Said:
    """One report on a slate or a committee."""
    told = dict(one.told)
    if one.code == "share":
        return Said(str(_SHARES[told["base"]]), _share_words(told), one.good is False, one.source)
    label, words = _REPORTS[one.code]
    return Said(str(label), words(told), one.good is False, one.source)


def _size_words(told: dict[str, Any]) -> str:
    said = (
        _("应选 %(planned)s 人")
        if told["members"] == told["planned"]
        else _("应选 %(planned)s 人，现在 %(members)s 人")
    ) % told
    limits = (
        _("应为单数，至少 %(least)s 人，至多 %(most)s 人")
        if told["most"] is not None
        else _("应为单数，至少 %(least)s 人")
    ) % told
    return _("%(said)s；%(limits)s。") % {"said": said, "limits": limits}


def _term_words(told: dict[str, Any]) -> str:
    said = (_("每届 %(years)s 年") if told["whole"] else _("每届 %(years)s 年零几天")) % told
    wrong = {"term_too_long": _("，超过规定的年限"), "term_too_short": _("，不到规定的年限")}
    return f"{said}{''.join(wrong[code] for code in told['problems'])}。"


def _choice_words(told: dict[str, Any]) -> str:
    said = _("候选人 %(standing)s 人，应选 %(seats)s 人") % told
    if told["more"] > 0:
        return _("%(said)s，差额 %(more)s 人。") % {"said": said, "more": told["more"]}
    return _("%(said)s，不是差额选举。") % {"said": said}


def _kin_words(told: dict[str, Any]) -> str:
    if not told["names"]:
        return _("没有人填写互为近亲属。")
    return _("其中有近亲属：%(names)s。") % {"names": "、".join(told["names"])}


def _firm_words(told: dict[str, Any]) -> str:
    said = (
        _("本人或近亲属在物业企业任职：%(names)s。") % {"names": "、".join(told["names"])}
        if told["names"]
        else _("没有人填写本人或近亲属在物业企业任职。")
    )
    return said + (_("%(unknown)s 人没有填。") % told if told["unknown"] else "")


def _women_words(told: dict[str, Any]) -> str:
    return (_("女性 %(women)s 人，%(unknown)s 人没有填。") if told["unknown"] else _("女性 %(women)s 人。")) % told


def _building_words(told: dict[str, Any]) -> str:
    spread = "、".join(f"{building} {count}" for building, count in told["spread"])
    return _("%(spread)s。") % {"spread": spread} if spread else _("没有填写楼幢。")


def _share_words(told: dict[str, Any]) -> str:
    said = _("党员 %(have)s 人，共 %(of)s 人") % told
    if told["unknown"]:
        said = _("%(said)s，%(unknown)s 人没有登记") % {"said": said, "unknown": told["unknown"]}
    if not told["asked"]:
        return _("%(said)s；当地目标不按这个口径。") % {"said": said}
    share = f"{told['share'][0] * 100 // told['share'][1]}%"
    target = (_("超过 %(share)s") if told["operator"] == ">" else _("不低于 %(share)s")) % {"share": share}
    return _("%(said)s；目标%(target)s，至少 %(needed)s 人，只作提醒，不影响依法选举的结果。") % {
        "said": said, "target": target, "needed": told["needed"],
    }  # fmt: skip


_SHARES = {
    "candidates": gettext_lazy("候选人中的党员"),
    "members": gettext_lazy("委员中的党员"),
    "members+alternates": gettext_lazy("委员和候补中的党员"),
}
_REPORTS: dict[str, tuple[Words, Callable[[dict[str, Any]], str]]] = {
    "size": (gettext_lazy("人数"), _size_words),
    "term": (gettext_lazy("任期"), _term_words),
    "choice": (gettext_lazy("差额"), _choice_words),
    "kin": (gettext_lazy("近亲属"), _kin_words),
    "firm": (gettext_lazy("物业企业任职"), _firm_words),
    "women": (gettext_lazy("女性"), _women_words),
    "buildings": (gettext_lazy("楼幢分布"), _building_words),
}


def review_words(row: Any) -> str:
    """What a body answered, in one line."""
    if not row.outcome:
        return _("等答复，%(day)s 到期") % {"day": day_text(row.due_on)}
    if row.outcome == "refuse" and not row.final:
        return _("拟不通过，候选人可以在 %(day)s 前陈述意见") % {"day": day_text(row.reply_until)}
    if row.outcome == "refuse":
        return _("最终不通过")
    return _("退回补充") if row.outcome == "supplement" else _("通过")


def strokes_words(one: Stroked) -> str:
    """How the surname was counted."""
    if not one.strokes:
        return _("查不到笔画，请按身份证上的写法核对")
    told = {"surname": one.surname, "count": one.strokes, "kind": one.first}
    return (_("%(surname)s：%(count)s 画，起笔%(kind)s") if one.first else _("%(surname)s：%(count)s 画")) % told
