"""Refusals of the duty in plain words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from duty.actions.change import DutyRefused
from idempotency.actions import KeyRefused

_REFUSALS: dict[str, str | Promise] = {
    "not_yours": _("您现在的身份不能做这一步。"),
    "no_such_post": _("请选择一位在岗的同事。"),
    "weekdays": _("请至少选一天。"),
    "phone": _("电话不对，例如 13800001234 或 0579-87180001。"),
    "overlaps": _("同一个人同一时间已经有班，请换个时间或换人。"),
    "over": _("这个时间已经过去了。"),
    "too_long": _("一班最长 24 小时，请分成几班。"),
    "begun": _("这一班已经开始，不能再换。请直接联系经理。"),
    "offered": _("这一班已经在等人答复，请先撤回。"),
    "in_return": _("对方的这一班换不了，请重新选择。"),
    "gone": _("慢了一步：这一班已经有人接，或者对方撤回了。"),
    "key_malformed": _("页面已经过期，请再提交一次。"),
    "key_reused": _("这一页已经提交过一次，请再点一次提交。"),
}


def refusal_text(error: DutyRefused | KeyRefused) -> str:
    """A refusal in words that say what to do. KeyError for a code without words, which a test keeps from happening."""
    return str(_REFUSALS[error.code])
