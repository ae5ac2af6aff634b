"""The table of days: loading it, editing it, and the calendar kept in the process."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from calendars import actions, queries
from calendars.actions import NoticeDay, NoticeRefused
from calendars.models import Day, Year

NOW = datetime(2026, 11, 21, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    Day.objects.all().delete()
    Year.objects.all().delete()
    queries.forget()
    yield
    queries.forget()


def _load(**options: Any) -> str:
    out = StringIO()
    call_command("load_holidays", stdout=out, **options)
    return out.getvalue()


def test_the_built_in_years_load_once() -> None:
    assert "2026 年：更新 39 天" in _load()
    assert _load() == ""
    assert queries.last_known_year() == 2026
    spring = Day.objects.get(date=date(2026, 2, 14))
    assert (spring.kind, spring.name) == ("workday", "春节")
    assert "国务院办公厅" in spring.source
    assert not Day.objects.filter(name__regex="^[A-Z]").exists(), "every name is in Chinese"
    calendar = queries.work_calendar()
    assert calendar.is_working_day(date(2026, 2, 14)).working
    assert not calendar.is_working_day(date(2026, 2, 16)).working
    assert not calendar.is_working_day(date(2027, 2, 16)).certain


def test_a_start_loads_them_without_a_word() -> None:
    assert _load(verbosity=0) == ""
    assert queries.last_known_year() == 2026


def test_a_new_notice_comes_from_a_file(tmp_path: Path) -> None:
    _load()
    notice = tmp_path / "2027.csv"
    notice.write_text("\ufeff日期,安排,名称\n2027-01-01,休,元旦\n2027-01-03,班,元旦\n\n", encoding="utf-8")
    assert _load(file=notice, source="测试通知") == "2027 年：更新 2 天\n"
    calendar = queries.work_calendar()
    assert not calendar.is_working_day(date(2027, 1, 1)).working
    assert calendar.is_working_day(date(2027, 1, 3)).working
    assert calendar.is_working_day(date(2027, 6, 1)).certain
    notice.write_text("2027-01-01,休,元旦\n", encoding="utf-8")
    assert _load(file=notice, source="更正") == "2027 年：更新 1 天\n"
    assert not queries.work_calendar().is_working_day(date(2027, 1, 3)).working
    assert Year.objects.get(year=2027).source == "更正"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("2027-02-30,休,x", "第 1 行读不懂"),
        ("日期,安排,名称\n2027-01-01,假,x", "第 2 行读不懂"),
        ("2027-01-01,休", "第 1 行读不懂"),
        ("2027-01-01,休,x\n2027-01-01,休,x", "重复"),
        ("2027-01-04,班,x", "不是周末"),
    ],
)
def test_a_wrong_file_changes_nothing(tmp_path: Path, lines: str, words: str) -> None:
    notice = tmp_path / "wrong.csv"
    notice.write_text(lines, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        _load(file=notice, source="x")
    assert not Day.objects.exists()
    assert not Year.objects.exists()


def test_a_file_needs_its_source(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--source"):
        _load(file=tmp_path / "x.csv")


def test_a_notice_holds_its_own_year_only() -> None:
    with pytest.raises(NoticeRefused) as refused:
        actions.enter_notice(year=2027, days=[NoticeDay(date(2026, 1, 1), "holiday", "元旦")], source="x", now=NOW)
    assert refused.value.code == "other_year"


def test_one_day_is_corrected_alone() -> None:
    _load()
    assert queries.work_calendar().is_working_day(date(2026, 11, 23)).working
    actions.set_day(day=date(2026, 11, 23), kind="holiday", name="停电检修", source="街道通知", now=NOW)
    assert not queries.work_calendar().is_working_day(date(2026, 11, 23)).working
    assert Day.objects.filter(date__year=2026).count() == 40


def test_migrating_again_enters_only_the_years_that_are_absent() -> None:
    actions.set_day(day=date(2026, 11, 23), kind="holiday", name="停电检修", source="街道通知", now=NOW)
    actions.set_day(day=date(2026, 10, 1), kind="workday", name="值班", source="街道通知", now=NOW)
    assert "2026 年：更新 38 天" in _load(absent=True)
    assert Year.objects.count() == 23
    actions.set_day(day=date(2026, 2, 14), kind="holiday", name="不调休", source="街道通知", now=NOW)
    Day.objects.get(date=date(2026, 2, 16)).delete()
    assert _load(absent=True) == ""
    kept = {day.date: (day.kind, day.source) for day in Day.objects.filter(date__year=2026)}
    assert len(kept) == 39
    for day, kind in ((date(2026, 11, 23), "holiday"), (date(2026, 10, 1), "workday"), (date(2026, 2, 14), "holiday")):
        assert kept[day] == (kind, "街道通知")
    assert date(2026, 2, 16) not in kept
    assert queries.work_calendar().is_working_day(date(2026, 6, 1)).certain


def test_a_hot_action_costs_no_statement(statements: Callable[[], Any]) -> None:
    _load()
    first = queries.work_calendar()
    with statements() as seen:
        assert queries.work_calendar() is first
    assert len(seen) == 0


def test_a_change_by_another_process_is_seen_within_five_minutes(
    monkeypatch: pytest.MonkeyPatch, statements: Callable[[], Any]
) -> None:
    _load()
    ticks = [1000.0]
    monkeypatch.setattr(queries.clock, "monotonic", lambda: ticks[0])
    queries.forget()
    first = queries.work_calendar()
    ticks[0] += queries.RECHECK
    with statements() as seen:
        assert queries.work_calendar() is first
    assert len(seen) == 1
    Day.objects.filter(date=date(2026, 10, 10)).update(kind="holiday", changed_at=datetime.now(UTC) + timedelta(days=1))
    assert queries.work_calendar() is first
    ticks[0] += queries.RECHECK
    assert not queries.work_calendar().is_working_day(date(2026, 10, 10)).working
    Year.objects.create(year=2027, source="x")
    ticks[0] += queries.RECHECK
    assert queries.work_calendar().is_working_day(date(2027, 3, 1)).certain
