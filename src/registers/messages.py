"""What people are told about imports of the register, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

TEMPLATES = {
    "registers.checked": (
        _("台账核对完了"),
        _("《%(name)s》核对完了：%(bad)s 处要改，%(questions)s 个问题要您定。看过以后再导入，现在什么都没有改。"),
    ),
    "registers.done": (
        _("台账已导入"),
        _("《%(name)s》已导入：新增 %(new)s 套，改动 %(changed)s 套，停用 %(retired)s 套。没人再改之前可以撤销。"),
    ),
    "registers.failed": (_("台账没有导成"), _("《%(name)s》没有导成，台账没有改动。请打开看看原因。")),
    "registers.stale": (
        _("台账要重新核对"),
        _("核对《%(name)s》之后，台账被别人改过，所以没有导入。请看看新的核对结果，再导入一次。"),
    ),
    "registers.dropped": (_("台账导入被放弃"), _("%(who)s 放弃了您上传的《%(name)s》，台账没有改动。")),
    "registers.undone": (_("台账导入被撤销"), _("%(who)s 撤销了您导入的《%(name)s》，台账已回到导入之前。")),
}


def register() -> None:
    """Make every template known."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body, channels=("in_app",))
