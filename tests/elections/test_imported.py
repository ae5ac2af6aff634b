"""Results of a city's own voting system: a table or lines of JSON, each beside its verdict, nothing guessed, nothing kept."""

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from elections.imported import MOST, NoTable, decoded, judged, judged_file
from elections.records import record
from tests.elections.test_calculator import text_of
from tests.elections.votes import election, motion
from tests.elections.votes import record as recorded
from tests.world import RESIDENTS, STAFF, World

ADDRESS = "/tally/results/"
# As a sheet is copied: what a city's system prints for each item.
SHEET = "\n".join(
    "\t".join(row)
    for row in (
        (
            "编号", "表决事项", "表决日期", "总户数", "总面积（平方米）", "参与户数", "参与面积", "同意户数", "同意面积",
            "不同意户数", "反对面积", "弃权户数", "弃权面积", "同意户数比例", "备注",
        ),
        (
            "A-1", "选聘物业服务企业", "2024/5/1", "1,500", "150,000.00", "1100", "110000", "700户", "72000.5", "300",
            "30000", "100", "7999.5", "63.64%", "",
        ),
        (
            "A-2", "改建小区大门", "2024年5月1日", "1500", "150000", "1100", "110000", "800", "82500", "200",
            "20000", "100", "7500", "53.33%", "第二项",
        ),
        ("A-3", "安装充电桩", "2024-05-01", "1500", "150000", "1100", "110000", "800", "82500", "200", "20000", "100", "7500"),
        ("A-4", "其他", "2024-05-01 18:00", "1500", "—", "1100", "", "800", "", "200", "", "100", ""),
    )
)  # fmt: skip


@pytest.fixture
def officer(world: World, sign_in: Any) -> Client:
    return sign_in(world.here, "officer")


def test_a_table_becomes_the_cases_of_the_calculator() -> None:
    found = judged(SHEET)
    first, second, third, fourth = found.results
    assert first.verdict is not None
    assert record(first.verdict) == recorded(
            {
                "id": "A-1", "matter": "hire_firm", "on": "2024-05-01",
                "roll": {"voters": 1500, "area": "150000.00"}, "participating": {"voters": 1100, "area": "110000"},
                "cast": {
                    "for": {"voters": 700, "area": "72000.5", "voters_pct": "63.64%"},
                    "against": {"voters": 300, "area": "30000"}, "abstain": {"voters": 100, "area": "7999.5"},
                },
            }
    )  # fmt: skip
    assert (first.verdict.outcome, first.verdict.inconsistencies) == ("passed", ())
    # 800 of 1,100 is 72.73 %; 53.33 % is 800 of all 1,500.
    assert second.verdict is not None
    assert (second.verdict.matter.code, second.verdict.outcome) == ("rebuild", "failed")
    assert [one.code for one in second.verdict.inconsistencies] == ["percentage_on_wrong_base"]
    # Whether it is a use of common parts or another matter, a person says.
    assert third.verdict is None
    assert third.error is not None
    assert (third.error.code, third.told) == ("unknown_matter", "安装充电桩")
    assert fourth.verdict is not None
    assert (fourth.verdict.outcome, fourth.told) == ("undetermined", "其他")
    assert found.unused == ("备注",)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("选聘物业公司", "hire_firm"), ("续聘物业", "hire_firm"), ("解聘物业公司", "dismiss_firm"), ("修改议事规则", "rules"),
        ("使用住宅专项维修资金更换水泵", "use_fund"), ("加装电梯", "rebuild"), ("换届选举", "elect"), ("use_fund", "use_fund"),
        ("改变共有部分用途或者利用共有部分经营", "change_common_use"), ("筹集维修资金", "raise_fund"),
        # Two at once, or none: not ours to choose (the stricter applies, and a person says so).
        ("使用维修资金加装电梯", None), ("解聘物业公司并选聘新公司", None), ("修改议事规则和管理规约", None),
        ("广场舞时间", None),
    ],
)  # fmt: skip
def test_a_matter_is_known_by_its_words_or_not_at_all(told: str, code: str | None) -> None:
    (found,) = judged(f"表决事项\t总户数\n{told}\t10").results
    assert (found.verdict.matter.code if found.verdict else None) == code


def test_columns_of_one_meaning_are_not_chosen_between() -> None:
    found = judged("表决事项,同意户数,赞成票数,应参与户数,实际参与户数\n其他,5,6,100,70")
    assert found.unused == ("同意户数", "赞成票数")
    assert found.results[0].verdict is not None
    tests = record(found.results[0].verdict)
    assert (tests["participation"]["voters"]["have"], tests["participation"]["voters"]["of"]) == (70, 100)
    assert tests["approval"]["voters"]["have"] is None


def test_lines_a_list_and_one_case_of_json_are_what_the_command_says() -> None:
    cases = [motion(900, 700, 500), election(1000, 700, [("甲", 500, "50000")], 5)]
    lines = "\n".join(json.dumps(one) for one in cases)
    for text in (lines, json.dumps(cases), json.dumps(cases, indent=1), "\ufeff" + lines.replace("\n", "\r\n\r\n")):
        found = [one.verdict for one in judged(text).results]
        assert [record(one) if one else None for one in found] == [recorded(one) for one in cases]
    broken = judged(lines + '\n{"id":')
    assert [one.error.code if one.error else None for one in broken.results] == [None, None, "not_json"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n ", "empty"), ("户数\t面积\n1\t2", "no_columns"), ("表决事项\t总户数", "no_columns"), ("hello", "no_columns"),
        ("表决事项\n" + "其他\n" * (MOST + 1), "too_many"), ("[" + ",".join(["{}"] * (MOST + 1)) + "]", "too_many"),
        ("x" * 500_001, "too_long"),
    ],
)  # fmt: skip
def test_what_holds_no_results(text: str, code: str) -> None:
    with pytest.raises(NoTable) as found:
        judged(text)
    assert found.value.code == code


