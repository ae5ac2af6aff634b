"""Polls over REST: the list, one with stages and days, the masked roll; who reads which, and what it costs."""

from typing import Any

import pytest
from django.utils import timezone

from elections import actions
from elections.actions import Draft
from tests.elections.conftest import do, fixed, opened, owned
from tests.elections.test_polls_pages import _own_stages  # noqa: F401  a fixture
from tests.elections.test_roll_pages import more_homes
from tests.world import CANARY, World

AT = "/api/v1/compounds/here/polls/"


def test_an_officer_reads_polls_with_their_stages_and_days(world: World, sign_in: Any) -> None:
    side = world.here
    poll, made = fixed(side, kind="decision", title="更换电梯")
    do(actions.word_items, side, poll, items=[Draft("rebuild", "更换 1 幢电梯", also=("use_fund",))])
    officer = sign_in(side, "officer")
    (row,) = officer.get(AT).json()["results"]
    assert (row["ref"], row["state"], row["kind"]) == (poll.ref, "roll_fixed", "decision")
    assert officer.get(f"{AT}?box=past").json()["results"] == []
    whole = officer.get(f"{AT}{poll.ref}/").json()
    marks = {one["key"]: one["mark"] for one in whole["stages"]}
    assert (marks["freeze"], marks["items"]) == ("done", "done")
    assert "call" in marks
    days = {one["key"]: one for one in whole["days"]}
    assert days["notice"]["article"] == "《物业管理条例》（2018年文本）第十四条"
    assert (whole["items"][0]["matter"], whole["items"][0]["also"]) == ("rebuild", ["use_fund"])
    assert (whole["roll"]["fingerprint"], whole["roll"]["voters"]) == (made.fingerprint, made.voters)
    assert officer.get(f"{AT}nothing/").status_code == 404


def test_members_read_the_masked_roll_and_a_firm_nothing(world: World, sign_in: Any) -> None:
    side = world.here
    owned(side, 3, "欧阳建国")
    poll, made = fixed(side, kind="decision")
    resident, manager = sign_in(side, "resident"), sign_in(side, "manager")
    roll = f"{AT}{poll.ref}/roll/"
    assert resident.get(roll).status_code == 404
    do(actions.publish_roll, side, poll, now=timezone.now())
    found = resident.get(roll).json()
    assert (found["count"], found["area"]) == (len(side.homes), f"{made.area // 10000}.{made.area % 10000:04d}")
    assert found["rows"][3]["owners"] == "欧阳**"
    assert "欧阳建国" not in resident.get(roll).content.decode()
    assert resident.get(f"{roll}?q=202").json()["rows"][0]["address"] == "1幢1单元202"
    assert resident.get(f"{roll}?q=欧阳&page=99").json()["rows"] == []
    for address, code in ((AT, 403), (f"{AT}{poll.ref}/", 404), (roll, 404)):
        assert manager.get(address).status_code == code
    assert resident.get(AT).status_code == 403


def test_the_next_compound_is_not_there(world: World, sign_in: Any) -> None:
    there, _ = fixed(world.there, kind="decision")
    officer = sign_in(world.here, "officer")
    for address in (f"{AT}{there.ref}/", f"{AT}{there.ref}/roll/", f"/api/v1/compounds/there/polls/{there.ref}/"):
        assert officer.get(address).status_code == 404
    assert CANARY not in officer.get(AT).content.decode()


@pytest.mark.usefixtures("_own_stages")
@pytest.mark.parametrize("length", [1, 30])
def test_rest_asks_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    more_homes(side, length)
    poll, _ = fixed(side, kind="decision")
    do(actions.word_items, side, poll, items=[Draft("other", f"第{n}件事") for n in range(length)])
    for number in range(length - 1):
        opened(side, title=f"第{number}次")
    do(actions.publish_roll, side, poll, now=timezone.now())
    officer = sign_in(side, "officer")
    counts = {}
    for name, address in (("list", AT), ("one", f"{AT}{poll.ref}/"), ("roll", f"{AT}{poll.ref}/roll/")):
        officer.get(address)
        with statements() as seen:
            answer = officer.get(address)
        assert answer.status_code == 200
        counts[name] = len(seen)
    assert counts == {"list": 8, "one": 13, "roll": 11}
