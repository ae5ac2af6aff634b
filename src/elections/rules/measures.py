"""The two measures of every vote, owners and area, as integers: areas in units of 0.0001 square metres.

Register and survey print two to four decimals (Interpretation on ownership, Art. 8); nothing is rounded before a test.
"""

import re
from dataclasses import dataclass

SCALE = 10_000
DECIMALS = 4
SHOWN_DECIMALS = 2
# Longer than any roll of a city; keeps a line of input from costing more than a line.
MAX_VOTERS = 10**9
_AREA = re.compile(r"(\d{1,12})(?:\.(\d{1,12}))?", re.ASCII)


class NotAnArea(ValueError):
    """No decimal string of square metres with at most four decimals."""


@dataclass(frozen=True, slots=True)
class Figures:
    """So many owners with so much area; None where it is not known."""

    voters: int | None = None
    area: int | None = None

    def __post_init__(self) -> None:
        # Nobody has no area: the one figure that follows from another.
        if self.voters == 0 and self.area is None:
            object.__setattr__(self, "area", 0)

    def of(self, measure: str) -> int | None:
        """The figure of a measure: voters or area."""
        return self.voters if measure == "voters" else self.area


MEASURES = ("voters", "area")
UNKNOWN = Figures()
NONE = Figures(0, 0)


def parse_area(text: str) -> int:
    """'118.32' as 1183200. Digits and one point only. Raises NotAnArea."""
    found = _AREA.fullmatch(text)
    if found is None:
        raise NotAnArea(text)
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > DECIMALS:
        raise NotAnArea(text)
    return int(found[1]) * SCALE + int(decimals.ljust(DECIMALS, "0"))


def area_text(value: int) -> str:
    """1183200 as '118.32': two decimals at least, four where they say something."""
    whole, rest = divmod(abs(value), SCALE)
    decimals = f"{rest:04d}".rstrip("0").ljust(SHOWN_DECIMALS, "0")
    return f"{'-' if value < 0 else ''}{whole}.{decimals}"


def shown(measure: str, value: int | None) -> int | str | None:
    """A figure as records show it: owners as a number, area as a decimal string."""
    return value if value is None or measure == "voters" else area_text(value)


def plus(*values: int | None) -> int | None:
    """The sum, unknown if anything in it is."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def percent(part: int, whole: int, decimals: int = SHOWN_DECIMALS) -> str:
    """A share for display only, half rounded up (P40): never part of a test. A dash of nothing."""
    if whole <= 0:
        return "—"
    digits = str(hundredths(part, whole, decimals)).zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def hundredths(part: int, whole: int, decimals: int) -> int:
    """A percentage in units of its last decimal, half rounded up."""
    scale: int = 100 * 10**decimals
    return (2 * scale * part + whole) // (2 * whole)
