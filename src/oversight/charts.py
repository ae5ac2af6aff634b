"""Charts as SVG, drawn here: the same on a page, on paper and in a PDF, and without a script.

Every chart says in its title and description what it shows; the table with the same numbers stands beside it. Colours are
given twice: as attributes for the PDF, and by class for the page, whose style sheet knows the design's tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# The units are those of a phone's column, so that words are nowhere smaller than on a phone.
WIDTH = 340
_ROW, _BAR = 42, 12
_TALL, _FOOT, _HEAD = 120, 18, 16
_LABEL = 13
_SHORT = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: ``part`` of ``whole`` with what is written at its end."""

    label: str
    whole: int
    part: int
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``part`` of ``whole``, with the label below."""

    label: str
    whole: int
    part: int


def bars(rows: Sequence[Bar], *, name: str, title: str, description: str) -> SafeString:
    """Lying bars, one under the other. ``name`` tells the charts of a page apart."""
    most = max((row.whole for row in rows), default=0) or 1
    drawn = format_html_join(
        "\n",
        '<text class="chart-word" x="0" y="{}" font-size="{}" fill="#1b1b1a">{}</text>'
        '<text class="chart-number" x="{}" y="{}" font-size="{}" fill="#1b1b1a" text-anchor="end">{}</text>'
        '<rect class="chart-whole" x="0.5" y="{}" width="{}" height="{}" fill="#e4e4e0" stroke="#83837e"/>'
        '<rect class="chart-part" x="0.5" y="{}" width="{}" height="{}" fill="#1d5a86"/>',
        (
            (
                *(top + _LABEL, _LABEL, _cut(row.label)),
                *(WIDTH, top + _LABEL, _LABEL, row.text),
                *(top + 20, _length(row.whole, most), _BAR),
                *(top + 20, _length(row.part, most), _BAR),
            )
            for index, row in enumerate(rows)
            for top in [index * _ROW + 4]
        ),
    )
    return _svg(drawn, height=len(rows) * _ROW + 4, name=name, title=title, description=description)


def columns(rows: Sequence[Column], *, name: str, title: str, description: str) -> SafeString:
    """Standing columns, one beside the other, with the number of each above it."""
    most = max((row.whole for row in rows), default=0) or 1
    step = WIDTH // max(1, len(rows))
    base = _HEAD + _TALL
    drawn = format_html_join(
        "\n",
        '<rect class="chart-whole" x="{}" y="{}" width="{}" height="{}" fill="#e4e4e0" stroke="#83837e"/>'
        '<rect class="chart-part" x="{}" y="{}" width="{}" height="{}" fill="#1d5a86"/>'
        '<text class="chart-number" x="{}" y="{}" font-size="11" fill="#1b1b1a" text-anchor="middle">{}</text>'
        '<text class="chart-word" x="{}" y="{}" font-size="11" fill="#1b1b1a" text-anchor="middle">{}</text>',
        (
            (
                *(left, base - whole, step - 6, whole),
                *(left, base - part, step - 6, part),
                *(left + (step - 6) // 2, base - whole - 4, row.whole),
                *(left + (step - 6) // 2, base + 13, row.label),
            )
            for index, row in enumerate(rows)
            for left in [index * step + 3]
            for whole in [row.whole * _TALL // most]
            for part in [row.part * _TALL // most]
        ),
    )
    line = format_html('<line class="chart-line" x1="0" y1="{0}" x2="{1}" y2="{0}" stroke="#83837e"/>', base, WIDTH)
    return _svg(format_html("{}{}", drawn, line), height=base + _FOOT, name=name, title=title, description=description)


def _svg(drawn: SafeString, *, height: int, name: str, title: str, description: str) -> SafeString:
    return format_html(
        '<svg class="chart" role="img" aria-labelledby="chart-{0}-title chart-{0}-desc" viewBox="0 0 {1} {2}" '
        'width="{1}" height="{2}" font-family="Sheet Hei, system-ui, sans-serif">'
        '<title id="chart-{0}-title">{3}</title><desc id="chart-{0}-desc">{4}</desc>\n{5}\n</svg>',
        name,
        WIDTH,
        height,
        title,
        description,
        drawn,
    )


def _length(value: int, most: int) -> int:
    """In whole units; what is there at all is seen."""
    return max(1, value * (WIDTH - 1) // most) if value else 0


def _cut(label: str) -> str:
    return label if len(label) <= _SHORT else f"{label[: _SHORT - 1]}…"
