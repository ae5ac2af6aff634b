"""Handovers in plain words: refusals, events, what is whose to do now."""

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from handover.models import Event, Handover, LateRecord, Role, State
from handover.refusals import Refused
from handover.rules.reading import Bad
from idempotency.actions import KeyRefused
from registers.rules.workbook import WorkbookRefused
from registers.words import FILES as BOOKS
from repairs.refusals import Refused as RequestRefused
from repairs.words import refusal_text as request_refusal

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "moved_on": gettext_lazy("交接现在是“%(state)s”，不能再做这一步。"),
    "no_contract": gettext_lazy("请选择要交接的合同。"),
    "no_last_day": gettext_lazy("这份合同还没有最后服务日，请先在合同里登记到哪一天为止。"),
    "due_out_of_range": gettext_lazy("交接期限要在最后服务日当天或之后 %(most)s 天以内。"),
    "opened_already": gettext_lazy("这份合同的交接已经有人发起，请到列表里打开。"),
    "pack_in_making": gettext_lazy("上一份交接书还在制作，请稍后再补充。"),
    "say_why": gettext_lazy("请写明原因。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "unreadable": gettext_lazy("文字里有电脑自造的字，换一台电脑看不见，请重新打这个字。"),
    "nothing": gettext_lazy("没有读到内容，请检查后再试。"),
    "too_many_rows": gettext_lazy("一份清单最多 %(most)s 行，请分开。"),
    "too_many": gettext_lazy("一次最多 %(most)s 行。"),
    "no_such_list": gettext_lazy("没有这份清单。"),
    "from_the_portal": gettext_lazy("未办结的报修由系统自动列出，不能手改。"),
    "no_title": gettext_lazy("请写名称。"),
    "quantity": gettext_lazy("数量请填整数，例如 3。"),
    "amount": gettext_lazy("金额请填数字，例如 1250.50，最多两位小数。"),
    "unknown_verdict": gettext_lazy("请选择已交、缺少或有异议。"),
    "say_what": gettext_lazy("“%(title)s”选了缺少或有异议，请在备注里写明情况。"),
    "rows_open": gettext_lazy("还有 %(count)s 行没有核对，核对完才能定稿。"),
    "rows_bad": gettext_lazy("有 %(count)s 行要改，一行都没有加进去。改好以后再试。"),
    "say_name": gettext_lazy("请写签名人的姓名。"),
    "say_post": gettext_lazy("请写签名人的职务。"),
    "changed": gettext_lazy("清单在您打开以后有改动，请重新看一遍再签。"),
    "signed_already": gettext_lazy("这一方已经签过了。%(name)s"),
    "others_first": gettext_lazy("请等各方都签字或记录在案，社区最后见证签字。"),
    "taken_already": gettext_lazy("已由%(who)s接收。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印这一份。"),
    "unknown_kind": gettext_lazy("这种文书已经停用。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}
_BAD: dict[str, Words] = {
    "no_title": gettext_lazy("没有名称"),
    "too_long": gettext_lazy("写得太长"),
    "unreadable": gettext_lazy("有电脑自造的字"),
    "quantity": gettext_lazy("数量“%(said)s”不是整数"),
    "amount": gettext_lazy("金额“%(said)s”不是数字"),
}
FIELDS: dict[str, Any] = {
    "title": gettext_lazy("名称"),
    "detail": gettext_lazy("说明"),
    "place": gettext_lazy("位置"),
    "condition": gettext_lazy("状况"),
    "quantity": gettext_lazy("数量"),
    "amount": gettext_lazy("金额（元）"),
    "note": gettext_lazy("备注"),
}
EVENTS: dict[str, Words] = {
    "open": gettext_lazy("发起交接"),
    "begin": gettext_lazy("开始填清单"),
    "list": gettext_lazy("填写清单"),
    "freeze": gettext_lazy("核对完毕，定稿"),
    "unfreeze": gettext_lazy("退回修改"),
    "sign": gettext_lazy("签字"),
    "decline": gettext_lazy("没有签字，记录在案"),
    "witness": gettext_lazy("社区见证签字，交接完成"),
    "amend": gettext_lazy("补充更正"),
    "cancel": gettext_lazy("取消交接"),
}
TONES = {"completed": "good", "cancelled": "neutral", "signing": "warn", "checked": "warn"}
VERDICT_TONES = {"open": "neutral", "handed": "good", "missing": "late", "disputed": "warn"}
ICONS = {
    "case": "tool",
    "key": "key",
    "device": "settings",
    "paper": "file-text",
    "money": "scale",
    "people": "users",
}  # fmt: skip
STEPS: dict[str, Words] = {
    "accept": gettext_lazy("受理"),
    "assign": gettext_lazy("派工"),
    "arrive": gettext_lazy("到场"),
    "start": gettext_lazy("开始处理"),
    "finish": gettext_lazy("完工"),
    "sign": gettext_lazy("签字"),
    "pause": gettext_lazy("暂停"),
    "quote": gettext_lazy("报价"),
    "remark": gettext_lazy("回复"),
}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, WorkbookRefused):
        return str(BOOKS[error.code]) % error.details
    if isinstance(error, RequestRefused) and error.code not in _REFUSALS:
        return request_refusal(error)
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])


