"""Codes, names, last days and who may invite whom: plain rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residency.rules import codes, household, matching

TODAY = date(2026, 6, 2)


# --- codes ------------------------------------------------------------------------------------------------------------
@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_a_code_is_read_back_as_it_is_printed(number: int) -> None:
    code = f"{number:09d}"
    assert codes.normalised(codes.grouped(code)) == code
    assert codes.normalised(f" {code[:4]}-{code[4:]} ") == code
    assert codes.normalised(code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == code


@given(st.text(max_size=80))
def test_whatever_is_typed_is_nine_digits_or_nothing(text: str) -> None:
    found = codes.normalised(text)
    assert found is None or (len(found) == 9 and found.isascii() and found.isdigit())


@pytest.mark.parametrize(
    "text", ["", "12345678", "1234567890", "12345678a", "١٢٣٤٥٦٧٨٩", "〇23456789", "a" * 500, "\x00" * 9]
)
def test_what_is_no_code(text: str) -> None:
    assert codes.normalised(text) is None


def test_codes_differ_and_are_shown_in_threes() -> None:
    assert len({codes.new_code() for _ in range(200)}) > 195
    assert codes.grouped("384920617") == "384 920 617"


# --- matching ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张 三", "张三"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("Ｌｉ Ｍｉｎｇ", "li ming"),
        ("䶮浩然", "䶮浩然"),
        ("𫖯", "𫖯"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert matching.same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("", ""), ("张三", "张山"), ("张三", ""), (" ", "　")])
def test_names_that_are_not_the_same(one: str, other: str) -> None:
    assert not matching.same_name(one, other)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=8), st.lists(st.text(min_size=1, max_size=8)))
def test_name_and_number_are_both_needed(name: str, phone: str, listed: list[str]) -> None:
    both = matching.matches(name=name, phone_digest=phone, owner_name=name, owner_digests=[*listed, phone])
    assert both == matching.same_name(name, name)
    assert not matching.matches(name=name, phone_digest=phone, owner_name=f"{name}x", owner_digests=[phone])
    assert not matching.matches(
        name=name, phone_digest=phone, owner_name=name, owner_digests=[one for one in listed if one != phone]
    )
    assert not matching.matches(name=name, phone_digest="", owner_name=name, owner_digests=[""])


# --- households -------------------------------------------------------------------------------------------------------
def test_who_invites_whom() -> None:
    allowed = {
        (one, other)
        for one in ("owner", "family", "tenant", "stranger")
        for other in ("owner", "family", "tenant")
        if household.may_invite(one, other)
    }
    assert allowed == {("owner", "family"), ("owner", "tenant"), ("family", "family"), ("tenant", "family")}


def test_only_the_owner_ends_a_tenants_stay() -> None:
    relations = ("owner", "family", "tenant", None)
    assert [
        (own, other)
        for own in relations
        for other in ("owner", "family", "tenant")
        if household.may_end(own_relation=own, relation=other)
    ] == [("owner", "tenant")]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [(None, "last_day_missing"), (TODAY - timedelta(days=1), "last_day_past"), (date(2046, 6, 3), "last_day_far")],
)
def test_a_tenant_needs_a_last_day(asked: date | None, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        household.last_day("tenant", asked=asked, own=None, today=TODAY)


@given(
    st.sampled_from(["family", "tenant"]),
    st.dates(TODAY, household.farthest(TODAY)),
    st.one_of(st.none(), st.dates(TODAY, date(2060, 1, 1))),
)
def test_nobody_stays_longer_than_who_let_them_in(invited: str, asked: date, own: date | None) -> None:
    found = household.last_day(invited, asked=asked, own=own, today=TODAY)
    assert own is None or (found is not None and found <= own)
    assert invited != "tenant" or (found is not None and found <= asked)
    assert invited != "family" or found == own


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_a_lease_lasts_twenty_years_at_most_also_from_a_leap_day(today: date) -> None:
    last = household.farthest(today)
    assert last.year == today.year + 20
    assert (last.month, last.day) in {(today.month, today.day), (2, 28)}


@given(
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=30))),
)
def test_a_reminder_is_due_two_days_after_the_last_word(waited: timedelta, since: timedelta | None) -> None:
    now = datetime(2026, 6, 2, 2, tzinfo=UTC)
    reminded = None if since is None else now - since
    due = household.reminder_due(claimed_at=now - waited, reminded_at=reminded, now=now)
    assert due == ((waited if since is None else since) >= timedelta(days=2))
