"""A person's own copy: what they filed, did and said, in every compound, and nothing of anyone else's."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import own_data
from premises import actions as premises
from premises.models import Occupancy
from repairs.actions import clock, feedback, filing, incidents, together
from repairs.models import Escalation, Event
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import CANARY, MADE_AT, World, phone_of


def laden(world: World) -> None:
    """Both compounds full of what must not be in the copy of the resident here."""
    file_one(world.here, who="neighbour", words=CANARY, place="public", place_text=CANARY, home_id=None)
    bring_to(world.there, "done", words=CANARY, photos=[picture()])
    with scope(world.here.compound.pk):
        Event.objects.filter(action__in=["assign", "finish"]).update(note=CANARY, label=CANARY)


def test_everything_filed_with_own_events_photos_and_the_rating(world: World, sign_in: Callable[..., Client]) -> None:
    done = bring_to(world.here, "done", urgent=True, wanted_time="周末", photos=[picture(), picture()])
    late = file_one(world.here, now=NOW - timedelta(days=9), place="public", home_id=None, place_text="东门")
    with scope(world.here.compound.pk):
        clock.escalate(compound_id=world.here.compound.pk, now=NOW)
        owed = Escalation.objects.filter(request=late, party="committee").get()
        clock.answer_escalation(
            compound_id=world.here.compound.pk,
            escalation_id=owed.pk,
            answer=CANARY,
            by=world.here.actor("chair"),
            now=NOW,
        )
        feedback.urge(compound_id=world.here.compound.pk, ref=late.ref, by=world.here.actor("resident"), now=NOW)
    laden(world)
    found = own_data.export(world.here.people["resident"])
    first, second = found["repairs"]
    assert (first["number"], first["place"], first["place_text"], first["stars"]) == (
        late.number,
        "public",
        "东门",
        None,
    )
    assert [event["action"] for event in first["own_events"]] == ["file", "urge"]
    assert (second["number"], second["words"], second["urgent"], second["wanted_time"]) == (
        done.number,
        "水管漏水",
        True,
        "周末",
    )
    assert (second["state"], second["stars"], second["comment"]) == ("done", 5, "好")
    assert [event["action"] for event in second["own_events"]] == ["file", "confirm"]
    assert second["compound"] == world.here.compound.name
    assert [photo["stage"] for photo in second["own_photos"]] == ["filed", "filed"]  # not the worker's of the finish
    assert sign_in(world.here, "resident").get(second["own_photos"][0]["address"]).status_code == 200
    for others in (CANARY, "修好了", "worker"):  # words and name of the worker
        assert others not in str(found["repairs"])


@pytest.mark.parametrize("name", ["worker", "manager", "neighbour", "city"])
def test_nobody_gets_a_copy_of_what_others_filed(world: World, name: str) -> None:
    bring_to(world.here, "done", words=CANARY, photos=[picture()])
    assert own_data.export(world.here.people[name])["repairs"] == []


def test_what_others_filed_for_the_person_is_theirs_and_the_others_copy_has_it_too(world: World) -> None:
    here = world.here
    with scope(here.compound.pk):
        made = filing.file_request(
            compound=here.compound,
            draft=filing.Draft(
                category="water",
                place="home",
                words="厨房漏水",
                home_id=here.homes[1].pk,
                behalf=filing.Behalf(name="邻居", phone=phone_of(0, "neighbour")[3:], consent="本人托我报"),
            ),
            photos=[],
            by=here.actor("resident"),
            now=NOW,
        )
    for name, mine in (("neighbour", False), ("resident", True)):
        (found,) = own_data.export(here.people[name])["repairs"]
        assert (found["number"], found["words"], found["filed_by_me"]) == (made.number, "厨房漏水", mine)
        assert (found["for_name"], found["consent"]) == ("邻居", "本人托我报")
        assert [event["action"] for event in found["own_events"]] == (["file"] if mine else [])
    assert own_data.export(here.people["worker"])["repairs"] == []


def test_what_the_person_joined_without_a_word_of_the_neighbour(world: World) -> None:
    here, resident = world.here, world.here.people["resident"]
    joined = file_one(
        here,
        who="neighbour",
        words=CANARY,
        place="public",
        place_text="2号电梯 13812345678",
        home_id=None,
        category="lift",
    )
    file_one(here, who="neighbour", words=CANARY, place="public", place_text=CANARY, home_id=None)
    by = here.actor("resident")
    with scope(here.compound.pk):
        together.join(compound_id=here.compound.pk, ref=joined.ref, home_id=None, by=by, now=NOW)
        made = incidents.open_incident(
            compound_id=here.compound.pk, title="1幢停水", words=CANARY, category="water", building_id=None,
            expected_end=None, refs=[], by=here.actor("manager"), now=NOW,
        )  # fmt: skip
        incidents.join_incident(
            compound_id=here.compound.pk, incident_ref=made.ref, by=by, now=NOW + timedelta(minutes=1)
        )
    request, incident = own_data.export(resident)["repairs_joined"]
    assert (request["number"], request["place_text"], request["how"], request["home"]) == (
        joined.number,
        "2号电梯 138****5678",
        "joined",
        here.homes[0].address,
    )
    assert (incident["incident"], incident["closed_at"], incident["home"]) == ("1幢停水", None, here.homes[0].address)
    assert CANARY not in str([request, incident])
    for name in ("neighbour", "manager", "city"):
        assert own_data.export(here.people[name])["repairs_joined"] == []


def test_whoever_moved_away_and_whoever_lives_in_two_compounds_gets_all(
    world: World,
) -> None:
    """Also inside the scope of the one compound that they act in, as on the page; it is open as before afterwards."""
    person = world.here.people["resident"]
    file_one(world.here, now=NOW, words="旧家的事")
    by = world.there.actor("manager")
    with scope(world.there.compound.pk):
        claim = premises.claim_home(
            home=world.there.homes[2], person=person, relation="tenant", starts=date(2025, 1, 1), by=by, now=MADE_AT
        )
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=MADE_AT)
    world.there.people["both"] = person
    file_one(world.there, now=NOW + timedelta(days=1), who="both", words="新家的事", home_id=world.there.homes[2].pk)
    file_one(world.there, words=CANARY)
    with scope(world.here.compound.pk):
        Occupancy.objects.filter(person=person).update(ends=timezone.localdate() - timedelta(days=1))
    found = own_data.export(person)["repairs"]
    assert [row["words"] for row in found] == ["旧家的事", "新家的事"]
    with scope(world.there.compound.pk):
        assert [row["words"] for row in own_data.export(person)["repairs"]] == ["旧家的事", "新家的事"]
        assert set(Event.objects.values_list("compound_id", flat=True)) == {world.there.compound.pk}
