"""What people are told about voting: every template that an action queues, in plain words. None ever holds a choice."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from messaging.templates import register as register_template
from messaging.templates import register_kind

# code: (title, body). ``%(compound)s`` is the compound's name, ``%(title)s`` the poll's.
TEMPLATES = {
    "ballots.opened": (
        _("开始投票：%(title)s"),
        _("%(compound)s，《%(title)s》开始投票，%(until)s 截止。您有投票权，点开就能投，也可以向社区领纸质票。"),
    ),
    "ballots.reminded": (
        _("请您投票：%(title)s"),
        _("%(compound)s，《%(title)s》%(until)s 截止，您家还没有投票。投不投、投什么由您自己决定。"),
    ),
    "ballots.closing": (
        _("快截止了：%(title)s"),
        _("%(compound)s，《%(title)s》%(until)s 截止，您家还没有投票。"),
    ),
    "ballots.counted": (
        _("您家的一票收到了：%(title)s"),
        _(
            "%(compound)s，%(place)s的一票已于 %(when)s 收进票箱，投票人%(who)s。"
            "投了什么，开箱前谁也看不到。不是您家投的，请马上联系社区。"
        ),
    ),
    "ballots.given": (
        _("有业主委托您投票：%(title)s"),
        _("%(compound)s，%(giver)s委托您代为投票《%(title)s》，%(until)s 截止。"),
    ),
    "ballots.speaks": (
        _("请您代表投票：%(title)s"),
        _("%(compound)s登记由您代表%(holder)s投票《%(title)s》，%(until)s 截止。点开就能投。"),
    ),
    "ballots.taken_back": (
        _("委托已收回：%(title)s"),
        _("%(compound)s，%(giver)s收回了《%(title)s》的委托，您不用再代为投票。"),
    ),
    "ballots.no_box": (
        _("到时间还不能投票：%(title)s"),
        _("%(compound)s，《%(title)s》投票时间已到，票箱还没有设好。请马上设票箱，设好后自动开始投票。"),
    ),
    "ballots.no_key": (
        _("到时间还不能投票：%(title)s"),
        _("%(compound)s，《%(title)s》投票时间已到，确认收到票箱钥匙的人还不够。请持钥匙的人马上确认，够数后自动开始投票。"),
    ),
}  # fmt: skip


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("ballots", _("投票"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)


PAGES = {"owner": "ballots_poll", "officer": "ballots_turnout", "voter": "voters_poll"}


def link(poll: Poll, whose: str = "owner") -> str:
    """Where a message leads: the owner's page of a poll, the officer's of its turnout, that of whoever votes for another."""
    name = PAGES[whose]
    return reverse(name, args=[poll.compound.code, poll.ref])
