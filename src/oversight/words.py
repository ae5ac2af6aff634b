"""The figures in words: what each number is called, what it means, and how a period is said."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversight.queries.cases import MISSED
from oversight.rules.periods import Period

Words = str | Promise

COUNTS: dict[str, Words] = {
    "filed": gettext_lazy("报修"),
    "due": gettext_lazy("应办"),
    "done": gettext_lazy("办结"),
    "forced": gettext_lazy("强制结单"),
    "unanswered": gettext_lazy("未反馈"),
    "awaiting": gettext_lazy("待确认"),
    "open": gettext_lazy("未完成"),
    "returned": gettext_lazy("退回待定"),
    "not_ours": gettext_lazy("不属物业"),
    "merged": gettext_lazy("已并入"),
    "withdrawn": gettext_lazy("撤回"),
    "responded": gettext_lazy("应响应"),
    "responded_in_time": gettext_lazy("按时响应"),
    "finished": gettext_lazy("应完工"),
    "finished_in_time": gettext_lazy("按时完工"),
    "repaired": gettext_lazy("完工或结单"),
    "reopened": gettext_lazy("重开过"),
    "rated": gettext_lazy("已评价"),
    "satisfied": gettext_lazy("满意"),
    "handed": gettext_lazy("移交"),
}
MEANS: dict[str, Words] = {
    "filed": gettext_lazy("这段时间里提交的全部报修，按提交那天算。"),
    "due": gettext_lazy("应由物业办的：报修减去撤回、并入别件和不属物业的。"),
    "done": gettext_lazy("报修人自己确认修好的。没有人会因为不说话就算办结。"),
    "forced": gettext_lazy("没有等到报修人确认，由物业写明理由结单的，社区看得到；不算办结。"),
    "unanswered": gettext_lazy("报完工七天，报修人还没有确认的；不算办结。"),
    "awaiting": gettext_lazy("已报完工，还在等报修人确认，没有满七天的。"),
    "open": gettext_lazy("还在办的，包括暂停的。"),
    "returned": gettext_lazy("物业退回、社区还没有认定的；认定之前仍算物业应办。"),
    "not_ours": gettext_lazy("物业退回、社区认定确实不属物业的；不计入物业的成绩，另列在这里。"),
    "merged": gettext_lazy("和别件是同一件事、已并入的；只算并入的那一件。"),
    "withdrawn": gettext_lazy("报修人自己撤回的。"),
    "responded": gettext_lazy("已经有答复的，加上答复期限已过还没有答复的。"),
    "responded_in_time": gettext_lazy("在期限内答复的。"),
    "finished": gettext_lazy("已报完工的，加上完工期限已过还没完工的，加上强制结单的。暂停的时间不算。"),
    "finished_in_time": gettext_lazy("在期限内报完工的；重开过的看最后一次。"),
    "repaired": gettext_lazy("至少报过一次完工的，加上强制结单的。"),
    "reopened": gettext_lazy("报修人说没修好、重开过至少一次的。"),
    "rated": gettext_lazy("报修人评了星的。"),
    "satisfied": gettext_lazy("评四星或五星的。"),
    "handed": gettext_lazy(
        "换物业时还没办完、交给下一家的。办没办结看下一家；响应、完工是否及时和重开，各家只算在自己手上的那一段。"
    ),
}
RATES: dict[str, Words] = {
    "resolved": gettext_lazy("办结率"),
    "satisfaction": gettext_lazy("满意度"),
    "response": gettext_lazy("响应及时率"),
    "completion": gettext_lazy("完工及时率"),
    "reopening": gettext_lazy("重开率"),
}
RATES_MEAN: dict[str, Words] = {
    "resolved": gettext_lazy("办结 ÷ 应办"),
    "satisfaction": gettext_lazy("满意 ÷ 已评价"),
    "response": gettext_lazy("按时响应 ÷ 应响应"),
    "completion": gettext_lazy("按时完工 ÷ 应完工"),
    "reopening": gettext_lazy("重开过 ÷ 完工或结单，越低越好"),
}
_MISSED: dict[str, Words] = {
    "resolved": gettext_lazy("没有办结"),
    "satisfaction": gettext_lazy("不满意"),
    "response": gettext_lazy("没有按时响应"),
    "completion": gettext_lazy("没有按时完工"),
    "reopening": gettext_lazy("没有重开过"),
}
PERIOD_PROBLEMS: dict[str, Words] = {
    "malformed": gettext_lazy("请选起止两个日期。"),
    "backwards": gettext_lazy("结束日期不能早于开始日期。"),
    "too_long": gettext_lazy("最多可选三年，请缩短。"),
}


def list_title(of: str) -> str:
    """What a list of cases is called."""
    return str(_MISSED[of.removeprefix(MISSED)] if of.startswith(MISSED) else COUNTS[of])


def list_meaning(of: str) -> str:
    """What is in a list, in a sentence; empty for what a rate lacks, which its other two lists explain."""
    return "" if of.startswith(MISSED) else str(MEANS[of])


def period_text(given: Period) -> str:
    """A period as people say it: 2026年6月, 2026年第2季度, 2026年, 2026-05-01 至 2026-05-20."""
    year, month = given.first.year, given.first.month
    if given.kind == "month":
        return _("%(year)s年%(month)s月") % {"year": year, "month": month}
    if given.kind == "quarter":
        return _("%(year)s年第%(quarter)s季度") % {"year": year, "quarter": (month + 2) // 3}
    if given.kind == "year":
        return _("%(year)s年") % {"year": year}
    return _("%(first)s 至 %(last)s") % {"first": given.first.isoformat(), "last": given.last.isoformat()}
