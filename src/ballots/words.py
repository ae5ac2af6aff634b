"""Voting in plain words: refusals, why somebody cannot vote, how far the turnout is."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import CodeRefusedError
from accounts.words import refusal as code_text
from ballots.queries.turnout import Taken
from elections.models import Poll
from elections.poll_words import refusal_text as poll_text
from elections.refusals import Refused
from ui.words import spoken_moment

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("这一票不在您名下，也没有委托给您。请用登记在业主名册上的手机号登录，或联系社区。"),
    "spoken_for": gettext_lazy("这一票已登记由别人代表投，您不能再投。有疑问请联系社区。"),
    "needs_authority": gettext_lazy("单位名下的房屋，要先由社区登记书面授权的人，再由这个人投。"),
    "not_concerned": gettext_lazy("这次表决的事项不涉及您的房屋，不用投票。"),
    "firm_staff": gettext_lazy("物业公司的人员不能代业主投票，请换一个人。"),
    "own_number": gettext_lazy("不能委托给自己，请填受托人的手机号。"),
    "not_open": gettext_lazy("还没有开始投票，请到投票时间再来。"),
    "over": gettext_lazy("投票已经截止，这一票没有收进票箱。"),
    "already_voted": gettext_lazy("这一票已经投过了，不能再投。"),
    "code_needed": gettext_lazy("请先输入短信验证码。验证码 10 分钟内有效。"),
    "say_chosen": gettext_lazy("请先勾选：其他共有人推选我来投这一票。"),
    "unreadable": gettext_lazy("这一项没有看懂，请重新选择。"),
    "unknown_name": gettext_lazy("选了名单上没有的人，请重新选择。"),
    "name_twice": gettext_lazy("同一个人选了两次，请重新选择。"),
    "too_many_names": gettext_lazy("您选了 %(chosen)s 人，最多选 %(most)s 人。请去掉多选的，这一项才有效。"),
    "unknown_item": gettext_lazy("页面已经过期，请返回重新打开。"),
    "too_early": gettext_lazy("投票时间还没有到。"),
    "not_later": gettext_lazy("新的截止时间要晚于现在的截止时间。"),
    "too_soon": gettext_lazy("新的截止时间至少在一小时以后。"),
    "too_many_days": gettext_lazy("一次最多延期 %(days)s 天。"),
    "extended_out": gettext_lazy("最多延期 %(most)s 次，已经用完。"),
    "share_given": gettext_lazy("已经有人交出开箱钥匙，不能再重新开放投票。"),
    "papers_in": gettext_lazy("纸质票已经清点入箱，不能再重新开放投票。"),
    "at_night": gettext_lazy("晚上 9 点到早上 8 点不提醒，请白天再发。"),
    "reminded_today": gettext_lazy("没有投票的业主 24 小时内都提醒过了，请明天再发。"),
    "nobody_left": gettext_lazy("没有投票的业主都没有账号，请上门送票。"),
    "given_already": gettext_lazy("这一票已经委托给别人了，请先收回原来的委托。"),
    "state_choices": gettext_lazy("请先为每一项写明您的意见，受托人只能照您的意见投。"),
    "bad_phone": gettext_lazy("手机号不对，请填 11 位手机号。"),
    "over_cap": gettext_lazy("这个人最多只能替 %(most)s 位业主投票，已经满了，请换一个人。"),
    "no_such_right": gettext_lazy("名册里没有这一户，请核对门牌。"),
    "unknown_ground": gettext_lazy("请选择身份。"),
    "no_paper": gettext_lazy("请拍一张委托书的照片，只拍签名部分。"),
    "settled": gettext_lazy("已经办过了，请刷新页面。"),
    "asked_already": gettext_lazy("已经有一项等待同意，先办完那一项。"),
    "same_party": gettext_lazy("提出和同意要来自不同的单位，请由另一方同意。"),
    "same_person": gettext_lazy("不能自己提出、自己同意。"),
    "unknown_step": gettext_lazy("请选择要办的步骤。"),
    "no_box": gettext_lazy("还没有设票箱，请先设票箱。"),
    "key_not_held": gettext_lazy("确认收到钥匙的只有 %(held)s 人，至少要 %(needed)s 人。"),
    "not_on_roll": gettext_lazy("名册里没有这一票，请联系社区。"),
    "not_a_ballot": gettext_lazy("这张票没有看懂，请重新选择。"),
}  # fmt: skip
BLOCKED: dict[str, Words] = {
    "spoken_for": gettext_lazy("已登记由别人代表投"),
    "needs_authority": gettext_lazy("要先登记书面授权"),
    "not_yours": gettext_lazy("不在您名下"),
    "already_voted": gettext_lazy("已投"),
}
VIA: dict[str, Words] = {
    "owner": gettext_lazy("业主本人"),
    "chosen": gettext_lazy("共有人代表"),
    "speaker": gettext_lazy("登记的代表人"),
    "proxy": gettext_lazy("受托人"),
}
CHOICES: dict[str, Words] = {
    "for": gettext_lazy("同意"),
    "against": gettext_lazy("反对"),
    "abstain": gettext_lazy("弃权"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what to do. KeyError for a code without words."""
    if isinstance(error, CodeRefusedError):
        return str(code_text(error))
    if isinstance(error, Refused) and error.code in _REFUSALS:
        return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])
    return poll_text(error)


def refusal_field(error: Exception) -> str:
    """The field beside which the words belong; "" for the form as a whole."""
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def marks_text(one: Taken) -> str:
    """How far from taking part by two thirds: 还差 2 户 / 118.32 平方米."""
    if one.heads.met and one.area is None:
        return _("户数已达到三分之二；面积达到多少，现在不显示。")
    if one.area is None:
        return _("还差 %(heads)s 户达到三分之二。") % {"heads": one.heads.short}
    if one.reached:
        return _("户数和面积都已达到三分之二。")
    if one.heads.met:
        return _("户数已达到三分之二，面积还差 %(area)s 平方米。") % {"area": one.area_short}
    if one.area.met:
        return _("面积已达到三分之二，户数还差 %(heads)s 户。") % {"heads": one.heads.short}
    return _("还差 %(heads)s 户 / %(area)s 平方米达到三分之二。") % {"heads": one.heads.short, "area": one.area_short}


def window_text(poll: Poll, now: datetime) -> str:
    """When it opens or closes, as one line."""
    if poll.state == "called" and poll.opens_at is not None:
        return _("%(when)s 开始投票") % {"when": spoken_moment(poll.opens_at, now)}
    if poll.state == "voting" and poll.closes_at is not None:
        return until_text(poll.closes_at, now)
    return ""


def until_text(closes_at: datetime, now: datetime) -> str:
    """明天 18:00 截止."""
    return _("%(when)s 截止") % {"when": spoken_moment(closes_at, now)}
