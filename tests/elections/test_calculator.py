"""The calculator's page: for everyone with a post, every input, the verdict in figures and words, nothing kept."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.world import RESIDENTS, STAFF, World

ADDRESS = "/tally/"
MOTION = {
    "matter": "use_fund", "on": "2024-05-01", "roll_voters": "1,500", "roll_area": "150000.00",
    "for_voters": "700", "for_area": "72000.50", "against_voters": "298", "against_area": "27 881.18",
}  # fmt: skip
SLATE = "\n".join(
    f"{name} {600 - n} {60000 - n}.25 {'党员' if n < 2 else '群众'}" for n, name in enumerate("甲乙丙丁戊己")
)
ELECTION = {
    "matter": "elect", "on": "2024-05-01", "jurisdiction": "yongkang", "roll_voters": "1000", "roll_area": "100000",
    "participating_voters": "700", "participating_area": "70000", "seats": "5", "candidates": SLATE,
}  # fmt: skip


def text_of(response: Any) -> str:
    """The words of the page, without tags and runs of blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def officer(world: World, sign_in: Any) -> Client:
    return sign_in(world.here, "officer")


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_for_everyone_who_acts_from_a_post(world: World, sign_in: Any, who: str) -> None:
    assert sign_in(world.here, who).get(ADDRESS).status_code == (403 if who in RESIDENTS else 200)
    assert Client().get(ADDRESS).status_code == 302


@pytest.mark.parametrize(
    ("who", "shown"), [("officer", True), ("chair", True), ("street", True), ("worker", False), ("manager", False)]
)
def test_its_tab_is_for_those_who_run_votes(world: World, sign_in: Any, who: str, shown: bool) -> None:
    assert ("表决计算" in sign_in(world.here, who).get("/accounts/me/").content.decode()) is shown


def test_an_empty_form_asks_for_a_vote(officer: Client) -> None:
    page = officer.get(ADDRESS)
    assert page.status_code == 200
    assert "这里填的内容不会保存" in text_of(page)
    assert 'id="outcome"' not in page.content.decode()


def test_a_motion_with_its_four_tests_and_what_is_missing(officer: Client) -> None:
    page = officer.post(ADDRESS, MOTION)
    assert page.status_code == 200
    said = text_of(page)
    assert "使用维修资金（第二百七十八条第五项） · 2024-05-01 · 全国 参与表决不足法定比例" in said
    assert "人数 998 / 1500 户 (66.5%)" in said
    assert "三分之二以上 1000 户，还差 2 户" in said
    assert "面积 99881.68 / 150000.00 平方米 (66.6%)" in said
    assert "三分之二以上 100000.00 平方米，还差 118.32 平方米" in said
    assert "还差 2 户 / 118.32 平方米" in said
    assert "过半数 500 户，已达到" in said
    assert "本次没有形成决定，也不能据此认定相反的事项已经决定。" in said
    assert "《民法典》第二百七十八条" in said
    # What was typed stays, so that one figure can be changed.
    assert 'value="1,500"' in page.content.decode()


def test_an_election_with_its_order_and_the_ratio(officer: Client) -> None:
    said = text_of(officer.post(ADDRESS, ELECTION))
    assert "选举有效" in said
    assert "党员比例（当选委员）：2/5，要求超过 50%，没有达到。" in said
    assert "按这份候选名单，党员比例无论如何达不到要求。" in said
    assert re.search(r"5 戊 596 .*? 当选 6 己 595 .*? 候补", said)
    assert "全部得票多于每人投满应选人数的票数" in said


def test_a_tie_is_shown_and_the_remedy_offered(officer: Client) -> None:
    tied = SLATE.replace("己 595", "己 596")
    said = text_of(officer.post(ADDRESS, {**ELECTION, "candidates": tied, "tie_remedy": "lot"}))
    assert "还不能确定" in said
    assert "得票相等：戊、己，还有 1 席；约定的办法：在见证下抽签。" in said
    assert said.count("得票相等，待定") == 2


