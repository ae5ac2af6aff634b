"""Refusals in plain words: of the key pages, and of the calls."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idempotency.actions import KeyRefused as FormRefused
from open311.actions import KeyRefused
from open311.rules import Unfit

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能管理密钥。"),
    "name": gettext_lazy("请写明给哪个系统用，最多 24 个字。"),
    "too_many": gettext_lazy("一个岗位最多 10 个密钥。请先停用一个不用的。"),
    "revoked": gettext_lazy("这个密钥已经停用了。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
}
_UNFIT: dict[str, Words] = {
    "missing": gettext_lazy("缺少参数 %(argument)s。"),
    "moment": gettext_lazy("%(argument)s 要写成带时区的 W3C 时间，例如 2026-11-21T08:00:00+08:00。"),
    "order": gettext_lazy("%(argument)s 不能早于 start_date。"),
    "span": gettext_lazy("start_date 到 end_date 最多 90 天。"),
    "number": gettext_lazy("%(argument)s 要填整数，并且在允许的范围内。"),
    "coordinate": gettext_lazy("%(argument)s 要填 WGS84 的度数，例如 28.88812。"),
    "pair": gettext_lazy("lat 和 long 要一起给。"),
    "choice": gettext_lazy("%(argument)s 的值不在可选范围内。"),
    "unknown": gettext_lazy("这个小区里没有 %(argument)s 所写的地方，请核对。"),
    "unreadable": gettext_lazy("%(argument)s 里有无法保存的符号。"),
    "many": gettext_lazy("%(argument)s 一次最多 100 个。"),
    "place": gettext_lazy(
        "请给出地点：address_string、address_id、lat 和 long，或 attribute[home]、attribute[building]。"
    ),
    "token": gettext_lazy("Idempotency-Key 要用 16 到 64 个字母、数字、- 或 _。"),
    "refiled": gettext_lazy("这个 Idempotency-Key 已经用于另一件报修，请换一个。"),
    "unparsed": gettext_lazy("请求的内容读不出来，请用 application/x-www-form-urlencoded、UTF-8 编码。"),
}


def refusal_text(error: KeyRefused | FormRefused) -> str:
    """Why a key is not made or revoked. KeyError for a code without words, which a test keeps from happening."""
    return str(_REFUSALS[error.code])


def unfit_text(error: Unfit) -> str:
    """What is wrong with an argument of a call."""
    return str(_UNFIT[error.code]) % {"argument": error.argument}


def problem_text(status: int) -> str:
    """What a call is answered that is refused as a whole."""
    return {
        403: _("api_key 缺失或无效。请核对密钥，或请管理人员重新生成。"),
        404: _("没有找到。请核对 jurisdiction_id、service_code 和编号。"),
        405: _("这个地址不支持这种请求方法。"),
        429: _("请求太频繁，请一分钟后再试。"),
    }[status]
