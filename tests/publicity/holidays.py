"""The calendar of 2025 and 2026, entered as an operator enters it."""

from collections.abc import Iterator

import pytest
from chinese_calendar.constants import holidays, workdays

from calendars.actions import NoticeDay, enter_first_notice
from calendars.queries import forget
from tests.notices.conftest import NOW

KNOWN = (2025, 2026)


@pytest.fixture(autouse=True)
def _holidays(db: None) -> Iterator[None]:
    for year in KNOWN:
        days = [
            *(NoticeDay(day, "holiday", "放假") for day in holidays if day.year == year),
            *(NoticeDay(day, "workday", "调休") for day in workdays if day.year == year),
        ]
        enter_first_notice(year=year, days=days, source="国务院办公厅通知", now=NOW)
    yield
    forget()
