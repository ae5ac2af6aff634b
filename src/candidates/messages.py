"""What people are told about nominations and reviews, in plain words. Nothing here says who is a Party member."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# ``%(compound)s`` the compound, ``%(poll)s`` the election, ``%(name)s`` a candidate, ``%(body)s`` a reviewing body.
TEMPLATES = {
    "candidates.named": (
        _("您被提名为业委会委员候选人"),
        _("%(compound)s，%(poll)s：%(who)s提名您参选。请打开看一看，同意参选再逐项签承诺；不同意可以退出。"),
    ),
    "candidates.joined": (_("联名人数够了"), _("%(compound)s，%(poll)s：%(name)s的材料齐了，已交联审。")),
    "candidates.to_review": (
        _("候选人待联审"),
        _("%(compound)s，%(poll)s：请审查候选人%(name)s，在 %(due)s 前答复。"),
    ),
    "candidates.review_late": (
        _("联审答复超期"),
        _(
            "%(compound)s，%(poll)s：%(body)s对候选人%(name)s的联审答复应在 %(due)s 前，已经超期。请答复，或者催办并登记。"
        ),
    ),
    "candidates.decide_late": (
        _("联审最终决定待作出"),
        _("%(compound)s，%(poll)s：候选人%(name)s陈述意见的时间到 %(due)s 已满，请%(body)s作最终决定。"),
    ),
    "candidates.sent_back": (
        _("参选材料要补充"),
        _("%(compound)s，%(poll)s：%(body)s请您补充材料，请打开看要补什么。"),
    ),
    "candidates.refusal": (
        _("审查拟不通过，您可以陈述意见"),
        _("%(compound)s，%(poll)s：%(body)s拟不通过您的参选。理由和依据在页面上，您可以在 %(until)s 前陈述意见。"),
    ),
    "candidates.replied": (
        _("候选人陈述了意见"),
        _("%(compound)s，%(poll)s：%(name)s陈述了意见，请作最终决定。"),
    ),
    "candidates.struck": (
        _("审查没有通过"),
        _("%(compound)s，%(poll)s：%(body)s最终没有通过您的参选，理由在页面上。"),
    ),
    "candidates.passed": (_("审查通过"), _("%(compound)s，%(poll)s：您通过了审查，会列入候选人名单公示。")),
    "candidates.withdrawn": (_("候选人退出"), _("%(compound)s，%(poll)s：%(name)s退出参选。")),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("candidates", _("选举提名"))
    for code, (title, body) in TEMPLATES.items():
        register_template(code, title=title, body=body)
