"""Files go in with a row, come out to whom they are meant for, and leave nothing behind."""

import hashlib
import io
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client

from documents import tasks
from documents.actions import FileRefused, store_file, store_image, store_made, sweep_orphans
from documents.models import XLSX, StoredFile
from tenancy.scope import ScopeError, scope
from tests.documents import files
from tests.documents.conftest import NOW
from tests.world import World

pytestmark = pytest.mark.django_db
PDF_BYTES = b"%PDF-1.7\n%%EOF\n"


def names(store: Path) -> set[str]:
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}


def test_a_picture_is_kept_under_its_compound_with_its_row(world: World, stored: Any, store: Path) -> None:
    row = stored(world.here)
    resident = world.here.people["resident"]
    assert row.path.startswith(f"c/{world.here.compound.pk}/")
    assert names(store) == {row.path, row.thumb_path}
    content = (store / row.path).read_bytes()
    assert (row.bytes, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (row.width, row.height, row.content_type) == (1200, 900, "image/jpeg")
    assert (row.uploaded_by, row.post_id, row.created_at) == (resident.pk, None, NOW)
    assert len(row.ref) >= 22
    assert row.ref not in row.path


def test_a_refused_file_leaves_nothing(world: World, open_to: set[str], store: Path) -> None:
    with scope(world.here.compound.pk), pytest.raises(FileRefused):
        store_image(
            compound_id=world.here.compound.pk,
            by=world.here.actor("resident"),
            upload=files.upload(b"<svg onload=alert(1)>", "../../etc/passwd.jpg"),
            purpose="test",
            now=NOW,
        )
    assert names(store) == set()
    with scope(world.here.compound.pk):
        assert not StoredFile.objects.filter(purpose="test").exists()


def test_the_senders_name_is_nowhere(world: World, open_to: set[str], store: Path) -> None:
    with scope(world.here.compound.pk):
        row = store_image(
            compound_id=world.here.compound.pk,
            by=world.here.actor("resident"),
            upload=files.upload(files.encoded(files.scene()), "../../张三的家.jpg"),
            purpose="test",
            now=NOW,
        )
    assert "张三" not in " ".join(names(store)) + str(row.__dict__)


def test_storing_for_a_purpose_that_nobody_answers_for_is_an_error(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(ValueError, match="the purpose nobody"):
        store_image(
            compound_id=world.here.compound.pk,
            by=world.here.actor("resident"),
            upload=files.upload(b"x"),
            purpose="nobody",
            now=NOW,
        )


def test_no_row_for_another_compound(world: World, open_to: set[str]) -> None:
    with scope(world.here.compound.pk), pytest.raises(ScopeError):
        store_image(
            compound_id=world.there.compound.pk,
            by=world.here.actor("resident"),
            upload=files.upload(files.encoded(files.scene())),
            purpose="test",
            now=NOW,
        )


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"<html>%PDF-1.7", "type"), (b"PK\x03\x04", "type"), (files.encoded(files.scene(9, 9)), "type")],
)
def test_an_attachment_must_begin_as_its_type(world: World, open_to: set[str], content: bytes, code: str) -> None:
    with scope(world.here.compound.pk), pytest.raises(FileRefused) as refused:
        store_file(
            compound_id=world.here.compound.pk,
            by=world.here.actor("manager"),
            upload=files.upload(content, "合同.pdf"),
            purpose="test",
            now=NOW,
        )
    assert refused.value.code == code


# --- who may read -----------------------------------------------------------------------------------------------------
def url(code: str, ref: str) -> str:
    return f"/c/{code}/files/{ref}/"


def test_read_by_those_whom_the_purpose_allows(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client]
) -> None:
    row = stored(world.here)
    manager = sign_in(world.here, "manager")
    assert manager.get(url("here", row.ref)).status_code == 404
    open_to.add("company")
    answer = manager.get(url("here", row.ref))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    assert sign_in(world.here, "resident").get(url("here", row.ref)).status_code == 404


def test_other_compound_absent_and_refused_answer_alike(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client]
) -> None:
    open_to.update({"company", "resident", "committee", "community", "street"})
    there = stored(world.there)
    unknown = stored(world.here)
    with scope(world.here.compound.pk):
        StoredFile.objects.filter(pk=unknown.pk).update(purpose="nobody")
    for name in ("resident", "manager", "chair", "secretary", "street"):
        client = sign_in(world.here, name)
        bodies = set()
        for path in (
            url("here", there.ref),
            url("there", there.ref),
            url("here", "A" * 22),
            url("nowhere", there.ref),
            url("here", unknown.ref),
        ):
            answer = client.get(path)
            assert answer.status_code == 404, (name, path)
            body = answer.content.decode().replace(path, "")
            bodies.add(re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"|/c/[a-z]+/', "", body))
        assert len(bodies) == 1
    assert sign_in(world.there, "resident").get(url("there", there.ref)).status_code == 200


def test_signed_out_is_sent_to_sign_in(world: World, stored: Any) -> None:
    answer = Client().get(url("here", stored(world.here).ref))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_each_layer_holds_alone(world: World, stored: Any) -> None:
    """The row is there, and neither raw SQL in the other scope nor the manager shows it."""
    row = stored(world.there)
    with scope(world.here.compound.pk):
        assert not StoredFile.objects.filter(ref=row.ref).exists()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM documents_storedfile WHERE compound_id = %s", [world.there.compound.pk]
            )
            assert cursor.fetchone() == (0,)
    with scope(world.there.compound.pk):
        assert StoredFile.objects.filter(ref=row.ref).exists()


