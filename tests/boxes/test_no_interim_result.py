"""Before the close nothing says what was chosen: no page, API, file, message, event, log, audit entry or column in clear.

The same votes are held twice from the same state, by telephone, by proxy and on paper, once for one name and once for another.
Whatever differs afterwards knows what was chosen. What is drawn by lot each time (sealed ballots, hashes, tokens) is left out of
texts, and of the tables only where it is named here. That the comparison would notice is tried with leaks of every kind.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from audit.actions import record
from ballots.actions import proxies
from ballots.actions.ticking import tick
from boxes.actions import publish_heads
from elections.topics import STAFF
from live.actions import Announcement, announce_all
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.ballots.conftest import Running, hand_in, mine, tend, voting
from tests.boxes.conftest import DURING, cast
from tests.paper_ballots.conftest import printed, returned
from tests.world import Side, World, phone_of

Leak = Callable[[Side, Running, str], None]
LOOKS = DURING + timedelta(hours=2)
# Of each side one opens everything; the others what names the poll.
EVERYTHING = ("officer", "resident", "manager", None)
PEOPLE = (*EVERYTHING, "chair", "street", "city", "worker")
ONE, OTHER = "c1", "c6"
# Drawn by lot, or a hash over what is: hexadecimal digits, tokens, a receipt in groups of four, the codes on papers, the QR
# code of a receipt's check (its address stands beside it as a link, and is compared).
LOT = re.compile(
    r"data:image/svg\+xml[^\"]+|"
    r"\b(?:[0-9a-f]{4} ){3,}[0-9a-f]{4}\b|[0-9a-f]{16,}|[A-Za-z0-9+/=_-]{20,}|\b[2-9A-HJ-NP-Z]{3} ?[2-9A-HJ-NP-Z]{4}\b"
)
# Columns in which two votes with the same choices differ.
BY_LOT = {
    "ballots_cast.receipt", "ballots_proxy.stated", "boxes_entry.body", "boxes_entry.hash", "boxes_entry.previous",
    "boxes_head.hash", "boxes_tip.hash", "boxes_used.hash", "paper_ballots_paper.code",
}  # fmt: skip


def routes() -> Iterator[str]:
    """Every address of the portal that names nothing but a compound and a poll."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif isinstance(entry, URLPattern):
                yield route

    for route in walk(get_resolver(), ""):
        if set(re.findall(r"<(?:\w+:)?(\w+)>", route)) <= {"code", "poll", "right"} and "(" not in route:
            yield route


ROUTES = [route for route in routes() if not route.startswith(("accounts/", "_allauth/"))]
OF_A_POLL = [route for route in ROUTES if "<slug:poll>" in route or "vote" in route or "polls" in route]


def text_of(answer: Any) -> str:
    """What an answer says; of a workbook its cells."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return LOT.sub("#", content.decode(errors="replace"))


def pages(
    side: Side, running: Running, clients: dict[str | None, Client], right: str, everything: Any
) -> dict[str, str]:
    """Every page and resource as everyone reads it."""
    found = {}
    values = {"code": side.compound.code, "poll": running.poll.ref, "right": right}
    for who, client in clients.items():
        for route in ROUTES if who in everything else OF_A_POLL:
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda one: values[one[1]], route)
            cache.clear()
            answer = client.get(f"/{path}")
            if answer.status_code == 200:
                found[f"{who} /{route}"] = text_of(answer)
    return found


def columns(side: Side) -> dict[str, str]:
    """Every column of every table, as this compound's scope reads it."""
    found = {}
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name"
            " WHERE table_schema = 'public' AND schemaname = 'public' ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t."{column}"::text, chr(10) ORDER BY t::text) FROM "{table}" t')
            found[f"{table}.{column}"] = cursor.fetchone()[0] or ""
    return found


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, numbers of rows included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        before = cursor.fetchall()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        for name, value in before:
            cursor.execute("SELECT setval(%s, %s, %s)", [f'public."{name}"', value or 1, value is not None])


