"""Parameters P1-P40: every one has a value for every day and place, a source, and the numbers of the law document."""

from datetime import date

import pytest

from elections.rules.cases import PLAN
from elections.rules.deciding import share_of
from elections.rules.jurisdictions import NATIONAL, STANDINGS, chain, find, jurisdictions, parameters, rows, version

NOW = date(2026, 11, 21)


def test_all_forty_have_a_national_default_on_any_day() -> None:
    assert {row.number for row in rows()} == set(range(1, 41))
    for day in (date(1990, 1, 1), date(2020, 12, 31), date(2021, 1, 1), NOW):
        found = parameters(NATIONAL, day)
        assert {row.name for row in rows()} == set(found.rows)
        assert {row.number for row in found.rows.values()} == set(range(1, 41))


def test_every_row_has_a_source_and_says_what_it_rests_on() -> None:
    known = {one.code for one in jurisdictions()}
    for row in rows():
        assert row.source.strip(), row
        assert row.standing in STANDINGS, row
        assert row.jurisdiction in known, row
    assert len({(row.name, row.jurisdiction, row.since) for row in rows()}) == len(rows())
    numbers = {row.name: row.number for row in rows()}
    assert all(numbers[row.name] == row.number for row in rows())
    assert version() == "2026-11-22"


def test_values_that_the_rules_read_are_among_their_choices() -> None:
    for row in rows():
        if row.name in PLAN:
            assert row.value in PLAN[row.name], row
    assert share_of(parameters(NATIONAL, NOW)["ratio_value"]) == (1, 2)


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("national", "rule_set", "civil-code"),
        ("national", "silent", "off"),
        ("national", "invalid_in_participation", True),
        ("national", "proxy_cap", 1),
        ("national", "notice_days_regular", 15),
        ("national", "notice_days_extraordinary", 15),
        ("hangzhou", "notice_days_extraordinary", 7),
        ("hangzhou", "notice_days_regular", 15),
        ("national", "candidate_publicity_days", 7),
        ("ningbo", "candidate_publicity_days", 10),
        ("national", "window_days_least", 5),
        ("national", "window_days_most", 60),
        ("national", "result_publicity_days", 7),
        ("national", "seats_least", 5),
        ("national", "seats_most", 11),
        ("ningbo", "seats_most", None),
        ("shandong", "seats_most", None),
        ("hangzhou", "seats_least_small", 3),
        ("beijing", "small_households", 100),
        ("shanghai", "small_building_area", "10000"),
        ("national", "term_years_most", 5),
        ("national", "term_years_least", None),
        ("wenzhou", "term_years_least", 3),
        ("yongkang", "term_years_least", 3),
        ("national", "order_by", "heads"),
        ("hangzhou", "order_by", "heads_then_area"),
        ("linan", "order_by", "heads_then_area"),
        ("national", "too_few", "further_round"),
        ("hangzhou", "too_few", "stands"),
        ("shaoxing", "alternates_cap", "half"),
        ("zhoushan", "alternates_cap", "half"),
        ("beijing", "alternates_cap", "members"),
        ("hangzhou", "alternates_only_with_choice", True),
        ("national", "vacancy_at", "below_half"),
        ("hangzhou", "vacancy_at", "not_over_half"),
        ("national", "ratio_operator", ">"),
        ("yongjia", "ratio_operator", ">"),
        ("linan", "ratio_base", "candidates"),
        ("linan", "ratio_operator", ">="),
        ("shenzhen", "ratio_operator", ">="),
        ("jinjiang", "ratio_operator", ">="),
        ("national", "filing_days", 30),
        ("wenzhou", "change_filing_days", 15),
        ("yongjia", "office_reply", {"amount": 3, "unit": "working_days"}),
        ("beijing", "office_reply", {"amount": 5, "unit": "working_days"}),
        ("shandong", "office_reply", {"amount": 10, "unit": "days"}),
        ("national", "reelection_lead", {"amount": 3, "unit": "months"}),
        ("zhejiang", "reelection_lead", {"amount": 2, "unit": "months"}),
        ("yongkang", "reelection_lead", {"amount": 2, "unit": "months"}),
        ("hangzhou", "reelection_lead", {"amount": 3, "unit": "months"}),
        ("taizhou", "reelection_lead", {"amount": 2, "unit": "months"}),
        ("ningbo", "reelection_lead", {"amount": 60, "unit": "days"}),
        ("shaoxing", "reelection_lead", {"amount": 60, "unit": "days"}),
        ("shandong", "reelection_lead", {"amount": 90, "unit": "days"}),
        ("beijing", "reelection_lead", {"amount": 6, "unit": "months"}),
        ("taizhou", "group_most", 15),
        ("lishui", "group_most", 13),
        ("huzhou", "group_most", 11),
        ("shenzhen", "group_least", 7),
        ("national", "retention_years", 5),
        ("national", "ballot_mode", "named"),
        ("beijing", "city_system_mandatory", True),
        ("qingyuan", "city_system_mandatory", True),
        ("national", "display_decimals", 2),
        ("national", "headcount_by", "exclusive_part"),
        ("ningbo", "headcount_by", "title_certificate"),
        ("wenzhou", "area_register_binding", True),
        ("zhejiang", "silent_majority_of_all", True),
        ("national", "silent_majority_of_all", False),
    ],
)
def test_the_numbers_of_the_law_document(place: str, name: str, value: object) -> None:
    assert parameters(place, NOW)[name] == value
    assert parameters(place, NOW).source(name)


