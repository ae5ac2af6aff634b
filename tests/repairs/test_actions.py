"""Every action: its row, event, audit entry, message and refusal, and nothing at all after a failure."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Entry
from documents.images import FileRefused
from documents.models import StoredFile
from live.models import Event as LiveEvent
from messaging.models import Message
from repairs.actions import clock, dispatch, feedback, filing, pauses, returns, work
from repairs.actions.change import NoSuchRequest
from repairs.models import OPEN, Counter, DeadlinePolicy, Escalation, Event, Photo, Request
from repairs.queries import duties
from repairs.refusals import BadInput, NotPermitted, OutOfState, Refused
from repairs.states import MACHINE
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import RESIDENTS, STAFF, World

ACTIONS = {
    "accept": lambda common, side: dispatch.accept(**common),
    "assign": lambda common, side: dispatch.assign(**common, worker_post=side.posts["worker"].pk),
    "claim": lambda common, side: work.claim(**common),
    "reassign": lambda common, side: dispatch.reassign(
        **common, worker_post=side.posts["worker2"].pk, reason="人手不够"
    ),
    "arrive": lambda common, side: work.arrive(**common),
    "start": lambda common, side: work.start(**common, photos=[]),
    "finish": lambda common, side: work.finish(**common, note="", photos=[picture()]),
    "confirm": lambda common, side: feedback.confirm(**common, stars=4, comment=""),
    "reopen": lambda common, side: feedback.reopen(**common, reason="还漏"),
    "return": lambda common, side: dispatch.return_(**common, reason="不归物业", receiver="水务公司"),
    "contest": lambda common, side: feedback.contest(**common, reason="就是物业的"),
    "pause": lambda common, side: pauses.pause(**common, reason="等配件", until=common["now"] + timedelta(days=2)),
    "resume": lambda common, side: pauses.resume(**common),
    "force_close": lambda common, side: dispatch.force_close(**common, reason="多次联系不上"),
    "uphold": lambda common, side: returns.uphold(**common, note="属实"),
    "deny": lambda common, side: returns.deny(**common, reason="属于物业"),
    "withdraw": lambda common, side: feedback.withdraw(**common, reason=""),
    "urge": lambda common, side: feedback.urge(**common),
}
# Who takes each action; everyone else is refused.
TAKERS = {
    "accept": {"manager", "dispatcher"},
    "assign": {"manager", "dispatcher"},
    "reassign": {"manager", "dispatcher"},
    "return": {"manager", "dispatcher"},
    "force_close": {"manager", "dispatcher"},
    "pause": {"manager", "dispatcher", "worker"},
    "resume": {"manager", "dispatcher", "worker"},
    "uphold": {"secretary", "officer"},
    "deny": {"secretary", "officer"},
    "claim": {"worker", "worker2"},
    "arrive": {"worker"},
    "start": {"worker"},
    "finish": {"worker"},
    **dict.fromkeys(("confirm", "reopen", "contest", "withdraw", "urge"), {"resident"}),
}
SOURCE = {
    "accept": "submitted",
    "assign": "submitted",
    "claim": "submitted",
    "reassign": "assigned",
    "arrive": "assigned",
    "start": "assigned",
    "finish": "working",
    "confirm": "awaiting",
    "reopen": "awaiting",
    "return": "submitted",
    "contest": "returned",
    "uphold": "returned",
    "deny": "returned",
    "pause": "working",
    "resume": "paused",
    "force_close": "working",
    "withdraw": "submitted",
    "urge": "submitted",
}


def _counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Request, Event, Entry, Message, LiveEvent, Photo, StoredFile))


def _take(side, action: str, who: str, request: Request, now=NOW + timedelta(hours=1)):
    common = {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}
    return ACTIONS[action](common, side)


def test_filing_writes_everything_once(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        before = _counts()
        request = file_one(side, photos=[picture(), picture()], words="䶮𫖯 水管漏水 💧")
        assert [b - a for a, b in zip(before, _counts(), strict=True)] == [1, 1, 1, 2, 3, 2, 2]
        kept = Request.objects.get(pk=request.pk)
        assert (kept.number, kept.state, kept.words) == ("BX2026000001", "submitted", "䶮𫖯 水管漏水 💧")
        assert kept.place_text == side.homes[0].address
        assert kept.due_at == NOW + timedelta(minutes=30)
        assert kept.company.name == "和美物业"
        entry = Entry.objects.order_by("-seq").first()
        assert (entry.verb, entry.target) == ("repairs.file", f"repairs.request:{kept.pk}")
        told = set(Message.objects.values_list("person_id", flat=True))
        assert told == {side.people["manager"].pk, side.people["dispatcher"].pk}


def test_an_urgent_filing_tells_the_workers_too(world: World) -> None:
    side = world.here
    file_one(side, urgent=True)
    with scope(side.compound.pk):
        told = set(Message.objects.values_list("person_id", flat=True))
    assert told == {side.people[name].pk for name in ("manager", "dispatcher", "worker", "worker2")}


def test_numbers_have_no_gaps_and_belong_to_the_compound(world: World) -> None:
    assert [file_one(world.here).number for _ in range(3)] == ["BX2026000001", "BX2026000002", "BX2026000003"]
    assert file_one(world.there).number == "BX2026000001"
    with scope(world.here.compound.pk):
        assert Counter.objects.get().last == 3


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"category": "x"}, "unknown_category", "category"),
        ({"place": "x"}, "unknown_place", "place"),
        ({"words": "  "}, "words_or_photo", "words"),
        ({"words": "字" * 1001}, "too_long", "words"),
        ({"wanted_time": "字" * 41}, "too_long", "wanted_time"),
        ({"words": "a\x00b"}, "unreadable", "words"),
        ({"home_id": None}, "not_your_home", "home"),
        ({"home_id": 2**62}, "not_your_home", "home"),
        ({"place": "building", "building_id": 2**62}, "no_such_building", "building"),
        ({"place": "public", "place_text": " "}, "say_where", "place_text"),
        ({"place": "public", "place_text": "字" * 81}, "too_long", "place_text"),
        ({"photos": [None] * 10}, "too_many_photos", "photos"),
    ],
)
def test_a_bad_filing_is_refused_by_field_and_writes_nothing(world: World, given: dict, code: str, field: str) -> None:
    with scope(world.here.compound.pk):
        before = _counts()
        with pytest.raises(BadInput) as refused:
            file_one(world.here, **given)
        assert (refused.value.code, refused.value.details["field"]) == (code, field)
        assert _counts() == before


def test_a_neighbours_home_is_not_mine_and_another_compounds_building_does_not_exist(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        file_one(world.here, home_id=world.here.homes[1].pk)
    assert refused.value.code == "not_your_home"
    with scope(world.there.compound.pk):
        foreign = world.there.homes[0].entrance.building_id
    with pytest.raises(BadInput) as refused:
        file_one(world.here, place="building", building_id=foreign)
    assert refused.value.code == "no_such_building"


def test_a_hostile_photo_refuses_the_whole_filing(world: World) -> None:
    bad = SimpleUploadedFile("x.jpg", b"<html><script>alert(1)</script>", content_type="image/jpeg")
    with scope(world.here.compound.pk):
        before = _counts()
        with pytest.raises(FileRefused):
            file_one(world.here, photos=[picture(), bad])
        assert _counts() == before


def test_only_a_resident_of_the_compound_files(world: World) -> None:
    draft = filing.Draft(category="water", place="public", words="x", place_text="东门")
    for name in STAFF:
        with scope(world.here.compound.pk), pytest.raises(NotPermitted):
            filing.file_request(
                compound=world.here.compound, draft=draft, photos=[], by=world.here.actor(name), now=NOW
            )


@pytest.mark.parametrize("action", list(ACTIONS))
def test_an_action_leaves_row_event_entry_message_and_live_event(world: World, action: str) -> None:
    side = world.here
    request = bring_to(side, SOURCE[action])
    who = min(TAKERS[action])
    with scope(side.compound.pk):
        before = (Event.objects.count(), Entry.objects.count(), Message.objects.count(), LiveEvent.objects.count())
        changed = _take(side, action, who, request)
        after = (Event.objects.count(), Entry.objects.count(), Message.objects.count(), LiveEvent.objects.count())
        assert after[0] - before[0] == 1
        assert after[1] - before[1] >= 1
        assert after[3] - before[3] == 3  # the board's, the request's, the filer's own list's
        silent = action == "withdraw"  # nobody had it yet, so nobody is to be told
        assert (after[2] > before[2]) is not silent
        event = Event.objects.order_by("-pk").first()
        assert (event.action, event.from_state, event.to_state) == (action, SOURCE[action], changed.state)
        assert event.person_id == side.people[who].pk
        kept = Request.objects.get(pk=request.pk)
        assert kept.state == changed.state
        assert (kept.due_at is not None) == (kept.state in OPEN)


@pytest.mark.parametrize(
    ("action", "who"), [(a, w) for a, w in product(ACTIONS, [*STAFF, *RESIDENTS, "city"]) if w not in TAKERS[a]]
)
def test_everyone_else_is_refused_and_nothing_changes(world: World, action: str, who: str) -> None:
    side = world.here
    request = bring_to(side, SOURCE[action])
    with scope(side.compound.pk):
        before = (*_counts(), Request.objects.get(pk=request.pk).state)
        with pytest.raises((NotPermitted, NoSuchRequest)):
            _take(side, action, who, request)
        assert (*_counts(), Request.objects.get(pk=request.pk).state) == before


@pytest.mark.parametrize("state", sorted(MACHINE.state_values()))
def test_every_edge_that_is_not_declared_is_refused(world: World, state: str) -> None:
    side = world.here
    request = bring_to(side, state)
    allowed = {t.action for t in MACHINE.transitions if state in t.sources}
    with scope(side.compound.pk):
        # Resuming goes back to where it stood: one action, three edges.
        for action in set(ACTIONS) - allowed - {"urge"}:
            before = _counts()
            with pytest.raises((OutOfState, NotPermitted, NoSuchRequest)):
                _take(side, action, min(TAKERS[action]), request)
            assert _counts() == before


@pytest.mark.parametrize("action", list(ACTIONS))
def test_the_next_compound_finds_nothing(world: World, action: str) -> None:
    """Another compound's reference and one that does not exist answer alike."""
    request = bring_to(world.here, SOURCE[action])
    side = world.there
    for ref in (request.ref, "nosuchref"):
        with scope(side.compound.pk), pytest.raises((NoSuchRequest, Refused)) as refused:
            common = {
                "compound_id": side.compound.pk,
                "ref": ref,
                "by": side.actor(min(TAKERS[action])),
                "now": NOW,
            }
            ACTIONS[action](common, side)
        assert refused.type is NoSuchRequest


