"""Pages of a preparation: who opens them, what each reader sees, bad input, statements, REST, print, own copy."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts import own_data
from candidates.actions import NomineeDraft
from candidates.models import Candidate, Group, Member
from candidates.pdf import LIST_KIND, target_of
from candidates.stages import candidate_stages, group_stage
from documents.actions import make_document, request_document
from documents.models import IssuedDocument
from elections.models import Poll
from tenancy.scope import scope
from tests.candidates.preparing import (
    TODAY,
    do,
    founded,
    fresh,
    members,
    named,
    owner,
    passed,
    planned,
    pledged,
    put_candidates_up,
    review_of,
)
from tests.candidates.test_standing import listed
from tests.elections.conftest import NOW, opened
from tests.notices.conftest import _media  # noqa: F401  fixture
from tests.world import CANARY, Side, World

KEY = "idempotency_key"


@pytest.fixture(autouse=True)
def _at_ten() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def at(poll: Poll, *rest: str) -> str:
    return f"/c/here/polls/{poll.ref}/" + "".join(f"{one}/" for one in rest)


def key(number: int) -> str:
    return f"key-of-the-form-{number:04d}"


def test_who_opens_what(world: World, sign_in: Any) -> None:
    side = world.here
    unopened = opened(side)
    poll = planned(side)
    one = passed(side, poll)
    pages = {
        "list": at(poll, "candidates"),
        "one": at(poll, "candidates", one.ref),
        "new": at(poll, "candidates", "new"),
        "group": at(poll, "group"),
        "slate": at(poll, "candidates", "slate"),
        "plan": at(poll, "candidates", "plan"),
        "members": at(poll, "candidates", "members"),
        "unopened": at(unopened, "candidates"),
    }
    expected = {
        "officer": [200] * 8,
        "street": [200, 200, 200, 200, 200, 403, 403, 200],
        "chair": [200, 200, 200, 200, 200, 403, 403, 200],
        "resident": [200, 200, 200, 403, 403, 403, 403, 404],
        "manager": [403] * 8,
        "worker": [403] * 8,
    }
    for who, codes in expected.items():
        client = sign_in(side, who)
        assert [client.get(address).status_code for address in pages.values()] == codes, who


def test_an_owner_stands_on_the_phone(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    client = sign_in(side, "resident")
    assert "我要自荐或提名" in client.get(at(poll, "candidates")).content.decode()
    given = {"route": "self", "statement": "愿意做事", "firm": "none", "woman": "yes", KEY: key(1)}
    made = [client.post(at(poll, "candidates", "new"), given) for _tap in range(2)]
    assert {one.status_code for one in made} == {302}
    with scope(side.compound.pk):
        one = Candidate.objects.get(poll=poll)
    assert (one.woman, one.state) == (True, "proposed")
    page = client.get(made[0].headers["Location"]).content.decode()
    assert "还缺：竞职承诺、履职承诺、辞职承诺" in page
    for number, code in enumerate(("stand", "serve", "leave"), 2):
        client.post(at(poll, "candidates", one.ref, "do", "pledge"), {"code": code, KEY: key(number)})
    assert fresh(one).state == "in_review"


def test_bad_input_loses_nothing(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    client = sign_in(side, "officer")
    given = {
        "route": "recommended", "name": "写了半天的人", "address": "9幢9单元901", "statement": "写了很久的参选说明",
        KEY: key(1),
    }  # fmt: skip
    page = client.post(at(poll, "candidates", "new"), given)
    text = page.content.decode()
    assert page.status_code == 422
    assert "没有这个房号" in text
    assert "写了很久的参选说明" in text
    assert "写了半天的人" in text
    one = pledged(side, poll)
    answer = {"body": "1", "outcome": "refuse", "words": "写了很久的理由", "ground": "", KEY: key(2)}
    page = client.post(at(poll, "candidates", one.ref, "do", "answer"), answer)
    assert page.status_code == 422
    assert "写了很久的理由" in page.content.decode()
    assert "不予通过必须选一条" in page.content.decode()
    assert client.post(at(poll, "candidates", one.ref, "do", "dance"), {KEY: key(3)}).status_code == 404
    assert (
        client.post(at(poll, "candidates", one.ref, "do", "answer"), {**answer, "body": "x", KEY: key(4)}).status_code
        == 404
    )
    page = client.post(at(poll, "candidates", "plan"), {"seats": "4", KEY: key(5)})
    assert page.status_code == 422


def test_a_body_answers_on_its_page_and_the_candidate_reads_the_ground(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    officer, resident, neighbour = (sign_in(side, who) for who in ("officer", "resident", "neighbour"))
    here = at(poll, "candidates", one.ref)
    officer.post(
        f"{here}do/answer/",
        {"body": "1", "outcome": "refuse", "ground": "ability", "words": "一年只住两个月", KEY: key(1)},
    )
    page = resident.get(here).content.decode()
    assert "一年只住两个月" in page
    assert "提交意见" in page
    assert "第三十一条" in page
    # Neighbours see nobody who has not passed.
    assert neighbour.get(here).status_code == 404
    resident.post(f"{here}do/reply/", {"body": "1", "words": "下月起常住", KEY: key(2)})
    page = officer.get(here).content.decode()
    assert "下月起常住" in page
    assert "最终不通过" in page
    officer.post(f"{here}do/answer/", {"body": "1", "outcome": "refuse", "words": "维持原意见", KEY: key(3)})
    assert (fresh(one).state, review_of(one, 1).final) == ("struck", True)
    assert "维持原意见" in resident.get(here).content.decode()


def test_membership_is_on_no_other_page(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    do("note_membership", side, poll, candidate=one.ref, member=True, source="党员名册", of=TODAY)
    officer, street, resident = (sign_in(side, who) for who in ("officer", "street", "resident"))
    assert "党员名册" in officer.get(at(poll, "candidates", "members")).content.decode()
    for client in (street, resident):
        for address in (at(poll, "candidates"), at(poll, "candidates", one.ref)):
            assert "党员" not in client.get(address).content.decode()
    # The panel counts for those who may know, and says that it filters nobody.
    panel = officer.get(at(poll, "candidates")).content.decode()
    assert "党员 1 人" in panel
    assert "不影响任何人参选" in panel
    posted = officer.post(
        at(poll, "candidates", one.ref, "do", "membership"),
        {"member": "no", "source": "更正", "of": "2026-06-02", KEY: key(1)},
    )
    assert posted.status_code == 302
    assert (
        street.post(
            at(poll, "candidates", one.ref, "do", "membership"),
            {"member": "no", "source": "x", "of": "2026-06-02", KEY: key(2)},
        ).status_code
        == 403
    )


def group_form(side: Side, number: int) -> dict[str, str]:
    given = {"kind": "preparatory", KEY: key(number)}
    for place, one in enumerate(members(side), 1):
        given |= {f"m{place}-name": one.name, f"m{place}-seat": one.seat, f"m{place}-body": one.body}
        if one.chair:
            given[f"m{place}-chair"] = "on"
    return given


def test_a_group_is_checked_while_it_is_typed_then_founded_and_posted(world: World, sign_in: Any) -> None:
    side = world.here
    poll = opened(side)
    client = sign_in(side, "street")
    given = group_form(side, 1)
    few = {name: value for name, value in given.items() if not name.startswith("m7-")}
    said = client.post(at(poll, "group", "check"), few).content.decode()
    assert "成员 6 人，应为单数" in said
    assert "第十条" in said
    with scope(side.compound.pk):
        assert not Group.objects.exists()
    assert client.post(at(poll, "group"), given).status_code == 302
    bad = {**given, "m1-seat": "", KEY: key(2)}
    page = client.post(at(poll, "group"), bad)
    assert (page.status_code, "请选择席位" in page.content.decode()) == (422, True)
    assert client.post(at(poll, "group", "do", "found"), {"formed_on": "2026-06-02", KEY: key(3)}).status_code == 302
    assert client.post(at(poll, "group", "do", "post"), {KEY: key(4)}).status_code == 302
    page = client.get(at(poll, "group")).content.decode()
    assert "公示到" in page
    assert "2026-08-31" in page
    assert client.post(at(poll, "group", "do", "found"), {"formed_on": "2026-06-02", KEY: key(5)}).status_code == 409
    assert client.post(at(poll, "group", "do", "end"), {"reason": "", KEY: key(6)}).status_code == 422
    assert client.post(at(poll, "group", "do", "fly"), {KEY: key(7)}).status_code == 404


def test_a_slate_is_drawn_and_posted_on_its_page(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    client = sign_in(side, "officer")
    here = at(poll, "candidates", "slate")
    given = {"text": "选举委员", "method": "lot", "witness": "程立", "seed": "37", f"place-{one.ref}": "1", KEY: key(1)}
    page = client.post(here, given)
    assert (page.status_code, "口令至少 4 个字" in page.content.decode()) == (422, True)
    assert client.post(here, {**given, "seed": "3788", KEY: key(2)}).status_code == 302
    assert client.post(f"{here}post/", {KEY: key(3)}).status_code == 302
    text = client.get(here).content.decode()
    assert "公示到" in text
    assert "3788" in text
    assert sign_in(side, "street").post(here, {**given, KEY: key(4)}).status_code == 403
    assert client.post(f"{here}post/", {KEY: key(5)}).status_code == 409


def copies(side: Side, one: Candidate, count: int) -> None:
    """More candidates like this one."""
    with scope(side.compound.pk):
        made = []
        for number in range(count):
            row = Candidate.objects.get(pk=one.pk)
            row.pk, row.ref, row.key, row.name, row.person_id = (
                None,
                f"copy{number}",
                f"k{number}",
                f"候选{number}",
                None,
            )
            made.append(row)
        Candidate.objects.bulk_create(made)
        group = Group.objects.filter(poll=one.poll).first()
        if group is not None:
            Member.objects.bulk_create(
                Member(compound=side.compound, group=group, number=100 + number, name=f"组员{number}", seat="owner")
                for number in range(count)
            )


@pytest.mark.parametrize("length", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    poll = planned(side)
    founded(side, poll)
    one = passed(side, poll)
    listed(side, poll)
    copies(side, fresh(one), length - 1)
    officer, resident = sign_in(side, "officer"), sign_in(side, "resident")
    counts = {}
    for client, name, address in (
        (officer, "list", at(poll, "candidates")),
        (resident, "owner's list", at(poll, "candidates")),
        (officer, "one", at(poll, "candidates", one.ref)),
        (officer, "members", at(poll, "candidates", "members")),
        (officer, "slate", at(poll, "candidates", "slate")),
        (officer, "plan", at(poll, "candidates", "plan")),
        (officer, "group", at(poll, "group")),
        (officer, "api", f"/api/v1/compounds/here/polls/{poll.ref}/candidates/"),
    ):
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        counts[name] = len(seen)
    assert counts == {
        "list": 20, "owner's list": 16, "one": 19, "members": 22, "slate": 18, "plan": 16, "group": 14, "api": 17,
    }  # fmt: skip


@pytest.mark.parametrize("length", [1, 30])
def test_the_stages_ask_the_same(world: World, statements: Any, length: int) -> None:
    side = world.here
    poll = planned(side)
    founded(side, poll)
    one = passed(side, poll)
    listed(side, poll)
    copies(side, fresh(one), length - 1)
    by = side.actor("officer", TODAY)
    with scope(side.compound.pk):
        found = Poll.objects.select_related("compound").get(pk=poll.pk)
        with statements() as seen:
            group_stage(found, by, NOW)
            candidate_stages(found, by, NOW)
    assert len(seen) == 11, [row["sql"][:80] for row in seen]


def test_stages_say_what_is_late(world: World) -> None:
    side = world.here
    poll = opened(side)
    by = side.actor("officer", TODAY)

    def marks(now: Any = NOW) -> dict[str, str]:
        with scope(side.compound.pk):
            found = Poll.objects.select_related("compound").get(pk=poll.pk)
            return {one.key: one.mark for one in (*group_stage(found, by, now), *candidate_stages(found, by, now))}

    assert marks() == {"group": "now", "nominate": "now", "review": "later", "slate": "blocked"}
    planned(side, poll=poll)
    pledged(side, poll)
    assert marks()["review"] == "now"
    # Seven days are over and a body has not answered.
    assert marks(NOW + timedelta(days=8))["review"] == "late"
    founded(side, poll)
    assert marks(NOW + timedelta(days=91))["group"] == "late"


def test_a_slate_that_came_without_nominations_is_one_stage(world: World) -> None:
    """After the call nothing of it is to come any more, and nobody is told that it was done here."""
    side = world.here
    poll = opened(side)
    by = side.actor("officer", TODAY)

    def seen(state: str) -> list[tuple[str, str]]:
        with scope(side.compound.pk):
            found = Poll.objects.select_related("compound").get(pk=poll.pk)
            found.state, found.called_at = state, None if state in {"preparing", "cancelled"} else NOW
            return [(one.key, one.mark) for one in (*group_stage(found, by, NOW), *candidate_stages(found, by, NOW))]

    assert seen("called") == seen("counted") == [("slate", "done")]
    assert seen("cancelled") == [(key, "later") for key in ("group", "nominate", "review", "slate")]
    assert seen("preparing") == [("group", "now"), ("nominate", "now"), ("review", "later"), ("slate", "blocked")]
    planned(side, poll=poll)
    assert [key for key, _mark in seen("called")] == ["nominate", "review", "slate"]


def test_over_rest_one_names_oneself_and_reads_who_stands(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    here = f"/api/v1/compounds/here/polls/{poll.ref}/candidates/"
    resident, neighbour, manager = (sign_in(side, who) for who in ("resident", "neighbour", "manager"))

    def send(client: Any, given: dict[str, Any], number: int) -> Any:
        return client.post(here, given, content_type="application/json", headers={"Idempotency-Key": key(number)})

    made = [send(resident, {"route": "self", "statement": "愿意"}, 1) for _tap in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert [one["name"] for one in resident.get(here).json()] == ["resident"]
    assert neighbour.get(here).json() == []
    again = send(resident, {"route": "self"}, 2)
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (422, "named_already", "name")
    assert (manager.get(here).status_code, send(manager, {"route": "self"}, 3).status_code) == (404, 404)
    assert send(resident, {"route": "dance"}, 4).status_code == 400
    with scope(side.compound.pk):
        one = Candidate.objects.get(poll=poll)
    assert set(made[0].json()) == {
        "ref", "key", "place", "name", "building", "represents", "route", "nominator", "state", "statement",
    }  # fmt: skip
    assert one.ref == made[0].json()["ref"]


@pytest.mark.usefixtures("_media")
def test_the_list_and_the_form_are_printed(world: World) -> None:
    from io import BytesIO

    from django.core.files.storage import default_storage
    from pypdf import PdfReader

    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    do("note_membership", side, poll, candidate=one.ref, member=True, source="党员名册", of=TODAY)
    listed(side, poll)
    texts = {}
    for kind in (LIST_KIND, "candidates.form"):
        with scope(side.compound.pk):
            asked = request_document(
                compound_id=side.compound.pk,
                by=side.actor("officer", TODAY),
                kind=kind,
                target=target_of(poll),
                now=NOW,
            )
            made = make_document(compound_id=side.compound.pk, document_id=asked.pk, now=NOW)
            assert made is not None
            assert made.state == IssuedDocument.State.READY
            with default_storage.open(made.file.path) as content:
                texts[kind] = "".join(page.extract_text() for page in PdfReader(BytesIO(content.read())).pages)
    assert "resident" in texts[LIST_KIND]
    assert "3788" in texts[LIST_KIND]
    assert "党员" not in texts[LIST_KIND]
    assert "竞职承诺" in texts["candidates.form"]
    assert "联名业主" in texts["candidates.form"]


def test_ones_own_copy_has_what_is_held(world: World) -> None:
    side = world.here
    poll = planned(side)
    one = passed(side, poll)
    do("note_membership", side, poll, candidate=one.ref, member=True, source="党员名册", of=TODAY)
    do(
        "nominate",
        side,
        poll,
        "resident",
        draft=NomineeDraft(route="joint", name="neighbour", address=side.homes[1].address),
    )
    mine = own_data.export(side.people["resident"])["candidacies"]
    assert [row["as"] for row in mine] == ["candidate", "signature"]
    assert mine[0]["party_membership"][0]["source"] == "党员名册"
    assert len(mine[0]["pledges"]) == 3
    theirs = json.dumps(own_data.export(side.people["neighbour"])["candidacies"], default=str)
    assert "党员名册" not in theirs
    assert "resident" not in theirs


def test_what_is_next_door_is_not_there(world: World, sign_in: Any) -> None:
    there = put_candidates_up(world.there, CANARY, NOW)
    put_candidates_up(world.here, "", NOW)
    for who in ("officer", "street", "resident"):
        client = sign_in(world.here, who)
        for rest in (("candidates",), ("candidates", there["candidate"]), ("group",)):
            assert client.get(
                f"/c/here/polls/{there['election']}/" + "".join(f"{one}/" for one in rest)
            ).status_code in {
                403,
                404,
            }
    assert reverse("candidates_list", args=["here", there["election"]]).endswith("/candidates/")
    owner(world.here, 3, "徐丽")
    assert named(world.here, planned(world.here)).compound_id == world.here.compound.pk
