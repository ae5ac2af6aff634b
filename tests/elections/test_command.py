"""``manage.py tally``: a line in, a line out, without a database, a server or a secret."""

import json
import os
import subprocess
import sys
import time
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.elections.votes import election, motion

ROOT = Path(__file__).resolve().parents[2]
GOOD = json.dumps(motion(900, 700, 500), ensure_ascii=False)


def run(given: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """In a process of its own, with nothing of ours around it: what it may ask, it would have to ask for."""
    return subprocess.run(
        [sys.executable, "manage.py", "tally", *arguments],
        input=given,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        {"GONGZHI_FORM": "served"},
        {"PYTHONIOENCODING": "ascii", "LANG": "C"},
        {"DJANGO_SETTINGS_MODULE": "config.settings", "GONGZHI_FORM": "test", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    ],
)  # fmt: skip
def test_it_needs_no_database_and_no_setting(environment: dict[str, str]) -> None:
    done = run(f"{GOOD}\n\n{GOOD}".encode(), **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [one["outcome"] for one in lines(done)] == ["passed", "passed"]
    assert lines(done)[0]["text_zh"].startswith("其他重大事项（第九项）：通过。")


def test_whoever_asks_one_by_one_has_each_answer_before_the_next() -> None:
    with subprocess.Popen(
        [sys.executable, "manage.py", "tally", "--file", "-"],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as asked:  # fmt: skip
        assert asked.stdin is not None
        assert asked.stdout is not None
        for number in range(3):
            asked.stdin.write(json.dumps({**motion(900, 700, 500), "id": number}).encode() + b"\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["id"] == number
        asked.stdin.close()
        assert asked.wait() == 0


def test_a_bad_line_is_answered_in_its_place_and_the_status_says_so() -> None:
    done = run(f'{GOOD}\n{{"id": "b", "matter": 3}}\nnothing\n\xff{GOOD}'.encode("latin-1", "xmlcharrefreplace"))
    assert done.returncode == 1
    assert done.stderr == b""
    assert [one["outcome"] for one in lines(done)] == ["passed", "refused", "refused", "refused"]
    assert lines(done)[1]["id"] == "b"
    assert [one.get("error", {}).get("code") for one in lines(done)] == [None, "unknown_matter", "not_json", "not_json"]


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"\ufeff{GOOD}\r\n{GOOD}\r\n", encoding="utf-8")
    done = run(b"", "--file", str(path))
    assert (done.returncode, len(lines(done))) == (0, 2)
    gone = run(b"", "--file", str(tmp_path / "nowhere"))
    assert (gone.returncode, gone.stdout) == (2, b"")
    assert b"Traceback" not in gone.stderr


def test_nothing_in_nothing_out() -> None:
    assert (run(b"").returncode, run(b"\n \n").stdout) == (0, b"")


def test_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(GOOD.encode()), encoding="utf-8"))
    out = StringIO()
    call_command("tally", stdout=out)
    assert json.loads(out.getvalue())["outcome"] == "passed"
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"{" + b"x" * 2_500_000 + b"\n{}"), encoding="utf-8"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("tally", stdout=out)
    assert ended.value.code == 1
    assert [json.loads(line)["error"]["code"] for line in out.getvalue().splitlines()] == ["too_long", "matter_missing"]
    with pytest.raises(CommandError):
        call_command("tally", "--file", "/nowhere/at/all")


def test_a_thousand_cases_take_no_more_than_two_seconds_of_a_processor() -> None:
    """Start included; the benchmark holds it by the clock on a quiet machine."""
    votes = [(f"{number}号", 600 - number, f"{60_000 - number}.1234") for number in range(9)]
    case = json.dumps(election(1000, 700, votes, 5, jurisdiction="hangzhou"))
    before = os.times()
    began = time.monotonic()
    done = run(f"{case}\n".encode() * 1000)
    after = os.times()
    assert len(lines(done)) == 1000
    assert after.children_user + after.children_system - before.children_user - before.children_system <= 2.0
    assert time.monotonic() - began < 60
