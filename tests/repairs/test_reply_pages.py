"""常用回复: whose sentences are offered where, adding, changing and ending them, and that staff then choose them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from idempotency.forms import fresh_key
from parties.actions import assign_area
from parties.models import Organisation
from repairs.actions import replies
from repairs.models import CityReply, Remark, ReplyTemplate
from repairs.queries import replies_for
from tenancy.models import Area
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import BEGAN, CANARY, RESIDENTS, STAFF, Side, World

LIST = "/c/here/rules/replies/"
CITY = "/city/rules/replies/"
FORM = {"step": "pause", "title": "等电梯配件", "text": "电梯配件在路上，三天内到。"}


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def save(side: Side, reply: int | None = None, **given: str) -> ReplyTemplate:
    with scope(side.compound.pk):
        return replies.save_reply(
            compound_id=side.compound.pk, reply=reply, by=side.actor("manager"), now=NOW, **{**FORM, **given}
        )


def save_city(side: Side, **given: str) -> CityReply:
    return replies.save_city_reply(
        area_id=Area.objects.get(code="330784").pk, reply=None, by=side.actor("city"), now=NOW, **{**FORM, **given}
    )


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    made, above = save(world.here), save_city(world.here)
    client = sign_in(world.here, role)
    reads, sets, city = role not in RESIDENTS, role == "manager", role == "city"
    for path in (LIST, f"{LIST}history/"):
        assert client.get(path).status_code == (200 if reads else 403), path
    for path in (f"{LIST}new/", f"{LIST}{made.reply}/"):
        assert client.get(path).status_code == (200 if sets else 403), path
    assert post(client, f"{LIST}{made.reply}/end/").status_code == (302 if sets else 403)
    for path in (CITY, f"{CITY}history/", f"{CITY}new/", f"{CITY}{above.reply}/"):
        assert client.get(path).status_code == (200 if city else 403), path
    assert post(client, f"{CITY}{above.reply}/end/").status_code == (302 if city else 403)


def test_next_doors_are_not_there(world: World, sign_in: Any) -> None:
    made = save(world.there, text=CANARY)
    client = sign_in(world.here, "manager")
    assert CANARY not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{made.reply}/").status_code == 404
    assert post(client, f"{LIST}{made.reply}/", FORM).status_code == 404
    assert post(client, f"{LIST}{made.reply}/end/").status_code == 404


def test_the_compounds_stand_before_the_citys_before_the_portals(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    text = client.get(LIST).content.decode()
    assert text.count("系统默认") >= 13
    assert "等配件" in text
    save_city(side, title="全市的")
    text = client.get(LIST).content.decode()
    assert text.index("全市的") < text.index("还有 4 条上级的，现在不用")
    save(side)
    text = client.get(LIST).content.decode()
    assert text.index("等电梯配件") < text.index("还有 5 条上级的，现在不用") < text.index("全市的")
    with scope(side.compound.pk):
        offered = {
            step: [one.title for one in found] for step, found in replies_for(compound_id=side.compound.pk).items()
        }
    shown = {step["step"]: [one["one"].title for one in step["used"]] for step in client.get(LIST).context["steps"]}
    assert offered == {step: titles for step, titles in shown.items() if titles}


def test_a_reply_is_added_changed_and_ended_and_every_version_stays(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    key = fresh_key()
    assert post(client, f"{LIST}new/", FORM, key).url == LIST
    assert post(client, f"{LIST}new/", FORM, key).url == LIST
    with scope(world.here.compound.pk):
        (made,) = ReplyTemplate.objects.all()
    assert post(client, f"{LIST}{made.reply}/", {**FORM, "text": "明天就到。"}).url == LIST
    assert "明天就到" in client.get(f"{LIST}{made.reply}/").content.decode()
    assert post(client, f"{LIST}{made.reply}/end/").url == LIST
    assert post(client, f"{LIST}{made.reply}/end/").status_code == 404
    text = client.get(f"{LIST}history/").content.decode()
    for words in ("暂停 · 等电梯配件：明天就到。", FORM["text"], "第 2 版", "项目经理 停用"):
        assert words in text, words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"step": "x"}, "请选择用在哪一步"),
        ({"title": ""}, "请写一个标题"),
        ({"title": "长" * 31}, "写得太长了，最多 30 字"),
        ({"text": " "}, "请写下要说的话"),
        ({"text": "长" * 301}, "写得太长了，最多 300 字"),
    ],
)
@pytest.mark.parametrize("page", [LIST, CITY])
def test_a_reply_that_cannot_be_says_so_and_loses_nothing(
    world: World, sign_in: Any, page: str, given: dict, words: str
) -> None:
    client = sign_in(world.here, "manager" if page == LIST else "city")
    answer = post(client, f"{page}new/", {**FORM, **given})
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (422, True)
    assert (FORM["text"] if "text" not in given else FORM["title"]) in text


def test_too_many_are_refused_on_the_form(world: World, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(replies, "MAX_REPLIES", 1)
    save(world.here)
    answer = post(sign_in(world.here, "manager"), f"{LIST}new/", FORM)
    assert (answer.status_code, "常用回复最多 100 条" in answer.content.decode()) == (422, True)


def test_a_default_can_be_copied(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    assert "照着加一条" in client.get(LIST).content.decode()
    text = client.get(f"{LIST}new/", {"step": "pause", "title": "等配件", "text": "到货就修"}).content.decode()
    assert "到货就修</textarea>" in text
    assert '<option value="pause" selected>' in text


def test_the_city_sets_its_own_for_all(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "city")
    assert post(client, f"{CITY}new/", FORM).url == CITY
    (made,) = CityReply.objects.all()
    assert FORM["text"] in sign_in(world.there, "manager").get("/c/there/rules/replies/").content.decode()
    assert post(client, f"{CITY}{made.reply}/", {**FORM, "title": "改了"}).url == CITY
    assert post(client, f"{CITY}{made.reply}/end/").url == CITY
    text = client.get(f"{CITY}history/").content.decode()
    assert "改了" in text
    assert "停用" in text
    assert client.get(f"{CITY}{made.reply}/").status_code == 404


def test_what_is_set_is_chosen_on_the_request_and_counts_without_scripts(world: World, sign_in: Any) -> None:
    side = world.here
    save(side, step="remark", title="马上来", text="师傅十分钟到。")
    request = file_one(side)
    client = sign_in(side, "manager")
    page = f"/c/here/repairs/{request.ref}/"
    assert "马上来 · 师傅十分钟到。" in client.get(page).content.decode()
    assert post(client, f"{page}remark/", {"text": "", "ready": "师傅十分钟到。"}).status_code == 302
    with scope(side.compound.pk):
        assert Remark.objects.get().text == "师傅十分钟到。"


def test_an_officer_of_two_cities_sets_each_ones(world: World, sign_in: Any) -> None:
    other = Area.objects.create(code="330782", name="义乌市", level=Area.Level.CITY)
    strange = Area.objects.create(code="330783", name="东阳市", level=Area.Level.CITY)
    client = sign_in(world.here, "city")
    assert 'aria-label="城市"' not in client.get(CITY).content.decode()
    bureau = Organisation.objects.get(kind="city_bureau")
    assign_area(organisation=bureau, area=other, starts=BEGAN)
    first = client.get(CITY).content.decode()
    assert "义乌市，各小区" in first
    assert f"{CITY}?city=330784" in first
    there = f"{CITY}?city=330784"
    assert "永康市，各小区" in client.get(there).content.decode()
    assert post(client, f"{CITY}new/?city=330784", FORM).url == there
    made = CityReply.objects.get()
    assert made.area.code == "330784"
    text = client.get(there).content.decode()
    assert f"{CITY}{made.reply}/end/?city=330784" in text
    assert "/city/rules/deadlines/?city=330784" in text
    assert f"{CITY}new/?city=330784&amp;step=remark" in text
    assert FORM["text"] not in client.get(CITY).content.decode()
    assert client.get(f"{CITY}{made.reply}/").status_code == 404
    assert FORM["text"] in client.get(f"{CITY}history/?city=330784").content.decode()
    assert post(client, f"{CITY}{made.reply}/end/?city=330784").url == there
    deadlines = client.get("/city/rules/deadlines/?city=330784").content.decode()
    assert "/city/rules/deadlines/water/urgent/?city=330784" in deadlines
    assert '<input type="hidden" name="city" value="330784">' in deadlines
    for code in (strange.code, "x"):
        for path in (CITY, f"{CITY}new/", "/city/rules/deadlines/"):
            assert client.get(f"{path}?city={code}").status_code == 404


def test_pages_ask_the_same_for_one_reply_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any]
) -> None:
    side = world.here
    manager, city = sign_in(side, "manager"), sign_in(side, "city")
    numbers = {LIST: 10, f"{LIST}history/": 9, f"{LIST}1/": 9, CITY: 10, f"{CITY}history/": 10, f"{CITY}1/": 10}
    taken: list[dict[str, int]] = []
    for many in (1, 29):
        for _ in range(many):
            save(side)
            save_city(side)
            if many > 1:
                save(side, 1)
        counts = {}
        for path in numbers:
            client = city if path.startswith("/city/") else manager
            assert client.get(path).status_code == 200
            with statements() as seen:
                client.get(path)
            counts[path] = len(seen)
        taken.append(counts)
    assert taken[0] == taken[1]
    assert taken[0] == numbers
