"""A correction of the roll and the objection that led to it: made from it, said by both, in the answer, and to the objector."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audit.models import Entry
from elections import actions
from elections.models import Amendment, Announced, Poll
from elections.refusals import BadInput, OutOfState
from messaging.models import Message
from publicity.actions import objecting
from publicity.models import Objection, Period
from tenancy.scope import scope
from tests.boxes.conftest import OPENS, sealed
from tests.elections.conftest import NOW, do, fixed, units
from tests.elections.test_polls_pages import body
from tests.elections.test_roll import refused
from tests.elections.test_roll_pages import at, current, send
from tests.publicity.objections import answered, objected, running
from tests.world import Side, World

SAID = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=2)


def objection_to(side: Side, poll: Poll, *, now: datetime = SAID, **given: Any) -> Objection:
    """What a resident says against the published roll."""
    with scope(side.compound.pk):
        notice = Announced.objects.get(compound=side.compound, poll=poll, what="roll").notice_id
        period = Period.objects.get(compound=side.compound, notice=notice)
        home = side.homes[0]
    said = {"passage": "1幢1单元101，面积", "words": "权证上是 90.5 平方米，名册少写了。", **given}
    made = objected(side, period, now=now, **said)
    assert made.home_id == home.pk
    return made


def published(side: Side) -> Poll:
    poll, _made = fixed(side, kind="decision")
    do(actions.publish_roll, side, poll, now=NOW)
    return poll


CORRECTION: dict[str, Any] = {
    "number": 1,
    "area": "90.5",
    "source": "register",
    "reason": "名册少写",
    "evidence": "权证 3 号",
}


def test_the_officer_corrects_from_the_objection_and_everyone_sees_the_link(world: World, sign_in: Any) -> None:
    side = world.here
    poll = published(side)
    made = objection_to(side, poll)
    officer, resident = sign_in(side, "officer"), sign_in(side, "resident")
    page = reverse("publicity_objection", args=["here", made.ref])
    unit = at("polls_unit", poll, 1)
    text = body(officer.get(page))
    assert ("还没有更正。异议成立的，先更正、再答复" in text, f"{unit}?objection={made.ref}" in text) == (True, True)
    # Its owner sees nothing to do, and nothing yet.
    assert "按这条异议更正名册" not in body(resident.get(page))
    form = body(officer.get(f"{unit}?objection={made.ref}"))
    assert f'<option value="{made.ref}" selected>' in form
    given = {
        "area": "90.5",
        "source": "register",
        "owners": "",
        "left_out": "",
        "reason": "名册少写",
        "evidence": "权证 3 号",
    }
    owners = "\n".join(one["name"] for one in units(side, poll)[0].owners)
    wrong = send(officer, unit, at("polls_unit_change", poll, 1), **{**given, "owners": owners, "objection": "nothing"})
    assert (wrong.status_code, "没有这条异议" in body(wrong)) == (422, True)
    done = send(officer, unit, at("polls_unit_change", poll, 1), **{**given, "owners": owners, "objection": made.ref})
    assert done.status_code == 302
    with scope(side.compound.pk):
        amendment = Amendment.objects.get(compound=side.compound)
        assert (amendment.objection_id, amendment.edition.number) == (made.pk, 2)
        entry = Entry.objects.filter(compound=side.compound, verb="elections.amend").latest("pk")
        assert entry.changes["objection"] == [None, made.ref]
        told = Message.objects.get(compound=side.compound, template="elections.roll_corrected", channel="in_app")
    assert (told.person_id, told.link) == (side.people["resident"].pk, page)
    assert "是第 2 版" in told.body
    # Both pages show it, to officers and to whoever objected.
    for client in (officer, resident):
        assert "第 2 版：1幢1单元101" in body(client.get(page))
    for name, more in (("polls_unit", (1,)), ("polls_history", ())):
        assert f'href="{page}"' in body(officer.get(at(name, poll, *more)))
    public = body(resident.get(at("polls_public", poll)))
    assert "因为公示期里的一条异议" in public
    assert page not in public
    # The answer says the correction's number by itself.
    answered(side, made, now=LATER, outcome="accepted", text="您说得对。")
    with scope(side.compound.pk):
        answer = Objection.objects.get(pk=made.pk).answer
    assert answer == "您说得对。\n名册已按这条异议更正：第 2 版，1幢1单元101。"
    assert "名册已按这条异议更正：第 2 版" in body(resident.get(page))


def test_an_answer_without_a_correction_says_only_what_was_written(world: World) -> None:
    side = world.here
    poll = published(side)
    made = objection_to(side, poll)
    answered(side, made, now=LATER, outcome="refused", text="登记簿上是 89 平方米。")
    with scope(side.compound.pk):
        assert Objection.objects.get(pk=made.pk).answer == "登记簿上是 89 平方米。"
    # What was answered may still lead to a correction, before the vote is called or after.
    do(actions.amend, side, poll, **CORRECTION, objection=made.ref, now=LATER)
    with scope(side.compound.pk):
        assert [one.ref for one in Objection.objects.filter(corrections__isnull=False)] == [made.ref]


def test_an_objection_to_something_else_leads_to_no_correction(world: World, sign_in: Any) -> None:
    side = world.here
    poll = published(side)
    other = objected(side, running(side, now=NOW), now=SAID)
    # An upper floor says nothing of what is no roll.
    assert "按这条异议更正名册" not in body(
        sign_in(side, "officer").get(reverse("publicity_objection", args=["here", other.ref]))
    )
    assert refused(BadInput, actions.amend, side, poll, **CORRECTION, objection=other.ref) == "no_such_objection"
    gone = objection_to(side, poll)
    with scope(side.compound.pk):
        objecting.withdraw(
            compound_id=side.compound.pk, ref=gone.ref, reason="", by=side.actor("resident", SAID.date()), now=SAID
        )  # fmt: skip
    assert refused(BadInput, actions.amend, side, poll, **CORRECTION, objection=gone.ref) == "no_such_objection"
    with scope(side.compound.pk):
        assert not Amendment.objects.filter(compound=side.compound).exists()


def test_the_next_compounds_objection_is_none_of_ours(world: World) -> None:
    here, there = published(world.here), published(world.there)
    foreign = objection_to(world.there, there)
    assert (
        refused(BadInput, actions.amend, world.here, here, **CORRECTION, objection=foreign.ref) == "no_such_objection"
    )


def test_after_the_opening_nothing_of_the_roll_moves(world: World, sign_in: Any) -> None:
    side = world.here
    running_poll = sealed(side)
    poll = current(side, running_poll.poll)
    with pytest.raises(OutOfState, match="moved_on"), transaction.atomic():
        do(actions.amend, side, poll, **CORRECTION, now=OPENS)
    assert "签字更正" not in body(sign_in(side, "officer").get(at("polls_unit", poll, 1)))


@pytest.mark.parametrize("more", [1, 30])
def test_an_objection_with_corrections_costs_the_same(world: World, sign_in: Any, statements: Any, more: int) -> None:
    side = world.here
    poll = published(side)
    made = objection_to(side, poll)
    do(actions.amend, side, poll, **CORRECTION, objection=made.ref, now=LATER)
    with scope(side.compound.pk):
        first = Amendment.objects.select_related("edition").get(compound=side.compound)
        for number in range(1, more):
            edition = first.edition
            edition.pk, edition.number = None, 2 + number
            edition.save(force_insert=True)
            Amendment.objects.create(
                compound=side.compound, edition=edition, unit_id=first.unit_id, objection=made, changes=first.changes,
                reason="又一处", evidence="权证", at=LATER, person_id=1, label="社区",
            )  # fmt: skip
    officer = sign_in(side, "officer")
    page = reverse("publicity_objection", args=["here", made.ref])
    officer.get(page)
    with statements() as seen:
        text = body(officer.get(page))
    assert (text.count("第 2 版：") + text.count("又一处"), len(seen)) == (more, 18)
