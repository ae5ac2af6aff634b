"""While it runs: later ends with their notice, steps of two parties, proxies with their cap, reminders by day and once a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from ballots.actions.extending import extend
from ballots.actions.proxies import give, take_back
from ballots.actions.reminding import remind
from ballots.models import Cast, Delivery, Extension, Proxy
from ballots.rules.hours import APART
from boxes.models import Used
from elections.actions import joint
from elections.refusals import BadInput, NotPermitted, OutOfState, Refused
from notices.models import Notice
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, Running, hand_in, mine, reread, tend, voting
from tests.elections.conftest import do
from tests.world import Side, World, phone_of

DAY = timedelta(days=1)


def code(kind: type[Exception], action: Any, side: Side, running: Running, who: str = "officer", **given: Any) -> str:
    with pytest.raises(kind) as found, transaction.atomic():
        do(action, side, running.poll, who, **{"now": DURING, **given})
    return found.value.code if isinstance(found.value, Refused) else ""


def let_vote(running: Running, who: str, phone: str, **given: Any) -> Proxy:
    """Somebody gives the vote of their home."""
    side = running.side
    made: Proxy = do(
        give, side, running.poll, who,
        **{
            "now": DURING, "right": mine(running, who)[0].key, "agent": "受托人", "phone": phone, "person": side.people[who],
            "choices": {running.items[0].key: "against"}, "verified_at": DURING, **given,
        },
    )  # fmt: skip
    return made


def test_a_later_end_is_announced_with_the_old_one(world: World) -> None:
    side = world.here
    running = voting(side)
    later = CLOSES + 2 * DAY
    made = do(extend, side, running.poll, now=DURING, closes_at=later, reason="人数不够")
    with scope(side.compound.pk):
        notice = Notice.objects.select_related("current").get(compound=side.compound, ref=made.notice)
    assert (notice.state, "人数不够" in notice.current.body_text) == ("published", True)
    reread(running)
    assert (running.poll.closes_at, running.poll.first_closes_at) == (later, CLOSES)
    hand_in(running, now=CLOSES + DAY)
    assert code(BadInput, extend, side, running, closes_at=later, reason="再延") == "not_later"
    assert code(BadInput, extend, side, running, closes_at=later + 60 * DAY, reason="再延") == "window_too_long"
    assert code(BadInput, extend, side, running, closes_at=later + DAY, reason=" ") == "say_why"
    assert code(NotPermitted, extend, side, running, "member", closes_at=later + DAY, reason="再延") == "not_your_post"
    assert code(OutOfState, extend, side, running, closes_at=later + DAY, reason="再延", now=later) == "over"
    with scope(side.compound.pk):
        assert Extension.objects.filter(compound=side.compound).count() == 1


def test_ended_early_and_opened_again_by_two_parties(world: World) -> None:
    side = world.here
    running = voting(side)
    hand_in(running)
    asked = do(joint.ask, side, running.poll, now=DURING, step="end_early", reason="供电检修")
    do(joint.agree, side, running.poll, "chair", now=DURING, step_id=asked.pk)
    assert reread(running).poll.state == "closed"
    later = DURING + 3 * DAY
    given = {"step": "reopen", "reason": "供电恢复", "given": {"closes_at": later.isoformat()}}
    assert code(BadInput, joint.ask, side, running, step="reopen", reason="恢复", given={}) == "not_later"
    asked = do(joint.ask, side, running.poll, "chair", now=DURING + DAY, **given)
    do(joint.agree, side, running.poll, now=DURING + DAY, step_id=asked.pk)
    reread(running)
    assert (running.poll.state, running.poll.closes_at) == ("voting", later)
    hand_in(running, "neighbour", now=DURING + 2 * DAY)
    assert tend(side, later) == [f"close {running.poll.ref}"]
    with scope(side.compound.pk):
        assert Notice.objects.filter(compound=side.compound, state="published").count() == 2


def test_the_owners_own_vote_stands_above_the_proxys(world: World) -> None:
    side = world.here
    running = voting(side)
    made = let_vote(running, "resident", phone_of(0, "neighbour"))
    assert made.stated is not None
    key = mine(running)[0].key
    theirs = hand_in(running, "neighbour", right=key, choices={})
    assert theirs.via == "proxy"
    own = hand_in(running, right=key)
    with scope(side.compound.pk):
        used = Used.objects.get(compound=side.compound, right=key)
        assert (used.by, used.hash) == ("owner", own.receipt)
        assert list(Cast.objects.order_by("number").values_list("via", flat=True)) == ["proxy", "owner"]


def test_who_may_be_a_proxy_and_for_how_many(world: World) -> None:
    side = world.here
    running = voting(side)

    def refused(kind: type[Refused], who: str = "resident", **given: Any) -> str:
        with pytest.raises(kind) as found, transaction.atomic():
            let_vote(running, who, **{"phone": phone_of(0, "chair"), **given})
        return found.value.code

    assert refused(NotPermitted, phone=phone_of(0, "worker")) == "firm_staff"
    assert refused(NotPermitted, phone=phone_of(0, "resident")) == "own_number"
    assert refused(BadInput, choices=None) == "state_choices"
    assert refused(BadInput, verified_at=None) == "code_needed"
    made = let_vote(running, "resident", phone_of(0, "chair"))
    assert refused(OutOfState) == "given_already"
    assert refused(BadInput, "neighbour") == "over_cap"
    do(take_back, side, running.poll, "resident", now=DURING, proxy_id=made.pk, person=side.people["resident"])
    let_vote(running, "neighbour", phone_of(0, "chair"))


def test_reminders_go_by_day_once_a_day_to_those_who_have_not_voted(world: World) -> None:
    side = world.here
    running = voting(side)
    hand_in(running)
    night = DURING.replace(hour=15)
    assert code(OutOfState, remind, side, running, now=night) == "at_night"
    assert do(remind, side, running.poll, now=DURING) == 1
    with scope(side.compound.pk):
        (made,) = Delivery.objects.filter(compound=side.compound, what="reminded")
        assert made.person_id == side.people["neighbour"].pk
    assert code(OutOfState, remind, side, running, now=DURING + APART - timedelta(minutes=1)) == "reminded_today"
    assert do(remind, side, running.poll, now=DURING + APART) == 1
    assert code(NotPermitted, remind, side, running, "member") == "not_your_post"
    hand_in(running, "neighbour", now=DURING + APART)
    assert code(OutOfState, remind, side, running, now=DURING + 2 * APART) == "nobody_left"
