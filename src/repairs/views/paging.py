"""One page of a list in one statement: a row more than shown tells whether there are older ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ui.numbers import whole

LAST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a page and the numbers of its neighbours, None where there is none; for ``ui/paging.html`` as Django's Page.

    How many pages there are is not counted: it would read the whole list.
    """

    rows: Sequence[Any]
    number: int
    previous_page_number: int | None
    next_page_number: int | None

    @property
    def has_other_pages(self) -> bool:
        """Whether there is anywhere to turn to."""
        return self.previous_page_number is not None or self.next_page_number is not None

    @property
    def has_previous(self) -> bool:
        """Whether there are newer ones."""
        return self.previous_page_number is not None

    @property
    def has_next(self) -> bool:
        """Whether there are older ones."""
        return self.next_page_number is not None


def part(rows: QuerySet[Any] | Callable[[slice], Sequence[Any]], asked: str | None, size: int) -> Part:
    """The page with the number that was asked for; what is no number is the first page.

    ``rows`` are a queryset, or a function that reads a slice of the list.
    """
    number = min(whole(asked) or 1, LAST_PAGE)
    start = (number - 1) * size
    wanted = slice(start, start + size + 1)
    found = list(rows[wanted] if isinstance(rows, QuerySet) else rows(wanted))
    return Part(
        rows=found[:size],
        number=number,
        previous_page_number=number - 1 if number > 1 else None,
        next_page_number=number + 1 if len(found) > size and number < LAST_PAGE else None,
    )
