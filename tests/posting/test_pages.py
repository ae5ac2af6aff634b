"""The desk, the points and the list of whoever walks: who, what a form does, what it refuses, what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from documents.actions import make_document
from documents.models import IssuedDocument
from posting.actions.points import replace_label, retire_point
from posting.models import Answer, Label, Plan, Point, PointEvent
from posting.rules.labels import ALPHABET
from premises import actions as premises
from tenancy.scope import scope
from tests.notices.conftest import submitted, written
from tests.posting.conftest import (
    DAY,
    NOW,
    a_point,
    answered,
    entrance_of,
    given_for,
    jpeg,
    open_tasks,
    publicity,
    three_points,
)
from tests.posting.conftest import as_photo as photo_upload
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/posting/"
WALKERS = {"manager", "dispatcher", "worker", "worker2", "secretary", "officer"}
KEEPERS = {"manager", "dispatcher", "secretary", "officer"}


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def key(n: int = 0) -> str:
    return f"{n:030d}"


def code_of(side: Side, point: Point) -> str:
    with scope(side.compound.pk):
        return str(Label.objects.get(point=point, replaced_at__isnull=True).code)


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    a_point(world.there, CANARY[:20])
    made = a_point(world.here)
    notice = publicity(world.here)
    client = sign_in(world.here, who)
    staff = who not in RESIDENTS
    for path in ("", "rows/", "points/", f"points/{made.pk}/", f"notices/{notice.ref}/", f"notices/{notice.ref}/rows/"):
        answer = client.get(BASE + path)
        assert answer.status_code == (200 if staff else 403), path
        assert CANARY[:20] not in answer.content.decode()
    assert client.get(f"{BASE}walk/").status_code == (200 if who in WALKERS else 403)
    assert client.get(f"{BASE}points/{made.pk + 10_000}/").status_code == (404 if staff else 403)
    assert ("添加张贴点" in client.get(f"{BASE}points/").content.decode()) == (who in KEEPERS)


def test_a_point_is_made_changed_and_retired(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    given = {"kind": "entrance", "name": "单元门口", "place": entrance_of(side), "spot": "左侧", "size": "A3"}
    made = client.post(f"{BASE}points/new/", {**given, "idempotency_key": key(1)})
    assert made["location"] == f"{BASE}points/"
    with scope(side.compound.pk):
        point = Point.objects.get()
    assert (point.address, point.name, point.size) == ("1幢1单元左侧", "单元门口", "A3")
    twice = client.post(f"{BASE}points/new/", {**given, "idempotency_key": key(2)})
    assert (twice.status_code, "已经有同名的张贴点" in twice.content.decode()) == (422, True)
    for bad in ({"name": ""}, {"kind": "x"}, {"place": "e:99999999"}, {"size": "A0"}):
        assert client.post(f"{BASE}points/new/", {**given, **bad, "idempotency_key": key(3)}).status_code == 422
    own = f"{BASE}points/{point.pk}/"
    assert 'value="左侧"' in page(client, own)
    changed = client.post(own, {**given, "spot": "右侧", "idempotency_key": key(4)})
    assert changed["location"] == own
    before = code_of(side, point)
    silent = client.post(f"{own}label/", {"reason": " ", "idempotency_key": key(5)})
    assert (silent.status_code, "请写明原因" in silent.content.decode()) == (422, True)
    assert client.post(f"{own}label/", {"reason": "撕坏了", "idempotency_key": key(6)}).status_code == 302
    assert code_of(side, point) != before
    assert client.post(f"{own}retire/", {"reason": "墙拆了", "idempotency_key": key(7)}).status_code == 302
    shown = page(client, own)
    assert ("停用：墙拆了" in shown, "重新启用" in shown, before[:3] in shown) == (True, True, True)
    assert client.post(f"{own}retire/", {"reason": "再", "idempotency_key": key(8)}).status_code == 409
    assert client.post(f"{own}revive/", {"idempotency_key": key(9)}).status_code == 302
    assert client.post(f"{own}nothing/", {"idempotency_key": key(10)}).status_code == 404
    with scope(side.compound.pk):
        assert list(PointEvent.objects.order_by("pk").values_list("action", flat=True)) == [
            "make", "change", "label", "retire", "revive",
        ]  # fmt: skip


def test_labels_are_printed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "officer")
    empty = client.post(f"{BASE}points/labels/", {"every": "1", "idempotency_key": key(1)})
    assert (empty.status_code, "还没有张贴点" in empty.content.decode()) == (422, True)
    points = three_points(side)
    none = client.post(f"{BASE}points/labels/", {"idempotency_key": key(2)})
    assert (none.status_code, "请勾选要打印的标签" in none.content.decode()) == (422, True)
    choices: list[dict[str, Any]] = [
        {"every": "1"},
        {"points": [points[0].pk, points[2].pk]},
        {"points": [points[0].pk]},
    ]
    for n, chosen in enumerate(choices):
        answer = client.post(f"{BASE}points/labels/", {**chosen, "idempotency_key": key(3 + n)})
        assert answer.status_code == 302
        with scope(side.compound.pk):
            document = IssuedDocument.objects.latest("pk")
            made = make_document(compound_id=side.compound.pk, document_id=document.pk, now=NOW)
            assert (made is not None and made.state, document.title) == ("ready", "张贴点标签")
        assert client.get(answer["location"]).status_code == 200
    there = a_point(world.there)
    assert client.post(f"{BASE}points/labels/", {"points": [there.pk], "idempotency_key": key(9)}).status_code == 422


@pytest.mark.parametrize(
    ("who", "leads"),
    [("worker", "walk/"), ("officer", "walk/"), ("chair", "points/"), ("street", "points/"), ("resident", "/notices/")],
)
def test_a_label_leads_on(world: World, sign_in: Callable[..., Client], who: str, leads: str) -> None:
    side = world.here
    point = a_point(side)
    code = code_of(side, point)
    client = sign_in(side, who)
    for typed in (code, code.lower()):
        assert leads in client.get(f"{BASE}p/{typed}/")["location"]
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]
    foreign = code_of(world.there, a_point(world.there))
    for absent in (wrong, foreign, "2222222", "x"):
        assert client.get(f"{BASE}p/{absent}/").status_code == 404
    assert client.get(f"/c/there/posting/p/{foreign}/").status_code == 404


def test_an_old_label_says_so(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    point = a_point(side)
    old = code_of(side, point)
    with scope(side.compound.pk):
        replace_label(compound_id=side.compound.pk, point_id=point.pk, reason="旧", by=side.actor("manager"), now=NOW)
        retire_point(compound_id=side.compound.pk, point_id=point.pk, reason="拆", by=side.actor("manager"), now=NOW)
    shown = sign_in(side, "worker").get(f"{BASE}p/{old}/", follow=True).content.decode()
    assert ("这是换下来的旧标签" in shown, "已经停用" in shown) == (True, True)


def test_a_worker_answers_without_scripts(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    points = three_points(side)
    notice = publicity(side)
    assert "要办 0 处" in page(sign_in(side, "worker"), f"{BASE}walk/")
    by_firm = {"wanted": "1", "side": "company", "idempotency_key": key()}
    assert sign_in(side, "officer").post(f"{BASE}notices/{notice.ref}/paper/", by_firm).status_code == 302
    tasks = open_tasks(notice)
    client = sign_in(side, "worker")
    shown = page(client, f"{BASE}walk/?label={code_of(side, points[1])}")
    assert ("要办 3 处" in shown, shown.count('<details class="walk-task"'), "1幢1单元 单元门口" in shown) == (
        True,
        3,
        True,
    )
    assert shown.count(" open>\n                <summary") == 1
    address = f"{BASE}walk/{tasks[0].pk}/"
    bare = client.post(address, {"result": "posted", "idempotency_key": key(1)})
    assert (bare.status_code, "请拍一张照片" in bare.content.decode()) == (422, True)
    evil = client.post(address, {"result": "posted", "photo": photo_upload(b"<script>"), "idempotency_key": key(2)})
    assert (evil.status_code, "这种文件不能用" in evil.content.decode()) == (422, True)
    wrong = client.post(address, {"result": "hanging", "photo": photo_upload(), "idempotency_key": key(3)})
    assert (wrong.status_code, "请选择看到的情况" in wrong.content.decode()) == (422, True)
    with scope(side.compound.pk):
        assert not Answer.objects.exists()
    photo = jpeg()
    for _ in range(2):
        done = client.post(address, {"result": "posted", "photo": photo_upload(photo), "idempotency_key": key(4)})
        assert done["location"] == f"{BASE}walk/"
    with scope(side.compound.pk):
        assert [one.state for one in Answer.objects.all()] == ["counted"]
    assert "要办 2 处" in page(client, f"{BASE}walk/")
    assert (
        client.post(
            f"{BASE}walk/{10**9}/", {"result": "posted", "photo": photo_upload(photo), "idempotency_key": key(5)}
        ).status_code
        == 404
    )


def test_the_desk_shows_how_far_it_is(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    assert "还没有张贴点" in page(sign_in(side, "manager"), BASE)
    three_points(side)
    notice = publicity(side)
    tasks = open_tasks(notice)
    answered(side, tasks[0], who="officer")
    client = sign_in(side, "chair")
    assert "3 个点中 1 个已张贴" in page(client, BASE)
    shown = page(client, f"{BASE}notices/{notice.ref}/")
    assert (shown.count("已张贴"), shown.count("还没有照片")) == (2, 2)
    assert "没有要张贴的公告" in page(client, f"{BASE}?past=1")


def test_the_notice_says_where_its_papers_are_to_those_behind_the_board(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    three_points(side)
    made = publicity(side)
    here = f"/c/here/notices/{made.ref}/"
    answered(side, open_tasks(made)[0])
    for who in ("manager", "officer", "chair"):
        text = page(sign_in(side, who), here)
        assert "3 个点中 1 个已张贴" in text
        assert f"{BASE}notices/{made.ref}/" in text
    assert f"{BASE}notices/{made.ref}/" not in page(sign_in(side, "resident"), here)
    # A notice that does not go on the walls: whoever speaks may arrange it, others read nothing of it.
    plain = submitted(side, "officer", title="今晚停水", source="停水两小时。")
    other = f"/c/here/notices/{plain.ref}/"
    assert "安排张贴" in page(sign_in(side, "officer"), other)
    assert f"{BASE}notices/{plain.ref}/" not in page(sign_in(side, "manager"), other)


def test_paper_is_asked_for(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    points = three_points(side)
    plain = submitted(side, "manager")
    client = sign_in(side, "manager")
    address = f"{BASE}notices/{plain.ref}/"
    assert "还没有张贴任务" in page(client, address)
    asked = {"wanted": "1", "points": [points[0].pk], "side": ""}
    assert client.post(f"{address}paper/", {**asked, "idempotency_key": key(1)})["location"] == address
    assert [one.point_id for one in open_tasks(plain)] == [points[0].pk]
    bad = client.post(f"{address}paper/", {**asked, "points": ["9999999"], "idempotency_key": key(2)})
    assert (bad.status_code, "请重新选择" in bad.content.decode()) == (422, True)
    assert client.post(f"{address}paper/", {"wanted": "1", "idempotency_key": key(3)}).status_code == 302
    assert len(open_tasks(plain)) == 3
    assert client.post(f"{address}paper/", {"idempotency_key": key(4)}).status_code == 302
    assert open_tasks(plain) == []
    always = publicity(side)
    refused = sign_in(side, "officer").post(f"{BASE}notices/{always.ref}/paper/", {"idempotency_key": key(5)})
    assert (refused.status_code, "公示必须上墙张贴" in refused.content.decode()) == (422, True)
    assert (
        client.post(f"{BASE}notices/{always.ref}/paper/", {"wanted": "1", "idempotency_key": key(6)}).status_code == 403
    )
    draft = written(side, "manager")
    assert sign_in(side, "chair").get(f"{BASE}notices/{draft.ref}/").status_code == 404
    assert (
        client.post(f"{BASE}notices/{draft.ref}/paper/", {"wanted": "1", "idempotency_key": key(7)}).status_code == 302
    )
    with scope(side.compound.pk):
        assert Plan.objects.count() == 3


def test_the_manager_judges(world: World, sign_in: Callable[..., Client]) -> None:
    from posting.actions.answers import as_upload, take, take_photo

    side = world.here
    three_points(side)
    notice = publicity(side)
    photo, other = jpeg("#101010"), jpeg("#202020")
    given = given_for(open_tasks(notice)[0], photos=[photo])
    with scope(side.compound.pk):
        common: dict[str, Any] = {"compound_id": side.compound.pk, "by": side.actor("worker"), "now": NOW}
        take(given=given, in_post=False, **common)
        take_photo(client_id=given.client_id, slot=0, upload=as_upload(photo), **common)
        take_photo(client_id=given.client_id, slot=0, upload=as_upload(other), **common)
        answer = Answer.objects.get()
        conflict = answer.conflicts.get()
    client = sign_in(side, "manager")
    assert "要核对" in page(client, BASE)
    address = f"{BASE}notices/{notice.ref}/"
    shown = page(client, address)
    assert ("报来时没有本小区的职务" in shown, "同一条记录来了两份" in shown) == (True, True)
    assert client.post(f"{address}answers/{answer.pk}/", {"idempotency_key": key(1)}).status_code == 422
    silent = client.post(f"{address}answers/{answer.pk}/", {"counts": "no", "idempotency_key": key(2)})
    assert (silent.status_code, "请写明原因" in silent.content.decode()) == (422, True)
    assert (
        client.post(f"{address}answers/{answer.pk}/", {"counts": "yes", "idempotency_key": key(3)}).status_code == 302
    )
    assert (
        client.post(f"{address}answers/{answer.pk}/", {"counts": "yes", "idempotency_key": key(4)}).status_code == 409
    )
    assert client.post(f"{address}conflicts/{conflict.pk}/", {"idempotency_key": key(5)}).status_code == 302
    assert "于 2026-06-02 10:00 看过" in page(client, address)
    assert sign_in(side, "worker").post(f"{address}answers/{answer.pk}/", {"counts": "yes"}).status_code == 403


def many(side: Side, count: int) -> list[Point]:
    """So many points, each in a building of its own."""
    made = []
    for n in range(count):
        with scope(side.compound.pk):
            building = premises.add_building(
                compound=side.compound, name=f"{n + 10}幢", entrances=["1单元"], position=n
            )
        made.append(a_point(side, f"公告栏{n}", place=f"b:{building.pk}"))
    return made


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    points = many(side, rows)
    notice = publicity(side)
    for n in range(rows):
        submitted(side, "officer", kind="publicity", title=f"公示{n}")
    for task in open_tasks(notice):
        answered(side, task, who="officer")
    with scope(side.compound.pk):
        for n in range(rows - 1):
            replace_label(
                compound_id=side.compound.pk, point_id=points[0].pk, reason=f"换{n}", by=side.actor("manager"), now=NOW
            )
    counts = []
    client = sign_in(side, "officer")
    for path in ("", "rows/", "points/", f"points/{points[0].pk}/", f"notices/{notice.ref}/",
                 f"notices/{notice.ref}/rows/", "walk/"):  # fmt: skip
        assert client.get(BASE + path).status_code == 200
        cache.clear()
        with statements() as seen:
            client.get(BASE + path)
        counts.append(len(seen))
    assert counts == [15, 13, 13, 15, 20, 17, 11]


def test_the_list_is_small(world: World, sign_in: Callable[..., Client]) -> None:
    """A worker's day of forty points, as a phone gets it."""
    import gzip

    many(world.here, 40)
    publicity(world.here, now=NOW - DAY)
    content = sign_in(world.here, "officer").get(f"{BASE}walk/").content
    assert content.decode().count("walk-task") == 40
    assert len(gzip.compress(content)) < 60_000


def test_the_service_worker_is_for_anyone(client: Client, world: World) -> None:
    answer = client.get("/posting/sw.js")
    assert (answer.status_code, answer["Service-Worker-Allowed"], answer["Cache-Control"]) == (200, "/c/", "no-cache")
    assert b"gongzhi-pages-posting" in answer.content
