"""The certificate: what it says of a publicity that is over, when it is refused, and how it is printed."""

import io
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from PIL import Image
from pypdf import PdfReader

from audit.models import Entry
from documents.actions import DocumentRefused, TargetGone, make_document, request_document
from documents.models import DocumentCheck, IssuedDocument
from documents.queries import checked, print_data_uri
from notices import actions as notices
from notices.actions.reading import mark_read, sign
from notices.models import Signature
from posting.actions import clockwork
from posting.models import Plan, Round, Task
from publicity import certificate
from publicity.actions import objecting, running
from publicity.models import Period
from tenancy.scope import scope
from tests.notices.conftest import NOW, _at_ten, _media, picture  # noqa: F401  fixtures
from tests.posting.conftest import answered as posted
from tests.posting.conftest import open_tasks, three_points
from tests.publicity.objections import answered, notice_of, objected
from tests.publicity.objections import running as out
from tests.world import CANARY, Side, World

DAY = timedelta(days=1)
OVER = NOW + 20 * DAY


def completed(side: Side, now: datetime = OVER) -> None:
    with scope(side.compound.pk):
        running.complete_due(compound_id=side.compound.pk, now=now)


def issued(side: Side, period: Period, who: str = "secretary", *, now: datetime = OVER) -> bytes:
    with scope(side.compound.pk):
        asked = request_document(
            compound_id=side.compound.pk,
            by=side.actor(who, NOW.date()),
            kind=certificate.KIND,
            target=certificate.target_of(period),
            now=now,
        )
        made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=now)
        assert made is not None
        assert made.state == IssuedDocument.State.READY, (made.failure, made.failure_detail)
        with default_storage.open(made.file.path) as content:
            return bytes(content.read())


