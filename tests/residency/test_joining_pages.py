"""Scanning, typing, claiming, accepting and binding, as someone who has no standing there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import own_data
from accounts.models import Challenge, Person
from premises.models import Occupancy
from residency import limits
from residency.actions import posters
from residency.models import Bond
from tenancy.scope import scope
from tests.residency.conftest import bound, claim, invited, newcomer, parent_code, poster, register_phone, settle_in
from tests.world import CANARY, World

KEY = "key-of-a-posted-form"


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    return client


def post(client: Client, path: str, key: str = KEY, **given):
    return client.post(path, {"idempotency_key": key, **given})


def link_of(side, person: Person) -> Occupancy:
    with scope(side.compound.pk):
        return Occupancy.objects.get(person=person)


# --- the poster -------------------------------------------------------------------------------------------------------
def test_a_poster_says_whose_it_is_and_leads_through_sign_in_to_the_claim(world: World, client: Client) -> None:
    made = poster(world.here, now=timezone.now())
    page = client.get(f"/j/{made.code}")
    assert page.status_code == 200
    text = page.content.decode()
    assert "小区1" in text
    assert "1幢1单元" in text
    assert "0579-87000000" in text
    assert f"/accounts/login/?next=/join/{made.code}/" in text
    assert client.get(f"/join/{made.code}/")["location"] == f"/accounts/login/?next=/join/{made.code}/"


def test_signing_in_as_a_new_number_lands_on_the_claim_with_the_place_preset(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    client = Client(headers={"accept-language": "zh-hans"})
    onward = f"/join/{made.code}/"
    sent = client.post(f"/accounts/login/?next={onward}", {"phone": "19900090555", "agree": "on"})
    answered = client.post(sent["location"], {"code": Challenge.objects.order_by("-pk").first().code})
    assert answered["location"] == f"/accounts/name/?next={onward.replace('/', '%2F')}"
    named = client.post(answered["location"], {"name": "新来的"})
    assert named["location"] == onward
    text = client.get(onward).content.decode()
    assert "1幢1单元" in text
    assert all(home.room in text for home in world.here.homes)


def test_a_replaced_poster_says_so_and_leads_nowhere(world: World, client: Client) -> None:
    now = timezone.now()
    old = poster(world.here, now=now)
    with scope(world.here.compound.pk):
        posters.replace_poster(
            compound_id=world.here.compound.pk, poster_id=old.pk, reason="被撕", by=world.here.actor("manager"), now=now
        )
    for path, who in (
        (f"/j/{old.code}", client),
        (f"/j/{old.code}", signed_in(newcomer())),
        (f"/join/{old.code}/", signed_in(newcomer())),
    ):
        page = who.get(path)
        assert page.status_code == 410
        assert "这张海报已经换新" in page.content.decode()
    assert post(signed_in(newcomer()), f"/join/{old.code}/", home="1", relation="owner").status_code == 410


@pytest.mark.parametrize(
    "typed", ["000000001", "12345", "abc", "%00", "１２３", "0" * 200, "..%2f..%2f", "<script>", "999999999"]
)
def test_what_is_no_code_is_answered_alike(world: World, typed: str) -> None:
    for client in (Client(), signed_in(newcomer())):
        typed_in = client.get("/join/", {"code": typed})
        assert typed_in.status_code in {404, 422}
        assert client.get(f"/j/{typed}").status_code == 404


@pytest.mark.parametrize("typed", ["{0} ", "{1}", "{2}"])
def test_a_code_is_typed_as_people_type(world: World, client: Client, typed: str) -> None:
    code = poster(world.here, now=timezone.now()).code
    full = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    given = typed.format(code, f"{code[:3]} {code[3:6]}-{code[6:]}", full)
    assert client.get("/join/", {"code": given})["location"] == f"/j/{code}"


def test_wrong_codes_are_limited_by_address_and_by_person(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    client = Client(headers={"accept-language": "zh-hans"})
    answers = [client.get("/join/", {"code": f"{n:09d}"}).status_code for n in range(limits.WRONG_OF_ADDRESS + 1)]
    assert answers == [404] * limits.WRONG_OF_ADDRESS + [429]
    stopped = client.get(f"/j/{made.code}")
    assert stopped.status_code == 429
    assert f"/accounts/login/?next=/join/{made.code}/" in stopped.content.decode()
    # A neighbour behind the same address goes on under their own name, until they are wrong too often themselves.
    client = signed_in(newcomer())
    assert client.get(f"/join/{made.code}/").status_code == 200
    answers = [client.get(f"/join/{n:09d}/").status_code for n in range(limits.WRONG_OF_PERSON + 1)]
    assert answers == [404] * limits.WRONG_OF_PERSON + [429]
    assert client.get(f"/join/{made.code}/").status_code == 429
    assert signed_in(newcomer("乙", 2)).get(f"/join/{made.code}/").status_code == 200


def test_a_machine_is_stopped_though_its_code_is_right(world: World, client: Client, monkeypatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    made = poster(world.here, now=timezone.now())
    assert [client.get(f"/j/{made.code}").status_code for _ in range(4)] == [200, 200, 200, 429]


# --- claiming ---------------------------------------------------------------------------------------------------------
def test_building_entrance_home_are_chosen_one_after_the_other(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    client = signed_in(newcomer())
    here = f"/join/{made.code}/"
    buildings = client.get(f"{here}?change=1").content.decode()
    assert "选您住的楼" in buildings
    entrances = client.get(f"{here}?building={made.building_id}").content.decode()
    assert "1单元" in entrances
    assert "2单元" in entrances
    homes = client.get(f"{here}?entrance={made.entrance_id}").content.decode()
    assert 'name="home"' in homes
    with scope(world.there.compound.pk):
        foreign = poster(world.there, now=timezone.now())
    for query in (f"entrance={foreign.entrance_id}", f"building={foreign.building_id}", "entrance=x", "building=-1"):
        page = client.get(f"{here}?{query}")
        assert page.status_code == 200
        assert CANARY not in page.content.decode()


def test_a_claim_waits_and_its_page_says_so(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    person = newcomer()
    client = signed_in(person)
    answer = post(client, f"/join/{made.code}/", home=world.here.homes[4].pk, relation="owner", note="新业主")
    assert (answer.status_code, answer["location"]) == (302, "/join/")
    text = client.get("/join/").content.decode()
    for words in ("1幢1单元301", "待确认", "等待物业或社区核实", "不会自动通过", "tel:0579-87000000", "新业主"):
        assert words in text
    assert link_of(world.here, person).state == "claimed"
    assert client.get("/")["location"] == "/standing/?next=/"
    again = post(client, f"/join/{made.code}/", home=world.here.homes[4].pk, relation="owner", note="新业主")
    assert again["location"] == "/join/"


def test_a_match_lets_in_at_once(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    person = newcomer()
    register_phone(world.here, person)
    client = signed_in(person)
    answer = post(client, f"/join/{made.code}/", home=world.here.homes[4].pk, relation="owner")
    assert answer["location"] == "/"
    page = client.get("/")
    assert page.status_code == 200
    assert "当场确认" in page.content.decode()
    assert link_of(world.here, person).route == "match"


def test_someone_who_acts_in_one_compound_joins_another(world: World, sign_in) -> None:
    made = poster(world.here, now=timezone.now())
    client = sign_in(world.there, "resident")
    answer = post(client, f"/join/{made.code}/", home=world.here.homes[4].pk, relation="family")
    assert answer["location"] == "/join/"
    text = client.get("/join/").content.decode()
    assert "小区1 1幢1单元301" in text
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("given", "words", "status"),
    [
        ({}, "请选择您家的门牌", 422),
        ({"home": "x", "relation": "owner"}, "请选择您家的门牌", 422),
        ({"home": "9" * 30, "relation": "owner"}, "请选择您家的门牌", 422),
        ({"home": "{home}", "relation": ""}, "请选择您是业主、家属还是租户", 422),
        ({"home": "{home}", "relation": "tenant"}, "请填租到哪一天", 422),
        ({"home": "{home}", "relation": "tenant", "last_day": "昨天"}, "日期不对", 422),
        ({"home": "{home}", "relation": "tenant", "last_day": "2001-01-01"}, "这一天已经过了", 422),
        ({"home": "{foreign}", "relation": "owner"}, "没有这个门牌", 422),
        ({"home": "{home}", "relation": "owner", "note": "长" * 300}, "最多 200 字", 422),
        ({"home": "{home}", "relation": "owner", "idempotency_key": "x"}, "没有办成", 422),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_kept(world: World, given: dict, words: str, status: int) -> None:
    made = poster(world.here, now=timezone.now())
    person = newcomer()
    known = {"home": world.here.homes[4].pk, "foreign": world.there.homes[4].pk}
    filled = {name: str(value).format(**known) for name, value in given.items()}
    filled.setdefault("idempotency_key", KEY)
    answer = signed_in(person).post(f"/join/{made.code}/", {"entrance": made.entrance_id, **filled})
    assert answer.status_code == status
    assert words in answer.content.decode()
    with scope(world.here.compound.pk):
        assert not Occupancy.objects.filter(person=person).exists()


def test_a_key_for_another_form_is_refused(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    client = signed_in(newcomer())
    post(client, f"/join/{made.code}/", home=world.here.homes[4].pk, relation="owner")
    assert post(client, f"/join/{made.code}/", home=world.here.homes[5].pk, relation="owner").status_code == 409


def test_a_name_with_rare_characters_and_emoji_is_kept(world: World) -> None:
    made = poster(world.here, now=timezone.now())
    person = newcomer("䶮𫖯", 7)
    answer = post(
        signed_in(person), f"/join/{made.code}/", home=world.here.homes[4].pk, relation="owner", note="🏠<b>我家</b>"
    )
    assert answer.status_code == 302
    assert "&lt;b&gt;" in signed_in(person).get("/join/").content.decode()


def test_the_claimant_takes_it_back(world: World) -> None:
    person = newcomer()
    made = claim(world.here, person, now=timezone.now())
    path = f"/join/claims/{made.pk}/withdraw/"
    assert post(signed_in(newcomer("乙", 2)), path).status_code == 404
    client = signed_in(person)
    assert post(client, path)["location"] == "/join/"
    assert link_of(world.here, person).state == "withdrawn"
    late = post(client, path, key="another-key-of-a-form")
    assert late.status_code == 409
    assert "已经撤回" in late.content.decode()


def test_the_own_page_asks_the_same_number_of_statements_at_one_and_thirty(world: World, statements) -> None:
    person = newcomer()
    made = claim(world.here, person)
    client = signed_in(person)
    client.get("/join/")
    with statements() as seen:
        client.get("/join/")
    assert len(seen) == OWN
    with scope(world.here.compound.pk):
        Occupancy.objects.filter(pk=made.pk).update(state="withdrawn")
        for _ in range(29):
            Occupancy.objects.create(
                compound=world.here.compound, home=world.here.homes[4], person=person, relation="owner",
                state="withdrawn", starts=made.starts, claimed_at=made.claimed_at,
            )  # fmt: skip
    with statements() as seen:
        assert client.get("/join/").content.decode().count("1幢1单元301") == 30
    assert len(seen) == OWN


OWN = 11


# --- invitations and parents' codes -----------------------------------------------------------------------------------
def test_an_invitation_is_looked_at_then_taken_up(world: World) -> None:
    made = invited(world.here, relation="tenant", now=timezone.now())
    person = newcomer()
    assert Client().get(f"/j/{made.code}")["location"] == f"/accounts/login/?next=/join/{made.code}/"
    client = signed_in(person)
    assert client.get(f"/j/{made.code}")["location"] == f"/join/{made.code}/"
    text = client.get(f"/join/{made.code}/").content.decode()
    assert "1幢1单元101" in text
    assert "租户" in text
    answer = post(client, f"/join/{made.code}/")
    assert answer["location"] == "/"
    assert client.get("/").status_code == 200
    assert link_of(world.here, person).route == "invitation"
    used = signed_in(newcomer("乙", 2)).get(f"/join/{made.code}/")
    assert used.status_code == 404


@pytest.mark.parametrize("kind", ["invitation", "parent"])
def test_codes_that_were_used_ran_out_or_never_were_answer_alike(world: World, kind: str) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    old = invited(world.here, now=long_ago) if kind == "invitation" else parent_code(world.here, now=long_ago)
    client = signed_in(newcomer())
    expired, absent = client.get(f"/join/{old.code}/"), client.get("/join/000000001/")
    assert (expired.status_code, absent.status_code) == (404, 404)
    assert "没有查到这个短码" in expired.content.decode()
    assert "没有查到这个短码" in absent.content.decode()
    assert post(client, f"/join/{old.code}/").status_code == 404


def test_a_child_is_bound_and_ends_it(world: World) -> None:
    code = parent_code(world.here, now=timezone.now())
    child = newcomer()
    client = signed_in(child)
    text = client.get(f"/join/{code.code}/").content.decode()
    assert "r***" in text
    assert "resident 同意" not in text
    assert post(client, f"/join/{code.code}/")["location"] == "/join/parents/"
    assert "resident" in client.get("/join/parents/").content.decode()
    with scope(world.here.compound.pk):
        bond = Bond.objects.get()
    path = f"/join/parents/{bond.pk}/end/"
    assert post(signed_in(newcomer("乙", 2)), path).status_code == 404
    assert post(client, path, key="another-key-of-a-form")["location"] == "/join/parents/"
    assert "已结束" in client.get("/join/parents/").content.decode()
    assert post(client, path, key="a-third-key-of-a-form").status_code == 404


def test_ones_own_code_is_said_to_be_for_someone_else(world: World, sign_in) -> None:
    now = timezone.now()
    client = sign_in(world.here, "resident")
    for code, words in (
        (parent_code(world.here, now=now), "这是您自己的代办码"),
        (invited(world.here, now=now), "您自己发的邀请码"),
    ):
        answer = post(client, f"/join/{code.code}/", key=f"key-for-{code.code}")
        assert answer.status_code == 409
        assert words in answer.content.decode()


def test_whoever_is_bound_sees_the_parent_in_the_list_in_one_statement(world: World, statements) -> None:
    child = newcomer()
    bound(world.here, child)
    client = signed_in(child)
    client.get("/join/parents/")
    with statements() as seen:
        client.get("/join/parents/")
    assert len(seen) == PARENTS
    bound(world.here, child, who="neighbour")
    with statements() as seen:
        client.get("/join/parents/")
    assert len(seen) == PARENTS


PARENTS = 3


def test_the_own_copy_holds_ones_own_and_nothing_of_the_next_compound(world: World) -> None:
    person = newcomer()
    settle_in(world.here, person)
    bound(world.here, person)
    with scope(world.there.compound.pk):
        invited(world.there)
    found = own_data.export(person)
    assert [row["side"] for row in found["joining"]["acting_for_parents"]] == ["child"]
    (link,) = found["homes"]
    assert (link["state"], link["route"], link["ground"]) == ("confirmed", "office", "看过房产证")
    assert link["decided_as"] == "和美物业 客服调度"
    assert CANARY not in str(found)
    assert "resident" not in str(found["joining"])
    owner = own_data.export(world.here.people["resident"])
    assert [row["side"] for row in owner["joining"]["acting_for_parents"]] == ["parent"]
