"""Decide votes that are written down, one JSON case a line. Asks no database and no server."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elections.records import MAX_LINE, answer_line, dump

STDIN = Path("-")
MALFORMED = 1
UNREADABLE = 2


class Command(BaseCommand):
    help = "表决计算：标准输入（或 --file）每行一个 JSON 案例，标准输出每行一个 JSON 结论。有读不懂的行时退出码为 1。"
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own form
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, metavar="FILE", help="从文件而不是标准输入读")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        if isinstance(sys.stdout, TextIOWrapper):
            # Whatever the terminal's; each verdict goes out before the next case comes in, for whoever asks one by one.
            sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
        try:
            if file is None or file == STDIN:
                good = self._answer(sys.stdin.buffer)
            else:
                with file.open("rb") as given:
                    good = self._answer(given)
        except BrokenPipeError:
            # Whoever read us went away; what is still in the buffer has nowhere to go.
            sys.stdout = None
            raise SystemExit(MALFORMED) from None
        except OSError as error:
            raise CommandError(f"读不到 {file}：{error.strerror}", returncode=UNREADABLE) from None
        if not good:
            raise SystemExit(MALFORMED)

    def _answer(self, given: BinaryIO) -> bool:
        good = True
        for line in _lines(given):
            found, fine = answer_line(line)
            good = good and fine
            self.stdout.write(dump(found))
        return good


def _lines(given: BinaryIO) -> Iterator[bytes]:
    """Lines that say something; of one that is too long, enough to say so."""
    while line := given.readline(MAX_LINE + 2):
        while not line.endswith(b"\n") and (rest := given.readline(MAX_LINE)):
            line = line[: MAX_LINE + 1] + rest[-1:]
        if line.strip():
            yield line.strip()
