"""Pictures of the main screens into ``docs/screens``: ``make screens``. The demonstration on a state directory of its own."""

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from playwright.sync_api import sync_playwright

from config.environment import ROOT
from tests.journeys.browsers import FLAGS, chromium
from tests.journeys.people import DESKTOP, PHONE, Visitor
from tests.journeys.server import Portal, running

FOLDER = ROOT / "docs" / "screens"
COLOURS = 160
LARGEST = 150_000  # bytes
CODE = "wangjiang"


def nothing(_: Visitor) -> None:
    """The page as it opens."""


def fill_in(visitor: Visitor) -> None:
    """A request as it is being written."""
    visitor.describe(category="渗漏", words="阳台顶上滴水，下雨就漏", place="我家", photo=True)
    visitor.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: ``{words}`` in the path stands for the request of the demonstration that begins with these words."""

    name: str
    path: str
    who: str | None = None
    standing: str = ""
    device: str = "phone"
    large: bool = False
    before: Callable[[Visitor], None] = nothing


SCREENS = (
    Screen("sign-in", "/accounts/login/"),
    Screen("resident-home", "/", "张秀英"),
    Screen("filing", f"/c/{CODE}/repairs/new/", "刘雪梅", before=fill_in),
    Screen("request", f"/c/{CODE}/repairs/{{单元门关不严}}/", "张秀英"),
    Screen("large-type", "/", "张秀英", large=True),
    Screen("workers-day", f"/c/{CODE}/today/", "王建国"),
    Screen("dispatch-board", f"/c/{CODE}/board/", "朱俊杰", "物业", "desktop"),
    Screen("watch", f"/c/{CODE}/watch/", "徐美玲", device="desktop"),
    Screen("overview", "/overview/", "胡立新", device="desktop"),
    Screen("figures", "/figures/", "陈海燕", device="desktop"),
    Screen("notice-board", f"/c/{CODE}/notices/", "张秀英"),
    Screen("routing-rules", f"/c/{CODE}/rules/routing/", "朱俊杰", "物业", "desktop"),
    Screen("handover", "/c/nanyuan/handover/", "程月娥", device="desktop"),
)


def small(picture: bytes) -> bytes:
    """The picture with a palette instead of true colours: a fifth of the size, and no difference on a page of a manual."""
    from PIL import Image

    out = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def address(portal: Portal, path: str) -> str:
    """The path with the ref of the request in braces."""
    words = re.search(r"{(.+)}", path)
    if words is None:
        return path
    return path.replace(words[0], portal.value("SELECT ref FROM repairs_request WHERE words LIKE %s", f"{words[1]}%"))


def take(browser: object, portal: Portal, screen: Screen) -> bytes:
    """Open a page as the person sees it, and look."""
    device = {**PHONE, "device_scale_factor": 2} if screen.device == "phone" else DESKTOP
    context = browser.new_context(  # type: ignore[attr-defined]
        base_url=portal.address, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **device
    )
    visitor = Visitor(context, context.new_page())
    if screen.who:
        visitor.sign_in(screen.who, standing=screen.standing)
    if screen.large:
        context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    visitor.open(address(portal, screen.path))
    visitor.page.wait_for_load_state("networkidle")
    screen.before(visitor)
    picture = visitor.page.screenshot()
    context.close()
    return small(picture)


def main(wanted: list[str]) -> int:
    """Take every picture, or those named; returns the exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="gongzhi-screens-") as kept,
        running(Path(kept) / "state", Path(kept) / "output") as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for screen in SCREENS:
            if wanted and screen.name not in wanted:
                continue
            picture = take(browser, portal, screen)
            if len(picture) > LARGEST:
                raise SystemExit(f"{screen.name}: {len(picture)} bytes are too many")
            (FOLDER / f"{screen.name}.png").write_bytes(picture)
            sys.stdout.write(f"docs/screens/{screen.name}.png  {len(picture) >> 10} kB\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
