"""The filing page: what it offers, what it keeps, what it refuses, and that a double tap files once."""

import re
import secrets
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from documents.models import StoredFile
from idempotency.models import Receipt
from live.models import Event as LiveEvent
from messaging.models import Message
from parties.queries import holders
from premises import actions as premises
from repairs.models import Event, Photo, Request
from repairs.words import refusal_text
from tenancy.actor import system_actor
from tenancy.scope import scope
from tests.documents.files import png
from tests.repairs.conftest import picture
from tests.world import CANARY, RESIDENTS, STAFF, World

PAGE = "/c/here/repairs/new/"
EVERYONE = [*STAFF, *RESIDENTS, "city"]


def key() -> str:
    return secrets.token_urlsafe(24)


def filled(world: World, **given: object) -> dict[str, object]:
    """A complete form, as the page posts it."""
    return {
        "idempotency_key": key(),
        "filer": world.here.people["resident"].pk,
        "category": "water",
        "place": "home",
        "home": world.here.homes[0].pk,
        "words": "厨房水管漏水",
        "place_text": "",
        "wanted_time": "",
        **given,
    }


def counts(world: World) -> tuple[int, ...]:
    with scope(world.here.compound.pk):
        return tuple(m.objects.count() for m in (Request, Event, Photo, StoredFile, Entry, Message, LiveEvent))


def latest(world: World) -> Request:
    with scope(world.here.compound.pk):
        found = Request.objects.select_related("compound").order_by("-pk").first()
    assert found is not None
    return found


def test_a_known_resident_needs_only_a_category(world, sign_in):
    page = sign_in(world.here, "resident").get(PAGE)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('name="category"') == 10
    assert re.search(r'name="place" value="home" required checked', text)
    assert world.here.homes[0].address in text
    assert "tel:0579-87000000" in text
    assert '<select name="home"' not in text
    assert CANARY not in text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_chosen_category_is_preselected_and_an_invented_one_is_not(world, sign_in):
    client = sign_in(world.here, "resident")
    assert re.search(r'value="lift" required checked', client.get(f"{PAGE}?category=lift").content.decode())
    assert "checked" not in client.get(f"{PAGE}?category=<script>").content.decode().split('name="place"')[0]


def test_filing_with_photos_leads_to_the_request(world, sign_in):
    before = counts(world)
    client = sign_in(world.here, "resident")
    answer = client.post(PAGE, {**filled(world), "photos": [picture(), picture("b.jpg")]})
    filed = latest(world)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/c/here/repairs/{filed.ref}/?filed=1"
    with scope(world.here.compound.pk):
        desk = [h for h in holders(world.here.compound.pk, timezone.localdate()) if h.role in {"manager", "dispatcher"}]
    changed = [b - a for a, b in zip(before, counts(world), strict=True)]
    assert changed == [1, 1, 2, 2, 1, len(desk), 3]
    assert (filed.state, filed.place_text, filed.filed_by_id) == (
        "submitted",
        world.here.homes[0].address,
        world.here.people["resident"].pk,
    )
    shown = client.get(answer.headers["Location"]).content.decode()
    assert filed.number in shown
    assert "已提交，编号" in shown


def test_photo_alone_or_words_alone_is_enough(world, sign_in):
    client = sign_in(world.here, "resident")
    assert client.post(PAGE, {**filled(world, words=""), "photos": [picture()]}).status_code == 302
    assert client.post(PAGE, filled(world)).status_code == 302


def test_building_and_public_place(world, sign_in):
    client = sign_in(world.here, "resident")
    found = re.search(r'name="building" value="(\d+)"', client.get(PAGE).content.decode())
    assert found is not None
    posted = filled(world, place="building", home="", building=found[1], place_text="电梯口")
    assert client.post(PAGE, posted).status_code == 302
    assert latest(world).place_text == "1幢 电梯口"
    assert client.post(PAGE, filled(world, place="public", home="", place_text="东门岗亭旁")).status_code == 302
    assert (latest(world).place_text, latest(world).home_id) == ("东门岗亭旁", None)


