"""Prints messages instead of sending them: for `make run` on one's own machine."""

import sys
from secrets import token_hex

from ui.words import masked_phone


def send(phone: str, template: str, params: dict[str, str]) -> str:
    """Print the message to standard error, the number masked; return a made-up receipt."""
    words = " ".join(f"{name}={value}" for name, value in params.items())
    sys.stderr.write(f"[短信] {masked_phone(phone)} {template}: {words}\n")
    return f"console-{token_hex(6)}"
