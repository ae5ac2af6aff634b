"""Form B.1 of a month: what stands on it, that corrected entries show the old value, and who prints it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from defects.actions import keeping
from defects.actions.climbing import climb
from documents.actions import make_document
from documents.models import IssuedDocument
from tenancy.scope import scope
from tests.defects.conftest import DAY, NOW, a_piece, do, entered, put_defects_in
from tests.defects.test_pages import BASE, key
from tests.world import CANARY, World


def printed(client: Client, month: str) -> Any:
    return client.post(f"{BASE}print/", {"idempotency_key": key(), "month": month})


def test_the_form_says_what_the_record_says(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    put_defects_in(world.there, CANARY, NOW)
    put_defects_in(side, "", NOW)
    made = entered(side, a_piece(side, "LONG-1"), found_at=NOW - 2 * DAY)
    do(side, keeping.correct, made, name="words", value="指针在黄区", reason="看错了")
    with scope(side.compound.pk):
        climb(compound_id=side.compound.pk, now=NOW + DAY)
    assert printed(sign_in(side, "worker"), "2026-05").status_code == 302
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get()
        done = make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
        assert done is not None
        assert (done.state, done.failure, done.failure_detail) == ("ready", "", "")
        with default_storage.open(done.file.path) as stored:
            reader = PdfReader(io.BytesIO(stored.read()))
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    for words in (
        "建筑消防设施故障维修记录表", "表B.1", "第1页共1页", "LONG-1", "指针在红区", "指针在黄区", "看错了", made.number, "签名",
        "社区、居委会和业委会",
    ):  # fmt: skip
        assert words.replace(" ", "") in text, words
    assert CANARY not in text


@pytest.mark.parametrize(
    ("month", "said"), [("", "请选择月份"), ("x", "请选择月份"), ("2026-04", "没有故障记录"), ("2031-01", "请选择月份")]
)
def test_a_month_that_cannot_be_printed(world: World, sign_in: Callable[..., Client], month: str, said: str) -> None:
    answer = printed(sign_in(world.here, "manager"), month)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert printed(sign_in(world.here, "officer"), month).status_code == 403
