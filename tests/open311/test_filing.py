"""Filing what a caller told: the specification's own example, replays, where it is, who called, and everything hostile."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from messaging.models import Message
from open311.models import Filed
from repairs.actions.places import make_place
from repairs.models import Event, Request
from repairs.rules.behalf import CALLER
from tenancy.scope import scope
from tests.open311.conftest import CALL, V2, encoded, errors, flat, xml
from tests.repairs.conftest import picture
from tests.world import CANARY, World, phone_of

FRESH = "idem-0123456789abcdef"


def kept(world: World, number: str = "") -> Request:
    with scope(world.here.compound.pk):
        rows = Request.objects.select_related("compound")
        return rows.get(number=number) if number else rows.get()


def count(world: World) -> int:
    with scope(world.here.compound.pk):
        return Request.objects.count()


# --- as the specification has it ----------------------------------------------------------------------------------


def test_the_specifications_own_example(world: World, hotline: Any) -> None:
    """But for its place and service. What we do not keep (email, device, account, media_url) is taken and left."""
    line = hotline(world.here)
    body = (
        f"api_key={line.secret}&jurisdiction_id=here&service_code=facility&lat=37.76524078&long=-122.4212043"
        "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456&first_name=john"
        "&last_name=smith&phone=&description=A+large+sinkhole+is+destroying+the+street"
        "&media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg"
        "&attribute[WHISPAWN]=123456&attribute[WHISDORN]=COISL001"
    )
    answer = line.client.post(
        f"{V2}/requests.xml", body, content_type="application/x-www-form-urlencoded; charset=utf-8"
    )
    assert answer.status_code == 200
    root = xml(answer)
    assert (root.tag, root[0].tag) == ("service_requests", "request")
    said = flat(root[0])
    made = kept(world)
    assert said == {
        "service_request_id": made.number,
        "service_notice": said["service_notice"],
        "account_id": None,
    }
    assert "和美物业" in (said["service_notice"] or "")
    assert (made.place, made.place_text, made.words) == (
        "public",
        "1234 5th street",
        "A large sinkhole is destroying the street",
    )
    assert (made.for_name, made.for_phone, made.for_person_id) == ("john smith", "", None)


def test_one_call_is_one_request_with_all_that_belongs_to_it(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    (said,) = line.post().json()
    assert list(said) == ["service_request_id", "service_notice", "account_id"]
    made = kept(world, said["service_request_id"])
    assert (made.category, made.place, made.place_text, made.words) == ("lift", "public", "东门旁的电梯", "电梯停了")
    assert (made.for_name, made.for_phone, made.consent) == ("周大年", "+8613800001111", "来电时同意（12345 热线）")
    assert made.filed_post == world.here.posts["city"].pk
    assert made.filed_as == "永康市住房和城乡建设局 专员（12345 热线）"
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(verb="repairs.file")
        assert "（12345 热线）" in entry.actor_label
        assert "13800001111" not in str(entry.changes)
        assert Event.objects.get().label.endswith("（12345 热线）")
        told = Message.objects.get(template="repairs.filed", person_id=world.here.people["manager"].pk)
        assert told.by_label.endswith("（12345 热线）")
        filed = Filed.objects.get()
    assert (filed.request_id, filed.key_id, filed.token) == (made.pk, line.key.pk, "")
    # And it can be followed at once.
    (followed,) = line.get(f"requests/{made.number}.json").json()
    assert (followed["status"], followed["service_code"]) == ("open", "lift")
    assert "13800001111" not in str(followed)
    assert "周大年" not in str(followed)


def test_a_caller_who_lives_here_gets_the_answers(world: World, hotline: Any) -> None:
    number = hotline(world.here).file(phone=phone_of(0, "neighbour"))
    neighbour = world.here.people["neighbour"].pk
    assert kept(world, number).for_person_id == neighbour
    with scope(world.here.compound.pk):
        assert Message.objects.filter(template="repairs.filed_for", person_id=neighbour).exists()


def test_whether_a_number_has_an_account_is_not_said(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    known = line.post(CALL | {"phone": phone_of(0, "neighbour")}).json()
    unknown = line.post(CALL | {"phone": "13800002222"}).json()
    for one in (*known, *unknown):
        one.pop("service_request_id")
    assert known == unknown


def test_a_caller_need_not_say_who(world: World, hotline: Any) -> None:
    made = kept(world, hotline(world.here).file(first_name="", last_name="", phone=""))
    assert (made.for_name, made.for_phone_cipher, made.for_person_id) == (CALLER, "", None)


@pytest.mark.parametrize("who", ["manager", "officer", "street", "city"])
def test_every_office_with_a_key_files(world: World, hotline: Any, who: str) -> None:
    assert kept(world, hotline(world.here, who).file()).filed_post == world.here.posts[who].pk


# --- where it is --------------------------------------------------------------------------------------------------


def test_a_home_that_is_named(world: World, hotline: Any) -> None:
    made = kept(world, hotline(world.here).file(**{"attribute[home]": "1幢1单元201", "address_string": "厨房"}))
    assert (made.place, made.home_id, made.place_text) == ("home", world.here.homes[2].pk, "1幢1单元201 厨房")


def test_a_building_that_is_named_and_urgent(world: World, hotline: Any) -> None:
    given = {"attribute[building]": "1幢", "attribute[urgent]": "TRUE", "address_string": ""}
    made = kept(world, hotline(world.here).file(**given))
    assert (made.place, made.place_text, made.urgent) == ("building", "1幢", True)
    assert made.building_id is not None
    with scope(world.here.compound.pk):
        urgent = Message.objects.filter(template="repairs.filed_urgent")
        assert world.here.people["worker"].pk in urgent.values_list("person_id", flat=True)


def test_a_place_by_its_code(world: World, hotline: Any) -> None:
    with scope(world.here.compound.pk):
        spot = make_place(
            compound_id=world.here.compound.pk,
            place_text="3号电梯",
            building_id=None,
            category="lift",
            by=world.here.actor("manager"),
            now=timezone.now(),
        )
    line = hotline(world.here)
    number = line.file(address_id=spot.code, address_string="")
    made = kept(world, number)
    assert (made.place, made.place_text, made.spot_id) == ("public", "3号电梯", spot.pk)
    assert line.get(f"requests/{number}.json").json()[0]["address_id"] == spot.code


def test_coordinates_alone_are_kept_as_words(world: World, hotline: Any) -> None:
    made = kept(world, hotline(world.here).file(address_string="", lat="28.8881234567", long="120.0257"))
    assert (made.place, made.place_text) == ("public", "28.88812,120.02570")


def test_what_the_neighbours_have_is_no_place_here(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    with scope(world.there.compound.pk):
        spot = make_place(
            compound_id=world.there.compound.pk,
            place_text=f"东门{CANARY}",
            building_id=None,
            category="lift",
            by=world.there.actor("manager"),
            now=timezone.now(),
        )
    foreign = line.post(CALL | {"address_id": spot.code})
    absent = line.post(CALL | {"address_id": "ABCDEFGH"})
    assert (foreign.status_code, foreign.content) == (400, absent.content)
    assert count(world) == 0


# --- what is wrong ------------------------------------------------------------------------------------------------

NO_PLACE = {"address_string": ""}


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"service_code": ""}, 400, "缺少参数 service_code"),
        ({"service_code": "sidewalk"}, 404, "service_code"),
        ({"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id"),
        ({"jurisdiction_id": ""}, 400, "缺少参数 jurisdiction_id"),
        (NO_PLACE, 400, "请给出地点"),
        (NO_PLACE | {"lat": "28.9"}, 400, "lat 和 long 要一起给"),
        (NO_PLACE | {"long": "120"}, 400, "lat 和 long 要一起给"),
        ({"lat": "91", "long": "0"}, 400, "lat 要填"),
        ({"lat": "nan", "long": "0"}, 400, "lat 要填"),
        ({"lat": "1e400", "long": "0"}, 400, "lat 要填"),
        ({"address_string": "长" * 81}, 400, "地点写得太长了"),
        ({"address_string": "东\x00门"}, 400, "address_string 里有无法保存的符号"),
        ({"description": "长" * 1001}, 400, "最多 1000 字"),
        ({"description": " "}, 400, "请写一句话"),
        ({"description": "a\x00"}, 400, "description"),
        ({"phone": "12"}, 400, "手机号"),
        ({"first_name": "长" * 60}, 400, "最多 40 字"),
        ({"attribute[home]": "9幢9单元999"}, 400, "没有 attribute[home]"),
        ({"attribute[building]": "99幢"}, 400, "没有 attribute[building]"),
        ({"attribute[place]": "moon"}, 400, "attribute[place]"),
        ({"attribute[place]": "home"}, 400, "没有找到这套房屋"),
        ({"attribute[place]": "building"}, 400, "没有找到这幢楼"),
        ({"attribute[urgent]": "maybe"}, 400, "attribute[urgent]"),
    ],
)
def test_what_is_wrong_is_named_in_both_formats_and_nothing_is_filed(
    world: World, hotline: Any, given: dict[str, str], status: int, words: str
) -> None:
    line = hotline(world.here)
    answer = line.post(CALL | given)
    assert answer.status_code == status
    (said,) = errors(answer)
    assert words in said
    root = xml(line.post(CALL | given, form="xml"))
    assert flat(root[0]) == {"code": str(status), "description": said}
    with scope(world.here.compound.pk):
        assert not Request.objects.exists()
        assert not Filed.objects.exists()
        assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"service_code": "lift"}', "application/json"),
        (b"<request/>", "text/xml"),
        (b"\xff\xfe%00%ff=%zz&;;&===", "application/x-www-form-urlencoded"),
        (b"service_code=lift", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"service_code=lift", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(1100)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * (2 * 1024 * 1024 + 1), "application/x-www-form-urlencoded"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "application/x-www-form-urlencoded"),
    ],
)
def test_hostile_bodies_are_400_in_words(world: World, hotline: Any, body: bytes, kind: str) -> None:
    line = hotline(world.here)
    for form in ("json", "xml"):
        # The client's own ``post`` would decode the body.
        answer = line.client.generic(
            "POST",
            f"{V2}/requests.{form}?jurisdiction_id=here",
            body,
            kind,
            headers={"X-Api-Key": line.secret},
        )
        assert answer.status_code == 400, answer.content[:200]
        assert xml(answer).tag == "errors" if form == "xml" else errors(answer)
    assert count(world) == 0


def test_rare_characters_and_markup_stay_as_they_are(world: World, hotline: Any) -> None:
    words = "<script>alert(1)</script> ]]> & “䶮” 𫖯 😀\r\n第二行"
    line = hotline(world.here)
    number = line.file(description=words, last_name="䶮", first_name="𫖯😀", address_string="3幢<b>东</b>")
    made = kept(world, number)
    assert (made.for_name, made.words, made.place_text) == ("䶮𫖯😀", words, "3幢<b>东</b>")
    (said,) = line.get(f"requests/{number}.json").json()
    assert said["description"] == words
    assert flat(xml(line.get(f"requests/{number}.xml"))[0])["description"] == words.replace("\r\n", "\n")


# --- photos -------------------------------------------------------------------------------------------------------


def _with_photos(line: Any, *photos: Any) -> Any:
    return line.client.post(
        f"{V2}/requests.json",
        {**CALL, "jurisdiction_id": "here", "media": list(photos)},
        headers={"X-Api-Key": line.secret},
    )


def test_photos_come_in_a_multipart_form(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    answer = _with_photos(line, picture(), picture("b.jpg", (32, 32)))
    assert answer.status_code == 200
    with scope(world.here.compound.pk):
        assert kept(world).photos.count() == 2
    assert line.get("requests.json").json()[0]["media_url"]


def test_a_hostile_photo_is_refused_and_nothing_is_filed(world: World, hotline: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    line = hotline(world.here)
    for name, content in (("x.jpg", b"<html>"), ("x.svg", b"<svg onload=alert(1)>"), ("../../x.jpg", b"")):
        answer = _with_photos(line, picture(), SimpleUploadedFile(name, content, content_type="image/jpeg"))
        assert answer.status_code == 400
        assert errors(answer)
    assert _with_photos(line, *(picture(f"{n}.jpg") for n in range(10))).status_code == 400
    assert count(world) == 0


# --- once ---------------------------------------------------------------------------------------------------------


def test_the_same_call_within_ten_minutes_files_nothing(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    first = line.post()
    again = line.post()
    assert first.json()[0]["service_request_id"] == again.json()[0]["service_request_id"]
    assert again.status_code == 200
    assert count(world) == 1
    assert line.file(description="另一台也停了") != first.json()[0]["service_request_id"]
    assert hotline(world.here, "officer").file() != first.json()[0]["service_request_id"]
    assert count(world) == 3
    # Ten minutes later it is a new call of somebody who is still waiting.
    with scope(world.here.compound.pk):
        Filed.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert line.file() != first.json()[0]["service_request_id"]


def test_an_idempotency_key_stands_for_one_call_for_good(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    first = line.post(Idempotency_Key=FRESH)
    with scope(world.here.compound.pk):
        Filed.objects.update(at=timezone.now() - timedelta(days=40))
    again = line.post(Idempotency_Key=FRESH)
    assert (again.status_code, again.content) == (200, first.content)
    other = line.post(CALL | {"description": "别的"}, Idempotency_Key=FRESH)
    assert (other.status_code, count(world)) == (400, 1)
    assert "Idempotency-Key 已经用于另一件报修" in errors(other)[0]
    # Another intent in the same words, and another system with the same key, are others.
    assert line.post(Idempotency_Key=FRESH + "2").json() != first.json()
    assert hotline(world.here, "officer").post(Idempotency_Key=FRESH).json() != first.json()
    assert count(world) == 3
    for bad in ("short", "x" * 65, "with blank in the key"):
        assert line.post(Idempotency_Key=bad).status_code == 400
    assert count(world) == 3


def test_what_was_refused_may_be_tried_again(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    assert line.post(CALL | {"phone": "1"}, Idempotency_Key=FRESH).status_code == 400
    assert line.post(Idempotency_Key=FRESH).status_code == 200


def test_a_lost_answer_is_found_by_its_token(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    (made,) = line.post(Idempotency_Key=FRESH).json()
    (said,) = line.get(f"tokens/{FRESH}.json").json()
    assert said == {"service_request_id": made["service_request_id"], "token": FRESH}
    assert flat(xml(line.get(f"tokens/{FRESH}.xml"))[0]) == said
    # What a webhook tells of is a token as well.
    ref = kept(world).ref
    assert line.get(f"tokens/{ref}.json").json()[0]["service_request_id"] == made["service_request_id"]
    # Another's Idempotency-Key is none.
    other = hotline(world.here, "officer")
    absent = other.get("tokens/nothing-of-that-kind.json")
    assert (other.get(f"tokens/{FRESH}.json").status_code, absent.status_code) == (404, 404)
    assert other.get(f"tokens/{FRESH}.json").content == absent.content


def test_twenty_at_once_are_one(committed_db: str, world: World, hotline_committed: Any) -> None:
    """A client that does not wait for its answer, on five threads: one request."""
    line = hotline_committed(world.here)
    body = encoded({**CALL, "api_key": line.secret, "jurisdiction_id": "here"})
    said: list[bytes] = []

    def call() -> None:
        try:
            for _ in range(4):
                answer = Client().post(f"{V2}/requests.json", body, content_type="application/x-www-form-urlencoded")
                said.append(answer.content)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 20
    assert len(set(said)) == 1
    assert count(world) == 1
