"""Forced closing and what the community says of a return: recorded apart, told, and never the last word of the firm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from messaging.models import Message
from repairs.actions import clock, dispatch, feedback, returns
from repairs.models import Event, Request
from repairs.refusals import BadInput, OutOfState
from repairs.words import line_text
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to
from tests.world import Side, World

LATER = NOW + timedelta(hours=1)


def _common(side: Side, request: Request, who: str, now=LATER) -> dict:
    return {"compound_id": side.compound.pk, "ref": request.ref, "by": side.actor(who), "now": now}


@pytest.mark.parametrize("state", ["accepted", "assigned", "working", "paused", "awaiting"])
def test_a_forced_end_says_why_to_the_filer_and_the_community(world: World, state: str) -> None:
    side = world.here
    request = bring_to(side, state)
    with scope(side.compound.pk):
        found = dispatch.force_close(**_common(side, request, "manager"), reason=" 三次联系不上 ")
        assert (found.state, found.closed_reason, found.closed_at, found.due_at) == (
            "closed",
            "三次联系不上",
            LATER,
            None,
        )
        told = Message.objects.filter(template="repairs.force_closed").get()
        assert (told.person_id, "三次联系不上" in told.body) == (side.people["resident"].pk, True)
        seen = set(Message.objects.filter(template="repairs.force_closed_seen").values_list("person_id", flat=True))
        assert {side.people["secretary"].pk, side.people["officer"].pk} <= seen
        assert line_text(found, LATER) == "物业已强制结单，社区已收到通知；没修好的话，6月9日 11:00前可以重开"
        assert clock.escalate(compound_id=side.compound.pk, now=LATER + timedelta(days=30)) == 0


def test_the_filer_reopens_it_for_seven_days_and_not_longer(world: World) -> None:
    side = world.here
    first, second = bring_to(side, "closed"), bring_to(side, "closed")
    with scope(side.compound.pk):
        assert first.closed_at is not None
        last = first.closed_at + timedelta(days=7)
        found = feedback.reopen(**_common(side, first, "resident", last), reason="还漏")
        assert (found.state, found.closed_reason, found.reopened) == ("accepted", "", 1)
        with pytest.raises(OutOfState) as refused:
            feedback.reopen(**_common(side, second, "resident", last + timedelta(seconds=1)), reason="还漏")
        assert refused.value.code == "too_late_to_reopen"


def test_no_forced_end_without_an_answer_or_a_reason(world: World) -> None:
    side = world.here
    request, fresh = bring_to(side, "working"), bring_to(side, "submitted")
    with scope(side.compound.pk):
        with pytest.raises(BadInput):
            dispatch.force_close(**_common(side, request, "manager"), reason=" ")
        with pytest.raises(OutOfState):
            dispatch.force_close(**_common(side, fresh, "manager"), reason="x")
        assert Event.objects.filter(action="force_close").count() == 0


def test_a_return_that_is_upheld_stays_visible_and_is_final(world: World) -> None:
    side = world.here
    request = bring_to(side, "returned")
    with scope(side.compound.pk):
        found = returns.uphold(**_common(side, request, "officer"), note="水表前归水务")
        assert (found.state, found.upheld_at, found.upheld_as) == ("returned", LATER, "officer 西山社区居委会党委 专员")
        assert (found.returned_to, found.closed_reason) == ("水务公司", "属于水务公司")
        told = set(Message.objects.filter(template="repairs.return_upheld").values_list("person_id", flat=True))
        assert told == {side.people[name].pk for name in ("resident", "manager", "dispatcher")}
        for act in (
            lambda: returns.uphold(**_common(side, request, "secretary"), note=""),
            lambda: returns.deny(**_common(side, request, "secretary"), reason="x"),
            lambda: feedback.contest(**_common(side, request, "resident"), reason="x"),
        ):
            with pytest.raises(OutOfState) as refused:
                act()
            assert refused.value.code == "return_upheld"


def test_a_return_that_does_not_stand_goes_back_with_a_new_answer_owed(world: World) -> None:
    side = world.here
    request = bring_to(side, "returned")
    with scope(side.compound.pk):
        with pytest.raises(BadInput):
            returns.deny(**_common(side, request, "officer"), reason=" ")
        found = returns.deny(**_common(side, request, "officer"), reason="户内管道归物业约定维修")
        assert (found.state, found.due_at, found.returned_to, found.closed_reason) == (
            "submitted",
            LATER + timedelta(minutes=30),
            "",
            "",
        )
        assert (found.accepted_at, found.responded_in_time, found.closed_at) == (None, None, None)
        assert Message.objects.filter(template="repairs.return_denied", person_id=side.people["manager"].pk).exists()


def test_after_an_upheld_return_the_page_says_whom_to_turn_to_and_how_to_begin_again(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    request = bring_to(side, "returned")
    address = f"/c/here/repairs/{request.ref}/"
    client = sign_in(side, "resident")
    with time_machine.travel(LATER, tick=False):
        before = client.get(address).content.decode()
        assert f"{address}contest/" in before
        assert "重新报修" not in before
        with scope(side.compound.pk):
            returns.uphold(**_common(side, request, "officer"), note="水表前归水务")
        text = client.get(address).content.decode()
        assert f"{address}contest/" not in text
        assert "社区已认定：这件事不归物业修" in text
        assert "现在由水务公司处理，社区负责跟进" in text
        assert 'href="/c/here/repairs/new/?category=water"' in text
        # The line of the lists no longer says that one may disagree.
        for page in ("/", "/c/here/repairs/", address):
            shown = client.get(page).content.decode()
            assert "社区已认定退回成立，由社区跟进" in shown
            assert "不同意的话" not in shown
        assert "重新报修" not in sign_in(side, "manager").get(address).content.decode()
