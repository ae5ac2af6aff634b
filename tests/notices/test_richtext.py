"""What is typed and pasted: marks become a safe subset, and nothing else comes through."""

import pytest

from notices.richtext import plain, rendered

BAD = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://example.com/track.gif'>",
    "<svg onload=alert(1)><circle/></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<p style='position:fixed' onclick=alert(1)>x</p>",
    "<style>@import 'https://example.com/a.css'</style>",
    "<iframe src=https://example.com></iframe>",
    "<form action=https://example.com><input name=a></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "<a href=' java\tscript:alert(1)'>x</a>",
)


@pytest.mark.parametrize("typed", BAD)
def test_nothing_that_acts_comes_through(typed: str) -> None:
    made = rendered(f"前\n\n{typed}\n\n后").lower()
    for word in (
        "<script",
        "<img",
        "<svg",
        "<style",
        "<iframe",
        "<form",
        "<input",
        "style=",
        'href="java',
        'href="data',
    ):
        assert word not in made
    assert "<p>前</p>" in made


def test_marks() -> None:
    made = rendered("# 停水\n因**清洗**\n第二行\n\n- 一\n- 二\n\n[网站](https://example.com/?a=1&b=2)")
    assert made == (
        "<h2>停水</h2><p>因<strong>清洗</strong><br>第二行</p><ul><li>一</li><li>二</li></ul>"
        '<p><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer nofollow">网站</a></p>'
    )
    assert plain(made) == "停水\n因清洗\n第二行\n一\n二\n网站"
