"""Posts, people, the firm's numbers, leave and wishes: what is kept, who may, what is refused with words."""

from datetime import date
from typing import Any

import pytest

from audit.models import Entry as AuditEntry
from messaging.models import Message
from rosters.actions import absences, setting
from rosters.actions.setting import MemberDraft, StationDraft
from rosters.models import Absence, Member, Station, Terms
from rosters.queries.cases import ground, terms
from rosters.refusals import Against, BadInput, NoSuchThing, NotPermitted, OutOfState
from tenancy.scope import scope
from tests.repairs.conftest import picture
from tests.rosters.conftest import DAY, JULY, NOW, ROUND_THE_CLOCK, a_member, a_room, actor_of, hired
from tests.world import Side, World


def _verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(
            AuditEntry.objects.filter(verb__startswith="rosters.").order_by("pk").values_list("verb", flat=True)
        )


def test_a_post_is_kept_with_what_it_needs(world: World) -> None:
    side = world.here
    room = a_room(side)
    assert (room.name, room.kind, room.persons, room.linked) == ("消防控制室", "control_room", 2, True)
    assert _verbs(side) == ["rosters.station"]
    with scope(side.compound.pk):
        by = side.actor("dispatcher", NOW.date())
        draft = StationDraft(kind="control_room", shifts=ROUND_THE_CLOCK, persons=3, name="东区消控室")
        setting.set_station(compound_id=side.compound.pk, draft=draft, station_id=room.pk, by=by, now=NOW)
        assert (Station.objects.get().name, Station.objects.get().persons) == ("东区消控室", 3)
        setting.end_station(compound_id=side.compound.pk, station_id=room.pk, by=by, now=NOW)
        with pytest.raises(NoSuchThing):
            setting.end_station(compound_id=side.compound.pk, station_id=room.pk, by=by, now=NOW)


@pytest.mark.parametrize(
    ("given", "refusal", "words"),
    [
        ({"persons": 1}, Against, "应当不少于 2 人"),
        ({"shifts": ["08:00-20:00", "20:00-08:00"]}, Against, "最多 8 小时"),
        ({"shifts": ["08:00-16:00"]}, Against, "一天只有 8 小时有人"),
        ({"persons": 1, "place": "zhejiang"}, Against, "请先填写允许单人值班的证明文件"),
        ({"shifts": ["八点到四点"]}, BadInput, ""),
        ({"kind": "roof"}, BadInput, ""),
        ({"persons": 1, "place": "zhejiang", "proof": "消联〔2026〕3号"}, BadInput, ""),
    ],
)
def test_what_no_law_allows_is_refused_with_its_clause(
    world: World, given: dict[str, Any], refusal: type[BadInput], words: str
) -> None:
    side = world.here
    with pytest.raises(refusal) as refused:
        a_room(side, **given)
    if isinstance(refused.value, Against):
        assert words in "".join(refused.value.sentences)
        assert "（" in "".join(refused.value.sentences)
    with scope(side.compound.pk):
        assert Station.objects.count() == 0
    assert _verbs(side) == []


def test_one_person_is_enough_with_an_act_and_its_paper(world: World) -> None:
    room = a_room(world.here, persons=1, place="zhejiang", proof="消联〔2026〕3号", upload=picture())
    assert (room.persons, room.proof_file is not None) == (1, True)


def test_people_have_certificates_and_one_name_each(world: World) -> None:
    side = world.here
    first = a_member(side, "worker", upload=picture(), valid_until=date(2027, 1, 1))
    with scope(side.compound.pk):
        Member.objects.filter(pk=first.pk).update(name="worker2")
    second = a_member(side, "worker2")
    assert (second.name, first.grade, first.picture is not None) == ("worker2（2）", 4, True)
    for who, code in (("worker", "already_there"), ("chair", "no_such_person")):
        with pytest.raises(BadInput, match=code):
            a_member(side, who)
    with pytest.raises(BadInput, match="unknown_grade"):
        a_member(side, "manager", grade=6)
    by = side.actor("manager", NOW.date())
    with scope(side.compound.pk):
        setting.remove_member(compound_id=side.compound.pk, member_id=first.pk, by=by, now=NOW)
    again = a_member(side, "worker", grade=3)
    assert (again.pk, again.left_at, again.grade) == (first.pk, None, 3)


def test_only_the_desk_of_this_firm_sets_anything(world: World) -> None:
    side = world.here
    member = a_member(side)
    room = a_room(side)
    asked: list[tuple[Any, dict[str, Any]]] = [
        (setting.set_station, {"draft": StationDraft("gate", ["08:00-16:00"], 1)}),
        (setting.end_station, {"station_id": room.pk}),
        (setting.add_member, {"post_id": side.posts["worker2"].pk, "draft": MemberDraft()}),
        (setting.set_member, {"member_id": member.pk, "draft": MemberDraft()}),
        (setting.remove_member, {"member_id": member.pk}),
        (setting.set_terms, {"rest_hours": 8, "days_in_row": 6, "overtime_hours": 36}),
        (absences.enter_off, {"member_id": member.pk, "kind": "leave", "first": JULY, "last": JULY}),
    ]
    for by in (side.actor("worker"), side.actor("chair"), side.actor("officer"), world.there.actor("manager")):
        for act, given in asked:
            with scope(side.compound.pk), pytest.raises(NotPermitted, match="not_yours"):
                act(compound_id=side.compound.pk, by=by, now=NOW, **given)


