"""The printed sheets: what they hold, by their text, and what cannot be printed is said."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from documents.actions import make_document, request_document
from documents.models import IssuedDocument
from handover import pdf
from handover.actions import listing
from handover.models import Handover, Item
from handover.permissions import needed
from tenancy.scope import scope
from tests.handover.conftest import NEXT_FIRM, NOW, bring_to, listing_of, settled, sign_as
from tests.handover.test_pages import with_keys
from tests.world import Side


def made(side: Side, document: IssuedDocument) -> tuple[IssuedDocument, str, list[str]]:
    """The document when it is made, its text, and the text of each page."""
    with scope(side.compound.pk):
        done = make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
        assert done is not None
        assert done.state == "ready", (done.failure, done.failure_detail)
        with default_storage.open(done.file.path) as content:
            reader = PdfReader(io.BytesIO(content.read()))
    pages = ["".join(page.extract_text().split()) for page in reader.pages]
    return done, "".join(pages), pages


def test_the_pack_holds_parties_articles_annexes_disputes_and_signatures(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    case = bring_to(side, "working", now=NOW - timedelta(hours=3), words="水管漏水😀")
    handover = listing_of(side)
    with_keys(side, handover, 300)
    settled(side, handover)
    with scope(side.compound.pk):
        row = Item.objects.filter(handover=handover, kind="key").order_by("pk").last()
        common: dict[str, Any] = {
            "compound_id": side.compound.pk,
            "ref": handover.ref,
            "by": side.actor("officer", NOW.date()),
            "now": NOW,
        }
        listing.judge(judged=[listing.Judged(row.pk, "missing", "没有交出来")], **common)
        handover = listing.freeze(**common)
    for role in (*needed(handover), "community"):
        sign_as(side, handover, role, words="公共收益请对账" if role == "committee" else "")
    with scope(side.compound.pk):
        handover = Handover.objects.select_related("pack").get(pk=handover.pk)
    document, text, pages = made(side, handover.pack)
    assert document.title == "物业交接书"
    assert len(pages) >= 6
    # Who signed is read on one page, and the heading stands above it.
    (signed,) = [page for page in pages if "三、签字" in page]
    assert all(role in signed for role in ("原物业", "新物业", "业委会", "社区见证"))
    assert signed.count("王签负责人") == len(needed(handover)) + 1
    for said in (
        "和美物业",
        NEXT_FIRM,
        "2026年6月10日",
        "《民法典》第九百四十九条",
        "《物业管理条例》第三十八条",
        "附件2钥匙（300项）",
        "合计300件",
        "没有交出来",
        "公共收益请对账",
        case.number,
        "〔表情〕",
        "第299号门",
        "（在secretary西山社区居委会党委书记的手机上）",
        handover.fingerprint[:4],
    ):
        assert said in text, said


def test_the_list_of_open_requests(leaving: Callable[..., Side]) -> None:
    side = leaving()
    one = bring_to(side, "working", now=NOW - timedelta(hours=3))
    bring_to(side, "done", now=NOW - timedelta(days=3))
    with scope(side.compound.pk):
        document = request_document(
            compound_id=side.compound.pk,
            by=side.actor("manager", NOW.date()),
            kind=pdf.CASES,
            target=pdf.cases_target(side.compound.pk),
            now=NOW,
        )
    _done, text, pages = made(side, document)
    assert len(pages) == 1
    assert one.number in text
    assert "件数1" in text
    assert "处理中worker" in text


@pytest.mark.parametrize("target", ["tenancy.compound:x", "tenancy.compound:99999", "handover.handover:1", "x"])
def test_a_target_that_is_not_theirs_is_refused(leaving: Callable[..., Side], target: str) -> None:
    side = leaving()
    with scope(side.compound.pk):
        for actor in (side.actor("manager", NOW.date()), side.actor("officer", NOW.date())):
            assert pdf.may_print_list(actor, target) is False
            assert pdf.may_print(actor, target) is False
