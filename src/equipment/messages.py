"""What people are told about equipment."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# By code, the title and the body.
TEMPLATES = {
    "equipment.due": (
        _("消防设施 %(days)s 天内到期：%(count)s 项"),
        _("%(compound)s，%(days)s 天内到期 %(count)s 项：%(names)s。请安排维修、更换或续签。"),
    ),
    "equipment.overdue": (
        _("消防设施已过期：%(count)s 项"),
        _("%(compound)s，已过期 %(count)s 项：%(names)s。请马上处理。"),
    ),
    "equipment.stop_asked": (
        _("停用消防设施，请您批准：%(what)s"),
        _("%(compound)s，申请停用%(place)s的%(what)s，预计 %(ends)s 恢复。"),
    ),
    "equipment.stop_approved": (
        _("停用已批准，公告已发：%(what)s"),
        _("%(compound)s，%(place)s的%(what)s可以按时停用，预计 %(ends)s 恢复。"),
    ),
    "equipment.stop_refused": (
        _("停用没有批准：%(what)s"),
        _("%(compound)s，%(place)s的%(what)s不能停用：%(why)s"),
    ),
    "equipment.stop_began": (
        _("消防设施停用中：%(what)s"),
        _("%(compound)s，%(place)s的%(what)s已停用，预计 %(ends)s 恢复。"),
    ),
    "equipment.stop_ended": (
        _("消防设施已恢复：%(what)s"),
        _("%(compound)s，%(place)s的%(what)s已恢复运行。"),
    ),
    "equipment.stop_late": (
        _("消防设施过时没有恢复：%(what)s"),
        _("%(compound)s，%(place)s的%(what)s应在 %(ends)s 恢复，现在还停着。"),
    ),
    "equipment.report": (
        _("有人报告消防设施不好：%(piece)s"),
        _("%(compound)s，%(piece)s：%(said)s。请去看一下。"),
    ),
    "equipment.no_entry": (
        _("上门检查没有进门：%(address)s"),
        _("%(compound)s，%(address)s连续 %(times)s 次没有检查成，请想办法联系。"),
    ),
    "equipment.appraisal": (
        _("房屋要做鉴定：%(address)s"),
        _(
            "%(compound)s，%(address)s发现裂缝或倾斜，要在 %(until)s 前委托鉴定（《浙江省房屋使用安全管理条例》第 15 条）。"
        ),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("equipment", _("消防设施"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