def test_silent_owners_show_both_tallies(officer: Client) -> None:
    silent = {"silent_rule": "majority", "silent_voters": "100", "silent_area": "10000"}
    said = text_of(officer.post(ADDRESS, {**MOTION, **silent}))
    assert "只计实际投票的结果（须与上面一并公布） 参与表决不足法定比例" in said
    assert "人数 1098 / 1500 户" in said
    assert "人数 998 / 1500 户" in said
    apart = text_of(officer.post(ADDRESS, {**MOTION, **silent, "against_voters": "800"}))
    assert "不能计算" in apart
    assert "“多数意见”无从确定" in apart


def test_what_contradicts_itself_is_shown(officer: Client) -> None:
    said = text_of(officer.post(ADDRESS, {**MOTION, "participating_voters": "1501", "abstain_voters": "0"}))
    assert "互相矛盾的数字（照原样计算，没有改动）" in said
    assert "参与表决：参与表决多于名册总数（人数 1501 / 1500）" in said
    assert "各项票数：各项票数相加少于参与表决（人数 998 / 1501）" in said


def test_invalid_ballots_that_decide_are_pointed_at(officer: Client) -> None:
    lift = {
        "matter": "rebuild", "roll_voters": "24", "roll_area": "2400", "for_voters": "17", "for_area": "1800",
        "against_voters": "4", "against_area": "300", "invalid_voters": "3", "invalid_area": "300",
    }  # fmt: skip
    said = text_of(officer.post(ADDRESS, lift))
    assert "未通过" in said
    assert "无效票不计入参与时：通过。" in said
    assert "没有填写日期，按现行《民法典》计算。" in said
    assert "通过" in text_of(officer.post(ADDRESS, {**lift, "invalid_in_participation": "no"}))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"roll_voters": "一千"}, "roll_voters", "应为整数"),
        ({"for_area": "72000.50001"}, "for_area", "面积应写成数字，最多四位小数"),
        ({"on": "昨天"}, "on", "请写成 2026-05-01。"),
        ({"matter": "elect", "seats": "0"}, "seats", "数字超出范围"),
        ({"matter": "elect", "candidates": "甲 1 2 是 了"}, "candidates", "第 1 行：应为姓名、户数、面积、是否党员"),
        (
            {"matter": "elect", "candidates": "甲 1 2\n\n乙 多 2"},
            "candidates",
            "第 2 行：应为姓名、户数、面积、是否党员",
        ),
        ({"matter": "elect", "candidates": "甲 1 2,5.3.1"}, "candidates", "第 1 行"),
        ({"silent_rule": "majority", "silent_area": "x"}, "silent_area", "面积应写成数字，最多四位小数"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    officer: Client, change: dict[str, str], field: str, words: str
) -> None:
    page = officer.post(ADDRESS, {**MOTION, **change})
    assert page.status_code == 422
    assert words in text_of(page)
    assert f'id="id_{field}_error"' in page.content.decode()
    assert 'id="outcome"' not in page.content.decode()


def test_pasted_columns_of_a_sheet_are_candidates(officer: Client) -> None:
    sheet = "甲\t600\t60000.25\t是\r\n乙，599，59999.25，否\n丙 598 59998.25\n"
    said = text_of(officer.post(ADDRESS, {**ELECTION, "candidates": sheet, "seats": "3"}))
    assert "选举有效" in said
    assert "1/3" in said


def test_neither_page_nor_answer_asks_more_than_who_it_is(officer: Client, statements: Any) -> None:
    officer.get(ADDRESS)
    for ask in (lambda: officer.get(ADDRESS), lambda: officer.post(ADDRESS, ELECTION)):
        with statements() as seen:
            assert ask().status_code == 200
        assert len(seen) == STATEMENTS


STATEMENTS = 8


def test_in_english(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "officer", **{"accept-language": "en"})
    said = text_of(client.post(ADDRESS, MOTION))
    assert "Too few took part" in said
    assert "2 owners / 118.32 m² short" in said
    assert "Use the maintenance fund (Art. 278, item 5)" in said
