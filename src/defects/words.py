"""Defects in plain words: refusals, states, what happened."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from defects.models import Defect
from defects.refusals import Refused
from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from repairs.words import refusal_text as said_of_request

Words = str | Promise

STATE_TONES = {"found": "warn", "repaired": "info", "cleared": "good", "dropped": "neutral"}
SEVERITY_TONES = {"critical": "late", "high": "warn", "medium": "info", "low": "neutral"}
EVENTS: dict[str, Words] = {
    "found": gettext_lazy("发现"),
    "again": gettext_lazy("又发现"),
    "send": gettext_lazy("派修"),
    "repair": gettext_lazy("修好"),
    "clear": gettext_lazy("复查合格，销号"),
    "reject": gettext_lazy("复查不合格"),
    "drop": gettext_lazy("不是故障"),
    "stop": gettext_lazy("系统停用"),
    "approve": gettext_lazy("停用签字"),
    "fire": gettext_lazy("报告消防部门"),
    "fund": gettext_lazy("申请使用维修资金"),
    "correct": gettext_lazy("更正"),
    "climb": gettext_lazy("逐级告知"),
}
FIELDS: dict[str, Words] = {
    "words": gettext_lazy("故障描述"),
    "method": gettext_lazy("维修方法"),
    "safeguards": gettext_lazy("安全保护措施"),
    "severity": gettext_lazy("严重程度"),
}
# What is lacking before the clearing may be signed, as the page says it beforehand.
LACKS: dict[str, Words] = {
    "approved": gettext_lazy("停用没有项目经理签字。"),
    "safeguards": gettext_lazy("停用超过 24 小时，没有写安全保护措施。"),
    "fire_service": gettext_lazy("停用超过 24 小时，没有报告消防部门的记录。"),
}
_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "own_repair": gettext_lazy("自己修的不能自己复查，请由另一个人复查。"),
    "own_critical": gettext_lazy("严重故障是您自己登记的，请由另一位负责人核实。"),
    "defect_moved_on": gettext_lazy("这件故障现在是“%(state)s”，请刷新后再看。"),
    "repair_open": gettext_lazy("报修单 %(number)s 还在处理，请先在报修单里完工或结单。"),
    "report_seen": gettext_lazy("这份报告已经处理过了。"),
    "piece_gone": gettext_lazy("这件设施已经注销，不能登记故障。"),
    "no_such_piece": gettext_lazy("没有这件设施，请重新选择。"),
    "unknown_item": gettext_lazy("没有这一项，请重新选择。"),
    "unknown_way": gettext_lazy("请选择怎样报告的。"),
    "unknown_severity": gettext_lazy("请选择严重程度。"),
    "unchanged": gettext_lazy("和原来的一样，没有更正。"),
    "nothing_there": gettext_lazy("这一栏还没有写，不用更正。"),
    "say_what": gettext_lazy("请写明看到了什么。"),
    "say_why": gettext_lazy("请写明原因。"),
    "say_method": gettext_lazy("请写明怎样修好的。"),
    "say_number": gettext_lazy("请写明受理编号，或拨打的号码。"),
    "say_receiver": gettext_lazy("请写明对方的单位和姓名。"),
    "say_safeguards": gettext_lazy("停用超过 24 小时，请写明安全保护措施（GB 25201 表 B.1）。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "too_many_photos": gettext_lazy("照片太多，最多 %(most)s 张。"),
    "found_in_future": gettext_lazy("时间还没有到，请核对。"),
    "found_too_long_ago": gettext_lazy("时间离现在超过 %(most)s 天，请核对。"),
    "told_before_found": gettext_lazy("报告的时间早于发现的时间，请核对。"),
    "no_such_stop": gettext_lazy("没有这次停用，或没有批准，请重新选择。"),
    "not_stopped": gettext_lazy("系统没有停用，不用签字。"),
    "approved_already": gettext_lazy("已经签过字了。"),
    "lacks_approved": gettext_lazy("停用没有项目经理签字，还不能销号。"),
    "lacks_safeguards": gettext_lazy("停用超过 24 小时，先写安全保护措施，才能销号（GB 25201 表 B.1）。"),
    "lacks_fire_service": gettext_lazy("停用超过 24 小时，先写怎样报告消防部门，才能销号（GB 25201 表 B.1）。"),
    "amount_wrong": gettext_lazy("金额不对，请写大于 0 的数。"),
    "within_fee": gettext_lazy("物业费可以承担，不用申请维修资金（《高层民用建筑消防安全管理规定》第 33 条）。"),
    "no_such_item": gettext_lazy("没有这项表决，请重新选择。"),
    "bad_month": gettext_lazy("请选择月份。"),
    "nothing_to_print": gettext_lazy("这个月没有故障记录。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
}


def refusal_text(error: Exception) -> str:
    """The refusal in words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, Refused):
        words = _REFUSALS.get(error.code)
        return str(words) % error.details if words is not None else said_of_request(error)
    if isinstance(error, KeyRefused | DocumentRefused):
        return str(_REFUSALS.get(error.code, _REFUSALS["not_allowed"]))
    raise TypeError(type(error).__name__)


def refusal_field(error: Exception) -> str:
    """The field beside which it belongs."""
    if isinstance(error, FileRefused):
        return "photos"
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def badges(defect: Defect, now: datetime) -> list[tuple[Any, str]]:
    """The state, and how severe and how late it is, as badges."""
    found: list[tuple[Any, str]] = [(defect.get_state_display(), STATE_TONES[defect.state])]
    if defect.is_open:
        found.append((defect.get_severity_display(), SEVERITY_TONES[defect.severity]))
        if defect.due_at <= now:
            found.append((gettext_lazy("超时"), "late"))
    return found
