"""Claims, residents and posters as the property desk and the community see them."""

import pytest
from django.utils import timezone

from audit.models import Entry
from documents.models import IssuedDocument
from premises.models import Occupancy
from residency.models import Bond, Poster
from tenancy.scope import scope
from tests.residency.conftest import bound, claim, newcomer, own_link, poster, register_phone, settle_in
from tests.world import CANARY, World

KEY = "key-of-a-posted-form"
CLAIMS, ROWS, RESIDENTS, RESIDENT, POSTERS = 12, 11, 10, 12, 13


def post(client, path: str, key: str = KEY, **given):
    return client.post(path, {"idempotency_key": key, **given})


def state_of(side, pk: int) -> str:
    with scope(side.compound.pk):
        return Occupancy.objects.get(pk=pk).state


def test_a_claim_goes_from_the_list_to_the_answer(world: World, sign_in) -> None:
    person = newcomer("陈大新")
    register_phone(world.here, person, phone="")
    made = claim(world.here, person, note="带了房产证", now=timezone.now())
    client = sign_in(world.here, "dispatcher")
    text = client.get("/c/here/claims/").content.decode()
    assert "1幢1单元301" in text
    assert "陈**" in text
    assert "陈大新" not in text
    page = client.get(f"/c/here/residents/{made.pk}/").content.decode()
    for words in ("姓名一致", "台账没有手机号", "带了房产证", "通过", "不通过", "199****0001"):
        assert words in page
    assert "陈大新" not in page
    answer = post(client, f"/c/here/residents/{made.pk}/confirm/", ground="核对房产证")
    assert answer["location"] == f"/c/here/residents/{made.pk}/"
    assert state_of(world.here, made.pk) == "confirmed"
    assert "核对房产证" in client.get(f"/c/here/residents/{made.pk}/").content.decode()
    assert "没有等着核实的申请" in client.get("/c/here/claims/").content.decode()
    assert "1幢1单元301" in client.get("/c/here/claims/?tab=decided").content.decode()


@pytest.mark.parametrize(("action", "words"), [("confirm", "请写明怎样核实的"), ("refuse", "请写明原因")])
def test_an_answer_without_its_ground_is_not_given(world: World, sign_in, action: str, words: str) -> None:
    made = claim(world.here, newcomer(), now=timezone.now())
    answer = post(sign_in(world.here, "officer"), f"/c/here/residents/{made.pk}/{action}/", ground=" ")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert state_of(world.here, made.pk) == "claimed"


def test_the_second_officer_reads_who_decided(world: World, sign_in) -> None:
    made = claim(world.here, newcomer(), now=timezone.now())
    post(sign_in(world.here, "dispatcher"), f"/c/here/residents/{made.pk}/refuse/", ground="查无此人")
    late = post(sign_in(world.here, "officer"), f"/c/here/residents/{made.pk}/confirm/", ground="认识")
    assert late.status_code == 409
    assert "dispatcher 和美物业 客服调度 已经办过了，结果是：未通过。" in late.content.decode()


def test_a_look_at_name_and_number_is_recorded(world: World, sign_in) -> None:
    person = newcomer("陈大新")
    made = claim(world.here, person, now=timezone.now())
    client = sign_in(world.here, "officer")
    text = client.post(f"/c/here/residents/{made.pk}/reveal/").content.decode()
    assert "陈大新" in text
    assert person.phone in text
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(verb="reveal")
        assert (entry.target, entry.person_id) == (f"premises.occupancy:{made.pk}", world.here.people["officer"].pk)
    assert "陈大新" not in client.get(f"/c/here/residents/{made.pk}/").content.decode()


@pytest.mark.parametrize("role", ["worker", "worker2", "chair", "member", "street", "resident", "city"])
def test_these_pages_are_the_offices_alone(world: World, sign_in, role: str) -> None:
    made = claim(world.here, newcomer(), now=timezone.now())
    client = sign_in(world.here, role)
    for path in ("claims/", "claims/rows/", "residents/", "residents/new/", f"residents/{made.pk}/", "posters/"):
        assert client.get(f"/c/here/{path}").status_code == 403, path
    assert post(client, f"/c/here/residents/{made.pk}/confirm/", ground="x").status_code == 403
    assert state_of(world.here, made.pk) == "claimed"


def test_a_claim_of_the_next_compound_is_not_there(world: World, sign_in) -> None:
    with scope(world.there.compound.pk):
        foreign = claim(world.there, newcomer(f"甲{CANARY}"), note=CANARY, now=timezone.now())
    client = sign_in(world.here, "manager")
    assert client.get(f"/c/here/residents/{foreign.pk}/").status_code == 404
    for action in ("confirm", "refuse", "end", "paper", "nothing"):
        answer = post(client, f"/c/here/residents/{foreign.pk}/{action}/", ground="x", reason="x")
        assert answer.status_code == 404, action
    assert CANARY not in client.get("/c/here/claims/").content.decode()
    assert state_of(world.there, foreign.pk) == "claimed"


