"""Check codes: short, random, readable from paper and over the telephone. Plain Python."""

import hashlib
import secrets

# Without 0 O, 1 I L, 2 Z, 5 S, 8 B, U V: 24 signs, 45.8 bits in ten. Guessing is held back by the page's rate limit.
ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"
LENGTH = 10


def new_code() -> str:
    """A fresh code of ten signs."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is printed: K7QM3-XRDPW."""
    return f"{code[:5]}-{code[5:]}"


def normalised(text: str) -> str | None:
    """The code that someone typed, without spaces, dashes and case; None when it cannot be one."""
    code = "".join(sign for sign in text[:40].upper() if sign.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest(code: str) -> str:
    """SHA-256 of the code, 64 hexadecimal digits: the key of the public register."""
    return hashlib.sha256(code.encode()).hexdigest()
