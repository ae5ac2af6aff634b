"""How rows are locked: so that nobody who only refers to a row waits for whoever works on it."""

import re

from tests.conftest import ROOT

CALL = re.compile(r"select_for_update\(((?:[^()]|\([^()]*\))*)\)")


def test_a_row_is_locked_without_its_key() -> None:
    """A row that refers to the locked one is checked at the commit, behind every head: it would wait there in a ring.

    Two officers closed a vote while ballots came in: each ballot's reference to the box waited for the officer, who waited
    for the box's tip. ``FOR NO KEY UPDATE`` keeps everyone else who works on the row out, and lets references pass.
    """
    calls = [
        (path.relative_to(ROOT), one[1])
        for path in sorted((ROOT / "src").rglob("*.py"))
        for one in CALL.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(calls) > 100
    assert [str(path) for path, arguments in calls if "no_key=True" not in arguments] == []
