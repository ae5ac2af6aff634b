"""A photo as phones make them: 12 megapixels, a few megabytes, turned, with a place in its EXIF block."""

import io
from functools import lru_cache

from PIL import Image, ImageFilter

SIDES = (4000, 3000)


@lru_cache(maxsize=1)
def phone_picture() -> bytes:
    """The JPEG. Grain over soft shapes, so that it compresses as a photo does and not as a drawing."""
    grain = Image.effect_noise(SIDES, 18)
    wave = Image.radial_gradient("L").resize(SIDES)
    slope = Image.linear_gradient("L").rotate(90).resize(SIDES)
    picture = Image.merge(
        "RGB", [Image.blend(one, grain, 0.25) for one in (wave, slope, Image.blend(wave, slope, 0.5))]
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 53.0, 10.0), 3: "E", 4: (120.0, 2.0, 8.0)})
    made = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.7)).save(made, "JPEG", quality=90, exif=exif, subsampling=2)
    return made.getvalue()
