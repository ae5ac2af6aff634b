"""What people are told about rosters and the log."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# By code, the title and the body.
TEMPLATES = {
    "rosters.published": (
        _("%(month)s排班已公布，请确认"),
        _("%(compound)s，%(month)s的排班已公布，有您的班。请打开看一下，并点“已看到”。"),
    ),
    "rosters.changed": (
        _("%(month)s排班有变动，请再确认"),
        _("%(compound)s，%(month)s的排班改了，您的班有变动。请打开看一下，并点“已看到”。"),
    ),
    "rosters.leave_asked": (
        _("%(who)s请假，请您批准"),
        _("%(compound)s，%(who)s申请 %(first)s 到 %(last)s 请假。"),
    ),
    "rosters.leave_granted": (
        _("请假已批准"),
        _("%(compound)s，您 %(first)s 到 %(last)s 的请假已批准。"),
    ),
    "rosters.leave_refused": (
        _("请假没有批准"),
        _("%(compound)s，您 %(first)s 到 %(last)s 的请假没有批准，请找经理。"),
    ),
    "rosters.swap_asked": (
        _("%(who)s想和您换班"),
        _("%(compound)s，%(who)s想请您上 %(when)s 的班。请答复，经理批准后才算数。"),
    ),
    "rosters.swap_agreed": (
        _("换班请您批准：%(who)s和%(to)s"),
        _("%(compound)s，%(who)s %(when)s 的班，%(to)s同意来上。"),
    ),
    "rosters.swap_declined": (
        _("%(to)s不能换班"),
        _("%(compound)s，%(to)s不能上您 %(when)s 的班，这一班还是您的。"),
    ),
    "rosters.swap_approved": (
        _("换班已批准：%(when)s"),
        _("%(compound)s，%(who)s %(when)s 的班改由%(to)s来上，排班表已更新。"),
    ),
    "rosters.swap_refused": (
        _("换班没有批准：%(when)s"),
        _("%(compound)s，%(who)s %(when)s 的班照原来的上。原因：%(why)s"),
    ),
    "rosters.log_missing": (
        _("%(room)s超过两小时没有值班记录"),
        _("%(compound)s，%(room)s上一条记录是 %(last)s，已超过两小时（GB 25201 第5章）。请马上联系值班人员。"),
    ),
    "rosters.log_due": (
        _("%(room)s该记值班记录了"),
        _("%(compound)s，%(room)s上一条记录是 %(last)s，已到两小时。现在是您的班，请打开记一条。"),
    ),
    "rosters.fire": (
        _("火警已确认：%(spot)s"),
        _("%(compound)s，%(room)s确认%(spot)s着火，正在拨打 119。请马上到场。"),
    ),
}
URGENT = ("rosters.log_missing", "rosters.log_due", "rosters.fire")


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("rosters", _("排班和消控室"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
