"""The like is offered before it is filed again, the code of a place fills in where, and one files for another (代报)."""

import re
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from live import topics
from messaging.models import Message
from repairs import nearby
from repairs.actions import places, together
from repairs.models import Event, Follower, Request
from repairs.rules.likeness import OFFERED
from repairs.topics import PUBLIC, own_topic
from residency.actions import parents
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.residency.conftest import newcomer
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

PAGE = "/c/here/repairs/new/"
SIMILAR = "/c/here/repairs/similar/"
JOINED = '<form method="post" action="{}join/"'


def posted(world: World, who: str = "resident", **given: object) -> dict[str, object]:
    """A form of the public area, complete, as a page without scripts posts it."""
    return {
        "idempotency_key": secrets.token_urlsafe(24),
        "filer": world.here.people[who].pk,
        "category": "lift",
        "place": "public",
        "words": "2号电梯停了",
        "place_text": "2号电梯",
        **given,
    }


def theirs(world: World, *, days: float = 0.1, **given: object) -> Request:
    """A neighbour's request of the public area."""
    draft = {"category": "lift", "place": "public", "home_id": None, "place_text": "1幢电梯 13812345678", **given}
    words = draft.pop("words", "我是王阿姨")
    return file_one(world.here, who="neighbour", now=timezone.now() - timedelta(days=days), words=words, **draft)


def requests(side: Side) -> int:
    with scope(side.compound.pk):
        return int(Request.objects.count())


def place_code(world: World, **given: object) -> str:
    with scope(world.here.compound.pk):
        made = places.make_place(
            compound_id=world.here.compound.pk,
            by=world.here.actor("manager"),
            now=timezone.now(),
            **{"place_text": "地下车库水泵房", "building_id": None, "category": "water", **given},
        )
    return str(made.code)


def bind(world: World, child) -> None:
    here = world.here
    with scope(here.compound.pk):
        now = timezone.now()
        code = parents.make_parent_code(
            compound_id=here.compound.pk, parent=here.people["resident"], by=here.actor("resident"), now=now
        )
        parents.bind(compound=here.compound, code_id=code.pk, child=child, now=now)


def as_child(world: World):
    """A son who lives elsewhere, signed in and standing as his mother's child."""
    child = newcomer("张小军")
    bind(world, child)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(child)
    client.post("/standing/", {"standing": f"child:{world.here.compound.pk}"})
    return child, client


# --- the like -----------------------------------------------------------------------------------------------------------------
def test_the_like_is_offered_and_joining_it_counts(world, sign_in):
    other = theirs(world)
    client = sign_in(world.here, "resident")
    answer = client.post(PAGE, posted(world))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert requests(world.here) == 1
    assert "是不是同一件事" in text
    assert "1幢电梯 138****5678" in text
    for hidden in ("13812345678", "王阿姨", "neighbour", CANARY):
        assert hidden not in text
    assert 'name="words" value="2号电梯停了"' in text
    assert JOINED.format(f"/c/here/repairs/{other.ref}/") in text
    key = {"idempotency_key": secrets.token_urlsafe(24)}
    joined = client.post(f"/c/here/repairs/{other.ref}/join/", key)
    assert joined.headers["Location"] == f"/c/here/repairs/{other.ref}/"
    with scope(world.here.compound.pk):
        assert Request.objects.get().joined == 1
    # Who has joined is not asked again: it can only be something else.
    assert client.post(PAGE, posted(world)).status_code == 302


def test_whoever_says_it_is_another_thing_files_it(world, sign_in):
    theirs(world)
    client = sign_in(world.here, "resident")
    text = client.post(PAGE, posted(world)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))
    assert client.post(PAGE, {**hidden, "apart": "on"}).status_code == 302
    assert requests(world.here) == 2
    back = client.post(PAGE, {**hidden, "edit": "on"})
    assert back.status_code == 200
    assert "2号电梯停了" in back.content.decode()
    assert requests(world.here) == 2


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ({}, True),
        ({"category": "noise"}, False),
        ({"days": 8}, False),
        ({"place": "building", "place_text": "", "building": True}, False),
    ],
)
def test_only_the_like_of_the_last_days_is_offered(world, sign_in, given, offered):
    if given.pop("building", False):
        given["building_id"] = _building(world)
        given["place"] = "building"
    theirs(world, **given)
    text = sign_in(world.here, "resident").get(f"{SIMILAR}?category=lift&place=public").content.decode()
    assert ("data-join" in text) is offered


