"""Stencils: one rendering for each shape, every hole filled and escaped."""

import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe

from ui import stencil
from ui.stencil import Stencil, hole

SOURCE = (
    '{% load i18n ui %}<li{% if late %} class="late"{% endif %}><a href="{{ page }}">{% trans "紧急" %} {{ words }}</a>'
    "{% for tab in tabs %}<b>{{ tab }}</b>{% endfor %}</li>"
)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every rendering of the template of this module."""
    seen: list[str] = []
    template = engines["django"].from_string(SOURCE)

    def get(name: str) -> object:
        seen.append(name)
        return template

    monkeypatch.setattr(stencil, "get_template", get)
    return seen


def test_what_differs_from_row_to_row_is_filled_in_and_escaped(rendered: list[str]) -> None:
    row = Stencil("row.html", ("page", "words"))
    shape = {"late": True, "tabs": ()}
    said = row.fill(shape, {"page": "/a?b=1&c=2", "words": "<b>漏水</b>"})
    assert said == '<li class="late"><a href="/a?b=1&amp;c=2">紧急 &lt;b&gt;漏水&lt;/b&gt;</a></li>'
    assert row.fill(shape, {"page": "/", "words": mark_safe("<i>x</i>")}) == (
        '<li class="late"><a href="/">紧急 <i>x</i></a></li>'
    )
    assert rendered == ["row.html"]


def test_every_shape_and_language_is_cut_once(rendered: list[str]) -> None:
    row = Stencil("row.html", ("page", "words"))
    holes = {"page": "/", "words": "x"}
    chinese = row.fill({"late": False, "tabs": ()}, holes)
    with translation.override("en"):
        english = row.fill({"late": False, "tabs": ()}, holes)
    assert (chinese, english) == ('<li><a href="/">紧急 x</a></li>', '<li><a href="/">Urgent x</a></li>')
    row.fill({"late": True, "tabs": ()}, holes)
    row.fill({"late": False, "tabs": ()}, holes)
    assert len(rendered) == 3


def test_flags_may_carry_holes_of_their_own(rendered: list[str]) -> None:
    row = Stencil("row.html", ("page", "words"))
    said = row.fill({"late": False, "tabs": (hole("one"),)}, {"page": "/", "words": "x", "one": "&"})
    assert said == '<li><a href="/">紧急 x</a><b>&amp;</b></li>'


def test_a_hole_that_is_not_filled_is_an_error_and_not_a_blank(rendered: list[str]) -> None:
    with pytest.raises(KeyError, match="words"):
        Stencil("row.html", ("page", "words")).fill({"late": False, "tabs": ()}, {"page": "/"})


def test_text_from_people_cannot_pass_for_a_hole(rendered: list[str]) -> None:
    row = Stencil("row.html", ("page", "words"))
    assert "secret" not in row.fill({"late": False, "tabs": ()}, {"page": "/", "words": "\x00page\x00"}).replace(
        "\x00page\x00", "secret-free"
    ).replace("secret-free", "")


def test_it_forgets_rather_than_growing_without_end(rendered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stencil, "KEPT", 2)
    row = Stencil("row.html", ("page", "words"))
    for name in ("a", "b", "c"):
        row.fill({"late": False, "tabs": (name,)}, {"page": "/", "words": "x"})
    assert len(row._cut) == 1
