"""What a resident's first page weighs over the wire: all of it at most 100 kB, scripts at most 40 kB (gzip)."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import RequestFactory

STATIC = Path(__file__).resolve().parents[2] / "src/ui/static/ui"


def wire(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_scripts_and_styles_stay_small() -> None:
    scripts = wire("ui.js") + wire("vendor/htmx-2.0.11.min.js")
    styles = wire("ui.css") + wire("tokens.css") + wire("print.css")
    assert scripts <= 24_000
    assert styles <= 12_000
    assert scripts + styles + wire("icons.svg") + wire("mark.svg") <= 45_000


@pytest.mark.usefixtures("gallery_shell")
def test_a_page_with_everything_on_it_is_small() -> None:
    from tests.ui.gallery import gallery

    request = RequestFactory().get("/gallery/resident")
    request._messages = type("Quiet", (), {"add": lambda *_: None, "__iter__": lambda _: iter(()), "used": False})()  # type: ignore[attr-defined]
    page = gallery(request, "resident").content
    assert len(gzip.compress(page, 6)) <= 8_000


def test_htmx_is_the_file_that_the_note_names() -> None:
    from hashlib import sha256

    note = (STATIC / "vendor/README.md").read_text(encoding="utf-8")
    found = re.search(r"`(htmx-[\d.]+min\.js)`.*`([0-9a-f]{64})`", note)
    assert found is not None
    assert sha256((STATIC / "vendor" / found[1]).read_bytes()).hexdigest() == found[2]
