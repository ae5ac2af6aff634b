"""The code on a point's label: six signs that are not mistaken for each other, and a seventh that catches a wrong one."""

import secrets
from typing import Final

# 31 signs, a prime number: with the weights 1 to 6 every single wrong sign and every swap of two neighbours is caught.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BODY: Final = 6
LENGTH: Final = BODY + 1


def check_sign(body: str) -> str:
    """The seventh sign for six."""
    return ALPHABET[sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, start=1)) % len(ALPHABET)]


def new_code() -> str:
    """Seven signs, not to be guessed."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY))
    return body + check_sign(body)


def normalised(typed: str) -> str:
    """A code as it was typed or read: upper case, without spaces and hyphens; "" when it cannot be one of ours."""
    code = "".join(typed.split()).replace("-", "").upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or check_sign(code[:BODY]) != code[BODY]:
        return ""
    return code


def grouped(code: str) -> str:
    """As it is printed: ABC DEFG."""
    return f"{code[:3]} {code[3:]}"
