"""Voting over REST: from the list to the receipt, with refusals as problems; nothing that is kept says what was chosen."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Challenge
from ballots.models import Cast
from ballots.own import export
from idempotency.models import Receipt
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, Running, hand_in, mine, voting
from tests.ballots.test_statements import more, more_items
from tests.elections.conftest import do
from tests.world import CANARY, World, phone_of

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window, by day."""
    with time_machine.travel(DURING, tick=False):
        yield


def at(running: Running, part: str = "") -> str:
    return f"/api/v1/compounds/here/polls/{running.poll.ref}/{part}"


def send(client: Client, path: str, key: str, **given: Any) -> Any:
    return client.post(
        path, given, content_type="application/json", headers={"Idempotency-Key": f"a-key-of-sixteen-{key}"}
    )


def code(client: Client, running: Running) -> dict[str, str]:
    token = client.post(at(running, "code/")).json()["token"]
    return {"token": token, "code": Challenge.objects.get(token=token).code}


def test_an_owner_votes_and_reads_the_receipt(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    client = sign_in(side, "resident")
    (row,) = client.get("/api/v1/compounds/here/votes/").json()
    assert (row["ref"], row["open"], row["rights"], row["used"]) == (running.poll.ref, True, 1, 0)
    (right,) = client.get(at(running, "votes/")).json()
    (item,) = right["items"]
    assert (right["via"], right["refused"], item["seats"]) == ("owner", "", None)
    path = at(running, f"votes/{right['key']}/")
    given = {**code(client, running), "choices": {item["key"]: "against"}}
    done = send(client, path, "one", **given)
    assert (done.status_code, done.json()["counts"]) == (201, True)
    # The same call once more: the same answer. Another key: used up.
    assert send(client, path, "one", **given).json() == done.json()
    with time_machine.travel(DURING.replace(minute=5), tick=False):
        refused = send(client, path, "two", **{**given, **code(client, running)})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_voted")
    with scope(side.compound.pk):
        cast = Cast.objects.get(compound=side.compound)
        kept = Receipt.objects.get(compound=side.compound, route=path, status=201)
    assert client.get(path).json() == [done.json()]
    assert (done.json()["receipt"], kept.body) == (cast.receipt, done.json())
    assert kept.body_digest == hashlib.sha256(path.encode()).hexdigest()
    assert "against" not in done.content.decode()
    assert client.get(at(running, "turnout/")).json()[0]["voters"] == 1


def test_refusals_are_problems(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    client = sign_in(side, "resident")
    key, other = mine(running)[0].key, mine(running, "neighbour")[0].key
    item = running.items[0].key
    wrong = send(client, at(running, f"votes/{key}/"), "no-code", token="x" * 20, code="000000", choices={})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
    given = code(client, running)
    odd = send(client, at(running, f"votes/{key}/"), "odd", **given, choices={item: "perhaps"})
    assert (odd.status_code, odd.json()["code"], odd.json()["field"]) == (422, "unreadable", item)
    # A refusal undoes the whole call, the answered code too.
    theirs = send(client, at(running, f"votes/{other}/"), "theirs", **given, choices={})
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not_yours")
    assert client.get(at(running, f"votes/{other}/")).status_code == 404
    assert send(client, at(running, f"votes/{key}/"), "short").status_code in {400, 422}
    with time_machine.travel(CLOSES, tick=False):
        late = send(client, at(running, f"votes/{key}/"), "late", **code(client, running), choices={})
    assert (late.status_code, late.json()["code"]) == (409, "over")
    with scope(side.compound.pk):
        assert Cast.objects.count() == 0
    for who, path, answer in (
        ("manager", at(running, "turnout/"), 404),
        ("officer", at(running, "turnout/"), 200),
        ("officer", at(running, "votes/"), 404),
        ("officer", "/api/v1/compounds/here/votes/", 403),
    ):
        assert sign_in(side, who).get(path).status_code == answer, (who, path)
    foreign = sign_in(world.there, "resident")
    assert foreign.get(at(running, "votes/")).status_code == 404


def test_authority_is_given_and_taken_back(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    client = sign_in(side, "resident")
    key = mine(running)[0].key
    given = {"agent": "邻居", "phone": phone_of(0, "neighbour"), "choices": {running.items[0].key: "for"}}
    made = send(client, at(running, f"votes/{key}/proxy/"), "give", **code(client, running), **given)
    assert (made.status_code, made.json()["agent"], made.json()["ended_at"]) == (201, "邻居", None)
    assert client.get(at(running, "votes/")).json()[0]["proxy"] == "邻居"
    back = send(client, at(running, f"votes/{key}/proxy/back/"), "back")
    assert (back.status_code, back.json()["ended_at"] is None) == (201, False)
    again = send(client, at(running, f"votes/{key}/proxy/back/"), "again")
    assert (again.status_code, again.json()["code"]) == (409, "settled")


def test_the_own_copy_says_that_and_not_what(world: World) -> None:
    from ballots.actions.reminding import remind

    side = world.here
    running = voting(side)
    do(remind, side, running.poll, now=DURING)
    made = hand_in(running)
    voting(world.there)
    found = export(side.people["resident"])
    assert [(one["as"], one.get("receipt"), one.get("what")) for one in found] == [
        ("owner", made.receipt, None),
        ("told", None, "reminded"),
    ]
    assert "for" not in found[0].values()
    assert CANARY not in str(found)
    assert [one["as"] for one in export(side.people["neighbour"])] == ["told"]


def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: SignIn, statements: Callable[[], Any]
) -> None:
    from datetime import timedelta

    from ballots.actions.extending import extend
    from ballots.actions.reminding import remind

    side = world.here
    running = voting(side)
    do(remind, side, running.poll, now=DURING)
    hand_in(running)
    do(extend, side, running.poll, now=DURING, closes_at=CLOSES + timedelta(days=1), reason="人数不够")
    client, key = sign_in(side, "resident"), mine(running)[0].key
    pages = (
        "/api/v1/compounds/here/votes/",
        at(running, "votes/"),
        at(running, f"votes/{key}/"),
        at(running, "turnout/"),
    )
    counts: list[list[int]] = []
    for fill in (False, True):
        if fill:
            more(side, running)
            more_items(side, running)
        counts.append([])
        for path in pages:
            client.get(path)
            with statements() as seen:
                assert client.get(path).status_code == 200
            counts[-1].append(len(seen))
    assert counts == [[7, 8, 8, 9], [7, 8, 8, 9]]
