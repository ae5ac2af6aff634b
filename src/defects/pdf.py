"""Form B.1 of GB 25201-2010 (建筑消防设施故障维修记录表) of one month, A4 landscape."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import localdate, localtime, make_aware

from defects import queries
from defects.actions.change import allow
from defects.models import Defect, Rung, Severity
from defects.permissions import reads
from defects.refusals import BadInput
from defects.words import FIELDS
from documents.actions import TargetGone, request_document
from documents.kinds import Part
from documents.models import IssuedDocument
from tenancy.actor import Actor

KIND = "defects.b1"
TITLE = "建筑消防设施故障维修记录表"
TEMPLATE = "defects/b1.html"
# The form is the office's: its words are Chinese whatever language the page has.
SAY = {
    "form": "（GB 25201-2010 表 B.1）", "serial": "序号", "found": "故障情况", "stopped": "停用情况", "repaired": "维修情况",
    "cleared": "故障排除确认", "sign": "签名",
    "note": "“签名”处留作手签。划线的是更正前的内容。停用系统要由责任人批准签名，"
    "停用超过 24 小时要填写报消防部门备案和安全保护措施。时间为月-日 时:分。",
    "foot": "消防安全责任人或消防安全管理人（签字）：　　　　　　　　　　　　　　年　　月　　日",
}  # fmt: skip
HEADS = (
    "发现时间、发现人签名", "故障部位", "故障情况描述", "是否停用系统、批准", "是否报消防部门备案", "安全保护措施",
    "维修时间、维修人员", "维修方法", "确认时间、安全管理人签名", "逐级告知",
)  # fmt: skip


# Before the first compound.
FIRST = date(2000, 1, 1)


def print_month(*, compound_id: int, month: date, by: Actor, now: datetime) -> IssuedDocument:
    """Have the form of a month made. Refused: NotPermitted (not_yours), BadInput (bad_month, nothing_to_print)."""
    allow(by, compound_id, reads(by))
    if not FIRST <= month <= localdate(now):
        raise BadInput("bad_month", field="month")
    if not queries.rows_of_form(compound_id, *_span(month)):
        raise BadInput("nothing_to_print", field="month")
    target = f"{KIND}:{compound_id}:{month:%Y-%m}"
    return request_document(compound_id=compound_id, by=by, kind=KIND, target=target, now=now)


def _span(month: date) -> tuple[datetime, datetime]:
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return make_aware(datetime.combine(first, time.min)), make_aware(datetime.combine(after, time.min))


def parts(compound_id: int, month: date) -> list[Part]:
    """Form B.1 as a part of a month's archive."""

    def read() -> dict[str, Any] | None:
        try:
            found = context(compound_id=compound_id, target=f"{KIND}:{compound_id}:{month:%Y-%m}")
        except TargetGone:
            return None
        return {**found, "title": TITLE}

    return [Part(f"{TITLE}（表 B.1）", TEMPLATE, read)]


def _which(target: str) -> tuple[int, date] | None:
    name, _colon, rest = target.partition(":")
    compound, _colon, month = rest.partition(":")
    if name != KIND or not (compound.isascii() and compound.isdigit()):
        return None
    try:
        return int(compound), date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def may_print(actor: Actor, target: str) -> bool:
    """The firm."""
    found = _which(target)
    return found is not None and found[0] in actor.compound_ids and reads(actor)


def context(*, compound_id: int, target: str) -> dict[str, Any]:
    """One row a defect; an entry that was put right shows what stood there."""
    found = _which(target)
    if found is None or found[0] != compound_id:
        raise TargetGone
    rows = queries.rows_of_form(compound_id, *_span(found[1]))
    if not rows:
        raise TargetGone
    return {
        "say": SAY,
        "heads": HEADS,
        "month": f"{found[1].year} 年 {found[1].month} 月",
        "rows": [_row(number, one) for number, one in enumerate(rows, start=1)],
    }


def _row(number: int, one: Defect) -> dict[str, Any]:
    return {
        "serial": number,
        "number": one.number,
        "found_at": _moment(one.found_at),
        "found_as": one.found_as,
        "place": one.place,
        "severity": _corrected(one, "severity"),
        "what": one.item_name,
        "words": _corrected(one, "words"),
        "stopped": one.stopped_at is not None,
        "standstill": _standstill(one),
        "fire": [
            f"{_moment(told.told_at)} {told.get_way_display()} {told.number} {told.receiver}（{told.label}）"
            for told in one.fire_notices.all()
        ]
        or ([] if one.stopped_at is not None else ["/"]),
        "safeguards": _corrected(one, "safeguards"),
        "repaired_at": _moment(one.repaired_at),
        "repaired_as": one.repaired_as,
        "method": _corrected(one, "method"),
        "request": f"报修单 {one.repair.number}" if one.repair is not None else "",
        "cleared_at": _moment(one.cleared_at),
        "cleared_as": one.cleared_as,
        "cleared_note": one.cleared_note,
        "told": [
            f"{_moment(rung.told_at)} {rung.get_rung_display()}：{'、'.join(rung.told)}"
            for rung in sorted(one.rungs.all(), key=_by_time)
            if rung.told_at is not None
        ],
        "corrections": [
            f"更正：{FIELDS[done.field]} {_moment(done.at)} {done.label}：{done.reason}" for done in _in_order(one)
        ],
    }


def _standstill(one: Defect) -> list[str]:
    if one.stopped_at is None:
        return ["否"]
    until = f"至 {_moment(one.restored_at)}" if one.restored_at is not None else ""
    return [f"是，{_moment(one.stopped_at)} 起{until}", f"批准：{one.approved_as} {_moment(one.approved_at)}".rstrip()]


def _by_time(rung: Rung) -> tuple[datetime, int]:
    return rung.at, rung.pk


def _in_order(one: Defect) -> list[Any]:
    return sorted(one.corrections.all(), key=lambda done: int(done.pk))


def _corrected(one: Defect, name: str) -> dict[str, Any]:
    """What stands there now, and what stood there, oldest first."""

    def shown(value: str) -> str:
        return str(Severity(value).label) if name == "severity" else value

    return {
        "now": shown(str(getattr(one, name))),
        "old": [shown(done.old) for done in _in_order(one) if done.field == name],
    }


def _moment(at: datetime | None) -> str:
    return f"{localtime(at):%m-%d %H:%M}" if at is not None else ""
