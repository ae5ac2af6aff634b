"""Claiming a home, the match with the register, deciding, withdrawing and reminding."""

from datetime import timedelta

import pytest

from audit.models import Entry
from live.models import Event
from messaging.models import Message
from premises.models import Occupancy, Owner
from premises.queries import resident
from residency.actions import claims
from residency.refusals import BadInput, NoSuchRow, NotPermitted, OutOfState, Refused
from tenancy.scope import scope
from tests.residency.conftest import LAST_DAY, NOW, TODAY, claim, newcomer, register_phone, settle_in
from tests.world import World


@pytest.fixture
def here(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def told(here, template: str) -> set[int]:
    return set(Message.objects.filter(template=template, channel="in_app").values_list("person_id", flat=True))


def decide(here, found: Occupancy, who: str = "dispatcher", *, confirm: bool = True, ground: str = "电话核实", **given):
    return claims.decide(
        compound_id=here.compound.pk,
        occupancy_id=found.pk,
        confirm=confirm,
        ground=ground,
        by=here.actor(who, TODAY),
        now=NOW,
        **given,
    )


def test_a_claim_waits_and_the_desk_and_the_claimant_are_told(here) -> None:
    person = newcomer()
    made = claim(here, person, relation="family", note="我是老陈的儿子")
    assert (made.state, made.claimed_at, made.note, made.route) == ("claimed", NOW, "我是老陈的儿子", "")
    assert resident(person.pk, here.compound.pk, TODAY) is None
    assert told(here, "residency.claim_filed") == {here.people["manager"].pk, here.people["dispatcher"].pk}
    assert told(here, "residency.claim_received") == {person.pk}
    entry = Entry.objects.get(verb="premises.claim_home", target=f"premises.occupancy:{made.pk}")
    assert (entry.party, entry.person_id) == ("newcomer", person.pk)
    assert Event.objects.filter(topic="residency.claims").count() == 1


def test_a_registered_owner_with_the_same_name_and_number_is_confirmed_at_once(here) -> None:
    person = newcomer("陈 新来")
    owner = register_phone(here, person, name="陈新来")
    made = claim(here, person)
    assert (made.state, made.route, made.decided_by_id, made.decided_at) == ("confirmed", "match", None, NOW)
    assert Owner.objects.get(pk=owner.pk).person_id == person.pk
    assert resident(person.pk, here.compound.pk, TODAY) is not None
    assert told(here, "residency.claim_matched") == {person.pk}
    assert told(here, "residency.claim_filed") == set()
    entry = Entry.objects.get(verb="premises.match_claim")
    assert (entry.party, entry.changes["state"]) == ("system", ["claimed", "confirmed"])


@pytest.mark.parametrize(
    ("case", "given", "home", "relation"),
    [
        ("another name", {"name": "陈某"}, 4, "owner"),
        ("another number", {"phone": "+8619900090999"}, 4, "owner"),
        ("no number in the register", {"phone": ""}, 4, "owner"),
        ("another home", {}, 3, "owner"),
        ("said to be a tenant", {}, 4, "tenant"),
    ],
)
def test_without_the_same_name_and_number_someone_has_to_look(
    here, case: str, given: dict, home: int, relation: str
) -> None:
    person = newcomer()
    register_phone(here, person, **given)
    assert claim(here, person, home=home, relation=relation).state == "claimed", case


def test_a_number_that_nobody_showed_matches_nothing(here) -> None:
    person = newcomer(verified=False)
    register_phone(here, person)
    assert claim(here, person).state == "claimed"


def test_an_owner_of_the_past_matches_no_more(here) -> None:
    person = newcomer()
    Owner.objects.filter(pk=register_phone(here, person).pk).update(ends=TODAY - timedelta(days=1))
    assert claim(here, person).state == "claimed"


def test_an_owner_who_is_somebody_already_is_nobody_elses(here) -> None:
    person = newcomer()
    Owner.objects.filter(pk=register_phone(here, person).pk).update(person=here.people["neighbour"])
    assert claim(here, person).state == "claimed"


def test_claiming_again_what_waits_changes_nothing(here) -> None:
    person = newcomer()
    first, second = claim(here, person), claim(here, person, relation="family", now=NOW + timedelta(hours=1))
    assert (first.pk, second.relation) == (second.pk, "owner")
    assert Occupancy.objects.filter(person=person).count() == 1


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"home_id": 2**40}, "home", "no_such_home"),
        ({"relation": "king"}, "relation", "which_relation"),
        ({"relation": "tenant"}, "last_day", "last_day_missing"),
        ({"relation": "tenant", "last_day": TODAY - timedelta(days=1)}, "last_day", "last_day_past"),
        ({"note": "长" * 201}, "note", "too_long"),
        ({"note": "a\x00b"}, "note", "too_long"),
    ],
)
def test_what_cannot_be_claimed(here, given: dict, field: str, code: str) -> None:
    person = newcomer()
    draft = {"home_id": here.homes[4].pk, "relation": "owner", "last_day": None, "note": "", **given}
    with pytest.raises(BadInput) as refused:
        claims.claim(compound=here.compound, person=person, now=NOW, **draft)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    assert not Occupancy.objects.filter(person=person).exists()
    assert told(here, "residency.claim_filed") == set()


