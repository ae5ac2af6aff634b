"""Error pages stand whatever else is broken."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from tests.world import World
from ui import context


def _broken(_request: HttpRequest) -> dict[str, Any]:
    raise LookupError("the shell")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/c/here/repairs/nosuchreference/", 404, "没有这一页"),
        ("/nothing/", 404, "没有这一页"),
        ("/c/here/duty/new/", 403, ""),
    ],
)
def test_a_broken_shell_leaves_the_status_and_is_written_down(
    world: World,
    sign_in: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    status: int,
    words: str,
) -> None:
    client = sign_in(world.here, "resident")
    whole = client.get(path)
    assert (whole.status_code, words in whole.content.decode()) == (status, True)
    monkeypatch.setattr(context, "_providers", [_broken])
    alone = client.get(path)
    assert (alone.status_code, "系统出错了" in alone.content.decode()) == (status, True)
    (said,) = [one for one in caplog.records if one.name == "portal.views.errors"]
    assert said.exc_info is not None
    assert said.exc_info[0] is LookupError
