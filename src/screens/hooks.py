"""What upper floors say on a notice's page of the screen, such as how many days a publicity period still runs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from notices.models import Notice

# (compound id, notices, now) -> a short line by the notice's id, in the language that is on. One statement for all of them.
Lines = Callable[[int, Sequence[Notice], datetime], Mapping[int, str]]
_lines: list[Lines] = []


def register_lines(lines: Lines) -> None:
    """Let an upper floor add a line to notices on the screen. No personal data: anyone who passes reads it."""
    if lines not in _lines:
        _lines.append(lines)


def lines_for(compound_id: int, notices: Sequence[Notice], now: datetime) -> dict[int, list[str]]:
    """Every line by the notice's id, in the order of registration."""
    found: dict[int, list[str]] = {}
    for lines in _lines if notices else ():
        for pk, text in lines(compound_id, notices, now).items():
            if text:
                found.setdefault(pk, []).append(text)
    return found