def test_a_home_of_the_next_compound_is_no_home_here(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(BadInput) as refused:
        claims.claim(
            compound=world.here.compound,
            home_id=world.there.homes[4].pk,
            person=newcomer(),
            relation="owner",
            last_day=None,
            note="",
            now=NOW,
        )
    assert refused.value.code == "no_such_home"


def test_someone_without_a_name_is_asked_for_it(here) -> None:
    person = newcomer()
    person.name = " "
    with pytest.raises(BadInput) as refused:
        claim(here, person)
    assert refused.value.code == "no_name"


def test_whoever_lives_there_need_not_claim_it(here) -> None:
    person = newcomer()
    settle_in(here, person)
    with pytest.raises(Refused) as refused:
        claim(here, person)
    assert refused.value.code == "already_here"


def test_a_lease_that_ended_last_night_is_no_obstacle(here) -> None:
    person = newcomer()
    old = settle_in(here, person, relation="tenant")
    Occupancy.objects.filter(pk=old.pk).update(starts=TODAY - timedelta(days=9), ends=TODAY - timedelta(days=1))
    new = claim(here, person, relation="tenant")
    assert (new.state, Occupancy.objects.get(pk=old.pk).state) == ("claimed", "ended")


def test_too_many_claims_are_stopped(here) -> None:
    person = newcomer()
    for home in (2, 3, 4):
        claim(here, person, home=home)
    with pytest.raises(Refused) as refused:
        claim(here, person, home=5)
    assert refused.value.code == "too_many_open"


def test_after_three_refusals_the_office_is_asked_in_person(here) -> None:
    person = newcomer()
    for _ in range(3):
        decide(here, claim(here, person), confirm=False, ground="查无此人")
    with pytest.raises(Refused) as refused:
        claim(here, person)
    assert refused.value.code == "too_many_refused"
    assert claim(here, person, now=NOW + timedelta(days=31)).state == "claimed"


# --- deciding ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["manager", "dispatcher", "secretary", "officer"])
def test_the_desk_or_the_community_confirms(here, who: str) -> None:
    person = newcomer()
    made = decide(here, claim(here, person), who, ground=" 看过房产证 ")
    assert (made.state, made.route, made.ground) == ("confirmed", "office", "看过房产证")
    assert (made.decided_by_id, made.decided_post) == (here.people[who].pk, here.posts[who].pk)
    assert resident(person.pk, here.compound.pk, TODAY) is not None
    sent = Message.objects.get(template="residency.claim_confirmed", channel="sms")
    assert (sent.person_id, sent.urgent, sent.link) == (person.pk, True, "/join/")


def test_a_refusal_tells_its_reason(here) -> None:
    person = newcomer()
    made = decide(here, claim(here, person), confirm=False, ground="与产权人不符")
    assert (made.state, made.route) == ("refused", "")
    assert resident(person.pk, here.compound.pk, TODAY) is None
    assert "与产权人不符" in Message.objects.get(template="residency.claim_refused", channel="in_app").body


@pytest.mark.parametrize("who", ["worker", "chair", "member", "street", "resident", "neighbour"])
def test_nobody_else_decides(here, who: str) -> None:
    made = claim(here, newcomer())
    with pytest.raises(NotPermitted):
        decide(here, made, who)
    assert Occupancy.objects.get(pk=made.pk).state == "claimed"


@pytest.mark.parametrize(("confirm", "code"), [(True, "say_ground"), (False, "say_why")])
def test_a_decision_says_why(here, confirm: bool, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        decide(here, claim(here, newcomer()), confirm=confirm, ground="  ")
    assert refused.value.code == code


def test_an_officer_does_not_decide_their_own_claim(here) -> None:
    made = claim(here, here.people["officer"])
    with pytest.raises(NotPermitted) as refused:
        decide(here, made, "officer")
    assert refused.value.code == "own_claim"
    assert decide(here, made, "secretary").state == "confirmed"


def test_the_second_officer_is_told_who_decided(here) -> None:
    made = claim(here, newcomer())
    decide(here, made, "dispatcher", confirm=False, ground="查无此人")
    with pytest.raises(OutOfState) as late:
        decide(here, made, "officer")
    assert late.value.code == "already_decided"
    assert late.value.details["by"] == "dispatcher"
    assert late.value.details["who"].startswith("和美物业")
    assert Occupancy.objects.get(pk=made.pk).state == "refused"


def test_a_tenants_last_day_can_be_corrected_and_is_needed(here) -> None:
    made = claim(here, newcomer(), relation="tenant")
    kept = decide(here, made, last_day=TODAY + timedelta(days=30))
    assert kept.ends == TODAY + timedelta(days=30)


def test_a_claim_of_the_next_compound_is_not_there(world: World) -> None:
    with scope(world.there.compound.pk):
        foreign = claim(world.there, newcomer())
    with scope(world.here.compound.pk), pytest.raises(NoSuchRow):
        decide(world.here, foreign)


# --- withdrawing and reminding ----------------------------------------------------------------------------------------
def test_the_claimant_withdraws_and_nobody_else_can(here) -> None:
    person = newcomer()
    made = claim(here, person)
    with pytest.raises(NoSuchRow):
        claims.withdraw(compound=here.compound, occupancy_id=made.pk, person=here.people["resident"], now=NOW)
    done = claims.withdraw(compound=here.compound, occupancy_id=made.pk, person=person, now=NOW)
    assert done.state == "withdrawn"
    with pytest.raises(OutOfState) as late:
        decide(here, made)
    assert late.value.code == "withdrawn"
    with pytest.raises(OutOfState):
        claims.withdraw(compound=here.compound, occupancy_id=made.pk, person=person, now=NOW)
    assert claim(here, person).pk != made.pk


def test_a_claim_that_waits_is_reminded_every_two_days_and_never_confirmed(here) -> None:
    person = newcomer()
    made = claim(here, person)
    assert claims.remind(compound_id=here.compound.pk, now=NOW + timedelta(hours=47)) == 0
    assert claims.remind(compound_id=here.compound.pk, now=NOW + timedelta(days=2)) == 1
    assert claims.remind(compound_id=here.compound.pk, now=NOW + timedelta(days=2, hours=1)) == 0
    assert told(here, "residency.claim_waiting") == {
        here.people[who].pk for who in ("manager", "dispatcher", "secretary", "officer")
    }
    assert told(here, "residency.claim_still_waiting") == {person.pk}
    assert (
        Message.objects.filter(template="residency.claim_waiting", channel="in_app").first().title
        == "入住申请等了 2 天"
    )
    assert claims.remind(compound_id=here.compound.pk, now=NOW + timedelta(days=4)) == 1
    for days in range(5, 60):
        claims.remind(compound_id=here.compound.pk, now=NOW + timedelta(days=days))
    kept = Occupancy.objects.get(pk=made.pk)
    assert (kept.state, kept.decided_at) == ("claimed", None)
    assert Entry.objects.filter(verb="residency.remind").count() == 29


def test_a_refused_action_leaves_nothing_behind(here) -> None:
    made = claim(here, newcomer())
    entries, messages, events = Entry.objects.count(), Message.objects.count(), Event.objects.count()
    for attempt in (
        lambda: decide(here, made, "worker"),
        lambda: decide(here, made, ground=""),
        lambda: claim(here, newcomer("乙", 2), relation="tenant", last_day=None),
    ):
        with pytest.raises(Refused):
            attempt()
    assert (Entry.objects.count(), Message.objects.count(), Event.objects.count()) == (entries, messages, events)
    assert LAST_DAY > TODAY
