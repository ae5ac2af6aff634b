"""What is done to defects: one open a piece and item, three steps by their people, requests, corrections, refusals."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from defects.actions import finding, keeping, sending, steps
from defects.actions.change import clock
from defects.actions.keeping import Told
from defects.models import Correction, Defect, Event, FundRequest, Photo
from defects.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState, Refused
from equipment.actions import reports
from equipment.models import Report
from messaging.models import Message
from repairs.actions import dispatch, work
from repairs.models import Request
from tenancy.scope import scope
from tests.defects.conftest import DAY, HOUR, NOW, a_piece, again, code_of, do, entered, failure, picture
from tests.world import Side, World


def heard(side: Side, *failures: Any, who: str = "worker") -> None:
    with scope(side.compound.pk):
        finding.hear(failures, side.actor(who, NOW.date()), NOW)


def the(side: Side) -> Defect:
    with scope(side.compound.pk):
        found: Defect = Defect.objects.select_related("repair").get()
        return found


def codes_of(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return sorted(set(Message.objects.filter(template__startswith="defects.").values_list("template", flat=True)))


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(verb__startswith="defects.").order_by("pk").values_list("verb", flat=True))


def finished(side: Side, request: Request, who: str = "worker") -> None:
    """The worker claims it, begins and finishes."""
    given: dict[str, Any] = {
        "compound_id": side.compound.pk,
        "ref": request.ref,
        "by": side.actor(who, NOW.date()),
        "now": NOW,
    }
    with scope(side.compound.pk):
        work.claim(**given)
        work.start(photos=[], **given)
        work.finish(note="换了新的", photos=[picture()], **given)


def test_what_somebody_finds_is_a_defect_and_a_request(world: World) -> None:
    side = world.here
    made = entered(side, photos=[picture()])
    there = again(side, made)
    assert (there.number, there.state, there.severity, there.times) == (
        "GZ2026-000001".replace("-", ""),
        "found",
        "high",
        1,
    )
    assert there.place.startswith("MHQ-1 ")
    request = there.repair
    assert (request.category, request.place, request.state, request.urgent) == ("fire", "public", "submitted", False)
    assert there.number in request.words
    assert "MHQ-1" in request.place_text
    assert request.is_finding
    with scope(side.compound.pk):
        ours, theirs = Photo.objects.select_related("file").get().file, request.photos.select_related("file").get().file
        assert (ours.purpose, theirs.purpose) == ("defects.photo", "repairs.photo")
        assert ours.sha256 == theirs.sha256
    assert codes_of(side) == ["defects.found"]
    assert verbs(side) == ["defects.found", "defects.send"]


def test_a_second_fail_adds_to_the_open_one(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    heard(side, failure(side, piece, n=1))
    heard(side, failure(side, piece, n=2, note="还是红区", found_at=NOW + HOUR))
    # The same answer once more changes nothing.
    heard(side, failure(side, piece, n=2))
    made = the(side)
    assert (made.times, made.state, made.found_by) == (2, "found", side.actor("worker", NOW.date()).person_id)
    with scope(side.compound.pk):
        assert Request.objects.filter(category="fire").count() == 1
        assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["found", "send", "again"]


def test_two_items_of_one_piece_are_two_defects_and_one_request(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    heard(
        side, failure(side, piece), failure(side, piece, item="body", name="筒体锈蚀变形", value="bad", note="底部锈穿")
    )
    with scope(side.compound.pk):
        one, two = Defect.objects.order_by("pk")
        assert (one.repair_id, two.words) == (two.repair_id, "底部锈穿")
        request = Request.objects.get(pk=one.repair_id)
    finished(side, request)
    assert {again(side, one).state, again(side, two).state} == {"repaired"}
    # Cleared one by one; the request is done with the last.
    do(side, steps.clear, one, note="")
    with scope(side.compound.pk):
        assert Request.objects.get(pk=request.pk).state == "awaiting"
    do(side, steps.clear, two, note="")
    with scope(side.compound.pk):
        found = Request.objects.get(pk=request.pk)
        assert (found.state, found.stars, found.closed_at) == ("done", None, NOW)


def test_the_database_holds_one_open_defect(world: World) -> None:
    side = world.here
    made = again(side, entered(side))
    with scope(side.compound.pk), pytest.raises(IntegrityError, match="defect_one_open_piece"), transaction.atomic():
        Defect.objects.create(
            compound_id=side.compound.pk, ref="x", number="GZ9", piece_id=made.piece_id, item=made.item, item_name="x",
            place="x", severity="low", source="hand", words="x", found_at=NOW, found_by=1, found_as="x", due_at=NOW,
        )  # fmt: skip


def test_places_without_a_piece_have_one_open_each_too(world: World) -> None:
    side = world.here
    heard(side, failure(side, None, n=1, item="blocked", name="通道畅通"))
    heard(side, failure(side, None, n=2, item="blocked", name="通道畅通", found_at=NOW + HOUR))
    made = the(side)
    assert (made.times, made.point_id, made.place) == (2, 7, "B1 东侧")


def test_put_right_on_the_spot_waits_for_its_re_check_without_a_request(world: World) -> None:
    side = world.here
    heard(side, failure(side, a_piece(side), fixed=True))
    made = the(side)
    assert (made.state, made.method, made.repair_id) == ("repaired", "当场处理好", None)
    assert made.repaired_by == made.found_by


def test_nobody_unnamed_files_a_request(world: World) -> None:
    """The clock, or whoever's post has ended, is no filer: the desk sends it on."""
    side = world.here
    with scope(side.compound.pk):
        finding.hear([failure(side, a_piece(side))], clock(side.compound.pk), NOW)
    made = the(side)
    assert made.repair_id is None
    do(side, sending.send, made)
    assert again(side, made).repair.state == "submitted"


