"""我也遇到, merging and tying: nobody is lost, nobody is counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from audit.models import Entry
from live.models import Event as LiveEvent
from messaging.models import Message
from premises import actions as premises
from repairs.actions import dispatch, feedback, filing, together, work
from repairs.actions.change import NoSuchRequest
from repairs.models import Event, Follower, Request, asked_by
from repairs.permissions import may_see
from repairs.queries import own_and_public, own_requests, request_for, visible_requests
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.topics import own_topic
from repairs.words import line_text
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import STAFF, Side, World, phone_of

LATER = NOW + timedelta(hours=1)


def _common(side: Side, request: Request, who: str, now=LATER) -> dict:
    return {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}


def _public(side: Side, **given) -> Request:
    return file_one(side, place="public", place_text="东门", home_id=None, **given)


def _move_in(side: Side, name: str, index: int):
    """Another resident of the compound."""
    from accounts.models import Person

    person = Person.objects.create_person(phone=f"+86199020000{index:02d}", name=name, phone_verified=True)
    by = system_actor("test", (side.compound.pk,))
    with scope(side.compound.pk):
        claim = premises.claim_home(
            home=side.homes[2 + index], person=person, relation="owner", starts=NOW.date(), by=by, now=NOW
        )
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=NOW)
    side.people[name] = person
    return person


def test_a_neighbour_joins_counts_and_sees_it(world: World) -> None:
    side = world.here
    request = _public(side)
    neighbour = side.actor("neighbour")
    with scope(side.compound.pk):
        assert request_for(neighbour, compound_id=side.compound.pk, ref=request.ref) is None
        before = (Event.objects.count(), Entry.objects.count(), LiveEvent.objects.count())
        found = together.join(**_common(side, request, "neighbour"), home_id=None)
        after = (Event.objects.count(), Entry.objects.count(), LiveEvent.objects.count())
        # The board's, the request's, the public list's, and of both who have it in their own list.
        assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 5]
        assert found.joined == 1
        row = Follower.objects.get()
        assert (row.person_id, row.home_id, row.kind) == (neighbour.person_id, side.homes[1].pk, "joined")
        assert request_for(neighbour, compound_id=side.compound.pk, ref=request.ref) is not None
        assert [r.pk for r in visible_requests(neighbour, compound_id=side.compound.pk)] == [request.pk]
        feedback.urge(**_common(side, request, "neighbour", LATER + timedelta(hours=1)))
        for action in (
            lambda: feedback.withdraw(**_common(side, request, "neighbour"), reason=""),
            lambda: together.merge(**_common(side, request, "neighbour"), into=request.ref),
        ):
            with pytest.raises(NotPermitted):
                action()
        together.leave(**_common(side, request, "neighbour"))
        assert Request.objects.get(pk=request.pk).joined == 0
        assert not Follower.objects.exists()
        with pytest.raises(NoSuchRequest):
            together.leave(**_common(side, request, "neighbour"))


def test_joining_is_refused_in_words(world: World) -> None:
    side = world.here
    request = _public(side)
    own = file_one(side)
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            together.join(**_common(side, request, "resident"), home_id=None)
        assert refused.value.code == "your_own"
        together.join(**_common(side, request, "neighbour"), home_id=side.homes[1].pk)
        with pytest.raises(BadInput) as refused:
            together.join(**_common(side, request, "neighbour"), home_id=None)
        assert refused.value.code == "joined_already"
        # What is in another's home is nobody's to join, nor to know of.
        with pytest.raises(NoSuchRequest):
            together.join(**_common(side, own, "neighbour"), home_id=None)
        for who in STAFF:
            with pytest.raises(NoSuchRequest):
                together.join(**_common(side, request, who), home_id=None)
    other = _public(side)
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            together.join(**_common(side, other, "neighbour"), home_id=side.homes[0].pk)
        assert refused.value.code == "not_your_home"
    over = bring_to(side, "done", place="public", place_text="东门", home_id=None)
    with scope(side.compound.pk), pytest.raises(OutOfState):
        together.join(**_common(side, over, "neighbour"), home_id=None)
    with scope(world.there.compound.pk), pytest.raises(NoSuchRequest):
        together.join(**_common(world.there, request, "neighbour"), home_id=None)


def test_the_third_to_join_is_told_to_the_desk(world: World) -> None:
    side = world.here
    request = _public(side)
    with scope(side.compound.pk):
        together.join(**_common(side, request, "neighbour"), home_id=None)
    for index in range(2):
        _move_in(side, f"extra{index}", index)
        with scope(side.compound.pk):
            together.join(**_common(side, request, f"extra{index}"), home_id=None)
    with scope(side.compound.pk):
        told = list(Message.objects.filter(template="repairs.joined").values_list("person_id", "context"))
    assert {person for person, _context in told} == {side.people["manager"].pk, side.people["dispatcher"].pk}
    assert {context["count"] for _person, context in told} == {"3"}


def test_whoever_joined_hears_of_the_end(world: World) -> None:
    side = world.here
    request = _public(side)
    with scope(side.compound.pk):
        together.join(**_common(side, request, "neighbour"), home_id=None)
        dispatch.assign(**_common(side, request, "manager"), worker_post=side.posts["worker"].pk)
        work.start(**_common(side, request, "worker"), photos=[])
        work.finish(**_common(side, request, "worker"), note="", photos=[picture()])
        told = set(Message.objects.filter(template="repairs.finished").values_list("person_id", flat=True))
    assert told == {side.people["resident"].pk, side.people["neighbour"].pk}


def test_a_merge_loses_nobody(world: World) -> None:
    side = world.here
    parent, child = _public(side), _public(side, who="neighbour")
    _move_in(side, "extra0", 0)
    with scope(side.compound.pk):
        together.join(**_common(side, child, "extra0"), home_id=None)
        gone = together.merge(**_common(side, child, "manager"), into=parent.ref)
        assert (gone.state, gone.parent_id, gone.parent_number, gone.link) == (
            "merged",
            parent.pk,
            parent.number,
            "duplicate",
        )
        assert line_text(gone, LATER) == f"与 {parent.number} 是同一件事，已并到一起处理"
        kept = Request.objects.get(pk=parent.pk)
        assert kept.joined == 2
        kinds = dict(Follower.objects.filter(request=kept).values_list("person_id", "kind"))
        assert kinds == {side.people["neighbour"].pk: "merged", side.people["extra0"].pk: "joined"}
        told = set(Message.objects.filter(template="repairs.merged").values_list("person_id", flat=True))
        assert told == {side.people["neighbour"].pk, side.people["extra0"].pk}
        notes = dict(Event.objects.filter(action__in=["merge", "absorb"]).values_list("action", "note"))
        assert notes == {"merge": parent.number, "absorb": child.number}
        # The one who was merged says 未解决 as the filer would; who only joined does not.
        dispatch.assign(**_common(side, parent, "manager"), worker_post=side.posts["worker"].pk)
        work.start(**_common(side, parent, "worker"), photos=[])
        work.finish(**_common(side, parent, "worker"), note="", photos=[picture()])
        with pytest.raises(NotPermitted):
            feedback.reopen(**_common(side, parent, "extra0"), reason="还坏")
        with pytest.raises(NotPermitted):
            feedback.confirm(**_common(side, parent, "neighbour"), stars=5, comment="")
        assert feedback.reopen(**_common(side, parent, "neighbour"), reason="还坏").reopened == 1
        with pytest.raises(NotPermitted):
            together.leave(**_common(side, parent, "neighbour"))


def test_what_was_merged_before_shows_where_it_went(world: World) -> None:
    side = world.here
    first, second, third = _public(side), _public(side, who="neighbour"), _public(side)
    with scope(side.compound.pk):
        together.merge(**_common(side, second, "manager"), into=first.ref)
        together.merge(**_common(side, first, "manager"), into=third.ref)
        assert Request.objects.get(pk=second.pk).parent_number == third.number
        # The one person follows it; the other is its own filer.
        assert list(Follower.objects.filter(request=third).values_list("person_id", "kind")) == [
            (side.people["neighbour"].pk, "merged")
        ]
        assert Request.objects.get(pk=third.pk).joined == 1


def test_merging_raises_who_had_only_joined(world: World) -> None:
    side = world.here
    parent, child = _public(side), _public(side, who="neighbour")
    with scope(side.compound.pk):
        together.join(**_common(side, parent, "neighbour"), home_id=None)
        together.merge(**_common(side, child, "manager"), into=parent.ref)
        assert Follower.objects.get(request=parent).kind == "merged"
        assert Request.objects.get(pk=parent.pk).joined == 1


@pytest.mark.parametrize("action", ["merge", "tie"])
def test_merging_and_tying_are_refused_in_words(world: World, action: str) -> None:
    side = world.here
    parent, child = _public(side), _public(side)
    over, foreign = bring_to(side, "done"), _public(world.there)

    def take(who: str, ref: str, request: Request = child) -> None:
        if action == "merge":
            together.merge(**_common(side, request, who), into=ref)
        else:
            together.tie(**_common(side, request, who), to=ref)

    with scope(side.compound.pk):
        before = (Event.objects.count(), Entry.objects.count(), Message.objects.count())
        for ref, code in ((child.ref, "same_request"), (foreign.ref, "no_such_request"), ("nosuch", "no_such_request")):
            with pytest.raises(BadInput) as refused:
                take("manager", ref)
            assert refused.value.code == code
        with pytest.raises(OutOfState):
            take("manager", over.ref)
        with pytest.raises(OutOfState):
            take("manager", parent.ref, over)
        for who in ("chair", "officer", "street", "worker"):
            with pytest.raises(NotPermitted):
                take(who, parent.ref)
        with pytest.raises(NoSuchRequest):
            take("neighbour", parent.ref)
        assert (Event.objects.count(), Entry.objects.count(), Message.objects.count()) == before
        take("manager", parent.ref)
        with pytest.raises((BadInput, OutOfState)) as refused:
            take("manager", child.ref, parent)
        assert refused.value.code in {"tied_in_a_ring", "moved_on"}


def test_a_tied_part_goes_on_by_itself(world: World) -> None:
    side = world.here
    parent, child = _public(side), _public(side, who="neighbour")
    with scope(side.compound.pk):
        part = together.tie(**_common(side, child, "dispatcher"), to=parent.ref)
        assert (part.state, part.link, part.parent_number) == ("submitted", "part", parent.number)
        assert part.due_at == child.due_at
        assert Message.objects.filter(template="repairs.tied", person_id=side.people["neighbour"].pk).exists()


def test_two_neighbours_join_at_once_and_both_count(committed_db: str, world: World) -> None:
    side = world.here
    _move_in(side, "extra0", 0)
    request = _public(side)

    def join(who: str) -> None:
        try:
            with scope(side.compound.pk):
                together.join(**_common(side, request, who), home_id=None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(join, ["neighbour", "extra0"]))
    with scope(side.compound.pk):
        assert Request.objects.get(pk=request.pk).joined == 2
        assert Follower.objects.count() == 2


def test_two_merges_that_cross_end_without_a_ring(committed_db: str, world: World) -> None:
    side = world.here
    one, other = _public(side), _public(side)

    def merge(pair: tuple[Request, Request]) -> str:
        try:
            with scope(side.compound.pk):
                return together.merge(**_common(side, pair[0], "manager"), into=pair[1].ref).state
        except OutOfState as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(merge, [(one, other), (other, one)])) == ["merged", "moved_on"]
    with scope(side.compound.pk):
        assert sorted(Request.objects.values_list("state", flat=True)) == ["merged", "submitted"]


def test_only_residents_rows_say_as_what_they_follow(world: World) -> None:
    side = world.here
    request = _public(side)
    with scope(side.compound.pk):
        together.join(**_common(side, request, "neighbour"), home_id=None)
        for who, kind, sees in (("neighbour", "joined", True), ("resident", None, True), ("manager", None, True)):
            actor = side.actor(who)
            row = asked_by(Request.objects.filter(pk=request.pk), actor).get()
            assert (row.joined_as, may_see(actor, row)) == (kind, sees)
    assert phone_of(0, "resident") != phone_of(1, "resident")


def test_the_own_list_and_home_hold_what_is_mine_for_me_and_joined(world: World) -> None:
    side = world.here
    resident, neighbour = side.actor("resident"), side.actor("neighbour")
    own, theirs, apart = file_one(side), _public(side, who="neighbour"), file_one(side, who="neighbour")
    behalf = filing.Behalf(name="我", phone=phone_of(0, "resident")[3:], consent="本人托我报")
    paused, closed = bring_to(side, "paused"), bring_to(side, "closed")
    with scope(side.compound.pk):
        together.join(**_common(side, theirs, "resident"), home_id=None)
        for_me = filing.file_request(
            compound=side.compound,
            draft=filing.Draft(category="power", place="home", words="停电", home_id=side.homes[0].pk, behalf=behalf),
            photos=[],
            by=side.actor("officer"),
            now=LATER,
        )
        # The officer lives here too, say: what was filed from the post is not their own.
        Request.objects.filter(pk=apart.pk).update(filed_by_id=resident.person_id, filed_post=1)
        mine = {own.pk: None, theirs.pk: "joined", for_me.pk: None, paused.pk: None, closed.pk: None}
        rows = own_requests(
            compound_id=side.compound.pk, person_id=resident.person_id, topic="repairs.own:1", rows=slice(0, 21)
        )
        assert {row.pk: row.joined_as for row in rows} == mine
        assert [row.created_at for row in rows] == sorted((row.created_at for row in rows), reverse=True)
        first = own_requests(
            compound_id=side.compound.pk, person_id=resident.person_id, topic="repairs.own:1", rows=slice(2, 4)
        )
        assert [row.pk for row in first] == [row.pk for row in rows[2:4]]
        home, _public_rows = own_and_public(compound_id=side.compound.pk, person_id=resident.person_id, now=LATER)
        assert {row.pk for row in home} == set(mine)
        others, _rest = own_and_public(compound_id=side.compound.pk, person_id=neighbour.person_id, now=LATER)
        assert {row.pk for row in others} == {theirs.pk}


def test_every_own_list_hears_of_a_change(world: World) -> None:
    """The filer's, of whom it is for, who joined, who was merged into it, and once more of who leaves."""
    side = world.here
    request = _public(side)
    filer, neighbour = (own_topic(side.people[name].pk) for name in ("resident", "neighbour"))

    def heard(step: Callable[[], object]) -> set[str]:
        last = LiveEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        step()
        rows = LiveEvent.objects.filter(pk__gt=last, topic__startswith="repairs.own:")
        return set(rows.values_list("topic", flat=True))

    common = {"compound_id": side.compound.pk, "ref": request.ref, "now": LATER}
    with scope(side.compound.pk):
        assert heard(lambda: dispatch.accept(**common, by=side.actor("manager"))) == {filer}
        joined = heard(lambda: together.join(**common, home_id=None, by=side.actor("neighbour")))
        assert joined == {filer, neighbour}
        give = lambda: dispatch.assign(**common, worker_post=side.posts["worker"].pk, by=side.actor("manager"))  # noqa: E731
        assert heard(give) == {filer, neighbour}
        assert heard(lambda: together.leave(**common, by=side.actor("neighbour"))) == {filer, neighbour}
        assert heard(lambda: feedback.urge(**common, by=side.actor("resident"))) == {filer}
    own = file_one(side, who="neighbour", now=LATER)
    for_other = file_one(side, now=LATER)
    with scope(side.compound.pk):
        Request.objects.filter(pk=for_other.pk).update(for_person=side.people["neighbour"], consent="本人当面同意")
        for_them = {**common, "ref": for_other.ref}
        assert heard(lambda: dispatch.accept(**for_them, by=side.actor("manager"))) == {filer, neighbour}
        Request.objects.filter(pk=for_other.pk).update(for_person=None, consent="")
        together.merge(**{**common, "ref": own.ref}, into=for_other.ref, by=side.actor("manager"))
        give = lambda: dispatch.assign(**for_them, worker_post=side.posts["worker"].pk, by=side.actor("manager"))  # noqa: E731
        assert heard(give) == {filer, neighbour}, "whoever was merged into a request inside a home hears of it too"
