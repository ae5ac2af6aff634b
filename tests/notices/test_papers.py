"""PDFs on the phone: their pages as pictures, drawn once a file, read by whoever reads the PDF."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from documents.models import StoredFile
from notices import actions
from notices.actions import papers
from notices.actions.files import attach
from notices.actions.papers import MOST_PAGES, PURPOSE, draw_pages
from notices.models import Attachment, Notice, Page
from notices.queries import MOST_TRIES, compounds_with_work, papers_to_draw
from tenancy.scope import across_tenants, scope
from tests.notices.conftest import NOW, pdf, picture, written
from tests.notices.test_reading_pages import page
from tests.world import Side, World


def sheets(count: int, size: tuple[int, int] = (620, 877)) -> SimpleUploadedFile:
    """A PDF of so many pages, as a scanner makes it."""
    pages = [Image.new("RGB", size, (250 - n, 250, 250)) for n in range(count)]
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=75)
    return SimpleUploadedFile("plan.pdf", out.getvalue(), content_type="application/pdf")


def attached(side: Side, upload: Any, **given: Any) -> tuple[Notice, Attachment]:
    """A draft with one paper."""
    made = written(side, "officer", **given)
    by = side.actor("officer", NOW.date())
    with scope(side.compound.pk):
        return made, attach(compound_id=made.compound_id, ref=made.ref, upload=upload, name="安排", by=by, now=NOW)


def out(side: Side, made: Notice) -> None:
    with scope(side.compound.pk):
        actions.submit(compound_id=made.compound_id, ref=made.ref, by=side.actor("officer", NOW.date()), now=NOW)


def draw(side: Side, row: Attachment) -> int | None:
    return draw_pages(compound_id=side.compound.pk, attachment_id=row.pk, now=NOW)


def test_pages_are_drawn_once_and_shown_in_order(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made, row = attached(side, sheets(3))
    out(side, made)
    client = sign_in(side, "resident")
    address = f"/c/here/notices/{made.ref}/"
    assert "页面图片正在生成" in page(client, address)
    assert draw(side, row) == 3
    assert draw(side, row) is None
    with scope(side.compound.pk):
        drawn = [one.file for one in Page.objects.select_related("file").order_by("number")]
        assert Attachment.objects.get(pk=row.pk).pages == 3
    assert [(one.purpose, one.is_picture, max(one.width, one.height)) for one in drawn] == [(PURPOSE, True, 1600)] * 3
    shown = page(client, address)
    places = [shown.index(one.ref) for one in drawn]
    assert places == sorted(places)
    assert shown.count('loading="lazy"') == 3
    assert "安排，第 3 页" in shown
    assert row.file.ref in shown  # to download it whole
    assert len(shown.encode()) < 60_000
    assert client.get(f"/c/here/files/{drawn[0].ref}/").status_code == 200


def test_of_a_long_paper_the_first_pages_are_shown(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made, row = attached(side, sheets(MOST_PAGES + 2, (100, 140)))
    out(side, made)
    assert draw(side, row) == MOST_PAGES + 2
    shown = page(sign_in(side, "resident"), f"/c/here/notices/{made.ref}/")
    assert shown.count('loading="lazy"') == MOST_PAGES
    assert f"这里只显示前 {MOST_PAGES} 页" in shown


def test_who_reads_the_paper_reads_its_pages(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made, row = attached(side, sheets(1))
    draw(side, row)
    with scope(side.compound.pk):
        ref = Page.objects.select_related("file").get().file.ref
    address = f"/c/here/files/{ref}/"
    assert sign_in(side, "resident").get(address).status_code == 404  # still a draft
    assert sign_in(side, "manager").get(address).status_code == 404
    assert sign_in(side, "officer").get(address).status_code == 200
    out(side, made)
    assert sign_in(side, "resident").get(address).status_code == 200
    assert sign_in(world.there, "officer").get(address).status_code == 404
    assert sign_in(world.there, "officer").get(f"/c/there/files/{ref}/").status_code == 404


@pytest.mark.parametrize("content", [b"%PDF-1.7\n1 0 obj\n", b"%PDF-1.4\n" + b"\x00" * 5000, b"%PDF-1.7\n%%EOF"])
def test_what_cannot_be_drawn_is_given_up(world: World, sign_in: Callable[..., Client], content: bytes) -> None:
    side = world.here
    made, row = attached(side, pdf(content))
    out(side, made)
    assert [draw(side, row) for _ in range(MOST_TRIES + 1)] == [None, None, 0, None]
    shown = page(sign_in(side, "resident"), f"/c/here/notices/{made.ref}/")
    assert "页面图片正在生成" not in shown
    assert row.file.ref in shown
    with scope(side.compound.pk):
        assert not StoredFile.objects.filter(purpose=PURPOSE).exists()


def test_a_drawing_that_takes_too_long_is_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PATIENCE", 0.01)
    _made, row = attached(world.here, sheets(1))
    assert draw(world.here, row) is None


def test_pictures_are_not_drawn(world: World) -> None:
    _made, row = attached(world.here, picture())
    assert draw(world.here, row) is None
    with scope(world.here.compound.pk):
        assert papers_to_draw(world.here.compound.pk, NOW + timedelta(days=1)) == []


def test_nobody_draws_for_the_next_compound(world: World) -> None:
    _made, row = attached(world.here, sheets(1))
    assert draw_pages(compound_id=world.there.compound.pk, attachment_id=row.pk, now=NOW) is None
    with scope(world.here.compound.pk):
        assert not Page.objects.exists()


def test_the_sweep_finds_what_was_lost(world: World) -> None:
    _made, row = attached(world.here, sheets(1))

    def work(minutes: int) -> list[int]:
        with across_tenants(reason="a test"):
            return compounds_with_work(NOW + timedelta(minutes=minutes))

    assert work(2) == []
    assert work(4) == [world.here.compound.pk]
    with scope(world.here.compound.pk):
        assert papers_to_draw(world.here.compound.pk, NOW + timedelta(minutes=1)) == [row.pk]
    draw(world.here, row)
    assert work(4) == []


def test_the_page_asks_the_same_for_one_sheet_and_for_ten(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = world.here
    client = sign_in(side, "resident")
    counts = []
    for number in (1, 10):
        made, row = attached(side, sheets(number, (100, 140)))
        out(side, made)
        draw(side, row)
        page(client, f"/c/here/notices/{made.ref}/")
        with statements() as seen:
            page(client, f"/c/here/notices/{made.ref}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
