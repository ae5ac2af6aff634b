"""A numbered sheet: the row first, the PDF later, once; and what anyone may know about it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit.models import Entry
from documents import actions, codes, tasks
from documents.actions import DocumentRefused, make_document, nudge_pending, request_document, retry_document
from documents.models import DocumentCheck, DocumentCounter, IssuedDocument, StoredFile
from tenancy.scope import scope
from tests.documents import files
from tests.documents.conftest import NOW, Maker
from tests.world import CANARY, Side, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typesetting has tests of its own; here a sheet is a line of text."""

    def line(template: str, context: dict[str, Any], *, now: datetime) -> bytes:
        return f"%PDF-1.7 {context['document'].number} {context['check_code']}".encode()

    monkeypatch.setattr("documents.pdf.render", line)


@pytest.fixture(autouse=True)
def _allowed(open_to: set[str], maker: Maker) -> None:
    open_to.update({"company", "committee"})


def ask(side: Side, target: str = "test:1", *, name: str = "manager", now: datetime = NOW) -> IssuedDocument:
    with scope(side.compound.pk):
        return request_document(
            compound_id=side.compound.pk, by=side.actor(name), kind="test_slip", target=target, now=now
        )


def make(side: Side, document: IssuedDocument, now: datetime = NOW) -> IssuedDocument:
    with scope(side.compound.pk):
        make_document(compound_id=side.compound.pk, document_id=document.pk, now=now)
        return IssuedDocument.objects.select_related("file").get(pk=document.pk)


def audited(side: Side, document: IssuedDocument) -> list[str]:
    with scope(side.compound.pk):
        rows = Entry.objects.filter(compound=side.compound, target=f"documents.document:{document.pk}")
        return list(rows.order_by("seq").values_list("verb", flat=True))


def test_asking_writes_a_row_and_enqueues_after_the_commit(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, maker: Maker
) -> None:
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(tasks.make_document, "delay", lambda **ids: sent.append(ids))
    with django_capture_on_commit_callbacks() as callbacks:
        document = ask(world.here)
    assert (document.state, document.number, document.title) == ("pending", "2026-000001", "报修单")
    assert document.post_id == world.here.posts["manager"].pk
    assert (sent, maker.calls) == ([], 0)
    for callback in callbacks:
        callback()
    assert sent == [{"compound_id": world.here.compound.pk, "document_id": document.pk}]
    assert audited(world.here, document) == ["documents.request"]


def test_numbers_run_by_compound_kind_and_local_year(world: World) -> None:
    assert [ask(world.here, f"test:{n}").number for n in range(3)] == ["2026-000001", "2026-000002", "2026-000003"]
    assert ask(world.there).number == "2026-000001"
    # 2027 begins at 16:00 UTC in China.
    assert ask(world.here, "test:9", now=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).number == "2027-000001"


def test_asking_twice_is_asking_once(world: World) -> None:
    first = ask(world.here)
    assert ask(world.here, name="chair") == first
    make(world.here, first)
    second = ask(world.here)
    assert (second.pk != first.pk, second.number) == (True, "2026-000002")


@pytest.mark.parametrize(
    ("kind", "name", "code"), [("test_slip", "resident", "not_allowed"), ("no", "manager", "unknown_kind")]
)
def test_refusals_write_nothing(world: World, kind: str, name: str, code: str) -> None:
    with scope(world.here.compound.pk):
        with pytest.raises(DocumentRefused) as refused:
            request_document(
                compound_id=world.here.compound.pk, by=world.here.actor(name), kind=kind, target="test:1", now=NOW
            )
        assert refused.value.code == code
        assert not IssuedDocument.objects.exists()
        assert not DocumentCounter.objects.exists()


