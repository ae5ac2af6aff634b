"""What goes wrong around a vote by phone: each refused or handled with the reason in words, nothing twice, nothing lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.models import Person
from ballots import tasks
from ballots.actions import telling
from ballots.actions.casting import Ballot, cast
from ballots.actions.clock import close_voting
from ballots.actions.speaking import record_speaker
from ballots.actions.telling import tell_cast
from ballots.models import Cast
from ballots.queries.polls import compounds_untold
from ballots.queries.rights import rights_of
from ballots.queries.turnout import taken
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused
from ballots.words import marks_text, refusal_text
from boxes.models import Entry
from elections import actions as polls
from idempotency.actions import KeyMalformed, Once, Replayed
from idempotency.models import Receipt
from messaging.models import Message
from premises.models import Owner
from tenancy.scope import across_tenants, scope
from tests.ballots.conftest import CLOSES, DURING, OPENS, Running, hand_in, keyed, mine, reread, tell, tend, voting
from tests.elections.conftest import do
from tests.world import BEGAN, Side, World, phone_of


def why(running: Running, who: str, right: str, now: Any = DURING) -> tuple[str, str]:
    """The code and the words of a refused ballot."""
    with pytest.raises(Refused) as found, transaction.atomic():
        hand_in(running, who, right=right, now=now)
    return found.value.code, refusal_text(found.value)


def speaks(running: Running, right: str, who: str, ground: str) -> None:
    do(
        record_speaker, running.side, running.poll, now=DURING, right=right, ground=ground, name=who,
        phone=phone_of(0, who), note="看了原件",
    )  # fmt: skip


def test_one_owner_with_most_of_the_area_and_four_decimals(world: World) -> None:
    """Heads alone do not reach it; the marks say what is missing to the last 0.0001."""
    side = world.here
    running = keyed(side)
    neighbours = mine(running, "neighbour")[0]
    (unit,) = (one for one in range(1, 7) if _address(side, running, one) == neighbours.place)
    do(
        polls.amend, side, running.poll, number=unit, area="9999.1234", source="register", reason="实测",
        evidence="不动产权证书",
    )  # fmt: skip
    running = reread(running)
    tend(side, OPENS)
    running = reread(running)
    hand_in(running)
    tend(side, CLOSES)
    running = reread(running)
    with scope(side.compound.pk):
        whole = next(one for one in taken(running.poll) if not one.scope)
    assert whole.area is not None
    assert (whole.area.of, whole.area.of % 10_000) == (running.poll.edition.area, running.poll.edition.area % 10_000)
    assert whole.area.of >= 9999_1234
    assert whole.area.short == -(-2 * whole.area.of // 3) - whole.area.have > 0
    assert "平方米" in marks_text(whole)
    assert str(whole.area.short % 10_000).rjust(4, "0").rstrip("0")[:2] in whole.area_short


def _address(side: Side, running: Running, number: int) -> str:
    from elections.models import Unit

    with scope(side.compound.pk):
        return str(Unit.objects.get(poll=running.poll, number=number).address)


def test_a_home_that_was_sold_between_the_freeze_and_the_vote(world: World) -> None:
    """The roll stands: who it names votes, until an officer records the buyer on the corrected roll's ground."""
    side = world.here
    running = keyed(side)
    key = mine(running)[0].key
    with scope(side.compound.pk):
        seller = Owner.objects.get(compound=side.compound, home=side.homes[0])
        seller.ends = (OPENS - timedelta(days=1)).date()
        seller.save()
        Owner.objects.create(
            compound=side.compound, home=side.homes[0], name="neighbour", person=side.people["neighbour"], starts=seller.ends,
            share_denominator=1,
        )  # fmt: skip
    tend(side, OPENS)
    running = reread(running)
    assert key not in [one.key for one in mine(running, "neighbour")]
    assert mine(running)[0].standing.via == "owner"
    speaks(running, key, "neighbour", "buyer")
    assert why(running, "resident", key) == ("spoken_for", "这一票已登记由别人代表投，您不能再投。有疑问请联系社区。")
    assert hand_in(running, "neighbour", right=key).via == "speaker"
    assert seller.ends > BEGAN


@pytest.mark.parametrize("ground", ["estate", "guardian"])
def test_a_dead_or_minor_owner_is_spoken_for_and_the_telephone_votes_no_more(world: World, ground: str) -> None:
    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    speaks(running, key, "neighbour", ground)
    assert why(running, "resident", key)[0] == "spoken_for"
    assert hand_in(running, "neighbour", right=key).via == "speaker"
    code, words = why(running, "neighbour", key)
    assert (code, words) == ("already_voted", "这一票已经投过了，不能再投。")


