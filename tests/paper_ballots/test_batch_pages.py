"""Batches on their pages: opened, scanned, photographed, read by two and settled by a third, counted in; who sees what."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from boxes.queries import used
from paper_ballots.models import Batch, Paper, Sheet
from posting.rules.labels import new_code
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, Running
from tests.paper_ballots.conftest import came_back, picture, scanned
from tests.paper_ballots.conftest import read as one_reads
from tests.world import Side, World

Enter = Any
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def after() -> Iterator[None]:
    """The evening on which papers are read."""
    with time_machine.travel(AFTER, tick=False):
        yield


def address(running: Running, tail: str = "") -> str:
    return f"/c/{running.side.compound.code}/polls/{running.poll.ref}/paper/{tail}"


def send(client: Client, running: Running, on: str, tail: str, **given: Any) -> Any:
    """A form of the page ``on``, sent to ``tail``."""
    found = KEY.search(client.get(address(running, on)).content.decode())
    assert found is not None
    return client.post(address(running, tail), {"idempotency_key": found[1], **given})


def batches(side: Side) -> list[Batch]:
    with scope(side.compound.pk):
        return list(Batch.objects.filter(compound=side.compound).order_by("number"))


def sheets(side: Side) -> list[Sheet]:
    with scope(side.compound.pk):
        return list(Sheet.objects.filter(compound=side.compound).order_by("place"))


def laid_last(client: Client, running: Running) -> int:
    """Where on the desk the papers stand that came back last: below the batches, which are what is done now."""
    return str(client.get(address(running)).content.decode()).index("最近收回的")


def test_a_batch_from_the_table_into_the_box(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here)
    officer: Client = sign_in(world.here, "officer")
    chair: Client = sign_in(world.here, "chair")
    assert address(running, "batch/") in officer.get(address(running)).content.decode()
    opened = send(officer, running, "batch/", "batch/open/", name="第一批", by_hand="2", witnesses="胡一明、楼晓燕")
    assert (opened.status_code, opened["Location"]) == (302, address(running, "batch/1/"))
    empty = officer.get(address(running, "batch/1/")).content.decode()
    assert ("还有 2 张没有放入这一批。" in empty, "batch/1/do/count/" in empty) == (True, False)
    assert empty.count("autofocus") == 1
    for paper in papers:
        assert send(chair, running, "batch/1/", "batch/1/do/scan/", code=paper.code).status_code == 302
    laid = officer.get(address(running, "batch/1/")).content.decode()
    assert [words in laid for words in ("没有放入", "还有 2 张没有拍照。", "还有 2 张没有两个人录完。")] == [
        False,
        True,
        True,
    ]
    assert "autofocus" not in laid, "all are in: whoever reads comes to a page that begins at its top"
    assert officer.get(address(running)).content.decode().index("第 1 批") < laid_last(officer, running)
    again = send(chair, running, "batch/1/", "batch/1/do/scan/", code=papers[0].code)
    assert again.status_code == 422
    assert f"{papers[0].code}：这张票已经在第 1 批第 1 张，一张票只能放进一批。" in again.content.decode()
    for place in (1, 2):
        one = f"batch/1/sheet/{place}/"
        assert send(officer, running, one, f"{one}photo/", photo=picture()).status_code == 302
        first = send(officer, running, one, f"{one}read/", **{"item-1": "for"})
        # Whoever reads is led to the next sheet that waits for them, and back to the batch when none does.
        assert first["Location"] == address(running, "batch/1/sheet/2/" if place == 1 else "batch/1/")
        assert send(chair, running, one, f"{one}read/", **{"item-1": "for"}).status_code == 302
    whole = officer.get(address(running, "batch/1/")).content.decode()
    assert ("还不能入箱" in whole, "batch/1/do/count/" in whole) == (False, True)
    counted = send(officer, running, "batch/1/", "batch/1/do/count/")
    assert (counted.status_code, [one.state for one in batches(world.here)]) == (302, ["counted"])
    with scope(world.here.compound.pk):
        assert {one.channel for one in used(running.poll).values()} == {"paper"}
    assert "已清点入箱" in officer.get(address(running, "batch/1/")).content.decode()


def test_nobody_sees_what_another_read(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here, 2)
    made = scanned(running, papers)
    officer: Client = sign_in(world.here, "officer")
    chair: Client = sign_in(world.here, "chair")
    for place, said in ((1, "against"), (2, "for")):
        one_reads(running, made.number, place, "officer", {running.items[0].key: said})
    # What differs between two sheets is their numbers, their photos and what is new on every page.
    plain = re.compile(r'(value|nonce|content|src|href|alt)="[^"]*"|[0-9]+')
    one, two = (
        plain.sub("", chair.get(address(running, f"batch/{made.number}/sheet/{place}/")).content.decode())
        for place in (1, 2)
    )
    assert one == two
    own = officer.get(address(running, f"batch/{made.number}/sheet/1/")).content.decode()
    assert ("您已经录入过这张票" in own, 'name="item-1"' in own) == (True, False)


def test_a_third_person_is_asked_where_two_differ(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    for who, said in (("officer", "for"), ("chair", "against")):
        one_reads(running, made.number, 1, who, {running.items[0].key: said})
    page = f"batch/{made.number}/"
    officer: Client = sign_in(world.here, "officer")
    assert "等第三个人" in officer.get(address(running, page)).content.decode()
    refused = send(officer, running, page, f"{page}do/count/")
    assert (refused.status_code, "请第三个人录一遍" in refused.content.decode()) == (409, True)
    third: Client = sign_in(world.here, "secretary")
    assert "以您录的为准" in third.get(address(running, f"{page}sheet/1/")).content.decode()
    done = send(third, running, f"{page}sheet/1/", f"{page}sheet/1/read/", **{"item-1": "void"})
    assert (done.status_code, sheets(world.here)[0].choices) == (302, {running.items[0].key: "void"})


def test_what_is_missing_is_said_and_nothing_is_lost(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    officer: Client = sign_in(world.here, "officer")
    one = f"batch/{made.number}/sheet/1/"
    empty = send(officer, running, one, f"{one}read/")
    assert (empty.status_code, "这一项还没有录入。" in empty.content.decode()) == (422, True)
    wrong = send(officer, running, one, f"{one}read/", **{"item-1": "maybe"})
    assert (wrong.status_code, "请在列出的里面选。" in wrong.content.decode()) == (422, True)
    table = send(officer, running, "batch/", "batch/open/", name="第二批", by_hand="0", witnesses="")
    text = table.content.decode()
    assert (table.status_code, 'value="第二批"' in text, "至少一张。" in text) == (422, True, True)
    for tail in ("batch/9/", f"batch/{made.number}/sheet/9/"):
        assert officer.get(address(running, tail)).status_code == 404
    assert officer.post(address(running, f"batch/{made.number}/do/burn/")).status_code == 404
    assert officer.post(address(running, f"{one}burn/")).status_code == 404


def test_a_batch_is_sent_back_counted_again_and_a_sheet_set_aside(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here)
    made = scanned(running, papers, by_hand=3)
    officer: Client = sign_in(world.here, "officer")
    page = f"batch/{made.number}/"
    differs = send(officer, running, page, f"{page}do/count/")
    assert (differs.status_code, "桌上清点 3 张，扫码 2 张，对不上" in differs.content.decode()) == (409, True)
    assert send(officer, running, page, f"{page}do/refuse/", reason="多点了一张").status_code == 302
    assert "多点了一张" in officer.get(address(running, page)).content.decode()
    assert send(officer, running, page, f"{page}do/recount/", by_hand="2", witnesses="应建国").status_code == 302
    aside = send(officer, running, f"{page}sheet/2/", f"{page}sheet/2/aside/", reason="复印的票")
    out = send(officer, running, f"{page}sheet/1/", f"{page}sheet/1/out/", reason="放错了")
    assert (aside.status_code, out["Location"]) == (302, address(running, page))
    assert [(one.place, one.aside) for one in sheets(world.here)] == [(2, "复印的票")]


@pytest.mark.parametrize(
    ("who", "batch", "sheet"),
    [("officer", 200, 200), ("chair", 200, 200), ("member", 200, 200), ("street", 200, 403), ("manager", 403, 403),
     ("resident", 403, 403)],
)  # fmt: skip
def test_who_sees_batches_and_who_reads(world: World, sign_in: Enter, who: str, batch: int, sheet: int) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers)
    client: Client = sign_in(world.here, who)
    assert client.get(address(running, f"batch/{made.number}/")).status_code == batch
    assert client.get(address(running, f"batch/{made.number}/sheet/1/")).status_code == sheet


@pytest.mark.parametrize("count", [1, 30])
def test_a_batch_costs_the_same_for_one_and_for_thirty(
    world: World, sign_in: Enter, statements: Any, count: int
) -> None:
    running, papers = came_back(world.here, 1)
    made = scanned(running, papers, by_hand=count)
    with scope(world.here.compound.pk):
        more = Paper.objects.bulk_create(
            [
                Paper(
                    compound=world.here.compound, poll=running.poll, box=running.box, number=100 + place,
                    right=f"r{place}", code=new_code(), printed_at=AFTER, printed_as="x", returned_at=AFTER,
                    returned_as="x", voice="owner",
                )
                for place in range(2, count + 1)
            ]
        )  # fmt: skip
        Sheet.objects.bulk_create(
            Sheet(compound=world.here.compound, batch=made, paper=one, place=one.number - 100) for one in more
        )
    officer: Client = sign_in(world.here, "officer")
    for tail, cost in ((f"batch/{made.number}/", 15), (f"batch/{made.number}/sheet/1/", 14), ("batch/", 9)):
        officer.get(address(running, tail))
        with statements() as seen:
            page = officer.get(address(running, tail))
        assert (tail, page.status_code, len(seen)) == (tail, 200, cost)
