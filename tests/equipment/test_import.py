"""Lists as offices have them: merged cells, two headers, wrong rows. Every wrong one is said, nothing is lost, and what was
corrected is taken in once.
"""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from audit.models import Entry
from equipment import sheets
from equipment.actions import importing
from equipment.actions.pieces import change_piece, remove_piece
from equipment.models import Due, Label, Piece, PieceEvent, Run
from equipment.refusals import BadInput, NotPermitted, OutOfState
from equipment.rules.sheet import day_of, kind_of, subtype_of
from registers.rules.workbook import Number, WorkbookRefused
from tenancy.scope import scope
from tests.equipment.conftest import DAY, HEAD, NOW, ROW, a_piece, building_of, workbook
from tests.equipment.test_pages import BASE, key
from tests.repairs.conftest import SimpleUploadedFile
from tests.world import Side, World


def taken(side: Side, content: bytes, who: str = "manager", *, now: Any = NOW) -> Run:
    with scope(side.compound.pk):
        return importing.upload(
            compound_id=side.compound.pk, content=content, name="表.xlsx", by=side.actor(who), now=now
        )


def confirmed(side: Side, run: Run, *, now: Any = NOW) -> Run:
    with scope(side.compound.pk):
        return importing.confirm(
            compound_id=side.compound.pk, ref=run.ref, plan=run.plan, by=side.actor("manager"), now=now
        )


def test_a_plain_list(world: World) -> None:
    side = world.here
    name = building_of(side).name
    run = taken(side, workbook([HEAD, ROW, ("烟感", "", "YG-1", name.removesuffix("幢"), 3, "走道", "2020.6")]))
    assert run.counts == {"rows": 2, "bad_rows": 0, "bad_cells": 0, "new": 2, "changed": 0, "same": 0}
    with scope(side.compound.pk):
        assert Piece.objects.count() == 0
    confirmed(side, run)
    with scope(side.compound.pk):
        rows = list(Piece.objects.order_by("number").values_list("number", "kind", "place", "address", "made_on"))
        assert rows == [
            ("MHQ-1", "extinguisher", "basement", "B1 车库东侧", date(2023, 3, 1)),
            ("YG-1", "detector", "ordinary", f"{name} 3层 走道", date(2020, 6, 1)),
        ]
        assert (Label.objects.count(), PieceEvent.objects.filter(action="import").count()) == (2, 2)
        assert Due.objects.filter(piece__number="MHQ-1").count() == 2
        assert Entry.objects.filter(verb="equipment.import").count() == 2
    again = taken(side, workbook([HEAD, ROW]), now=NOW + DAY)
    assert (again.counts["same"], again.counts["new"]) == (1, 0)
    with scope(side.compound.pk), pytest.raises(BadInput, match="nothing_to_import"):
        importing.confirm(
            compound_id=side.compound.pk, ref=again.ref, plan=again.plan, by=side.actor("manager"), now=NOW
        )


