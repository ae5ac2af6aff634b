"""The desk of paper ballots: made, replaced and taken back on the page, each said in words; who sees it and what it costs."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client

from boxes.queries import used
from elections.models import Right, Unit
from paper_ballots.models import Batch, Paper, Sheet
from tenancy.scope import scope
from tests.boxes.conftest import DURING, Running, called, cast, sealed
from tests.paper_ballots.conftest import printed, returned, settled
from tests.world import Side, World

Enter = Any
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window, by day."""
    with time_machine.travel(DURING, tick=False):
        yield


def address(running: Running | Any, tail: str = "") -> str:
    """The desk's address."""
    return f"/c/{running.side.compound.code}/polls/{running.poll.ref}/paper/{tail}"


def send(client: Client, running: Running, tail: str, **given: str) -> Any:
    """One form of the desk, filled in and sent."""
    found = KEY.search(client.get(address(running)).content.decode())
    assert found is not None
    return client.post(address(running, tail), {"idempotency_key": found[1], **given})


def told(answer: Any) -> list[str]:
    """What the next page will say."""
    return [str(one) for one in get_messages(answer.wsgi_request)]


def papers(side: Side) -> list[Paper]:
    with scope(side.compound.pk):
        return list(Paper.objects.filter(compound=side.compound).order_by("number"))


def home_of(running: Running, right: str) -> str:
    with scope(running.side.compound.pk):
        found = Right.objects.get(edition=running.poll.edition_id, key=right)
        return str(Unit.objects.get(poll=running.poll, number=found.units[0]).address)


