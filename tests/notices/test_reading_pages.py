"""The board and one notice as readers see them: who, what, how much it costs."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from notices import actions
from notices.actions import files
from notices.audience import Audience
from notices.models import Notice, Reading, Signature
from premises.models import Building
from residency.models import Bond
from tenancy.scope import scope
from tests.notices.conftest import NOW, SOURCE, TITLE, fee_notice, pdf, picture, signed, submitted, written
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/notices/"


def page(client: Client, path: str = BASE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def key(n: int = 0) -> str:
    return f"{n:030d}"


def copies(side: Side, made: Notice, count: int) -> None:
    """More notices that are out, as one."""
    with scope(side.compound.pk):
        for n in range(count):
            copy = Notice.objects.get(pk=made.pk)
            version = copy.current
            version.pk, copy.pk = None, None
            copy.ref, copy.campaign, copy.current_id, copy.state = f"copy{n}", uuid.uuid4(), None, "draft"
            copy.save()
            version.notice = copy
            version.save()
            copy.current, copy.state = version, "published"
            copy.published_at = NOW - timedelta(minutes=n + 1)
            copy.save()


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_everyone_reads_the_board(world: World, sign_in: Callable[..., Client], who: str) -> None:
    made = submitted(world.here, "officer")
    submitted(world.there, "officer", title=CANARY)
    client = sign_in(world.here, who)
    shown = page(client)
    assert TITLE in shown
    assert CANARY not in shown
    assert TITLE in page(client, f"{BASE}rows/")
    one = page(client, f"{BASE}{made.ref}/")
    assert "<strong>6月6日</strong>" in one
    assert "打物业电话" in one
    assert client.get("/c/here/notices/nothing/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_board_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    made = submitted(world.here, "officer")
    copies(world.here, made, rows - 1)
    client = sign_in(world.here, "resident")
    for path, expected in ((BASE, 11), (f"{BASE}rows/", 8)):
        assert client.get(path).status_code == 200
        cache.clear()
        with statements() as seen:
            answer = client.get(path)
        assert len(re.findall('id="notice-(?!REF)', answer.content.decode())) == min(rows, 20)
        assert len(seen) == expected, "\n".join(query["sql"][:160] for query in seen)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_notice_asks_the_same_for_one_edition_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    made = submitted(side, "officer")
    with scope(side.compound.pk):
        for n in range(rows - 1):
            actions.amend(
                compound_id=side.compound.pk, ref=made.ref, title=TITLE, source=f"{SOURCE}\n\n第{n}次", changed=f"改{n}",
                by=side.actor("officer"), now=NOW + timedelta(minutes=n),
            )  # fmt: skip
    counts = []
    for who in ("resident", "manager"):
        client = sign_in(side, who)
        assert client.get(f"{BASE}{made.ref}/").status_code == 200
        cache.clear()
        with statements() as seen:
            assert client.get(f"{BASE}{made.ref}/").status_code == 200
        counts.append(len(seen))
    assert counts == [12, 19]


def test_whoever_opens_a_notice_has_read_it(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = submitted(side, "officer")
    client = sign_in(side, "resident")
    assert "notices-dot" in page(client, f"{BASE}rows/")
    assert "<strong>" + TITLE in page(client, "/")
    page(client, f"{BASE}{made.ref}/")
    assert "notices-dot" not in page(client, f"{BASE}rows/")
    assert TITLE in page(client, f"{BASE}line/")
    assert "<strong>" not in page(client, f"{BASE}line/")
    with scope(side.compound.pk):
        row = Reading.objects.get()
    assert (row.person_id, row.home_ids) == (side.people["resident"].pk, [side.homes[0].pk])
    office = page(sign_in(side, "officer"), f"{BASE}{made.ref}/")
    assert "1 户看过，共 2 户" in office
    assert side.people["resident"].name in office
    assert side.people["resident"].name not in page(sign_in(side, "manager"), f"{BASE}{made.ref}/")
    assert "阅读回执" not in page(sign_in(side, "neighbour"), f"{BASE}{made.ref}/")


def test_a_notice_for_others_is_not_there(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    with scope(side.compound.pk):
        building = Building.objects.get()
    here = submitted(side, "officer", audience=Audience(building_ids=(building.pk,)), title="一幢的事")
    tenants = submitted(side, "officer", audience=Audience(roles=("tenant",)), title="租户的事")
    client = sign_in(side, "resident")
    shown = page(client)
    assert "一幢的事" in shown
    assert "租户的事" not in shown
    assert client.get(f"{BASE}{tenants.ref}/").status_code == 404
    assert "发给：1幢" in page(client, f"{BASE}{here.ref}/")
    assert "发给：租户" in page(sign_in(side, "officer"), f"{BASE}{tenants.ref}/")


def test_search_filter_and_archive(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    submitted(side, "officer", title="社区的通知")
    submitted(side, "manager", title="停水的事", kind="reminder", source="明天停水")
    gone = submitted(side, "officer", title="撤了的事")
    with scope(side.compound.pk):
        actions.withdraw(
            compound_id=side.compound.pk, ref=gone.ref, reason="日期写错", by=side.actor("officer"), now=NOW
        )
    client = sign_in(side, "resident")
    assert ("停水的事" in page(client, f"{BASE}?q=明天"), "社区的通知" in page(client, f"{BASE}?q=明天")) == (
        True,
        False,
    )
    assert "停水的事" not in page(client, f"{BASE}?kind=notice")
    assert "社区的通知" not in page(client, f"{BASE}?side=company")
    assert "社区的通知" in page(client, f"{BASE}?year=2026&kind=nonsense&page=99")
    assert "没有找到这样的公告" in page(client, f"{BASE}?year=2020")
    assert "撤了的事" not in page(client)
    past = page(client, f"{BASE}?past=1")
    assert "撤了的事" in past
    assert "停水的事" not in past
    one = page(client, f"{BASE}{gone.ref}/")
    assert "日期写错" in one
    assert "<strong>6月6日</strong>" in one


def test_pictures_and_papers_come_with_the_text(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = written(side, "officer")
    common: dict[str, Any] = {"compound_id": side.compound.pk, "ref": made.ref, "by": side.actor("officer"), "now": NOW}
    with scope(side.compound.pk):
        files.attach(upload=picture(), name="水箱", **common)
        files.attach(upload=pdf(), name="停水安排", **common)
        actions.submit(**common)
    client = sign_in(side, "resident")
    shown = page(client, f"{BASE}{made.ref}/")
    assert 'alt="水箱"' in shown
    assert "停水安排" in shown
    for address in {part.split('"')[0] for part in shown.split('"/c/here/files/')[1:]}:
        assert client.get(f"/c/here/files/{address}").status_code == 200


def test_what_changed_is_said(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = submitted(side, "officer")
    with scope(side.compound.pk):
        actions.amend(
            compound_id=side.compound.pk, ref=made.ref, title=TITLE, source="改到**6月7日**停水。", changed="日期改了",
            by=side.actor("officer"), now=NOW,
        )  # fmt: skip
    shown = page(sign_in(side, "resident"), f"{BASE}{made.ref}/")
    assert "日期改了" in shown
    assert "<ins>改到6月7日停水。</ins>" in shown
    assert "<del>因水箱清洗，6月6日 9:00 至 17:00 停水。</del>" in shown


def test_a_named_post_signs_for_it_once(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = submitted(side, "officer", sign_posts=(side.posts["worker"].pk,))
    worker = sign_in(side, "worker")
    shown = page(worker, f"{BASE}{made.ref}/")
    assert "我已看过，签收" in shown
    print_ = made.current.fingerprint
    address = f"{BASE}{made.ref}/do/sign/"
    stale = worker.post(address, {"fingerprint": "0" * 64, "idempotency_key": key(1)})
    assert stale.status_code == 409
    assert "文字有改动" in stale.content.decode()
    for _ in range(2):
        assert worker.post(address, {"fingerprint": print_, "idempotency_key": key(2)}).status_code == 302
    assert "签收（第1版）" in page(worker, f"{BASE}{made.ref}/")
    with scope(side.compound.pk):
        assert Signature.objects.get().signed_at == NOW
    other = sign_in(side, "worker2")
    assert "我已看过，签收" not in page(other, f"{BASE}{made.ref}/")
    refused = other.post(address, {"fingerprint": print_, "idempotency_key": key(3)})
    assert refused.status_code == 403


def test_a_child_reads_what_is_for_the_parent(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    owners = submitted(side, "officer", audience=Audience(roles=("owner",)), title="业主的事")
    tenants = submitted(side, "officer", audience=Audience(roles=("tenant",)), title="租户的事")
    child = world.there.people["resident"]
    with scope(side.compound.pk):
        Bond.objects.create(
            compound=side.compound, parent=side.people["resident"], child=child, how="phone", consented_at=NOW,
            consented_as="resident", bound_at=NOW,
        )  # fmt: skip
    client = sign_in(world.there, "resident")
    session = client.session
    session["standing"] = ["child", side.compound.pk]
    session.save()
    shown = page(client)
    assert "业主的事" in shown
    assert "租户的事" not in shown
    assert "业主的事" in page(client, f"{BASE}{owners.ref}/")
    assert client.get(f"{BASE}{tenants.ref}/").status_code == 404
    assert "业主的事" in page(client, "/")


def test_what_waits_is_shown_to_whoever_shares_the_work(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = fee_notice(side)
    address = f"{BASE}{made.ref}/"
    assert sign_in(side, "resident").get(address).status_code == 404
    assert sign_in(side, "worker").get(address).status_code == 404
    assert "等业委会会签" in page(sign_in(side, "officer"), address)
    chair = sign_in(side, "chair")
    assert "同意" in page(chair, address)
    silent = chair.post(f"{address}do/refuse/", {"reason": "", "idempotency_key": key(1)})
    assert (silent.status_code, "请写明原因" in silent.content.decode()) == (422, True)
    assert chair.post(f"{address}do/agree/", {"reason": "", "idempotency_key": key(2)}).status_code == 302
    late = chair.post(f"{address}do/agree/", {"reason": "", "idempotency_key": key(3)})
    assert late.status_code == 403
    signed(side, made, "officer")
    assert TITLE in page(sign_in(side, "resident"))
    officer = sign_in(side, "officer")
    assert officer.post(f"{address}do/pin/", {"idempotency_key": key(4)}).status_code == 302
    assert "置顶" in page(sign_in(side, "resident"))
    assert officer.post(f"{address}do/unpin/", {"idempotency_key": key(5)}).status_code == 302
    assert officer.post(f"{address}do/withdraw/", {"reason": "", "idempotency_key": key(6)}).status_code == 422
    assert officer.post(f"{address}do/withdraw/", {"reason": "写错", "idempotency_key": key(7)}).status_code == 302
    assert officer.post(f"{address}do/nothing/", {"idempotency_key": key(8)}).status_code == 404
    assert sign_in(side, "resident").post(f"{address}do/pin/", {"idempotency_key": key(9)}).status_code == 404
