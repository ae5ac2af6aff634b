"""No page of voting reads more for thirty rows than for one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.models import Person
from ballots.actions.extending import extend
from ballots.actions.reminding import remind
from ballots.identity import ANSWERED
from ballots.models import Delivery, Extension, Proxy, Speaker
from elections.models import Item, Poll, Right, Unit
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, Running, hand_in, mine, voting
from tests.elections.conftest import do
from tests.world import Side, World


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window, by day."""
    with time_machine.travel(DURING, tick=False):
        yield


def more(side: Side, running: Running) -> None:
    """Twenty-nine more of everything, without going through their actions."""
    poll, compound = running.poll, side.compound
    with scope(compound.pk):
        unit, right = Unit.objects.filter(poll=poll)[0], Right.objects.filter(edition=poll.edition)[0]
        delivery, extension = Delivery.objects.all()[0], Extension.objects.get()
        resident, copy = side.people["resident"], Poll.objects.get(pk=poll.pk)
        for n in range(29):
            number = 100 + n
            Unit.objects.create(
                compound=compound, poll=poll, number=number, home_id=10_000 + n, address=f"1幢1单元9{n:02}",
                building_id=unit.building_id, entrance_id=unit.entrance_id, use=unit.use, area=unit.area,
                area_source=unit.area_source,
                owners=[{"line": -n, "name": f"业主{n}", "share": [1, 1], "account": resident.pk, "phones": []}],
            )  # fmt: skip
            Right.objects.create(
                compound=compound, edition=poll.edition, number=number, key=f"key{n:02}", holder=f"业主{n}", units=[number],
                area=unit.area, scopes=right.scopes,
            )  # fmt: skip
            Speaker.objects.create(
                compound=compound, poll=poll, right=f"key{n:02}", ground="estate", name=f"代表{n}",
                phone_digest=resident.phone_digest, phone_shown="199****0000", note="公证书", at=DURING, person_id=1,
                label="社区",
            )  # fmt: skip
            Proxy.objects.create(
                compound=compound, poll=poll, right=f"key{n:02}", form="phone", giver=f"业主{n}", giver_id=1,
                agent=f"受托{n}", agent_digest="x", agent_shown="199****0001", at=DURING, person_id=1, label="业主",
            )  # fmt: skip
            delivery.pk, delivery.day = None, DURING.date() + timedelta(days=n + 1)
            delivery._state.adding = True
            delivery.save()
            extension.pk, extension.number = None, n + 2
            extension._state.adding = True
            extension.save()
            copy.pk, copy.ref = None, f"copy{n:02}"
            copy._state.adding = True
            copy.save()


def more_of_rights(side: Side, running: Running, person: Person) -> None:
    """Twenty-nine more rights that a person speaks for, in as many polls besides."""
    poll, compound = running.poll, side.compound
    with scope(compound.pk):
        right, copy = Right.objects.filter(edition=poll.edition)[0], Poll.objects.get(pk=poll.pk)
        for n in range(29):
            Right.objects.create(
                compound=compound, edition=poll.edition, number=100 + n, key=f"key{n:02}", holder=f"业主{n}", units=right.units,
                area=right.area, scopes=right.scopes,
            )  # fmt: skip
            copy.pk, copy.ref = None, f"copy{n:02}"
            copy._state.adding = True
            copy.save()
            for one in (poll, copy):
                Speaker.objects.create(
                    compound=compound, poll=one, right=f"key{n:02}", ground="estate", name=f"代表{n}",
                    phone_digest=person.phone_digest, phone_shown="199****0000", note="公证书", at=DURING, person_id=1,
                    label="社区",
                )  # fmt: skip


def more_items(side: Side, running: Running) -> None:
    """Twenty-nine more items; the trigger that keeps those of a called poll is for actions."""
    with scope(side.compound.pk):
        first = Item.objects.filter(poll=running.poll)[0]
        Poll.objects.filter(pk=running.poll.pk).update(state="preparing", items_hash="")
        for n in range(29):
            first.pk, first.number, first.key = None, n + 2, f"more{n:02}"
            first._state.adding = True
            first.save()
        Poll.objects.filter(pk=running.poll.pk).update(state="voting", items_hash=running.poll.items_hash)