def test_making_files_the_sheet_and_registers_it(world: World) -> None:
    asked = ask(world.here)
    assert not DocumentCheck.objects.exists()
    made = make(world.here, asked, NOW + timedelta(minutes=1))
    assert (made.state, made.issued_at) == ("ready", NOW + timedelta(minutes=1))
    assert made.file.content_type == "application/pdf"
    assert made.file.name == "报修单 2026-000001.pdf"
    assert made.sha256 == made.file.sha256
    entry = DocumentCheck.objects.get()
    assert entry.code_digest == codes.digest(made.check_code)
    assert (entry.issuer_id, entry.title, entry.number, entry.sha256) == (
        world.here.compound.pk,
        "报修单",
        "2026-000001",
        made.sha256,
    )
    assert audited(world.here, made) == ["documents.request", "documents.issue"]


def test_making_twice_makes_once(world: World, maker: Maker) -> None:
    asked = ask(world.here)
    first = make(world.here, asked)
    again = make(world.here, asked, NOW + timedelta(hours=1))
    assert (first.file_id, again.issued_at, maker.calls) == (again.file_id, NOW, 1)
    with scope(world.here.compound.pk):
        assert StoredFile.objects.filter(purpose="document").count() == 1


def test_a_newer_sheet_supersedes(world: World) -> None:
    old = make(world.here, ask(world.here))
    elsewhere = make(world.here, ask(world.here, "test:2"))
    new = make(world.here, ask(world.here), NOW + timedelta(days=1))
    with scope(world.here.compound.pk):
        assert IssuedDocument.objects.get(pk=old.pk).superseded_by_id == new.pk
        assert IssuedDocument.objects.get(pk=elsewhere.pk).superseded_by_id is None
    marked = {entry.number: entry.superseded_at for entry in DocumentCheck.objects.all()}
    assert marked == {old.number: NOW + timedelta(days=1), elsewhere.number: None, new.number: None}


def test_what_cannot_be_printed_ends_with_its_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from documents.pdf import MissingGlyph

    def lacking(*args: Any, **kwargs: Any) -> bytes:
        raise MissingGlyph({"𠮷"})

    monkeypatch.setattr("documents.pdf.render", lacking)
    made = make(world.here, ask(world.here))
    assert (made.state, made.failure, made.failure_detail) == ("failed", "glyph", "𠮷 (U+20BB7)")
    gone = make(world.here, ask(world.here, "gone"))
    assert (gone.state, gone.failure) == ("failed", "gone")
    assert not DocumentCheck.objects.exists()


def test_a_crash_leaves_the_row_and_five_attempts(world: World, maker: Maker) -> None:
    asked = ask(world.here)
    maker.fails = RuntimeError("the worker dies")
    with pytest.raises(RuntimeError), transaction.atomic():
        make(world.here, asked)
    here = world.here.compound.pk
    now = NOW
    with scope(here):
        assert nudge_pending(compound_id=here, now=now + timedelta(seconds=30)) == []
        for attempt in range(1, 5):
            now += timedelta(minutes=2)
            assert nudge_pending(compound_id=here, now=now) == [asked.pk]
            assert IssuedDocument.objects.get(pk=asked.pk).attempts == attempt
        assert nudge_pending(compound_id=here, now=now + timedelta(minutes=2)) == []
        given_up = IssuedDocument.objects.get(pk=asked.pk)
        assert (given_up.state, given_up.failure) == ("failed", "error")
        # Someone may try again, with the same number.
        with pytest.raises(DocumentRefused):
            retry_document(compound_id=here, by=world.here.actor("resident"), document_id=asked.pk, now=now)
        retry_document(compound_id=here, by=world.here.actor("manager"), document_id=asked.pk, now=now)
        with pytest.raises(DocumentRefused) as refused:
            retry_document(compound_id=here, by=world.here.actor("manager"), document_id=asked.pk, now=now)
        assert refused.value.code == "not_failed"
    maker.fails = None
    made = make(world.here, asked)
    assert (made.state, made.number) == ("ready", asked.number)


def test_the_sweep_finds_what_a_crash_left_in_any_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(world.here)
    ask(world.there)
    visited: list[int] = []
    monkeypatch.setattr(tasks.sweep_pending_of, "delay", lambda *, compound_id: visited.append(compound_id))
    tasks.sweep_pending()
    assert visited == sorted([world.here.compound.pk, world.there.compound.pk])