def _building(world: World) -> int:
    with scope(world.here.compound.pk):
        return int(world.here.homes[0].entrance.building_id)


def test_the_building_of_ones_home_is_near_and_another_home_is_not(world, sign_in):
    client = sign_in(world.here, "resident")
    home = world.here.homes[0].pk
    address = f"{SIMILAR}?category=water&place=home&home={home}"
    file_one(world.here, who="neighbour", now=timezone.now())  # in the neighbour's own home
    theirs(world, category="water")  # in the public area: not inside my home
    assert "data-join" not in client.get(address).content.decode()
    theirs(world, category="water", place="building", building_id=_building(world), place_text="")
    assert client.get(address).content.decode().count("data-join") == 1
    near = f"{SIMILAR}?category=water&place=building&building={_building(world)}"
    assert client.get(near).content.decode().count("data-join") == 2


@pytest.mark.parametrize("state", ["done", "withdrawn", "returned", "closed", "merged", "awaiting"])
def test_what_is_over_is_not_offered(world, sign_in, state):
    bring_to(world.here, state, now=timezone.now() - timedelta(hours=1), category="fire", place="public",
             home_id=None, place_text="东门")  # fmt: skip
    text = sign_in(world.here, "neighbour").get(f"{SIMILAR}?category=fire&place=public").content.decode()
    assert "data-join" not in text


def test_ones_own_and_the_next_compounds_are_not_offered(world, sign_in):
    file_one(world.here, now=timezone.now(), category="lift", place="public", home_id=None, place_text="东门")
    file_one(world.there, now=timezone.now(), category="lift", place="public", home_id=None, place_text=CANARY)
    client = sign_in(world.here, "resident")
    assert "data-join" not in client.get(f"{SIMILAR}?category=lift&place=public").content.decode()
    assert client.post(PAGE, posted(world)).status_code == 302


@pytest.mark.parametrize("asked", ["", "?category=lift", "?category=<b>&place=public", "?category=lift&place=moon",
                                   "?category=lift&place=home&home=x", "?category=lift&place=public&spot=%00"])  # fmt: skip
def test_nonsense_offers_nothing(world, sign_in, asked):
    answer = sign_in(world.here, "resident").get(f"{SIMILAR}{asked}")
    assert answer.status_code == 200
    assert "data-join" not in answer.content.decode()


def test_with_a_photo_or_by_the_script_it_is_filed_at_once(world, sign_in):
    theirs(world)
    client = sign_in(world.here, "resident")
    assert client.post(PAGE, {**posted(world), "photos": [picture()]}).status_code == 302
    assert client.post(PAGE, posted(world), headers={"X-Draft": "1"}).status_code == 201
    assert requests(world.here) == 3


def test_looking_around_and_asking_cost_one_statement(world, sign_in, statements):
    client = sign_in(world.here, "resident")
    taken = []
    for more in (1, 29):
        for _ in range(more):
            theirs(world)
        client.get(f"{SIMILAR}?category=lift&place=public")
        with statements() as seen:
            assert client.get(f"{SIMILAR}?category=lift&place=public").status_code == 200
        taken.append(len(seen))
    assert taken == [6, 6]
    fresh = posted(world, category="environment")
    client.post(PAGE, posted(world, category="environment"))
    with statements() as seen:
        assert client.post(PAGE, {**fresh, "apart": "on"}).status_code == 302
    assert len(seen) == 12
    with statements() as seen:
        assert client.post(PAGE, posted(world, category="environment")).status_code == 302
    assert len(seen) == 12, "the question is asked inside the statement that filing needs anyway"


# --- the code of a place --------------------------------------------------------------------------------------------------------
def test_a_code_leads_to_the_form_with_its_place(world, sign_in):
    code = place_code(world)
    client = sign_in(world.here, "resident")
    text = client.get(f"/c/here/q/{code}/").content.decode()
    assert "地下车库水泵房" in text
    assert re.search(r'value="water" required checked', text)
    assert re.search(r'name="place" value="public" required checked', text)
    assert re.search(rf'name="spot" value="{code}" >', text)
    answer = client.post(PAGE, posted(world, category="water", place_text="左边那台", spot=code))
    assert answer.status_code == 302
    with scope(world.here.compound.pk):
        filed = Request.objects.select_related("spot").get()
    assert (filed.place_text, filed.spot.code) == ("地下车库水泵房 左边那台", code)
    # Without a word about the place, and refused for something else: the place stays.
    answer = client.post(PAGE, posted(world, place_text="", words="", spot=code))
    assert answer.status_code == 422
    assert "地下车库水泵房" in answer.content.decode()
    other_place = client.post(PAGE, posted(world, place="home", home=world.here.homes[0].pk, spot=code))
    assert other_place.status_code == 302
    with scope(world.here.compound.pk):
        assert Request.objects.order_by("-pk").first().spot_id is None


