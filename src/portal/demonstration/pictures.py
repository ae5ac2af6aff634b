"""Plain drawn pictures that stand for photos, so that the demonstration needs no pictures of real homes."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

SIZE = (1200, 900)
# kind -> wall, object, mark
COLOURS = {
    "water": ("#d9e2e6", "#7f98a3", "#2f7fb5"),
    "lift": ("#c9ccd1", "#8c939c", "#3a3f46"),
    "lamp": ("#2e3440", "#5b6373", "#c9a94f"),
    "gate": ("#cfd6cc", "#6d7a6a", "#b3433b"),
    "fire": ("#e6dcd6", "#b3433b", "#f2efe9"),
    "slide": ("#cfe3d4", "#d28f3d", "#7a4f9a"),
    "fixed": ("#e3ebe4", "#6f9a7b", "#f7faf7"),
    "paper": ("#c9bfae", "#7d6f5a", "#fdfdfb"),
    "torn": ("#c9bfae", "#7d6f5a", "#fdfdfb"),
    "wall": ("#c9bfae", "#7d6f5a", "#b7ab97"),
}


def photo(kind: str, *, seal: str = "") -> SimpleUploadedFile:
    """A drawn picture as a phone would send it: a JPEG of 1200 x 900. Another ``seal`` makes another picture."""
    from PIL import Image, ImageDraw

    wall, thing, mark = COLOURS[kind]
    picture = Image.new("RGB", SIZE, wall)
    draw = ImageDraw.Draw(picture)
    width, height = SIZE
    for y in range(0, height, 90):
        draw.line([(0, y), (width, y)], fill=thing, width=2)
    if kind == "lift":
        draw.rectangle([380, 120, 820, 860], fill=thing, outline=mark, width=8)
        draw.rectangle([600, 120, 700, 860], fill=mark)
    elif kind == "lamp":
        draw.rectangle([590, 260, 610, 880], fill=thing)
        draw.ellipse([520, 160, 680, 290], fill=mark)
    elif kind == "fire":
        draw.rectangle([420, 200, 780, 760], fill=thing)
        draw.ellipse([520, 380, 680, 540], fill=mark)
    elif kind == "slide":
        draw.polygon([(250, 800), (700, 200), (780, 200), (350, 800)], fill=thing)
        draw.rectangle([700, 180, 860, 800], outline=mark, width=14)
    elif kind == "fixed":
        draw.ellipse([450, 300, 750, 600], fill=thing)
        draw.line([(520, 450), (580, 520), (690, 380)], fill=mark, width=24)
    elif kind in {"paper", "torn", "wall"}:
        _board(draw, kind, thing, mark)
    else:
        draw.rectangle([180, 380, 1020, 450], fill=thing)
        for x in (400, 560, 720):
            draw.ellipse([x, 520, x + 40, 600], fill=mark)
            draw.ellipse([x + 20, 660, x + 70, 760], fill=mark)
    if seal:
        picture = _sealed(picture, seal, mark)
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return SimpleUploadedFile(f"{kind}.jpg", out.getvalue(), content_type="image/jpeg")


def _board(draw: Any, kind: str, thing: str, mark: str) -> None:
    """A board on a wall with a sheet on it, half of one, or only the pins."""
    draw.rectangle([300, 110, 900, 830], outline=thing, width=18)
    if kind == "wall":
        for x in (430, 770):
            draw.ellipse([x - 9, 190, x + 9, 208], fill=thing)
        return
    sheet = [(400, 180), (800, 180), (800, 760), (400, 760)]
    draw.polygon(sheet if kind == "paper" else [*sheet[:2], (800, 420), (610, 520), (400, 380)], fill=mark)
    draw.rectangle([500, 220, 700, 250], fill=thing)
    for y in range(290, 700 if kind == "paper" else 380, 36):
        draw.line([(440, y), (760, y)], fill=thing, width=6)


def _sealed(picture: Any, seal: str, mark: str) -> Any:
    """The same with a row of bars that no other has; small, as there are many and somebody waits for them."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    for n, sign in enumerate(seal.encode()):
        draw.rectangle([40 + n * 22, 860, 56 + n * 22, 860 + sign % 32], fill=mark)
    return picture.resize((800, 600))
