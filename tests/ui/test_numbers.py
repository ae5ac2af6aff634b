"""What of a form is a number and what is none."""

from datetime import date

import pytest

from ui.numbers import day, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (None, None), ("-1", None),
        ("+1", None), ("1.0", None), (" 1", None), ("1\n", None), ("٣", None), ("²", None), ("一", None), ("1_0", None),
    ],
)  # fmt: skip
def test_plain_digits_are_a_number_and_nothing_else_is(text: str | None, number: int | None) -> None:
    assert whole(text) == number


def test_more_digits_than_asked_for_are_none() -> None:
    assert (whole("999", digits=3), whole("1000", digits=3)) == (999, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-12-05", date(2026, 12, 5)), ("1900-01-01", date(1900, 1, 1)), ("", None), (None, None), ("x", None),
        ("2026-02-30", None), ("0001-01-01", None), ("9999-12-31", None), ("10000-01-01", None),
    ],
)  # fmt: skip
def test_a_day_is_one_that_a_calendar_here_reaches(text: str | None, found: date | None) -> None:
    assert day(text) == found