def test_five_thousand_rows_two_headers_merged_cells_and_forty_wrong(world: World) -> None:
    """The list of the brief: all 40 are said with row and reason, 4,960 come in, the file comes back whole."""
    side = world.here
    rows: list[list[Any]] = [
        ["阳光小区消防设施台账"],
        ["种类", "类型", "编号", "位置", None, "出厂日期"],
        [None, None, None, "楼层", "具体位置", None],
    ]
    wrongs = [
        ("火箭", "干粉", "W{n}", "B1", "车库", "2023-03-01"),
        ("灭火器", "干粉", "", "B1", "车库", "2023-03-01"),
        ("灭火器", "干粉", "W{n}", "B1", "车库", "去年"),
        ("灭火器", "干粉", "W{n}", "天上", "车库", "2023-03-01"),
        ("灭火器", "干粉", "G0", "B1", "车库", "2023-03-01"),
        ("灭火器", "", "W{n}", "B1", "车库", "2023-03-01"),
        ("灭火器", "干粉", "W{n}", "B1", "", "2023-03-01"),
        ("灭火器", "干粉", "W{n}", "B1", "车库", "2031-03-01"),
    ]
    expected = {}
    for n in range(5000):
        if n == 2500:  # the header said again on a new page
            rows += [rows[1], rows[2]]
        if n % 125 == 7:
            wrong = wrongs[n // 125 % 8]
            rows.append([text.format(n=n) for text in wrong])
            expected[len(rows)] = n // 125 % 8
        else:
            rows.append(["灭火器", "干粉", f"G{n}", "B1", f"车库{n}", "2023-03-01"])
    rows.append(["合计", None, 5000])
    merges = ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]
    content = workbook(rows, merges=merges)
    run = taken(side, content)
    assert run.counts == {"rows": 5000, "bad_rows": 40, "bad_cells": 40, "new": 4960, "changed": 0, "same": 0}
    codes = [
        "kind_unknown", "number_blank", "day_unclear", "floor_unclear", "number_twice", "subtype_blank", "no_place",
        "day_ahead",
    ]  # fmt: skip
    assert {one["row"]: codes.index(one["code"]) for one in run.report["bad"]} == expected
    confirmed(side, run)
    with scope(side.compound.pk):
        assert Piece.objects.count() == 4960
        given = load_workbook(io.BytesIO(content)).active
        back = load_workbook(io.BytesIO(sheets.marked(run, NOW.date()))).active
    assert given is not None
    assert back is not None
    marked = {row for row in expected if back.cell(row, back.max_column).value}
    assert marked == set(expected)
    for row in (*expected, 4, 2503, 5000):
        texts = [str(given.cell(row, column).value or "") for column in range(1, 7)]
        assert [str(back.cell(row, column).value or "") for column in range(1, 7)] == texts
    # Corrected, it is given once more: only what was wrong is new.
    for n, row in enumerate(expected):
        rows[row - 1] = ["灭火器", "干粉", f"C{n}", "B1", "车库", "2023-03-01"]
    mended = taken(side, workbook(rows, merges=merges), now=NOW + DAY)
    assert mended.counts == {"rows": 5000, "bad_rows": 0, "bad_cells": 0, "new": 40, "changed": 0, "same": 4960}


def test_an_import_changes_what_differs_and_blank_cells_nothing(world: World) -> None:
    side = world.here
    piece = a_piece(side, maker="老厂", unit="甲")
    head = (*HEAD, "厂家", "配置单元")
    run = taken(side, workbook([head, ("灭火器", "干粉", "mhq-1", "", "", "车库西侧", "", "", "")]))
    assert (run.counts["new"], run.counts["changed"]) == (0, 1)
    confirmed(side, run)
    with scope(side.compound.pk):
        piece.refresh_from_db()
    assert (piece.spot, piece.maker, piece.unit, piece.made_on) == ("车库西侧", "老厂", "甲", date(2023, 3, 1))


def test_what_is_confirmed_is_what_was_shown(world: World) -> None:
    side = world.here
    run = taken(side, workbook([HEAD, ROW]))
    a_piece(side, "MHQ-1", spot="别处")
    with scope(side.compound.pk), pytest.raises(OutOfState, match="import_stale"):
        importing.confirm(compound_id=side.compound.pk, ref=run.ref, plan=run.plan, by=side.actor("manager"), now=NOW)
    with scope(side.compound.pk):
        shown = importing.look_again(compound_id=side.compound.pk, ref=run.ref, by=side.actor("manager"), now=NOW)
    assert (shown.counts["new"], shown.counts["changed"]) == (0, 1)
    confirmed(side, shown)
    with scope(side.compound.pk), pytest.raises(OutOfState, match="import_over"):
        importing.drop(compound_id=side.compound.pk, ref=run.ref, by=side.actor("manager"), now=NOW)


def test_a_second_file_puts_the_first_aside(world: World) -> None:
    side = world.here
    first, second = taken(side, workbook([HEAD, ROW])), taken(side, workbook([HEAD, ROW]))
    with scope(side.compound.pk):
        assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "checked"]
    assert first.ref != second.ref


@pytest.mark.parametrize(
    ("content", "error", "code"),
    [
        (b"", WorkbookRefused, "empty"),
        (b"PK\x03\x04broken", WorkbookRefused, "broken"),
        (b"hello", WorkbookRefused, "not_xlsx"),
        (workbook([("甲", "乙"), (1, 2)]), BadInput, "no_header"),
        (workbook([("名称", "位置"), ("灭火器", "车库")]), BadInput, "columns_missing"),
    ],
)
def test_a_file_that_is_none_is_refused(world: World, content: bytes, error: Any, code: str) -> None:
    with pytest.raises(error) as caught:
        taken(world.here, content)
    assert caught.value.code == code
    with scope(world.here.compound.pk):
        assert Run.objects.count() == 0


