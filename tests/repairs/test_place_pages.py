"""位置码: making, printing and retiring them, and reading one from another standing."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from audit.models import Entry
from documents import actions as documents
from documents.models import IssuedDocument
from documents.pdf import render
from idempotency.forms import fresh_key
from premises import actions as premises
from premises.models import Building
from repairs import pdf
from repairs.actions import places
from repairs.actions.places import NoSuchPlace
from repairs.models import PlaceCode, PlaceSheet
from repairs.refusals import BadInput, NotPermitted
from tenancy.scope import scope
from tests.repairs.conftest import NOW
from tests.world import BEGAN, CANARY, MADE_AT, RESIDENTS, STAFF, Side, World

LIST = "/c/here/rules/places/"
FORM = {"place_text": "东门门禁", "category": "access"}


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def make(side: Side, text: str = "东门门禁", **given: Any) -> PlaceCode:
    with scope(side.compound.pk):
        return places.make_place(
            compound_id=side.compound.pk,
            place_text=text,
            by=side.actor("manager"),
            now=NOW,
            **{"building_id": None, "category": "", **given},
        )


def sheet(side: Side, codes: list[str]) -> tuple[IssuedDocument, str]:
    """The document, and the text of its PDF."""
    with scope(side.compound.pk):
        made = places.print_places(compound_id=side.compound.pk, codes=codes, by=side.actor("manager"), now=NOW)
        given = pdf.labels_context(compound_id=side.compound.pk, target=made.target)
        content = render(pdf.LABELS_TEMPLATE, {**given, **documents.sheet_context(made)}, now=NOW)
    return made, re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    made = make(world.here)
    client = sign_in(world.here, role)
    reads, sets, prints = role not in RESIDENTS, role == "manager", role in {"manager", "dispatcher"}
    assert client.get(LIST).status_code == (200 if reads else 403)
    assert post(client, f"{LIST}new/", {**FORM, "place_text": "西门"}).status_code == (302 if sets else 403)
    assert post(client, f"{LIST}print/", {"every": "1"}).status_code == (302 if prints else 403)
    assert post(client, f"{LIST}{made.code}/retire/").status_code == (302 if sets else 403)
    if reads:
        text = client.get(LIST).content.decode()
        assert ("做一个位置码" in text) == sets
        assert ("打印勾选的标签" in text) == prints


def test_next_doors_are_not_there(world: World, sign_in: Any) -> None:
    theirs = make(world.there, CANARY)
    client = sign_in(world.here, "manager")
    assert CANARY not in client.get(LIST).content.decode()
    assert post(client, f"{LIST}{theirs.code}/retire/").status_code == 404
    make(world.here)
    assert post(client, f"{LIST}print/", {"codes": [theirs.code]}).status_code == 422
    with scope(world.here.compound.pk), pytest.raises(NoSuchPlace):
        places.print_places(
            compound_id=world.here.compound.pk, codes=[theirs.code], by=world.here.actor("manager"), now=NOW
        )
    with scope(world.there.compound.pk):
        target = places.print_places(
            compound_id=world.there.compound.pk, codes=[theirs.code], by=world.there.actor("manager"), now=NOW
        ).target
    with scope(world.here.compound.pk):
        assert not pdf.may_print_labels(world.here.actor("manager"), target)
        with pytest.raises(documents.TargetGone):
            pdf.labels_context(compound_id=world.here.compound.pk, target=target)


def test_a_code_is_made_printed_and_retired(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    assert "还没有位置码" in client.get(LIST).content.decode()
    with scope(side.compound.pk):
        block = Building.objects.get(name="1幢").pk
    key = fresh_key()
    given = {**FORM, "building": block}
    assert post(client, f"{LIST}new/", given, key).url == LIST
    assert post(client, f"{LIST}new/", given, key).url == LIST
    with scope(side.compound.pk):
        (made,) = PlaceCode.objects.all()
    text = client.get(LIST).content.decode()
    assert made.code in text
    assert "1幢 · 门禁 · " in text
    where = post(client, f"{LIST}print/", {"codes": [made.code]}).url
    assert re.fullmatch(r"/c/here/documents/\d+/", where)
    assert client.get(where).status_code == 200
    assert post(client, f"{LIST}{made.code}/retire/").url == LIST
    assert post(client, f"{LIST}{made.code}/retire/").status_code == 404
    text = client.get(LIST).content.decode()
    assert "停用的位置码" in text
    assert "还没有位置码" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place_text": " "}, "请写明在哪里"),
        ({"place_text": "长" * 61}, "写得太长了，最多 60 字"),
        ({"place_text": "东门门禁"}, "这个位置已经有二维码了"),
        ({"building": "99999"}, "没有找到这幢楼"),
        ({"category": "x"}, "请选择报修类别"),
    ],
)
def test_a_place_that_cannot_be_says_so_and_loses_nothing(world: World, sign_in: Any, given: dict, words: str) -> None:
    make(world.here)
    answer = post(
        sign_in(world.here, "manager"), f"{LIST}new/", {"place_text": "西门水泵房", "category": "water", **given}
    )
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (422, True)
    assert ("西门水泵房" in text) == ("place_text" not in given)


def test_printing_nothing_is_refused(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    assert "请至少勾选一个位置码" in post(client, f"{LIST}print/", {"every": "1"}).content.decode()
    make(world.here)
    answer = post(client, f"{LIST}print/")
    assert (answer.status_code, "请勾选要打印的位置码" in answer.content.decode()) == (422, True)


def test_labels_say_everything_and_hold_the_address(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        block = Building.objects.get(name="1幢").pk
    lift = make(side, "1单元电梯䶮", building_id=block, category="lift")
    gate = make(side)
    gone = make(side, "停用的")
    document, text = sheet(side, [])
    for words in (
        "小区1",
        "1单元电梯䶮",
        "1幢·电梯",
        "东门门禁",
        "扫一扫，报修",
        f"{lift.code}",
        document.number,
        "0579-87000000",
    ):
        assert words in text, words
    one, text = sheet(side, [lift.code])
    assert "东门门禁" not in text
    assert one.pk != document.pk
    again, _text = sheet(side, [lift.code])
    assert again.pk == one.pk
    two, _text = sheet(side, [gate.code, gone.code])
    with scope(side.compound.pk):
        assert PlaceSheet.objects.count() == 2
        places.retire_place(compound_id=side.compound.pk, code=gone.code, by=side.actor("manager"), now=NOW)
        left = pdf.labels_context(compound_id=side.compound.pk, target=two.target)["labels"]
        assert [label["place"] for label in left] == ["东门门禁"]
        places.retire_place(compound_id=side.compound.pk, code=gate.code, by=side.actor("manager"), now=NOW)
        with pytest.raises(documents.TargetGone):
            pdf.labels_context(compound_id=side.compound.pk, target=two.target)
        for target in ("repairs.places:x:all", "repairs.places:1:x", "other:1:all", f"repairs.places:{10**9}:all"):
            assert not pdf.may_print_labels(side.actor("manager"), target)
        assert Entry.objects.filter(verb="documents.request").count() == 3


def test_who_prints_and_what_cannot_be_printed(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        with pytest.raises(BadInput) as refused:
            places.print_places(compound_id=side.compound.pk, codes=[], by=side.actor("manager"), now=NOW)
        assert refused.value.code == "no_places"
        for who in ("worker", "chair", "officer", "resident"):
            with pytest.raises(NotPermitted):
                places.print_places(compound_id=side.compound.pk, codes=[], by=side.actor(who), now=NOW)


def test_a_hundred_labels_are_eight_a_page(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        PlaceCode.objects.bulk_create(
            PlaceCode(
                compound=side.compound, code=f"A{n:05}", place_text=f"{n}号地下车库照明与消防设施间门口", made_at=NOW
            )
            for n in range(100)
        )
        made = places.print_places(compound_id=side.compound.pk, codes=[], by=side.actor("manager"), now=NOW)
        given = pdf.labels_context(compound_id=side.compound.pk, target=made.target)
        content = render(pdf.LABELS_TEMPLATE, {**given, **documents.sheet_context(made)}, now=NOW)
    assert len(PdfReader(BytesIO(content)).pages) == 13


# --- reading a code from another standing -----------------------------------------------------------------------------
def test_whoever_lives_there_too_is_offered_that_standing(world: World, sign_in: Any) -> None:
    here, there = world.here, world.there
    spot = make(there)
    address = f"/c/there/q/{spot.code}/"
    client = sign_in(here, "resident")
    assert client.get(address).status_code == 404
    by = there.actor("manager")
    with scope(there.compound.pk):
        claim = premises.claim_home(
            home=there.homes[3], person=here.people["resident"], relation="owner", starts=BEGAN, by=by, now=MADE_AT
        )
    assert client.get(address).status_code == 404
    with scope(there.compound.pk):
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=MADE_AT)
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="home:{there.compound.pk}"' in text
    assert spot.place_text not in text
    chosen = client.post("/standing/", {"standing": f"home:{there.compound.pk}", "next": address})
    assert chosen.url == address
    assert spot.place_text in client.get(address).content.decode()
    assert client.get("/c/nowhere/q/AAAAAA/").status_code == 404


def test_a_standing_that_cannot_file_is_offered_the_one_that_can(world: World, sign_in: Any) -> None:
    """A street officer who lives here reads a code: they change to the resident that they are."""
    side = world.here
    spot = make(side)
    client = sign_in(side, "street")
    assert client.get(f"/c/here/q/{spot.code}/").status_code == 403
    by = side.actor("manager")
    with scope(side.compound.pk):
        claim = premises.claim_home(
            home=side.homes[4], person=side.people["street"], relation="owner", starts=BEGAN, by=by, now=MADE_AT
        )
        premises.decide_claim(occupancy=claim, confirm=True, ground="登记", by=by, now=MADE_AT)
    assert f'value="home:{side.compound.pk}"' in client.get(f"/c/here/q/{spot.code}/").content.decode()


def test_pages_ask_the_same_for_one_place_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any]
) -> None:
    side = world.here
    client = sign_in(side, "manager")
    taken: list[int] = []
    for numbers in (range(1), range(1, 30)):
        for n in numbers:
            make(side, f"{n}号门")
            gone = make(side, f"{n}号旧门")
            with scope(side.compound.pk):
                places.retire_place(compound_id=side.compound.pk, code=gone.code, by=side.actor("manager"), now=NOW)
        assert client.get(LIST).status_code == 200
        with statements() as seen:
            client.get(LIST)
        taken.append(len(seen))
    assert taken == [11, 11]
    assert len(seen) == taken[0]
