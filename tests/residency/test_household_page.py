"""A resident's household page: inviting, moving out, and 亲情代办 as the parent sees it."""

import pytest
from django.utils import timezone

from premises.models import Occupancy
from residency.actions import invitations
from residency.models import Bond, Invitation, ParentCode
from residency.rules.codes import grouped
from tenancy.scope import scope
from tests.residency.conftest import bound, invited, newcomer, own_link, settle_in
from tests.world import World

KEY = "key-of-a-posted-form"
HOUSEHOLD = 11


def post(client, path: str, key: str = KEY, **given):
    return client.post(path, {"idempotency_key": key, **given})


@pytest.fixture
def tenant(world: World) -> Occupancy:
    made = invited(world.here, relation="tenant", now=timezone.now())
    with scope(world.here.compound.pk):
        return invitations.accept_invitation(
            compound=world.here.compound, invitation_id=made.pk, person=newcomer("租客甲"), now=timezone.now()
        )


def test_who_lives_here_is_shown_masked(world: World, sign_in, tenant: Occupancy) -> None:
    text = sign_in(world.here, "resident").get("/c/here/household/").content.decode()
    assert "1幢1单元101" in text
    assert "租**" in text
    assert "租客甲" not in text
    assert "改租期或退租" in text
    own = sign_in(world.here, "neighbour").get("/c/here/household/").content.decode()
    assert "租**" not in own


def test_an_invitation_is_made_shown_and_cancelled(world: World, sign_in) -> None:
    client = sign_in(world.here, "resident")
    link = own_link(world.here, "resident")
    path = f"/c/here/household/{link.pk}/invite/"
    assert post(client, path).status_code == 422
    wrong = post(client, path, relation="tenant")
    assert wrong.status_code == 422
    assert "请填租到哪一天" in wrong.content.decode()
    assert post(client, path, relation="owner").status_code == 422
    assert post(client, path, relation="family").status_code == 302
    with scope(world.here.compound.pk):
        made = Invitation.objects.get()
    assert grouped(made.code) in client.get("/c/here/household/").content.decode()
    assert post(client, path, relation="family").status_code == 302  # a double tap makes one
    with scope(world.here.compound.pk):
        assert Invitation.objects.count() == 1
    post(client, f"/c/here/household/invitations/{made.pk}/cancel/", key="another-key-of-a-form")
    assert grouped(made.code) not in client.get("/c/here/household/").content.decode()


def test_a_tenant_is_prolonged_and_ended_by_the_owner(world: World, sign_in, tenant: Occupancy) -> None:
    client = sign_in(world.here, "resident")
    stay, leave = f"/c/here/household/{tenant.pk}/stay/", f"/c/here/household/{tenant.pk}/leave/"
    later = timezone.localdate().replace(year=timezone.localdate().year + 5, day=1)
    assert post(client, stay, last_day=later.isoformat()).status_code == 302
    assert post(client, stay, key="another-key-of-a-form", last_day="2001-01-01").status_code == 422
    without = post(client, leave, key="a-third-key-of-a-form")
    assert without.status_code == 422
    assert "请写明原因" in without.content.decode()
    assert post(client, leave, key="a-fourth-key-of-a-form", reason="退租").status_code == 302
    with scope(world.here.compound.pk):
        kept = Occupancy.objects.get(pk=tenant.pk)
        assert (kept.state, kept.end_reason) == ("ended", "退租")


def test_moving_out_leads_to_what_is_left(world: World, sign_in) -> None:
    client = sign_in(world.here, "resident")
    link = own_link(world.here, "resident")
    answer = post(client, f"/c/here/household/{link.pk}/leave/", own="1")
    assert answer["location"] == "/"
    assert client.get("/")["location"] == "/standing/?next=/"
    assert "去加入小区" in client.get("/standing/").content.decode()


def test_a_neighbours_link_is_not_there(world: World, sign_in) -> None:
    client = sign_in(world.here, "neighbour")
    link = own_link(world.here, "resident")
    for path, given in (
        ("invite", {"relation": "family"}),
        ("leave", {"reason": "x"}),
        ("stay", {"last_day": "2030-01-01"}),
    ):
        assert (
            post(client, f"/c/here/household/{link.pk}/{path}/", key=f"key-for-the-{path}", **given).status_code == 404
        )


def test_the_parent_makes_a_code_sees_the_child_and_ends_it(world: World, sign_in) -> None:
    client = sign_in(world.here, "resident")
    assert post(client, "/c/here/household/parent-code/")["location"] == "/c/here/household/#parents"
    with scope(world.here.compound.pk):
        code = ParentCode.objects.get()
    assert grouped(code.code) in client.get("/c/here/household/").content.decode()
    post(client, "/c/here/household/parent-code/drop/", key="another-key-of-a-form")
    assert grouped(code.code) not in client.get("/c/here/household/").content.decode()
    bond = bound(world.here, newcomer("陈孝顺"), now=timezone.now())
    text = client.get("/c/here/household/").content.decode()
    assert "陈孝顺" in text
    assert "本人在手机上同意" in text
    assert post(sign_in(world.here, "neighbour"), f"/c/here/household/bonds/{bond.pk}/end/").status_code == 404
    post(client, f"/c/here/household/bonds/{bond.pk}/end/", key="a-third-key-of-a-form")
    with scope(world.here.compound.pk):
        assert Bond.objects.get(pk=bond.pk).ended_at is not None


@pytest.mark.parametrize("role", ["manager", "officer", "chair", "worker", "street"])
def test_it_is_the_residents_alone(world: World, sign_in, role: str) -> None:
    assert sign_in(world.here, role).get("/c/here/household/").status_code == 403


def test_a_child_of_a_parent_there_has_no_household(world: World, client) -> None:
    child = newcomer("张小军")
    bound(world.here, child)
    client.force_login(child)
    assert client.post("/standing/", {"standing": f"child:{world.here.compound.pk}"}).status_code == 302
    assert client.get("/c/here/household/").status_code == 403
    assert post(client, "/c/here/household/parent-code/").status_code == 403


def test_it_asks_the_same_number_of_statements_however_many_live_there(world: World, sign_in, statements) -> None:
    client = sign_in(world.here, "resident")
    client.get("/c/here/household/")
    with statements() as seen:
        client.get("/c/here/household/")
    assert len(seen) == HOUSEHOLD
    settle_in(world.here, world.here.people["resident"], home=3, now=timezone.now())
    with scope(world.here.compound.pk):
        for number in range(30):
            Occupancy.objects.create(
                compound=world.here.compound, home=world.here.homes[0], person=newcomer(f"家{number}", 300 + number),
                relation="family", state="confirmed", starts="2024-01-01",
            )  # fmt: skip
    bound(world.here, newcomer("孩", 299), now=timezone.now())
    with statements() as seen:
        client.get("/c/here/household/")
    assert len(seen) == HOUSEHOLD
