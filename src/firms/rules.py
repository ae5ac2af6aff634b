"""Credit codes, kinds of certificates, and when someone is reminded of one. Plain Python."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

# --- 统一社会信用代码 (GB 32100-2015) -----------------------------------------------------------------------------------
# The 31 signs that a code is written in: digits and capitals without I, O, S, V, Z.
SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


@dataclass(frozen=True, slots=True)
class Checked:
    """A credit code as it is kept, or why it is none: ``length``, ``signs``, ``checksum``."""

    code: str
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether it may be kept."""
        return not self.reason


def check_sign(first: str) -> str:
    """The eighteenth sign that belongs to the first seventeen (GB 32100-2015, 附录 A: weights 3^i mod 31)."""
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return SIGNS[(31 - total % 31) % 31]


def credit_code(typed: str) -> Checked:
    """A code as someone types it: full width, small letters, blanks and hyphens are tolerated, a wrong check sign is not."""
    code = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if not c.isspace() and c != "-")
    if len(code) != LENGTH:
        return Checked(code, "length")
    if any(sign not in SIGNS for sign in code) or not code[2:8].isdigit():
        return Checked(code, "signs")
    return Checked(code, "" if check_sign(code[:17]) == code[17] else "checksum")


# --- certificates -------------------------------------------------------------------------------------------------------
# Days before the last day of a certificate on which its manager is told; 0: it has run out.
STEPS: Final = (90, 30, 7)
OVER: Final = 0


def step_due(expires: date | None, on: date) -> int | None:
    """The reminder that is due on a day: 90, 30, 7, 0 when it has run out, None when none is.

    Only the nearest one: a portal that stood still for a month does not send three at once. The last day still counts.
    """
    if expires is None:
        return None
    left = (expires - on).days
    if left < 0:
        return OVER
    return min((step for step in STEPS if left <= step), default=None)


def standing(expires: date | None, on: date, *, withdrawn: bool = False) -> str:
    """How a certificate stands on a day: ``withdrawn``, ``over``, ``soon`` (within 90 days) or ``valid``."""
    if withdrawn:
        return "withdrawn"
    step = step_due(expires, on)
    return "valid" if step is None else "over" if step == OVER else "soon"
