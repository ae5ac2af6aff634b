"""What people are told about objections, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# ``%(compound)s`` the compound, ``%(title)s`` the notice, ``%(due)s`` the last day for the answer.
TEMPLATES = {
    "publicity.objected": (
        _("收到异议：%(title)s"),
        _("%(compound)s，有人对公示《%(title)s》提出异议，请在 %(due)s 前答复，答复会公开。"),
    ),
    "publicity.answered": (
        _("异议已答复：%(title)s"),
        _("%(compound)s，%(body)s答复了您对《%(title)s》的异议，结论：%(outcome)s。"),
    ),
    "publicity.objection_withdrawn": (
        _("异议已撤回：%(title)s"),
        _("%(compound)s，对《%(title)s》的一件异议已由本人撤回，不用再答复。"),
    ),
    "publicity.objection_lapsed": (
        _("公示已作废：%(title)s"),
        _("%(compound)s，《%(title)s》的公示已作废，您的异议不再需要答复。"),
    ),
    "publicity.objection_due": (
        _("异议今天要答复：%(title)s"),
        _("%(compound)s，对《%(title)s》的异议今天（%(due)s）是答复的最后一天。"),
    ),
    "publicity.objection_late": (
        _("异议超期没有答复：%(title)s"),
        _("%(compound)s，对《%(title)s》的异议应在 %(due)s 前答复，已经超期，请督促或代为答复。"),
    ),
    "publicity.objection_climbed_community": (
        _("异议已报社区：%(title)s"),
        _("%(compound)s，您对《%(title)s》的异议超期没有答复，已报社区。"),
    ),
    "publicity.objection_climbed_street": (
        _("异议已报街道：%(title)s"),
        _("%(compound)s，您对《%(title)s》的异议仍没有答复，已报街道。"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("publicity", _("公示"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