def test_a_report_at_a_label_becomes_a_defect(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    code = code_of(side, piece)
    compound = side.compound.pk
    with scope(compound):
        report = reports.report(
            compound_id=compound, code=code, item="gauge", words="红的", origin="10.0.0.1", now=NOW, photos=[picture()]
        )
        with pytest.raises(NotPermitted):
            finding.accept_report(compound_id=compound, report_id=report.pk, by=side.actor("worker"), now=NOW)
        made = finding.accept_report(compound_id=compound, report_id=report.pk, by=side.actor("manager"), now=NOW)
        assert (made.source, made.found_by, made.found_as, made.words) == ("report", 0, "扫码报告", "红的")
        assert Report.objects.get().outcome == f"已记为故障 {made.number}"
        assert made.photos.count() == 1
        assert again(side, made).repair.photos.count() == 1
        with pytest.raises(OutOfState, match="report_seen"):
            finding.accept_report(compound_id=compound, report_id=report.pk, by=side.actor("manager"), now=NOW)
        with pytest.raises(NoSuchThing):
            finding.accept_report(compound_id=compound, report_id=0, by=side.actor("manager"), now=NOW)


def test_three_actors_and_three_times(world: World) -> None:
    side = world.here
    made = again(side, entered(side))
    finished(side, made.repair)
    there = again(side, made)
    worker = side.actor("worker", NOW.date())
    assert (there.state, there.repaired_by, there.method) == ("repaired", worker.person_id, "换了新的")
    with pytest.raises(NotPermitted, match="not_yours"):
        do(side, steps.clear, made, "worker2", note="")
    cleared = do(side, steps.clear, made, "manager", note="指针在绿区", now=NOW + HOUR)
    assert (cleared.state, cleared.cleared_note) == ("cleared", "指针在绿区")
    assert len({cleared.cleared_by, cleared.repaired_by}) == 2
    assert codes_of(side) == ["defects.cleared", "defects.found"]
    with pytest.raises(OutOfState, match="defect_moved_on"):
        do(side, steps.clear, made, note="")


def test_whoever_repaired_it_does_not_clear_it(world: World) -> None:
    side = world.here
    heard(side, failure(side, a_piece(side), fixed=True, found_by=side.actor("manager", NOW.date()).person_id))
    made = the(side)
    for step, given in ((steps.clear, {"note": ""}), (steps.reject, {"reason": "不行"})):
        with pytest.raises(NotPermitted, match="own_repair"):
            do(side, step, made, **cast("dict[str, Any]", given))
    with scope(side.compound.pk), pytest.raises(IntegrityError, match="defect_two_people"), transaction.atomic():
        Defect.objects.update(state="cleared", cleared_at=NOW, cleared_by=made.repaired_by)
    assert do(side, steps.clear, made, "dispatcher", note="").state == "cleared"


def test_what_fails_the_re_check_goes_back_by_the_same_request(world: World) -> None:
    side = world.here
    made = again(side, entered(side))
    finished(side, made.repair)
    do(side, steps.reject, made, reason="指针还在红区")
    there = again(side, made)
    assert (there.state, there.repair_id, there.repair.state) == ("found", made.repair_id, "accepted")
    assert "defects.rejected" in codes_of(side)


def test_a_fail_after_the_repair_says_that_it_did_not_hold(world: World) -> None:
    side = world.here
    piece = a_piece(side)
    heard(side, failure(side, piece, n=1, fixed=True))
    heard(side, failure(side, piece, n=2, found_at=NOW - HOUR))
    assert (the(side).state, the(side).times) == ("repaired", 2)
    heard(side, failure(side, piece, n=3, found_at=NOW + HOUR))
    made = the(side)
    assert (made.state, made.times, made.repair.state) == ("found", 3, "submitted")


def test_an_open_request_is_finished_there(world: World) -> None:
    side = world.here
    made = entered(side)
    for step, given in ((steps.repair, {"method": "换"}), (steps.drop, {"reason": "看错"}), (sending.send, {})):
        with pytest.raises(OutOfState, match="repair_open"):
            do(side, step, made, **cast("dict[str, Any]", given))
    with scope(side.compound.pk):
        dispatch.accept(
            compound_id=side.compound.pk, ref=again(side, made).repair.ref, by=side.actor("manager"), now=NOW
        )
        dispatch.force_close(
            compound_id=side.compound.pk, ref=again(side, made).repair.ref, reason="重复", by=side.actor("manager"),
            now=NOW,
        )  # fmt: skip
    assert do(side, steps.repair, made, "worker", method="换压力表", photos=[picture()]).state == "repaired"
    assert "defects.repaired" in codes_of(side)


def test_what_was_no_defect_says_why(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        finding.hear([failure(side, a_piece(side))], clock(side.compound.pk), NOW)
    made = the(side)
    with pytest.raises(BadInput, match="say_why"):
        do(side, steps.drop, made, reason=" ")
    assert do(side, steps.drop, made, reason="表是好的").state == "dropped"
    # It is not open any more: the next one is another.
    heard(side, failure(side, None, n=9))
    with scope(side.compound.pk):
        assert list(Defect.objects.order_by("number").values_list("number", flat=True)) == [
            "GZ2026000001",
            "GZ2026000002",
        ]


def test_a_standstill_over_a_day_lacks_columns(world: World) -> None:
    side = world.here
    made = entered(side, stopped=True, found_at=NOW - 2 * DAY)
    assert again(side, made).severity == "critical"
    finished(side, again(side, made).repair)
    fill: Callable[[], Any]
    for code, fill in (
        ("lacks_approved", lambda: do(side, keeping.approve, made)),
        (
            "lacks_safeguards",
            lambda: do(side, keeping.stand_still, made, "worker", stopped_at=NOW - 2 * DAY, safeguards="两人巡查"),
        ),
        (
            "lacks_fire_service",
            lambda: do(side, keeping.report_out, made, told=Told(NOW - DAY, "phone", "2026-17", "值班员")),
        ),
    ):
        with pytest.raises(OutOfState, match=code):
            do(side, steps.clear, made, note="")
        fill()
    assert do(side, steps.clear, made, note="").state == "cleared"
    assert again(side, made).restored_at == NOW


def test_a_standstill_is_signed_by_the_manager(world: World) -> None:
    side = world.here
    made = entered(side)
    with pytest.raises(OutOfState, match="not_stopped"):
        do(side, keeping.approve, made)
    do(side, keeping.stand_still, made, "worker", stopped_at=NOW - HOUR, safeguards="")
    with pytest.raises(NotPermitted):
        do(side, keeping.approve, made, "dispatcher")
    do(side, keeping.approve, made)
    with pytest.raises(OutOfState, match="approved_already"):
        do(side, keeping.approve, made)
    with pytest.raises(BadInput, match="say_safeguards"):
        do(side, keeping.stand_still, made, "worker", stopped_at=NOW - 2 * DAY, safeguards="")
    with pytest.raises(BadInput, match="no_such_stop"):
        do(side, keeping.stand_still, made, "worker", stopped_at=NOW, safeguards="x", stop_ref="none")


def test_a_correction_keeps_what_stood_there(world: World) -> None:
    side = world.here
    made = entered(side)
    do(side, keeping.correct, made, name="words", value="指针在黄区", reason="看错了")
    do(side, keeping.correct, made, name="severity", value="critical", reason="整个地下室没有水")
    there = again(side, made)
    assert (there.words, there.severity, there.due_at) == ("指针在黄区", "critical", NOW + DAY)
    with scope(side.compound.pk):
        assert list(Correction.objects.order_by("pk").values_list("field", "old", "new")) == [
            ("words", "指针在红区", "指针在黄区"), ("severity", "high", "critical"),
        ]  # fmt: skip
    for given, error in (
        ({"name": "words", "value": "指针在黄区", "reason": "x"}, BadInput),
        ({"name": "words", "value": "新", "reason": ""}, BadInput),
        ({"name": "method", "value": "新", "reason": "x"}, OutOfState),
        ({"name": "severity", "value": "worst", "reason": "x"}, BadInput),
        ({"name": "state", "value": "cleared", "reason": "x"}, NoSuchThing),
    ):
        with pytest.raises(error):
            do(side, keeping.correct, made, **cast("dict[str, Any]", given))
    with pytest.raises(NotPermitted):
        do(side, keeping.correct, made, "worker", name="words", value="新", reason="x")


def test_the_fund_is_asked_only_for_more_than_the_fee_bears(world: World) -> None:
    side = world.here
    made = entered(side)
    for amount, fee, code in ((0, 0, "amount_wrong"), (100, 100, "within_fee"), (100, -1, "amount_wrong")):
        with pytest.raises(BadInput, match=code):
            do(side, keeping.ask_fund, made, amount_fen=amount, fee_fen=fee, reason="x")
    with pytest.raises(BadInput, match="no_such_item"):
        do(side, keeping.ask_fund, made, amount_fen=200, fee_fen=100, reason="x", item_id=0)
    for amount in (200, 300):
        do(side, keeping.ask_fund, made, amount_fen=amount, fee_fen=100, reason="水泵要换")
    with scope(side.compound.pk):
        assert FundRequest.objects.get().amount_fen == 300
    assert "defects.fund" in codes_of(side)


@pytest.mark.parametrize("who", ["officer", "chair", "resident", "city"])
def test_nobody_else_writes(world: World, who: str) -> None:
    side = world.here
    made = entered(side)
    told = Told(NOW, "phone", "1", "2")
    for action, given in (
        (steps.repair, {"method": "x"}), (steps.clear, {"note": ""}), (steps.reject, {"reason": "x"}),
        (steps.drop, {"reason": "x"}), (sending.send, {}), (keeping.approve, {}),
        (keeping.stand_still, {"stopped_at": NOW, "safeguards": ""}), (keeping.report_out, {"told": told}),
        (keeping.ask_fund, {"amount_fen": 2, "fee_fen": 1, "reason": "x"}),
        (keeping.correct, {"name": "words", "value": "y", "reason": "x"}),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            do(side, action, made, who, **given)
    with pytest.raises(NotPermitted):
        entered(side, again(side, made).piece, who=who)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"item": "nothing"}, "unknown_item"),
        ({"item": "", "words": " "}, "say_what"),
        ({"words": "长" * 301}, "too_long"),
        ({"found_at": NOW + HOUR}, "found_in_future"),
        ({"found_at": NOW - 40 * DAY}, "found_too_long_ago"),
        ({"photos": [None] * 10}, "too_many_photos"),
    ],
)
def test_what_cannot_be_entered_leaves_nothing(world: World, given: dict[str, Any], code: str) -> None:
    side = world.here
    piece = a_piece(side)
    with pytest.raises(Refused, match=code):
        entered(side, piece, **given)
    with scope(side.compound.pk):
        assert (Defect.objects.count(), Request.objects.filter(category="fire").count()) == (0, 0)


def test_another_compounds_is_not_there(world: World) -> None:
    there = entered(world.there)
    with pytest.raises(NoSuchThing):
        do(world.here, steps.clear, there, note="")
    with pytest.raises(BadInput, match="no_such_piece"):
        entered(world.here, again(world.there, there).piece)
