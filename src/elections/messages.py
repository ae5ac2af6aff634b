"""What posts are told about polls: that another party asks for a step of two, and what became of it."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# code: (title, body). ``%(compound)s`` is the compound's name, ``%(title)s`` the poll's.
TEMPLATES = {
    "elections.step_asked": (
        _("等您这一方同意：%(title)s"),
        _("%(compound)s，《%(title)s》，%(who)s提出“%(step)s”，理由：%(reason)s。要另一方同意才生效，请看过再决定。"),
    ),
    "elections.step_agreed": (
        _("另一方已同意：%(title)s"),
        _("%(compound)s，《%(title)s》的“%(step)s”，%(who)s已同意，已经生效并公开。"),
    ),
    "elections.roll_corrected": (
        _("名册按您的异议更正了：%(title)s"),
        _("%(compound)s，《%(title)s》的业主名册按您的异议更正了%(address)s，是第 %(number)s 版。改了什么，在名册里看得到。"),
    ),
    "elections.step_withdrawn": (
        _("已撤回，不用再办：%(title)s"),
        _("%(compound)s，《%(title)s》的“%(step)s”，%(who)s已撤回，不用再同意。"),
    ),
}  # fmt: skip


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("elections", _("选举表决"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
