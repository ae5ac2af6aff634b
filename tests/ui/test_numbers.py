"""What of a form is a number and what is none."""

import pytest

from ui.numbers import whole


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
