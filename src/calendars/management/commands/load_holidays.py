"""Enter holidays and make-up days: from the library's tables, or from a file for a year that it does not know yet."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from calendars.actions import NoticeDay, NoticeRefused, enter_first_notice, enter_notice
from calendars.models import Day

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
WORDS = {"休": Day.Kind.HOLIDAY.value, "班": Day.Kind.WORKDAY.value}


class Command(BaseCommand):
    help = "录入节假日与调休。不带参数时用内置表 (2004 至 2026 年)；新一年的通知用 --file 录入。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="CSV，列为 日期，安排（休 或 班），名称；按年整年替换")
        parser.add_argument("--absent", action="store_true", help="只录入还没有录入过的年份；已有的、改过的一律不动")
        parser.add_argument("--source", default="", help="依据，例如 国办发明电〔2025〕7号；用 --file 时必填")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            if not options["source"]:
                raise CommandError("请用 --source 写明依据的文号。")
            days, source = list(_read(options["file"])), options["source"]
        else:
            days, source = list(_library()), "国务院办公厅年度节假日安排 (chinesecalendar)"
        enter = enter_first_notice if options["absent"] else enter_notice
        for year in sorted({day.date.year for day in days}):
            try:
                changed = enter(
                    year=year, days=[d for d in days if d.date.year == year], source=source, now=timezone.now()
                )
            except NoticeRefused as refused:
                reason = {"twice": "重复", "not_a_weekend": "不是周末，不能作为调休上班日"}[refused.code]
                raise CommandError(f"{refused.day.date} {refused.day.name}: {reason}。") from refused
            if options["verbosity"] > (0 if changed else 1):
                self.stdout.write(f"{year} 年：更新 {changed} 天")


def _library() -> Iterable[NoticeDay]:
    from chinese_calendar.constants import holidays, workdays

    for kind, table in ((Day.Kind.HOLIDAY.value, holidays), (Day.Kind.WORKDAY.value, workdays)):
        for day, name in table.items():
            yield NoticeDay(day, kind, NAMES.get(name, name))


def _read(path: Path) -> Iterable[NoticeDay]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            if not row or (number == 1 and row[0].strip() == "日期"):
                continue
            try:
                day, word, name = (cell.strip() for cell in row)
                yield NoticeDay(date.fromisoformat(day), WORDS[word], name)
            except (ValueError, KeyError) as error:
                raise CommandError(f"第 {number} 行读不懂：{','.join(row)}") from error
