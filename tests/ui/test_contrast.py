"""Every text on every surface it stands on, in both schemes: at least 4.5:1 (WCAG 2.2, 1.4.3); edges at least 3:1 (1.4.11)."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "src/ui/static/ui"
TONES = ["info", "good", "warn", "late", "neutral", "community", "committee", "company", "office"]
SURFACES = ["page", "surface", "sunken"]
TEXTS = (
    [
        (ink, surface)
        for ink in ("ink", "ink-soft", "ink-faint", "link", "accent-ink", "late-ink", "good-ink")
        for surface in SURFACES
    ]
    + [(ink, "pressed") for ink in ("ink", "link", "late-ink")]
    + [(f"{tone}-ink", f"{tone}-wash") for tone in TONES]
    + [("on-accent", "accent"), ("on-accent", "accent-pressed"), ("accent-ink", "accent-wash"), ("surface", "ink")]
    + [("ink", "late-wash"), ("late-ink", "late-wash"), ("link", "info-wash")]
)
EDGES = [("border", surface) for surface in SURFACES] + [("focus", surface) for surface in SURFACES]
EDGES += [
    ("star", "page"),
    ("star", "surface"),
    ("info-ink", "neutral-wash"),
    ("good-ink", "neutral-wash"),
    ("accent-ink", "surface"),
]


def schemes() -> dict[str, dict[str, str]]:
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    first = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", light))
    return {"light": first, "dark": first | dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", dark))}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    # WeUI's own green on white, which fails: the reason for our own colours.
    assert contrast("#07c160", "#ffffff") == pytest.approx(2.38, abs=0.02)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_and_edges(scheme: str) -> None:
    tokens = schemes()[scheme]
    weak = {
        f"{a} on {b}": round(contrast(tokens[a], tokens[b]), 2)
        for a, b in TEXTS
        if contrast(tokens[a], tokens[b]) < 4.5
    }
    weak |= {
        f"{a} edge on {b}": round(contrast(tokens[a], tokens[b]), 2)
        for a, b in EDGES
        if contrast(tokens[a], tokens[b]) < 3
    }
    assert weak == {}


def test_both_schemes_name_the_same_colours() -> None:
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    assert set(re.findall(r"--([a-z-]+):\s*#", light)) == set(re.findall(r"--([a-z-]+):\s*#", dark))


def test_every_token_used_is_defined_and_no_colour_stands_outside_the_tokens() -> None:
    tokens = set(re.findall(r"(--[a-z0-9-]+):", (STATIC / "tokens.css").read_text(encoding="utf-8")))
    for sheet in STATIC.parents[2].glob("*/static/*/*.css"):
        text = sheet.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[a-z0-9-]+):", text))
        assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) - tokens - own == set(), sheet
        if sheet.name not in ("tokens.css", "print.css"):
            # White alone may stand by itself: under a QR code, on a photo; it is meant in both schemes.
            assert set(re.findall(r"#[0-9a-f]{3,8}\b(?=[;\s,)])", text)) <= {"#fff", "#ffffff"}, sheet
