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
