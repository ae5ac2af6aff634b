"""Family and tenants, let in with a one-time code."""

from datetime import timedelta

import pytest

from accounts.crypto import digest
from audit.models import Entry
from messaging.models import Message
from premises.models import Occupancy
from premises.queries import resident
from residency.actions import invitations, moves
from residency.models import Invitation, JoinCode
from residency.refusals import BadInput, NoSuchRow, Refused
from tenancy.scope import scope
from tests.residency.conftest import LAST_DAY, NOW, TODAY, claim, invited, newcomer, own_link, settle_in
from tests.world import World


@pytest.fixture
def here(world: World):
    with scope(world.here.compound.pk):
        yield world.here


def accept(here, found: Invitation, person, now=NOW) -> Occupancy:
    return invitations.accept_invitation(compound=here.compound, invitation_id=found.pk, person=person, now=now)


def test_a_tenant_joins_at_once_with_the_owners_code(here) -> None:
    person, made = newcomer(), invited(here, relation="tenant")
    assert (made.ends, len(made.code), made.expires_at) == (LAST_DAY, 9, NOW + timedelta(days=3))
    assert JoinCode.objects.get(code_digest=digest(made.code)).row == made.pk
    joined = accept(here, made, person)
    assert (joined.state, joined.relation, joined.ends, joined.route) == ("confirmed", "tenant", LAST_DAY, "invitation")
    assert joined.through_id == own_link(here, "resident").pk
    assert resident(person.pk, here.compound.pk, TODAY) is not None
    assert resident(person.pk, here.compound.pk, LAST_DAY + timedelta(days=1)) is None
    assert Message.objects.get(template="residency.joined", channel="in_app").person_id == here.people["resident"].pk
    assert Invitation.objects.get(pk=made.pk).used_by_id == person.pk
    assert {"residency.invite", "premises.admit"} <= set(Entry.objects.values_list("verb", flat=True))


def test_a_code_is_used_once(here) -> None:
    made = invited(here)
    accept(here, made, newcomer())
    assert not JoinCode.objects.filter(code_digest=digest(made.code)).exists()
    with pytest.raises(NoSuchRow):
        accept(here, made, newcomer("乙", 2))


@pytest.mark.parametrize("after", [timedelta(days=3), timedelta(days=300)])
def test_a_code_runs_out(here, after: timedelta) -> None:
    with pytest.raises(NoSuchRow):
        accept(here, invited(here), newcomer(), now=NOW + after)


def test_a_cancelled_code_is_none(here) -> None:
    made = invited(here)
    by = here.actor("resident", TODAY)
    invitations.cancel_invitation(compound_id=here.compound.pk, invitation_id=made.pk, by=by, now=NOW)
    with pytest.raises(NoSuchRow):
        accept(here, made, newcomer())
    with pytest.raises(NoSuchRow):
        invitations.cancel_invitation(compound_id=here.compound.pk, invitation_id=made.pk, by=by, now=NOW)


def test_only_who_invited_cancels(here) -> None:
    made = invited(here)
    with pytest.raises(NoSuchRow):
        invitations.cancel_invitation(
            compound_id=here.compound.pk, invitation_id=made.pk, by=here.actor("neighbour", TODAY), now=NOW
        )


def test_a_code_dies_with_the_link_of_who_made_it(here) -> None:
    made = invited(here)
    moves.move_out(
        compound_id=here.compound.pk,
        occupancy_id=own_link(here, "resident").pk,
        reason="",
        by=here.actor("resident", TODAY),
        now=NOW,
    )
    with pytest.raises(NoSuchRow):
        accept(here, made, newcomer())
    assert Invitation.objects.get(pk=made.pk).cancelled_at == NOW


def test_one_does_not_invite_oneself_nor_who_is_here(here) -> None:
    made = invited(here)
    with pytest.raises(Refused) as refused:
        accept(here, made, here.people["resident"])
    assert refused.value.code == "own_invitation"
    accept(here, made, newcomer())
    with pytest.raises(Refused) as refused:
        accept(here, invited(here), newcomer())
    assert refused.value.code == "already_here"


def test_a_waiting_claim_is_confirmed_by_the_code(here) -> None:
    person = newcomer()
    waiting = claim(here, person, home=0, relation="family")
    assert accept(here, invited(here), person).pk == waiting.pk
    assert Occupancy.objects.get(pk=waiting.pk).state == "confirmed"


@pytest.mark.parametrize(("relation", "code"), [("owner", "may_not_invite"), ("king", "may_not_invite")])
def test_nobody_lets_in_an_owner(here, relation: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        invited(here, relation=relation)
    assert refused.value.code == code


def test_a_tenant_lets_in_family_until_their_own_last_day_and_no_tenant(here) -> None:
    tenant = newcomer()
    own = settle_in(here, tenant, relation="tenant")
    from premises.queries import resident as acting

    by = acting(tenant.pk, here.compound.pk, TODAY)
    common = {"compound_id": here.compound.pk, "occupancy_id": own.pk, "by": by, "now": NOW}
    assert invitations.invite(relation="family", last_day=None, **common).ends == LAST_DAY
    with pytest.raises(BadInput):
        invitations.invite(relation="tenant", last_day=LAST_DAY, **common)


def test_one_invites_to_ones_own_home_only(here) -> None:
    with pytest.raises(NoSuchRow):
        invitations.invite(
            compound_id=here.compound.pk,
            occupancy_id=own_link(here, "neighbour").pk,
            relation="family",
            last_day=None,
            by=here.actor("resident", TODAY),
            now=NOW,
        )


def test_a_home_has_ten_open_codes_at_most(here) -> None:
    for _ in range(10):
        invited(here)
    with pytest.raises(Refused) as refused:
        invited(here)
    assert refused.value.code == "too_many_open"
    assert invited(here, now=NOW + timedelta(days=4)).pk