def test_urgent_tells_every_worker(world, sign_in):
    assert sign_in(world.here, "resident").post(PAGE, filled(world, urgent="on")).status_code == 302
    with scope(world.here.compound.pk):
        told = set(Message.objects.filter(template="repairs.filed_urgent").values_list("person_id", flat=True))
    assert {world.here.people[name].pk for name in ("manager", "dispatcher", "worker", "worker2")} <= told


@pytest.mark.parametrize("words", ["家里𫖯字门牌旁漏水 💧👩‍🔧", "䶮先生家", "مرحبا שלום", "第一行\n第二行"])
def test_rare_characters_and_emoji_come_back_as_they_were(world, sign_in, words):
    client = sign_in(world.here, "resident")
    answer = client.post(PAGE, filled(world, words=words))
    assert latest(world).words == words
    assert words.splitlines()[0] in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"category": ""}, "category", "请选择报修类别"),
        ({"category": "alchemy"}, "category", "请选择报修类别"),
        ({"place": ""}, "place", "请选择地点"),
        ({"place": "moon"}, "place", "请选择地点"),
        ({"words": ""}, "words", "请写一句话，或拍一张照片"),
        ({"words": "  \n "}, "words", "请写一句话，或拍一张照片"),
        ({"words": "长" * 1001}, "words", "最多 1000 字"),
        ({"words": "坏\x00了"}, "words", ""),
        ({"place": "public", "place_text": ""}, "place_text", "请写明在哪里"),
        ({"place_text": "长" * 61}, "place_text", "太长"),
        ({"wanted_time": "长" * 41}, "wanted_time", "太长"),
        ({"home": "999999999"}, "home", "不在您名下"),
        ({"home": "abc"}, "home", "请选择是哪一套房屋"),
        ({"place": "building", "building": "77777777"}, "building", "没有找到这幢楼"),
    ],
)
def test_refused_beside_the_field_and_nothing_is_lost(world, sign_in, given, field, words):
    before = counts(world)
    posted = filled(world, **{"words": "留下的话", "place_text": "水槽下", "urgent": "on", **given})
    answer = sign_in(world.here, "resident").post(PAGE, posted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert counts(world) == before
    assert words in text
    if field not in {"home", "building"}:  # with a single home it stands beside the place
        assert f'id="id_{field}_error"' in text
    if "words" not in given:
        assert "留下的话" in text
    if "place_text" not in given:
        assert "水槽下" in text
    assert re.search(r'name="urgent"[^>]*checked', text)


def test_another_persons_home_is_not_offered_and_not_taken(world, sign_in):
    before = counts(world)
    for home in (world.here.homes[1], world.there.homes[0]):
        assert sign_in(world.here, "resident").post(PAGE, filled(world, home=home.pk)).status_code == 422
    assert counts(world) == before


def test_someone_with_two_homes_chooses(world, sign_in):
    side = world.here
    by = system_actor("test", (side.compound.pk,))
    with scope(side.compound.pk):
        now = timezone.now()
        claim = premises.claim_home(
            home=side.homes[3], person=side.people["resident"], relation="owner", starts=now.date(), by=by, now=now
        )
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=now)
    client = sign_in(side, "resident")
    text = client.get(PAGE).content.decode()
    assert '<select name="home"' in text
    assert not re.search(r'name="place" value="home" required checked', text)
    assert client.post(PAGE, filled(world, home="")).status_code == 422
    assert client.post(PAGE, filled(world, home=side.homes[3].pk)).status_code == 302
    assert latest(world).place_text == side.homes[3].address


# --- hostile files ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", b"<html><script>alert(1)</script>", "不是照片"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "不是照片"),
        ("../../etc/passwd", b"root:x:0:0", "不是照片"),
        ("empty.jpg", b"", "空的"),
        ("half.jpg", picture().read()[:200], "损坏"),
        # Drawn with Pillow, a bomb of 30,000 x 30,000 cost the test 900 MB and, on a busy machine, its neighbours.
        pytest.param("bomb.png", png(6_000, 6_000), "太大", id="bomb"),
    ],
)
def test_a_hostile_photo_keeps_the_form(world, sign_in, name, content, words):
    before = counts(world)
    photo = SimpleUploadedFile(name, content, content_type="image/jpeg")
    answer = sign_in(world.here, "resident").post(PAGE, {**filled(world, words="留下的话"), "photos": [photo]})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "留下的话" in text
    assert "请重新选择照片" in text
    assert "<script>alert" not in text
    assert counts(world) == before


