"""What people are told about duty."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

TEMPLATES = {
    "duty.offered": (_("有人想请您顶班"), _("%(who)s想请您顶 %(when)s 的班。请到“我的班次”里答复。")),
    "duty.offered_all": (_("有班次可以接"), _("%(who)s的 %(when)s 的班可以接，愿意的请到“我的班次”里接下。")),
    "duty.agreed": (_("换班成功"), _("%(when)s 的班现在由%(who)s值。")),
    "duty.refused": (_("没有换成班"), _("%(who)s没有同意换班，%(when)s 的班还是您值。")),
    "duty.planned": (_("您有新的值班"), _("给您排了 %(when)s 的班。")),
    "duty.cancelled": (_("值班取消了"), _("%(when)s 的班不用来了。")),
    "duty.off_with_post": (
        _("值班取消了"),
        _("您在这里的任职或公司的服务到期，从 %(when)s 起的 %(count)s 个班不用来了。"),
    ),
    "duty.left_empty": (
        _("有班次空出来了"),
        _("%(who)s的任职或公司的服务到期，从 %(when)s 起空出 %(count)s 个班，请安排别人。"),
    ),
    "duty.gap": (_("今晚有时段没人值班"), _("%(when)s 没有人值班，有急修会找不到人。请补上。")),
}


def register() -> None:
    """Make every template known."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