def test_of_two_claims_to_one_home_the_later_record_stands_and_one_ballot_is_in(world: World) -> None:
    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    first = Person.objects.create_person(phone=phone_of(0, "stranger"), name="一", phone_verified=True)
    for phone, name in ((phone_of(0, "stranger"), "一"), (phone_of(0, "neighbour"), "二")):
        do(
            record_speaker,
            side,
            running.poll,
            now=DURING,
            right=key,
            ground="estate",
            name=name,
            phone=phone,
            note="公证书",
        )
    with scope(side.compound.pk):
        assert [one.key for one in rights_of(running.poll, first)] == []
    assert why(running, "resident", key)[0] == "spoken_for"
    hand_in(running, "neighbour", right=key)
    with scope(side.compound.pk):
        assert Cast.objects.filter(right=key).count() == 1


def test_a_ballot_that_waited_in_a_queue_until_after_the_close_is_refused(world: World) -> None:
    """It says that it came in time; the box was closed before it was its turn."""
    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    tend(side, CLOSES)
    assert why(running, "resident", key, CLOSES - timedelta(seconds=1)) == (
        "over",
        "投票已经截止，这一票没有收进票箱。",
    )
    with scope(side.compound.pk):
        assert [one.kind for one in Entry.objects.order_by("number")][-1] == "closed"


def at_once(acts: list[Any]) -> list[str]:
    """Each in a thread and on a connection of its own, begun together; "done" or the refusal's code, sorted."""
    said: list[str] = []
    gate, lock = threading.Barrier(len(acts)), threading.Lock()

    def run(act: Any) -> None:
        gate.wait()
        try:
            act()
            code = "done"
        except (OutOfState, NotPermitted) as error:
            code = error.code
        with lock:
            said.append(code)
        connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(said)


def test_two_officers_close_at_once_and_it_is_closed_once(world: World, committed_db: str) -> None:
    side = world.here
    running = voting(side)

    def close(who: str) -> Any:
        actor = side.actor(who, CLOSES.date())

        def act() -> None:
            with scope(side.compound.pk):
                close_voting(compound_id=side.compound.pk, ref=running.poll.ref, by=actor, now=CLOSES)

        return act

    assert at_once([close("officer"), close("secretary")]) == ["done", "moved_on"]
    with scope(side.compound.pk):
        kinds = list(Entry.objects.order_by("number").values_list("kind", flat=True))
    assert kinds.count("closed") == 1


def test_two_telephones_of_a_couple_at_once_are_one_ballot(world: World, committed_db: str) -> None:
    """The same right from two telephones, through all that a page does: one receipt, the other is told."""
    side = world.here
    running = voting(side)
    right = mine(running)[0].key
    person, actor = side.people["resident"], side.actor("resident", DURING.date())

    def vote() -> None:
        with scope(side.compound.pk):
            cast(
                compound_id=side.compound.pk, ref=running.poll.ref, ballot=Ballot(right, {}), person=person,
                verified_at=DURING, device="", by=actor, now=DURING,
            )  # fmt: skip

    assert at_once([vote, vote, vote]) == ["already_voted", "already_voted", "done"]
    with scope(side.compound.pk):
        assert (Cast.objects.count(), Entry.objects.filter(kind="ballot").count()) == (1, 1)


def test_the_same_form_twice_at_once_is_one_ballot_where_owners_may_vote_again(world: World, committed_db: str) -> None:
    """Nothing but the form's key keeps the second from being another ballot."""
    side = world.here
    running = voting(side, vote_again=True)
    right = mine(running)[0].key
    person, actor = side.people["resident"], side.actor("resident", DURING.date())
    once = Once(side.compound.pk, person.pk, "one-form-sent-by-three-taps", "/vote/", "a" * 64, "/receipt/")
    replayed: list[str] = []

    def vote() -> None:
        with scope(side.compound.pk):
            try:
                cast(
                    compound_id=side.compound.pk, ref=running.poll.ref, ballot=Ballot(right, {}), person=person,
                    verified_at=DURING, device="", by=actor, now=DURING, code=side.compound.code, once=once,
                )  # fmt: skip
            except Replayed as before:
                replayed.append(before.replay.location)

    assert at_once([vote, vote, vote]) == ["done", "done", "done"]
    with scope(side.compound.pk):
        assert (Cast.objects.count(), Entry.objects.filter(kind="ballot").count()) == (1, 1)
        assert [(one.status, one.location, one.repeats) for one in Receipt.objects.all()] == [(302, "/receipt/", 2)]
    assert replayed == ["/receipt/", "/receipt/"]


