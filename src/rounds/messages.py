"""What people are told about rounds."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# By code, the title and the body.
TEMPLATES = {
    "rounds.missed": (
        _("巡查没有做：%(count)s 次"),
        _("%(compound)s，到时没有做的巡查 %(count)s 次：%(names)s。可以安排补做，没有做的记录会保留。"),
    ),
    "rounds.given": (
        _("派给您的巡查：%(names)s"),
        _("%(compound)s，%(who)s派给您 %(count)s 次巡查，只是这一次：%(names)s。%(why)s"),
    ),
    "rounds.given_always": (
        _("派给您的巡查：%(names)s"),
        _("%(compound)s，%(who)s派给您的巡查，以后每次都是：%(names)s。%(why)s"),
    ),
    "rounds.taken": (
        _("改派给别人的巡查：%(names)s"),
        _("%(compound)s，原来派给您的 %(count)s 次巡查由%(who)s改派了，只是这一次：%(names)s。%(why)s"),
    ),
    "rounds.taken_always": (
        _("改派给别人的巡查：%(names)s"),
        _("%(compound)s，原来派给您的巡查由%(who)s改派了，以后都不用您去：%(names)s。%(why)s"),
    ),
    "rounds.freed": (
        _("巡查没有人做了：%(names)s"),
        _("%(compound)s，%(who)s不在岗了，原来派给的巡查现在没有人负责：%(names)s。请改派。"),
    ),
    "rounds.review": (
        _("巡查记录请您核对：%(place)s"),
        _("%(compound)s，%(who)s交来 %(count)s 条记录，要您看过才算数。"),
    ),
    "rounds.conflict": (
        _("同一条巡查记录有两个样子：%(place)s"),
        _("%(compound)s，%(who)s的一条记录前后不一样，两份都留着，请您看一下。"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("rounds", _("消防巡查"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
