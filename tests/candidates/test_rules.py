"""Make-up of groups by place, grounds, the order of a ballot: properties and real cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.rules.grounds import GROUNDS, grounds_of
from candidates.rules.makeup import Seat, ends_on, findings
from candidates.rules.order import drawn, same_names
from candidates.rules.windows import mark, nominating, review_due
from candidates.words import GROUNDS as GROUND_WORDS
from elections.rules.jurisdictions import find, parameters

NOW = date(2026, 6, 2)
CHAIR = Seat("胡明", "street", chair=True)


def codes(place: str, members: list[Seat], on: date = NOW) -> list[str]:
    return [one.code for one in findings(members, parameters(place, on))]


def group(owners: int, *others: Seat) -> list[Seat]:
    return [CHAIR, *others, *(Seat(f"业主{n}", "owner") for n in range(owners))]


@pytest.mark.parametrize(
    ("place", "members", "said"),
    [
        ("national", group(2), []),
        ("national", group(1), ["even"]),
        ("national", group(4, Seat("楼", "party"), Seat("应", "residents")), []),
        # Three of seven is not half: 指导规则 Art. 10 asks for at least half.
        ("national", group(3, Seat("楼", "party"), Seat("应", "residents"), Seat("程", "police")), ["owners_below_half"]),
        ("taizhou", group(2), ["too_few"]),
        ("taizhou", group(4, *(Seat(f"其他{n}", "other") for n in range(4))), ["owners_below_half"]),
        ("lishui", group(14), ["too_many"]),
        ("huzhou", group(12), ["too_many"]),
        # 深圳 Art. 20: seven to ten, no odd number asked, seats for police, Party and developer.
        ("shenzhen", group(6), ["seat_missing", "seat_missing", "seat_missing"]),
        ("shenzhen", group(4, Seat("警", "police"), Seat("党", "party"), Seat("建", "developer")), []),
        ("national", [Seat("胡", "party", chair=True), *group(2)[1:]], ["chair_not_street"]),
        ("national", [Seat("甲", "owner"), Seat("乙", "owner"), Seat("丙", "street")], ["no_chair"]),
        ("national", [CHAIR, Seat("楼", "street", chair=True), *group(3)[1:]], ["two_chairs"]),
        ("national", [CHAIR, Seat("甲", "owner", registered=False), Seat("乙", "owner", registered=True)], ["not_in_register"]),
    ],
)  # fmt: skip
def test_the_make_up_by_place(place: str, members: list[Seat], said: list[str]) -> None:
    assert codes(place, members) == said


@given(st.integers(0, 20), st.integers(0, 20))
def test_half_of_the_owners_is_enough_and_one_less_is_not(owners: int, others: int) -> None:
    members = group(owners, *(Seat(f"其他{n}", "other") for n in range(others)))
    assert ("owners_below_half" in codes("national", members)) == (2 * owners < len(members) or owners == 0)
    assert ("even" in codes("national", members)) == (len(members) % 2 == 0)


def test_ninety_days_and_their_extension() -> None:
    assert ends_on(NOW, parameters("national", NOW)) == date(2026, 8, 31)
    assert ends_on(NOW, parameters("yongjia", NOW), extended=True) == date(2026, 10, 30)
    assert ends_on(NOW, parameters("shaoxing", NOW), extended=True) == date(2026, 11, 29)
    with pytest.raises(ValueError, match="no extension"):
        ends_on(NOW, parameters("national", NOW), extended=True)


def test_every_ground_has_words_and_belongs_to_a_place() -> None:
    assert set(GROUND_WORDS) == {one.code for one in GROUNDS}
    here = find("national")
    shanghai, yongjia, hangzhou = find("shanghai"), find("yongjia"), find("hangzhou")
    assert here
    assert shanghai
    assert yongjia
    assert hangzhou
    assert [one.code for one in grounds_of(here)] == [
        "not_owner", "capacity", "law_abiding", "duties", "ability", "rules",
    ]  # fmt: skip
    assert "unpaid_fee" in {one.code for one in grounds_of(shanghai)}
    assert "unpaid_fee" not in {one.code for one in grounds_of(yongjia)}
    assert "employed_by_firm" in {one.code for one in grounds_of(yongjia)}
    assert {"own_rules", "rules"} & {one.code for one in grounds_of(hangzhou)} == {"own_rules"}


@given(st.lists(st.text(min_size=1), unique=True, max_size=12), st.text(min_size=4), st.randoms())
def test_a_lot_depends_on_nothing_but_the_word_and_who_stands(refs: list[str], seed: str, chance: object) -> None:
    mixed = list(refs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert drawn(refs, seed) == drawn(mixed, seed)
    assert same_names(drawn(refs, seed), refs)


def test_a_lot_can_be_drawn_again_with_bare_sha_256() -> None:
    # sha256("gongzhi.slate.1\0" + word + "\0" + ref), smallest first.
    assert drawn(["aaa", "bbb", "ccc"], "8888") == ["bbb", "aaa", "ccc"]
    assert len({tuple(drawn(["aaa", "bbb", "ccc"], str(word))) for word in range(1000, 1100)}) == 6


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_nobody_is_left_out_or_put_twice(refs: list[str]) -> None:
    assert not same_names(refs[:-1], refs)
    assert not same_names([*refs, refs[0]], refs)


def test_days_of_nominations_count_at_both_ends() -> None:
    last = date(2026, 6, 15)
    days = {
        day: nominating(day, starts=NOW, ends=last, opened=True)
        for day in (date(2026, 6, 1), NOW, last, date(2026, 6, 16))
    }
    assert list(days.values()) == [False, True, True, False]
    assert not nominating(NOW, starts=NOW, ends=last, opened=False)
    assert review_due(NOW, 7) == date(2026, 6, 9)


def test_a_stage_over_its_day_is_late_whatever_else() -> None:
    assert mark(done=False, open_=True, due=NOW, today=date(2026, 6, 3), blocked=True) == "late"
    assert mark(done=True, open_=True, due=NOW, today=date(2026, 6, 3)) == "done"
    assert mark(done=False, open_=True, due=NOW, today=NOW, blocked=True) == "blocked"
    assert mark(done=False, open_=False, due=None, today=NOW) == "later"
