"""The components in a real Chromium: axe finds nothing, nothing scrolls sideways, everything is big enough to touch."""

import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.journey

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
PAGES = ["resident", "desk", "empty", "bare", "nothing-here"]
PICTURES = os.environ.get("GALLERY_PICTURES", "")

TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")].filter((el) => {
  const style = getComputedStyle(el), box = (el.closest("label") || el).getBoundingClientRect();
  if (!box.width || style.visibility === "hidden" || el.closest(".skip, .notice, p, .photos")) return false;
  return !el.classList.contains("skip") && !el.classList.contains("standing") && (box.width < 43.5 || box.height < 43.5);
}).map((el) => el.outerHTML.slice(0, 120))"""
SMALL_TYPE = """() => [...document.querySelectorAll("body *")].filter((el) =>
  [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && el.getBoundingClientRect().width > 1
  && !["SCRIPT", "STYLE", "TEMPLATE", "OPTION"].includes(el.tagName) && parseFloat(getComputedStyle(el).fontSize) < 24)
  .map((el) => el.outerHTML.slice(0, 120))"""


def look(
    browser: Any, address: str, *, width: int, height: int, scheme: str = "light", type_size: str = "normal"
) -> Any:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN", reduced_motion="reduce"
    )
    context.add_cookies([{"name": "type", "value": type_size, "url": address}])
    return context.new_page()


@pytest.mark.parametrize(("scheme", "type_size"), list(product(["light", "dark"], ["normal", "large"])))
@pytest.mark.parametrize("size", [(320, 640), (360, 780), (1280, 800)])
def test_the_gallery_is_clean(
    browser: Any, gallery_server: str, size: tuple[int, int], scheme: str, type_size: str
) -> None:
    page = look(browser, gallery_server, width=size[0], height=size[1], scheme=scheme, type_size=type_size)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in PAGES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{gallery_server}/gallery/{name}")
        if PICTURES:
            page.screenshot(
                path=str(Path(PICTURES) / f"{name}-{size[0]}-{scheme}-{type_size}.png"), full_page=size[0] != 320
            )
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        assert page.evaluate(TOO_SMALL) == [], name
        if type_size == "large":
            assert page.evaluate(SMALL_TYPE) == [], name
            called = page.locator(".callbar:visible")
            assert called.count() == (0 if name in ("bare", "nothing-here") else 1), name
            assert all(link.bounding_box()["y"] < size[1] for link in called.all()), "the telephone is always in sight"
        # Bars that stick to the edge cover what is behind them until one scrolls: let axe see the whole page at once.
        page.set_viewport_size({"width": size[0], "height": page.evaluate("document.documentElement.scrollHeight")})
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    page.context.close()
    assert [line for line in said if "404" not in line] == []