def counted(client: Client, url: str, statements: Callable[[], Any]) -> tuple[int, str]:
    assert client.get(url).status_code == 200
    cache.clear()
    with statements() as seen:
        answer = client.get(url)
    return len(seen), answer.content.decode()


def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = world.here
    running = voting(side)
    do(remind, side, running.poll, now=DURING)
    hand_in(running)
    do(extend, side, running.poll, now=DURING, closes_at=CLOSES + timedelta(days=1), reason="人数不够")
    here, key = f"/c/here/polls/{running.poll.ref}/vote/", mine(running)[0].key
    theirs = mine(running, "neighbour")[0].key
    pages = {
        "/c/here/vote/": ("resident", "class=\"row-link\"", 9),
        here: ("resident", "1幢1单元", 18),
        f"{here}right/{key}/receipt/": ("resident", "回执编号", 10),
        f"{here}right/{theirs}/": ("neighbour", "ballot-choice\"", 12),
        f"{here}right/{theirs}/proxy/": ("neighbour", "ballot-choice\"", 10),
        f"{here}turnout/": ("officer", "已投户数", 15),
        f"{here}rounds/": ("officer", "1幢1单元", 11),
        f"{here}delivery/": ("officer", "提醒投票", 12),
        f"{here}time/": ("officer", "延期：", 12),
        f"{here}records/": ("officer", "ballot-record", 13),
    }  # fmt: skip
    clients = {who: sign_in(side, who) for who in ("resident", "neighbour", "officer")}
    counts = {url: [counted(clients[who], url, statements)[0]] for url, (who, _shows, _many) in pages.items()}
    more(side, running)
    for url, (who, _shows, _many) in pages.items():
        counts[url].append(counted(clients[who], url, statements)[0])
    assert counts == {url: [many, many] for url, (_who, _shows, many) in pages.items()}


def test_a_ballot_of_thirty_items_asks_the_same(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = world.here
    running = voting(side)
    url = f"/c/here/polls/{running.poll.ref}/vote/right/{mine(running)[0].key}/"
    client = sign_in(side, "resident")
    counts = []
    for fill in (False, True):
        if fill:
            more_items(side, running)
        counts.append([counted(client, one, statements)[0] for one in (url, f"{url}proxy/")])
        counts[-1].append(counted(client, url, statements)[1].count("data-question="))
    assert counts == [[12, 10, 1], [12, 10, 30]]


@pytest.mark.parametrize("thirty", [False, True])
def test_a_ballot_is_handed_in_by_five_statements(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], thirty: bool
) -> None:
    """Who it is with the scope of the standing, the right, the ballot with its row; beginning and end go by themselves."""
    side = world.here
    running = voting(side)
    if thirty:
        do(remind, side, running.poll, now=DURING)
        do(extend, side, running.poll, now=DURING, closes_at=CLOSES + timedelta(days=1), reason="人数不够")
        more(side, running)
    hand_in(running, "neighbour")  # a process reads the items and the box's key once
    right = mine(running)[0]
    url = f"/c/here/polls/{running.poll.ref}/vote/right/{right.key}/"
    client = sign_in(side, "resident")
    session = client.session
    session[ANSWERED] = [side.people["resident"].pk, running.poll.ref, DURING.timestamp()]
    session.save()
    with statements() as seen:
        answer = client.post(url, {"idempotency_key": "key-of-a-form-on-a-phone", "step": "1", "cast": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}receipt/")
    # Within the test's own transaction the beginning is a savepoint and its settings.
    assert [one["sql"].split()[0] for one in seen] == [
        "SAVEPOINT", "SET", "WITH", "WITH", "WITH", "RELEASE",
    ]  # fmt: skip
