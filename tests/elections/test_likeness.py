"""Lines of the register that may be one owner: found by what they share, decided by nobody but a person."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules.likeness import (
    LONG_NAME,
    Group,
    Line,
    NotAPartition,
    _long_names,
    _nearly,
    owners_told_apart,
    plain_name,
    proposals,
)

ALIKE = st.builds(
    Line,
    pk=st.integers(1, 40),
    home=st.integers(1, 8),
    name=st.sampled_from(
        ["张秀英", "张 秀英", "王建国", "王建军", "永康市安居置业有限公司", "永康安居置业有限公司", "", "䶮"]
    ),
    account=st.sampled_from([0, 0, 7, 8]),
    phones=st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True).map(tuple),
)


@pytest.mark.parametrize(
    ("lines", "groups"),
    [
        ([Line(1, 1, "张秀英"), Line(2, 2, "张秀英")], [Group((1, 2), ("name",))]),
        ([Line(1, 1, "张秀英"), Line(2, 2, "张　秀英")], [Group((1, 2), ("name",))]),
        # The same home names two of one name: a father and a son perhaps, and one vote in any case.
        ([Line(1, 1, "张秀英"), Line(2, 1, "张秀英")], []),
        # Short names one character apart are two people.
        ([Line(1, 1, "王建国"), Line(2, 2, "王建军")], []),
        ([Line(1, 1, "王建国", phones=("p",)), Line(2, 2, "王健国", phones=("p",))], [Group((1, 2), ("phone",))]),
        (
            [Line(1, 1, "永康市安居置业有限公司"), Line(2, 2, "永康安居置业有限公司")],
            [Group((1, 2), ("spelling",))],
        ),
        (
            [Line(1, 1, "ＡＢＣ商贸有限公司", account=7), Line(2, 2, "abc商贸有限公司"), Line(3, 3, "李强", account=7)],
            [Group((1, 2, 3), ("account", "name"))],
        ),
        ([Line(1, 1, ""), Line(2, 2, "")], []),
    ],
)
def test_what_is_proposed(lines: list[Line], groups: list[Group]) -> None:
    assert proposals(lines) == groups
    assert proposals(reversed(lines)) == groups


@given(st.lists(ALIKE, unique_by=lambda one: one.pk, max_size=12))
def test_each_line_is_in_one_group_and_whoever_shares_something_is_in_the_same(lines: list[Line]) -> None:
    groups = proposals(lines)
    members = [pk for group in groups for pk in group.lines]
    assert len(members) == len(set(members))
    where = {pk: group for group in groups for pk in group.lines}
    for one in lines:
        for other in lines:
            shared = (
                (one.account and one.account == other.account)
                or set(one.phones) & set(other.phones)
                or (plain_name(one.name) and plain_name(one.name) == plain_name(other.name))
            )
            if shared and one.home != other.home:
                assert where[one.pk] is where[other.pk]
    for group in groups:
        assert len({one.home for one in lines if one.pk in group.lines}) > 1


@given(st.lists(ALIKE, unique_by=lambda one: one.pk, max_size=12))
def test_nobody_is_one_owner_until_somebody_says_so(lines: list[Line]) -> None:
    found = owners_told_apart([one.pk for one in lines], [(group.lines, []) for group in proposals(lines)])
    assert len(set(found.values())) == len(lines)


def test_what_was_said_joins_those_lines_and_no_others() -> None:
    found = owners_told_apart([1, 2, 3, 4, 5], [((1, 2, 3, 4), [(2, 4)])])
    assert found[2] == found[4]
    assert len(set(found.values())) == 4
    for wrong in ([(2, 5)], [(1, 2), (2, 3)], [(1, 1)]):
        with pytest.raises(NotAPartition):
            owners_told_apart([1, 2, 3, 4, 5], [((1, 2, 3, 4), wrong)])


def alike(first: str, second: str) -> bool:
    """The rule itself, asked of every pair."""
    return first in second or second in first or _nearly(first, second)


def joined(names: list[str], pairs: list[tuple[str, str]]) -> set[frozenset[str]]:
    groups = [{name} for name in names]
    for first, second in pairs:
        one, other = (next(group for group in groups if name in group) for name in (first, second))
        if one is not other:
            one |= other
            groups.remove(other)
    return {frozenset(group) for group in groups}


WORDS = st.text(alphabet="永康安居置业有限公司东阳", min_size=6, max_size=14)


@st.composite
def spelled(draw: st.DrawFn) -> list[str]:
    """Names, some of them others with a sign more, fewer, changed, or with something around them."""
    names = draw(st.lists(WORDS, min_size=1, max_size=6))
    for name in list(names):
        place = draw(st.integers(0, len(name) - 1))
        names += draw(
            st.sampled_from(
                [
                    [],
                    [name[:place] + name[place + 1 :]],
                    [name[:place] + "东" + name[place:]],
                    [f"浙江{name}"],
                    [name[::-1]],
                ]
            )
        )
    return names


@given(spelled())
def test_no_pair_is_missed_by_comparing_few(names: list[str]) -> None:
    """Joined by the quick way as by asking every pair."""
    lines = [Line(number, number, name) for number, name in enumerate(names, 1)]
    kept = sorted({name for name in names if len(name) >= LONG_NAME})
    first = {name: names.index(name) + 1 for name in kept}
    naive = [(one, other) for place, one in enumerate(kept) for other in kept[place + 1 :] if alike(one, other)]
    named = {pk: name for name, pk in first.items()}
    found = [(named[one], named[other]) for one, other, _reason in _long_names(lines)]
    assert joined(kept, found) == joined(kept, naive)


def test_thousands_of_companies_are_compared_in_moments() -> None:
    signs = "仁义礼智信温良恭俭让忠孝廉耻勇明德新民至善格物致知诚意正心修身齐家治国平天下"
    draw = random.Random(5)  # noqa: S311
    names = ["永康市" + "".join(draw.choices(signs, k=4)) + "工贸有限公司" for _ in range(1200)]
    lines = [Line(number, number, name) for number, name in enumerate([*names, "永康市仁义礼智工贸有限责任公司"], 1)]
    began = time.perf_counter()
    proposals(lines)
    # Every pair would be seven hundred thousand comparisons, more than a minute.
    assert time.perf_counter() - began < 30
