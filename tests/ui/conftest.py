"""The gallery served on this machine, and a Chromium to look at it. Neither touches the database."""

import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test import override_settings

from tests.journeys.browsers import FLAGS, chromium
from ui import context, navigation

HERE = Path(__file__).resolve().parent
RESIDENT_TABS = [("首页", "home"), ("报修", "tool"), ("议事", "message"), ("我的", "user")]
DESK_TABS = [
    ("派工", "board"),
    ("工单", "list"),
    ("设备", "elevator"),
    ("值班", "calendar"),
    ("公示", "speakerphone"),
    ("我的", "user"),
]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def phone_of_office(request: HttpRequest) -> dict[str, Any]:
    return {"property_phone": "0579-87112233", "compound_name": "阳光小区"}


def gallery_settings() -> Any:
    from django.conf import settings

    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], HERE / "templates"]}]
    return override_settings(ROOT_URLCONF="tests.ui.gallery", TEMPLATES=templates, ALLOWED_HOSTS=["*"])


@pytest.fixture
def gallery_shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The gallery's tabs and providers in place of those of the apps."""
    monkeypatch.setattr(navigation, "registry", navigation.Registry())
    monkeypatch.setattr(context, "_providers", [phone_of_office])
    for party, tabs in (("resident", RESIDENT_TABS), ("company", DESK_TABS)):
        for order, (label, icon) in enumerate(tabs):
            address = {"报修": "/gallery/resident", "派工": "/gallery/desk", "我的": "/gallery/empty"}.get(
                label, f"/gallery/{order}"
            )
            navigation.register_tab(
                label=label,
                icon=icon,
                url_name=f"gallery-{order}",
                order=order,
                parties=(party,),
                url=lambda _, address=address: address,
                badge=(lambda _: 3) if order == 1 else None,
            )
    with gallery_settings():
        yield


@pytest.fixture
def gallery_server(gallery_shell: None) -> Iterator[str]:
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), server_class=Server, handler_class=QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for each file: while it is there an event loop counts as running, and Django refuses the database to what follows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()
