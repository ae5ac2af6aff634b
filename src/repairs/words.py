"""Repair requests in plain words: refusals, the one line that says who holds a request, and the time line."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from idempotency.actions import KeyRefused
from repairs.models import Event, Remark, Request
from repairs.refusals import Refused
from repairs.rules.behalf import CALLER
from repairs.rules.line import line
from repairs.rules.periods import unanswered
from ui.words import DAY, by_language, masked_name, span, spoken_moment

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_resident": gettext_lazy("报修要以本小区居民的身份提交。请先换成居民身份。"),
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "other_person": gettext_lazy("这张报修是用另一个账号填写的。请用原来的账号登录后再提交。"),
    "unknown_category": gettext_lazy("请选择报修类别。"),
    "unknown_place": gettext_lazy("请选择地点。"),
    "words_or_photo": gettext_lazy("请写一句话，或拍一张照片。"),
    "too_many_photos": gettext_lazy("照片最多 9 张，请去掉几张。"),
    "unreadable": gettext_lazy("文字里有无法显示的符号，请删掉后再提交。"),
    "not_your_home": gettext_lazy("这套房屋不在您名下。请重新选择，或请物业核对登记。"),
    "no_such_building": gettext_lazy("没有找到这幢楼，请重新选择。"),
    "say_where": gettext_lazy("请写明在哪里，例如：东门岗亭旁。"),
    "say_why": gettext_lazy("请写明原因。"),
    "say_who": gettext_lazy("请写明应该由谁处理。"),
    "say_what": gettext_lazy("请写下答复。"),
    "same_worker": gettext_lazy("这件报修已经在这位师傅手里，请选另一位。"),
    "no_such_worker": gettext_lazy("请选择一位在岗的师傅。"),
    "photo_needed": gettext_lazy("请至少拍一张完工照片。"),
    "stars_range": gettext_lazy("请点选一到五颗星。"),
    "urged_already": gettext_lazy("刚刚已经催办过，一小时内只能催一次。"),
    "already_answered": gettext_lazy("这一条已经答复过了。"),
    "too_late_to_reopen": gettext_lazy("已经过了七天，不能再重开。如果还有问题，请重新报修。"),
    "return_upheld": gettext_lazy("社区已认定退回成立。如果还有问题，请联系社区。"),
    "pause_too_short": gettext_lazy("暂停至少要15分钟，请选晚一点的时间。"),
    "pause_too_long": gettext_lazy("一次最多暂停30天。到时还没条件的，可以再暂停一次，并写明原因。"),
    "your_own": gettext_lazy("这是您自己的报修，不用再加入。"),
    "joined_already": gettext_lazy("您已经加入过了，有进展会告诉您。"),
    "one_unlisted": gettext_lazy("一件业主看得到，一件只给工作人员看，不能并到一起。"),
    "same_request": gettext_lazy("不能并入它自己，请选另一件报修。"),
    "no_such_request": gettext_lazy("没有找到这件报修，请重新选择。"),
    "tied_in_a_ring": gettext_lazy("那一件本来就属于别的报修，请直接选最上面的那一件。"),
    "only_for_parent": gettext_lazy("您在这里是替家人办事，请选择替哪位家人报修。"),
    "not_bound": gettext_lazy("您没有替这位家人办事的授权。请先用家人的授权码绑定。"),
    "say_for_whom": gettext_lazy("请写明替谁报修。"),
    "no_number": gettext_lazy("来电人没有留电话。请联系接这个电话的单位。"),
    "phone_wrong": gettext_lazy("请填对方的手机号，师傅上门前要联系。"),
    "say_consent": gettext_lazy("请写明本人怎么同意的，例如：电话里同意。"),
    "no_such_home": gettext_lazy("没有找到这套房屋，请重新选择。"),
    "say_title": gettext_lazy("请写一个标题。"),
    "say_words": gettext_lazy("请写下要说的话。"),
    "say_name": gettext_lazy("请写签名人的名字。"),
    "ends_before": gettext_lazy("预计恢复时间要晚于现在。"),
    "arrived_already": gettext_lazy("已经记过到场时间了。"),
    "price_open": gettext_lazy("报价还在等居民答复，同意以后才能继续。"),
    "price_gone": gettext_lazy("这个报价已经改过或答复过了，请看最新的报价。"),
    "signature_needed": gettext_lazy("居民没有账号，请他在手机上签字后再记为同意。"),
    "signer_role": gettext_lazy("请选择是谁签名。"),
    "no_lines": gettext_lazy("请至少写一项材料或人工。"),
    "too_many_lines": gettext_lazy("明细最多 20 项，请合并几项。"),
    "line_kind": gettext_lazy("每一项请选材料或人工。"),
    "line_words": gettext_lazy("每一项请写明是什么，最多 60 字。"),
    "line_quantity": gettext_lazy("数量请填 1 到 999。"),
    "line_price": gettext_lazy("单价请填 0 到 10 万元。"),
    "total": gettext_lazy("合计要大于 0，最多 10 万元。"),
    "month_not_over": gettext_lazy("这个月还没过完，下个月再抽。"),
    "visit_result": gettext_lazy("请选择回访结果。"),
    "visited_already": gettext_lazy("这一件已经回访过了。"),
    "term_whole": gettext_lazy("受理和办结的时限要么都填，要么都不填。"),
    "term_minutes": gettext_lazy("时限请填 1 分钟到 365 天。"),
    "term_basis": gettext_lazy("请选择按自然时间还是工作时间算。"),
    "term_order": gettext_lazy("办结的时限要比受理的长。"),
    "since_past": gettext_lazy("生效时间不能早于现在。"),
    "rule_position": gettext_lazy("顺序请填 1 到 32767。"),
    "rule_hours": gettext_lazy("请选择时段。"),
    "rule_target": gettext_lazy("请选择交给谁。"),
    "too_many_rules": gettext_lazy("规则最多 100 条，请先删掉不用的。"),
    "reply_step": gettext_lazy("请选择用在哪一步。"),
    "too_many_replies": gettext_lazy("常用回复最多 100 条，请先删掉不用的。"),
    "no_places": gettext_lazy("请至少勾选一个位置码。"),
    "place_twice": gettext_lazy("这个位置已经有二维码了。"),
    "no_such_spot": gettext_lazy("这个二维码已停用，请自己选地点，或打物业电话。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次。如果要再报一件，请再点一次提交。"),
    "files": gettext_lazy("照片没有存好，请重新选择。"),
}
_DETAILED: dict[str, Words] = {
    "taken": gettext_lazy("已由%(worker)s接单，现在是“%(state)s”。"),
    "moved_on": gettext_lazy("这件报修现在是“%(state)s”，不能再做这一步。"),
    "incident_over": gettext_lazy("“%(state)s”已经结束，不能再改。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
}
_TOO_LONG: dict[str, Words] = {
    "words": gettext_lazy("写得太长了，最多 1000 字。"),
    "place_text": gettext_lazy("地点写得太长了，请写短一点。"),
    "wanted_time": gettext_lazy("时间写得太长了，最多 40 字。"),
}
_FILES: dict[str, Words] = {
    "empty": gettext_lazy("有一张照片是空的，请重新选择。"),
    "too_large": gettext_lazy("照片太大，每张最多 20 兆。"),
    "type": gettext_lazy("有一个文件不是照片。请用相机拍照，或选择 JPEG、PNG、WebP、HEIC 格式的照片。"),
    "animated": gettext_lazy("动图不能用，请换一张照片。"),
    "too_many_pixels": gettext_lazy("照片尺寸太大（最多 2400 万像素），请缩小后再传。"),
    "broken": gettext_lazy("有一张照片不完整或已损坏，请重新拍一张。"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. Someone who was slower reads who was faster.

    Takes ``Refused`` and the refusals of lower apps: FileRefused, DocumentRefused, KeyRefused. Raises KeyError for a
    code without words, which tests/repairs keeps from happening.
    """
    if isinstance(error, FileRefused):
        return str(_FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    if error.code == "too_long" and "most" not in error.details:
        return str(_TOO_LONG[error.details["field"]])
    if error.code in _DETAILED:
        return str(_DETAILED[error.code]) % error.details
    return str(_REFUSALS[error.code])


def refusal_field(error: Exception) -> str | None:
    """The form field beside which the words belong, or None for the form as a whole."""
    if isinstance(error, (FileRefused, DocumentRefused)):
        return "photos"
    return error.details.get("field") if isinstance(error, Refused) else None


# Lazy, so that a line translates the one sentence that it shows and not its neighbours as well.
_THEN: dict[str, Words] = {
    "manager": gettext_lazy("超时先报物业经理，再报业委会和社区"),
    "committee": gettext_lazy("超时满4小时仍未办好，会报告业委会和社区"),
    "street": gettext_lazy("再不办好，会报告街道"),
    "top": gettext_lazy("已报告街道督办"),
    "": "",
}
_THEN_URGENT: dict[str, Words] = {
    **_THEN,
    "manager": gettext_lazy("超时先报物业经理，半小时后报业委会和社区"),
    "committee": gettext_lazy("超时满半小时仍未办好，会报告业委会和社区"),
}
# An urgent one that nobody has answered does not wait for its deadline.
_THEN_UNANSWERED: dict[str, Words] = {
    **_THEN,
    "manager": gettext_lazy("5分钟没人答复就报物业经理，到时限再报业委会和社区"),
    "committee": gettext_lazy("到时限仍没人答复，会报告业委会和社区"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The one line in its parts: ``who`` holds it, ``until`` when, what ``then``; ``late`` when the limit has passed."""

    who: str
    until: str
    then: str
    late: bool

    def __str__(self) -> str:
        return _joined(self.who, self.until, self.then)


@by_language
def _joined(who: str, until: str, then: str) -> str:
    first = _("，").join(part for part in (who, until) if part)
    return _("；").join(part for part in (first, then) if part)


def spoken_line(request: Request, now: datetime, *, to_filer: bool = True) -> Spoken:
    """The resident's line in parts. Reads ``request.company`` and ``request.worker``: select them with the request."""
    if request.state == "submitted" and request.company_id is None and request.due_at is None:
        return Spoken(
            who=_("小区暂时没有物业，由社区跟进"),
            until="",
            then=_("新物业一到岗就转过去，从那时起算时限"),
            late=False,
        )
    found = line(state=request.state, due=request.due_at, level=request.level, now=now)
    who = _who(
        request.state,
        request.company.name if request.company is not None else "",
        request.worker.name if request.worker is not None else "",
        _reason(request),
        request.stars,
        unanswered(request.finished_at, request.state, now),
        to_filer,
    )
    if request.state == "paused" and request.paused_until is not None:
        until = _("%(moment)s恢复") % {"moment": spoken_moment(request.paused_until, now)}
        return Spoken(who=who, until=until, then=_("到时自动恢复，时限接着算"), late=False)
    if found.until is None:
        return Spoken(who=who, until="", then=_after(request, now, to_filer=to_filer), late=False)
    if found.late:
        until = _late_by(span(now - found.until))
    else:
        until = _limit(spoken_moment(found.until, now), request.state == "submitted", request.due_certain)
    return Spoken(
        who=who,
        until=until,
        then=_next(found.then, found.level, request.urgent, request.state != "submitted"),
        late=found.late,
    )


@by_language
def _late_by(length: str) -> str:
    return _("已超时%(span)s") % {"span": length}


@by_language
def _limit(moment: str, respond: bool, certain: bool) -> str:
    goal = _("答复") if respond else _("办好")
    until = _("%(moment)s前%(goal)s") % {"moment": moment, "goal": goal}
    return until if certain else until + _("（节假日安排公布后可能调整）")


@by_language
def _next(then: str, level: int, urgent: bool, answered: bool) -> str:
    said = str((_THEN if not urgent else _THEN_URGENT if answered else _THEN_UNANSWERED)[then])
    return _("，").join(part for part in (_reached(level), said) if part)


def line_text(request: Request, now: datetime, *, to_filer: bool = True) -> str:
    """Who holds it now, until when, and what happens if it is late, as one sentence."""
    return str(spoken_line(request, now, to_filer=to_filer))


_WHO: dict[str, Words] = {
    "submitted": gettext_lazy("由%(firm)s受理"),
    "accepted": gettext_lazy("%(firm)s已受理，正在安排师傅"),
    "assigned": gettext_lazy("已派给%(worker)s"),
    "working": gettext_lazy("%(worker)s正在处理"),
    "paused": gettext_lazy("已暂停：%(reason)s"),
    "done": gettext_lazy("已完成"),
    "closed": gettext_lazy("物业已强制结单，社区已收到通知"),
    "merged": gettext_lazy("与 %(into)s 是同一件事，已并到一起处理"),
    "returned": gettext_lazy("物业已退回，应由%(receiver)s处理"),
    "withdrawn": gettext_lazy("已撤回"),
}


def _reason(request: Request) -> str:
    """The one more word that the line of some states says: to whom, why, or into which."""
    return {
        "returned": request.returned_to,
        "paused": request.pause_reason,
        "merged": request.parent_number,
    }.get(request.state, "")


@by_language
def _who(state: str, firm: str, worker: str, reason: str, stars: int | None, quiet: bool, to_filer: bool) -> str:  # noqa: PLR0917
    if state == "awaiting":
        return _asked(to_filer=to_filer, quiet=quiet)
    if state == "done" and stars:
        return _("已完成，评价%(stars)s星") % {"stars": stars}
    said = {"firm": firm or _("物业"), "worker": worker, "receiver": reason, "reason": reason, "into": reason}
    return str(_WHO[state]) % said


def _asked(*, to_filer: bool, quiet: bool) -> str:
    if to_filer:
        return _("已报完工，一直在等您确认") if quiet else _("已报完工，请您看看修好没有")
    return _("已报完工，报修人七天未反馈，仍等确认") if quiet else _("已报完工，等报修人确认")


def _after(request: Request, now: datetime, *, to_filer: bool) -> str:
    """What can still be done when no clock runs. Nothing closes by itself."""
    if request.state == "awaiting":
        return _("您不确认，就不会结案") if to_filer else ""
    if request.state == "returned" and request.upheld_at is not None:
        return _("社区已认定退回成立，由社区跟进")
    if request.closed_at is None or not to_filer:
        return ""
    left = request.closed_at + 7 * DAY
    if request.state in {"done", "closed"} and now <= left:
        return _("没修好的话，%(moment)s前可以重开") % {"moment": spoken_moment(left, now)}
    if request.state == "returned" and now <= left:
        return _("不同意的话，%(moment)s前可以提出") % {"moment": spoken_moment(left, now)}
    return ""


def _reached(level: int) -> str:
    return str(_CLIMBED[str(level)]) if level in {1, 2} else ""


# --- the time line ------------------------------------------------------------------------------------------------------
_EVENTS: dict[str, Words] = {
    "file": gettext_lazy("提交报修"),
    "accept": gettext_lazy("受理"),
    "assign": gettext_lazy("派工"),
    "claim": gettext_lazy("接单"),
    "reassign": gettext_lazy("转派"),
    "release": gettext_lazy("师傅离岗，退回派工"),
    "release_paused": gettext_lazy("师傅离岗，退回派工"),
    "start": gettext_lazy("开始处理"),
    "finish": gettext_lazy("完工"),
    "confirm": gettext_lazy("确认修好"),
    "reopen": gettext_lazy("没修好，重开"),
    "return": gettext_lazy("退回"),
    "contest": gettext_lazy("不同意退回"),
    "withdraw": gettext_lazy("撤回"),
    "urge": gettext_lazy("催办"),
    "pause": gettext_lazy("暂停"),
    "resume": gettext_lazy("恢复处理"),
    "pause_ending": gettext_lazy("暂停快到期，自动提醒"),
    "force_close": gettext_lazy("强制结单"),
    "uphold": gettext_lazy("社区认定退回成立"),
    "deny": gettext_lazy("社区认定退回不成立"),
    "join": gettext_lazy("有邻居也遇到"),
    "leave": gettext_lazy("有邻居不再关注"),
    "merge": gettext_lazy("并入"),
    "absorb": gettext_lazy("有报修并入这一件"),
    "tie": gettext_lazy("关联到"),
    "incident": gettext_lazy("归入事件"),
    "settle": gettext_lazy("随事件一起完工"),
    "price": gettext_lazy("报价"),
    "price_agreed": gettext_lazy("同意报价"),
    "price_declined": gettext_lazy("不同意报价"),
    "sign": gettext_lazy("签字"),
    "visit": gettext_lazy("社区回访"),
    "arrive": gettext_lazy("师傅已到场"),
    "warn": gettext_lazy("快到时限，自动提醒"),
    "escalate": gettext_lazy("超时，自动上报"),
    "answer": gettext_lazy("答复"),
    "hand_on": gettext_lazy("因物业交接转交"),
    "take_late": gettext_lazy("接收原物业迟到的记录"),
}
_CLIMBED: dict[str, Words] = {
    "1": gettext_lazy("已报物业经理"),
    "2": gettext_lazy("已报业委会和社区"),
    "3": gettext_lazy("已报街道"),
}
# What a note that is a code stands for.
_NOTES: dict[str, dict[str, Words]] = {
    "sign": {"resident": gettext_lazy("报修人签字"), "worker": gettext_lazy("维修人员签字")},
    "visit": {
        "solved": gettext_lazy("已解决"),
        "unsolved": gettext_lazy("未解决"),
        "unreached": gettext_lazy("未联系上"),
    },
}
ACTIONS: dict[str, Words] = {
    "accept": gettext_lazy("受理"),
    "assign": gettext_lazy("派工"),
    "claim": gettext_lazy("我来接单"),
    "reassign": gettext_lazy("转派"),
    "start": gettext_lazy("开始处理"),
    "finish": gettext_lazy("完工"),
    "confirm": gettext_lazy("修好了，评价"),
    "reopen": gettext_lazy("没修好，重开"),
    "return": gettext_lazy("退回"),
    "contest": gettext_lazy("不同意退回"),
    "withdraw": gettext_lazy("撤回报修"),
    "urge": gettext_lazy("催办"),
    "arrive": gettext_lazy("我到了"),
    "pause": gettext_lazy("暂停"),
    "resume": gettext_lazy("恢复处理"),
    "force_close": gettext_lazy("强制结单"),
    "uphold": gettext_lazy("退回成立"),
    "deny": gettext_lazy("退回不成立，交回物业"),
    "merge": gettext_lazy("并入另一件"),
    "tie": gettext_lazy("关联到另一件"),
    "join": gettext_lazy("我也遇到"),
    "leave": gettext_lazy("不再关注"),
}


def event_title(event: Event) -> str:
    """What happened, in a word or two."""
    return str(_EVENTS.get(event.action, event.action))


def event_detail(event: Event) -> str:
    """What was said with it; for a step that the clock took, whom it reached."""
    if event.action in {"warn", "escalate"}:
        return str(_CLIMBED.get(event.note, ""))
    if event.action in _NOTES:
        return str(_NOTES[event.action].get(event.note, event.note))
    if event.action.startswith("price"):
        sum_, _space, rest = event.note.partition(" ")
        return _("，").join(part for part in (_("%(sum)s 元") % {"sum": sum_}, rest) if part)
    return event.note


def event_who(event: Event, *, viewer: int, askers: Collection[int]) -> str:
    """Who acted: the viewer as 我, other residents by their part only, staff by name and post, the clock as 系统."""
    if event.party == "system":
        return _("系统")
    if event.party == "resident":
        if event.person_id == viewer:
            return _("我")
        return _("报修人") if event.person_id in askers else _("邻居")
    return event.label


def said_by(remark: Remark, *, viewer: int) -> str:
    """Who said something: the viewer as 我, the other resident as 报修人, staff by name and post."""
    if remark.person_id == viewer:
        return _("我")
    return _("报修人") if remark.party == "resident" else remark.label


# Kept in the request as they stand here: the worker reads them whatever language the resident's page has.
WANTED: dict[str, Words] = {
    "工作日白天": gettext_lazy("工作日白天"),
    "工作日晚上": gettext_lazy("工作日晚上"),
    "周末": gettext_lazy("周末"),
    "来之前先打电话": gettext_lazy("来之前先打电话"),
}


def wanted_text(request: Request) -> str:
    """When the filer wants someone to come, in the page's language where it is one of our own choices."""
    return str(WANTED.get(request.wanted_time, request.wanted_time))


_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def without_numbers(text: str) -> str:
    """Text that others may read, with mobile numbers that someone wrote into it masked: 138****1234."""
    return _MOBILE.sub(r"\1****\2", text)


def filer_name(request: Request, *, viewer: int) -> str:
    """The filer as the page names them: 我, the post that filed it for a resident, else the masked name."""
    if request.filed_by_id == viewer:
        return _("我")
    return request.filed_as if request.filed_post is not None else masked_name(request.filed_by.name) or _("居民")


def for_whom(request: Request, *, viewer: int) -> str:
    """For whom it was filed (代报) as the page names them: 我, else the masked name; "" when for the filer."""
    if not request.consent:
        return ""
    if request.for_person_id == viewer:
        return _("我")
    return request.for_name if request.for_name == CALLER else masked_name(request.for_name) or _("居民")
