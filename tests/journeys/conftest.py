"""One portal for each test process, one Chromium for each file, one context for each person."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.browsers import FLAGS, chromium
from tests.journeys.people import DESKTOP, PHONE, Visitor
from tests.journeys.server import Portal, running

PATIENCE = 30_000  # milliseconds; two cores run everything at once


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The embedded form with its demonstration."""
    base = tmp_path_factory.mktemp("portal")
    with running(base / "state", base / "output") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium as the system has it."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(portal: Portal, browser: Any) -> Iterator[Callable[..., Visitor]]:
    """``visit("张秀英")``: someone signed in on a phone; ``visit(None, device="desktop")``: nobody yet.

    At the end no page may have complained of anything that the journey did not provoke.
    """
    visitors: list[Visitor] = []

    def make(name: str | None = None, *, device: str = "phone", standing: str = "", **options: Any) -> Visitor:
        settings = {"base_url": portal.address, **(PHONE if device == "phone" else DESKTOP), **options}
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **settings)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context, context.new_page())
        visitor.listen(visitor.page)
        context.on("page", visitor.listen)
        visitors.append(visitor)
        if name:
            visitor.sign_in(name, standing=standing)
        return visitor

    yield make
    said = [text for visitor in visitors for text in visitor.unexpected()]
    for visitor in visitors:
        visitor.context.close()
    assert said == []
