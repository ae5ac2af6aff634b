"""The rules of voting: as what somebody votes, what is short of two thirds, what may be seen, when owners may be told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ballots.rules.hours import is_day, is_fresh
from ballots.rules.marks import mark, shows_area
from ballots.rules.standing import Claim, Part, Standing, is_body, may_cast, standing

ME, US, OTHERS = Part(("王",), mine=True), Part(("王", "李"), mine=True), Part(("李",), mine=False)
FIRM = Part(("永康市安居五金有限公司",), mine=True)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Claim([ME]), Standing("owner")),
        (Claim([ME, ME]), Standing("owner")),
        (Claim([US]), Standing("chosen")),
        (Claim([ME, OTHERS]), Standing("chosen")),
        (Claim([OTHERS]), Standing(refused="not_yours")),
        (Claim([OTHERS], acts=True), Standing("proxy")),
        (Claim([ME], acts=True), Standing("owner")),
        (Claim([ME], spoken_for=True), Standing(refused="spoken_for")),
        (Claim([ME], spoken_for=True, speaks=True), Standing("speaker")),
        (Claim([FIRM]), Standing(refused="needs_authority")),
        (Claim([FIRM], spoken_for=True, speaks=True), Standing("speaker")),
        (Claim([ME], developer=True), Standing(refused="needs_authority")),
    ],
)
def test_as_what_somebody_votes(claim: Claim, expected: Standing) -> None:
    assert standing(claim) == expected


def test_what_is_a_body_and_what_a_person() -> None:
    assert [is_body(name) for name in ("浙江某某有限公司", "永康市五金厂（普通合伙）", "中国某某银行", "王厂长", "欧阳公")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("via", "used_by", "channel", "again", "expected"),
    [
        ("owner", "", "", False, ""),
        ("owner", "proxy", "phone", False, ""),
        ("proxy", "owner", "phone", True, "already_voted"),
        ("proxy", "proxy", "phone", False, "already_voted"),
        ("owner", "owner", "phone", True, ""),
        ("chosen", "owner", "phone", False, "already_voted"),
        ("owner", "owner", "paper", True, "already_voted"),
    ],
)
def test_a_right_is_used_once_but_the_owner_stands_above_the_proxy(
    via: str, used_by: str, channel: str, again: bool, expected: str
) -> None:
    assert may_cast(via, used_by=used_by, channel=channel, again=again) == expected


@given(some.integers(0, 10_000), some.integers(1, 10_000))
def test_short_is_what_takes_it_over_two_thirds_and_no_less(have: int, of: int) -> None:
    found = mark(have, of)
    assert found.met == (3 * have >= 2 * of)
    assert 3 * (have + found.short) >= 2 * of
    assert not found.short or 3 * (have + found.short - 1) < 2 * of


def test_nothing_of_nothing_is_not_reached() -> None:
    assert not mark(0, 0).met


@pytest.mark.parametrize(
    ("voters", "of", "whole", "over", "shown"),
    [
        (4, 100, True, False, False),
        (5, 100, True, False, True),
        (96, 100, True, False, False),
        (100, 100, True, False, True),
        (50, 100, False, False, False),
        (1, 2, False, True, True),
    ],
)
def test_area_is_not_shown_where_it_would_tell_whose_it_is(
    voters: int, of: int, whole: bool, over: bool, shown: bool
) -> None:
    assert shows_area(voters, of, whole=whole, over=over) is shown


def test_by_day_and_fresh() -> None:
    at = datetime(2026, 6, 2, tzinfo=UTC)
    assert [is_day(at.replace(hour=hour)) for hour in (7, 8, 20, 21)] == [False, True, True, False]
    assert [is_fresh(at, at + timedelta(minutes=m)) for m in (-1, 0, 10, 11)] == [False, True, True, False]
    assert not is_fresh(None, at)
