"""What people are told about a handover."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

TEMPLATES = {
    "handover.opened": (
        _("物业交接开始了"),
        _("%(compound)s：%(outgoing)s的最后服务日是 %(last_day)s，请在 %(due_on)s 前办完交接。"),
    ),
    "handover.listing": (_("请填交接清单"), _("%(compound)s：交接清单已经开始填，请%(outgoing)s补齐，接收方逐项核对。")),
    "handover.checked": (_("交接清单已定稿，请签字"), _("%(compound)s：%(outgoing)s的交接清单已核对完毕，请各方签字。")),
    "handover.taken_back": (_("交接清单退回修改"), _("%(compound)s：交接清单退回修改，原来的签字不再算数。原因：%(reason)s")),
    "handover.signed": (_("交接有一方签字"), _("%(compound)s：%(who)s已在交接清单上签字。%(words)s")),
    "handover.declined": (_("交接有一方拒签"), _("%(compound)s：%(who)s没有签字，已记录在案。原因：%(words)s")),
    "handover.completed": (_("物业交接完成"), _("%(compound)s：与%(outgoing)s的交接已完成，交接书正在制作，可以查看和打印。")),
    "handover.amended": (_("物业交接有补充"), _("%(compound)s：交接有补充更正，请重新核对签字。原因：%(reason)s")),
    "handover.cancelled": (_("物业交接已取消"), _("%(compound)s：物业交接已取消。原因：%(reason)s")),
    "handover.last_day_soon": (
        _("物业服务快到期"),
        _("%(compound)s：%(outgoing)s的最后服务日是 %(day)s，过了这一天就看不到本小区，请抓紧填清单、签字。"),
    ),
    "handover.due_soon": (_("交接期限快到了"), _("%(compound)s：与%(outgoing)s的交接要在 %(day)s 前办完。")),
    "handover.overdue": (_("交接已超过期限"), _("%(compound)s：与%(outgoing)s的交接应在 %(day)s 前办完，请督促。")),
    "handover.cases_came": (
        _("有报修转到您这里"),
        _("%(compound)s：%(old)s的服务已到期，%(count)s件没办完的报修转给了您，请受理派工。"),
    ),
    "handover.cases_went": (
        _("没办完的报修已转给新物业"),
        _("%(compound)s：%(old)s的服务已到期，%(count)s件没办完的报修已转给%(new)s。"),
    ),
    "handover.cases_without_firm": (
        _("有报修暂时没有物业"),
        _("%(compound)s：%(old)s的服务已到期，新物业还没到，%(count)s件没办完的报修先由社区跟进。"),
    ),
    "handover.incidents_came": (
        _("有群体事件转到您这里"),
        _("%(compound)s：%(old)s的服务已到期，没结束的 %(count)s 件群体事件（%(titles)s）转给了您，请接着处理、告诉居民进展。"),
    ),
    "handover.incidents_without_firm": (
        _("有群体事件暂时没有物业"),
        _("%(compound)s：%(old)s的服务已到期，新物业还没到，没结束的 %(count)s 件群体事件（%(titles)s）先由社区跟进。"),
    ),
    "handover.late": (
        _("原物业有迟到的记录"),
        _("%(firm)s的%(who)s在服务到期后又提交了报修 %(number)s 的记录，已单独保存，请查看、接收。"),
    ),
    "handover.copy": (_("交接书已存给您的公司"), _("%(compound)s的交接书 %(number)s 已存一份给您的公司，服务到期后也能看。")),
}  # fmt: skip


def register() -> None:
    """Make every template known."""
    register_kind("handover", _("物业交接"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
