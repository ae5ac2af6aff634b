"""Make, mend and check rosters that are written down, one JSON case a line. Asks no database and no server."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rosters.making import STOP
from rosters.records import MAX_LINE, answer_line, dump
from rosters.solving import Solver, is_installed

MALFORMED = 1
UNREADABLE = 2


class Command(BaseCommand):
    help = "排班：标准输入（或 --file）每行一个 JSON 案例，标准输出每行一个 JSON 班表或结论。有读不懂的行时退出码为 1。"
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own form
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, metavar="FILE", help="从文件而不是标准输入读")
        parser.add_argument("--seconds", type=float, default=STOP, metavar="N", help="每个案例最多用几秒（10）")
        parser.add_argument("--rotation", action="store_true", help="不用求解器，只用固定轮转")

    def handle(
        self, *args: Any, file: Path | None = None, seconds: float = STOP, rotation: bool = False, **options: Any
    ) -> None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's
        seconds = max(0.0, min(seconds, STOP))
        try:
            with nullcontext() if rotation or not is_installed() else Solver() as solver:
                if file is None:
                    good = self._answer(sys.stdin.buffer, solver, seconds)
                else:
                    with file.open("rb") as given:
                        good = self._answer(given, solver, seconds)
        except BrokenPipeError:
            # Whoever read us went away; what is still in the buffer has nowhere to go.
            sys.stdout = None
            raise SystemExit(MALFORMED) from None
        except OSError as error:
            raise CommandError(f"读不到 {file}：{error.strerror}", returncode=UNREADABLE) from None
        if not good:
            raise SystemExit(MALFORMED)

    def _answer(self, given: BinaryIO, solver: Solver | None, seconds: float) -> bool:
        good = True
        for line in _lines(given):
            found, fine = answer_line(line, solver, seconds=seconds)
            good = good and fine
            self.stdout.write(dump(found))
            self.stdout.flush()
        return good


def _lines(given: BinaryIO) -> Iterator[bytes]:
    """Lines that say something; of one that is too long, enough to say so."""
    while line := given.readline(MAX_LINE + 2):
        while not line.endswith(b"\n") and (rest := given.readline(MAX_LINE)):
            line = line[: MAX_LINE + 1] + rest[-1:]
        if line.strip():
            yield line.strip()
