"""The firm's regular report on fire safety to residents and the owners' committee, as a notice is written.

高层民用建筑消防安全管理规定 Art. 10: the firm tells owners' committee and residents regularly how fire safety stands. The
rule does not say how often; a month is this portal's default. The text is a draft: the firm adds to it before it goes out.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils.timezone import localdate, localtime

from equipment.queries import due_counts
from equipment.rules.cadence import add_months
from notices.models import Notice, State
from parties.models import Contract
from rounds import hooks
from rounds.models import Plan, Report
from rounds.queries import sheets as queries
from rounds.queries.occurrences import tallies
from rounds.rules.duties import duties
from rounds.rules.score import score

_HELD = {"evacuation_drill", "full_drill", "training", "yearly_test"}
_PLEA = (
    "不要在楼道、门厅停放电动自行车或给它充电，不要把电池带上楼。",
    "消防车通道、登高场地和消火栓前不停车，楼道和楼梯间不堆东西。",
    "常闭式防火门随手关上。发现消防设施坏了，扫设施上的二维码就能报告，不用登录。",
)


def title_of(month: date) -> str:
    """What a month's report is called to begin with; it is found again by its row (``rounds.models.Report``)."""
    return f"{month.year}年{month.month}月消防安全情况报告"


def written(compound_id: int, months: Sequence[date]) -> dict[date, Notice]:
    """The reports of some months, drafts included, not what was withdrawn. One statement."""
    rows = (
        Report.objects.filter(compound_id=compound_id, month__in=months)
        .exclude(notice__state=State.WITHDRAWN)
        .select_related("notice")
        .order_by("pk")
    )
    return {one.month: one.notice for one in rows}


def first_month(compound_id: int, company_id: int | None, today: date) -> date:
    """The first day of the earliest month that a firm can say something of: it had its contract and the first plan had begun.

    Without a plan this month. Two statements.
    """
    begun = Plan.objects.filter(compound_id=compound_id).aggregate(first=Min("since"))["first"] or today
    served = Contract.objects.filter(compound_id=compound_id, company_id=company_id, starts__lte=today).exclude(
        ends__lt=today
    )
    taken = served.aggregate(first=Min("starts"))["first"] or begun
    return min(max(begun, taken), today).replace(day=1)


def source(compound_id: int, month: date, now: datetime) -> str:
    """The text for a month, with both numbers of everything; of the running month as far as it goes."""
    last = min(add_months(month, 1) - timedelta(days=1), localdate(now))
    until = "" if last < localdate(now) else f"（到 {localtime(now):%m 月 %d 日}为止）"
    rows = tallies(compound_id, month, last, now)
    whole = score(rows)
    lines = [
        f"{month.year} 年 {month.month} 月{until}，本小区公共消防设施的巡查、检查和维修情况如下，请业主、住户和业委会监督。",
        "",
    ]
    lines += ["## 一、巡查和检查", ""]
    if rows:
        lines += [
            f"应做 {whole.due} 次，按时做了 {whole.on_time} 次，没有做 {sum(one.missed for one in rows)} 次。",
            "",
        ]
        lines += [
            f"- {duties().by_key[one.duty].name}：应做 {one.due} 次，按时 {one.on_time} 次{_rest(one.late, one.missed)}"
            for one in rows
            if one.duty in duties().by_key and one.due
        ]
    else:
        lines += ["这个月没有到期的巡查。"]
    lines += ["", "## 二、故障和维修", ""]
    lines += hooks.report_lines(compound_id, month, last) or ["没有查出故障。"]
    over = due_counts(compound_id, localdate(now))
    lines += ["", "## 三、设施、证件到期", ""]
    lines += [f"已到期还没有处理的 {over['over']} 件，90 天内到期的 {over['near']} 件。"]
    lines += ["", "## 四、检测、演练和培训", ""]
    lines += _held(compound_id, month, last) or ["这个月没有。"]
    lines += ["", "## 五、请大家配合", "", *(f"- {one}" for one in _PLEA)]
    return "\n".join(lines)


def _rest(late: int, missed: int) -> str:
    told = [f"，晚做 {late} 次" if late else "", f"，没有做 {missed} 次" if missed else ""]
    return "".join(told)


def _held(compound_id: int, first: date, last: date) -> list[str]:
    found = []
    for one in queries.walked(compound_id, first, last, tuple(_HELD)):
        said = one.whole[0] if one.whole else None
        if said is None:
            continue
        values = {each["item"]: each["value"] for each in said.results}
        more = [
            f"{values['persons']} 人参加" if values.get("persons") else "",
            f"结论：{values['conclusion']}" if values.get("conclusion") else "",
        ]
        found.append(f"- {said.at.month} 月 {said.at.day} 日 {one.plan}{''.join(f'，{part}' for part in more if part)}")
    return found
