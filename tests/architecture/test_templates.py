"""Templates hold no inline style or script, load nothing from elsewhere, and name only icons and parts that exist."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from ui.templatetags.ui import icon_names

ROOT = Path(__file__).resolve().parents[2]
# Papers are drawn to PDF by documents; their styles stand in their own sheets too, but the page policy is not theirs.
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in PAGES]


def source(name: str) -> str:
    text = (ROOT / "templates" / name).read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_nothing_that_the_policy_refuses(name: str) -> None:
    text = source(name)
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    # A script without src may only carry data.
    assert [
        tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "application/json" not in tag
    ] == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert re.findall(r"hx-on|javascript:|hx-vals=[\"']js:", text) == []
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", text) == []
    assert re.findall(r"autoescape off|\|safe\b", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_names_what_exists(name: str) -> None:
    get_template(name)
    text = source(name)
    assert set(re.findall(r"\{% icon [\"']([^\"']+)[\"']", text)) - icon_names() == set()
    assert set(re.findall(r"\bicon=[\"']([^\"']+)[\"']", text)) - icon_names() == set()


def test_every_part_is_told_of_in_the_guide() -> None:
    guide = (ROOT / "docs/ui.md").read_text(encoding="utf-8")
    # form.html is what {{ form }} draws; progress.html is what the tag draws.
    parts = {path.stem for path in (ROOT / "templates/ui").glob("*.html")} - {"form", "progress"}
    assert {part for part in parts if f"ui/{part}.html" not in guide} == set()