def test_the_task_makes_it(world: World) -> None:
    asked = ask(world.here)
    tasks.make_document(compound_id=world.there.compound.pk, document_id=asked.pk)
    with scope(world.here.compound.pk):
        assert IssuedDocument.objects.get(pk=asked.pk).state == "pending"
    tasks.sweep_pending_of(compound_id=world.here.compound.pk)
    tasks.make_document(compound_id=world.here.compound.pk, document_id=asked.pk)
    with scope(world.here.compound.pk):
        assert IssuedDocument.objects.get(pk=asked.pk).state == "ready"


# --- pages ------------------------------------------------------------------------------------------------------------
def test_the_page_follows_the_making_and_hands_out_the_sheet(world: World, sign_in: Callable[..., Client]) -> None:
    asked = ask(world.here)
    client = sign_in(world.here, "manager")
    page = f"/c/here/documents/{asked.pk}/"
    waiting = client.get(page)
    assert waiting.status_code == 200
    assert "正在制作" in waiting.content.decode()
    assert f'hx-get="{page}state/"' in waiting.content.decode()
    made = make(world.here, asked)
    fragment = client.get(f"{page}state/").content.decode()
    assert "<html" not in fragment
    assert "hx-get" not in fragment
    assert f"/c/here/files/{made.file.ref}/" in fragment
    download = client.get(f"/c/here/files/{made.file.ref}/")
    assert download.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert hashlib.sha256(download.content).hexdigest() == made.sha256


def test_pages_are_for_those_who_may_ask(world: World, sign_in: Callable[..., Client]) -> None:
    here, there = make(world.here, ask(world.here)), make(world.there, ask(world.there))
    for name in ("resident", "worker", "manager", "chair", "secretary"):
        client = sign_in(world.here, name)
        wanted = 200 if name in {"worker", "manager", "chair"} else 404
        assert client.get(f"/c/here/documents/{here.pk}/").status_code == wanted, name
        assert client.get(f"/c/here/documents/{here.pk}/state/").status_code == wanted, name
        assert client.get(f"/c/here/files/{here.file.ref}/").status_code == wanted, name
        for path in (f"/c/here/documents/{there.pk}/", f"/c/there/documents/{there.pk}/", "/c/here/documents/999999/"):
            for action in (client.get(path), client.get(f"{path}state/"), client.post(f"{path}retry/")):
                assert action.status_code == 404, (name, path)
        assert client.get(f"/c/here/files/{there.file.ref}/").status_code == 404


def test_a_failed_sheet_says_why_and_can_be_tried_again(world: World, sign_in: Callable[..., Client]) -> None:
    failed = make(world.here, ask(world.here, "gone"))
    client = sign_in(world.here, "manager")
    page = f"/c/here/documents/{failed.pk}/"
    assert "要打印的内容已经不在了" in client.get(page).content.decode()
    assert client.get(f"{page}retry/").status_code == 405
    assert client.post(f"{page}retry/").headers["Location"] == page
    assert "正在制作" in client.get(page).content.decode()
    assert client.post(f"{page}retry/").headers["Location"] == page


# --- the public check -------------------------------------------------------------------------------------------------
def test_anyone_may_check_a_sheet(world: World, sign_in: Callable[..., Client]) -> None:
    made = make(world.here, ask(world.here))
    for client in (Client(), sign_in(world.there, "resident"), sign_in(world.here, "manager")):
        for typed in (made.check_code, made.check_code.lower(), codes.grouped(made.check_code)):
            answer = client.get(f"/v/{typed}/")
            assert answer.status_code == 200
        page = answer.content.decode()
        assert all(word in page for word in ("报修单", "2026-000001", world.here.compound.name, "真实，且为最新"))
        assert made.sha256[:4] in page
        assert made.sha256 not in page
        main = page[page.index("<h1") : page.rindex("查验另一份")]
        assert not any(word in main for word in ("manager", "test:1", made.file.ref, made.file.path))


