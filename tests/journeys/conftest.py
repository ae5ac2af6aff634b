"""Two portals for each test process, one Chromium for each file, one context for each person."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsers import FLAGS, chromium
from tests.journeys.people import DESKTOP, PHONE, Visitor
from tests.journeys.server import Portal, running, seeded

PATIENCE = 30_000  # milliseconds; two cores run everything at once


@contextmanager
def started(places: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """The embedded form with its demonstration; nothing is left of it at the end."""
    base = places.mktemp("portal")
    with running(seeded(shared, base / "state"), base / "output") as portal:
        yield portal
    shutil.rmtree(base / "state", ignore_errors=True)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """The portal in which the journeys act, each on rows of its own or on what no other needs as it was."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """A portal for those who only look: in it nothing has happened but the demonstration."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


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
    assert said == [], portal.trouble()
