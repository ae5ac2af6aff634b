"""Draws the first pages of a PDF as pictures, in a process of its own: what a hostile file does to it ends with it.

``python -I drawing.py in.pdf folder most``: writes ``000.jpg`` … into the folder and the number of pages to its output.
"""

import resource
import sys
from pathlib import Path

MEMORY = 2 << 30  # bytes
SECONDS = 40  # of processor time
FILE = 40 << 20  # bytes a picture
LONG_SIDE = 1600
QUALITY = 75


def main(source: str, folder: str, most: int) -> int:
    """Draw; returns the exit status."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, FILE)):
        resource.setrlimit(what, (limit, limit))
    import pypdfium2

    paper = pypdfium2.PdfDocument(source)
    for number in range(min(len(paper), most)):
        page = paper[number]
        scale = LONG_SIDE / max(1.0, *page.get_size())
        page.render(scale=scale).to_pil().convert("RGB").save(
            Path(folder) / f"{number:03d}.jpg", "JPEG", quality=QUALITY
        )
        page.close()
    sys.stdout.write(str(len(paper)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
