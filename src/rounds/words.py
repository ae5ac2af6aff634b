"""Rounds in plain words: refusals, states, flags, duties."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from equipment.words import EVERY
from idempotency.actions import KeyRefused
from rounds.actions.plans import TooLoose
from rounds.queries.whose import Whose
from rounds.refusals import Refused
from rounds.rules.duties import duties

Words = str | Promise

STATES: dict[str, tuple[Words, str]] = {
    "planned": (gettext_lazy("待巡查"), "neutral"),
    "in_progress": (gettext_lazy("进行中"), "info"),
    "done": (gettext_lazy("已完成"), "good"),
    "overdue": (gettext_lazy("已过时"), "late"),
    "missed": (gettext_lazy("没有做"), "late"),
    "skipped": (gettext_lazy("免做"), "neutral"),
}
FLAGS: dict[str, Words] = {
    "unknown_round": gettext_lazy("系统里没有这次巡查"),
    "unknown_point": gettext_lazy("这次巡查里没有这一处"),
    "point_gone": gettext_lazy("设施已经拆除"),
    "old_form": gettext_lazy("用的是旧的检查表"),
    "unknown_item": gettext_lazy("有检查表里没有的内容"),
    "no_photo": gettext_lazy("异常没有拍照"),
    "early": gettext_lazy("没到时间就做了"),
    "late": gettext_lazy("过了时间才做"),
    "skipped": gettext_lazy("这一次已经定为免做"),
    "again": gettext_lazy("这一处已有人看过"),
    "differs": gettext_lazy("和上一个人看到的不一样"),
    "clock_off": gettext_lazy("手机时间不准"),
    "clock_moved": gettext_lazy("手机时间中途改过"),
    "too_fast": gettext_lazy("离上一处太快"),
    "photo_seen": gettext_lazy("照片以前交过"),
    "typed_code": gettext_lazy("编码是手输的"),
    "no_code": gettext_lazy("没有扫码"),
    "other_label": gettext_lazy("扫的是别处的码"),
    "not_in_post": gettext_lazy("交来时已经不在岗"),
}
OUTCOMES: dict[str, tuple[Words, str]] = {
    "normal": (gettext_lazy("正常"), "good"),
    "fault": (gettext_lazy("异常"), "late"),
    "none": (gettext_lazy("无此项"), "neutral"),
    "noted": (gettext_lazy("已记"), "neutral"),
    "unknown": (gettext_lazy("看不懂"), "warn"),
}
_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "not_an_answer": gettext_lazy("这不是一条巡查记录。"),
    "kind": gettext_lazy("没有写明是哪种记录。"),
    "device_at": gettext_lazy("没有写明时间，或时间不对。"),
    "too_many": gettext_lazy("一次交得太多了，请分几次交。"),
    "too_large": gettext_lazy("这条记录太大，不能收下。"),
    "bad_hash": gettext_lazy("照片的校验码不对。"),
    "photo_size": gettext_lazy("照片是空的，或大于 20 兆。请重新拍。"),
    "photo_twice": gettext_lazy("两张照片用了同一个位置。"),
    "too_many_photos": gettext_lazy("一条记录最多 12 张照片。"),
    "photo_differs": gettext_lazy("照片没有传完整，请再传一次。"),
    "own_answer": gettext_lazy("自己的记录不能自己核对，请由另一位负责人看。"),
    "own_round": gettext_lazy("自己做的巡查不能自己复核，请由另一位负责人签。"),
    "judged": gettext_lazy("这条记录已经核对过了。"),
    "say_why": gettext_lazy("请写明原因。"),
    "say_name": gettext_lazy("请写名称。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "round_over": gettext_lazy("这次巡查已经结束，不能再定为免做。"),
    "not_missed": gettext_lazy("只有没有做的巡查才补做。"),
    "made_up": gettext_lazy("这一次已经安排了补做。"),
    "not_done": gettext_lazy("巡查做完以后才能复核。"),
    "signed": gettext_lazy("这次巡查已经复核过了。"),
    "unknown_every": gettext_lazy("请选择多久一次。"),
    "hours": gettext_lazy("结束要晚于开始，最多跨到第二天的同一时刻。"),
    "times": gettext_lazy("一天最多分 %(most)s 轮。"),
    "fewer_times": gettext_lazy("一天至少 %(least)s 轮。"),
    "owed": gettext_lazy("这是标准要求的，不能停：%(clause)s。"),
    "piece_owed": gettext_lazy("台账里有这件设施，不能从路线里去掉。设施报废或拆除后会自动去掉。"),
    "too_many_points": gettext_lazy("一条路线最多 %(most)s 处。"),
    "point_there": gettext_lazy("路线里已经有这一处。"),
    "unknown_form": gettext_lazy("没有这张检查表，请重新选择。"),
    "too_many_items": gettext_lazy("一张检查表最多自己加 %(most)s 项。"),
    "item_there": gettext_lazy("检查表里已经有这一项。"),
    "say_results": gettext_lazy("请把每一项都选上。"),
    "say_photo": gettext_lazy("有异常要拍一张照片。"),
    "choose_rounds": gettext_lazy("请先选要派的巡查。"),
    "too_many_rounds": gettext_lazy("一次最多派 %(most)s 次巡查。"),
    "choose_whom": gettext_lazy("请选择派给谁。"),
    "no_such_walker": gettext_lazy("这个人现在不在本小区的岗位上，请重新选择。"),
    "no_such_station": gettext_lazy("这个岗位已经撤销，请重新选择。"),
    "round_closed": gettext_lazy("“%(name)s”已经做完或结束了，不能再派。请去掉它再保存。"),
    "assigned_so": gettext_lazy("本来就是这样派的，没有要改的。"),
    "room_stays": gettext_lazy("消防控制室的人不能离开去做“%(name)s”，请派给别人。"),
    "on_leave": gettext_lazy("%(who)s%(day)s请假，“%(name)s”请派给别人。"),
    "nothing_given": gettext_lazy("选中的本来就没有派人。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "unknown_sheet": gettext_lazy("没有这种表格，请重新选择。"),
    "bad_span": gettext_lazy("请选择日子或月份，还没到的不能打印。"),
    "nothing_to_print": gettext_lazy("这段时间没有要做的巡查，没有可打印的。"),
    "reported": gettext_lazy("这个月的报告已经写了，请在公告栏里改。"),
    "not_allowed": gettext_lazy("您现在的身份不能看这一份。"),
}


def refusal_text(error: Exception) -> str:
    """The refusal in words."""
    if isinstance(error, TooLoose):
        said = _("只能比标准更勤：标准要%(every)s一次。") % {"every": EVERY[error.plan.standard]}
        if error.plan.confirmed:
            return said + _("依据：%(clause)s。") % {"clause": error.plan.clause}
        return said + _("这是本平台的默认值，条文还没有核实。")
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, Refused):
        return str(_REFUSALS[error.code]) % error.details
    if isinstance(error, KeyRefused | DocumentRefused):
        return str(_REFUSALS.get(error.code, _REFUSALS["not_allowed"]))
    raise TypeError(type(error).__name__)


def words_of(code: str) -> str:
    """The words of a code alone."""
    return str(_REFUSALS[code])


def refusal_field(error: Exception) -> str:
    """The field beside which it belongs."""
    if isinstance(error, FileRefused):
        return "photo"
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def duty_name(key: str) -> str:
    """The name of a duty, in the reader's language."""
    duty = duties().by_key.get(key)
    return key if duty is None else duty.name if _chinese() else duty.en


def item_name(item: Mapping[str, Any]) -> str:
    """The name of an item as an edition keeps it, in the reader's language."""
    return str(item["name"] if _chinese() else item.get("en") or item["name"])


def who_line(told: Whose) -> str:
    """Who is to walk a round: a name, a post with who is on duty there, "" for nobody."""
    if told.away:
        return _("%(name)s（请假）") % {"name": told.label}
    if told.station_id is None or not told.turns:
        return told.label
    return _("%(post)s（%(names)s）") % {"post": told.label, "names": "、".join(told.names)}
