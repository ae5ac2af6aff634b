"""A name set in type as a picture: the signature of somebody who types it instead of drawing."""

import functools
import io
from typing import Any, Final

from documents.pdf import FACES, HERE, MissingGlyph, missing_glyphs

SIZE: Final = 72
MARGIN: Final = 24


def in_type(text: str) -> bytes:
    """A PNG of the text in the print face, black on white. Raises MissingGlyph for what that face cannot show."""
    from PIL import Image, ImageDraw

    missing = missing_glyphs(text)
    if missing:
        raise MissingGlyph(missing)
    face = _face()
    left, top, right, bottom = (round(side) for side in face.getbbox(text))
    image = Image.new("L", (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), 255)
    ImageDraw.Draw(image).text((MARGIN - left, MARGIN - top), text, font=face, fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@functools.cache
def _face() -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(HERE / "fonts" / FACES[0]), SIZE)
