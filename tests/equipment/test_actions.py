"""What changes: rows, audit entries, messages, refusals; and the clock, which says each step once."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Entry
from equipment import queries
from equipment.actions import pieces, plans, reports, rules, service, stops, visits
from equipment.actions.dues import tell_due
from equipment.actions.rules import TooLoose
from equipment.models import Batch, Due, OwnRule, Piece, Report, Stop, Subject, Visit
from equipment.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState, Refused
from equipment.rules.standards import Tighter
from equipment.tasks import sweep
from equipment.words import refusal_text
from messaging.models import Message
from notices.actions import withdraw
from notices.models import Notice
from posting.models import Plan as WallPlan
from tenancy.scope import scope
from tests.equipment.conftest import DAY, HOUR, NOW, a_piece, asked, code_of, stop_draft
from tests.world import Side, World


def told(side: Side, template: str) -> list[int]:
    """Who found it in their inbox."""
    return sorted(
        Message.objects.filter(compound_id=side.compound.pk, template=template, channel="in_app").values_list(
            "person_id", flat=True
        )
    )


def ids(side: Side, *names: str) -> list[int]:
    return sorted(side.people[name].pk for name in names)


# --- rules of one's own -------------------------------------------------------------------------------------------------
def test_a_stricter_word_holds_and_a_looser_one_is_refused_with_its_clause(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
        rules.set_rule(word=Tighter("extinguisher", "check", every="week"), reason="风大", **common)
        assert {one.duty: (one.every, one.own) for one in queries.asked_for(piece)} == {
            "patrol": ("day", False), "check": ("week", True),
        }  # fmt: skip
        with pytest.raises(TooLoose) as caught:
            rules.set_rule(word=Tighter("extinguisher", "check", every="quarter"), **common)
        words = "只能比标准更勤：“外观、压力、铅封和器材位置”要每月一次。依据：GB 50444 5.2.1。"
        assert refusal_text(caught.value) == words
        with pytest.raises(TooLoose) as caught:
            rules.set_rule(word=Tighter("indoor_hydrant", "check", every="year"), **common)
        assert "条文还没有核实" in refusal_text(caught.value)
        before = list(Due.objects.filter(what="scrap").values_list("on", flat=True))
        rules.set_rule(word=Tighter("extinguisher", "scrap", subtype="dry_powder", years=8), **common)
        after = list(Due.objects.filter(what="scrap").values_list("on", flat=True))
        assert (before, after) == ([date(2033, 3, 1)], [date(2031, 3, 1)])
        for one in OwnRule.objects.filter(ended_at__isnull=True):
            rules.end_rule(rule_id=one.pk, **common)
        assert list(Due.objects.filter(what="scrap").values_list("on", flat=True)) == before
        assert Entry.objects.filter(verb="equipment.rule").count() == 4
        rules.set_unit(unit="other", **common)
        assert {one.duty: one.every for one in queries.asked_for(piece)} == {"patrol": "week", "check": "month"}
        with pytest.raises(NotPermitted):
            rules.set_unit(compound_id=side.compound.pk, unit="other", by=side.actor("dispatcher"), now=NOW)


# --- what runs out ------------------------------------------------------------------------------------------------------
def test_each_step_is_said_once_and_a_clock_that_slept_says_the_latest(world: World) -> None:
    side = world.here
    a_piece(side, made_on=date(2021, 9, 10))  # service is due on 2026-09-10
    compound = side.compound.pk
    seen = []
    for days in (-101, -90, -89, -30, -5, 1, 2):
        now = NOW.replace(month=9, day=10) + timedelta(days=days)
        with scope(compound):
            seen.append((days, tell_due(compound_id=compound, now=now)))
    assert seen == [(-101, 0), (-90, 1), (-89, 0), (-30, 1), (-5, 1), (1, 1), (2, 0)]
    with scope(compound):
        assert told(side, "equipment.due") == sorted(ids(side, "manager", "dispatcher") * 3)
        assert told(side, "equipment.overdue") == ids(side, "manager", "dispatcher")
        # Serviced, the next is two years on, and is said anew.
        piece = Piece.objects.get()
        day = date(2026, 9, 13)
        pieces.note_service(
            compound_id=compound, piece_id=piece.pk, what="service", on=day, body="厂", by=side.actor("manager"),
            now=NOW.replace(month=9, day=13),
        )  # fmt: skip
        due = Due.objects.get(what="service")
        assert (due.on, due.told) == (date(2028, 9, 13), 1000)


def test_the_sweep_finds_every_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from equipment import tasks

    for side in (world.here, world.there):
        a_piece(side, made_on=date(2014, 1, 1))
    handed: list[int] = []

    def handed_over(*, compound_id: int) -> None:
        handed.append(compound_id)

    monkeypatch.setattr(tasks.tend, "delay", handed_over)
    assert sweep.apply().get() == 2
    assert handed == sorted([world.here.compound.pk, world.there.compound.pk])


def test_a_paper_is_due_until_a_newer_one_takes_its_place(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
        old = plans.file_paper(kind="yearly_test", title="检测", expires_on=date(2026, 6, 1), **common)
        assert [one.key for one in queries.lacking(side.compound.pk, [old], NOW.date())] == [
            "yearly_test",
            "assessment",
        ]
        assert list(Due.objects.values_list("what", "critical", "clause")) == [
            ("yearly_test", True, "《消防法》第 16 条第一款第三项")
        ]
        new = plans.file_paper(
            kind="yearly_test", title="检测二", expires_on=date(2027, 6, 1), replaces=old.pk, **common
        )
        assert list(Due.objects.values_list("paper_id", "on")) == [(new.pk, date(2027, 6, 1))]
        for bad, code in (
            ({"title": " "}, "say_title"), ({"kind": "x"}, "unknown_kind"),
            ({"issued_on": date(2028, 1, 1)}, "ends_before_start"), ({"expires_on": date(2050, 1, 1)}, "ends_too_far"),
        ):  # fmt: skip
            with pytest.raises(BadInput, match=code):
                plans.file_paper(
                    **{"kind": "contract", "title": "合同", "expires_on": date(2027, 1, 1), **common, **bad}
                )
        with pytest.raises(NoSuchThing):
            plans.file_paper(kind="contract", title="合同", expires_on=date(2027, 1, 1), replaces=old.pk, **common)


# --- away ---------------------------------------------------------------------------------------------------------------
def test_never_more_than_a_quarter_of_a_unit_is_away(world: World) -> None:
    side = world.here
    rows = [a_piece(side, f"M{n}", unit="车库A") for n in range(8)]
    other = a_piece(side, "O", unit="车库B")
    bare = a_piece(side, "P")
    with scope(side.compound.pk):
        common: dict[str, Any] = {
            "compound_id": side.compound.pk,
            "by": side.actor("manager"),
            "now": NOW,
            "body": "厂",
        }
        with pytest.raises(BadInput) as caught:
            service.send_away(piece_ids=[one.pk for one in rows[:3]], **common)
        assert "共 8 具，同时送修最多 2 具（GB 50444-2008 5.1.2）" in refusal_text(caught.value)
        batch = service.send_away(piece_ids=[one.pk for one in rows[:2]], **common)
        with pytest.raises(BadInput, match="over_quarter"):
            service.send_away(piece_ids=[rows[2].pk], **common)
        service.send_away(piece_ids=[rows[2].pk], lent=1, **common)
        for chosen, code in (
            ([rows[0].pk], "piece_away"), ([], "no_pieces"), ([rows[4].pk, other.pk], "other_units"), ([bare.pk], "no_unit"),
            ([other.pk], "over_quarter"),
        ):  # fmt: skip
            with pytest.raises(Refused, match=code):
                service.send_away(piece_ids=chosen, **common)
        with pytest.raises(BadInput, match="before_going"):
            service.take_back(
                compound_id=side.compound.pk, batch_id=batch.pk, serviced_on=date(2026, 6, 1), by=common["by"], now=NOW
            )
        back = NOW + 3 * DAY
        service.take_back(
            compound_id=side.compound.pk, batch_id=batch.pk, serviced_on=back.date(), by=common["by"], now=back
        )
        found = Piece.objects.get(pk=rows[0].pk)
        assert (found.state, found.serviced_on, found.service_body) == ("in_use", back.date(), "厂")
        assert Due.objects.get(piece=found, what="service").on == date(2028, 6, 5)
        assert Batch.objects.filter(back_at__isnull=True).count() == 1


# --- stops --------------------------------------------------------------------------------------------------------------
def test_a_stop_from_asking_to_the_end(world: World) -> None:
    side = world.here
    compound = side.compound.pk
    stop = asked(side)
    with scope(compound):
        assert told(side, "equipment.stop_asked") == ids(side, "manager")
        step: dict[str, Any] = {"compound_id": compound, "ref": stop.ref, "now": NOW}
        with pytest.raises(OutOfState, match="stop_moved_on"):
            stops.begin(by=side.actor("manager"), **step)
        with pytest.raises(NotPermitted):
            stops.approve(by=side.actor("dispatcher"), **step)
        found = stops.approve(by=side.actor("manager"), **step)
        notice = Notice.objects.select_related("current").get()
        assert (found.notice_id, notice.state, notice.matter) == (notice.pk, "published", "safety")
        assert notice.title == "消防设施停用公告：自动喷水"
        for words in ("1幢地下室", "两人巡查", "不动火", "2026年6月2日 11:00"):
            assert words in notice.source
        assert WallPlan.objects.get(notice=notice).wanted
        assert told(side, "equipment.stop_approved") == ids(side, "worker")
        stops.begin(by=side.actor("manager"), **step)
        assert told(side, "equipment.stop_began") == ids(side, "dispatcher", "officer", "secretary")
        late = NOW + 6 * HOUR
        assert (stops.tell_late(compound_id=compound, now=late), stops.tell_late(compound_id=compound, now=late)) == (
            1,
            0,
        )
        stops.restore(by=side.actor("manager"), **{**step, "now": late})
        notice.refresh_from_db()
        assert (Stop.objects.get().state, notice.state) == ("restored", "withdrawn")
        assert list(Entry.objects.filter(verb="equipment.stop").order_by("pk").values_list("changes__state", flat=True)) == [
            [None, "asked"], ["asked", "approved"], ["approved", "stopped"], ["stopped", "restored"],
        ]  # fmt: skip


def test_nobody_approves_their_own_stop_and_none_begins_without_its_notice(world: World) -> None:
    side = world.here
    own = asked(side, "manager")
    with scope(side.compound.pk):
        step: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
        with pytest.raises(NotPermitted, match="own_stop"):
            stops.approve(ref=own.ref, **step)
        assert Notice.objects.count() == 0
        stops.give_up(ref=own.ref, **step)
    stop = asked(side)
    with scope(side.compound.pk):
        stops.approve(ref=stop.ref, **step)
        withdraw(ref=Notice.objects.get().ref, reason="写错了", **step)
        with pytest.raises(OutOfState, match="notice_not_out"):
            stops.begin(ref=stop.ref, **step)
    other = asked(side)
    with scope(side.compound.pk):
        with pytest.raises(BadInput, match="say_why"):
            stops.refuse(ref=other.ref, reason=" ", **step)
        stops.refuse(ref=other.ref, reason="天太干", **step)
        assert told(side, "equipment.stop_refused") == ids(side, "worker")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"systems": []}, "say_system"),
        ({"systems": ["火箭"]}, "say_system"),
        ({"place": ""}, "say_scope"),
        ({"reason": ""}, "say_why"),
        ({"emergency_plan": ""}, "say_plan"),
        ({"safeguards": " "}, "say_safeguards"),
        ({"ends_at": NOW}, "ends_before_start"),
        ({"starts_at": NOW - 3 * DAY, "ends_at": NOW - DAY}, "ends_in_past"),
        ({"ends_at": NOW + 3 * DAY}, "say_fire_service"),
        ({"ends_at": NOW + 300 * DAY}, "stop_too_long"),
    ],
)
def test_what_a_stop_must_say(world: World, given: dict[str, Any], code: str) -> None:
    side = world.here
    with scope(side.compound.pk), pytest.raises(BadInput, match=code):
        stops.ask(compound_id=side.compound.pk, draft=stop_draft(**given), by=side.actor("worker"), now=NOW)
    with scope(side.compound.pk):
        assert (Stop.objects.count(), Entry.objects.filter(verb="equipment.stop").count()) == (0, 0)


# --- reports ------------------------------------------------------------------------------------------------------------
def test_reports_are_limited_a_day_and_forget_where_they_came_from(world: World) -> None:
    side = world.here
    code = code_of(side, a_piece(side))
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "code": code, "item": "", "now": NOW}
        for n in range(reports.PER_DAY):
            reports.report(words=f"话{n}", origin="192.0.2.7", **common)
        with pytest.raises(reports.TooMany):
            reports.report(words="还有", origin="192.0.2.7", **common)
        reports.report(words="别处", origin="192.0.2.8", **common)
        assert told(side, "equipment.report") == sorted(ids(side, "manager", "dispatcher") * 21)
        later = NOW + DAY + HOUR
        assert reports.forget_origins(compound_id=side.compound.pk, now=later) == 21
        assert set(Report.objects.values_list("origin", flat=True)) == {""}
        for bad, error in (
            ({"code": "2222222"}, NoSuchThing),
            ({"item": "wings"}, BadInput),
            ({"words": ""}, BadInput),
        ):
            with pytest.raises(error):
                reports.report(**{**common, "words": "话", "origin": "x", **bad})


# --- visits -------------------------------------------------------------------------------------------------------------
def test_a_home_is_visited_found_shut_and_refused(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("manager"), "now": NOW}
        home = visits.enter(kind="gas_home", address="1幢101", risk="heating", **common)
        on = Due.objects.get(subject=home).on
        assert on == date(2026, 12, 31)
        visits.appoint(subject_id=home.pk, at=NOW + DAY, **common)
        record: dict[str, Any] = {"subject_id": home.pk, "visited_on": NOW.date(), **common}
        visits.record_visit(outcome="absent", **record)
        assert told(side, "equipment.no_entry") == []
        with pytest.raises(BadInput, match="say_refused"):
            visits.record_visit(outcome="refused", **record)
        with pytest.raises(BadInput, match="findings_without_visit"):
            visits.record_visit(outcome="absent", findings=["hose"], **record)
        visits.record_visit(outcome="refused", note="不让进门", **record)
        assert told(side, "equipment.no_entry") == ids(side, "dispatcher", "officer", "secretary")
        found = Subject.objects.get()
        assert (found.failed, found.appointed_at, Due.objects.get(subject=home).on) == (2, None, on)
        visits.record_visit(outcome="done", findings=["hose"], parts={"hose": date(2026, 1, 15)}, **record)
        assert dict(Due.objects.filter(subject=home).values_list("what", "on")) == {
            "visit": date(2027, 12, 31), "part": date(2027, 7, 15),
        }  # fmt: skip
        assert (Subject.objects.get().failed, Visit.objects.count()) == (0, 3)
        with pytest.raises(BadInput, match="subject_twice"):
            visits.enter(kind="gas_home", address="1幢101", risk="normal", **common)
        with pytest.raises(NotPermitted):
            visits.enter(kind="house", address="江滨路", risk="c", **common)
        visits.end_subject(subject_id=home.pk, **common)
        assert Due.objects.filter(subject=home).count() == 0


def test_a_house_goes_by_its_risk_and_damage_asks_for_an_appraisal(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("officer"), "now": NOW}
        house = visits.enter(kind="house", address="江滨路 1 号", risk="c", **common)
        assert Due.objects.get(subject=house).on == date(2026, 6, 30)
        visits.set_risk(subject_id=house.pk, risk="d", **common)
        assert Due.objects.get(subject=house).on == date(2026, 6, 7)
        made = visits.record_visit(
            subject_id=house.pk, outcome="done", visited_on=NOW.date(), findings=["crack"], **common
        )
        assert made.appraisal_by == date(2026, 6, 7)
        assert told(side, "equipment.appraisal") == ids(side, "secretary")
        assert Due.objects.get(subject=house).on == date(2026, 6, 14)
