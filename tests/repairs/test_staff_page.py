"""The request's page for staff and the community: pauses, endings, prices, signatures, remarks, and previews."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from messaging.models import Message
from repairs.models import Event, Quote, Remark, Request, Signature
from repairs.staff_forms import PriceForm
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one
from tests.repairs.test_resident_page import an_hour_ago, at, drawn, key
from tests.world import World


def brought(world: World, state: str, **given: object) -> Request:
    return bring_to(world.here, state, now=an_hour_ago(), **given)


def fresh(world: World, request: Request) -> Request:
    with scope(world.here.compound.pk):
        return Request.objects.get(pk=request.pk)


def rows(world: World) -> tuple[int, ...]:
    with scope(world.here.compound.pk):
        return tuple(m.objects.count() for m in (Event, Remark, Quote, Signature, Message, Entry))


def later(**span: int) -> str:
    return f"{timezone.localtime(timezone.now() + timedelta(**span)):%Y-%m-%dT%H:%M}"


# --- pausing --------------------------------------------------------------------------------------------------------------------
def test_the_desk_pauses_until_a_day_and_resumes(world, sign_in):
    request = brought(world, "working")
    client = sign_in(world.here, "manager")
    answer = client.post(at(request, "pause"), key() | {"reason": "等配件", "until": later(days=2)})
    assert (answer.status_code, answer.headers["Location"]) == (302, at(request))
    assert fresh(world, request).state == "paused"
    text = client.get(at(request)).content.decode()
    assert "已暂停：等配件" in text
    assert at(request, "resume") in text
    assert at(request, "pause") not in text
    assert client.post(at(request, "resume"), key()).status_code == 302
    assert fresh(world, request).state == "working"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "", "until": later(days=2)}, "请写明原因。"),
        ({"reason": "等配件", "until": ""}, "请选择暂停到什么时候。"),
        ({"reason": "等配件", "until": "明天"}, "请选择暂停到什么时候。"),
        ({"reason": "等配件", "until": later(minutes=-5)}, "暂停至少要15分钟，请选晚一点的时间。"),
        ({"reason": "等配件", "until": later(days=40)}, "一次最多暂停30天。"),
        ({"reason": "长" * 121, "until": later(days=2)}, "写得太长了，最多 120 字。"),
    ],
)
def test_a_wrong_pause_is_said_beside_its_field_and_leaves_nothing(world, sign_in, given, words):
    request = brought(world, "working")
    client = sign_in(world.here, "worker")
    before = rows(world)
    answer = client.post(at(request, "pause"), key() | given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert given["reason"] in text
    assert rows(world) == before


def test_a_ready_sentence_counts_where_nothing_is_typed(world, sign_in):
    request = brought(world, "working")
    client = sign_in(world.here, "manager")
    page = client.get(at(request)).content.decode()
    assert "需要的配件正在采购，到货后马上来修。" in page
    given = {"reason": " ", "ready": "需要的配件正在采购，到货后马上来修。", "until": later(days=2)}
    assert client.post(at(request, "pause"), key() | given).status_code == 302
    assert fresh(world, request).pause_reason == "需要的配件正在采购，到货后马上来修。"


# --- endings --------------------------------------------------------------------------------------------------------------------
def test_closing_by_force_says_who_will_see_it_and_asks_why(world, sign_in):
    request = brought(world, "working")
    client = sign_in(world.here, "manager")
    assert "社区会收到通知，看得到这个原因" in client.get(at(request)).content.decode()
    before = rows(world)
    assert client.post(at(request, "force_close"), key() | {"reason": ""}).status_code == 422
    assert rows(world) == before
    assert client.post(at(request, "force_close"), key() | {"reason": "三次联系不上"}).status_code == 302
    assert fresh(world, request).state == "closed"
    worker = brought(world, "working")
    assert sign_in(world.here, "worker").post(at(worker, "force_close"), key() | {"reason": "x"}).status_code == 403


def test_a_return_starts_with_the_receiver_that_the_rules_name(world, sign_in):
    request = brought(world, "accepted")
    with scope(world.here.compound.pk):
        Request.objects.filter(pk=request.pk).update(routed_to="供水公司")
    client = sign_in(world.here, "manager")
    assert re.search(r'name="receiver" value="供水公司"', client.get(at(request)).content.decode())


@pytest.mark.parametrize(
    ("action", "given", "state"), [("uphold", {"note": ""}, "returned"), ("deny", {}, "submitted")]
)
def test_the_community_decides_on_a_return(world, sign_in, action, given, state):
    request = brought(world, "returned")
    officer = sign_in(world.here, "officer")
    page = officer.get(at(request)).content.decode()
    assert at(request, action) in page
    if action == "deny":
        refused = officer.post(at(request, "deny"), key() | {"reason": ""})
        assert refused.status_code == 422
        assert "请写明原因。" in refused.content.decode()
        given = {"reason": "属于物业"}
    for name in ("manager", "chair"):
        assert at(request, action) not in sign_in(world.here, name).get(at(request)).content.decode()
    assert officer.post(at(request, action), key() | given).status_code == 302
    assert fresh(world, request).state == state
    assert at(request, action) not in officer.get(at(request)).content.decode()


@pytest.mark.parametrize("action", ["merge", "tie"])
def test_the_desk_merges_into_or_ties_to_another_open_one(world, sign_in, action):
    request, other = brought(world, "submitted"), brought(world, "accepted")
    gone = brought(world, "done")
    field = {"merge": "into", "tie": "to"}[action]
    client = sign_in(world.here, "manager")
    page = client.get(at(request)).content.decode()
    assert f'<option value="{other.ref}"' in page
    assert gone.ref not in page
    assert client.post(at(request, action), key() | {field: ""}).status_code == 422
    refused = client.post(at(request, action), key() | {field: request.ref})
    assert "不能并入它自己，请选另一件报修。" in refused.content.decode()
    assert client.post(at(request, action), key() | {field: other.ref}).status_code == 302
    assert fresh(world, request).parent_number == other.number


def test_choosing_costs_the_same_however_many_are_open(world, sign_in, statements):
    request = brought(world, "submitted")
    client = sign_in(world.here, "manager")
    taken = []
    for more in (1, 29):
        for _ in range(more):
            file_one(world.here, now=an_hour_ago())
        client.get(at(request))
        with statements() as seen:
            assert client.get(at(request)).status_code == 200
        taken.append(len(seen))
    assert taken == [18, 18]


# --- the worker -----------------------------------------------------------------------------------------------------------------
def test_arriving_is_one_tap_and_once(world, sign_in):
    request = brought(world, "assigned")
    client = sign_in(world.here, "worker")
    assert "我到了" in client.get(at(request)).content.decode()
    assert client.post(at(request, "arrive"), key()).status_code == 302
    assert fresh(world, request).arrived_at is not None
    assert at(request, "arrive") not in client.get(at(request)).content.decode()
    assert client.post(at(request, "arrive"), key()).status_code == 409


def test_the_worker_signs_and_holds_the_phone_out(world, sign_in):
    request = brought(world, "working")
    client = sign_in(world.here, "worker")
    posted = key() | {"role": "resident", "drawing": drawn(), "name": ""}
    refused = client.post(at(request, "sign"), posted)
    assert refused.status_code == 422
    assert "请写签名人的名字。" in refused.content.decode()
    assert client.post(at(request, "sign"), key() | {**posted, "name": "王秀"} | key()).status_code == 302
    assert (
        client.post(at(request, "sign"), key() | {"role": "worker", "drawing": drawn(), "name": ""}).status_code == 302
    )
    with scope(world.here.compound.pk):
        made = list(Signature.objects.order_by("pk").values_list("role", "name"))
    assert made == [("resident", "王秀"), ("worker", world.here.people["worker"].name)]


# --- the price ------------------------------------------------------------------------------------------------------------------
def lines(*typed: tuple[str, str, str, str]) -> dict[str, list[str]]:
    return {name: [row[n] for row in typed] for n, name in enumerate(("kind", "words", "quantity", "price"))}


def test_a_price_is_told_in_yuan_and_kept_in_fen(world, sign_in):
    request = brought(world, "assigned")
    client = sign_in(world.here, "worker")
    assert "要收费，先报价" in client.get(at(request)).content.decode()
    typed = lines(("parts", "角阀", "2", "45.50"), ("labour", "上门安装", "", "￥80"), ("parts", "", "", ""))
    assert client.post(at(request, "quote"), key() | typed | {"note": "保修三个月"}).status_code == 302
    with scope(world.here.compound.pk):
        assert Quote.objects.get().total_fen == 17100
    page = client.get(at(request)).content.decode()
    assert "171.00 元" in page
    assert "重新报价" in page
    assert sign_in(world.here, "officer").post(at(request, "quote"), key() | typed).status_code == 403


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("parts", "角阀", "2", "四十"), "第1项：单价请填数字，例如 45.50。"),
        (("parts", "角阀", "2", "1.234"), "第1项：单价请填数字，例如 45.50。"),
        (("parts", "角阀", "2", "NaN"), "第1项：单价请填数字，例如 45.50。"),
        (("parts", "角阀", "两个", "4"), "第1项：数量请填 1 到 999。"),
        (("parts", "", "1", "4"), "每一项请写明是什么，最多 60 字。"),
        (("gift", "角阀", "1", "4"), "每一项请选材料或人工。"),
        (("parts", "", "", ""), "请至少写一项材料或人工。"),
        (("parts", "角阀", "1", "0"), "合计要大于 0，最多 10 万元。"),
        (("parts", "角阀", "0", "4"), "数量请填 1 到 999。"),
    ],
)
def test_a_wrong_price_is_said_and_kept_in_the_form(world, sign_in, row, words):
    request = brought(world, "assigned")
    client = sign_in(world.here, "worker")
    before = rows(world)
    answer = client.post(at(request, "quote"), key() | lines(row))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert all(f'value="{one}"' in text for one in row[1:] if one)
    assert rows(world) == before


def test_a_line_behind_the_others_stays_open_when_it_is_typed():
    typed = {"kind": ["parts"] * 4, "words": ["", "", "", "垫圈"], "quantity": [""] * 4, "price": ["", "", "", "1"]}
    assert PriceForm(typed).more_typed()
    assert not PriceForm().more_typed()


# --- talking --------------------------------------------------------------------------------------------------------------------
def test_an_internal_remark_is_another_form_and_never_reaches_the_resident(world, sign_in):
    request = brought(world, "assigned")
    client = sign_in(world.here, "manager")
    page = client.get(at(request)).content.decode()
    assert "只有物业和社区看得到，居民和业委会看不到。" in page
    assert "发给报修人" in page
    assert client.post(at(request, "remark"), key() | {"text": "明天上门"}).status_code == 302
    assert client.post(at(request, "remark"), key() | {"text": "这户常投诉", "internal": "on"}).status_code == 302
    resident = sign_in(world.here, "resident").get(at(request)).content.decode()
    assert "明天上门" in resident
    assert "这户常投诉" not in resident
    assert "say-internal" not in resident
    chair = sign_in(world.here, "chair").get(at(request)).content.decode()
    assert "这户常投诉" not in chair
    assert "say-internal" not in chair


def test_a_refused_internal_remark_comes_back_where_it_was_typed(world, sign_in):
    request = brought(world, "assigned")
    answer = sign_in(world.here, "manager").post(at(request, "remark"), key() | {"text": "", "internal": "on"})
    text = answer.content.decode()
    assert answer.status_code == 422
    inside = text.split("say-internal")[1].split("</form>")[0]
    assert "请写下要说的话。" in inside
    assert "请写下要说的话。" not in text.split("say-shared")[1].split("</form>")[0]
    assert len(re.findall(r'id="remark_text"', text)) == 1


# --- what goes out --------------------------------------------------------------------------------------------------------------
def test_staff_read_the_message_before_it_goes(world, sign_in):
    request = brought(world, "working")
    page = sign_in(world.here, "manager").get(at(request)).content.decode()
    for title in ("报修有新回复", "请看报价", "报修已暂停"):
        assert title in page
    assert "message-preview" not in sign_in(world.here, "resident").get(at(request)).content.decode()


def test_the_worker_whom_the_rules_name_is_chosen_already(world, sign_in):
    request = brought(world, "submitted")
    post = world.here.posts["worker2"].pk
    with scope(world.here.compound.pk):
        Request.objects.filter(pk=request.pk).update(routed_post=post)
    page = sign_in(world.here, "manager").get(at(request)).content.decode()
    assert re.search(rf'name="worker" value="{post}" required checked', page)
    assert "按规则推荐" in page
