"""Where the owners' own rules count silence: fixed in the chain at the opening, counted by both paths, published both ways."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.models import Entry as Audit
from boxes import delivered
from boxes.models import Opening
from boxes.queries import results
from boxes.queries.counting import counted_in_sql
from tenancy.scope import scope
from tests.boxes.conftest import Running, cast, closed, opened, sealed
from tests.boxes.test_counting import checked, count, record_of
from tests.world import World

PLAN = {"silent_text": "送达后没有投票的，计入已投票的多数意见。", "silent_source": "议事规则第八条"}


@pytest.fixture
def proof(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the floors above can prove; a right of nobody is among it."""
    rights = {"nobody"}
    monkeypatch.setattr(delivered, "_asked", {"test": lambda _poll, _box: rights})
    return rights


def silent_of(running: Running) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in running.entries() if one.kind == "silent"]


def voted(world: World, proof: set[str], *, voting: int, rule: str = "majority", **given: Any) -> Running:
    """The first rights vote, one of them with a proven ballot too; all others but the last have proof of delivery."""
    plan = {"silent": rule, **PLAN} if rule != "off" else {}
    running = sealed(world.here, plan=plan, **given)
    item = running.items[0]
    for place in range(voting):
        cast(running, place, {item.key: ["c1", "c2"] if item.seats else "for"})
    proof.update(running.keys[voting - 1 : -1])
    closed(running)
    return running


def test_silence_is_fixed_at_the_opening_and_counted_twice(world: World, proof: set[str], tmp_path: Path) -> None:
    running = voted(world, proof, voting=1, rule="participation")
    quiet = sorted(running.keys[1:-1])
    assert quiet
    assert silent_of(running) == []
    assert count(running, opened(running)) == "done"
    assert silent_of(running) == [{"rule": "participation", "rights": quiet}]
    assert [one.kind for one in running.entries()][-2:] == ["silent", "opened"]
    with scope(world.here.compound.pk):
        found = results(running.poll)[0]
        theirs, _ = counted_in_sql(running.box, first=found.item_key, vote_again=False, silent=True)
        audit = Audit.objects.get(compound=world.here.compound, verb="boxes.open")
    assert found.counts["silent"] == theirs[found.item_key]["silent"]
    assert found.counts["silent"][0] == len(quiet)
    assert audit.changes["silent"] == [None, len(quiet)]
    verdict = found.verdict
    assert verdict["participation"]["voters"]["have"] == 1 + len(quiet)
    assert verdict["without_silent"]["participation"]["voters"]["have"] == 1
    status, said = checked(record_of(running), tmp_path)
    assert (status, "只计实际投票" in said, said.splitlines()[-1]) == (0, True, "全部相符 · everything holds")


def test_off_writes_nothing(world: World, proof: set[str], tmp_path: Path) -> None:
    running = voted(world, proof, voting=1, rule="off")
    assert count(running, opened(running)) == "done"
    assert silent_of(running) == []
    with scope(world.here.compound.pk):
        found = results(running.poll)[0]
    assert set(found.counts) == {"roll", "part", "choices", "names"}
    assert "without_silent" not in found.verdict
    assert b"silent" not in record_of(running)
    assert checked(record_of(running), tmp_path)[0] == 0


def test_a_secret_election_says_both_counts_and_no_right(world: World, proof: set[str], tmp_path: Path) -> None:
    running = voted(world, proof, voting=1, kind="election", secrecy="secret")
    assert count(running, opened(running)) == "done"
    public = json.loads(record_of(running))
    assert public["rules"]["silent"] == "majority"
    assert "without_silent" in public["result"][0]
    assert not any(right in record_of(running).decode() for right in running.keys)
    assert checked(record_of(running, whole=True), tmp_path)[0] == 0


def test_a_box_that_was_opened_before_silence_was_counted(
    world: World, proof: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan says so, the chain does not: the ballots alone are counted, as whoever opened it was told. No rules stood in the
    first entry of such a box."""
    from boxes.actions import opening
    from elections.box import moments

    now = moments.set_up_body

    def before(*given: Any, rules: Any, **more: Any) -> dict[str, Any]:
        body = now(*given, rules=rules, **more)
        assert body.pop("rules") == rules
        return body

    monkeypatch.setattr(moments, "set_up_body", before)
    running = voted(world, proof, voting=1)
    monkeypatch.setattr(opening, "_silent", lambda _box, _poll, _now: {})
    assert count(running, opened(running)) == "done"
    with scope(world.here.compound.pk):
        found = results(running.poll)[0]
    assert "silent" not in found.counts
    assert "without_silent" not in found.verdict
    assert checked(record_of(running), tmp_path)[0] == 0


def test_counts_that_differ_in_silence_alone_publish_nothing(
    world: World, proof: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from boxes.actions import counting

    running = voted(world, proof, voting=1)

    def other(*given: Any, **named: Any) -> Any:
        found, strangers = counted_in_sql(*given, **named)
        for one in found.values():
            one["silent"] = [one["silent"][0] + 1, one["silent"][1]]
        return found, strangers

    monkeypatch.setattr(counting, "counted_in_sql", other)
    opening = opened(running)
    assert count(running, opening) == "refused"
    with scope(world.here.compound.pk):
        assert Opening.objects.get(pk=opening.pk).problem == "counts_differ"
        assert results(running.poll) == []