def test_the_check_page_reads_one_table_and_opens_no_scope(world: World, statements: Callable[[], Any]) -> None:
    made = make(world.there, ask(world.there))
    with statements() as seen:
        page = Client().get(f"/v/{made.check_code}/").content.decode()
    read = [query["sql"] for query in seen]
    assert len([sql for sql in read if "documents_documentcheck" in sql]) == 1
    assert not [sql for sql in read if "app.compounds" in sql or "issueddocument" in sql]
    assert CANARY in page  # the compound's own name, which is public


def test_an_old_sheet_is_said_to_be_superseded(world: World) -> None:
    old = make(world.here, ask(world.here))
    make(world.here, ask(world.here), NOW + timedelta(days=1))
    assert "真实，但已被替代或停用" in Client().get(f"/v/{old.check_code}/").content.decode()


@pytest.mark.parametrize("typed", ["AAAAAAAAAA", "0OIL1", "x" * 60, "K7QM3-XRDP", "-"])
def test_an_unknown_code_is_told_so(world: World, typed: str) -> None:
    pending = ask(world.here)
    for code in (typed, pending.check_code):
        answer = Client(headers={"accept-language": "zh-hans"}).get(f"/v/{code}/")
        assert answer.status_code == 404
        assert "没有查到这个查验码" in answer.content.decode()


def test_the_code_can_be_typed(world: World) -> None:
    made = make(world.here, ask(world.here))
    client = Client()
    assert client.get("/v/").status_code == 200
    typed = f" {codes.grouped(made.check_code).lower()} "
    answer = client.get("/v/", {"code": typed}, follow=True)
    assert "2026-000001" in answer.content.decode()
    assert client.get("/v/", {"code": "//evil.example/"}).headers["Location"] == "/v/evilexample/"
    assert client.get("/v/", {"code": "./"}).headers["Location"] == "/v/-/"
    for refused in ("", " ", "x" * 21, "<script>alert(1)</script>"):
        page = client.get("/v/", {"code": refused})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_a_pdf_is_compared_and_forgotten(world: World, store: Any) -> None:
    made = make(world.here, ask(world.here))
    content = (store / made.file.path).read_bytes()
    before = sorted(store.rglob("*"))
    client = Client()
    path = f"/v/{made.check_code}/"
    assert "一致：这就是" in client.post(path, {"file": files.upload(content, "a.pdf")}).content.decode()
    assert "不一致" in client.post(path, {"file": files.upload(content + b"\n", "a.pdf")}).content.decode()
    assert "请选择要核对的 PDF 文件" in client.post(path).content.decode()
    assert "这个文件是空的" in client.post(path, {"file": files.upload(b"", "a.pdf")}).content.decode()
    assert sorted(store.rglob("*")) == before
    assert client.put(path).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"file": files.upload(content, "a.pdf")}).status_code == 403


def test_guessing_is_slowed_down_by_address(world: World, settings: Any) -> None:
    made = make(world.here, ask(world.here))
    client = Client()
    seen = [client.get(f"/v/{made.check_code}/").status_code for _ in range(32)]
    assert seen == [200] * 30 + [429] * 2
    # Behind no proxy the header is anyone's claim; behind one, its last entry is what the proxy saw.
    assert client.get(f"/v/{made.check_code}/", headers={"x-forwarded-for": "10.1.1.1"}).status_code == 429
    settings.TRUSTED_PROXIES = 1
    assert client.get(f"/v/{made.check_code}/", headers={"x-forwarded-for": "9.9.9.9, 10.1.1.1"}).status_code == 200


def test_codes_are_random_and_readable() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 10 and not set(code) & set("01258BILOSUZ") for code in made)
    assert codes.normalised(" k7qm3-xrdpw ") == "K7QM3XRDPW"
    assert codes.normalised("K7QM3XRDP0") is None
    assert actions.MAX_ATTEMPTS == 5