# Which city's own text a figure is read from, although the nation says the same: place, parameter, value, article.
OWN_TEXTS = [
    ("wenzhou", "headcount_by", "exclusive_part", "第九条"),
    ("taizhou", "headcount_by", "exclusive_part", "第十八条"),
    ("ningbo", "developer_as_one", True, "第十八条"),
    ("ningbo", "parking_in_area", False, "第十八条"),
    ("ningbo", "parking_in_heads", False, "第十八条"),
    ("hangzhou", "notice_days_regular", 15, "第十九条"),
    ("beijing", "notice_days_regular", 15, "第三十五条"),
    ("qingyuan", "result_publicity_days", 15, "第十七条"),
    ("qingyuan", "result_posted_within_days", 7, "第十七条"),
    ("beijing", "result_posted_within_days", 3, "第三十七条"),
    ("shanghai", "result_posted_within_days", 3, "第二十一条"),
    ("taizhou", "seats_most", 11, "第十九条"),
    ("huzhou", "seats_most", 11, "第十六条"),
    ("zhoushan", "seats_most", 11, "第十九条"),
    ("shaoxing", "seats_most", 11, "第十八条"),
    ("ningbo", "seats_least", 5, "第二十九条"),
    ("shandong", "seats_least", 5, "第三十条"),
    ("ningbo", "seats_odd", True, "第二十九条"),
    ("taizhou", "seats_odd", True, "第十九条"),
    ("zhejiang", "term_years_most", 5, "第十五条"),
    ("wenzhou", "term_years_most", 5, "第二十三条"),
    ("hangzhou", "term_years_most", 5, "第三十三条"),
    ("taizhou", "term_years_most", 5, "第二十七条"),
    ("beijing", "term_years_most", 5, "第四十一条"),
    ("shandong", "term_years_most", 5, "第三十条"),
    ("wenzhou", "filing_days", 30, "第十八条"),
    ("ningbo", "filing_days", 30, "第二十三条"),
    ("beijing", "filing_days", 30, "第四十三条"),
    ("shanghai", "filing_days", 30, "第二十三条"),
    ("shandong", "filing_days", 30, "第三十一条"),
    ("ningbo", "change_filing_days", 30, "第二十六条"),
    ("beijing", "change_filing_days", 30, "第五十条"),
]


@pytest.mark.parametrize(("place", "name", "value", "article"), OWN_TEXTS)
def test_a_city_with_a_text_of_its_own_is_shown_that_text(place: str, name: str, value: object, article: str) -> None:
    row = parameters(place, NOW).rows[name]
    assert (row.value, row.jurisdiction, row.standing) == (value, place, "law")
    assert article in row.source


def test_a_value_holds_from_its_day_and_not_before() -> None:
    assert parameters("hangzhou", date(2021, 8, 8))["order_by"] == "heads"
    assert parameters("hangzhou", date(2021, 8, 8))["notice_days_extraordinary"] == 15
    assert parameters("hangzhou", date(2021, 8, 9))["notice_days_extraordinary"] == 7
    assert parameters(NATIONAL, date(2020, 12, 31))["rule_set"] == "pre-2021"
    assert parameters(NATIONAL, date(2021, 1, 1))["rule_set"] == "civil-code"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hangzhou", "hangzhou"), ("杭州", "hangzhou"), ("杭州市", "hangzhou"), (" Hangzhou ", "hangzhou"),
        ("3301", "hangzhou"), ("330100", "hangzhou"), ("330106", "hangzhou"), ("330112", "linan"), ("330784", "yongkang"),
        ("330784002008", "yongkang"), ("330324", "yongjia"), ("永嘉县", "yongjia"), ("永康", "yongkang"),
        ("浙江省", "zhejiang"), ("330000", "zhejiang"), ("33", "zhejiang"), ("zhejiang/hangzhou", "hangzhou"),
        ("zhejiang-wenzhou", "wenzhou"), ("全国", "national"), ("national", "national"), ("110105", "beijing"),
        ("3310", "taizhou"), ("331000", "taizhou"),
        # As an address begins.
        ("浙江省温州市", "wenzhou"), ("浙江温州", "wenzhou"), ("浙江省温州市永嘉县", "yongjia"), ("浙江·温州", "wenzhou"),
        ("浙江省温州市瓯海区", "wenzhou"), ("温州市永嘉县瓯北街道", "yongjia"), ("广东省深圳市罗湖区", "shenzhen"),
        ("临安", "linan"), ("上海市浦东新区", "shanghai"), ("山东省青岛市", "shandong"),
        ("wenzhou, yongjia", "yongjia"), ("CN-330300", "wenzhou"),
        ("中国", "national"), ("CN", "national"), ("中国浙江省", "zhejiang"), ("china/hangzhou", "hangzhou"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_what_people_call_it(text: str, code: str) -> None:
    found = find(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hangzou",
        "市",
        "9",
        "99",
        "330",
        "亚特兰蒂斯",
        "-",
        "３３",
        "四川省成都市",
        "成都",
        "北京路",
        "wenzhoux",
        "温州人",
    ],
)
def test_a_place_that_is_none(text: str) -> None:
    assert find(text) is None


def test_every_place_ends_at_the_nation() -> None:
    for one in jurisdictions():
        assert chain(one)[-1].code == NATIONAL
    assert [one.code for one in chain(find("永康市"))] == ["yongkang", "jinhua", "zhejiang", "national"]  # type: ignore[arg-type]
