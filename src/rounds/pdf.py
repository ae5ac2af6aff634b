"""The printed forms of rounds: tables C.1 and D.1 of GB 25201-2010, the records of duties, the archive of a month. A4 across.

The words of a form are the office's: they are Chinese whatever language the page has. A target is
``<kind>:<compound>:<what>``: a day for C.1, a month or a year for D.1, ``<duty>:<month>`` for a record, a month for the archive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, Final

from django.utils.timezone import localdate, now

from documents.actions import TargetGone
from documents.kinds import Part
from equipment.rules.cadence import add_months
from rosters import pdf as rosters_pdf
from rounds import hooks, workbook
from rounds.models import State
from rounds.permissions import may_walk
from rounds.queries import sheets as queries
from rounds.queries.occurrences import tallies
from rounds.rules import sheets as rules
from rounds.rules.drafts import form_items
from rounds.rules.duties import Duty, duties
from rounds.rules.score import score
from rounds.rules.sheets import Note, Walked, Word
from tenancy.actor import Actor
from ui.numbers import day

C1, D1, RECORD, ARCHIVE = "rounds.c1", "rounds.d1", "rounds.record", "rounds.archive"
C1_TITLE, D1_TITLE = "建筑消防设施巡查记录表", "建筑消防设施检测记录表"
RECORD_TITLE, ARCHIVE_TITLE = "消防巡查检查记录表", "消防巡查检查月度档案"
SHEET, COVER = "rounds/sheets/one.html", "rounds/sheets/archive.html"
FACILITY, CHECK, TEST, YEARLY = "facility_patrol", "check", "test", "yearly_test"
# What has no record of its own besides C.1 and D.1.
_OTHERS: Final = (FACILITY, TEST, YEARLY)
TITLES: Final = {
    "fire_patrol": "防火巡查记录表", "night_patrol": "夜间巡查记录表", "fire_check": "防火检查记录表",
    CHECK: "建筑消防设施检查记录表",
    "micro_station": "微型消防站巡检卡", "evacuation_drill": "疏散演练记录", "full_drill": "全要素综合演练记录",
    "training": "消防培训记录",
}  # fmt: skip
_C1_HEADS: Final = (
    "巡查项目", "巡查内容", "部位", "数量", "正常数量", "故障描述", "当场处理情况", "报修情况", "备注",
)  # fmt: skip
_D1_HEADS: Final = ("检测项目", "检测内容", "设备数量", "实测记录", "故障原因及处理", "正常", "故障", "实测值")
_LEGEND: Final = (
    "√ 正常　× 有故障　/ 无此项　未查 没有人到　划去的是更正前的内容。"
    "不能当场处理的，填建筑消防设施故障维修记录表（表 B.1）。"
)
_HAND: Final = "签名：　　　　　　　　　　　　年　　月　　日"
_SEAL: Final = "（盖章）　　　　　　　　　　　年　　月　　日"
_STATES: Final = {
    State.MISSED: "没有做",
    State.SKIPPED: "免做",
    State.PLANNED: "还没做",
    State.OVERDUE: "已过时，还没做",
}


# --- what is asked for -----------------------------------------------------------------------------------------------------
def target_of(kind: str, compound_id: int, what: str) -> str:
    """The target of a sheet."""
    return f"{kind}:{compound_id}:{what}"


def _what(target: str, kind: str, compound_id: int) -> str:
    name, _colon, rest = target.partition(":")
    compound, _colon, what = rest.partition(":")
    if name != kind or compound != str(compound_id):
        raise TargetGone
    return what


def may_print(actor: Actor, target: str) -> bool:
    """Everyone of the firm."""
    compound = target.split(":")[1:2]
    return may_walk(actor) and compound in [[str(one)] for one in actor.compound_ids]


def day_of(text: str) -> date:
    """The day of "2026-06-02"; TargetGone."""
    found = day(text)
    if found is None:
        raise TargetGone
    return found


def span_of(text: str) -> tuple[date, date]:
    """The first and last day of "2026-06" or "2026"; TargetGone."""
    if len(text) == len("2026"):
        return day_of(f"{text}-01-01"), day_of(f"{text}-12-31")
    first = day_of(f"{text}-01")
    return first, add_months(first, 1) - timedelta(days=1)


def span_words(text: str) -> str:
    """ "2026 年 6 月" or "2026 年"."""
    first, _last = span_of(text)
    return f"{first.year} 年 {first.month} 月" if len(text) > len("2026") else f"{first.year} 年"


# --- what they say ---------------------------------------------------------------------------------------------------------
def c1(*, compound_id: int, target: str) -> dict[str, Any]:
    """C.1 of a day: one sheet for each time of that day."""
    return _needed(c1_of(compound_id, day_of(_what(target, C1, compound_id))))


def _needed(found: dict[str, Any] | None) -> dict[str, Any]:
    if found is None:
        raise TargetGone
    return found


def c1_of(compound_id: int, day: date) -> dict[str, Any] | None:
    """As ``c1``; None where no facility patrol ended on that day."""
    rounds = queries.walked(compound_id, day, day, (FACILITY,))
    when = f"{day.year} 年 {day.month} 月 {day.day} 日"
    sheets = [
        _facility(
            [one for one in rounds if one.slot == slot],
            compound_id,
            f"{when}{_time(slot, rounds)}",
            "GB 25201-2010 表 C.1",
        )
        for slot in sorted({one.slot for one in rounds})
    ]
    return {"title": C1_TITLE, "sheets": sheets} if sheets else None


def _time(slot: int, rounds: Sequence[Walked]) -> str:
    return f"　第 {slot + 1} 次" if len({one.slot for one in rounds}) > 1 else ""


def _facility(rounds: Sequence[Walked], compound_id: int, when: str, basis: str) -> dict[str, Any]:
    systems = queries.systems()
    found = rules.lines(rounds, systems)
    sent = _sent(compound_id, (note for row in found for note in row.notes))
    return {
        "template": "rounds/sheets/_c1.html",
        "when": when,
        "basis": basis,
        "heads": _C1_HEADS,
        "rows": [
            {
                "system": row.system, "content": row.content, "place": row.place, "number": row.number,
                "normal": f"{row.mark} {row.normal}" if row.mark in {rules.GOOD, rules.BAD} or row.seen else row.mark,
                "notes": [_note(note, sent) for note in row.notes], "remarks": row.remarks,
            }
            for row in found
        ],
        "none": "没有要巡查的设施",
        "told": _told(rounds),
        "signs": _signs(rounds, "巡查人", "消防安全责任人或消防安全管理人"),
        "legend": _LEGEND,
    }  # fmt: skip


def _sent(compound_id: int, notes: Iterable[Note]) -> dict[tuple[int, str], str]:
    return hooks.what_became(compound_id, {note.answer for note in notes if note.fault})


def _note(note: Note, sent: Mapping[tuple[int, str], str]) -> dict[str, Any]:
    became = list(dict.fromkeys(sent[note.answer, item] for item in note.items if (note.answer, item) in sent))
    return {
        "name": note.name, "old": note.old, "now": note.now, "fault": note.fault,
        "spot": "已当场处理" if note.fixed else "未能当场处理",
        "sent": became or ([] if note.fixed or not note.fault else ["未报修"]),
    }  # fmt: skip


def _told(rounds: Sequence[Walked]) -> list[str]:
    """What a reader must know of the rounds as a whole: not done, done late, made up for, not yet judged."""
    found = []
    for one in rounds:
        if one.state in _STATES:
            found.append(f"{one.plan}：{_STATES[State(one.state)]}{f'，{one.skipped}' if one.skipped else ''}。")
        elif one.state == State.IN_PROGRESS:
            found.append(f"{one.plan}：没有做完。")
        elif one.done_at is not None and one.done_at > one.due_at:
            found.append(f"{one.plan}：过了时间才做完（{one.done_at:%m-%d %H:%M}）。")
        if one.makes_up:
            found.append(f"{one.plan}：补做，原来那一次没有做。")
    waiting = sum(one.waiting for one in rounds)
    if waiting:
        found.append(f"另有 {waiting} 条记录待核，没有计入。")
    return found


def _signs(rounds: Sequence[Walked], walker: str, second: str) -> list[dict[str, Any]]:
    """Who walked, by their last word, and who signed as the second person; each with a line for the hand."""
    last: dict[str, datetime] = {}
    for one in rounds:
        for said in [*(each for words in one.words.values() for each in words), *one.whole]:
            last[said.who] = max(said.at, last.get(said.who, said.at))
    seconds = dict.fromkeys(
        f"{one.signed.who} {one.signed.at:%m-%d %H:%M}{'' if one.signed.agrees else f'，和记录不一样：{one.signed.note}'}"
        for one in rounds
        if one.signed is not None
    )
    return [
        {
            "party": walker,
            "names": [f"{who} {at:%m-%d %H:%M}" for who, at in sorted(last.items(), key=lambda each: each[1])],
            "hand": _HAND,
        },
        {"party": second, "names": list(seconds), "hand": _HAND},
    ]


def d1(*, compound_id: int, target: str) -> dict[str, Any]:
    """D.1 of a month or a year."""
    return _needed(d1_of(compound_id, _what(target, D1, compound_id)))


def d1_of(compound_id: int, span: str) -> dict[str, Any] | None:
    """As ``d1``; None where nothing was to be tested."""
    rounds = queries.walked(compound_id, *span_of(span), (TEST, YEARLY))
    if not rounds:
        return None
    yearly = [one for one in rounds if one.duty == YEARLY]
    tested = [one for one in rounds if one.duty == TEST]
    found = rules.tests(tested, queries.systems())
    sent = _sent(compound_id, (note for row in found for note in row.faults))
    words = [said for one in rounds for each in [*one.words.values(), one.whole] for said in each]
    known = queries.certificates(compound_id, {one.person for one in words})
    facts = [fact for one in yearly for fact in _yearly(one)]
    testers = dict.fromkeys((one.who, known.get(one.person, "")) for one in sorted(words, key=_at))
    sheet = {
        "template": "rounds/sheets/_d1.html",
        "when": span_words(span),
        "basis": "GB 25201-2010 表 D.1",
        "heads": _D1_HEADS,
        "rows": [
            {
                "system": row.system, "content": row.content, "number": row.number,
                "normal": row.normal if row.times else "", "fault": row.fault if row.times else "", "values": row.values,
                "remarks": _times(row), "notes": [_note(note, sent) for note in row.faults],
            }
            for row in found
        ],
        "none": "这段时间没有功能测试",
        "facts": facts,
        "signs": [
            {
                "party": "测试人、等级证书编号",
                "names": [f"{who} {number or '（证书编号没有登记）'}" for who, number in testers],
                "hand": _HAND,
            },
            {"party": "测试单位", "names": [], "hand": _SEAL},
            {"party": "消防安全责任人或消防安全管理人", "names": list(_signs(rounds, "", "")[1]["names"]), "hand": _HAND},
        ],
        "legend": "正常、故障为最近一次测试的数量，故障一栏列出这段时间的全部故障。划去的是更正前的内容。",
    }  # fmt: skip
    return {"title": D1_TITLE, "sheets": [sheet]}


def _at(word: Word) -> datetime:
    return word.at


def _times(row: rules.Test) -> list[str]:
    done = f"测试 {row.times} 次，最近 {row.on:%m-%d}" if row.on is not None else "没有测试"
    return [done, *([f"没有做 {row.missed} 次"] if row.missed else [])]


def _yearly(one: Walked) -> list[tuple[str, str]]:
    if not one.whole:
        return [("年度检测", f"{one.due_at:%Y-%m-%d} 前完成，还没有记录")]
    said = one.whole[0]
    found = [("年度检测", f"{said.at:%Y-%m-%d} {said.who}")]
    return found + [(str(each["name"]), str(each["value"])) for each in said.results if each["value"]]


def record(*, compound_id: int, target: str) -> dict[str, Any]:
    """The record of a duty in a month."""
    duty, _colon, month = _what(target, RECORD, compound_id).partition(":")
    if duty not in TITLES:
        raise TargetGone
    return _needed(record_of(compound_id, duty, month))


def record_of(compound_id: int, duty: str, month: str) -> dict[str, Any] | None:
    """As ``record``; None where it was not due."""
    first, last = span_of(month)
    # What is yet to come says nothing; a round of today that nobody began is shown as such.
    rounds = [
        one
        for one in queries.walked(compound_id, first, last, (duty,))
        if one.words or one.whole or one.state != State.PLANNED or one.opens_at <= now()
    ]
    if not rounds:
        return None
    found = duties().by_key[duty]
    if duty == CHECK:
        sheets = [_facility(rounds, compound_id, span_words(month), "GB 50444-2008 5.2、GB 25201-2010")]
    elif duty == "micro_station":
        sheets = [_card(one, found) for one in rounds]
    elif found.over == "none":
        sheets = [_held(one, found) for one in rounds]
    else:
        sheets = [_record(rounds, found, compound_id, span_words(month))]
    return {"title": TITLES[duty], "sheets": sheets}


def _record(rounds: Sequence[Walked], duty: Duty, compound_id: int, when: str) -> dict[str, Any]:
    items = _items(rounds, duty)
    rows = rules.entries(rounds, items)
    sent = _sent(compound_id, (row.note for row in rows if row.note is not None))
    return {
        "template": "rounds/sheets/_record.html",
        "when": when,
        "basis": f"依据：{duty.clause}" if duty.clause and duty.confirmed else "频次为本小区的规定，法规没有统一的数",
        "heads": ("时间", "部位", *(str(one["name"]) for one in items), "发现的问题", "处理情况", "巡查人", "复核人"),
        "rows": [
            {
                "at": _when(row),
                "place": row.place, "marks": row.marks, "note": _note(row.note, sent) if row.note is not None else None,
                "who": row.who,
                "signed": f"{row.round.signed.who} {row.round.signed.at:%m-%d %H:%M}" if row.round.signed is not None else "",
            }
            for row in rows
        ],
        "none": "没有要巡查的地方",
        "told": _told([one for one in rounds if one.state not in {State.MISSED, State.PLANNED}]),
        "signs": [{"party": "巡查人", "names": [], "hand": _HAND}, {"party": "主管人员", "names": [], "hand": _HAND}],
        "legend": _LEGEND,
    }  # fmt: skip


def _when(row: rules.Entry) -> str:
    if row.at is not None:
        return f"{row.at:%m-%d %H:%M}"
    return f"{queries.day_of(row.round.due_at):%m-%d} {_STATES.get(State(row.round.state), rules.UNSEEN)}"


def _items(rounds: Sequence[Walked], duty: Duty) -> list[Mapping[str, Any]]:
    """What is looked at: by the editions of these rounds, the compound's own items included."""
    found = {str(one.key): one.kept() for one in form_items(f"duty:{duty.key}")}
    for one in rounds:
        for form in one.forms.values():
            found |= {str(item["key"]): dict(item) for item in form}
    return [one for one in found.values() if one.get("type", "ok") != "photo"]


