"""The board over REST, the feed, the public page and the printed sheet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from documents.actions import make_document
from documents.models import IssuedDocument
from idempotency.forms import fresh_key
from notices import actions
from notices.models import Notice, Reading
from tenancy.scope import scope
from tests.notices.conftest import NOW, SOURCE, TITLE, fee_notice, fresh, pdf, picture, submitted, written
from tests.notices.test_reading_pages import copies, key, page
from tests.world import CANARY, RESIDENTS, STAFF, World

API = "/api/v1/compounds/here/notices/"
NEW = {"kind": "notice", "title": TITLE, "source": SOURCE}


def send(client: Client, path: str, given: Any = None, one: str = "") -> Any:
    headers = {"Idempotency-Key": one or fresh_key()}
    return client.post(API + path, given or {}, content_type="application/json", headers=headers)


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_everyone_reads(world: World, sign_in: Callable[..., Client], who: str) -> None:
    made = submitted(world.here, "officer")
    waits = fee_notice(world.here, title="等会签")
    submitted(world.there, "officer", title=CANARY)
    client = sign_in(world.here, who)
    rows = client.get(API).json()["results"]
    assert [(row["ref"], row["title"], row["read"], row["edition"]) for row in rows] == [(made.ref, TITLE, False, 1)]
    whole = client.get(f"{API}{made.ref}/").json()
    assert whole["editions"][0]["html"].startswith("<p>因水箱清洗，<strong>")
    assert whole["editions"][0]["fingerprint"] == made.current.fingerprint
    assert client.get(f"{API}{waits.ref}/").status_code == 404
    assert client.get(f"{API}nothing/").status_code == 404
    figures = client.get(f"{API}{made.ref}/receipts/")
    expected = 403 if who in {*RESIDENTS, "worker", "worker2"} else 200
    assert figures.status_code == expected
    if expected == 200:
        assert figures.json() == {"homes_read": 0, "homes": 2, "people_read": 0, "people": 2}


def test_filters_are_those_of_the_page(world: World, sign_in: Callable[..., Client]) -> None:
    submitted(world.here, "officer")
    client = sign_in(world.here, "resident")
    for query, found in (
        ("q=水箱", 1),
        ("q=没有", 0),
        ("kind=urgent", 0),
        ("past=true", 0),
        ("year=2026", 1),
        ("side=x", 1),
    ):
        assert len(client.get(f"{API}?{query}").json()["results"]) == found, query


def test_reading_is_noted_once(world: World, sign_in: Callable[..., Client]) -> None:
    made = submitted(world.here, "officer")
    client = sign_in(world.here, "resident")
    for _ in range(2):
        assert send(client, f"{made.ref}/do/read/").json()["state"] == "published"
    with scope(world.here.compound.pk):
        assert Reading.objects.count() == 1
    assert client.get(API).json()["results"][0]["read"] is True


def test_a_notice_goes_its_way(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    manager = sign_in(side, "manager")
    once = fresh_key()
    given = {**NEW, "kind": "publicity", "matter": "property_fee", "submit": True}
    first, again = (send(manager, "", given, once) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    said = {"ref": first.json()["ref"], "state": "awaiting", "compound": "here", "others": []}
    assert first.json() == again.json() == said
    ref = first.json()["ref"]
    chair, officer = sign_in(side, "chair"), sign_in(side, "officer")
    early = send(officer, f"{ref}/do/agree/")
    assert (early.status_code, early.json()["code"]) == (409, "not_your_turn")
    silent = send(chair, f"{ref}/do/refuse/")
    assert (silent.status_code, silent.json()["code"], silent.json()["field"]) == (422, "say_why", "reason")
    assert send(chair, f"{ref}/do/agree/").json()["state"] == "awaiting"
    assert send(officer, f"{ref}/do/agree/", {"reason": "好"}).json()["state"] == "published"
    assert send(officer, f"{ref}/do/pin/").status_code == 200
    assert manager.get(API).json()["results"][0]["pinned"] is True
    assert send(manager, f"{ref}/do/withdraw/", {"reason": "写错"}).json()["state"] == "withdrawn"
    assert send(manager, f"{ref}/do/nothing/").status_code == 404
    assert manager.get(f"{API}{ref}/").json()["ended_reason"] == "写错"


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({**NEW, "title": " "}, 400, "blank"),
        ({**NEW, "kind": "x"}, 400, "invalid_choice"),
        ({**NEW, "buildings": [2**40]}, 422, "no_such_place"),
        ({**NEW, "expires_at": "2020-01-01T00:00:00Z"}, 422, "ends_in_past"),
        ({**NEW, "source": "{{空}}", "submit": True}, 422, "placeholder_left"),
    ],
)
def test_what_cannot_be_used_is_refused(
    world: World, sign_in: Callable[..., Client], given: Any, status: int, code: str
) -> None:
    answer = send(sign_in(world.here, "manager"), "", given)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    with scope(world.here.compound.pk):
        assert not Notice.objects.exists()
    assert send(sign_in(world.here, "resident"), "", NEW).status_code == 403
    bare = sign_in(world.here, "manager").post(API, NEW, content_type="application/json")
    assert bare.status_code == 400


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    made = submitted(side, "officer", public=True)
    with scope(side.compound.pk):
        for n in range(rows - 1):
            actions.amend(
                compound_id=side.compound.pk, ref=made.ref, title=TITLE, source=f"第{n}次", changed=f"改{n}",
                by=side.actor("officer"), now=NOW + timedelta(minutes=n),
            )  # fmt: skip
    copies(side, fresh(made), rows - 1)
    client = sign_in(side, "resident")
    counts = []
    for path in (API, f"{API}{made.ref}/", "/board/here/feed.atom", "/board/here/calendar.ics"):
        assert client.get(path).status_code == 200
        cache.clear()
        with statements() as seen:
            answer = client.get(path)
        assert answer.content.decode().count(TITLE) >= min(rows, 20)
        counts.append(len(seen))
    assert counts == [7, 9, 7, 7]


def test_the_feed_has_what_is_public_and_no_more(world: World, client: Client, sign_in: Callable[..., Client]) -> None:
    made = submitted(world.here, "officer", public=True, title="<公开> & 通知")
    submitted(world.here, "officer", title="只给住户")
    submitted(world.there, "officer", public=True, title=f"那边{CANARY}")
    answer = client.get("/board/here/feed.atom")
    assert answer["content-type"].startswith("application/atom+xml")
    feed = answer.content.decode()
    assert ("&lt;公开&gt; &amp; 通知" in feed, "只给住户" in feed, CANARY in feed) == (True, False, False)
    assert f"/board/here/{made.ref}/" in feed
    assert client.get("/board/nothing/feed.atom").status_code == 404
    # Signed in next door it is the same.
    assert sign_in(world.there, "resident").get("/board/here/feed.atom").content.decode() == feed


def test_a_public_notice_is_read_by_anyone(world: World, client: Client) -> None:
    side = world.here
    made = submitted(side, "officer", public=True)
    closed = submitted(side, "officer")
    assert escape(TITLE) in page(client, f"/board/here/{made.ref}/")
    assert client.get(f"/board/here/{closed.ref}/").status_code == 404
    assert client.get(f"/board/there/{made.ref}/").status_code == 404
    with scope(side.compound.pk):
        actions.withdraw(compound_id=side.compound.pk, ref=made.ref, reason="错", by=side.actor("officer"), now=NOW)
    assert client.get(f"/board/here/{made.ref}/").status_code == 404


@pytest.mark.usefixtures("tmp_path")
def test_the_sheet_is_printed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = submitted(side, "officer", source="**停水**😀\n\n- 储水\n- 关阀")
    address = f"/c/here/notices/{made.ref}/sheet/"
    client = sign_in(side, "chair")
    assert "打印张贴" in page(client, f"/c/here/notices/{made.ref}/")
    answer = client.post(address, {"idempotency_key": key(1)})
    assert answer.status_code == 302
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get()
        make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
        document.refresh_from_db()
    assert (document.state, document.target) == ("ready", f"notices.notice:{made.pk}")
    assert client.get(answer["location"]).status_code == 200
    assert sign_in(side, "resident").post(address, {"idempotency_key": key(2)}).status_code == 403
    draft = written(side, "officer")
    refused = sign_in(side, "officer").post(f"/c/here/notices/{draft.ref}/sheet/", {"idempotency_key": key(3)})
    assert refused.status_code == 403


def test_one_call_writes_for_several_compounds(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "city")
    one = fresh_key()
    answer = send(client, "", {**NEW, "compounds": ["there"], "submit": True, "pinned": True}, one)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["compound"], [other["compound"] for other in body["others"]]) == ("here", ["there"])
    assert {body["state"], *(other["state"] for other in body["others"])} == {"published"}
    assert send(client, "", {**NEW, "compounds": ["there"], "submit": True, "pinned": True}, one).json() == body
    found = []
    for side in (world.here, world.there):
        with scope(side.compound.pk):
            (row,) = Notice.objects.filter(compound=side.compound)
            found.append(row.campaign)
            assert row.pinned_at == NOW
    assert len(set(found)) == 1


@pytest.mark.parametrize("code", ["there", "nowhere"])
def test_a_compound_that_the_post_does_not_cover_is_refused(
    world: World, sign_in: Callable[..., Client], code: str
) -> None:
    answer = send(sign_in(world.here, "officer"), "", {**NEW, "compounds": [code]})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (403, "not_covered", "compounds")
    with scope(world.here.compound.pk):
        assert not Notice.objects.exists()


def attach(client: Client, ref: str, upload: Any, name: str = "", one: str = "") -> Any:
    given = {"file": upload, "name": name}
    return client.post(f"{API}{ref}/files/", given, headers={"Idempotency-Key": one or fresh_key()})


def test_files_are_attached_and_dropped(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = written(side, "officer")
    client = sign_in(side, "officer")
    one = fresh_key()
    first = attach(client, made.ref, pdf(), "安排", one)
    assert first.status_code == 201
    assert (first.json()["name"], first.json()["picture"]) == ("安排", False)
    assert attach(client, made.ref, pdf(), "安排", one).json() == first.json()
    second = attach(client, made.ref, picture()).json()
    assert second["picture"] is True
    gone = client.delete(f"{API}{made.ref}/files/{first.json()['id']}/", headers={"Idempotency-Key": fresh_key()})
    assert (gone.status_code, gone.json()["ref"]) == (200, made.ref)
    send(client, f"{made.ref}/do/submit/")
    files = client.get(f"{API}{made.ref}/").json()["files"]
    assert [row["sha256"] for row in files] == [second["sha256"]]


def test_what_cannot_be_attached_is_refused(world: World, sign_in: Callable[..., Client]) -> None:
    made = written(world.here, "officer")
    client = sign_in(world.here, "officer")
    broken = attach(client, made.ref, SimpleUploadedFile("a.exe", b"MZ not ours", content_type="image/png"))
    assert (broken.status_code, broken.json()["code"], broken.json()["field"]) == (422, "type", "file")
    assert attach(client, "nothing", pdf()).status_code == 404
    assert attach(sign_in(world.here, "manager"), made.ref, pdf()).status_code == 404  # another body's draft
    assert attach(sign_in(world.here, "resident"), made.ref, pdf()).status_code == 404
    headers = {"Idempotency-Key": fresh_key()}
    assert client.delete(f"{API}{made.ref}/files/999999/", headers=headers).status_code == 404
    assert client.delete(f"{API}{made.ref}/files/{2**70}/", headers=headers).status_code == 404
    out = submitted(world.here, "officer")
    assert attach(sign_in(world.here, "chair"), out.ref, pdf()).json()["code"] == "not_yours"
