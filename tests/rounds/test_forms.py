"""The printed forms: what stands on C.1, D.1, the records and the archive; a correction keeps the old value."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader

from documents.actions import make_document
from documents.models import IssuedDocument, StoredFile
from documents.queries import book_of, progress_of
from equipment.models import Piece
from rounds import pdf
from rounds.actions.plans import make_plans
from rounds.actions.printing import print_form
from rounds.actions.records import sign, spot_check
from rounds.models import Occurrence, Plan
from rounds.refusals import BadInput, NotPermitted
from rounds.rules import sheets as rules
from tenancy.scope import scope
from tests.equipment.conftest import a_piece
from tests.posting.conftest import jpeg
from tests.rounds.conftest import DAY, HOUR, NOW, body_for, planned, points_of, put_rounds_in, round_of, sent, walked
from tests.rounds.conftest import photo_sent as photo
from tests.rounds.test_pages import BASE, key
from tests.world import CANARY, Side, World

PATROL = "facility_patrol:0"
TODAY = "2026-06-02"


def made(side: Side, form: str, span: str, *, who: str = "manager", now: Any = NOW) -> tuple[IssuedDocument, list[Any]]:
    """A form, printed; its pages."""
    with scope(side.compound.pk):
        document = print_form(
            compound_id=side.compound.pk, form=form, span=span, by=side.actor(who, now.date()), now=now
        )
        done = make_document(compound_id=side.compound.pk, document_id=document.pk, now=now)
        assert done is not None
        assert (done.state, done.failure, done.failure_detail) == ("ready", "", "")
        with default_storage.open(done.file.path) as stored:
            return done, list(PdfReader(io.BytesIO(stored.read())).pages)


def words_of(pages: list[Any]) -> str:
    """What stands there, without spaces and line ends."""
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "").replace("\u3000", "")


def faulty(side: Side, plan: Plan) -> Occurrence:
    """A round of two places: one was in order and was then found not to be, the other is in order."""
    one = round_of(plan)
    first, second = points_of(plan)[:2]
    sent(side, body_for(one, first))
    sent(side, body_for(one, second))
    taken = sent(
        side, body_for(one, first, at=NOW + HOUR, bad="body", photos=[jpeg("#101010")], note="底部锈穿"), now=NOW + HOUR
    )
    photo(side, taken, jpeg("#101010"), now=NOW + HOUR)
    return one


def test_c1_counts_by_place_and_keeps_the_old_value(world: World) -> None:
    side = world.here
    put_rounds_in(world.there, CANARY, NOW)
    plan = planned(side, 2)[PATROL]
    one = faulty(side, plan)
    with scope(side.compound.pk):
        by = side.actor("manager", NOW.date())
        at = NOW + 2 * HOUR
        spot_check(
            compound_id=side.compound.pk, occurrence_id=one.pk, point_id=points_of(plan)[1].pk, agrees=False,
            note="铅封断了", by=by, now=at,
        )  # fmt: skip
        sign(compound_id=side.compound.pk, occurrence_id=one.pk, agrees=True, note="", by=by, now=at)
    _document, pages = made(side, "c1", TODAY, now=NOW + 3 * HOUR)
    assert pages[0].mediabox.width > pages[0].mediabox.height
    text = words_of(pages)
    for words in (
        "建筑消防设施巡查记录表", "GB25201-2010表C.1", "2026年6月2日",
        "巡查项目巡查内容部位数量正常数量故障描述当场处理情况报修情况备注",
        "灭火器灭火器：", "×1", "10:00", "：正常", "筒体锈蚀变形；底部锈穿", "未能当场处理", "报修单", "抽查MHQ-2", "铅封断了",
        "巡查人", "消防安全责任人或消防安全管理人", "签名：", "第1页共1页", by.person_name,
    ):  # fmt: skip
        assert words.replace(" ", "") in text, (words, text)
    assert CANARY not in text


def test_lines_never_count_what_nobody_saw(world: World) -> None:
    side = world.here
    plan = planned(side, 3)[PATROL]
    one = round_of(plan)
    first, second, _third = points_of(plan)
    sent(side, body_for(one, first))
    sent(side, body_for(one, second, results=[{"item": "body", "value": "none"}]))
    with scope(side.compound.pk):
        found = pdf.c1_of(side.compound.pk, NOW.date())
    assert found is not None
    (row,) = found["sheets"][0]["rows"]
    assert (row["number"], row["normal"]) == (3, "未查 1")
    assert row["remarks"] == ("1 个未查", "1 个无此项")
    assert found["sheets"][0]["told"] == ["公共区域设施巡查：没有做完。"]


def test_a_place_added_later_is_not_missing_on_an_older_sheet(world: World) -> None:
    side = world.here
    plan = planned(side, 1)[PATROL]
    walked(side, plan)
    with scope(side.compound.pk):
        a_piece(side, "NEW-1", now=NOW + 2 * DAY, place="basement")
        make_plans(compound_id=side.compound.pk, by=side.actor("manager", NOW.date()), now=NOW + 2 * DAY)
        old, new = pdf.c1_of(side.compound.pk, NOW.date()), pdf.c1_of(side.compound.pk, NOW.date() + 3 * DAY)
    assert old is not None
    assert new is not None
    assert [row["number"] for row in old["sheets"][0]["rows"]] == [1]
    assert [row["number"] for row in new["sheets"][0]["rows"]] == [2]


def test_d1_has_what_was_measured_and_the_yearly_test(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        Piece.objects.create(
            compound=side.compound, kind="fire_pump", number="XFB-1", spot="泵房", address="B1 泵房", made_at=NOW
        )
    plans = planned(side, 1)
    pump = next(one for name, one in plans.items() if name.startswith("test:fire_pump") and one.every == "week")
    one = round_of(pump)
    sent(side, body_for(one, points_of(pump)[0]))
    yearly = round_of(plans["yearly_test"])
    told = {"body": "某某检测公司", "certificate": "ZS-1234", "report": "BG-7", "conclusion": "合格"}
    sent(side, body_for(yearly, None, results=[{"item": name, "value": value} for name, value in told.items()]))
    _document, pages = made(side, "d1", "2026")
    text = words_of(pages)
    for words in (
        "建筑消防设施检测记录表", "GB25201-2010表D.1", "2026年", "消防供水", "检测项目检测内容设备数量", "测试1次，最近06-02",
        *told.values(),
        "等级证书编号", "证书编号没有登记", "测试单位", "（盖章）",
    ):  # fmt: skip
        assert words in text, (words, text)


def test_the_record_of_a_duty(world: World) -> None:
    side = world.here
    plan = planned(side, 1)["fire_patrol"]
    walked(side, plan)
    document, pages = made(side, "fire_patrol", "2026-06")
    assert document.target == f"rounds.record:{side.compound.pk}:fire_patrol:2026-06"
    text = words_of(pages)
    for words in ("防火巡查记录表", "用火、用电、用气无违章", "第34条", "06-0210:00", "√"):
        assert words in text, (words, text)
    assert "06-03" not in text


def test_the_archive_is_one_file_with_its_pages_and_a_workbook(world: World) -> None:
    side = world.here
    plans = planned(side, 2)
    faulty(side, plans[PATROL])
    walked(side, plans["fire_patrol"])
    document, pages = made(side, "archive", "2026-06", now=NOW + 3 * HOUR)
    cover = words_of(pages[:2])
    assert f"本档案共{len(pages)}页" in cover
    # What the contents say is where it stands, and every page has its number.
    for n, page in enumerate(pages[2:], start=3):
        assert f"第{n}页" in words_of([page]), n
        assert f"第{n}页共" not in words_of([page]), n
    text = words_of(pages)
    for words in ("建筑消防设施故障维修记录表", "防火巡查记录表", "按时完成", "底部锈穿"):
        assert words in text, words
    with scope(side.compound.pk):
        book = book_of(document)
        assert book is not None
        assert progress_of(document) == {"done": 8, "all": 8}
        with default_storage.open(book.path) as stored:
            sheets = openpyxl.load_workbook(io.BytesIO(stored.read()), read_only=True)
    assert sheets.sheetnames == ["完成率", "巡查表C.1", "检测表D.1", "每一次", "每一处"]
    rows = [row for row in sheets["巡查表C.1"].iter_rows(values_only=True) if row[0] == TODAY]
    assert [(row[1], row[4], row[5], row[6], row[7]) for row in rows] == [("灭火器", 2, 2, 1, "×")]
    assert "〔更正前 10:00" in rows[0][8]
    old = [row[-1] for row in sheets["每一处"].iter_rows(values_only=True) if row[5] and "MHQ-1" in str(row[5])]
    assert old == ["是", "更正前"]


def test_the_workbook_is_read_by_whoever_reads_the_archive(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    planned(side, 1)
    document, _pages = made(side, "archive", "2026-06")
    with scope(side.compound.pk):
        book = book_of(document)
        assert book is not None
        assert StoredFile.objects.filter(target=f"documents.document:{document.pk}").count() == 2
    page = sign_in(side, "worker").get(f"/c/here/documents/{document.pk}/").content.decode()
    assert f"/c/here/files/{book.ref}/" in page
    for name, status in (("worker", 200), ("officer", 404), ("city", 404)):
        assert sign_in(side, name).get(f"/c/here/files/{book.ref}/").status_code == status, name


@pytest.mark.parametrize("n", [1, 30])
def test_a_day_asks_the_same_for_one_and_for_thirty(world: World, django_assert_num_queries: Any, n: int) -> None:
    side = world.here
    plan = planned(side, n)[PATROL]
    walked(side, plan)
    with scope(side.compound.pk), django_assert_num_queries(6):
        found = pdf.c1_of(side.compound.pk, NOW.date())
    assert found is not None
    assert found["sheets"][0]["rows"][0]["number"] == n


@pytest.mark.parametrize(
    ("form", "span", "code"),
    [
        ("c1", "x", "bad_span"), ("c1", "2031-01-01", "bad_span"), ("c1", "1999-01-01", "bad_span"),
        ("archive", "2026", "bad_span"), ("archive", "2026-13", "bad_span"), ("d1", "2025-01", "nothing_to_print"),
        ("archive", "9999-12", "bad_span"), ("d1", "0001", "bad_span"), ("c1", "9999-12-31", "bad_span"),
        ("archive", "2026-04", "nothing_to_print"), ("nothing", "2026-06", "unknown_sheet"), ("fire_check", "2026", "bad_span"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed(world: World, sign_in: Callable[..., Client], form: str, span: str, code: str) -> None:
    side = world.here
    planned(side, 1)
    with scope(side.compound.pk), pytest.raises(BadInput) as refused:
        print_form(compound_id=side.compound.pk, form=form, span=span, by=side.actor("manager", NOW.date()), now=NOW)
    assert refused.value.code == code
    assert sign_in(side, "manager").post(f"{BASE}print/", key(form=form, span=span)).status_code == 422


def test_who_prints(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    planned(side, 1)
    for name, status in (("manager", 302), ("worker", 302), ("officer", 403), ("resident", 403), ("city", 403)):
        assert sign_in(side, name).post(f"{BASE}print/", key(form="c1", span=TODAY)).status_code == status, name
    with scope(side.compound.pk), pytest.raises(NotPermitted):
        print_form(compound_id=side.compound.pk, form="c1", span=TODAY, by=side.actor("officer", NOW.date()), now=NOW)


@pytest.mark.parametrize("n", [1, 30])
def test_the_page_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    planned(side, n)
    for day in range(n):
        with scope(side.compound.pk):
            print_form(
                compound_id=side.compound.pk,
                form="d1",
                span="2026",
                by=side.actor("manager", NOW.date()),
                now=NOW + day * HOUR,
            )
            IssuedDocument.objects.update(state="failed")
    client = sign_in(side, "manager")
    client.get(f"{BASE}print/")
    with statements() as seen:
        page = client.get(f"{BASE}print/").content.decode()
    assert len(seen) == 12
    assert page.count('class="row"') == min(n, 20)


def test_floors_and_places_are_told_together() -> None:
    spots = [
        rules.Spot(n, "indoor_hydrant", f"XHS-{n}", "2幢", floor, "", 1, "f")
        for n, floor in enumerate(["3", "1", "18", "屋顶", "B1"])
    ]
    one = rules.Walked(1, "巡查", 1, "facility_patrol", 0, "done", NOW, NOW, None, "", "", makes_up=False, spots=spots)
    found = rules.lines([one], {"indoor_hydrant": ("消火栓", "室内消火栓")})
    assert [(row.place, row.number, row.mark) for row in found] == [
        ("2幢 1–18层、屋顶", 4, "未查"), ("2幢 B1", 1, "未查"),
    ]  # fmt: skip