def test_the_office_moves_someone_out_and_prints_the_parents_paper(world: World, sign_in) -> None:
    link = own_link(world.here, "resident")
    client = sign_in(world.here, "manager")
    paper = post(client, f"/c/here/residents/{link.pk}/paper/")
    with scope(world.here.compound.pk):
        document = IssuedDocument.objects.get()
    assert paper["location"] == f"/c/here/documents/{document.pk}/"
    assert sign_in(world.here, "resident").get(f"/c/here/documents/{document.pk}/").status_code == 404
    refused = post(client, f"/c/here/residents/{link.pk}/end/", key="another-key-of-a-form")
    assert refused.status_code == 422
    resident = sign_in(world.here, "resident")
    assert resident.get("/c/here/household/").status_code == 200
    assert (
        post(client, f"/c/here/residents/{link.pk}/end/", key="a-third-key-of-a-form", reason="已售").status_code == 302
    )
    assert resident.get("/c/here/household/").status_code == 302
    assert "已售" in client.get(f"/c/here/residents/{link.pk}/").content.decode()
    late = post(client, f"/c/here/residents/{link.pk}/end/", key="a-fourth-key-of-a-form", reason="x")
    assert late.status_code == 409


def test_the_office_ends_a_bond_for_a_parent(world: World, sign_in) -> None:
    bond = bound(world.here, newcomer())
    client = sign_in(world.here, "officer")
    without = post(client, f"/c/here/residents/bonds/{bond.pk}/end/")
    assert without.status_code == 302
    with scope(world.here.compound.pk):
        assert Bond.objects.get(pk=bond.pk).ended_at is None
    post(client, f"/c/here/residents/bonds/{bond.pk}/end/", key="another-key-of-a-form", reason="老人要求")
    with scope(world.here.compound.pk):
        assert Bond.objects.get(pk=bond.pk).end_reason == "老人要求"


def test_someone_is_registered_by_hand(world: World, sign_in) -> None:
    client = sign_in(world.here, "dispatcher")
    given = {
        "address": "1幢1单元302",
        "name": "老人",
        "phone": "199 0009 0777",
        "relation": "owner",
        "ground": "当面核对",
    }
    wrong = post(client, "/c/here/residents/new/", **{**given, "address": "没有", "phone": "12"})
    assert wrong.status_code == 422
    assert "手机号不对" in wrong.content.decode()
    unknown = post(client, "/c/here/residents/new/", **{**given, "address": "没有"})
    assert unknown.status_code == 422
    assert "没有这个门牌" in unknown.content.decode()
    answer = post(client, "/c/here/residents/new/", **given)
    assert answer.status_code == 302
    again = post(client, "/c/here/residents/new/", key="another-key-of-a-form", **given)
    assert again.status_code == 409
    assert "不用再申请" in again.content.decode()


def test_posters_are_printed_and_replaced(world: World, sign_in) -> None:
    client = sign_in(world.here, "manager")
    assert "还没有短码" in client.get("/c/here/posters/").content.decode()
    assert post(client, "/c/here/posters/", unit="roof").status_code == 422
    made = post(client, "/c/here/posters/", key="another-key-of-a-form", unit="entrance")
    with scope(world.here.compound.pk):
        assert made["location"] == f"/c/here/documents/{IssuedDocument.objects.get().pk}/"
        old = Poster.objects.order_by("pk").first()
    without = post(client, f"/c/here/posters/{old.pk}/replace/")
    assert without.status_code == 422
    assert (
        post(client, f"/c/here/posters/{old.pk}/replace/", key="a-third-key-of-a-form", reason="撕了").status_code
        == 302
    )
    text = client.get("/c/here/posters/").content.decode()
    assert "换下的短码" in text
    assert "撕了" in text
    assert (
        post(client, f"/c/here/posters/{old.pk}/replace/", key="a-fourth-key-of-a-form", reason="x").status_code == 404
    )


def fill(world: World, count: int) -> None:
    for number in range(count):
        person = newcomer(f"申请人{number}", 200 + number)
        with scope(world.here.compound.pk):
            for state in ("claimed", "confirmed"):
                Occupancy.objects.create(
                    compound=world.here.compound, home=world.here.homes[2 if state == "claimed" else 3], person=person,
                    relation="family", state=state, starts="2024-01-01", claimed_at=timezone.now(),
                    decided_at=timezone.now() if state == "confirmed" else None,
                )  # fmt: skip


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("claims/", CLAIMS),
        ("claims/?tab=decided", CLAIMS),
        ("claims/rows/", ROWS),
        ("residents/", RESIDENTS),
        ("posters/", POSTERS),
    ],
)
def test_lists_ask_the_same_number_of_statements(
    world: World, sign_in, statements, path: str, count: int, rows: int
) -> None:
    fill(world, rows)
    poster(world.here)
    client = sign_in(world.here, "manager")
    client.get(f"/c/here/{path}")
    with statements() as seen:
        assert client.get(f"/c/here/{path}").status_code == 200
    assert len(seen) == count


def test_a_link_asks_the_same_number_of_statements_whoever_lives_there(world: World, sign_in, statements) -> None:
    made = settle_in(world.here, newcomer(), home=3)
    client = sign_in(world.here, "manager")
    client.get(f"/c/here/residents/{made.pk}/")
    with statements() as seen:
        client.get(f"/c/here/residents/{made.pk}/")
    assert len(seen) == RESIDENT
    fill(world, 30)
    with statements() as seen:
        client.get(f"/c/here/residents/{made.pk}/")
    assert len(seen) == RESIDENT


def test_searching_finds_by_address_and_by_name(world: World, sign_in) -> None:
    settle_in(world.here, newcomer("陈大新"), now=timezone.now())
    client = sign_in(world.here, "manager")
    assert "1幢1单元301" in client.get("/c/here/residents/?q=301").content.decode()
    assert "1幢1单元301" in client.get("/c/here/residents/?q=陈大新").content.decode()
    assert "没有找到" in client.get("/c/here/residents/?q=%25").content.decode()
    for q in ("\x00", "'; --", "x" * 500):
        assert client.get("/c/here/residents/", {"q": q}).status_code == 200
