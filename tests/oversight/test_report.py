"""The monthly report: what a committee reads of a month, on paper, with a number that anyone can check."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from documents.actions import TargetGone, make_document, request_document
from documents.models import IssuedDocument
from oversight import pdf
from oversight.actions import counting
from oversight.rules.periods import period
from repairs.actions import returns
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import KEY
from tests.world import CANARY, Side, World

JUNE = period("2026-06")
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def lived(side: Side, mark: str = "") -> None:
    """A month with something of everything, counted."""
    for state in ("done", "awaiting", "working", "closed", "returned", "withdrawn"):
        bring_to(side, state, words=f"漏{mark}", place="public", place_text=f"东门{mark}")
    upheld = bring_to(side, "returned", place="public", place_text=f"路灯{mark}")
    with scope(side.compound.pk):
        returns.uphold(compound_id=side.compound.pk, ref=upheld.ref, note="", by=side.actor("secretary"), now=LATER)
        counting.count_anew(compound_id=side.compound.pk, now=LATER)


def printed(side: Side, who: str, target: str) -> bytes:
    with scope(side.compound.pk):
        document = request_document(
            compound_id=side.compound.pk, by=side.actor(who), kind=pdf.KIND, target=target, now=LATER
        )
        made = make_document(compound_id=side.compound.pk, document_id=document.pk, now=LATER)
        assert made is not None
        assert made.state == IssuedDocument.State.READY, (made.failure, made.failure_detail)
        with default_storage.open(made.file.path) as content:
            return bytes(content.read())


def words(content: bytes, folder: Path) -> str:
    """The text of a PDF, spaces taken out."""
    path = folder / "report.pdf"
    path.write_bytes(content)
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    told = subprocess.run([tool, "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", told)


def test_it_says_what_was_asked_done_late_and_returned(world: World, tmp_path: Path) -> None:
    lived(world.here)
    lived(world.there, CANARY)
    text = words(printed(world.here, "chair", pdf.target_of(JUNE, None)), tmp_path)
    assert "物业报修月报" in text
    assert "2026年6月" in text
    assert "本月共提交报修7件，其中应由物业办理5件" in text
    assert "报修人确认办结1件" in text
    assert "社区认定不属物业的1件不计入物业成绩" in text
    for title in ("还没有办结的", "退回、不属物业、并入和撤回的", "按时办结的"):
        assert title in text
    for party in ("物业服务企业", "业主委员会", "社区党组织", "（盖章）", "查验码"):
        assert party in text
    assert re.search(r"第1页共\d页", text)
    assert CANARY not in text
    assert "resident" not in text


def test_two_hundred_cases_are_listed_and_the_rest_are_counted(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    first = bring_to(side, "done")
    from tests.repairs.test_board import copies

    copies(side, first, 229)
    file_one(side, now=NOW + timedelta(minutes=50))
    with scope(side.compound.pk):
        counting.count_anew(compound_id=side.compound.pk, now=LATER)
        with statements() as seen:
            told = pdf.report_context(compound_id=side.compound.pk, target=pdf.target_of(JUNE, None))
    assert len(seen) == 4
    groups = {group.title: (len(group.cases), group.left_out) for group in told["groups"]}
    assert groups == {"还没有办结的": (1, 0), "按时办结的": (199, 31)}


def test_whom_it_is_for(world: World) -> None:
    side = world.here
    firm, other = side.actor("manager").organisation_id, world.there.actor("manager").organisation_id
    whole, own, foreign = (pdf.target_of(JUNE, one) for one in (None, firm, other))
    may = {
        who: [pdf.may_print(side.actor(who), target) for target in (whole, own, foreign)]
        for who in ("manager", "dispatcher", "worker", "resident", "chair", "officer", "street", "city")
    }
    assert may == {
        "manager": [False, True, False],
        "dispatcher": [False, True, False],
        "worker": [False, False, False],
        "resident": [False, False, False],
        **dict.fromkeys(("chair", "officer", "street", "city"), [True, True, True]),
    }
    for nonsense in ("", "oversight.month:", "oversight.month:2026-13", "oversight.month:2026", "repairs.request:1"):
        assert not pdf.may_print(side.actor("chair"), nonsense)
        with pytest.raises(TargetGone):
            pdf.report_context(compound_id=side.compound.pk, target=nonsense)


def test_from_the_page(world: World, sign_in: Callable[..., Client]) -> None:
    lived(world.here)
    client = sign_in(world.here, "chair")
    assert "制作月报" in client.get("/c/here/figures/").content.decode()
    assert "制作月报" not in client.get("/c/here/figures/?period=2026").content.decode()
    answers = [client.post("/c/here/figures/report/", {"period": "2026-06", "idempotency_key": KEY}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["location"] for answer in answers}) == 1
    page = client.get(answers[0]["location"])
    assert "物业报修月报" in page.content.decode()
    with scope(world.here.compound.pk):
        assert IssuedDocument.objects.get().target == "oversight.month:2026-06"
    # A report of the whole compound is not the firm's to read; its own is.
    assert sign_in(world.here, "manager").get(answers[0]["location"]).status_code == 404
    own = sign_in(world.here, "manager").post("/c/here/figures/report/", {"period": "2026-06", "idempotency_key": KEY})
    assert sign_in(world.here, "manager").get(own["location"]).status_code == 200
    for number, wrong in enumerate(("2026", "2026-07", "x", "")):
        key = f"{number}" * 24
        assert client.post("/c/here/figures/report/", {"period": wrong, "idempotency_key": key}).status_code == 404, (
            wrong
        )
    assert client.post("/c/here/figures/report/", {"period": "2026-06"}).status_code == 422
    assert sign_in(world.here, "worker").post("/c/here/figures/report/", {"period": "2026-06"}).status_code == 403
    assert sign_in(world.there, "chair").post("/c/here/figures/report/", {"period": "2026-06"}).status_code == 404


def test_a_month_without_a_request_is_printed_too(world: World, tmp_path: Path) -> None:
    text = words(printed(world.here, "chair", "oversight.month:2026-02"), tmp_path)
    assert "本月没有报修" in text
