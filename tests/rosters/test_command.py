"""``manage.py roster``: a case in, a roster or a judgement out, without a database, a server or a secret."""

import json
import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rosters.records import MAX_LINE, answer, answer_line
from rosters.rules.reading import read_case, written_duties
from rosters.rules.rotation import rotate
from rosters.words import FINDINGS, PROBLEMS
from tests.rosters.months import NAMES, month

ROOT = Path(__file__).resolve().parents[2]
ROSTER = written_duties(rotate(read_case(month(9))))


def run(given: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "roster", *arguments],
        input=given,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=False,
    )


def said(given: dict[str, Any]) -> dict[str, Any]:
    found, fine = answer(given, None)
    assert fine
    return found


@pytest.mark.parametrize("environment", [{}, {"GONGZHI_FORM": "served"}, {"PYTHONIOENCODING": "ascii", "LANG": "C"}])
def test_it_needs_no_database_and_no_setting(environment: dict[str, str]) -> None:
    case = json.dumps(month(9, id="九人"), ensure_ascii=False)
    done = run(f"{case}\n\n{{}}\n".encode(), "--rotation", **environment)
    assert (done.returncode, done.stderr) == (1, b"")
    made, refused = (json.loads(one) for one in done.stdout.decode().splitlines())
    assert (made["id"], made["outcome"], made["by"], len(made["roster"])) == ("九人", "complete", "rotation", 186)
    assert (refused["outcome"], refused["error"]) == (
        "refused",
        {"code": "not_a_month", "field": "month", "clause": ""},
    )


def test_its_answers_pass_the_separate_program(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(month(number)) for number in (9, 12)), encoding="utf-8")
    made = run(b"", "--file", str(cases), "--seconds", "4")
    assert made.returncode == 0
    checked = subprocess.run(
        [sys.executable, "tests/rosters/recheck.py"], input=made.stdout, cwd=ROOT, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_the_separate_program_says_what_is_wrong() -> None:
    made = said(month(9))
    made["roster"] = [one for one in made["roster"] if one["date"] != "2026-12-09"]
    checked = subprocess.run(
        [sys.executable, "tests/rosters/recheck.py"],
        input=json.dumps(made).encode(),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (checked.returncode, len(checked.stdout.splitlines())) == (1, 3)


def test_too_few_people_in_words() -> None:
    found = said({**month(7), "task": "arithmetic"})
    assert found["outcome"] == "short"
    assert found["text_zh"] == (
        "消防控制室：本月需要 186 人次（1488 小时），不加班至少 9 人，加满加班也要 8 人；"
        "现有 7 人，缺 2 人；无论怎么排，至少有 11 人次空着。"
    )


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (month(8), "现有 8 人，缺 1 人，只能靠加班排满。"),
        (month(9), "现有 9 人，够。"),
        (month(1, of="2026-02"), "至少有 144 人次空着。\n每天要 6 人，最多的一天也只有 1 人能来。"),
        (month(0), "没有一个人能上这个岗（证书、岗位、请假），186 人次全部空着。"),
    ],
)
def test_the_arithmetic_in_words(given: dict[str, Any], ends: str) -> None:
    assert said({**given, "task": "arithmetic"})["text_zh"].endswith(ends)


def test_nobody_certified_and_somebody_away_all_of_february() -> None:
    given = month(9, of="2026-02")
    given["people"][0]["leave"] = [{"from": "2026-02-01", "to": "2026-02-28"}]
    made = said(given)
    assert made["outcome"] == "complete"
    assert not any(one["person"] == NAMES[0] for one in made["roster"])
    for one in given["people"]:
        one["grade"] = None
    none = said(given)
    assert (none["outcome"], none["roster"], none["open"]) == ("short", [], 168)
    assert "没有有效证书、不能进消防控制室值班：赵师傅、钱师傅" in none["text_zh"]


def test_gaps_stand_by_date_and_shift() -> None:
    made = said(month(7))
    gaps = [one for one in made["violations"] if one["code"] == "short"]
    assert sum(one["of"] - one["have"] for one in gaps) == made["open"] >= 11
    assert all(one["date"] and one["shift"] and one["clause"] for one in gaps)


