"""The printed ballots: what stands on each, who may have them printed, and that void ones are left out."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from documents import pdf as printer
from documents.actions import TargetGone, make_document
from elections.refusals import BadInput, OutOfState
from paper_ballots import actions, pdf
from paper_ballots.pdf import may_print, target_of
from paper_ballots.queries import batches as queries
from tenancy.scope import scope
from tests.boxes.conftest import DURING, Running, closed, of_two_buildings, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import printed, returned, scanned, settled
from tests.world import World


def shown(running: Running, first: int = 1, last: int = 100) -> dict[str, Any]:
    """What a sheet of these numbers shows."""
    with scope(running.side.compound.pk):
        target = target_of(running.poll, running.box.pk, first, last)
        return pdf.context(compound_id=running.side.compound.pk, target=target)


def test_each_ballot_has_its_code_its_home_and_its_items(world: World) -> None:
    running = sealed(world.here)
    papers = printed(running)
    found = shown(running)
    assert [one["number"] for one in found["ballots"]] == [one.number for one in papers]
    assert [one["code"].replace(" ", "") for one in found["ballots"]] == [one.code for one in papers]
    assert {tuple(item["text"] for item in one["items"]) for one in found["ballots"]} == {("同意调整游泳池开放时间",)}
    assert [one["number"] for one in shown(running, 2, 3)["ballots"]] == [2, 3]
    old = papers[1]
    new = do(actions.replace, running.side, running.poll, code=old.code, reason="业主说弄丢了", now=DURING)
    assert [one["number"] for one in shown(running)["ballots"]] == [
        *(one.number for one in papers if one.pk != old.pk), new.number,
    ]  # fmt: skip
    with pytest.raises(TargetGone):
        shown(running, 2, 2)


def test_a_paper_and_whoever_reads_it_have_the_items_of_its_home_by_the_numbers_of_the_announcement(
    world: World,
) -> None:
    running = sealed(world.here, texts=of_two_buildings(world.here))
    papers = printed(running)
    asked = [tuple(item["number"] for item in one["items"]) for one in shown(running)["ballots"]]
    other = asked.index((1, 2))
    assert (asked.count((1, 2)), asked.count((2,))) == (1, len(papers) - 1)
    assert shown(running)["ballots"][other]["homes"].startswith("2幢")
    html = {
        **shown(running), "document": {"title": pdf.TITLE, "number": "2026-000001"}, "compound": running.side.compound,
        "check_code": "K7QM3XRDPW",
    }  # fmt: skip
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(printer.render(pdf.TEMPLATE, html, now=DURING))).pages]
    assert len(pages) == len(papers)
    assert [text for text in pages if "本票共 2 项" in text and "1. 更换" in text and "2. 同意" in text] == [
        pages[other]
    ]
    assert [text for text in pages if "本票共" in text or "更换2幢" in text] == [pages[other]]
    back = [papers[(other + 1) % len(papers)], papers[other]]
    for one in back:
        returned(running, one)
    closed(running)
    made = scanned(running, back)
    with scope(running.side.compound.pk):
        found = [
            [number for number, _item in queries.items_on(running.poll, queries.sheet_at(made, place))]
            for place in (1, 2)
        ]
    assert found == [[2], [1, 2]]


def test_an_election_says_how_many_names_and_is_a_page_each(world: World) -> None:
    running = sealed(world.here, kind="election")
    printed(running, rights=running.keys[:2])
    found = shown(running)
    (item,) = found["ballots"][0]["items"]
    assert (item["seats"], len(item["names"])) == (5, 6)
    document = {"title": pdf.TITLE, "number": "2026-000001"}
    html = {**found, "document": document, "compound": running.side.compound, "check_code": "K7QM3XRDPW"}
    made = printer.render(pdf.TEMPLATE, html, now=DURING)
    assert made.startswith(b"%PDF-")


def test_a_sheet_is_asked_for_by_whoever_conducts(world: World) -> None:
    running = sealed(world.here)
    ask: dict[str, Any] = {"first": 1, "last": 100, "now": DURING}
    with pytest.raises(BadInput) as none:
        do(actions.print_sheets, running.side, running.poll, **ask)
    assert none.value.code == "no_papers"
    printed(running)
    with pytest.raises(OutOfState) as unsaid:
        do(actions.print_sheets, running.side, running.poll, **ask)
    assert unsaid.value.code == "no_terms"
    settled(running)
    made = do(actions.print_sheets, running.side, running.poll, **ask)
    assert (made.kind, made.target) == (pdf.KIND, target_of(running.poll, running.box.pk, 1, 100))
    with scope(running.side.compound.pk):
        sheet = make_document(compound_id=running.side.compound.pk, document_id=made.pk, now=DURING)
        assert (sheet is not None and sheet.state, made.title) == ("ready", "纸质选票")
    for wrong in ({"last": 101}, {"first": 3, "last": 2}):
        with pytest.raises(BadInput) as many:
            do(actions.print_sheets, running.side, running.poll, **{**ask, **wrong})
        assert many.value.code == "too_many_papers"
    with scope(running.side.compound.pk):
        allowed = {who: may_print(world.here.actor(who), made.target) for who in ("officer", "street", "manager")}
        assert allowed == {"officer": True, "street": False, "manager": False}
        assert not may_print(world.here.actor("officer"), "paper_ballots.ballots:1:x")