def refusal_field(error: Exception) -> str | None:
    """The form field beside which the words belong, or None for the form as a whole."""
    if isinstance(error, (FileRefused, WorkbookRefused)):
        return "file"
    return error.details.get("field") if isinstance(error, Refused) else None


def bad_text(bad: Bad) -> str:
    """What is wrong with one cell: 第3行 数量“三把”不是整数."""
    said = str(_BAD[bad.code]) % {"said": bad.said} if bad.said else str(_BAD[bad.code])
    return _("第%(row)s行：%(field)s：%(said)s") % {"row": bad.row, "field": FIELDS[bad.field], "said": said}


def event_title(event: Event) -> str:
    """What happened, in a word or two."""
    return str(EVENTS.get(event.action, event.action))


def event_who(event: Event) -> str:
    """Who acted, by name and post; the clock as 系统."""
    return _("系统") if event.party == "system" else event.label


def step_text(action: str) -> str:
    """What a late record was meant to be."""
    return str(STEPS.get(action, _("操作")))


def days_text(day: date, now: datetime) -> str:
    """How far off a day is: 还有 3 天, 就是今天, 已过 2 天."""
    left = (day - localdate(now)).days
    if left == 0:
        return _("就是今天")
    return _("还有 %(days)s 天") % {"days": left} if left > 0 else _("已过 %(days)s 天") % {"days": -left}


def turn_text(handover: Handover, side: str, waiting: list[str]) -> str:  # noqa: PLR0911  one sentence for each
    """What is this side's to do now, in one sentence; for whoever only reads, whose turn it is."""
    if handover.state == State.OPENED:
        return _("等开始填清单：系统会先把知道的填好。")
    if handover.state == State.LISTING:
        if side == Role.OUTGOING:
            return _("请您把钥匙、设施设备、资料和钱款补齐。")
        if side:
            return _("请您逐项核对，核对完就可以定稿。")
        return _("原物业在填清单，接收方逐项核对。")
    if handover.state in {State.CHECKED, State.SIGNING}:
        if side in waiting:
            return _("等您签字。") if side != Role.COMMUNITY else _("各方都签了，请社区见证签字，交接就完成。")
        names = "、".join(str(Role(role).label) for role in waiting)
        return _("等%(names)s签字。") % {"names": names}
    if handover.state == State.COMPLETED:
        return _("交接已完成，交接书可以查看和打印。")
    return _("交接已取消：%(reason)s") % {"reason": handover.ended_reason}


def late_text(kept: LateRecord) -> str:
    """What whoever was too late reads: why it was refused, that nothing is lost, and who has it now."""
    said = _("%(firm)s在本小区的服务到 %(day)s 为止，之后不能再办这件报修，所以没有生效。") % {
        "firm": kept.company_name,
        "day": kept.last_day.isoformat(),
    }
    parts = [_("文字")] if kept.words else []
    count = kept.photos.count()
    if count:
        parts.append(_("%(count)s张照片") % {"count": count})
    if kept.signature_id is not None:
        parts.append(_("签名"))
    what = _("您写的%(parts)s没有丢") % {"parts": _("、").join(parts)} if parts else _("您的操作已经记下")
    return said + _("%(what)s：已单独保存，现在负责的物业和社区看得到，可以直接接收。您不用再做什么。") % {"what": what}
