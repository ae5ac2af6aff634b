"""What people are told about results and committees, in plain words."""

from django.utils.translation import gettext_lazy as _

from messaging.templates import register as register_template
from messaging.templates import register_kind

# ``%(compound)s`` the compound; ``%(ends)s`` the last day of the term, ``%(number)s`` which term, ``%(source)s`` the article.
TEMPLATES = {
    "declared": (_("表决结果已生效：%(title)s"), _("%(compound)s“%(title)s”公示期满，结果已生效。")),
    "took_office": (
        _("新一届业主委员会就任"),
        _("%(compound)s第%(number)s届业主委员会就任，请在 %(due)s 前召开首次会议，推选主任、副主任。"),
    ),
    "handed_in": (_("备案材料已送交"), _("%(compound)s业主委员会送交备案材料：%(cause)s。请审阅并答复。")),
    "answered": (_("备案有答复：%(answer)s"), _("%(compound)s“%(cause)s”：%(answer)s。%(note)s")),
    "handing": (_("请办理移交"), _("%(compound)s：%(who)s应在 %(due)s 前移交，请按清单逐项签收。")),
    "handing_late": (_("移交过期了"), _("%(compound)s：%(who)s应在 %(due)s 前移交，已经过期，请尽快办完。")),
    "vacancy": (
        _("业主委员会委员不足，应重新选举"),
        _("%(compound)s业主委员会只剩 %(left)s 人（应选 %(planned)s 人），候补补不足，应当召开业主大会重新选举。"),
    ),
    "filled": (_("补选委员就任"), _("%(compound)s：%(who)s补选为业主委员会委员，已就任，请办理变更备案。")),
    "stepped_in": (_("候补委员递补"), _("%(compound)s：%(who)s按得票顺序递补为业主委员会委员，正在公示。")),
    "recall_proposed": (
        _("有人提议罢免委员"),
        _("%(compound)s：有人提议罢免委员 %(who)s。表决前先听取本人意见，请安排时间。"),
    ),
    "reelection": (
        _("换届开始了"),
        _("%(compound)s从 %(on)s 起换届。换届期间原业委会不能组织选聘、解聘物业服务企业的表决。"),
    ),
    "term_lead": (
        _("业委会该准备换届了"),
        _("%(compound)s第%(number)s届业主委员会任期到 %(ends)s，现在应当开始换届（%(source)s）。"),
    ),
    "term_half": (
        _("业委会任期快到了，还没有换届"),
        _("%(compound)s第%(number)s届业主委员会任期到 %(ends)s，应当开始换届的时间已过去一半（%(source)s）。"),
    ),
    "term_over": (
        _("业委会任期已满，没有换届"),
        _("%(compound)s第%(number)s届业主委员会任期到 %(ends)s 已满。20%%以上业主可以书面要求，街道组织成立换届小组。"),
    ),
    "term_over_again": (
        _("业委会超期一个月没有换届"),
        _("%(compound)s第%(number)s届业主委员会任期 %(ends)s 已满，超过三十天没有换届，请督促。"),
    ),
}


def register() -> None:
    """Make every template known, and let people choose a channel for them."""
    register_kind("committees", _("业委会和表决结果"))
    for code, (title, body) in TEMPLATES.items():
        register_template(f"committees.{code}", title=title, body=body)
