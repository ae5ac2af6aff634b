"""Filing for somebody else (代报): with their consent, and both hear the answers."""

MAX_NAME = 40
MAX_CONSENT = 120
# Who a hotline filed for when the caller gave no name.
CALLER = "来电人"
MOST = {"for_name": MAX_NAME, "consent": MAX_CONSENT}


def refused(*, name: str, phone: str, consent: str) -> tuple[str, str]:
    """(code, field) for what is missing or too long, or ("", "").

    Who speaks for somebody says that they agreed, and how; a number is asked for so that the worker can call.
    """
    checks = (
        ("say_for_whom", "for_name", bool(name.strip())),
        ("too_long", "for_name", len(name.strip()) <= MAX_NAME),
        ("phone_wrong", "for_phone", phone != ""),
        ("say_consent", "consent", bool(consent.strip())),
        ("too_long", "consent", len(consent.strip()) <= MAX_CONSENT),
        ("unreadable", "for_name", "\x00" not in name + consent),
    )
    return next(((code, field) for code, field, right in checks if not right), ("", ""))
