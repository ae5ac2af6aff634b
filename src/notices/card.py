"""The picture of a public notice for whoever shares its link: compound, kind, title and speaker, five to four."""

from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from django.core.cache import cache
from django.utils.timezone import localtime
from PIL import Image, ImageDraw, ImageFont

from documents.pdf import FACES, HERE, missing_glyphs, without_emoji
from notices.models import Notice

SIZE: Final = (1000, 800)
KEPT: Final = 24 * 3600
EDGE: Final = 64
LINES: Final = 4
LARGEST, SMALLEST = 92, 60
PLAIN, BOLD = FACES
INK, SOFT, ACCENT, LATE = "#1b1b1a", "#4d4d4a", "#a82c1a", "#a01c12"


def card_of(notice: Notice) -> bytes:
    """The PNG, drawn once for each text."""
    key = f"notices.card:{notice.compound_id}:{notice.ref}:{notice.current.fingerprint}"
    found: bytes | None = cache.get(key)
    if found is None:
        found = _drawn(notice)
        cache.set(key, found, KEPT)
    return found


def wrapped(text: str, font: Any, width: int, lines: int) -> list[str]:
    """The text in so many lines at most, none wider; what does not fit ends in …"""
    made, line = [], ""
    for sign in text:
        if font.getlength(line + sign) > width and line:
            made.append(line)
            line = ""
        line += sign
    made.append(line)
    if len(made) <= lines:
        return made
    last = made[lines - 1]
    while last and font.getlength(last + "…") > width:
        last = last[:-1]
    return [*made[: lines - 1], last + "…"]


@lru_cache(maxsize=8)
def _font(face: str, size: int) -> Any:
    return ImageFont.truetype(str(HERE / "fonts" / face), size)


def _shown(text: str) -> str:
    """What the faces can draw of a text."""
    plain = without_emoji(" ".join(text.split()))
    missing = missing_glyphs(plain)
    return "".join(sign for sign in plain if sign not in missing)


def _drawn(notice: Notice) -> bytes:
    width, height = SIZE
    image = Image.new("RGB", SIZE, "#ffffff")
    draw = ImageDraw.Draw(image)
    colour = LATE if notice.kind == "urgent" else ACCENT
    draw.rectangle([0, 0, width, 132], fill=colour)
    draw.text(
        (EDGE, 66), wrapped(_shown(notice.compound.name), _font(BOLD, 52), 640, 1)[0], "#ffffff", _font(BOLD, 52), "lm"
    )
    draw.text((width - EDGE, 66), _shown(str(notice.get_kind_display())), "#ffffff", _font(PLAIN, 44), "rm")
    title = _shown(notice.current.title)
    for size in range(LARGEST, SMALLEST - 1, -8):
        font = _font(BOLD, size)
        lines = wrapped(title, font, width - 2 * EDGE, LINES)
        if len(lines) < LINES or size - 8 < SMALLEST:
            break
    for n, line in enumerate(lines):
        draw.text((EDGE, 190 + n * int(size * 1.3)), line, INK, font, "lt")
    draw.line([(EDGE, height - 136), (width - EDGE, height - 136)], "#dcdcd8", 2)
    small = _font(PLAIN, 38)
    day = f"{localtime(notice.published_at):%Y-%m-%d}"
    draw.text((EDGE, height - 70), wrapped(_shown(notice.speaker), small, 620, 1)[0], SOFT, small, "lm")
    draw.text((width - EDGE, height - 70), day, SOFT, small, "rm")
    out = BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
