"""Letters in plain words: refusals, states, where a letter stands."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from letters.models import Addressee, Letter, State
from letters.refusals import Refused
from letters.rules import is_overdue

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "not_your_post": gettext_lazy("函件由本单位的负责人发出和撤回，请由负责人操作。"),
    "not_addressed": gettext_lazy("这封函没有发给您的单位，不能签收或回复。"),
    "empty": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "no_addressee": gettext_lazy("请选择发给哪个单位。"),
    "too_many_addressees": gettext_lazy("一封函最多发给 %(most)s 个单位。"),
    "no_such_body": gettext_lazy("选的单位现在不在本小区履职，请重新选择。"),
    "reply_past": gettext_lazy("请对方回复的日子已经过去，请改到以后。"),
    "reply_to_sender": gettext_lazy("这是复函，要发给来函的%(name)s。"),
    "replace_all": gettext_lazy("新函要发给原函的所有单位，请补选。"),
    "too_many_files": gettext_lazy("附件最多 %(most)s 个，请去掉几个。"),
    "moved_on": gettext_lazy("这封函现在是“%(state)s”，不能再做这一步。"),
    "sign_first": gettext_lazy("请先签收来函，再发复函。"),
    "answered_already": gettext_lazy("您的单位已经回复过这封函，要补充请另发一封。"),
    "already_signed": gettext_lazy("对方已经签收，不能撤回；内容有误请另发一封替代它。"),
    "say_why": gettext_lazy("请写明原因。"),
    "text_changed": gettext_lazy("您打开以后函件有变化，请重新看一遍再签收。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印这封函。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}
TONES = {"draft": "neutral", "sent": "good", "withdrawn": "late", "replaced": "neutral", "dropped": "neutral"}
_FIELDS = {"file": "uploads"}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    return str(_REFUSALS[error.code]) % error.details if error.details else str(_REFUSALS[error.code])


def refusal_field(error: Exception) -> str:
    """The form field beside which the words belong; "" for the form as a whole."""
    if isinstance(error, FileRefused):
        return "uploads"
    named = error.details.get("field", "") if isinstance(error, Refused) else ""
    return _FIELDS.get(named, named)


def day_text(day: date) -> str:
    """A day as letters write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def standing(letter: Letter, addressee: Addressee, today: date) -> tuple[str, str]:
    """Where a letter stands with one addressee: words and tone."""
    if letter.state != State.SENT and addressee.signed_at is None:
        return _("没有签收"), "neutral"
    if addressee.answered_at is not None:
        return _("已复函"), "good"
    if letter.state == State.SENT and is_overdue(letter.reply_by, today):
        return _("超期没有复函"), "late"
    if addressee.signed_at is None:
        return _("等签收"), "warn"
    return (_("已签收，等复函"), "info") if letter.reply_by and letter.state == State.SENT else (_("已签收"), "good")
