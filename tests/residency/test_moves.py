"""Moving out, leases that go on or run out, people whom the office registers."""

from datetime import timedelta

import pytest

from accounts.actions import close_account
from accounts.models import Person
from audit.models import Entry
from live import relay
from messaging.models import Message
from premises.models import Occupancy
from premises.queries import homes_of, resident
from residency.actions import clock, invitations, moves
from residency.queries import compounds_with_work
from residency.refusals import BadInput, NoSuchRow, NotPermitted, OutOfState, Refused
from tenancy.scope import across_tenants, scope
from tests.residency.conftest import LAST_DAY, NOW, TODAY, claim, invited, newcomer, own_link, settle_in
from tests.world import World


@pytest.fixture
def here(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def leave(here, link: Occupancy, by, reason: str = "", now=NOW) -> list[Occupancy]:
    return moves.move_out(compound_id=here.compound.pk, occupancy_id=link.pk, reason=reason, by=by, now=now)


def tenant_of(here, person: Person, *, relation: str = "tenant") -> Occupancy:
    made = invited(here, relation=relation)
    return invitations.accept_invitation(compound=here.compound, invitation_id=made.pk, person=person, now=NOW)


def told(template: str, channel: str = "in_app") -> set[int]:
    return set(Message.objects.filter(template=template, channel=channel).values_list("person_id", flat=True))


def test_rights_end_the_same_moment_and_sockets_are_closed(
    here, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    closed: list[dict] = []
    monkeypatch.setattr(relay, "publish", closed.append)
    person, link = here.people["resident"], own_link(here, "resident")
    with django_capture_on_commit_callbacks(execute=True):
        (ended,) = leave(here, link, here.actor("resident", TODAY))
    assert resident(person.pk, here.compound.pk, TODAY) is None
    assert homes_of(compound_id=here.compound.pk, person_id=person.pk, on=TODAY) == []
    kept = Occupancy.objects.get(pk=ended.pk)
    assert (kept.state, kept.ends, kept.ended_by_id, kept.ended_at, kept.end_reason) == (
        "ended", TODAY, person.pk, NOW, "本人迁出",
    )  # fmt: skip
    assert {"type": "live.revoke", "person": person.pk} in closed
    assert told("residency.moved_out_seen") == {here.people["manager"].pk, here.people["dispatcher"].pk}
    assert told("residency.moved_out") == set()
    assert Entry.objects.get(verb="premises.move_out").changes["state"] == ["confirmed", "ended"]


def test_the_owner_ends_a_tenants_stay_with_a_reason_and_the_tenant_is_told(here) -> None:
    person = newcomer()
    link = tenant_of(here, person)
    owner = here.actor("resident", TODAY)
    with pytest.raises(BadInput) as refused:
        leave(here, link, owner)
    assert refused.value.code == "say_why"
    leave(here, link, owner, "提前退租")
    assert resident(person.pk, here.compound.pk, TODAY) is None
    assert told("residency.moved_out", "sms") == {person.pk}


def test_a_tenants_family_goes_with_the_tenant_and_an_owners_does_not(here) -> None:
    tenant, child, brother = newcomer(), newcomer("乙", 2), newcomer("丙", 3)
    lease = tenant_of(here, tenant)
    tenant_of(here, brother, relation="family")
    by = resident(tenant.pk, here.compound.pk, TODAY)
    made = invitations.invite(
        compound_id=here.compound.pk, occupancy_id=lease.pk, relation="family", last_day=None, by=by, now=NOW
    )
    invitations.accept_invitation(compound=here.compound, invitation_id=made.pk, person=child, now=NOW)
    ended = leave(here, lease, here.actor("manager", TODAY), "合同解除")
    assert {row.person_id for row in ended} == {tenant.pk, child.pk}
    assert told("residency.moved_out") == {tenant.pk, child.pk}
    assert resident(child.pk, here.compound.pk, TODAY) is None
    assert resident(brother.pk, here.compound.pk, TODAY) is not None
    leave(here, own_link(here, "resident"), here.actor("resident", TODAY))
    assert resident(brother.pk, here.compound.pk, TODAY) is not None


@pytest.mark.parametrize("who", ["manager", "dispatcher", "secretary", "officer"])
def test_the_office_ends_it_with_a_reason(here, who: str) -> None:
    link = own_link(here, "neighbour")
    with pytest.raises(BadInput):
        leave(here, link, here.actor(who, TODAY))
    leave(here, link, here.actor(who, TODAY), "房屋已出售")
    assert Occupancy.objects.get(pk=link.pk).ended_post == here.posts[who].pk


@pytest.mark.parametrize("who", ["neighbour", "worker", "chair", "street"])
def test_a_stranger_to_the_home_learns_nothing(here, who: str) -> None:
    with pytest.raises(NoSuchRow):
        leave(here, own_link(here, "resident"), here.actor(who, TODAY), "x")


def test_family_cannot_put_anyone_out(here) -> None:
    brother, tenant = newcomer(), newcomer("乙", 2)
    tenant_of(here, brother, relation="family")
    lease = tenant_of(here, tenant)
    by = resident(brother.pk, here.compound.pk, TODAY)
    for link in (lease, own_link(here, "resident")):
        with pytest.raises(NotPermitted):
            leave(here, link, by, "x")


def test_it_ends_once(here) -> None:
    link = own_link(here, "resident")
    by = here.actor("manager", TODAY)
    leave(here, link, by, "x")
    with pytest.raises(OutOfState):
        leave(here, link, by, "x")


def test_a_person_with_two_homes_keeps_the_other(here) -> None:
    person = here.people["resident"]
    first = own_link(here, "resident")
    second = settle_in(here, person, home=3)
    leave(here, first, here.actor("resident", TODAY))
    assert [home.pk for home in homes_of(compound_id=here.compound.pk, person_id=person.pk, on=TODAY)] == [
        second.home_id
    ]


def test_whoever_closes_their_account_lives_and_waits_nowhere(world: World) -> None:
    here, there = world.here, world.there
    person = newcomer()
    with scope(here.compound.pk):
        lived = settle_in(here, person)
    with scope(there.compound.pk):
        waited = claim(there, person)
    # Acting in one compound, they leave all of them.
    with scope(here.compound.pk):
        close_account(person=person, now=NOW)
    with scope(here.compound.pk):
        kept = Occupancy.objects.get(pk=lived.pk)
        assert (kept.state, kept.end_reason, kept.ended_at) == ("ended", "账号已注销", NOW)
    with scope(there.compound.pk):
        assert Occupancy.objects.get(pk=waited.pk).state == "withdrawn"


# --- leases -----------------------------------------------------------------------------------------------------------
def test_the_owner_or_the_office_prolongs_and_the_tenant_does_not(here) -> None:
    person = newcomer()
    lease = tenant_of(here, person)
    common = {"compound_id": here.compound.pk, "occupancy_id": lease.pk, "now": NOW}
    later = LAST_DAY + timedelta(days=365)
    assert moves.prolong(last_day=later, by=here.actor("resident", TODAY), **common).ends == later
    assert moves.prolong(last_day=LAST_DAY, by=here.actor("officer", TODAY), **common).ends == LAST_DAY
    with pytest.raises(NotPermitted):
        moves.prolong(last_day=later, by=resident(person.pk, here.compound.pk, TODAY), **common)
    with pytest.raises(BadInput):
        moves.prolong(last_day=None, by=here.actor("officer", TODAY), **common)
    with pytest.raises(NoSuchRow):
        moves.prolong(last_day=later, by=here.actor("neighbour", TODAY), **common)
    assert told("residency.prolonged") == {person.pk}
    with pytest.raises(Refused):
        moves.prolong(
            compound_id=here.compound.pk,
            occupancy_id=own_link(here, "neighbour").pk,
            last_day=later,
            by=here.actor("officer", TODAY),
            now=NOW,
        )


def test_a_tenants_family_stays_as_long_as_the_tenant(here) -> None:
    tenant, child = newcomer(), newcomer("乙", 2)
    lease = tenant_of(here, tenant)
    by = resident(tenant.pk, here.compound.pk, TODAY)
    made = invitations.invite(
        compound_id=here.compound.pk, occupancy_id=lease.pk, relation="family", last_day=None, by=by, now=NOW
    )
    guest = invitations.accept_invitation(compound=here.compound, invitation_id=made.pk, person=child, now=NOW)
    later = LAST_DAY + timedelta(days=100)
    moves.prolong(
        compound_id=here.compound.pk,
        occupancy_id=lease.pk,
        last_day=later,
        by=here.actor("resident", TODAY),
        now=NOW,
    )
    assert Occupancy.objects.get(pk=guest.pk).ends == later


def test_the_clock_warns_once_and_ends_what_ran_out(world: World) -> None:
    here = world.here
    with scope(here.compound.pk):
        person = newcomer()
        lease = tenant_of(here, person)
    last = NOW + (LAST_DAY - TODAY)
    for at in (last - timedelta(days=14), last - timedelta(days=13), last):
        with scope(here.compound.pk):
            clock.tend(compound_id=here.compound.pk, now=at)
    with scope(here.compound.pk):
        assert told("residency.ends_soon") == {person.pk, here.people["resident"].pk}
        assert (
            Message.objects.filter(template="residency.ends_soon", person_id=person.pk, channel="in_app").count() == 1
        )
        assert Occupancy.objects.get(pk=lease.pk).state == "confirmed"
    with across_tenants(reason="test"):
        assert here.compound.pk in compounds_with_work(last)
    for _ in range(2):
        with scope(here.compound.pk):
            clock.tend(compound_id=here.compound.pk, now=last + timedelta(days=1))
    with scope(here.compound.pk):
        kept = Occupancy.objects.get(pk=lease.pk)
        assert (kept.state, kept.ends, kept.end_reason, kept.ended_by_id) == ("ended", LAST_DAY, "到期", None)
        assert Message.objects.filter(template="residency.moved_out", channel="in_app").count() == 1


def test_the_clock_leaves_alone_what_has_nothing_to_do(world: World) -> None:
    with across_tenants(reason="test"):
        assert compounds_with_work(NOW) == []


# --- registered by the office -----------------------------------------------------------------------------------------
def register(here, who: str = "dispatcher", **given) -> Occupancy:
    draft = {
        "address": " 1幢1单元 ３０1 ",
        "phone": "+8619900090777",
        "name": "老人",
        "relation": "owner",
        "last_day": None,
        "ground": "身份证当面核对",
        **given,
    }
    return moves.register_resident(compound=here.compound, by=here.actor(who, TODAY), now=NOW, **draft)


def test_an_old_man_without_a_smartphone_is_registered(here) -> None:
    made = register(here)
    person = Person.objects.by_phone("+8619900090777")
    assert (person.name, person.phone_verified, made.home_id) == ("老人", False, here.homes[4].pk)
    assert (made.state, made.route, made.decided_by_id) == ("confirmed", "office", here.people["dispatcher"].pk)
    assert resident(person.pk, here.compound.pk, TODAY) is not None
    assert told("residency.registered") == {person.pk}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "9幢9单元999"}, "address"),
        ({"relation": "x"}, "relation"),
        ({"name": "  "}, "name"),
        ({"ground": " "}, "ground"),
        ({"relation": "tenant"}, "last_day"),
    ],
)
def test_what_the_office_cannot_register(here, given: dict, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        register(here, **given)
    assert refused.value.details["field"] == field
    assert Person.objects.by_phone("+8619900090777") is None


def test_only_the_office_registers_others_and_never_itself(here) -> None:
    for who in ("worker", "resident", "chair"):
        with pytest.raises(NotPermitted):
            register(here, who)
    with pytest.raises(NotPermitted) as refused:
        register(here, phone=here.people["dispatcher"].phone)
    assert refused.value.code == "own_claim"
    register(here)
    with pytest.raises(Refused) as refused:
        register(here)
    assert refused.value.code == "already_here"
