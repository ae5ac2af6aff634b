"""QR codes as SVG."""

import segno


def svg_data_uri(text: str, *, scale: int = 4) -> str:
    """A QR code as ``data:image/svg+xml`` for an ``<img>``; error correction M reads through a fold or a stamp's edge."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=scale, border=2))
