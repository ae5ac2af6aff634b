"""Reason codes of refusals, in words that a resident uses."""

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.actions import CodeRefusedError


def refusal(refused: CodeRefusedError) -> str:
    """What to tell the person whose code is not sent or not accepted: what is wrong, and what to do."""
    if refused.code == "wrong" and refused.left is not None:
        return ngettext(
            "验证码不对，还可以再试 %(left)d 次。", "验证码不对，还可以再试 %(left)d 次。", refused.left
        ) % {"left": refused.left}
    when = timezone.localtime(refused.until).strftime("%H:%M") if refused.until else ""
    return {
        "soon": gettext("验证码一分钟只能获取一次，请稍等。"),
        "often": gettext("这个号码获取验证码太多次了，请在 %(when)s 之后再试。") % {"when": when},
        "crowd": gettext("这个网络获取验证码太多次了，请在 %(when)s 之后再试，或换用手机流量。") % {"when": when},
        "locked": gettext("输错次数太多，为保护账号已暂停验证，请在 %(when)s 之后再试。") % {"when": when},
        "unsent": gettext("短信没有发出去，请过一分钟再试。"),
        "number": gettext("短信发不到这个号码，请检查号码或换一个。"),
        "spent": gettext("这个验证码输错太多次，已作废，请重新获取。"),
    }.get(refused.code, gettext("验证码已失效，请重新获取。"))
