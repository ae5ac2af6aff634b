"""Load a list of divisions into the tree of areas."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.actions import load_divisions

YONGKANG = Path(__file__).resolve().parents[2] / "data" / "yongkang.csv"


class Command(BaseCommand):
    help = "把区划表（CSV）装入市、街道、社区树；逐行报告装不进去的行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default=str(YONGKANG))

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"没有这个文件：{path}")
        with path.open(encoding="utf-8-sig", newline="") as lines:
            report = load_divisions(lines=lines)
        made = report.created
        self.stdout.write(
            f"新建 市 {made['city']}、街道 {made['street']}、社区 {made['community']};"
            f"改名 {report.renamed};不变 {report.unchanged};未装入 {len(report.refused)}"
        )
        for row in report.refused:
            self.stdout.write(f"  第 {row.line} 行 {row.reason}:{row.text}")