def test_papers_are_made_for_some_homes_and_then_for_everyone(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    officer: Client = sign_in(world.here, "officer")
    home = home_of(running, running.keys[1])
    wrong = send(officer, running, "print/", some="1", homes=f"{home}\n9幢9单元909")
    assert (wrong.status_code, papers(world.here)) == (422, [])
    assert "名册上没有这些门牌：9幢9单元909。请照名册上的写法改。" in wrong.content.decode()
    some = send(officer, running, "print/", some="1", homes=f" {home} \n\n{home}")
    assert (some.status_code, some["Location"], told(some)) == (302, address(running), ["新编了 1 张票。"])
    assert [one.right for one in papers(world.here)] == [running.keys[1]]
    rest = send(officer, running, "print/")
    assert told(rest) == [f"新编了 {len(running.keys) - 1} 张票。"]
    assert told(send(officer, running, "print/")) == ["都已经有票，没有新编。"]
    assert sorted(one.right for one in papers(world.here)) == sorted(running.keys)


def test_the_same_form_twice_makes_one(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    officer: Client = sign_in(world.here, "officer")
    found = KEY.search(officer.get(address(running)).content.decode())
    assert found is not None
    form = {"idempotency_key": found[1], "code": paper.code, "reason": "业主说弄丢了"}
    answers = [officer.post(address(running, "replace/"), form).status_code for _again in range(2)]
    assert (answers, len(papers(world.here))) == ([302, 302], len(running.keys) + 1)


def test_a_lost_paper_is_replaced_and_a_refusal_stands_beside_its_field(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    officer: Client = sign_in(world.here, "officer")
    wrong = send(officer, running, "replace/", code="2222223", reason="弄丢了")
    assert wrong.status_code == 422
    assert "编号输错了：应当是 7 位字母和数字。" in wrong.content.decode()
    without = send(officer, running, "replace/", code=paper.code, reason="")
    assert (without.status_code, "请写明原因。" in without.content.decode()) == (422, True)
    done = send(officer, running, "replace/", code=paper.code.lower(), reason="业主说弄丢了")
    new = papers(world.here)[-1]
    assert told(done) == [f"旧票已作废。新票是第 {new.number} 号，编号 {new.code[:3]} {new.code[3:]}。"]
    dead = send(officer, running, "back/", code=paper.code, voice="owner")
    assert (dead.status_code, "已经作废（业主说弄丢了）" in dead.content.decode()) == (422, True)


def test_ballots_are_printed_by_their_numbers(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    printed(running)
    officer: Client = sign_in(world.here, "officer")
    page = officer.get(address(running)).content.decode()
    assert (f'value="{len(running.keys)}"' in page, 'name="first" value="1"' in page) == (True, True)
    wrong = send(officer, running, "sheets/", first="1", last="101")
    assert (wrong.status_code, "一次最多打印 100 张" in wrong.content.decode()) == (422, True)
    assert send(officer, running, "sheets/", first="1", last="no").status_code == 422
    unsaid = send(officer, running, "sheets/", first="1", last="2")
    assert (unsaid.status_code, "还没有写交到哪里、什么时间交、有疑问找谁。" in unsaid.content.decode()) == (409, True)
    settled(running)
    done = send(officer, running, "sheets/", first="1", last="2")
    assert (done.status_code, "/documents/" in done["Location"]) == (302, True)
    assert officer.get(done["Location"]).status_code == 200


def test_a_paper_is_taken_back_by_its_code_and_the_cursor_stays(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    first, second = printed(running)[:2]
    chair: Client = sign_in(world.here, "chair")
    assert 'name="code"' in (page := chair.get(address(running)).content.decode())
    assert page.count("autofocus") == 1
    typed = f" {first.code[:3].lower()} {first.code[3:]} "
    done = send(chair, running, "back/", code=typed, voice="owner")
    assert (done.status_code, done["Location"]) == (302, address(running))
    assert told(done) == [f"第 {first.number} 号票（{first.code[:3]} {first.code[3:]}）已收回登记，请投进票箱。"]
    again = send(chair, running, "back/", code=first.code, voice="owner")
    text = again.content.decode()
    assert again.status_code == 409
    assert f"{first.code}：这张票已经收回登记过了，不要重复登记。" in text
    # The field is empty for the next one, with the cursor in it.
    assert (f'value="{first.code}"' in text, text.count("autofocus")) == (False, 1)
    assert send(chair, running, "back/", code=second.code, voice="proxy").status_code == 302
    assert send(chair, running, "back/", code=second.code, voice="nobody").status_code == 422
    with scope(world.here.compound.pk):
        assert {key: (one.channel, one.by) for key, one in used(running.poll).items()} == {
            first.right: ("paper", "owner"), second.right: ("paper", "proxy"),
        }  # fmt: skip


def test_who_voted_by_phone_gets_the_paper_back(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    place = running.keys.index(paper.right)
    cast(running, place, {running.items[0].key: "for"})
    answer = send(sign_in(world.here, "officer"), running, "back/", code=paper.code, voice="owner")
    assert answer.status_code == 409
    assert "已经用手机投过票，纸质票不再收。请把票退还业主，一户只投一次。" in answer.content.decode()
    assert papers(world.here)[0].returned_at is None


def test_who_sees_the_desk_and_who_acts(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    statuses = {
        who: sign_in(world.here, who).get(address(running)).status_code for who in ("officer", "chair", "street")
    }
    assert statuses == {"officer": 200, "chair": 200, "street": 200}
    assert [sign_in(world.here, who).get(address(running)).status_code for who in ("manager", "resident")] == [403, 403]
    street: Client = sign_in(world.here, "street")
    assert 'name="code"' not in street.get(address(running)).content.decode()
    found = KEY.search(sign_in(world.here, "officer").get(address(running)).content.decode())
    assert found is not None
    for tail, given in (("back/", {"code": paper.code, "voice": "owner"}), ("print/", {})):
        answer = street.post(address(running, tail), {"idempotency_key": found[1], **given})
        assert answer.status_code == 403
    assert papers(world.here)[0].returned_at is None


def test_before_the_box_is_ready_the_page_says_what_comes_first(world: World, sign_in: Enter) -> None:
    side = world.here
    poll = called(side)
    page = sign_in(side, "officer").get(f"/c/{side.compound.code}/polls/{poll.ref}/paper/").content.decode()
    assert ("还不能编纸质票" in page, 'name="code"' in page) == (True, False)


def test_the_time_line_leads_to_the_desk(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    line = sign_in(world.here, "officer").get(f"/c/{world.here.compound.code}/polls/{running.poll.ref}/")
    assert f'href="{address(running)}"' in line.content.decode()
    assert "还没有打印。要求纸质票的业主都应当给一张。" in line.content.decode()
    returned(running, printed(running)[0])
    line = sign_in(world.here, "officer").get(f"/c/{world.here.compound.code}/polls/{running.poll.ref}/")
    count = len(running.keys)
    assert f"打印 {count} 张，送达 0 张，收回 1 张，待清点 1 张。" in line.content.decode()


@pytest.mark.parametrize("more", [1, 30])
def test_the_desk_costs_the_same_for_one_and_for_thirty(
    world: World, sign_in: Enter, statements: Any, more: int
) -> None:
    side = world.here
    running = sealed(side)
    returned(running, printed(running)[0])
    with scope(side.compound.pk):
        for number in range(more):
            paper = Paper.objects.create(
                compound=side.compound, poll=running.poll, box=running.box, number=100 + number, right=f"key{number:02}",
                code=f"ZZZZZ{number:02}", printed_at=DURING, printed_as="社区", returned_at=DURING + timedelta(seconds=number),
                returned_as="社区", voice="owner",
            )  # fmt: skip
            batch = Batch.objects.create(
                compound=side.compound, poll=running.poll, box=running.box, number=number + 1, name=f"第{number}批",
                by_hand=1, witnesses="胡一明", opened_at=DURING, opened_as="社区",
            )  # fmt: skip
            Sheet.objects.create(compound=side.compound, batch=batch, paper=paper, place=1)
    officer: Client = sign_in(side, "officer")
    officer.get(address(running))
    with statements() as seen:
        assert officer.get(address(running)).status_code == 200
    assert len(seen) == 15
