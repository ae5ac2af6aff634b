"""Objections by the rules: whose deadline holds, how an unanswered one climbs, what others read. No database."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.rules.matters import MATTERS
from publicity.rules.objecting import (
    COVER,
    FURTHER_DAYS,
    answer_by,
    answer_rule,
    further_until,
    may_object_on,
    next_step,
    only_covered,
    places_around,
    public_words,
    says_something,
    steps,
)

SIDES = ("community", "committee", "company", "street")
CODES = ("330106001001", "330203001001", "330784002008", "110101001001")


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("330106001001", ("hangzhou", "zhejiang", "national")),
        ("330784002008", ("zhejiang", "national")),
        ("110101001001", ("national",)),
    ],
)
def test_an_area_lies_in_its_city_its_province_and_the_nation(code: str, places: tuple[str, ...]) -> None:
    assert places_around(code) == places


@pytest.mark.parametrize(
    ("code", "side", "matter", "days", "law", "named"),
    [
        ("330106001001", "company", "firm_data", 10, True, "《杭州市物业管理条例》第五十条"),
        ("330106001001", "company", "candidates", 10, True, "《杭州市物业管理条例》第五十条"),
        ("330106001001", "committee", "general", 7, False, "本平台设为七日"),
        ("330203001001", "community", "candidates", 3, False, "第三十一条"),
        ("330203001001", "community", "roll", 3, False, "《业主大会和业主委员会指导规则》第十二条"),
        ("330784002008", "company", "fee_change", 7, False, "本平台设为七日"),
    ],
)
def test_the_deadline_is_the_laws_where_it_has_one(
    code: str, side: str, matter: str, days: int, law: bool, named: str
) -> None:
    rule = answer_rule(places_around(code), side=side, matter=matter)
    assert (rule.days, rule.law) == (days, law)
    assert named in rule.ground


@given(st.sampled_from(CODES), st.sampled_from(SIDES), st.sampled_from(MATTERS))
def test_there_is_a_deadline_for_everything_and_it_says_where_from(code: str, side: str, matter: str) -> None:
    rule = answer_rule(places_around(code), side=side, matter=matter)
    assert rule.days > 0
    assert rule.ground
    assert rule.law != ("本平台" in rule.ground)


def test_the_day_of_filing_does_not_count() -> None:
    assert answer_by(datetime(2026, 6, 2, 15, 59, tzinfo=UTC), 7) == date(2026, 6, 9)
    # Midnight in Shanghai: the next day.
    assert answer_by(datetime(2026, 6, 2, 16, 0, tzinfo=UTC), 7) == date(2026, 6, 10)


def test_the_steps_come_in_the_morning_of_the_last_day_and_after() -> None:
    assert [(one.level, f"{one.at:%Y-%m-%d %H:%M%z}") for one in steps(date(2026, 6, 9))] == [
        (0, "2026-06-09 09:00+0800"),
        (1, "2026-06-10 09:00+0800"),
        (2, "2026-06-11 09:00+0800"),
        (3, "2026-06-14 09:00+0800"),
    ]


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.lists(st.integers(0, 400), max_size=30))
def test_no_level_is_skipped_or_taken_twice_however_seldom_one_looks(due: date, hours: list[int]) -> None:
    begins = datetime(due.year, due.month, due.day, tzinfo=UTC) - timedelta(days=3)
    reached, taken = -1, []
    for moment in [*sorted(begins + timedelta(hours=h) for h in hours), begins + timedelta(days=60)]:
        while (step := next_step(due, reached)) is not None and step.at <= moment:
            reached = step.level
            taken.append(step.level)
    assert taken == [0, 1, 2, 3]
    assert next_step(due, reached) is None


def test_the_last_day_counts_in_full() -> None:
    assert may_object_on(date(2026, 6, 17), until=date(2026, 6, 17))
    assert not may_object_on(date(2026, 6, 18), until=date(2026, 6, 17))


@given(st.integers(0, 365 * 24 * 60), st.integers(-60, 60))
def test_one_may_go_on_as_long_as_one_may_object_and_some_days_after_the_answer(minutes: int, days: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day = (at + timedelta(hours=8)).date()
    until = day + timedelta(days=days)
    assert further_until(at, until=until) == max(until, day + timedelta(days=FURTHER_DAYS))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("打我电话13812345678", "打我电话×××××××××××"),
        ("打 138 1234-5678 找我", "打 ××××××××××××× 找我"),
        ("全角１３８１２３４５６７８也是", "全角×××××××××××也是"),
        ("座机0579-87123456", "座机×××××××××××××"),
        ("身份证330721199001011234。", "身份证××××××××××××××××××。"),
        ("身份证33072119900101123X。", "身份证××××××××××××××××××。"),
        ("我住3幢2单元501室，不同意", "我住3幢2单元×××室，不同意"),
        ("我住3幢501", "我住3幢×××"),
        ("物业费1.8元，2026年涨了200元", "物业费1.8元，2026年涨了200元"),
        ("张小三和张小家里的事，王五知道", "×××和××家里的事，王五知道"),
    ],
)
def test_others_read_no_numbers_and_names_of_people_and_homes(typed: str, shown: str) -> None:
    assert public_words(typed, ["张小", "张小三", "五", "×"]) == shown


NAMES = ["张三", "李四光", "ab"]
WORDS = st.text(alphabet="张三李四光ab0123456789-幢 ×。\n", max_size=80)


@given(WORDS)
def test_what_is_covered_once_stays_as_it_is(typed: str) -> None:
    shown = public_words(typed, NAMES)
    assert len(shown) == len(typed)
    assert all(new in (old, COVER) for old, new in zip(typed, shown, strict=True))
    assert public_words(shown, NAMES) == shown


@given(WORDS, st.data())
def test_covering_more_by_hand_is_taken_however_many_signs_stand_for_it(typed: str, data: st.DataObject) -> None:
    base = public_words(typed, NAMES)
    more = data.draw(st.sets(st.integers(0, max(0, len(base) - 1))))
    by_hand = "".join(COVER if n in more else sign for n, sign in enumerate(base))
    taken = only_covered(base, by_hand)
    assert taken is not None
    assert len(taken) == len(base)
    assert all(new in (old, COVER) for old, new in zip(base, taken, strict=True))
    shorter = re.sub(f"{COVER}+", COVER, by_hand)
    again = only_covered(base, shorter)
    assert again is not None
    assert len(again) == len(base)
    assert re.sub(f"{COVER}+", COVER, again) == shorter


@given(WORDS, st.text(alphabet="张三新的×0", min_size=1, max_size=8), st.integers(0, 80))
def test_no_other_word_gets_in(typed: str, new: str, at: int) -> None:
    base = public_words(typed, NAMES)
    shown = base[:at] + new + base[at:]
    taken = only_covered(base, shown)
    assert taken is None or all(one in (old, COVER) for old, one in zip(base, taken, strict=True))


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("电话×××请回", "电话138请回"),
        ("不同意涨价", "同意涨价"),
        ("不同意涨价", "不同意"),
        ("不同意涨价", "不同意涨价×"),
        ("不同意涨价", "×不同意涨价"),
        ("甲乙", "甲×乙"),
        ("", "×"),
    ],
)
def test_what_is_more_than_covering_is_refused(base: str, shown: str) -> None:
    assert only_covered(base, shown) is None


def test_something_is_left_to_read() -> None:
    assert says_something("××× a")
    assert not says_something("×××，。×")
