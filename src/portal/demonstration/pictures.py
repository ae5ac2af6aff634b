"""Plain drawn pictures that stand for photos, so that the demonstration needs no pictures of real homes."""

from io import BytesIO

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
}


def photo(kind: str) -> SimpleUploadedFile:
    """A drawn picture as a phone would send it: a JPEG of 1200 x 900."""
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
    else:
        draw.rectangle([180, 380, 1020, 450], fill=thing)
        for x in (400, 560, 720):
            draw.ellipse([x, 520, x + 40, 600], fill=mark)
            draw.ellipse([x + 20, 660, x + 70, 760], fill=mark)
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return SimpleUploadedFile(f"{kind}.jpg", out.getvalue(), content_type="image/jpeg")