def test_a_file_is_read_as_chinese_excel_writes_it() -> None:
    assert decoded("表决事项".encode("gb18030")) == decoded("表决事项".encode("utf-8-sig")) == "表决事项"
    with pytest.raises(NoTable):
        decoded(b"\xff\xff\xff")


def test_a_workbook_is_read_with_its_title_its_merged_heading_its_days_and_its_percentages() -> None:
    found = judged_file(workbook())
    (one, two) = found.results
    assert one.verdict is not None
    assert record(one.verdict) == recorded(
            {
                "id": "1", "matter": "hire_firm", "on": "2024-05-01",
                "roll": {"voters": 1500, "area": "150000"}, "participating": {"voters": 1100, "area": "110000"},
                "cast": {"for": {"voters": 700, "area": "72000.5", "voters_pct": "63.6364%"}},
            }
    )  # fmt: skip
    assert (one.verdict.outcome, one.verdict.inconsistencies, one.told) == ("passed", (), "选聘物业服务企业")
    # 0.4667 is 700 of all 1,500.
    assert two.verdict is not None
    assert [each.code for each in two.verdict.inconsistencies] == ["percentage_on_wrong_base"]
    assert found.unused == ("备注",)


def workbook(**changed: Any) -> bytes:
    """As an office makes it: a title over all, 总 and 同意 over two columns each, a day and shares by their formats."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["望江花园业主大会表决结果汇总"])
    sheet.append(["表决事项", "表决日期", "总", None, "参与", None, "同意", None, None, "备注"])
    sheet.append([None, None, "户数", "面积", "户数", "面积", "户数", "面积", "户数比例", None])
    for share in (700 / 1100, 700 / 1500):
        row = ["选聘物业服务企业", date(2024, 5, 1), 1500, 150000, 1100, 110000, 700, 72000.5, share, "无"]
        sheet.append(row)
        sheet.cell(sheet.max_row, 9).number_format = "0.00%"
    for cells in ("A1:J1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:I2", "J2:J3"):
        sheet.merge_cells(cells)
    for place, value in changed.items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_formulas_that_nobody_computed_is_not_read_as_blank() -> None:
    with pytest.raises(NoTable) as found:
        judged_file(workbook(G4="=300+400"))
    assert found.value.code == "unfilled"
    with pytest.raises(NoTable) as found:
        judged_file(workbook(A2="议题二"))
    assert found.value.code == "no_columns"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_for_everyone_who_acts_from_a_post(world: World, sign_in: Any, who: str) -> None:
    assert sign_in(world.here, who).get(ADDRESS).status_code == (403 if who in RESIDENTS else 200)
    assert Client().get(ADDRESS).status_code == 302


def test_the_page_judges_what_was_pasted_or_chosen(officer: Client) -> None:
    assert ADDRESS in officer.get("/tally/").content.decode()
    for given in (
        {"text": SHEET},
        {"file": SimpleUploadedFile("a.csv", SHEET.replace(",", "").replace("\t", ",").encode("gb18030"))},
    ):
        page = officer.post(ADDRESS, given)
        said = text_of(page)
        assert page.status_code == 200
        assert "A-1 选聘物业服务企业 按第四项“选聘物业服务企业”核对 通过" in said
        assert "A-2 改建小区大门 按第七项“改建、重建建筑物及其附属设施”核对 未通过 数字矛盾" in said
        assert "A-3 安装充电桩 读不懂 认不出是法律上的哪一项，或者同时像几项。" in said
        assert "没有用到的栏目：备注。" in said
        assert "有 1 项读不懂" in said
        assert "有 1 项的数字互相矛盾" in said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请粘贴表格，或者选一个文件。"),
        ({"text": "户数\t面积\n1\t2"}, "没有读到结果"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04\xff\xff\xff")}, "这个文件坏了，读不出来。"),
        ({"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, "另存为"),
        ({"file": SimpleUploadedFile("a.xlsx", workbook(G4="=1/0"))}, "有公式还没有算出结果"),
        ({"file": SimpleUploadedFile("a.bin", b"\xff\xff\xff")}, "读不出这个文件的文字"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "这个文件是空的。"),
    ],
)
def test_what_is_no_table_is_said_and_what_was_typed_stays(officer: Client, given: dict[str, Any], words: str) -> None:
    page = officer.post(ADDRESS, given)
    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert given.get("text", "") in page.content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_asks_no_more_than_who_it_is(officer: Client, statements: Any, many: int) -> None:
    officer.get(ADDRESS)
    with statements() as seen:
        page = officer.post(ADDRESS, {"text": "表决事项\t总户数\n" + "其他\t10\n" * many})
    assert (page.status_code, len(seen)) == (200, 8)
    assert page.content.decode().count('<span class="results-title">') == many
