"""What makes a page one that everybody can use, asked of the page as it stands in the browser."""

import functools
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALLEST_WIDTH = 320
LARGE_TYPE = 24

# Text that is shown in less than the size given.
SMALL_TYPE = """(size) => [...document.querySelectorAll("body *")].filter((el) =>
  [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && el.checkVisibility()
  && el.getBoundingClientRect().width > 1 && !["SCRIPT", "STYLE", "TEMPLATE", "OPTION"].includes(el.tagName)
  && parseFloat(getComputedStyle(el).fontSize) < size).map((el) => el.outerHTML.slice(0, 120))"""
# What stands out on the right of the page, so that it would scroll sideways.
# Measured against the layout's width: a phone zooms out to show what stands out, and the window's width grows with it.
STICKS_OUT = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const out = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > width + 1);
  return [`${root.scrollWidth} > ${width}`, ...out.slice(0, 5).map((el) => el.outerHTML.slice(0, 120))];
}"""
UNFOLD = "() => document.querySelectorAll('details:not(.more)').forEach((one) => { one.open = true; })"


@functools.cache
def _axe_source() -> str:
    return str(AXE_FILE_PATH.read_text(encoding="utf-8"))


def bring_axe(context: BrowserContext) -> None:
    """Have axe in every page from now on: handing half a megabyte over to each takes longer than to look."""
    context.add_init_script(path=AXE_FILE_PATH)


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds, one line for each element; with ``rules``, of these rules alone."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_axe_source())
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate(
        "(only) => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then((said) => said.violations)",
        only,
    )
    return [f"{one['id']}: {node['html'][:160]} — {node['failureSummary']}" for one in found for node in one["nodes"]]


def all_at_once(page: Page, width: int) -> None:
    """Make the window as high as the page: bars that stick to the edge cover what is behind them until one scrolls."""
    page.evaluate(UNFOLD)
    page.set_viewport_size({"width": width, "height": max(780, page.evaluate("document.documentElement.scrollHeight"))})


def sticks_out(page: Page) -> list[str]:
    """What would make the page scroll sideways on the smallest phone."""
    page.set_viewport_size({"width": SMALLEST_WIDTH, "height": 640})
    return list(page.evaluate(STICKS_OUT))


def small_type(page: Page) -> list[str]:
    """What is smaller than 长者模式 promises."""
    return list(page.evaluate(SMALL_TYPE, LARGE_TYPE))