# --- how it is handed out ---------------------------------------------------------------------------------------------
def test_a_picture_is_shown_in_place_and_checked_again(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client]
) -> None:
    open_to.add("resident")
    row = stored(world.here)
    client = sign_in(world.here, "resident")
    answer = client.get(url("here", row.ref))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{row.ref}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
    assert not set(row.path.split("/")[2:]) & set(str(answer.headers).split("/"))
    thumb = client.get(url("here", row.ref) + "?size=thumb")
    assert thumb.headers["ETag"] != answer.headers["ETag"]
    assert max(files.opened(thumb.content).size) == 320
    again = client.get(url("here", row.ref), headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert client.get(url("here", row.ref), headers={"if-none-match": thumb.headers["ETag"]}).status_code == 200
    open_to.clear()
    assert client.get(url("here", row.ref), headers={"if-none-match": answer.headers["ETag"]}).status_code == 404
    assert client.post(url("here", row.ref)).status_code == 405


def test_an_attachment_is_only_ever_a_download(world: World, open_to: set[str], sign_in: Callable[..., Client]) -> None:
    open_to.add("company")
    with scope(world.here.compound.pk):
        row = store_file(
            compound_id=world.here.compound.pk,
            by=world.here.actor("manager"),
            upload=files.upload(PDF_BYTES, "x.pdf"),
            purpose="test",
            now=NOW,
        )
    answer = sign_in(world.here, "manager").get(url("here", row.ref) + "?size=thumb")
    assert answer.content == PDF_BYTES
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{row.ref}.pdf"'


def test_what_the_portal_made_keeps_its_own_name(
    world: World, open_to: set[str], sign_in: Callable[..., Client]
) -> None:
    open_to.add("company")
    content = os.urandom(600_000)  # more than one block
    with scope(world.here.compound.pk):
        row = store_made(
            compound_id=world.here.compound.pk,
            by=world.here.actor("manager"),
            content=io.BytesIO(content),
            content_type=XLSX,
            name="报修明细2026-05.xlsx",
            purpose="test",
            now=NOW,
        )
        assert (row.bytes, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        with pytest.raises(ValueError, match="nobody"):
            store_made(
                compound_id=world.here.compound.pk, by=world.here.actor("manager"), content=io.BytesIO(b"x"),
                content_type=XLSX, name="x", purpose="nobody's", now=NOW,
            )  # fmt: skip
    answer = sign_in(world.here, "manager").get(url("here", row.ref))
    assert answer.content == content
    assert answer.headers["Content-Type"] == XLSX
    assert quote("报修明细2026-05.xlsx") in answer.headers["Content-Disposition"]


def test_the_web_server_in_front_may_send_it(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client], settings: Any
) -> None:
    open_to.add("resident")
    settings.DOCUMENTS_ACCEL_PREFIX = "/_media/"
    row = stored(world.here)
    answer = sign_in(world.here, "resident").get(url("here", row.ref))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == f"/_media/{row.path}"
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_an_s3_store_is_reached_by_a_short_link(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client], settings: Any
) -> None:
    open_to.add("resident")
    row = stored(world.here)
    settings.S3_BUCKET = "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "media",
                "endpoint_url": "https://s3.example",
                "access_key": "key",
                "secret_key": "secret",
                "region_name": "cn-east-1",
            },
        },
    }
    answer = sign_in(world.here, "resident").get(url("here", row.ref))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://")
    assert row.path in answer.headers["Location"]
    assert "s3.example" in answer.headers["Location"]
    assert "60" in answer.headers["Location"]
    assert "response-content-disposition=inline" in answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_statements_of_a_download(
    world: World, stored: Any, open_to: set[str], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    open_to.add("resident")
    row = stored(world.here)
    client = sign_in(world.here, "resident")
    client.get(url("here", row.ref))
    with statements() as seen:
        client.get(url("here", row.ref))
    assert len([query for query in seen if "documents_storedfile" in query["sql"]]) == 1


# --- what is left behind ----------------------------------------------------------------------------------------------
def test_a_rolled_back_file_is_swept_a_day_later(world: World, stored: Any, store: Path) -> None:
    kept = stored(world.here)
    foreign = stored(world.there)
    with transaction.atomic():
        lost = stored(world.here)
        transaction.set_rollback(True)
    assert lost.path in names(store)
    later = NOW + timedelta(days=3)
    for path in store.rglob("*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    with scope(world.here.compound.pk):
        assert sweep_orphans(compound_id=world.here.compound.pk, now=NOW + timedelta(hours=1)) == 0
        assert sweep_orphans(compound_id=world.here.compound.pk, now=later) == 2
        assert sweep_orphans(compound_id=world.here.compound.pk, now=later) == 0
    assert names(store) == {kept.path, kept.thumb_path, foreign.path, foreign.thumb_path}


def test_the_sweep_visits_every_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visited: list[int] = []
    monkeypatch.setattr(tasks.sweep_orphans_of, "delay", lambda *, compound_id: visited.append(compound_id))
    tasks.sweep_orphans()
    assert visited == sorted({world.here.compound.pk, world.there.compound.pk})
    tasks.sweep_orphans_of(compound_id=world.here.compound.pk)
