"""Loading real divisions: all rows, or each refused one with its line and reason."""

from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from tenancy.actions import load_divisions
from tenancy.management.commands.load_divisions import YONGKANG
from tenancy.models import Area
from tenancy.rules import BadRow, Division, read_division

GOOD = {
    "county_code": "330784",
    "county": "永康市",
    "street_code": "330784002",
    "street": "西城街道",
    "community_code": "330784002008",
    "community": "西山社区居委会",
}


def test_a_good_row_is_a_division() -> None:
    assert read_division(2, GOOD) == Division(
        ("330784", "永康市"), ("330784002", "西城街道"), ("330784002008", "西山社区居委会")
    )


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_value_is_named(name: str) -> None:
    found = read_division(7, {**GOOD, name: " "})
    assert isinstance(found, BadRow)
    assert (found.line, found.reason) == (7, f"missing_{name}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"county_code": "33078"}, "malformed_county_code"),
        ({"street_code": "33078400X"}, "malformed_street_code"),
        ({"community_code": "330784002008123"}, "malformed_community_code"),
        ({"community_code": "330785002008"}, "codes_disagree"),
        ({"county_code": "330785"}, "codes_disagree"),
    ],
)
def test_a_wrong_code_is_refused(change: dict[str, str], reason: str) -> None:
    found = read_division(3, {**GOOD, **change})
    assert isinstance(found, BadRow)
    assert found.reason == reason


@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=15)))
def test_no_row_raises(change: dict[str, str]) -> None:
    assert isinstance(read_division(1, {**GOOD, **change}), Division | BadRow)


@pytest.mark.django_db
def test_yongkang_loads_wholly_and_again_changes_nothing() -> None:
    with YONGKANG.open(encoding="utf-8-sig", newline="") as lines:
        rows = lines.read().splitlines()
    report = load_divisions(lines=rows)
    assert report.refused == []
    assert Area.objects.filter(level="community", code__startswith="330784").count() == len(rows) - 1
    again = load_divisions(lines=rows)
    assert (sum(again.created.values()), again.renamed, again.unchanged) == (0, 0, len(rows) - 1)


@pytest.mark.django_db
def test_a_row_without_street_is_reported_and_the_rest_goes_on() -> None:
    header = "county_code,county,street_code,street,community_code,community"
    report = load_divisions(
        lines=[header, "330999,甲市,330999001,一街道,330999001001,一社区", "330999,甲市,,,330999002001,二社区"]
    )
    assert report.created == {"city": 1, "street": 1, "community": 1}
    assert [(row.line, row.reason) for row in report.refused] == [(3, "missing_street_code")]


@pytest.mark.django_db
def test_a_code_given_twice_with_another_name_is_refused() -> None:
    header = "county_code,county,street_code,street,community_code,community"
    report = load_divisions(
        lines=[
            header,
            "330999,甲市,330999001,一街道,330999001001,一社区",
            "330999,甲市,330999001,一街道,330999001001,二社区",
        ]
    )
    assert [row.reason for row in report.refused] == ["code_twice"]


@pytest.mark.django_db
def test_the_command_reports_in_words(tmp_path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(
        "county_code,county,street_code,street,community_code,community\n330999,甲市,,,330999001001,一社区\n"
    )
    out = StringIO()
    call_command("load_divisions", str(path), stdout=out)
    assert "未装入 1" in out.getvalue()
    assert "第 2 行 missing_street_code" in out.getvalue()