def test_the_slower_of_two_claims_is_told_who_has_it(world: World) -> None:
    side = world.here
    request = file_one(side)
    with scope(side.compound.pk):
        _take(side, "claim", "worker", request)
        with pytest.raises(OutOfState) as refused:
            _take(side, "claim", "worker2", request)
    assert (refused.value.code, refused.value.details["worker"]) == ("taken", "worker")


def test_a_worker_of_the_next_firm_cannot_be_assigned(world: World) -> None:
    request = file_one(world.here)
    with scope(world.here.compound.pk), pytest.raises(BadInput) as refused:
        dispatch.assign(
            compound_id=world.here.compound.pk,
            ref=request.ref,
            worker_post=world.there.posts["worker"].pk,
            by=world.here.actor("manager"),
            now=NOW,
        )
    assert refused.value.code == "no_such_worker"


def test_finishing_needs_a_photo_and_confirming_needs_stars(world: World) -> None:
    side = world.here
    working, awaiting = bring_to(side, "working"), bring_to(side, "awaiting")
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            work.finish(
                compound_id=side.compound.pk, ref=working.ref, note="", photos=[], by=side.actor("worker"), now=NOW
            )
        assert refused.value.code == "photo_needed"
        for stars in (0, 6):
            with pytest.raises(BadInput):
                feedback.confirm(
                    compound_id=side.compound.pk,
                    ref=awaiting.ref,
                    stars=stars,
                    comment="",
                    by=side.actor("resident"),
                    now=NOW,
                )
        assert Request.objects.get(pk=working.pk).state == "working"
        assert Request.objects.get(pk=awaiting.pk).state == "awaiting"


