"""Secret elections on paper: codes are cut off before the box, and nothing joins a paper to an owner; every sum stays exact."""

import re
from io import BytesIO
from typing import Any

import time_machine
from django.template.loader import render_to_string
from django.test import Client
from pypdf import PdfReader

from boxes.actions.counting import count
from boxes.models import Result
from boxes.queries import used
from documents import pdf as printer
from elections.models import Right
from elections.refusals import BadInput, OutOfState
from elections.rules.measures import area_text
from paper_ballots import actions, pdf
from paper_ballots.models import Paper, Sheet
from paper_ballots.queries.progress import Progress, progress, waiting
from paper_ballots.queries.secret import alone, rights_by_area
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, cast, closed, opened, sealed
from tests.paper_ballots.conftest import act, batch, came_back, laid, printed, returned
from tests.paper_ballots.test_batches import refused
from tests.paper_ballots.test_papers import refused as refused_then
from tests.paper_ballots.test_sheets import shown
from tests.world import Side, World


def area_of(running: Running, paper: Paper) -> str:
    """As it is printed on the ballot."""
    with scope(running.side.compound.pk):
        return area_text(Right.objects.get(edition_id=running.poll.edition_id, key=paper.right).area)


def secret(side: Side, count: int = 3) -> tuple[Running, list[Paper]]:
    """A closed secret election with so many papers in the ballot box."""
    running = sealed(side, kind="election", secrecy="secret")
    back = [returned(running, one) for one in printed(running)[:count]]
    closed(running)
    return running, back


def named(running: Running, *places: int) -> dict[str, Any]:
    """Candidates by their places."""
    (item,) = running.items
    return {item.key: [item.candidates[place]["key"] for place in places]}


def test_papers_go_in_by_their_area_and_every_sum_is_exact(world: World) -> None:
    running, papers = secret(world.here)
    areas = [area_of(running, one) for one in papers]
    said = [named(running, 0, 1), named(running, 1), named(running, 2)]
    made = laid(running, list(zip(areas, said, strict=True)))
    act(running, actions.count_in, batch=made.number)
    with scope(running.side.compound.pk):
        assert progress(running.box) == Progress(len(running.keys), 0, 0, 3, 3, 0)
        assert waiting(running.poll) == ""
        marks = used(running.poll)
        assert {one.right for one in papers} == {right for right, one in marks.items() if one.number}
        weights = {one.key: one.area for one in Right.objects.filter(edition_id=running.poll.edition_id, key__in=marks)}
    entered = [one.link.body for one in running.entries() if one.kind == "paper"]
    assert {one["batch"] for one in entered} == {f"secret-{made.number}"}
    # What was said by papers of each area is what was laid; to which right of it, nothing tells.
    key = running.items[0].key
    given = sorted((area, tuple(one[key])) for area, one in zip(areas, said, strict=True))
    kept = sorted((area_text(weights[one["right"]]), tuple(one["choices"][key])) for one in entered)
    assert kept == given
    opening = opened(running)
    # The two counts agree: one reads the chain, the other the opened rows and the roll.
    assert count(compound_id=running.side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER) == "done"
    with scope(running.side.compound.pk):
        (result,) = Result.objects.filter(compound=running.side.compound)
        assert {name: voters for name, (voters, _area) in result.counts["names"].items() if voters} == {
            said[1][key][0]: 2, said[0][key][0]: 1, said[2][key][0]: 1,
        }  # fmt: skip


def test_nothing_of_the_count_names_a_code_an_owner_or_an_order(world: World, sign_in: Any) -> None:
    running, papers = secret(world.here)
    made = laid(running, [(area_of(running, one), named(running, 0)) for one in papers])
    with scope(running.side.compound.pk):
        rows = list(Sheet.objects.filter(compound=running.side.compound).order_by("place"))
        holders = set(Right.objects.filter(edition_id=running.poll.edition_id).values_list("holder", flat=True))
    assert [one.paper_id for one in rows] == [None, None, None]
    with time_machine.travel(AFTER, tick=False):
        officer: Client = sign_in(world.here, "officer")
        address = f"/c/{world.here.compound.code}/polls/{running.poll.ref}/paper/batch/{made.number}/"
        for tail in ("", "sheet/1/"):
            text = re.sub(r"<header.*?</header>", "", officer.get(address + tail).content.decode(), flags=re.DOTALL)
            assert [one.code for one in papers if one.code in text] == []
            assert [one for one in holders if one and one in text.partition("<main")[2]] == []
        assert 'name="area"' in officer.get(address).content.decode()


