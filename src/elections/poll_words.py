"""Polls in plain words: refusals, states, the days of their time line."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from elections import words
from elections.models import Poll
from elections.refusals import Refused
from elections.rules.timeline import BY, FROM, Day
from idempotency.actions import KeyRefused
from notices.words import refusal_text as notice_text

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_your_post": gettext_lazy("您现在的身份不能做这一步，请由组织表决的单位操作。"),
    "moved_on": gettext_lazy("这次表决现在是“%(state)s”，不能再做这一步。"),
    "unknown_kind": gettext_lazy("请选择是选举还是业主共同决定事项。"),
    "say_why": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "no_such_place": gettext_lazy("选的楼幢或单元不在本小区的名册里，请重新选择。"),
    "not_a_decision": gettext_lazy("选举只有候选人，没有表决事项。"),
    "not_an_election": gettext_lazy("表决事项不设候选人。"),
    "no_items": gettext_lazy("还没有写表决什么，请先拟定表决事项。"),
    "too_many_items": gettext_lazy("一次最多表决 %(most)s 项。"),
    "unknown_matter": gettext_lazy("请选择是《民法典》第二百七十八条的哪一项；选举另开一次选举。"),
    "seats_even": gettext_lazy("委员人数应为单数。"),
    "seats_too_few": gettext_lazy("委员人数少于规定的下限。"),
    "seats_too_many": gettext_lazy("委员人数多于规定的上限。"),
    "no_candidates": gettext_lazy("还没有候选人。"),
    "too_many_candidates": gettext_lazy("候选人最多 %(most)s 名。"),
    "name_twice": gettext_lazy("同一个人在名单里出现了两次。"),
    "opens_in_the_past": gettext_lazy("投票开始的时间已经过去，请改到以后。"),
    "closes_before_it_opens": gettext_lazy("投票截止应晚于投票开始。"),
    "window_too_short": gettext_lazy("投票时间不少于 %(days)s 天（%(source)s）。"),
    "window_too_long": gettext_lazy("投票时间不超过 %(days)s 天（%(source)s）。"),
    "unknown_secrecy": gettext_lazy("请选择记名还是无记名。"),
    "secret_decision": gettext_lazy("业主决定事项要记名投票，只有选举可以无记名。"),
    "unknown_rule": gettext_lazy("请在列出的办法里选择。"),
    "silent_without_text": gettext_lazy("未投票的要计入，须填写议事规则或管理规约的原文。"),
    "silent_without_source": gettext_lazy("未投票的要计入，须写明原文出自哪里，例如：业主大会议事规则第二十条。"),
    "your_own_words": gettext_lazy("归类要由另一个人复核，拟定事项的人不能自己复核。"),
    "no_window": gettext_lazy("还没有定投票时间，请先定投票时间和方式。"),
    "notice_too_short": gettext_lazy("公告到投票之间要有 %(days)s 个整天，现在只有 %(given)s 天（%(source)s）。请推迟投票开始。"),
    "slate_not_posted": gettext_lazy("候选人名单还没有公示。请先到“候选名单”里排定并公示，再发公告（%(source)s）。"),
    "slate_stale": gettext_lazy("公示以后候选人有变动。请先重新排定候选名单并重新公示。"),
    "slate_public_when_voting": gettext_lazy("候选人名单要公示到 %(ends)s，投票不能在这之前开始（%(source)s）。请推迟投票开始。"),
    "slate_posted_too_late": gettext_lazy(
        "候选人名单公示到投票之间要有 %(days)s 个整天（%(source)s），投票最早 %(first)s 开始。请推迟投票开始。"
    ),
    "firm_votes_frozen": gettext_lazy(
        "业委会正在换届，换届期间原业委会不能组织选聘、解聘物业服务企业的表决（%(source)s）。"
    ),
    "no_such_group": gettext_lazy("没有这一组，可能名册已经重新取过，请回到名册再看。"),
    "not_of_this_group": gettext_lazy("选的业主不在这一组里，请重新选择。"),
    "no_such_unit": gettext_lazy("名册里没有这一户，请回到名册再看。"),
    "undecided": gettext_lazy("还有 %(count)s 组疑似同一业主没有判断，判断完才能定名册。"),
    "empty_roll": gettext_lazy("名册里没有业主，请先从台账取名册，或恢复计入。"),
    "parking_without_text": gettext_lazy("车位要算，须填写议事规则的原文，写明是第几条。"),
    "parking_by_law": gettext_lazy("本地规定车位不计入（%(source)s），议事规则不能另行约定。"),
    "parking_alone": gettext_lazy(
        "有 %(count)s 个车位的业主在名册上没有房屋：%(addresses)s。只算面积、不算户数的，这些面积没有人投票。"
        "请按议事规则改选“也算一户”，或者逐个写明原因、不计入。"
    ),
    "unmeasured": gettext_lazy("有 %(count)s 户的面积没有登记、测绘或合同作依据：%(addresses)s。核对后请勾选“台账面积已核对”。"),
    "not_an_area": gettext_lazy("面积写成数字，最多四位小数，例如 89.1234。"),
    "unknown_source": gettext_lazy("请选择面积的来源。"),
    "no_such_objection": gettext_lazy("没有这条异议，或者已经撤回。请刷新再选。"),
    "no_owners": gettext_lazy("请填写业主姓名，一行一个。"),
    "nothing_changed": gettext_lazy("没有改动任何内容。"),
    "roll_not_fixed": gettext_lazy("名册定下后才能公示。"),
    "already_public": gettext_lazy("这一版名册已经在公示。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}  # fmt: skip
TONES = {
    "preparing": "neutral", "roll_fixed": "info", "called": "info", "voting": "good", "closed": "warn", "counted": "warn",
    "announced": "info", "declared": "good", "cancelled": "neutral", "annulled": "late",
}  # fmt: skip
# What each day of the line is of; how it bounds is said by ``bound_words``.
DAYS: dict[str, Words] = {
    "reelection": gettext_lazy("着手换届"),
    "group": gettext_lazy("成立筹备组或换届小组"),
    "group_posted": gettext_lazy("公告小组成员名单"),
    "group_ends": gettext_lazy("小组办完选举"),
    "rules": gettext_lazy("公告议事规则、管理规约草案"),
    "roll": gettext_lazy("公示业主名册"),
    "candidates": gettext_lazy("公示候选人"),
    "notice": gettext_lazy("发布表决公告"),
    "opens": gettext_lazy("投票开始"),
    "closes_least": gettext_lazy("投票截止（最早）"),
    "closes": gettext_lazy("投票截止"),
    "closes_most": gettext_lazy("投票截止（最晚）"),
    "result": gettext_lazy("公布结果"),
    "result_until": gettext_lazy("结果公示期满"),
    "filing": gettext_lazy("到街道、乡镇备案"),
    "term": gettext_lazy("现任业委会届满"),
    "next_term": gettext_lazy("新一届届满"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    if error.code not in _REFUSALS:
        # What is announced goes through the notice board, whose refusals are its own.
        return notice_text(error)
    return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])


def refusal_field(error: Exception) -> str:
    """The form field beside which the words belong; "" for the form as a whole."""
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def bound_words(one: Day) -> str:
    """How a day bounds: 最晚 or 最早; a day itself needs no word."""
    return {BY: _("最晚"), FROM: _("最早")}.get(one.bound, "")


def ground_words(one: Day) -> str:
    """The article, and whether its number binds."""
    if not one.article:
        return ""
    if not one.law:
        return _("建议：%(article)s") % {"article": one.article}
    return one.article


def silence_words(poll: Poll) -> str:
    """What becomes of whoever has a ballot and does not vote, as the ballot warns of it (A6); "" where only votes are counted."""
    rule = poll.plan.get("silent", "off")
    if rule == "off":
        return ""
    told = {
        "rule": words.SILENT_RULES[rule],
        "source": poll.plan.get("silent_source") or _("议事规则或管理规约"),
        "text": poll.plan.get("silent_text", ""),
    }
    return _("没有投票的：%(rule)s。依据%(source)s：%(text)s 结果会同时公布只计实际投票的数。") % told
