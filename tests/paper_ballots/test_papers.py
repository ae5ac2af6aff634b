"""Printed ballots: one a right, brought to doors, back before the close, never beside a ballot by phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from boxes.queries import turnout, used
from boxes.refusals import OutOfState as BoxOutOfState
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState, Refused
from paper_ballots import actions
from paper_ballots.models import Delivery, Paper
from paper_ballots.queries.progress import Progress, progress
from posting.rules.labels import new_code
from tenancy.scope import scope
from tests.boxes.conftest import CLOSES, DURING, Running, cast, closed, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import picture, printed, returned
from tests.world import Side, World


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        found = Entry.objects.filter(compound=side.compound, verb__startswith="paper_ballots.").order_by("pk")
        return [one.verb.removeprefix("paper_ballots.") for one in found]


def refused(kind: type[Exception], action: Any, running: Running, who: str = "officer", **given: Any) -> str:
    """The code with which an action is refused; nothing is left of it."""
    before = verbs(running.side)
    with pytest.raises(kind) as found, transaction.atomic():
        do(action, running.side, running.poll, who, **{"now": DURING, **given})
    assert verbs(running.side) == before
    return found.value.code if isinstance(found.value, Refused) else ""


def door(paper: Paper, **given: Any) -> dict[str, Any]:
    return {
        "code": paper.code, "client_id": "d1", "outcome": "handed", "taken_by": "胡一明", "device_at": DURING, "now": DURING,
        **given,
    }  # fmt: skip


def test_every_right_has_one_paper_and_printing_again_makes_only_what_is_missing(world: World) -> None:
    running = sealed(world.here)
    some = printed(running, rights=running.keys[:2])
    rest = printed(running)
    assert [one.right for one in some + rest] == running.keys
    assert [one.number for one in some + rest] == list(range(1, len(running.keys) + 1))
    assert len({one.code for one in some + rest}) == len(running.keys)
    assert printed(running) == []
    assert verbs(world.here) == ["print"] * 3
    assert refused(BadInput, actions.print_papers, running, rights=["nobody"]) == "not_on_roll"


def test_a_replaced_paper_is_dead(world: World) -> None:
    running = sealed(world.here)
    old = printed(running)[0]
    assert refused(BadInput, actions.replace, running, code=old.code, reason=" ") == "say_why"
    new = do(actions.replace, running.side, running.poll, code=old.code, reason="业主说弄丢了", now=DURING)
    assert (new.right, new.code == old.code) == (old.right, False)
    assert refused(BadInput, actions.take_back, running, code=old.code) == "voided_paper"
    returned(running, new)
    assert refused(OutOfState, actions.replace, running, code=new.code, reason="又丢了") == "came_back"
    with scope(running.side.compound.pk):
        assert progress(running.box) == Progress(len(running.keys), 1, 0, 1, 0, 0)


def test_a_door_is_kept_with_both_clocks_and_once(world: World) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    first = do(actions.deliver, running.side, running.poll, "chair", **door(paper, upload=picture()))
    again = do(actions.deliver, running.side, running.poll, "chair", **door(paper, now=DURING + timedelta(hours=5)))
    assert (again.pk, again.at, first.device_at) == (first.pk, DURING, DURING)
    assert first.photo is not None
    for given, kind, code in (
        ({"outcome": "absent", "taken_by": ""}, OutOfState, "other_answer"),
        ({"client_id": "d2", "outcome": "thrown"}, BadInput, "unknown_outcome"),
        ({"client_id": "d2", "taken_by": " "}, BadInput, "who_took_it"),
        ({"client_id": "d2", "outcome": "refused", "taken_by": ""}, BadInput, "say_why"),
        ({"client_id": "", "outcome": "absent"}, BadInput, "no_client_id"),
        ({"client_id": "d2", "code": "ABCDEFG"}, BadInput, "mistyped"),
        ({"client_id": "d2", "code": new_code()}, BadInput, "no_such_paper"),
    ):
        asked = {key: value for key, value in door(paper, **given).items() if key != "now"}
        assert refused(kind, actions.deliver, running, "chair", **asked) == code
    do(actions.deliver, running.side, running.poll, **door(paper, client_id="d3", outcome="absent", taken_by=""))
    with scope(running.side.compound.pk):
        assert [one.outcome for one in Delivery.objects.filter(compound=running.side.compound).order_by("pk")] == [
            "handed", "absent",
        ]  # fmt: skip
        assert progress(running.box).delivered == 1


def test_no_statement_changes_what_came_of_a_door(world: World) -> None:
    running = sealed(world.here)
    do(actions.deliver, running.side, running.poll, **door(printed(running)[0]))
    for statement in ("UPDATE paper_ballots_delivery SET outcome = 'left'", "DELETE FROM paper_ballots_delivery"):
        with (
            scope(running.side.compound.pk),
            pytest.raises(DatabaseError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_paper_that_came_back_uses_the_right_and_a_phone_is_refused(world: World) -> None:
    running = sealed(world.here)
    papers = printed(running)
    returned(running, papers[0])
    with scope(running.side.compound.pk):
        mark = used(running.poll)[papers[0].right]
        assert (mark.channel, mark.by, mark.number, mark.hash) == ("paper", "owner", 0, "")
        assert turnout(running.poll)[""].paper == 1
    with pytest.raises(BoxOutOfState) as found, transaction.atomic():
        cast(running, 0, {})
    assert (found.value.code, found.value.details["channel"]) == ("already_voted", "paper")
    assert refused(OutOfState, actions.take_back, running, code=papers[0].code) == "came_back"


def test_a_paper_after_a_ballot_by_phone_goes_back_to_its_owner(world: World) -> None:
    running = sealed(world.here)
    papers = printed(running)
    cast(running, 0, {})
    cast(running, 1, {}, by="proxy")
    assert refused(OutOfState, actions.take_back, running, code=papers[0].code) == "already_voted"
    # 指导规则 26: what a proxy said gives way to the owner's own paper, and never the other way round.
    assert refused(OutOfState, actions.take_back, running, code=papers[1].code, voice="proxy") == "already_voted"
    assert returned(running, papers[1]).voice == "owner"
    assert refused(BadInput, actions.take_back, running, code=papers[2].code, voice="cousin") == "unknown_voice"


def test_after_the_close_no_paper_comes_back(world: World) -> None:
    running = sealed(world.here)
    papers = printed(running)
    # The clock counts, not whether the sweep has run yet.
    assert refused(OutOfState, actions.take_back, running, code=papers[0].code, now=CLOSES) == "not_open"
    closed(running)
    for action, given in (
        (actions.take_back, {"code": papers[0].code}),
        (actions.print_papers, {}),
        (actions.replace, {"code": papers[0].code, "reason": "丢了"}),
        (actions.deliver, {**door(papers[0], device_at=CLOSES), "now": CLOSES}),
    ):
        assert refused(OutOfState, action, running, **given) == "moved_on"
    # What was done at a door before the close is heard of after it, when the phone has signal again.
    late = do(actions.deliver, running.side, running.poll, **door(papers[0], now=CLOSES + timedelta(hours=2)))
    assert (late.device_at, late.at) == (DURING, CLOSES + timedelta(hours=2))


@pytest.mark.parametrize(
    ("who", "prints", "handles"),
    [
        ("officer", None, None),
        ("secretary", None, None),
        # A committee prints for the polls that it called itself; it brings and reads papers of every poll.
        ("chair", NotPermitted, None),
        ("member", NotPermitted, None),
        ("street", NotPermitted, NotPermitted),
        ("manager", NoSuchPoll, NoSuchPoll),
        ("worker", NoSuchPoll, NoSuchPoll),
        ("resident", NoSuchPoll, NoSuchPoll),
    ],
)
def test_who_may(world: World, who: str, prints: type[Exception] | None, handles: type[Exception] | None) -> None:
    running = sealed(world.here)
    paper, other = printed(running)[:2]
    absent = {"client_id": "d1", "outcome": "absent", "device_at": DURING}
    tasks: tuple[tuple[Any, dict[str, Any], type[Exception] | None], ...] = (
        (actions.print_papers, {}, prints),
        (actions.replace, {"code": paper.code, "reason": "丢了"}, prints),
        (actions.deliver, {"code": other.code, **absent}, handles),
        (actions.take_back, {"code": other.code}, handles),
    )
    for action, given, kind in tasks:
        if kind is None:
            do(action, running.side, running.poll, who, **given, now=DURING)
        else:
            refused(kind, action, running, who, **given)