def test_no_key_is_kept_where_a_right_is_used_once(world: World) -> None:
    """The same form again meets the right itself; a form without a key is refused there too."""
    side = world.here
    running = voting(side)
    right = mine(running)[0].key
    person = side.people["resident"]

    def vote(key: str) -> Cast:
        with scope(side.compound.pk), transaction.atomic():
            return cast(
                compound_id=side.compound.pk, ref=running.poll.ref, ballot=Ballot(right, {}), person=person,
                verified_at=DURING, device="", by=side.actor("resident", DURING.date()), now=DURING,
                once=Once(side.compound.pk, person.pk, key, "/vote/", "a" * 64, "/receipt/"),
            )  # fmt: skip

    with pytest.raises(KeyMalformed):
        vote("")
    vote("one-form-sent-twice")
    with pytest.raises(OutOfState) as again:
        vote("one-form-sent-twice")
    assert again.value.code == "already_voted"
    with scope(side.compound.pk):
        assert (Cast.objects.count(), Receipt.objects.count()) == (1, 0)


def test_a_refused_form_leaves_its_key_free(world: World) -> None:
    """A ballot that the box does not take writes nothing beside it: no row, no answer to the key."""
    side = world.here
    running = voting(side, vote_again=True)
    right = mine(running)[0].key
    once = Once(
        side.compound.pk, side.people["resident"].pk, "a-form-that-is-corrected", "/vote/", "a" * 64, "/receipt/"
    )
    told: dict[str, Any] = {
        "compound_id": side.compound.pk, "ref": running.poll.ref, "ballot": Ballot(right, {}), "device": "",
        "person": side.people["resident"], "by": side.actor("resident", DURING.date()), "once": once,
    }  # fmt: skip
    with scope(side.compound.pk):
        with pytest.raises(BadInput):
            cast(**told, verified_at=None, now=DURING)
        with pytest.raises(NoSuchPoll):
            cast(**told, verified_at=DURING, now=DURING, code="there")
        assert [(one.status, one.location) for one in Receipt.objects.all()] == [(None, "")]
        assert Cast.objects.count() == 0
        made = cast(**told, verified_at=DURING, now=DURING, code="here")
        assert [(one.status, one.location) for one in Receipt.objects.all()] == [(302, "/receipt/")]
        assert Cast.objects.get() == made


def test_whoever_has_the_right_is_told_once_by_two_sweeps_at_once(world: World, committed_db: str) -> None:
    side = world.here
    running = voting(side)
    keys = [mine(running)[0].key, mine(running, "neighbour")[0].key]
    hand_in(running, right=keys[0])
    hand_in(running, "neighbour", right=keys[1])
    with scope(side.compound.pk):
        # A worker that dies before its commit leaves them as they were.
        assert tell_cast(compound_id=side.compound.pk, now=DURING) == 2
        transaction.set_rollback(True)
    assert compounds_waiting() == [side.compound.pk]
    assert at_once([lambda: tell(running), lambda: tell(running)]) == ["done", "done"]
    assert (tell(running), compounds_waiting()) == (0, [])
    with scope(side.compound.pk):
        told = Message.objects.filter(template="ballots.counted", channel="in_app")
        assert sorted(told.values_list("person_id", flat=True)) == sorted(
            side.people[who].pk for who in ("resident", "neighbour")
        )


def compounds_waiting() -> list[int]:
    with across_tenants(reason="who was not told"):
        return compounds_untold()


def test_what_is_too_much_for_one_time_the_next_takes(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    side = world.here
    running = voting(side)
    hand_in(running)
    hand_in(running, "neighbour")
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(telling, "MOST", 1)
    monkeypatch.setattr(tasks, "MOST", 1)
    monkeypatch.setattr(tasks.tell, "delay", lambda **given: asked.append(given))
    assert tasks.sweep_cast() == 1
    for turn, told in enumerate((1, 1, 0)):
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.tell(**asked[turn]) == told
    assert asked == [{"compound_id": side.compound.pk}] * 3
    assert tasks.sweep_cast() == 0
