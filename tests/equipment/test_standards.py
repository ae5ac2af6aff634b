"""What the file of standards says, that it cannot say nonsense, and that a compound may only be stricter."""

import copy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from equipment.rules import removal
from equipment.rules.cadence import CADENCES, is_looser
from equipment.rules.due import NOT_YET, OVERDUE, dues, is_new, step
from equipment.rules.standards import (
    FILE,
    PLACES,
    StandardsError,
    Tighter,
    asked_of,
    lives_of,
    looser,
    read,
    standards,
)

KINDS = sorted(standards().kinds)
UNITS = sorted(standards().units)


def _every(kind: str, duty: str, place: str = "ordinary", subtype: str = "", unit: str = "other", **own: Any) -> str:
    found = {one.duty: one.every for one in asked_of(kind, place=place, subtype=subtype, unit=unit, **own)}
    return found[duty]


def test_the_facts_of_the_standards() -> None:
    # GB 50444-2008 5.2.1, 5.2.2: monthly, in basements and boiler rooms every half month.
    assert _every("extinguisher", "check", subtype="dry_powder") == "month"
    assert _every("extinguisher", "check", "basement", "dry_powder") == "half_month"
    assert _every("extinguisher", "check", "boiler_room", "dry_powder") == "half_month"
    # GB 25201-2010 6.1 and Order 5 Art. 34.
    assert _every("indoor_hydrant", "patrol") == "week"
    assert _every("indoor_hydrant", "patrol", unit="high_rise") == "day"
    assert _every("indoor_hydrant", "patrol", unit="key_unit") == "day"
    # GB 50974-2014 14.0.4: each test of a pump is a duty of its own.
    pump = {one.duty: one.every for one in asked_of("fire_pump", place="ordinary", subtype="electric", unit="other")}
    assert pump == {"patrol": "week", "auto_start": "week", "manual_start": "month", "flow": "quarter"}
    assert "fuel" in {one.duty for one in asked_of("fire_pump", place="ordinary", subtype="diesel", unit="other")}
    # GB 51251-2017 ch. 9, GB 50877-2014 8.0.5-8.0.7.
    assert _every("smoke_damper", "each") == "half_year"
    assert _every("fire_shutter", "below") == "day"
    assert _every("fire_door", "release", subtype="held_open") == "year"
    # Scrap: GB 55036-2022 10.0.8, GA 95, GB 29837-2013.
    ages = {
        one: [life.first for life in lives_of("extinguisher", subtype=one) if life.what == "scrap"]
        for one in ("water_based", "dry_powder", "clean_gas", "co2", "co2_gas_cylinder")
    }
    assert ages == {"water_based": [6], "dry_powder": [10], "clean_gas": [10], "co2": [12], "co2_gas_cylinder": [12]}
    assert [life.first for life in lives_of("detector", subtype="smoke") if life.what == "scrap"] == [12]


def test_what_nobody_read_is_marked_so() -> None:
    found = {one.duty: one.confirmed for one in asked_of("indoor_hydrant", place="ordinary", subtype="", unit="other")}
    assert found == {"patrol": True, "check": False, "yearly_test": True}
    assert all(one.clause for kind in standards().kinds.values() for one in kind.cadences if one.confirmed)


@given(st.sampled_from(KINDS), st.sampled_from(PLACES), st.sampled_from(UNITS), st.data())
def test_the_strictest_of_law_and_compound_wins_and_nothing_is_loosened(
    kind: str, place: str, unit: str, data: st.DataObject
) -> None:
    subtype = data.draw(st.sampled_from(["", *standards().kinds[kind].subtypes]))
    law = {one.duty: one.every for one in asked_of(kind, place=place, subtype=subtype, unit=unit)}
    words = [
        Tighter(kind, duty, data.draw(st.sampled_from(["", *PLACES])), every=data.draw(st.sampled_from(CADENCES)))
        for duty in data.draw(st.lists(st.sampled_from(sorted(law) or ["patrol"]), max_size=4))
    ]
    for one in asked_of(kind, place=place, subtype=subtype, unit=unit, own=words):
        said = [word.every for word in words if word.subject == one.duty and word.place in {"", place}]
        assert not is_looser(one.every, law[one.duty])
        assert one.every in {law[one.duty], *said}
        assert all(not is_looser(one.every, word) for word in said)
        assert one.own == (one.every != law[one.duty])


@given(st.sampled_from(UNITS), st.sampled_from(CADENCES), st.sampled_from(["", *PLACES]))
def test_a_looser_word_is_refused_with_its_clause(unit: str, every: str, place: str) -> None:
    why = looser(Tighter("extinguisher", "check", place, every=every), unit=unit)
    halves = place in {"basement", "boiler_room", "yard", "crowded"}
    if is_looser(every, "half_month" if halves else "month"):
        assert why is not None
        assert (why.standard, why.clause) == (
            ("half_month", "GB 50444 5.2.2") if halves else ("month", "GB 50444 5.2.1")
        )  # fmt: skip
    else:
        assert why is None


