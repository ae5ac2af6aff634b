"""Mass incidents: one text to all who reported, one end, and everybody still confirms for themselves."""

from datetime import timedelta

import pytest

from audit.models import Entry
from live.models import Event as LiveEvent
from messaging.models import Message
from repairs.actions import feedback, incidents, together
from repairs.actions.incidents import NoSuchIncident
from repairs.models import Affected, Event, Incident, Request
from repairs.queries import open_incidents
from repairs.refusals import BadInput, NotPermitted, OutOfState
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.world import RESIDENTS, STAFF, Side, World

LATER = NOW + timedelta(hours=1)
GIVEN = {"title": "全小区停水", "words": "主管爆裂，正在抢修。", "category": "water"}


def _open(side: Side, *, who: str = "manager", refs: list[str] | None = None, now=LATER, **given) -> Incident:
    return incidents.open_incident(
        compound_id=side.compound.pk, by=side.actor(who), now=now, refs=refs or [], **{**GIVEN, **given}
    )


def _mine(side: Side, incident: Incident, who: str = "manager", now=LATER) -> dict:
    return {"compound_id": side.compound.pk, "incident_ref": incident.ref, "by": side.actor(who), "now": now}


def test_everyone_who_reported_or_joined_is_told_once(world: World) -> None:
    side = world.here
    public = file_one(side, place="public", place_text="东门", home_id=None)
    own, other = file_one(side), file_one(side, who="neighbour")
    with scope(side.compound.pk):
        together.join(compound_id=side.compound.pk, ref=public.ref, home_id=None, by=side.actor("neighbour"), now=LATER)
        refs = [public.ref, own.ref, other.ref]
        assert incidents.reached(compound_id=side.compound.pk, refs=refs) == 2
        before = Message.objects.count()
        until = LATER + timedelta(hours=4)
        incident = _open(side, refs=refs, expected_end=until)
        rows = list(Message.objects.filter(template="repairs.incident").values_list("person_id", "body"))
        assert Message.objects.count() - before == 2
        assert {person for person, _body in rows} == {side.people[name].pk for name in RESIDENTS}
        assert {body for _person, body in rows} == {"全小区停水：主管爆裂，正在抢修。 预计恢复：2026-06-02 15:00。"}
        assert set(Request.objects.values_list("incident_id", flat=True)) == {incident.pk}
        assert open_incidents(compound_id=side.compound.pk) == [incident]
        assert Entry.objects.filter(verb="repairs.incident").count() == 4  # its own, and one for each request
        # The board's, and everyone's.
        assert set(LiveEvent.objects.filter(kind="incident").values_list("topic", flat=True)) == {
            "repairs.board",
            "repairs.incidents",
        }


def test_one_more_is_told_what_the_others_know(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        incident = _open(side)
    late = file_one(side, now=LATER)
    with scope(side.compound.pk):
        incidents.add_to_incident(**_mine(side, incident), refs=[late.ref])
        assert Message.objects.filter(template="repairs.incident_no_end").count() == 1
        with pytest.raises(BadInput):
            incidents.add_to_incident(**_mine(side, incident), refs=[late.ref])
        incidents.tell_incident(
            **_mine(side, incident, now=LATER + timedelta(hours=1)), words="已找到漏点。", expected_end=None
        )
        bodies = list(
            Message.objects.filter(template="repairs.incident_no_end").order_by("pk").values_list("body", flat=True)
        )
        assert bodies[-1] == "全小区停水：已找到漏点。 什么时候恢复还不确定，有消息马上告诉您。"
        assert Incident.objects.get().told_at == LATER + timedelta(hours=1)


def test_the_end_asks_everyone_and_closes_nobody(world: World) -> None:
    side = world.here
    states = ("submitted", "accepted", "assigned", "working", "paused")
    held = [bring_to(side, state) for state in states]
    done = bring_to(side, "submitted")
    with scope(side.compound.pk):
        incident = _open(side, refs=[*(row.ref for row in held), done.ref])
        feedback.withdraw(compound_id=side.compound.pk, ref=done.ref, reason="", by=side.actor("resident"), now=LATER)
        closed = incidents.close_incident(**_mine(side, incident), words="已恢复供水。", finished=True)
        assert (closed.closing_words, open_incidents(compound_id=side.compound.pk)) == ("已恢复供水。", [])
        kept = {row.pk: row for row in Request.objects.all()}
        for row in held:
            found = kept[row.pk]
            assert (found.state, found.due_at, found.paused_at) == ("awaiting", None, None)
            assert found.finished_in_time is True
            assert found.responded_in_time is not None
        assert kept[done.pk].state == "withdrawn"
        assert Event.objects.filter(action="settle").count() == len(states)
        assert Message.objects.filter(template="repairs.incident_done").count() == 1
        with pytest.raises(OutOfState) as refused:
            incidents.close_incident(**_mine(side, incident), words="x", finished=True)
        assert refused.value.code == "incident_over"
        again = feedback.reopen(
            compound_id=side.compound.pk, ref=held[0].ref, reason="还没水", by=side.actor("resident"), now=LATER
        )
        assert again.state == "accepted"


def test_an_end_without_finish_leaves_each_with_the_firm(world: World) -> None:
    side = world.here
    request = file_one(side)
    with scope(side.compound.pk):
        incident = _open(side, refs=[request.ref])
        incidents.close_incident(**_mine(side, incident), words="误报。", finished=False)
        assert Request.objects.get(pk=request.pk).state == "submitted"
        assert Message.objects.filter(template="repairs.incident_over").count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "say_title"),
        ({"title": "字" * 61}, "too_long"),
        ({"words": ""}, "say_words"),
        ({"words": "字" * 501}, "too_long"),
        ({"category": "x"}, "unknown_category"),
        ({"building_id": 2**40}, "no_such_building"),
        ({"expected_end": LATER}, "ends_before"),
        ({"refs": ["nosuch"]}, "no_such_request"),
    ],
)
def test_a_bad_incident_is_refused_and_writes_nothing(world: World, given: dict, code: str) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            _open(side, **given)
        assert refused.value.code == code
        assert not Incident.objects.exists()
        assert not Entry.objects.filter(verb__startswith="repairs.").exists()


