"""What an event of the board says by itself: what a row needs of what is for everyone, and no more; whatever the readers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from live.models import Event
from notices import actions, extras, rows
from notices.audience import Audience
from notices.models import Notice, Reading
from premises.models import Building
from tenancy.scope import scope
from tests.notices.conftest import NOW, TITLE, submitted, written
from tests.notices.test_reading_pages import copies
from tests.world import Side, World

PUBLISH_STATEMENTS = 23


def told(side: Side) -> list[dict[str, Any]]:
    """What was announced to everyone of a compound, in order."""
    with scope(side.compound.pk):
        return [event.payload for event in Event.objects.filter(topic="notices").order_by("seq")]


def acting(side: Side, who: str = "officer") -> dict[str, Any]:
    return {"compound_id": side.compound.pk, "by": side.actor(who, NOW.date()), "now": NOW}


def test_what_is_for_everyone_is_told_whole(world: World) -> None:
    made = submitted(world.here, "officer", kind="reminder")
    assert told(world.here) == [
        {
            "ref": made.ref,
            "state": "published",
            "kind": "reminder",
            "title": TITLE,
            "speaker": made.speaker,
            "edition": 1,
            "pinned": False,
            "key": rows.key_of(made),
            "out": "2026-06-02T02:00:00.000000Z",
            "marks": "",
        }
    ]


def test_it_holds_nobody(world: World) -> None:
    submitted(world.here, "officer")
    said = str(told(world.here))
    for person in world.here.people.values():
        assert person.name not in said.replace("officer", "") or person.name == "officer"
    assert "officer" not in said


def test_what_is_for_some_is_told_without_its_words(world: World) -> None:
    with scope(world.here.compound.pk):
        building = Building.objects.get(compound=world.here.compound).pk
    for audience in (Audience(roles=("owner",)), Audience(building_ids=(building,))):
        made = submitted(world.here, "officer", audience=audience)
        assert told(world.here)[-1] == {"ref": made.ref, "state": "published"}


def test_a_title_with_a_number_is_told_without_it(world: World) -> None:
    made = submitted(world.here, "officer", title="找猫请打 13800000000")
    assert told(world.here) == [{"ref": made.ref, "state": "published"}]


def test_a_longest_title_fits(world: World) -> None:
    submitted(world.here, "officer", title="字" * 80)
    assert told(world.here)[0]["title"] == "字" * 80


def test_every_change_is_told(world: World) -> None:
    made = submitted(world.here, "officer")
    common = {**acting(world.here), "ref": made.ref}
    with scope(world.here.compound.pk):
        actions.pin(on=True, **common)
        actions.amend(title="改到周日", source="改到周日。", changed="日子", **common)
        actions.withdraw(reason="写错", **common)
    first, pinned, amended, gone = told(world.here)
    assert (first["pinned"], pinned["pinned"], amended["pinned"]) == (False, True, True)
    assert (amended["title"], amended["edition"]) == ("改到周日", 2)
    assert pinned["key"] > first["key"]
    assert gone == {"ref": made.ref, "state": "withdrawn"}


def test_keys_stand_in_the_order_of_the_board(world: World, sign_in: Callable[..., Client]) -> None:
    made = [submitted(world.here, "officer", title=f"第{n}条", now=NOW + timedelta(minutes=n)) for n in range(4)]
    with scope(world.here.compound.pk):
        actions.pin(ref=made[1].ref, on=True, **acting(world.here))
        found = list(Notice.objects.filter(compound=world.here.compound).order_by("pk"))
    by_key = [one.ref for one in sorted(found, key=rows.key_of, reverse=True)]
    assert by_key == [made[n].ref for n in (1, 3, 2, 0)]
    page = sign_in(world.here, "resident").get("/c/here/notices/").content.decode()
    assert [page.index(f"notice-{ref}") for ref in by_key] == sorted(page.index(f"notice-{ref}") for ref in by_key)


def test_words_of_upper_floors_are_told_with_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_registered", extras._Registered())
    extras.register(marks=lambda found: {one.pk: extras.Mark("公示还有 3 天", "warn") for one in found})
    submitted(world.here, "officer")
    assert told(world.here)[0]["marks"] == "warn 公示还有 3 天"


def test_the_page_brings_a_row_of_each_kind_to_fill(world: World, sign_in: Callable[..., Client]) -> None:
    made = submitted(world.here, "officer")
    client = sign_in(world.here, "resident")
    page = client.get("/c/here/notices/").content.decode()
    assert page.count("<template data-row=") == 5
    assert 'data-plain data-total="1" data-most="20"' in page
    assert rows.key_of(made) in page
    for query in ("?q=停水", "?past=1", "?page=2&kind=notice"):
        assert "data-plain" not in client.get(f"/c/here/notices/{query}").content.decode(), query


def test_an_event_costs_the_same_for_one_reader_and_for_thirty(world: World, statements: Callable[[], Any]) -> None:
    """Publishing asks the database as often, however many have read or will; the phones ask for nothing."""
    side = world.here
    first = submitted(side, "officer")
    copies(side, first, 1)
    seen = []
    for readers in (1, 30):
        with scope(side.compound.pk):
            Reading.objects.bulk_create(
                Reading(compound_id=first.compound_id, notice=first, person_id=1000 * readers + n, label="x", edition=1, at=NOW)
                for n in range(readers)
            )  # fmt: skip
        made = written(side, "officer", title=f"给{readers}人")
        with statements() as counted, scope(side.compound.pk):
            actions.submit(ref=made.ref, **acting(side))
        seen.append(len(counted))
    assert seen == [PUBLISH_STATEMENTS, PUBLISH_STATEMENTS]
