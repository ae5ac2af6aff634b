"""Staff read what the resident will be told before they take a step; a resident is shown no such thing."""

from collections.abc import Callable
from typing import Any

import pytest

from messaging import templates
from repairs.messages import SAID_BY_STEP
from repairs.states import MACHINE
from tests.repairs.conftest import bring_to
from tests.world import World


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("submitted", "manager", ("报修已受理", "报修被退回", "报修已派工")),
        ("assigned", "worker", ("师傅已开始处理",)),
        ("working", "worker", ("请确认是否修好",)),
    ],
)
def test_staff_read_it_before_it_goes(world: World, sign_in: Any, state: str, who: str, words: tuple[str, ...]) -> None:
    request = bring_to(world.here, state)
    page = sign_in(world.here, who).get(f"/c/here/repairs/{request.ref}/").content.decode()
    for said in words:
        assert said in page, said
    assert request.number in page


def test_a_resident_is_shown_none(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "awaiting")
    page = sign_in(world.here, "resident").get(f"/c/here/repairs/{request.ref}/").content.decode()
    assert "message-preview" not in page


def test_every_preview_is_of_a_step_and_a_text_that_exist(statements: Callable[[], Any]) -> None:
    steps = {move.action for state in MACHINE.state_values() for move in MACHINE.actions_from(state)}
    assert SAID_BY_STEP.keys() <= steps
    for code in SAID_BY_STEP.values():
        assert templates.find(code).code == code
