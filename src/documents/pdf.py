"""HTML to PDF with our own two faces: the same sheet on every machine, and no character that cannot be printed.

Runs in a worker. WeasyPrint is imported on first use (0.4 s, and a web process has no need of it).
"""

import atexit
import contextlib
import functools
import gc
import io
import logging
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import get_template
from django.utils import translation

from documents.kinds import Part

log = logging.getLogger(__name__)

HERE: Final = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"
FACES: Final = ("NotoSansHans-Regular.otf", "NotoSansHans-Bold.otf")
# What a part of a bundle extends, by ``{% extends base|default:"documents/print_base.html" %}``.
PART: Final = "documents/print_part.html"
EMOJI_MARK: Final = "〔表情〕"

# Pango's font map is not safe between threads, and the embedded form renders in a thread of the web process.
_rendering = threading.Lock()
# Who leaves the rest of the process alone at the moment.
_alone: list[int] = []
_counting = threading.Lock()


class MissingGlyph(Exception):
    """The sheet has characters that the faces cannot print. ``characters`` is the set of them."""

    def __init__(self, characters: set[str]) -> None:
        super().__init__(" ".join(sorted(characters)))
        self.characters = characters


class OutsideResource(Exception):
    """A print template asked for something that is not ours. A programming error, or an attempt in somebody's text."""


@functools.cache
def _printable() -> frozenset[int]:
    """The code points that every face has."""
    from fontTools.ttLib import TTFont

    tables = []
    for face in FACES:
        with TTFont(HERE / "fonts" / face, lazy=True) as font:
            tables.append(set(font.getBestCmap()))
    return frozenset(set.intersection(*tables))


def missing_glyphs(text: str) -> set[str]:
    """The characters of a text that cannot be printed. White space and marks without a shape of their own need none."""
    known = _printable()
    return {sign for sign in set(text) if ord(sign) not in known and not sign.isspace() and not _is_shapeless(sign)}


def _is_shapeless(sign: str) -> bool:
    """Joiners, direction marks and variation selectors."""
    return unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def without_emoji(text: str) -> str:
    """The text with each run of emoji as 〔表情〕: people write them in reports, and a sheet must still be printed.

    Control characters are dropped. Letters and ideographs are never replaced: a name with an unprintable character must
    be reported.
    """
    known = _printable()
    made: list[str] = []
    for sign in text:
        if sign.isspace() or (ord(sign) in known and unicodedata.category(sign) not in {"Cc", "Cf"}):
            made.append(sign)
        elif unicodedata.category(sign) in {"So", "Sk", "Cs", "Co"} or sign in "\u20e3\ufffc":
            if made[-1:] != [EMOJI_MARK]:
                made.append(EMOJI_MARK)
        elif unicodedata.category(sign) != "Cc" and not _is_shapeless(sign):
            made.append(sign)
    return "".join(made)


