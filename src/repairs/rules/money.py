"""Money in fen, exact: what a paid repair costs."""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_LINES = 20
MAX_QUANTITY = 999
# 100,000 yuan: a repair that costs more is no repair on the spot.
MAX_TOTAL_FEN = 10_000_000
MAX_WORDS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """So many of something at so much each, in fen. ``kind`` is parts or labour."""

    kind: str
    words: str
    quantity: int
    unit_fen: int

    @property
    def amount_fen(self) -> int:
        """What the line comes to."""
        return self.quantity * self.unit_fen


def refused(lines: Sequence[Line]) -> str:
    """Why a price cannot be told: no_lines, too_many_lines, line_kind, line_words, line_quantity, line_price, total; or ""."""
    if not lines:
        return "no_lines"
    if len(lines) > MAX_LINES:
        return "too_many_lines"
    for line in lines:
        wrong = _wrong(line)
        if wrong:
            return wrong
    return "" if 0 < total(lines) <= MAX_TOTAL_FEN else "total"


def _wrong(line: Line) -> str:
    checks = (
        ("line_kind", line.kind in {"parts", "labour"}),
        ("line_words", 0 < len(line.words.strip()) <= MAX_WORDS and "\x00" not in line.words),
        ("line_quantity", 0 < line.quantity <= MAX_QUANTITY),
        ("line_price", 0 <= line.unit_fen <= MAX_TOTAL_FEN),
    )
    return next((name for name, right in checks if not right), "")


def total(lines: Sequence[Line]) -> int:
    """The whole price in fen."""
    return sum(line.amount_fen for line in lines)


def yuan(fen: int) -> str:
    """A sum as people write it: 12580 fen are 125.80."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