def test_a_code_out_of_use_or_of_the_next_compound_leaves_the_choice(world, sign_in):
    code = place_code(world)
    with scope(world.here.compound.pk):
        places.retire_place(
            compound_id=world.here.compound.pk, code=code, by=world.here.actor("manager"), now=timezone.now()
        )
    with scope(world.there.compound.pk):
        foreign = places.make_place(
            compound_id=world.there.compound.pk, place_text=CANARY, building_id=None, category="",
            by=world.there.actor("manager"), now=timezone.now(),
        )  # fmt: skip
    client = sign_in(world.here, "resident")
    for one in (code, foreign.code, "ZZZZZZ"):
        answer = client.get(f"/c/here/q/{one}/")
        text = answer.content.decode()
        assert answer.status_code == 404
        assert "这个二维码已停用" in text
        assert 'id="filing"' in text
        assert CANARY not in text
        answer = client.post(PAGE, posted(world, spot=one, place_text=""))
        assert answer.status_code == 422
        assert "这个二维码已停用" in answer.content.decode()
    assert client.get(f"/c/there/q/{foreign.code}/").status_code == 404
    assert Client().get(f"/c/here/q/{code}/").headers["Location"] == f"/accounts/login/?next=/c/here/q/{code}/"


# --- for somebody else ---------------------------------------------------------------------------------------------------------
def for_other(world: World, who: str, **given: object) -> dict[str, object]:
    told = {
        "whom": "other",
        "for_name": "李奶奶",
        "for_phone": "138 0013 8000",
        "for_home": "1幢 1单元 201",
        "consent": "本人电话里同意",
        "place": "home",
        "place_text": "",
    }
    return posted(world, who, **{**told, **given})


@pytest.mark.parametrize("who", ["dispatcher", "manager", "worker", "chair", "officer", "neighbour"])
def test_who_may_files_for_a_resident(world, sign_in, who):
    client = sign_in(world.here, who)
    page = client.get(PAGE).content.decode()
    assert "替谁报修" in page
    answer = client.post(PAGE, for_other(world, who))
    assert answer.status_code == 302, answer.content.decode()
    with scope(world.here.compound.pk):
        filed = Request.objects.select_related("for_person").get()
    assert (filed.for_name, filed.for_phone, filed.consent) == ("李奶奶", "+8613800138000", "本人电话里同意")
    assert filed.place_text == "1幢1单元201"
    assert (filed.filed_post is None) is (who == "neighbour")
    text = client.get(answer.headers["Location"]).content.decode()
    assert "李**" in text or "李*" in text
    assert "13800138000" not in text


@pytest.mark.parametrize(
    ("who", "words"), [("dispatcher", "，请告诉报修人。"), ("officer", "，请告诉报修人。"), ("neighbour", "。")]
)
def test_whoever_files_for_another_reads_the_number(world, sign_in, who, words):
    client = sign_in(world.here, who)
    where = client.post(PAGE, for_other(world, who)).headers["Location"]
    with scope(world.here.compound.pk):
        number = Request.objects.get().number
    assert where.endswith("?filed=1")
    assert f"已提交，编号 {number}{words}" in client.get(where).content.decode()
    assert "已提交，编号" not in client.get(where.split("?")[0]).content.decode()
    # Nobody else has just filed it, whatever their address says.
    assert "已提交，编号" not in sign_in(world.here, "manager").get(where).content.decode()


