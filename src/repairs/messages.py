"""What people are told about repair requests: every template that an action queues, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

# code: (title, body). ``%(number)s`` is the request's number; what else a text names comes from the action.
TEMPLATES = {
    "repairs.filed": (_("新报修：%(category)s"), _("%(place)s 有新的报修（%(number)s），请受理。")),
    "repairs.filed_urgent": (
        _("紧急报修：%(category)s"),
        _("%(place)s 有紧急报修（%(number)s），请马上受理并上门。"),
    ),
    "repairs.accepted": (_("报修已受理"), _("您的报修 %(number)s 物业已受理，正在安排师傅。")),
    "repairs.assigned": (_("派给您一张工单"), _("%(place)s 的报修 %(number)s 派给您处理。")),
    "repairs.assigned_told": (_("报修已派工"), _("您的报修 %(number)s 由%(worker)s师傅处理。")),
    "repairs.released": (
        _("有工单退回派工"),
        _("%(worker)s不再负责 %(place)s 的报修 %(number)s，请重新派工。"),
    ),
    "repairs.taken_away": (_("工单已转给他人"), _("报修 %(number)s 已转派给其他师傅。原因：%(reason)s")),
    "repairs.returned": (
        _("报修被退回"),
        _("您的报修 %(number)s 被退回。原因：%(reason)s。应由%(receiver)s处理。不同意的，7天内可以提出。"),
    ),
    "repairs.returned_seen": (
        _("有报修被物业退回"),
        _("物业退回了报修 %(number)s。原因：%(reason)s。应由%(receiver)s处理，请跟进，不要落空。"),
    ),
    "repairs.started": (_("师傅已开始处理"), _("您的报修 %(number)s，%(worker)s师傅已开始处理。")),
    "repairs.finished": (_("请确认是否修好"), _("您的报修 %(number)s，%(worker)s师傅已完工，请确认并评价。")),
    "repairs.confirmed": (_("居民已确认修好"), _("报修 %(number)s 居民已确认，评价 %(stars)s 星。")),
    "repairs.reopened": (_("居民说没有修好"), _("报修 %(number)s 被重开。居民说：%(reason)s")),
    "repairs.contested": (_("居民不同意退回"), _("报修 %(number)s 的退回，居民不同意：%(reason)s。请物业重新答复。")),
    "repairs.withdrawn": (_("居民已撤回报修"), _("报修 %(number)s 已撤回，不用再处理。")),
    "repairs.urged": (_("居民催办"), _("%(place)s 的报修 %(number)s，居民在催办，请尽快处理。")),
    "repairs.warned": (_("报修快到期限"), _("%(place)s 的报修 %(number)s 快到期限，请尽快处理。")),
    "repairs.escalated": (_("报修超时，请答复"), _("%(place)s 的报修 %(number)s 已超时，请督促并写下答复。")),
    "repairs.filed_for": (
        _("有人替您报修"),
        _("%(who)s替您报了修：%(place)s（%(number)s）。进展会告诉您，也由您确认是否修好。"),
    ),
    "repairs.paused": (
        _("报修已暂停"),
        _("报修 %(number)s 暂停到 %(until)s。原因：%(reason)s。到时自动恢复，时限接着算。"),
    ),
    "repairs.pause_ending": (_("暂停快到期"), _("报修 %(number)s 的暂停快到期，到时自动恢复计时，请准备。")),
    "repairs.resumed": (_("报修已恢复处理"), _("报修 %(number)s 的暂停已结束，时限接着算。")),
    "repairs.force_closed": (
        _("报修被强制结单"),
        _("您的报修 %(number)s 被物业强制结单。原因：%(reason)s。没修好的，7天内可以重开。"),
    ),
    "repairs.force_closed_seen": (
        _("有报修被强制结单"),
        _("%(place)s 的报修 %(number)s 被物业强制结单。原因：%(reason)s。请留意是否属实。"),
    ),
    "repairs.return_upheld": (
        _("社区认定退回成立"),
        _("报修 %(number)s 的退回，社区认定成立，应由%(receiver)s处理。"),
    ),
    "repairs.return_denied": (
        _("社区认定退回不成立"),
        _("报修 %(number)s 的退回，社区认定不成立：%(reason)s。请物业重新受理。"),
    ),
    "repairs.handed_on": (
        _("小区换了物业，报修已转交"),
        _("%(old)s的服务已到期。您的报修 %(number)s 已转给%(new)s，%(due)s前答复。不用重新报修。"),
    ),
    "repairs.handed_to_nobody": (
        _("物业服务到期，报修由社区跟进"),
        _("%(old)s的服务已到期，新物业还没到。您的报修 %(number)s 先由社区跟进，新物业一到岗就转过去。不用重新报修。"),
    ),
    "repairs.joined": (
        _("多户遇到同一问题"),
        _("%(place)s 的报修 %(number)s，已有%(count)s人说“我也遇到”。可以发一条说明，一次告诉所有人。"),
    ),
    "repairs.merged": (
        _("报修已并案"),
        _("报修 %(number)s 与 %(into)s 是同一件事，已并到一起处理。进展会照样告诉您，没修好您也可以说。"),
    ),
    "repairs.merged_away": (_("工单已并入"), _("报修 %(number)s 已并入 %(into)s，不用再单独处理。")),
    "repairs.tied": (_("报修已关联"), _("报修 %(number)s 与 %(other)s 有关，已关联，两件都会继续处理。")),
    "repairs.arrived": (_("师傅已到"), _("您的报修 %(number)s，%(worker)s师傅已到现场。")),
    "repairs.priced": (
        _("请看报价"),
        _("报修 %(number)s 要收费，报价 %(total)s 元。您同意后才会继续维修，请看明细后答复。"),
    ),
    "repairs.price_agreed": (_("居民同意报价"), _("报修 %(number)s 的报价 %(total)s 元，居民已同意，可以继续。")),
    "repairs.price_declined": (
        _("居民不同意报价"),
        _("报修 %(number)s 的报价 %(total)s 元，居民不同意，请和居民商量。"),
    ),
    "repairs.signed": (
        _("维修已签字"),
        _("报修 %(number)s 已在%(worker)s的手机上签字。不是您签的，请马上联系物业或社区。"),
    ),
    "repairs.remarked": (_("报修有新回复"), _("报修 %(number)s，%(who)s：%(text)s")),
    "repairs.noted": (_("有新的内部备注"), _("报修 %(number)s 有新的内部备注，请到工单里看。")),
    "repairs.visit_reopened": (
        _("回访没修好，已重开"),
        _("社区回访时知道报修 %(number)s 没有修好，已重开，物业会重新处理。"),
    ),
    "repairs.incident": (_("%(title)s"), _("%(title)s：%(words)s 预计恢复：%(until)s。")),
    "repairs.incident_no_end": (_("%(title)s"), _("%(title)s：%(words)s 什么时候恢复还不确定，有消息马上告诉您。")),
    "repairs.incident_handed": (
        _("%(title)s"),
        _("%(title)s：%(old)s的服务已到期，现在由%(new)s接着处理，有新情况会告诉您。"),
    ),
    "repairs.incident_without_firm": (
        _("%(title)s"),
        _("%(title)s：%(old)s的服务已到期，新物业还没到，先由社区跟进，有新情况会告诉您。"),
    ),
    "repairs.incident_over": (_("已处理：%(title)s"), _("%(title)s：%(words)s")),
    "repairs.incident_done": (
        _("已处理：%(title)s"),
        _("%(title)s：%(words)s 请看看您家好了没有，到您的报修里确认；没好的请点“没修好”。"),
    ),
    "repairs.visits_drawn": (
        _("%(month)s 的回访名单"),
        _("%(month)s 办结的报修抽了 %(count)s 件，请打电话问问是不是真的修好了。"),
    ),
    "repairs.deadlines_changed": (
        _("报修时限有调整"),
        _("%(who)s调整了“%(category)s”类报修的时限，新的报修按新时限办。"),
    ),
    # To a number without an account, which cannot open a page: what to do is said in words.
    "repairs.filed_for_caller": (
        _("有人替您报修"),
        _("%(who)s替您报了修：%(place)s（%(number)s）。进展会发短信告诉您。"),
    ),
    "repairs.returned_caller": (
        _("报修被退回"),
        _("您的报修 %(number)s 被退回。原因：%(reason)s。应由%(receiver)s处理。不同意的，请在7天内告诉社区。"),
    ),
    "repairs.finished_caller": (
        _("报修已完工"),
        _("您的报修 %(number)s，%(worker)s师傅已完工。没修好的，请告诉社区。"),
    ),
    "repairs.force_closed_caller": (
        _("报修被强制结单"),
        _("您的报修 %(number)s 被物业强制结单。原因：%(reason)s。没修好的，请在7天内告诉社区。"),
    ),
    "repairs.priced_caller": (
        _("请看报价"),
        _("报修 %(number)s 要收费，报价 %(total)s 元。师傅会当面问您，您同意后才会继续维修。"),
    ),
    "repairs.incident_done_caller": (
        _("已处理：%(title)s"),
        _("%(title)s：%(words)s 请看看您家好了没有，没好的请告诉社区。"),
    ),
    "repairs.answered": (_("对超时报修的答复"), _("报修 %(number)s，%(who)s答复：%(answer)s")),
}


# What the resident is told when staff take a step: shown to them before they do.
SAID_BY_STEP = {
    "accept": "repairs.accepted",
    "assign": "repairs.assigned_told",
    "claim": "repairs.assigned_told",
    "arrive": "repairs.arrived",
    "start": "repairs.started",
    "finish": "repairs.finished",
    "pause": "repairs.paused",
    "resume": "repairs.resumed",
    "return": "repairs.returned",
    "force_close": "repairs.force_closed",
    "uphold": "repairs.return_upheld",
    "deny": "repairs.return_denied",
    "merge": "repairs.merged",
}


# What goes by text message to someone without an account for whom it was filed, and in which words: what they must know or
# do, and no more. Each costs money and may ring at somebody who wrote their number on a slip of paper.
SAID_TO_CALLER = {
    "repairs.filed_for": "repairs.filed_for_caller",
    "repairs.assigned_told": "repairs.assigned_told",
    "repairs.returned": "repairs.returned_caller",
    "repairs.priced": "repairs.priced_caller",
    "repairs.finished": "repairs.finished_caller",
    "repairs.force_closed": "repairs.force_closed_caller",
    "repairs.visit_reopened": "repairs.visit_reopened",
    "repairs.handed_on": "repairs.handed_on",
    "repairs.handed_to_nobody": "repairs.handed_to_nobody",
    "repairs.incident": "repairs.incident",
    "repairs.incident_no_end": "repairs.incident_no_end",
    "repairs.incident_over": "repairs.incident_over",
    "repairs.incident_done": "repairs.incident_done_caller",
}


def register() -> None:
    """Make every template known."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
