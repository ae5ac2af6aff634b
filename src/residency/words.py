"""Refusals and states of joining, in the words of residents."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idempotency.actions import KeyReused
from premises.models import Occupancy
from residency.refusals import OutOfState, Refused

REFUSALS = {
    "no_such_home": gettext_lazy("没有这个门牌，请重新选择。"),
    "which_relation": gettext_lazy("请选择您是业主、家属还是租户。"),
    "no_name": gettext_lazy("请先填写真实姓名。"),
    "too_long": gettext_lazy("写得太长了，最多 200 字。"),
    "last_day_missing": gettext_lazy("请填租到哪一天。"),
    "last_day_past": gettext_lazy("这一天已经过了，请填今天或以后的日子。"),
    "last_day_far": gettext_lazy("租期最长 20 年，请核对日期。"),
    "already_here": gettext_lazy("这套房里已经有您（或这个人）了，不用再申请。"),
    "too_many_open": gettext_lazy("等待中的太多了，请先等有了结果，或撤回不要的。"),
    "too_many_refused": gettext_lazy("近一个月已有三次没有通过，请带上证件到物业当面办理。"),
    "not_office": gettext_lazy("只有物业前台和社区可以办理。"),
    "own_claim": gettext_lazy("自己的申请要由别的同事办理。"),
    "say_ground": gettext_lazy("请写明怎样核实的。"),
    "say_why": gettext_lazy("请写明原因，对方会看到。"),
    "withdrawn": gettext_lazy("申请人已经撤回，不用再办。"),
    "not_yours": gettext_lazy("这不是您可以办的。"),
    "not_a_tenant": gettext_lazy("只有租户的期限可以改。"),
    "moved_on": gettext_lazy("情况有变化，请刷新看看。"),
    "may_not_invite": gettext_lazy("您不能邀请这种身份的人。业主要由物业或社区确认。"),
    "own_invitation": gettext_lazy("这是您自己发的邀请码，请发给要来住的人。"),
    "yourself": gettext_lazy("这是您自己的代办码，请告诉您的子女。"),
    "already_bound": gettext_lazy("您已经在替这位老人办事了。"),
    "too_many_bonds": gettext_lazy("这位老人的代办人已经够多了，请先取消一位。"),
    "which_unit": gettext_lazy("请选择按单元还是按楼幢张贴。"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words: what is wrong, and what to do."""
    if isinstance(error, OutOfState) and error.code == "already_decided":
        who = " ".join(part for part in (error.details.get("by", ""), error.details.get("who", "")) if part)
        return _("%(who)s 已经办过了，结果是：%(state)s。") % {"who": who, "state": error.details["state"]}
    if isinstance(error, KeyReused):
        return _("这张表已经交过，内容又改了。请刷新后再试。")
    return str(REFUSALS.get(getattr(error, "code", ""), _("没有办成，请刷新后再试。")))


def refusal_field(error: Exception) -> str | None:
    """The name of the field that the refusal is about, if it is about one."""
    return error.details.get("field") if isinstance(error, Refused) else None


STATE_TONES = {"claimed": "warn", "confirmed": "good", "refused": "late", "withdrawn": "neutral", "ended": "neutral"}


def steps(link: Occupancy, *, to_person: bool = False) -> list[dict[str, Any]]:
    """The time line of a link to a home: what happened, and while it waits, what comes next."""
    found: list[dict[str, Any]] = []
    if link.claimed_at is not None and link.route != Occupancy.Route.INVITATION:
        found.append({"title": _("提出申请"), "moment": link.claimed_at, "detail": link.note})
    if link.reminded_at is not None:
        found.append({"title": _("已再次提醒物业和社区"), "moment": link.reminded_at})
    state = Occupancy.State
    if link.state == state.CLAIMED:
        found.append(
            {
                "title": _("等待物业或社区核实"),
                "state": "now",
                "detail": _("不会自动通过，有了结果会发短信告诉您。") if to_person else "",
            }
        )
    elif link.state == state.WITHDRAWN:
        found.append({"title": _("已撤回")})
    elif link.decided_at is not None:
        found.append(
            {
                "title": _("没有通过") if link.state == state.REFUSED else _("已确认"),
                "moment": link.decided_at,
                "state": "late" if link.state == state.REFUSED else "done",
                "who": link.decided_as if link.route != Occupancy.Route.MATCH else "",
                "detail": link.ground,
            }
        )
    if link.state == state.ENDED:
        found.append({"title": _("已迁出"), "moment": link.ended_at, "who": link.ended_as, "detail": link.end_reason})
    return found
