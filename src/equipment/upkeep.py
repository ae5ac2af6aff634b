"""Maintenance on paper: the plan (GB 25201 table E.1), the record of a year (E.2) and the card of one piece, A4 across.

The words of a form are the office's: they are Chinese whatever language the page has. A target is
``<kind>:<compound>:<year or piece>``. The columns of E.1 and E.2 were not read in the
standard: they are the usual ones.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.utils.timezone import localdate, localtime
from django.utils.translation import override

from documents.actions import TargetGone, request_document
from documents.models import IssuedDocument
from equipment import queries
from equipment.actions.change import allow
from equipment.models import Piece
from equipment.permissions import reads
from equipment.refusals import BadInput, NoSuchThing
from equipment.rules.standards import PATROL, Asked, Life, asked_of, lives_of, standards
from equipment.words import ACTS, EVERY
from tenancy.actor import Actor

PLAN, RECORD, CARD = "equipment.e1", "equipment.e2", "equipment.card"
TITLES: Final = {
    PLAN: "建筑消防设施维护保养计划表", RECORD: "建筑消防设施维护保养记录表", CARD: "消防设施维护保养卡",
}  # fmt: skip
TEMPLATE = "equipment/upkeep.html"
LANGUAGE: Final = "zh-hans"
FIRST_YEAR: Final = 2000
# Lines that are left for the hand.
BLANK: Final = 8
# Events of a piece that are upkeep.
_DONE: Final = {"service": "维修", "battery": "更换备用电池", "battery_test": "测试备用电池", "back": "送修返回"}
_HAND: Final = "签名：　　　　　　　　　　　年　　月　　日"


def print_upkeep(*, compound_id: int, form: str, which: int, by: Actor, now: datetime) -> IssuedDocument:
    """Have a form made: "plan" or "record" of the year ``which``, or the "card" of a piece.

    Refused: NotPermitted (not_yours), NoSuchThing (a piece that is not there), BadInput (unknown_form, bad_year, no_pieces).
    """
    allow(by, compound_id, reads(by))
    kind = {"plan": PLAN, "record": RECORD, "card": CARD}.get(form, "")
    if not kind:
        raise BadInput("unknown_form", field="form")
    if kind == CARD:
        if queries.piece_of(compound_id, which) is None:
            raise NoSuchThing
    elif not FIRST_YEAR <= which <= localdate(now).year + 1:
        raise BadInput("bad_year", field="which")
    elif not queries.kinds_there(compound_id):
        raise BadInput("no_pieces", field="form")
    return request_document(compound_id=compound_id, by=by, kind=kind, target=f"{kind}:{compound_id}:{which}", now=now)


def may_print(actor: Actor, target: str) -> bool:
    """Everyone of the firm."""
    return reads(actor) and target.split(":")[1:2] in [[str(one)] for one in actor.compound_ids]


def _which(target: str, kind: str, compound_id: int) -> int:
    name, _colon, rest = target.partition(":")
    compound, _colon, which = rest.partition(":")
    if name != kind or compound != str(compound_id) or not (which.isascii() and which.isdigit()):
        raise TargetGone
    return int(which)


def plan(*, compound_id: int, target: str) -> dict[str, Any]:
    """E.1 of a year: every kind of the register, what is to be done of it, how often, and what runs out in that year."""
    year = _which(target, PLAN, compound_id)
    pieces = list(queries.pieces(compound_id))
    if not pieces:
        raise TargetGone
    unit, own = queries.unit_of(compound_id), queries.own_words(compound_id)
    ends = Counter(
        (one.piece.kind, one.what, one.on.month if one.on else 0)
        for one in queries.ends_in(compound_id, date(year, 1, 1), date(year, 12, 31))
    )
    rows: dict[tuple[str, str, str], list[Any]] = {}
    order = list(standards().kinds)
    with override(LANGUAGE):
        for piece in sorted(pieces, key=lambda one: order.index(one.kind)):
            kind = standards().kinds[piece.kind]
            named = kind.name if kind.system == "其他" else f"{kind.system}：{kind.name}"
            owed = [
                _asked(one)
                for one in asked_of(piece.kind, place=piece.place, subtype=piece.subtype, unit=unit, own=own)
                if one.act != PATROL
            ]
            owed += [
                _life(
                    one,
                    year,
                    {month: n for (kept, what, month), n in ends.items() if (kept, what) == (piece.kind, one.what)},
                )
                for one in lives_of(piece.kind, subtype=piece.subtype, own=own)
            ]
            for content, every, remark in owed:
                row = rows.setdefault((piece.kind, content, every), [named, 0, content, every, remark])
                row[1] += piece.count
    return {
        "say": {"when": f"{year} 年", "basis": "GB 25201-2010 附录 E 表 E.1", "none": ""},
        "heads": ("序号", "检查保养项目", "数量", "保养内容", "周期", "备注"),
        "rows": [tuple(one) for one in rows.values()],
        "look": "e1",
        "signs": [("制定人", _HAND), ("审核人（消防安全管理人）", _HAND)],
    }  # fmt: skip


def _asked(one: Asked) -> tuple[str, str, str]:
    season = "（冬季）" if one.months else ""
    own = "；本小区更严" if one.own else ""
    return f"{one.name}（{ACTS[one.act]}）", f"{EVERY[one.every]}{season}", f"{one.clause}{_read(one.confirmed)}{own}"


def _life(one: Life, year: int, ends: dict[int, int]) -> tuple[str, str, str]:
    """``ends``: how many run out in each month of the year."""
    every = f"{one.first} 年" + (f"，以后每 {one.then} 年" if one.then else "")
    months = "、".join(f"{month} 月" for month in sorted(ends))
    due = f"{year} 年到期 {sum(ends.values())} 件：{months}" if ends else ""
    return one.name, every, "；".join(part for part in (f"{one.clause}{_read(one.confirmed)}", due) if part)


def _read(confirmed: bool) -> str:
    return "" if confirmed else "（条文未核实，按默认值）"


def record(*, compound_id: int, target: str) -> dict[str, Any]:
    """E.2 of a year: what was done, with lines for the hand."""
    year = _which(target, RECORD, compound_id)
    found = queries.upkeep(compound_id, tuple(_DONE), date(year, 1, 1), date(year, 12, 31))
    rows: list[tuple[Any, ...]] = [
        (one.piece.address, f"{one.piece.number} {_name(one.piece)} {one.piece.model}".strip(), one.piece.count,
         _DONE[one.action], one.label, _done_on(one.note, one.at), _body(one.note))
        for one in found
    ]  # fmt: skip
    return {
        "say": {"when": f"{year} 年", "basis": "GB 25201-2010 附录 E 表 E.2", "none": ""},
        "heads": ("序号", "部位", "编号、型号规格", "数量", "保养内容", "保养人", "时间", "结论、维修单位"),
        "rows": [*rows, *([("",) * 7] * BLANK)],
        "look": "e2",
        "signs": [("保养人", _HAND), ("消防安全责任人或消防安全管理人", _HAND)],
    }


def card(*, compound_id: int, target: str) -> dict[str, Any]:
    """The card of a piece: what it is (公安部令第61号 Art. 29), what is asked, what runs out, what was done."""
    found = queries.piece_of(compound_id, _which(target, CARD, compound_id))
    if found is None:
        raise TargetGone
    kind = standards().kinds[found.kind]
    with override(LANGUAGE):
        asked = "；".join(f"{one.name}：{EVERY[one.every]}" for one in queries.asked_for(found))
        dues = "；".join(
            f"{one.name} {f'{one.on:%Y-%m-%d}' if one.on else '日期不明'}" for one in queries.dues_of(found)
        )
        state = str(found.get_state_display())
        place = str(found.get_place_display())
    facts = [
        ("编号", found.number), ("种类", f"{kind.name} {kind.subtypes.get(found.subtype, ('',))[0]}".strip()),
        ("位置", found.address), ("场所", place), ("数量", str(found.count)), ("状态", state),
        ("厂家、型号规格", f"{found.maker} {found.model}".strip()), ("出厂日期", _day(found.made_on)),
        ("启用日期", _day(found.installed_on)), ("上次维修（充装）", f"{_day(found.serviced_on)} {found.service_body}".strip()),
        ("配置单元", found.unit), ("上次检查", _day(found.checked_on)),
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (_done_on(one.note, one.at), _DONE[one.action], _body(one.note), one.label, "")
        for one in reversed(queries.events_of(found))
        if one.action in _DONE
    ]
    return {
        "say": {"when": f"{found.number} {kind.name}", "basis": "公安部令第 61 号第 29 条", "none": ""},
        "facts": [facts[n : n + 2] for n in range(0, len(facts), 2)],
        "wide": [("检查周期", asked), ("到期", dues)],
        "heads": ("序号", "时间", "保养内容", "维修单位、结论", "保养人", "签名"),
        "rows": [*rows, *([("",) * 5] * BLANK)],
        "look": "card-table",
        "signs": [("消防安全责任人或消防安全管理人", _HAND)],
    }


def _name(piece: Piece) -> str:
    return standards().kinds[piece.kind].name


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day is not None else ""


def _parts(note: str) -> tuple[str, str]:
    """ "2026-05-01 某某公司" as day and body; what does not begin with a day is a body."""
    first, _space, rest = note.partition(" ")
    try:
        return f"{date.fromisoformat(first):%Y-%m-%d}", rest
    except ValueError:
        return "", note


def _done_on(note: str, at: datetime) -> str:
    return _parts(note)[0] or f"{localtime(at):%Y-%m-%d}"


def _body(note: str) -> str:
    return _parts(note)[1]


def kinds() -> Iterable[tuple[str, str, Any]]:
    """Every form with its title and what reads it."""
    return ((PLAN, TITLES[PLAN], plan), (RECORD, TITLES[RECORD], record), (CARD, TITLES[CARD], card))
