"""Times and names as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ui import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "spoken"),
    [
        (NOW - timedelta(seconds=20), "刚刚"),
        (NOW, "刚刚"),
        (NOW - timedelta(minutes=3), "3分钟前"),
        (NOW - timedelta(hours=2), "2小时前"),
        (datetime(2026, 11, 20, 18, 0, tzinfo=SHANGHAI), "昨天 18:00"),
        (datetime(2026, 11, 3, 9, 5, tzinfo=SHANGHAI), "11月3日 09:05"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI), "2025年12月31日 23:59"),
        (NOW + timedelta(minutes=5), "今天 14:35 前"),
        (datetime(2026, 11, 22, 18, 0, tzinfo=SHANGHAI), "明天 18:00 前"),
        (datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI), "后天 08:00 前"),
        (datetime(2027, 1, 4, 8, 0, tzinfo=SHANGHAI), "2027年1月4日 08:00 前"),
        # An instant in another zone is said in local time.
        (datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("UTC")), "明天 18:00 前"),
    ],
)
def test_relative_time(moment: datetime, spoken: str) -> None:
    with translation.override("zh-hans"):
        assert words.relative_time(moment, NOW) == spoken


def test_an_hour_before_midnight_is_still_minutes_ago_after_it() -> None:
    after = datetime(2026, 11, 21, 0, 10, tzinfo=SHANGHAI)
    with translation.override("zh-hans"):
        assert words.relative_time(after - timedelta(minutes=30), after) == "30分钟前"
        assert words.relative_time(after - timedelta(hours=2), after) == "昨天 22:10"


def test_deadline() -> None:
    with translation.override("zh-hans"):
        assert words.deadline(NOW + timedelta(days=1), NOW) == "明天 14:30 前"
        assert words.deadline(NOW, NOW) == "已超时 1分钟"
        assert words.deadline(NOW - timedelta(hours=26), NOW) == "已超时 1天"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("上官婉儿", "上官**"),
        ("张", "张"),
        ("", ""),
        ("𫖯之", "𫖯*"),
        ("䶮", "䶮"),
        ("永嘉县瓯江口房地产开发有限公司", "永嘉***公司"),
        ("温州银行", "温***"),
        ("永嘉农村商业银行", "永嘉***银行"),
        ("欧阳小店", "欧阳**"),
        ("阿卜杜热合曼·买买提", "阿***"),
        ("司马" + "长" * 20, "司马***"),
    ],
)
def test_masked_name(name: str, shown: str) -> None:
    assert words.masked_name(name) == shown


@given(st.text(min_size=2, max_size=20).map(str.strip).filter(lambda name: len(name) > 1))
def test_a_mask_hides_the_last_character_and_no_more_than_three_stars_long(name: str) -> None:
    shown = words.masked_name(name)
    kept = shown.rstrip("*")
    assert name.startswith(kept)
    assert len(shown) == min(len(name), len(kept) + 3)
    assert shown.endswith("*")


@pytest.mark.parametrize(
    ("phone", "shown"), [("+8613812341234", "138****1234"), ("13812341234", "138****1234"), ("110", "***"), ("", "")]
)
def test_masked_phone(phone: str, shown: str) -> None:
    assert words.masked_phone(phone) == shown
