"""The archive of a month as .xlsx: what C.1 and D.1 say, every place of every round, the rounds themselves, and the figures.

Days are read one after the other, so that a month takes no more memory than a day. What stands in the file is the office's, so it
is Chinese whatever language the page has.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, BinaryIO, Final

from django.utils import timezone
from django.utils.timezone import localdate
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from registers import sheets
from registers.rules.workbook import letter
from rounds import hooks
from rounds.queries import sheets as queries
from rounds.queries.occurrences import tallies
from rounds.rules import sheets as rules
from rounds.rules.duties import duties
from rounds.rules.score import score
from rounds.rules.sheets import Line, Note, Walked

_HEAD: Final = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="F2F2F2")}
_STATES: Final = {
    "planned": "待巡查", "in_progress": "进行中", "done": "已完成", "overdue": "已过时", "missed": "没有做", "skipped": "免做",
}  # fmt: skip
_OUTCOMES: Final = {"normal": "正常", "fault": "异常", "none": "无此项", "noted": "已记", "unknown": "看不懂"}
_C1: Final = (
    ("日期", 12), ("巡查项目", 18), ("巡查内容", 40), ("部位", 22), ("数量", 8), ("看到数量", 10), ("正常数量", 10), ("标记", 8),
    ("故障描述", 44), ("当场处理情况", 14), ("报修情况", 28), ("备注", 28),
)  # fmt: skip
_D1: Final = (
    ("检测项目", 18), ("检测内容", 34), ("设备数量", 10), ("正常", 8), ("故障", 8), ("测试次数", 10), ("没有做", 8),
    ("实测值", 30),
    ("故障原因及处理", 50),
)  # fmt: skip
_ANSWERS: Final = (
    ("巡查", 24), ("种类", 14), ("应在之前", 17), ("时间", 17), ("地点", 30), ("编号", 22), ("数量", 8), ("正常数量", 10),
    ("结果", 10),
    ("不正常的", 40), ("说明", 30), ("巡查人", 24), ("是否有效", 10),
)  # fmt: skip
_ROUNDS: Final = (
    ("种类", 16), ("名称", 26), ("开始", 17), ("应在之前", 17), ("完成", 17), ("状态", 10), ("完成人", 24), ("应看几处", 10),
    ("看了几处", 10), ("复核人", 24), ("免做原因", 30), ("补做", 8),
)  # fmt: skip


def write(compound_id: int, first: date, last: date, *, to: BinaryIO) -> None:
    """Write the workbook of a month."""
    book = Workbook(write_only=True)
    figures = _sheet(
        book,
        "完成率",
        (("种类", 22), ("应做", 8), ("按时", 8), ("晚做", 8), ("没有做", 8), ("还没做", 8), ("免做", 8), ("分值", 8)),
    )
    c1, d1 = _sheet(book, "巡查表C.1", _C1), _sheet(book, "检测表D.1", _D1)
    rounds, answers = _sheet(book, "每一次", _ROUNDS), _sheet(book, "每一处", _ANSWERS)
    _figures(figures, compound_id, first, last)
    systems = queries.systems()
    tested: list[Walked] = []
    day = first
    while day <= last:
        found = queries.walked(compound_id, day, day, tuple(duties().by_key))
        patrols = [one for one in found if one.duty == "facility_patrol"]
        lines = rules.lines(patrols, systems)
        sent = hooks.what_became(compound_id, {note.answer for row in lines for note in row.notes if note.fault})
        for row in lines:
            _append(c1, _c1(day, row, sent))
        for one in found:
            _append(rounds, _round(one))
            for cells in _said(one):
                _append(answers, cells)
        tested += [one for one in found if one.duty == "test"]
        day += timedelta(days=1)
    for test in rules.tests(tested, systems):
        _append(
            d1,
            (test.system, test.content, test.number, test.normal, test.fault, test.times, test.missed, "；".join(test.values),
             "；".join(_note(note) for note in test.faults)),
        )  # fmt: skip
    book.save(to)


def _sheet(book: Workbook, name: str, columns: Sequence[tuple[str, int]]) -> Any:
    sheet: Any = book.create_sheet(name)
    for number, (_label, width) in enumerate(columns, start=1):
        sheet.column_dimensions[letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([sheets.text_cell(sheet, label, **_HEAD) for label, _width in columns])
    return sheet


def _append(sheet: Any, values: Iterable[Any]) -> None:
    sheet.append(sheets.row_of(sheet, values))


def _figures(sheet: Any, compound_id: int, first: date, last: date) -> None:
    now = timezone.now()
    rows = tallies(compound_id, first, min(last, localdate(now)), now)
    for one in rows:
        duty = duties().by_key.get(one.duty)
        name = duty.name if duty is not None else one.duty
        _append(sheet, (name, one.due, one.on_time, one.late, one.missed, one.open, one.skipped, one.weight))
    whole = score(rows)
    share = f"{whole.share * 100:.1f}%" if whole.share is not None else ""
    _append(sheet, ("合计", whole.due, whole.on_time))
    _append(sheet, (f"加权 {whole.points}/{whole.of} 分 {share}，没有做的算 0 分",))


def _c1(day: date, row: Line, sent: dict[tuple[int, str], str]) -> tuple[Any, ...]:
    faults = [note for note in row.notes if note.fault]
    became = dict.fromkeys(
        sent[note.answer, item] for note in faults for item in note.items if (note.answer, item) in sent
    )
    return (
        f"{day:%Y-%m-%d}", row.system, row.content, row.place, row.number, row.seen, row.normal, row.mark,
        "；".join(_note(note) for note in row.notes),
        "；".join("已当场处理" if note.fixed else "未能当场处理" for note in faults),
        "；".join(became), "；".join(row.remarks),
    )  # fmt: skip


def _note(note: Note) -> str:
    old = "".join(f"〔更正前 {one}〕" for one in note.old)
    return f"{note.name} {old}{note.now}"


def _round(one: Walked) -> tuple[Any, ...]:
    signed = one.signed
    return (
        duties().by_key[one.duty].name, one.plan, f"{one.opens_at:%Y-%m-%d %H:%M}", f"{one.due_at:%Y-%m-%d %H:%M}",
        f"{one.done_at:%Y-%m-%d %H:%M}" if one.done_at is not None else "", _STATES[one.state], one.done_as,
        len(one.spots), len(one.words), f"{signed.who} {signed.at:%m-%d %H:%M}" if signed is not None else "", one.skipped,
        "是" if one.makes_up else "",
    )  # fmt: skip


def _said(one: Walked) -> Iterable[tuple[Any, ...]]:
    names = {spot.point: (spot.address, spot.name) for spot in one.spots}
    said = [(names.get(point, ("", "")), n, word) for point, words in one.words.items() for n, word in enumerate(words)]
    said += [(("", ""), n, word) for n, word in enumerate(one.whole)]
    for (address, name), n, word in said:
        bad = "；".join(
            f"{each['name']} {each['value'] if each['value'] != 'bad' else ''}".strip()
            for each in word.results
            if each["outcome"] == "fault"
        )
        yield (
            one.plan, duties().by_key[one.duty].name, f"{one.due_at:%Y-%m-%d %H:%M}", f"{word.at:%Y-%m-%d %H:%M}", address,
            name, word.number, word.normal, _OUTCOMES[word.outcome], bad, word.note, word.who, "更正前" if n else "是",
        )  # fmt: skip