def test_only_the_desk_and_only_here(world: World) -> None:
    side = world.here
    over, foreign = bring_to(side, "done"), file_one(world.there)
    with scope(side.compound.pk):
        incident = _open(side, who="dispatcher")
        for who in {*STAFF, *RESIDENTS, "city"} - {"manager", "dispatcher"}:
            with pytest.raises(NotPermitted):
                _open(side, who=who)
            with pytest.raises(NotPermitted):
                incidents.tell_incident(**_mine(side, incident, who), words="x", expected_end=None)
        with pytest.raises(OutOfState):
            _open(side, refs=[over.ref])
        with pytest.raises(BadInput):
            _open(side, refs=[foreign.ref])
    with scope(world.there.compound.pk), pytest.raises(NoSuchIncident):
        incidents.tell_incident(**_mine(world.there, incident), words="x", expected_end=None)


def test_whoever_joins_the_incident_hears_what_the_others_hear(world: World) -> None:
    side = world.here
    request = file_one(side)
    with scope(side.compound.pk):
        incident = _open(side, refs=[request.ref])
        neighbour = side.actor("neighbour")
        common = {"compound_id": side.compound.pk, "incident_ref": incident.ref, "by": neighbour, "now": LATER}
        incidents.join_incident(**common)
        assert Affected.objects.get().home.pk == side.homes[1].pk
        with pytest.raises(BadInput) as refused:
            incidents.join_incident(**common)
        assert refused.value.code == "joined_already"
        assert Entry.objects.filter(verb="repairs.incident_join").count() == 1
        reach = incidents.audience(incident=incident, finished=True, by=side.actor("manager"))
        assert (reach.people, reach.asked, reach.open) == (2, 1, 1)
        incidents.tell_incident(**_mine(side, incident), words="快好了。", expected_end=LATER + timedelta(hours=1))
        assert Message.objects.filter(template="repairs.incident", person_id=neighbour.person_id).count() == 1
        incidents.close_incident(**_mine(side, incident), words="好了。", finished=True)
        told = dict(Message.objects.filter(body__contains="好了。").values_list("person_id", "template"))
        assert told == {
            side.people["resident"].pk: "repairs.incident_done",
            neighbour.person_id: "repairs.incident_over",
        }
        with pytest.raises(OutOfState):
            incidents.join_incident(**common)


def test_whoever_leaves_is_told_no_more(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        incident = _open(side)
        common = {"compound_id": side.compound.pk, "incident_ref": incident.ref, "by": side.actor("neighbour")}
        incidents.leave_incident(**common, now=LATER)
        assert not Entry.objects.filter(verb="repairs.incident_leave").exists()
        incidents.join_incident(**common, now=LATER)
        incidents.leave_incident(**common, now=LATER)
        assert not Affected.objects.exists()
        assert Entry.objects.filter(verb="repairs.incident_leave").count() == 1
        incidents.tell_incident(**_mine(side, incident), words="快好了。", expected_end=None)
        assert not Message.objects.filter(template__startswith="repairs.incident").exists()


def test_only_residents_of_the_compound_join_an_incident(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        incident = _open(side)
        for who in {*STAFF, "city"}:
            with pytest.raises(NotPermitted):
                incidents.join_incident(**_mine(side, incident, who))
    with scope(world.there.compound.pk), pytest.raises(NoSuchIncident):
        incidents.join_incident(**_mine(world.there, incident, "resident"))
    with scope(side.compound.pk):
        assert not Affected.objects.exists()
