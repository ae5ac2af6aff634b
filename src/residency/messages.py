"""What people are told about joining: every template that an action queues, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

# code: (title, body). ``%(home)s`` is the home's address, ``%(compound)s`` the compound's name.
TEMPLATES = {
    "residency.claim_filed": (
        _("有人申请入住"),
        _("%(home)s 有人以%(relation)s身份申请入住，请核实后答复。不答复不会自动通过。"),
    ),
    "residency.claim_received": (
        _("入住申请已收到"),
        _("您申请加入%(compound)s %(home)s，物业或社区会核实，有结果马上告诉您。"),
    ),
    "residency.claim_matched": (
        _("已确认，您可以使用了"),
        _("您的姓名和手机号与%(home)s的业主登记一致，已当场确认。"),
    ),
    "residency.claim_confirmed": (
        _("入住申请已通过"),
        _("%(compound)s %(home)s：您的入住申请已通过，现在可以报修和办事了。"),
    ),
    "residency.claim_refused": (
        _("入住申请没有通过"),
        _("%(compound)s %(home)s：申请没有通过。原因：%(reason)s。补齐后可以再申请，也可以打物业电话。"),
    ),
    "residency.claim_waiting": (
        _("入住申请等了 %(days)s 天"),
        _("%(home)s 的入住申请已等 %(days)s 天，请尽快核实答复。"),
    ),
    "residency.claim_still_waiting": (
        _("入住申请还在核实"),
        _("您申请加入%(compound)s %(home)s 已等 %(days)s 天，我们已再次提醒物业和社区。"),
    ),
    "residency.joined": (_("您邀请的人已入住"), _("%(who)s 已用您的邀请码，以%(relation)s身份加入 %(home)s。")),
    "residency.registered": (
        _("您已登记入住"),
        _("%(who)s把您登记为%(compound)s %(home)s的%(relation)s。有误请告诉物业。"),
    ),
    "residency.moved_out": (
        _("您在这里的入住已结束"),
        _("%(compound)s %(home)s 的入住已结束。原因：%(reason)s。有误请告诉物业。"),
    ),
    "residency.moved_out_seen": (_("有住户迁出"), _("%(home)s 有一位%(relation)s迁出，请核对门禁和车辆。")),
    "residency.ends_soon": (_("租期快到了"), _("%(home)s 的租期到 %(day)s 为止。续租的，请业主或物业改一下日期。")),
    "residency.prolonged": (_("租期已改"), _("%(home)s 的租期改为到 %(day)s。")),
    "residency.bound": (
        _("有人开始替您办事"),
        _("%(child)s 用您的代办码，可以替您报修、看进度了。不是您同意的，请马上取消，或打物业电话。"),
    ),
    "residency.bond_ended": (_("亲情代办已结束"), _("%(parent)s 和 %(child)s 的亲情代办已结束。")),
}


def register() -> None:
    """Make every template known."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
