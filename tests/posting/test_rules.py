"""The plain rules: labels, clocks, who and until when, gaps."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posting.rules import clocks, jobs
from posting.rules.gaps import Found, gaps
from posting.rules.labels import ALPHABET, BODY, check_sign, grouped, new_code, normalised

NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
bodies = st.text(ALPHABET, min_size=BODY, max_size=BODY)


@given(bodies, st.integers(0, BODY), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_caught(body: str, at: int, sign: str) -> None:
    code = body + check_sign(body)
    wrong = code[:at] + sign + code[at + 1 :]
    assert normalised(wrong) == (code if wrong == code else "")


@given(bodies, st.integers(0, BODY - 2))
def test_two_neighbours_swapped_are_caught(body: str, at: int) -> None:
    code = body + check_sign(body)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert normalised(swapped) == (code if swapped == code else "")


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_nothing(typed: str) -> None:
    found = normalised(typed)
    assert found == "" or normalised(grouped(found).lower()) == found


def test_codes_are_new() -> None:
    assert len({new_code() for _ in range(200)}) == 200


moments = st.integers(946_684_800, 3_800_000_000).map(lambda n: datetime.fromtimestamp(n, UTC))


@given(moments, st.none() | moments, moments)
def test_nothing_happens_after_it_was_heard_of(device_at: datetime, device_now: datetime | None, at: datetime) -> None:
    offset = clocks.offset_seconds(device_now, at)
    assert clocks.happened(device_at, offset, at) <= at


@given(st.integers(-40_000, 40_000), st.integers(0, 40_000))
def test_a_wrong_clock_is_put_right_whatever_it_said(wrong: int, ago: int) -> None:
    wrong_now = NOW + timedelta(seconds=wrong)
    offset = clocks.offset_seconds(wrong_now, NOW)
    assert clocks.happened(wrong_now - timedelta(seconds=ago), offset, NOW) == NOW - timedelta(seconds=ago)


@pytest.mark.parametrize(
    ("speaker", "firm", "side"),
    [
        ("community", True, "community"),
        ("street", True, "community"),
        ("committee", True, "company"),
        ("company", True, "company"),
        ("committee", False, "community"),
        ("company", False, "community"),
    ],
)
def test_who_goes_round(speaker: str, *, firm: bool, side: str) -> None:
    assert jobs.side_for(speaker, has_company=firm) == side


@pytest.mark.parametrize(
    ("kind", "job", "hours"),
    [("urgent", "post", 4), ("publicity", "post", 24), ("notice", "post", 48), ("urgent", "take_down", 48)],
)
def test_until_when(kind: str, job: str, hours: int) -> None:
    assert jobs.due_for(kind, job, NOW) == NOW + hours * HOUR


def kinds(found: list[Found], **given_: datetime | None) -> list[tuple[str, datetime, datetime | None]]:
    ends = given_.get("ends")
    return [(one.kind, one.since, one.until) for one in gaps(found, due_at=NOW, ends_at=ends, now=NOW + 10 * DAY)]


def test_gaps_are_told() -> None:
    assert kinds([]) == [("never", NOW, None)]
    assert kinds([], ends=NOW + DAY) == [("never", NOW, NOW + DAY)]
    assert kinds([], ends=NOW - DAY) == []
    assert kinds([Found(NOW - HOUR, "posted")]) == []
    assert kinds([Found(NOW + HOUR, "posted")]) == [("late", NOW, NOW + HOUR)]
    hung = [Found(NOW - HOUR, "posted"), Found(NOW + DAY, "hanging"), Found(NOW + 3 * DAY, "missing")]
    assert kinds(hung) == [("missing", NOW + 3 * DAY, None)]
    assert gaps(hung, due_at=NOW, ends_at=None, now=NOW + 10 * DAY)[0].seen == NOW + DAY
    again = [*hung, Found(NOW + 5 * DAY, "posted")]
    assert kinds(again) == [("missing", NOW + 3 * DAY, NOW + 5 * DAY)]
    assert kinds([*again, Found(NOW + 8 * DAY, "taken_down")], ends=NOW + 7 * DAY) == [
        ("missing", NOW + 3 * DAY, NOW + 5 * DAY)
    ]
    assert kinds([*again, Found(NOW + 8 * DAY, "taken_down")])[1] == ("missing", NOW + 8 * DAY, None)


found_things = st.lists(
    st.builds(
        Found,
        st.integers(-48, 240).map(lambda n: NOW + n * HOUR),
        st.sampled_from(["posted", "hanging", "missing", "damaged"]),
    )
)


@given(found_things, st.none() | st.integers(0, 240).map(lambda n: NOW + n * HOUR))
def test_gaps_never_overlap_and_never_leave_the_time(found: list[Found], ends: datetime | None) -> None:
    found = sorted(found, key=lambda one: one.at)
    told = gaps(found, due_at=NOW, ends_at=ends, now=NOW + 10 * DAY)
    assert all(one.days(NOW + 10 * DAY) >= 1 for one in told)
    assert sum(one.until is None for one in told) <= 1
    missing = [one for one in told if one.kind == "missing"]
    assert all(a.until is not None and a.until <= b.since for a, b in pairwise(missing))
    if not any(one.result == "posted" for one in found):
        assert [one.kind for one in told] in ([], ["never"])