def test_response_and_completion_are_judged_when_they_happen(world: World) -> None:
    side = world.here
    request = bring_to(side, "awaiting")
    assert (request.responded_in_time, request.finished_in_time) == (True, True)
    late = file_one(side)
    with scope(side.compound.pk):
        found = _take(side, "accept", "manager", late, now=NOW + timedelta(hours=1))
    assert found.responded_in_time is False
    assert found.due_at == NOW + timedelta(days=1)


def test_reopening_counts_and_starts_the_clock_anew(world: World) -> None:
    side = world.here
    request = bring_to(side, "done")
    now = NOW + timedelta(days=2)
    with scope(side.compound.pk):
        found = _take(side, "reopen", "resident", request, now=now)
    assert (found.state, found.reopened, found.stars, found.due_at) == ("accepted", 1, None, now + timedelta(days=1))
    with scope(side.compound.pk):
        other = bring_to(side, "done")
        with pytest.raises(OutOfState) as refused:
            _take(side, "reopen", "resident", other, now=NOW + timedelta(days=9))
    assert refused.value.code == "too_late_to_reopen"


def test_nothing_closes_on_silence(world: World) -> None:
    side = world.here
    request = bring_to(side, "awaiting")
    with scope(side.compound.pk):
        for days in (1, 8, 100):
            assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(days=days)) == 0
        assert Request.objects.get(pk=request.pk).state == "awaiting"