def held(side: Side, running: Running, pick: str) -> None:
    """Everyone votes for one name: by phone, through a proxy with the owner's own word, on paper, and straight into the box."""
    choice = {running.items[0].key: [pick]}
    hand_in(running, "resident", choices=choice)
    (theirs,) = mine(running, "neighbour")
    with scope(side.compound.pk):
        proxies.give(
            compound_id=side.compound.pk, ref=running.poll.ref, right=theirs.key, agent="代理人",
            phone=phone_of(0, "resident"), choices=choice, person=side.people["neighbour"],
            verified_at=DURING - timedelta(minutes=1), by=side.actor("neighbour", DURING.date()), now=DURING,
        )  # fmt: skip
    hand_in(running, "resident", right=theirs.key, choices=choice)
    left = [place for place, key in enumerate(running.keys) if key not in {theirs.key, mine(running)[0].key}]
    returned(running, next(one for one in printed(running) if one.right == running.keys[left[0]]))
    for place in left[1:]:
        cast(running, place, choice)
    with scope(side.compound.pk):
        publish_heads(compound_id=side.compound.pk)
        tick(compound_id=side.compound.pk, now=LOOKS)
    tend(side, LOOKS)


def told(
    world: World,
    sign_in: Any,
    caplog: pytest.LogCaptureFixture,
    leak: Leak | None,
    *,
    people: Any = PEOPLE,
    everything: Any = EVERYTHING,
) -> tuple[dict[str, str], dict[str, str]]:
    """Both votes: what everyone may read and what was logged, by where it stands, where they differ."""
    side = world.here
    with time_machine.travel(DURING, tick=False):
        running = voting(side, kind="election")
        clients = {who: sign_in(side, who) if who else Client() for who in people}
        right = mine(running)[0].key
        with time_machine.travel(LOOKS, tick=False):
            seen = []
            for pick in (ONE, OTHER):
                caplog.clear()
                with undone(), caplog.at_level(logging.INFO):
                    held(side, running, pick)
                    if leak is not None:
                        leak(side, running, pick)
                    tables = columns(side)
                    found = pages(side, running, clients, right, everything)
                    found["log"] = LOT.sub("#", caplog.text)
                seen.append((tables, found))
    (tables, found), (other_tables, other_found) = seen
    assert found.keys() == other_found.keys()
    assert len(found) > 5 * len(people) + 20 * len([one for one in people if one in everything])
    assert any(
        ONE in text or "胡一明" in text for text in found.values()
    )  # names are read: else nothing would be compared
    return (
        {name: text for name, text in found.items() if text != other_found[name]},
        {name: text for name, text in tables.items() if text != other_tables[name]},
    )


def test_nothing_says_what_was_chosen(world: World, sign_in: Any, caplog: pytest.LogCaptureFixture) -> None:
    texts, tables = told(world, sign_in, caplog, None)
    assert sorted(texts) == []
    assert set(tables) == BY_LOT
    # What differs there is sealed, or a hash.
    assert f'"{ONE}"' not in tables["boxes_entry.body"]


def by_audit(side: Side, running: Running, pick: str) -> None:
    """Somebody notes in the log what was chosen."""
    with scope(side.compound.pk):
        record(
            by=system_actor("test", (side.compound.pk,)), compound_id=side.compound.pk, verb="elections.vote",
            target=f"elections.poll:{running.poll.pk}", changes={"choice": [None, pick]}, now=LOOKS,
        )  # fmt: skip


def by_event(side: Side, running: Running, pick: str) -> None:
    """Somebody tells it live."""
    said = {"ref": running.poll.ref, "leads": pick}
    with scope(side.compound.pk):
        announce_all(compound_id=side.compound.pk, announcements=[Announcement(STAFF, "turnout", said)], now=LOOKS)


def by_log(_side: Side, _running: Running, pick: str) -> None:
    """Somebody writes it into the log of the machine."""
    logging.getLogger("boxes").info("a ballot for %s", pick)


def by_column(side: Side, running: Running, pick: str) -> None:
    """Somebody keeps it in a column, in so many words or as a number."""
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ballots_cast SET device = %s WHERE poll_id = %s", [f"Android {pick > ONE}", running.poll.pk]
        )


def by_page(side: Side, running: Running, pick: str) -> None:
    """Somebody shows how it stands on a page: here in the title of the poll."""
    with scope(side.compound.pk):
        type(running.poll).objects.filter(pk=running.poll.pk).update(title=f"{pick} 领先")


@pytest.mark.parametrize(
    ("leak", "where"),
    [
        (by_audit, {"audit_entry.changes"}),
        (by_event, {"live_event.payload"}),
        (by_log, {"log"}),
        (by_column, {"ballots_cast.device"}),
        (by_page, {"elections_poll.title", "resident /c/<slug:code>/vote/"}),
    ],
)
def test_a_leak_would_be_noticed(
    world: World, sign_in: Any, caplog: pytest.LogCaptureFixture, leak: Leak, where: set[str]
) -> None:
    texts, tables = told(world, sign_in, caplog, leak, people=("resident",), everything=())
    assert where <= {*tables, *texts}
    assert not where & BY_LOT
