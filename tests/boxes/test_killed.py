"""A worker that opens ballots is killed in the middle, really: another goes on, counts nothing twice, and the record holds."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from boxes.actions import counting
from boxes.models import Opened, Opening, Result
from boxes.queries import results
from config.environment import ROOT
from documents.models import StoredFile
from elections.models import Poll
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, closed, opened
from tests.boxes.test_counting import checked, record_of
from tests.boxes.test_crowd import crowded
from tests.world import World

OWNERS = 60
# The worker of the portal, which stops at a point, says so, and waits to be killed.
WORKER = """
import sys
from datetime import datetime

import django

django.setup()
from boxes import opener
from boxes.actions import counting

compound, opening, where, now = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], datetime.fromisoformat(sys.argv[4])
counting.SAY_EVERY = opener.BLOCK = 10
real_told, real_publish = counting.open_all, counting.publish_record


def stop(*_args):
    print("here", flush=True)
    sys.stdin.readline()


def opening_all(*args, told, **given):
    def heard(done):
        told(done)
        if where == "opening" and done >= 30:
            stop()

    return real_told(*args, told=heard, **given)


def publishing(*args, **given):
    real_publish(*args, **given)
    if where == "writing":
        stop()


counting.open_all, counting.publish_record = opening_all, publishing
counting.count(compound_id=compound, opening_id=opening, processes=1, now=now)
"""


def killed(running: Running, opening: Opening, database: str, where: str) -> None:
    """Start a worker, let it come to a point, and kill it there with everything that it has open."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(running.side.compound.pk), str(opening.pk), where, AFTER.isoformat()],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={
            **os.environ, "DATABASE_URL": f"{server}/{database}", "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        },
    ) as worker:  # fmt: skip
        assert worker.stdout is not None
        assert worker.stdout.readline() == "here\n"
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL


@pytest.mark.parametrize("where", ["opening", "writing"])
def test_a_killed_count_is_gone_on_with_and_counts_nothing_twice(
    world: World, committed_db: str, tmp_path: Path, where: str
) -> None:
    from boxes import actions

    side = world.here
    running, keys = crowded(side, OWNERS)
    item = running.items[0].key
    with scope(side.compound.pk):
        for number, right in enumerate(keys):
            actions.put_in(
                poll=running.poll, right=right, choices={item: "for" if number % 3 else "against"}, now=DURING
            )
    closed(running)
    opening = opened(running)
    killed(running, opening, committed_db, where)

    def rows() -> dict[str, Any]:
        with scope(side.compound.pk):
            of = {"compound": side.compound}
            return {
                "opened": Opened.objects.filter(**of).count(),
                "results": Result.objects.filter(**of).count(),
                "records": StoredFile.objects.filter(
                    compound_id=side.compound.pk, purpose__startswith="boxes."
                ).count(),
                "state": Poll.objects.get(pk=running.poll.pk).state,
            }

    with scope(side.compound.pk):
        opening.refresh_from_db()
    # What it said of its way is there for the page; of what it was about to write, nothing.
    assert (opening.state, opening.done >= 30, opening.tries) == ("running", True, 1)
    assert rows() == {"opened": 0, "results": 0, "records": 0, "state": "closed"}
    compound = side.compound.pk
    # Its successor waits until it is sure that the first is gone: progress was said by the clock of the machine.
    later = max(opening.tried_at, AFTER) + counting.SILENT + timedelta(seconds=1)
    with scope(compound):
        assert counting.due(compound_id=compound, now=opening.tried_at + timedelta(seconds=1)) == []
        assert counting.due(compound_id=compound, now=later) == [opening.pk]
    assert counting.count(compound_id=compound, opening_id=opening.pk, processes=1, now=later) == "done"
    assert counting.count(compound_id=compound, opening_id=opening.pk, processes=1, now=later) is None
    assert rows() == {"opened": OWNERS, "results": 1, "records": 1, "state": "counted"}
    with scope(compound):
        choices = results(running.poll)[0].counts["choices"]
        opening.refresh_from_db()
    assert (choices["for"][0], choices["against"][0], opening.done, opening.tries) == (40, 20, OWNERS, 2)
    assert checked(record_of(running), tmp_path)[0] == 0
