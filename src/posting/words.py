"""Papers on walls in plain words: refusals, flags, gaps, what happened to a point."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from posting.queries import Progress
from posting.refusals import Refused
from posting.rules.gaps import LATE, MISSING, NEVER

Words = str | Promise
MINUTE = 60

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "own_answer": gettext_lazy("自己报的记录不能自己核对，请由别人核对。"),
    "judged": gettext_lazy("这条记录已经有人核对过了。"),
    "over": gettext_lazy("这条公告已经撤回或到期，不能再安排张贴。"),
    "always_paper": gettext_lazy("公示必须上墙张贴，不能取消。"),
    "no_such_point": gettext_lazy("选的张贴点不在用，请重新选择。"),
    "unknown_side": gettext_lazy("请选择由谁张贴。"),
    "due_in_past": gettext_lazy("期限已经过去，请改到以后。"),
    "unknown_kind": gettext_lazy("请选择种类。"),
    "unknown_size": gettext_lazy("请选择纸张大小。"),
    "say_name": gettext_lazy("请写名称，例如：公告栏。"),
    "say_why": gettext_lazy("请写明原因。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "no_such_place": gettext_lazy("没有找到这个位置，请重新选择。"),
    "point_twice": gettext_lazy("这个位置已经有同名的张贴点，请换个名称。"),
    "too_many_points": gettext_lazy("张贴点最多 %(most)s 个。"),
    "point_retired": gettext_lazy("这个张贴点已经停用。"),
    "point_in_use": gettext_lazy("这个张贴点正在使用。"),
    "no_points": gettext_lazy("还没有张贴点，请先添加。"),
    "unknown_result": gettext_lazy("请选择看到的情况。"),
    "no_photo": gettext_lazy("请拍一张照片。"),
    "too_many_photos": gettext_lazy("一条记录最多 %(most)s 张照片。"),
    "photo_twice": gettext_lazy("照片的序号重复了，请重新拍。"),
    "bad_hash": gettext_lazy("照片的指纹不对，请重新拍。"),
    "photo_size": gettext_lazy("照片是空的或太大，请重新拍。"),
    "photo_differs": gettext_lazy("照片没有传完整，会再传一次。"),
    "bad_time": gettext_lazy("时间不对，请重新提交。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印这一份。"),
}
FLAGS: dict[str, Words] = {
    "after_withdrawal": gettext_lazy("公告撤回后才报来"),
    "after_expiry": gettext_lazy("公告到期后才报来"),
    "old_edition": gettext_lazy("贴的是旧版"),
    "point_retired": gettext_lazy("张贴点已停用"),
    "again": gettext_lazy("重复记录，前面已有人办过"),
    "clock_off": gettext_lazy("手机时钟不准，时间已校正"),
    "before_task": gettext_lazy("时间早于任务"),
    "other_label": gettext_lazy("扫的不是这一处的码"),
    "not_in_post": gettext_lazy("报来时没有本小区的职务"),
    "photo_seen": gettext_lazy("照片与以前的相同"),
}
EVENTS: dict[str, Words] = {
    "make": gettext_lazy("新建"),
    "change": gettext_lazy("修改"),
    "label": gettext_lazy("换了标签"),
    "retire": gettext_lazy("停用"),
    "revive": gettext_lazy("重新启用"),
}
JOB_ICONS = {"post": "plus", "check": "eye", "take_down": "trash"}
KIND_ICONS = {"board": "board", "entrance": "building", "lift": "elevator", "gate": "home", "other": "map-pin"}
DONE: dict[str, Words] = {
    "post": gettext_lazy("贴好了"),
    "check": gettext_lazy("看过了"),
    "take_down": gettext_lazy("撤下了"),
}


def refusal_text(error: Exception) -> str:
    """The refusal in words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, Refused):
        return str(_REFUSALS[error.code]) % error.details
    if isinstance(error, KeyRefused | DocumentRefused):
        return str(_REFUSALS.get(error.code, _REFUSALS["not_allowed"]))
    raise TypeError(type(error).__name__)


def refusal_field(error: Exception) -> str:
    """The field beside which it belongs."""
    if isinstance(error, FileRefused):
        return "photo"
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def gap_text(gap: Any, now: Any, ends_at: Any = None) -> str:
    """A gap as one line. ``ends_at``: when it was to hang no longer."""
    days = gap.days(now)
    if gap.kind == NEVER:
        return _("一直没有张贴")
    if gap.kind == LATE:
        return ngettext("晚贴 %(n)s 天", "晚贴 %(n)s 天", days) % {"n": days}
    if gap.until is not None and gap.until == ends_at:
        return ngettext("缺失 %(n)s 天，到结束没有补贴", "缺失 %(n)s 天，到结束没有补贴", days) % {"n": days}
    if gap.kind == MISSING and gap.until is None:
        return ngettext("缺失 %(n)s 天，还没补贴", "缺失 %(n)s 天，还没补贴", days) % {"n": days}
    return ngettext("缺失 %(n)s 天后补贴", "缺失 %(n)s 天后补贴", days) % {"n": days}


def offset_text(seconds: int | None) -> str:
    """How wrong a phone's clock was; "" when it was right or did not say."""
    if not seconds or abs(seconds) < MINUTE:
        return ""
    minutes = abs(seconds) // MINUTE
    hours, rest = divmod(minutes, MINUTE)
    span = _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": rest} if hours else _("%(m)s 分") % {"m": rest}
    return (_("手机慢 %(span)s") if seconds > 0 else _("手机快 %(span)s")) % {"span": span}


def standing(how_far: Progress | None) -> tuple[str, str]:
    """How far a notice is on the walls, as a badge: its word and tone."""
    if how_far is None:
        return _("没有安排"), "neutral"
    if how_far.late:
        return _("有 %(n)s 处超时") % {"n": how_far.late}, "late"
    if how_far.whole:
        return _("都贴好了"), "good"
    if how_far.open:
        return _("还在张贴"), "info"
    return _("已结束，%(n)s 处没有张贴") % {"n": how_far.points - how_far.posted}, "neutral"


def progress_text(how_far: Progress | None) -> str:
    """The same as a sentence."""
    if how_far is None:
        return _("还没有张贴任务")
    return _("%(all)s 个点中 %(done)s 个已张贴") % {"all": how_far.points, "done": how_far.posted}