def _card(one: Walked, duty: Duty) -> dict[str, Any]:
    words = next(iter(one.words.values()), [])
    said = words[0] if words else None
    rows = []
    for item in _items([one], duty):
        result = (
            next((each for each in said.results if each["item"] == item["key"]), None) if said is not None else None
        )
        mark = rules.mark_of(said, str(item["key"])).split(" ")[0]
        number = str(result["value"]) if result is not None and item.get("type") == "number" else ""
        rows.append(
            (str(item["name"]), str(item.get("min", "")), number, mark, said.who if said else "",
             f"{said.at:%m-%d %H:%M}" if said else "", str(result["note"]) if result is not None else "")
        )  # fmt: skip
    return {
        "template": "rounds/sheets/_card.html",
        "when": f"{one.due_at:%Y} 年 {queries.day_of(one.due_at).month} 月",
        "basis": "公消〔2015〕301号",
        "heads": ("序号", "器材名称", "存放数量", "检查数量", "检查状态", "检查人", "检查时间", "备注"),
        "rows": rows,
        "told": _told([one]),
        "signs": _signs([one], "检查人", "微型消防站站长"),
        "legend": "√ 正常　× 存在问题　/ 无此项　未查 没有人到。存放数量以器材清单为准，没有登记的留空。",
    }


