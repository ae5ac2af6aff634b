"""Photos on what anyone reports at a label: taken in as the house takes photos in, limited, seen by the firm alone."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from documents.models import StoredFile
from equipment.actions import reports
from equipment.actions.reports import TooMany
from equipment.models import Report, ReportPhoto
from tenancy.scope import scope
from tests.equipment.conftest import DAY, NOW, a_piece, code_of
from tests.equipment.test_pages import BASE
from tests.repairs.conftest import picture
from tests.world import CANARY, RESIDENTS, STAFF, World

FIRM = {"manager", "dispatcher", "worker", "worker2"}


def anyone() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def test_photos_come_in_and_only_the_firm_sees_them(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    code = code_of(side, a_piece(side))
    page = f"/e/here/{code}/"
    given = {"item": "gauge", "words": "指针在红区"}
    sent = anyone().post(page, {**given, "photos": [picture(), picture()]})
    assert sent.status_code == 302
    # Sent again, it is the same report with the same photos.
    anyone().post(page, {**given, "photos": [picture(), picture()]})
    with scope(side.compound.pk):
        (report,) = Report.objects.all()
        files = [one.file for one in ReportPhoto.objects.select_related("file").order_by("pk")]
        assert (len(files), {one.uploaded_by for one in files}, {one.purpose for one in files}) == (
            2, {0}, {"equipment.report"},
        )  # fmt: skip
    own = f"/c/here/files/{files[0].ref}/"
    assert own not in anyone().get(page).content.decode()
    assert own in sign_in(side, "manager").get(f"{BASE}reports/").content.decode()
    assert sign_in(side, "worker").get("/api/v1/compounds/here/equipment/reports/").json()["results"][0]["photos"] == [
        f"/c/here/files/{one.ref}/" for one in files
    ]
    for who in (*STAFF, *RESIDENTS, "city"):
        assert (sign_in(side, who).get(own).status_code == 200) == (who in FIRM), who
    assert sign_in(world.there, "manager").get(own).status_code == 404
    assert report.words == "指针在红区"


def test_photos_that_come_with_the_second_try_are_kept(world: World) -> None:
    side = world.here
    code = code_of(side, a_piece(side))
    for photos in ([], [picture()]):
        anyone().post(f"/e/here/{code}/", {"item": "gauge", "words": "", "photos": photos})
    with scope(side.compound.pk):
        assert (Report.objects.count(), ReportPhoto.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "这个文件是空的"),
        (b"<script>alert(1)</script>", "这种文件不能用"),
        (b"%PDF-1.7\n", "这种文件不能用"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "照片不完整或已损坏"),
        (animated(), "动图不能用"),
        (b"\xff\xd8\xff\xe0" + b"\0" * (20 * 1024 * 1024), "文件太大，最多 20 兆"),
    ],
)
def test_what_is_no_photo_is_refused_in_words_and_takes_nothing_along(world: World, content: bytes, said: str) -> None:
    side = world.here
    code = code_of(side, a_piece(side))
    bad = SimpleUploadedFile("a.jpg", content, content_type="image/jpeg")
    answer = anyone().post(f"/e/here/{code}/", {"item": "gauge", "words": "话", "photos": [picture(), bad]})
    shown = answer.content.decode()
    assert (answer.status_code, said in shown) == (422, True)
    # What was typed is still there.
    assert ">话</textarea>" in shown.replace("\n", "")
    with scope(side.compound.pk):
        assert (Report.objects.count(), ReportPhoto.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def test_limits_are_asked_before_anything_is_decoded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    code = code_of(side, a_piece(side))
    four = anyone().post(f"/e/here/{code}/", {"item": "gauge", "photos": [picture() for _ in range(4)]})
    assert (four.status_code, "最多选 3 张照片" in four.content.decode()) == (422, True)
    monkeypatch.setattr(reports, "PHOTOS_PER_DAY", 2)

    def report(words: str, now: Any = NOW, photos: int = 0) -> Report:
        with scope(side.compound.pk):
            return reports.report(
                compound_id=side.compound.pk, code=code, item="", words=words, origin=f"10.0.0.{len(words)}", now=now,
                photos=[picture() for _ in range(photos)],
            )  # fmt: skip

    report("一", photos=2)
    monkeypatch.setattr(reports, "store_image", None)  # would be called only after the limit
    with pytest.raises(TooMany) as caught:
        report("二二", photos=1)
    assert caught.value.code == "photos_full"
    report("二二")
    monkeypatch.undo()
    report("三三三", now=NOW + DAY + DAY, photos=1)


def test_what_is_reported_next_door_is_not_shown(world: World, sign_in: Callable[..., Client]) -> None:
    code = code_of(world.there, a_piece(world.there))
    with scope(world.there.compound.pk):
        reports.report(
            compound_id=world.there.compound.pk, code=code, item="", words=CANARY, origin="x", now=NOW,
            photos=[picture()],
        )  # fmt: skip
    for path in (f"{BASE}reports/", "/api/v1/compounds/here/equipment/reports/"):
        assert CANARY not in sign_in(world.here, "manager").get(path).content.decode()
