"""Objections in plain words: refusals, who objected as others read it, the one line of who must answer until when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from lifecycle.refusals import Refused
from publicity.models import Objection, ObjectionState, Outcome
from publicity.rules.objecting import COMMUNITY, STREET, public_words
from ui.words import masked_name

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_entitled": gettext_lazy("本小区的业主、住户和业委会委员可以提异议，请用本人的身份。"),
    "not_yours": gettext_lazy("这件异议不是您提的，您不能做这一步。"),
    "not_your_answer": gettext_lazy("这件异议由发布单位的负责人答复，您现在的身份不能答复。"),
    "own_objection": gettext_lazy("自己提的异议不能自己答复，请由本单位另一位负责人答复。"),
    "voided": gettext_lazy("这次公示已作废，不用再提异议。原因：%(why)s"),
    "ended": gettext_lazy("提异议的时间到 %(day)s 为止，已经过了。还有意见请直接找社区。"),
    "further_once": gettext_lazy("对答复只能再提一次异议，您已经提过了。还有意见请直接找社区或街道。"),
    "moved_on": gettext_lazy("这件异议现在是“%(state)s”，不能再做这一步。"),
    "empty": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "no_such_home": gettext_lazy("请选择您的房子。"),
    "too_many_files": gettext_lazy("材料最多 %(most)s 份，请去掉几份。"),
    "too_many_open": gettext_lazy("您已有 %(most)s 件异议等答复，请等答复，或撤回一件再提。"),
    "not_only_covered": gettext_lazy("公开的文字只能用 × 盖住，别的字不能改，已经盖住的也不能露出来。"),
    "all_covered": gettext_lazy("不能把整段话都盖住，请只盖住姓名、电话这些。"),
    "unknown_outcome": gettext_lazy("请选择采纳、部分采纳还是不采纳。"),
    "not_ended": gettext_lazy("公示还没有期满，期满后才能出证明。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("公示期满（或作废）后，由各方负责人出证明。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}
_RELATIONS: dict[str, Words] = {
    "owner": gettext_lazy("业主"),
    "family": gettext_lazy("业主家人"),
    "tenant": gettext_lazy("租户"),
    "committee": gettext_lazy("业委会委员"),
}
TONES = {"open": "warn", "answered": "good", "withdrawn": "neutral", "lapsed": "neutral"}
OUTCOME_TONES = {"accepted": "good", "partly": "info", "refused": "neutral"}


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
    return error.details.get("field", "") if isinstance(error, Refused) else ""


def relation_text(objection: Objection) -> str:
    """As what somebody objected."""
    return str(_RELATIONS.get(objection.relation, objection.relation))


def shown_objector(objection: Objection) -> str:
    """The objector as everyone reads it: 3幢 业主 张**; of a home its building and no more."""
    parts = (objection.building, relation_text(objection), masked_name(objection.name))
    return " ".join(part for part in parts if part)


def full_objector(objection: Objection) -> str:
    """The objector as the pages behind the board read it: 张小三（业主，3幢2单元501）."""
    inside = "，".join(part for part in (relation_text(objection), objection.address) if part)
    return _("%(name)s（%(what)s）") % {"name": objection.name, "what": inside}


def who_answers(objection: Objection, today: date) -> str:
    """One line: who must answer until when, or how it stands."""
    if objection.state == ObjectionState.ANSWERED and objection.answered_at:
        return _("%(body)s已答复：%(outcome)s") % {
            "body": objection.answered_body,
            "outcome": Outcome(objection.outcome).label,
        }
    if objection.state != ObjectionState.OPEN:
        return str(ObjectionState(objection.state).label)
    said = {"body": objection.notice.speaker, "day": f"{objection.due_on.month}月{objection.due_on.day}日"}
    if today <= objection.due_on:
        return _("%(body)s要在 %(day)s 前答复") % said
    if objection.level >= STREET:
        return _("%(body)s应在 %(day)s 前答复，已超期，已报社区和街道") % said
    if objection.level >= COMMUNITY:
        return _("%(body)s应在 %(day)s 前答复，已超期，已报社区") % said
    return _("%(body)s应在 %(day)s 前答复，已超期") % said


def published(objection: Objection, names: Iterable[str] = ()) -> tuple[str, str]:
    """Passage and words as everyone reads them; covered here for what was answered before covers were kept, or is not yet."""
    return (
        objection.shown_passage or public_words(objection.passage, names),
        objection.shown_words or public_words(objection.words, names),
    )


def beside_notice(objection: Objection, *, names: bool) -> dict[str, Any]:
    """An objection as it stands beside the notice: what was said and answered, without anything that names its author.

    Before the answer only that there is one is public; ``names``: for the pages behind the board.
    """
    answered = objection.state == ObjectionState.ANSWERED
    passage, words = published(objection) if answered or names else ("", "")
    return {
        "objection": objection,
        "who": full_objector(objection) if names else shown_objector(objection),
        "passage": passage,
        "words": words,
        "state": ObjectionState(objection.state).label,
        "tone": TONES[objection.state],
        "answered": answered,
        "outcome": Outcome(objection.outcome).label if answered else "",
        "outcome_tone": OUTCOME_TONES.get(objection.outcome, "neutral"),
        "answer": public_words(objection.answer),
        "further": objection.earlier_id is not None,
    }
