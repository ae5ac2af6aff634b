"""The pages of a box: the ceremony shows shares once, the opening says what is wrong, owners check their own."""

import base64
import re
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from boxes import actions, ready
from boxes.actions import counting
from boxes.actions.running import publish
from boxes.models import Box, Holder
from boxes.refusals import NotPermitted
from elections.box import keys
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, OPENS, Running, called, cast, closed, holders, opened, sealed, step
from tests.boxes.test_running import code
from tests.elections.conftest import do
from tests.world import Side, World

Enter = Any
SHARE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){6}[0-9A-HJKMNP-TV-Z]{2}")


def address(running: Running | Any, tail: str = "") -> str:
    """The address of a box's page."""
    return f"/c/{running.side.compound.code}/polls/{running.poll.ref}/box/{tail}"


def rest(running: Running, tail: str = "") -> str:
    """The address of a box's resource."""
    return f"/api/v1/compounds/{running.side.compound.code}/polls/{running.poll.ref}/box/{tail}"


def key_of(page: Any) -> str:
    """The idempotency key of a page's first form."""
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def filled(side: Side, page: Any, *names: str) -> dict[str, str]:
    """The form of the ceremony."""
    given = {f"holder-{n}": str(side.posts[name].pk) for n, name in enumerate(names, 1)}
    return {"idempotency_key": key_of(page), **given}


def everything(side: Side) -> str:
    """Every row of every table that this compound's scope can read, as text."""
    with scope(side.compound.pk), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found.append(cursor.fetchone()[0] or "")
    return "\n".join(found)


def test_the_ceremony_shows_each_share_once_and_keeps_none(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    officer: Client = sign_in(side, "officer")
    where = f"/c/{side.compound.code}/polls/{poll.ref}/box/key/"
    form = filled(side, officer.get(where), "officer", "chair", "street")
    shown = officer.post(where, form)
    text = shown.content.decode()
    shares = SHARE.findall(text)
    assert (shown.status_code, len(shares)) == (200, 3)
    assert "no-store" in shown["Cache-Control"]
    with scope(side.compound.pk):
        box = Box.objects.get(compound=side.compound)
    assert [keys.read_share(box.name, share)[0] for share in shares] == [1, 2, 3]
    sheets = [base64.b64decode(one) for one in re.findall(r"data:application/pdf;base64,([A-Za-z0-9+/=]+)", text)]
    assert [one[:5] for one in sheets] == [b"%PDF-"] * 3
    files = [base64.b64decode(one).decode() for one in re.findall(r"data:text/plain;base64,([A-Za-z0-9+/=]+)", text)]
    assert [share in file for share, file in zip(shares, files, strict=True)] == [True] * 3
    # The same form again leads to the box and shows nothing.
    again = officer.post(where, form)
    assert (again.status_code, again["Location"]) == (302, f"/c/{side.compound.code}/polls/{poll.ref}/box/")
    assert not SHARE.search(officer.get(again["Location"]).content.decode())
    assert not SHARE.search(str(dict(officer.session)))


def test_nothing_of_a_share_is_in_any_table(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    officer: Client = sign_in(side, "officer")
    where = f"/c/{side.compound.code}/polls/{poll.ref}/box/key/"
    shares = SHARE.findall(
        officer.post(where, filled(side, officer.get(where), "officer", "chair", "street")).content.decode()
    )
    kept = everything(side)
    assert "永康" in kept or "小区" in kept
    with scope(side.compound.pk):
        box = Box.objects.get(compound=side.compound)
    for share in shares:
        part = keys.read_share(box.name, share)[1]
        for form in (share, share.replace("-", ""), part.hex(), base64.b64encode(part).decode()):
            assert form not in kept


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("officer", "chair"), "至少要 3 位保管人"),
        (("officer", "secretary", "chair"), "同一单位只能保管一份"),
        (("officer", "chair", "manager"), "至少要 3 位保管人|请重新选择"),
    ],
)
def test_holders_are_of_different_bodies(world: World, sign_in: Enter, names: tuple[str, ...], words: str) -> None:
    side = world.here
    poll = called(side)
    officer: Client = sign_in(side, "officer")
    where = f"/c/{side.compound.code}/polls/{poll.ref}/box/key/"
    answer = officer.post(where, filled(side, officer.get(where), *names))
    assert answer.status_code == 422
    assert re.search(words, answer.content.decode())
    with scope(side.compound.pk):
        assert not Box.objects.filter(compound=side.compound).exists()


