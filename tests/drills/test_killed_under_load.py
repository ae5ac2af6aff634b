"""kill -9 of the web process and of PostgreSQL while residents file: nothing acknowledged is lost, nothing is there twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import ROOT
from tests.drills.load import Load, Resident
from tests.frontdoor.waiting import FREE_PORT, clean_environment, eventually, fetch, postmaster
from tests.journeys.server import Portal, running, seeded

pytestmark = pytest.mark.drill
PEOPLE = {"刘雪梅": "wangjiang", "欧阳子轩": "wangjiang", "林佩云": "ziwei", "叶长根": "nanyuan"}
SOME = 20  # acknowledged before the blow, and again after it


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """One state directory for the file: every drill starts a portal on it, whatever the one before left."""
    return seeded(shared, tmp_path_factory.mktemp("drill") / "state")


def load(portal: Portal) -> Load:
    return Load([Resident(portal.address, name, code) for name, code in PEOPLE.items()])


def check(portal: Portal, done: Load) -> None:
    """What must hold after any blow."""
    assert done.failures == []
    kept = dict(portal.rows("SELECT words, count(*) FROM repairs_request WHERE words LIKE 'drill %%' GROUP BY words"))
    assert {words: kept.get(words, 0) for words in done.acknowledged if kept.get(words) != 1} == {}
    assert [words for words, times in kept.items() if times != 1] == []
    assert [found for found in done.acknowledged.values() if len(found) != 1] == []
    # Every request has its first event and its entry in the audit chain, and none twice.
    assert (
        portal.rows(
            "SELECT r.words FROM repairs_request r LEFT JOIN repairs_event e ON e.request_id = r.id AND e.action = 'file' "
            "WHERE r.words LIKE 'drill %%' GROUP BY r.id, r.words HAVING count(e.id) <> 1"
        )
        == []
    )
    # What was taken in hand by a process that died is taken up again when its time is over; here that time is now.
    portal.rows("UPDATE messaging_message SET next_try_at = now() WHERE state IN ('queued', 'sending', 'failed')")
    waiting = "SELECT count(*) FROM messaging_message WHERE state IN ('queued', 'sending', 'failed')"
    eventually(lambda: portal.value(waiting) == 0, within=60, what="an empty outbox")
    verified = subprocess.run(
        [sys.executable, "-m", "config.embedded", "exec", "--", sys.executable, "manage.py", "verify_audit"],
        cwd=ROOT,
        env=clean_environment(STATE_DIR=str(portal.state), GONGZHI_FORM="embedded"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_web_process_is_killed(state: Path, tmp_path: Path) -> None:
    port = FREE_PORT()
    with running(state, tmp_path / "first", port=port, sweeping=False) as portal:
        done = load(portal)
        with done:
            eventually(lambda: done.count() >= SOME or done.failures, within=40, what="some requests")
            os.kill(portal.program.process.pid, signal.SIGKILL)
            portal.program.process.wait(10)
            reached = done.count()
            with running(state, tmp_path / "second", port=port) as again:
                eventually(lambda: done.count() >= reached + SOME or done.failures, within=60, what="more of them")
                done.stop()
                assert done.interrupted, "the blow met no request"
                check(again, done)


def test_postgresql_is_killed(state: Path, tmp_path: Path) -> None:
    with running(state, tmp_path / "output") as portal:
        done = load(portal)
        with done:
            eventually(lambda: done.count() >= SOME or done.failures, within=40, what="some requests")
            os.kill(postmaster(state), signal.SIGKILL)
            eventually(lambda: "PostgreSQL went down" in portal.program.said(), within=30, what="the watch")
            eventually(
                lambda: fetch(int(portal.address.rsplit(":", 1)[1]), "/readyz")[0] == 200, within=30, what="ready"
            )
            reached = done.count()
            eventually(lambda: done.count() >= reached + SOME or done.failures, within=60, what="more of them")
        check(portal, done)  # whoever asked while it was down may have been made to wait, and never saw an error