# --- the like, for somebody else --------------------------------------------------------------------------------------------
def test_a_resident_who_files_for_a_neighbour_is_offered_the_like(world, sign_in):
    there = theirs(world, category="water", place="building", building_id=_building(world), place_text="")
    client = sign_in(world.here, "resident")
    asked = f"{SIMILAR}?category=water&place=home&whom=other&for_home=1幢1单元201"
    text = client.get(asked).content.decode()
    assert "您转告就行" in text
    assert text.count("data-join") == 1
    assert "data-join" not in client.get(f"{SIMILAR}?category=water&place=home&whom=other").content.decode()
    form = for_other(world, "resident", category="water")
    text = client.post(PAGE, form).content.decode()
    assert JOINED.format(f"/c/here/repairs/{there.ref}/") in text
    assert "照样登记" in text
    assert "您转告就行" in text
    assert requests(world.here) == 1
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text))
    assert hidden["for_name"] == "李奶奶"
    assert client.post(PAGE, {**hidden, "apart": "on"}).status_code == 302
    assert requests(world.here) == 2


def test_a_child_reads_what_is_known_and_joins_nothing(world):
    theirs(world, category="water", place="building", building_id=_building(world), place_text="")
    child, client = as_child(world)
    key = f"parent:{world.here.people['resident'].pk}:{world.here.homes[0].pk}"
    text = client.get(f"{SIMILAR}?category=water&place=home&whom={key}").content.decode()
    assert "可以先告诉家里人已经在办" in text
    assert "data-join" not in text
    form = posted(world, place="home", place_text="", category="water", whom=key, filer=child.pk)
    answer = client.post(PAGE, form)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "还没有登记" in text
    assert "join/" not in text
    assert client.post(PAGE, {**form, "apart": "on"}).status_code == 302
    assert "data-join" not in client.get(f"{SIMILAR}?category=water&place=home&whom=parent:x").content.decode()


def test_a_resident_who_is_filed_for_hears_of_it_and_answers(world, sign_in):
    phone = world.here.people["resident"].phone
    home = world.here.homes[0].address
    posted_form = for_other(world, "dispatcher", for_phone=phone, for_home=home, for_name="resident")
    answer = sign_in(world.here, "dispatcher").post(PAGE, posted_form)
    assert answer.status_code == 302
    page = answer.headers["Location"].split("?")[0]
    mine = sign_in(world.here, "resident")
    text = mine.get(page).content.decode()
    assert "代谁报修" in text
    assert "/withdraw/" in text
    with scope(world.here.compound.pk):
        assert Message.objects.filter(template="repairs.filed_for", person_id=world.here.people["resident"].pk).exists()
    assert page in mine.get("/c/here/repairs/").content.decode()


def test_the_building_of_whom_it_is_for(world, sign_in):
    answer = sign_in(world.here, "dispatcher").post(PAGE, for_other(world, "dispatcher", place="building"))
    assert answer.status_code == 302
    with scope(world.here.compound.pk):
        assert Request.objects.get().place_text == "1幢"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"for_name": ""}, "请写明替谁报修"),
        ({"for_name": "长" * 41}, "名字写得太长了"),
        ({"for_phone": ""}, "请填对方的手机号"),
        ({"for_phone": "12345"}, "请填对方的手机号"),
        ({"for_home": ""}, "请填对方的门牌"),
        ({"for_home": "9幢9单元999"}, "没有找到这套房屋"),
        ({"consent": ""}, "请选择本人怎么同意的"),
        ({"consent": "编的"}, "请选择本人怎么同意的"),
        ({"whom": "everybody"}, "请选择替谁报修"),
        ({"whom": "parent:1:1"}, "您没有替这位家人办事的授权"),
    ],
)
@pytest.mark.parametrize("who", ["dispatcher", "neighbour"])
def test_what_is_missing_for_another_is_said_and_kept(world, sign_in, who, change, words):
    answer = sign_in(world.here, who).post(PAGE, for_other(world, who, **change))
    text = answer.content.decode()
    assert answer.status_code in {403, 422}
    assert words in text
    assert "2号电梯停了" in text
    if "for_name" not in change:
        assert "李奶奶" in text
    assert requests(world.here) == 0


