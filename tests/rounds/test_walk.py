"""The page of whoever walks without signal: who has it, what it carries, its worker and its manifest."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from rounds.views.walk import _ASSETS
from tests.rounds.conftest import planned
from tests.world import RESIDENTS, STAFF, World

PAGE = "/c/here/rounds/walk/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_page(world: World, sign_in: Callable[..., Client], who: str) -> None:
    client = sign_in(world.here, who)
    for path in (PAGE, f"{PAGE}app.webmanifest"):
        assert client.get(path).status_code == (200 if who in FIRM else 403), path
        there = path.replace("/here/", "/there/")
        assert client.get(there).status_code == (404 if who in FIRM else 403), there


def test_the_page_is_the_same_however_much_is_due(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    """What is to be walked comes in the package; the page itself holds none of it."""
    client = sign_in(world.here, "worker")
    client.get(PAGE)
    with statements() as none:
        client.get(PAGE)
    planned(world.here, 5)
    with statements() as some:
        shown = client.get(PAGE).content.decode()
    counts = [len(none), len(some)]
    assert counts == [8, 8]
    assert "MHQ-1" not in shown
    assert f'data-standing="post:{world.here.posts["worker"].pk}"' in shown
    assert 'crossorigin="use-credentials"' in shown


def test_its_worker_is_for_anyone_and_keeps_what_the_page_asks_for(client: Client) -> None:
    answer = client.get("/rounds/sw.js")
    text = answer.content.decode()
    assert (answer.status_code, answer["Service-Worker-Allowed"]) == (200, "/c/")
    assert answer["Cache-Control"] == "no-cache"
    for asset in _ASSETS:
        assert asset.rsplit(".", 1)[0] in text


def test_the_manifest_names_the_compound_and_stays_within_its_page(
    world: World, sign_in: Callable[..., Client]
) -> None:
    told = sign_in(world.here, "worker").get(f"{PAGE}app.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == (PAGE, PAGE, "standalone")
    assert world.here.compound.name in told["name"]
    assert [one["sizes"] for one in told["icons"]] == ["192x192", "512x512"]