def test_one_bad_photo_among_good_ones_files_nothing(world, sign_in):
    before = counts(world)
    bad = SimpleUploadedFile("x.jpg", b"nothing of a picture", content_type="image/jpeg")
    assert sign_in(world.here, "resident").post(PAGE, {**filled(world), "photos": [picture(), bad]}).status_code == 422
    assert counts(world) == before


def test_ten_photos_are_too_many(world, sign_in):
    before = counts(world)
    answer = sign_in(world.here, "resident").post(PAGE, {**filled(world), "photos": [picture() for _ in range(10)]})
    assert answer.status_code == 422
    assert "照片最多 9 张" in answer.content.decode()
    assert counts(world) == before


# --- twice ------------------------------------------------------------------------------------------------------------------
def test_a_double_tap_files_once_and_leads_to_the_same_page(world, sign_in):
    client = sign_in(world.here, "resident")
    posted = filled(world)
    first = client.post(PAGE, {**posted, "photos": [picture()]})
    after = counts(world)
    second = client.post(PAGE, {**posted, "photos": [picture()]})
    assert first.headers["Location"] == second.headers["Location"]
    assert counts(world) == after


def test_the_same_key_for_other_words_is_said_and_can_be_sent_again(world, sign_in):
    client = sign_in(world.here, "resident")
    posted = filled(world)
    client.post(PAGE, posted)
    after = counts(world)
    answer = client.post(PAGE, {**posted, "words": "另外一件"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "已经提交过一次" in text
    assert "另外一件" in text
    assert counts(world) == after
    fresh = re.search(r'name="idempotency_key" value="([^"]+)"', text)
    assert fresh is not None
    assert fresh[1] != posted["idempotency_key"]
    assert client.post(PAGE, {**posted, "words": "另外一件", "idempotency_key": fresh[1]}).status_code == 302


@pytest.mark.parametrize("bad", ["", "short", "漢字" * 10, "x" * 65])
def test_without_a_good_key_nothing_is_filed(world, sign_in, bad):
    before = counts(world)
    answer = sign_in(world.here, "resident").post(PAGE, filled(world, idempotency_key=bad))
    assert answer.status_code == 422
    assert "请再提交一次" in answer.content.decode()
    assert counts(world) == before


def test_a_refused_form_leaves_its_key_free(world, sign_in):
    client = sign_in(world.here, "resident")
    posted = filled(world)
    bad = SimpleUploadedFile("x.jpg", b"nothing of a picture", content_type="image/jpeg")
    assert client.post(PAGE, {**posted, "photos": [bad]}).status_code == 422
    assert client.post(PAGE, posted).status_code == 302


def test_two_taps_at_the_same_moment_file_once(committed_db, world, sign_in):
    client = sign_in(world.here, "resident")
    posted = filled(world)
    answers: list[str] = []
    together = threading.Barrier(2)

    def tap() -> None:
        mine = Client(headers={"accept-language": "zh-hans"})
        mine.cookies = client.cookies
        together.wait()
        try:
            answers.append(mine.post(PAGE, posted).headers["Location"])
        finally:
            connections.close_all()

    taps = [threading.Thread(target=tap) for _ in range(2)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    with scope(world.here.compound.pk):
        assert Request.objects.count() == 1
        assert Receipt.objects.get().repeats == 1


# --- the script that sends drafts -----------------------------------------------------------------------------------------------
def test_the_script_is_answered_in_json(world, sign_in):
    client = sign_in(world.here, "resident")
    posted = filled(world)
    for _ in range(2):
        answer = client.post(PAGE, posted, headers={"X-Draft": "1"})
        assert answer.status_code == 201
        assert answer.json() == {"location": f"/c/here/repairs/{latest(world).ref}/?filed=1"}
    refused = client.post(PAGE, filled(world, category=""), headers={"X-Draft": "1"})
    assert refused.status_code == 422
    assert refused.json() == {"errors": {"category": ["请选择报修类别。"]}}


def test_a_draft_of_another_person_is_not_filed_in_my_name(world, sign_in):
    before = counts(world)
    answer = sign_in(world.here, "neighbour").post(PAGE, filled(world, home=world.here.homes[1].pk))
    assert answer.status_code == 403
    assert "另一个账号" in answer.content.decode()
    assert counts(world) == before


def test_an_expired_login_leads_to_sign_in_and_back(world):
    answer = Client().post(PAGE, {"words": "写了一半"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_a_missing_csrf_token_is_a_plain_page(world, sign_in):
    signed = sign_in(world.here, "resident")
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
    strict.cookies = signed.cookies
    before = counts(world)
    answer = strict.post(PAGE, filled(world))
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")
    assert counts(world) == before


# --- who ------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", EVERYONE)
def test_who_files(world, sign_in, name):
    before = counts(world)
    mine = sign_in(world.here, name)
    other = sign_in(world.there, name)
    expected = 403 if name in {"street", "city"} else 200
    assert mine.get(PAGE).status_code == expected
    # Whoever is of the next compound learns no more than of a compound that is not there.
    assert other.get(PAGE).status_code == (403 if name in {"street", "city"} else 404)
    assert other.get("/c/nowhere/repairs/new/").status_code == other.get(PAGE).status_code
    if name not in RESIDENTS:  # staff file for a resident, never for themselves
        posted = filled(world, filer=world.here.people[name].pk)
        assert mine.post(PAGE, posted).status_code == 403
    assert other.post(PAGE, filled(world)).status_code in {403, 404}
    assert counts(world) == before


def test_nothing_is_kept_when_something_fails(world, sign_in, monkeypatch):
    before = counts(world)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the messages' table is gone")

    monkeypatch.setattr("idempotency.posting.settle", broken)
    client = sign_in(world.here, "resident")
    client.raise_request_exception = False
    assert client.post(PAGE, {**filled(world), "photos": [picture()]}).status_code == 500
    assert counts(world) == before
    with scope(world.here.compound.pk):
        assert not Receipt.objects.exists()


# --- cost -----------------------------------------------------------------------------------------------------------------------
def test_filing_takes_few_statements(world, sign_in, statements):
    client = sign_in(world.here, "resident")
    client.post(PAGE, filled(world))
    with statements() as seen:
        assert client.post(PAGE, filled(world)).status_code == 302
    assert len(seen) == 12, "\n".join(q["sql"][:160] for q in seen)


def test_the_form_takes_few_statements(world, sign_in, statements):
    client = sign_in(world.here, "resident")
    client.get(PAGE)
    with statements() as seen:
        client.get(PAGE)
    assert len(seen) == 7, "\n".join(q["sql"][:160] for q in seen)


def test_every_refusal_has_words():
    import ast
    from pathlib import Path

    from documents.actions import FileRefused
    from idempotency.actions import KeyMalformed, KeyReused
    from repairs.refusals import BadInput, NotPermitted, OutOfState

    raised = {"NotPermitted": NotPermitted, "BadInput": BadInput, "OutOfState": OutOfState}
    found = 0
    for path in Path("src/repairs").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raised):
                continue
            if not (node.args and isinstance(node.args[0], ast.Constant)):
                continue
            given = {
                k.arg: k.value.value if isinstance(k.value, ast.Constant) else "80" for k in node.keywords if k.arg
            }
            error = raised[node.func.id](node.args[0].value, **{"state": "已派工", "worker": "王师傅", **given})
            assert refusal_text(error)
            found += 1
    assert found > 20
    for code in ("empty", "too_large", "type", "animated", "too_many_pixels", "broken"):
        assert refusal_text(FileRefused(code))
    assert refusal_text(KeyMalformed())
    assert refusal_text(KeyReused())