def test_a_longer_life_is_refused_with_its_clause() -> None:
    why = looser(Tighter("extinguisher", "scrap", years=12, subtype="dry_powder"), unit="other")
    assert why is not None
    assert (why.code, why.standard, why.clause) == ("longer", "10", "GB 55036 10.0.8")
    assert looser(Tighter("extinguisher", "scrap", years=8, subtype="dry_powder"), unit="other") is None
    # For all of them it must not be longer than the shortest.
    assert looser(Tighter("extinguisher", "scrap", years=8), unit="other") is not None
    why = looser(Tighter("extinguisher", "service", years=4, then=3, subtype="dry_powder"), unit="other")
    assert why is not None
    assert (why.code, why.standard) == ("longer_then", "2")
    own = [Tighter("extinguisher", "scrap", years=8, subtype="dry_powder")]
    shortened = {one.what: one.first for one in lives_of("extinguisher", subtype="dry_powder", own=own)}
    assert shortened == {"service": 5, "scrap": 8}
    untouched = {one.what: one.first for one in lives_of("extinguisher", subtype="co2", own=own)}
    assert untouched == {"service": 5, "scrap": 12}
    # Where the standard has one life for every subtype, the compound's word on one of them holds for that one.
    own = [Tighter("detector", "scrap", years=10, subtype="smoke")]
    assert looser(own[0], unit="other") is None
    found = {
        one: [life.first for life in lives_of("detector", subtype=one, own=own) if life.what == "scrap"]
        for one in ("smoke", "heat")
    }
    assert found == {"smoke": [10], "heat": [12]}


@pytest.mark.parametrize(
    "word",
    [
        Tighter("bicycle", "check", every="day"),
        Tighter("extinguisher", "polish", every="day"),
        Tighter("extinguisher", "check", "roof", every="day"),
        Tighter("extinguisher", "check", every="fortnight"),
        Tighter("extinguisher", "battery", years=1),
        Tighter("extinguisher", "scrap", years=0),
    ],
)
def test_what_no_standard_knows_is_not_a_word(word: Tighter) -> None:
    with pytest.raises(KeyError):
        looser(word, unit="other")


def _broken(change: Any) -> dict[str, Any]:
    given = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(given)
    return copy.deepcopy(given)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file["kinds"][0]["cadences"][0].update(every="fortnight"),
        lambda file: file["kinds"][0]["cadences"][0].update(source="hearsay"),
        lambda file: file["kinds"][0]["cadences"][0].update(act="dance"),
        lambda file: file["kinds"][0]["cadences"][1].update(places=["roof"]),
        lambda file: file["kinds"][0]["cadences"][1].update(clause=""),
        lambda file: file["kinds"][0]["cadences"][2].update(act="test"),
        lambda file: file["kinds"][0]["lives"][0].update(first=0),
        lambda file: file["kinds"][0]["lives"][0].update(subtypes=["soap"]),
        lambda file: file["kinds"][0]["items"][0].update(severity="awful"),
        lambda file: file["kinds"][0]["items"].append(file["kinds"][0]["items"][0]),
        lambda file: file["kinds"].append(file["kinds"][0]),
        lambda file: file["units"]["other"].update(every="sometimes"),
        lambda file: file["removal"].update(share="4/1"),
        lambda file: file.pop("visits"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(change: Any) -> None:
    with pytest.raises(StandardsError):
        read(_broken(change))


def _dues(subtype: str, made: date | None, served: date | None = None) -> dict[str, date | None]:
    lives = lives_of("extinguisher", subtype=subtype)
    found = dues(lives, {"made_on": made}, {"service": served})
    return {one.what: one.on for one in found}


def test_when_an_extinguisher_is_due() -> None:
    made = date(2020, 2, 29)
    assert _dues("dry_powder", made) == {"service": date(2025, 2, 28), "scrap": date(2030, 2, 28)}
    assert _dues("dry_powder", made, date(2025, 3, 1)) == {"service": date(2027, 3, 1), "scrap": date(2030, 2, 28)}
    # The last service would come after the end: there is none.
    assert _dues("dry_powder", made, date(2029, 3, 1)) == {"scrap": date(2030, 2, 28)}
    assert _dues("water_based", made, date(2023, 3, 1)) == {"service": date(2024, 3, 1), "scrap": date(2026, 2, 28)}
    # Without a date of making it is never taken for new.
    assert _dues("dry_powder", None) == {"service": None, "scrap": None}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
def test_each_step_is_told_once_on_the_way(on: date, left: int) -> None:
    today = date.fromordinal(on.toordinal() - left)
    found = step(on, today)
    assert found == (OVERDUE if left < 0 else 7 if left <= 7 else 30 if left <= 30 else 90 if left <= 90 else NOT_YET)
    assert is_new(on, today, NOT_YET) == (left <= 90)
    assert not is_new(on, today, found)


def test_a_program_that_slept_tells_the_latest_step_only() -> None:
    on = date(2026, 12, 31)
    told, said = NOT_YET, []
    for today in (date(2026, 9, 1), date(2026, 10, 5), date(2026, 12, 30), date(2027, 1, 5), date(2027, 1, 6)):
        if is_new(on, today, told):
            told = step(on, today)
            said.append(told)
    assert said == [90, 7, OVERDUE]


@given(st.integers(0, 400), st.integers(0, 100), st.integers(1, 100), st.integers(0, 100))
def test_never_more_than_a_quarter_is_away(total: int, away: int, going: int, lent: int) -> None:
    allowed = removal.may_go(total=total, away=away, going=going, lent=lent)
    assert allowed == ((away + going - lent) * 4 <= total)
    assert removal.most_away(3) == 0
    assert removal.most_away(8) == 2
