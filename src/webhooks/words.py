"""Refusals and the ends of calls in plain words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from idempotency.actions import KeyRefused
from webhooks.actions import WebhookRefused
from webhooks.models import Delivery

Words = str | Promise

_PRIVATE = _("这个地址在内部网络里，不能通知。请换成公网地址。")
_NO_NAME = _("找不到这个域名，请核对地址。")
_REFUSALS: dict[str, Words] = {
    "not_yours": _("您现在的身份不能设置系统对接。"),
    "too_many": _("一个小区最多接 10 个系统。请先结束一个不用的。"),
    "name": _("请写一个名称。"),
    "events": _("请至少选一项。"),
    "ended": _("这个对接已经结束，请新建一个。"),
    "not_active": _("这个对接没有启用，请先启用再发送。"),
    "waiting": _("这一条还在等待发送，不用重发。"),
    "not_https": _("地址要以 https:// 开头。"),
    "has_user": _("地址里不能带用户名和密码。"),
    "no_host": _("地址里没有域名，请核对。"),
    "port": _("只能用 443 或 8443 端口。"),
    "private": _PRIVATE,
    "refused_address": _PRIVATE,
    "no_such_name": _NO_NAME,
    "too_long": _("地址太长，最多 400 个字符。"),
    "unreadable": _("地址写得不对，请核对。"),
    "key_malformed": _("页面已经过期，请再提交一次。"),
    "key_reused": _("这一页已经提交过一次，请再点一次提交。"),
}
_ERRORS: dict[str, Words] = {
    "refused_address": _PRIVATE,
    "no_such_name": _NO_NAME,
    "timeout": _("5 秒内没有回应。"),
    "tls": _("证书有问题，无法建立安全连接。"),
    "unreachable": _("连接不上。"),
    "unexpected": _("发送时出错，会再试。"),
    "ended": _("对接已结束，不再发送。"),
    "not_acting": _("贵单位已不再服务这个小区，不再发送。"),
}


def refusal_text(error: WebhookRefused | KeyRefused) -> str:
    """A refusal in words that say what to do. KeyError for a code without words, which a test keeps from happening."""
    return str(_REFUSALS[error.code])


def outcome_text(delivery: Delivery) -> str:
    """How the last call ended: the receiver's status, or why there was no answer. Empty before the first call."""
    if delivery.error:
        return str(_ERRORS[delivery.error])
    if delivery.answer is not None:
        return str(_("对方回应 %(status)s") % {"status": delivery.answer})
    return ""
