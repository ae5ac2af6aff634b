"""What people are told about defects."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# By code, the title and the body.
TEMPLATES = {
    "defects.found": (
        _("发现消防故障：%(place)s"),
        _("%(compound)s，%(number)s，%(place)s：%(what)s。请安排维修。"),
    ),
    "defects.climbed": (
        _("消防故障一天没有销号：%(place)s"),
        _("%(compound)s，%(number)s，%(found)s 发现，%(place)s：%(what)s，到现在没有销号。请督促。"),
    ),
    "defects.late": (
        _("消防故障超时没有销号：%(place)s"),
        _("%(compound)s，%(number)s，%(found)s 发现，%(place)s：%(what)s，到现在没有销号。"),
    ),
    "defects.repaired": (
        _("消防故障已修好，请复查：%(place)s"),
        _("%(compound)s，%(number)s，%(who)s说修好了：%(how)s。请另一个人到现场复查后销号。"),
    ),
    "defects.cleared": (
        _("消防故障已销号：%(place)s"),
        _("%(compound)s，%(number)s，%(who)s复查合格。"),
    ),
    "defects.rejected": (
        _("复查不合格，请再修：%(place)s"),
        _("%(compound)s，%(number)s，%(what)s：%(why)s"),
    ),
    "defects.stopped": (
        _("系统停用，请您签字：%(place)s"),
        _("%(compound)s，%(number)s，%(place)s：%(what)s，系统已停用，请核对安全保护措施后签字。"),
    ),
    "defects.fund": (
        _("消防维修申请用维修资金：%(amount)s 元"),
        _("%(compound)s，%(number)s，%(place)s：%(what)s。%(why)s"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("defects", _("消防故障"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
