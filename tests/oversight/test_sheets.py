"""Workbooks: asked for as a row, written by a task, for whoever asked; nothing in them is a formula or a number to call."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from documents.models import StoredFile
from messaging.models import Message
from oversight import tasks
from oversight.actions import counting, exporting
from oversight.actions.exporting import ExportRefused, make_export, request_export
from oversight.models import Export
from oversight.queries import exports
from oversight.queries.cases import Question
from oversight.rules.periods import period
from oversight.sheets import CASES, text, typed
from parties.models import Post
from tenancy.scope import ScopeError, scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import KEY
from tests.world import CANARY, Side, World

JUNE = period("2026-06")
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def ask(side: Side, who: str = "manager", *, ids: list[int] | None = None, of: str = "filed") -> Export:
    return request_export(
        compound_ids=ids or [side.compound.pk], asked=Question(of, JUNE), by=side.actor(who), now=LATER
    )


def made(side: Side, export: Export, *, now: Any = LATER) -> list[list[Any]]:
    """The lines of the first sheet once the task has run."""
    with scope(export.compound_ids):
        assert make_export(export_id=export.pk, now=now) is not None
        export.refresh_from_db()
        with export.file.__class__.objects.get(pk=export.file_id) and _content(export.file) as content:
            book = load_workbook(content, read_only=True)
            rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
            book.close()
    return rows


def _content(file: StoredFile) -> Any:
    from django.core.files.storage import default_storage

    return default_storage.open(file.path)


def test_everything_that_was_counted_is_in_it(world: World) -> None:
    side = world.here
    for state in ("done", "awaiting", "working", "returned", "closed"):
        bring_to(side, state)
    bring_to(world.there, "done", words=CANARY)
    with scope(side.compound.pk):
        export = ask(side)
        rows = made(side, export)
        numbers = {row[1] for row in rows[1:]}
        assert rows[0] == [head for head, _width in CASES]
        assert len(numbers) == len(rows) - 1 == export.rows == 5
        done = next(row for row in rows if row[8] == "办结")
        assert done[:4] == ["小区1", "BX2026000001", timezone.localtime(NOW).replace(tzinfo=None), "水"]
        assert done[9:11] == ["和美物业", "worker"]
        assert done[14:18] == ["是", "是", None, 5]
        assert {row[8] for row in rows[1:]} == {"办结", "待确认", "未完成", "退回待定", "强制结单"}
        assert (export.state, export.file.content_type.split(".")[-1]) == ("ready", "sheet")
        assert export.file.name == "报修明细（报修）2026-06.xlsx"


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "＋1"])
def test_nothing_that_people_typed_is_a_formula(world: World, begin: str) -> None:
    side = world.here
    file_one(side, words=f"{begin}|cmd", place="public", place_text=f"{begin}\x07东门，电话13812345678")
    with scope(side.compound.pk):
        export = ask(side)
        row = made(side, export)[1]
        assert row[7] == f"'{begin.strip()}|cmd"
        assert "138****5678" in row[6]
        assert "\x07" not in row[6]
        with _content(export.file) as content, zipfile.ZipFile(io.BytesIO(content.read())) as parts:
            assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_words_are_kept_as_they_are_otherwise() -> None:
    assert text("3幢=水管") == "3幢=水管"
    assert typed("请打 13812345678") == "请打 138****5678"
    assert text("") == ""
    assert text("䶮𫖯😀") == "䶮𫖯😀"


def test_every_compound_records_who_took_it_out_and_the_same_is_made_once(world: World) -> None:
    side = world.here
    ids = [world.here.compound.pk, world.there.compound.pk]
    file_one(world.here)
    file_one(world.there)
    with scope(ids):
        first, again = (ask(side, "city", ids=ids) for _ in range(2))
        assert first.pk == again.pk
        assert sorted(Entry.objects.filter(verb="oversight.export").values_list("compound_id", flat=True)) == ids
        assert len(made(side, first)) == 3
        assert make_export(export_id=first.pk, now=LATER) is None  # made already
        assert ask(side, "city", ids=ids).pk != first.pk
        told = Message.objects.get(template="oversight.export_ready", channel="in_app")
        assert (told.person_id, told.link) == (side.people["city"].pk, f"/c/here/figures/exports/{first.pk}/")


def test_whom_it_is_refused(world: World) -> None:
    side = world.here
    with scope([side.compound.pk, world.there.compound.pk]):
        for who, ids in (
            ("worker", [side.compound.pk]),
            ("resident", [side.compound.pk]),
            ("manager", [side.compound.pk, world.there.compound.pk]),
        ):
            with pytest.raises(ExportRefused):
                ask(side, who, ids=ids)
        assert not Export.objects.exists()
        assert not Entry.objects.filter(verb="oversight.export").exists()


def test_only_whoever_asked_has_it_and_only_while_the_post_covers_all_of_it(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    ids = [world.here.compound.pk, world.there.compound.pk]
    file_one(side)
    with scope(ids):
        export = ask(side, "city", ids=ids)
        made(side, export)
        ref = export.file.ref
    pages = [
        f"/c/here/figures/exports/{export.pk}/",
        f"/c/here/figures/exports/{export.pk}/state/",
        f"/c/here/files/{ref}/",
    ]
    assert [sign_in(side, "city").get(page).status_code for page in pages] == [200, 200, 200]
    for who in ("manager", "chair", "street", "officer"):
        assert [sign_in(side, who).get(page).status_code for page in pages] == [404, 404, 404], who
    answer = sign_in(side, "city").get(pages[2])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    # The post is narrowed to one of the two: what was taken out of both is out of sight.
    Post.objects.filter(pk=side.posts["city"].pk).update(only_compounds=[side.compound.pk])
    assert [sign_in(side, "city").get(page).status_code for page in pages] == [404, 404, 404]


def test_from_the_page_to_the_download(
    world: World, sign_in: Callable[..., Client], django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    side = world.here
    bring_to(side, "done")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.write_export, "delay", lambda **given: sent.append(given))
    client = sign_in(side, "chair")
    given = {"of": "done", "period": "2026-06", "idempotency_key": KEY}
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post("/c/here/figures/export/", given) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["location"] for answer in answers}) == 1
    with scope(side.compound.pk):
        export = Export.objects.get()
    assert sent == [{"compound_ids": [side.compound.pk], "export_id": export.pk}]
    page = client.get(answers[0]["location"])
    assert "正在制作" in page.content.decode()
    assert "hx-trigger" in page.content.decode()
    with scope(side.compound.pk):
        made(side, export)
    done = client.get(answers[0]["location"]).content.decode()
    assert "下载表格" in done
    assert "hx-trigger" not in done
    # Without a key, with another's, for what there is not, for whoever sees no figures.
    assert client.post("/c/here/figures/export/", {"of": "done", "period": "2026-06"}).status_code == 422
    other = client.post("/c/here/figures/export/", {**given, "of": "filed"})
    assert other.status_code == 409
    assert "再点一次" in other.content.decode()
    assert client.post("/c/here/figures/export/", {**given, "of": "x"}).status_code == 404
    assert sign_in(side, "worker").post("/c/here/figures/export/", given).status_code == 403
    assert sign_in(world.there, "chair").post("/c/here/figures/export/", given).status_code == 404
    assert client.get("/c/here/figures/export/").status_code == 405


def test_many_compounds_from_the_page(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "city")
    answer = client.post("/figures/export/", {"of": "filed", "period": "2026-06", "idempotency_key": KEY})
    assert answer.status_code == 302
    with scope([world.here.compound.pk, world.there.compound.pk]):
        assert Export.objects.get().compound_ids == [world.here.compound.pk, world.there.compound.pk]
    narrow = client.post(
        "/figures/export/", {"of": "filed", "period": "2026-06", "area": "330784003", "idempotency_key": "n" * 24}
    )
    assert narrow["location"].startswith("/c/there/")
    assert (
        client.post(
            "/figures/export/", {"of": "filed", "period": "2026-06", "area": "1", "idempotency_key": "o" * 24}
        ).status_code
        == 404
    )


def test_a_firm_takes_out_its_own_cases_alone(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    sign_in(side, "manager").post(
        "/c/here/figures/export/", {"of": "filed", "period": "2026-06", "idempotency_key": KEY}
    )
    with scope(side.compound.pk):
        assert Export.objects.get().question["firm"] == str(side.actor("manager").organisation_id)


def test_what_a_crash_left_is_written_again_and_given_up_after_three(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    side = world.here
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.write_export, "delay", lambda **given: sent.append(given))
    with scope(side.compound.pk):
        export = ask(side)
        assert exporting.nudge_exports(compound_id=side.compound.pk, now=LATER + timedelta(minutes=15)) == []
        for attempt in (1, 2):
            now = LATER + timedelta(hours=attempt)
            assert exports.compounds_with_lost_exports(now) == [side.compound.pk]
            with django_capture_on_commit_callbacks(execute=True):
                assert exporting.nudge_exports(compound_id=side.compound.pk, now=now) == [export.pk]
            assert len(sent) == attempt
        assert exporting.nudge_exports(compound_id=side.compound.pk, now=LATER + timedelta(hours=3)) == []
        export.refresh_from_db()
        assert (export.state, export.attempts) == ("failed", 2)
        assert make_export(export_id=export.pk, now=LATER) is None


def test_a_failed_one_says_what_to_do(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    with scope(side.compound.pk):
        export = ask(side)
        Export.objects.update(state="failed")
    page = sign_in(side, "manager").get(f"/c/here/figures/exports/{export.pk}/").content.decode()
    assert "未能制成" in page
    assert "缩小范围" in page


def test_after_a_week_it_is_gone_and_the_record_stays(world: World) -> None:
    side = world.here
    file_one(side)
    with scope(side.compound.pk):
        export = ask(side)
        made(side, export)
        week = LATER + timedelta(days=7)
        assert exporting.forget_exports(compound_id=side.compound.pk, now=week) == 0
        assert exports.compounds_with_old_exports(week + timedelta(seconds=1)) == [side.compound.pk]
        assert exporting.forget_exports(compound_id=side.compound.pk, now=week + timedelta(seconds=1)) == 1
        assert not Export.objects.exists()
        assert not StoredFile.objects.filter(purpose=exporting.PURPOSE).exists()
        assert Entry.objects.filter(verb="oversight.export").exists()


def test_the_tasks_run_in_the_scope_of_what_they_name(committed_db: str, world: World, settings: Any) -> None:
    ids = [world.here.compound.pk, world.there.compound.pk]
    file_one(world.here)
    file_one(world.there)
    with scope(ids):
        export = ask(world.here, "city", ids=ids)
    with pytest.raises(ScopeError):
        tasks.write_export(export_id=export.pk)
    tasks.write_export(compound_ids=ids, export_id=export.pk)
    with scope(ids):
        assert Export.objects.get().rows == 2
    tasks.sweep_exports()
    tasks.forget_all()
    tasks.nudge_exports(compound_id=ids[0])
    tasks.forget_exports(compound_id=ids[0])


def test_more_lines_than_a_sheet_takes_go_on_in_the_next(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("oversight.sheets.LINES", 2)
    side = world.here
    for n in range(5):
        file_one(side, now=NOW + timedelta(minutes=n))
    with scope(side.compound.pk):
        export = ask(side)
        made(side, export)
        with _content(export.file) as content:
            book = load_workbook(content, read_only=True)
            assert book.sheetnames == ["明细", "明细2", "明细3", "说明"]
            assert [len(list(sheet.rows)) - 1 for sheet in book.worksheets[:3]] == [2, 2, 1]
            book.close()


def test_the_figures_of_a_page_as_a_workbook(world: World, sign_in: Callable[..., Client]) -> None:
    for side in (world.here, world.there):
        bring_to(side, "done")
        bring_to(side, "working")
        with scope(side.compound.pk):
            counting.count_anew(compound_id=side.compound.pk, now=LATER)

    def book(who: str, path: str) -> dict[str, list[tuple[Any, ...]]]:
        answer = sign_in(world.here, who).get(path)
        assert answer.status_code == 200
        found = load_workbook(io.BytesIO(answer.content), read_only=True)
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found.worksheets}

    city = book("city", "/figures/sheet/?period=2026-06")
    assert list(city) == ["合计", "小区", "类别", "月份", "企业", "说明"]
    assert city["合计"][0][:3] == ("时间", "办结率", "满意度")
    assert city["合计"][1][:2] == ("2026年6月", "50.0%")
    assert [row[0] for row in city["小区"][1:]] == [
        "西城街道 西山社区居委会 小区1",
        f"江南街道 南苑社区居委会 {CANARY}小区2",
    ]
    assert [row[6] for row in city["小区"]] == ["报修", 2, 2]
    one = book("manager", "/c/here/figures/sheet/?period=2026-06")
    assert list(one) == ["合计", "小区", "类别", "月份", "师傅", "说明"]
    assert [row[0] for row in one["师傅"][1:]] == ["worker"]
    assert CANARY not in str(one)
