"""Honest and hostile files, made here and small."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

GPS, ORIENTATION = 0x8825, 0x0112


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def scene(width: int = 1200, height: int = 900) -> Image.Image:
    """Red above, blue below, a green corner at the top left: shows how it was turned."""
    picture = Image.new("RGB", (width, height), "red")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height // 2, width, height), fill="blue")
    draw.rectangle((0, 0, width // 4, height // 4), fill="lime")
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block[0x010F] = "SecretPhone"
    block.get_ifd(GPS).update({1: "N", 2: (28.0, 53.0, 55.0), 3: "E", 4: (120.0, 2.0, 10.0)})
    return block


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, form, **options)
    return made.getvalue()


def heic(picture: Image.Image, **options: Any) -> bytes:
    made = io.BytesIO()
    pillow_heif.from_pillow(picture).save(made, quality=60, **options)
    return made.getvalue()


def png(width: int, height: int, *, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG of greys with any claimed size; all rows are one compressed run of zeros when none are given."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    body = rows or zlib.compress(bytes((width + 1) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture
