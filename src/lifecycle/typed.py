"""Words that somebody typed, as a row keeps them."""

from lifecycle.refusals import BadInput


def said(text: str, field: str, most: int, *, needed: str = "") -> str:
    """Words on one line, at most so many characters of them; BadInput (too_long, or ``needed`` when nothing was said)."""
    words = " ".join(text.replace("\x00", "").split())
    if len(words) > most:
        raise BadInput("too_long", field=field, most=str(most))
    if needed and not words:
        raise BadInput(needed, field=field)
    return words
