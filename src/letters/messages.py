"""What people are told about letters, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# ``%(compound)s`` the compound, ``%(subject)s`` and ``%(number)s`` the letter, ``%(sender)s`` who sent it.
TEMPLATES = {
    "letters.received": (
        _("来函：%(subject)s"),
        _("%(compound)s，%(sender)s来函%(number)s《%(subject)s》，请签收。"),
    ),
    "letters.answered": (
        _("复函：%(subject)s"),
        _("%(compound)s，%(sender)s回复了您方的函，%(number)s《%(subject)s》，请签收。"),
    ),
    "letters.signed": (_("已签收：%(subject)s"), _("%(compound)s，%(who)s签收了%(number)s《%(subject)s》。")),
    "letters.withdrawn": (
        _("来函已撤回：%(subject)s"),
        _("%(compound)s，%(sender)s撤回了%(number)s《%(subject)s》。原因：%(reason)s"),
    ),
    "letters.overdue": (
        _("该回复的函过期了：%(subject)s"),
        _("%(compound)s，%(sender)s的%(number)s《%(subject)s》请在 %(due)s 前回复，已经过期，请尽快复函。"),
    ),
    "letters.no_reply": (
        _("对方没有按时复函：%(subject)s"),
        _("%(compound)s，%(number)s《%(subject)s》请%(who)s在 %(due)s 前回复，到期还没有复函。"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("letters", _("函件"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