def test_a_roster_that_was_made_elsewhere_is_judged() -> None:
    assert said({**month(9), "task": "check", "roster": ROSTER})["outcome"] == "complete"
    swapped = [{**one, "person": NAMES[0]} if one["date"] == "2026-12-03" else one for one in ROSTER]
    judged = said({**month(9), "task": "check", "roster": swapped})
    assert judged["outcome"] == "against_rules"
    assert {one["code"] for one in judged["violations"] if one["binding"] != "note"} >= {"two_in_a_day", "short"}
    assert "赵师傅一天排了两个班：12月3日 消防控制室" in judged["text_zh"]
    assert "（劳动法第三十六条）。" in judged["text_zh"]


def test_a_sick_call_is_mended_and_told() -> None:
    absent = [{"person": NAMES[1], "from": "2026-12-14", "to": "2026-12-18"}]
    mended = said({**month(9), "task": "mend", "roster": ROSTER, "since": "2026-12-14", "absent": absent})
    assert [one for one in mended["roster"] if one["date"] < "2026-12-14"] == [
        one for one in ROSTER if one["date"] < "2026-12-14"
    ]
    assert mended["changes"]
    assert {one["date"] for one in mended["changes"]} <= {f"2026-12-{n}" for n in range(14, 32)}
    assert "钱师傅换成" in mended["text_zh"]
    again = said({**mended["input"], "task": "mend", "roster": mended["roster"], "since": "2026-12-14"})
    assert (again["changes"], again["text_zh"].splitlines()[0]) == ([], "没有变动。")


def test_the_input_is_kept_with_every_answer_and_makes_the_same_again() -> None:
    first = said(month(10))
    again = said(first["input"])
    assert {**again, "id": None} == {**first, "id": None}
    assert len(first["digest"]) == 64
    assert first["standards"] == "2026-11"


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"task": "dance"}, "unknown_task", "task：不知道要做什么"),
        ({"task": ["make"]}, "unknown_task", "task：不知道要做什么"),
        (
            {"rules": {"days_in_row": 7}},
            "looser_than_law",
            "rules.days_in_row：比规定宽，不能采用（劳动法第三十八条）。",
        ),
        ({"task": "mend", "roster": [], "since": "2027-01-01"}, "not_this_month", "since：不在这个月里。"),
        ({"task": "mend", "roster": []}, "not_a_date", "since：不是日期"),
        ({"month": "十二月"}, "not_a_month", "month：不是月份"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(change: dict[str, Any], code: str, says: str) -> None:
    found, fine = answer({**month(9), **change}, None)
    assert not fine
    assert (found["outcome"], found["error"]["code"]) == ("refused", code)
    assert found["text_zh"].startswith(says)


def test_lines_that_are_no_json() -> None:
    assert answer_line(b"nothing", None)[0]["error"]["code"] == "not_json"
    assert answer_line(b"\xff{}", None)[0]["error"]["code"] == "not_json"
    assert answer_line("[" * 100_000, None)[0]["error"]["code"] == "not_json"
    assert answer_line(b"[]", None)[0]["error"]["code"] == "not_an_object"
    assert answer_line(b" " * (MAX_LINE + 1), None)[0]["error"]["code"] == "too_long"


def test_every_code_of_a_refusal_has_words() -> None:
    from rosters.rules import reading

    text = Path(reading.__file__).read_text(encoding="utf-8")
    codes = {part.split('"')[1] for part in text.split("Malformed(")[1:] if part.startswith('"')}
    assert codes <= set(PROBLEMS)
    checker = Path(reading.__file__).with_name("checking.py").read_text(encoding="utf-8")
    assert all(f'"{code}"' in checker for code in FINDINGS)


def test_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(json.dumps(month(9)).encode()), encoding="utf-8"))
    out = StringIO()
    call_command("roster", "--rotation", stdout=out)
    assert json.loads(out.getvalue())["outcome"] == "complete"
    with pytest.raises(CommandError):
        call_command("roster", "--file", "/nowhere/at/all")
