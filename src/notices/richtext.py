"""From what is typed to what is shown: a few marks, a safe subset of HTML, and nothing else.

Marks: an empty line parts paragraphs, ``# `` begins a heading (``## `` a smaller one), ``- `` and ``1. `` a list, ``> `` a
quotation, ``**so**`` is strong, ``[words](https://…)`` a link. HTML that is typed or pasted passes the same gate: nh3 (ammonia),
which parses as a browser does, so that nothing is left for a browser to read otherwise. No pictures: they are attachments.
"""

import hashlib
import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import nh3

TAGS = frozenset(
    {
        *("p", "br", "strong", "b", "em", "i", "u", "s", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "a"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
)
ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
SCHEMES = frozenset({"http", "https", "tel", "mailto"})
_BLOCKS = frozenset(["p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "tr", "hr", "br"])
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,500}?)\*\*")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(((?:https?://|tel:|mailto:)[^\s()<>\"']{1,500})\)")
_HTML_BLOCK = re.compile(r"<(p|h2|h3|ul|ol|blockquote|table|div|hr)\b", re.IGNORECASE)
_LIST = {"- ": "ul", "* ": "ul", "• ": "ul"}
_NUMBERED = re.compile(r"\d{1,3}[.、．)）]\s*")


def clean(markup: str) -> str:
    """The safe subset of some HTML: no script, style, picture, frame, form, handler, remote thing or odd scheme."""
    return nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "title"},
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        generic_attribute_prefixes=set(),
    )


def rendered(source: str) -> str:
    """What is shown of what was typed."""
    blocks = re.split(r"\n[ \t]*\n+", source.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    return clean("".join(_block(block) for block in blocks if block.strip()))


def _block(text: str) -> str:
    if _HTML_BLOCK.match(text.lstrip()):
        return text
    made: list[str] = []
    lines: list[str] = []
    kind = ""

    def close() -> None:
        if lines:
            made.append(_wrapped(kind, lines))
            lines.clear()

    for line in text.split("\n"):
        said, words = _kind_of(line)
        if said != kind or said in {"h2", "h3"}:
            close()
            kind = said
        lines.append(words)
    close()
    return "".join(made)


def _kind_of(line: str) -> tuple[str, str]:
    bare = line.strip()
    for mark, kind in (("## ", "h3"), ("# ", "h2"), ("> ", "blockquote"), *_LIST.items()):
        if bare.startswith(mark):
            return kind, bare[len(mark) :].strip()
    numbered = _NUMBERED.match(bare)
    if numbered and bare[numbered.end() :]:
        return "ol", bare[numbered.end() :]
    return "p", bare


def _wrapped(kind: str, lines: Sequence[str]) -> str:
    inner = [_inline(line) for line in lines]
    if kind in {"ul", "ol"}:
        return f"<{kind}>{''.join(f'<li>{line}</li>' for line in inner)}</{kind}>"
    joined = "<br>".join(inner)
    return f"<blockquote><p>{joined}</p></blockquote>" if kind == "blockquote" else f"<{kind}>{joined}</{kind}>"


def _inline(text: str) -> str:
    text = _STRONG.sub(r"<strong>\1</strong>", text)
    return _LINK.sub(lambda m: f'<a href="{html.escape(m[2], quote=True)}">{m[1]}</a>', text)


class _Text(HTMLParser):
    """Collects words, one line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block begins."""
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.parts.append(data)


def plain(markup: str) -> str:
    """The words of a cleaned text, one line a block: for search, messages and what changed."""
    reader = _Text()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def fingerprint(*, kind: str, title: str, body_html: str, files: Sequence[str]) -> str:
    """SHA-256 (64 hex digits) over kind, title, text and the digests of the attached files, in order."""
    digest = hashlib.sha256()
    for part in (kind, title, body_html, *files):
        content = part.encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
