"""``votes``: the ballot box beside what it stands on, and the checker of its record on a whole city quarter's ballots.

Opening is held against PyNaCl's own sealed boxes, receipts against bare hashlib, the checker against the clock and its memory,
and, where Debian's ``belenios-tool`` is there, against its verification and weighted tally of the same kind of vote (by the
ballot: its cost is linear, and two thousand would take it a quarter of an hour). No database.

usage of the processes: python -m benchmarks.votes opening|receipts|record FILE BALLOTS
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.measure import Report, interleave, median, say, wait_for_quiet
from config.environment import ROOT

CHECKER = ROOT / "tools" / "verify_election.py"
RECEIPTS, OPENED, BALLOTS, PEERS = 1_000_000, 20_000, 100_000, 2_000
PEER_BALLOTS = (10, 40)
CANDIDATES, SEATS = 15, 5
CASES = 1_000
DAY = date(2026, 6, 1)


def run(report: Report, *, rounds: int, quick: bool = False) -> None:
    """Everything, each part in a process of its own; ``quick``: a tenth of the ballots."""
    many = BALLOTS // 10 if quick else BALLOTS
    with tempfile.TemporaryDirectory() as folder:
        opening = [_inside("opening") for _ in range(rounds)]
        report.hold(
            "votes: ballots opened a second : PyNaCl alone", median(one["ratio"] for one in opening), 0.87, more=True
        )
        receipts = [_inside("receipts") for _ in range(rounds)]
        report.hold(
            f"votes: root and proofs of {RECEIPTS:,} receipts : bare hashlib",
            median(one["ratio"] for one in receipts),
            1.5,
        )
        say(f"sealing {many:,} ballots")
        record = Path(folder) / "record.jsonl"
        written = _inside("record", str(record), str(many))
        report.hold("votes: the record, a ballot", written["bytes"] / many / 1000, 2.0, unit=" kB")
        checks = [_checked(record) for _ in range(rounds)]
        report.hold(f"votes: the checker on {many:,} ballots", median(one["seconds"] for one in checks), 30, unit=" s")
        report.hold("votes: its memory", max(one["mb"] for one in checks), 300, unit=" MB")
        small = Path(folder) / "small.jsonl"
        ours = _inside("record", str(small), str(PEERS))["verify"] / PEERS
        theirs = _belenios(Path(folder)) if shutil.which("belenios-tool") else None
        if theirs is not None:
            report.hold("votes: verify and tally a ballot, belenios-tool : ours", theirs / ours, 1000, more=True)
        calculator = median(_calculator() for _ in range(3))
        report.hold(f"votes: the calculator on {CASES:,} cases", calculator, 2, unit=" s")
    report.table(
        "votes | ",
        [
            ["opened a second and core: ours", f"{median(one['ours'] for one in opening):,.0f}"],
            ["the same: PyNaCl alone", f"{median(one['bare'] for one in opening):,.0f}"],
            ["tree, s", f"{median(one['tree'] for one in receipts):.2f}"],
            ["all proofs, s", f"{median(one['paths'] for one in receipts):.2f}"],
            ["bare hashlib, s", f"{median(one['bare'] for one in receipts):.2f}"],
            ["verify and tally a ballot: ours, us", f"{ours * 1e6:.0f}"],
            ["the same: belenios-tool, us", f"{theirs * 1e6:,.0f}" if theirs else "not installed"],
        ],
    )


def _inside(*line: str) -> dict[str, Any]:
    wait_for_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.votes", *line],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "config.calculator",
        },
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _checked(record: Path) -> dict[str, float]:
    wait_for_quiet()
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["/usr/bin/env", "python3" if not sys.executable else sys.executable, "-c", _PEAK, str(CHECKER), str(record)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": max(used, time.monotonic() - began), "mb": float(done.stdout.splitlines()[-1])}


# Runs the checker as it is and says afterwards how much memory it took.
_PEAK = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    assert not ended.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def _calculator() -> float:
    cases = "\n".join(
        json.dumps(
            {
                "id": n, "matter": "use_fund", "on": "2026-06-01", "roll": {"voters": 1500, "area": "132000.55"},
                "cast": {"for": {"voters": 900 + n % 200, "area": "80000.11"}, "against": {"voters": 200, "area": "18000"}},
            }
        )
        for n in range(CASES)
    )  # fmt: skip
    wait_for_quiet()
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", "tally"], cwd=ROOT, check=True, input=cases, text=True, stdout=subprocess.DEVNULL
    )
    return time.monotonic() - began


def _belenios(folder: Path) -> float:
    """Seconds a ballot that the peer takes to verify, to sum up under encryption and to open the sums.

    By the difference of two small votes: what it takes whatever their number (the start of its processes, the decryption of the
    sums) is left out, in its favour.
    """

    def took(ballots: int) -> float:
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.belenios_peer", str(ballots), str(CANDIDATES), str(SEATS)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(folder)},
        )
        return float(json.loads(said.stdout.splitlines()[-1])["seconds"])

    say("belenios-tool: " + " and ".join(map(str, PEER_BALLOTS)) + " ballots")
    few, more = (took(ballots) for ballots in PEER_BALLOTS)
    return (more - few) / (PEER_BALLOTS[1] - PEER_BALLOTS[0])


def opening() -> dict[str, float]:
    """Opened and read, beside PyNaCl's sealed boxes alone."""
    from nacl.public import SealedBox

    from elections.box.ballots import Opener, seal

    box, key = _box()
    sealed = [seal(box, _choices(n)) for n in range(OPENED)]
    opener, bare = Opener(box, key), SealedBox(key).decrypt

    def timed(open_one: Callable[[bytes], object]) -> float:
        began = time.process_time()
        for one in sealed:
            open_one(one)
        return OPENED / (time.process_time() - began)

    found = interleave(5, {"ours": lambda: timed(opener), "bare": lambda: timed(bare)})
    return {
        "ours": median(found["ours"]),
        "bare": median(found["bare"]),
        "ratio": median(a / b for a, b in zip(found["ours"], found["bare"], strict=True)),
    }


