"""Codes that people type: nine digits, because a telephone's number pad is what everyone can use. Plain Python.

A code says nothing: neither compound nor building can be read from it, and one of a thousand million is not found by
trying. Poster codes hang on a wall and stay; the codes of an invitation and of a parent are used once and run out.
"""

import secrets
import unicodedata
from datetime import timedelta

LENGTH = 9
INVITATION_VALID = timedelta(days=3)
# On the parent's own telephone the child stands beside it; on paper it has to travel.
PARENT_VALID = timedelta(hours=24)
PAPER_VALID = timedelta(days=14)


def new_code() -> str:
    """A fresh code of nine digits."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def grouped(code: str) -> str:
    """The code as it is printed and shown: 384 920 617."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))


def normalised(text: str) -> str | None:
    """The code that someone typed, without spaces, dashes and full-width digits; None when it cannot be one."""
    plain = unicodedata.normalize("NFKC", text[:60])
    code = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in {"Pd", "Cf"})
    return code if len(code) == LENGTH and code.isascii() and code.isdigit() else None
