"""Notices in plain words: refusals, events, how kinds and states look."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.actions import DocumentRefused, FileRefused
from documents.views import REFUSALS as FILES
from idempotency.actions import KeyRefused
from notices import extras
from notices.models import Event, Kind, Matter, Notice, Side
from notices.refusals import Refused

Words = str | Promise

_REFUSALS: dict[str, Words] = {
    "not_yours": gettext_lazy("您现在的身份不能做这一步。"),
    "not_your_post": gettext_lazy("您现在的身份不能做这一步，请由本单位的负责人操作。"),
    "not_covered": gettext_lazy("选的小区里有您现在的身份管不到的，请去掉。"),
    "no_compound": gettext_lazy("请选择发到哪个小区。"),
    "too_many": gettext_lazy("一次最多 %(most)s 个。"),
    "unknown_kind": gettext_lazy("请选择类别。"),
    "unknown_matter": gettext_lazy("请选择事项。"),
    "unknown_role": gettext_lazy("请选择发给哪些人。"),
    "unknown_side": gettext_lazy("请选择会签方。"),
    "no_such_place": gettext_lazy("选的楼幢或单元不在本小区，请重新选择。"),
    "places_of_one": gettext_lazy("发到几个小区时不能选楼幢、单元，请去掉，或每个小区各写一份。"),
    "posts_of_one": gettext_lazy("发到几个小区时不能指定谁签收，请去掉，或每个小区各写一份。"),
    "no_such_post": gettext_lazy("选的签收人已不在本小区任职，请重新选择。"),
    "empty": gettext_lazy("请填写这一项。"),
    "too_long": gettext_lazy("写得太长了，最多 %(most)s 字。"),
    "ends_in_past": gettext_lazy("到期时间已经过去，请改到以后。"),
    "ends_before_start": gettext_lazy("到期时间要在发布时间之后。"),
    "placeholder_left": gettext_lazy("还有空没填：%(names)s。填好再送出。"),
    "moved_on": gettext_lazy("这条公告现在是“%(state)s”，不能再做这一步。"),
    "not_your_side": gettext_lazy("这一步不由您这一方会签。"),
    "own_text": gettext_lazy("自己写的公告不能自己会签，请由本方另一位负责人会签。"),
    "not_your_turn": gettext_lazy("还没轮到您这一方，请等前一方会签。"),
    "text_changed": gettext_lazy("您打开以后文字有改动，请重新看一遍再签。"),
    "say_why": gettext_lazy("请写明原因。"),
    "say_what": gettext_lazy("请写明改了什么。"),
    "nothing_changed": gettext_lazy("文字和附件都没有变，不用更正。"),
    "correction_waits": gettext_lazy("上一次更正还在等会签，请等会签完，或先取回。"),
    "too_many_files": gettext_lazy("附件最多 %(most)s 个，请去掉几个。"),
    "not_named": gettext_lazy("这条公告没有请您签收。"),
    "key_malformed": gettext_lazy("页面已经过期，请再提交一次。"),
    "key_reused": gettext_lazy("这一页已经提交过一次，请再点一次提交。"),
    "not_allowed": gettext_lazy("您现在的身份不能打印这一份。"),
    "not_failed": gettext_lazy("这一份不用重新制作。"),
}
EVENTS: dict[str, Words] = {
    "write": gettext_lazy("写成草稿"),
    "revise": gettext_lazy("修改草稿"),
    "attach": gettext_lazy("加了附件"),
    "detach": gettext_lazy("去掉附件"),
    "submit": gettext_lazy("送出"),
    "hurry": gettext_lazy("紧急发布，事后补签"),
    "agree": gettext_lazy("会签同意"),
    "refuse": gettext_lazy("不同意，退回"),
    "review": gettext_lazy("会签"),
    "review_after": gettext_lazy("到期后补签"),
    "take_back": gettext_lazy("取回修改"),
    "publish": gettext_lazy("发布"),
    "amend": gettext_lazy("更正"),
    "propose": gettext_lazy("提出更正，送会签"),
    "sign": gettext_lazy("签收"),
    "pin": gettext_lazy("置顶"),
    "unpin": gettext_lazy("取消置顶"),
    "expire": gettext_lazy("到期"),
    "withdraw": gettext_lazy("撤回"),
}
# kind: icon, tone of its badge
KIND_LOOKS = {
    "notice": ("bell", "info"),
    "publicity": ("scale", "warn"),
    "announcement": ("speakerphone", "neutral"),
    "reminder": ("info-circle", "good"),
    "urgent": ("alert", "late"),
}
TONES = {
    "draft": "neutral",
    "awaiting": "warn",
    "scheduled": "info",
    "published": "good",
    "expired": "neutral",
    "withdrawn": "late",
}
ROLE_NAMES: dict[str, Any] = {
    "owner": gettext_lazy("业主"),
    "family": gettext_lazy("业主的家人"),
    "tenant": gettext_lazy("租户"),
    "committee": gettext_lazy("业委会"),
    "company": gettext_lazy("物业管理人员"),
    "worker": gettext_lazy("物业师傅"),
    "community": gettext_lazy("社区"),
}
# Why the defaults of ``rules.chain`` are as they are, by kind, matter and speaker.
_FEE = gettext_lazy("物业费调整要先公示，由业主共同决定：《杭州市物业管理条例》第五十三条、《民法典》第二百七十八条")
_FUND = gettext_lazy("使用维修资金由业主共同决定：《民法典》第二百七十八条、第二百八十一条")
_INCOME = gettext_lazy(
    "公共收益归业主共有，收支要公示、受监督：《民法典》第二百八十二条、《杭州市物业管理条例》第三十条"
)
_ELECTION = gettext_lazy("换届由街道和社区组织、指导：《杭州市物业管理条例》第二十六条、第三十三条")
GROUNDS: dict[tuple[str, str, str], Words] = {
    ("", "property_fee", "company"): _FEE,
    ("", "property_fee", "committee"): _FEE,
    ("", "maintenance_fund", "company"): _FUND,
    ("", "maintenance_fund", "committee"): _FUND,
    ("", "common_income", "company"): _INCOME,
    ("", "common_income", "committee"): _INCOME,
    ("", "election", "committee"): _ELECTION,
    ("", "election", "company"): _ELECTION,
    ("", "meeting", "committee"): gettext_lazy("业主大会会议要告知居民委员会：《杭州市物业管理条例》第二十九条"),
    ("publicity", "", "company"): gettext_lazy("没有统一的规定，按惯例由业委会代表业主先核对"),
}
_FIELDS = {"reason": "reason", "file": "uploads", "places": "places"}


def refusal_text(error: Exception) -> str:
    """A refusal in words that say what is wrong and what to do. KeyError for a code without words."""
    if isinstance(error, FileRefused):
        return str(FILES[error.code])
    if isinstance(error, (DocumentRefused, KeyRefused)):
        return str(_REFUSALS[error.code])
    if not isinstance(error, Refused):
        raise TypeError(error)
    words = str(_REFUSALS.get(error.code) or extras.words_of(error.code) or _REFUSALS[error.code])
    return words % error.details if error.details else words


def refusal_field(error: Exception) -> str:
    """The form field beside which the words belong; "" for the form as a whole."""
    if isinstance(error, FileRefused):
        return "uploads"
    named = error.details.get("field", "") if isinstance(error, Refused) else ""
    return _FIELDS.get(named, named)


def sides_text(sides: list[str] | tuple[str, ...]) -> str:
    """Who countersigns, in order: 业委会 → 社区."""
    return " → ".join(str(Side(side).label) for side in sides)


def rule_text(kind: str, matter: str, speaker: str) -> str:
    """Which notices a rule is for: 公示 · 物业费 · 物业发布的; 所有公告 for all."""
    parts = [
        str(Kind(kind).label) if kind else "",
        str(Matter(matter).label) if matter else "",
        _("%(side)s发布的") % {"side": Side(speaker).label} if speaker else "",
    ]
    return " · ".join(part for part in parts if part) or _("所有公告")


def audience_text(notice: Notice, places: dict[tuple[str, int], str]) -> str:
    """For whom a notice is, in words; ``places`` names buildings ("b", id) and entrances ("e", id)."""
    roles = "、".join(str(ROLE_NAMES[role]) for role in notice.roles if role in ROLE_NAMES)
    named = [places.get(("b", pk), "") for pk in notice.building_ids] + [
        places.get(("e", pk), "") for pk in notice.entrance_ids
    ]
    where = "、".join(name for name in named if name)
    if roles and where:
        return _("%(where)s的%(roles)s") % {"where": where, "roles": roles}
    return roles or where or _("全小区")


def event_title(event: Event) -> str:
    """What happened, in words."""
    return str(EVENTS.get(event.action, event.action))