def test_only_the_desk_imports(world: World) -> None:
    for who in ("worker", "officer", "chair", "resident"):
        with pytest.raises(NotPermitted):
            taken(world.here, workbook([HEAD, ROW]), who)


def test_on_the_pages(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")

    def send(content: bytes, n: int) -> Any:
        file = SimpleUploadedFile("设施.xlsx", content)
        return client.post(f"{BASE}imports/", {"file": file, "idempotency_key": key(n)})

    wrong = send(b"hello", 1)
    assert (wrong.status_code, "这不是 .xlsx 表格" in wrong.content.decode()) == (422, True)
    lacking = send(workbook([("名称", "位置"), ("灭火器", "车库")]), 2)
    assert (lacking.status_code, "表里缺少这些列：编号" in lacking.content.decode()) == (422, True)
    shown = client.get(
        send(workbook([HEAD, ROW, ("火箭", "", "X-1", "", "", "东", "")]), 3)["location"]
    ).content.decode()
    assert ("1 行要改" in shown, "看不懂是哪种设施" in shown, "先导入没有问题的 1 件" in shown) == (True, True, True)
    with scope(side.compound.pk):
        run = Run.objects.get()
    own = f"{BASE}imports/{run.ref}/"
    stale = client.post(f"{own}confirm/", {"plan": "other", "idempotency_key": key(4)})
    assert (stale.status_code, "请按新的核对结果再确认一次" in stale.content.decode()) == (409, True)
    assert client.post(f"{own}confirm/", {"plan": run.plan, "idempotency_key": key(5)}).status_code == 302
    assert "MHQ-1" in client.get(BASE).content.decode()
    assert client.post(f"{own}drop/", {"idempotency_key": key(6)}).status_code == 409


def test_what_leaves_can_come_back(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    a_piece(side, "MHQ-1", floor="B1", place="basement", unit="甲", count=2, note="=1+1")
    a_piece(side, "XHS-1", kind="indoor_hydrant", subtype="", building_id=building_of(side).pk)
    content = sign_in(side, "manager").get(f"{BASE}export/").content
    run = taken(side, content)
    assert run.counts == {"rows": 2, "bad_rows": 0, "bad_cells": 0, "new": 0, "changed": 0, "same": 2}
    sample = taken(side, sign_in(side, "manager").get(f"{BASE}imports/sample/").content)
    assert (sample.counts["rows"], sample.counts["bad_rows"]) == (2, 0)


def test_a_number_is_free_again_when_its_piece_is_gone(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    with scope(side.compound.pk):
        by = side.actor("manager")
        remove_piece(compound_id=side.compound.pk, piece_id=piece.pk, reason="报废", by=by, now=NOW)
        with pytest.raises(OutOfState, match="piece_gone"):
            change_piece(
                compound_id=side.compound.pk, piece_id=piece.pk, draft=importing.PieceDraft("extinguisher", "X"), by=by,
                now=NOW,
            )  # fmt: skip
        assert Due.objects.filter(piece=piece).count() == 0
    assert a_piece(side).pk != piece.pk


def test_words_of_offices() -> None:
    words = {
        "灭火器": "extinguisher", "手提式干粉灭火器": "extinguisher", "消火栓": "indoor_hydrant",
        "室外消火栓": "outdoor_hydrant",
        "烟感": "detector", "手报": "call_point", "应急灯": "emergency_light", "喷淋": "sprinkler_head",
        "防火卷帘": "fire_shutter",
        "消防水池": "water_tank", "火箭": "", "消防控制室": "control_room",
    }  # fmt: skip
    assert {word: kind_of(word) for word in words} == words
    plates = {
        "MFZ/ABC4": "dry_powder", "MSZ/3": "water_based", "MT3": "co2", "水基型": "water_based", "二氧化碳": "co2", "甲": "",
    }  # fmt: skip
    assert {plate: subtype_of("extinguisher", plate) for plate in plates} == plates
    days = {
        "2023-03-01": date(2023, 3, 1), "2023年3月": date(2023, 3, 1), "2023.3.15": date(2023, 3, 15),
        "20230301": date(2023, 3, 1), "2023/2/30": None, "去年": None, Number("44986"): date(2023, 3, 1),
    }  # fmt: skip
    assert {text: day_of(text) for text in days} == days
