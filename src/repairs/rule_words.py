"""Rules in plain words: a routing rule as a sentence, why it did not hold, a deadline, where something comes from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repairs.models import Category
from repairs.rule_rows import AnyDeadline, terms_of
from repairs.rules.categories import Term
from repairs.rules.routing import Rule

Words = str | Promise
PLACES: dict[str, Words] = {
    "home": gettext_lazy("居民家里"),
    "building": gettext_lazy("楼内公共部位"),
    "public": gettext_lazy("小区公共区域"),
}
URGENT: dict[bool, Words] = {True: gettext_lazy("紧急"), False: gettext_lazy("不紧急")}
HOURS: dict[str, Words] = {"working": gettext_lazy("工作时间内"), "off": gettext_lazy("工作时间外")}
SOURCES: dict[str, Words] = {
    "compound": gettext_lazy("本小区"),
    "city": gettext_lazy("全市统一"),
    "default": gettext_lazy("系统默认"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers in rules stand for: buildings, firms, and workers by post; ``here`` are the posts held today."""

    buildings: dict[int, str]
    firms: dict[int, str]
    workers: dict[int, str]
    here: Collection[int]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule as people read it: ``when`` it holds, ``who`` gets it; ``gone`` when that worker is not here any more."""

    when: str
    who: str
    gone: bool

    def __str__(self) -> str:
        return f"{self.when} → {self.who}"


def sentence(rule: Rule, names: Names) -> Sentence:
    """“电梯 · 3幢 · 工作时间外 → 当班人员”."""
    when = [
        str(Category(rule.category).label) if rule.category else "",
        names.buildings.get(rule.building_id, _("已拆除的楼")) if rule.building_id is not None else "",
        str(PLACES[rule.place]) if rule.place else "",
        str(URGENT[rule.urgent]) if rule.urgent is not None else "",
        str(HOURS[rule.hours]) if rule.hours else "",
        _("%(firm)s服务期间") % {"firm": names.firms.get(rule.company_id, "")} if rule.company_id is not None else "",
    ]
    who, gone = _who(rule, names)
    return Sentence(" · ".join(part for part in when if part) or _("所有报修"), who, gone)


def _who(rule: Rule, names: Names) -> tuple[str, bool]:
    if rule.target == "post":
        gone = rule.post_id not in names.here
        return names.workers.get(rule.post_id or 0) or _("师傅"), gone
    if rule.target == "receiver":
        return _("%(receiver)s（客服退回时已填好）") % {"receiver": rule.receiver}, False
    return (_("当班人员") if rule.target == "duty" else _("客服调度")), False


def gets_it(rule: Rule | None, names: Names, on_duty: Collection[str]) -> str:
    """Who gets a request by the rule that holds: as filing does it. ``on_duty`` are the names of the firm's people then."""
    if rule is None:
        return _("没有一条合适，由客服调度。")
    if rule.target == "post":
        here = _("通知%(name)s，客服派工时已选好。") % {"name": names.workers.get(rule.post_id or 0, "")}
        return here if rule.post_id in names.here else _("这位师傅已不在岗，由客服调度。")
    if rule.target == "duty":
        nobody = _("那时没有人当班，由客服调度；紧急的通知全部师傅。")
        return _("通知当班的%(names)s。") % {"names": _("、").join(on_duty)} if on_duty else nobody
    if rule.target == "receiver":
        return _("由客服退回给%(receiver)s，单位已填好。") % {"receiver": rule.receiver}
    return _("由客服调度。")


def why_not(rule: Rule, failed: str, names: Names) -> str:
    """Why a rule that was tried did not hold; "" for the one that did."""
    category = Category(rule.category).label if rule.category else ""
    building = names.buildings.get(rule.building_id or 0, _("已拆除的楼"))
    return {
        "category": _("类别不是“%(name)s”") % {"name": category},
        "place": _("地点不是“%(name)s”") % {"name": PLACES.get(rule.place, "")},
        "building": _("不在%(name)s") % {"name": building},
        "urgent": _("不是紧急报修") if rule.urgent else _("是紧急报修"),
        "hours": _("那时不是工作时间") if rule.hours == "working" else _("那时是工作时间"),
        "contract": _("只在%(firm)s服务期间有效") % {"firm": names.firms.get(rule.company_id or 0, "")},
    }.get(failed, "")


_HOUR, _DAY = 60, 1440


def term_text(term: Term) -> str:
    """“30 分钟”, “1 天”, “4 个工作小时”."""
    working = term.basis == "working"
    if not working and term.minutes % _DAY == 0:
        return _("%(n)s 天") % {"n": term.minutes // _DAY}
    hours, minutes = divmod(term.minutes, _HOUR)
    if not minutes:
        return (_("%(n)s 个工作小时") if working else _("%(n)s 小时")) % {"n": hours}
    if not hours:
        return (_("%(n)s 分钟（工作时间）") if working else _("%(n)s 分钟")) % {"n": minutes}
    text = _("%(h)s 小时 %(n)s 分钟（工作时间）") if working else _("%(h)s 小时 %(n)s 分钟")
    return text % {"h": hours, "n": minutes}


def terms_text(respond: Term, finish: Term) -> str:
    """“30 分钟内受理，1 天内办结”."""
    return _("%(respond)s内受理，%(finish)s内办结") % {"respond": term_text(respond), "finish": term_text(finish)}


def version_text(row: AnyDeadline) -> str:
    """What a version of a deadline says."""
    given = terms_of(row)
    return terms_text(*given) if given is not None else _("不再另定，按上级规定")


def kind_text(row: Any) -> str:
    """“水 · 紧急”: the category of a row of deadlines, and whether it is for urgent requests."""
    label = str(Category(row.category).label)
    return f"{label} · {_('紧急')}" if row.urgent else f"{label} · {_('普通')}"