def test_the_firms_numbers_may_be_stricter_than_the_law_only(world: World) -> None:
    side = world.here
    by = side.actor("manager")
    with scope(side.compound.pk):
        assert terms(side.compound.pk) == {"rest_hours": 11, "days_in_row": 6, "overtime_hours": 36}
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": by, "now": NOW}
        setting.set_terms(rest_hours=0, days_in_row=5, overtime_hours=20, **common)
        assert terms(side.compound.pk) == {"rest_hours": 0, "days_in_row": 5, "overtime_hours": 20}
        for looser, clause in (({"days_in_row": 7}, "第三十八条"), ({"overtime_hours": 40}, "第四十一条")):
            given = {"rest_hours": 11, "days_in_row": 6, "overtime_hours": 36, **looser}
            with pytest.raises(BadInput) as refused:
                setting.set_terms(**{**common, **given})
            assert clause in refused.value.details["said"]
        assert Terms.objects.count() == 1


def test_leave_is_asked_granted_and_counts(world: World) -> None:
    side = world.here
    a_room(side)
    member = a_member(side)
    worker, manager = actor_of(member), side.actor("manager")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    with scope(side.compound.pk):
        asked = absences.ask_off(kind="leave", first=JULY, last=JULY + 2 * DAY, reason="回老家", by=worker, **common)
        wish = absences.ask_off(kind="wish", first=JULY + 9 * DAY, last=JULY + 9 * DAY, by=worker, **common)
        assert (asked.state, wish.state) == ("asked", "granted")
        person = ground(side.compound.pk, JULY).case.person[member.name]
        assert (person.leave, person.unwanted) == (frozenset(), frozenset({JULY + 9 * DAY}))
        absences.decide_off(absence_id=asked.pk, grant=True, by=manager, **common)
        assert ground(side.compound.pk, JULY).case.person[member.name].leave == {JULY + n * DAY for n in range(3)}
        with pytest.raises(OutOfState, match="absence_moved_on"):
            absences.decide_off(absence_id=asked.pk, grant=False, by=manager, **common)
        absences.withdraw_off(absence_id=asked.pk, by=worker, **common)
        assert Absence.objects.get(pk=asked.pk).state == "withdrawn"
        assert ground(side.compound.pk, JULY).case.person[member.name].leave == frozenset()
        told = Message.objects.filter(channel="in_app", template__startswith="rosters.")
        assert sorted(told.values_list("template", "person_id")) == sorted(
            [
                ("rosters.leave_asked", side.people["manager"].pk),
                ("rosters.leave_asked", side.people["dispatcher"].pk),
                ("rosters.leave_granted", member.person_id),
            ]
        )


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (JULY, JULY - DAY, "ends_before_start"),
        (NOW.date() - 9 * DAY, NOW.date() - 8 * DAY, "in_past"),
        (NOW.date(), NOW.date() + 500 * DAY, "too_far"),
    ],
)
def test_days_off_that_cannot_be_meant_are_refused(world: World, first: date, last: date, code: str) -> None:
    side = world.here
    worker = actor_of(a_member(side))
    with scope(side.compound.pk):
        with pytest.raises(BadInput, match=code):
            absences.ask_off(compound_id=side.compound.pk, kind="leave", first=first, last=last, by=worker, now=NOW)
        assert Absence.objects.count() == 0


def test_nobody_grants_their_own_leave_or_touches_a_colleagues(world: World) -> None:
    side = world.here
    a_member(side, "manager")
    worker, other = a_member(side), hired(side, 1)[0]
    common: dict[str, Any] = {"compound_id": side.compound.pk, "now": NOW}
    with scope(side.compound.pk):
        asked = absences.ask_off(kind="leave", first=JULY, last=JULY, by=side.actor("manager"), **common)
        with pytest.raises(NotPermitted, match="own_leave"):
            absences.decide_off(absence_id=asked.pk, grant=True, by=side.actor("manager"), **common)
        theirs = absences.ask_off(kind="leave", first=JULY, last=JULY, by=actor_of(worker), **common)
        with pytest.raises(NoSuchThing):
            absences.withdraw_off(absence_id=theirs.pk, by=actor_of(other), **common)
        with pytest.raises(NotPermitted, match="not_on_rosters"):
            absences.ask_off(kind="leave", first=JULY, last=JULY, by=side.actor("worker2"), **common)
