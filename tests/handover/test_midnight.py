"""The end of a contract at midnight in Shanghai: open requests go on, and what is sent too late is not lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

from audit.models import Entry
from documents.queries import file_for
from handover import tasks
from handover.actions.late import LateRecord, take
from handover.actions.passing import pass_on
from handover.models import Passed
from handover.queries import compounds_with_stranded
from handover.refusals import NoSuchRecord, NotPermitted, OutOfState
from messaging.models import Message
from repairs.actions import quotes, work
from repairs.actions.change import NoSuchRequest
from repairs.models import HELD, Event, Photo, Quote, Request
from repairs.queries import request_for
from repairs.rules.money import Line
from repairs.words import line_text
from tenancy.scope import across_tenants, scope
from tests.handover.conftest import (
    LAST_DAY,
    MIDNIGHT,
    NEXT_FIRM,
    NOW,
    actor_on,
    bring_to,
    end_contract,
    file_one,
    next_firm,
    picture,
)
from tests.repairs.test_board import copies
from tests.world import Side, World

BEFORE = MIDNIGHT - timedelta(seconds=1)
AFTER = MIDNIGHT + timedelta(seconds=1)


def pass_all(side: Side, now: Any) -> int:
    with scope(side.compound.pk):
        return pass_on(compound_id=side.compound.pk, now=now)


def fresh(side: Side, request: Request) -> Request:
    with scope(side.compound.pk):
        return Request.objects.select_related("company", "worker").get(pk=request.pk)


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
        return {names[pk] for pk in rows.values_list("person_id", flat=True)}


@pytest.mark.parametrize("state", ["submitted", "accepted", "assigned", "working", "paused"])
def test_every_open_request_goes_to_the_next_desk(leaving: Callable[..., Side], state: str) -> None:
    side = leaving(next=True)
    request = bring_to(side, state, now=MIDNIGHT - timedelta(hours=5))
    was = fresh(side, request)
    assert pass_all(side, BEFORE) == 0
    assert pass_all(side, MIDNIGHT) == 1
    now = fresh(side, request)
    assert (now.state, now.company.name, now.worker, now.worker_post) == ("submitted", NEXT_FIRM, None, None)
    assert (now.opened_at, now.clock_from, now.accepted_at, now.level) == (MIDNIGHT, MIDNIGHT, None, -1)
    assert now.due_at is not None
    assert now.due_at > MIDNIGHT
    with scope(side.compound.pk):
        event = Event.objects.get(request=request, action="hand_on")
        assert (event.from_state, event.to_state, event.note) == (state, "submitted", f"和美物业 → {NEXT_FIRM}")
        entry = Entry.objects.get(verb="repairs.hand_on")
        assert entry.changes.get("state", ["submitted", "submitted"]) == [state, "submitted"]
        passed = Passed.objects.get()
        assert (passed.from_name, passed.to_name, passed.from_state) == ("和美物业", NEXT_FIRM, state)
        assert passed.from_post == was.worker_post
        assert passed.due_at == (was.due_at or was.paused_due_at)
    assert told(side, "repairs.handed_on") == {"resident"}
    assert told(side, "handover.cases_came") == {"manager2"}
    assert told(side, "handover.cases_went") == {"secretary", "officer"}
    assert NEXT_FIRM in line_text(now, MIDNIGHT)
    assert pass_all(side, AFTER) == 0  # once
    with scope(side.compound.pk):
        assert Event.objects.filter(request=request, action="hand_on").count() == 1


@pytest.mark.parametrize("state", ["awaiting", "done", "returned", "closed", "withdrawn", "merged"])
def test_what_is_not_the_firms_to_do_stays(leaving: Callable[..., Side], state: str) -> None:
    side = leaving(next=True)
    request = bring_to(side, state, now=MIDNIGHT - timedelta(hours=5))
    pass_all(side, MIDNIGHT)
    assert (fresh(side, request).state, fresh(side, request).company.name) == (state, "和美物业")


def test_without_a_firm_the_community_has_them_and_no_clock_runs(leaving: Callable[..., Side]) -> None:
    side = leaving()
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    assert pass_all(side, MIDNIGHT) == 1
    now = fresh(side, request)
    assert (now.state, now.company, now.due_at, now.next_step_at) == ("submitted", None, None, None)
    assert line_text(now, MIDNIGHT) == "小区暂时没有物业，由社区跟进；新物业一到岗就转过去，从那时起算时限"
    assert told(side, "repairs.handed_to_nobody") == {"resident"}
    assert told(side, "handover.cases_without_firm") == {"secretary", "officer"}
    # Five days later a firm has come.
    first = LAST_DAY + timedelta(days=6)
    next_firm(side, starts=first)
    later = MIDNIGHT + timedelta(days=5)
    assert pass_all(side, later - timedelta(seconds=1)) == 0
    assert pass_all(side, later) == 1
    then = fresh(side, request)
    assert (then.company.name, then.clock_from) == (NEXT_FIRM, later)
    assert told(side, "repairs.handed_on") == {"resident"}


def test_a_renewed_contract_moves_nothing(leaving: Callable[..., Side]) -> None:
    side = leaving()
    next_firm(side, name="和美物业")
    request = bring_to(side, "assigned", now=MIDNIGHT - timedelta(hours=5))
    assert pass_all(side, AFTER) == 0
    assert fresh(side, request).state == "assigned"


def test_a_price_that_waits_is_taken_back_and_an_agreed_one_stays(leaving: Callable[..., Side]) -> None:
    side = leaving(next=True)
    asked = bring_to(side, "assigned", now=MIDNIGHT - timedelta(hours=5))
    with scope(side.compound.pk):
        quotes.tell_price(
            compound_id=side.compound.pk,
            ref=asked.ref,
            lines=[Line("labour", "工时", 1, 5_000)],
            note="",
            by=side.actor("worker", NOW.date()),
            now=BEFORE,
        )
    pass_all(side, MIDNIGHT)
    with scope(side.compound.pk):
        assert list(Quote.objects.values_list("state", flat=True)) == ["replaced"]


def test_many_go_in_batches(leaving: Callable[..., Side], monkeypatch: pytest.MonkeyPatch) -> None:
    side = leaving(next=True)
    copies(side, bring_to(side, "accepted", now=MIDNIGHT - timedelta(hours=5)), 11)
    monkeypatch.setattr("handover.actions.passing.BATCH", 5)
    monkeypatch.setattr("repairs.actions.handing.BATCH", 5)
    assert pass_all(side, MIDNIGHT) == 12
    with scope(side.compound.pk):
        assert not Request.objects.filter(state__in=HELD).exclude(company__name=NEXT_FIRM).exists()


def test_the_sweep_finds_them_also_after_a_long_downtime(
    committed_db: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = world.here
    end_contract(side)
    next_firm(side)
    file_one(side, now=NOW)
    file_one(world.there, now=NOW)
    asked: list[int] = []
    monkeypatch.setattr(tasks.pass_on_in, "delay", lambda *, compound_id: asked.append(compound_id))
    for moment, found in (
        (BEFORE, 0),
        (MIDNIGHT, 1),
        (MIDNIGHT + timedelta(days=9), 1),
        (MIDNIGHT + timedelta(days=90), 0),
    ):
        with time_machine.travel(moment, tick=False):
            assert tasks.sweep() == found
    with time_machine.travel(MIDNIGHT + timedelta(days=90), tick=False):
        assert tasks.sweep_wide() == 1
        assert set(asked) == {side.compound.pk}
        assert tasks.pass_on_in(compound_id=side.compound.pk) == 1
        assert tasks.sweep_wide() == 0


def test_finding_them_is_one_statement(leaving: Callable[..., Side], statements: Callable[[], Any]) -> None:
    side = leaving(next=True)
    file_one(side)
    with across_tenants(reason="test") as opened, statements() as seen:
        found = compounds_with_stranded(opened.compound_ids, localdate(MIDNIGHT), since=LAST_DAY)
    assert found == [side.compound.pk]
    assert len(seen) == 1


# --- the worker who is signing at midnight -------------------------------------------------------------------------------
def finish(client: Client, request: Request, key: str, *, note: str = "换了阀门，试过不漏") -> Any:
    return client.post(
        f"/c/here/repairs/{request.ref}/finish/",
        {"note": note, "photos": [picture()], "idempotency_key": key},
    )


def test_a_second_before_midnight_it_counts(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving(next=True)
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    with time_machine.travel(BEFORE, tick=False):
        answer = finish(sign_in(side, "worker"), request, "k" * 24)
    assert answer.status_code == 302
    assert fresh(side, request).state == "awaiting"
    with scope(side.compound.pk):
        assert not LateRecord.objects.exists()
    assert pass_all(side, MIDNIGHT) == 0


@pytest.mark.parametrize("moment", [MIDNIGHT, AFTER, MIDNIGHT + timedelta(days=20)])
@pytest.mark.parametrize("swept", [True, False])
def test_after_it_words_and_photos_are_kept_aside(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], moment: Any, swept: bool
) -> None:
    side = leaving(next=True)
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    if swept:
        pass_all(side, MIDNIGHT)
    with time_machine.travel(moment, tick=False):
        client = sign_in(side, "worker")
        answer = finish(client, request, "k" * 24)
        again = finish(client, request, "k" * 24)
    for one in (answer, again):
        assert one.status_code == 409
        text = one.content.decode()
        assert "服务到 2026-06-10 为止" in text
        assert "没有丢" in text
        assert "换了阀门，试过不漏" in text
    assert fresh(side, request).state == ("submitted" if swept else "working")
    with scope(side.compound.pk):
        kept = LateRecord.objects.get()
        assert (kept.words, kept.action, kept.person_name, kept.state) == (
            "换了阀门，试过不漏",
            "finish",
            "worker",
            "kept",
        )
        assert (kept.received_at, kept.last_day) == (moment, LAST_DAY)
        assert kept.photos.count() == 1
        assert Entry.objects.filter(verb="handover.late_keep").count() == 1
    assert told(side, "handover.late") == {"manager2", "secretary", "officer"}


def test_a_signature_too_is_kept(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    with time_machine.travel(AFTER, tick=False):
        answer = sign_in(side, "worker").post(
            f"/c/here/repairs/{request.ref}/sign/",
            {"role": "resident", "name": "王䶮", "drawing": "", "idempotency_key": "s" * 24},
        )
    assert answer.status_code == 409
    assert "签名没有丢" in answer.content.decode()
    with scope(side.compound.pk):
        kept = LateRecord.objects.get()
        assert (kept.signer, kept.signature.purpose) == ("王䶮", "handover.late")


def test_the_same_over_rest(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    with time_machine.travel(AFTER, tick=False):
        answer = sign_in(side, "worker").post(
            f"/api/v1/compounds/here/repairs/{request.ref}/pause/",
            {"reason": "等配件"},
            content_type="application/json",
            headers={"Idempotency-Key": "a" * 24},
        )
    assert answer.status_code == 409
    assert answer.json()["code"] == "contract_over"
    with scope(side.compound.pk):
        assert list(LateRecord.objects.values_list("action", "words")) == [("pause", "等配件")]


def test_a_file_that_is_no_photo_loses_no_words(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    page = SimpleUploadedFile("p.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    with time_machine.travel(AFTER, tick=False):
        answer = sign_in(side, "worker").post(
            f"/c/here/repairs/{request.ref}/finish/",
            {"note": "好了\x00𫖯😀", "photos": [picture(), page], "idempotency_key": "f" * 24},
        )
    assert answer.status_code == 409
    with scope(side.compound.pk):
        kept = LateRecord.objects.get()
        assert (kept.words, kept.photos.count(), kept.unread_files) == ("好了𫖯😀", 1, 1)


@pytest.mark.parametrize("who", ["worker2", "resident"])
def test_what_was_never_theirs_is_not_there(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], who: str
) -> None:
    """Another worker of the firm, and a resident who may not do it, read what they always read."""
    side = leaving(next=True)
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5), who="neighbour")
    with time_machine.travel(AFTER, tick=False):
        assert finish(sign_in(side, who), request, "n" * 24).status_code == 404
    with scope(side.compound.pk):
        assert not LateRecord.objects.exists()


def test_a_firm_next_door_keeps_nothing_here(world: World, leaving: Callable[..., Side], sign_in: Any) -> None:
    side = leaving()
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    end_contract(world.there)
    with time_machine.travel(AFTER, tick=False):
        for name in ("worker", "manager"):
            assert finish(sign_in(world.there, name), request, "x" * 24).status_code == 404
        assert finish(sign_in(side, "worker"), request, "y" * 24).status_code == 409
        # sixty days on it is over
    with time_machine.travel(MIDNIGHT + timedelta(days=61), tick=False):
        assert finish(sign_in(side, "worker"), request, "z" * 24).status_code == 404
    with scope(side.compound.pk):
        assert LateRecord.objects.count() == 1


def kept_one(side: Side, sign_in: Callable[..., Client]) -> tuple[Request, LateRecord]:
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    pass_all(side, MIDNIGHT)
    with time_machine.travel(AFTER, tick=False):
        assert finish(sign_in(side, "worker"), request, "k" * 24).status_code == 409
    with scope(side.compound.pk):
        return request, LateRecord.objects.get()


@pytest.mark.parametrize("who", ["manager2", "officer"])
def test_the_new_side_takes_it_over_with_one_tap(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], who: str
) -> None:
    side = leaving(next=True)
    request, kept = kept_one(side, sign_in)
    with time_machine.travel(AFTER, tick=False):
        client = sign_in(side, who)
        page = client.get("/c/here/handover/late/")
        assert page.status_code == 200
        assert "换了阀门，试过不漏" in page.content.decode()
        answer = client.post(f"/c/here/handover/late/{kept.ref}/", {"idempotency_key": "t" * 24})
        assert (answer.status_code, answer["location"]) == (302, f"/c/here/repairs/{request.ref}/")
        assert client.post(f"/c/here/handover/late/{kept.ref}/", {"idempotency_key": "t" * 24}).status_code == 302
        late = client.post(f"/c/here/handover/late/{kept.ref}/", {"idempotency_key": "u" * 24})
        assert late.status_code == 409
    with scope(side.compound.pk):
        kept.refresh_from_db()
        assert kept.state == "taken"
        event = Event.objects.get(request=request, action="take_late")
        assert event.note == "和美物业 worker：换了阀门，试过不漏"
        photo = Photo.objects.get(request=request)
        assert (photo.stage, photo.file.purpose) == ("after", "repairs.photo")
        resident = side.actor("resident", NOW.date())
        assert file_for(resident, side.compound.pk, photo.file.ref) is not None
        assert request_for(resident, compound_id=side.compound.pk, ref=request.ref).state == "submitted"


def test_others_neither_read_nor_take(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving(next=True)
    _request, kept = kept_one(side, sign_in)
    after = LAST_DAY + timedelta(days=1)
    with scope(side.compound.pk):
        for who in ("chair", "street", "worker3"):
            with pytest.raises((NoSuchRecord, NotPermitted)):
                take(compound_id=side.compound.pk, ref=kept.ref, by=actor_on(side, who, after), now=AFTER)
        photo = kept.photos.get().file
        for who, reads in (("manager2", True), ("officer", True), ("chair", False), ("worker3", False)):
            assert (file_for(actor_on(side, who, after), side.compound.pk, photo.ref) is not None) is reads
        take(compound_id=side.compound.pk, ref=kept.ref, by=actor_on(side, "manager2", after), now=AFTER)
        with pytest.raises(OutOfState) as again:
            take(compound_id=side.compound.pk, ref=kept.ref, by=actor_on(side, "officer", after), now=AFTER)
        assert again.value.code == "taken_already"


def test_the_dismissed_firm_sees_nothing_of_the_compound(
    leaving: Callable[..., Side], sign_in: Callable[..., Client]
) -> None:
    side = leaving(next=True)
    request, _kept = kept_one(side, sign_in)
    with time_machine.travel(AFTER, tick=False):
        for path in ("handover/", "handover/late/", f"repairs/{request.ref}/", "board/"):
            assert sign_in(side, "manager").get(f"/c/here/{path}").status_code == 404


# --- races, with real threads -------------------------------------------------------------------------------------------
def test_finishing_and_passing_on_at_once_loses_nothing(committed_db: str, world: World) -> None:
    """Whoever's request began before midnight and the sweep after it: one of them wins, never both, never neither."""
    side = world.here
    end_contract(side)
    next_firm(side)
    requests = [bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5)) for _ in range(8)]
    by = side.actor("worker", NOW.date())  # looked up a moment before midnight
    together = threading.Barrier(2)
    finished: set[str] = set()

    def work_on() -> None:
        try:
            together.wait(timeout=10)
            for request in requests:
                with scope(side.compound.pk):
                    try:
                        work.finish(
                            compound_id=side.compound.pk,
                            ref=request.ref,
                            note="好了",
                            photos=[picture()],
                            by=by,
                            now=MIDNIGHT,
                        )
                        finished.add(request.ref)
                    except (NotPermitted, NoSuchRequest, OutOfState):
                        pass  # the sweep was first
        finally:
            connection.close()

    def sweep() -> None:
        try:
            together.wait(timeout=10)
            for _again in range(10):
                pass_all(side, MIDNIGHT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work_on), pool.submit(sweep)]:
            done.result(timeout=60)
    pass_all(side, AFTER)
    with scope(side.compound.pk):
        for request in Request.objects.filter(pk__in=[one.pk for one in requests]).select_related("company"):
            expected = ("awaiting", "和美物业") if request.ref in finished else ("submitted", NEXT_FIRM)
            assert (request.state, request.company.name) == expected
        assert Event.objects.filter(action="hand_on").count() == len(requests) - len(finished)
        assert Passed.objects.count() == len(requests) - len(finished)


def test_two_sweeps_at_once_pass_each_on_once(committed_db: str, world: World) -> None:
    side = world.here
    end_contract(side)
    next_firm(side)
    requests = [bring_to(side, "assigned", now=MIDNIGHT - timedelta(hours=5)) for _ in range(6)]
    together = threading.Barrier(2)

    def go(_: int) -> int:
        try:
            together.wait(timeout=10)
            return sum(pass_all(side, MIDNIGHT) for _again in range(4))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(go, range(2))) == len(requests)
    with scope(side.compound.pk):
        assert Passed.objects.count() == len(requests)


def test_the_same_late_sending_twice_at_once_is_one_record(committed_db: str, world: World, sign_in: Any) -> None:
    side = world.here
    end_contract(side)
    request = bring_to(side, "working", now=MIDNIGHT - timedelta(hours=5))
    with time_machine.travel(AFTER, tick=False):
        clients = [sign_in(side, "worker") for _ in range(2)]
        together = threading.Barrier(2)

        def go(client: Client) -> int:
            try:
                together.wait(timeout=10)
                return int(finish(client, request, "k" * 24).status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            assert set(pool.map(go, clients)) == {409}
    with scope(side.compound.pk):
        assert LateRecord.objects.count() == 1
