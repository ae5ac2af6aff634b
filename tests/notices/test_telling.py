"""When people hear of notices: urgent ones at once, others not more than once an hour, whatever number of compounds is theirs."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from messaging.actions import take_turns
from messaging.models import Message, Preference, Turn
from notices import actions
from notices.actions.telling import tell_due
from notices.models import Notice, Pending
from notices.queries import compounds_with_work
from premises import actions as premises
from tenancy.actor import system_actor
from tenancy.scope import across_tenants, scope
from tests.notices.conftest import NOW, submitted
from tests.world import Side, World

HOUR = timedelta(hours=1)


@pytest.fixture
def both(world: World) -> int:
    """Someone of here who owns a home next door too; returns their id."""
    person, side = world.here.people["resident"], world.there
    by = system_actor("test", (side.compound.pk,))
    with scope(side.compound.pk):
        home = side.homes[4]
        premises.record_owner(home=home, name=person.name, person=person, starts=date(2024, 1, 1), by=by, now=NOW)
        claim = premises.claim_home(home=home, person=person, relation="owner", starts=date(2024, 1, 1), by=by, now=NOW)
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=NOW)
    return person.pk


def tell(side: Side, now: datetime) -> int:
    with scope(side.compound.pk):
        return tell_due(compound_id=side.compound.pk, now=now)


def out(side: Side, title: str, now: datetime = NOW, **given: Any) -> Notice:
    """One that is out, and not told of yet."""
    return submitted(side, "officer", title=title, now=now, **given)


def heard(side: Side, person: int) -> list[str]:
    """The titles of what somebody was told there, in order."""
    with scope(side.compound.pk):
        rows = Message.objects.filter(person_id=person, channel="in_app", template__startswith="notices.").order_by(
            "pk"
        )
        return [row.title for row in rows]


def pending(side: Side) -> int:
    with scope(side.compound.pk):
        return Pending.objects.count()


def test_news_of_two_compounds_is_one_an_hour(world: World, both: int) -> None:
    out(world.here, "这边一")
    assert tell(world.here, NOW) == 1
    out(world.there, "那边一")
    assert tell(world.there, NOW + 20 * timedelta(minutes=1)) == 1
    assert heard(world.here, both) == ["新公告：这边一"]
    assert heard(world.there, both) == []
    assert heard(world.there, world.there.people["resident"].pk) == ["新公告：那边一"]
    assert pending(world.there) == 1
    for minutes in (30, 59):
        tell(world.there, NOW + timedelta(minutes=minutes))
        assert heard(world.there, both) == []
    tell(world.there, NOW + HOUR)
    assert heard(world.there, both) == ["新公告：那边一"]
    assert heard(world.there, world.there.people["resident"].pk) == ["新公告：那边一"]
    assert pending(world.there) == 0
    tell(world.there, NOW + 5 * HOUR)
    assert heard(world.there, both) == ["新公告：那边一"]


def test_what_waited_comes_together_with_what_is_new(world: World, both: int) -> None:
    out(world.there, "那边一")
    tell(world.there, NOW)
    out(world.here, "这边一")
    out(world.here, "这边二")
    tell(world.here, NOW + timedelta(minutes=5))
    out(world.here, "这边三", NOW + timedelta(minutes=6))
    tell(world.here, NOW + timedelta(minutes=50))  # the compound's own hour is not over
    assert heard(world.here, both) == []
    tell(world.here, NOW + timedelta(minutes=70))
    assert heard(world.here, both) == ["有 3 条新公告"]
    assert heard(world.here, world.here.people["neighbour"].pk) == ["有 2 条新公告", "新公告：这边三"]
    assert pending(world.here) == 0


def test_urgent_ones_come_at_once_everywhere(world: World, both: int) -> None:
    out(world.here, "这边一")
    tell(world.here, NOW)
    out(world.there, "台风", kind="urgent")
    out(world.there, "再一个", kind="urgent")
    tell(world.there, NOW + timedelta(minutes=1))
    assert heard(world.there, both) == ["紧急：台风", "紧急：再一个"]


def test_what_is_gone_before_somebody_heard_needs_no_word(world: World, both: int) -> None:
    out(world.here, "这边一")
    tell(world.here, NOW)
    made = out(world.there, "那边一")
    tell(world.there, NOW + timedelta(minutes=1))
    by = world.there.actor("officer", NOW.date())
    with scope(world.there.compound.pk):
        actions.withdraw(compound_id=made.compound_id, ref=made.ref, reason="写错", by=by, now=NOW)
    tell(world.there, NOW + 2 * HOUR)
    assert heard(world.there, both) == []
    assert pending(world.there) == 0


def test_of_a_night_one_leaves_in_the_morning(world: World, both: int) -> None:
    """From ten to seven nothing ordinary leaves; what came in the night is not sent all at seven."""
    Preference.objects.create(person_id=both, ordinary="sms", quiet_from=time(22), quiet_to=time(7))
    night = datetime.combine(NOW.date(), time(15), NOW.tzinfo)  # 23:00 in Shanghai
    morning = datetime.combine(NOW.date(), time(23), NOW.tzinfo)  # 07:00 of the next day
    for hours, side in enumerate((world.here, world.there, world.here, world.there)):
        out(side, f"夜里{hours}", night + hours * HOUR)
        tell(side, night + hours * HOUR)
    leaving = []
    for side in (world.here, world.there):
        with scope(side.compound.pk):
            leaving += [row.next_try_at for row in Message.objects.filter(person_id=both, channel="sms")]
    assert leaving == [morning]
    for side in (world.here, world.there):
        tell(side, morning + timedelta(minutes=59))
    assert pending(world.here) + pending(world.there) == 3
    tell(world.here, morning + HOUR)
    tell(world.there, morning + HOUR)
    tell(world.there, morning + 2 * HOUR)
    assert pending(world.here) + pending(world.there) == 0


def test_with_a_digest_nothing_ordinary_leaves_but_it(world: World, both: int) -> None:
    Preference.objects.create(person_id=both, ordinary="sms", digest_at=time(8), digest_compound=world.here.compound.pk)
    for hours in range(3):
        out(world.here, f"第{hours}条", NOW + hours * HOUR)
        tell(world.here, NOW + hours * HOUR)
    out(world.here, "台风", NOW, kind="urgent")
    tell(world.here, NOW + 4 * HOUR)
    with scope(world.here.compound.pk):
        assert [row.title for row in Message.objects.filter(person_id=both, channel="sms")] == ["紧急：台风"]


def test_the_sweep_finds_where_somebody_is_to_be_told(world: World, both: int) -> None:
    def work(now: datetime) -> list[int]:
        with across_tenants(reason="a test"):
            return compounds_with_work(now)

    out(world.here, "这边一")
    tell(world.here, NOW)
    out(world.there, "那边一")
    assert work(NOW) == [world.there.compound.pk]
    tell(world.there, NOW + timedelta(minutes=1))
    assert work(NOW + timedelta(minutes=59)) == []
    assert work(NOW + HOUR) == [world.there.compound.pk]


def test_a_turn_is_taken_once(world: World) -> None:
    people = [person.pk for person in world.here.people.values()]
    assert take_turns(people, NOW) == set(people)
    assert take_turns(people, NOW + HOUR - timedelta(seconds=1)) == set()
    assert take_turns(people[:2], NOW + HOUR) == set(people[:2])
    assert take_turns([], NOW) == set()
    assert take_turns([10**12], NOW) == set()
    assert Turn.objects.count() == len(people)
