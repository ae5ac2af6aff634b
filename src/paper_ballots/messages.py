"""What people are told about paper that was asked for, in plain words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from messaging.templates import register as register_template
from messaging.templates import register_kind

# code: (title, body). ``%(compound)s`` is the compound's name, ``%(title)s`` the poll's, ``%(place)s`` the home.
TEMPLATES = {
    "paper_ballots.asked": (
        _("有业主要纸质票：%(place)s"),
        _("%(compound)s，%(place)s的业主要一张《%(title)s》的纸质票，%(way)s。请编票、打印，交到业主手里。"),
    ),
    "paper_ballots.asked_for_you": (
        _("登记了给您家的纸质票：%(title)s"),
        _("%(compound)s，%(who)s替%(place)s要了一张《%(title)s》的纸质票，由%(entered_by)s登记。不是您家要的，请马上联系社区。"),
    ),
    "paper_ballots.to_collect": (
        _("纸质票备好了：%(title)s"),
        _("%(compound)s，%(place)s的《%(title)s》纸质票备好了，请到%(where)s领取。票交回以前，手机上还能投。"),
    ),
    "paper_ballots.to_bring": (
        _("纸质票备好了：%(title)s"),
        _("%(compound)s，%(place)s的《%(title)s》纸质票备好了，%(where)s会安排人送到您家。票交回以前，手机上还能投。"),
    ),
    "paper_ballots.handed": (
        _("纸质票已经交出：%(title)s"),
        _("%(compound)s，%(place)s的《%(title)s》纸质票已经交给%(who)s。不是您家拿的，请马上联系社区。"),
    ),
    "paper_ballots.not_given": (
        _("这张纸质票没有给：%(title)s"),
        _("%(compound)s，%(place)s要的《%(title)s》纸质票没有给，原因：%(reason)s。有疑问请找组织单位，手机上还能投。"),
    ),
}  # fmt: skip


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("paper_ballots", _("纸质票"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)


def how_link(poll: Poll) -> str:
    """Where an owner reads how paper works, and what became of theirs."""
    return reverse("paper_how", args=[poll.compound.code, poll.ref])


def desk_link(poll: Poll) -> str:
    """Where officers see who wants paper."""
    return reverse("paper_asked", args=[poll.compound.code, poll.ref])
