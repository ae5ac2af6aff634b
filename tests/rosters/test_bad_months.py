"""Months that cannot be staffed, by the pages: said in words, made as far as it goes, printed with the gaps, nothing lost."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from rosters.actions import absences
from rosters.models import Absence, Member, Roster, Shift
from rosters.pdf import month as month_sheet
from tenancy.scope import scope
from tests.rosters.conftest import DAY, NOW, a_member, a_room, made, staffed
from tests.world import Side, World

FEBRUARY = date(2027, 2, 1)
PAGE = "/c/here/rosters/m/2027-02/"
TURNS = 28 * 3 * 2


def _away_all_month(side: Side, member: Member) -> None:
    with scope(side.compound.pk):
        absences.enter_off(
            compound_id=side.compound.pk, member_id=member.pk, kind="leave", first=FEBRUARY, last=FEBRUARY + 27 * DAY,
            by=side.actor("manager"), now=NOW,
        )  # fmt: skip


def _made_and_published(side: Side, client: Client) -> tuple[str, list[Any], dict[str, Any]]:
    """What the page says of the draft, its shifts once it is published with a word on the gaps, and the sheet."""
    assert "先算一算" in client.get(PAGE).content.decode()
    draft = made(side, FEBRUARY)
    said = re.sub(r"<[^>]+>", "", client.get(PAGE).content.decode())
    step = f"/c/here/rosters/e/{draft.ref}/publish/"
    silent = client.post(step, {"reason": "", "idempotency_key": "a" * 30})
    assert (silent.status_code, "还有班空着" in silent.content.decode()) == (422, True)
    assert client.post(step, {"reason": "经理顶班", "idempotency_key": "b" * 30}).status_code == 302
    with scope(side.compound.pk):
        assert (Roster.objects.get().state, Roster.objects.get().gap_note) == ("published", "经理顶班")
        rows = list(Shift.objects.select_related("member"))
        return said, rows, month_sheet(compound_id=side.compound.pk, target=f"rosters.roster:{draft.pk}")


def test_somebody_on_leave_all_of_february(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    _room, people = staffed(side, 7)
    _away_all_month(side, people[0])
    said, rows, sheet = _made_and_published(side, sign_in(side, "manager"))
    assert "本月需要 168 人次" in said
    assert {one.member_id for one in rows} == {one.pk for one in people[1:]}
    missing = sum(int(one.rsplit(" ", 2)[1]) for one in sheet["posts"][0]["gaps"])
    assert (missing, missing > 0) == (TURNS - len(rows), True)
    with scope(side.compound.pk):
        assert Absence.objects.get().state == "granted"


def test_nobody_has_a_certificate(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    a_room(side)
    for who in ("worker", "worker2"):
        a_member(side, who, grade=None, certificate="")
    client = sign_in(side, "manager")
    said, status, rows = _refused_whole(side, client)
    assert "证书" in said
    # An empty roster is no roster: the draft stays, to be filled when there are certificates.
    assert (status, rows) == (422, 0)
    with scope(side.compound.pk):
        assert (Roster.objects.get().state, Member.objects.count()) == ("draft", 2)


def _refused_whole(side: Side, client: Client) -> tuple[str, int, int]:
    draft = made(side, FEBRUARY)
    said = client.get(PAGE).content.decode()
    answer = client.post(f"/c/here/rosters/e/{draft.ref}/publish/", {"reason": "请外援", "idempotency_key": "c" * 30})
    assert "一个班都没有排，不能公布" in answer.content.decode()
    with scope(side.compound.pk):
        return said, answer.status_code, Shift.objects.count()


def test_one_person_for_the_whole_room(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    _room, people = staffed(side, 1)
    said, rows, sheet = _made_and_published(side, sign_in(side, "manager"))
    assert "至少 9 人" in said
    # Four days of rest at least, one duty a day, and never more than the month's hours allow.
    assert {one.member_id for one in rows} == {people[0].pk}
    assert 0 < len(rows) <= 24
    assert sum(int(one.rsplit(" ", 2)[1]) for one in sheet["posts"][0]["gaps"]) == TURNS - len(rows)
