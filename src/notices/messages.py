"""What people are told about notices: every template that an action queues, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# code: (title, body). ``%(compound)s`` is the compound's name, ``%(title)s`` the notice's, ``%(speaker)s`` who speaks.
TEMPLATES = {
    "notices.urgent": (_("紧急：%(title)s"), _("%(compound)s，%(speaker)s：%(words)s")),
    "notices.new": (_("新公告：%(title)s"), _("%(compound)s，%(speaker)s发布了《%(title)s》。")),
    "notices.several": (_("有 %(count)s 条新公告"), _("%(compound)s：%(titles)s")),
    "notices.corrected": (_("公告有更正：%(title)s"), _("%(compound)s，%(speaker)s更正了《%(title)s》：%(changed)s")),
    "notices.withdrawn": (
        _("公告已撤回：%(title)s"),
        _("%(compound)s，%(speaker)s的《%(title)s》已撤回。原因：%(reason)s"),
    ),
    "notices.your_turn": (
        _("请会签：%(title)s"),
        _("%(compound)s，%(speaker)s的%(kind)s《%(title)s》等您这一方会签。"),
    ),
    "notices.review": (
        _("紧急公告已发布，请补签：%(title)s"),
        _("%(compound)s，%(speaker)s紧急发布了《%(title)s》，请您这一方看过后补签。"),
    ),
    "notices.refused": (
        _("没有同意：%(title)s"),
        _("%(compound)s，%(who)s不同意《%(title)s》。原因：%(reason)s"),
    ),
    "notices.out": (_("会签齐了：%(title)s"), _("%(compound)s，会签齐了，《%(title)s》可以发布了。")),
    "notices.to_sign": (_("请签收：%(title)s"), _("%(compound)s，%(speaker)s请您签收《%(title)s》。")),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("notices", _("公告"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