def _held(one: Walked, duty: Duty) -> dict[str, Any]:
    said = one.whole[0] if one.whole else None
    old = [
        f"更正前：{each.at:%m-%d %H:%M} {_results(each)}"
        for each in reversed(one.whole[1:])
        if said and _results(each) != _results(said)
    ]
    rows = [("时间", f"{said.at:%Y-%m-%d %H:%M}" if said else f"{one.due_at:%Y-%m-%d} 前完成，还没有记录")]
    rows += [(str(each["name"]), str(each["value"])) for each in (said.results if said else ()) if each["value"]]
    rows += [("备注", said.note)] if said and said.note else []
    return {
        "template": "rounds/sheets/_card.html",
        "when": one.plan,
        "basis": f"依据：{duty.clause}",
        "heads": ("序号", "项目", "内容"),
        "rows": rows,
        "told": [*_told([one]), *old],
        "signs": _signs([one], "记录人", "消防安全责任人或消防安全管理人"),
        "legend": "演练前的通知、现场签到和照片附后（高层民用建筑消防安全管理规定第 44 条）。",
    }


def _results(said: Word) -> str:
    return "；".join(f"{one['name']}：{one['value']}" for one in said.results if one["value"])


# --- the archive -----------------------------------------------------------------------------------------------------------
def archive(*, compound_id: int, target: str) -> dict[str, Any]:
    """The cover of a month: what it came to."""
    month = _what(target, ARCHIVE, compound_id)
    first, last = span_of(month)
    at = now()
    rows = tallies(compound_id, first, min(last, localdate(at)), at)
    whole = score(rows)
    share = (
        f"{whole.share * 100:.1f}%，{whole.points}/{whole.of} 分（没有做的算 0 分）"
        if whole.share is not None
        else "没有到期的"
    )
    by_duty = "；".join(
        f"{duties().by_key[one.duty].name} {one.on_time}/{one.due}{f'（没有做 {one.missed}）' if one.missed else ''}"
        for one in rows
        if one.duty in duties().by_key
    )
    return {
        "month": span_words(month),
        "facts": [
            ("按时完成", f"应做 {whole.due} 次，按时做了 {whole.on_time} 次"),
            ("加权完成率", share),
            ("按时/应做", by_duty),
        ],
        "say": {
            "contents": "目录", "serial": "序号", "form": "表格", "page": "页码", "nothing": "无记录",
            "whole": "本档案共", "pages": "页。",
        },
    }  # fmt: skip