def test_a_holder_confirms_by_their_own_sign_in(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    made = do(actions.set_up_box, side, poll, holders=holders(side))
    running = Running(side, poll, made)
    assert code(NotPermitted, do, actions.confirm_share, side, poll, "officer", number=2) == "not_your_share"
    chair: Client = sign_in(side, "chair")
    page = chair.get(address(running))
    assert chair.post(address(running, "confirm/2/"), {"idempotency_key": key_of(page)}).status_code == 302
    with scope(side.compound.pk):
        found = {one.number: one.confirmed_at is not None for one in Holder.objects.filter(compound=side.compound)}
    assert found == {1: False, 2: True, 3: False}


def test_a_mistyped_share_is_mended_where_it_is_and_a_true_one_is_not_written_back(
    world: World, sign_in: Enter
) -> None:
    running = sealed(world.here)
    closed(running)
    officer: Client = sign_in(world.here, "officer")
    text = running.made.shares[1]

    def given(share: str) -> Any:
        return officer.post(
            address(running, "share/"), {"idempotency_key": key_of(officer.get(address(running))), "share": share}
        )

    wrong = ("2" if text[0] != "2" else "3") + text[1:]
    answer = given(wrong)
    assert (answer.status_code, "输错了字" in answer.content.decode()) == (422, True)
    assert f'value="{wrong}"' in answer.content.decode()
    assert given(text).status_code == 302
    again = given(text)
    assert (again.status_code, "已经交过了" in again.content.decode()) == (422, True)
    assert text not in again.content.decode()
    assert "开箱计票" not in officer.get(address(running)).content.decode()
    assert given(running.made.shares[3]).status_code == 302
    page = officer.get(address(running))
    assert "开箱计票" in page.content.decode()
    assert officer.post(address(running, "open/"), {"idempotency_key": key_of(page)}).status_code == 302


def test_what_holds_the_opening_back_is_said_before_a_share_is_typed(
    world: World, sign_in: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = sealed(world.here)
    closed(running)
    officer: Client = sign_in(world.here, "officer")
    assert 'name="share"' in officer.get(address(running)).content.decode()
    ways = ready._asked["paper_ballots"][1:]
    monkeypatch.setattr(ready, "_asked", {"papers": (lambda _poll: "papers_waiting", *ways)})
    page = officer.get(address(running)).content.decode()
    assert ("还有纸质票没有清点入箱" in page, 'name="share"' in page) == (True, False)
    # And where it is put right.
    desk = f"/c/{world.here.compound.code}/polls/{running.poll.ref}/paper/"
    assert f'<a class="button secondary" href="{desk}"><span>去清点纸质票</span></a>' in page


def test_the_head_of_the_page_follows_the_count_and_leads_on(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    closed(running)
    opening = opened(running)
    officer: Client = sign_in(world.here, "officer")
    # The shares are gone, and who gave them is not forgotten: two of the three.
    assert officer.get(address(running)).content.decode().count("</svg>已交</span>") == 2
    head = re.compile(r'<p id="box-state"( hx-swap-oob="true")?>\s*<span class="badge[^"]*">\s*(?:<span>)?([^<\s]+)')

    def now(tail: str) -> tuple[list[tuple[bool, str]], bool]:
        page = officer.get(address(running, tail)).content.decode()
        return [(bool(renews), words) for renews, words in head.findall(page)], "接着办：公示结果" in page

    assert [now(""), now("part/")] == [([(False, "已开箱，计票中")], False), ([(True, "已开箱，计票中")], False)]
    with scope(world.here.compound.pk):
        counting.count(compound_id=world.here.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
    assert [now(""), now("part/")] == [([(False, "已计票")], True), ([(True, "已计票")], True)]


def test_an_owner_checks_her_own_receipt(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    receipts = [cast(running, place, {key: "for"}).hash for place in range(len(running.keys))]
    owner: Client = sign_in(world.here, "resident")
    page = owner.get(address(running, "check/")).content.decode()
    own = [one for one in receipts if one in page]
    assert own
    assert "还在收票" in owner.get(address(running, f"check/?receipt={own[0]}")).content.decode()
    box = closed(running)
    page = owner.get(address(running, f"check/?receipt={own[0]}")).content.decode()
    assert "这张票在封好的票箱里" in page
    assert box.root in page
    assert "票箱里没有这个编号" in owner.get(address(running, f"check/?receipt={'0' * 64}")).content.decode()
    assert owner.get(address(running, "check/?receipt=nonsense")).status_code == 422
    assert owner.get(address(running)).status_code == 403
    program = owner.get(address(running, "check/program/"))
    assert b"verify_election" in program.content


def test_rest_gives_heads_root_and_proof_and_no_choice(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    receipt = cast(running, 0, {running.items[0].key: "for"}).hash
    owner: Client = sign_in(world.here, "resident")
    assert owner.get(rest(running, f"proof/?receipt={receipt}")).status_code == 404
    box = closed(running)
    found = owner.get(rest(running)).json()
    assert (found["state"], found["root"], found["receipts"]) == ("closed", box.root, 1)
    assert [one["why"] for one in found["heads"]] == ["close", "set_up"]
    proof = owner.get(rest(running, f"proof/?receipt={receipt}")).json()
    assert proof == {"receipt": receipt, "index": 0, "size": 1, "path": [], "root": box.root}
    assert owner.get(rest(running, "proof/?receipt=nothing")).status_code == 404
    for who in ("manager", "worker"):
        assert sign_in(world.here, who).get(rest(running)).status_code == 404


@pytest.mark.parametrize("who", ["manager", "worker", "resident", "member"])
def test_who_keeps_no_box_takes_no_step(world: World, sign_in: Enter, who: str) -> None:
    running = sealed(world.here)
    closed(running)
    client: Client = sign_in(world.here, who)
    found = {}
    for number, tail in enumerate(("key/", "open/", "share/", "confirm/1/", "reset/")):
        form = {"idempotency_key": f"0123456789abcdef012{number}", "share": running.made.shares[1]}
        found[tail] = client.post(address(running, tail), form).status_code
    # A member of the committee may hold a share; its forms for the others are empty here, or not its own.
    allowed = {"key/": 422, "open/": 403, "share/": 302, "confirm/1/": 403, "reset/": 422}
    assert found == (allowed if who == "member" else dict.fromkeys(allowed, 403))
    assert running.box.state == "closed"


def test_the_record_is_everyones(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    closed(running)
    counting.count(compound_id=world.here.compound.pk, opening_id=opened(running).pk, processes=1, now=AFTER)
    owner: Client = sign_in(world.here, "resident")
    page = owner.get(address(running, "check/")).content.decode()
    found = re.search(r'href="(/c/[^"]+/files/[^"]+/)"', page)
    assert found is not None
    answer = owner.get(found[1])
    assert answer.status_code == 200
    stranger: Client = sign_in(world.there, "resident")
    assert stranger.get(found[1]).status_code == 404


@pytest.mark.parametrize("more", [1, 30])
def test_pages_cost_the_same_for_one_and_thirty(world: World, sign_in: Enter, statements: Any, more: int) -> None:
    side = world.here
    running = sealed(side)
    cast(running, 0, {running.items[0].key: "for"})
    with scope(side.compound.pk):
        for number in range(more):
            publish(running.box, 1000 + number, f"{number:064d}", AFTER, "day")
    officer, owner = sign_in(side, "officer"), sign_in(side, "resident")
    counts = {}
    for client, tail in (
        (officer, ""), (officer, "part/"), (officer, "key/"), (officer, "reset/"), (owner, "check/"), (owner, "api"),
    ):  # fmt: skip
        where = address(running, tail) if tail != "api" else rest(running)
        client.get(where)
        with statements() as seen:
            assert client.get(where).status_code == 200
        counts[tail] = len(seen)
    assert counts == {"": 15, "part/": 13, "key/": 11, "reset/": 11, "check/": 14, "api": 8}


def test_a_ballot_costs_three_statements_and_one_once_the_box_is_known(world: World, statements: Any) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    rights = running.keys
    with scope(world.here.compound.pk):
        found = []
        for right in rights[:2]:
            with statements() as seen:
                actions.put_in(poll=running.poll, right=right, choices={key: "for"}, now=DURING)
            found.append(len(seen))
    assert found == [3, 1]


def test_a_share_is_given_as_its_file_and_its_sheet_says_the_same(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    officer: Client = sign_in(side, "officer")
    where = f"/c/{side.compound.code}/polls/{poll.ref}/box/key/"
    text = officer.post(where, filled(side, officer.get(where), "officer", "chair", "street")).content.decode()
    shares = SHARE.findall(text)
    files = [base64.b64decode(one) for one in re.findall(r"data:text/plain;base64,([A-Za-z0-9+/=]+)", text)]
    sheets = [base64.b64decode(one) for one in re.findall(r"data:application/pdf;base64,([A-Za-z0-9+/=]+)", text)]
    for share, sheet in zip(shares, sheets, strict=True):
        with pypdfium2.PdfDocument(sheet) as document:
            assert len(document) == 1
            words = document[0].get_textpage().get_text_bounded()
        assert [group for group in share.split("-") if group not in words] == []
        assert [one for one in shares if one != share and one.split("-")[1] in words] == []
    with scope(side.compound.pk):
        running = Running(side, poll, actions.MadeBox(Box.objects.get(compound=side.compound), (), {}))
    for number, name in enumerate(("officer", "chair", "street"), 1):
        do(actions.confirm_share, side, poll, name, number=number)
    step(running, "open", actions.start, OPENS)
    closed(running)

    def given(content: bytes) -> Any:
        form = {
            "idempotency_key": key_of(officer.get(address(running))),
            "file": SimpleUploadedFile("key.txt", content),
        }
        return officer.post(address(running, "share/"), form)

    for wrong in (b"", b"x" * 3000):
        assert "这不是钥匙文件" in given(wrong).content.decode()
    assert "输错了字" in given(b"\xff\xfe").content.decode()
    assert given(files[0]).status_code == 302
    again = given(files[0])
    assert (again.status_code, "已经交过了" in again.content.decode()) == (422, True)
    # As it is printed in groups, without hyphens, in small letters: as people type it.
    typed = {"idempotency_key": key_of(officer.get(address(running))), "share": shares[1].replace("-", " ").lower()}
    assert officer.post(address(running, "share/"), typed).status_code == 302
    assert "开箱计票" in officer.get(address(running)).content.decode()
    nothing = officer.post(address(running, "share/"), {"idempotency_key": "0123456789abcdef0123"})
    assert "请选钥匙文件" in nothing.content.decode()