def receipts() -> dict[str, float]:
    """The tree over a million receipts with every proof, beside hashing alone."""
    from elections.box.tree import Tree

    leaves = [sha256(b"%d" % n).digest() for n in range(RECEIPTS)]
    found: dict[str, list[float]] = {"bare": [], "tree": [], "paths": []}
    for _ in range(3):
        began = time.process_time()
        _bare_root(leaves)
        hashed = time.process_time()
        tree = Tree(leaves)
        grown = time.process_time()
        tree.paths()
        found["bare"].append(hashed - began)
        found["tree"].append(grown - hashed)
        found["paths"].append(time.process_time() - grown)
        del tree
    each = {name: median(values) for name, values in found.items()}
    return {**each, "ratio": (each["tree"] + each["paths"]) / each["bare"]}


def _bare_root(leaves: list[bytes]) -> bytes:
    row = [sha256(b"\x00" + one).digest() for one in leaves]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)] + odd
    return row[0]


def _box() -> tuple[Any, Any]:
    from elections.box import keys
    from elections.box.ballots import Box
    from elections.box.questions import Item

    made = keys.make_key("bench", holders=3)
    item = Item(
        "committee", "elect", "选举", seats=SEATS,
        candidates=tuple((f"c{n}", f"候选人{n}") for n in range(CANDIDATES)),
    )  # fmt: skip
    parts = dict(keys.read_share("bench", made.shares[n]) for n in (1, 2))
    key = keys.open_box(parts, threshold=2, public_key=made.public_key)
    return (Box("bench", (item,), made.public_key), key)


def _choices(number: int) -> dict[str, Any]:
    return {"committee": sorted(f"c{(number * 7 + step * 4) % CANDIDATES}" for step in range(SEATS))}


def record(path: str, ballots: str) -> dict[str, float]:
    """Write the record of a vote; and how long the checker's own function takes on it, without the start of a process."""
    import runpy

    import django

    django.setup()
    from elections import records
    from elections.box import moments
    from elections.box import record as published
    from elections.box.ballots import seal
    from elections.box.chain import Entry, link
    from elections.box.counting import Right
    from elections.box.settling import settle

    box, key = _box()
    count = int(ballots)
    roll = {f"{n:016x}": Right(400_000 + n * 7919 % 1_600_000) for n in range(count)}
    rules = published.Rules(DAY)
    entries: list[Entry] = []

    def put(kind: str, body: dict[str, Any]) -> None:
        at = datetime(2026, 6, 1, tzinfo=UTC).isoformat()
        entries.append(link(entries[-1] if entries else None, kind=kind, at=at, body=body))

    put(
        moments.SET_UP,
        moments.set_up_body(
            box, roll=published.roll_fingerprint(roll), commitments={}, threshold=2, rules=rules.as_data()
        ),
    )
    for n, right in enumerate(roll):
        put("ballot", moments.ballot_body(right, seal(box, _choices(n))))
    put(moments.CLOSED, moments.closed_body(entries))
    put(moments.OPENED, moments.opened_body(key, [1, 2]))
    result = [records.record(one) for one in settle(box, roll=roll, entries=entries, key=key, rules=rules).verdicts]
    with Path(path).open("wb") as written:
        written.writelines(
            line + b"\n" for line in published.lines(box=box, rules=rules, roll=roll, entries=entries, result=result)
        )
    verify = runpy.run_path(str(CHECKER))["verify"]
    took = []
    for _ in range(3 if count <= PEERS else 1):
        with Path(path).open("rb") as stream:
            began = time.process_time()
            wrong, _about = verify(stream)
            took.append(time.process_time() - began)
        if wrong:
            raise RuntimeError(wrong[0])
    return {"bytes": Path(path).stat().st_size, "verify": median(took)}


if __name__ == "__main__":
    part, *more = sys.argv[1:]
    parts: dict[str, Callable[..., Any]] = {"opening": opening, "receipts": receipts, "record": record}
    print(json.dumps(parts[part](*more)))
