"""The rules of a handover: days, what was typed, and the fingerprint, with properties and real cases."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.rules import law, lists
from handover.rules.lists import FIELDS, KINDS, MAX_QUANTITY, MAX_ROWS, Row, fingerprint, fours
from handover.rules.reading import fen, pasted, plain, quantity, table

DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))
# What a person types into a cell: no separators, no control characters, nothing that a line of titles would hold.
WORDS = st.text(st.characters(categories=("L", "N"), codec="utf-8"), min_size=1, max_size=30).map(
    lambda one: f"件{one}"
)


# --- days -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2026, 6, 10), date(2026, 6, 25)),  # 杭州 第五十七条, 台州 第四十一条: fifteen days
        (date(2027, 12, 31), date(2028, 1, 15)),
        (date(2028, 2, 15), date(2028, 3, 1)),  # a leap year
    ],
)
def test_fifteen_days_after_the_last(last: date, due: date) -> None:
    assert law.due_on(last) == due


@given(DAYS, st.integers(-200, 200))
def test_a_day_fits_up_to_ninety_days_after(last: date, days: int) -> None:
    assert law.due_fits(last, last + timedelta(days=days)) is (0 <= days <= law.LONGEST)
    assert law.due_fits(last, law.due_on(last))


@given(DAYS)
def test_reminders_come_four_times_before_and_every_week_after(day: date) -> None:
    said = {left: law.reminder(day, day - timedelta(days=left)) for left in range(-60, 61)}
    assert [left for left, word in said.items() if word == "coming"] == [0, 1, 3, 7]
    assert [-left for left, word in said.items() if word == "over"][::-1] == [1, 8, 15, 22, 29, 36, 43, 50, 57]
    # Once it is over nobody is left alone for longer than a week.
    for start in range(1, 54):
        assert "over" in {said[-(start + more)] for more in range(7)}


# --- what was typed ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "sum_"),
    [
        ("45", 4500),
        ("1,234.50", 123450),
        ("￥45.5元", 4550),
        ("１２．３", 1230),
        ("-20", -2000),
        ("3.", 300),
        ("3.000", 300),
        ("0.015", None),
        ("1e3", None),
        ("1e999999", None),
        ("9" * 5000, None),
        ("NaN", None),
        ("1_000", None),
        ("三百", None),
        ("", None),
    ],
)
def test_amounts_as_people_type_them(typed: str, sum_: int | None) -> None:
    assert fen(typed) == sum_


@given(st.integers(-lists.MAX_FEN, lists.MAX_FEN))
def test_every_sum_comes_back_as_it_was_written(sum_: int) -> None:
    sign, whole = "-" if sum_ < 0 else "", abs(sum_)
    for form in (f"{sign}{whole // 100}.{whole % 100:02}", f"{sign}{whole // 100:,}.{whole % 100:02}元"):
        assert fen(form) == sum_


@given(st.one_of(st.text(), st.text("0123456789.,eE+-_￥元", max_size=40)))
def test_nothing_typed_breaks_the_reading_of_numbers(typed: str) -> None:
    amount, count = fen(typed), quantity(typed)
    assert amount is None or abs(amount) <= lists.MAX_FEN
    assert count is None or 0 <= count <= MAX_QUANTITY


@given(st.integers(0, MAX_QUANTITY), st.sampled_from(["", "把", "份", "台", "套", "件", "个", "本", "块", "张"]))
def test_counts_with_their_measure_word(count: int, word: str) -> None:
    assert quantity(f"{count}{word}") == count
    assert quantity("".join(chr(ord(one) + 0xFEE0) for one in str(count)) + word) == count
    assert quantity("9" * 5000) is None


@given(st.text(), st.sampled_from(KINDS))
def test_whatever_is_pasted_is_read_or_refused_line_by_line(text: str, kind: str) -> None:
    read = pasted(text, kind)
    lines = text.splitlines()
    assert not (read.code and (read.rows or read.bad))
    assert all(
        1 <= one.row <= len(lines) and one.field in {*lists.Row.__dataclass_fields__, "amount"} for one in read.bad
    )
    assert len(read.rows) + len({one.row for one in read.bad}) <= sum(bool(line.strip()) for line in lines)
    for row in read.rows:
        assert row.title == plain(row.title) != ""
        assert kind == lists.MONEY or row.amount_fen is None


@st.composite
def typed_rows(draw: st.DrawFn) -> tuple[str, list[Row]]:
    kind = draw(st.sampled_from(KINDS))
    names = [name for name in FIELDS[kind] if name not in {"quantity", "amount"}]
    rows = [
        Row(
            draw(WORDS),
            **{name: draw(st.one_of(st.just(""), WORDS)) for name in names},
            quantity=draw(st.integers(0, MAX_QUANTITY)) if "quantity" in FIELDS[kind] else None,
            amount_fen=draw(st.integers(0, 10**9)) if "amount" in FIELDS[kind] else None,
            note=draw(WORDS),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    return kind, rows


def _cell(row: Row, name: str) -> str:
    value: Any = getattr(row, "amount_fen" if name == "amount" else name)
    if name == "amount":
        return f"{value // 100}.{value % 100:02}"
    return str(value)


@given(typed_rows(), st.booleans(), st.randoms(use_true_random=False))
def test_what_was_written_comes_back_in_any_order_of_columns(
    typed: tuple[str, list[Row]], titled: bool, order: Any
) -> None:
    kind, rows = typed
    names = ["title", *FIELDS[kind], "note"]
    heads = {
        "title": "名称",
        "detail": "说明",
        "place": "位置",
        "condition": "状况",
        "quantity": "数量",
        "amount": "金额",
        "note": "备注",
    }
    if titled:
        order.shuffle(names)
    lines = [[heads[name] for name in names]] if titled else []
    lines += [[_cell(row, name) for name in names] for row in rows]
    read = pasted("\n".join("\t".join(cells) for cells in lines), kind)
    assert (read.code, read.bad) == ("", ())
    assert list(read.rows) == [
        Row(
            plain(row.title),
            **{name: plain(getattr(row, name)) for name in ("detail", "place", "condition", "note")},
            quantity=row.quantity,
            amount_fen=row.amount_fen,
        )
        for row in rows
    ]


def test_more_rows_than_a_list_holds_are_refused_whole() -> None:
    assert table([(number, ["大门"]) for number in range(MAX_ROWS + 1)], "key").code == "too_many_rows"
    assert len(table([(number, [f"{number}号门"]) for number in range(MAX_ROWS)], "key").rows) == MAX_ROWS


# --- the fingerprint -----------------------------------------------------------------------------------------------------
ROW = st.fixed_dictionaries(
    {"title": st.text(), "quantity": st.none() | st.integers(), "verdict": st.sampled_from(lists.VERDICTS)}
)


@given(st.lists(ROW, min_size=1, max_size=6), st.data())
def test_one_changed_cell_is_another_fingerprint(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    head = {"compound": 1, "version": 1}
    known = fingerprint(head, rows)
    assert known == fingerprint(dict(reversed(head.items())), [dict(reversed(row.items())) for row in rows])
    assert len(known) == 64
    assert fingerprint({**head, "version": 2}, rows) != known
    assert fingerprint(head, rows[:-1]) != known
    index = data.draw(st.integers(0, len(rows) - 1))
    changed = [dict(row) for row in rows]
    changed[index]["title"] += "。"
    assert fingerprint(head, changed) != known


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_sixteen_signs_in_fours(text: str) -> None:
    assert fours(text).replace(" ", "") == text[:16]
    assert [len(part) for part in fours(text).split(" ")] == [4, 4, 4, 4]
