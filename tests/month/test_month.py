"""The first week of a compound on the portal, from the office's own file to a paid job.

One story in chapters, through the pages alone, under a moved clock. At every hour nothing is silent (``watching``): what the
rows hold is compared with what the book of the story says, and whoever asked reads one line.
"""

from pathlib import Path
from typing import Any

import pytest

from accounts.sms import memory
from tests import world as worlds
from tests.month import opening, september
from tests.month.clock import beginning
from tests.month.place import founded
from tests.month.story import Story, at


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_the_first_week_of_real_life(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.outbox.clear()
    with beginning(at(20, 8, 30), monkeypatch) as clock:
        here = worlds.load().here
        story = Story(place=founded(here, clock.now), here=here, clock=clock)
        for chapter in (*opening.ALL, *september.ALL):
            chapter(story)
    memory.outbox.clear()
