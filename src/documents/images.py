"""The intake of pictures: whatever a phone sends becomes our own small JPEG, or is refused with a reason.

What is kept is always re-encoded, so nothing of the sender's file survives: no place, no device, no appended script. The
decoder is picked by the first bytes and only that decoder is let near the file; size and dimensions are read before
anything is decoded.
"""

import hashlib
import io
import struct
import threading
import warnings
from dataclasses import dataclass
from typing import IO, Any, Final

from PIL import Image, ImageFile

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 24_000_000
LONG_SIDE: Final = 1600
THUMB_SIDE: Final = 320
# A progressive JPEG is decoded once a scan: a few honest ones have 10, a bomb has thousands.
MAX_SCANS: Final = 64

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
ImageFile.LOAD_TRUNCATED_IMAGES = False

# Formats that cannot be decoded small need up to 96 MB for 24 million pixels: two at a time in one process.
_decoding = threading.BoundedSemaphore(2)

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION: Final = 0x0112


class FileRefused(Exception):
    """The file is not taken in. ``code``: empty, too_large, type, animated, too_many_pixels or broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: two JPEGs without metadata, upright; sides in pixels of the larger one."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    sha256: str


def check_size(upload: Any, *, limit: int = MAX_BYTES) -> None:
    """Refuse nothing at all and too much, before a byte is read."""
    if not upload.size:
        raise FileRefused("empty")
    if upload.size > limit:
        raise FileRefused("too_large")


def take_in(upload: Any) -> Picture:
    """Turn an uploaded file (``size``, ``read``, ``seek``) into a Picture; raise FileRefused.

    JPEG is decoded at the smallest of libjpeg's scales that still covers the target, then shrunk, then turned: a
    12-megapixel photo costs about 35 MB. A photo that carries a second picture behind the first (MPO, Ultra HDR) counts
    as its first.
    """
    check_size(upload)
    # WeasyPrint allows half pictures for the whole process as soon as it is imported, which is with the first sheet.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    upload.seek(0)
    head = upload.read(64)
    form = _sniff(head)
    if form == "JPEG":
        _refuse_scan_bomb(upload)
    upload.seek(0)
    with _decoding:
        try:
            large = _decode(upload, form)
        except FileRefused:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise FileRefused("too_many_pixels") from error
        except Exception as error:  # whatever a decoder stumbles over in a hostile file, the file is broken
            raise FileRefused("broken") from error
    jpeg = _encode(large, quality=80)
    thumb = large.copy() if max(large.size) <= THUMB_SIDE else large.reduce(max(1, max(large.size) // (2 * THUMB_SIDE)))
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    return Picture(
        jpeg=jpeg,
        thumb=_encode(thumb, quality=75),
        width=large.width,
        height=large.height,
        sha256=hashlib.sha256(jpeg).hexdigest(),
    )


def for_print(content: IO[bytes], *, side: int, quality: int) -> bytes:
    """A picture of our own, made as small as a printed page shows it: its longer side at most ``side`` pixels."""
    with Image.open(content, formats=["JPEG"]) as opened:
        scale = min(1.0, side / max(opened.size))
        sides = (max(1, round(opened.width * scale)), max(1, round(opened.height * scale)))
        opened.draft("RGB", sides)
        opened.load()
        flat = _flattened(opened)
    if flat.size != sides:
        flat = flat.resize(sides, Image.Resampling.LANCZOS)
    return _encode(flat, quality=quality)


def _sniff(head: bytes) -> str:
    """The one decoder for these first bytes, after a look at dimensions that can be read without it."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        _refuse_pixels(*struct.unpack(">II", head[16:24]))
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and len(head) >= 30:  # noqa: PLR2004  the header up to its sides
        _refuse_pixels(*_webp_sides(head))
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "HEIF"
    raise FileRefused("type")


def _webp_sides(head: bytes) -> tuple[int, int]:
    """Width and height from a WebP header: its decoder sets the canvas aside on opening."""
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def _refuse_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise FileRefused("broken")
    if width * height > MAX_PIXELS:
        raise FileRefused("too_many_pixels")


def _refuse_scan_bomb(upload: Any) -> None:
    """Count start-of-scan markers: inside compressed data 0xFF is always followed by 0x00, so they cannot be chance."""
    upload.seek(0)
    scans, last = 0, b""
    while block := upload.read(1 << 18):
        scans += (last + block).count(b"\xff\xda")
        last = block[-1:]
    if scans > MAX_SCANS:
        raise FileRefused("broken")


def _decode(upload: IO[bytes], form: str) -> Image.Image:
    """An upright RGB picture of at most LONG_SIDE."""
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(upload, formats=[form]) as opened:
        _refuse_pixels(*opened.size)
        if form != "JPEG" and getattr(opened, "is_animated", False):
            raise FileRefused("animated")
        turn = _TURNS.get(_orientation(opened))
        scale = min(1.0, LONG_SIDE / max(opened.size))
        sides = (max(1, round(opened.width * scale)), max(1, round(opened.height * scale)))
        # libjpeg halves only while both sides stay at least as asked, so ask for the true target.
        opened.draft("RGB", sides)
        opened.load()
        flat = _flattened(opened)
    if flat.size != sides:
        flat = flat.resize(sides, Image.Resampling.LANCZOS)
    return flat.transpose(turn) if turn is not None else flat


def _orientation(opened: Image.Image) -> int:
    """EXIF orientation 1-8. pillow-heif turns by itself and says 1; a garbled EXIF block counts as upright."""
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  a garbled block raises anything
        return 1


def _flattened(opened: Image.Image) -> Image.Image:
    """The picture in RGB; what was transparent is white; 16-bit greys keep their range."""
    if opened.mode.startswith("I"):
        return opened.convert("I").point(lambda grey: grey / 256).convert("L").convert("RGB")
    if opened.has_transparency_data:
        layered = opened.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return opened if opened.mode == "RGB" else opened.convert("RGB")


def _encode(picture: Image.Image, *, quality: int) -> bytes:
    """JPEG bytes. ``info`` is emptied first: Pillow would copy a comment, profile or resolution from it."""
    picture.info = {}
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality)
    return made.getvalue()
