"""What people are told about papers on walls."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# By code, the title and the body.
TEMPLATES = {
    "posting.todo": (_("有公告要张贴：%(title)s"), _("%(compound)s，《%(title)s》要贴 %(count)s 处，%(due)s 前贴好。")),
    "posting.changed": (
        _("公告有更正，要换贴：%(title)s"),
        _("%(compound)s，《%(title)s》改到第 %(edition)s 版，%(count)s 处要换成新的，%(due)s 前换好。"),
    ),
    "posting.take_down": (
        _("公告要撤下：%(title)s"),
        _("%(compound)s，《%(title)s》不再有效，%(count)s 处还贴着，%(due)s 前撤下。"),
    ),
    "posting.gone": (
        _("有公告要补贴：%(title)s"),
        _("%(compound)s，《%(title)s》在%(place)s缺失或破损，%(due)s 前补贴。"),
    ),
    "posting.late": (
        _("公告还没贴完：%(title)s"),
        _("%(compound)s，《%(title)s》还有 %(count)s 处没有办（%(job)s），已过 %(due)s 的期限。"),
    ),
    "posting.climbed": (
        _("公告过期一天还没贴完：%(title)s"),
        _("%(compound)s，《%(title)s》还有 %(count)s 处没有办（%(job)s），由%(side)s负责，期限是 %(due)s。"),
    ),
    "posting.review": (
        _("有一条张贴记录要您核对"),
        _("%(compound)s，%(who)s报来的《%(title)s》张贴记录（%(place)s）需要您核对后才算数。"),
    ),
    "posting.conflict": (
        _("同一条张贴记录来了两份"),
        _("%(compound)s，%(who)s报来的《%(title)s》张贴记录（%(place)s）前后内容不同，两份都留着，请您看一下。"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("posting", _("张贴"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
