"""What leaves the portal: the calendar, the picture of a shared link, the sheets in large type."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from icalendar import Calendar
from PIL import Image

from documents.actions import make_document
from documents.models import IssuedDocument
from notices import actions
from notices.card import SIZE, _font, wrapped
from notices.models import Notice
from tenancy.scope import scope
from tests.notices.conftest import NOW, SOURCE, TITLE, submitted
from tests.notices.test_reading_pages import key
from tests.world import CANARY, Side, World

ICS = "/board/here/calendar.ics"
A4, A3 = (595, 842), (842, 1191)  # points


def public(side: Side, **given: Any) -> Notice:
    return submitted(side, "officer", public=True, **given)


def events(client: Client) -> list[Any]:
    answer = client.get(ICS)
    assert answer.status_code == 200
    assert answer["content-type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_the_calendar_has_what_is_public_and_no_more(world: World, client: Client) -> None:
    made = public(world.here, title="停水; 请, 注意\\n", expires_at=NOW + timedelta(days=3))
    submitted(world.here, "officer", title="只给住户")
    public(world.there, title=CANARY)
    (event,) = events(client)
    assert str(event["summary"]) == "通知：停水; 请, 注意\\n"
    assert event["uid"] == f"{made.campaign}.{made.ref}"
    assert event.decoded("dtstart").isoformat() == "2026-06-02T10:00:00+08:00"
    assert event.decoded("dtend").isoformat() == "2026-06-05T10:00:00+08:00"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("dtstamp").isoformat() == "2026-06-02T02:00:00+00:00"
    assert "因水箱清洗" in event["description"]
    assert event["url"].endswith(f"/board/here/{made.ref}/")
    raw = client.get(ICS).content
    assert b"\r\n" in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert b"BEGIN:VTIMEZONE" in raw
    for secret in (CANARY, "只给住户", "officer", made.label):
        assert secret not in raw.decode().replace("\r\n ", "")
    assert client.get("/board/nothing/calendar.ics").status_code == 404


def test_a_corrected_one_stays_the_same_event(world: World, client: Client) -> None:
    made = public(world.here)
    (before,) = events(client)
    later = NOW + timedelta(hours=2)
    with scope(made.compound_id):
        actions.amend(
            compound_id=made.compound_id, ref=made.ref, title="改到周日", source=SOURCE, changed="日子",
            by=world.here.actor("officer", NOW.date()), now=later,
        )  # fmt: skip
    (after,) = events(client)
    assert (after["uid"], after["sequence"], str(after["summary"])) == (before["uid"], 1, "通知：改到周日")
    assert after.decoded("dtstamp") == later
    with scope(made.compound_id):
        actions.withdraw(
            compound_id=made.compound_id, ref=made.ref, reason="取消", by=world.here.actor("officer", NOW.date()), now=later
        )  # fmt: skip
    assert events(client) == []


def test_a_shared_link_brings_its_card(world: World, client: Client) -> None:
    made = public(world.here, title="<停水> & 通知")
    page = client.get(f"/board/here/{made.ref}/").content.decode()
    assert '<meta property="og:title" content="&lt;停水&gt; &amp; 通知">' in page
    assert '<meta property="og:description" content="因水箱清洗，6月6日 9:00 至 17:00 停水。' in page
    assert f'/board/here/{made.ref}/card.png">' in page
    answer = client.get(f"/board/here/{made.ref}/card.png")
    assert (answer.status_code, answer["content-type"]) == (200, "image/png")
    image = Image.open(BytesIO(answer.content))
    assert image.size == SIZE
    assert SIZE[0] * 4 == SIZE[1] * 5
    assert len(answer.content) < 60_000
    again = client.get(f"/board/here/{made.ref}/card.png", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("title", ["停", "字" * 80, "😀😀", "𠮷家", "a " * 40])
def test_any_title_is_drawn(world: World, client: Client, title: str) -> None:
    made = public(world.here, title=title)
    assert client.get(f"/board/here/{made.ref}/card.png").status_code == 200


def test_only_what_is_public_has_a_card(world: World, client: Client, sign_in: Callable[..., Client]) -> None:
    made = submitted(world.here, "officer")
    theirs = public(world.there)
    for one in (client, sign_in(world.here, "officer")):
        assert one.get(f"/board/here/{made.ref}/card.png").status_code == 404
        assert one.get(f"/board/here/{theirs.ref}/card.png").status_code == 404


def test_lines_are_never_wider() -> None:
    font = _font("NotoSansHans-Bold.otf", 40)
    for text in ("", "一", "停水通知" * 30, "abc def " * 30):
        lines = wrapped(text, font, 400, 3)
        assert len(lines) <= 3
        assert all(font.getlength(line) <= 400 for line in lines)
    assert wrapped("停水通知" * 30, font, 400, 3)[-1].endswith("…")


@pytest.mark.parametrize(
    ("size", "kind", "paper"),
    [("", "sheet", A4), ("a4", "sheet_large", A4), ("a3", "sheet_a3", A3), ("x", "sheet", A4)],
)
def test_sheets_are_printed_in_every_size(
    world: World, sign_in: Callable[..., Client], size: str, kind: str, paper: tuple[int, int]
) -> None:
    side = world.here
    made = submitted(side, "officer")
    client = sign_in(side, "chair")
    given = {"idempotency_key": key(1), "size": size}
    answer = client.post(f"/c/here/notices/{made.ref}/sheet/", given)
    assert answer.status_code == 302
    with scope(side.compound.pk):
        document = IssuedDocument.objects.get()
        make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
        document.refresh_from_db()
        assert (document.state, document.kind) == ("ready", f"notices.{kind}")
        with default_storage.open(document.file.path) as content:
            sheet = pypdfium2.PdfDocument(content.read())
    assert tuple(round(side) for side in sheet[0].get_size()) == paper
    text = sheet[0].get_textpage().get_text_bounded()
    assert TITLE in text
    assert document.number in text
