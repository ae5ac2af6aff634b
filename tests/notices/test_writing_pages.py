"""The desk, the editor, corrections and templates: who, what a form does, what it refuses, what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from notices import actions
from notices.actions.keeping import save_template
from notices.models import Notice, Template
from notices.refusals import Refused
from notices.rules.builtin import BUILTIN
from notices.rules.kinds import KINDS, MATTERS, MAX_SOURCE, MAX_TITLE
from notices.rules.placeholders import KNOWN, found_in
from notices.views import desk
from premises.models import Entrance
from tenancy.scope import scope
from tests.notices.conftest import NOW, SOURCE, TITLE, fee_notice, fresh, pdf, picture, submitted, written
from tests.notices.test_reading_pages import key, page
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/notices/"
NEW = f"{BASE}new/"
WRITERS = {"secretary", "officer", "chair", "member", "manager", "dispatcher", "street", "city"}
TYPED = {"kind": "notice", "matter": "general", "title": TITLE, "source": SOURCE}


def only() -> Notice:
    found: Notice = Notice.objects.get()
    return found


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    submitted(world.there, "officer", title=CANARY)
    made = written(world.here, "officer")
    client = sign_in(world.here, who)
    expected = 200 if who in WRITERS else 403
    for path in ("/notices/", NEW, f"{BASE}templates/"):
        answer = client.get(path)
        assert answer.status_code == expected, path
        assert who == "city" or CANARY not in answer.content.decode()
    own = 200 if who in {"officer", "secretary"} else 404 if who in WRITERS else 403
    assert client.get(f"{BASE}{made.ref}/edit/").status_code == own
    assert client.get("/c/there/notices/new/").status_code == (200 if who == "city" else 404 if who in WRITERS else 403)
    assert ("写公告" in page(client)) == (who in WRITERS)


def test_a_draft_is_written_changed_and_handed_in(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "officer")
    with scope(side.compound.pk):
        entrance = Entrance.objects.order_by("pk")[0]
    given = {
        **TYPED,
        "places": [f"e:{entrance.pk}"],
        "roles": ["owner"],
        "expires_at": "2026-06-08T18:00",
        "sign_posts": [side.posts["worker"].pk],
        "uploads": [picture("水箱.png"), pdf()],
        "idempotency_key": key(1),
    }
    first = client.post(NEW, given)
    assert first.status_code == 302
    again = client.post(NEW, {**given, "uploads": [picture("水箱.png"), pdf()]})
    assert again["location"] == first["location"]
    with scope(side.compound.pk):
        made = only()
        assert (made.state, made.entrance_ids, made.roles) == ("draft", [entrance.pk], ["owner"])
        assert [row.name for row in made.attachments.all()] == ["水箱", "plan"]
        dropped = made.attachments.order_by("pk")[0].pk
    edit = f"{BASE}{made.ref}/edit/"
    shown = page(client, edit)
    assert 'value="2026-06-08T18:00"' in shown
    assert "去掉 水箱" in shown
    bad = client.post(edit, {**TYPED, "title": "", "publish_at": "0001-01-01T00:00", "idempotency_key": key(2)})
    assert bad.status_code == 422
    assert ("请写标题" in bad.content.decode(), "请填日期和时间" in bad.content.decode()) == (True, True)
    late = {**TYPED, "publish_at": "2026-06-09T00:00", "expires_at": "2026-06-08T00:00", "idempotency_key": key(3)}
    refused = client.post(edit, late)
    assert (refused.status_code, "要在发布时间之后" in refused.content.decode()) == (422, True)
    done = client.post(edit, {**TYPED, "drop": [dropped, "x"], "submit": "1", "idempotency_key": key(4)})
    assert done["location"] == f"{BASE}{made.ref}/"
    out = fresh(made)
    assert (out.state, out.roles, len(out.current.files)) == ("published", [], 1)
    assert client.get(edit).status_code == 302


def test_one_form_for_two_compounds_makes_two_notices(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "city")
    other = world.there.compound.pk
    assert "同时发到别的小区" in page(client, NEW)
    answer = client.post(
        NEW,
        {
            **TYPED,
            "source": "{{小区}}停水",
            "compounds": [other],
            "uploads": [pdf()],
            "submit": "1",
            "idempotency_key": key(),
        },
    )
    assert answer["location"] == "/notices/"
    with scope([world.here.compound.pk, other]):
        rows = list(Notice.objects.select_related("current").order_by("pk"))
    assert [row.compound_id for row in rows] == [world.here.compound.pk, other]
    assert rows[0].campaign == rows[1].campaign
    assert [row.current.body_text for row in rows] == ["小区1停水", f"{world.there.compound.name}停水"]
    assert [len(row.current.files) for row in rows] == [1, 1]


def test_a_compound_that_is_not_covered_is_refused(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "officer")
    client.post(NEW, {**TYPED, "compounds": [world.there.compound.pk], "idempotency_key": key()})
    with scope(world.there.compound.pk):
        assert not Notice.objects.exists()
    city = sign_in(world.here, "city")
    assert city.post(NEW, {**TYPED, "compounds": [2**40], "idempotency_key": key(1)}).status_code == 422


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (pdf(b"no paper"), "这种文件不能用"),
        (pdf(b""), "请重新选择"),
        (pdf(b"GIF89a<script>alert(1)</script>"), "这种文件不能用"),
    ],
)
def test_a_bad_file_leaves_nothing_behind(world: World, sign_in: Callable[..., Client], upload: Any, said: str) -> None:
    client = sign_in(world.here, "officer")
    answer = client.post(NEW, {**TYPED, "uploads": [upload], "idempotency_key": key()})
    if upload.size:
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        with scope(world.here.compound.pk):
            assert not Notice.objects.exists()
    else:
        assert answer.status_code in {302, 422}


def test_a_template_is_filled_in(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    shown = page(client, f"{NEW}?template=water")
    assert ("停水日期" in shown, 'name="fill:停水时间"' in shown, 'name="fill:小区"' in shown) == (True, True, False)
    chosen = BUILTIN["water"]
    typed = {**TYPED, "matter": chosen.matter, "title": chosen.title, "source": chosen.source}
    left = client.post(NEW, {**typed, "fill:停水日期": "6月6日", "submit": "1", "idempotency_key": key(1)})
    assert left.status_code == 422
    assert "还有空没填：停水原因、停水时间" in left.content.decode()
    filled = {f"fill:{name}": f"〈{name}〉" for name in found_in(chosen.title + chosen.source) if name not in KNOWN}
    assert client.post(NEW, {**typed, **filled, "submit": "1", "idempotency_key": key(2)}).status_code == 302
    with scope(side.compound.pk):
        text = only()
        assert text.title == "〈停水日期〉停水通知"
        assert "小区1各位居民" in text.source
        assert text.source.endswith("和美物业\n2026年6月2日")
    assert page(client, f"{NEW}?template=nothing").count('name="fill:') == 0


@pytest.mark.parametrize("name", list(BUILTIN))
def test_every_built_in_template_makes_a_notice(world: World, name: str) -> None:
    one = BUILTIN[name]
    assert (one.kind in KINDS, one.matter in MATTERS, len(one.title) <= MAX_TITLE) == (True, True, True)
    assert len(one.source) <= MAX_SOURCE
    made = written(world.here, "officer", kind=one.kind, matter=one.matter, title=one.title, source=one.source)
    assert not set(found_in(made.source)) & set(KNOWN)
    with scope(world.here.compound.pk), pytest.raises(Refused) as refused:
        actions.submit(compound_id=world.here.compound.pk, ref=made.ref, by=world.here.actor("officer"), now=NOW)
    assert refused.value.code == "placeholder_left"


def test_preview_shows_the_safe_subset(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "officer")
    evil = "**好**<script>alert(1)</script><img src=x onerror=alert(1)>"
    answer = client.post(f"{BASE}preview/", {"title": "<b>题</b>", "source": evil, "kind": "nonsense"})
    shown = answer.content.decode()
    assert "<strong>好</strong>" in shown
    assert ("script" in shown, "onerror" in shown, "&lt;b&gt;题" in shown) == (False, False, True)
    bare = client.post(NEW, {**TYPED, "preview": "1", "source": "无脚本**也行**", "idempotency_key": key()})
    assert (bare.status_code, "<strong>也行</strong>" in bare.content.decode()) == (200, True)
    with scope(world.here.compound.pk):
        assert not Notice.objects.exists()


def test_a_correction_says_what_changed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = submitted(side, "officer")
    client = sign_in(side, "officer")
    address = f"{BASE}{made.ref}/amend/"
    assert "发布更正" in page(client, address)
    silent = client.post(address, {"title": TITLE, "source": "改了", "changed": "", "idempotency_key": key(1)})
    assert (silent.status_code, "请写明改了什么" in silent.content.decode()) == (422, True)
    same = client.post(address, {"title": TITLE, "source": SOURCE, "changed": "没有", "idempotency_key": key(2)})
    assert (same.status_code, "不用更正" in same.content.decode()) == (422, True)
    done = client.post(address, {"title": TITLE, "source": "改了", "changed": "时间", "idempotency_key": key(3)})
    assert done.status_code == 302
    assert (fresh(made).current.edition, fresh(made).current.changed) == (2, "时间")
    assert sign_in(side, "manager").get(address).status_code == 404
    waits = fee_notice(side)
    assert sign_in(side, "manager").get(f"{BASE}{waits.ref}/amend/").status_code == 302


def test_the_desk_lists_what_waits_for_me(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    fee_notice(side, title="会签的事")
    submitted(side, "officer", title="签收的事", sign_posts=(side.posts["chair"].pk,))
    written(side, "manager", title="草稿的事")
    submitted(side, "manager", title="明天的事", publish_at=NOW + timedelta(days=1))
    chair = page(sign_in(side, "chair"), "/notices/")
    assert ("会签的事" in chair, "签收的事" in chair, "草稿的事" in chair) == (True, True, False)
    manager = sign_in(side, "manager")
    assert "没有等您办的公告" in page(manager, "/notices/")
    assert "草稿的事" in page(manager, "/notices/?state=draft")
    assert "等业委会会签" in page(manager, "/notices/?state=awaiting")
    assert "明天的事" in page(manager, "/notices/?state=scheduled")
    assert "没有等您办的公告" in page(manager, "/notices/?state=nonsense")
    assert "草稿的事" not in page(sign_in(side, "officer"), "/notices/?state=draft")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_desk_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    for n in range(rows):
        fee_notice(side, title=f"公示{n}")
        written(side, "chair", title=f"草稿{n}")
    client = sign_in(side, "chair")
    for path, expected in (
        ("/notices/", 14),
        ("/notices/?state=draft", 16),
        ("/notices/rows/", 11),
        ("/notices/rows/?state=draft", 13),
    ):
        assert client.get(path).status_code == 200
        cache.clear()
        with statements() as seen:
            answer = client.get(path)
        assert answer.content.decode().count("row-link") >= min(rows, 20)
        assert len(seen) == expected, "\n".join(query["sql"][:160] for query in seen)


def test_the_desk_hears_of_every_compound_it_covers(world: World, sign_in: Callable[..., Client]) -> None:
    fee_notice(world.here)
    page = sign_in(world.here, "city").get("/notices/").content.decode()
    for code in ("here", "there"):
        assert re.search(rf'data-live="{code}/notices.staff" data-live-seq="\d+" data-live-for="desk"', page), code
    assert "data-live-every" not in page
    own = sign_in(world.here, "chair").get("/notices/").content.decode()
    assert "here/notices.staff" in own
    assert "there/notices.staff" not in own


def test_a_desk_of_many_compounds_asks_every_minute(
    world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "WATCHED", 1)
    page = sign_in(world.here, "city").get("/notices/").content.decode()
    assert 'data-live-every="60"' in page
    assert "data-live-for" not in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_editor_asks_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    by = side.actor("officer", NOW.date())
    with scope(side.compound.pk):
        for n in range(rows):
            save_template(
                compound_id=side.compound.pk, name=f"模板{n}", kind="notice", matter="general", title="题", source="文",
                by=by, now=NOW,
            )  # fmt: skip
    made = written(side, "officer")
    out = submitted(side, "officer")
    client = sign_in(side, "officer")
    counts = []
    for path in (NEW, f"{BASE}templates/", f"{BASE}{made.ref}/edit/", f"{BASE}{out.ref}/amend/"):
        assert client.get(path).status_code == 200
        cache.clear()
        with statements() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts == [16, 10, 16, 11]


def test_own_templates_stand_above_the_built_in_ones(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "officer")
    address = f"{BASE}templates/"
    assert "停水通知" in page(client, f"{address}?copy=water")
    typed = {"name": "停水通知", "kind": "notice", "matter": "outage", "title": "停水", "source": "{{时间}}停水"}
    assert client.post(address, {**typed, "name": "", "idempotency_key": key(1)}).status_code == 422
    assert client.post(address, {**typed, "idempotency_key": key(2)}).status_code == 302
    with scope(side.compound.pk):
        made = Template.objects.get()
    shown = page(client, NEW)
    assert (f"?template=own-{made.pk}" in shown, "?template=water" in shown) == (True, False)
    assert "fill:时间" in page(client, f"{NEW}?template=own-{made.pk}")
    member = sign_in(side, "member")
    assert "添加模板" not in page(member, address)
    assert member.post(address, {**typed, "idempotency_key": key(3)}).status_code == 403
    end = f"{address}{made.pk}/end/"
    assert member.post(end, {"idempotency_key": key(4)}).status_code == 403
    assert client.post(end, {"idempotency_key": key(5)}).status_code == 302
    assert client.post(f"{address}999/end/", {"idempotency_key": key(6)}).status_code == 404
    assert "?template=water" in page(client, NEW)


def test_an_urgent_notice_is_out_at_once(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    typed = {**TYPED, "kind": "urgent", "matter": "property_fee", "submit": "1", "idempotency_key": key()}
    assert client.post(NEW, typed).status_code == 302
    with scope(side.compound.pk):
        made = only()
    assert made.state == "published"
    assert "等补签" in page(sign_in(side, "chair"), f"{BASE}{made.ref}/")
    assert made.title in page(sign_in(side, "chair"), "/notices/")
    assert made.post_id == side.posts["manager"].pk


def test_a_part_time_hand_writes_but_does_not_hand_in(world: World, sign_in: Callable[..., Client]) -> None:
    side: Side = world.here
    client = sign_in(side, "member")
    assert 'name="submit"' not in page(client, NEW)
    refused = client.post(NEW, {**TYPED, "submit": "1", "idempotency_key": key()})
    assert (refused.status_code, "请由本单位的负责人操作" in refused.content.decode()) == (403, True)
    assert client.post(NEW, {**TYPED, "idempotency_key": key(1)}).status_code == 302
