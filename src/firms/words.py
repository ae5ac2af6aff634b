"""Refusals and states in plain words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from documents.views import REFUSALS as FILE_REFUSALS
from firms.actions.change import FirmRefused
from firms.actions.posts import Notice
from idempotency.actions import KeyRefused

Words = str | Promise
_TWICE = _("这一页已经提交过一次，请再点一次提交。")
REFUSALS: dict[str, Words] = {
    "not_yours": _("您现在的身份不能做这一步。"),
    "no_compound": _("您的身份现在没有覆盖任何小区，不能登记。请先录入合同或辖区。"),
    "name": _("请写 2 到 80 个字的名称。"),
    "credit_code_length": _("统一社会信用代码是 18 位，请核对。"),
    "credit_code_signs": _("统一社会信用代码只有数字和大写字母，不含 I、O、S、V、Z，请核对。"),
    "credit_code_checksum": _("统一社会信用代码的校验位不对，请对照营业执照核对。"),
    "other_name": _("这个代码或手机号已经用别的名字登记过，名字对不上，请核对。"),
    "name_taken": _("已经有一个单位叫这个名字，请核对名称和代码。"),
    "code_taken": _("这个代码是另一个单位的，请核对。"),
    "listed": _("这家企业已经在名册里了，请直接查找。"),
    "nothing": _("没有改动，不用保存。"),
    "compound": _("请选择您辖区里的一个小区。"),
    "basis": _("请写依据。"),
    "why": _("请写原因。"),
    "starts": _("开始日期不对，请核对。"),
    "ends": _("结束日期不对，请核对。"),
    "ends_before_start": _("结束不能早于开始。"),
    "overlaps": _("这段时间这个小区已经有物业企业，同一时间只能有一家。请先结束原合同，或改日期。"),
    "over": _("这份合同已经到期，不用再结束。"),
    "later": _("只能提前结束，这一天不早于原来的到期日。"),
    "role": _("这个职务不由您登记，请选列表里的。"),
    "self": _("不能给自己登记职务，请由上一级登记。"),
    "closed": _("这个手机号的账号已注销，请换一个手机号。"),
    "only": _("请从列表里选小区，您管不到的不能选。"),
    "whole": _("请选具体的小区：您管不到这家企业的全部小区。"),
    "twice": _("已经登记过，不用再登记一次。"),
    "not_crossed": _("没有查到此人在另一方的职务。请先在那一方登记，或去掉“交叉任职”。"),
    "cross_within_organisation": _("交叉任职要来自另一个单位。"),
    "cross_from_other_person": _("交叉任职要是本人的另一个职务。"),
    "no_such_role": _("这个单位没有这个职务。"),
    "sooner": _("这个职务本来就在这一天或更早结束。"),
    "sure": _("请先看上面的提醒，确认后再结束。"),
    "begun": _("已经任职，不能作废，请改用“结束任职”。"),
    "person": _("请选一位现在在岗的人。"),
    "kind": _("证书种类和持有人对不上，请重新选。"),
    "title": _("请写证书名称。"),
    "number": _("请填写证书编号。"),
    "expires": _("有效期不对，请核对。"),
    "withdrawn": _("这张证书已经停用。"),
    "key_malformed": _("页面已经过期，请再提交一次。"),
    "key_reused": _TWICE,
}


def refusal_text(error: FirmRefused | KeyRefused) -> str:
    """A refusal in words that say what to do. KeyError for a code without words, which a test keeps from happening."""
    other: Any = getattr(error, "details", {}).get("other")
    if error.code == "overlaps" and other is not None:
        return gettext(
            "%(firm)s从 %(starts)s 到 %(ends)s 在服务这个小区，同一时间只能有一家。请先结束原合同，或改日期。"
        ) % {
            "firm": other.company.name,
            "starts": other.starts,
            "ends": other.ends or gettext("没有约定到期日"),
        }
    return str(REFUSALS[error.code])


def file_refusal_text(code: str) -> str:
    """Why a copy is not taken in."""
    return str(FILE_REFUSALS[code])


STANDINGS: dict[str, tuple[Words, str]] = {
    "valid": (_("有效"), "good"),
    "soon": (_("快到期"), "warn"),
    "over": (_("已过期"), "late"),
    "withdrawn": (_("已停用"), "neutral"),
}


def warning_text(told: Notice) -> str:
    """What is said before a post ends."""
    if told.code == "open":
        return ngettext(
            "手上还有 %(count)d %(what)s未完成。最好先转派；不转派的，结束后自动退回派工。",
            "手上还有 %(count)d %(what)s未完成。最好先转派；不转派的，结束后自动退回派工。",
            told.count,
        ) % {"count": told.count, "what": told.words}
    if told.code == "own":
        return gettext("这是您自己的职务。结束后您就不能再登记和管理本单位的人。")
    return gettext("这是本单位这个职务的最后一位。结束后没有人接手，请先登记接任的人。")
