"""Who counts and how much: one owner a part, one buyer of several, the developer as one, co-owners as one."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules.bases import DEVELOPER, Scope, Unit, area_of, base, overlapping
from elections.rules.delegates import Delegation, NotRepresented, cast, stands_against
from elections.rules.jurisdictions import parameters, rows
from elections.rules.measures import Figures

NOW = date(2026, 11, 21)
NATION = parameters("national", NOW)
ONE = 1_000_000  # 100 square metres


def unit(ref: str, *owners: str, area: int = ONE, **also: Any) -> Unit:
    return Unit(ref, {"register": area}, frozenset(owners), **also)


def test_one_owner_a_part_and_one_buyer_of_several_is_one() -> None:
    found = base(
        [unit("101", "王"), unit("102", "李"), unit("103", "王"), unit("104", "张", "赵"), unit("105", "赵", "张")],
        NATION,
    )
    assert found.figures == Figures(3, 5 * ONE)
    assert {one.holder: (one.units, one.area) for one in found.rights} == {
        "owners:王": (("101", "103"), 2 * ONE),
        "owners:李": (("102",), ONE),
        "owners:张、赵": (("104", "105"), 2 * ONE),
    }


def test_a_couple_with_a_home_each_is_proposed_and_never_merged() -> None:
    units = [unit("101", "张"), unit("102", "张", "赵"), unit("103", "赵"), unit("104", "钱")]
    assert base(units, NATION).figures == Figures(4, 4 * ONE)
    assert overlapping(units) == (("101", "102"), ("102", "103"))


def test_the_developer_is_one_with_what_is_unsold_and_what_is_not_handed_over() -> None:
    units = [unit("101"), unit("102"), unit("103", "王", handed_over=False), unit("104", "李")]
    found = base(units, NATION)
    assert found.figures == Figures(2, 4 * ONE)
    assert found.rights[0].holder == DEVELOPER
    assert found.rights[0].area == 3 * ONE


def test_parking_is_out_by_default_and_in_where_the_rules_say_so() -> None:
    units = [
        unit("101", "王"),
        unit("车1", "王", kind="parking", area=130_000),
        unit("车2", "李", kind="parking", area=130_000),
    ]
    assert base(units, NATION).figures == Figures(1, ONE)
    settled = {**{name: NATION[name] for name in NATION.rows}, "parking_in_area": True}
    assert base(units, settled).figures == Figures(1, ONE + 260_000)
    assert base(units, {**settled, "parking_in_heads": True}).figures == Figures(2, ONE + 260_000)


def test_ningbo_counts_title_certificates() -> None:
    ningbo = parameters("ningbo", NOW)
    units = [
        unit("101", "王", certificate="a"),
        unit("102", "王", certificate="b"),
        unit("103", "王", certificate="b"),
        unit("104", "王"),
    ]
    assert base(units, ningbo).figures == Figures(3, 4 * ONE)
    assert base(units, NATION).figures == Figures(1, 4 * ONE)


def test_area_by_register_then_survey_then_contract() -> None:
    one = Unit("101", {"contract": 3, "surveyed": 2})
    assert area_of(one, NATION) == ("surveyed", 2)
    assert area_of(Unit("101", {"contract": 3, "register": 1, "surveyed": 2}), NATION) == ("register", 1)
    # 温州 Art. 9: the register is binding.
    assert area_of(one, parameters("wenzhou", NOW)) is None
    unmeasured = base([unit("101", "王"), Unit("102", {}, frozenset({"李"}))], NATION)
    assert unmeasured.unmeasured == ("102",)
    assert unmeasured.figures == Figures(2, None)


def test_scope_by_building_and_entrance_and_parts_that_a_matter_does_not_concern() -> None:
    units = [unit(f"{b}-{e}", f"{b}{e}", building=b, entrance=e) for b in ("1幢", "2幢") for e in ("1单元", "2单元")]
    assert base(units, NATION).figures.voters == 4
    assert base(units, NATION, scope=Scope(buildings=frozenset({"1幢"}))).figures.voters == 2
    assert base(units, NATION, scope=Scope(entrances=frozenset({("2幢", "1单元")}))).figures.voters == 1
    assert base(units, NATION, excluded=frozenset({"1幢-1单元"})).figures.voters == 3
    assert "1幢" not in Scope()


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁戊"), st.integers(1, 10**7)), max_size=30))
def test_merging_parts_of_one_buyer_keeps_the_area_and_never_adds_an_owner(parts: list[tuple[str, int]]) -> None:
    units = [unit(str(number), owner, area=area) for number, (owner, area) in enumerate(parts)]
    found = base(units, NATION).figures
    assert found == Figures(len({owner for owner, _ in parts}), sum(area for _, area in parts))
    assert base(units[::-1], NATION).figures == found


def test_delegates_carry_the_weight_of_those_behind_them() -> None:
    """温州 Art. 11; 指导规则 Art. 28: an owner's own opinion stays their own."""
    one, two = Figures(1, ONE), Figures(1, 2 * ONE)
    found = cast(
        [
            Delegation("甲", "for", {"王": one, "李": two, "张": one}, {"李": "against"}, frozenset({"张"})),
            Delegation("乙", "abstain", {"赵": two}, {}),
        ]
    )
    assert found == {
        "for": Figures(1, ONE), "against": Figures(1, 2 * ONE), "abstain": Figures(1, 2 * ONE), "invalid": Figures(0, 0)
    }  # fmt: skip
    with pytest.raises(NotRepresented):
        cast([Delegation("甲", "for", {"王": one}, {}), Delegation("乙", "for", {"王": one}, {})])
    with pytest.raises(NotRepresented):
        cast([Delegation("甲", "for", {"王": one}, {"李": "for"})])
    with pytest.raises(ValueError, match="maybe"):
        cast([Delegation("甲", "maybe", {"王": one}, {})])


def test_objections_below_one_third_let_a_delegates_decision_stand() -> None:
    """丽水 Art. 13: exactly a third is not below it."""
    whole = Figures(300, 300 * ONE)
    assert stands_against(Figures(99, 99 * ONE), whole) is True
    assert stands_against(Figures(100, 99 * ONE), whole) is False
    assert stands_against(Figures(99, 100 * ONE), whole) is False
    assert stands_against(Figures(99, None), whole) is None


def test_no_place_lets_parking_weigh_without_a_head() -> None:
    """The box knows no right that is area alone (docs/decisions/polls.md): a place that asks for one must be built first."""
    named = {
        (row.jurisdiction, row.name, row.value) for row in rows() if row.name in {"parking_in_area", "parking_in_heads"}
    }
    assert {value for _place, _name, value in named} == {False}
