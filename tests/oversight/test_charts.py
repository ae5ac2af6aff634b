"""Charts are sound SVG: nothing of a label is markup, nothing is longer than the drawing, everything is said in words."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from oversight.charts import WIDTH, Bar, Column, bars, columns

LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
PAIRS = st.integers(0, 10**6).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole)))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


@given(st.lists(st.tuples(LABELS, PAIRS), max_size=12))
def test_bars(rows: list[tuple[str, tuple[int, int]]]) -> None:
    svg = drawn(
        bars(
            [Bar(label, whole, part, f"{part}/{whole}") for label, (whole, part) in rows],
            name="x", title="各类<b>", description="水 & 电",
        )
    )  # fmt: skip
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"] == "chart-x-title chart-x-desc"
    assert [svg.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == ["各类<b>", "水 & 电"]  # type: ignore[union-attr]
    _fits(svg, len(rows))


@given(st.lists(st.tuples(LABELS, PAIRS), max_size=12))
def test_columns(rows: list[tuple[str, tuple[int, int]]]) -> None:
    svg = drawn(
        columns([Column(label, whole, part) for label, (whole, part) in rows], name="y", title="t", description="d")
    )
    _fits(svg, len(rows))


def _fits(svg: ET.Element, rows: int) -> None:
    _x, _y, width, height = map(int, svg.attrib["viewBox"].split())
    found = [
        {name: float(value) for name, value in rect.attrib.items() if name in {"x", "y", "width", "height"}}
        for rect in svg.findall(f"{SVG}rect")
    ]
    assert len(found) == 2 * rows
    for whole, part in zip(found[::2], found[1::2], strict=True):
        assert part["width"] <= whole["width"]
        assert part["height"] <= whole["height"]
        for rect in (whole, part):
            assert min(rect.values()) >= 0
            assert rect["x"] + rect["width"] <= width + 0.5
            assert rect["y"] + rect["height"] <= height
    assert width == WIDTH


def test_what_is_there_at_all_is_seen() -> None:
    svg = drawn(bars([Bar("水", 10**6, 1, ""), Bar("电", 0, 0, "")], name="x", title="t", description="d"))
    widths = [int(rect.attrib["width"]) for rect in svg.findall(f"{SVG}rect")]
    assert widths == [WIDTH - 1, 1, 0, 0]
