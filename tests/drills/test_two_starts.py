"""Two starts at once on one fresh state directory: one serves, the other says who was first; the state is whole."""

import signal
from pathlib import Path

import pytest

from tests.frontdoor.waiting import FREE_PORT, eventually, fetch, program, sweep
from tests.journeys.server import UP

pytestmark = pytest.mark.drill


def test_two_starts_at_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    ports = (FREE_PORT(), FREE_PORT())
    try:
        with (
            program(tmp_path / "0", "config.run", STATE_DIR=str(state), PORT=str(ports[0]), DEMONSTRATION="0") as one,
            program(tmp_path / "1", "config.run", STATE_DIR=str(state), PORT=str(ports[1]), DEMONSTRATION="0") as other,
        ):
            both = (one, other)
            eventually(
                lambda: (
                    any(UP in each.said() for each in both) and any(each.process.poll() is not None for each in both)
                ),
                within=120,
                what="one that serves and one that gave way",
            )
            first = next(each for each in both if UP in each.said())
            second = other if first is one else one
            assert second.process.wait(10) == 1
            assert f"pid {first.process.pid}, make run" in second.said()
            assert "Traceback" not in first.said() + second.said()
            assert fetch(ports[both.index(first)], "/readyz")[0] == 200
            assert fetch(ports[both.index(second)], "/livez")[0] == 0
            assert first.end(signal.SIGINT) == 0
    finally:
        sweep(state)
