"""The work slip: its text, its picture, rare characters, and the way to it."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from documents import actions
from documents.models import DocumentCheck, IssuedDocument
from documents.pdf import render
from repairs import pdf
from repairs.models import Request
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import World


def _sheet(world: World, request: Request) -> tuple[bytes, str]:
    side = world.here
    with scope(side.compound.pk):
        document = actions.request_document(
            compound_id=side.compound.pk,
            by=side.actor("manager"),
            kind=pdf.KIND,
            target=pdf.target_of(request),
            now=NOW,
        )
        given = pdf.slip_context(compound_id=side.compound.pk, target=pdf.target_of(request))
        made = render(pdf.TEMPLATE, {**given, **actions.sheet_context(document)}, now=NOW)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    return made, re.sub(r"\s+", "", text)


def test_the_slip_says_everything_the_worker_needs(world: World) -> None:
    side = world.here
    request = bring_to(
        side,
        "assigned",
        words="厨房水管漏水,䶮先生家,水流到楼下。💧",
        urgent=True,
        wanted_time="周末",
        photos=[picture(), picture()],
    )
    made, text = _sheet(world, request)
    for words in (
        "报修工单",
        request.number,
        "水（紧急）",
        "我家",
        side.homes[0].address,
        "厨房水管漏水,䶮先生家,水流到楼下。〔表情〕",
        "周末",
        "2026年6月2日10:00",
        "2026年6月2日10:01",
        "2026年6月3日10:00",
        "worker",
        "和美物业",
        "报修照片",
        "维修情况",
        "签字：",
        "（盖章）",
        "物业服务企业",
        "查验码",
        "/v/",
    ):
        assert words in text, words
    # Masked on paper too, and the mask has no digits of the middle.
    phone = side.people["resident"].phone.removeprefix("+86")
    assert f"{phone[:3]}****{phone[-4:]}" in text
    assert phone not in text
    reader = PdfReader(BytesIO(made))
    assert len(reader.pages) == 1
    width, height = reader.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)


def test_a_thousand_words_run_on_to_the_next_sheet_and_none_is_lost(world: World) -> None:
    words = "".join(chr(0x4E00 + index) for index in range(998)) + "末。"
    request = file_one(world.here, words=words, photos=[picture() for _ in range(9)])
    made, text = _sheet(world, request)
    assert words[:40] in text
    assert len(PdfReader(BytesIO(made)).pages) <= 3
    for start in range(0, 960, 240):
        assert words[start : start + 8] in text


def test_a_character_without_a_glyph_is_named_and_never_a_blank(world: World) -> None:
    request = file_one(world.here, words="门牌上的字是\U00030edd")
    with pytest.raises(Exception, match="\U00030edd"):
        _sheet(world, request)


def test_from_the_board_to_the_sheet(
    world: World, sign_in: Callable[..., Client], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    side = world.here
    request = bring_to(side, "assigned")
    for who, status in (("manager", 302), ("worker", 302), ("worker2", 404), ("chair", 403), ("resident", 403)):
        answer = sign_in(side, who).post(f"/c/here/slips/{request.ref}/")
        assert answer.status_code == status, who
    client = sign_in(side, "manager")
    assert client.get(f"/c/here/slips/{request.ref}/").status_code == 405
    assert client.post("/c/here/slips/nosuch/").status_code == 404
    assert sign_in(world.there, "manager").post(f"/c/there/slips/{request.ref}/").status_code == 404
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get(target=pdf.target_of(request))
        actions.make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW + timedelta(minutes=5))
        document.refresh_from_db()
        assert (document.state, document.title) == ("ready", "报修工单")
        assert DocumentCheck.objects.filter(number=document.number).exists()
    page = client.get(f"/c/here/documents/{document.pk}/")
    assert page.status_code == 200
    assert sign_in(side, "chair").get(f"/c/here/documents/{document.pk}/").status_code == 404


def test_a_request_that_is_gone_has_no_slip(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(actions.TargetGone):
        pdf.slip_context(compound_id=world.here.compound.pk, target="repairs.request:99999")
