"""The literal lines: what comes in, what goes out, what is refused as no case, and what only contradicts itself."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from elections import words
from elections.records import MAX_LINE, answer, answer_line, dump
from elections.rules.cases import CHOICES, PLAN
from elections.rules.verdicts import OUTCOMES
from tests.elections.votes import election, figure, given, motion, record

SRC = Path(__file__).resolve().parents[2] / "src" / "elections"


def test_a_motion_to_the_letter() -> None:
    line = (
        '{"id":"a-1","matter":"use_fund","on":"2024-05-01","jurisdiction":"yongkang","roll":{"voters":1500,"area":"150000.00"},'
        '"cast":{"for":{"voters":700,"area":"72000.5"},"against":{"voters":298,"area":"27881.18"}}}'
    )
    found, good = answer_line(line)
    text = found.pop("text_zh")
    assert good
    assert found == {
        "id": "a-1",
        "rule_set": "civil-code",
        "outcome": "no_quorum",
        "participation": {
            "voters": {"have": 998, "of": 1500, "bar": "2/3", "met": False, "short_by": 2},
            "area": {"have": "99881.68", "of": "150000.00", "bar": "2/3", "met": False, "short_by": "118.32"},
        },
        "approval": {
            "voters": {"have": 700, "of": 998, "bar": "1/2", "met": True, "short_by": 0},
            "area": {"have": "72000.50", "of": "99881.68", "bar": "1/2", "met": True, "short_by": "0.00"},
        },
        "inconsistencies": [],
        "reasons": ["participation_voters_short", "participation_area_short", "decides_nothing"],
    }
    assert text.splitlines()[0] == "使用维修资金（第五项）：参与表决不足法定比例。"
    assert "还差 2 户 / 118.32 平方米。" in text
    assert text.splitlines()[-1] == "依据：《民法典》第二百七十八条（以参与表决的业主为基数）。"


def test_an_election_to_the_letter() -> None:
    case = election(
        100, 70, [("甲", 60, "6000"), ("乙", 36, "4000.25"), ("丙", 35, "5000")], 1, plan={"by_election": True}
    )
    case["candidates"][0]["party_member"] = True
    found = record(case)
    found.pop("text_zh")
    assert found == {
        "id": "t",
        "rule_set": "civil-code",
        "outcome": "passed",
        "participation": {
            "voters": {"have": 70, "of": 100, "bar": "2/3", "met": True, "short_by": 0},
            "area": {"have": "7000.00", "of": "10000.00", "bar": "2/3", "met": True, "short_by": "0.00"},
        },
        "approval": {
            "voters": None,
            "area": None,
            "candidates": [
                {
                    "name": "甲",
                    "voters": {"have": 60, "of": 70, "bar": "1/2", "met": True, "short_by": 0},
                    "area": {"have": "6000.00", "of": "7000.00", "bar": "1/2", "met": True, "short_by": "0.00"},
                },
                {
                    "name": "乙",
                    "voters": {"have": 36, "of": 70, "bar": "1/2", "met": True, "short_by": 0},
                    "area": {"have": "4000.25", "of": "7000.00", "bar": "1/2", "met": True, "short_by": "0.00"},
                },
                {
                    "name": "丙",
                    "voters": {"have": 35, "of": 70, "bar": "1/2", "met": False, "short_by": 1},
                    "area": {"have": "5000.00", "of": "7000.00", "bar": "1/2", "met": True, "short_by": "0.00"},
                },
            ],
        },
        "elected": [{"name": "甲", "rank": 1, "voters": 60, "area": "6000.00"}],
        "alternates": [{"name": "乙", "rank": 2, "voters": 36, "area": "4000.25"}],
        "ratio": {"base": "members", "have": 1, "of": 1, "met": True},
        "inconsistencies": [],
        "reasons": ["more_votes_than_seats"],
    }


def test_keys_come_in_the_order_of_the_format() -> None:
    case = election(100, 70, [("甲", 60, "6000")], 1, silent={"rule": "participation", "voters": 3, "area": "3"})
    case["candidates"][0]["party_member"] = True
    assert list(record(case)) == [
        "id", "rule_set", "outcome", "participation", "approval", "elected", "alternates", "without_silent", "ratio",
        "inconsistencies", "reasons", "text_zh",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["0", "0.0001", "118.32", "118.3200", "999999999999.9999", "7.50000000"])
def test_areas_as_decimal_strings(text: str) -> None:
    found = record(given("other", roll=figure(1, "999999999999.9999"), participating=figure(1, text), cast={}))
    assert found["participation"]["area"]["have"] == {
        "0": "0.00", "118.3200": "118.32", "7.50000000": "7.50"
    }.get(text, text)  # fmt: skip


def test_numbers_are_read_by_their_digits() -> None:
    """A JSON number is taken as it is written; floating point would make 0.1 + 0.2 more than 0.3."""
    line = (
        '{"id":1,"matter":"other","roll":{"voters":3,"area":0.9},'
        '"cast":{"for":{"voters":2,"area":0.3},"against":{"voters":1,"area":0.3}}}'
    )
    found, good = answer_line(line)
    assert good
    assert found["participation"]["area"] == {
        "have": "0.60",
        "of": "0.90",
        "bar": "2/3",
        "met": True,
        "short_by": "0.00",
    }


@pytest.mark.parametrize(
    ("line", "code", "field", "identity"),
    [
        ("{", "not_json", "", None),
        ('{"id": "a", "matter": ', "not_json", "", "a"),
        ('{"id": 7, "matter": nul}', "not_json", "", 7),
        ("[1]", "not_an_object", "", None),
        ("null", "not_an_object", "", None),
        ('{"id":"a","id":"b"}', "duplicate_key", "id", "a"),
        ('{"id":"a"}', "matter_missing", "matter", "a"),
        ('{"id":"a","matter":"sell"}', "unknown_matter", "matter", "a"),
        ('{"id":"a","matter":["other"]}', "unknown_matter", "matter", "a"),
        ('{"id":{"a":1},"matter":"other"}', "bad_id", "id", None),
        ('{"id":"a","matter":"other","on":"5.1"}', "not_a_date", "on", "a"),
        ('{"id":"a","matter":"other","on":"2024-02-30"}', "not_a_date", "on", "a"),
        ('{"id":"a","matter":"other","on":20240501}', "not_a_date", "on", "a"),
        ('{"id":"a","matter":"other","jurisdiction":3301}', "not_a_text", "jurisdiction", "a"),
        ('{"id":"a","matter":"other","roll":[]}', "not_an_object", "roll", "a"),
        ('{"id":"a","matter":"other","roll":{"voters":-1}}', "out_of_range", "roll.voters", "a"),
        ('{"id":"a","matter":"other","roll":{"voters":12.5}}', "not_a_whole_number", "roll.voters", "a"),
        ('{"id":"a","matter":"other","roll":{"voters":"12"}}', "not_a_whole_number", "roll.voters", "a"),
        ('{"id":"a","matter":"other","roll":{"voters":true}}', "not_a_whole_number", "roll.voters", "a"),
        ('{"id":"a","matter":"other","roll":{"area":"1,000"}}', "not_an_area", "roll.area", "a"),
        ('{"id":"a","matter":"other","roll":{"area":"-3"}}', "not_an_area", "roll.area", "a"),
        ('{"id":"a","matter":"other","roll":{"area":"1e3"}}', "not_an_area", "roll.area", "a"),
        ('{"id":"a","matter":"other","roll":{"area":"1.00001"}}', "not_an_area", "roll.area", "a"),
        ('{"id":"a","matter":"other","roll":{"area":"１２"}}', "not_an_area", "roll.area", "a"),
        ('{"id":"a","matter":"other","roll":{"area":NaN}}', "not_json", "NaN", "a"),
        ('{"id":"a","matter":"other","cast":{"for":3}}', "not_an_object", "cast.for", "a"),
        ('{"id":"a","matter":"other","cast":{"for":{"voters_pct":"half"}}}', "not_a_percentage", "cast.for.voters_pct", "a"),
        ('{"id":"a","matter":"other","silent":{"rule":"always"}}', "unknown_silent_rule", "silent.rule", "a"),
        ('{"id":"a","matter":"elect","seats":0}', "out_of_range", "seats", "a"),
        ('{"id":"a","matter":"elect","candidates":{}}', "not_a_list", "candidates", "a"),
        ('{"id":"a","matter":"elect","candidates":[{"voters":3}]}', "name_missing", "candidates[0].name", "a"),
        (
            '{"id":"a","matter":"elect","candidates":[{"name":"甲","party_member":"是"}]}',
            "not_yes_or_no", "candidates[0].party_member", "a",
        ),
        ('{"id":"a","matter":"elect","plan":{"order_by":"age"}}', "unknown_choice", "plan.order_by", "a"),
        ('{"id":"a","matter":"elect","plan":{"by_election":1}}', "unknown_choice", "plan.by_election", "a"),
        ('{"id":"a","matter":"elect","plan":{"ratio_value":"3/2"}}', "not_a_share", "plan.ratio_value", "a"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_case(line: str, code: str, field: str, identity: Any) -> None:
    found, good = answer_line(line.encode())
    assert not good
    nothing = {"voters": None, "area": None}
    assert found == {
        "id": identity,
        "rule_set": None,
        "outcome": "refused",
        "participation": nothing,
        "approval": nothing,
        "error": {"code": code, "field": field},
        "inconsistencies": [],
        "reasons": ["malformed"],
        "text_zh": words.in_chinese(words.malformed_words, code, field),
    }


def test_candidates_of_a_motion_are_said_to_be_left_out() -> None:
    """A motion with candidates is decided by its votes for and against; nobody should think that they were heard."""
    case = {**motion(900, 700, 500), "candidates": [{"name": "甲", **figure(700, "70000")}], "seats": 1}
    found = record(case)
    assert (found["outcome"], found["reasons"], "elected" in found) == ("passed", ["fields_ignored"], False)
    assert record({**motion(900, 700, 500), "candidates": None, "seats": None})["reasons"] == []


def test_nothing_makes_it_fall_over() -> None:
    for line in (b"\xff\xfe{", b"[" * 200_000, b'{"id":"' + b"a" * MAX_LINE + b'"}', b'{"a":' + b"9" * 6000 + b"}"):
        found, good = answer_line(line)
        assert (found["outcome"], good) == ("refused", False)
    assert answer_line(b'\xef\xbb\xbf{"id":1,"matter":"other"}')[1]
    lone = dump(answer_line('{"id":"\\ud800","matter":"other"}')[0])
    assert json.loads(lone.encode())["id"] == "\ud800"


def parts(abstain: dict[str, Any] | None = None, **printed: str) -> dict[str, Any]:
    found = {"for": {**figure(500, "50000"), **printed}, "against": figure(200, "20000")}
    return found if abstain is None else {**found, "abstain": abstain}


@pytest.mark.parametrize(
    ("change", "code", "where", "have", "of"),
    [
        ({"participating": figure(901, "80000")}, "participating_above_roll", "participating", 901, 900),
        ({"participating": figure(699, "80000")}, "parts_above_participating", "cast", 700, 699),
        ({"participating": figure(701, "70000"), "cast": parts(abstain=figure(0))}, "parts_do_not_add_up", "cast", 700, 701),
        ({"roll": figure(699, "90000")}, "parts_above_roll", "cast", 700, 699),
        ({"cast": parts(abstain=figure(0, "3"))}, "area_without_owners", "cast.abstain", "3.00", "0.00"),
        ({"cast": parts(voters_pct="55.56")}, "percentage_on_wrong_base", "cast.for", "55.56%", "71.43%"),
        ({"cast": parts(area_pct="61")}, "percentage_does_not_match", "cast.for", "61%", "71%"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_listed_and_not_repaired(
    change: Any, code: str, where: str, have: Any, of: Any
) -> None:
    found = record({**motion(900, 700, 500), **change})
    told = [(one["code"], one["where"], one["have"], one["of"]) for one in found["inconsistencies"]]
    assert told == [(code, where, have, of)]
    assert "figures_contradict" in found["reasons"]
    # The figures stand as they were given.
    published = change.get("participating", {}).get("voters")
    if published is not None:
        assert found["participation"]["voters"]["have"] == published


def test_candidates_that_contradict_themselves() -> None:
    case = election(1000, 700, [("甲", 701, "50000"), ("甲", 400, "40000")], 5)
    told = [(one["code"], one["where"]) for one in record(case)["inconsistencies"]]
    assert told == [("candidate_above_participating", "candidates[0]"), ("same_name_twice", "candidates[0]")]
    unknown = {**case, "participating": {}, "candidates": [{"name": "甲", "voters": 1001}]}
    assert [one["code"] for one in record(unknown)["inconsistencies"]] == ["candidate_above_roll"]


def test_percentages_right_in_all_but_the_last_place_are_not_held_against_anyone() -> None:
    for printed in ("71.42", "71.43", "71.44", "71.4", "71", "71.43%"):
        cast = {"for": {**figure(500, "50000"), "voters_pct": printed}, "against": figure(200, "20000")}
        assert record({**motion(900, 700, 500), "cast": cast})["inconsistencies"] == []
    took_part = {"participating": {**figure(700, "70000"), "voters_pct": "77.78"}}
    assert record({**motion(900, 700, 500), **took_part})["inconsistencies"] == []


def test_fields_of_nobody_are_said_to_be_ignored() -> None:
    found = record({**motion(900, 700, 500), "note": "x", "roll": {**figure(900, "90000"), "homes": 3}})
    assert found["reasons"] == ["fields_ignored"]
    assert found["outcome"] == "passed"
    assert record({**motion(900, 700, 500), "jurisdiction": "亚特兰蒂斯"})["reasons"] == ["jurisdiction_unknown"]
    undated = motion(900, 700, 500)
    undated.pop("on")
    assert (record(undated)["rule_set"], record(undated)["reasons"]) == ("civil-code", ["day_not_given"])
    assert record({**undated, "on": "2020"})["rule_set"] == "pre-2021"


def test_text_is_chinese_whatever_language_is_active() -> None:
    from django.utils.translation import override

    with override("en"):
        assert answer(motion(900, 700, 500))[0]["text_zh"].startswith("其他重大事项（第九项）：通过。")


def literals(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_has_its_words() -> None:
    """Whatever the rules can say is in the one module of words, and nothing there is said by nobody."""
    said = set().union(*(literals(path) for path in (SRC / "rules").glob("*.py")))
    assert set(words.OUTCOMES) == set(OUTCOMES)
    assert set(words.CHOICES) == set(CHOICES)
    assert set(words.REMEDIES) == set(PLAN["tie_remedy"])
    assert set(words.ORDERS) == set(PLAN["order_by"])
    assert set(words.BASES) == set(PLAN["ratio_base"])
    built = {"candidate_above_participating", "candidate_above_roll", "seats_even"}
    for table in (words.REASONS, words.INCONSISTENCIES):
        assert {code for code in table if code not in said | built} == set()
    own = {"not_json", "too_long", "duplicate_key", "too_many_cases"}
    assert {code for code in words.MALFORMED if code not in said | own} == set()


def test_no_floating_point_anywhere() -> None:
    """No literal, no conversion, no true division: areas are integers of 0.0001 square metres."""
    found = []
    for path in [*SRC.rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
            named = isinstance(node, ast.Name) and node.id in {"float", "round"}
            powered = isinstance(node, ast.Attribute) and node.attr in {"sqrt", "truediv"}
            if (literal or division or named or powered) and path.name != "apps.py":
                found.append((path.name, getattr(node, "lineno", 0), ast.unparse(node)))
    # pathlib's own slash joins folders.
    assert [one for one in found if "FILE" not in one[2] and ".parent" not in one[2]] == []


def test_rules_import_nothing_but_python() -> None:
    allowed = {
        *("collections", "dataclasses", "datetime", "difflib", "functools", "json", "pathlib", "re", "typing"),
        *("unicodedata", "elections"),
        # The days of a poll: plain rules of the floors below.
        *("calendar", "calendars", "publicity"),
    }
    for path in (SRC / "rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = (
                [node.module]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            assert {str(name).split(".")[0] for name in modules} <= allowed, path.name
