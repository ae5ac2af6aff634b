"""亲情代办: the parent's code, the child, and who ends it."""

from datetime import timedelta

import pytest

from accounts.actions import close_account
from audit.models import Entry
from documents.actions import make_document
from live import relay
from messaging.models import Message
from residency.actions import clock, moves, parents
from residency.listings import bonds_of_child
from residency.models import Bond, JoinCode, ParentCode
from residency.queries import acts_for
from residency.refusals import BadInput, NoSuchRow, NotPermitted, Refused
from tenancy.scope import scope
from tests.residency.conftest import NOW, TODAY, bound, newcomer, own_link, parent_code
from tests.world import World


@pytest.fixture
def here(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def bind(here, code: ParentCode, child, now=NOW) -> Bond:
    return parents.bind(compound=here.compound, code_id=code.pk, child=child, now=now)


def acting(here, child) -> list[tuple[int, tuple]]:
    return [(one.person_id, one.homes) for one in acts_for(child.pk, here.compound.pk, TODAY)]


def test_a_child_acts_for_the_parent_from_the_moment_of_the_code(here) -> None:
    child, parent = newcomer(), here.people["resident"]
    code = parent_code(here)
    assert (code.how, code.expires_at, code.made_by) == ("phone", NOW + timedelta(hours=24), parent.pk)
    assert acting(here, child) == []
    bond = bind(here, code, child, now=NOW + timedelta(hours=1))
    assert (bond.consented_at, bond.bound_at, bond.how) == (NOW, NOW + timedelta(hours=1), "phone")
    home = here.homes[0]
    assert acting(here, child) == [(parent.pk, ((home.pk, home.address),))]
    (found,) = acts_for(child.pk, here.compound.pk, TODAY)
    assert (found.bond_id, found.name, found.since) == (bond.pk, "resident", NOW + timedelta(hours=1))
    sent = Message.objects.get(template="residency.bound", channel="sms")
    assert (sent.person_id, sent.urgent, "陈新来" in sent.body) == (parent.pk, True, True)
    assert Entry.objects.get(verb="residency.bind").changes["child"] == [None, child.pk]
    assert [b.compound for b in bonds_of_child(child.pk)] == [here.compound.name]


def test_acts_for_takes_one_statement_at_one_and_at_many(here, statements) -> None:
    child = newcomer()
    bound(here, child)
    with statements() as seen:
        assert len(acts_for(child.pk, here.compound.pk, TODAY)) == 1
    assert len(seen) == 1
    bound(here, child, who="neighbour")
    with statements() as seen:
        assert len(acts_for(child.pk, here.compound.pk, TODAY)) == 2
    assert len(seen) == 1


def test_a_code_is_used_once_and_runs_out(here) -> None:
    code = parent_code(here)
    bind(here, code, newcomer())
    with pytest.raises(NoSuchRow):
        bind(here, code, newcomer("乙", 2))
    with pytest.raises(NoSuchRow):
        bind(here, parent_code(here), newcomer("乙", 2), now=NOW + timedelta(hours=24))
    assert Bond.objects.count() == 1


def test_a_new_code_voids_the_one_before(here) -> None:
    first, second = parent_code(here), parent_code(here)
    with pytest.raises(NoSuchRow):
        bind(here, first, newcomer())
    assert bind(here, second, newcomer()).pk
    assert JoinCode.objects.filter(kind="parent").count() == 0


def test_the_parent_takes_the_code_back(here) -> None:
    code = parent_code(here)
    parents.cancel_parent_code(compound_id=here.compound.pk, by=here.actor("resident", TODAY), now=NOW)
    with pytest.raises(NoSuchRow):
        bind(here, code, newcomer())


@pytest.mark.parametrize("who", ["manager", "dispatcher", "secretary", "officer"])
def test_the_office_hands_a_code_over_on_paper(here, who: str) -> None:
    code = parent_code(here, by=who)
    assert (code.how, code.expires_at, code.made_post) == ("paper", NOW + timedelta(days=14), here.posts[who].pk)
    bond = bind(here, code, newcomer())
    assert (bond.how, bond.consented_as) == ("paper", here.actor(who, TODAY).label)


@pytest.mark.parametrize("who", ["neighbour", "worker", "chair", "street"])
def test_nobody_else_makes_a_parents_code(here, who: str) -> None:
    with pytest.raises(NotPermitted):
        parent_code(here, by=who)


def test_a_parent_must_live_here(here) -> None:
    with pytest.raises(NoSuchRow):
        parents.make_parent_code(
            compound_id=here.compound.pk, parent=newcomer(), by=here.actor("officer", TODAY), now=NOW
        )


def test_refusals_of_a_bond(here) -> None:
    with pytest.raises(Refused) as refused:
        bind(here, parent_code(here), here.people["resident"])
    assert refused.value.code == "yourself"
    bound(here, newcomer())
    with pytest.raises(Refused) as refused:
        bound(here, newcomer())
    assert refused.value.code == "already_bound"
    for number in range(2, 7):
        bound(here, newcomer(f"子{number}", number))
    with pytest.raises(Refused) as refused:
        bound(here, newcomer("子7", 7))
    assert refused.value.code == "too_many_bonds"


@pytest.mark.parametrize(("side", "told"), [("parent", "child"), ("child", "parent")])
def test_either_side_ends_it_and_the_other_is_told(
    here, side: str, told: str, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    from residency.actions.telling import newcomer as acting_as

    child = newcomer()
    bond = bound(here, child)
    by = here.actor("resident", TODAY) if side == "parent" else acting_as(child, here.compound)
    closed: list[dict] = []
    monkeypatch.setattr(relay, "publish", closed.append)
    with django_capture_on_commit_callbacks(execute=True):
        parents.end_bond(compound_id=here.compound.pk, bond_id=bond.pk, by=by, now=NOW)
    assert {"type": "live.revoke", "person": child.pk} in closed
    kept = Bond.objects.get(pk=bond.pk)
    assert (kept.ended_at, kept.ended_by_id) == (NOW, by.person_id)
    assert acting(here, child) == []
    person = {"parent": here.people["resident"].pk, "child": child.pk}[told]
    assert Message.objects.get(template="residency.bond_ended", channel="in_app").person_id == person
    with pytest.raises(NoSuchRow):
        parents.end_bond(compound_id=here.compound.pk, bond_id=bond.pk, by=by, now=NOW)
    assert bound(here, child).pk != bond.pk


def test_the_office_ends_it_for_a_parent_who_asks_and_a_stranger_does_not(here) -> None:
    bond = bound(here, newcomer())
    common = {"compound_id": here.compound.pk, "bond_id": bond.pk, "now": NOW}
    for who in ("neighbour", "worker", "street"):
        with pytest.raises(NoSuchRow):
            parents.end_bond(by=here.actor(who, TODAY), reason="x", **common)
    with pytest.raises(BadInput):
        parents.end_bond(by=here.actor("officer", TODAY), **common)
    parents.end_bond(by=here.actor("officer", TODAY), reason="老人来电", **common)
    assert Message.objects.filter(template="residency.bond_ended", channel="in_app").count() == 2


def test_a_parent_who_moved_out_is_acted_for_by_nobody(here) -> None:
    child = newcomer()
    bond, code = bound(here, child), parent_code(here)
    moves.move_out(
        compound_id=here.compound.pk,
        occupancy_id=own_link(here, "resident").pk,
        reason="",
        by=here.actor("resident", TODAY),
        now=NOW,
    )
    assert acting(here, child) == []
    assert Bond.objects.get(pk=bond.pk).end_reason == "老人已迁出"
    with pytest.raises(NoSuchRow):
        bind(here, code, newcomer("乙", 2))


def test_a_closed_account_acts_for_nobody_and_is_acted_for_by_nobody(world: World) -> None:
    child, other = newcomer(), newcomer("乙", 2)
    first, second = bound(world.here, child), bound(world.here, other, who="neighbour")
    with scope(world.there.compound.pk):
        elsewhere = bound(world.there, child)
    close_account(person=child, now=NOW)
    close_account(person=world.here.people["neighbour"], now=NOW)
    with scope(world.here.compound.pk):
        assert Bond.objects.get(pk=first.pk).end_reason == "账号已注销"
        assert Bond.objects.get(pk=second.pk).end_reason == "老人已迁出"
    with scope(world.there.compound.pk):
        assert Bond.objects.get(pk=elsewhere.pk).ended_at == NOW


def test_codes_that_ran_out_leave_the_public_register(here) -> None:
    parent_code(here)
    clock.tend(compound_id=here.compound.pk, now=NOW + timedelta(hours=23))
    assert JoinCode.objects.count() == 1
    clock.tend(compound_id=here.compound.pk, now=NOW + timedelta(hours=24))
    assert JoinCode.objects.count() == 0


def test_the_paper_names_the_code_and_nobody_in_full(here) -> None:
    document = parents.print_parent_code(
        compound_id=here.compound.pk, parent=here.people["resident"], by=here.actor("officer", TODAY), now=NOW
    )
    made = make_document(compound_id=here.compound.pk, document_id=document.pk, now=NOW)
    assert (made.state, made.title) == ("ready", "亲情代办同意书")