def test_a_child_files_for_a_parent_and_both_follow_it(world, sign_in):
    child, client = as_child(world)
    page = client.get(PAGE).content.decode()
    here = world.here
    home = here.homes[0]
    key = f"parent:{here.people['resident'].pk}:{home.pk}"
    assert f'name="whom" value="{key}" checked' in page
    assert 'name="whom" value="other"' not in page
    form = posted(world, place="home", place_text="", whom=key, filer=child.pk)
    answer = client.post(PAGE, form)
    assert answer.status_code == 302, answer.content.decode()
    location = answer.headers["Location"].split("?")[0]
    with scope(here.compound.pk):
        filed = Request.objects.get()
        assert Event.objects.filter(action="file", person_id=child.pk).exists()
        assert Entry.objects.filter(verb="repairs.file", person_id=child.pk).exists()
    assert (filed.for_person_id, filed.place_text) == (here.people["resident"].pk, home.address)
    for one in (client, sign_in(here, "resident")):
        assert one.get(location).status_code == 200
        assert location in one.get("/c/here/repairs/").content.decode()
    for wrong in ("", "other", f"parent:{here.people['neighbour'].pk}:{here.homes[1].pk}"):
        refused = client.post(PAGE, {**for_other(world, "resident"), "filer": child.pk, "whom": wrong})
        assert refused.status_code in {403, 422}, wrong
    foreign = client.post(PAGE, {**form, "idempotency_key": secrets.token_urlsafe(24), "whom": key[:-1] + "999"})
    assert foreign.status_code == 422
    assert requests(here) == 1


def test_a_child_who_lives_there_chooses_the_parent(world, sign_in):
    bind(world, world.here.people["neighbour"])
    text = sign_in(world.here, "neighbour").get(PAGE).content.decode()
    assert "替父母或邻居报修" in text
    assert f"parent:{world.here.people['resident'].pk}:{world.here.homes[0].pk}" in text
    assert 'name="whom" value="" checked' in text


def test_the_page_for_parents_costs_no_more(world, sign_in, statements):
    client = sign_in(world.here, "neighbour")
    client.get(PAGE)
    taken = []
    for _ in range(2):
        with statements() as seen:
            client.get(PAGE)
        taken.append(len(seen))
        bind(world, world.here.people["neighbour"]) if len(taken) == 1 else None
    assert taken == [7, 7]


# --- the lists -----------------------------------------------------------------------------------------------------------------
def test_the_public_list_offers_to_join_and_counts(world, sign_in):
    other = theirs(world)
    client = sign_in(world.here, "resident")
    listed = "/c/here/repairs/public/"
    assert f"/c/here/repairs/{other.ref}/join/" in client.get(listed).content.decode()
    assert "join/" not in sign_in(world.here, "neighbour").get(listed).content.decode()
    assert "join/" not in sign_in(world.here, "chair").get(listed).content.decode()
    client.post(f"/c/here/repairs/{other.ref}/join/", {"idempotency_key": secrets.token_urlsafe(24)})
    text = client.get(f"{listed}rows/").content.decode()
    assert "还有 1 人也遇到" in text
    assert "join/" not in text
    assert "我也遇到了，看进展" in text
    own = client.get("/c/here/repairs/").content.decode()
    assert "我也遇到</span>" in own
    assert f"here/{own_topic(world.here.people['resident'].pk)}" in own


def test_everyone_of_the_compound_watches_the_public_list(world):
    here = world.here
    for name in [*STAFF, *RESIDENTS, "city"]:
        assert topics.may_watch(here.actor(name), here.compound.pk, PUBLIC)
        if name != "city":
            assert not topics.may_watch(here.actor(name), world.there.compound.pk, PUBLIC)


def test_nothing_is_joined_when_something_fails(world, sign_in, monkeypatch):
    other = theirs(world)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr("idempotency.posting.settle", broken)
    client = sign_in(world.here, "resident")
    client.raise_request_exception = False
    answer = client.post(f"/c/here/repairs/{other.ref}/join/", {"idempotency_key": secrets.token_urlsafe(24)})
    assert answer.status_code == 500
    with scope(world.here.compound.pk):
        assert not Follower.objects.exists()


def test_the_likeliest_comes_first(world):
    code = place_code(world, place_text="1幢电梯", category="lift")
    here = world.here
    at_spot = theirs(world, days=2, place_text="", spot=code)
    for _ in range(3):
        theirs(world)
    where = nearby.Where("lift", "public", spot=code)
    with scope(here.compound.pk):
        found = nearby.similar(
            where, compound_id=here.compound.pk, person_id=here.people["resident"].pk, now=timezone.now()
        )
        assert found.requests[0].ref == at_spot.ref
        assert len(found.requests) == OFFERED
        together.join(
            compound_id=here.compound.pk, ref=at_spot.ref, home_id=None, by=here.actor("resident"), now=timezone.now()
        )
