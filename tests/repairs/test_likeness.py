"""Which open request is offered to whoever is about to file the same thing again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from repairs.rules.likeness import OFFERED, Like, likeliest, order

T0 = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
moments = st.integers(0, 10_000).map(lambda minutes: T0 + timedelta(minutes=minutes))
likes = st.lists(
    st.builds(Like, here=st.booleans(), building=st.booleans(), joined=st.integers(0, 50), since=moments,
              number=st.integers(1, 10**6)),
    unique_by=lambda like: like.number,
)  # fmt: skip


def offered(found: list[Like]) -> list[Like]:
    return likeliest((like, like) for like in found)


@given(likes, st.randoms())
def test_three_at_most_and_nothing_left_out_is_likelier(found: list[Like], random: object) -> None:
    shown = offered(found)
    assert len(shown) == min(OFFERED, len(found))
    assert shown == sorted(shown, key=order)
    assert all(order(left) > order(one) for one in shown for left in found if left not in shown)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert offered(shuffled) == shown


@given(likes.filter(bool))
def test_the_first_has_most_neighbours_of_those_as_near_and_is_the_oldest_of_these(found: list[Like]) -> None:
    first = offered(found)[0]
    near = [like for like in found if (like.here, like.building) == (first.here, first.building)]
    assert first.joined == max(like.joined for like in near)
    assert first.since == min(like.since for like in near if like.joined == first.joined)
    assert first.here or not any(like.here for like in found)


@given(likes.filter(bool), st.integers(1, 60), st.booleans())
def test_neighbours_who_take_the_first_all_gather_in_one(found: list[Like], people: int, again: bool) -> None:
    """However many come after, and although some file all the same: the first stays the first."""
    first = offered(found)[0].number
    for n in range(people):
        shown = offered(found)[0]
        assert shown.number == first
        found = [replace(like, joined=like.joined + 1) if like.number == first else like for like in found]
        if again:
            later = max(like.since for like in found) + timedelta(minutes=1)
            found = [*found, replace(shown, joined=0, since=later, number=10**6 + 1 + n)]


def test_a_lift_out_of_order_is_one_case() -> None:
    oldest = Like(here=False, building=False, joined=12, since=T0, number=1)
    newer = [replace(oldest, joined=n % 2, since=T0 + timedelta(hours=n), number=n) for n in range(2, 9)]
    assert [like.number for like in offered([*newer, oldest])] == [1, 3, 5]
    at_spot = replace(oldest, here=True, joined=0, number=20)
    in_building = replace(oldest, building=True, joined=0, number=21)
    assert [like.number for like in offered([oldest, in_building, *newer, at_spot])] == [20, 21, 1]
