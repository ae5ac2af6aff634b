"""Publicity periods in plain words: refusals, where a period stands, the rule it was measured by."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publicity.models import Binding, Matter, Period, State, Unit
from publicity.rules.counting import Standing, standing
from publicity.rules.table import Rule

Words = str | Promise

# What a refusal of a plan says; the details are those of ``actions.planning.details``.
REFUSALS: dict[str, Words] = {
    "not_publicity": gettext_lazy("只有公示才有公示期，请把类别改成“公示”。"),
    "unknown_matter": gettext_lazy("请选择公示什么。"),
    "too_short": gettext_lazy(
        "公示期太短：%(article)s要求至少 %(least)s，发布当天不算。%(posted)s 发布的话，最早到 %(ends)s（%(compound)s）。"
    ),
    "short_of_advice": gettext_lazy(
        "比建议的短：建议至少 %(least)s，%(posted)s 发布的话到 %(ends)s（%(compound)s）。确实要这么短，请勾选下面一项再送出。"
    ),
    "unknown_year": gettext_lazy(
        "%(year)s年的放假安排还没有录入，不知道 %(chosen)s 是不是休息日，可能要顺延。请勾选下面一项再送出，或只填天数。"
    ),
    "ends_before_start": gettext_lazy("公示要在发布以后结束：%(posted)s 发布的话，最早到 %(ends)s。"),
    "too_long": gettext_lazy("公示天数要在 1 到 366 之间。"),
    "expires_early": gettext_lazy("公示到 %(chosen)s 才满，到期时间要在这之后，或不填。"),
}
EVENTS: dict[str, Words] = {
    "open": gettext_lazy("开始公示"),
    "note": gettext_lazy("更正文字，公示期照算"),
    "restart": gettext_lazy("更正内容，公示期重新起算"),
    "extend": gettext_lazy("按新的放假安排重新核算"),
    "complete": gettext_lazy("公示期满"),
    "void": gettext_lazy("提前撤下，公示作废"),
}
HANGS: dict[str, Words] = {
    "board": gettext_lazy("公告栏"),
    "entrance": gettext_lazy("主要出入口"),
    "lobby": gettext_lazy("楼道口、电梯厢"),
    "prominent": gettext_lazy("显著位置"),
    "platform": gettext_lazy("物业管理信息平台"),
    "group": gettext_lazy("业主群"),
    "message": gettext_lazy("短信或微信"),
}
TELLS: dict[str, Words] = {
    "owners": gettext_lazy("全体业主"),
    "residents_committee": gettext_lazy("居委会"),
    "street": gettext_lazy("街道、乡镇"),
    "housing": gettext_lazy("住建部门"),
}
TONES = {"running": "info", "completed": "good", "voided": "late"}


def length_text(days: int, unit: str) -> str:
    """A number of days in its unit: 15天, 5个工作日."""
    return (_("%(days)s天") if unit == Unit.CALENDAR else _("%(days)s个工作日")) % {"days": days}


def names(codes: Any, words: dict[str, Words]) -> str:
    """Some codes in words, joined."""
    return "、".join(str(words[one]) for one in codes if one in words)


def basis_text(rule: Rule | Period) -> str:
    """By which article, and whether it is law: for a period and for a row of the table."""
    if rule.binding == Binding.ADVICE:
        return _("参照%(article)s") % {"article": rule.article} if "《" in rule.article else _("没有条文规定天数")
    return rule.article if rule.confirmed else _("%(article)s（待核对）") % {"article": rule.article}


def least_text(rule: Rule | Period) -> str:
    """How long at least, in words."""
    length = length_text(rule.min_days, rule.unit)
    return (_("至少%(length)s") if rule.binding == Binding.LAW else _("建议至少%(length)s")) % {"length": length}


def stands(period: Period, today: date) -> Standing:
    """Where a period stands on a day."""
    return standing(period.starts_on, period.ends_on, today)


def count_text(period: Period, today: date) -> str:
    """The one line of a period: 还有 3 天, 今天最后一天, 公示期满, 公示作废."""
    if period.state == State.VOIDED:
        return _("公示作废")
    found = stands(period, today)
    if period.state == State.COMPLETED or found.over:
        return _("公示期满")
    if found.day == 0:
        return _("明天起算，共 %(of)s 天") % {"of": found.of}
    if found.left == 0:
        return _("今天是最后一天")
    return _("还有 %(left)s 天") % {"left": found.left}


def progress_text(period: Period, today: date) -> str:
    """第 3 天，共 15 天；"" before the first day and after the end."""
    found = stands(period, today)
    if period.state != State.RUNNING or not 1 <= found.day <= found.of:
        return ""
    return _("第 %(day)s 天，共 %(of)s 天") % {"day": found.day, "of": found.of}


def state_of(period: Period, today: date) -> str:
    """The state as it is shown: what is over is over, whether or not the clock came by."""
    return State.COMPLETED if period.state == State.RUNNING and stands(period, today).over else period.state


def matter_text(matter: str) -> str:
    """What is made public, in words."""
    return str(Matter(matter).label)
