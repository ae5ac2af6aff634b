"""What a phone sends becomes our own small JPEG, or is refused with a reason."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from documents import images
from documents.images import FileRefused, take_in
from tests.documents import files


def refusal(content: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(FileRefused) as refused:
        take_in(files.upload(content, name))
    return refused.value.code


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 60 for a, b in zip(pixel, colour, strict=True))


LIME, RED, BLUE = (0, 255, 0), (255, 0, 0), (0, 0, 255)


def upright(content: bytes) -> bool:
    picture = files.opened(content)
    wide, high = picture.size
    return (
        near(picture.getpixel((wide // 10, high // 10)), LIME)
        and near(picture.getpixel((wide * 9 // 10, high // 10)), RED)
        and near(picture.getpixel((wide // 2, high * 9 // 10)), BLUE)
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_accepts_what_cameras_and_screens_make(form: str) -> None:
    made = take_in(files.upload(files.encoded(files.scene(2000, 1500), form)))
    large, thumb = files.opened(made.jpeg), files.opened(made.thumb)
    assert (large.format, thumb.format) == ("JPEG", "JPEG")
    assert large.size == (made.width, made.height) == (1600, 1200)
    assert thumb.size == (320, 240)
    assert upright(made.jpeg)
    assert upright(made.thumb)


def test_a_small_picture_is_not_blown_up() -> None:
    made = take_in(files.upload(files.encoded(files.scene(200, 100), "PNG")))
    assert (made.width, made.height) == (200, 100)
    assert files.opened(made.thumb).size == (200, 100)


# How the file must be laid down so that a viewer that obeys the mark sees it upright.
LAID = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", LAID)
def test_turns_upright_and_forgets_where_it_was_taken(orientation: int) -> None:
    turn = LAID[orientation]
    laid = files.scene(2400, 1800).transpose(turn) if turn is not None else files.scene(2400, 1800)
    sent = files.encoded(laid, exif=files.exif(orientation), comment=b"SecretComment", dpi=(72, 72))
    assert b"SecretPhone" in sent
    made = take_in(files.upload(sent))
    assert (made.width, made.height) == (1600, 1200)
    for content in (made.jpeg, made.thumb):
        assert upright(content)
        picture = files.opened(content)
        assert not picture.getexif()
        assert not picture.getexif().get_ifd(files.GPS)
        assert not {"exif", "comment", "icc_profile", "xmp", "dpi"} & set(picture.info)
        assert b"Secret" not in content


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_accepts_heic_upright(orientation: int) -> None:
    turn = LAID[orientation]
    laid = files.scene(800, 600).transpose(turn) if turn is not None else files.scene(800, 600)
    sent = files.heic(laid, exif=files.exif(orientation).tobytes())
    made = take_in(files.upload(sent, "IMG_0001.HEIC"))
    assert (made.width, made.height) == (800, 600)
    assert upright(made.jpeg)
    assert b"SecretPhone" not in made.jpeg


def test_a_photo_with_a_second_picture_behind_counts_as_its_first() -> None:
    sent = files.encoded(files.scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (1200, 900), "black")])
    assert Image.open(files.upload(sent)).format == "MPO"
    assert upright(take_in(files.upload(sent)).jpeg)


def test_transparent_becomes_white_and_deep_greys_keep_their_range() -> None:
    clear = take_in(files.upload(files.encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")))
    assert near(files.opened(clear.jpeg).getpixel((25, 25)), (255, 255, 255))
    deep = Image.new("I;16", (50, 50), 32768)
    assert near(
        files.opened(take_in(files.upload(files.encoded(deep, "PNG"))).jpeg).getpixel((25, 25)), (128, 128, 128)
    )
    palette = Image.new("P", (50, 50), 0)
    palette.putpalette([255, 0, 0] + [0] * 765)
    sent = files.encoded(palette, "PNG", transparency=0)
    assert near(files.opened(take_in(files.upload(sent)).jpeg).getpixel((25, 25)), (255, 255, 255))
    assert take_in(files.upload(files.encoded(Image.new("CMYK", (50, 50)), "JPEG"))).width == 50


SCRIPTED = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "photo.jpg", "empty"),
        (SCRIPTED, "photo.svg", "type"),
        (SCRIPTED, "photo.jpg", "type"),
        (b"<!doctype html><script>alert(1)</script>", "photo.jpg", "type"),
        (files.encoded(files.scene(100, 100), "GIF"), "photo.gif", "type"),
        (files.encoded(files.scene(100, 100), "BMP"), "photo.bmp", "type"),
        (files.encoded(files.scene(100, 100), "TIFF"), "photo.jpg", "type"),
        (files.encoded(files.scene(100, 100), "AVIF"), "photo.jpg", "type"),
        (b"%PDF-1.7", "photo.jpg", "type"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "photo.jpg", "type"),
        (b"\xff\xd8\xff", "photo.jpg", "broken"),
        (b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 50, "photo.jpg", "broken"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(200), "photo.heic", "broken"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8X" + bytes(100), "photo.webp", "broken"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff", "x.webp", "too_many_pixels"),
        (files.png(0, 10), "photo.png", "broken"),
    ],
)  # fmt: skip
def test_refuses_with_a_reason(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name) == code


def test_refuses_by_size_before_reading() -> None:
    class Untouched:
        size = images.MAX_BYTES + 1

    with pytest.raises(FileRefused) as refused:
        take_in(Untouched())
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_refuses_truncated(form: str, share: float) -> None:
    whole = files.encoded(Image.effect_noise((600, 400), 80).convert("RGB"), form)
    assert refusal(whole[: int(len(whole) * share)]) == "broken"


def test_half_a_photo_is_refused_after_a_sheet_was_printed() -> None:
    """WeasyPrint lets Pillow load half pictures, for everyone in the process."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    whole = files.encoded(Image.effect_noise((600, 400), 80).convert("RGB"), "JPEG")
    assert refusal(whole[: len(whole) // 2]) == "broken"


def test_refuses_truncated_heic() -> None:
    whole = files.heic(Image.effect_noise((600, 400), 80).convert("RGB"))
    assert refusal(whole[: len(whole) // 2]) == "broken"


def test_refuses_moving_pictures() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        moving = files.encoded(frames[0], form, save_all=True, append_images=frames[1:])
        assert refusal(moving) == "animated"


def test_refuses_bombs() -> None:
    # 25 megapixels in 25 kB, and a size that only the header claims.
    assert refusal(files.png(5000, 5000)) == "too_many_pixels"
    assert refusal(files.png(100_000, 100_000, rows=zlib.compress(b"\x00" * 10))) == "too_many_pixels"
    # A JPEG that claims 65,000 x 65,000.
    small = bytearray(files.encoded(files.scene(64, 64)))
    at = small.index(b"\xff\xc0") + 5
    small[at : at + 4] = (65000).to_bytes(2, "big") * 2
    assert refusal(bytes(small)) == "too_many_pixels"
    # A text chunk that unpacks to 60 MB.
    packed = zlib.compress(bytes(60_000_000), 9)
    body = b"note\x00\x00" + packed
    chunk = len(body).to_bytes(4, "big") + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4, "big")
    assert refusal(files.png(10, 10, extra=chunk)) == "broken"
    # A progressive JPEG with hundreds of scans.
    waves = files.encoded(files.scene(64, 64), progressive=True)
    start = waves.rindex(b"\xff\xda")
    assert refusal(waves[:start] + waves[start:-2] * 100 + waves[-2:]) == "broken"


def test_twenty_four_megapixels_are_taken_in_little_memory() -> None:
    """A photo of 24 megapixels (72 MB decoded) costs less than its full decode. In a process of its own: peaks add up."""
    program = """
import io, resource, sys
from PIL import Image, ImageFile
from documents.images import take_in
from tests.documents import files
sent = files.encoded(Image.effect_noise((600, 400), 60).resize((6000, 4000)).convert("RGB"), quality=85)
first = files.upload(files.encoded(files.scene(64, 64)))
take_in(first)
before = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() // 1024
open("/proc/self/clear_refs", "w").write("5")
take_in(files.upload(sent))
peak = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
print(peak - before)
"""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("needs Linux's peak counter")
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    full_decode_kib = 6000 * 4000 * 3 / 1024
    assert int(run.stdout) < full_decode_kib
