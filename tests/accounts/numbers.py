"""Numbers of the tests of accounts."""

import re

PHONE = "13900000001"
E164 = "+8613900000001"


def wrong(code: str) -> str:
    """Another code than this."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def digits(text: str) -> list[str]:
    """Whatever looks like a mobile number."""
    return re.findall(r"\d{11}", text)