def archive_parts(*, compound_id: int, target: str) -> list[Part]:
    """The forms of a month, in order: C.1 day by day, D.1, the records of duties, and what others add."""
    month = _what(target, ARCHIVE, compound_id)
    first, last = span_of(month)
    days = sorted(queries.days_with(compound_id, first, min(last, localdate()), FACILITY))
    there = queries.duties_between(compound_id, first, last)
    if not there:
        raise TargetGone
    return [
        *(Part(f"{C1_TITLE}（表 C.1） {day:%m-%d}", SHEET, _later(c1_of, compound_id, day)) for day in days),
        *_logs(compound_id, first, last),
        Part(f"{D1_TITLE}（表 D.1）", SHEET, _later(d1_of, compound_id, month)),
        *(
            Part(title, SHEET, _later(record_of, compound_id, duty, month))
            for duty, title in TITLES.items()
            if duty in there
        ),
        *hooks.more_sheets(compound_id, first),
    ]


def _logs(compound_id: int, first: date, last: date) -> list[Part]:
    """Form A.1 of each day on which the log of a control room has a line."""
    return [
        Part(
            f"{rosters_pdf.LOG_TITLE}（表 A.1） {room.name} {day:%m-%d}", rosters_pdf.LOG_TEMPLATE,
            _later(_log, compound_id, f"rosters.station:{room.pk}:{day}"),
        )
        for room, day in queries.logs_kept(compound_id, first, last)
    ]  # fmt: skip


def _log(compound_id: int, target: str) -> dict[str, Any]:
    return {**rosters_pdf.day(compound_id=compound_id, target=target), "title": rosters_pdf.LOG_TITLE}


def _later(reading: Callable[..., dict[str, Any] | None], *given: Any) -> Callable[[], dict[str, Any] | None]:
    """Read when its turn has come."""

    def read() -> dict[str, Any] | None:
        return reading(*given)

    return read


def archive_book(*, compound_id: int, target: str, to: BinaryIO) -> None:
    """The same month as a workbook: C.1 line by line, D.1, and every answer."""
    month = _what(target, ARCHIVE, compound_id)
    first, last = span_of(month)
    workbook.write(compound_id, first, last, to=to)
