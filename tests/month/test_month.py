"""A month of real life, from the office's own file to the figures at the end.

One story in chapters, through the pages alone, under a moved clock: 20 September to 20 October 2026, with Mid-Autumn, the
National Day week and both make-up days. Whenever something falls due, and every four hours, nothing is silent
(``watching``); at the end every figure is what the book says (``book``, ``figures``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.sms import memory
from calendars import queries as calendars
from tests import world as worlds
from tests.month import figures, october, opening, september
from tests.month.clock import beginning
from tests.month.place import founded
from tests.month.story import Story, at


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _calendar() -> Iterator[None]:
    """The process keeps the calendar, and the story has one of its own."""
    calendars.forget()
    yield
    calendars.forget()


def test_a_month_of_real_life(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.outbox.clear()
    with beginning(at(20, 8, 30), monkeypatch) as clock:
        here = worlds.load().here
        story = Story(place=founded(here, clock.now), here=here, clock=clock)
        for chapter in (*opening.ALL, *september.ALL, *october.ALL, *figures.ALL):
            chapter(story)
    memory.outbox.clear()