class _Words(HTMLParser):
    """Collects what a page shows as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Skip style sheets; take the texts of pictures."""
        self._hidden += tag in {"style", "script"}
        self.words += [value for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self._hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        """Take a run of text."""
        if not self._hidden:
            self.words.append(data)


def shown_text(html: str) -> str:
    """The text that a page shows, in reading order."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


def _local(url: str) -> Path | None:
    """The file behind ``ours:fonts/...`` or ``ours:static/...``; None for anything else."""
    scheme, _, name = url.partition(":")
    if scheme != "ours":
        return None
    folder, _, rest = name.lstrip("/").partition("/")
    if folder == "fonts" and rest in FACES:
        return HERE / "fonts" / rest
    found = finders.find(rest) if folder == "static" and ".." not in rest else None
    return Path(found) if isinstance(found, str) else None


def _fetcher() -> Any:
    """The only way from a sheet to a resource: our faces, our static files, and data already in the page.

    Anything else stops the rendering: WeasyPrint would otherwise print the sheet without it, and nobody would know.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            try:
                path = _local(url)
                if path is not None:
                    return URLFetcherResponse(url, path.read_bytes())
            except (OSError, SuspiciousFileOperation) as error:
                raise FatalURLFetchingError(url[:200]) from error
            raise FatalURLFetchingError(url[:200])

    return Fetcher(allowed_protocols=("data",))


@functools.cache
def _typesetting() -> tuple[Any, Any]:
    """The font configuration and the print style sheet, made once a process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    fonts = FontConfiguration()
    # It gives its fonts back to fontconfig when it goes, which must happen before the interpreter's own end.
    atexit.register(_typesetting.cache_clear)
    style = CSS(filename=str(HERE / "print.css"), url_fetcher=_fetcher(), font_config=fonts)
    return fonts, style


@contextlib.contextmanager
def _others_left_alone() -> Iterator[None]:
    """While it lasts, the collector looks only through what is new.

    A sheet of ten pages makes it look through everything that the portal holds two or three times, in vain: a sixth of the
    time of the sheet. A bundle has it for all its parts, so the first freezes and the last to end gives back.
    """
    with _counting:
        if not _alone:
            gc.freeze()
        _alone.append(1)
    try:
        yield
    finally:
        with _counting:
            _alone.pop()
            if not _alone:
                gc.unfreeze()


def render(template: str, context: dict[str, Any], *, now: datetime, first_page: int = 1) -> bytes:
    """The PDF of a template that extends ``documents/print_base.html``.

    Printed in Chinese whoever asks; its pages are numbered from ``first_page`` on. Raises MissingGlyph before anything is set,
    OutsideResource when the page reaches for what is not ours.
    """
    with translation.override("zh-hans"):
        html = get_template(template).render({**context, "now": now})
    lacking = missing_glyphs(shown_text(html))
    if lacking:
        raise MissingGlyph(lacking)
    from weasyprint import CSS, HTML
    from weasyprint.urls import FatalURLFetchingError

    with _rendering, _others_left_alone():
        fonts, style = _typesetting()
        styles = [style]
        if first_page > 1:
            styles.append(CSS(string=f"@page :first {{ counter-reset: page {first_page}; }}"))
        try:
            made = HTML(string=html, base_url="ours:static/", url_fetcher=_fetcher()).write_pdf(
                stylesheets=styles, font_config=fonts
            )
        except FatalURLFetchingError as error:
            raise OutsideResource(str(error)) from error
    return bytes(made)


def bind(
    cover: str,
    context: dict[str, Any],
    parts: Sequence[Part],
    *,
    now: datetime,
    told: Callable[[int, int], object],
) -> bytes:
    """Some parts behind a cover with their contents, as one PDF whose pages are numbered through.

    One part is set at a time: what it takes is given back before the next. ``told(done, all)`` after each. Raises as ``render``.
    """
    with _others_left_alone():
        return _bound(cover, context, parts, now, told)


def _bound(
    cover: str, context: dict[str, Any], parts: Sequence[Part], now: datetime, told: Callable[[int, int], object]
) -> bytes:
    contents: list[dict[str, Any]] = [{"title": part.title, "page": 0} for part in parts]

    def covered(pages: int) -> bytes:
        return render(cover, {**context, "contents": contents, "pages": pages}, now=now)

    # A cover without numbers has as many pages as the one with them.
    last = first = _pages(covered(0))
    made = []
    for number, part in enumerate(parts):
        given = part.context()
        if given is not None:
            sheets = render(part.template, {**context, **given, "base": PART}, now=now, first_page=last + 1)
            contents[number]["page"] = last + 1
            last += _pages(sheets)
            made.append(sheets)
            # Boxes refer to each other: without this, what a part took stays until the collector comes by.
            gc.collect()
        told(number + 1, len(parts))
    front = covered(last)
    if _pages(front) != first:
        raise RuntimeError("the cover of a bundle has changed its length")
    return _joined(front, made)


def _pages(made: bytes) -> int:
    import pypdfium2

    with _rendering, contextlib.closing(pypdfium2.PdfDocument(made)) as paper:
        return len(paper)


def _joined(front: bytes, made: Sequence[bytes]) -> bytes:
    import pypdfium2

    # pdfium is no more safe between threads than Pango is.
    with _rendering, contextlib.closing(pypdfium2.PdfDocument(front)) as book:
        for sheets in made:
            with contextlib.closing(pypdfium2.PdfDocument(sheets)) as paper:
                book.import_pages(paper)
        out = io.BytesIO()
        book.save(out)
    return out.getvalue()


def characters(found: set[str]) -> Iterator[str]:
    """Each character with its code point, for the person who must find another spelling: 𠮷 (U+20BB7)."""
    for sign in sorted(found):
        yield f"{sign} (U+{ord(sign):04X})"