def test_a_compounds_own_deadlines_replace_the_defaults(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        DeadlinePolicy.objects.create(
            compound=side.compound,
            category="water",
            respond_minutes=5,
            respond_basis="calendar",
            finish_minutes=60,
            finish_basis="calendar",
            since=NOW,
            changed_at=NOW,
            changed_by=0,
        )
    assert file_one(side).due_at == NOW + timedelta(minutes=5)
    assert file_one(world.there).due_at == NOW + timedelta(minutes=30)


def test_a_late_request_climbs_step_by_step_and_each_level_owes_an_answer(world: World) -> None:
    side = world.here
    request = file_one(side)
    due = NOW + timedelta(minutes=30)
    with scope(side.compound.pk):
        for at, level, parties in (
            (due - timedelta(minutes=5), 0, set()),
            (due, 1, {"company"}),
            (due + timedelta(hours=4), 2, {"company", "committee", "community"}),
            (due + timedelta(hours=24), 3, {"company", "committee", "community", "street"}),
        ):
            assert clock.escalate(compound_id=side.compound.pk, now=at) == 1
            assert Request.objects.get(pk=request.pk).level == level
            assert set(Escalation.objects.values_list("party", flat=True)) == parties
            assert clock.escalate(compound_id=side.compound.pk, now=at) == 0
        assert clock.escalate(compound_id=side.compound.pk, now=due + timedelta(days=30)) == 0
        told = set(Message.objects.filter(template="repairs.escalated").values_list("person_id", flat=True))
    names = ("manager", "dispatcher", "chair", "member", "secretary", "officer", "street")
    assert told == {side.people[name].pk for name in names}


def test_after_a_dead_weekend_every_level_is_taken_once(world: World) -> None:
    side = world.here
    file_one(side)
    with scope(side.compound.pk):
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(days=3)) == 4
        assert list(Event.objects.exclude(action="file").order_by("pk").values_list("action", "note")) == [
            ("warn", "0"),
            ("escalate", "1"),
            ("escalate", "2"),
            ("escalate", "3"),
        ]


def test_a_level_answers_once_and_only_its_own(world: World) -> None:
    side = world.here
    file_one(side)
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(hours=6))
        duty = Escalation.objects.get(party="committee", level=2)
        common = {"compound_id": side.compound.pk, "escalation_id": duty.pk, "now": NOW + timedelta(hours=7)}
        for name in ("officer", "resident", "manager", "street"):
            with pytest.raises((NotPermitted, NoSuchRequest)):
                clock.answer_escalation(**common, answer="x", by=side.actor(name))
        with pytest.raises(BadInput):
            clock.answer_escalation(**common, answer=" ", by=side.actor("chair"))
        answered = clock.answer_escalation(**common, answer="已约谈物业", by=side.actor("chair"))
        assert (answered.answer, answered.answered_by_id) == ("已约谈物业", side.people["chair"].pk)
        with pytest.raises(BadInput) as refused:
            clock.answer_escalation(**common, answer="again", by=side.actor("member"))
        assert refused.value.code == "already_answered"
        assert Message.objects.filter(template="repairs.answered", person_id=side.people["resident"].pk).exists()


def test_urging_is_a_signal_and_not_a_siren(world: World) -> None:
    side = world.here
    request = file_one(side)
    with scope(side.compound.pk):
        _take(side, "urge", "resident", request, now=NOW)
        with pytest.raises(BadInput) as refused:
            _take(side, "urge", "resident", request, now=NOW + timedelta(minutes=59))
        assert refused.value.code == "urged_already"
        _take(side, "urge", "resident", request, now=NOW + timedelta(hours=1))


def test_once_it_is_done_there_is_nothing_left_to_press_for(world: World) -> None:
    side = world.here
    request = bring_to(side, "working")
    late = NOW + timedelta(days=2)
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=late)
        chair, manager = side.actor("chair"), side.actor("manager")
        assert [duty.level for duty in duties(chair, compound_id=side.compound.pk)] == [2]
        assert [duty.level for duty in duties(manager, compound_id=side.compound.pk)] == [1]
        _take(side, "finish", "worker", request, now=late)
        assert duties(chair, compound_id=side.compound.pk) == []
        assert duties(manager, compound_id=side.compound.pk) == []
        assert Escalation.objects.filter(answered_at__isnull=True).count() == 4
