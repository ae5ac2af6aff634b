"""Tokens, and when a screen is taken for lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from screens import rules

CODES = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,23}\Z")


@given(CODES)
def test_a_token_leads_to_its_compound_and_fits_a_pass(code: str) -> None:
    token = rules.new_token(code)
    assert rules.code_of(token) == code
    assert len(token) <= 100
    assert set(token[len(code) + 1 :]) <= set(rules.ALPHABET)


@given(st.text(max_size=60))
def test_no_other_text_does(text: str) -> None:
    code = rules.code_of(text)
    assert code == "" or text.startswith(f"{code}-")


def test_two_tokens_are_never_one() -> None:
    assert len({rules.new_token("here") for _ in range(1000)}) == 1000


def test_a_screen_is_lost_after_five_minutes() -> None:
    now = datetime(2026, 6, 2, tzinfo=UTC)
    assert not rules.is_lost(None, now)
    assert not rules.is_lost(now - timedelta(minutes=5), now)
    assert rules.is_lost(now - timedelta(minutes=5, seconds=1), now)


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_a_page_is_read_in_bands_that_cover_it(width: int, height: int) -> None:
    bands = rules.bands(width, height)
    assert 1 <= bands <= rules.MOST_BANDS
    assert bands * rules.BAND * width >= height or bands == rules.MOST_BANDS or height <= width
    assert rules.bands(1131, 1600) == 4  # A4