def test_papers_of_equal_area_are_shared_out_by_what_they_say(world: World) -> None:
    """Two batches of the same papers in another order make the same entries: the order tells nothing."""
    running, papers = secret(world.here, 3)
    sizes = {area_of(running, one): one for one in papers}
    with scope(running.side.compound.pk):
        free = rights_by_area(running.poll, running.box, unmarked=True)
        assert sum(len(found) for found in free.values()) == 3
        assert alone(running.poll, running.box) == sum(len(found) == 1 for found in free.values())
    assert {area_text(one) for one in free} == set(sizes)
    assert all(found == sorted(found) for found in free.values())


def test_a_whole_batch_is_refused_when_more_papers_of_an_area_came_than_were_marked(world: World) -> None:
    running, papers = secret(world.here, 2)
    first = area_of(running, papers[0])
    with scope(running.side.compound.pk):
        many = len(rights_by_area(running.poll, running.box, unmarked=True).popitem()[1])
    made = laid(running, [(first, named(running, 0))] * (many + 2))
    assert refused(OutOfState, actions.count_in, running, batch=made.number) == "more_than_marked"
    with scope(running.side.compound.pk):
        assert waiting(running.poll) == "papers_waiting"


def test_what_cannot_be_a_paper_of_a_secret_poll(world: World) -> None:
    running, papers = secret(world.here, 1)
    made = batch(running, 1)
    asked: dict[str, Any] = {"batch": made.number}
    assert refused(OutOfState, actions.scan, running, **asked, code=papers[0].code) == "codes_cut_off"
    assert refused(BadInput, actions.lay, running, **asked, area="很大") == "not_an_area"
    assert refused(BadInput, actions.lay, running, **asked, area="1.00001") == "not_an_area"
    assert refused(BadInput, actions.lay, running, **asked, area="9999") == "no_such_area"
    assert refused(BadInput, actions.lay, running, batch=9, area="1") == "no_such_batch"


def test_a_named_poll_keeps_its_codes(world: World) -> None:
    running, papers = came_back(world.here, 1)
    made = batch(running, 1)
    assert refused(OutOfState, actions.lay, running, batch=made.number, area=area_of(running, papers[0])) == "has_codes"


def test_no_agent_fills_in_a_secret_paper_and_an_owners_own_stands_above_an_agents_phone(world: World) -> None:
    running = sealed(world.here, kind="election", secrecy="secret")
    papers = printed(running)
    assert refused_then(BadInput, actions.take_back, running, code=papers[0].code, voice="proxy") == "secret_proxy"
    cast(running, 1, named(running, 0), by="proxy")
    returned(running, papers[1])
    closed(running)
    made = laid(running, [(area_of(running, papers[1]), named(running, 1))])
    act(running, actions.count_in, batch=made.number)
    with scope(running.side.compound.pk):
        assert (used(running.poll)[papers[1].right].channel, used(running.poll)[papers[1].right].by) == (
            "paper",
            "owner",
        )


def test_papers_that_are_not_ours_are_set_aside_and_said(world: World) -> None:
    running, papers = secret(world.here, 1)
    area = area_of(running, papers[0])
    made = laid(running, [(area, named(running, 0)), (area, named(running, 1))])
    act(running, actions.set_aside, batch=made.number, place=2, reason="没有骑缝章")
    act(running, actions.count_in, batch=made.number)
    with scope(running.side.compound.pk):
        assert progress(running.box).aside == 1
        assert waiting(running.poll) == ""


def test_a_secret_ballot_has_its_code_on_the_stub_alone(world: World) -> None:
    running = sealed(world.here, kind="election", secrecy="secret")
    papers = printed(running, rights=running.keys[:1])
    found = shown(running)
    assert (found["secret"], found["ballots"][0]["area"]) == (True, area_of(running, papers[0]))
    document = {"title": pdf.TITLE, "number": "2026-000017"}
    whole = {**found, "document": document, "compound": world.here.compound, "check_code": "K7QM3XRDPW"}
    html = render_to_string(pdf.TEMPLATE, whole)
    slip, stub, ballot = re.split(r'<div class="paper-stub">|<p class="paper-seam">', html.partition("<body")[2])
    code = found["ballots"][0]["code"]
    assert [code in part for part in (slip, stub, ballot)] == [True, True, False]
    assert found["ballots"][0]["homes"] not in ballot
    # A sheet of one ballot would name its owner by the sheet's number: on its page it stands above the line alone.
    words = " ".join(
        page.extract_text() for page in PdfReader(BytesIO(printer.render(pdf.TEMPLATE, whole, now=DURING))).pages
    )
    assert (words.count("K7QM3XRDPW"), "K7QM3XRDPW" in words.partition("沿线裁开")[2]) == (1, False)
    assert f"<strong>{area_of(running, papers[0])}</strong>" in ballot
