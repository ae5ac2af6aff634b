"""Which page of a long list an address asks for: whatever stands there is a page, none is an error."""

import pytest

from repairs.views.paging import LAST_PAGE, part


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (None, 1),
        ("", 1),
        ("0", 1),
        ("-1", 1),
        ("2", 2),
        ("²", 1),
        ("x", 1),
        (str(LAST_PAGE + 1), LAST_PAGE),
        ("9" * 5000, 1),
    ],
)
def test_any_address_is_a_page(asked: str | None, number: int) -> None:
    assert part(lambda wanted: range(30_000)[wanted], asked, 20).number == number


def test_a_page_knows_its_neighbours() -> None:
    rows = range(50)
    pages = [part(lambda wanted: rows[wanted], str(number), 20) for number in (1, 2, 3)]
    assert [(next(iter(one.rows)), len(one.rows), one.previous_page_number, one.next_page_number) for one in pages] == [
        (0, 20, None, 2), (20, 20, 1, 3), (40, 10, 2, None),
    ]  # fmt: skip