def words(content: bytes) -> str:
    """The text of a PDF, spaces taken out."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def shown(period: Period) -> dict[str, Any]:
    with scope(period.compound_id):
        return certificate.context(compound_id=period.compound_id, target=certificate.target_of(period))


def test_it_says_what_hung_where_who_read_and_what_was_said(world: World) -> None:
    side = world.here
    three_points(side)
    period = out(side)
    notice = notice_of(period)
    tasks = open_tasks(notice)
    assert len(tasks) == 3
    posted(side, tasks[0])
    posted(side, tasks[1], now=NOW + timedelta(hours=2))
    with scope(side.compound.pk):
        mark_read(notice=notice, by=side.actor("resident", NOW.date()), now=NOW)
        mark_read(notice=notice, by=side.actor("neighbour", NOW.date()), now=OVER)
    made = objected(side, period, uploads=(picture(),), mark="电话13812345678")
    answered(side, made, now=NOW + DAY)
    objected(side, period, "chair", now=NOW + DAY)
    completed(side)
    text = words(issued(side, period))
    resident = side.people["resident"].name
    for said in (
        "公示证明",
        "本次公示自2026年6月3日起至2026年6月17日止，公示15天，已经期满。",
        "2026年6月2日发布，当日不计入；自2026年6月3日零时起，至2026年6月17日二十四时止，日历天数共15天",
        "《民法典》第二百零一条、第二百零三条",
        "物业费调整方案公示",
        "拟将物业费由每月每平方米1.5元调整为1.8元。",
        notice.current.fingerprint[:20],
        "公示期内1户打开看过",
        "安排张贴点3处，有张贴记录2处。1处没有张贴记录。",
        "06-0210:00",
        "06-0212:00",
        "公示期间没有张贴记录",
        "公示期间收到异议2件，已答复1件，到出具本件时没有答复1件。",
        f"{made.building}业主{resident[0]}",
        "电话×××××××××××",
        "部分采纳",
        "没有答复（期限2026年6月10日）",
        "附材料1份",
        "编号2026-000001",
        "查验码",
    ):
        assert "".join(said.split()) in text, said
    assert resident not in text
    assert "没有收到异议" not in text
    assert "金丝雀" not in text


def test_no_objections_is_said_only_when_there_never_was_one(world: World) -> None:
    period = out(world.here)
    gone = objected(world.here, period)
    with scope(world.here.compound.pk):
        objecting.withdraw(
            compound_id=world.here.compound.pk,
            ref=gone.ref,
            reason="",
            by=world.here.actor("resident", NOW.date()),
            now=NOW + DAY,
        )
    other = out(world.here, mark="二")
    completed(world.here)
    assert shown(period)["objections_said"] == "公示期间收到异议1件，由本人撤回1件。"
    assert shown(other)["objections_said"] == "公示期间没有收到异议。"


def test_a_void_publicity_is_certified_as_void_and_as_nothing_else(world: World) -> None:
    period = out(world.here)
    objected(world.here, period)
    with scope(world.here.compound.pk):
        notices.withdraw(
            compound_id=world.here.compound.pk,
            ref=notice_of(period).ref,
            reason="写错了楼幢",
            by=world.here.actor("secretary", NOW.date()),
            now=NOW + DAY,
        )
    text = words(issued(world.here, period))
    assert "本次公示没有满期：2026年6月3日10:00作废，原因：写错了楼幢。" in text
    assert "不能作为已完成公示的证明" in text
    assert "已经期满" not in text
    assert "因公示作废不再答复1件" in text


def test_it_is_not_issued_before_the_end_nor_by_just_anyone(world: World, sign_in: Any) -> None:
    side = world.here
    period = out(side)
    target = certificate.target_of(period)

    def ask(who: str) -> None:
        with scope(side.compound.pk):
            request_document(
                compound_id=side.compound.pk,
                by=side.actor(who, NOW.date()),
                kind=certificate.KIND,
                target=target,
                now=OVER,
            )

    with pytest.raises(DocumentRefused):
        ask("secretary")
    with scope(side.compound.pk), pytest.raises(TargetGone):
        certificate.context(compound_id=side.compound.pk, target=target)
    early = sign_in(side, "secretary").post(
        f"/c/here/notices/{notice_of(period).ref}/certificate/", {"idempotency_key": "k" * 20}, follow=True
    )
    assert "公示还没有期满，期满后才能出证明。" in early.content.decode()
    completed(side)
    for who in ("resident", "worker", "dispatcher", "member"):
        with pytest.raises(DocumentRefused):
            ask(who)
    for bad in ("publicity.period:x", "publicity.period:99999", "other:1"):
        with scope(side.compound.pk), pytest.raises(TargetGone):
            certificate.context(compound_id=side.compound.pk, target=bad)
    ask("chair")
    with scope(world.there.compound.pk):
        assert not certificate.may_print(world.there.actor("secretary", NOW.date()), target)


def test_it_is_numbered_kept_entered_and_can_be_checked(world: World, sign_in: Any) -> None:
    side = world.here
    period = out(side)
    completed(side)
    sent = sign_in(side, "chair").post(
        f"/c/here/notices/{notice_of(period).ref}/certificate/", {"idempotency_key": "k" * 20}
    )
    assert sent.status_code == 302
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get()
        assert sent.url.endswith(f"/{document.pk}/")
        make_document(compound_id=side.compound.pk, document_id=document.pk, now=OVER)
        assert list(
            Entry.objects.filter(target=f"documents.document:{document.pk}")
            .order_by("pk")
            .values_list("verb", flat=True)
        ) == ["documents.request", "documents.issue"]
        found = checked(document.check_code)
    assert isinstance(found, DocumentCheck)
    assert (found.title, found.number) == ("公示证明", "2026-000001")
    assert document.post_label.startswith("小区1业委会")


def test_named_posts_that_signed_and_did_not_stand_in_it(world: World) -> None:
    side = world.here
    period = out(side)
    notice = notice_of(period)
    with scope(side.compound.pk):
        for who in ("manager", "chair"):
            Signature.objects.create(
                compound=side.compound,
                notice=notice,
                post=side.posts[who],
                person_id=side.people[who].pk,
                label=f"{who}签收人",
                asked_at=NOW,
            )
        sign(compound_id=side.compound.pk, ref=notice.ref, by=side.actor("manager", NOW.date()), now=NOW)
    completed(side)
    text = words(issued(side, period))
    assert "manager签收人2026-06-0210:00签收第1版" in text
    assert "chair签收人没有签收" in text


def test_a_paper_that_was_found_gone_is_a_gap(world: World) -> None:
    side = world.here
    three_points(side)
    period = out(side)
    for task in open_tasks(notice_of(period)):
        posted(side, task)
    with scope(side.compound.pk):
        clockwork.look_after(compound_id=side.compound.pk, now=NOW + 8 * DAY)
    looked = open_tasks(notice_of(period), "check")
    posted(side, looked[0], "hanging", now=NOW + 8 * DAY)
    posted(side, looked[1], "missing", now=NOW + 8 * DAY)
    completed(side)
    walls = shown(period)["walls"]
    assert walls[0].checks == "查看1次，在1次，最后06-10 10:00"
    assert walls[1].gaps == ("06-02 10:00还在，06-10 10:00发现缺失或破损，到公示结束",)
    assert shown(period)["walls_said"] == "安排张贴点3处，有张贴记录3处。1处张贴有迟延或中断，见“中断”一栏。"


def test_what_is_next_door_does_not_stand_in_it(world: World) -> None:
    there = out(world.there, mark=CANARY)
    objected(world.there, there, mark=CANARY)
    period = out(world.here)
    completed(world.here)
    assert CANARY not in words(issued(world.here, period))
    with scope(world.here.compound.pk), pytest.raises(TargetGone):
        certificate.context(compound_id=world.here.compound.pk, target=certificate.target_of(there))


def test_a_busy_photo_gives_way_so_that_the_sheet_stays_light(world: World) -> None:
    busy = io.BytesIO()
    Image.effect_noise((1600, 1200), 80).convert("RGB").save(busy, "JPEG", quality=90)
    made = objected(
        world.here, out(world.here), uploads=(SimpleUploadedFile("a.jpg", busy.getvalue()), picture(size=(1600, 1200)))
    )
    with scope(world.here.compound.pk):
        rows = [one.file for one in made.evidence.select_related("file").order_by("pk")]
        sizes = [len(print_data_uri(one, side=800, most=55_000)) * 3 / 4 for one in rows]
        whole = len(print_data_uri(rows[0], side=800)) * 3 / 4
    assert max(sizes) <= 55_100
    assert whole > 100_000


def test_its_papers_are_asked_for_no_longer_than_it_runs(world: World) -> None:
    side = world.here
    three_points(side)
    period = out(side)
    first, *rest = open_tasks(notice_of(period))
    posted(side, first)
    expected = {first.pk: "done", **{one.pk: "missed" for one in rest}}
    completed(side)
    completed(side, OVER + DAY)
    with scope(side.compound.pk):
        period.refresh_from_db()
        assert dict(Task.objects.values_list("pk", "state")) == expected
        assert Plan.objects.get().over_at == period.ended_at
        assert Entry.objects.filter(verb="posting.close").count() == 1
    assert shown(period)["walls_said"] == "安排张贴点3处，有张贴记录1处。2处没有张贴记录。"
    # What was complete before there was an end for papers is ended by the migration alike.
    migration = import_module("publicity.migrations.0003_walls_over")
    with scope(side.compound.pk):
        Plan.objects.update(over_at=None)
        Task.objects.filter(state="missed").update(state="open", ended_at=None, void_why="")
        Round.objects.update(state="open", ended_at=None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(migration.CLOSE)
    with scope(side.compound.pk):
        assert dict(Task.objects.values_list("pk", "state")) == expected
        assert Plan.objects.get().over_at == period.ended_at
        assert [(one.state, one.ended_at) for one in Round.objects.all()] == [("missed", period.ended_at)]
