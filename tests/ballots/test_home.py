"""The card of a running vote on an owner's front page: before it, in it, after it; and what it costs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from ballots.models import Delivery
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, OPENS, hand_in, keyed, mine, tend, voting
from tests.elections.conftest import do
from tests.world import CANARY, World

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def during(settings: Any, tmp_path: Any) -> Iterator[None]:
    """In the middle of the window, by day."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(DURING, tick=False):
        yield


def home(client: Client) -> str:
    found = client.get("/")
    assert found.status_code == 200
    return " ".join(found.content.decode().split())


def test_one_button_leads_to_the_ballot_and_afterwards_to_the_receipt(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = keyed(side)
    client = sign_in(side, "resident")
    assert "vote-call" not in home(client)
    tend(side, OPENS)
    base, key = f"/c/here/polls/{running.poll.ref}/vote/", mine(running)[0].key
    for size in ("normal", "large"):
        client.cookies["type"] = size
        text = home(client)
        assert text.index(running.poll.title) < text.index("big-call")
        assert f'<a class="button primary" href="{base}right/{key}/"' in text
        assert "截止" in text
        assert "vote-done" not in text
    hand_in(running)
    for size in ("normal", "large"):
        client.cookies["type"] = size
        text = home(client)
        assert "您的票已收进票箱" in text
        assert f'href="{base}right/{key}/receipt/"' in text
        assert "vote-call" not in text
    # The neighbour has not voted; whoever has no right is not asked; a post has another front page.
    assert "vote-call" in home(sign_in(side, "neighbour"))


def test_who_has_no_right_and_who_lives_next_door_are_not_asked(world: World, sign_in: SignIn) -> None:
    running = voting(world.there)
    assert "vote-call" in home(sign_in(world.there, "resident"))
    text = home(sign_in(world.here, "resident"))
    assert (CANARY in text, "vote-call" in text) == (False, False)
    with time_machine.travel(CLOSES, tick=False):
        text = home(sign_in(world.there, "resident"))
    assert (running.poll.title in text, "vote-call" in text) == (False, False)


def test_whoever_opens_the_ballot_from_there_has_seen_what_they_were_told(world: World, sign_in: SignIn) -> None:
    from ballots.actions.reminding import remind

    side = world.here
    running = voting(side)
    do(remind, side, running.poll, now=DURING)
    sign_in(side, "resident").get(f"/c/here/polls/{running.poll.ref}/vote/right/{mine(running)[0].key}/")
    with scope(side.compound.pk):
        seen = dict(Delivery.objects.values_list("person_id", "seen_at"))
    assert seen[side.people["resident"].pk] == DURING
    assert seen[side.people["neighbour"].pk] is None


def test_a_running_vote_costs_one_statement_and_none_otherwise(
    world: World, sign_in: SignIn, statements: Callable[[], Any]
) -> None:
    side = world.here
    client = sign_in(side, "resident")
    counts = []
    for run in (False, True):
        if run:
            running = voting(side)
        client.get("/")
        with statements() as seen:
            client.get("/")
        counts.append(len(seen))
    hand_in(running)
    with statements() as seen:
        client.get("/")
    assert [*counts, len(seen)] == [6, 7, 7]
