"""What officers' own systems read of a vote over REST, from the roll to the results; who reads which, and what it costs."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from ballots.actions.extending import extend
from boxes.actions.counting import count
from elections import actions as polls
from elections.actions import joint
from elections.models import Amendment, Edition
from elections.models.joint import JointStep
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, CLOSES, DURING, Running, cast, closed, opened, sealed
from tests.elections.conftest import do, fixed
from tests.world import CANARY, Side, World

Enter = Any
PARTS = ("roll/editions/", "steps/", "extensions/", "turnout/", "box/", "box/results/")
WRITES = ("post", "put", "patch", "delete")


def where(running: Running | Any, part: str = "") -> str:
    return f"/api/v1/compounds/{running.side.compound.code}/polls/{running.poll.ref}/{part}"


def counted(side: Side) -> Running:
    """A vote that is over and counted, three ballots by phone."""
    running = sealed(side)
    for place in range(3):
        cast(running, place, {running.items[0].key: "for"})
    closed(running)
    opening = opened(running)
    count(compound_id=side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
    return running


def test_the_editions_of_a_roll_with_their_fingerprints_and_corrections(world: World, sign_in: Enter) -> None:
    side = world.here
    poll, first = fixed(side, kind="decision")
    second = do(
        polls.amend, side, poll, number=1, area="90.5", source="register", reason="名册少写", evidence="权证 3 号"
    )  # fmt: skip
    officer: Client = sign_in(side, "officer")
    found = officer.get(f"/api/v1/compounds/here/polls/{poll.ref}/roll/editions/").json()
    assert [(one["edition"], one["fingerprint"], one["units_fingerprint"]) for one in found] == [
        (2, second.fingerprint, second.units_fingerprint), (1, first.fingerprint, first.units_fingerprint),
    ]  # fmt: skip
    (amendment,) = found[0]["amendments"]
    assert (amendment["address"], amendment["changes"]["area"][1], amendment["reason"], amendment["objection"]) == (
        "1幢1单元101", "90.50", "名册少写", "",
    )  # fmt: skip
    assert found[1]["amendments"] == []


def test_a_step_of_two_parties_is_read_and_never_taken_over_rest(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    officer: Client = sign_in(side, "officer")
    do(joint.ask, side, running.poll, step="end_early", reason="全部投完了", now=DURING)
    (row,) = officer.get(where(running, "steps/")).json()
    assert (row["action"], row["state"], row["reason"], row["agreed_at"]) == (
        "end_early",
        "waiting",
        "全部投完了",
        None,
    )
    for method in WRITES:
        assert getattr(officer, method)(where(running, "steps/"), {}).status_code == 405
    with scope(side.compound.pk):
        step = JointStep.objects.get(compound=side.compound)
    do(joint.withdraw, side, running.poll, step_id=step.pk, now=DURING)
    (row,) = officer.get(where(running, "steps/")).json()
    assert (row["state"], row["withdrawn_at"] is None) == ("withdrawn", False)


def test_every_later_end_with_its_notice(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    later = CLOSES + timedelta(days=3)
    do(extend, side, running.poll, closes_at=later, reason="人数不够", now=DURING)
    for who in ("officer", "street", "resident"):
        (row,) = sign_in(side, who).get(where(running, "extensions/")).json()
        assert (row["number"], row["reason"], len(row["notice"])) == (1, "人数不够", 16)


def test_record_and_results_come_with_the_count_and_not_before(world: World, sign_in: Enter) -> None:
    side = world.here
    running = sealed(side)
    cast(running, 0, {running.items[0].key: "for"})
    officer: Client = sign_in(side, "officer")
    # Nothing of what was chosen is anywhere before the count.
    assert (officer.get(where(running, "box/")).json()["download"], officer.get(where(running, "box/results/")).json()) == (
        "", [],
    )  # fmt: skip
    closed(running)
    opening = opened(running)
    assert officer.get(where(running, "box/results/")).json() == []
    count(compound_id=side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
    (result,) = officer.get(where(running, "box/results/")).json()
    assert (result["item"], result["verdict"]["outcome"], result["counts"]["choices"]["for"][0]) == (
        running.items[0].key, "no_quorum", 1,
    )  # fmt: skip
    about = officer.get(where(running, "box/")).json()
    # Whoever recounts need not sign in.
    record = Client().get(urlsplit(about["download"]).path)
    assert (record.status_code, hashlib.sha256(record.content).hexdigest()) == (200, about["record_sha256"])
    assert "gongzhi.vote/2" in json.loads(record.content.splitlines()[0]).values()


def test_who_reads_which(world: World, sign_in: Enter) -> None:
    running = counted(world.here)
    found = {
        who: [sign_in(world.here, who).get(where(running, part)).status_code for part in PARTS]
        for who in ("officer", "chair", "street", "resident", "manager")
    }
    everything = [200] * 6
    assert found == {
        "officer": everything, "chair": everything, "street": everything,
        # An owner reads what is public: not how the roll was corrected, with names, nor what two parties discuss.
        "resident": [404, 404, 200, 200, 200, 200],
        # A firm has no part in a vote.
        "manager": [404] * 6,
    }  # fmt: skip
    for part in PARTS:
        assert Client().get(where(running, part)).status_code == 401
        for method in WRITES:
            assert getattr(sign_in(world.here, "officer"), method)(where(running, part), {}).status_code == 405


def test_the_next_compounds_vote_is_not_there(world: World, sign_in: Enter) -> None:
    there = counted(world.there)
    officer: Client = sign_in(world.here, "officer")
    for part in PARTS:
        own = where(there, part).replace("/compounds/there/", "/compounds/here/")
        for address in (where(there, part), own):
            answer = officer.get(address)
            assert (address, answer.status_code, CANARY in answer.content.decode()) == (address, 404, False)


@pytest.mark.parametrize("more", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Enter, statements: Callable[[], Any], more: int
) -> None:
    side = world.here
    running = sealed(side)
    for number in range(min(more, 3)):
        do(extend, side, running.poll, closes_at=CLOSES + timedelta(days=1 + number), reason="人数不够", now=DURING)
    with scope(side.compound.pk):
        first = Edition.objects.get(compound=side.compound, poll=running.poll)
        for number in range(more):
            edition = Edition.objects.get(pk=first.pk)
            edition.pk, edition.number = None, 2 + number
            edition.save(force_insert=True)
            Amendment.objects.create(
                compound=side.compound, edition=edition, unit=running.poll.units.order_by("number").first(), changes={},
                reason="更正", evidence="权证", at=DURING, person_id=1, label="社区",
            )  # fmt: skip
            JointStep.objects.create(
                compound=side.compound, poll=running.poll, action="end_early", reason="全部投完了", asked_at=DURING,
                asked_party="community", asked_organisation_id=1, asked_person_id=1, asked_as="社区", withdrawn_at=DURING,
            )  # fmt: skip
    officer: Client = sign_in(side, "officer")
    counts = {}
    for part in ("roll/editions/", "steps/", "extensions/", "box/results/"):
        officer.get(where(running, part))
        with statements() as seen:
            answer = officer.get(where(running, part))
        assert answer.status_code == 200
        counts[part] = len(seen)
    assert counts == {"roll/editions/": 10, "steps/": 9, "extensions/": 9, "box/results/": 11}
