"""A letter from its draft to its reply: rows, entries, messages, pages, REST, refusals, and who never sees it."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from pypdf import PdfReader

from audit.models import Entry
from documents.actions import DocumentRefused, make_document, request_document
from documents.models import IssuedDocument
from letters import actions, pdf, queries, tasks
from letters.models import Addressee, Attachment, Letter
from letters.refusals import BadInput, NoSuchLetter, NotPermitted, OutOfState, Refused
from letters.rules import MAX_FILES
from letters.topics import topic_of, watches_box
from letters.words import refusal_text
from live.models import Event as LiveEvent
from messaging.models import Message
from tenancy.scope import scope
from tests.letters.writing import body_of, done, fresh, name_of, put_letters_up, sent, written
from tests.notices.conftest import NOW, _at_ten, _media, picture  # noqa: F401  fixtures
from tests.notices.conftest import pdf as a_pdf
from tests.world import CANARY, Side, World

DAY = timedelta(days=1)
TOMORROW = date(2026, 6, 3)


def told(side: Side, template: str) -> set[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, template=f"letters.{template}", channel="in_app")
        return {names[pk] for pk in rows.values_list("person_id", flat=True)}


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        rows = Entry.objects.filter(compound=side.compound, verb__startswith="letters.").order_by("pk")
        return list(rows.values_list("verb", flat=True))


def refusal(error: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    """Code and field; every refusal has words."""
    assert refusal_text(error.value)
    return error.value.code, error.value.details.get("field", "")


def addressee(letter: Letter, organisation: int) -> Addressee:
    with scope(letter.compound_id):
        found: Addressee = Addressee.objects.get(letter=letter, organisation_id=organisation)
    return found


def test_a_letter_is_numbered_sent_signed_for_and_answered(world: World) -> None:
    side = world.here
    first = sent(side, to=("manager", "chair"), reply_by=TOMORROW)
    assert (first.state, first.number_text) == ("sent", f"{name_of(side, 'secretary')}函〔2026〕1号")
    assert (len(first.fingerprint), first.body_text) == (64, "3幢北侧消防通道有堆物，请三日内清理。")
    assert told(side, "received") == {"manager", "dispatcher", "chair", "member"}
    done(side, "sign", first, "dispatcher", fingerprint=first.fingerprint)
    done(side, "sign", first, "manager")
    mine = addressee(first, body_of(side, "manager"))
    assert (mine.signed_at, mine.signed_by, mine.signed_post) == (
        NOW,
        side.people["dispatcher"].pk,
        side.posts["dispatcher"].pk,
    )
    assert mine.signed_as.startswith("dispatcher 和美物业")
    assert told(side, "signed") == {"secretary", "officer"}
    reply = sent(side, "manager", ("secretary",), reply_to=first.ref, subject="复函", source="已清理。")
    assert reply.number_text == "和美物业函〔2026〕1号"
    mine = addressee(first, body_of(side, "manager"))
    assert (mine.answered_at, mine.answer_id) == (NOW, reply.pk)
    assert told(side, "answered") == {"secretary", "officer"}
    assert verbs(side) == [
        *("letters.write", "letters.send", "letters.sign"),
        *("letters.write", "letters.answer", "letters.send"),
    ]
    assert sent(side).number == 2


def test_what_was_sent_is_never_changed_or_deleted(world: World) -> None:
    first = sent(world.here)
    with pytest.raises(OutOfState) as error:
        done(world.here, "revise", first, "secretary", draft=actions.Draft("新", "新", (1,)))
    assert refusal(error) == ("moved_on", "")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (("attach", {"upload": a_pdf()}), ("drop", {}), ("send", {}))
    for act, given in steps:
        with pytest.raises(OutOfState):
            done(world.here, act, first, "secretary", **given)
    with scope(world.here.compound.pk):
        for statement in (
            "UPDATE letters_letter SET subject = 'x' WHERE id = %s",
            "UPDATE letters_letter SET body_html = 'x' WHERE id = %s",
            "DELETE FROM letters_letter WHERE id = %s",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [first.pk])


def test_it_is_withdrawn_with_a_reason_only_before_anyone_signed(world: World) -> None:
    side = world.here
    first, second = sent(side, to=("manager", "chair")), sent(side)
    with pytest.raises(BadInput) as error:
        done(side, "withdraw", first, "secretary", reason=" ")
    assert refusal(error) == ("say_why", "reason")
    with pytest.raises(NotPermitted) as wrong:
        done(side, "withdraw", first, "manager", reason="写错了")
    assert refusal(wrong) == ("not_your_post", "")
    gone = done(side, "withdraw", second, "secretary", reason="写错了")
    assert (gone.state, gone.ended_reason) == ("withdrawn", "写错了")
    assert told(side, "withdrawn") == {"manager", "dispatcher"}
    done(side, "sign", first, "chair")
    with pytest.raises(OutOfState) as late:
        done(side, "withdraw", first, "secretary", reason="写错了")
    assert refusal(late) == ("already_signed", "")
    with pytest.raises(OutOfState):
        done(side, "sign", gone, "manager")


def test_after_that_a_new_one_takes_its_place(world: World) -> None:
    side = world.here
    first = sent(side, to=("manager", "chair"))
    done(side, "sign", first, "chair")
    with pytest.raises(BadInput) as error:
        written(side, to=("manager",), replaces=first.ref)
    assert refusal(error) == ("replace_all", "to")
    with pytest.raises(NotPermitted):
        written(side, "manager", ("secretary", "chair"), replaces=first.ref)
    second = sent(side, to=("manager", "chair"), replaces=first.ref, subject="更正")
    assert (fresh(first).state, second.replaces_id) == ("replaced", first.pk)
    with pytest.raises(OutOfState) as late:
        written(side, to=("manager", "chair"), replaces=first.ref)
    assert refusal(late) == ("moved_on", "")


def test_a_reply_goes_to_its_sender_once_and_after_signing(world: World) -> None:
    side = world.here
    first = sent(side)
    with pytest.raises(BadInput) as error:
        written(side, "manager", ("chair",), reply_to=first.ref)
    assert refusal(error) == ("reply_to_sender", "to")
    with pytest.raises(NotPermitted) as own:
        written(side, "secretary", ("manager",), reply_to=first.ref)
    assert refusal(own) == ("not_addressed", "")
    draft = written(side, "manager", ("secretary",), reply_to=first.ref)
    with pytest.raises(OutOfState) as early:
        done(side, "send", draft, "manager")
    assert refusal(early) == ("sign_first", "")
    assert fresh(draft).state == "draft"
    done(side, "sign", first, "manager")
    reply = done(side, "send", draft, "manager")
    with pytest.raises(OutOfState) as twice:
        sent(side, "manager", ("secretary",), reply_to=first.ref)
    assert refusal(twice) == ("answered_already", "")
    # A reply that was taken back is owed again.
    done(side, "withdraw", reply, "manager", reason="数字有误")
    assert addressee(first, body_of(side, "manager")).answered_at is None


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"subject": " "}, ("empty", "subject")),
        ({"source": "\n"}, ("empty", "source")),
        ({"subject": "长" * 81}, ("too_long", "subject")),
        ({"source": "长" * 20_001}, ("too_long", "source")),
        ({"to": ()}, ("no_addressee", "to")),
        ({"to": (2**40,)}, ("no_such_body", "to")),
        ({"to": tuple(range(1, 15))}, ("too_many_addressees", "to")),
        ({"reply_by": date(2026, 6, 1)}, ("reply_past", "reply_by")),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(
    world: World, given: dict[str, Any], refused: tuple[str, str]
) -> None:
    with pytest.raises(BadInput) as error:
        written(world.here, **given)
    assert refusal(error) == refused
    assert verbs(world.here) == []


def test_the_next_compounds_bodies_are_none_of_ours(world: World) -> None:
    with pytest.raises(BadInput) as foreign:
        written(world.here, to=(body_of(world.there, "manager"),))
    assert refusal(foreign) == ("no_such_body", "to")


@pytest.mark.parametrize("who", ["resident", "worker"])
def test_residents_and_workers_write_none(world: World, who: str) -> None:
    with scope(world.here.compound.pk), pytest.raises(NotPermitted):
        actions.write(
            compound_id=world.here.compound.pk,
            draft=actions.Draft("题", "文", (body_of(world.here, "manager"),)),
            by=world.here.actor(who, NOW.date()),
            now=NOW,
        )


def test_a_clerk_writes_and_whoever_signs_for_the_body_sends(world: World) -> None:
    draft = written(world.here, "dispatcher", ("chair",))
    with pytest.raises(NotPermitted) as error:
        done(world.here, "send", draft, "dispatcher")
    assert refusal(error) == ("not_your_post", "")
    assert done(world.here, "send", draft, "manager").state == "sent"


def test_nobody_but_the_two_ends_sees_it(world: World, sign_in: Any) -> None:
    side = world.here
    draft, out = written(side), sent(side)
    with scope(side.compound.pk):
        for who in ("chair", "member", "worker", "resident", "street"):
            actor = side.actor(who, NOW.date())
            assert queries.letter_for(actor, side.compound.pk, out.ref) is None
            with pytest.raises(NoSuchLetter):
                actions.sign(compound_id=side.compound.pk, ref=out.ref, by=actor, now=NOW)
            assert not pdf.may_print(actor, pdf.target_of(out))
        manager, chair = side.actor("manager", NOW.date()), side.actor("chair", NOW.date())
        assert queries.letter_for(manager, side.compound.pk, out.ref) is not None
        assert queries.letter_for(manager, side.compound.pk, draft.ref) is None
        assert watches_box(manager, side.compound.pk, str(manager.organisation_id))
        assert not watches_box(chair, side.compound.pk, str(manager.organisation_id))
        topics = set(LiveEvent.objects.filter(topic__startswith="letters").values_list("topic", flat=True))
    assert topics == {topic_of(body_of(side, "secretary")), topic_of(body_of(side, "manager"))}
    for who, status in (
        ("manager", 200),
        ("officer", 200),
        ("chair", 404),
        ("street", 404),
        ("worker", 403),
        ("resident", 403),
    ):
        assert sign_in(side, who).get(f"/c/here/letters/{out.ref}/").status_code == status, who
    assert sign_in(side, "manager").get(f"/c/here/letters/{draft.ref}/").status_code == 404


def test_its_files_are_for_the_two_ends(world: World, sign_in: Any) -> None:
    side = world.here
    draft = written(side)
    kept = done(side, "attach", draft, "officer", upload=picture(), name="现场")
    dropped = done(side, "attach", draft, "officer", upload=a_pdf())
    done(side, "detach", draft, "officer", attachment_id=dropped.pk)
    addresses = [f"/c/here/files/{one.file.ref}/" for one in (kept, dropped)]
    manager = sign_in(side, "manager")
    assert [manager.get(one).status_code for one in addresses] == [404, 404]
    out = done(side, "send", draft, "secretary")
    assert [manager.get(one).status_code for one in addresses] == [200, 404]
    assert [sign_in(side, "chair").get(one).status_code for one in addresses] == [404, 404]
    assert out.fingerprint != sent(side).fingerprint
    with scope(side.compound.pk):
        assert Attachment.objects.filter(letter=out).count() == 2


def remind(side: Side, now: Any) -> int:
    with scope(side.compound.pk):
        return actions.remind_due(compound_id=side.compound.pk, now=now)


def test_a_late_reply_is_asked_for_once(world: World) -> None:
    side = world.here
    first = sent(side, to=("manager", "chair"), reply_by=TOMORROW)
    done(side, "sign", first, "chair")
    sent(side, "chair", ("secretary",), reply_to=first.ref)
    assert remind(side, NOW + DAY) == 0
    with scope([side.compound.pk, world.there.compound.pk]):
        assert queries.compounds_with_work(NOW + 2 * DAY) == [side.compound.pk]
    assert remind(side, NOW + 2 * DAY) == 1
    assert remind(side, NOW + 3 * DAY) == 0
    assert told(side, "overdue") == {"manager", "dispatcher"}
    assert told(side, "no_reply") == {"secretary", "officer"}


def test_it_is_printed_with_number_seal_and_receipt(world: World, tmp_path: Any) -> None:
    side = world.here
    out = sent(side, to=("manager", "chair"), reply_by=TOMORROW)
    done(side, "sign", out, "manager")
    with scope(side.compound.pk):
        with pytest.raises(DocumentRefused):
            request_document(
                compound_id=side.compound.pk,
                by=side.actor("street", NOW.date()),
                kind=pdf.KIND,
                target=pdf.target_of(out),
                now=NOW,
            )
        asked = request_document(
            compound_id=side.compound.pk,
            by=side.actor("manager", NOW.date()),
            kind=pdf.KIND,
            target=pdf.target_of(out),
            now=NOW,
        )
        made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=NOW)
        assert made is not None
        assert made.state == IssuedDocument.State.READY, (made.failure, made.failure_detail)
        with default_storage.open(made.file.path) as content:
            text = "".join("".join(page.extract_text() for page in PdfReader(content).pages).split())
    for said in (
        "函〔2026〕1号",
        "关于消防通道堆物的函",
        "请三日内清理。",
        "请于2026年6月3日前复函。",
        "（盖章）",
        "manager和美物业",
        "到制表时没有签收",
        out.fingerprint[:20],
        "查验码",
    ):
        assert said in text, said


def post(client: Any, address: str, key: str, **given: Any) -> Any:
    return client.post(address, {"idempotency_key": key, **given})


def test_pages_lead_from_the_draft_to_the_reply(world: World, sign_in: Any) -> None:
    side = world.here
    secretary, manager = sign_in(side, "secretary"), sign_in(side, "manager")
    assert "这里没有函件" in manager.get("/letters/").content.decode()
    assert post(secretary, "/c/here/letters/new/", "key-of-twenty-signs-0").status_code == 422
    given = {"to": [body_of(side, "manager")], "subject": "消防通道", "source": "请清理。", "reply_by": "2026-06-09"}
    made = post(secretary, "/c/here/letters/new/", "key-of-twenty-signs-1", save="1", uploads=[a_pdf()], **given)
    twice = post(secretary, "/c/here/letters/new/", "key-of-twenty-signs-1", save="1", uploads=[a_pdf()], **given)
    assert (made.status_code, made.url) == (302, twice.url)
    assert "草稿" in secretary.get("/letters/?box=drafts").content.decode()
    edited = post(
        secretary, f"{made.url}edit/", "key-of-twenty-signs-2", send="1", **{**given, "subject": "消防通道堆物"}
    )
    assert edited.status_code == 302
    listed = manager.get("/letters/").content.decode()
    assert "消防通道堆物" in listed
    assert "等您签收" in listed
    page = manager.get(made.url).content.decode()
    assert "请清理。" in page
    assert post(manager, f"{made.url}do/sign/", "key-of-twenty-signs-3").status_code == 302
    ref = made.url.rstrip("/").rpartition("/")[2]
    form = manager.get(f"/c/here/letters/new/?reply={ref}").content.decode()
    assert "关于《消防通道堆物》的复函" in form
    reply = post(
        manager,
        f"/c/here/letters/new/?reply={ref}",
        "key-of-twenty-signs-4",
        send="1",
        to=[body_of(side, "secretary")],
        subject="复函",
        source="已清理。",
    )
    assert reply.status_code == 302
    assert "看复函" in secretary.get(made.url).content.decode()
    assert "已签收" in secretary.get("/letters/?box=out").content.decode()
    assert "消防通道堆物" in secretary.get("/letters/?box=out&q=通道").content.decode()
    assert "没有找到" in secretary.get("/letters/?box=out&q=没有的").content.decode()
    refused = post(secretary, f"{made.url}do/withdraw/", "key-of-twenty-signs-5", reason="写错了")
    assert (refused.status_code, "对方已经签收" in refused.content.decode()) == (409, True)
    assert post(secretary, f"{made.url}do/nothing/", "key-of-twenty-signs-6").status_code == 404
    assert post(manager, f"{made.url}sheet/", "key-of-twenty-signs-7").status_code == 302
    assert manager.get("/c/here/letters/new/?reply=nosuchletter").status_code == 404


def fill(side: Side, more: int) -> Letter:
    """One letter to the manager and more like it."""
    first = sent(side, reply_by=TOMORROW)
    with scope(side.compound.pk):
        fields = {f.attname: getattr(first, f.attname) for f in Letter._meta.concrete_fields if f.name != "id"}
        made = Letter.objects.bulk_create(
            Letter(**{**fields, "ref": f"more{n:012d}", "number": n + 100}) for n in range(more)
        )
        Addressee.objects.bulk_create(
            Addressee(
                compound=side.compound,
                letter=one,
                organisation_id=body_of(side, "manager"),
                side="company",
                name="物业",
            )
            for one in made
        )
    return first


@pytest.mark.parametrize("length", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    first = fill(side, length - 1)
    manager = sign_in(side, "manager")
    for address, expected in (
        ("/letters/", 13),
        ("/letters/?box=in&q=通道", 13),
        (f"/c/here/letters/{first.ref}/", 13),
    ):
        manager.get(address)
        with statements() as seen:
            page = manager.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_what_is_next_door_is_not_there(world: World, sign_in: Any) -> None:
    there = put_letters_up(world.there, CANARY, NOW)
    put_letters_up(world.here, "", NOW)
    for who in ("manager", "secretary", "chair"):
        client = sign_in(world.here, who)
        assert CANARY not in client.get("/letters/?box=in").content.decode()
        assert client.get(f"/c/here/letters/{there.ref}/").status_code == 404
        assert client.get(f"/c/there/letters/{there.ref}/").status_code == 404


def test_over_rest_one_writes_sends_signs_and_reads(world: World, sign_in: Any) -> None:
    side = world.here
    at = "/api/v1/compounds/here/letters/"
    secretary, manager, resident = (sign_in(side, who) for who in ("secretary", "manager", "resident"))

    def send(client: Any, address: str, key: str, given: dict[str, Any]) -> Any:
        return client.post(f"{at}{address}", given, content_type="application/json", headers={"Idempotency-Key": key})

    bodies = {one["name"]: one["id"] for one in secretary.get(f"{at}bodies/").json()}
    assert set(bodies) == {
        name_of(side, who) for who in ("manager", "chair", "street", "city") if who in side.posts
    } | {"永康市住房和城乡建设局"}
    given = {"subject": "题", "source": "**文**", "to": [body_of(side, "manager")], "send": True}
    made = [send(secretary, "", "key-of-twenty-signs-1", given) for _tap in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    ref = made[0].json()["ref"]
    assert made[0].json() == made[1].json()
    assert [one["ref"] for one in manager.get(at).json()["results"]] == [ref]
    whole = manager.get(f"{at}{ref}/").json()
    assert (whole["html"], whole["addressees"][0]["signed_at"]) == ("<p><strong>文</strong></p>", None)
    wrong = send(manager, f"{ref}/do/sign/", "key-of-twenty-signs-2", {"fingerprint": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "text_changed")
    signed = send(manager, f"{ref}/do/sign/", "key-of-twenty-signs-3", {"fingerprint": whole["fingerprint"]})
    assert signed.json()["state"] == "sent"
    late = send(secretary, f"{ref}/do/withdraw/", "key-of-twenty-signs-4", {"reason": "错"})
    assert (late.status_code, late.json()["code"]) == (409, "already_signed")
    assert send(manager, f"{ref}/do/nothing/", "key-of-twenty-signs-5", {}).status_code == 404
    empty = send(secretary, "", "key-of-twenty-signs-6", {**given, "to": [2**40]})
    assert (empty.status_code, empty.json()["field"], empty.json()["code"]) == (422, "to", "no_such_body")
    assert [resident.get(at).status_code, resident.get(f"{at}{ref}/").status_code] == [403, 404]
    assert sign_in(side, "chair").get(f"{at}{ref}/").status_code == 404


def test_over_rest_files_are_attached_and_taken_off(world: World, sign_in: Any) -> None:
    side = world.here
    made = written(side)
    theirs = written(world.there)
    at = "/api/v1/compounds/here/letters/"
    client, keys = sign_in(side, "secretary"), iter(f"key-of-twenty-signs-{n}" for n in range(100))

    def attach(upload: Any, ref: str = made.ref, name: str = "", by: Any = client, key: str = "") -> Any:
        given = {"file": upload, "name": name}
        return by.post(f"{at}{ref}/files/", given, headers={"Idempotency-Key": key or next(keys)})

    once = next(keys)
    first, again = attach(picture(), key=once), attach(picture(), key=once)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (first.json()["name"], first.json()["picture"]) == ("图片", True)
    second = attach(a_pdf(), name="清单")
    assert (second.json()["name"], second.json()["picture"]) == ("清单", False)
    for upload, code in (
        (SimpleUploadedFile("x.txt", b"just text", content_type="text/plain"), "type"),
        (SimpleUploadedFile("x.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024 + 1)), "too_large"),
    ):
        wrong = attach(upload)
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, code, "file")
    assert attach(a_pdf(), name="长" * 81).status_code == 400
    assert attach(a_pdf(), ref=theirs.ref).status_code == 404
    assert attach(a_pdf(), by=sign_in(side, "manager")).status_code == 404  # it was not sent to anybody yet
    gone = {"headers": {"Idempotency-Key": next(keys)}}
    assert client.delete(f"{at}{made.ref}/files/{first.json()['id']}/", **gone).json()["state"] == "draft"
    for unknown in (999_999, 2**70):
        missing = client.delete(f"{at}{made.ref}/files/{unknown}/", headers={"Idempotency-Key": next(keys)})
        assert missing.status_code == 404
    for _more in range(MAX_FILES - 1):
        assert attach(a_pdf()).status_code == 201
    full = attach(a_pdf())
    assert (full.status_code, full.json()["code"], full.json()["field"]) == (422, "too_many_files", "file")
    files = client.get(f"{at}{made.ref}/").json()["files"]
    assert files[0]["id"] == second.json()["id"]
    assert len(files) == MAX_FILES
    done(side, "send", made, "secretary")
    late = attach(a_pdf())
    assert (late.status_code, late.json()["code"]) == (409, "moved_on")
    off = client.delete(f"{at}{made.ref}/files/{second.json()['id']}/", headers={"Idempotency-Key": next(keys)})
    assert (off.status_code, off.json()["code"]) == (409, "moved_on")
    assert sign_in(side, "manager").get(files[0]["url"]).status_code == 200
    assert sign_in(side, "chair").get(files[0]["url"]).status_code == 404


@pytest.mark.parametrize("length", [1, 30])
def test_rest_asks_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    first = fill(world.here, length - 1)
    client = sign_in(world.here, "manager")
    at = "/api/v1/compounds/here/letters/"
    for address, expected in ((f"{at}?box=in", 8), (f"{at}{first.ref}/", 11), (f"{at}bodies/", 9)):
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_the_clock_asks_compound_by_compound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(world.here, reply_by=TOMORROW)
    asked: list[int] = []
    monkeypatch.setattr(tasks.remind, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert tasks.sweep() == 1
        assert asked == [world.here.compound.pk]
        assert tasks.remind(compound_id=world.here.compound.pk) == 1
        assert tasks.sweep() == 0
