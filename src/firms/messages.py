"""What people are told about contracts, posts and certificates."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template

TEMPLATES = {
    "firms.appointed": (
        _("给您登记了职务"),
        _("您从 %(starts)s 起担任%(body)s的%(role)s（%(places)s）。用本人手机号登录，选这个身份就能开始。"),
    ),
    "firms.post_ended": (_("您的职务结束了"), _("您在%(body)s的%(role)s到 %(ends)s 为止。原因：%(why)s")),
    "firms.contract": (
        _("物业合同已登记"),
        _("%(compound)s：%(firm)s，从 %(starts)s 到 %(until)s。"),
    ),
    "firms.contract_ended": (
        _("物业合同提前结束"),
        _("%(compound)s：%(firm)s服务到 %(ends)s。原因：%(why)s"),
    ),
    "firms.certificate_soon": (
        _("证书快到期"),
        _("%(who)s%(name)s（%(number)s）%(expires)s 到期，还有 %(days)s 天，请及时换证。"),
    ),
    "firms.certificate_over": (
        _("证书已过期"),
        _("%(who)s%(name)s（%(number)s）%(expires)s 已到期，请换新证后登记。"),
    ),
}


def register() -> None:
    """Make every template known."""
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
